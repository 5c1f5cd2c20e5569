"""Somebody's time in a book is over: she is told so once, on the day, and thanked.

A professional's membership ends by its date without anything being done; what is done here is only to say so. Each end
has one notice by its membership, so a restart or a second process says nothing twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from book.ids import Ids
from book.notices import Said
from storage import endings
from storage.store import Store

_LOOK_AGAIN = timedelta(days=1)


class Endings:
    """A chore of the metronome."""

    def __init__(self, store: Store, ids: Ids) -> None:
        self._store = store
        self._ids = ids

    async def next_due(self, now: datetime) -> datetime:
        """When the next of them ends who has not been told; a day from now where nobody does."""
        soonest = await self._store.read(endings.next_end)
        return now + _LOOK_AGAIN if soonest is None else soonest

    async def act(self, now: datetime) -> None:
        """Tell whoever's time is over by now."""
        # By now she belongs to nobody's circle: the sentence names nobody and may be said to anybody.
        goodbye = Said("professional.ended", fixed=True)
        await self._store.write(endings.tell, self._store.vault, self._ids, goodbye, now)
