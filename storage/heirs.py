"""Whoever is told for a setting in the place of somebody of it who may not know any more.

A note that waits for a key person who has left is not lost to her setting: it goes to whoever the audience names
there now (rule 10), once, and only if the setting may still know it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from book.audience import choose_audience
from book.deliveries import Lane
from book.ids import ChildId, EntryId, Ids, NoticeId, PersonId
from book.notices import Kind, Relay
from book.people import STAFF, Circle
from storage import circles, entries, notices, schema
from storage.entries import Purpose
from storage.filing import NewNotice, add_notices
from storage.vault import Vault


def tell_instead(connection: Connection, vault: Vault, ids: Ids, ended: Collection[NoticeId], now: datetime) -> int:
    """Tell others of the same settings what these notices would have told; how many notices that makes."""
    if not ended:
        return 0
    table = schema.notices
    rows = connection.execute(
        select(table.c.person_id, table.c.child_id, table.c.entry_id, table.c.lane, table.c.not_before)
        .where(table.c.id.in_(list(ended)), table.c.kind == Kind.RELAY, table.c.entry_id.is_not(None))
        .order_by(table.c.id)
    ).all()
    if not rows:
        return 0
    about = {EntryId(row.entry_id) for row in rows}
    written = entries.load(connection, vault, about).for_machine(Purpose.AUDIENCE)
    around = circles.load(connection, vault, {ChildId(row.child_id) for row in rows}, with_hours=False)
    heard = {entry: {each.person for each in found} for entry, found in notices.of_entries(connection, about).items()}
    told = []
    for row in rows:
        entry, circle = written[EntryId(row.entry_id)], around[ChildId(row.child_id)]
        settings = _worked_at(PersonId(row.person_id), circle)
        for verdict in choose_audience(entry.note, circle, now) if entry.is_live else ():
            member = verdict.member
            known = heard.setdefault(entry.id, set())
            if verdict.told and member.role in STAFF and member.setting in settings and member.person.id not in known:
                known.add(member.person.id)
                told.append(
                    NewNotice(
                        NoticeId(ids.new()),
                        entry.id,
                        Relay(entry.id),
                        member.person.id,
                        Lane(row.lane),
                        max(row.not_before, now),
                        child=circle.child.id,
                        entry=entry.id,
                    )
                )
    add_notices(connection, vault, told, now)
    return len(told)


def _worked_at(person: PersonId, circle: Circle) -> set[int | None]:
    return {each.setting for each in circle.memberships if each.person.id == person and each.role in STAFF}
