"""Sentences about a setting's calendar: "closed 24 Dec to 1 Jan", "inset day Fri 8 Jan", "open 8 to 6", "calendar".

Read whole or not at all; days by the one grammar of days. A day that leaves a doubt is asked about, never guessed.
Knows neither who says it nor who may.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time

from book.calendar import Nation, Sort
from book.understanding.days_said import (
    MONTH,
    ONE_DAY_EACH,
    WEEKDAY,
    DaySaid,
    UnsureDay,
    as_said,
    coming,
    gone,
    weekday_of,
)
from book.understanding.times_said import ANY_TIME, read_time

LONGEST = 120


@dataclass(frozen=True, slots=True)
class Show:
    """ "calendar", "term dates", "when are you closed?"."""


@dataclass(frozen=True, slots=True)
class Days:
    """Something is so on some days, from the first to the last of each pair; ``name`` is of a term: "Autumn"."""

    sort: Sort
    stretches: tuple[tuple[date, date], ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class OpenHours:
    """ "open 8 to 6", "open Mon to Thu 8-6"; no weekdays: they stay."""

    opens: time
    closes: time
    weekdays: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    """What is so all year: bank holidays, term time only, whose bank holidays. None stays as it was."""

    bank_holidays: bool | None = None
    term_time_only: bool | None = None
    nation: Nation | None = None


@dataclass(frozen=True, slots=True)
class Unsure:
    """It is such a sentence, and which day is meant leaves a doubt."""


Read = Show | Days | OpenHours | Rule | Unsure


def may_be(text: str) -> bool:
    """Whether it is worth while to look."""
    return len(text) <= LONGEST and _MAY_BE.search(text) is not None


def read(text: str, today: date) -> Read | None:
    """What these words say of a calendar, or None where they are no such sentence.

    >>> read("closed 24 Dec to 1 Jan", date(2026, 11, 24)).stretches
    ((datetime.date(2026, 12, 24), datetime.date(2027, 1, 1)),)
    """
    if len(text) > LONGEST:
        return None
    said = " ".join(text.casefold().replace("\u2019", "'").replace("\u2013", "-").split()).lstrip("/").strip(" .!")
    said = re.sub(r",? (?:please|pls|thanks|thank you)$", "", said)
    if _SHOW.fullmatch(said.rstrip("?")):
        return Show()
    if (rule := _rule(said)) is not None:
        return rule
    if (hours := _hours(said)) is not None:
        return hours
    for sort, pattern in _OF_DAYS:
        found = pattern.fullmatch(said)
        if found is not None and (days := _stretches(found["days"], today, either_way=sort in _OF_SCHOOL)) is not None:
            name = (found["name"] or "").strip() if "name" in pattern.groupindex else ""
            return days if isinstance(days, Unsure) else Days(sort, days, name.capitalize())
    return None


# --- days ---------------------------------------------------------------------------------------------------------

_TO = re.compile(r" ?- ?| (?:to|until|till|til) ")
_AND = re.compile(r",(?= \d| [a-z]+ \d)| and | ?& ?")
_FROM = re.compile(r"^(?:(?:from|on|for|the) )+")


def _stretches(said: str, today: date, *, either_way: bool) -> tuple[tuple[date, date], ...] | Unsure | None:
    """ "24 Dec to 1 Jan", "4 and 5 Jan", "Friday"; None where they are no days at all.

    ``either_way``: what lies nearest is meant, gone or to come.
    """
    found: list[tuple[date, date]] = []
    parts = [_FROM.sub("", each.strip()) for each in _AND.split(said)]
    behind = _month_in(parts[-1])
    for part in parts:
        # "3 to 7 Aug", "4 and 5 Jan": the month stands once, behind.
        ends = _TO.split(part)
        days = [_day(each, _month_in(ends[-1]) or behind) for each in ends]
        first_said, last_said = days[0], days[-1]
        if len(ends) > 2 or first_said is None or last_said is None:
            return None
        try:
            last = _nearest(last_said, today) if either_way else coming(last_said, today)
            first = last if len(days) == 1 or last is None else gone(first_said, last)
        except UnsureDay:
            return Unsure()
        # "Thursday" on a Thursday: today, or in a week?
        bare = any(each.weekday is not None and each.day is None for each in (first_said, last_said))
        if first is None or last is None or (bare and today in (first, last)) or (last - first).days > _LONGEST:
            return Unsure()
        found.append((first, last))
    return tuple(found)


def _nearest(said: DaySaid, today: date) -> date | None:
    days = [each for each in (coming(said, today), gone(said, today)) if each is not None]
    return min(days, key=lambda day: abs(day - today), default=None)


def _month_in(said: str) -> str:
    found = re.search(rf"\b{MONTH}", said)
    return found[0] if found is not None else ""


def _day(said: str, month: str) -> DaySaid | None:
    said = _FROM.sub("", said.strip())
    if month and re.fullmatch(r"(?:[a-z]+,? )?(?:the )?\d{1,2}(?:st|nd|rd|th)?", said):
        said = f"{said} {month}"
    found = ONE_DAY_EACH.fullmatch(said)
    return as_said(found) if found is not None else None


_LONGEST = 130  # days; a summer term has less
_OF_SCHOOL = frozenset({Sort.TERM, Sort.HALF_TERM})

# --- hours and rules ----------------------------------------------------------------------------------------------

_NOON = 12


def _hours(said: str) -> OpenHours | None:
    found = _OPEN_HOURS.fullmatch(said)
    if found is None:
        return None
    opens, closes = _clock(found["opens"]), _clock(found["closes"], evening=True)
    if opens is None or closes is None or opens >= closes:
        return None
    return OpenHours(opens, closes, _weekdays(found["week"] or ""))


def _clock(said: str, *, evening: bool = False) -> time | None:
    """Nobody opens in the evening or closes before noon."""
    meant = read_time(said)
    if meant is None or meant.hour is None:
        return None
    hour = meant.hour + 12 if evening and not meant.sure and meant.hour < _NOON else meant.hour
    return time(hour % 24, meant.minute)


def _weekdays(said: str) -> frozenset[int]:
    if not said:
        return frozenset()
    if re.search(r"every ?day|7 days", said):
        return frozenset(range(7))
    if "weekdays" in said:
        return frozenset(range(5))
    found: set[int] = set()
    for first, last in re.findall(rf"({WEEKDAY})(?: ?(?:-|to) ?({WEEKDAY}))?", said):
        begin = weekday_of(first)
        found |= set(range(begin, (weekday_of(last) if last else begin) + 1))
    return frozenset(found)


def _rule(said: str) -> Rule | None:
    said = _WE.sub("", said)
    if found := re.fullmatch(r"(open|closed|shut|not open|not closed) (?:on |for )?(?:all )?bank holidays", said):
        return Rule(bank_holidays=found[1] in ("open", "not closed"))
    if re.fullmatch(r"(?:open )?(?:in )?term[- ]?time only|(?:open )?only (?:in )?term[- ]?time", said):
        return Rule(term_time_only=True)
    if _ALL_YEAR.fullmatch(said):
        return Rule(term_time_only=False)
    if found := re.fullmatch(r"(?:in|based in) (england|wales|scotland|northern ireland)", said):
        return Rule(nation=_NATIONS[found[1]])
    return None


_ALL_YEAR = re.compile(
    r"(?:open )?all year(?: round)?|(?:open )?5[012] weeks(?: a year)?|not (?:just |only )?term[- ]?time(?: only)?"
)
_NATIONS = {
    "england": Nation.ENGLAND,
    "wales": Nation.WALES,
    "scotland": Nation.SCOTLAND,
    "northern ireland": Nation.NORTHERN_IRELAND,
}
_WE = re.compile(r"^(?:we are|we're|were|we will be|we'll be|the nursery is|nursery is|i am|i'm|im) ")
_US = r"(?:(?:we are|we're|we will be|we'll be|the nursery is|nursery is|nursery|i am|i'm|im) )?"
_OF_DAYS = (
    (Sort.INSET, re.compile(r"(?:there is (?:an )?)?(?:inset|in[- ]service|staff training|training)(?: days?)?"
                            r"(?: is| are|:)? (?P<days>.+)")),
    (Sort.HALF_TERM, re.compile(r"half[- ]?term(?: holidays?)?(?: is|:)? (?P<days>.+)")),
    (Sort.TERM, re.compile(r"(?:(?P<name>autumn|winter|spring|summer) )?term(?: dates)?(?: is| runs|:)? (?P<days>.+)")),
    (Sort.OPEN, re.compile(rf"{_US}(?:open|not closed|not shut)(?: after all)? (?P<days>.+?)(?: after all)?")),
    (Sort.CLOSED, re.compile(rf"{_US}(?:closed|shut|closing|not open)(?: for [a-z ]{{3,30}}?)? (?P<days>.+?)"
                             r"(?: for [a-z ]{3,30})?")),
)  # fmt: skip
_WEEK = rf"(?:every ?day|7 days(?: a week)?|weekdays|{WEEKDAY}(?:(?: ?(?:-|to|,|and|&) ?| ){WEEKDAY})*)"
_OPEN_HOURS = re.compile(
    rf"{_US}(?:open|opening hours(?: are|:)?)(?: (?P<week>{_WEEK}))?,? (?:from )?(?P<opens>{ANY_TIME})"
    rf" ?(?:-|to|til|till|until) ?(?P<closes>{ANY_TIME})"
)
_SHOW = re.compile(
    r"(?:the |our |your |show )?(?:calendar|term dates|closures|opening (?:hours|times))"
    r"|when (?:are|r) (?:you|we|they|u) (?:open|closed|shut)|when is (?:half[- ]?term|the next inset(?: day)?)"
    r"|when does term (?:end|start|finish|begin)|when do (?:you|we|they) (?:open|close|break up|go back)"
)
_MAY_BE = re.compile(
    r"calendar|term\b|term[- ]?time|inset|in[- ]service|training|closed?\b|closing|closures|shut\b|open\b|opening"
    r"|bank holidays|all year|weeks a year|break up|go back|scotland|wales|england|ireland",
    re.IGNORECASE,
)
