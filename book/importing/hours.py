"""Days and hours as people write them in a cell: "Mon–Wed 8–1", "Tue, Thu all day", "every day 9-3".

Knows nothing of whose hours they are. What it cannot read whole it does not read at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

LONGEST = 200
ALL_DAY = (time(8), time(18))


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """One stretch on one weekday (0 is Monday)."""

    weekday: int
    start: time
    end: time


def read_hours(text: str) -> tuple[Hours, ...] | None:
    """The hours, by day; None where any part of the text is not understood.

    >>> [(each.weekday, each.start.hour, each.end.hour) for each in read_hours("Mon–Wed 8–1") or ()]
    [(0, 8, 13), (1, 8, 13), (2, 8, 13)]
    """
    if len(text) > LONGEST:
        return None
    found: set[Hours] = set()
    days: list[int] = []
    since_hours = False  # whether hours were read since the last day, so that a day now begins anew
    for token in _tokens(text.casefold()):
        if token is None:
            return None
        if isinstance(token, list):
            if since_hours:
                days, since_hours = [], False
            days += token
            continue
        days = days or list(range(5))
        found |= {Hours(day, *token) for day in days}
        since_hours = True
    if days and not since_hours:
        found |= {Hours(day, *ALL_DAY) for day in days}
    return tuple(sorted(found)) or None


_DAYS = {
    "mo": 0, "mon": 0, "mons": 0, "monday": 0, "mondays": 0,
    "tu": 1, "tue": 1, "tues": 1, "tuesday": 1, "tuesdays": 1,
    "we": 2, "wed": 2, "weds": 2, "wednesday": 2, "wednesdays": 2,
    "th": 3, "thu": 3, "thur": 3, "thurs": 3, "thursday": 3, "thursdays": 3,
    "fr": 4, "fri": 4, "friday": 4, "fridays": 4,
    "sat": 5, "saturday": 5, "sun": 6, "sunday": 6,
}  # fmt: skip
_DASH = r"\s*(?:-|–|—|‑|−|\bto\b|\btill?\b|\buntil\b)\s*"
_CLOCK = r"(\d{1,2})(?:[:.h]?([0-5]\d))?\s*(am|pm|noon)?"
_HOURS = re.compile(rf"(?:from\s+)?{_CLOCK}{_DASH}{_CLOCK}(?![\d:])")
_NAMED = "|".join(sorted(_DAYS, key=len, reverse=True))
_RANGE = re.compile(rf"\b({_NAMED})\b\.?{_DASH}\b({_NAMED})\b\.?")
_DAY = re.compile(rf"\b({_NAMED})\b\.?")
_EVERY = re.compile(r"\b(?:every ?day|all week|full ?time|daily|week ?days|each day|5 days)\b")
_STRETCHES = (
    (re.compile(r"\b(?:all day|full day|whole day|full days)\b"), ALL_DAY),
    (re.compile(r"\b(?:mornings?|a\.?m\.?)\b"), (time(8), time(13))),
    (re.compile(r"\b(?:afternoons?|p\.?m\.?)\b"), (time(13), time(18))),
)
_BETWEEN = re.compile(r"(?:[\s,;/&+:|.()]|\band\b|\bon\b)+")


def _tokens(text: str) -> Iterator[list[int] | tuple[time, time] | None]:
    at = 0
    while at < len(text):
        if found := _BETWEEN.match(text, at):
            at = found.end()
            continue
        token, at = _token(text, at)
        yield token
        if token is None:
            return


def _token(text: str, at: int) -> tuple[list[int] | tuple[time, time] | None, int]:
    """What begins there, and where it ends; None where it is nothing we know."""
    if found := _EVERY.match(text, at):
        return list(range(5)), found.end()
    if found := _RANGE.match(text, at):
        first, last = _DAYS[found[1]], _DAYS[found[2]]
        return [day % 7 for day in range(first, (last if last >= first else last + 7) + 1)], found.end()
    if found := _DAY.match(text, at):
        return [_DAYS[found[1]]], found.end()
    if found := _HOURS.match(text, at):
        return _stretch(found), found.end()
    for pattern, stretch in _STRETCHES:
        if found := pattern.match(text, at):
            return stretch, found.end()
    return None, at


def _stretch(found: re.Match[str]) -> tuple[time, time] | None:
    start = _minute(found[1], found[2], found[3])
    end = _minute(found[4], found[5], found[6])
    if start is None or end is None:
        return None
    said = found[3] or found[6]
    if start < 6 * 60 and not found[3]:
        start += 12 * 60  # "1-6" in a nursery is the afternoon.
    if end <= start and found[6] != "am":
        end += 12 * 60
    if not (start < end <= 24 * 60 - 1) or (said is None and end - start > 14 * 60):
        return None
    return time(start // 60, start % 60), time(end // 60, end % 60)


def _minute(hour: str, minute: str | None, half: str | None) -> int | None:
    hours, minutes = int(hour), int(minute or 0)
    if hours > 23:
        return None
    if half in ("pm", "noon") and hours < 12:
        hours += 12
    if half == "am" and hours == 12:
        hours = 0
    return hours * 60 + minutes
