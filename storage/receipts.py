"""What a provider reports of a message later, or is found to have when asked: deliveries move forward, by rank only.

Reports come late, twice, in any order, and of messages that are not ours; a report of what is being called at this
moment says nothing that the call's own answer will not. Knows nothing of wording, permission or channels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, and_, bindparam, func, or_, select, update

from book.deliveries import TAKEN, Act, DeliveryState, GiveUp, Lane, NoticeState, forward, retry_when_off
from book.ids import AddressId, DeliveryId, Ids, NoticeId
from book.reasons import Reason
from book.timing import in_the_day
from storage import addresses, falling_back, outbox, settling, windows
from storage.addresses import Handle
from storage.bells import Bell, ring
from storage.outbox import Delivery
from storage.schema import addresses as address_rows
from storage.schema import deliveries, delivery_notices, notices, sent_messages
from storage.settling import Settled
from storage.statements import among, constant
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Receipt:
    """One report of a message to ``handle``.

    ``delivery`` is our own id, where the provider carries it back; ``reason`` that of a refusal.
    """

    channel: str
    account: str
    handle: str
    provider_id: str
    state: DeliveryState
    reason: Reason | None = None
    delivery: DeliveryId | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """A message that had been taken, or might have been, and will not arrive."""

    delivery: DeliveryId
    notices: tuple[NoticeId, ...]
    reason: Reason
    address: AddressId


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of reports."""

    moved: int = 0
    strange: int = 0  # of messages that we do not know
    early: int = 0  # of what is being called at this moment
    lost: tuple[Lost, ...] = ()


_HERE = and_(address_rows.c.channel == bindparam("channel"), address_rows.c.account == bindparam("account"))
_BY_MESSAGE = select(sent_messages.c.provider_id, sent_messages.c.delivery_id).where(
    among(sent_messages.c.address_id, "at"),
    sent_messages.c.provider_id.in_(bindparam("reported", expanding=True)),
)
_THEIRS = (
    select(deliveries)
    .join(address_rows, address_rows.c.id == deliveries.c.address_id)
    .where(_HERE, among(deliveries.c.id, "wanted"))
    .order_by(deliveries.c.id)
    # Whoever writes the answer of the call at this moment is waited for.
    .with_for_update(of=deliveries)
)


def apply(
    connection: Connection, vault: Vault, ids: Ids, received: Sequence[Receipt], now: datetime, zone: ZoneInfo
) -> Applied:
    """Move on what these reports are of, and say what of it is lost.

    What a telephone that was off did not take is said again by its timetable first, by day, unless it is urgent.
    """
    of_account: dict[tuple[str, str], list[Receipt]] = defaultdict(list)
    for each in received:
        of_account[each.channel, each.account].append(each)
    whole = Applied()
    for (channel, account), theirs in of_account.items():
        one = _of_account(connection, vault, ids, channel, account, theirs, now, zone)
        whole = Applied(
            whole.moved + one.moved, whole.strange + one.strange, whole.early + one.early, (*whole.lost, *one.lost)
        )
    return whole


def _of_account(
    connection: Connection,
    vault: Vault,
    ids: Ids,
    channel: str,
    account: str,
    received: Sequence[Receipt],
    now: datetime,
    zone: ZoneInfo,
) -> Applied:
    here = {"channel": channel, "account": account}
    at = addresses.known(connection, vault, {Handle(channel, account, each.handle) for each in received})
    rows = connection.execute(_BY_MESSAGE, {"at": at, "reported": [each.provider_id for each in received]})
    known = {row.provider_id: DeliveryId(row.delivery_id) for row in rows}
    of_delivery: dict[DeliveryId, list[Receipt]] = defaultdict(list)
    strange = 0
    for each in received:
        delivery = known.get(each.provider_id, each.delivery)
        if delivery is None:
            strange += 1
        else:
            of_delivery[delivery].append(each)
    if not of_delivery:
        return Applied(strange=strange)
    found = {
        DeliveryId(row.id): row for row in connection.execute(_THEIRS, {**here, "wanted": list(of_delivery)}).all()
    }
    moved, early, lost = 0, 0, []
    for wanted, theirs in of_delivery.items():
        row = found.get(wanted)
        if row is None:
            strange += len(theirs)
        elif row.state == DeliveryState.SENDING:
            early += len(theirs)
        else:
            ended = _move(connection, vault, ids, row, theirs, now, zone)
            moved += ended is not None
            if isinstance(ended, Lost):
                lost.append(ended)
    return Applied(moved, strange, early, tuple(lost))


def _move(
    connection: Connection,
    vault: Vault,
    ids: Ids,
    row: Row[Any],
    received: Sequence[Receipt],
    now: datetime,
    zone: ZoneInfo,
) -> Lost | bool | None:
    """One delivery moved on: what is lost of it, True if it went forward, None if it stays."""
    was = DeliveryState(row.state)
    state, reason = was, None
    for each in received:
        further = forward(state, each.state)
        if further is not state:
            state, reason = further, each.reason
    if state is was:
        return None
    is_refused = state is DeliveryState.REFUSED
    if is_refused:
        reason = reason or Reason.REFUSED_BY_CHANNEL
    connection.execute(
        update(deliveries)
        .where(deliveries.c.id == row.id)
        .values(state=state, reason=reason or Reason.ACCEPTED, ended_at=row.ended_at or now, sealed_text=None)
    )
    delivery = replace(outbox.delivery(vault, row), state=state)
    if was not in TAKEN:
        # It was unknown, or was to be tried again: that it is reported at all says that it had been taken.
        settled = Settled(delivery, state, reason, (received[0].provider_id,))
        settling.follow(connection, vault, ids, [settled], now)
    ring(connection, Bell.THREAD)
    if not is_refused:
        return True
    assert reason is not None
    if reason is Reason.WINDOW_CLOSED and windows.closed(connection, [delivery.id], now):
        return True
    if reason is Reason.OUT_OF_REACH and _said_again(connection, delivery, now, zone):
        return True
    if reason is Reason.STOPPED:
        addresses.stop(connection, [AddressId(row.address_id)], now)
    return Lost(DeliveryId(row.id), _untell(connection, delivery, reason, now), reason, delivery.address)


_LOST_BEFORE = select(func.count()).where(
    deliveries.c.lead_notice_id == bindparam("lead"),
    deliveries.c.address_id == bindparam("at"),
    deliveries.c.part == bindparam("this_part"),
    deliveries.c.reason == constant(Reason.OUT_OF_REACH),
)
_THIS_ATTEMPT = select(deliveries.c.id).where(
    deliveries.c.lead_notice_id == bindparam("lead"),
    deliveries.c.address_id == bindparam("at"),
    deliveries.c.attempt == bindparam("this_attempt"),
)


def _said_again(connection: Connection, delivery: Delivery, now: datetime, zone: ZoneInfo) -> bool:
    """Whether what this message told waits for another try; composed anew then, as things stand."""
    this = {"lead": delivery.lead, "at": delivery.address}
    lost: int = connection.execute(_LOST_BEFORE, {**this, "this_part": delivery.part}).scalar_one()
    again = retry_when_off(lost=lost, lane=delivery.lane) if delivery.act is Act.SAY else GiveUp()
    if isinstance(again, GiveUp):
        return False
    at = now + timedelta(seconds=again.seconds)
    settling.abandon_rest(connection, delivery, Reason.OUT_OF_REACH, now)
    bound = connection.execute(_THIS_ATTEMPT, {**this, "this_attempt": delivery.attempt}).scalars().all()
    moved = connection.execute(
        update(notices)
        .where(
            notices.c.id.in_(connection.execute(_CARRIED, {"carrier": delivery.id}).scalars().all()),
            notices.c.delivery_id.in_(bound),
            or_(
                notices.c.state.in_([NoticeState.WAITING, NoticeState.TOLD]),
                notices.c.reason == constant(Reason.OUT_OF_REACH),
            ),
        )
        .values(
            state=NoticeState.WAITING,
            reason=None,
            ended_at=None,
            delivery_id=None,
            not_before=in_the_day(at, zone),
        )
        .returning(notices.c.id)
    )
    ring(connection, Bell.OUTBOX)
    return bool(moved.scalars().all())


_CARRIED = select(delivery_notices.c.notice_id).where(delivery_notices.c.delivery_id == bindparam("carrier"))


def _untell(connection: Connection, delivery: Delivery, reason: Reason, now: datetime) -> tuple[NoticeId, ...]:
    """What this message was to tell has not been told after all; that which nothing else tells is the answer.

    What is urgent may have been taken at another address of hers, or goes to one now.
    """
    carried = [NoticeId(each) for each in connection.execute(_CARRIED, {"carrier": delivery.id}).scalars()]
    if delivery.act is Act.SAY and delivery.lane is Lane.URGENT:
        elsewhere = falling_back.taken_elsewhere(connection, carried, [delivery.id])
        for notice, other in elsewhere.items():
            connection.execute(update(notices).where(notices.c.id == notice).values(delivery_id=other))
        left = [each for each in carried if each not in elsewhere]
        opened = falling_back.open_again(connection, left, [delivery.id], now)
        if opened:
            ring(connection, Bell.OUTBOX)
        carried = [each for each in left if each not in opened]
        falling_back.author_told(connection, carried, now)  # by whoever is given this answer
    connection.execute(
        update(notices)
        .where(
            notices.c.id.in_(carried),
            notices.c.delivery_id == delivery.id,
            notices.c.state == constant(NoticeState.TOLD),
        )
        .values(state=NoticeState.WITHHELD, reason=reason, ended_at=now)
    )
    return tuple(carried)


# --- what may or may not have left -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InDoubt:
    """A message whose call had no answer: whether the provider was given it can be asked."""

    delivery: Delivery
    handle_of: AddressId
    marked_at: datetime
    until: datetime  # then nobody is asked any more


_IN_DOUBT = (
    select(deliveries, address_rows.c.channel, address_rows.c.account)
    .join(address_rows, address_rows.c.id == deliveries.c.address_id)
    .where(
        deliveries.c.state == constant(DeliveryState.UNKNOWN),
        deliveries.c.act == Act.SAY,
        deliveries.c.not_before <= bindparam("until"),
    )
    .order_by(deliveries.c.id)
    .limit(100)
)


def in_doubt(
    connection: Connection, vault: Vault, accounts: Collection[tuple[str, str]], until: datetime
) -> list[tuple[tuple[str, str], InDoubt]]:
    """What is unknown at these accounts and would be given up by ``until``."""
    rows = connection.execute(_IN_DOUBT, {"until": until}).all()
    return [
        (
            (row.channel, row.account),
            InDoubt(outbox.delivery(vault, row), AddressId(row.address_id), row.marked_at, row.not_before),
        )
        for row in rows
        if (row.channel, row.account) in accounts
    ]


def known_messages(connection: Connection, at: AddressId, provider_ids: Collection[str]) -> frozenset[str]:
    """Of these messages at an address, those that belong to a delivery already."""
    rows = connection.execute(
        select(sent_messages.c.provider_id).where(
            sent_messages.c.address_id == at, sent_messages.c.provider_id.in_(list(provider_ids))
        )
    )
    return frozenset(rows.scalars())


def never_left(connection: Connection, delivery: DeliveryId, again: datetime) -> bool:
    """The provider was asked and has not been given it: it waits, to be sent as if for the first time."""
    moved = connection.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery, deliveries.c.state == constant(DeliveryState.UNKNOWN))
        .values(state=DeliveryState.WAITING, not_before=again)
        .returning(deliveries.c.id)
    )
    ring(connection, Bell.OUTBOX)
    return moved.scalar_one_or_none() is not None
