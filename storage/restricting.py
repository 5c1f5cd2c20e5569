"""Somebody is shut out of a child's book, or her place in it ends: what waits for her is withheld at once.

Shutting out is one transaction: whatever is marked as leaving is marked before it and named, or is decided after it
and does not leave. Afterwards she is a stranger wherever nothing else is left to her. Knows nothing of who may do
this to whom.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select, true, update

from book.deliveries import Act, DeliveryState, InboxState, NoticeState
from book.ids import AddressId, ChildId, DeliveryId, Ids, NoticeId, PersonId, RoomId, SettingId
from book.notices import Kind
from book.people import GUESTS, Role, Standing
from book.reasons import Reason
from storage import addresses, audit, circles, heirs, invitations, outbox, reaching, settling, turns
from storage.audit import Deed
from storage.bells import Bell, ring
from storage.filing import Ending, Filing, Restriction
from storage.reaching import Flying
from storage.roster import NewMembership, add_memberships
from storage.schema import addresses as address_rows
from storage.schema import (
    choices,
    claims,
    conversations,
    deliveries,
    delivery_notices,
    inbox,
    memberships,
    notices,
    tablets,
)
from storage.vault import Owner, Vault


@dataclass(frozen=True, slots=True)
class Restricted:
    """What shutting somebody out came to."""

    lines: int  # of the log; none where nobody was there to shut out
    is_stranger: bool  # nothing else is left to her, and her addresses are nobody's
    may_have_reached: int


def carry_out(
    connection: Connection, vault: Vault, ids: Ids, filings: Sequence[Filing], now: datetime, zone: ZoneInfo
) -> None:
    """What these filings, written in this transaction, shut people out of, and whose places they end."""
    for filing in filings:
        for restriction in filing.restrictions:
            restrict(connection, vault, ids, restriction, now, zone)
        for ending in filing.endings:
            end(connection, vault, ids, ending, now, zone)


def restrict(
    connection: Connection, vault: Vault, ids: Ids, wanted: Restriction, now: datetime, zone: ZoneInfo
) -> Restricted:
    """Shut ``wanted.person`` out, from this moment."""
    turns.go_alone(connection)
    person = wanted.person
    # Whoever opens a link of hers at this moment has done so before or never will: her addresses are read afterwards.
    invitations.expire_for(connection, {person}, now)
    log = _newest(connection, person)
    shut = _lines_to_shut(connection, log, wanted)
    add_memberships(
        connection,
        [_shut_line(ids.new(), person, line, log.get(line), wanted.by, now) for line in shut],
        now,
    )
    stranger = not _something_left(_newest(connection, person), now)
    about = _about(wanted, stranger)
    flying = _flying(connection, person, about)
    ended = _withhold(connection, person, about(notices.c.child_id), now)
    ended |= _abandon(connection, person, about(deliveries.c.child_id), now)
    if not stranger and wanted.children is not None:
        _compose_again(connection, person, now)
    _close_questions(connection, person, about(notices.c.child_id), now, everything=stranger)
    if stranger:
        _end_pending(connection, addresses.unlink(connection, {person}), now)
    reaching.note_down(connection, vault, ids, wanted.id, person, flying, wanted.tell, now)
    settling.tick(connection, vault, ids, sorted(ended), now)
    heirs.tell_instead(connection, vault, ids, ended, now, zone)
    details = {
        "children": None if wanted.children is None else sorted(wanted.children),
        "lines": len(shut),
        "stranger": stranger,
        "may_have_reached": [each.delivery for each in flying],
    }
    audit.record(connection, vault, [Deed("restricted", wanted.by, Owner.person(person), person, details)], now)
    ring(connection, Bell.OUTBOX)
    ring(connection, Bell.THREAD)
    return Restricted(len(shut), stranger, len(flying))


def end(connection: Connection, vault: Vault, ids: Ids, ending: Ending, now: datetime, zone: ZoneInfo) -> None:
    """Withhold what waits for somebody about the children in whose circles she does not stand any more."""
    turns.go_alone(connection)
    around = circles.load(connection, vault, ending.children, now, with_hours=False)
    gone = [child for child, circle in around.items() if circle.membership(ending.person, now) is None]
    if not gone:
        return
    ended = _withhold(connection, ending.person, notices.c.child_id.in_(gone), now)
    settling.tick(connection, vault, ids, sorted(ended), now)
    heirs.tell_instead(connection, vault, ids, ended, now, zone)
    connection.execute(
        update(tablets)
        .where(tablets.c.writer_id == ending.person)
        .values(writer_id=None, writing_since=None, writing_until=None)
    )
    ring(connection, Bell.OUTBOX)


# --- who is shut out of what ----------------------------------------------------------------------------------------

_Line = tuple[ChildId | None, Role, SettingId | None]


def _newest(connection: Connection, person: PersonId) -> dict[_Line, Row[Any]]:
    rows = connection.execute(select(memberships).where(memberships.c.person_id == person).order_by(memberships.c.id))
    return {(row.child_id, Role(row.role), row.setting_id): row for row in rows}


def _shut_line(
    number: int, person: PersonId, line: _Line, before: Row[Any] | None, by: PersonId | None, now: datetime
) -> NewMembership:
    """The line that shuts her out; what she was given, and whose guest she was, stand in it for when she comes back."""
    child, role, setting = line
    new = NewMembership(number, person, role, child, setting, standing=Standing.RESTRICTED, since=now, made_by=by)
    if before is None:
        return new
    host = by if before.made_by is None or role not in GUESTS else PersonId(before.made_by)
    return replace(
        new,
        room=None if before.room_id is None else RoomId(before.room_id),
        days=circles.days_of(before),
        sees=circles.groups_of(before),
        sees_of=circles.groups_of_places(before),
        made_by=host,
    )


def _lines_to_shut(connection: Connection, log: dict[_Line, Row[Any]], wanted: Restriction) -> list[_Line]:
    everything, children = wanted.children is None, wanted.children or frozenset()
    reached = {
        line
        for line in log
        if everything
        or line[0] in children
        or (line[0] is None and line[2] == wanted.posts_at and wanted.posts_at is not None)
    }
    # A line that had ended is left as it is, so that letting her back in later does not open it again, unless it is
    # all there is of her around that child.
    counts = {line for line in reached if log[line].standing != Standing.ENDED}
    shut = counts | {line for line in reached if line[0] not in {child for child, _, _ in counts}}
    # Whoever stands around a child through a whole setting alone is shut out of this child's book by a line of its own.
    named = {child for child, _, _ in log if child is not None}
    for child in children - named:
        at = set(
            connection.execute(
                select(memberships.c.setting_id).where(memberships.c.child_id == child).distinct()
            ).scalars()
        )
        posts = {line for line in log if line[0] is None and line[2] in at} - shut
        shut |= {(child, role, setting) for _, role, setting in posts}
    open_lines = [line for line in shut if line not in log or log[line].standing != Standing.RESTRICTED]
    return sorted(open_lines, key=lambda line: (line[0] or 0, line[1], line[2] or 0))


def _something_left(log: dict[_Line, Row[Any]], now: datetime) -> bool:
    return any(
        row.standing in (Standing.LIVE, Standing.PENDING) and (row.until is None or now < row.until)
        for row in log.values()
    )


def _about(wanted: Restriction, stranger: bool) -> Any:
    """A condition on the child something is about: everything is withheld from a stranger."""

    def condition(child: ColumnElement[Any]) -> ColumnElement[bool]:
        if stranger or wanted.children is None:
            return true()
        return child.in_(sorted(wanted.children))

    return condition


# --- what ends ------------------------------------------------------------------------------------------------------


def _withhold(connection: Connection, person: PersonId, about: ColumnElement[bool], now: datetime) -> set[NoticeId]:
    """What waits and is on no delivery. What is to be taken back from her is taken back all the same."""
    rows = connection.execute(
        update(notices)
        .where(
            notices.c.person_id == person,
            notices.c.state == NoticeState.WAITING,
            notices.c.delivery_id.is_(None),
            notices.c.kind.not_in([Kind.RECALL.value, Kind.PRESS_ANSWERED.value]),
            about,
        )
        .values(state=NoticeState.WITHHELD, reason=Reason.NOT_IN_CIRCLE, ended_at=now)
        .returning(notices.c.id)
    )
    return {NoticeId(each) for each in rows.scalars()}


_ON_ITS_WAY = deliveries.c.state.in_([DeliveryState.SENDING.value, DeliveryState.UNKNOWN.value])
_TELLS = deliveries.c.act.in_([Act.SAY.value, Act.CHANGE.value])


def _abandon(connection: Connection, person: PersonId, about: ColumnElement[bool], now: datetime) -> set[NoticeId]:
    """Deliveries that wait for a later try, or for the part before them."""
    rows = connection.execute(
        select(deliveries.c.id, deliveries.c.part).where(
            deliveries.c.person_id == person, deliveries.c.state == DeliveryState.WAITING, _TELLS, about
        )
    ).all()
    if not rows:
        return set()
    carried = connection.execute(
        select(delivery_notices.c.notice_id, delivery_notices.c.delivery_id).where(
            delivery_notices.c.delivery_id.in_([row.id for row in rows])
        )
    ).all()
    settling.end_delivery(
        connection,
        [DeliveryId(row.id) for row in rows],
        DeliveryState.ABANDONED,
        Reason.PERMISSION_ENDED,
        now,
        release=False,
    )
    first = {row.id for row in rows if row.part == 1}
    fresh = {NoticeId(row.notice_id) for row in carried if row.delivery_id in first}
    # A part of these has left: they stay bound to it, so that it can be taken back; or it is leaving, and settles them.
    begun = (
        {NoticeId(row.notice_id) for row in carried}
        - fresh
        - outbox.on_the_wire(connection, [NoticeId(row.notice_id) for row in carried]).keys()
    )
    settling.end_notices(connection, dict.fromkeys(fresh, (NoticeState.WITHHELD, Reason.NOT_IN_CIRCLE)), now)
    settling.end_notices(
        connection, dict.fromkeys(begun, (NoticeState.WITHHELD, Reason.NOT_IN_CIRCLE)), now, keep_bound=True
    )
    return fresh | begun


def _compose_again(connection: Connection, person: PersonId, now: datetime) -> None:
    """Words about no one child that wait for a later try may name the child: they are put into words anew."""
    rows = connection.execute(
        select(deliveries.c.id).where(
            deliveries.c.person_id == person,
            deliveries.c.child_id.is_(None),
            deliveries.c.state == DeliveryState.WAITING,
            deliveries.c.part == 1,
            _TELLS,
        )
    )
    again = [DeliveryId(each) for each in rows.scalars()]
    settling.end_delivery(connection, again, DeliveryState.ABANDONED, Reason.OVERTAKEN, now, release=True)


def _flying(connection: Connection, person: PersonId, about: Any) -> list[Flying]:
    """What is marked as leaving and not answered for; what is about no one child may name this one."""
    rows = connection.execute(
        select(deliveries.c.id, deliveries.c.marked_at)
        .where(
            deliveries.c.person_id == person,
            _ON_ITS_WAY,
            _TELLS,
            or_(deliveries.c.child_id.is_(None), about(deliveries.c.child_id)),
        )
        .order_by(deliveries.c.id)
    )
    return [Flying(DeliveryId(row.id), row.marked_at) for row in rows]


@dataclass(frozen=True, slots=True)
class MayHaveReached:
    """How many messages were leaving for somebody when she was shut out and are not answered for yet."""

    person: PersonId
    messages: int
    since: datetime  # when the first of them was marked as leaving


def may_have_reached(connection: Connection) -> list[MayHaveReached]:
    """Of everybody who is shut out, until it is known what came of each; whoever is told of it or not."""
    rows = connection.execute(
        select(
            deliveries.c.person_id,
            func.count(deliveries.c.id.distinct()).label("messages"),
            func.min(deliveries.c.marked_at).label("since"),
        )
        .join(
            memberships,
            and_(
                memberships.c.person_id == deliveries.c.person_id,
                memberships.c.standing == Standing.RESTRICTED,
                memberships.c.since >= deliveries.c.marked_at,
                or_(
                    memberships.c.child_id.is_(None),
                    deliveries.c.child_id.is_(None),
                    memberships.c.child_id == deliveries.c.child_id,
                ),
            ),
        )
        .where(_ON_ITS_WAY, _TELLS)
        .group_by(deliveries.c.person_id)
        .order_by(deliveries.c.person_id)
    )
    return [MayHaveReached(PersonId(row.person_id), row.messages, row.since) for row in rows]


def _close_questions(
    connection: Connection, person: PersonId, about: ColumnElement[bool], now: datetime, *, everything: bool
) -> None:
    """What she was offered and asked, what she is writing on a tablet, and what she claims to be."""
    theirs = choices.c.person_id == person
    if not everything:
        of_child = select(notices.c.id).where(notices.c.person_id == person, about)
        theirs = and_(theirs, choices.c.notice_id.in_(of_child))
    connection.execute(update(choices).where(theirs, choices.c.used_at.is_(None)).values(used_at=now))
    hers = select(address_rows.c.id).where(address_rows.c.person_id == person)
    connection.execute(
        update(conversations)
        .where(conversations.c.address_id.in_(hers))
        .values(
            child_id=None,
            spoke_at=None,
            asked=None,
            asked_subject=None,
            asked_of=None,
            sealed_asked=None,
            asked_until=None,
            **({"question_id": None, "question_until": None} if everything else {}),
        )
    )
    connection.execute(
        update(claims)
        .where(claims.c.address_id.in_(hers), claims.c.ended_at.is_(None))
        .values(state="refused", ended_at=now)
    )
    connection.execute(
        update(tablets)
        .where(tablets.c.writer_id == person)
        .values(writer_id=None, writing_since=None, writing_until=None)
    )


def _end_pending(connection: Connection, at: Collection[AddressId], now: datetime) -> None:
    """What she wrote and was asked about waits no more, and becomes nothing."""
    connection.execute(
        update(inbox)
        .where(inbox.c.address_id.in_(list(at)), inbox.c.state == InboxState.PENDING)
        .values(state=InboxState.SKIPPED, reason=Reason.NOT_IN_CIRCLE, ended_at=now)
    )
