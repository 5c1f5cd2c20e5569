"""Collection: who fetches the child, on which day and at what time. A password is never part of what is kept."""

from __future__ import annotations

import re
from datetime import date

from book.facts import Collection, Doubtful, Kind
from book.understanding.days_said import UnsureDay
from book.understanding.facts.said import Said, pattern
from book.understanding.times_said import NotYet

_FETCH = re.compile(r"\b(?:pick(?:s|ing)?|collect(?:s|ing)?|colecting|fetch(?:es|ing)?)\b")
_TIME = pattern("(?P<at>%time%)")
_DAY = pattern("(?P<day>%day%)")
_NOT_THAT = re.compile(r"\b(?:not|instead of|rather than)(?: at)? $")


def read(said: Said, who: str) -> None:
    """The collection that ``who`` was found to do ("Nan")."""
    found = _FETCH.search(said.marked)
    if found is None:
        return
    start, end = said.sentence(found.start())
    stops = [found.end()]
    day: date | None = None
    for each in _DAY.finditer(said.marked, start, end):
        try:
            day = said.coming_day(each["day"])
        except UnsureDay:
            said.doubt(Doubtful.WHICH_DAY, Kind.COLLECTION, *each.span("day"))
            continue
        if day is not None:
            stops.append(each.end())
            break
    times = [
        each for each in _TIME.finditer(said.marked, start, end) if not _NOT_THAT.search(said.before(each.start(), 20))
    ]
    time = min(times, key=lambda each: (each.start() < found.start(), abs(each.start() - found.end())), default=None)
    at = None
    if time is not None:
        try:
            at = said.to_come(time["at"], day)
            stops.append(time.end())
        except NotYet:
            said.doubt(Doubtful.NOT_YET, Kind.COLLECTION, *time.span("at"))
    first = _begins(said, who, start, found.start())
    said.add(Collection(who=who, day=day, at=at), first, max(stops))


def _begins(said: Said, who: str, start: int, verb: int) -> int:
    for name in (who, who.rsplit(maxsplit=1)[-1]):
        at = said.marked.rfind(name.lower(), start, verb)
        if at >= 0:
            return at
    return verb
