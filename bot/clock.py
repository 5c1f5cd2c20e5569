"""The two clocks, and nothing reads a third: book time, which may be moved forward, and machine time.

Book time decides filing, undo, quiet hours, gathering, reminders, expiry and retry times; machine time leases,
pacing and time limits. Moving book time wakes everybody who waits for a moment of it.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

# A wall clock may be set while somebody sleeps by it: look again now and then.
_LONGEST_SLEEP = 30.0


class BookTime(Protocol):
    """What everybody who lives by book time is given."""

    def now(self) -> datetime:
        """An aware UTC instant."""
        ...

    async def sleep_until(self, instant: datetime) -> None:
        """Return when that moment has come, or has been moved to."""
        ...


class MachineTime(Protocol):
    """What everybody who lives by machine time is given."""

    def monotonic(self) -> float:
        """Seconds since nothing in particular; never fewer."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""
        ...


class SystemClock:
    """Book time that is the wall clock's."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep_until(self, instant: datetime) -> None:
        while (left := (instant - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - time itself is waited for
            await asyncio.sleep(min(left, _LONGEST_SLEEP))


class MovableClock:
    """Book time that runs at normal speed from any moment on and may be moved forward, never back."""

    def __init__(self, start: datetime) -> None:
        self._base = start
        self._since = time.monotonic()
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        return self._base + timedelta(seconds=time.monotonic() - self._since)

    async def sleep_until(self, instant: datetime) -> None:
        while (left := (instant - self.now()).total_seconds()) > 0:
            moved = self._moved
            try:
                async with asyncio.timeout(left):
                    await moved.wait()
            except TimeoutError:
                pass

    def move_to(self, instant: datetime) -> None:
        """Go forward to ``instant``; an earlier moment changes nothing."""
        if instant > self.now():
            self._base, self._since = instant, time.monotonic()
            self._moved.set()
            self._moved = asyncio.Event()


class SystemMachine:
    """Machine time of one process."""

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
