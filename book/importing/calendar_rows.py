"""Term dates from a file: what each row says of which days, and what is wrong with a row, by its line.

A CSV has a heading for what, from and to; a calendar file (ICS) comes as such rows, numbered by the line on which the
event begins. Terms may be written whole or as the day they begin and the day they end. What the book does not need
("Harvest festival") is left out and counted; bank holidays it knows. Knows nothing of files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from book.calendar import Sort, Stretch
from book.importing.cells import NoSuchDay, clean, read_date
from book.importing.headings import fold
from book.importing.sheets import Row, Sheet

HEADINGS = ("What", "From", "To")
_LONGEST_DAYS = 130


class CalendarFault(StrEnum):
    """What is wrong with a row; its sentence is ``calendar.fault.<value>`` in the catalogue."""

    NO_DAY = "no_day"
    NO_SUCH_DAY = "no_such_day"
    BACKWARDS = "backwards"  # it ends before it begins
    TOO_LONG = "too_long"
    NO_BEGIN = "no_begin"  # a term ends that never began
    NO_END = "no_end"
    OVERLAP = "overlap"  # two terms at once
    OUTSIDE = "outside"  # a half-term in no term


@dataclass(frozen=True, slots=True)
class FaultAt:
    """One thing to look at; ``given`` is what stood there."""

    kind: CalendarFault
    line: int
    given: str


@dataclass(frozen=True, slots=True)
class CalendarRead:
    """What a file says, and what of it could not be used."""

    stretches: tuple[Stretch, ...]
    faults: tuple[FaultAt, ...] = ()
    left_out: int = 0

    def count(self, sort: Sort) -> int:
        return sum(each.sort is sort for each in self.stretches)

    @property
    def first(self) -> date:
        return min(each.first for each in self.stretches)

    @property
    def last(self) -> date:
        return max(each.last for each in self.stretches)


@dataclass(frozen=True, slots=True)
class _Columns:
    at: int  # the row of the headings
    what: int
    first: int
    last: int | None


@dataclass(frozen=True, slots=True)
class _Edge:
    """A term begins, or ends, on a day."""

    day: date
    line: int
    given: str
    name: str
    begins: bool


def is_calendar(sheets: Sequence[Sheet]) -> bool:
    """Whether any of these sheets has the headings of a calendar."""
    return any(_columns(each) is not None for each in sheets)


def read_calendar(sheets: Sequence[Sheet]) -> CalendarRead:
    """Everything these sheets say about when a setting is open, in the order of the days."""
    stretches: list[tuple[int, str, Stretch]] = []
    edges: list[_Edge] = []
    faults: list[FaultAt] = []
    left_out = 0
    for sheet in sheets:
        columns = _columns(sheet)
        if columns is None:
            continue
        for row in sheet.rows:
            if row.number <= columns.at or row.is_blank:
                continue
            match _read(row, columns):
                case FaultAt() as fault:
                    faults.append(fault)
                case _Edge() as edge:
                    edges.append(edge)
                case Stretch() as stretch:
                    stretches.append((row.number, clean(row.cell(columns.what)), stretch))
                case None:
                    left_out += 1
    for paired in _paired(edges):
        if isinstance(paired, FaultAt):
            faults.append(paired)
        else:
            stretches.append(paired)
    good, more = _looked_at(stretches)
    return CalendarRead(tuple(good), tuple(sorted([*faults, *more], key=lambda each: each.line)), left_out)


def _columns(sheet: Sheet) -> _Columns | None:
    for row in sheet.rows[:5]:
        named = [fold(each) for each in row.cells]
        what = next((at for at, each in enumerate(named) if each in _WHAT), None)
        first = next((at for at, each in enumerate(named) if each in _FROM), None)
        last = next((at for at, each in enumerate(named) if each in _TO), None)
        if what is not None and first is not None:
            return _Columns(row.number, what, first, last)
    return None


def _read(row: Row, columns: _Columns) -> Stretch | _Edge | FaultAt | None:
    what, begins = row.cell(columns.what), row.cell(columns.first)
    ends = row.cell(columns.last) if columns.last is not None else ""
    said = fold(what)
    sort = _sort_of(said)
    if sort is None:
        return None
    first = read_date(_without_weekday(begins))
    last = read_date(_without_weekday(ends)) if ends else first
    if not isinstance(first, date) or not isinstance(last, date):
        given, day = (begins, first) if not isinstance(first, date) else (ends, last)
        kind = CalendarFault.NO_SUCH_DAY if isinstance(day, NoSuchDay) else CalendarFault.NO_DAY
        return FaultAt(kind, row.number, clean(given) or clean(what))
    if last < first:
        return FaultAt(CalendarFault.BACKWARDS, row.number, clean(what))
    if (last - first).days > _LONGEST_DAYS:
        return FaultAt(CalendarFault.TOO_LONG, row.number, clean(what))
    name = _name_of(said)
    if sort is Sort.TERM and first == last:
        return _Edge(first, row.number, clean(what), name, begins=_ENDS.search(said) is None)
    return Stretch(sort, first, last, name if sort is Sort.TERM else "")


def _without_weekday(cell: str) -> str:
    return re.sub(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? ", "", cell.strip(), flags=re.IGNORECASE)


def _sort_of(said: str) -> Sort | None:
    if "bank holiday" in said or "public holiday" in said:
        return None
    return next((sort for sort, pattern in _SORTS if pattern.search(said)), None)


def _name_of(said: str) -> str:
    found = _SEASON.search(said)
    return found[0].capitalize() if found is not None else ""


def _paired(edges: Sequence[_Edge]) -> Iterator[tuple[int, str, Stretch] | FaultAt]:
    """A term from the day on which it begins and the next on which one ends."""
    begun: _Edge | None = None
    for edge in sorted(edges, key=lambda each: (each.day, not each.begins)):
        if edge.begins:
            if begun is not None:
                yield FaultAt(CalendarFault.NO_END, begun.line, begun.given)
            begun = edge
        elif begun is None:
            yield FaultAt(CalendarFault.NO_BEGIN, edge.line, edge.given)
        else:
            yield begun.line, begun.given, Stretch(Sort.TERM, begun.day, edge.day, begun.name or edge.name)
            begun = None
    if begun is not None:
        yield FaultAt(CalendarFault.NO_END, begun.line, begun.given)


def _looked_at(found: Sequence[tuple[int, str, Stretch]]) -> tuple[list[Stretch], list[FaultAt]]:
    """What fits together: terms one after the other, half-terms inside of them."""
    good: list[Stretch] = []
    faults: list[FaultAt] = []
    terms: list[Stretch] = []
    for line, given, each in sorted(found, key=lambda each: (each[2].sort is not Sort.TERM, each[2].first, each[0])):
        if each.sort is Sort.TERM:
            if any(term.first <= each.last and each.first <= term.last for term in terms):
                faults.append(FaultAt(CalendarFault.OVERLAP, line, given))
                continue
            terms.append(each)
        if each.sort is Sort.HALF_TERM and terms and not any(_lies_in(each, term) for term in terms):
            faults.append(FaultAt(CalendarFault.OUTSIDE, line, given))
            continue
        good.append(replace(each))
    return sorted(good, key=lambda each: (each.first, each.last)), faults


def _lies_in(holiday: Stretch, term: Stretch) -> bool:
    return term.first <= holiday.first and holiday.last <= term.last


_WHAT = frozenset({"what", "event", "type", "description", "summary", "title", "period", "term", "subject"})
_FROM = frozenset({"from", "start", "starts", "start date", "first", "first day", "begins", "begin", "date", "day"})
_TO = frozenset({"to", "end", "ends", "end date", "last", "last day", "until", "till"})
_SEASON = re.compile(r"autumn|winter|spring|summer")
_ENDS = re.compile(r"\b(?:ends?|ending|finish\w*|last day|close[sd]?|break(?:s|ing)? up)\b")
_SORTS = (
    (Sort.HALF_TERM, re.compile(r"\bhalf ?term\b(?! (?:[1-6]|one|two|three|four|five|six)\b)")),
    (Sort.INSET, re.compile(r"\binset\b|\bin service\b|\btraining day\b|\bstaff (?:day|training)\b")),
    (
        Sort.CLOSED,
        re.compile(r"\bclosed\b|\bclosure\b|\bholidays?\b|\bshut(?:down)?\b|\b(?:christmas|easter|summer) break\b"),
    ),
    (Sort.TERM, re.compile(r"\bterm\b|\bbreak(?:s|ing)? up\b")),
    (Sort.OPEN, re.compile(r"^open\b")),
)
