"""What people type into cells: read day first and by the Kingdom's numbers, or named as what is wrong with it."""

from __future__ import annotations

import doctest
from datetime import date, time

import pytest

from book.importing import cells, hours
from book.importing.cells import NoSuchDay, Why
from book.importing.headings import About, Field, find_headings
from book.importing.hours import Hours, read_hours
from book.importing.sheets import Row, Sheet

A_MORNING = (time(8), time(13))


@pytest.mark.parametrize(
    ("text", "days", "between"),
    [
        ("Mon–Wed 8–1", (0, 1, 2), A_MORNING),
        ("Mon Wed Fri 8-1pm", (0, 2, 4), A_MORNING),
        ("Tue, Thu all day", (1, 3), hours.ALL_DAY),
        ("every day 9-3", (0, 1, 2, 3, 4), (time(9), time(15))),
        ("Mon 8.30am to 6pm", (0,), (time(8, 30), time(18))),
        ("Monday and Tuesday mornings", (0, 1), A_MORNING),
        ("Mon 1-6", (0,), (time(13), time(18))),
        ("Thurs, Fri", (3, 4), hours.ALL_DAY),
        ("0800-1300 Mon", (0, 1, 2, 3, 4), None),  # hours before their day are not guessed at
    ],
)
def test_sessions_are_read_as_they_are_written(
    text: str, days: tuple[int, ...], between: tuple[time, time] | None
) -> None:
    found = read_hours(text)

    if between is not None:
        assert found == tuple(Hours(day, *between) for day in days)


def test_each_day_may_have_hours_of_its_own() -> None:
    assert read_hours("Mon-Tue 8-1, Thu 9-3:30") == (
        Hours(0, *A_MORNING), Hours(1, *A_MORNING), Hours(3, time(9), time(15, 30)),
    )  # fmt: skip


@pytest.mark.parametrize("text", ["", "ask Maya", "Mon 25-3", "M", "Mon 8-1 term time", "Mon 9-9-9"])
def test_what_is_not_understood_whole_is_not_read_at_all(text: str) -> None:
    assert read_hours(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("07700 900123", ("+447700900123",)),
        ("7700900123", ("+447700900123",)),  # a spreadsheet ate the nought
        ("+44 (0)7700 900123", ("+447700900123",)),
        ("0048 512 345 678", ("+48512345678",)),
        ("01632 960555 / 07700 900123", ("+447700900123",)),
        ("0770 900 12", Why.TOO_SHORT),
        ("07700 9001234", Why.TOO_LONG),
        ("01632 960555", Why.LANDLINE),
        ("ask nan", Why.NO_NUMBER),
        ("+447700900123.0", ("+447700900123",)),
    ],
)
def test_mobile_numbers(text: str, found: tuple[str, ...] | Why) -> None:
    assert cells.read_mobiles(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3/5/23", date(2023, 5, 3)),
        ("03.05.2023", date(2023, 5, 3)),
        ("3rd May 2023", date(2023, 5, 3)),
        ("May 3, 2023", date(2023, 5, 3)),
        ("2023-05-03", date(2023, 5, 3)),
        ("3/5/2062", date(2062, 5, 3)),
        ("31/2/2023", NoSuchDay()),
        ("soon", None),
    ],
)
def test_dates_are_day_first(text: str, found: date | NoSuchDay | None) -> None:
    assert cells.read_date(text) == found


def test_nobody_is_born_in_the_future_or_before_her_time() -> None:
    today = date(2026, 11, 24)
    assert cells.is_possible_birth(date(2023, 5, 3), today)
    assert not cells.is_possible_birth(date(2062, 5, 3), today)
    assert not cells.is_possible_birth(date(1962, 5, 3), today)


def test_headings_of_ones_own_are_recognised_and_what_is_not_ours_is_left_out() -> None:
    headings = ("Child's Name", "D.O.B.", "Key worker", "Mum", "Mum mobile", "Dad's mobile", "Second keyperson",
                "Days attending", "Photo permission", "Postcode", "Allergies", "Emergency contact number")  # fmt: skip
    found = find_headings(Sheet("Sheet1", (Row(3, headings), Row(4, ("x",) * 12))))

    assert found is not None
    assert found.about is About.CHILDREN
    assert [(each.field, each.slot) for each in found.columns] == [
        (Field.NAME, 0), (Field.BORN, 0), (Field.KEY, 0), (Field.PARENT, 1), (Field.PARENT_MOBILE, 1),
        (Field.PARENT_MOBILE, 2), (Field.SECOND_KEY, 0), (Field.SESSIONS, 0), (Field.PHOTOS, 0),
    ]  # fmt: skip
    assert found.left_out == ("Postcode", "Allergies", "Emergency contact number")


def test_the_examples_in_the_documentation_hold() -> None:
    for module in (cells, hours):
        assert doctest.testmod(module).failed == 0
