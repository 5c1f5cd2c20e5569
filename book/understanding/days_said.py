"""The day that a few words mean: "Monday", "tomorrow", "1 Dec", "3/4/23"; the day always stands before the month.

Knows no calendar of anybody's and no time of day. What is not surely a day is none.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SHORT = {"tues": "tuesday", "weds": "wednesday", "thurs": "thursday"}
_FIGURES = re.compile(r"(?P<day>\d{1,2})[/.\-](?P<month>\d{1,2})(?:[/.\-](?P<year>\d{4}|\d{2}))?")
_WORDS = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]* )?(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: of)? (?P<month>[a-z]{3,9})\.?"
    r"(?:,? (?P<year>\d{4}))?"
)

DATE = r"(?:\d{1,2}[/.\-]\d{1,2}[/.\-](?:\d{4}|\d{2})|\d{1,2}(?:st|nd|rd|th)?(?: of)? [A-Za-z]{3,9}\.?,? \d{4})"
"""A whole date, with its year, as a piece of a regular expression."""


def coming_day(words: str, today: date) -> date | None:
    """The day from ``today`` on that these words mean; a weekday is the next one, never today.

    >>> coming_day("from Monday", date(2026, 11, 24)).isoformat()
    '2026-11-30'
    >>> coming_day("1 Dec", date(2026, 11, 24)).isoformat()
    '2026-12-01'
    """
    said = re.sub(r"^(?:from|on|since|starting|as of|next)\s+", "", " ".join(words.casefold().split()).strip(" .,!"))
    said = re.sub(r"^(?:the|next)\s+", "", said)
    if said in ("today", "now", "right now", "straight away", "immediately", "at once"):
        return today
    if said in ("tomorrow", "tmrw", "tomoz"):
        return today + timedelta(days=1)
    named = _SHORT.get(said, said)
    for number, weekday in enumerate(_WEEKDAYS):
        if named in (weekday, weekday[:3]):
            return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    found = _date(said, today.year)
    if found is None:
        return None
    day, has_year = found
    if day < today and not has_year:
        return _made(day.year + 1, day.month, day.day)
    return day if day >= today else None


def birthday(words: str, today: date) -> date | None:
    """The day in the past that a birth date means; without a century the latest that can be meant."""
    found = _date(" ".join(words.casefold().split()), today.year)
    if found is None or not found[1]:
        return None
    day = found[0]
    if day > today and day.year >= 2000 and re.search(r"[/.\-]\d{2}$", words.strip()):
        return None
    return day if day <= today else None


def _date(said: str, this_year: int) -> tuple[date, bool] | None:
    if found := _FIGURES.fullmatch(said):
        month = int(found["month"])
    elif (found := _WORDS.fullmatch(said)) and found["month"][:3] in _MONTHS:
        month = _MONTHS.index(found["month"][:3]) + 1
    else:
        return None
    year = found["year"]
    whole = this_year if year is None else int(year) + (2000 if len(year) == 2 else 0)
    day = _made(whole, month, int(found["day"]))
    return None if day is None else (day, year is not None)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
