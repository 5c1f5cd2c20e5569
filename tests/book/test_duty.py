"""Who is told for a setting, against rule 10 as it is written; where a child is; who is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book.duty import is_in_today, told_first, who_has, who_is_due
from book.ids import PersonId
from book.people import Circle, Cover, Duty, Presence, Present, Session
from tests.book.cast import CAST, PERSON_IDS, SETTING_IDS, circle_of
from tests.book.oracle.audience import Book
from tests.examples import examples

LONDON = ZoneInfo("Europe/London")
TUESDAY = date(2026, 11, 24)
SUNSHINE = SETTING_IDS["Sunshine"]
DAWNS = SETTING_IDS["Dawns"]
STAFF = ("Priya", "Amy", "Rosa", "Maya")  # key person, second key person, room staff, manager
EMPTY = circle_of(Book(CAST))
MORNING_CHILD = tuple(Session(SUNSHINE, day, time(8), time(13)) for day in range(5))


def civil(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON).astimezone(UTC)


@st.composite
def some_hours(draw: st.DrawFn) -> dict[str, list[tuple[int, int]]]:
    """For each of the four, her hours on Tuesday: none, or from one full hour to another."""
    hours: dict[str, list[tuple[int, int]]] = {}
    for name in STAFF:
        begin = draw(st.integers(6, 17))
        hours[name] = [(begin, draw(st.integers(begin + 1, 19)))] if draw(st.booleans()) else []
    return hours


def duties(hours: dict[str, list[tuple[int, int]]]) -> tuple[Duty, ...]:
    found = []
    for name, spans in hours.items():
        person = PERSON_IDS[name]
        found += [Duty(person, 1, time(begin), time(end), day=TUESDAY) for begin, end in spans]
        if not spans:
            found.append(Duty(person, 1, time(0), time(23, 59), day=TUESDAY, off=True))
    return tuple(found)


def by_rule_10(hours: dict[str, list[tuple[int, int]]], cover: str | None, at: int) -> str | None:
    """ "A setting is told through whoever is on duty: key person, second key person, cover, room, manager."

    Read from the rule, hour by hour: the first of that list who is at work in this hour.
    """
    order: list[str] = ["Priya", "Amy"]
    if cover is not None:
        order.append(cover)
    order += ["Rosa", "Maya"]
    for name in order:
        for begin, end in hours[name]:
            if at in range(begin, end):
                return name
    return None


@given(some_hours(), st.sampled_from([None, "Rosa", "Maya"]), st.integers(5, 20))
@examples(50)
def test_what_cannot_wait_is_told_to_the_first_of_rule_10_who_is_at_work(
    hours: dict[str, list[tuple[int, int]]], cover: str | None, at: int
) -> None:
    covers = (Cover(SUNSHINE, PERSON_IDS["Priya"], PERSON_IDS[cover], TUESDAY),) if cover else ()
    # Nobody's hours but those four's matter; a cover who is off stays off.
    others = {name: [] for name in ("Sam", "Ruth", "Lena")}
    circle = replace(EMPTY, duties=duties({**hours, **others}), covers=covers)

    expected = by_rule_10(hours, cover, at)
    first = told_first(circle, SUNSHINE, civil(TUESDAY, at), LONDON, now=civil(TUESDAY, at), waits=False)

    if expected is not None:
        assert first[0].person.id == PERSON_IDS[expected]
    assert {each.person.id for each in first} == {PERSON_IDS[name] for name in STAFF}


@given(some_hours(), st.integers(0, 7))
@examples(50)
def test_what_can_wait_goes_to_the_first_of_rule_10_who_is_there_by_the_time_the_child_comes(
    hours: dict[str, list[tuple[int, int]]], at: int
) -> None:
    others = {name: [] for name in ("Sam", "Ruth", "Lena")}
    circle = replace(EMPTY, duties=duties({**hours, **others}), sessions=MORNING_CHILD)
    in_time = [name for name in STAFF if any(begin <= 8 and max(at, begin) < end for begin, end in hours[name])]

    now = civil(TUESDAY, at)
    first = told_first(circle, SUNSHINE, now, LONDON, now=now)

    if in_time:
        assert first[0].person.id == PERSON_IDS[in_time[0]]


@pytest.mark.parametrize(
    ("away", "first"),
    [
        pytest.param((), "Priya", id="everybody is there"),
        pytest.param(("Priya",), "Amy", id="the key person is off"),
        pytest.param(("Priya", "Amy"), "Rosa", id="both key people are off"),
        pytest.param(("Priya", "Amy", "Rosa"), "Maya", id="only the manager is left"),
        pytest.param(("Priya", "Amy", "Rosa", "Maya"), "Priya", id="nobody today: the key person tomorrow"),
    ],
)
def test_before_the_day_begins_whoever_is_off_that_day_is_passed_over(away: Sequence[str], first: str) -> None:
    off = tuple(Duty(PERSON_IDS[name], 1, time(0), time(23, 59), day=TUESDAY, off=True) for name in away)
    leads = tuple(
        Duty(PERSON_IDS[name], day.weekday(), time(0), time(23, 59), day=day, off=True)
        for name in ("Sam", "Ruth", "Lena")
        for day in (TUESDAY, TUESDAY + timedelta(days=1))
    )
    circle = replace(EMPTY, duties=(*off, *leads))

    found = told_first(circle, SUNSHINE, civil(TUESDAY, 6), LONDON, now=civil(TUESDAY, 6))

    assert found[0].person.id == PERSON_IDS[first]


# --- where the child is -------------------------------------------------------------------------------------------

DAY = (
    *MORNING_CHILD,
    *(Session(DAWNS, day, time(13), time(17)) for day in range(5)),
)


def at(*lines: tuple[str, Presence, int]) -> Circle:
    return replace(
        EMPTY,
        sessions=DAY,
        presences=tuple(
            Present(SETTING_IDS[setting], TUESDAY, state, civil(TUESDAY, hour)) for setting, state, hour in lines
        ),
    )


@pytest.mark.parametrize(
    ("lines", "hour", "where"),
    [
        ((), 7, None),
        ((), 9, "Sunshine"),
        ((), 14, "Dawns"),
        ((), 18, None),
        ((("Sunshine", Presence.AWAY, 7),), 9, None),
        ((("Sunshine", Presence.IN, 8), ("Sunshine", Presence.GONE, 10)), 11, None),
        ((("Sunshine", Presence.IN, 8),), 14, "Dawns"),
        ((("Dawns", Presence.IN, 10),), 11, "Dawns"),
        ((("Dawns", Presence.IN, 14),), 18, "Dawns"),
    ],
)
def test_what_was_written_today_says_who_has_her_and_else_her_timetable_does(
    lines: tuple[tuple[str, Presence, int], ...], hour: int, where: str | None
) -> None:
    found = who_has(at(*lines), civil(TUESDAY, hour), LONDON)

    assert found == (SETTING_IDS[where] if where is not None else None)


def test_who_is_due_is_who_is_still_to_come() -> None:
    assert who_is_due(at(), civil(TUESDAY, 7), LONDON) == (SUNSHINE, DAWNS)
    assert who_is_due(at(("Sunshine", Presence.IN, 8)), civil(TUESDAY, 9), LONDON) == (DAWNS,)
    assert who_is_due(at(), civil(TUESDAY, 18), LONDON) == ()


def test_an_exception_takes_the_place_of_the_week() -> None:
    off = Session(SUNSHINE, 1, time(0), time(23, 59), day=TUESDAY, off=True)
    saturday = date(2026, 11, 28)
    extra = Session(SUNSHINE, 5, time(8), time(13), day=saturday)
    circle = replace(EMPTY, sessions=(*DAY, off, extra))

    assert not is_in_today(circle, SUNSHINE, TUESDAY)
    assert is_in_today(circle, SUNSHINE, TUESDAY + timedelta(days=1))
    assert is_in_today(circle, SUNSHINE, saturday)
    assert not is_in_today(circle, SUNSHINE, saturday + timedelta(days=1))


def test_a_new_week_counts_from_its_day_and_the_old_one_until_then() -> None:
    january = date(2027, 1, 1)
    old = Session(SUNSHINE, 1, time(8), time(13), until=january)
    new = Session(SUNSHINE, 2, time(8), time(15), since=january)
    circle = replace(EMPTY, sessions=(old, new))

    assert [is_in_today(circle, SUNSHINE, date(2026, 12, day)) for day in (29, 30)] == [True, False]
    assert [is_in_today(circle, SUNSHINE, date(2027, 1, day)) for day in (5, 6)] == [False, True]
    assert PersonId(1) in {each.person.id for each in circle.live(civil(TUESDAY, 9))}
