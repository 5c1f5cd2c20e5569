"""What falls due is done at its instant, once, however time passes."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import MovableClock, SystemClock
from scheduler.metronome import ByWallClock, Chore, Metronome
from tests.clocks import BookClock

HOUR = timedelta(hours=1)


@dataclass
class Kettle:
    """Something that falls due at given instants."""

    dues: list[datetime]
    done: list[datetime] = field(default_factory=list)
    acted: asyncio.Event = field(default_factory=asyncio.Event)

    async def next_due(self, now: datetime) -> datetime:
        return min(self.dues, default=datetime.max.replace(tzinfo=UTC))

    async def act(self, now: datetime) -> None:
        self.done += [due for due in self.dues if due <= now]
        self.dues = [due for due in self.dues if due > now]
        self.acted.set()


@asynccontextmanager
async def running(metronome: Metronome) -> AsyncIterator[None]:
    task = asyncio.create_task(metronome.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_each_instant_is_acted_on_once_and_none_before_its_time(book_clock: BookClock) -> None:
    start = book_clock.now()
    kettle = Kettle([start + HOUR, start + 2 * HOUR])

    async with running(Metronome([kettle], clock=book_clock)):
        await book_clock.until_somebody_sleeps()
        book_clock.move(HOUR - timedelta(seconds=1))
        await book_clock.until_somebody_sleeps()
        assert kettle.done == []
        for hours in (1, 2):
            book_clock.move_to(start + hours * HOUR)
            await book_clock.until_somebody_sleeps()
            assert kettle.done == [start + (each + 1) * HOUR for each in range(hours)]


async def test_what_fell_due_while_nobody_looked_is_done_at_the_start(book_clock: BookClock) -> None:
    missed = book_clock.now() - timedelta(days=3)
    kettle = Kettle([missed])

    async with running(Metronome([kettle], clock=book_clock)):
        await kettle.acted.wait()

    assert kettle.done == [missed]


async def test_moving_book_time_wakes_it() -> None:
    clock = MovableClock(datetime(2026, 11, 23, 7, 40, tzinfo=UTC))
    kettle = Kettle([clock.now() + HOUR])

    async with running(Metronome([kettle], clock=clock)), asyncio.timeout(10):
        await asyncio.sleep(0)
        clock.move_to(clock.now() + 2 * HOUR)
        await kettle.acted.wait()

    assert len(kettle.done) == 1


async def test_something_that_falls_due_earlier_than_before_is_looked_for_when_told(book_clock: BookClock) -> None:
    kettle = Kettle([])
    metronome = Metronome([kettle], clock=book_clock)

    async with running(metronome):
        await book_clock.until_somebody_sleeps()
        kettle.dues = [book_clock.now()]
        metronome.look_again()
        await kettle.acted.wait()

    assert len(kettle.done) == 1


async def test_one_that_calls_itself_due_for_ever_is_done_once_a_minute_and_holds_up_nobody(
    book_clock: BookClock,
) -> None:
    stuck, kettle = Stuck(), Kettle([book_clock.now()])

    async with running(Metronome([stuck, kettle], clock=book_clock)):
        for minute in range(1, 4):
            await book_clock.until_somebody_sleeps()
            assert stuck.acts == minute
            book_clock.move(timedelta(minutes=1))

    assert len(kettle.done) == 1


@dataclass
class Stuck:
    acts: int = 0

    async def next_due(self, now: datetime) -> datetime:
        return now

    async def act(self, now: datetime) -> None:
        self.acts += 1


async def test_a_fault_ends_it_rather_than_being_slept_over(book_clock: BookClock) -> None:
    class Broken(Stuck):
        async def act(self, now: datetime) -> None:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Metronome([Broken()], clock=book_clock).run()


@pytest.mark.parametrize("early", [timedelta(seconds=-5), timedelta(milliseconds=30)], ids=["passed", "to come"])
async def test_by_the_wall_clock_one_date_job_does_the_same(early: timedelta) -> None:
    clock = SystemClock()
    first = Kettle([clock.now() + early, clock.now() + early + timedelta(milliseconds=20)])
    chores: list[Chore] = [first]

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        async with running(Metronome(chores, clock=clock, waiting=ByWallClock())), asyncio.timeout(10):
            while len(first.done) < 2:
                first.acted.clear()
                await first.acted.wait()

    assert first.dues == []
