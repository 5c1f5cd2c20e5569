"""When a setting is open: its weekdays and hours, terms and half-terms, INSET days, own closures and bank holidays.

Pure functions of a day; civil dates only, for a day has no zone. A setting of which nothing was written down has the
usual calendar of its kind. Knows no clock and nobody's timetable: what one child's or one person's week says goes
before the weekdays here, and only a closure by date shuts a day to everybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from functools import lru_cache

_LOOKS_AHEAD = 400  # days; whoever is open on none of them is not open again
_WEEKDAYS = frozenset(range(5))
_OPENS, _CLOSES = time(7, 30), time(18)


class Nation(StrEnum):
    """Whose bank holidays a setting keeps."""

    ENGLAND = "ENG"
    WALES = "WLS"
    SCOTLAND = "SCT"
    NORTHERN_IRELAND = "NIR"


class Sort(StrEnum):
    """What was said of some days."""

    TERM = "term"
    HALF_TERM = "half_term"  # the holiday in the middle of a term
    INSET = "inset"  # staff are there and children are not
    CLOSED = "closed"
    OPEN = "open"  # though it would not be


class Shut(StrEnum):
    """Why a setting has no children on a day."""

    CLOSED = "closed"
    INSET = "inset"
    BANK_HOLIDAY = "bank_holiday"
    HALF_TERM = "half_term"
    OUT_OF_TERM = "out_of_term"
    WEEKDAY = "weekday"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days from ``first`` to ``last``, both counted, and what they are called where that was said."""

    sort: Sort
    first: date
    last: date
    name: str = ""
    id: int = 0  # of the line in which it is kept

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Calendar:
    """One setting's calendar. Of several stretches that speak of one day the last one given counts."""

    nation: Nation = Nation.ENGLAND
    weekdays: frozenset[int] = _WEEKDAYS
    opens: time = _OPENS
    closes: time = _CLOSES
    bank_holidays: bool = False  # whether it is open on them
    term_time_only: bool = False
    stretches: tuple[Stretch, ...] = ()

    @property
    def terms(self) -> tuple[Stretch, ...]:
        """In their order."""
        return self._of(Sort.TERM)

    @property
    def half_terms(self) -> tuple[Stretch, ...]:
        """The holidays in the middle of the terms, in their order."""
        return self._of(Sort.HALF_TERM)

    def _of(self, sort: Sort) -> tuple[Stretch, ...]:
        return tuple(sorted((each for each in self.stretches if each.sort is sort), key=lambda each: each.first))


@dataclass(frozen=True, slots=True)
class HalfTerm:
    """Half of a term: ``half`` is 1 before its holiday and 2 after it; a term without one is a whole, 1."""

    term: Stretch
    half: int
    first: date
    last: date


WEEKDAYS = Calendar()
"""Of a day nursery or a club: Mondays to Fridays, but no bank holidays."""

IN_TERM_TIME = Calendar(term_time_only=True)
"""Of a pre-school or a school: the same in term time, as soon as its terms are known."""

ANY_DAY = Calendar(weekdays=frozenset(range(7)), bank_holidays=True)
"""Of a childminder: every day, until she says which are her own holidays."""


@lru_cache(maxsize=64)
def bank_holidays(nation: Nation, year: int) -> dict[date, str]:
    """The bank holidays of a year in one nation, with their names."""
    # Imported here: it takes a quarter of a second, and most commands need no bank holidays.
    from holidays import country_holidays

    return dict(sorted(country_holidays("GB", subdiv=nation.value, years=year).items()))


def why_shut(calendar: Calendar, day: date) -> Shut | None:
    """Why no child comes on this day; None where the setting is open.

    What was said of the very day goes first, then bank holidays, then terms, then the weekday. A setting that is open
    in term time only is so as far as its terms are known: a day before the first or after the last is no holiday yet.
    """
    by_date = shut_by_date(calendar, day)
    if by_date is not None or _said_open(calendar, day):
        return by_date
    return None if day.weekday() in calendar.weekdays else Shut.WEEKDAY


def shut_by_date(calendar: Calendar, day: date) -> Shut | None:
    """The same without the weekday: what shuts this day to everybody, whatever anybody's week says."""
    match _said(calendar, day):
        case Sort.OPEN:
            return None
        case Sort.CLOSED:
            return Shut.CLOSED
        case Sort.INSET:
            return Shut.INSET
    if not calendar.bank_holidays and day in bank_holidays(calendar.nation, day.year):
        return Shut.BANK_HOLIDAY
    if not calendar.term_time_only:
        return None
    if any(each.covers(day) for each in calendar.half_terms):
        return Shut.HALF_TERM
    terms = calendar.terms
    within = bool(terms) and terms[0].first <= day <= terms[-1].last
    return Shut.OUT_OF_TERM if within and not any(each.covers(day) for each in terms) else None


def is_open(calendar: Calendar, day: date) -> bool:
    """Whether children come on this day.

    >>> is_open(Calendar(), date(2026, 12, 25)), is_open(Calendar(), date(2026, 12, 29))
    (False, True)
    """
    return why_shut(calendar, day) is None


def is_staffed(calendar: Calendar, day: date) -> bool:
    """Whether anybody may be at work on this day: an INSET day has no children and all of the staff."""
    return shut_by_date(calendar, day) in (None, Shut.INSET)


def next_open_day(calendar: Calendar, after: date) -> date | None:
    """The first day after ``after`` on which it is open; None where there is none within a year.

    >>> next_open_day(Calendar(), date(2026, 12, 24)).isoformat()
    '2026-12-29'
    """
    days = (after + timedelta(days=ahead) for ahead in range(1, _LOOKS_AHEAD + 1))
    return next((day for day in days if is_open(calendar, day)), None)


def open_days_before(calendar: Calendar, day: date, count: int) -> date | None:
    """The day with ``count`` open days from it on before ``day``: 1 is the last open day before it.

    >>> open_days_before(Calendar(), date(2026, 12, 29), 2).isoformat()
    '2026-12-23'
    """
    found = day
    for _ in range(count):
        days = (found - timedelta(days=back) for back in range(1, _LOOKS_AHEAD + 1))
        before = next((each for each in days if is_open(calendar, each)), None)
        if before is None:
            return None
        found = before
    return found


def week_before_half_term(calendar: Calendar, after: date) -> tuple[date, date] | None:
    """Monday and Friday of the last whole week of school before the next half-term holiday that begins after ``after``.

    None where no such holiday is known.
    """
    coming = next((each for each in calendar.half_terms if each.first > after), None)
    if coming is None:
        return None
    # A holiday is often written from the Saturday on, or from a Friday that is an INSET day: the week is the one with
    # the last open day before it.
    last = open_days_before(calendar, coming.first, 1) or coming.first - timedelta(days=1)
    monday = last - timedelta(days=last.weekday())
    return monday, monday + timedelta(days=4)


def term_of(calendar: Calendar, day: date) -> Stretch | None:
    """The term a day lies in, half-term holiday included; None between terms."""
    return next((each for each in calendar.terms if each.covers(day)), None)


def half_term_of(calendar: Calendar, day: date) -> HalfTerm | None:
    """The half of a term a day lies in; None in a holiday."""
    return next((each for each in halves(calendar) if each.first <= day <= each.last), None)


def halves(calendar: Calendar) -> Iterator[HalfTerm]:
    """The halves of all terms that are known, in their order: six in a year."""
    for term in calendar.terms:
        first, half = term.first, 1
        for holiday in calendar.half_terms:
            if term.covers(holiday.first) and term.covers(holiday.last) and first < holiday.first:
                yield HalfTerm(term, half, first, holiday.first - timedelta(days=1))
                first, half = holiday.last + timedelta(days=1), half + 1
        if first <= term.last:
            yield HalfTerm(term, half, first, term.last)


def replaced_by(calendar: Calendar, new: Stretch) -> tuple[int, ...]:
    """The lines that count no more once ``new`` is written: another date of the same term, what a day was before.

    >>> calendar = Calendar(stretches=(Stretch(Sort.CLOSED, date(2026, 12, 24), date(2026, 12, 31), id=7),))
    >>> replaced_by(calendar, Stretch(Sort.OPEN, date(2026, 12, 24), date(2026, 12, 31)))
    (7,)
    """
    if new.sort in (Sort.TERM, Sort.HALF_TERM):
        return tuple(
            each.id
            for each in calendar.stretches
            if each.sort is new.sort and each.first <= new.last and new.first <= each.last
        )
    return tuple(
        each.id
        for each in calendar.stretches
        if each.sort in _OF_THE_DAY and new.first <= each.first and each.last <= new.last
    )


def is_open_throughout(calendar: Calendar, stretch: Stretch) -> bool:
    """Whether nothing shuts any of these days to everybody."""
    days = (stretch.first + timedelta(days=ahead) for ahead in range((stretch.last - stretch.first).days + 1))
    return all(shut_by_date(calendar, day) is None for day in days)


def closures(calendar: Calendar, first: date, last: date) -> Iterator[tuple[Shut, date, date]]:
    """The stretches of days that are shut by date from ``first`` to ``last``, neighbours of one reason together.

    Weekends between are counted in, and a stretch neither begins nor ends with one.
    """
    open_now: tuple[Shut, date, date] | None = None
    day = first
    while day <= last:
        why = why_shut(calendar, day)
        if why is not Shut.WEEKDAY:
            if open_now is not None and why is not open_now[0]:
                yield open_now
                open_now = None
            if why is not None:
                open_now = (why, open_now[1] if open_now is not None else day, day)
        day += timedelta(days=1)
    if open_now is not None:
        yield open_now


_OF_THE_DAY = (Sort.INSET, Sort.CLOSED, Sort.OPEN)


def _said(calendar: Calendar, day: date) -> Sort | None:
    found = (each.sort for each in reversed(calendar.stretches) if each.sort in _OF_THE_DAY and each.covers(day))
    return next(found, None)


def _said_open(calendar: Calendar, day: date) -> bool:
    return _said(calendar, day) is Sort.OPEN
