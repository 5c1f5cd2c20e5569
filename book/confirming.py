"""What a person confirms with a tap, because somebody must act on it: who collects, what to bring, a new number, and
whatever cannot wait.

Knows nothing of buttons or of who has confirmed what.
"""

from __future__ import annotations

from datetime import timedelta

from book.entries import Entry
from book.people import STAFF, Role
from book.topics import Topic

UNSEEN_BY_A_FAMILY = timedelta(minutes=5)
UNSEEN_BY_A_SETTING = timedelta(minutes=30)
"""So long what cannot wait may be confirmed by nobody; then its author is told to ring. A setting's begins at work."""

CONFIRMED_TOPICS = frozenset({Topic.KIT, Topic.CONTACT_CHANGE})
"""Confirmed by whoever they are for; who collects is confirmed by whoever reads it."""


def is_to_confirm(entry: Entry, reader: Role) -> bool:
    """Whether a reader in this role is asked to confirm ``entry``: whoever reads who collects, else the other side."""
    if entry.text is not None and entry.text.collection:
        return True
    is_other_side = (entry.author_role in STAFF) != (reader in STAFF)
    return is_other_side and (entry.urgent or _is_of_these(entry))


def _is_of_these(entry: Entry) -> bool:
    return any(each.topic in CONFIRMED_TOPICS for each in entry.subjects)
