"""A private link, which leads to pictures where none can be shown: how long it lasts and when it says enough.

Knows nothing of tokens or pages, nor of who may see what.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from book.entries import Entry
from book.topics import Topic

LASTS_DAYS = 3
"""The civil days on which it can be opened, that on which it is sent among them."""

_LONGEST_CAPTION = 60
_SEEN = frozenset({Topic.ACTIVITY, Topic.OBSERVATION, Topic.MILESTONE})


def last_day(now: datetime, zone: tzinfo) -> date:
    """The last day on which a link that is made at ``now`` can be opened."""
    return now.astimezone(zone).date() + timedelta(days=LASTS_DAYS - 1)


def ends(now: datetime, zone: tzinfo) -> datetime:
    """The instant at which that day is over where its reader lives."""
    return datetime.combine(last_day(now, zone) + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)


def is_caption(entry: Entry) -> bool:
    """Whether its words say no more than its picture shows, so that they need not stand beside a link to it.

    Whatever else they may tell (a bump, a dose, a question, what nobody understood) is not left behind a link that
    somebody may never open.
    """
    text = entry.text
    if text is None or entry.urgent or entry.unread or entry.facts:
        return False
    if text.corrections or text.asks or text.collection or text.timetable or entry.told_by is not None:
        return False
    if not text.words.strip():
        return True
    topics = {each.topic for each in entry.subjects}
    return bool(topics) and topics <= _SEEN and len(text.words) <= _LONGEST_CAPTION
