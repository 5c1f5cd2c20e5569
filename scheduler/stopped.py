"""Messages that a network or a platform has stopped without a word to us: her settings are told to ring her.

What was stopped by her own word is told in the step that handles it; here is what is learnt from a refusal. Once for
each, in one transaction with its notices, so a restart or a second process tells nobody twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from book.deliveries import Lane
from book.ids import ChildId, Ids, NoticeId
from book.stops import about, lines, rung, told, who_rings
from storage import circles, filing, rolls, stops
from storage.bells import Bell, ring
from storage.database import Connection
from storage.filing import NewNotice
from storage.stops import Stop
from storage.store import Store

# Nobody waits for it: what comes meanwhile is seen in time, for the metronome looks at least every five minutes.
_LOOK_AGAIN = timedelta(days=1)
_LANE = Lane.RELAY


class StoppedElsewhere:
    """A chore of the metronome."""

    def __init__(self, store: Store, ids: Ids, zone: ZoneInfo) -> None:
        self._store = store
        self._ids = ids
        self._zone = zone

    async def next_due(self, now: datetime) -> datetime:
        """Now, where there is one that nobody knows of."""
        return now if await self._store.read(stops.is_any_untold) else now + _LOOK_AGAIN

    async def act(self, now: datetime) -> None:
        """Tell whoever is to ring of each of them."""
        await self._store.write(self._tell, now)

    def _tell(self, connection: Connection, now: datetime) -> None:
        found = stops.untold(connection, self._store.vault)
        if not found:
            return
        notices = [notice for each in found for notice in self._of(connection, each, now)]
        stops.told(connection, [each.address for each in found], now)
        filing.add_notices(connection, self._store.vault, notices, now)
        ring(connection, Bell.OUTBOX)

    def _of(self, connection: Connection, stop: Stop, now: datetime) -> list[NewNotice]:
        vault = self._store.vault
        children: set[ChildId] = circles.children_of(connection, {stop.person}).get(stop.person, set())
        around = circles.load(connection, vault, children, now)
        person = circles.load_people(connection, vault, {stop.person})[stop.person]
        numbers = rolls.load(connection, vault, {stop.person}, (), now=now).telephones.get(stop.person, ())
        telephone = stop.telephone or next(iter(numbers), "")
        asked = about(stop.asked.notice if stop.asked is not None else None)
        said = told(
            lines(person, stop.word, is_text=stop.is_text, asked=asked, telephone=telephone),
            rung(stop.address, person),
        )
        return [
            NewNotice(NoticeId(new := self._ids.new()), new, said, who, _LANE, at)
            for who, at in who_rings(stop.person, around.values(), now, self._zone).items()
        ]
