"""What was on its way to somebody when she was shut out: named as such until it is known what came of it.

Whoever is to know is told once what may have reached her, and once more of each message when its outcome is known.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from book.deliveries import OPEN, DeliveryState, Lane
from book.ids import DeliveryId, Ids, NoticeId, PersonId
from book.restriction import may_have_reached, what_came_of_it
from storage import circles, dialect
from storage.filing import NewNotice, add_notices
from storage.schema import deliveries
from storage.schema import may_have_reached as rows_of_it
from storage.statements import among
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Flying:
    """One message that was marked as leaving and has not been answered for."""

    delivery: DeliveryId
    marked_at: datetime


def note_down(
    connection: Connection,
    vault: Vault,
    ids: Ids,
    restriction: int,
    person: PersonId,
    flying: Sequence[Flying],
    tell: Collection[PersonId],
    now: datetime,
) -> None:
    """Keep what is on its way to ``person`` at this moment, and name it to those who are to know."""
    if not flying or not tell:
        return
    rows = connection.execute(
        select(rows_of_it.c.delivery_id, rows_of_it.c.tell_id).where(
            rows_of_it.c.delivery_id.in_([each.delivery for each in flying]), rows_of_it.c.ended_at.is_(None)
        )
    )
    known = {(row.delivery_id, row.tell_id) for row in rows}
    dialect.add(
        connection,
        rows_of_it,
        [
            {
                "id": ids.new(),
                "restriction": restriction,
                "person_id": person,
                "delivery_id": each.delivery,
                "tell_id": hearer,
                "made_at": now,
            }
            for each in flying
            for hearer in sorted(tell)
            if (each.delivery, hearer) not in known
        ],
    )
    name = circles.load_people(connection, vault, {person})[person].name
    named = may_have_reached(name, [each.marked_at for each in flying])
    told = [NewNotice(NoticeId(ids.new()), restriction, named, hearer, Lane.URGENT, now) for hearer in sorted(tell)]
    add_notices(connection, vault, told, now)


_KNOWN = (
    select(rows_of_it, deliveries.c.state, deliveries.c.marked_at)
    .join(deliveries, deliveries.c.id == rows_of_it.c.delivery_id)
    .where(
        among(rows_of_it.c.delivery_id, "ended"),
        rows_of_it.c.ended_at.is_(None),
        deliveries.c.state.not_in([each.value for each in OPEN]),
    )
    .order_by(rows_of_it.c.id)
)


def follow(connection: Connection, vault: Vault, ids: Ids, ended: Collection[DeliveryId], now: datetime) -> int:
    """Say of those of these deliveries that were on their way to somebody shut out what came of them; how many."""
    if not ended:
        return 0
    rows = connection.execute(_KNOWN, {"ended": list(ended)}).all()
    if not rows:
        return 0
    names = circles.load_people(connection, vault, {PersonId(row.person_id) for row in rows})
    told = [
        NewNotice(
            NoticeId(ids.new()),
            row.id,
            what_came_of_it(names[PersonId(row.person_id)].name, row.marked_at, DeliveryState(row.state)),
            PersonId(row.tell_id),
            Lane.URGENT,
            now,
        )
        for row in rows
    ]
    add_notices(connection, vault, told, now)
    connection.execute(update(rows_of_it).where(rows_of_it.c.id.in_([row.id for row in rows])).values(ended_at=now))
    return len(rows)
