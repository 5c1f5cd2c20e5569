"""Marks that change whenever what a phone or a child's thread shows has changed: cheap, and good for comparing only.

Knows no words and opens nothing that is sealed.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Connection, case, func, select, type_coerce

from book.ids import AddressId, ChildId
from storage.schema import (
    audit,
    deliveries,
    entries,
    entry_revisions,
    inbox,
    memberships,
    notices,
    phone_messages,
    sharing_choices,
)

Mark = tuple[object, ...]


def of_phones(connection: Connection) -> dict[AddressId, Mark]:
    """A mark for each phone that shows anything."""
    rows = connection.execute(
        select(
            phone_messages.c.address_id,
            func.max(phone_messages.c.seq),
            func.sum(phone_messages.c.edited),
            func.sum(case((phone_messages.c.withdrawn, 1), else_=0)),
        ).group_by(phone_messages.c.address_id)
    )
    return {AddressId(address): tuple(mark) for address, *mark in rows}


def of_threads(connection: Connection) -> dict[ChildId, Mark]:
    """A mark for each child of whom anything is written or chosen: revisions, who heard of them, choices."""
    # The sum of instants is no instant any more.
    soon = type_coerce(notices.c.not_before, BigInteger)
    statements = (
        select(entries.c.child_id, func.count())
        .join(entry_revisions, entry_revisions.c.entry_id == entries.c.id)
        .group_by(entries.c.child_id),
        select(notices.c.child_id, func.count(), func.count(notices.c.ended_at), func.sum(soon))
        .where(notices.c.entry_id.is_not(None), notices.c.child_id.is_not(None))
        .group_by(notices.c.child_id),
        select(sharing_choices.c.child_id, func.count()).group_by(sharing_choices.c.child_id),
    )
    found: dict[ChildId, Mark] = {}
    for number, statement in enumerate(statements):
        for child, *mark in connection.execute(statement):
            found[ChildId(child)] = (*found.get(ChildId(child), ()), number, *mark)
    return found


def latest_instant(connection: Connection) -> datetime | None:
    """The latest moment of book time at which anything was written down; None in an empty book."""
    instants = (
        inbox.c.received_at,
        entries.c.filed_at,
        entry_revisions.c.at,
        notices.c.made_at,
        notices.c.ended_at,
        deliveries.c.made_at,
        deliveries.c.ended_at,
        phone_messages.c.at,
        sharing_choices.c.made_at,
        memberships.c.made_at,
        audit.c.at,
    )
    found = [connection.execute(select(func.max(each))).scalar_one() for each in instants]
    return max((each for each in found if each is not None), default=None)
