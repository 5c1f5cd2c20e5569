"""Which entries stand on a page of the day, at a handover, for one reader: what of the day she may know, as it stands.

Made at the moment of sending, and again when something of it is taken back. Runs inside that transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from book.audience import may_know
from book.days import taken_apart
from book.duty import has_her_own, her_own, in_today
from book.entries import Entry
from book.ids import ChildId, EntryId, PersonId
from book.people import STAFF, Circle
from book.timing import civil_instant
from book.topics import Topic
from book.wording.days import HandoverOf, MorningOf, OfChild, PageOf
from book.wording.values import about_time
from bot.dispatch.references import References

_BY_THEIR_OWN_ROAD = frozenset({Topic.QUESTION, Topic.COMPLAINT, Topic.COMPLIMENT, Topic.SUGGESTION, Topic.CONSENT})


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, of whom, and until when what was written counts."""

    person: PersonId
    child: ChildId
    until: datetime
    told: frozenset[EntryId] = frozenset()  # what she is told by this, whatever it is about


def page(
    reader: Reader, days: Collection[date], found: References, now: datetime, zone: ZoneInfo, *, is_whole: bool = False
) -> tuple[PageOf | None, tuple[EntryId, ...]]:
    """The page of these civil days, and whose words stand on it; None where there is nothing to tell."""
    circle = found.circles[reader.child]
    written = {day: list(_of(reader, day, found, now, zone, _is_of_the_day)) for day in sorted(days)}
    me = circle.membership(reader.person, now)
    at_work = me is not None and me.role in STAFF
    told = [(day, taken_apart(entries, circle, zone, with_home=at_work)) for day, entries in written.items()]
    shown = tuple((day, apart) for day, apart in told if not apart.is_empty)
    if not shown:
        return None, ()
    tells = tuple(entry.id for entries in written.values() for entry in entries)
    return PageOf(circle.child.name, shown, is_whole=is_whole), tells


def handover(
    reader: Reader, day: date, found: References, now: datetime, zone: ZoneInfo
) -> tuple[HandoverOf | None, tuple[EntryId, ...]]:
    """What whoever has the child next is told of her day so far; None where there is nothing to tell."""
    circle = found.circles[reader.child]
    me = circle.membership(reader.person, now)
    here = me.setting if me is not None else None
    written = list(_of(reader, day, found, now, zone, lambda each: _is_of_a_handover(each, here)))
    apart = taken_apart(written, circle, zone, with_home=True)
    if apart.is_empty:
        return None, ()
    elsewhere = [each for each in written if each.author_role in STAFF]
    settings = {each.author_setting for each in elsewhere}
    authors = {each.author for each in elsewhere}
    (setting,) = settings if len(settings) == 1 else (None,)
    author = circle.person(next(iter(authors))) if len(authors) == 1 else None
    starts = sorted(each.start for each in circle.sessions_on(day, here)) if here is not None else []
    next_ = next((each for each in starts if civil_instant(now, each, zone) >= now), None)
    return (
        HandoverOf(
            circle.child.name,
            apart,
            about_time(next_) if next_ is not None else "",
            circle.settings[setting].name if setting in circle.settings else "",
            author.name if author is not None else "",
        ),
        tuple(entry.id for entry in written),
    )


def morning(reader: PersonId, told: Sequence[Entry], found: References, now: datetime, zone: ZoneInfo) -> MorningOf:
    """The list of what is new for somebody at work; the others of her children are named behind it."""
    around = [found.circles[each] for each in sorted(found.own.get(reader, ())) if each in found.circles]
    person = next((each for circle in around if (each := circle.person(reader)) is not None), None)
    day = now.astimezone(zone).date()
    own = her_own(around, reader, now) if has_her_own(around, reader, now) else []
    here = {each.child.id for each in in_today(own, reader, day, now)}
    news: dict[ChildId, list[Entry]] = {}
    for entry in sorted(told, key=lambda each: (each.happened_at, each.id)):
        news.setdefault(entry.child, []).append(entry)
    others = [circle for circle in own if circle.child.id not in news]
    return MorningOf(
        name=person.name if person is not None else "",
        news=tuple(_news_of(found.circles[child], written) for child, written in news.items()),
        here=len(here),
        mine=len(own),
        quiet=tuple(circle.child.name for circle in others if circle.child.id in here),
        not_in=tuple(circle.child.name for circle in others if circle.child.id not in here),
    )


def _news_of(circle: Circle, written: Sequence[Entry]) -> OfChild:
    told = []
    for entry in written:
        assert entry.text is not None
        author = circle.person(entry.author)
        asks = any(each.topic is Topic.QUESTION for each in entry.subjects)
        told.append((author.name if author is not None else "", entry.text.said, asks))
    return OfChild(circle.child.name, tuple(told))


def new_since(reader: PersonId, since: datetime, found: References, now: datetime) -> list[Entry]:
    """What others than her own setting wrote of her children since then, as far as she may know it."""
    new = []
    for child in sorted(found.own.get(reader, ())):
        circle = found.circles.get(child)
        me = circle.membership(reader, now) if circle is not None else None
        if circle is None or me is None:
            continue
        new += [
            entry
            for entry in found.lately.get(child, ())
            if entry.is_live
            and entry.text is not None
            and entry.filed_at >= since
            and not (entry.author_role in STAFF and entry.author_setting == me.setting)
            and may_know(entry.note, reader, circle, now)[0]
        ]
    return new


def days_of(entries: Iterable[Entry], zone: ZoneInfo) -> set[date]:
    """The civil days on which these happened."""
    return {each.happened_at.astimezone(zone).date() for each in entries}


def _of(
    reader: Reader, day: date, found: References, now: datetime, zone: ZoneInfo, counts: Callable[[Entry], bool]
) -> Iterable[Entry]:
    """What of a civil day this reader may know and is told with the rest of it."""
    circle = found.circles[reader.child]
    for entry in found.lately.get(reader.child, ()):
        if (
            entry.is_live
            and entry.text is not None
            and entry.filed_at <= reader.until
            and entry.happened_at.astimezone(zone).date() == day
            and (entry.id in reader.told or counts(entry))
            and may_know(entry.note, reader.person, circle, now)[0]
        ):
            yield entry


def _is_of_a_handover(entry: Entry, here: int | None) -> bool:
    """What others wrote: whoever reads knows what her own setting saw."""
    return _is_of_the_day(entry) and (here is None or entry.author_setting != here or entry.author_role not in STAFF)


def _is_of_the_day(entry: Entry) -> bool:
    """Neither an answer nor what is told by a road of its own; pictures bring their own words."""
    topics = {each.topic for each in entry.subjects}
    return not entry.has_files and entry.answers is None and not topics & _BY_THEIR_OWN_ROAD
