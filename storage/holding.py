"""What is held: it waits although its moment has come, with the reason, and in order goes when the cause is gone.

Whoever removes the cause releases it in the same transaction. Knows nothing of why anything is held.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, update

from book.deliveries import NoticeState, WaitsFor
from book.ids import NoticeId, PersonId
from book.reasons import Reason
from storage.bells import Bell, ring
from storage.schema import notices
from storage.statements import constant

_WAITING = notices.c.state == constant(NoticeState.WAITING)


def until(connection: Connection, held: Collection[NoticeId], reason: Reason, at: datetime) -> None:
    """These go then, unless they are released before."""
    connection.execute(
        update(notices).where(notices.c.id.in_(list(held)), _WAITING).values(reason=reason, not_before=at)
    )


def until_released(connection: Connection, held: Collection[NoticeId], reason: Reason) -> None:
    """These wait for whatever releases what is held for this reason."""
    connection.execute(
        update(notices)
        .where(notices.c.id.in_(list(held)), _WAITING)
        .values(reason=reason, waits_for=WaitsFor.WINDOW, waits_until=None)
    )


def release(connection: Connection, reason: Reason, at: datetime, *, people: Collection[PersonId] | None = None) -> int:
    """What is held for this reason, of these people or of everybody, goes from then on; how much that is."""
    theirs = () if people is None else (notices.c.person_id.in_(list(people)),)
    rows = connection.execute(
        update(notices)
        .where(_WAITING, notices.c.reason == constant(reason), *theirs)
        .values(reason=None, waits_for=WaitsFor.NOTHING, not_before=at)
        .returning(notices.c.id)
    )
    count = len(rows.all())
    if count:
        ring(connection, Bell.OUTBOX)
    return count
