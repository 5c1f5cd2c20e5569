"""What waits until somebody writes, where her platform takes our words only for a while after that.

Held in the transaction that would have sent it, freed in the one that stores what she wrote. Knows nothing of wording,
templates or channels.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, exists, or_, select, update

from book.deliveries import Lane, NoticeState, WaitsFor
from book.ids import AddressId, DeliveryId, NoticeId, PersonId
from book.notices import Kind
from storage.bells import Bell, ring
from storage.schema import addresses, deliveries, delivery_notices, notices, people, tablets
from storage.statements import among, constant

_WAITS = and_(notices.c.state == constant(NoticeState.WAITING), notices.c.waits_for == constant(WaitsFor.WINDOW))


@dataclass(frozen=True, slots=True)
class Hold:
    """One notice that is to wait until its hearer writes; ``until`` then it is of no use any more.

    ``heard`` is when she last wrote at the address it would have gone to, as it was when that was found to be closed.
    """

    notice: NoticeId
    address: AddressId
    heard: datetime | None
    until: datetime | None


def hold(connection: Connection, held: Collection[Hold]) -> set[NoticeId]:
    """These notices wait, but those whose hearer has written at this very moment, who is free to be told; which do.

    Whoever asks has locked the addresses, so that what is written after this frees them.
    """
    waiting: set[NoticeId] = set()
    for each in held:
        here = addresses.c.last_inbound_at
        unchanged = here.is_(None) if each.heard is None else here == each.heard
        row = connection.execute(
            update(notices)
            .where(
                notices.c.id == each.notice,
                notices.c.state == constant(NoticeState.WAITING),
                exists(select(addresses.c.id).where(addresses.c.id == each.address, unchanged)),
            )
            .values(waits_for=WaitsFor.WINDOW, waits_until=each.until)
            .returning(notices.c.id)
        )
        waiting |= {NoticeId(found) for found in row.scalars()}
    return waiting


_hers = addresses.alias("hers")
_FREE = (
    update(notices)
    .where(
        _WAITS,
        or_(
            among(notices.c.address_id, "heard"),
            notices.c.person_id.in_(
                select(_hers.c.person_id).where(
                    among(_hers.c.id, "heard"),
                    _hers.c.person_id.is_not(None),
                    # On a room's tablet something else is waited for: that somebody signs in.
                    _hers.c.person_id.not_in(select(tablets.c.person_id)),
                )
            ),
        ),
    )
    .values(waits_for=WaitsFor.NOTHING, waits_until=None)
    .returning(notices.c.id)
)
_ANY = select(notices.c.id).where(_WAITS).limit(1)


def opened(connection: Connection, heard: Collection[AddressId]) -> None:
    """Somebody wrote from each of these addresses: what waited for her, wherever she is reached, is free to go."""
    # Asked first: on most days nothing waits, and this is done for whatever comes in.
    if heard and connection.execute(_ANY).first() is not None:
        freed = connection.execute(_FREE, {"heard": list(heard)}).all()
        if freed:
            ring(connection, Bell.OUTBOX)


_CARRIED = select(delivery_notices.c.notice_id).where(among(delivery_notices.c.delivery_id, "carriers"))
_TO_TELL_AGAIN = (
    update(notices)
    .where(
        among(notices.c.id, "untold"),
        notices.c.cause >= 0,  # not that something waits
        or_(
            notices.c.state == constant(NoticeState.WAITING),
            and_(notices.c.state == constant(NoticeState.TOLD), among(notices.c.delivery_id, "carriers")),
        ),
    )
    .values(
        state=NoticeState.WAITING,
        reason=None,
        ended_at=None,
        delivery_id=None,
        waits_for=WaitsFor.NOTHING,
        waits_until=None,
    )
    .returning(notices.c.id)
)


def closed(connection: Connection, lost: Collection[DeliveryId], now: datetime) -> set[NoticeId]:
    """The platform would not take these messages, because she has not written for too long: they are not lost.

    Her address is closed from now on, and what they were to tell waits again; which notices that are. What merely says
    that something waits is itself refused so where it was never approved, and does not come again.
    """
    here = select(deliveries.c.address_id).where(deliveries.c.id.in_(list(lost)))
    connection.execute(update(addresses).where(addresses.c.id.in_(here)).values(closed_at=now))
    carried = connection.execute(_CARRIED, {"carriers": list(lost)}).scalars().all()
    again = connection.execute(_TO_TELL_AGAIN, {"untold": list(carried), "carriers": list(lost)})
    ring(connection, Bell.OUTBOX)
    return {NoticeId(each) for each in again.scalars()}


_ANNOUNCED = (
    select(notices.c.person_id, notices.c.made_at, notices.c.lane)
    .where(
        among(notices.c.person_id, "wanted"),
        notices.c.kind == constant(Kind.SAID),
        # Nothing caused it by itself: what it announces is whatever waits when it arrives.
        notices.c.cause < 0,
        notices.c.made_at >= bindparam("since"),
        notices.c.state.in_([NoticeState.WAITING, NoticeState.TOLD]),
    )
    .order_by(notices.c.id)
)


def announced(
    connection: Connection, wanted: Collection[PersonId], since: datetime
) -> dict[PersonId, list[tuple[datetime, bool]]]:
    """When since then these people were told that something waits for them, and each time whether urgently."""
    found: dict[PersonId, list[tuple[datetime, bool]]] = {}
    if wanted:
        for row in connection.execute(_ANNOUNCED, {"wanted": list(wanted), "since": since}):
            found.setdefault(PersonId(row.person_id), []).append((row.made_at, row.lane == int(Lane.URGENT)))
    return found


def was_told_to_ring(connection: Connection, person: PersonId, since: datetime) -> bool:
    """Whether her platform has taken a sentence since then that says whom to ring about something urgent."""
    found = connection.execute(
        select(notices.c.id)
        .where(
            notices.c.person_id == person,
            notices.c.kind == constant(Kind.SAID),
            notices.c.cause < 0,
            notices.c.lane == int(Lane.URGENT),
            notices.c.state == constant(NoticeState.TOLD),
            notices.c.made_at >= since,
        )
        .limit(1)
    )
    return found.first() is not None


def languages(connection: Connection, wanted: Collection[PersonId]) -> dict[PersonId, str]:
    """The language in which each of these people is told that something waits."""
    rows = connection.execute(select(people.c.id, people.c.language).where(people.c.id.in_(list(wanted))))
    return {PersonId(row.id): row.language for row in rows}
