"""What a setting keeps a register of, and by when a complaint is answered.

The outcome of a complaint is told within 28 days of its receipt; whoever runs the setting is reminded a week and two
days before. Knows nothing of who is told.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from book.calendar import WEEKDAYS, Calendar, next_open_day
from book.timing import civil_instant
from book.topics import Topic


class Register(StrEnum):
    COMPLAINT = "complaint"
    COMPLIMENT = "compliment"
    SUGGESTION = "suggestion"


REGISTER_OF = {
    Topic.COMPLAINT: Register.COMPLAINT,
    Topic.COMPLIMENT: Register.COMPLIMENT,
    Topic.SUGGESTION: Register.SUGGESTION,
}
ANSWERED_WITHIN = timedelta(days=28)
_REMINDED_BEFORE = (timedelta(days=7), timedelta(days=2))
_AT = time(9)


def answer_by(at: datetime, zone: ZoneInfo) -> date:
    """The last day on which a complaint received at ``at`` is answered in time."""
    return at.astimezone(zone).date() + ANSWERED_WITHIN


def next_reminder(by: date, after: datetime, zone: ZoneInfo) -> datetime | None:
    """When whoever answers is next reminded after this moment; None: no more."""
    noon = datetime.combine(by, time(12), tzinfo=zone)
    found = [civil_instant(noon - before, _AT, zone) for before in _REMINDED_BEFORE]
    return next((each for each in found if each > after), None)


def in_touch_by(at: datetime, zone: ZoneInfo, calendar: Calendar = WEEKDAYS) -> date:
    """The next day on which the setting is open, and none of a weekend; the next working day where it never is again.

    The 28 days are not counted so: the law counts every day.
    """
    today = at.astimezone(zone).date()
    opens = next_open_day(replace(calendar, weekdays=calendar.weekdays & WEEKDAYS.weekdays), today)
    return opens or next_open_day(WEEKDAYS, today) or today + timedelta(days=1)
