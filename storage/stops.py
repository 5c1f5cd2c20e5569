"""Where messages are stopped: by which word or by whom, what that may have answered, and whether her settings know.

A stop holds until it is over, whatever is written meanwhile; the first reason for it is the one that is kept. Decides
nothing and tells nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from book.disclosure import Address
from book.ids import AddressId, ChildId, NoticeId, PersonId
from book.notices import Kind, Notice, WhichChild, from_parameters
from book.reasons import Reason
from storage import schema
from storage.schema import addresses
from storage.statements import among
from storage.vault import Owner, OwnerKind, Vault


@dataclass(frozen=True, slots=True)
class Stopped:
    """How messages were stopped: by a word of hers, or, without one, by the platform or the network."""

    word: str = ""
    answering: NoticeId | None = None  # what asked something there, and may have been all that was meant
    told: bool = False  # her settings are told of it in the same step


@dataclass(frozen=True, slots=True)
class AskedThere:
    """What was asked at an address and may have been answered by a word that stops."""

    notice: Notice
    child: ChildId | None
    is_open: bool  # nobody has answered it since


@dataclass(frozen=True, slots=True)
class Stop:
    """One address of somebody's at which nothing is said."""

    address: AddressId
    person: PersonId
    at: datetime
    word: str
    asked: AskedThere | None
    is_text: bool
    telephone: str  # the address itself, where it is a number; else empty


_OVER: Mapping[str, None] = dict.fromkeys(
    ("stopped_at", "stopped_with", "stopped_answering", "stop_told_at", "stop_rung_at")
)


def keep(connection: Connection, stopped: Mapping[AddressId, Stopped], now: datetime) -> None:
    """Nothing more goes to these addresses; where that is so already, nothing changes."""
    for address, how in stopped.items():
        connection.execute(
            update(addresses)
            .where(addresses.c.id == address, addresses.c.stopped_at.is_(None))
            .values(
                stopped_at=now,
                stopped_with=how.word or None,
                stopped_answering=how.answering,
                stop_told_at=now if how.told else None,
            )
        )


def over(connection: Connection, started: Iterable[AddressId]) -> None:
    """Messages go to these addresses again."""
    connection.execute(update(addresses).where(addresses.c.id.in_(list(started))).values(**_OVER))


def told(connection: Connection, which: Collection[AddressId], now: datetime) -> None:
    """Her settings have been told of these."""
    connection.execute(update(addresses).where(addresses.c.id.in_(list(which))).values(stop_told_at=now))


def rung(connection: Connection, which: Collection[AddressId], now: datetime) -> None:
    """Somebody of her settings has rung her about these: they hang no longer."""
    if which:
        connection.execute(
            update(addresses)
            .where(addresses.c.id.in_(list(which)), addresses.c.stopped_at.is_not(None))
            .values(stop_rung_at=now)
        )


_STOPS = select(addresses).where(addresses.c.stopped_at.is_not(None), addresses.c.person_id.is_not(None))
_UNTOLD = _STOPS.where(addresses.c.stop_told_at.is_(None)).order_by(addresses.c.id)


def is_any_untold(connection: Connection) -> bool:
    """Whether there is a stop of which nobody has been told."""
    return connection.execute(_UNTOLD.limit(1)).first() is not None


def untold(connection: Connection, vault: Vault) -> list[Stop]:
    """The stops of which nobody has been told, oldest first."""
    return _loaded(connection, vault, connection.execute(_UNTOLD).all())


_THEIRS = _STOPS.where(among(addresses.c.person_id, "people"), addresses.c.stop_rung_at.is_(None)).order_by(
    addresses.c.stopped_at, addresses.c.id
)


def of_people(connection: Connection, vault: Vault, people: Collection[PersonId]) -> list[Stop]:
    """Where these people have stopped messages and nobody has rung them about it, oldest first."""
    return _loaded(connection, vault, connection.execute(_THEIRS, {"people": list(people)}).all())


def _loaded(connection: Connection, vault: Vault, rows: Sequence[Row[Any]]) -> list[Stop]:
    wanted = {NoticeId(row.stopped_answering) for row in rows if row.stopped_answering is not None}
    there = asked(connection, vault, wanted) if wanted else {}
    return [_stop(vault, row, there) for row in rows]


def asked(connection: Connection, vault: Vault, wanted: Collection[NoticeId]) -> dict[NoticeId, AskedThere]:
    """What these notices asked, as far as their words can still be read."""
    table = schema.notices
    rows = connection.execute(select(table).where(table.c.id.in_(list(wanted)))).all()
    unused = set(
        connection.execute(
            select(schema.choices.c.notice_id).where(
                schema.choices.c.notice_id.in_(list(wanted)), schema.choices.c.used_at.is_(None)
            )
        ).scalars()
    )
    found = {}
    for row in rows:
        if row.child_id is None and row.person_id is None:
            continue  # A stranger's; nobody rings her.
        owner = Owner.child(row.child_id) if row.child_id is not None else Owner.person(row.person_id)
        notice = from_parameters(Kind(row.kind), vault.open_text(owner, "notice", row.id, row.sealed_parameters))
        is_open = row.id in unused and not (isinstance(notice, WhichChild) and not _waits(connection, notice))
        found[NoticeId(row.id)] = AskedThere(notice, None if row.child_id is None else ChildId(row.child_id), is_open)
    return found


def answered_at(connection: Connection, vault: Vault, address: Address) -> AskedThere | None:
    """Where messages are stopped, what that may have answered."""
    if address.stopped_at is None:
        return None
    answering = connection.execute(select(addresses.c.stopped_answering).where(addresses.c.id == address.id)).scalar()
    return None if answering is None else asked(connection, vault, {NoticeId(answering)}).get(NoticeId(answering))


def _waits(connection: Connection, question: WhichChild) -> bool:
    table = schema.inbox
    reason = connection.execute(select(table.c.reason).where(table.c.id == question.message)).scalar_one_or_none()
    return reason == Reason.WAITS_FOR_ANSWER


def _stop(vault: Vault, row: Row[Any], there: Mapping[NoticeId, AskedThere]) -> Stop:
    owner = Owner.person(row.sealed_for) if row.sealed_for > 0 else Owner(OwnerKind.DAY, -row.sealed_for)
    handle = vault.open_text(owner, "handle", row.id, row.sealed_handle)
    return Stop(
        address=AddressId(row.id),
        person=PersonId(row.person_id),
        at=row.stopped_at,
        word=row.stopped_with or "",
        asked=None if row.stopped_answering is None else there.get(NoticeId(row.stopped_answering)),
        is_text=not row.has_buttons,
        telephone=handle if handle.startswith("+") else "",
    )
