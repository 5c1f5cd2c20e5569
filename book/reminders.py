"""When a reminder falls due: civil days from a recurrence, each with the period it is for, and what "too late" means.

A rule is civil time, a recurrence and a version; its occurrences are unique by rule, civil period and recipient, so
neither a clock change, a clock that jumps, a restart nor a second process can make two. Recurrences are RFC 5545
through dateutil, and what a nursery's year has beside them: every half-term, every term, at so many months of age, so
many open days before a day. Knows no clock: days and instants are passed in. Knows nobody who is reminded.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from typing import assert_never
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrulestr

from book.calendar import WEEKDAYS, Calendar, halves, next_open_day, open_days_before
from book.notices import Choice, Offer, Said
from book.timing import civil_instant

ONE_MATTER = "once"
"""What all that falls due of a rule is about, where being done once is being done."""

_MOST_LOOKED_AT = 5_000  # of one recurrence at once; a daily one comes to thirteen years


@dataclass(frozen=True, slots=True)
class Once:
    """On one day."""

    day: date


@dataclass(frozen=True, slots=True)
class Recurring:
    """An RFC 5545 recurrence of whole days from ``first`` on ("FREQ=WEEKLY;BYDAY=TU")."""

    rule: str
    first: date


@dataclass(frozen=True, slots=True)
class EveryHalfTerm:
    """``weeks`` before each half of a term is over, on the Monday; or on its first open day, for none.

    ``again`` are further weeks before it is over in which the same matter is spoken of once more.
    """

    weeks: int = 0
    again: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class EveryTerm:
    """The same for whole terms."""

    weeks: int = 0
    again: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AtMonths:
    """On the days on which somebody born then is so many months old; all of them are about one matter."""

    born: date
    months: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OpenDaysBefore:
    """So many open days before a day."""

    day: date
    count: int


Recurrence = Once | Recurring | EveryHalfTerm | EveryTerm | AtMonths | OpenDaysBefore


class TooLate(StrEnum):
    """Until when a reminder that could not go in time is still worth saying."""

    DAY = "day"  # until the end of its day
    NEXT = "next"  # until the next of its kind; of the last one there is no end
    NEVER = "never"  # it is always worth saying


@dataclass(frozen=True, slots=True)
class Falling:
    """One falling due: the civil day, and the period it is for. ``matter`` is what being done with it silences."""

    day: date
    period: str
    matter: str


def fallings(recurrence: Recurrence, after: date, calendar: Calendar | None) -> Iterator[Falling]:
    """Every falling due after ``after``, in order; of a term or an open day as the calendar has it now.

    The 29th, 30th or 31st of a month that has none is left out, as the format says. Somebody born on 29 February is a
    whole number of years old on 1 March of a common year.

    >>> at_two = AtMonths(date(2024, 2, 29), (24, 36))
    >>> [each.day.isoformat() for each in fallings(at_two, date(2024, 3, 1), None)]
    ['2026-03-01', '2027-03-01']
    """
    open_when = calendar or WEEKDAYS
    match recurrence:
        case Once(day):
            found: Iterator[Falling] = iter([Falling(day, day.isoformat(), day.isoformat())])
        case Recurring(rule, first):
            found = _of_rule(rule, first, after)
        case EveryHalfTerm(weeks, again):
            found = (
                each
                for half in halves(open_when)
                for each in _of_stretch(
                    open_when, half.first, half.last, f"{half.term.first.isoformat()}/{half.half}", (weeks, *again)
                )
            )
        case EveryTerm(weeks, again):
            found = (
                each
                for term in open_when.terms
                for each in _of_stretch(open_when, term.first, term.last, term.first.isoformat(), (weeks, *again))
            )
        case AtMonths(born, months):
            found = (Falling(months_old(born, each), f"{each}m", ONE_MATTER) for each in sorted(months))
        case OpenDaysBefore(day, count):
            before = open_days_before(open_when, day, count)
            found = iter([] if before is None else [Falling(before, f"{day.isoformat()}-{count}", day.isoformat())])
        case never:
            assert_never(never)
    return (each for each in found if each.day > after)


def months_old(born: date, months: int) -> date:
    """The day on which somebody is so many months old; where that month has no such day, the first of the next.

    >>> months_old(date(2024, 2, 29), 24).isoformat(), months_old(date(2026, 1, 31), 1).isoformat()
    ('2026-03-01', '2026-03-01')
    """
    day: date = born + relativedelta(months=months)
    return day if day.day == born.day else day + timedelta(days=1)


def _of_rule(rule: str, first: date, after: date) -> Iterator[Falling]:
    begins = datetime.combine(first, time())
    # Whole days without a zone: which instant one is, is decided by the one function that knows clock changes.
    for each in islice(rrulestr(rule, dtstart=begins).xafter(datetime.combine(after, time())), _MOST_LOOKED_AT):
        yield Falling(each.date(), each.date().isoformat(), each.date().isoformat())


def _of_stretch(calendar: Calendar, first: date, last: date, matter: str, weeks: tuple[int, ...]) -> Iterator[Falling]:
    for at, each in enumerate(weeks):
        yield Falling(_within(calendar, first, last, each), matter if not at else f"{matter}+{each}", matter)


def _within(calendar: Calendar, first: date, last: date, weeks: int) -> date:
    if not weeks:
        day = next_open_day(calendar, first - timedelta(days=1))
        return day if day is not None and day <= last else first
    monday = last - timedelta(days=last.weekday() + 7 * (weeks - 1))
    return max(monday, first)


@dataclass(frozen=True, slots=True)
class Due:
    """One falling due with its instant, and until when it is worth saying; None: always."""

    falling: Falling
    at: datetime
    useful_until: datetime | None

    def is_useful(self, now: datetime) -> bool:
        return self.useful_until is None or now < self.useful_until


def dues(
    recurrence: Recurrence,
    at: time,
    zone: ZoneInfo,
    too_late: TooLate,
    calendar: Calendar | None,
    *,
    since: datetime,
) -> Iterator[Due]:
    """Every falling due whose instant is ``since`` or later, in order.

    What the clocks do on a day is :func:`book.timing.civil_instant`'s: a time that is skipped is the first that
    exists, one that comes twice counts once, the first.
    """
    before = since.astimezone(zone).date() - timedelta(days=2)
    coming = fallings(recurrence, before, calendar)
    following = fallings(recurrence, before, calendar)
    next(following, None)
    for each in coming:
        later = next(following, None)
        instant = _instant(each.day, at, zone)
        if instant >= since:
            yield Due(each, instant, _useful_until(each.day, later, at, zone, too_late))


def _useful_until(day: date, later: Falling | None, at: time, zone: ZoneInfo, too_late: TooLate) -> datetime | None:
    match too_late:
        case TooLate.DAY:
            return _instant(day + timedelta(days=1), time(0), zone)
        case TooLate.NEXT:
            return None if later is None else _instant(later.day, at, zone)
        case TooLate.NEVER:
            return None


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return civil_instant(datetime.combine(day, time(12), tzinfo=zone), at, zone)


# --- as they are kept ---------------------------------------------------------------------------------------------


def to_json(recurrence: Recurrence) -> str:
    """How a recurrence is kept."""
    match recurrence:
        case Once(day):
            kept: list[object] = ["once", day.isoformat()]
        case Recurring(rule, first):
            kept = ["rule", rule, first.isoformat()]
        case EveryHalfTerm(weeks, again):
            kept = ["half_term", weeks, *again]
        case EveryTerm(weeks, again):
            kept = ["term", weeks, *again]
        case AtMonths(born, months):
            kept = ["months", born.isoformat(), list(months)]
        case OpenDaysBefore(day, count):
            kept = ["open_days", day.isoformat(), count]
        case never:
            assert_never(never)
    return json.dumps(kept, separators=(",", ":"))


def from_json(kept: str) -> Recurrence:
    """What :func:`to_json` kept; raises ValueError for anything else."""
    match json.loads(kept):
        case ["once", str(day)]:
            return Once(date.fromisoformat(day))
        case ["rule", str(rule), str(first)]:
            return Recurring(rule, date.fromisoformat(first))
        case ["half_term", int(weeks), *again]:
            return EveryHalfTerm(weeks, tuple(int(each) for each in again))
        case ["term", int(weeks), *again]:
            return EveryTerm(weeks, tuple(int(each) for each in again))
        case ["months", str(born), list(months)]:
            return AtMonths(date.fromisoformat(born), tuple(int(each) for each in months))
        case ["open_days", str(day), int(count)]:
            return OpenDaysBefore(date.fromisoformat(day), count)
    raise ValueError("this is no recurrence")


class For(StrEnum):
    """Whom a reminder is for."""

    ME = "me"
    PERSON = "person"
    CIRCLE = "circle"  # whoever of the family and of the author's setting is around one child
    FAMILY = "family"  # the parents of one child
    ROOM = "room"  # the parents of a room's children
    SETTING = "setting"  # the parents of a setting's children
    STAFF = "staff"  # whoever works at a setting


class Purpose(StrEnum):
    """What a rule is there for."""

    SAID = "said"  # somebody asked for it in words
    REVIEW = "review"  # done when it is said to be


@dataclass(frozen=True, slots=True)
class ToSay:
    """One thing of which somebody is reminded: who asked for it ("" herself), and how she says that it is done."""

    author: str
    words: str
    rule: int = 0  # of a review: it is done when she says so
    matter: str = ""


def said(reminders: Sequence[ToSay]) -> Said:
    """What somebody is reminded of, in one message however much it is."""
    lines = [
        ("reminder.own", {"words": each.words})
        if not each.author
        else ("reminder.from", {"name": each.author, "words": each.words})
        for each in reminders
    ]
    done = tuple(Choice(Offer.REMIND_DONE, each.rule, each.matter, each.words[:18]) for each in reminders if each.rule)
    (key, values), *rest = lines
    return Said(key, values, done, lines=tuple(rest))
