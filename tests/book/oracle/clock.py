"""The clock on a wall, read minute by minute: which instant a civil time is, found by walking and by nothing else.

Knows no rule about clock changes; it only looks what the wall shows.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_MINUTE = timedelta(minutes=1)


def walk(day: date, zone: ZoneInfo) -> dict[time, datetime]:
    """For every minute of the day, the instant at which the wall first shows it, or first shows a later one."""
    instant = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=16)
    shown: list[tuple[datetime, datetime]] = []
    while True:
        wall = instant.astimezone(zone).replace(tzinfo=None)
        if wall.date() > day and instant > datetime(day.year, day.month, day.day, 12, tzinfo=UTC):
            break
        if wall.date() == day:
            shown.append((wall, instant))
        instant += _MINUTE
    found: dict[time, datetime] = {}
    furthest = datetime(day.year, day.month, day.day) - _MINUTE  # noqa: DTZ001 - what a wall shows has no zone
    for wall, seen in shown:
        while furthest < wall:
            furthest += _MINUTE
            found[furthest.time()] = seen
    return found


def change_days(zone: ZoneInfo, first: int, last: int) -> list[date]:
    """The civil days in these years on which the wall jumps."""
    days = []
    day = date(first, 1, 1)
    while day.year <= last:
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
        tomorrow = midnight + timedelta(days=1)
        if midnight.utcoffset() != tomorrow.utcoffset():
            days.append(day)
        day += timedelta(days=1)
    return days
