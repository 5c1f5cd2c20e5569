"""A number from which nothing has come for ninety days is asked once whether it is still hers; unanswered for a week,
whoever runs the setting is told to check it.

Each in one transaction with its notices, so a restart or a second process asks nobody twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from book.deliveries import Lane
from book.dialling import spoken
from book.ids import Ids, NoticeId
from book.notices import Said
from book.timing import in_the_day
from book.wording.values import sentence
from storage import doubts, filing
from storage.bells import Bell, ring
from storage.database import Connection
from storage.filing import NewNotice
from storage.store import Store

_LOOK_AGAIN = timedelta(days=1)


class StillHers:
    """A chore of the metronome."""

    def __init__(self, store: Store, ids: Ids, zone: ZoneInfo) -> None:
        self._store = store
        self._ids = ids
        self._zone = zone

    async def next_due(self, now: datetime) -> datetime:
        """When the next of them is due; a day from now where none is."""
        return await self._store.read(doubts.next_due) or now + _LOOK_AGAIN

    async def act(self, now: datetime) -> None:
        """Ask those who have been silent, and tell of those who have not answered."""
        await self._store.write(self._look, now)

    def _look(self, connection: Connection, now: datetime) -> None:
        vault = self._store.vault
        doubts.begin(connection, vault, self._ids, doubts.silent(connection, now), now, self._zone)
        told = []
        for each in doubts.unanswered(connection, vault, now):
            values = {
                "name": each.person.name,
                "number": spoken(each.number),
                "their": sentence(f"pronoun.{each.person.pronoun}.their"),
            }
            for person in each.tell:
                new = NoticeId(self._ids.new())
                at = in_the_day(now, self._zone)
                told.append(NewNotice(new, new, Said("still_you.unanswered", values), person, Lane.REMINDER, at))
        filing.add_notices(connection, vault, told, now)
        ring(connection, Bell.OUTBOX)
