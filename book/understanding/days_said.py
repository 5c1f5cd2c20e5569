"""The day that a few words mean: "Monday", "tmrw", "Fri 14th", "1 Dec", "3/4/23"; the day stands before the month.

The one grammar of days; whoever reads a sentence with a day in it takes its pieces from here. Knows no calendar of
anybody's and no time of day. What is not surely a day is none, and a weekday that is not its date's is a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

DATE = r"(?:\d{1,2}[/.\-]\d{1,2}[/.\-](?:\d{4}|\d{2})|\d{1,2}(?:st|nd|rd|th)?(?: of)? [A-Za-z]{3,9}\.?,? \d{4})"
"""A whole date, with its year, as a piece of a regular expression."""

WEEKDAY = (
    r"(?:mon(?:days?)?|tue(?:s(?:days?)?)?|wed(?:s|nesdays?)?|thu(?:r(?:s(?:days?)?)?)?|fri(?:days?)?"
    r"|sat(?:urdays?)?|sun(?:days?)?)\b"
)
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b"
)
NEAR: Mapping[str, int] = MappingProxyType(
    {
        **dict.fromkeys(("today", "tonight", "2day"), 0),
        **dict.fromkeys(
            ("tomorrow", "tomorow", "tommorow", "tommorrow", "tmrw", "tmw", "tmr", "tomo", "tomoz", "tmoro", "2moro",
             "2morrow", "2mrw", "2mro"), 1,
        ),
        **dict.fromkeys(("yesterday", "yest", "yday", "yesty", "last night", "last nite"), -1),
    }
)  # fmt: skip
"""Days that are said by how far they are from the day of writing."""

_COMING = "|".join(sorted((word for word, away in NEAR.items() if away >= 0), key=len, reverse=True))
_ALL_NEAR = "|".join(sorted(NEAR, key=len, reverse=True))
ONE_DAY = rf"(?:(?:this )?{WEEKDAY}|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {MONTH}|\d{{1,2}}/\d{{1,2}}\b|(?:{_COMING})\b)"
"""One day to come, as a piece of a regular expression over small letters, without groups."""

ONE_DAY_EACH = re.compile(
    rf"(?P<near>(?:{_ALL_NEAR})\b)"
    rf"|(?:(?P<which>this|next|last) )?(?P<weekday>{WEEKDAY})"
    rf"(?:,? (?:the )?(?P<of_weekday>\d{{1,2}})(?:(?:st|nd|rd|th)?(?: of)? (?P<its_month>{MONTH})|(?:st|nd|rd|th)\b))?"
    rf"|(?P<day>\d{{1,2}})(?:(?:st|nd|rd|th)?(?: of)? (?P<named>{MONTH})\.?(?:,? (?P<named_year>\d{{4}})\b)?"
    rf"|[/.\-](?P<month>\d{{1,2}})(?:[/.\-](?P<year>\d{{4}}|\d{{2}}))?\b)"
    rf"|(?P<month_first>{MONTH}) (?P<after_month>\d{{1,2}})(?:st|nd|rd|th)?\b"
    r"|(?P<alone>\d{1,2})(?:st|nd|rd|th)\b"
)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class DaySaid:
    """A day as it was written, before anybody asks which it is."""

    near: int | None = None  # days from the day of writing
    night: bool = False  # last night
    weekday: int | None = None
    which: str = ""  # "this", "next" or "last" before a weekday
    day: int | None = None
    month: int | None = None
    year: int | None = None


class UnsureDay(Exception):  # a refusal inside this package, never let out of it
    """Two days could be meant, or the weekday is not its date's."""


def weekday_of(word: str) -> int:
    """The number of a weekday, Monday 0, from how it is written."""
    return _WEEKDAYS.index(word[:3])


def month_of(word: str) -> int:
    """The number of a month from how it is written."""
    return _MONTHS.index(word[:3]) + 1


def as_said(found: re.Match[str]) -> DaySaid:
    """A match of :data:`ONE_DAY_EACH` as a day."""
    if found["near"]:
        return DaySaid(near=NEAR[found["near"]], night=found["near"].startswith("last"))
    if found["weekday"]:
        return DaySaid(
            weekday=weekday_of(found["weekday"]),
            which=found["which"] or "",
            day=int(found["of_weekday"]) if found["of_weekday"] else None,
            month=month_of(found["its_month"]) if found["its_month"] else None,
        )
    if found["month_first"]:
        return DaySaid(day=int(found["after_month"]), month=month_of(found["month_first"]))
    if found["alone"]:
        return DaySaid(day=int(found["alone"]))
    month = month_of(found["named"]) if found["named"] else int(found["month"])
    year = found["named_year"] or found["year"]
    whole = None if year is None else int(year) + (2000 if len(year) == 2 else 0)
    return DaySaid(day=int(found["day"]), month=month, year=whole)


def coming(said: DaySaid, today: date) -> date | None:
    """The day from ``today`` on that is meant; None where there is no such day.

    A bare weekday is the next such day, which may be today's: whoever asks decides whether that is a doubt. "Next
    Tuesday" is next week's; raises :class:`UnsureDay` where this week's could be meant as well, and where a weekday
    is not its date's.
    """
    if said.near is not None:
        return today + timedelta(days=said.near) if said.near >= 0 else None
    if said.day is None:
        assert said.weekday is not None
        ahead = (said.weekday - today.weekday()) % 7
        if said.which == "last":
            return None
        if said.which == "next" and today.weekday() < said.weekday:
            raise UnsureDay
        return today + timedelta(days=ahead or 7 if said.which == "next" else ahead)
    return _agreed(said, _first_from(said, today))


def gone(said: DaySaid, today: date) -> date | None:
    """The newest day up to ``today`` that is meant; None where there is none. Raises as :func:`coming` does."""
    if said.near is not None:
        return today + timedelta(days=said.near) if said.near <= 0 else None
    if said.day is None:
        assert said.weekday is not None
        back = (today.weekday() - said.weekday) % 7
        if said.which == "next":
            return None
        return today - timedelta(days=back or 7 if said.which == "last" else back)
    return _agreed(said, _last_until(said, today))


def _agreed(said: DaySaid, day: date | None) -> date | None:
    if day is not None and said.weekday is not None and day.weekday() != said.weekday:
        raise UnsureDay
    return day


def _first_from(said: DaySaid, today: date) -> date | None:
    for year, month in _months_from(said, today, 1):
        day = _made(year, month, said.day)
        if day is not None and day >= today:
            return day
    return None


def _last_until(said: DaySaid, today: date) -> date | None:
    for year, month in _months_from(said, today, -1):
        day = _made(year, month, said.day)
        if day is not None and day <= today:
            return day
    return None


def _months_from(said: DaySaid, today: date, step: int) -> Iterator[tuple[int, int]]:
    if said.year is not None and said.month is not None:
        yield said.year, said.month
    elif said.month is not None:
        yield today.year, said.month
        yield today.year + step, said.month
    else:
        for away in (0, 1):
            month = today.month - 1 + away * step
            yield today.year + month // 12, month % 12 + 1


def _made(year: int, month: int, day: int | None) -> date | None:
    try:
        return date(year, month, day or 0)
    except ValueError:
        return None


# --- words that are nothing but a day -----------------------------------------------------------------------------


def coming_day(words: str, today: date) -> date | None:
    """The day from ``today`` on that these words mean; a weekday is the next one, never today.

    >>> coming_day("from Monday", date(2026, 11, 24)).isoformat()
    '2026-11-30'
    >>> coming_day("1 Dec", date(2026, 11, 24)).isoformat()
    '2026-12-01'
    """
    said = re.sub(r"^(?:from|on|since|starting|as of|next)\s+", "", " ".join(words.casefold().split()).strip(" .,!"))
    said = re.sub(r"^(?:the|next)\s+", "", said)
    if said in ("now", "right now", "straight away", "immediately", "at once"):
        return today
    found = ONE_DAY_EACH.fullmatch(said)
    if found is None or found["alone"]:
        return None
    day = as_said(found)
    try:
        meant = coming(day, today)
    except UnsureDay:
        return None
    if meant == today and day.weekday is not None and day.day is None:
        return today + timedelta(days=7)
    return meant


def past_day(words: str, today: date) -> date | None:
    """The newest day up to ``today`` that these words mean: "yesterday", "on 3 nov"."""
    found = ONE_DAY_EACH.fullmatch(" ".join(words.casefold().split()).removeprefix("on ").strip(" .,!"))
    try:
        return gone(as_said(found), today) if found is not None else None
    except UnsureDay:
        return None


def birthday(words: str, today: date) -> date | None:
    """The day in the past that a birth date means; without a century the latest that can be meant."""
    found = ONE_DAY_EACH.fullmatch(" ".join(words.casefold().split()))
    if found is None or (day := as_said(found)).year is None:
        return None
    try:
        return gone(day, today)
    except UnsureDay:
        return None
