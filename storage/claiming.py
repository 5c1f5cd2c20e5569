"""What can leave now, and its mark: ``sending`` is on disk before anything is called; every transition is fenced.

What is claimed is the address: one message at a time goes to it, so its order is kept. A row found ``sending``
under a dead epoch is *unknown*. Knows nothing of wording, permission or channels: whoever claims is asked what
each notice becomes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, case, exists, func, literal_column, or_, select, update

from book.deliveries import TAKEN, Act, DeliveryState, Lane, NoticeState, WaitsFor
from book.ids import AddressId, ChildId, DeliveryId, Ids, NoticeId, PersonId
from book.notices import Kind
from storage import dialect, outbox
from storage.addresses import PREFERRED_FIRST
from storage.filing import owner_of_notice
from storage.outbox import IS_OPEN, Delivery, Waiting
from storage.schema import addresses, deliveries, delivery_notices, notices
from storage.statements import among, constant, not_among, one_of
from storage.vault import Vault

_WAITING = and_(notices.c.state == constant(NoticeState.WAITING), notices.c.delivery_id.is_(None))
# What waits for a picture goes without it in the end.
_WAITS_FOR_NOTHING = or_(notices.c.waits_for == WaitsFor.NOTHING, notices.c.waits_until <= bindparam("now"))
_FREE_TO_GO = and_(_WAITING, _WAITS_FOR_NOTHING)
# Statements are put together once: on the busiest paths that costs as much as running them.
_READY: Select[Any] = (
    select(*outbox.OF_A_NOTICE)
    .where(
        _FREE_TO_GO,
        notices.c.not_before <= bindparam("now"),
        among(notices.c.lane, "lanes"),
        or_(
            notices.c.person_id.is_(None),
            notices.c.address_id.is_not(None),
            not_among(notices.c.person_id, "not_to_people"),
        ),
        or_(notices.c.address_id.is_(None), not_among(notices.c.address_id, "not_at")),
        or_(
            notices.c.lane == int(Lane.URGENT),
            and_(
                or_(
                    notices.c.person_id.is_(None),
                    notices.c.address_id.is_not(None),
                    not_among(notices.c.person_id, "only_urgent_to"),
                ),
                or_(notices.c.address_id.is_(None), not_among(notices.c.address_id, "only_urgent_at")),
            ),
        ),
    )
    .order_by(notices.c.lane, notices.c.id)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Ready:
    """One notice that is free to go, still sealed: more are found than there is room for."""

    person: PersonId | None
    address: AddressId | None
    row: Row[Any]

    def opened(self, vault: Vault) -> Waiting:
        """What it says."""
        return outbox.waiting(vault, self.row)


def ready(
    connection: Connection,
    now: datetime,
    *,
    not_to_people: Collection[PersonId] = (),
    not_at: Collection[AddressId] = (),
    only_urgent_to: Collection[PersonId] = (),
    only_urgent_at: Collection[AddressId] = (),
    lanes: Collection[Lane] = tuple(Lane),
    limit: int = 300,
) -> list[Ready]:
    """The notices free to go at ``now``, most urgent and oldest first, but none at these addresses.

    ``not_to_people`` leaves out what may go wherever these people are reached; what was asked at one address is
    answered there. ``only_urgent_to`` and ``only_urgent_at`` leave out likewise what is not urgent.
    """
    rows = connection.execute(
        _READY,
        {
            "now": now,
            "lanes": [int(each) for each in lanes],
            "not_to_people": list(not_to_people),
            "not_at": list(not_at),
            "only_urgent_to": only_urgent_to,
            "only_urgent_at": only_urgent_at,
            "most": limit,
        },
    ).all()
    return [
        Ready(
            None if row.person_id is None else PersonId(row.person_id),
            None if row.address_id is None else AddressId(row.address_id),
            row,
        )
        for row in rows
    ]


_TOGETHER: Select[Any] = (
    select(*outbox.OF_A_NOTICE)
    .where(
        _FREE_TO_GO,
        notices.c.occasion != literal_column("''"),  # as the index over them has it
        notices.c.not_before <= bindparam("now"),
        among(notices.c.person_id, "people"),
    )
    .order_by(notices.c.lane, notices.c.id)
)


def together(connection: Connection, vault: Vault, people: Collection[PersonId], now: datetime) -> list[Waiting]:
    """All that these people are to hear together with something else and that is free to go, however much there is."""
    if not people:
        return []
    return [outbox.waiting(vault, row) for row in connection.execute(_TOGETHER, {"now": now, "people": list(people)})]


_CARRIED: Select[Any] = (
    select(delivery_notices.c.delivery_id.label("carrier"), *outbox.OF_A_NOTICE)
    .join(notices, notices.c.id == delivery_notices.c.notice_id)
    .where(among(delivery_notices.c.delivery_id, "wanted"))
    .order_by(notices.c.lane, notices.c.id)
)


def carried(connection: Connection, vault: Vault, wanted: Collection[DeliveryId]) -> dict[DeliveryId, list[Waiting]]:
    """The notices that these deliveries carry, the leading one first."""
    rows = connection.execute(_CARRIED, {"wanted": wanted}).all()
    found: dict[DeliveryId, list[Waiting]] = defaultdict(list)
    for row in rows:
        found[DeliveryId(row.carrier)].append(outbox.waiting(vault, row))
    return found


_earlier = deliveries.alias("earlier")
_DUE = (
    select(deliveries)
    .where(
        IS_OPEN,
        one_of(deliveries.c.state, (DeliveryState.WAITING, DeliveryState.UNKNOWN)),
        deliveries.c.not_before <= bindparam("now"),
        not_among(deliveries.c.address_id, "not_at"),
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
    rows = connection.execute(_DUE, {"now": now, "not_at": list(not_at)}).all()
    return [outbox.delivery(vault, row) for row in rows]


def hear_urgently(connection: Connection, people: Collection[PersonId], now: datetime) -> set[PersonId]:
    """Of these people, those for whom something urgent is free to go; a recall waits for what it recalls instead."""
    if not people:
        return set()
    rows = connection.execute(
        select(notices.c.person_id).where(
            notices.c.person_id.in_(list(people)),
            notices.c.lane == int(Lane.URGENT),
            notices.c.kind != Kind.RECALL,
            notices.c.state == constant(NoticeState.WAITING),
            notices.c.waits_for == WaitsFor.NOTHING,
            notices.c.not_before <= now,
            notices.c.delivery_id.is_(None),
        )
    )
    return {PersonId(each) for each in rows.scalars()}


_OPEN = select(deliveries.c.address_id, deliveries.c.state).where(IS_OPEN)
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


# --- marked --------------------------------------------------------------------------------------------------------


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


_CARRY = (
    update(notices)
    .where(among(notices.c.id, "carried"))
    .values(
        delivery_id=select(func.max(delivery_notices.c.delivery_id))
        .where(delivery_notices.c.notice_id == notices.c.id, among(delivery_notices.c.delivery_id, "by"))
        .scalar_subquery()
    )
)


def mark_sending(
    connection: Connection, vault: Vault, ids: Ids, new: Sequence[NewDelivery], epoch: int, now: datetime
) -> list[Delivery]:
    """Write these deliveries, their first parts ``sending``; what comes back is what may be called now."""
    rows: list[dict[str, object]] = []
    links: list[dict[str, object]] = []
    carried: list[NoticeId] = []
    found: list[Delivery] = []
    for each in new:
        parts = each.parts or len(each.texts)
        for number, text in enumerate(each.texts):
            delivery = DeliveryId(ids.new())
            owner = owner_of_notice(each.child, each.person, now)
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
                carried += each.carries
                found.append(
                    Delivery(delivery, each.lead.id, each.address, each.act, part, parts, each.attempt,
                             each.lead.lane, each.person, each.child, state, 1, each.silent,
                             target, each.reply_to, text, now, each.repeats)
                )  # fmt: skip
    dialect.add(connection, deliveries, rows)
    dialect.add(connection, delivery_notices, links)
    connection.execute(_CARRY, {"carried": carried, "by": [each.id for each in found]})
    return found


def mark_again(connection: Connection, wanted: Collection[DeliveryId], epoch: int, now: datetime) -> set[DeliveryId]:
    """Deliveries that waited go on the wire as they are; those somebody else moved on are not among the answer."""
    rows = connection.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(list(wanted)), deliveries.c.state == constant(DeliveryState.WAITING))
        .values(state=DeliveryState.SENDING, epoch=epoch, marked_at=now, tries=deliveries.c.tries + 1)
        .returning(deliveries.c.id)
    )
    return {DeliveryId(each) for each in rows.scalars().all()}


_ATTEMPTS = (
    select(deliveries.c.lead_notice_id, func.max(deliveries.c.attempt))
    .where(among(deliveries.c.lead_notice_id, "leads"))
    .group_by(deliveries.c.lead_notice_id)
)


def attempts(connection: Connection, leads: Collection[NoticeId]) -> dict[NoticeId, int]:
    """How many times each of these leading notices has been put on the wire already."""
    rows = connection.execute(_ATTEMPTS, {"leads": list(leads)}).all()
    return {NoticeId(lead): attempt for lead, attempt in rows}


def put_off(connection: Connection, later: Collection[NoticeId], until: datetime) -> None:
    """These notices are looked at again then; what they would change is still on the wire."""
    if later:
        connection.execute(update(notices).where(notices.c.id.in_(list(later))).values(not_before=until))


# --- time and epochs ------------------------------------------------------------------------------------------------

_SOONEST = select(
    select(func.min(notices.c.not_before))
    .where(_FREE_TO_GO, notices.c.not_before > bindparam("now"))
    .scalar_subquery()
    .label("notice"),
    select(func.min(notices.c.waits_until))
    .where(_WAITING, notices.c.waits_for != WaitsFor.NOTHING, notices.c.waits_until > bindparam("now"))
    .scalar_subquery()
    .label("without"),
    select(func.min(deliveries.c.not_before))
    .where(
        IS_OPEN,
        one_of(deliveries.c.state, (DeliveryState.WAITING, DeliveryState.UNKNOWN)),
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
            deliveries.c.state == constant(DeliveryState.SENDING),
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


_their_addresses = addresses.alias("theirs")
_ALL_OF_THEIRS = (
    select(addresses.c.id, addresses.c.person_id, addresses.c.channel, addresses.c.account, addresses.c.stopped_at)
    .where(addresses.c.person_id.in_(select(_their_addresses.c.person_id).where(among(_their_addresses.c.id, "at"))))
    .order_by(*PREFERRED_FIRST)
)


def reached_at(
    connection: Connection, at: Collection[AddressId], accounts: Collection[tuple[str, str]]
) -> dict[PersonId, AddressId]:
    """Of the people at these addresses, those who would be reached at one of them now, each with that address.

    Somebody is reached where she chose to be, or wrote from last, of the places she has not stopped and that are ours.
    """
    if not at:
        return {}
    rows = connection.execute(_ALL_OF_THEIRS, {"at": list(at)}).all()
    first: dict[PersonId, AddressId] = {}
    # The sort keeps their order; a stopped place counts only where there is no other.
    for row in sorted(rows, key=lambda row: row.stopped_at is not None):
        if (row.channel, row.account) in accounts:
            first.setdefault(PersonId(row.person_id), AddressId(row.id))
    return {person: address for person, address in first.items() if address in at}
