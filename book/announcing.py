"""Whether it is said that something waits for somebody, and as what, where her own words must be waited for.

A platform that is closed to our words until she writes takes a few sentences that it has approved. They say no name and
no word of what waits, and are worth her while: at most one on a day, and never for a single note of the day; but what
is urgent says at once whom to ring. Knows no clock, and nothing of how the sentences read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from book.confirming import is_to_confirm
from book.deliveries import Lane
from book.entries import Entry
from book.ids import PersonId
from book.notices import Acknowledgement, AcknowledgementChanged, Correction, Notice, OfTheDay, Recall, Relay
from book.occasions import Occasion
from book.people import STAFF, Role
from book.timing import AT_ONCE

# So soon after the last what is urgent is not said to wait again: she has been told to ring.
URGENT_AGAIN_AFTER = timedelta(minutes=10)


class Announcement(IntEnum):
    """What is said to wait, the weightiest first."""

    URGENT = 0
    WAITING = 1  # a question, or something that is to be seen or answered
    HANDOVER = 2
    MORNING = 3
    PAGE = 4

    @property
    def key(self) -> str:
        """Its name among the approved sentences."""
        return self.name.lower()


def announcement(
    notice: Notice, *, lane: Lane, occasion: Occasion, entry: Entry | None, reader: PersonId | None, role: Role | None
) -> Announcement | None:
    """What a notice is said to be that must wait for its ``reader``; None where nothing is said of it.

    ``entry`` and her ``role`` in its child's circle are those of a relay.
    """
    if lane is Lane.URGENT:
        return Announcement.URGENT
    if occasion in _OF_OCCASIONS:
        return _OF_OCCASIONS[occasion]
    match notice:
        case Relay() | Correction():
            return _of_a_relay(entry, reader, role)
        case OfTheDay(occasion=told):
            return _OF_OCCASIONS.get(told, Announcement.WAITING)
        case Acknowledgement() | AcknowledgementChanged() | Recall():
            return None  # They say something of what she has had already.
        case _:
            return Announcement.WAITING


_OF_OCCASIONS = {
    Occasion.PAGE: Announcement.PAGE,
    Occasion.MORNING: Announcement.MORNING,
    Occasion.HANDOVER: Announcement.HANDOVER,
}


def _of_a_relay(entry: Entry | None, reader: PersonId | None, role: Role | None) -> Announcement | None:
    """None for a single note of the day to a family."""
    if entry is None or role is None:
        return None
    answers_her = entry.answered is not None and entry.answered.author == reader
    at_once = any(each.topic in AT_ONCE for each in entry.subjects)
    # What reaches somebody at work concerns a child who is there or due: it is no note of the day to her.
    if role in STAFF or answers_her or at_once or is_to_confirm(entry, role):
        return Announcement.WAITING
    return None


def may_announce(wanted: Announcement, before: Sequence[tuple[datetime, bool]], now: datetime, zone: ZoneInfo) -> bool:
    """Whether another may be made, after these: each with when it was made and whether it was urgent."""
    if wanted is Announcement.URGENT:
        return all(not urgently or now - at >= URGENT_AGAIN_AFTER for at, urgently in before)
    today = now.astimezone(zone).date()
    return all(at.astimezone(zone).date() != today for at, _ in before)
