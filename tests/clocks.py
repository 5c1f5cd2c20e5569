"""Two clocks that move only when a test moves them, and never wait for real.

Know nothing of who waits: whoever sleeps is woken when their time has come, earliest first.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta


class BookClock:
    """Book time: civil life goes by it, and a test moves it on, never back."""

    def __init__(self, start: datetime) -> None:
        """``start`` is an aware instant."""
        self._now = start.astimezone(UTC)
        self._sleepers = _Sleepers()

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return self._now

    async def sleep_until(self, instant: datetime) -> None:
        """Return when the clock has been moved to ``instant`` or past it; at once if it is there already."""
        await self._sleepers.sleep(instant.timestamp(), self._now.timestamp())

    def move_to(self, instant: datetime) -> None:
        """Move on to ``instant`` and wake everyone whose time has come."""
        if instant < self._now:
            raise ValueError("book time never goes back")
        self._now = instant.astimezone(UTC)
        self._sleepers.wake(self._now.timestamp())

    def move(self, by: timedelta) -> None:
        """Move on by ``by`` and wake everyone whose time has come."""
        self.move_to(self._now + by)

    def next_waking(self) -> datetime | None:
        """The earliest instant somebody sleeps until, or None if nobody does."""
        earliest = self._sleepers.earliest()
        return None if earliest is None else datetime.fromtimestamp(earliest, UTC)

    async def until_somebody_sleeps(self, sleepers: int = 1) -> None:
        """Return once ``sleepers`` tasks at least sleep by this clock."""
        await self._sleepers.gathered(sleepers)


class MachineClock:
    """Machine time in seconds: pacing, leases and time limits go by it."""

    def __init__(self, start: float = 1000.0) -> None:
        self._now = start
        self._sleepers = _Sleepers()

    def monotonic(self) -> float:
        """Seconds since nothing in particular."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Return when the clock has been moved by ``seconds``; give way once if that is nothing."""
        await self._sleepers.sleep(self._now + seconds, self._now)

    def move(self, seconds: float) -> None:
        """Move on by ``seconds`` and wake everyone whose time has come."""
        if seconds < 0:
            raise ValueError("machine time never goes back")
        self._now += seconds
        self._sleepers.wake(self._now)

    def next_waking(self) -> float | None:
        """The earliest moment somebody sleeps until, or None if nobody does."""
        return self._sleepers.earliest()

    async def until_somebody_sleeps(self, sleepers: int = 1) -> None:
        """Return once ``sleepers`` tasks at least sleep by this clock."""
        await self._sleepers.gathered(sleepers)


class _Sleepers:
    """Who sleeps until when; woken earliest first, and first come first among equals."""

    def __init__(self) -> None:
        self._queue: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self._changed = asyncio.Event()

    async def sleep(self, until: float, now: float) -> None:
        if until <= now:
            await asyncio.sleep(0)
            return
        waking: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (until, next(self._numbers), waking))
        self._changed.set()
        await waking

    def wake(self, now: float) -> None:
        while self._queue and self._queue[0][0] <= now:
            waking = heapq.heappop(self._queue)[2]
            if not waking.done():
                waking.set_result(None)

    def earliest(self) -> float | None:
        return min((until for until, _, waking in self._queue if not waking.done()), default=None)

    async def gathered(self, sleepers: int) -> None:
        while sum(not waking.done() for _, _, waking in self._queue) < sleepers:
            self._changed.clear()
            await self._changed.wait()
