"""A child's day on paper: what was written, under its topics, as far as everybody who will hold the page may know it.

Chooses and orders; the words are :mod:`book.wording`'s, the paper is the bot's. Knows no clock and no printer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from book.audience import may_know
from book.entries import Entry
from book.ids import EntryId, PersonId, SettingId
from book.papers import Sentences
from book.people import STAFF, Circle
from book.timing import spoken_time
from book.topics import Topic
from book.wording.values import heading, long_day, one_line

# The order in which a day is read; whatever is not here comes after, in the order of the topics.
_FIRST = (Topic.SLEEP, Topic.MEALS, Topic.NAPPY, Topic.MEDICATION, Topic.INCIDENT, Topic.HEALTH, Topic.MOOD)
_ORDER = (*_FIRST, *(each for each in Topic if each not in _FIRST))


@dataclass(frozen=True, slots=True)
class Section:
    """The entries under one topic; None for those under no topic."""

    topic: Topic | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One child's day."""

    child: str
    day: date
    sections: tuple[Section, ...]


def of_the_day(entries: Iterable[Entry], day: date, zone: ZoneInfo) -> list[Entry]:
    """What still stands of this civil day, in the order in which it happened."""
    return sorted(
        (
            each
            for each in entries
            if each.is_live and each.text is not None and each.happened_at.astimezone(zone).date() == day
        ),
        key=lambda each: (each.happened_at, each.id),
    )


def readers_of(circle: Circle, reader: PersonId, now: datetime) -> frozenset[PersonId]:
    """Who will hold the page: she who prints it, and, where she works with the child, the parents she gives it to."""
    me = circle.membership(reader, now)
    if me is None or me.role not in STAFF:
        return frozenset({reader})
    return frozenset({reader, *(each.person.id for each in circle.parents(now))})


def page_for(
    readers: Collection[PersonId], circle: Circle, entries: Iterable[Entry], day: date, *, zone: ZoneInfo, now: datetime
) -> Page:
    """The day's entries that every one of ``readers`` may know, each under its first topic; for nobody, none."""
    shown: dict[Topic | None, list[Entry]] = {}
    for entry in of_the_day(entries, day, zone):
        may = bool(readers) and all(may_know(entry.note, each, circle, now)[0] for each in readers)
        if may and entry.child == circle.child.id:
            topics = sorted((each.topic for each in entry.subjects), key=_ORDER.index)
            shown.setdefault(topics[0] if topics else None, []).append(entry)
    order: list[Topic | None] = [*_ORDER, None]
    return Page(circle.child.name, day, tuple(Section(topic, tuple(shown[topic])) for topic in order if topic in shown))


def sentences_of(page: Page, circle: Circle, zone: ZoneInfo) -> Sentences:
    """The page as sentences of the catalogue: its title, then a heading for each topic with what was written."""
    title: tuple[str, dict[str, str]] = ("page.title", {"child": page.child, "day": long_day(page.day)})
    lines: list[tuple[str, dict[str, str]]] = []
    for section in page.sections:
        lines.append(("page.heading", {"heading": heading(section.topic)}))
        lines += [line_of(entry, circle, zone) for entry in section.entries]
    if not lines:
        lines.append(("page.nothing", {}))
    return (title, *lines)


def entries_on(page: Page) -> tuple[EntryId, ...]:
    """Whose words stand on it."""
    return tuple(entry.id for section in page.sections for entry in section.entries)


def line_of(entry: Entry, circle: Circle, zone: ZoneInfo) -> tuple[str, dict[str, str]]:
    """One entry as a line: when, who, and the words as written."""
    assert entry.text is not None
    author = circle.person(entry.author)
    values = {
        "time": spoken_time(entry.happened_at.astimezone(zone)),
        "author": author.name if author is not None else "",
        "words": one_line(entry.text.said),
    }
    source = name_of(entry.told_by, circle)
    return ("page.line.told_by", {**values, "setting": source}) if source else ("page.line", values)


def name_of(setting: SettingId | None, circle: Circle) -> str:
    """The setting whose words an entry passes on; empty where they are its author's own."""
    found = circle.settings.get(setting) if setting is not None else None
    return found.name if found is not None else ""
