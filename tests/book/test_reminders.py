"""When a reminder falls due: clock changes against a walk of the clock, leap days, ends of months, terms, open days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from book.calendar import Calendar, Sort, Stretch
from book.reminders import (
    AtMonths,
    EveryHalfTerm,
    EveryTerm,
    Once,
    OpenDaysBefore,
    Recurrence,
    Recurring,
    TooLate,
    dues,
    fallings,
    from_json,
    months_old,
    to_json,
)
from book.timing import civil_instant

LONDON = ZoneInfo("Europe/London")
# Its clocks change by half an hour, and in the other half of the year.
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
YEARS = range(2025, 2045)


def walked(day: date, zone: ZoneInfo) -> Iterator[tuple[time, datetime]]:
    """For each civil minute of a day the instant at which a clock on the wall first shows it, or something later.

    Found by walking minute by minute and reading the clock, and by nothing else.
    """
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    midnight, end = datetime.combine(day, time()), datetime.combine(day + DAY, time())
    wanted = midnight
    at = noon - timedelta(hours=40)
    while wanted < end:
        shown = at.astimezone(zone).replace(tzinfo=None)
        while wanted <= shown and wanted < end:
            yield wanted.time(), at
            wanted += MINUTE
        at += MINUTE


def _differ(day: date, zone: ZoneInfo) -> list[tuple[date, time]]:
    noon = datetime.combine(day, time(12), tzinfo=zone)
    return [(day, at) for at, instant in walked(day, zone) if civil_instant(noon, at, zone) != instant]


def _days(year: int) -> list[date]:
    return [date(year, 1, 1) + DAY * ahead for ahead in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


def _changes(zone: ZoneInfo, year: int) -> list[date]:
    """The days on which the clocks change, with those before and after."""
    offsets = [datetime.combine(day, time(12), tzinfo=zone).utcoffset() for day in _days(year)]
    return [
        day
        for at, day in enumerate(_days(year))
        if any(offsets[each] != offsets[each - 1] for each in (at - 1, at, at + 1) if 0 < each < len(offsets))
    ]


@pytest.mark.parametrize("zone", [LONDON, LORD_HOWE], ids=str)
def test_both_changes_of_the_clocks_in_twenty_years_are_as_a_walk_of_the_clock_finds_them(zone: ZoneInfo) -> None:
    for year in YEARS[::4]:
        days = _changes(zone, year)
        assert len(days) == 6
        assert [each for day in days for each in _differ(day, zone)] == []


@pytest.mark.prove
@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("zone", [LONDON, LORD_HOWE], ids=str)
def test_every_minute_of_twenty_years_is_as_a_walk_of_the_clock_finds_it(zone: ZoneInfo, year: int) -> None:
    assert [each for day in _days(year) for each in _differ(day, zone)] == []


def test_every_day_at_nine_is_at_nine_for_years_and_once_a_day() -> None:
    start, every_day = datetime(2025, 1, 1, tzinfo=UTC), Recurring("FREQ=DAILY", date(2025, 1, 1))
    found = list(islice(dues(every_day, time(9), LONDON, TooLate.DAY, None, since=start), 365 * 13))

    assert all(each.at.astimezone(LONDON).time() == time(9) for each in found)
    assert [each.falling.day for each in found] == [date(2025, 1, 1) + DAY * ahead for ahead in range(365 * 13)]


def test_a_time_that_is_skipped_comes_once_and_one_that_comes_twice_counts_once() -> None:
    rule = Recurring("FREQ=DAILY", date(2026, 3, 28))
    spring = islice(dues(rule, time(1, 30), LONDON, TooLate.DAY, None, since=datetime(2026, 3, 28, 12, tzinfo=UTC)), 2)
    autumn = islice(dues(rule, time(1, 30), LONDON, TooLate.DAY, None, since=datetime(2026, 10, 24, 12, tzinfo=UTC)), 2)

    assert [each.at for each in spring] == [
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        datetime(2026, 3, 30, 0, 30, tzinfo=UTC),
    ]
    assert [each.at for each in autumn] == [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 26, 1, 30, tzinfo=UTC),
    ]


def test_the_31st_is_only_where_there_is_one_and_29_february_in_leap_years() -> None:
    every_31st = fallings(Recurring("FREQ=MONTHLY;BYMONTHDAY=31", date(2026, 1, 1)), date(2025, 12, 31), None)
    leap_days = fallings(Recurring("FREQ=YEARLY", date(2024, 2, 29)), date(2024, 1, 1), None)

    assert [each.day.month for each in islice(every_31st, 7)] == [1, 3, 5, 7, 8, 10, 12]
    assert [each.day.year for each in islice(leap_days, 3)] == [2024, 2028, 2032]


def test_of_all_birthdays_from_2016_to_2032_the_months_are_counted_as_the_law_counts_years() -> None:
    day = date(2016, 1, 1)
    while day.year <= 2032:
        # She is two from the day on which the date says so; where that year has no 29 February, from 1 March.
        two = date(day.year + 2, 3, 1) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + 2)
        assert months_old(day, 24) == two
        assert (
            months_old(day, 24) < months_old(day, 27) < months_old(day, 30) < months_old(day, 33) < months_old(day, 36)
        )
        day += DAY


TERMS = Calendar(
    stretches=(
        Stretch(Sort.TERM, date(2026, 9, 3), date(2026, 12, 18), "Autumn"),
        Stretch(Sort.HALF_TERM, date(2026, 10, 26), date(2026, 10, 30)),
        Stretch(Sort.INSET, date(2026, 9, 3), date(2026, 9, 4)),
        Stretch(Sort.TERM, date(2027, 1, 5), date(2027, 3, 25), "Spring"),
        Stretch(Sort.HALF_TERM, date(2027, 2, 15), date(2027, 2, 19)),
    )
)


@pytest.mark.parametrize(
    ("recurrence", "days"),
    [
        (EveryHalfTerm(), ["2026-09-07", "2026-11-02", "2027-01-05", "2027-02-22"]),
        (EveryHalfTerm(weeks=2), ["2026-10-12", "2026-12-07", "2027-02-01", "2027-03-15"]),
        (
            EveryTerm(0, (3, 1)),
            ["2026-09-07", "2026-11-30", "2026-12-14", "2027-01-05", "2027-03-08", "2027-03-22"],
        ),
        (EveryTerm(), ["2026-09-07", "2027-01-05"]),
        (OpenDaysBefore(date(2027, 1, 5), 3), ["2026-12-30"]),
        (Once(date(2026, 11, 27)), ["2026-11-27"]),
        (AtMonths(date(2025, 1, 31), (24, 25)), ["2027-01-31", "2027-03-01"]),
    ],
    ids=lambda each: str(each)[:30],
)
def test_terms_open_days_and_months_fall_where_a_calendar_shows_them(recurrence: Recurrence, days: list[str]) -> None:
    found = list(fallings(recurrence, date(2026, 8, 1), TERMS))

    assert [each.day.isoformat() for each in found] == days
    assert len({each.period for each in found}) == len(found)
    assert from_json(to_json(recurrence)) == recurrence


def test_what_is_too_late_is_the_next_day_or_the_next_of_its_kind_or_never() -> None:
    rule, since = AtMonths(date(2024, 11, 1), (24, 27)), datetime(2026, 10, 1, tzinfo=UTC)

    def until(too_late: TooLate) -> list[datetime | None]:
        return [each.useful_until for each in dues(rule, time(9), LONDON, too_late, None, since=since)]

    assert until(TooLate.DAY) == [datetime(2026, 11, 2, tzinfo=UTC), datetime(2027, 2, 2, tzinfo=UTC)]
    assert until(TooLate.NEXT) == [datetime(2027, 2, 1, 9, tzinfo=UTC), None]
    assert until(TooLate.NEVER) == [None, None]
