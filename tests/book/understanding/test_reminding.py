"""Whom, when and what of a reminder, and what is said of a calendar; what tells of something is a note."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from book.reminders import to_json
from book.understanding import calendar_said
from book.understanding.calendar_said import Days, OpenHours, Rule, Show, Unsure
from book.understanding.reminding import read, read_when

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC).replace(tzinfo=None)  # a Tuesday
WHOMS = {"everyone": "all", "priya": "priya", "butterfly room": "room"}


@pytest.mark.parametrize(
    ("text", "whom", "when", "at", "what"),
    [
        ("remind me Friday to bring wellies", "me", '["once","2026-11-27"]', "", "bring wellies"),
        ("Remind me to bring wellies on friday at 7", "me", '["once","2026-11-27"]', "07:00", "bring wellies"),
        ("remind everyone on the 14th we're closed", "all", '["once","2026-12-14"]', "", "we're closed"),
        ("every Tuesday PE kit", "me", '["rule","FREQ=WEEKLY;BYDAY=TU","2026-11-24"]', "", "PE kit"),
        ("don't let me forget the inhaler tomorrow", "me", '["once","2026-11-25"]', "", "the inhaler"),
        ("remind Butterfly room on Fri 4 Dec: nativity at 2", "room", '["once","2026-12-04"]', "", "nativity at 2"),
        ("pls remind Priya tomorrow afternoon about the form", "priya", '["once","2026-11-25"]', "13:00", "the form"),
        ("remind me in 2 hours to ring", "me", '["once","2026-11-24"]', "11:00", "ring"),
        ("remind me at 8 to ring", "me", '["once","2026-11-25"]', "08:00", "ring"),
        ("remind me 3/12 photo day", "me", '["once","2026-12-03"]', "", "photo day"),
        ("remind me 3 working days before 24 dec to order", "me", '["open_days","2026-12-24",3]', "", "order"),
        ("remind me every half-term to review Leo's plan", "me", '["half_term",0]', "", "review Leo's plan"),
        ("remind me every month on the 31st to invoice", "me",
         '["rule","FREQ=MONTHLY;BYMONTHDAY=31","2026-11-24"]', "", "invoice"),
        ("remind me on mondays and wednesdays kit", "me", '["rule","FREQ=WEEKLY;BYDAY=MO,WE","2026-11-24"]', "", "kit"),
    ],
)  # fmt: skip
def test_one_sentence_says_whom_when_and_what(text: str, whom: str, when: str, at: str, what: str) -> None:
    wish = read(text, WHOMS, NOW)

    assert wish is not None
    assert wish.when.recurrence is not None
    assert (wish.whom, to_json(wish.when.recurrence), wish.what) == (whom, when, what)
    assert (f"{wish.when.at:%H:%M}" if wish.when.at else "") == at


@pytest.mark.parametrize("text", ["remind me tuesday to ring", "remind me next friday to ring"])
def test_a_day_that_could_be_one_of_two_is_left_to_whoever_said_it(text: str) -> None:
    wish = read(text, {}, NOW)

    assert wish is not None
    assert wish.when.between is not None
    assert wish.when.recurrence is None


@pytest.mark.parametrize(
    "text", ["every tuesday she cries at drop off", "every day is hard", "remind nobody friday", "bring wellies friday"]
)
def test_what_tells_of_something_or_names_nobody_known_is_no_wish(text: str) -> None:
    assert read(text, WHOMS, NOW) is None


def test_a_when_is_read_alone_or_not_at_all() -> None:
    assert read_when("friday at 8", NOW) is not None
    assert read_when("she was fine on friday", NOW) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("calendar", Show),
        ("when is half term?", Show),
        ("closed 24 Dec to 1 Jan", Days),
        ("closed tomorrow", Days),
        ("inset days 4 and 5 Jan", Days),
        ("half term 26-30 oct", Days),
        ("open Mon to Thu 7.30-6", OpenHours),
        ("we're in Scotland", Rule),
        ("closed tuesday", Unsure),
        ("inset day Fri 7 Jan", Unsure),
    ],
)
def test_what_is_said_of_a_calendar_is_read_whole(text: str, kind: type) -> None:
    assert isinstance(calendar_said.read(text, NOW.date()), kind)


@pytest.mark.parametrize("text", ["closed her mouth", "open wide", "training her to use the potty", "she closed it"])
def test_what_only_begins_like_it_is_a_note(text: str) -> None:
    assert calendar_said.read(text, NOW.date()) is None


def test_a_half_term_that_has_just_been_is_this_years() -> None:
    said = calendar_said.read("half term 26-30 oct", NOW.date())

    assert isinstance(said, Days)
    assert said.stretches == ((date(2026, 10, 26), date(2026, 10, 30)),)
