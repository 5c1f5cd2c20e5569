"""The registers of a setting: what was complained of, praised or proposed, word for word, and the clock of a complaint.

Sealed under the setting's key, whose duty to keep it no parent's request ends. Knows nothing of sentences.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select, update

from book.ids import InboxId, PersonId, SettingId
from book.messages import Incoming
from book.registers import Register
from storage import circles, dialect, inbox
from storage.schema import originals, registers
from storage.vault import Owner, Vault

_LISTED_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class NewInRegister:
    """One line to be written; a complaint has a day by which it is answered."""

    id: int
    kind: Register
    setting: SettingId
    author: PersonId
    words: str
    answer_by: date | None = None
    remind_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """A complaint was answered; only those of these settings may say so."""

    id: int
    by: PersonId
    settings: frozenset[SettingId]


@dataclass(frozen=True, slots=True)
class NoComplaint:
    """It was none, as whoever runs one of these settings says, or its author: its message is handled as a note."""

    id: int
    by: PersonId
    settings: frozenset[SettingId] = frozenset()


@dataclass(frozen=True, slots=True)
class InRegister:
    """One line as it stands."""

    id: int
    kind: Register
    setting: SettingId
    author: PersonId
    name: str
    at: datetime
    words: str
    answer_by: date | None
    is_open: bool
    was_none: bool = False


def keep(connection: Connection, vault: Vault, new: Sequence[tuple[InboxId, NewInRegister]], now: datetime) -> None:
    """Write these lines, each with the message it came in."""
    dialect.add(
        connection,
        registers,
        [
            {
                "id": each.id,
                "kind": each.kind,
                "setting_id": each.setting,
                "author_id": each.author,
                "message_id": message,
                "at": now,
                "sealed_words": vault.seal_text(Owner.setting(each.setting), "register", each.id, each.words),
                "answer_by": None if each.answer_by is None else each.answer_by.isoformat(),
                "remind_at": each.remind_at,
            }
            for message, each in new
        ],
    )


def end(connection: Connection, answered: Sequence[Answered], now: datetime) -> None:
    """These have been answered; nobody is reminded of them any more."""
    for each in answered:
        connection.execute(
            update(registers)
            .where(
                registers.c.id == each.id,
                registers.c.setting_id.in_(sorted(each.settings)),
                registers.c.ended_at.is_(None),
            )
            .values(ended_at=now, ended_by=each.by, remind_at=None)
        )


def release(connection: Connection, vault: Vault, wanted: Sequence[NoComplaint], now: datetime) -> None:
    """These were no complaints: nobody is reminded of them, and their messages are handled once more, as notes."""
    for each in wanted:
        ended = connection.execute(
            update(registers)
            .where(
                registers.c.id == each.id,
                registers.c.kind == Register.COMPLAINT,
                registers.c.ended_at.is_(None),
                or_(registers.c.setting_id.in_(sorted(each.settings)), registers.c.author_id == each.by),
            )
            .values(ended_at=now, ended_by=each.by, none_at=now, remind_at=None)
            .returning(registers.c.message_id, registers.c.setting_id)
        ).one_or_none()
        if ended is None:
            continue  # Somebody else was quicker.
        owner = Owner.setting(ended.setting_id)
        sealed = connection.execute(
            select(originals.c.sealed_payload).where(
                originals.c.message_id == ended.message_id,
                originals.c.owner_kind == owner.kind.value,
                originals.c.owner_id == owner.id,
            )
        ).scalar_one()
        incoming = Incoming.from_json(vault.open_text(owner, "original", ended.message_id, sealed))
        inbox.handle_again(connection, vault, InboxId(ended.message_id), replace(incoming, ordinary=True), now)


def of_author(
    connection: Connection, vault: Vault, author: PersonId, wanted: Collection[int]
) -> tuple[InRegister, ...]:
    """Of these lines, her own."""
    rows = connection.execute(
        select(registers).where(registers.c.id.in_(sorted(wanted)), registers.c.author_id == author)
    ).all()
    return _lines(connection, vault, rows)


def of_settings(
    connection: Connection, vault: Vault, settings: Collection[SettingId], now: datetime
) -> tuple[InRegister, ...]:
    """What these settings have in their registers: open complaints, and the last three months of everything."""
    rows = connection.execute(
        select(registers)
        .where(
            registers.c.setting_id.in_(sorted(settings)),
            or_(
                registers.c.at > now - _LISTED_FOR,
                (registers.c.kind == Register.COMPLAINT) & registers.c.ended_at.is_(None),
            ),
        )
        .order_by(registers.c.id)
    ).all()
    return _lines(connection, vault, rows)


def _lines(connection: Connection, vault: Vault, rows: Sequence[Row[Any]]) -> tuple[InRegister, ...]:
    people = circles.load_people(connection, vault, {PersonId(row.author_id) for row in rows})
    return tuple(
        InRegister(
            row.id,
            Register(row.kind),
            SettingId(row.setting_id),
            PersonId(row.author_id),
            people[PersonId(row.author_id)].name,
            row.at,
            vault.open_text(Owner.setting(row.setting_id), "register", row.id, row.sealed_words),
            None if row.answer_by is None else date.fromisoformat(row.answer_by),
            row.ended_at is None,
            row.none_at is not None,
        )
        for row in rows
    )


def next_reminder(connection: Connection) -> datetime | None:
    """When somebody is next to be reminded of a complaint."""
    found: datetime | None = connection.execute(select(func.min(registers.c.remind_at))).scalar_one()
    return found


@dataclass(frozen=True, slots=True)
class ToRemind:
    """A complaint of which whoever runs the setting is to be reminded now."""

    id: int
    setting: SettingId
    author: PersonId
    answer_by: date


def to_remind(connection: Connection, now: datetime) -> list[ToRemind]:
    """Those that are due."""
    rows = connection.execute(
        select(registers)
        .where(registers.c.remind_at <= now, registers.c.answer_by.is_not(None))
        .order_by(registers.c.id)
        .with_for_update()
    ).all()
    return [
        ToRemind(row.id, SettingId(row.setting_id), PersonId(row.author_id), date.fromisoformat(row.answer_by))
        for row in rows
    ]


def remind_next(connection: Connection, line: int, at: datetime | None) -> None:
    """When it comes up again; never, if no time is given."""
    connection.execute(update(registers).where(registers.c.id == line).values(remind_at=at))
