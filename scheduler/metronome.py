"""Wakes whatever falls due, at the instant it falls due, and knows nothing else.

The tables say what is due; here there is one waiting for the next instant of all, set again after each act. No job
is kept anywhere and nothing recurs by itself, so a restart, a clock change or a second process can neither lose an
act nor do one twice. Refuses to know what is done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from types import TracebackType
from typing import Protocol, Self

# A wall clock may be set while somebody waits by it, and a message may make something fall due sooner than anything
# did: nothing does within less than ten minutes.
_LONGEST_WAIT = timedelta(minutes=5)
# What still calls itself due after it was done would otherwise be done again at once and for ever.
_STILL_DUE = timedelta(minutes=1)


class Clock(Protocol):
    """Book time."""

    def now(self) -> datetime: ...

    async def sleep_until(self, instant: datetime) -> None: ...


class Chore(Protocol):
    """Something that falls due."""

    async def next_due(self, now: datetime) -> datetime:
        """When there is something to do; ``now`` or earlier if there is already."""
        ...

    async def act(self, now: datetime) -> None:
        """Do what is due at ``now``; afterwards it is due no more."""
        ...


class Waiting(Protocol):
    """A way to let time pass."""

    async def until(self, instant: datetime) -> None:
        """Return at ``instant``, or at once if it has come."""
        ...


class Metronome:
    """One for all chores of a process."""

    def __init__(
        self, chores: Sequence[Chore], *, clock: Clock, waiting: AbstractContextManager[Waiting] | None = None
    ) -> None:
        """``waiting`` is opened while the metronome runs; without one it waits by ``clock``, which may be moved."""
        self._chores = tuple(chores)
        self._clock = clock
        self._waiting = waiting if waiting is not None else nullcontext(ByBookTime(clock))
        self._changed = asyncio.Event()

    def look_again(self) -> None:
        """Something may fall due earlier than it did."""
        self._changed.set()

    async def run(self) -> None:
        """Do what falls due until cancelled. What an act raises ends the run: a fault is never slept over."""
        with self._waiting as waiting:
            while True:
                self._changed.clear()
                due = await self.work_off()
                await self._wait(waiting, min(due, self._clock.now() + _LONGEST_WAIT))

    async def work_off(self) -> datetime:
        """Do everything that is due at this moment; when to look again."""
        soonest: list[datetime] = []
        for chore in self._chores:
            now = self._clock.now()
            due = await chore.next_due(now)
            if due <= now:
                await chore.act(now)
                due = await chore.next_due(now)
                if due <= now:
                    due = now + _STILL_DUE
            soonest.append(due)
        return min(soonest, default=self._clock.now() + _LONGEST_WAIT)

    async def _wait(self, waiting: Waiting, instant: datetime) -> None:
        waits = [
            asyncio.create_task(waiting.until(instant), name="the next instant"),
            asyncio.create_task(self._changed.wait(), name="a change of what is due"),
        ]
        try:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for each in done:
                each.result()
        finally:
            for each in waits:
                each.cancel()
            await asyncio.gather(*waits, return_exceptions=True)


class ByBookTime:
    """Waits by a clock that may be moved forward; moving it wakes whoever waits."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def until(self, instant: datetime) -> None:
        """Return at ``instant`` of book time."""
        await self._clock.sleep_until(instant)


class ByWallClock:
    """Waits by the wall clock: one date job of APScheduler, put in the place of the last one."""

    def __init__(self) -> None:
        """Begins to keep time when it is entered, in the running event loop."""
        self._due = asyncio.Event()

    def __enter__(self) -> Self:
        from datetime import UTC

        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._scheduler.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._scheduler.shutdown(wait=False)

    async def until(self, instant: datetime) -> None:
        """Return at ``instant``; however late the job runs, it counts."""
        from apscheduler.triggers.date import DateTrigger

        self._due.clear()
        self._scheduler.add_job(
            self._due.set,
            DateTrigger(run_date=instant),
            id="the next instant",
            replace_existing=True,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        await self._due.wait()
