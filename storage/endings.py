"""Whose time in a book has come to its date, and that she was told: one notice for each membership that ends so.

Knows nothing of the sentence.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from book.deliveries import Lane
from book.ids import Ids, NoticeId, PersonId
from book.notices import Kind, Said
from book.people import Role, Standing
from storage import membership_log, schema
from storage.bells import Bell, ring
from storage.filing import NewNotice, add_notices
from storage.statements import among, constant
from storage.vault import Vault

_PROFESSIONALS = (
    select(schema.memberships).where(schema.memberships.c.role == Role.PROFESSIONAL).order_by(schema.memberships.c.id)
)
_TOLD = select(schema.notices.c.cause).where(
    among(schema.notices.c.cause, "lines"), schema.notices.c.kind == constant(Kind.SAID)
)


def _not_told(connection: Connection) -> list[Row[Any]]:
    """The newest line of each professional's place that has an end, where nobody has told her of it."""
    lines = [
        line
        for line in membership_log.newest(connection.execute(_PROFESSIONALS))
        if line.standing == Standing.LIVE and line.until is not None
    ]
    told = set(connection.execute(_TOLD, {"lines": [line.id for line in lines]}).scalars()) if lines else set()
    return [line for line in lines if line.id not in told]


def next_end(connection: Connection) -> datetime | None:
    """The soonest end of which nobody was told yet."""
    return min((line.until for line in _not_told(connection)), default=None)


def tell(connection: Connection, vault: Vault, ids: Ids, goodbye: Said, now: datetime) -> int:
    """Everybody whose time is over by ``now`` hears ``goodbye``; how many that are."""
    ended = [line for line in _not_told(connection) if line.until <= now]
    notices = [
        NewNotice(
            id=NoticeId(ids.new()),
            cause=row.id,
            notice=goodbye,
            person=PersonId(row.person_id),
            lane=Lane.REMINDER,
            not_before=now,
        )
        for row in ended
    ]
    if notices:
        add_notices(connection, vault, notices, now)
        ring(connection, Bell.OUTBOX)
    return len(notices)
