"""The life of "which child?": the message waits, and so is kept when the question next comes up by itself.

A question is open while its message waits. When it comes up, the message is handled once more, with how often it was
asked in vain. Knows nothing of what is done then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, update

from book.deliveries import InboxState, NoticeState
from book.ids import AddressId, ChildId, InboxId, PersonId
from book.notices import Kind
from book.reasons import Reason
from storage import dialect, inbox
from storage.bells import Bell, ring
from storage.schema import inbox as messages
from storage.schema import notices, questions
from storage.statements import among, constant
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Question:
    """A message that waits, among which children, how often it was asked, and when it comes up again.

    ``asked`` is ``WHOSE_NOTE`` where the child is known and the question is which of several notes it answers. Of what
    waits for somebody to say who is in a picture, ``due_at`` is when it is listed for its author.
    """

    message: InboxId
    address: AddressId
    person: PersonId
    among: tuple[ChildId, ...]
    asked: int
    due_at: datetime | None


QUESTION_COUNTS_FOR = timedelta(hours=72)
"""So long an answer counts: from Friday evening to Monday morning."""

WHOSE_NOTE = 0

_WAITS = (messages.c.state == constant(InboxState.PENDING), messages.c.reason == constant(Reason.WAITS_FOR_ANSWER))


def keep(connection: Connection, kept: Sequence[Question], now: datetime) -> None:
    """These were asked now, or again."""
    for each in kept:
        statement = dialect.insert(connection, questions).values(
            message_id=each.message,
            address_id=each.address,
            person_id=each.person,
            among=",".join(str(child) for child in each.among),
            asked=each.asked,
            due_at=each.due_at,
            asked_at=now,
        )
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["message_id"],
                set_={name: statement.excluded[name] for name in ("among", "asked", "due_at", "asked_at")},
            )
        )


_OPEN = (
    select(questions)
    .join(messages, messages.c.id == questions.c.message_id)
    .where(among(questions.c.address_id, "wanted"), *_WAITS)
    .order_by(questions.c.message_id.desc())
)


def open_at(
    connection: Connection, wanted: Collection[AddressId], since: datetime
) -> dict[AddressId, tuple[Question, ...]]:
    """At each of these addresses what was asked since then and still waits, the newest first."""
    found: dict[AddressId, list[Question]] = defaultdict(list)
    rows = connection.execute(_OPEN.where(questions.c.asked_at >= since), {"wanted": list(wanted)})
    for row in rows:
        found[AddressId(row.address_id)].append(
            Question(
                InboxId(row.message_id),
                AddressId(row.address_id),
                PersonId(row.person_id),
                tuple(ChildId(int(each)) for each in row.among.split(",")),
                row.asked,
                row.due_at,
            )
        )
    return {address: tuple(each) for address, each in found.items()}


def next_due(connection: Connection) -> datetime | None:
    """When the next question comes up by itself."""
    found: datetime | None = connection.execute(
        select(func.min(questions.c.due_at))
        .join(messages, messages.c.id == questions.c.message_id)
        .where(questions.c.due_at.is_not(None), *_WAITS)
    ).scalar_one()
    return found


def bring_up(connection: Connection, vault: Vault, now: datetime) -> int:
    """Let what is due be handled once more; each comes up once. How many that were."""
    rows = connection.execute(
        select(questions, messages.c.day, messages.c.sealed_payload)
        .join(messages, messages.c.id == questions.c.message_id)
        .where(questions.c.due_at <= now, messages.c.sealed_payload.is_not(None), *_WAITS)
        .order_by(questions.c.message_id)
        .with_for_update(of=questions)
    ).all()
    for row in rows:
        waits = inbox.open_payload(vault, row.message_id, row.day, row.sealed_payload)
        children = tuple(int(each) for each in row.among.split(","))
        message = InboxId(row.message_id)
        inbox.reword(connection, vault, {message: replace(waits, unsaid=row.asked, among=children)})
        connection.execute(update(questions).where(questions.c.message_id == message).values(due_at=None))
        connection.execute(
            update(messages).where(messages.c.id == message).values(state=InboxState.NEW, reason=None, ended_at=None)
        )
    if rows:
        ring(connection, Bell.INBOX)
    return len(rows)


# --- what came without what must be said of it ---------------------------------------------------------------------

_IN_DOUBT = (
    messages.c.state == constant(InboxState.PENDING),
    messages.c.reason.in_([Reason.WAITS_FOR_FACES, Reason.WAITS_FOR_WORDS]),
    messages.c.sealed_payload.is_not(None),
)


def in_doubt(connection: Connection, people: Collection[PersonId]) -> dict[PersonId, dict[InboxId, Reason]]:
    """Of each of these people what waits for her to say who is in it or what it says, and which; the oldest first."""
    found: dict[PersonId, dict[InboxId, Reason]] = defaultdict(dict)
    rows = connection.execute(
        select(questions.c.person_id, messages.c.id, messages.c.reason)
        .join(messages, messages.c.id == questions.c.message_id)
        .where(among(questions.c.person_id, "wanted"), *_IN_DOUBT)
        .order_by(messages.c.id),
        {"wanted": list(people)},
    )
    for row in rows:
        found[PersonId(row.person_id)][InboxId(row.id)] = Reason(row.reason)
    return found


def next_listed(connection: Connection) -> datetime | None:
    """When something of that kind is next to be listed for its author."""
    found: datetime | None = connection.execute(
        select(func.min(questions.c.due_at))
        .join(messages, messages.c.id == questions.c.message_id)
        .where(questions.c.due_at.is_not(None), *_IN_DOUBT)
    ).scalar_one()
    return found


def take_listed(connection: Connection, now: datetime) -> dict[PersonId, dict[InboxId, Reason]]:
    """What is to be listed by now, for each author; each comes up once."""
    rows = connection.execute(
        select(questions.c.message_id, questions.c.person_id, messages.c.reason)
        .join(messages, messages.c.id == questions.c.message_id)
        .where(questions.c.due_at <= now, *_IN_DOUBT)
        .order_by(questions.c.message_id)
        .with_for_update(of=questions)
    ).all()
    found: dict[PersonId, dict[InboxId, Reason]] = defaultdict(dict)
    for row in rows:
        found[PersonId(row.person_id)][InboxId(row.message_id)] = Reason(row.reason)
    if rows:
        connection.execute(
            update(questions).where(questions.c.message_id.in_([row.message_id for row in rows])).values(due_at=None)
        )
    return found


def settle(connection: Connection, answered: Collection[InboxId], now: datetime) -> None:
    """These have been answered: what was still to be said because they had not been is said no more."""
    if not answered:
        return
    connection.execute(delete(questions).where(questions.c.message_id.in_(list(answered))))
    connection.execute(
        update(notices)
        .where(
            notices.c.cause.in_(list(answered)),
            notices.c.kind == Kind.SAID,
            notices.c.state == NoticeState.WAITING,
            notices.c.delivery_id.is_(None),
        )
        .values(state=NoticeState.WITHDRAWN, reason=Reason.CORRECTED, ended_at=now)
    )
