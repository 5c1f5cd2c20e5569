"""A disclosure nobody has answered for ten minutes: the other lead is told, and its author is asked to find a person.

Once for each, in one transaction with its notices, so a restart or a second process tells nobody twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from book.deliveries import Lane
from book.ids import AddressId, Ids, NoticeId
from book.leads import LEADS
from book.notices import Choice, Offer, Said
from book.people import Membership, Setting
from book.timing import spoken_time
from storage import circles, disclosures, filing
from storage.bells import Bell, ring
from storage.database import Connection
from storage.disclosures import Held
from storage.filing import NewNotice
from storage.store import Store

ANSWERED_WITHIN = timedelta(minutes=10)
# Nothing waits. What comes meanwhile is seen in time: the metronome looks at least every five minutes.
_LOOK_AGAIN = timedelta(days=1)


class Unanswered:
    """A chore of the metronome."""

    def __init__(self, store: Store, ids: Ids, zone: ZoneInfo) -> None:
        self._store = store
        self._ids = ids
        self._zone = zone

    async def next_due(self, now: datetime) -> datetime:
        """Ten minutes after the oldest that nobody has answered."""
        oldest = await self._store.read(disclosures.oldest_unanswered)
        return now + _LOOK_AGAIN if oldest is None else oldest + ANSWERED_WITHIN

    async def act(self, now: datetime) -> None:
        """Tell the other lead, and the author, of each that has waited so long."""
        await self._store.write(self._tell, now)

    def _tell(self, connection: Connection, now: datetime) -> None:
        notices: list[NewNotice] = []
        for held in disclosures.unanswered(connection, now - ANSWERED_WITHIN, now):
            readers = disclosures.readers(connection, self._store.vault, held, now)
            leads = [each for each in readers if each.role in LEADS]
            if not leads:
                continue
            notices += [self._to_lead(held, each, leads[0], now) for each in leads[1:]]
            assert held.setting is not None
            setting = circles.load_settings(connection, self._store.vault, [held.setting])[held.setting]
            is_staff = disclosures.is_of_staff(connection, held, now)
            notices.append(
                self._to_author(held, leads, setting, is_staff, disclosures.came_from(connection, held), now)
            )
        if notices:
            filing.add_notices(connection, self._store.vault, notices, now)
            ring(connection, Bell.OUTBOX)

    def _to_lead(self, held: Held, lead: Membership, first: Membership, now: datetime) -> NewNotice:
        time = spoken_time(held.at.astimezone(self._zone))
        said = Said(
            "safeguarding.still_waits",
            {"time": time, "lead": first.person.name},
            (Choice(Offer.ON_MY_WAY, held.id),),
            everywhere=True,
        )
        return NewNotice(NoticeId(self._ids.new()), held.id, said, lead.person.id, Lane.URGENT, now)

    def _to_author(
        self, held: Held, leads: list[Membership], setting: Setting, is_staff: bool, at: AddressId, now: datetime
    ) -> NewNotice:
        first = leads[0].person
        telephone = first.direct_line or setting.telephone
        if not is_staff:
            said = Said("safeguarding.unanswered.parent", {"setting": setting.name, "telephone": telephone})
        elif len(leads) == 1:
            said = Said("safeguarding.unanswered.alone", {"lead": first.name, "telephone": telephone})
        else:
            said = Said("safeguarding.unanswered", {"lead": first.name, "deputy": leads[1].person.name})
        return NewNotice(NoticeId(self._ids.new()), held.id, said, held.author, Lane.URGENT, now, address=at)
