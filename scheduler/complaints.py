"""Whoever runs a setting is reminded of a complaint before its 28 days are over, while it is not answered.

Each time in one transaction with the notices, which are unique by their cause, so a restart or a second process reminds
nobody twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from book.deliveries import Lane
from book.ids import Ids, NoticeId
from book.notices import Choice, Offer, Said
from book.people import Role
from book.registers import next_reminder
from book.wording.values import day_of
from storage import circles, filing, registers
from storage.bells import Bell, ring
from storage.database import Connection
from storage.filing import NewNotice
from storage.store import Store

_LOOK_AGAIN = timedelta(days=1)


class Complaints:
    """A chore of the metronome."""

    def __init__(self, store: Store, ids: Ids, zone: ZoneInfo) -> None:
        self._store = store
        self._ids = ids
        self._zone = zone

    async def next_due(self, now: datetime) -> datetime:
        """When somebody is next to be reminded; a day from now where nobody is."""
        soonest = await self._store.read(registers.next_reminder)
        return now + _LOOK_AGAIN if soonest is None else soonest

    async def act(self, now: datetime) -> None:
        """Remind whoever runs the setting of each that is due."""
        await self._store.write(self._remind, now)

    def _remind(self, connection: Connection, now: datetime) -> None:
        notices: list[NewNotice] = []
        for each in registers.to_remind(connection, now):
            registers.remind_next(connection, each.id, next_reminder(each.answer_by, now, self._zone))
            author = circles.load_people(connection, self._store.vault, {each.author})[each.author]
            said = Said(
                "complaint.due",
                {"name": author.name, "until": day_of(each.answer_by)},
                (Choice(Offer.COMPLAINT_DONE, each.id, "", author.name),),
            )
            for post in circles.posts_at(connection, self._store.vault, each.setting):
                if post.role is Role.MANAGER and post.is_live(now):
                    new = NoticeId(self._ids.new())
                    notices.append(NewNotice(new, new, said, post.person.id, Lane.REMINDER, now))
        if notices:
            filing.add_notices(connection, self._store.vault, notices, now)
            ring(connection, Bell.OUTBOX)
