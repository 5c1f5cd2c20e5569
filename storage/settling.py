"""What came of a call, written with everything that follows from it; every transition is fenced.

A notice ends with the delivery that told it, parts that were to follow a lost one are abandoned, and the author's
line is changed when the last has it. Knows nothing of wording, permission or channels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Boolean, Connection, Integer, bindparam, case, exists, func, or_, select, update

from book.deliveries import OPEN, TAKEN, Act, DeliveryState, Lane, NoticeState
from book.fallback import UNREACHED
from book.ids import AddressId, DeliveryId, Ids, NoticeId, PersonId
from book.notices import AcknowledgementChanged, Kind
from book.pictures import CopyId
from book.reasons import Reason
from storage import dialect, falling_back, pictures, reaching, stops, windows
from storage.bells import Bell, ring
from storage.filing import NewNotice, add_notices
from storage.outbox import IS_OPEN, Delivery
from storage.schema import Instant, addresses, deliveries, delivery_notices, entries, notices, sent_messages
from storage.statements import among, constant
from storage.stops import Stopped
from storage.vault import Vault


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
    uploads: Mapping[CopyId, str] = field(default_factory=dict)  # what the platform calls our pictures from now on
    account: tuple[str, str] = ("", "")  # on which channel and account
    not_uploaded: tuple[CopyId, ...] = ()  # what it called these it no longer knows


_SETTLE = (
    update(deliveries)
    .where(
        among(deliveries.c.id, "settled"),
        deliveries.c.state == constant(DeliveryState.SENDING),
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
    .returning(deliveries.c.id)
)
_STATES = select(deliveries.c.id, deliveries.c.state).where(
    among(deliveries.c.id, "wanted"), deliveries.c.epoch == bindparam("our_epoch")
)


def settle(
    connection: Connection, vault: Vault, ids: Ids, outcomes: Sequence[Settled], epoch: int, now: datetime
) -> list[DeliveryId]:
    """Write what came of these calls and everything that follows; returns those that were fenced off.

    A delivery that is no longer ``sending`` under our epoch was moved on by somebody who took us for dead: its
    provider ids are still remembered, so that replies and receipts find their way, and nothing else is changed.
    """
    ours = _move_on(connection, outcomes, epoch, now)
    _remember_sent(connection, ids, outcomes, now)
    kept = [each for each in outcomes if each.delivery.id in ours]
    fenced = [each.delivery.id for each in outcomes if each.delivery.id not in ours]
    # Before anything follows: what is urgent goes to an address of hers that she has not stopped.
    stopped = [each.delivery.address for each in kept if each.stop_address]
    if stopped:
        stops.keep(connection, dict.fromkeys(stopped, Stopped()), now)
    _follow(connection, vault, ids, kept, now)
    for each in kept:
        if each.hold_until is not None:
            connection.execute(
                update(addresses).where(addresses.c.id == each.delivery.address).values(held_until=each.hold_until)
            )
    _remember_uploads(connection, vault, ids, kept, now)
    ring(connection, Bell.THREAD)
    return fenced


def _remember_uploads(
    connection: Connection, vault: Vault, ids: Ids, outcomes: Sequence[Settled], now: datetime
) -> None:
    for each in outcomes:
        pictures.not_uploaded(connection, each.not_uploaded)
        if each.uploads and each.delivery.person is not None:
            pictures.remember_uploads(connection, vault, ids, each.uploads, each.delivery.person, *each.account, now)


def _move_on(connection: Connection, outcomes: Sequence[Settled], epoch: int, now: datetime) -> set[DeliveryId]:
    """Each delivery to its new state; those that were ours to move on."""
    alike: dict[tuple[object, ...], list[DeliveryId]] = defaultdict(list)
    for each in outcomes:
        alike[each.state, each.reason, each.not_before, each.tries].append(each.delivery.id)
    ours: set[DeliveryId] = set()
    for (state, reason, later, tries), settled in alike.items():
        final = state not in OPEN
        moved = connection.execute(
            _SETTLE,
            {
                "settled": settled,
                "our_epoch": epoch,
                "new_state": state,
                "why": reason,
                "later": later,
                "counted": tries,
                "end": now if final else None,
                "final": final,
            },
        )
        ours |= {DeliveryId(each) for each in moved.scalars().all()}
    missing = {each.delivery.id: each.state for each in outcomes if each.delivery.id not in ours}
    if missing:
        # Our own earlier commit, whose answer was lost on its way, is no fence.
        found = connection.execute(_STATES, {"wanted": missing, "our_epoch": epoch})
        ours |= {DeliveryId(row.id) for row in found.all() if row.state == missing[DeliveryId(row.id)]}
    return ours


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


def follow(connection: Connection, vault: Vault, ids: Ids, outcomes: Sequence[Settled], now: datetime) -> None:
    """What ends with deliveries that somebody else has moved on: their notices, the parts after them, the ticks."""
    _remember_sent(connection, ids, outcomes, now)
    _follow(connection, vault, ids, outcomes, now)


_LINKS = select(delivery_notices).where(among(delivery_notices.c.delivery_id, "wanted"))
_END_NOTICE = (
    update(notices)
    .where(among(notices.c.id, "ended"), notices.c.state == constant(NoticeState.WAITING))
    .values(state=bindparam("end"), reason=bindparam("why"), ended_at=bindparam("at"))
)
_END_AND_FREE_NOTICE = _END_NOTICE.values(delivery_id=None)


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
    closed = [each.delivery.id for each in lost if each.reason is Reason.WINDOW_CLOSED]
    again = windows.closed(connection, closed, now) if closed else set()
    for each in lost:
        reason = each.reason or Reason.REFUSED_BY_CHANNEL
        untold = [notice for notice in links[each.delivery.id] if notice not in again]
        ended |= dict.fromkeys(untold, (NoticeState.WITHHELD, reason))
    for each in flagged:
        ended |= dict.fromkeys(links[each.delivery.id], (NoticeState.WITHHELD, Reason.UNCONFIRMED))
    failed = [each for each in ended if ended[each][0] is NoticeState.WITHHELD]
    for notice in falling_back.kept_open(connection, failed, [each.delivery.id for each in [*lost, *flagged]], now):
        del ended[notice]
    # A notice stays bound to the delivery that told it: that is the way back for a recall.
    end_notices(connection, ended, now, keep_bound=True)
    urgent = [notice for each in told if each.delivery.lane is Lane.URGENT for notice in links[each.delivery.id]]
    # Whoever was told to ring hears that it was taken after all.
    falling_back.look_again(connection, falling_back.whose_author_was_told(connection, urgent), now)
    reaching.follow(connection, vault, ids, [each.delivery.id for each in kept if each.state not in OPEN], now)
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
                deliveries.c.state == constant(DeliveryState.WAITING),
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
        among(_mine.c.id, "ended"),
        _mine.c.kind == Kind.RELAY,
        _mine.c.lane != int(Lane.CATCHING_UP),
        or_(_shown.c.state == constant(NoticeState.TOLD), _shown.c.delivery_id.is_not(None)),
        # None of the relays of what it acknowledges is still waiting.
        ~exists(
            select(_relay.c.id)
            .join(_others, _others.c.id == _relay.c.entry_id)
            .where(
                _others.c.acknowledgement_id == _shown.c.id,
                _relay.c.kind == Kind.RELAY,
                _relay.c.lane != int(Lane.CATCHING_UP),
                _relay.c.state == constant(NoticeState.WAITING),
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


# --- ended without a call -------------------------------------------------------------------------------------------


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
        .where(deliveries.c.id.in_(list(wanted)), IS_OPEN)
        .values(state=state, reason=reason, ended_at=now, sealed_text=None)
    )
    if release:
        connection.execute(
            update(notices)
            .where(notices.c.delivery_id.in_(list(wanted)), notices.c.state == constant(NoticeState.WAITING))
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
    alike: dict[tuple[NoticeState, Reason], list[NoticeId]] = defaultdict(list)
    for notice, end in ended.items():
        alike[end].append(notice)
    statement = _END_NOTICE if keep_bound else _END_AND_FREE_NOTICE
    for (state, reason), these in alike.items():
        connection.execute(statement, {"ended": these, "end": state, "why": reason, "at": now})
        if reason in UNREACHED:
            # What was urgent among them is looked at: whoever wrote it is told to ring.
            falling_back.look_at_once(connection, these, now)
