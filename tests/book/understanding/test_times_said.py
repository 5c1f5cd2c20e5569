"""Times, stretches and lengths as people write them, and which moment of the day is meant."""

from __future__ import annotations

import re
from datetime import date, datetime, time

import pytest

from book.understanding.days_said import ONE_DAY_EACH, UnsureDay, as_said, coming, gone
from book.understanding.times_said import ANY_TIME, LENGTH, Clock, NotYet, StretchSaid, TimeSaid, read_length, read_time

TUESDAY = date(2026, 11, 24)


def time_of(said: str) -> TimeSaid:
    assert re.fullmatch(ANY_TIME, said)
    read = read_time(said)
    assert read is not None
    return read


def at(written: str) -> Clock:
    return Clock(datetime.fromisoformat(f"2026-11-24T{written}"))


@pytest.mark.parametrize(
    ("said", "hour", "minute", "sure"),
    [
        ("half 9", 9, 30, False),
        ("half past nine", 9, 30, False),
        ("ten past 1", 1, 10, False),
        ("20 past 12", 12, 20, False),
        ("quarter to 3", 2, 45, False),
        ("a quarter to 1", 12, 45, False),
        ("twenty five to 4", 3, 35, False),
        ("12.30", 12, 30, False),
        ("6.45am", 6, 45, True),
        ("6:45 pm", 18, 45, True),
        ("06:45", 6, 45, True),
        ("14.05", 14, 5, True),
        ("1430hrs", 14, 30, True),
        ("9am", 9, 0, True),
        ("12am", 0, 0, True),
        ("12pm", 12, 0, True),
        ("7 o clock", 7, 0, False),
        ("11ish", 11, 0, False),
        ("noon", 12, 0, True),
        ("midnight", 0, 0, True),
        ("4", 4, 0, False),
        ("quarter to", None, 45, False),
        ("half past", None, 30, False),
    ],
)
def test_a_time_is_read_as_people_write_it(said: str, hour: int | None, minute: int, sure: bool) -> None:
    assert time_of(said) == TimeSaid(hour, minute, sure)


@pytest.mark.parametrize("said", ["25:10", "12.75", "half 13", "after lunch", "38.2", "1.5", "half of it"])
def test_what_is_no_time_is_none(said: str) -> None:
    assert re.fullmatch(ANY_TIME, said) is None


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("45 mins", 45),
        ("45m", 45),
        ("an hour and a half", 90),
        ("hour and a half", 90),
        ("1hr 20", 80),
        ("1h20", 80),
        ("1 hour and 10 minutes", 70),
        ("half an hour", 30),
        ("half hr", 30),
        ("1.5 hrs", 90),
        ("1 1/2 hours", 90),
        ("2 and a half hours", 150),
        ("two hours", 120),
        ("three quarters of an hour", 45),
        ("forty five minutes", 45),
        ("40-minute", 40),
    ],
)
def test_a_length_is_read_in_minutes(said: str, minutes: int) -> None:
    assert re.fullmatch(LENGTH, said)
    assert read_length(said) == minutes


@pytest.mark.parametrize(
    ("said", "written", "night", "moment"),
    [
        ("5.45", "06:02", False, "2026-11-24T05:45"),
        ("6.45", "06:02", False, None),  # dialogue 1: it had not come yet
        ("3", "06:10", False, "2026-11-24T03:00"),
        ("3", "16:00", False, "2026-11-24T15:00"),
        ("3", "14:00", False, None),
        ("half 2", "14:45", False, "2026-11-24T14:30"),
        ("7", "17:30", False, "2026-11-24T07:00"),
        ("7", "06:10", True, "2026-11-23T19:00"),
        ("4", "15:30", True, "2026-11-24T04:00"),
        ("8", "05:00", False, "2026-11-23T20:00"),
        ("noon", "15:00", False, "2026-11-24T12:00"),
        ("14:30", "10:00", False, None),
        ("quarter to", "15:00", False, "2026-11-24T14:45"),
    ],
)
def test_the_newest_moment_that_can_be_meant_is_and_none_that_has_not_come(
    said: str, written: str, night: bool, moment: str | None
) -> None:
    if moment is None:
        with pytest.raises(NotYet):
            at(written).past(time_of(said), night=night)
    else:
        assert at(written).past(time_of(said), night=night) == datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    ("begins", "ends", "written", "slept"),
    [
        ("12.30", "1.45", "15:00", ("2026-11-24T12:30", "2026-11-24T13:45")),
        ("12", "1", "12:55", ("2026-11-24T12:00", "2026-11-24T13:00")),  # dialogue 7: no question over five minutes
        ("12", "1", "12:40", None),
        ("12", "2", "11:00", None),
        ("11", "12", "12:40", ("2026-11-24T11:00", "2026-11-24T12:00")),
        ("7", "6", "07:40", ("2026-11-23T19:00", "2026-11-24T06:00")),
        ("7", "7", "07:05", ("2026-11-23T19:00", "2026-11-24T07:00")),
        ("7", "6", "18:30", ("2026-11-23T19:00", "2026-11-24T06:00")),
        ("1", "2", "07:00", ("2026-11-24T01:00", "2026-11-24T02:00")),
    ],
)
def test_a_sleep_is_a_nap_by_day_and_a_night_where_only_that_can_be_meant(
    begins: str, ends: str, written: str, slept: tuple[str, str] | None
) -> None:
    stretch = StretchSaid(time_of(begins), time_of(ends))
    if slept is None:
        with pytest.raises(NotYet):
            at(written).slept(stretch)
    else:
        assert at(written).slept(stretch) == tuple(datetime.fromisoformat(each) for each in slept)


@pytest.mark.parametrize(
    ("said", "written", "moment"),
    [
        ("4", "06:50", "2026-11-24T16:00"),
        ("12", "07:20", "2026-11-24T12:00"),
        ("half 3", "09:00", "2026-11-24T15:30"),
        ("8", "06:00", "2026-11-24T08:00"),
        ("12", "15:00", None),
    ],
)
def test_what_is_to_come_is_within_the_hours_of_the_setting(said: str, written: str, moment: str | None) -> None:
    if moment is None:
        with pytest.raises(NotYet):
            at(written).coming(time_of(said))
    else:
        assert at(written).coming(time_of(said)) == datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    ("said", "ahead", "back"),
    [
        ("tmrw", date(2026, 11, 25), None),
        ("tomoz", date(2026, 11, 25), None),
        ("yest", None, date(2026, 11, 23)),
        ("last night", None, date(2026, 11, 23)),
        ("today", TUESDAY, TUESDAY),
        ("thurs", date(2026, 11, 26), date(2026, 11, 19)),
        ("tuesday", TUESDAY, TUESDAY),
        ("next tuesday", date(2026, 12, 1), None),
        ("next monday", date(2026, 11, 30), None),
        ("14/3", date(2027, 3, 14), date(2026, 3, 14)),
        ("3/11/26", None, date(2026, 11, 3)),
        ("fri 27th", date(2026, 11, 27), None),
        ("thurs 26th nov", date(2026, 11, 26), None),
        ("the 14th".removeprefix("the "), date(2026, 12, 14), date(2026, 11, 14)),
        ("march 14th", date(2027, 3, 14), date(2026, 3, 14)),
        ("31/11", None, None),
    ],
)
def test_a_day_is_the_next_or_the_last_of_that_name(said: str, ahead: date | None, back: date | None) -> None:
    found = ONE_DAY_EACH.fullmatch(said)
    assert found is not None
    day = as_said(found)
    if ahead is not None or said == "31/11":
        assert coming(day, TUESDAY) == ahead
    if back is not None or said == "31/11":
        assert gone(day, TUESDAY) == back


@pytest.mark.parametrize("said", ["fri 14th", "mon 24th nov", "next thursday"])
def test_a_weekday_that_is_not_its_dates_and_one_that_could_be_two_days_is_a_doubt(said: str) -> None:
    found = ONE_DAY_EACH.fullmatch(said)
    assert found is not None
    with pytest.raises(UnsureDay):
        coming(as_said(found), TUESDAY)


def test_the_hours_of_a_setting_decide_which_half_of_the_day_is_meant() -> None:
    written, tomorrow = datetime(2026, 11, 24, 8, 10), date(2026, 11, 25)  # noqa: DTZ001 - civil
    early, late = TimeSaid(7, 0), TimeSaid(7, 15)

    assert Clock(written).coming(early, day=tomorrow).time() == time(19)
    assert Clock(written, opens=time(6, 45)).coming(early, day=tomorrow).time() == time(7)
    assert Clock(written).coming(late, day=tomorrow).time() == time(7, 15)
    assert Clock(written, closes=time(18, 30)).coming(late, day=tomorrow).time() == time(19, 15)
    assert Clock(written, closes=time(23, 30)).coming(late, day=tomorrow).time() == time(19, 15)
