"""What is urgent and was not taken where it went first: when it is looked at again, and where it has been tried.

One row for each urgent notice to a person, from its filing until it was taken, or its author was told to ring. Such a
notice may be at two addresses of hers at once; what happens at one decides nothing while the other is open. Knows
nothing of wording, permission or channels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, exists, func, select, update

from book.deliveries import TAKEN, Act, Lane, NoticeState, WaitsFor
from book.fallback import ANOTHER_AFTER, TELEPHONE_AFTER, UNREACHED
from book.ids import AddressId, DeliveryId, NoticeId, PersonId
from book.reasons import Reason
from storage import outbox
from storage.outbox import IS_OPEN, Waiting
from storage.schema import addresses, deliveries, delivery_notices, fallbacks, notices
from storage.statements import among, constant
from storage.vault import Vault


def begin_anew(connection: Connection, now: datetime) -> None:
    """Nobody sent anything until now: what was not tried anywhere has its whole time from here."""
    tried = exists(select(delivery_notices.c.notice_id).where(delivery_notices.c.notice_id == fallbacks.c.notice_id))
    connection.execute(
        update(fallbacks)
        .where(fallbacks.c.look_at.is_not(None), fallbacks.c.since < now, ~tried)
        .values(since=now, look_at=now + ANOTHER_AFTER)
    )


@dataclass(frozen=True, slots=True)
class Due:
    """One urgent notice whose time to be looked at has come."""

    waiting: Waiting
    state: NoticeState
    reason: Reason | None
    since: datetime
    author_told: bool
    not_before: datetime
    waits_for: WaitsFor
    tried: frozenset[AddressId]  # where it has been on the wire

    @property
    def is_unreached(self) -> bool:
        """Whether it ended, and nobody at any address of hers took it."""
        return self.state is NoticeState.WITHHELD and self.reason in UNREACHED

    def is_late(self, now: datetime) -> bool:
        """Whether whoever wrote it is to telephone, because nothing has taken it for too long."""
        return now >= self.since + TELEPHONE_AFTER


_DUE: Select[Any] = (
    select(
        *outbox.OF_A_NOTICE,
        notices.c.state,
        notices.c.reason,
        notices.c.not_before,
        notices.c.waits_for,
        fallbacks.c.since,
        fallbacks.c.author_told_at,
    )
    .join(fallbacks, fallbacks.c.notice_id == notices.c.id)
    .where(fallbacks.c.look_at <= bindparam("now"))
    .order_by(notices.c.id)
    .limit(100)
)
_TRIED = (
    select(delivery_notices.c.notice_id, deliveries.c.address_id)
    .distinct()
    .join(deliveries, deliveries.c.id == delivery_notices.c.delivery_id)
    .where(among(delivery_notices.c.notice_id, "wanted"), deliveries.c.act == Act.SAY)
)


def due(connection: Connection, vault: Vault, now: datetime) -> list[Due]:
    """Those that are to be looked at."""
    rows = connection.execute(_DUE, {"now": now}).all()
    tried = _tried(connection, [row.id for row in rows])
    return [
        Due(
            outbox.waiting(vault, row),
            NoticeState(row.state),
            None if row.reason is None else Reason(row.reason),
            row.since,
            row.author_told_at is not None,
            row.not_before,
            WaitsFor(row.waits_for),
            frozenset(tried.get(NoticeId(row.id), ())),
        )
        for row in rows
    ]


def _tried(connection: Connection, wanted: Collection[int]) -> dict[NoticeId, set[AddressId]]:
    found: dict[NoticeId, set[AddressId]] = defaultdict(set)
    if wanted:
        for row in connection.execute(_TRIED, {"wanted": wanted}):
            found[NoticeId(row.notice_id)].add(AddressId(row.address_id))
    return found


def look_again(connection: Connection, those: Collection[NoticeId], at: datetime | None) -> None:
    """These are looked at again then, or never."""
    if those:
        connection.execute(update(fallbacks).where(fallbacks.c.notice_id.in_(list(those))).values(look_at=at))


def look_at_once(connection: Connection, ended: Collection[NoticeId], now: datetime) -> None:
    """These ended unreached: those of them that are urgent and still watched are looked at now."""
    connection.execute(
        update(fallbacks)
        .where(fallbacks.c.notice_id.in_(list(ended)), fallbacks.c.author_told_at.is_(None))
        .values(look_at=now)
    )


def begin_later(connection: Connection, notice: NoticeId, since: datetime) -> None:
    """It was put off: its time runs from then."""
    connection.execute(
        update(fallbacks).where(fallbacks.c.notice_id == notice).values(since=since, look_at=since + ANOTHER_AFTER)
    )


def author_told(connection: Connection, those: Collection[NoticeId], now: datetime | None) -> None:
    """Whoever wrote these has been told to ring; or, with None, that it was taken after all."""
    if those:
        connection.execute(update(fallbacks).where(fallbacks.c.notice_id.in_(list(those))).values(author_told_at=now))


def whose_author_was_told(connection: Connection, those: Collection[NoticeId]) -> frozenset[NoticeId]:
    """Of these notices, those whose author was told to ring."""
    if not those:
        return frozenset()
    rows = connection.execute(_AUTHOR_TOLD, {"wanted": those})
    return frozenset(NoticeId(each) for each in rows.scalars())


_AUTHOR_TOLD = select(fallbacks.c.notice_id).where(
    among(fallbacks.c.notice_id, "wanted"), fallbacks.c.author_told_at.is_not(None)
)


def next_instant(connection: Connection, now: datetime) -> datetime | None:
    """When something is to be looked at next, after ``now``."""
    found: datetime | None = connection.execute(_NEXT, {"now": now}).scalar_one()
    return found


_NEXT = select(func.min(fallbacks.c.look_at)).where(fallbacks.c.look_at > bindparam("now"))


# --- when a delivery has ended ---------------------------------------------------------------------------------------

_OTHERS = (
    select(delivery_notices.c.notice_id, deliveries.c.id, deliveries.c.state)
    .join(deliveries, deliveries.c.id == delivery_notices.c.delivery_id)
    .where(
        among(delivery_notices.c.notice_id, "wanted"),
        deliveries.c.act == Act.SAY,
        deliveries.c.id.not_in(bindparam("lost", expanding=True)),
    )
    .order_by(deliveries.c.id)
)
_WAIT_FOR_MORE = (
    select(notices.c.id, notices.c.person_id)
    .join(fallbacks, fallbacks.c.notice_id == notices.c.id)
    .where(among(notices.c.id, "wanted"), notices.c.state == constant(NoticeState.WAITING))
)
_ELSEWHERE = select(addresses.c.id, addresses.c.person_id).where(
    among(addresses.c.person_id, "people"), addresses.c.stopped_at.is_(None)
)


def kept_open(
    connection: Connection, ended: Collection[NoticeId], lost: Collection[DeliveryId], now: datetime
) -> set[NoticeId]:
    """Of the notices that were on ``lost`` deliveries, those that do not end with them.

    Such a one is on its way to another address of hers, or there is one where it was never tried: it is looked at now.
    """
    if not ended:
        return set()
    rows = connection.execute(_WAIT_FOR_MORE, {"wanted": ended}).all()
    if not rows:
        return set()
    urgent = {NoticeId(row.id): PersonId(row.person_id) for row in rows}
    flying = _open_elsewhere(connection, urgent, lost)
    for notice, delivery in flying.items():
        connection.execute(
            update(notices)
            .where(notices.c.id == notice, notices.c.state == constant(NoticeState.WAITING))
            .values(delivery_id=delivery)
        )
    untried = _not_tried_everywhere(connection, {key: who for key, who in urgent.items() if key not in flying})
    look_again(connection, untried, now)
    return flying.keys() | untried


def _open_elsewhere(
    connection: Connection, wanted: Collection[NoticeId], lost: Collection[DeliveryId]
) -> dict[NoticeId, DeliveryId]:
    rows = connection.execute(_OTHERS.where(IS_OPEN), {"wanted": wanted, "lost": list(lost)})
    return {NoticeId(row.notice_id): DeliveryId(row.id) for row in rows}


def _not_tried_everywhere(connection: Connection, wanted: dict[NoticeId, PersonId]) -> set[NoticeId]:
    tried = _tried(connection, wanted)
    theirs: dict[PersonId, set[AddressId]] = defaultdict(set)
    for row in connection.execute(_ELSEWHERE, {"people": list(wanted.values())}):
        theirs[PersonId(row.person_id)].add(AddressId(row.id))
    return {notice for notice, person in wanted.items() if theirs[person] - tried[notice]}


def taken_elsewhere(
    connection: Connection, wanted: Collection[NoticeId], lost: Collection[DeliveryId]
) -> dict[NoticeId, DeliveryId]:
    """Of these notices, those that another delivery has told whole, each with that delivery."""
    if not wanted:
        return {}
    rows = connection.execute(
        _OTHERS.where(deliveries.c.state.in_([each.value for each in TAKEN]), deliveries.c.part == deliveries.c.parts),
        {"wanted": wanted, "lost": list(lost)},
    )
    return {NoticeId(row.notice_id): DeliveryId(row.id) for row in rows}


def open_again(
    connection: Connection, told: Collection[NoticeId], lost: Collection[DeliveryId], now: datetime
) -> set[NoticeId]:
    """Of these notices, told by a message that is now reported lost, those that go to another address instead."""
    if not told:
        return set()
    rows = connection.execute(
        select(notices.c.id, notices.c.person_id)
        .join(fallbacks, fallbacks.c.notice_id == notices.c.id)
        .where(notices.c.id.in_(list(told)))
    ).all()
    urgent = {NoticeId(row.id): PersonId(row.person_id) for row in rows}
    flying = _open_elsewhere(connection, urgent, lost) if urgent else {}
    untried = _not_tried_everywhere(connection, {key: who for key, who in urgent.items() if key not in flying})
    for notice in sorted(flying.keys() | untried):
        connection.execute(
            update(notices)
            .where(notices.c.id == notice)
            .values(
                state=NoticeState.WAITING,
                reason=None,
                ended_at=None,
                delivery_id=func.coalesce(bindparam("flying", flying.get(notice)), notices.c.delivery_id),
            )
        )
    look_again(connection, flying.keys() | untried, now)
    return flying.keys() | untried


_TOLD_ELSEWHERE = (
    select(deliveries.c.id)
    .join(notices, notices.c.id == deliveries.c.lead_notice_id)
    .where(
        among(deliveries.c.id, "wanted"),
        deliveries.c.act == Act.SAY,
        deliveries.c.part == 1,
        deliveries.c.lane == int(Lane.URGENT),
        notices.c.state == constant(NoticeState.TOLD),
        notices.c.delivery_id != deliveries.c.id,
    )
)


def told_elsewhere(connection: Connection, wanted: Collection[DeliveryId]) -> frozenset[DeliveryId]:
    """Of these deliveries, those whose urgent notice was taken at another address meanwhile."""
    if not wanted:
        return frozenset()
    return frozenset(DeliveryId(each) for each in connection.execute(_TOLD_ELSEWHERE, {"wanted": wanted}).scalars())


_LAST_REASON = (
    select(deliveries.c.reason)
    .join(delivery_notices, delivery_notices.c.delivery_id == deliveries.c.id)
    .where(and_(delivery_notices.c.notice_id == bindparam("notice"), deliveries.c.reason.is_not(None)))
    .order_by(deliveries.c.id.desc())
    .limit(1)
)


def why_lost(connection: Connection, notice: NoticeId) -> Reason:
    """Why the last delivery of this notice that ended did not arrive."""
    found = connection.execute(_LAST_REASON, {"notice": notice}).scalar_one_or_none()
    return Reason.NO_ADDRESS if found is None else Reason(found)


def is_on_its_way(connection: Connection, notice: NoticeId) -> bool:
    """Whether any delivery of it is still open."""
    return bool(_open_elsewhere(connection, [notice], [DeliveryId(0)]))
