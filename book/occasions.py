"""Together with what else somebody hears of an entry: on the page of the day, her morning list, or at a handover.

What is held until such a moment is told as one message and not as a row of single ones. Knows no clock.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from book.audience import Note
from book.people import STAFF, Circle, Hears, Membership
from book.timing import AFTER_COLLECTION, HANDOVER_BEFORE, PAGE_OF_THE_DAY, civil_instant, hours_of


class Occasion(StrEnum):
    """When several notices are one message; nothing for those that stand alone."""

    NONE = ""
    PAGE = "page"  # the page of the day, for family
    MORNING = "morning"  # the morning list of somebody at work
    HANDOVER = "handover"  # before the child changes hands


def occasion_of(
    note: Note, member: Membership, circle: Circle, at: datetime, *, urgent: bool, now: datetime, zone: ZoneInfo
) -> Occasion:
    """The occasion at which ``member`` hears of ``note``, which she is told from ``at`` on."""
    if urgent or note.answers is not None or at <= now:
        return Occasion.NONE
    if member.role not in STAFF:
        is_page = note.from_staff and at in _pages(note, member, circle, at, zone)
        return Occasion.PAGE if is_page else Occasion.NONE
    if note.from_staff and member.setting != note.author_setting:
        day = at.astimezone(zone).date()
        starts = {civil_instant(at, each.start, zone) for each in circle.sessions_on(day, member.setting)}
        return Occasion.HANDOVER if at + HANDOVER_BEFORE in starts else Occasion.NONE
    return Occasion.MORNING if at in _mornings(member, circle, at, zone) else Occasion.NONE


def _pages(note: Note, member: Membership, circle: Circle, at: datetime, zone: ZoneInfo) -> set[datetime]:
    """The moments of ``at``'s day at which she has the page."""
    day = at.astimezone(zone).date()
    if member.person.hears is Hears.AS_IT_HAPPENS:
        return set()
    if member.person.hears is Hears.COLLECTED and (
        ends := [each.end for each in circle.sessions_on(day, note.author_setting)]
    ):
        return {civil_instant(at, max(ends), zone) + AFTER_COLLECTION}
    return {civil_instant(at, PAGE_OF_THE_DAY, zone)}


def _mornings(member: Membership, circle: Circle, at: datetime, zone: ZoneInfo) -> set[datetime]:
    day: date = at.astimezone(zone).date()
    return {civil_instant(at, begins, zone) for begins, _ in hours_of(member, circle, day)[:1]}
