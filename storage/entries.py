"""Entries as their newest revisions have them, each for a reader whom the audience lets know it, or for the machine.

What is loaded lies on a shelf: it is taken from there for one reader, or for one of the few purposes of the machine
for which everything is needed and nothing is shown. Loads the whole chain of what an entry answers, because what
answers it goes no further than it did.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, select

from book import facts
from book.audience import may_know
from book.entries import Entry, EntryState, Text, Travel, subjects_from_json
from book.ids import ChildId, EntryId, InboxId, NoticeId, PersonId, SettingId
from book.people import Circle, Role
from storage.schema import entries, entry_revisions
from storage.statements import among
from storage.vault import Owner, Vault


class Purpose(StrEnum):
    """For what the machine takes entries that it shows to nobody by that; the guard lists who may."""

    AUDIENCE = "audience"  # whoever decides who may know an entry needs the entry
    SENDING = "sending"  # the second look decides for each hearer as it leaves; recalls reach who had it
    BACKSTAGE = "backstage"  # the demo's page, to whoever runs the demo


@dataclass(frozen=True, slots=True)
class Shelf:
    """Entries that nobody has been shown yet."""

    _entries: dict[EntryId, Entry]

    def for_reader(self, reader: PersonId, circles: Mapping[ChildId, Circle], now: datetime) -> dict[EntryId, Entry]:
        """Those that ``reader`` may know at this instant, as the circles say; of a child without one, none."""
        return {
            entry.id: entry
            for entry in self._entries.values()
            if (circle := circles.get(entry.child)) is not None and may_know(entry.note, reader, circle, now)[0]
        }

    def has_of(self, message: InboxId) -> bool:
        """Whether anything here was filed from that message, whoever may know it."""
        return any(each.message == message for each in self._entries.values())

    def for_machine(self, purpose: Purpose) -> dict[EntryId, Entry]:
        """All of them."""
        assert purpose in Purpose
        return self._entries


_later = entry_revisions.alias("later")
_NEWEST = (
    select(
        entries,
        entry_revisions.c.revision,
        entry_revisions.c.at,
        entry_revisions.c.state,
        entry_revisions.c.topics,
        entry_revisions.c.travel,
        entry_revisions.c.sealed_text,
        entry_revisions.c.sealed_facts,
    )
    .join(entry_revisions, entry_revisions.c.entry_id == entries.c.id)
    .where(
        entry_revisions.c.revision
        == select(func.max(_later.c.revision)).where(_later.c.entry_id == entries.c.id).scalar_subquery()
    )
    .order_by(entries.c.id)
)
_BY_ID = _NEWEST.where(among(entries.c.id, "wanted"))
_BY_MESSAGE = _NEWEST.where(among(entries.c.message_id, "wanted"))
_LATELY = _NEWEST.where(among(entries.c.author_id, "wanted"), entries.c.filed_at >= bindparam("since"))
_OF_CHILD = _NEWEST.where(entries.c.child_id == bindparam("child"))
_OF_CHILDREN = _NEWEST.where(among(entries.c.child_id, "wanted"), entries.c.filed_at >= bindparam("since"))
_BY_ACKNOWLEDGEMENT = _NEWEST.where(among(entries.c.acknowledgement_id, "wanted"))


def load(connection: Connection, vault: Vault, wanted: Collection[EntryId]) -> Shelf:
    """These entries, each with what it answers, back to the first of the chain."""
    return _with_answered(connection, vault, _load(connection, vault, _BY_ID, wanted))


def of_child(connection: Connection, vault: Vault, child: ChildId) -> Shelf:
    """A child's whole thread, oldest first."""
    return _with_answered(connection, vault, _load(connection, vault, _OF_CHILD, child=child))


def of_messages(connection: Connection, vault: Vault, messages: Collection[InboxId]) -> Shelf:
    """What was filed from these messages."""
    return _with_answered(connection, vault, _load(connection, vault, _BY_MESSAGE, messages))


def of_acknowledgements(connection: Connection, vault: Vault, notices: Collection[NoticeId]) -> Shelf:
    """What these acknowledgements speak of."""
    return _with_answered(connection, vault, _load(connection, vault, _BY_ACKNOWLEDGEMENT, notices))


def of_authors(connection: Connection, vault: Vault, authors: Collection[PersonId], since: datetime) -> Shelf:
    """What these people wrote lately."""
    return _with_answered(connection, vault, _load(connection, vault, _LATELY, authors, since=since))


def of_children(connection: Connection, vault: Vault, children: Collection[ChildId], since: datetime) -> Shelf:
    """What was written of these children lately."""
    return _with_answered(connection, vault, _load(connection, vault, _OF_CHILDREN, children, since=since))


def _load(
    connection: Connection, vault: Vault, statement: Select[Any], wanted: Collection[int] = (), **given: object
) -> dict[EntryId, Entry]:
    rows = connection.execute(statement, {"wanted": wanted, **given}).all()
    # One message is looked at by each of those who hear of it, and again for its author's line.
    return {EntryId(row.id): vault.once(_entry, tuple(row), row) for row in rows}


def _with_answered(connection: Connection, vault: Vault, found: dict[EntryId, Entry]) -> Shelf:
    known = dict(found)
    while missing := {each.answers for each in known.values() if each.answers is not None} - known.keys():
        known |= _load(connection, vault, _BY_ID, missing)

    def linked(entry: Entry) -> Entry:
        return entry if entry.answers is None else replace(entry, answered=linked(known[entry.answers]))

    return Shelf({each: linked(known[each]) for each in sorted(found)})


# A page of a thread, and every look at one, holds few different sets of topics.
_subjects = lru_cache(maxsize=256)(subjects_from_json)


def _entry(vault: Vault, row: Row[Any]) -> Entry:
    text, stated = None, ""
    owner = Owner.child(row.child_id)
    if row.sealed_facts is not None:
        stated = vault.open_text(owner, "facts", row.id, row.sealed_facts, revision=row.revision)
    if row.sealed_text is not None:
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
        has_paper=row.has_paper,
        happened_at=row.happened_at,
        filed_at=row.filed_at,
        revision=row.revision,
        state=EntryState(row.state),
        subjects=_subjects(row.topics),
        travel=Travel.from_json(row.travel),
        text=text,
        revised_at=row.at,
        weekday=row.weekday,
        told_by=None if row.told_by_id is None else SettingId(row.told_by_id),
        facts=facts.from_json(stated),
    )
