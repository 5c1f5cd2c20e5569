"""What may or may not have left is asked about, where the provider can be asked: never sent again blindly.

Its own report may have told by then. If not, the list of what it was given does; what is not on it is sent as if for
the first time. While the provider does not answer it stays unknown, and in the end people are told to ring.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from book.deliveries import DeliveryState, GiveUp, Later, retry
from bot.channels.channel import CanBeAsked, Channel, Part, Taken
from bot.clock import BookTime, MachineTime
from bot.dispatch.reports import Reports
from storage import addresses, receipts
from storage.database import Connection
from storage.receipts import InDoubt, Receipt
from storage.store import Store

# A call that had no answer may still be on its way for a while, and a report of it says more than a list.
ASK_AFTER = timedelta(seconds=90)
GIVE_UP_AFTER = timedelta(minutes=15)

_LOOK_AGAIN_SECONDS = 15.0
_CLOCKS_APART = timedelta(minutes=2)

_log = structlog.get_logger(__name__)


class Asking:
    """Asks about what is in doubt at those accounts whose platform can be asked."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[tuple[str, str], Channel],
        reports: Reports,
        *,
        clock: BookTime,
        machine: MachineTime,
    ) -> None:
        self._store = store
        self._channels = {key: each for key, each in channels.items() if isinstance(each, CanBeAsked)}
        self._reports = reports
        self._clock = clock
        self._machine = machine

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            if self._channels:
                try:
                    await self.work_off()
                except Exception as fault:
                    # What is in doubt stays so on disk, and is asked about the next time.
                    _log.error("asking_failed", fault=type(fault).__name__)
            await self._machine.sleep(_LOOK_AGAIN_SECONDS)

    async def work_off(self) -> int:
        """Ask about everything whose time has come; how many were settled."""
        if not self._channels:
            return 0
        until = self._clock.now() + GIVE_UP_AFTER - ASK_AFTER
        doubts = await self._store.read(receipts.in_doubt, self._store.vault, self._channels.keys(), until)
        settled = 0
        for key, doubt in doubts:
            settled += await self._ask(key, doubt)
        return settled

    async def _ask(self, key: tuple[str, str], doubt: InDoubt) -> bool:
        handle, text = await self._store.read(self._whom, doubt)
        given = await self._channels[key].given(handle)
        if given is None:
            return False
        found = await self._store.read(_which, doubt, given, text)
        if found is not None:
            report = Receipt(*key, handle, found, DeliveryState.ACCEPTED, delivery=doubt.delivery.id)
            applied = await self._reports.receive([report])
            return applied.moved > 0
        outcome = retry(Later(), tries=doubt.delivery.tries, lane=doubt.delivery.lane, chance=0.0)
        if isinstance(outcome, GiveUp):
            return False  # Its time as an unknown ends soon, and then people are told.
        _log.warning("never_left", delivery=doubt.delivery.id)
        return await self._store.write(receipts.never_left, doubt.delivery.id, self._clock.now())

    def _whom(self, connection: Connection, doubt: InDoubt) -> tuple[str, str]:
        (address,) = addresses.load(connection, self._store.vault, ids=[doubt.handle_of])
        return address.handle, Part.from_json(doubt.delivery.text).text if doubt.delivery.text else ""


def _which(connection: Connection, doubt: InDoubt, given: Sequence[Taken], text: str) -> str | None:
    """The message that is this delivery: with its words, not older than its call, and no other delivery's."""
    since: datetime = doubt.marked_at - _CLOCKS_APART
    # An account on trial puts a sentence of its own before the words.
    alike = [each for each in given if each.at >= since and text and each.text.endswith(text)]
    taken = receipts.known_messages(connection, doubt.handle_of, [each.provider_id for each in alike])
    free = [each for each in alike if each.provider_id not in taken]
    return min(free, key=lambda each: each.at).provider_id if free else None
