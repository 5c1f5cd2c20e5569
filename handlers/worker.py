"""Takes what came in through handling: in groups of different senders, in order for each, poison set aside.

A message is handled and filed in one transaction. One that raises is left out of its group and counted in a
transaction of its own; after five failures it is set aside with its reason and its sender is told. If the write
of a group fails, the group is repeated one by one. After an unclean stop the messages open at that time are
taken one by one, each counted before it is tried, so that a message that takes the process down is set aside too.
Trouble of the database itself is nobody's message's fault: it is waited out, and nothing is counted.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from book.deliveries import Lane
from book.ids import Ids, InboxId, NoticeId, Tape
from book.notices import Said
from book.timing import Pace, spoken_time
from book.understanding.lexicon import Lexicon
from handlers.desk import Desk
from handlers.pipeline import handle, wants
from storage import addresses, albums, filing, following, inbox, reminders, restricting, situations
from storage.bells import Bell, ring
from storage.database import Connection, in_trouble
from storage.filing import Filing, NewNotice
from storage.store import Store
from storage.vault import Vault

GROUP = 50
_SCAN_SECONDS = 5.0
_A_MOMENT = 0.02
_AFTER_A_STOP = 3  # times as long as ever an album is waited for: the rest of it may have to be fetched first
_log = structlog.get_logger(__name__)


class Clock(Protocol):
    """Book time."""

    def now(self) -> datetime: ...


@dataclass(slots=True)
class _Group:
    """What came of one transaction: how many were handled, and which raised."""

    handled: int = 0
    faulty: list[InboxId] = field(default_factory=list)


class InboxWorker:
    """The one who handles; several processes may each have one."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        ids: Ids,
        lexicon: Lexicon,
        pace: Pace,
        zone: ZoneInfo,
        chance: Callable[[int], bytes] = os.urandom,
        desk_address: str = "",
        ways: Collection[str] = (),
    ) -> None:
        """``chance(n)`` gives n bytes that nobody guesses; ``desk_address`` is the safeguarding desk's own.

        ``ways`` are the channels by which anybody can be reached.
        """
        self._ways = frozenset(ways)
        self._desk_address = desk_address
        self._store = store
        self._clock = clock
        self._ids = ids
        self._lexicon = lexicon
        self._pace = pace
        self._zone = zone
        self._chance = chance
        self._quiet_at: datetime | None = None  # when an album that came to this process will be whole
        self._owed: list[InboxId] = []  # counted before a try that then failed for no fault of theirs

    async def run(self, *, started: Callable[[], None] = lambda: None) -> None:
        """Work until cancelled; woken by each commit that stores a message."""
        listener = self._store.bells.listener(Bell.INBOX)
        try:
            await self.after_unclean_stop()
            started()
            while True:
                try:
                    await self.work_off()
                except Exception as fault:
                    if not in_trouble(fault):
                        raise
                    # What is on disk stays there, and nobody's message is to blame.
                    _log.error("database_in_trouble", fault=type(fault).__name__)
                try:
                    # A slow safety scan: a bell lost with another process's connection delays, it never loses.
                    async with asyncio.timeout(self._patience()):
                        await listener.wait()
                except TimeoutError:
                    pass
        finally:
            self._store.bells.forget(listener)

    def _patience(self) -> float:
        """For how many seconds nothing has to be looked at: less while an album is about to be quiet."""
        if self._quiet_at is None:
            return _SCAN_SECONDS
        left = (self._quiet_at - self._clock.now()).total_seconds()
        if left <= 0:
            self._quiet_at = None
        return min(max(left, 0.0) + _A_MOMENT, _SCAN_SECONDS)

    async def after_unclean_stop(self) -> int:
        """Mark what is open, so that it is tried one by one; after a clean stop there is little of it."""
        self._quiet_at = self._clock.now() + _AFTER_A_STOP * self._pace.album
        await self._store.write(albums.wait_again, self._quiet_at)
        return await self._store.write(inbox.mark_open_alone)

    async def work_off(self) -> int:
        """Handle everything that is open now; the number of messages handled.

        Raises what the database raises when it is in trouble itself; nothing is counted against a message then.
        """
        await self._pay_back()
        handled = await self._one_by_one()
        while True:
            try:
                group = await self._store.write(self._group, Tape(self._ids), self._clock.now(), ())
            except Exception as fault:
                if in_trouble(fault):
                    raise
                # The write failed as a whole: somebody in the group made it fail, and this finds out who.
                _log.error("group_failed", fault=type(fault).__name__)
                alone = await self._store.write(inbox.oldest_of_each, GROUP)
                if not alone:
                    # Nobody was in it: trying again would fail again, at once and for ever.
                    raise
                handled += await self._each_alone(alone)
                continue
            for message in group.faulty:
                await self._count(message)
            handled += group.handled
            if group.handled == 0 and not group.faulty:
                return handled

    async def _pay_back(self) -> None:
        """Take back what was counted before tries that failed for no fault of the message."""
        while self._owed:
            await self._store.write(inbox.count, self._owed[-1], -1)
            self._owed.pop()

    async def _one_by_one(self) -> int:
        """Each message that may take the process down, counted before it is tried."""
        handled = 0
        left: set[InboxId] = set()
        while (message := await self._store.write(inbox.next_alone)) is not None and message not in left:
            if await self._set_aside(message):
                continue
            await self._store.write(inbox.count, message)
            try:
                group = await self._try(message)
            except Exception:
                self._owed.append(message)
                raise
            if group is None or group.faulty:
                await self._set_aside(message)
            elif not group.handled:
                # Another worker has its sender at this moment.
                self._owed.append(message)
                left.add(message)
            else:
                handled += group.handled
        return handled

    async def _each_alone(self, messages: Sequence[InboxId]) -> int:
        handled = 0
        for message in messages:
            group = await self._try(message)
            if group is None or group.faulty:
                await self._count(message)
            else:
                handled += group.handled
        return handled

    async def _try(self, message: InboxId) -> _Group | None:
        """One message on its own; None if its write failed. Raises only if the database is in trouble."""
        try:
            return await self._store.write(self._group, Tape(self._ids), self._clock.now(), (message,))
        except Exception as fault:
            if in_trouble(fault):
                raise
            _log.error("message_failed", message=message, fault=type(fault).__name__)
            return None

    def _group(self, connection: Connection, ids: Tape, now: datetime, only: Sequence[InboxId]) -> _Group:
        """One transaction: load, decide, write. Where keys must be made first it runs again, and gives the same ids."""
        ids.rewind()
        vault = self._store.vault
        following.follow(connection, vault, ids, albums.gather(connection, vault, now), now)
        taken = inbox.take(connection, vault, GROUP, only=only)
        desk = Desk(
            now=now,
            ids=ids,
            lexicon=self._lexicon,
            zone=self._zone,
            pace=self._pace,
            chance=self._chance,
            desk_address=self._desk_address,
            ways=self._ways,
        )
        loaded = situations.load(connection, vault, [(each, wants(each.incoming)) for each in taken], now)
        filings: list[Filing] = []
        group = _Group()
        for situation in loaded:
            try:
                filings += handle(situation, desk)
            except Exception as fault:
                # Whatever a message does to its handler, the others of its group are filed all the same.
                _log.error("handler_raised", message=situation.taken.id, fault=type(fault).__name__)
                group.faulty.append(situation.taken.id)
            else:
                group.handled += 1
        quiet = [each.album.quiet_at for each in filings if each.album is not None]
        self._quiet_at = max(quiet, default=self._quiet_at)
        if filings:
            filing.write(connection, vault, filings, now)
            reminders.write(connection, vault, filings, ids, now)
            restricting.carry_out(connection, vault, ids, filings, now, self._zone)
        return group

    async def _count(self, message: InboxId) -> None:
        await self._store.write(inbox.count, message)
        await self._set_aside(message)

    async def _set_aside(self, message: InboxId) -> bool:
        """Set it aside if it has failed five times, tell its sender in the same step, and say so."""
        now = self._clock.now()
        try:
            aside = await self._store.write(
                _set_aside_and_tell, self._store.vault, NoticeId(self._ids.new()), message, now, self._zone
            )
        except Exception as fault:
            if in_trouble(fault):
                raise
            # Who wrote it cannot be told (her key may be destroyed); the others wait for it no longer all the same.
            _log.error("set_aside_not_told", message=message, fault=type(fault).__name__)
            aside = await self._store.write(inbox.set_aside, message, now)
        if aside:
            _log.error("set_aside", message=message)
        return aside


def _set_aside_and_tell(
    connection: Connection, vault: Vault, notice: NoticeId, message: InboxId, now: datetime, zone: ZoneInfo
) -> bool:
    if not inbox.set_aside(connection, message, now):
        return False
    _tell_sender(connection, vault, notice, message, now, zone)
    return True


def _tell_sender(
    connection: Connection, vault: Vault, notice: NoticeId, message: InboxId, now: datetime, zone: ZoneInfo
) -> None:
    """The sender is told that her message is kept and that a person must look at it."""
    found = inbox.sender(connection, message)
    if found is None:
        return
    address, received_at = found
    person = next((each.person for each in addresses.load(connection, vault, ids={address})), None)
    if person is None:
        return
    said = Said("set_aside", {"time": spoken_time(received_at.astimezone(zone))})
    told = NewNotice(notice, message, said, person, Lane.REPLY, now, address=address)
    filing.add_notices(connection, vault, [told], now)
    ring(connection, Bell.OUTBOX)
