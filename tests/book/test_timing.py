"""When somebody hears, as the conversations have it, and civil time against a walk of the clock."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book.audience import Note
from book.people import Circle, Duty, Hears, Membership, Session
from book.timing import Pace, civil_instant, show, when_to_tell
from tests.book.cast import CAST, NAMED, PERSON_IDS, SETTING_IDS, circle_of, note_of
from tests.book.oracle.audience import Book, Writing
from tests.book.oracle.clock import change_days, walk
from tests.examples import examples

LONDON = ZoneInfo("Europe/London")
PACE = Pace(undo=timedelta(seconds=20), undo_several=timedelta(seconds=60), gather=timedelta(seconds=10))
TUESDAY = date(2026, 11, 24)
SATURDAY = date(2026, 11, 28)


# --- civil time ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("Europe/London", id="London, an hour at one in the morning"),
        pytest.param("Australia/Lord_Howe", id="Lord Howe, half an hour"),
    ],
)
def test_civil_time_is_what_the_wall_shows_on_every_day_of_change_for_twenty_years(name: str) -> None:
    zone = ZoneInfo(name)
    days = change_days(zone, 2025, 2045)

    assert len(days) >= 40
    for day in days:
        for at, instant in walk(day, zone).items():
            noon = datetime.combine(day, time(12), tzinfo=zone)
            assert civil_instant(noon, at, zone) == instant, f"{day} {at} in {name}"


def test_civil_time_is_what_the_wall_shows_on_any_day_whatever_instant_of_it_is_given() -> None:
    chance = random.Random(20)
    for _ in range(40):
        day = date(2025, 1, 1) + timedelta(days=chance.randrange(7300))
        wall = walk(day, LONDON)
        anywhen = chance.choice(list(wall.values()))
        for at, instant in chance.sample(list(wall.items()), 200):
            assert civil_instant(anywhen, at, LONDON) == instant


# --- when ------------------------------------------------------------------------------------------------------------

WEEKDAYS = range(5)
SESSIONS = tuple(
    Session(SETTING_IDS[setting], day, time.fromisoformat(start), time.fromisoformat(end))
    for setting, start, end in (("Dawns", "13:00", "17:30"), ("Sunshine", "08:00", "13:00"))
    for day in WEEKDAYS
)


def _circle(*, sessions: tuple[Session, ...] = SESSIONS, duties: tuple[Duty, ...] = ()) -> Circle:
    empty = circle_of(Book(CAST))
    return Circle(empty.child, empty.memberships, empty.settings, sessions=sessions, duties=duties)


def _member(circle: Circle, name: str) -> Membership:
    return next(each for each in circle.memberships if each.person.id == PERSON_IDS[name])


def _civil(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=LONDON).astimezone(UTC)


def _note(author: str, *labels: str, answers: Writing | None = None) -> Note:
    return note_of(Writing(NAMED[author], labels, answers=answers))


def _when(
    note: Note, reader: str, now: datetime, *, circle: Circle | None = None, urgent: bool = False, pace: Pace = PACE
) -> str:
    """The civil day and time at which ``reader`` hears, with seconds where there are any."""
    circle = circle or _circle()
    at = when_to_tell(note, _member(circle, reader), circle, urgent=urgent, now=now, zone=LONDON, pace=pace)
    assert at >= now
    return f"{at.astimezone(LONDON):%a %H:%M:%S}".removesuffix(":00")


HANNAHS = Writing(NAMED["Hannah"], ("sleep",))
PRIYAS = Writing(NAMED["Priya"], ("meals",))


@pytest.mark.parametrize(
    ("author", "labels", "answers", "reader", "day", "clock", "heard"),
    [
        pytest.param("Hannah", "sleep", None, "Priya", TUESDAY, "06:02", "Tue 07:30", id="1: the morning list"),
        pytest.param("Hannah", "sleep", None, "Dawn", TUESDAY, "06:02", "Tue 07:00", id="1: the childminder's morning"),
        pytest.param("Hannah", "sleep", None, "Priya", TUESDAY, "08:10", "Tue 08:10:20", id="15: while she is there"),
        pytest.param("Hannah", "sleep", None, "Dawn", TUESDAY, "08:10", "Tue 08:10:20", id="15: her childminder, now"),
        pytest.param("Hannah", "sleep", None, "Priya", TUESDAY, "14:00", "Wed 07:30", id="gone home: the next list"),
        pytest.param("Hannah", "sleep", None, "Dawn", TUESDAY, "20:45", "Wed 07:00", id="a childminder's evening"),
        pytest.param("Hannah", "sleep", None, "Priya", date(2026, 11, 27), "19:00", "Mon 07:30", id="Friday night"),
        pytest.param("Priya", "nappy", None, "Hannah", TUESDAY, "12:40", "Tue 17:00", id="5: the page of the day"),
        pytest.param("Priya", "nappy", None, "Dawn", TUESDAY, "12:40", "Tue 12:45", id="5: a quarter hour before"),
        pytest.param("Priya", "nappy", None, "Dawn", TUESDAY, "12:50", "Tue 12:50:20", id="the handover has gone"),
        pytest.param("Dawn", "sleep", None, "Priya", TUESDAY, "07:05", "Tue 07:45", id="before the nursery has her"),
        pytest.param("Dawn", "question", None, "Priya", TUESDAY, "13:20", "Tue 13:20:20", id="13: a question back"),
        pytest.param("Priya", "sleep", PRIYAS, "Hannah", TUESDAY, "09:10", "Tue 09:10", id="21: an answer, at once"),
        pytest.param("Hannah", "sleep", PRIYAS, "Priya", TUESDAY, "14:00", "Tue 14:00", id="31: an answer to staff"),
        pytest.param("Priya", "sleep", HANNAHS, "Hannah", TUESDAY, "21:10", "Wed 07:00", id="an answer keeps quiet"),
        pytest.param("Priya", "question", None, "Hannah", TUESDAY, "10:00", "Tue 10:00:20", id="a question to her"),
        pytest.param("Priya", "a dose given", None, "Tom", TUESDAY, "12:04", "Tue 12:04:20", id="25: medicine, now"),
        pytest.param("Priya", "incident", None, "Tom", TUESDAY, "15:20", "Tue 15:20:20", id="6: an injury, now"),
        pytest.param("Priya", "kit", None, "Hannah", TUESDAY, "20:50", "Wed 07:00", id="30: not at night"),
        pytest.param(
            "Priya", "kit", None, "Hannah", TUESDAY, "18:00", "Tue 18:00:20", id="after the page, she is awake"
        ),
        pytest.param("Priya", "kit", None, "Hannah", TUESDAY, "00:30", "Tue 17:00", id="after midnight: today's page"),
        pytest.param("Hannah", "private health", None, "Priya", SATURDAY, "09:00", "Mon 07:30", id="30: Saturday"),
        pytest.param("Hannah", "private health", None, "Dawn", SATURDAY, "09:00", "Sat 09:00:20", id="30: Dawn, now"),
        pytest.param("Hannah", "complaint", None, "Maya", TUESDAY, "14:30", "Tue 14:30:20", id="41: the manager today"),
        pytest.param("Hannah", "complaint", None, "Maya", TUESDAY, "22:00", "Wed 07:30", id="41: not at night"),
        pytest.param("Hannah", "sleep", None, "Tom", TUESDAY, "09:00", "Tue 09:00:20", id="a shared note of hers"),
    ],
)
def test_everybody_hears_at_the_hour_the_conversations_give(
    author: str, labels: str, answers: Writing | None, reader: str, day: date, clock: str, heard: str
) -> None:
    assert _when(_note(author, labels, answers=answers), reader, _civil(day, clock)) == heard


@pytest.mark.parametrize("reader", ["Priya", "Dawn", "Tom", "Maya"])
@pytest.mark.parametrize("clock", ["03:00", "06:02", "12:00", "22:00"])
def test_urgent_news_never_waits(reader: str, clock: str) -> None:
    for day in (TUESDAY, SATURDAY):
        now = _civil(day, clock)
        for author in ("Hannah", "Priya", "Dawn"):
            if author != reader:
                assert _when(_note(author, "incident"), reader, now, urgent=True) == f"{day:%a} {clock}"


def test_whoever_covers_hears_at_her_own_hours() -> None:
    amy = PERSON_IDS["Amy"]
    duties = (
        Duty(amy, 1, time(12), time(15)),
        Duty(amy, 1, time(7, 15), time(10)),
        Duty(amy, 3, time(9), time(15)),
    )
    circle = _circle(duties=duties)
    note = _note("Hannah", "sleep")

    assert _when(note, "Amy", _civil(TUESDAY, "06:40"), circle=circle) == "Tue 07:15"
    assert _when(note, "Amy", _civil(TUESDAY, "10:30"), circle=circle) == "Tue 12:00"
    assert _when(note, "Amy", _civil(TUESDAY, "16:00"), circle=circle) == "Thu 09:00"


def test_a_handover_waits_for_nobody_who_is_not_at_work_yet() -> None:
    early = (Session(SETTING_IDS["Dawns"], 1, time(7, 0), time(8, 0)), *SESSIONS)

    assert (
        _when(_note("Priya", "sleep"), "Dawn", _civil(TUESDAY, "05:00"), circle=_circle(sessions=early)) == "Tue 07:00"
    )


def _who_chose(hears: Hears, reader: str) -> Circle:
    circle = _circle()
    return replace(
        circle,
        memberships=tuple(
            replace(each, person=replace(each.person, hears=hears)) if each.person.id == PERSON_IDS[reader] else each
            for each in circle.memberships
        ),
    )


@pytest.mark.parametrize(
    ("hears", "author", "label", "reader", "day", "clock", "heard"),
    [
        pytest.param(Hears.AS_IT_HAPPENS, "Priya", "meals", "Hannah", TUESDAY, "12:10", "Tue 12:10:20", id="at once"),
        pytest.param(Hears.AS_IT_HAPPENS, "Priya", "meals", "Hannah", TUESDAY, "06:10", "Tue 07:00", id="not before 7"),
        pytest.param(Hears.AS_IT_HAPPENS, "Dawn", "meals", "Hannah", TUESDAY, "20:40", "Wed 07:00", id="not at night"),
        pytest.param(Hears.COLLECTED, "Priya", "meals", "Hannah", TUESDAY, "12:10", "Tue 13:15", id="as Dawn fetches"),
        pytest.param(Hears.COLLECTED, "Dawn", "meals", "Hannah", TUESDAY, "14:00", "Tue 17:45", id="from Dawn"),
        pytest.param(Hears.COLLECTED, "Priya", "meals", "Hannah", TUESDAY, "13:30", "Tue 13:30:20", id="gone already"),
        pytest.param(Hears.COLLECTED, "Priya", "meals", "Hannah", SATURDAY, "12:10", "Sat 17:00", id="no timetable"),
        pytest.param(Hears.FRIDAYS, "Priya", "meals", "Hannah", TUESDAY, "12:10", "Fri 17:00", id="Friday's page"),
        pytest.param(Hears.FRIDAYS, "Priya", "meals", "Hannah", date(2026, 11, 27), "16:59", "Fri 17:00", id="today"),
        pytest.param(Hears.FRIDAYS, "Priya", "incident", "Hannah", TUESDAY, "12:10", "Tue 12:10:20", id="an injury"),
        pytest.param(Hears.AT_FIVE, "Priya", "meals", "Hannah", TUESDAY, "12:10", "Tue 17:00", id="the page"),
        pytest.param(Hears.FRIDAYS, "Hannah", "meals", "Tom", TUESDAY, "12:10", "Tue 12:10:20", id="from home"),
        pytest.param(Hears.FRIDAYS, "Priya", "meals", "Nan", TUESDAY, "12:10", "Tue 17:00", id="who is no parent here"),
    ],
)
def test_a_parent_hears_of_the_day_when_she_chose(
    hears: Hears, author: str, label: str, reader: str, day: date, clock: str, heard: str
) -> None:
    assert _when(_note(author, label), reader, _civil(day, clock), circle=_who_chose(hears, reader)) == heard


def test_what_comes_after_the_page_of_a_friday_is_next_weeks() -> None:
    friday, circle = date(2026, 11, 27), _who_chose(Hears.FRIDAYS, "Hannah")
    at = when_to_tell(
        _note("Priya", "meals"), _member(circle, "Hannah"), circle,
        urgent=False, now=_civil(friday, "17:00"), zone=LONDON, pace=PACE,
    )  # fmt: skip

    assert at == _civil(date(2026, 12, 4), "17:00")


def test_where_no_timetable_is_known_a_note_is_about_today() -> None:
    now = _civil(TUESDAY, "15:00")

    assert _when(_note("Hannah", "sleep"), "Priya", now, circle=_circle(sessions=())) == "Tue 15:00:20"


def test_several_children_wait_out_the_longer_undo_time() -> None:
    longer = Pace(undo=PACE.undo_several, undo_several=PACE.undo_several, gather=PACE.gather)

    assert _when(_note("Hannah", "sleep"), "Priya", _civil(TUESDAY, "09:00"), pace=longer) == "Tue 09:01"


def test_the_night_on_which_the_clocks_go_forward_swallows_no_morning() -> None:
    saturday = date(2026, 3, 28)

    assert _when(_note("Priya", "kit"), "Hannah", _civil(saturday, "23:30")) == "Sun 07:00"
    assert _when(_note("Hannah", "sleep"), "Dawn", _civil(saturday, "23:30")) == "Sun 07:00"


QUIET = {"Hannah": (time(7), time(20, 30)), "Dawn": (time(7), time(20, 30)), "Priya": (time(7, 30), time(18, 30))}


@examples(50)
@given(
    st.sampled_from(["Hannah", "Dawn", "Priya"]),
    st.sampled_from(["Tom", "Amy", "Dawn", "Priya", "Hannah"]),
    st.sampled_from(["sleep", "question", "a dose given", "complaint", "incident"]),
    st.booleans(),
    st.integers(0, 20 * 365 * 24 * 60).map(lambda each: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=each)),
)
def test_nothing_that_is_not_urgent_ever_rings_in_quiet_hours(
    reader: str, author: str, label: str, is_answer: bool, now: datetime
) -> None:
    circle = _circle()
    note = _note(author, label, answers=HANNAHS if is_answer else None)

    at = when_to_tell(note, _member(circle, reader), circle, urgent=False, now=now, zone=LONDON, pace=PACE)

    wall = at.astimezone(LONDON)
    first, last = QUIET[reader]
    assert now <= at <= now + timedelta(days=4)
    assert first <= wall.time() < last
    assert reader != "Priya" or wall.weekday() in WEEKDAYS


# --- how it is written -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "at", "to_parent", "words"),
    [
        pytest.param((TUESDAY, "06:02"), (TUESDAY, "07:30"), False, "7:30", id="1: later this morning"),
        pytest.param((TUESDAY, "12:40"), (TUESDAY, "17:00"), True, "this evening", id="5: the page of the day"),
        pytest.param((TUESDAY, "12:40"), (TUESDAY, "17:00"), False, "17:00", id="staff have no page"),
        pytest.param((TUESDAY, "12:40"), (TUESDAY, "12:45"), False, "12:45", id="5: the handover"),
        pytest.param((TUESDAY, "08:10"), (TUESDAY, "08:12"), False, "", id="two minutes are now"),
        pytest.param((TUESDAY, "08:10"), (TUESDAY, "08:13"), False, "8:13", id="three are not"),
        pytest.param((TUESDAY, "08:10"), (TUESDAY, "08:00"), False, "", id="what has passed is now"),
        pytest.param((TUESDAY, "20:50"), (date(2026, 11, 25), "07:00"), True, "7:00", id="30: overnight"),
        pytest.param((TUESDAY, "14:00"), (date(2026, 11, 25), "07:30"), False, "Wednesday 7:30", id="44: tomorrow"),
        pytest.param((SATURDAY, "09:00"), (date(2026, 11, 30), "07:30"), False, "Monday 7:30", id="30: Monday"),
        pytest.param((TUESDAY, "09:00"), (date(2026, 12, 1), "07:30"), False, "Tuesday 1 Dec 7:30", id="a week"),
        pytest.param((date(2026, 3, 28), "20:00"), (date(2026, 3, 30), "07:30"), False, "Monday 7:30", id="spring"),
    ],
)
def test_a_moment_to_come_is_written_as_people_say_it(
    now: tuple[date, str], at: tuple[date, str], to_parent: bool, words: str
) -> None:
    assert show(_civil(*at), now=_civil(*now), zone=LONDON, to_parent=to_parent).words == words
