"""Entries as their newest revisions have them. Whoever shows one to somebody asks the audience first.

Loads the whole chain of what an entry answers, because what answers it goes no further than it did.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from book.entries import Entry, EntryState, Text, Travel, subjects_from_json
from book.ids import ChildId, EntryId, InboxId, NoticeId, PersonId, SettingId
from book.people import Role
from storage.schema import entries, entry_revisions
from storage.vault import Owner, Vault


def load(connection: Connection, vault: Vault, wanted: Collection[EntryId]) -> dict[EntryId, Entry]:
    """These entries, each with what it answers, back to the first of the chain."""
    return _with_answered(connection, vault, _load(connection, vault, entries.c.id.in_(list(wanted))))


def of_child(connection: Connection, vault: Vault, child: ChildId) -> list[Entry]:
    """A child's whole thread, oldest first. The caller shows each reader only what she may know."""
    found = _with_answered(connection, vault, _load(connection, vault, entries.c.child_id == child))
    return sorted((each for each in found.values() if each.child == child), key=lambda each: each.id)


def of_messages(connection: Connection, vault: Vault, messages: Collection[InboxId]) -> dict[EntryId, Entry]:
    """What was filed from these messages."""
    return _with_answered(connection, vault, _load(connection, vault, entries.c.message_id.in_(list(messages))))


def of_acknowledgements(connection: Connection, vault: Vault, notices: Collection[NoticeId]) -> dict[EntryId, Entry]:
    """What these acknowledgements speak of."""
    chosen = entries.c.acknowledgement_id.in_(list(notices))
    return _with_answered(connection, vault, _load(connection, vault, chosen))


def of_authors(
    connection: Connection, vault: Vault, authors: Collection[PersonId], since: datetime
) -> dict[EntryId, Entry]:
    """What these people wrote lately."""
    chosen = and_(entries.c.author_id.in_(list(authors)), entries.c.filed_at >= since)
    return _with_answered(connection, vault, _load(connection, vault, chosen))


def _load(connection: Connection, vault: Vault, chosen: Any) -> dict[EntryId, Entry]:
    newest = (
        select(entry_revisions.c.entry_id, func.max(entry_revisions.c.revision).label("revision"))
        .join(entries, entries.c.id == entry_revisions.c.entry_id)
        .where(chosen)
        .group_by(entry_revisions.c.entry_id)
        .subquery()
    )
    rows = connection.execute(
        select(entries, entry_revisions)
        .join(newest, newest.c.entry_id == entries.c.id)
        .join(
            entry_revisions,
            and_(
                entry_revisions.c.entry_id == newest.c.entry_id,
                entry_revisions.c.revision == newest.c.revision,
            ),
        )
        .order_by(entries.c.id)
    )
    return {EntryId(row.id): _entry(vault, row) for row in rows}


def _with_answered(connection: Connection, vault: Vault, found: dict[EntryId, Entry]) -> dict[EntryId, Entry]:
    known = dict(found)
    while missing := {each.answers for each in known.values() if each.answers is not None} - known.keys():
        known |= _load(connection, vault, entries.c.id.in_(list(missing)))

    def linked(entry: Entry) -> Entry:
        return entry if entry.answers is None else replace(entry, answered=linked(known[entry.answers]))

    return {each: linked(known[each]) for each in found}


def _entry(vault: Vault, row: Row[Any]) -> Entry:
    text = None
    if row.sealed_text is not None:
        owner = Owner.child(row.child_id)
        text = Text.from_json(vault.open_text(owner, "entry", row.id, row.sealed_text, revision=row.revision))
    return Entry(
        id=EntryId(row.id),
        child=ChildId(row.child_id),
        author=PersonId(row.author_id),
        author_role=Role(row.author_role),
        author_setting=None if row.author_setting_id is None else SettingId(row.author_setting_id),
        message=None if row.message_id is None else InboxId(row.message_id),
        answers=None if row.answers_id is None else EntryId(row.answers_id),
        acknowledgement=None if row.acknowledgement_id is None else NoticeId(row.acknowledgement_id),
        urgent=row.urgent,
        unread=row.unread,
        has_picture=row.has_picture,
        happened_at=row.happened_at,
        filed_at=row.filed_at,
        revision=row.revision,
        state=EntryState(row.state),
        subjects=subjects_from_json(row.topics),
        travel=Travel.from_json(row.travel),
        text=text,
        revised_at=row.at,
    )
