"""What a provider reports of messages it was given: each moves forward, and whose note is lost is told to ring.

One transaction for any number of reports, whichever door or list they came by. Knows no provider.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from book.ids import Ids
from book.still_hers import DOUBTED_FOR
from bot.dispatch import authors
from bot.dispatch.references import look_up
from storage import claiming, doubts, filing, receipts
from storage.bells import Bell
from storage.database import Connection
from storage.receipts import Applied, Receipt
from storage.store import Store

_EARLY_TRIES = 3
_EARLY_SECONDS = 3.0

_log = structlog.get_logger(__name__)


class Reports:
    """Where reports go."""

    def __init__(
        self,
        store: Store,
        ids: Ids,
        *,
        now: Callable[[], datetime],
        time_of: Callable[[datetime], str],
        zone: ZoneInfo,
    ) -> None:
        """``now`` is book time; ``time_of`` writes a civil time as the book does."""
        self._store = store
        self._ids = ids
        self._now = now
        self._time_of = time_of
        self._zone = zone

    async def receive(self, received: Sequence[Receipt]) -> Applied:
        """Apply these reports; on disk when this returns. Raises what the database raises."""
        if not received:
            return Applied()
        listener = self._store.bells.listener(Bell.THREAD)
        try:
            applied = await self._store.write(self._apply, received, self._now())
            for _ in range(_EARLY_TRIES):
                if not applied.early:
                    break
                # It came before the answer of the very call it is about, which will be written at any moment.
                with suppress(TimeoutError):
                    async with asyncio.timeout(_EARLY_SECONDS):
                        await listener.wait()
                applied = await self._store.write(self._apply, received, self._now())
        finally:
            self._store.bells.forget(listener)
        if applied.strange:
            _log.info("reports_of_strange_messages", count=applied.strange)
        for each in applied.lost:
            _log.warning("text_lost", delivery=each.delivery, reason=each.reason.value)
        return applied

    def _apply(self, connection: Connection, received: Sequence[Receipt], now: datetime) -> Applied:
        vault = self._store.vault
        applied = receipts.apply(connection, vault, self._ids, received, now, self._zone)
        if applied.lost:
            doubted = [each.address for each in applied.lost if each.reason in DOUBTED_FOR]
            doubts.begin(connection, vault, self._ids, doubted, now, self._zone)
            carried = claiming.carried(connection, vault, {each.delivery for each in applied.lost})
            found = look_up(connection, vault, [each for theirs in carried.values() for each in theirs], now)
            for each in applied.lost:
                # What is urgent may have been taken elsewhere, or is on its way to another address of hers.
                theirs = [notice for notice in carried.get(each.delivery, []) if notice.id in each.notices]
                told = authors.tell(self._ids, theirs, each.reason, found, now, self._time_of)
                filing.add_notices(connection, vault, told, now)
        return applied
