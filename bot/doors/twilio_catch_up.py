"""Nothing is lost in an outage: what Twilio's own list has and we have not is stored, at the start and every 5 minutes.

Twilio tells of a text once or a few times and then no more, but keeps it. What became of our own texts is read from the
same list, for reports that nobody was there to take. Knows nothing of what texts mean.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from book.ids import Ids
from bot.channels.twilio_messages import ListedText, TwilioDoesNotAnswer, TwilioMessages
from bot.clock import MachineTime
from bot.dispatch.reports import Reports
from bot.doors.group_commit import store_received
from bot.doors.polling import Health
from bot.doors.twilio import Line, Text, files_of, is_sid, kind_of, read, report
from bot.doors.twilio_forgetting import Forgetting
from storage import inbox
from storage.inbox import Received
from storage.receipts import Receipt
from storage.store import Store

_EVERY_SECONDS = 300.0
_AFTER_A_FAULT_SECONDS = 30.0
_AT_ONCE = 500
# Where a look before was whole, no more is asked for than this.
_LOOKS_BACK = timedelta(days=1)
# After a start it may not have been, whatever is newest here.
_FIRST_LOOKS_BACK = timedelta(days=7)
# Nobody who wrote to the number before it was the book's is answered.
_BEFORE_THE_FIRST = timedelta(hours=1)
# The book's keys for what is not filed yet are destroyed after 30 days.
_NEVER_FURTHER = timedelta(days=28)


class CatchUp:
    """One account's."""

    def __init__(
        self,
        channel: TwilioMessages,
        line: Line,
        store: Store,
        ids: Ids,
        reports: Reports,
        *,
        now: Callable[[], datetime],
        machine: MachineTime,
        newest: datetime | None,
        redact: bool = False,
    ) -> None:
        """``newest`` is when the newest text that is here was stored, asked before the door was opened.

        ``redact`` is whether Twilio is to forget the words of what is in the book, as it does the files.
        """
        self._forgetting = Forgetting(channel, line, store, redact)
        self._channel = channel
        self._line = line
        self._store = store
        self._ids = ids
        self._reports = reports
        self._now = now
        self._machine = machine
        behind = now() - _BEFORE_THE_FIRST if newest is None else min(newest - _LOOKS_BACK, now() - _FIRST_LOOKS_BACK)
        self._since = max(behind, now() - _NEVER_FURTHER)
        self._health = Health()
        self._log = structlog.get_logger(__name__)

    @property
    def health(self) -> Health:
        """Last success: when Twilio's list and the inbox were last the same."""
        return self._health

    async def run(self) -> None:
        """Look now and every five minutes, until cancelled."""
        while True:
            pause = _EVERY_SECONDS
            try:
                await self.work_off()
            except TwilioDoesNotAnswer as fault:
                pause = _AFTER_A_FAULT_SECONDS
                self._alarm(f"Twilio does not say what came in ({fault}); trying again.")
            except Exception as fault:
                pause = _AFTER_A_FAULT_SECONDS
                self._alarm(f"What Twilio has could not be stored ({type(fault).__name__}); trying again.")
            await self._machine.sleep(pause)

    async def work_off(self) -> int:
        """Store what is not here yet and apply what was not reported; how many texts were stored."""
        began = self._now()
        stored = await self._texts(began)
        self._since = max(self._since, began - _LOOKS_BACK)
        await self._what_became_of_ours()
        self._health = replace(self._health, last_success=self._machine.monotonic())
        return stored

    async def _texts(self, now: datetime) -> int:
        listed = self._channel.came_in(self._since)
        found = [each async for each in listed if is_sid(each.sid) and each.at >= self._since]
        stored = 0
        # The oldest first, as they were written.
        found.sort(key=lambda each: each.at)
        for start in range(0, len(found), _AT_ONCE):
            stored += await self._unseen(found[start : start + _AT_ONCE], now)
        if stored:
            self._log.warning("texts_caught_up_with", count=stored)
        await self._forgetting.came_in(found)
        return stored

    def _received(self, listed: ListedText, now: datetime, files: Sequence[tuple[str, str]] = ()) -> Received:
        text = Text(
            listed.sid,
            f"{self._line.prefix}{listed.sender}",
            listed.text,
            tuple(kind_of(media_type).value for _, media_type in files),
            files_of(listed.sid, files),
        )
        at = min(listed.at, now)
        return read(text, line=self._line, at=at, now=now, payload={"MessageSid": listed.sid})

    async def _unseen(self, listed: Sequence[ListedText], now: datetime) -> int:
        by_key = {(came := self._received(each, now)).provider_key: (came, each) for each in listed}
        received = [came for came, _ in by_key.values()]
        new = await self._store.read(inbox.unseen, self._store.vault, received)
        # What came with them is asked for only now: of all others it is known.
        missing = [by_key[each.provider_key][1] for each in new]
        whole = [
            self._received(each, now, await self._channel.media_of(each.sid) if each.media else ()) for each in missing
        ]
        if whole:
            await store_received(self._store, self._ids, whole)
        return len(whole)

    async def _what_became_of_ours(self) -> None:
        receipts: list[Receipt] = []
        ours = [each async for each in self._channel.went_out(self._now() - _LOOKS_BACK)]
        for each in ours:
            found = report(each.sid, each.status, str(each.code or ""), line=self._line, handle=each.receiver)
            if found is not None:
                receipts.append(found)
        for start in range(0, len(receipts), _AT_ONCE):
            await self._reports.receive(receipts[start : start + _AT_ONCE])
        await self._forgetting.went_out(ours)

    def _alarm(self, sentence: str) -> None:
        self._health = replace(self._health, alarm=sentence, alarmed_at=self._machine.monotonic())
        self._log.error("twilio_alarm", sentence=sentence)
