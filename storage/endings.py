"""Whose time in a book has come to its date, and that she was told: one notice for each membership that ends so.

Knows nothing of the sentence.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Select, and_, exists, func, select

from book.deliveries import Lane
from book.ids import Ids, NoticeId, PersonId
from book.notices import Kind, Said
from book.people import Role, Standing
from storage import schema
from storage.bells import Bell, ring
from storage.filing import NewNotice, add_notices
from storage.vault import Vault

_LINE = schema.memberships
_LATER = schema.memberships.alias("later")


def _not_told() -> Select[tuple[int, int, datetime]]:
    """The newest line of each professional's place that has an end, where nobody has told her of it."""
    replaced = exists().where(
        and_(
            _LATER.c.child_id == _LINE.c.child_id,
            _LATER.c.person_id == _LINE.c.person_id,
            _LATER.c.role == _LINE.c.role,
            _LATER.c.setting_id.is_not_distinct_from(_LINE.c.setting_id),
            _LATER.c.id > _LINE.c.id,
        )
    )
    told = exists().where(and_(schema.notices.c.cause == _LINE.c.id, schema.notices.c.kind == Kind.SAID))
    return select(_LINE.c.id, _LINE.c.person_id, _LINE.c.until).where(
        _LINE.c.role == Role.PROFESSIONAL,
        _LINE.c.standing == Standing.LIVE,
        _LINE.c.until.is_not(None),
        ~replaced,
        ~told,
    )


def next_end(connection: Connection) -> datetime | None:
    """The soonest end of which nobody was told yet."""
    ends = _not_told().subquery()
    return connection.execute(select(func.min(ends.c.until, type_=schema.Instant))).scalar()


def tell(connection: Connection, vault: Vault, ids: Ids, goodbye: Said, now: datetime) -> int:
    """Everybody whose time is over by ``now`` hears ``goodbye``; how many that are."""
    ended = connection.execute(_not_told().where(_LINE.c.until <= now).order_by(_LINE.c.id)).all()
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
