"""The demo's book time: where it begins, that it never goes back, and what happens on the way when it is moved on.

Begins at 07:40 on the latest school day, when everybody of the sample is about to be at work. Refuses to know what
falls due: that is asked of whoever sends.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from book.calendar import WEEKDAYS, is_open
from book.timing import civil_instant
from scheduler.metronome import Chore

OPENS_AT = time(7, 40)
# Where something puts itself off again and again, time is not stopped by it.
_MOST_STEPS = 40_000


def latest_school_day(day: date) -> date:
    """``day``, or the latest before it that is neither a weekend nor a bank holiday in England."""
    while not is_open(WEEKDAYS, day):
        day -= timedelta(days=1)
    return day


def school_day_before(day: date, count: int) -> date:
    """The school day ``count`` school days before the school day ``day``."""
    for _ in range(count):
        day = latest_school_day(day - timedelta(days=1))
    return day


def opening_moment(today: date, zone: ZoneInfo) -> datetime:
    """07:40 on the latest school day at or before ``today``, as an instant in UTC."""
    return datetime.combine(latest_school_day(today), OPENS_AT, tzinfo=zone).astimezone(UTC)


def civil_moment(written: str, zone: ZoneInfo) -> datetime | None:
    """The instant that ``2026-11-24T07:30`` is in ``zone``, or with an offset in its own; None where it is none.

    A time that the clocks skip, or show twice, is the one :func:`book.timing.civil_instant` has.
    """
    try:
        said = datetime.fromisoformat(written.strip())
    except ValueError:
        return None
    try:
        if said.tzinfo is not None:
            return said.astimezone(UTC)
        noon = datetime.combine(said.date(), time(12), tzinfo=zone)
        return civil_instant(noon, said.time(), zone) if said.second == said.microsecond == 0 else None
    except OverflowError:
        return None


class KeptTime:
    """The latest book time in a small file, so that it never goes back, whatever becomes of the process."""

    def __init__(self, path: Path) -> None:
        """``path`` is made by :meth:`keep`, if not before."""
        self._path = path

    def read(self) -> datetime | None:
        """The time kept last; None if none is there or nobody can read it."""
        try:
            kept = json.loads(self._path.read_text("utf-8"))["book_time"]
            found = datetime.fromisoformat(kept)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return found if found.tzinfo is not None else None

    def keep(self, now: datetime) -> None:
        """Keep ``now``; a process killed in the middle leaves the time kept before."""
        beside = self._path.with_suffix(".new")
        with beside.open("w", encoding="utf-8") as writing:
            writing.write(json.dumps({"book_time": now.astimezone(UTC).isoformat()}) + "\n")
            writing.flush()
            os.fsync(writing.fileno())
        beside.replace(self._path)


class Clock(Protocol):
    """Book time that can be moved on."""

    def now(self) -> datetime: ...

    def move_to(self, instant: datetime) -> None: ...


class Looked(Protocol):
    """What a look at the outbox found."""

    @property
    def next_at(self) -> datetime | None: ...


class Worker(Protocol):
    """Who handles what came in."""

    async def work_off(self) -> int: ...


class Dispatcher(Protocol):
    """Who sends."""

    async def drain(self) -> Looked: ...


class Works(Protocol):
    """Who has something to do as time passes; :class:`bot.engine.Engine` is one."""

    @property
    def worker(self) -> Worker: ...

    @property
    def dispatcher(self) -> Dispatcher: ...


async def go_on(clock: Clock, works: Works, until: datetime, chores: Sequence[Chore] = ()) -> None:
    """Move ``clock`` to ``until``, stopping at each moment at which something is to leave or to be done."""
    await works.worker.work_off()
    for _ in range(_MOST_STEPS):
        due = await _done(chores, clock.now())
        leaves = (await works.dispatcher.drain()).next_at
        soonest = min((each for each in (due, leaves) if each is not None), default=None)
        if soonest is None or soonest > until:
            break
        clock.move_to(soonest)
    if until > clock.now():
        clock.move_to(until)
    await _done(chores, clock.now())
    await works.dispatcher.drain()


async def _done(chores: Sequence[Chore], now: datetime) -> datetime | None:
    """Do what is due; when something is due next."""
    for each in chores:
        if await each.next_due(now) <= now:
            await each.act(now)
    return min([await each.next_due(now) for each in chores], default=None)


class BookTime:
    """Moves book time on, never back, and stops at every moment at which something falls due."""

    def __init__(
        self, clock: Clock, kept: KeptTime, works: Works, zone: ZoneInfo, chores: Sequence[Chore] = ()
    ) -> None:
        """``chores`` are what the scheduler does as time passes."""
        self._chores = tuple(chores)
        self._clock = clock
        self._kept = kept
        self._works = works
        self._zone = zone
        self._turn = asyncio.Lock()

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which civil times are meant."""
        return self._zone

    def now(self) -> datetime:
        """Book time now, an aware instant."""
        return self._clock.now()

    def keep(self) -> None:
        """Write the present moment down."""
        self._kept.keep(self.now())

    def next_time(self, civil: time) -> datetime:
        """The next instant at which clocks of the zone show ``civil``: later today, or tomorrow."""
        now = self.now()
        today = now.astimezone(self._zone).date()
        moments = (datetime.combine(today + timedelta(days=ahead), civil, tzinfo=self._zone) for ahead in (0, 1, 2))
        return next(moment.astimezone(UTC) for moment in moments if moment.astimezone(UTC) > now)

    async def move_on(self, until: datetime) -> datetime:
        """Go on to ``until``; what falls due on the way happens at its moment. Returns book time then."""
        async with self._turn:
            await go_on(self._clock, self._works, until, self._chores)
            self.keep()
            return self.now()
