"""What waits to go out, claimed for sending and settled by what came of it; every transition is fenced.

What is claimed is the address: one message at a time goes to it, so its order is kept. A row found ``sending``
under a dead epoch is *unknown*. Knows nothing of wording, permission or channels: whoever claims is asked what
each notice becomes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Connection, Integer, Row, and_, bindparam, case, exists, func, or_, select, update

from book.deliveries import OPEN, TAKEN, Act, DeliveryState, Lane, NoticeState, WaitsFor
from book.ids import AddressId, ChildId, DeliveryId, EntryId, Ids, NoticeId, PersonId
from book.notices import AcknowledgementChanged, Kind, Notice, from_parameters
from book.reasons import Reason
from storage import dialect
from storage.bells import Bell, ring
from storage.filing import NewNotice, add_notices, owner_of_notice
from storage.schema import Instant, addresses, deliveries, delivery_notices, entries, notices, sent_messages
from storage.vault import Owner, Vault


@dataclass(frozen=True, slots=True)
class Waiting:
    """One notice that is free to go."""

    id: NoticeId
    cause: int
    notice: Notice
    person: PersonId | None
    address: AddressId | None
    child: ChildId | None
    entry: EntryId | None
    lane: Lane
    made_at: datetime
    expires_at: datetime | None
    delivery: DeliveryId | None


_FREE_TO_GO = and_(
    notices.c.state == NoticeState.WAITING,
    notices.c.waits_for == WaitsFor.NOTHING,
    notices.c.delivery_id.is_(None),
)
# Statements are put together once: on the busiest paths that costs as much as running them.
_READY = (
    select(notices)
    .where(
        _FREE_TO_GO,
        notices.c.not_before <= bindparam("now"),
        notices.c.lane.in_(bindparam("lanes", expanding=True)),
        or_(
            notices.c.person_id.is_(None),
            notices.c.address_id.is_not(None),
            notices.c.person_id.not_in(bindparam("not_to_people", expanding=True)),
        ),
        or_(notices.c.address_id.is_(None), notices.c.address_id.not_in(bindparam("not_at", expanding=True))),
    )
    .order_by(notices.c.lane, notices.c.id)
    .limit(bindparam("most"))
)


def ready(
    connection: Connection,
    vault: Vault,
    now: datetime,
    *,
    not_to_people: Collection[PersonId] = (),
    not_at: Collection[AddressId] = (),
    lanes: Collection[Lane] = tuple(Lane),
    limit: int = 300,
) -> list[Waiting]:
    """The notices free to go at ``now``, most urgent and oldest first, but none at these addresses.

    ``not_to_people`` leaves out what may go wherever these people are reached; what was asked at one address is
    answered there.
    """
    rows = connection.execute(
        _READY,
        {
            "now": now,
            "lanes": [int(each) for each in lanes],
            "not_to_people": list(not_to_people),
            "not_at": list(not_at),
            "most": limit,
        },
    )
    return [_waiting(vault, row) for row in rows]


def carried(connection: Connection, vault: Vault, wanted: Collection[DeliveryId]) -> dict[DeliveryId, list[Waiting]]:
    """The notices that these deliveries carry, the leading one first."""
    rows = connection.execute(
        select(delivery_notices.c.delivery_id.label("carrier"), notices)
        .join(notices, notices.c.id == delivery_notices.c.notice_id)
        .where(delivery_notices.c.delivery_id.in_(list(wanted)))
        .order_by(notices.c.lane, notices.c.id)
    )
    found: dict[DeliveryId, list[Waiting]] = defaultdict(list)
    for row in rows:
        found[DeliveryId(row.carrier)].append(_waiting(vault, row))
    return found


def _waiting(vault: Vault, row: Row[Any]) -> Waiting:
    owner = owner_of_notice(row.child_id, row.person_id, row.made_at)
    parameters = vault.open_text(owner, "notice", row.id, row.sealed_parameters)
    return Waiting(
        id=NoticeId(row.id),
        cause=row.cause,
        notice=from_parameters(Kind(row.kind), parameters),
        person=None if row.person_id is None else PersonId(row.person_id),
        address=None if row.address_id is None else AddressId(row.address_id),
        child=None if row.child_id is None else ChildId(row.child_id),
        entry=None if row.entry_id is None else EntryId(row.entry_id),
        lane=Lane(row.lane),
        made_at=row.made_at,
        expires_at=row.expires_at,
        delivery=None if row.delivery_id is None else DeliveryId(row.delivery_id),
    )


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on the wire, as it is kept."""

    id: DeliveryId
    lead: NoticeId
    address: AddressId
    act: Act
    part: int
    parts: int
    attempt: int
    lane: Lane
    person: PersonId | None
    child: ChildId | None
    state: DeliveryState
    tries: int
    silent: bool
    target: str | None
    reply_to: str | None
    text: str | None  # the part as its channel keeps it
    made_at: datetime
    repeats: DeliveryId | None = None


_earlier = deliveries.alias("earlier")
_DUE = (
    select(deliveries)
    .where(
        deliveries.c.state.in_([DeliveryState.WAITING, DeliveryState.UNKNOWN]),
        deliveries.c.not_before <= bindparam("now"),
        deliveries.c.address_id.not_in(bindparam("not_at", expanding=True)),
        # A part follows only what has been taken before it, by its first attempt or by its repeat.
        ~exists(
            select(_earlier.c.id).where(
                _earlier.c.lead_notice_id == deliveries.c.lead_notice_id,
                _earlier.c.address_id == deliveries.c.address_id,
                _earlier.c.act == deliveries.c.act,
                _earlier.c.attempt >= deliveries.c.attempt,
                _earlier.c.part < deliveries.c.part,
                _earlier.c.state.not_in([*(each.value for each in TAKEN), DeliveryState.REPEATED.value]),
            )
        ),
    )
    .order_by(deliveries.c.lane, deliveries.c.id)
    .limit(300)
)


def due(connection: Connection, vault: Vault, now: datetime, *, not_at: Collection[AddressId] = ()) -> list[Delivery]:
    """Deliveries whose time has come, at none of these addresses: later parts, later tries, unknowns to settle."""
    rows = connection.execute(_DUE, {"now": now, "not_at": list(not_at)})
    return [_delivery(vault, row) for row in rows]


def _delivery(vault: Vault, row: Row[Any]) -> Delivery:
    text = None
    if row.sealed_text is not None:
        text = vault.open_text(_owner(row.child_id, row.person_id, row.made_at), "delivery", row.id, row.sealed_text)
    return Delivery(
        id=DeliveryId(row.id),
        lead=NoticeId(row.lead_notice_id),
        address=AddressId(row.address_id),
        act=Act(row.act),
        part=row.part,
        parts=row.parts,
        attempt=row.attempt,
        lane=Lane(row.lane),
        person=None if row.person_id is None else PersonId(row.person_id),
        child=None if row.child_id is None else ChildId(row.child_id),
        state=DeliveryState(row.state),
        tries=row.tries,
        silent=row.silent,
        target=row.target,
        reply_to=row.reply_to,
        text=text,
        made_at=row.made_at,
        repeats=None if row.repeats_id is None else DeliveryId(row.repeats_id),
    )


def _owner(child: int | None, person: int | None, made_at: datetime) -> Owner:
    return owner_of_notice(child, person, made_at)


def hear_urgently(connection: Connection, people: Collection[PersonId], now: datetime) -> set[PersonId]:
    """Of these people, those for whom something urgent is free to go; a recall waits for what it recalls instead."""
    if not people:
        return set()
    rows = connection.execute(
        select(notices.c.person_id).where(
            notices.c.person_id.in_(list(people)),
            notices.c.lane == int(Lane.URGENT),
            notices.c.kind != Kind.RECALL,
            notices.c.state == NoticeState.WAITING,
            notices.c.waits_for == WaitsFor.NOTHING,
            notices.c.not_before <= now,
            notices.c.delivery_id.is_(None),
        )
    )
    return {PersonId(each) for each in rows.scalars()}


_OPEN = select(deliveries.c.address_id, deliveries.c.state).where(deliveries.c.state.in_([each.value for each in OPEN]))
_HELD = select(addresses.c.id).where(addresses.c.held_until > bindparam("now"))


def busy(connection: Connection, now: datetime) -> tuple[set[AddressId], set[AddressId]]:
    """Addresses with something on the wire or to be left alone; and those where something is not settled yet.

    Unsettled is an unknown, a later try and a later part. To such an address only what is urgent goes.
    """
    rows = connection.execute(_OPEN).all()
    held = connection.execute(_HELD, {"now": now}).scalars()
    sending = {AddressId(row.address_id) for row in rows if row.state == DeliveryState.SENDING}
    waiting = {AddressId(row.address_id) for row in rows if row.state != DeliveryState.SENDING}
    return sending | {AddressId(each) for each in held}, waiting


def lock(connection: Connection, wanted: Collection[AddressId]) -> set[AddressId]:
    """Of these addresses, those that nobody else is claiming at this moment."""
    if connection.dialect.name == "sqlite":
        return set(wanted)  # One connection writes, and this is it.
    rows = connection.execute(
        select(addresses.c.id)
        .where(addresses.c.id.in_(list(wanted)))
        .order_by(addresses.c.id)
        .with_for_update(skip_locked=True)
    )
    return {AddressId(each) for each in rows.scalars()}


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """What a claim decided to put on the wire: all parts of one message, the first of them now."""

    lead: Waiting
    carries: tuple[NoticeId, ...]
    address: AddressId
    act: Act
    texts: tuple[str, ...]  # one for each part, as the channel keeps it; for acts without words one empty
    child: ChildId | None
    person: PersonId | None
    silent: bool = False
    targets: tuple[str | None, ...] = ()  # for each part what it changes, takes back or answers
    reply_to: str | None = None
    repeats: DeliveryId | None = None
    attempt: int = 1
    part: int = 1  # a repeat is of one part
    parts: int = 0  # 0: as many as there are texts


_CARRY = update(notices).where(notices.c.id == bindparam("carried")).values(delivery_id=bindparam("by"))


def mark_sending(
    connection: Connection, vault: Vault, ids: Ids, new: Sequence[NewDelivery], epoch: int, now: datetime
) -> list[Delivery]:
    """Write these deliveries, their first parts ``sending``; what comes back is what may be called now."""
    rows: list[dict[str, object]] = []
    links: list[dict[str, object]] = []
    carriers: list[dict[str, object]] = []
    found: list[Delivery] = []
    for each in new:
        parts = each.parts or len(each.texts)
        for number, text in enumerate(each.texts):
            delivery = DeliveryId(ids.new())
            owner = _owner(each.child, each.person, now)
            part, first = each.part + number, number == 0
            target = each.targets[number] if each.targets else None
            state = DeliveryState.SENDING if first else DeliveryState.WAITING
            rows.append(
                {
                    "id": delivery,
                    "lead_notice_id": each.lead.id,
                    "address_id": each.address,
                    "act": each.act,
                    "part": part,
                    "parts": parts,
                    "attempt": each.attempt,
                    "lane": int(each.lead.lane),
                    "person_id": each.person,
                    "child_id": each.child,
                    "state": state,
                    "tries": 1 if first else 0,
                    "not_before": now,
                    "epoch": epoch,
                    "silent": each.silent,
                    "repeats_id": each.repeats,
                    "target": target,
                    "reply_to": each.reply_to,
                    "sealed_text": vault.seal_text(owner, "delivery", delivery, text),
                    "made_at": now,
                    "marked_at": now if first else None,
                    "ended_at": None,
                }
            )
            links += [{"delivery_id": delivery, "notice_id": notice} for notice in each.carries]
            if first:
                carriers += [{"carried": notice, "by": delivery} for notice in each.carries]
                found.append(
                    Delivery(delivery, each.lead.id, each.address, each.act, part, parts, each.attempt,
                             each.lead.lane, each.person, each.child, state, 1, each.silent,
                             target, each.reply_to, text, now, each.repeats)
                )  # fmt: skip
    dialect.add(connection, deliveries, rows)
    dialect.add(connection, delivery_notices, links)
    if carriers:
        connection.execute(_CARRY, carriers)
    return found


def mark_again(connection: Connection, wanted: Collection[DeliveryId], epoch: int, now: datetime) -> set[DeliveryId]:
    """Deliveries that waited go on the wire as they are; those somebody else moved on are not among the answer."""
    rows = connection.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(list(wanted)), deliveries.c.state == DeliveryState.WAITING)
        .values(state=DeliveryState.SENDING, epoch=epoch, marked_at=now, tries=deliveries.c.tries + 1)
        .returning(deliveries.c.id)
    )
    return {DeliveryId(each) for each in rows.scalars()}


def end_delivery(
    connection: Connection,
    wanted: Collection[DeliveryId],
    state: DeliveryState,
    reason: Reason,
    now: datetime,
    *,
    release: bool,
) -> None:
    """End deliveries that are not on the wire. ``release`` frees their notices to be told in another."""
    if not wanted:
        return
    connection.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(list(wanted)), deliveries.c.state.in_([each.value for each in OPEN]))
        .values(state=state, reason=reason, ended_at=now, sealed_text=None)
    )
    if release:
        connection.execute(
            update(notices)
            .where(notices.c.delivery_id.in_(list(wanted)), notices.c.state == NoticeState.WAITING)
            .values(delivery_id=None)
        )


def end_notices(
    connection: Connection,
    ended: Mapping[NoticeId, tuple[NoticeState, Reason]],
    now: datetime,
    *,
    keep_bound: bool = False,
) -> None:
    """End waiting notices, each with its state and its reason.

    ``keep_bound`` to the delivery that carried them, where something of it has arrived or may have: that is the way
    back for a recall.
    """
    if not ended:
        return
    free: dict[str, object] = {} if keep_bound else {"delivery_id": None}
    connection.execute(
        update(notices)
        .where(notices.c.id == bindparam("ended"), notices.c.state == NoticeState.WAITING.value)
        .values(state=bindparam("end"), reason=bindparam("why"), ended_at=now, **free),
        [{"ended": notice, "end": state, "why": reason} for notice, (state, reason) in ended.items()],
    )


# --- what came of a call ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Settled:
    """One delivery that was ``sending`` and is not any more."""

    delivery: Delivery
    state: DeliveryState
    reason: Reason | None = None
    provider_ids: tuple[str, ...] = ()
    not_before: datetime | None = None
    hold_until: datetime | None = None
    stop_address: bool = False
    tries: int | None = None  # where it is other than how often it was called


_SETTLE = (
    update(deliveries)
    .where(
        deliveries.c.id == bindparam("settled"),
        deliveries.c.state == DeliveryState.SENDING.value,
        deliveries.c.epoch == bindparam("our_epoch"),
    )
    .values(
        state=bindparam("new_state"),
        reason=bindparam("why"),
        not_before=func.coalesce(bindparam("later", type_=Instant), deliveries.c.not_before),
        tries=func.coalesce(bindparam("counted", type_=Integer), deliveries.c.tries),
        ended_at=bindparam("end"),
        sealed_text=case((bindparam("final", type_=Boolean), None), else_=deliveries.c.sealed_text),
    )
)
_STATES = select(deliveries.c.id, deliveries.c.state).where(
    deliveries.c.id.in_(bindparam("wanted", expanding=True)), deliveries.c.epoch == bindparam("our_epoch")
)


def settle(
    connection: Connection, vault: Vault, ids: Ids, outcomes: Sequence[Settled], epoch: int, now: datetime
) -> list[DeliveryId]:
    """Write what came of these calls and everything that follows; returns those that were fenced off.

    A delivery that is no longer ``sending`` under our epoch was moved on by somebody who took us for dead: its
    provider ids are still remembered, so that replies and receipts find their way, and nothing else is changed.
    """
    connection.execute(
        _SETTLE,
        [
            {
                "settled": each.delivery.id,
                "our_epoch": epoch,
                "new_state": each.state,
                "why": each.reason,
                "later": each.not_before,
                "counted": each.tries,
                "end": None if each.state in OPEN else now,
                "final": each.state not in OPEN,
            }
            for each in outcomes
        ],
    )
    _remember_sent(connection, ids, outcomes, now)
    # Many updates at once give no rows back: which of them were ours is read afterwards.
    found = connection.execute(_STATES, {"wanted": [each.delivery.id for each in outcomes], "our_epoch": epoch})
    ours = {DeliveryId(row.id): row.state for row in found}
    fenced = [each.delivery.id for each in outcomes if ours.get(each.delivery.id) != each.state]
    kept = [each for each in outcomes if each.delivery.id not in fenced]
    _follow(connection, vault, ids, kept, now)
    stopped = [each.delivery.address for each in kept if each.stop_address]
    if stopped:
        connection.execute(update(addresses).where(addresses.c.id.in_(stopped)).values(stopped_at=now))
    for each in kept:
        if each.hold_until is not None:
            connection.execute(
                update(addresses).where(addresses.c.id == each.delivery.address).values(held_until=each.hold_until)
            )
    ring(connection, Bell.THREAD)
    return fenced


def _remember_sent(connection: Connection, ids: Ids, outcomes: Sequence[Settled], now: datetime) -> None:
    rows: list[dict[str, object]] = [
        {
            "id": ids.new(),
            "address_id": each.delivery.address,
            "provider_id": provider_id,
            "delivery_id": each.delivery.id,
            "sent_at": now,
        }
        for each in outcomes
        for provider_id in each.provider_ids
    ]
    dialect.add_new(connection, sent_messages, rows)
    taken_back = [
        {"at_address": each.delivery.address, "message": each.delivery.target}
        for each in outcomes
        if each.delivery.act is Act.TAKE_BACK and each.state is DeliveryState.ACCEPTED
    ]
    if taken_back:
        connection.execute(
            update(sent_messages)
            .where(
                sent_messages.c.address_id == bindparam("at_address"),
                sent_messages.c.provider_id == bindparam("message"),
            )
            .values(taken_back_at=now),
            taken_back,
        )


_LINKS = select(delivery_notices).where(delivery_notices.c.delivery_id.in_(bindparam("wanted", expanding=True)))
_END_NOTICE = (
    update(notices)
    .where(notices.c.id == bindparam("ended"), notices.c.state == NoticeState.WAITING.value)
    .values(state=bindparam("end"), reason=bindparam("why"), ended_at=bindparam("at"))
)


def _follow(connection: Connection, vault: Vault, ids: Ids, kept: Sequence[Settled], now: datetime) -> None:
    """What ends with a delivery: its notices, the parts that were to follow, and the author's ticks."""
    told = [each for each in kept if each.state in TAKEN and each.delivery.part == each.delivery.parts]
    lost = [each for each in kept if each.state in (DeliveryState.REFUSED, DeliveryState.ABANDONED)]
    flagged = [each for each in kept if each.state is DeliveryState.FLAGGED]
    ended: dict[NoticeId, tuple[NoticeState, Reason]] = {}
    links: dict[int, list[NoticeId]] = defaultdict(list)
    ends = [*told, *lost, *flagged]
    if ends:
        for row in connection.execute(_LINKS, {"wanted": [each.delivery.id for each in ends]}):
            links[row.delivery_id].append(NoticeId(row.notice_id))
    for each in told:
        ended |= dict.fromkeys(links[each.delivery.id], (NoticeState.TOLD, Reason.TOLD))
    for each in lost:
        reason = each.reason or Reason.REFUSED_BY_CHANNEL
        ended |= dict.fromkeys(links[each.delivery.id], (NoticeState.WITHHELD, reason))
    for each in flagged:
        ended |= dict.fromkeys(links[each.delivery.id], (NoticeState.WITHHELD, Reason.UNCONFIRMED))
    if ended:
        # The notice stays bound to the delivery that told it: that is the way back for a recall.
        connection.execute(
            _END_NOTICE,
            [{"ended": notice, "end": state, "why": reason, "at": now} for notice, (state, reason) in ended.items()],
        )
    for each in [*lost, *flagged]:
        abandon_rest(connection, each.delivery, each.reason or Reason.REFUSED_BY_CHANNEL, now)
    more = any(each.delivery.part < each.delivery.parts for each in kept if each.state in TAKEN)
    ticked = tick(connection, vault, ids, list(ended), now)
    if more or ticked or any(each.state in OPEN for each in kept) or ended:
        ring(connection, Bell.OUTBOX)


def abandon_rest(connection: Connection, delivery: Delivery, reason: Reason, now: datetime) -> None:
    """The parts that were to follow one that will not arrive: half a message is not sent on."""
    if delivery.parts > delivery.part:
        connection.execute(
            update(deliveries)
            .where(
                deliveries.c.lead_notice_id == delivery.lead,
                deliveries.c.address_id == delivery.address,
                deliveries.c.attempt <= delivery.attempt,
                deliveries.c.part > delivery.part,
                deliveries.c.state == DeliveryState.WAITING,
            )
            .values(state=DeliveryState.ABANDONED, reason=reason, ended_at=now, sealed_text=None)
        )


_relay, _mine, _shown = (notices.alias(name) for name in ("relay", "mine", "shown"))
_others = entries.alias("others")
_TO_TICK = (
    select(_shown.c.id, _shown.c.person_id, _shown.c.address_id, func.max(_mine.c.id).label("last"))
    .join(entries, entries.c.acknowledgement_id == _shown.c.id)
    .join(_mine, _mine.c.entry_id == entries.c.id)
    .where(
        _mine.c.id.in_(bindparam("ended", expanding=True)),
        _mine.c.kind == Kind.RELAY,
        _mine.c.lane != int(Lane.CATCHING_UP),
        or_(_shown.c.state == NoticeState.TOLD, _shown.c.delivery_id.is_not(None)),
        # None of the relays of what it acknowledges is still waiting.
        ~exists(
            select(_relay.c.id)
            .join(_others, _others.c.id == _relay.c.entry_id)
            .where(
                _others.c.acknowledgement_id == _shown.c.id,
                _relay.c.kind == Kind.RELAY,
                _relay.c.lane != int(Lane.CATCHING_UP),
                _relay.c.state == NoticeState.WAITING,
            )
        ),
    )
    .group_by(_shown.c.id, _shown.c.person_id, _shown.c.address_id)
)


def tick(connection: Connection, vault: Vault, ids: Ids, ended: Sequence[NoticeId], now: datetime) -> int:
    """Where the last relay of an acknowledged message has just ended, its author's line is changed, once.

    An acknowledgement that has not left yet needs no change: it is composed from how things stand then.
    """
    if not ended:
        return 0
    rows = connection.execute(_TO_TICK, {"ended": list(ended)}).all()
    new = [
        NewNotice(
            id=NoticeId(ids.new()),
            # The last relay to end is the cause: once for it, and once more should another be told later.
            cause=row.last,
            notice=AcknowledgementChanged(NoticeId(row.id)),
            person=PersonId(row.person_id),
            address=None if row.address_id is None else AddressId(row.address_id),
            lane=Lane.REPLY,
            not_before=now,
        )
        for row in rows
    ]
    add_notices(connection, vault, new, now)
    return len(new)


# --- the way back -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sent:
    """One message a platform took from us."""

    address: AddressId
    provider_id: str
    delivery: DeliveryId
    sent_at: datetime
    carries: tuple[NoticeId, ...]


_told = delivery_notices.alias("told")
_SENT_FOR = (
    select(_told.c.notice_id, sent_messages, delivery_notices.c.notice_id.label("carried"))
    .join(sent_messages, sent_messages.c.delivery_id == _told.c.delivery_id)
    .join(delivery_notices, delivery_notices.c.delivery_id == _told.c.delivery_id)
    .where(_told.c.notice_id.in_(bindparam("wanted", expanding=True)), sent_messages.c.taken_back_at.is_(None))
    .order_by(sent_messages.c.id)
)


def sent_for(connection: Connection, wanted: Collection[NoticeId]) -> dict[NoticeId, list[Sent]]:
    """The messages that told these notices and have not been taken back, newest last."""
    if not wanted:
        return {}
    rows = connection.execute(_SENT_FOR, {"wanted": list(wanted)})
    grouped: dict[NoticeId, dict[int, tuple[Any, list[NoticeId]]]] = defaultdict(dict)
    for row in rows:
        _, carries = grouped[NoticeId(row.notice_id)].setdefault(row.id, (row, []))
        carries.append(NoticeId(row.carried))
    return {
        notice: [
            Sent(AddressId(row.address_id), row.provider_id, DeliveryId(row.delivery_id), row.sent_at, tuple(carries))
            for row, carries in found.values()
        ]
        for notice, found in grouped.items()
    }


# --- time, epochs, counts -----------------------------------------------------------------------------------------


_SOONEST = select(
    select(func.min(notices.c.not_before))
    .where(_FREE_TO_GO, notices.c.not_before > bindparam("now"))
    .scalar_subquery()
    .label("notice"),
    select(func.min(deliveries.c.not_before))
    .where(
        deliveries.c.state.in_([DeliveryState.WAITING, DeliveryState.UNKNOWN]),
        deliveries.c.not_before > bindparam("now"),
    )
    .scalar_subquery()
    .label("delivery"),
    select(func.min(addresses.c.held_until))
    .where(addresses.c.held_until > bindparam("now"))
    .scalar_subquery()
    .label("address"),
)


def next_instant(connection: Connection, now: datetime) -> datetime | None:
    """The soonest moment after ``now`` at which something that waits is free to go."""
    soonest = connection.execute(_SOONEST, {"now": now}).one()
    return min((each for each in soonest if each is not None), default=None)


def take_for_dead(connection: Connection, accounts: Collection[tuple[str, str]], epoch: int, again: datetime) -> int:
    """Whatever is being said on these accounts under another epoch may or may not have left: unknown."""
    theirs = select(addresses.c.id).where(
        or_(*(and_(addresses.c.channel == channel, addresses.c.account == account) for channel, account in accounts))
    )
    rows = connection.execute(
        update(deliveries)
        .where(
            deliveries.c.state == DeliveryState.SENDING,
            deliveries.c.epoch != epoch,
            deliveries.c.address_id.in_(theirs),
        )
        .values(
            # To change, take back or answer twice is the same as once: only what is said can be unknown.
            state=case((deliveries.c.act == Act.SAY, DeliveryState.UNKNOWN.value), else_=DeliveryState.WAITING.value),
            not_before=again,
        )
        .returning(deliveries.c.id)
    )
    return len(rows.all())


def counts(connection: Connection) -> dict[str, dict[str, int]]:
    """How many notices and deliveries stand in each state and lane: ``{"notices": {"waiting/relay": 3}}``."""
    found: dict[str, dict[str, int]] = {}
    for name, table in (("notices", notices), ("deliveries", deliveries)):
        rows = connection.execute(
            select(table.c.state, table.c.lane, func.count()).group_by(table.c.state, table.c.lane)
        )
        found[name] = {f"{state}/{Lane(lane).name.lower()}": count for state, lane, count in rows}
    return found


def oldest_unsent(connection: Connection, now: datetime) -> datetime | None:
    """Since when the oldest notice that is free to go has been waiting."""
    found: datetime | None = connection.execute(
        select(func.min(notices.c.not_before)).where(
            notices.c.state == NoticeState.WAITING,
            notices.c.waits_for == WaitsFor.NOTHING,
            notices.c.not_before <= now,
        )
    ).scalar_one()
    return found


_ATTEMPTS = (
    select(deliveries.c.lead_notice_id, func.max(deliveries.c.attempt))
    .where(deliveries.c.lead_notice_id.in_(bindparam("leads", expanding=True)))
    .group_by(deliveries.c.lead_notice_id)
)


def attempts(connection: Connection, leads: Collection[NoticeId]) -> dict[NoticeId, int]:
    """How many times each of these leading notices has been put on the wire already."""
    rows = connection.execute(_ATTEMPTS, {"leads": list(leads)})
    return {NoticeId(lead): attempt for lead, attempt in rows}


def put_off(connection: Connection, later: Collection[NoticeId], until: datetime) -> None:
    """These notices are looked at again then; what they would change is still on the wire."""
    if later:
        connection.execute(update(notices).where(notices.c.id.in_(list(later))).values(not_before=until))


def entries_told(connection: Connection, wanted: Collection[NoticeId]) -> dict[NoticeId, EntryId]:
    """The entries that these notices told of."""
    if not wanted:
        return {}
    rows = connection.execute(
        select(notices.c.id, notices.c.entry_id).where(notices.c.id.in_(list(wanted)), notices.c.entry_id.is_not(None))
    )
    return {NoticeId(row.id): EntryId(row.entry_id) for row in rows}


def on_the_wire(connection: Connection, wanted: Collection[NoticeId]) -> frozenset[NoticeId]:
    """Of these notices, those whose delivery has not ended: it may arrive yet."""
    if not wanted:
        return frozenset()
    rows = connection.execute(
        select(delivery_notices.c.notice_id)
        .join(deliveries, deliveries.c.id == delivery_notices.c.delivery_id)
        .where(delivery_notices.c.notice_id.in_(list(wanted)), deliveries.c.state.in_([each.value for each in OPEN]))
    )
    return frozenset(NoticeId(each) for each in rows.scalars())


_their_addresses = addresses.alias("theirs")
_ALL_OF_THEIRS = (
    select(addresses.c.id, addresses.c.person_id, addresses.c.channel, addresses.c.account, addresses.c.stopped_at)
    .where(
        addresses.c.person_id.in_(
            select(_their_addresses.c.person_id).where(_their_addresses.c.id.in_(bindparam("at", expanding=True)))
        )
    )
    .order_by(addresses.c.last_inbound_at.desc().nulls_last(), addresses.c.id)
)


def reached_at(
    connection: Connection, at: Collection[AddressId], accounts: Collection[tuple[str, str]]
) -> dict[PersonId, AddressId]:
    """Of the people at these addresses, those who would be reached at one of them now, each with that address.

    Somebody is reached where she wrote from last, of the places she has not stopped and that are ours.
    """
    if not at:
        return {}
    rows = connection.execute(_ALL_OF_THEIRS, {"at": list(at)}).all()
    first: dict[PersonId, AddressId] = {}
    # The sort keeps the order of the last word; a stopped place counts only where there is no other.
    for row in sorted(rows, key=lambda row: row.stopped_at is not None):
        if (row.channel, row.account) in accounts:
            first.setdefault(PersonId(row.person_id), AddressId(row.id))
    return {person: address for person, address in first.items() if address in at}
