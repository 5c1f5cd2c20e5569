"""What texts may cost in a month, in parts: when somebody is warned, and when what is held may go.

A part is what a network carries and charges for, 160 letters at most. Months are civil. Knows no price and no provider.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from book.timing import in_the_day

WARNED_AT = (50, 80, 100)
"""Of the hundred: whoever runs a setting is told once each that so much is used."""


def month_of(now: datetime, zone: ZoneInfo) -> str:
    """The civil month.

    >>> month_of(datetime(2026, 11, 30, 23, 59, tzinfo=UTC), ZoneInfo("Europe/Warsaw"))
    '2026-12'
    """
    return f"{now.astimezone(zone):%Y-%m}"


def goes_on_at(now: datetime, zone: ZoneInfo) -> datetime:
    """When what is held for this month's end goes: the first morning of the next.

    >>> goes_on_at(datetime(2026, 12, 3, tzinfo=UTC), ZoneInfo("Europe/London")).isoformat()
    '2027-01-01T07:00:00+00:00'
    """
    local = now.astimezone(zone)
    later = local.replace(day=28) + timedelta(days=4)
    first = later.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return in_the_day(first.astimezone(UTC), zone)


def crossed(before: int, after: int, most: int) -> int | None:
    """The highest of :data:`WARNED_AT` that was reached between these two counts; None for none, or without a limit.

    >>> crossed(79, 81, 100), crossed(81, 90, 100), crossed(10, 120, 100), crossed(0, 99, 0)
    (80, None, 100, None)
    """
    if not most:
        return None
    reached = [each for each in WARNED_AT if before * 100 < each * most <= after * 100]
    return max(reached, default=None)
