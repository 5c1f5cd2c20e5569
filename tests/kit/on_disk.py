"""What is on disk about what came in and what went out, as a test looks at it from outside.

Reads states, reasons and times only; opens nothing that is sealed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select

from book.deliveries import Act, DeliveryState, InboxState, Lane, NoticeState
from book.notices import Kind
from book.reasons import Reason
from storage import schema
from tests.kit.conversation import Story


@dataclass(frozen=True, slots=True)
class NoticeRow:
    id: int
    to: str
    kind: Kind
    state: NoticeState
    reason: Reason | None
    lane: Lane
    not_before: datetime


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    id: int
    to: str
    act: Act
    part: int
    parts: int
    attempt: int
    state: DeliveryState
    reason: Reason | None
    tries: int
    not_before: datetime
    has_text: bool


@dataclass(frozen=True, slots=True)
class InboxRow:
    id: int
    state: InboxState
    reason: Reason | None
    failures: int
    other_bodies: int


async def notices(story: Story, to: str | None = None, kind: Kind | None = Kind.RELAY) -> list[NoticeRow]:
    """The notices to one person or all, of one kind or all, oldest first."""
    rows = await story.store.read(_all, schema.notices)
    names = {person: who for who, person in story.people.people.items()}
    found = [
        NoticeRow(
            row.id,
            names.get(row.person_id, ""),
            Kind(row.kind),
            NoticeState(row.state),
            None if row.reason is None else Reason(row.reason),
            Lane(row.lane),
            row.not_before,
        )
        for row in rows
    ]
    return [each for each in found if to in (None, each.to) and kind in (None, each.kind)]


async def deliveries(story: Story, to: str | None = None) -> list[DeliveryRow]:
    """The deliveries to one person or all, oldest first."""
    rows = await story.store.read(_all, schema.deliveries)
    names = {person: who for who, person in story.people.people.items()}
    found = [
        DeliveryRow(
            row.id,
            names.get(row.person_id, ""),
            Act(row.act),
            row.part,
            row.parts,
            row.attempt,
            DeliveryState(row.state),
            None if row.reason is None else Reason(row.reason),
            row.tries,
            row.not_before,
            row.sealed_text is not None,
        )
        for row in rows
    ]
    return [each for each in found if to in (None, each.to)]


async def inbox(story: Story) -> list[InboxRow]:
    """Everything that came in, oldest first."""
    rows = await story.store.read(_all, schema.inbox)
    return [
        InboxRow(
            row.id,
            InboxState(row.state),
            None if row.reason is None else Reason(row.reason),
            row.failures,
            row.other_bodies,
        )
        for row in rows
    ]


async def entries(story: Story) -> int:
    """How many entries the book has."""
    return await story.store.read(_count_entries)


def _all(connection: Connection, table: Table) -> list[Row[Any]]:
    return list(connection.execute(select(table).order_by(table.c.id)).all())


def _count_entries(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(schema.entries)).scalar_one()
