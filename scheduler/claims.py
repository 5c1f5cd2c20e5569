"""Once a day whoever runs a setting is shown who has joined and who waits for her yes; nothing where there is no news.

At half past five on working days, in one transaction with its notices. A notice is unique by its day and its hearer, so
a restart or a second process shows nothing twice. Too late in the evening it is left for the next day.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from book.claims import check
from book.deliveries import Lane
from book.ids import Ids, NoticeId, SettingId
from book.notices import Said
from book.people import Role
from book.timing import civil_instant
from storage import circles, claims, filing, invitations
from storage.bells import Bell, ring
from storage.claims import Claim
from storage.database import Connection
from storage.filing import NewNotice
from storage.store import Store

LISTED_AT = time(17, 30)
_NOT_AFTER = time(20, 30)
_WORKING_DAYS = range(5)
_THIS_LIST = 1  # of the lists of a day; each has a number of its own in the causes of its notices


class ListOfClaims:
    """A chore of the metronome."""

    def __init__(self, store: Store, ids: Ids, zone: ZoneInfo) -> None:
        self._store = store
        self._ids = ids
        self._zone = zone
        self._done: date | None = None

    async def next_due(self, now: datetime) -> datetime:
        """Today's moment while this process has not seen to it, else the next working day's."""
        day = now.astimezone(self._zone).date()
        while day.weekday() not in _WORKING_DAYS or (self._done is not None and day <= self._done):
            day += timedelta(days=1)
        return self._at(day, LISTED_AT)

    async def act(self, now: datetime) -> None:
        """Show each manager what is new since the last list, unless it is too late for today."""
        today = now.astimezone(self._zone).date()
        if now <= self._at(today, _NOT_AFTER):
            await self._store.write(self._list, now, today)
        self._done = today

    def _at(self, day: date, at: time) -> datetime:
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=self._zone)
        return civil_instant(noon.astimezone(UTC), at, self._zone)

    def _list(self, connection: Connection, now: datetime, today: date) -> None:
        since = self._at(_working_day_before(today), LISTED_AT)
        notices: list[NewNotice] = []
        for manager in invitations.managers(connection, now):
            waiting = self._to_check(connection, manager.setting, now)
            joined = claims.parents_who_joined(connection, manager.setting, now)
            # Staff who joined are no news while no parent has.
            if not waiting and not (joined.parents and claims.joined_since(connection, manager.setting, since)):
                continue
            notices.append(
                NewNotice(
                    id=NoticeId(self._ids.new()),
                    cause=int(f"{today:%Y%m%d}{_THIS_LIST:02d}"),
                    notice=_said(waiting, joined),
                    person=manager.person,
                    lane=Lane.REMINDER,
                    not_before=now,
                )
            )
        if notices:
            filing.add_notices(connection, self._store.vault, notices, now)
            ring(connection, Bell.OUTBOX)

    def _to_check(self, connection: Connection, setting: SettingId, now: datetime) -> list[Claim]:
        """Those that wait for the manager's yes; whom a parent invited, the parent is asked about."""
        vault = self._store.vault
        waiting = claims.waiting(connection, vault, now, settings={setting})
        partners = {each.child for each in waiting if each.role is Role.CHILDMINDER and each.child is not None}
        around = circles.load(connection, vault, partners, now, with_hours=False) if partners else {}
        return [
            each
            for each in waiting
            if each.child not in around
            or all(parent.person.id != each.made_by for parent in around[each.child].parents(now))
        ]


def _working_day_before(day: date) -> date:
    day -= timedelta(days=1)
    while day.weekday() not in _WORKING_DAYS:
        day -= timedelta(days=1)
    return day


def _said(waiting: list[Claim], joined: claims.Joined) -> Said:
    parents = sum(1 for each in waiting if each.role is Role.PARENT)
    total = joined.parents + parents
    before = ["claims.list.one" if total == 1 else "claims.list.some"]
    if joined.by_number:
        before.append("claims.list.proved.one" if joined.by_number == 1 else "claims.list.proved.some")
    values = {"joined": str(total), "proved": str(joined.by_number), "count": str(len(waiting))}
    if not waiting:
        return Said("claims.list.none", values, before=tuple(before))
    first = waiting[0]
    key, shown, choices = check(first.id, first.person.in_full, first.shown, first.numbers)
    return Said(key, {**values, **shown}, choices, before=(*before, "claims.list.check"))
