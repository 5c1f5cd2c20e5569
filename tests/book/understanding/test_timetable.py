"""Which sentences change a timetable, somebody's hours or who is here, and which are notes that only look like it."""

from __future__ import annotations

from datetime import date, time

import pytest

from book.understanding.names import Named
from book.understanding.timetable import (
    Covers,
    Extra,
    Here,
    NotIn,
    Off,
    Part,
    Place,
    Somebody,
    Week,
    Works,
    asks_who_is_in,
    may_be_duty,
    may_be_here,
    may_be_timetable,
    read_days,
    read_duty,
    read_here,
    read_timetable,
)

TUESDAY = date(2026, 11, 24)
WEDNESDAY, THURSDAY, FRIDAY = date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 27)
ELLA, NOAH, BEN, LEO = 1, 2, 3, 4
CIRCLE = [Named(ELLA, ("Ella",)), Named(NOAH, ("Noah",)), Named(BEN, ("Ben",)), Named(LEO, ("Leo",))]
SUNSHINE, ACORNS, DAWNS = 9, 8, 7
PLACES = [Place(SUNSHINE, ("Sunshine", "nursery")), Place(ACORNS, ("Acorns",)), Place(DAWNS, ("Dawn",))]
PRIYA, AMY, MAYA = 11, 12, 13
STAFF = [Somebody(PRIYA, "Priya"), Somebody(AMY, "Amy"), Somebody(MAYA, "Maya Lind")]
MON_WED_FRI = frozenset({0, 2, 4})


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("ella not in thursday", NotIn(ELLA, None, (THURSDAY,))),
        ("not Thursday", NotIn(None, None, (THURSDAY,))),
        ("Ella won't be in tmrw", NotIn(ELLA, None, (WEDNESDAY,))),
        ("no ella tomorrow sorry", NotIn(ELLA, None, (WEDNESDAY,))),
        ("ella off thurs and fri", NotIn(ELLA, None, (THURSDAY, FRIDAY))),
        ("ella not in thursday, dentist", NotIn(ELLA, None, (THURSDAY,))),
        ("Ella is not in on 3/12", NotIn(ELLA, None, (date(2026, 12, 3),))),
        ("ella not in 2 january", NotIn(ELLA, None, (date(2027, 1, 2),))),
        ("ella not at dawns thursday", NotIn(ELLA, DAWNS, (THURSDAY,))),
        ("extra day Friday 8-1", Extra(None, None, (FRIDAY,), time(8), time(13))),
        ("extra day for Leo on friday", Extra(LEO, None, (FRIDAY,))),
        ("Ella extra morning friday", Extra(ELLA, None, (FRIDAY,), time(8), time(12))),
        (
            "noah is mon wed fri 8-3 from january",
            Week(NOAH, (Part(None, MON_WED_FRI, time(8), time(15)),), date(2027, 1, 1)),
        ),
        (
            "ben mon wed fri til 5.30, acorns mornings",
            Week(
                BEN,
                (
                    Part(None, MON_WED_FRI, None, time(17, 30)),
                    Part(ACORNS, MON_WED_FRI, time(8), time(12), "morning"),
                ),
            ),
        ),
        ("leo is mon-thu 8.30-4", Week(LEO, (Part(None, frozenset(range(4)), time(8, 30), time(16)),))),
    ],
)
def test_a_day_or_a_week_of_a_child_is_understood(text: str, read: object) -> None:
    assert read_timetable(text, CIRCLE, PLACES, TUESDAY) == read
    assert may_be_timetable(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ella not well thursday",
        "ella is off her food today",
        "ella not hungry today",
        "not Tuesday",  # today, or in a week?
        "ella not in next thursday",
        "ella not in thursday or friday",
        "ella not in thursday unless she is better",
        "can ella have an extra day friday?",
        "noah mon wed",
        "noah was mon tues poorly",
        "ella not in 31/2",
        "Ella and Noah not in thursday",
        "noah is mon wed fri 8-3 from the summer",
        "Zofia dziś zostaje w domu",
        "",
    ],
)
def test_whatever_leaves_a_doubt_is_a_note(text: str) -> None:
    assert read_timetable(text, CIRCLE, PLACES, TUESDAY) is None


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("off sick today sorry", Off((TUESDAY,), sick=True)),
        ("off sick", Off((TUESDAY,), sick=True)),
        ("I'm off Friday", Off((FRIDAY,), sick=False)),
        ("im off thursday and friday", Off((THURSDAY, FRIDAY), sick=False)),
        ("not in today, sick", Off((TUESDAY,), sick=True)),
        ("I work mon-thu 7.30-5", Works(frozenset(range(4)), time(7, 30), time(17))),
        ("i work tues weds", Works(frozenset({1, 2}))),
        ("Priya works Mon-Thu 8-4", Works(frozenset(range(4)), time(8), time(16), PRIYA)),
        ("amy's days are mon and fri", Works(frozenset({0, 4}), who=AMY)),
        ("Priya's hours are now weekdays 7.30-5", Works(frozenset(range(5)), time(7, 30), time(17), PRIYA)),
        ("priya only works tuesdays", Works(frozenset({1}), who=PRIYA)),
        ("amy does mon, tues and fri mornings", Works(frozenset({0, 1, 4}), time(8), time(12), AMY)),
        ("amy covers priya today", Covers(AMY, PRIYA, TUESDAY)),
        ("maya is covering priya tmrw", Covers(MAYA, PRIYA, WEDNESDAY)),
    ],
)
def test_what_somebody_says_of_her_work_is_understood(text: str, read: object) -> None:
    assert read_duty(text, STAFF, TUESDAY) == read
    assert may_be_duty(text)


@pytest.mark.parametrize(
    "text",
    [
        "off",
        "I'm off",
        "im off to the park with ella",
        "off her food",
        "Amy covers the sandpit",
        "cover me",
        "Amy works hard on mondays",
        "Ella does mon-thu",
        "Priya works from home friday",
        "Zoe works mon-thu",
    ],
)
def test_a_note_that_sounds_like_work_is_a_note(text: str) -> None:
    assert read_duty(text, STAFF, TUESDAY) is None


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("ella's here", Here((ELLA,), gone=False)),
        ("Ella and Noah are here", Here((ELLA, NOAH), gone=False)),
        ("ella gone home", Here((ELLA,), gone=True)),
        ("noah, leo gone home", Here((NOAH, LEO), gone=True)),
    ],
)
def test_who_has_come_and_who_has_gone_is_understood(text: str, read: Here) -> None:
    assert may_be_here(text)
    assert read_here(text, CIRCLE) == read


@pytest.mark.parametrize("text", ["ella left her bear", "ella went home happy", "ella collected by nan at 4", "here"])
def test_more_than_coming_and_going_is_a_note(text: str) -> None:
    assert read_here(text, CIRCLE) is None


def test_who_is_in_can_be_asked() -> None:
    assert all(asks_who_is_in(text) for text in ("in today?", "In today", "who's in?", "who is in today"))
    assert not any(asks_who_is_in(text) for text in ("who", "ella in today", "today"))


@pytest.mark.parametrize(
    ("text", "days"),
    [("mon-thu", {0, 1, 2, 3}), ("Tues, Weds and Fri", {1, 2, 4}), ("every day", {0, 1, 2, 3, 4}), ("hello", set())],
)
def test_weekdays_by_themselves_are_read(text: str, days: set[int]) -> None:
    assert read_days(text) == days
