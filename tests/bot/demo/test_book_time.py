"""The demo's book time: which morning it opens on, and that nothing takes it back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.clock import MovableClock
from bot.demo.book_time import (
    BookTime,
    KeptTime,
    civil_moment,
    go_on,
    latest_school_day,
    opening_moment,
    school_day_before,
)

LONDON = ZoneInfo("Europe/London")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("today", "school_day"),
    [
        (date(2026, 11, 20), date(2026, 11, 20)),
        (date(2026, 11, 21), date(2026, 11, 20)),  # Saturday
        (date(2026, 11, 22), date(2026, 11, 20)),  # Sunday
        (date(2026, 11, 23), date(2026, 11, 23)),
        (date(2026, 5, 4), date(2026, 5, 1)),  # early May bank holiday
        (date(2026, 12, 28), date(2026, 12, 24)),  # Boxing Day, kept on the Monday
        (date(2027, 1, 1), date(2026, 12, 31)),
        (date(2027, 3, 29), date(2027, 3, 25)),  # Easter Monday back over Good Friday
    ],
)
def test_a_school_day_is_neither_a_weekend_nor_a_bank_holiday(today: date, school_day: date) -> None:
    assert latest_school_day(today) == school_day


def test_days_before_are_counted_in_school_days() -> None:
    assert school_day_before(date(2026, 11, 23), 1) == date(2026, 11, 20)
    assert school_day_before(date(2026, 11, 23), 2) == date(2026, 11, 19)
    assert school_day_before(date(2026, 11, 23), 0) == date(2026, 11, 23)


def test_the_demo_opens_at_twenty_to_eight_on_clocks_in_london() -> None:
    assert opening_moment(date(2026, 11, 22), LONDON) == datetime(2026, 11, 20, 7, 40, tzinfo=UTC)
    assert opening_moment(date(2026, 7, 17), LONDON) == datetime(2026, 7, 17, 6, 40, tzinfo=UTC)


def test_a_kept_time_is_read_back_and_what_nobody_can_read_is_none(tmp_path: Path) -> None:
    kept = KeptTime(tmp_path / "demo.json")
    assert kept.read() is None

    kept.keep(NOON)
    assert kept.read() == NOON
    assert [each.name for each in tmp_path.iterdir()] == ["demo.json"]

    for damaged in ("", "{", "[]", '{"book_time": 7}', '{"book_time": "2026-11-20T12:00:00"}', '{"book_time": "noon"}'):
        (tmp_path / "demo.json").write_text(damaged)
        assert kept.read() is None


class Bell:
    """Something that falls due at each of some moments, and the moments at which it did."""

    def __init__(self, clock: MovableClock, due: list[datetime]) -> None:
        self.clock = clock
        self.due = due
        self.rung: list[datetime] = []

    @property
    def worker(self) -> Bell:
        return self

    @property
    def dispatcher(self) -> Bell:
        return self

    async def work_off(self) -> int:
        return 0

    async def drain(self) -> Bell:
        now = self.clock.now()
        self.rung += [each.replace(microsecond=0) for each in [now] if any(due <= now for due in self.due)]
        self.due = [each for each in self.due if each > now]
        return self

    @property
    def next_at(self) -> datetime | None:
        return min(self.due, default=None)


async def test_moving_on_stops_at_every_moment_at_which_something_falls_due(tmp_path: Path) -> None:
    clock = MovableClock(NOON)
    due = [NOON + timedelta(hours=each) for each in (3, 1, 5)]
    bell = Bell(clock, due)
    book_time = BookTime(clock, KeptTime(tmp_path / "demo.json"), bell, LONDON)

    now = await book_time.move_on(NOON + timedelta(hours=4))

    assert bell.rung == [NOON + timedelta(hours=1), NOON + timedelta(hours=3)]
    assert now >= NOON + timedelta(hours=4)
    kept = KeptTime(tmp_path / "demo.json").read()
    assert kept is not None
    assert kept >= NOON + timedelta(hours=4)


async def test_moving_to_a_moment_that_has_passed_changes_nothing() -> None:
    clock = MovableClock(NOON)

    await go_on(clock, Bell(clock, []), NOON - timedelta(hours=1))

    assert clock.now() >= NOON


@pytest.mark.parametrize(
    ("now", "civil", "next_time"),
    [
        (datetime(2026, 11, 20, 12, 0, tzinfo=UTC), time(17, 0), datetime(2026, 11, 20, 17, 0, tzinfo=UTC)),
        (datetime(2026, 11, 20, 12, 0, tzinfo=UTC), time(7, 30), datetime(2026, 11, 21, 7, 30, tzinfo=UTC)),
        (datetime(2026, 7, 17, 12, 0, tzinfo=UTC), time(17, 0), datetime(2026, 7, 17, 16, 0, tzinfo=UTC)),
        # The night on which the clocks go forward, and that on which they go back.
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), time(7, 30), datetime(2026, 3, 29, 6, 30, tzinfo=UTC)),
        (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), time(7, 30), datetime(2026, 10, 25, 7, 30, tzinfo=UTC)),
    ],
)
def test_the_next_time_is_civil_and_always_ahead(
    tmp_path: Path, now: datetime, civil: time, next_time: datetime
) -> None:
    clock = MovableClock(now)

    assert BookTime(clock, KeptTime(tmp_path / "x"), Bell(clock, []), LONDON).next_time(civil) == next_time


async def test_what_the_scheduler_does_happens_at_its_moment_on_the_way(tmp_path: Path) -> None:
    clock = MovableClock(NOON)
    done: list[datetime] = []
    due = clock.now() + timedelta(hours=5)

    class Chore:
        async def next_due(self, now: datetime) -> datetime:
            return due if not done else now + timedelta(days=1)

        async def act(self, now: datetime) -> None:
            done.append(now)

    book_time = BookTime(clock, KeptTime(tmp_path / "demo.json"), Bell(clock, []), LONDON, (Chore(),))
    await book_time.move_on(clock.now() + timedelta(days=3))

    assert len(done) == 1
    assert due <= done[0] < due + timedelta(seconds=1)


def test_a_written_moment_is_civil_in_the_zone_unless_it_says_otherwise() -> None:
    london = ZoneInfo("Europe/London")

    assert civil_moment("2026-07-01T07:30", london) == datetime(2026, 7, 1, 6, 30, tzinfo=UTC)
    assert civil_moment("2026-03-29T01:30", london) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert civil_moment("2026-11-24T07:30:00Z", london) == datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    assert civil_moment("soon", london) is None
