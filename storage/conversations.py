"""What the bot and somebody last spoke of at one address: the child, the question that is open, the choices offered.

A choice is a single-use token bound to its address; a number answers the newest message with choices there.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from book.ids import AddressId, ChildId, Ids, InboxId, NoticeId, PersonId
from book.notices import LAPSE_SOON, Choice, Offer
from storage import dialect
from storage.addresses import day_of
from storage.schema import addresses, choices, conversations
from storage.statements import among
from storage.vault import Owner, OwnerKind, Vault

CHILD_COUNTS_FOR = timedelta(minutes=5)


REPLY = "reply"
FACES = "faces"  # who is in the picture?
ANOTHER = "another"  # photo in the place of one that is sent to nobody
FEW_WORDS = "few_words"  # what is it about, that nobody can read?
DOUBT = "doubt"  # open about an entry whose words cannot be so
ECHO_OF_NOTE = "echo.note"
ECHO_OF_ANSWER = "echo.answer"
REMIND_WHEN = "remind.when"
ECHO_OF_REMINDER = "echo.remind"
REMINDING = frozenset({REMIND_WHEN, ECHO_OF_REMINDER})
"""Open questions about a reminder: what she asked for, and when her settings are open, are loaded with them."""
ECHO_OF_COLLECTION = "echo.collection"
ASKED_OF_ENTRIES = frozenset({REPLY, DOUBT, ECHO_OF_NOTE, ECHO_OF_ANSWER, ECHO_OF_COLLECTION})
"""Open questions whose subject is an entry: it is loaded with them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The question of ours that is open at an address: its name, what it is about, and what was said so far.

    A choice answers it by itself; words answer it where its handler takes them as an answer, and are a note where not.
    """

    name: str
    subject: int
    of: PersonId  # who was asked; what stands here is sealed under her key
    until: datetime
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conversation:
    """The last few minutes at one address."""

    child: ChildId | None = None
    spoke_at: datetime | None = None
    question: InboxId | None = None
    question_until: datetime | None = None
    asked: Asked | None = None

    def asked_now(self, now: datetime) -> Asked | None:
        """Our own open question, while its answer still counts."""
        return self.asked if self.asked is not None and now <= self.asked.until else None

    def child_now(self, now: datetime) -> ChildId | None:
        """The child last spoken of, while that still counts."""
        if self.spoke_at is None or now - self.spoke_at > CHILD_COUNTS_FOR:
            return None
        return self.child

    def question_now(self, now: datetime) -> InboxId | None:
        """The message that waits for an answer, while the answer still counts."""
        if self.question_until is None or now > self.question_until:
            return None
        return self.question


@dataclass(frozen=True, slots=True)
class Offered:
    """A choice that was put to somebody."""

    token: str
    notice: NoticeId
    address: AddressId
    number: int
    choice: Choice
    label: str
    used: bool
    expires_at: datetime | None


_CONVERSATIONS = select(conversations).where(among(conversations.c.address_id, "wanted"))


def load(connection: Connection, vault: Vault, wanted: Collection[AddressId]) -> dict[AddressId, Conversation]:
    rows = connection.execute(_CONVERSATIONS, {"wanted": list(wanted)}).all()
    return {
        AddressId(row.address_id): Conversation(
            child=None if row.child_id is None else ChildId(row.child_id),
            spoke_at=row.spoke_at,
            question=None if row.question_id is None else InboxId(row.question_id),
            question_until=row.question_until,
            asked=_asked(vault, row),
        )
        for row in rows
    }


def _asked(vault: Vault, row: Row[Any]) -> Asked | None:
    if row.asked is None:
        return None
    of = PersonId(row.asked_of)
    values = json.loads(vault.open_text(Owner.person(of), "asked", row.address_id, row.sealed_asked))
    return Asked(row.asked, row.asked_subject, of, row.asked_until, values)


def keep(connection: Connection, vault: Vault, kept: dict[AddressId, Conversation]) -> None:
    """Replace what is known of these conversations."""
    if not kept:
        return
    dialect.put(
        connection,
        conversations,
        [
            {
                "address_id": address,
                "child_id": each.child,
                "spoke_at": each.spoke_at,
                "question_id": each.question,
                "question_until": each.question_until,
                **_asked_columns(vault, address, each.asked),
            }
            for address, each in kept.items()
        ],
    )


def _asked_columns(vault: Vault, address: AddressId, asked: Asked | None) -> dict[str, object]:
    if asked is None:
        return dict.fromkeys(("asked", "asked_subject", "asked_of", "asked_until", "sealed_asked"))
    values = json.dumps(dict(asked.values), ensure_ascii=False, separators=(",", ":"))
    return {
        "asked": asked.name,
        "asked_subject": asked.subject,
        "asked_of": asked.of,
        "asked_until": asked.until,
        "sealed_asked": vault.seal_text(Owner.person(asked.of), "asked", address, values),
    }


def offer(
    connection: Connection, vault: Vault, ids: Ids, offered: Iterable[tuple[PersonId | None, Offered]], now: datetime
) -> None:
    """Keep what is offered to these people, or to a stranger; labels are sealed, because they may name a child."""
    rows: list[dict[str, object]] = [
        {
            "id": new,
            "token": each.token,
            "notice_id": each.notice,
            "address_id": each.address,
            "person_id": person,
            "number": each.number,
            "offer": each.choice.offer,
            "subject": each.choice.subject,
            "value": each.choice.value,
            "sealed_label": vault.seal_text(_label_owner(person, now), "label", new, each.label),
            "expires_at": each.expires_at,
            "made_at": now,
        }
        for new, (person, each) in ((ids.new(), pair) for pair in offered)
    ]
    dialect.add(connection, choices, rows)


def _label_owner(person: int | None, made_at: datetime) -> Owner:
    """The person's to whom it was offered; the day's where nobody has joined there yet."""
    return Owner(OwnerKind.DAY, day_of(made_at)) if person is None else Owner.person(person)


def pressed(connection: Connection, vault: Vault, tokens: Collection[str]) -> dict[str, Offered]:
    """The offers behind these tokens."""
    if not tokens:
        return {}
    rows = connection.execute(select(choices).where(choices.c.token.in_(list(tokens)))).all()
    return {row.token: _offered(vault, row) for row in _readable(vault, rows)}


def _readable(vault: Vault, rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Without what was offered to a stranger so long ago that the key of its day is gone."""
    if all(row.person_id is not None for row in rows):
        return list(rows)
    living = set(vault.living(OwnerKind.DAY))
    return [row for row in rows if row.person_id is not None or day_of(row.made_at) in living]


_theirs = choices.alias("theirs")
_NEWEST_OFFERED = (
    select(choices)
    .join(addresses, addresses.c.id == choices.c.address_id)
    .where(
        among(addresses.c.id, "wanted"),
        choices.c.notice_id
        == select(_theirs.c.notice_id)
        .where(_theirs.c.address_id == addresses.c.id)
        .order_by(_theirs.c.id.desc())
        .limit(1)
        .correlate(addresses)
        .scalar_subquery(),
    )
    .order_by(choices.c.id)
)


def newest_at(connection: Connection, vault: Vault, wanted: Collection[AddressId]) -> dict[AddressId, list[Offered]]:
    """At each address the choices of the newest message that offered any."""
    rows = connection.execute(_NEWEST_OFFERED, {"wanted": list(wanted)}).all()
    # The same notice may have been composed more than once; the last set of choices is what is shown.
    latest: dict[AddressId, dict[int, Row[Any]]] = defaultdict(dict)
    for row in _readable(vault, rows):
        latest[AddressId(row.address_id)][row.number] = row
    return {address: [_offered(vault, row) for row in numbered.values()] for address, numbered in latest.items()}


def use(connection: Connection, tokens: Collection[str], now: datetime) -> None:
    """These choices are taken, and with them every other choice of the same message."""
    if not tokens:
        return
    notices = select(choices.c.notice_id).where(choices.c.token.in_(list(tokens)))
    connection.execute(
        update(choices).where(choices.c.notice_id.in_(notices), choices.c.used_at.is_(None)).values(used_at=now)
    )


def lapse(connection: Connection, at: Collection[AddressId], now: datetime) -> None:
    """At these addresses no choice about a picture counts any more."""
    if not at:
        return
    connection.execute(
        update(choices)
        .where(choices.c.address_id.in_(list(at)), choices.c.offer.in_(list(LAPSE_SOON)), choices.c.used_at.is_(None))
        .values(used_at=now)
    )


def _offered(vault: Vault, row: Row[Any]) -> Offered:
    return Offered(
        token=row.token,
        notice=NoticeId(row.notice_id),
        address=AddressId(row.address_id),
        number=row.number,
        choice=Choice(Offer(row.offer), row.subject, row.value),
        label=vault.open_text(_label_owner(row.person_id, row.made_at), "label", row.id, row.sealed_label),
        used=row.used_at is not None,
        expires_at=row.expires_at,
    )
