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
_TITLE = re.compile(r"\b(?P<title>auntie|aunty|aunt|uncle|nanny|nana|nan|granny|grandma|grandad|cousin) $")
_FETCHED = pattern(
    r"\b(?:collected|picked up|fetched) by (?:his |her |their )?(?P<who>\0?[^\W\d_]+(?: (?!at\b|about\b|around\b"
    r"|just\b)[^\W\d_]+)?) %about%(?P<at>%time%)"
    r"|(?P<whom>\b[^\W\d_]+) (?:has )?(?:collected|picked (?:him|her|them) up|fetched)(?: (?:him|her|them))? "
    r"%about%%time:then%"
)
_WHO = (
    r"(?:my |his |her |our |their )?(?:husband |wife |partner |brother |sister |mum |dad )?"
    r"(?<!\w)(?P<{}>(?!(?:so|and|but|cos|then|now|him|her|them|me|us|you|i|we|the|someone)\b)[^\W\d_]+(?: (?!so|and|but"
    r"|cos|then|now|will|is|at|on|about|around|today|tomorrow|from)[^\W\d_]+){{0,2}}?)"
)
_WILL_BE = pattern(
    rf"\b(?:ll be|be|being|is) (?:collected|picked up|fetched) by {_WHO.format('who')}(?= ?(?:$|[.,;!\n]|at\b|on\b"
    rf"|about|around|today|from|%time%|%day%))"
    rf"|{_WHO.format('doer')} (?:will do|is doing|doing|does|will be doing) (?:both ends|(?:the )?(?:pick ?ups?"
    rf"|collection|collecting))\b"
)
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
        day = _day(said, each)
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
    if (title := _TITLE.search(said.before(first, 12))) is not None:  # "Auntie Bex"
        first -= len(title.group())
        who = f"{said.as_written(first, first + len(title['title']))} {who}"
    who = who.removesuffix("'s").removesuffix("’s")
    said.add(Collection(who=who, day=day, at=at), first, max(stops))


def _begins(said: Said, who: str, start: int, verb: int) -> int:
    for name in (who, who.rsplit(maxsplit=1)[-1]):
        at = said.marked.rfind(name.lower(), start, verb)
        if at >= 0:
            return at
    return verb


def read_past(said: Said) -> None:
    """Who has fetched the child, or will, where it is said the other way round: "collected by dad at 4.50"."""
    if (will := next(said.free(_WILL_BE), None)) is not None:
        _will_be(said, will)
        return
    found = next(said.free(_FETCHED), None)
    if found is None or said.is_planned(found.start()):
        return
    at = said.past(found, "at" if found["at"] else "then", Kind.COLLECTION)
    if at is not None:
        who = said.as_written(*found.span("who" if found["who"] else "whom"))
        said.add(Collection(who=who, at=at), *found.span())


def _will_be(said: Said, found: re.Match[str]) -> None:
    start, end = said.sentence(found.start())
    day = next((day for each in _DAY.finditer(said.marked, start, end) if (day := _day(said, each)) is not None), None)
    time = _TIME.search(said.marked, found.end(), end)
    at = None
    if time is not None:
        try:
            at = said.to_come(time["at"], day)
        except NotYet:
            said.doubt(Doubtful.NOT_YET, Kind.COLLECTION, *time.span("at"))
    who = said.as_written(*found.span("who" if found["who"] else "doer")).removesuffix("'s").removesuffix("’s")
    said.add(Collection(who=who, day=day, at=at), found.start(), time.end() if time is not None else found.end())


def _day(said: Said, found: re.Match[str]) -> date | None:
    try:
        return said.coming_day(found["day"])
    except UnsureDay:
        said.doubt(Doubtful.WHICH_DAY, Kind.COLLECTION, *found.span("day"))
        return None
