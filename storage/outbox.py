"""What waits to go out and what became of it, as it is kept: the rows that claiming and settling share.

Here is only what reads. What can leave now, and its mark, is :mod:`storage.claiming`; what came of a call is
:mod:`storage.settling`. Knows nothing of wording, permission or channels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select

from book.deliveries import Act, DeliveryState, Lane, NoticeState, WaitsFor
from book.ids import AddressId, ChildId, DeliveryId, EntryId, NoticeId, PersonId
from book.notices import Kind, Notice, from_parameters
from book.occasions import Occasion
from storage.filing import owner_of_notice
from storage.schema import deliveries, delivery_notices, notices, sent_messages
from storage.statements import among, constant, one_of
from storage.vault import Vault

_OCCASIONS = {each.value: each for each in Occasion}
# Word for word as the index over them has it, which is used for nothing else.
IS_OPEN = one_of(deliveries.c.state, (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.UNKNOWN))


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
    occasion: Occasion = Occasion.NONE


OF_A_NOTICE = (
    notices.c.id,
    notices.c.cause,
    notices.c.kind,
    notices.c.person_id,
    notices.c.address_id,
    notices.c.child_id,
    notices.c.entry_id,
    notices.c.lane,
    notices.c.expires_at,
    notices.c.delivery_id,
    notices.c.sealed_parameters,
    notices.c.made_at,
    notices.c.occasion,
)
"""The columns that :func:`waiting` reads."""


def waiting(vault: Vault, row: Row[Any]) -> Waiting:
    """A row of ``notices`` as the notice it keeps."""
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
        occasion=_OCCASIONS[row.occasion],
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


def delivery(vault: Vault, row: Row[Any]) -> Delivery:
    """A row of ``deliveries`` as the message it keeps."""
    text = None
    if row.sealed_text is not None:
        text = vault.open_text(
            owner_of_notice(row.child_id, row.person_id, row.made_at), "delivery", row.id, row.sealed_text
        )
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


# --- the way back -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sent:
    """One message a platform took from us."""

    address: AddressId
    provider_id: str
    delivery: DeliveryId
    sent_at: datetime
    carries: tuple[NoticeId, ...]
    lead: NoticeId = NoticeId(0)
    occasion: Occasion = Occasion.NONE


_told = delivery_notices.alias("told")
_lead = notices.alias("lead")
_SENT_FOR = (
    select(
        _told.c.notice_id,
        sent_messages,
        delivery_notices.c.notice_id.label("carried"),
        _lead.c.id.label("lead"),
        _lead.c.occasion,
    )
    .join(sent_messages, sent_messages.c.delivery_id == _told.c.delivery_id)
    .join(deliveries, deliveries.c.id == _told.c.delivery_id)
    .join(_lead, _lead.c.id == deliveries.c.lead_notice_id)
    .join(delivery_notices, delivery_notices.c.delivery_id == _told.c.delivery_id)
    .where(among(_told.c.notice_id, "wanted"), sent_messages.c.taken_back_at.is_(None))
    .order_by(sent_messages.c.id)
)


def sent_for(connection: Connection, wanted: Collection[NoticeId]) -> dict[NoticeId, list[Sent]]:
    """The messages that told these notices and have not been taken back, newest last."""
    if not wanted:
        return {}
    rows = connection.execute(_SENT_FOR, {"wanted": list(wanted)}).all()
    grouped: dict[NoticeId, dict[int, tuple[Any, list[NoticeId]]]] = defaultdict(dict)
    for row in rows:
        _, carries = grouped[NoticeId(row.notice_id)].setdefault(row.id, (row, []))
        carries.append(NoticeId(row.carried))
    return {
        notice: [
            Sent(
                AddressId(row.address_id),
                row.provider_id,
                DeliveryId(row.delivery_id),
                row.sent_at,
                tuple(carries),
                NoticeId(row.lead),
                _OCCASIONS[row.occasion],
            )
            for row, carries in found.values()
        ]
        for notice, found in grouped.items()
    }


def counts(connection: Connection) -> dict[str, dict[str, int]]:
    """How many notices and deliveries stand in each state and lane: ``{"notices": {"waiting/relay": 3}}``."""
    found: dict[str, dict[str, int]] = {}
    for name, table in (("notices", notices), ("deliveries", deliveries)):
        rows = connection.execute(
            select(table.c.state, table.c.lane, func.count()).group_by(table.c.state, table.c.lane)
        ).all()
        found[name] = {f"{state}/{Lane(lane).name.lower()}": count for state, lane, count in rows}
    return found


def oldest_unsent(connection: Connection, now: datetime) -> datetime | None:
    """Since when the oldest notice that is free to go has been waiting."""
    found: datetime | None = connection.execute(
        select(func.min(notices.c.not_before)).where(
            notices.c.state == constant(NoticeState.WAITING),
            notices.c.waits_for == WaitsFor.NOTHING,
            notices.c.not_before <= now,
        )
    ).scalar_one()
    return found


_AFTER = select(notices.c.id, notices.c.cause).where(
    among(notices.c.cause, "told"), notices.c.kind == Kind.SAID, notices.c.entry_id.is_not(None)
)


def pictures_after(connection: Connection, told: Collection[NoticeId]) -> dict[NoticeId, NoticeId]:
    """The notices that brought pictures after their words, each with the notice that had told those."""
    rows = connection.execute(_AFTER, {"told": told})
    return {NoticeId(row.id): NoticeId(row.cause) for row in rows}


_PAGES = (
    select(_lead.c.id, _lead.c.person_id, _lead.c.child_id, sent_messages.c.sent_at)
    .join(deliveries, deliveries.c.lead_notice_id == _lead.c.id)
    .join(sent_messages, sent_messages.c.delivery_id == deliveries.c.id)
    .where(
        among(_lead.c.person_id, "people"),
        _lead.c.occasion == constant(Occasion.PAGE),
        _lead.c.kind == constant(Kind.RELAY),
        sent_messages.c.sent_at >= bindparam("since"),
        sent_messages.c.taken_back_at.is_(None),
    )
    .order_by(sent_messages.c.id)
)


def pages_since(
    connection: Connection, people: Collection[PersonId], since: datetime
) -> dict[tuple[PersonId, ChildId], list[tuple[NoticeId, datetime]]]:
    """The pages that these people have had of a child since then: what led each, and when it was sent."""
    found: dict[tuple[PersonId, ChildId], list[tuple[NoticeId, datetime]]] = defaultdict(list)
    for row in connection.execute(_PAGES, {"people": list(people), "since": since}):
        found[(PersonId(row.person_id), ChildId(row.child_id))].append((NoticeId(row.id), row.sent_at))
    return found


_ENTRIES_TOLD = select(notices.c.id, notices.c.entry_id).where(
    among(notices.c.id, "wanted"), notices.c.entry_id.is_not(None)
)


def entries_told(connection: Connection, wanted: Collection[NoticeId]) -> dict[NoticeId, EntryId]:
    """The entries that these notices told of."""
    if not wanted:
        return {}
    rows = connection.execute(_ENTRIES_TOLD, {"wanted": wanted}).all()
    return {NoticeId(row.id): EntryId(row.entry_id) for row in rows}


_FLYING = (
    select(delivery_notices.c.notice_id, deliveries.c.id, deliveries.c.address_id)
    .join(deliveries, deliveries.c.id == delivery_notices.c.delivery_id)
    .where(among(delivery_notices.c.notice_id, "wanted"), IS_OPEN)
    .order_by(deliveries.c.id)
)


def on_the_wire(
    connection: Connection, wanted: Collection[NoticeId]
) -> dict[NoticeId, list[tuple[DeliveryId, AddressId]]]:
    """Of these notices, those of which a delivery has not ended and may arrive yet: these, and where they go."""
    found: dict[NoticeId, list[tuple[DeliveryId, AddressId]]] = defaultdict(list)
    if wanted:
        for row in connection.execute(_FLYING, {"wanted": wanted}):
            found[NoticeId(row.notice_id)].append((DeliveryId(row.id), AddressId(row.address_id)))
    return dict(found)


_URGENTLY_TOLD = (
    select(notices.c.entry_id, notices.c.person_id, sent_messages.c.address_id, sent_messages.c.delivery_id)
    .join(delivery_notices, delivery_notices.c.notice_id == notices.c.id)
    .join(sent_messages, sent_messages.c.delivery_id == delivery_notices.c.delivery_id)
    .where(
        among(notices.c.entry_id, "wanted"),
        notices.c.kind.in_((Kind.RELAY, Kind.CORRECTION)),
        notices.c.lane == int(Lane.URGENT),
    )
    .order_by(sent_messages.c.id)
)


def urgently_told(
    connection: Connection, wanted: Collection[EntryId]
) -> dict[tuple[EntryId, PersonId], dict[AddressId, DeliveryId]]:
    """Where each person was told of these urgent entries, and by which message last."""
    found: dict[tuple[EntryId, PersonId], dict[AddressId, DeliveryId]] = defaultdict(dict)
    if wanted:
        for row in connection.execute(_URGENTLY_TOLD, {"wanted": wanted}):
            theirs = found[EntryId(row.entry_id), PersonId(row.person_id)]
            theirs[AddressId(row.address_id)] = DeliveryId(row.delivery_id)
    return dict(found)
