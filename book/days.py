"""What a child's day came to for one reader: her sleeps, food and nappies as facts, and the words besides as written.

A note is taken apart at its commas and full stops. What a clause states goes to the line of its kind; every other word
is kept as its author wrote it. Decides nothing of who may know: what is passed in may be read. The sentences are
:mod:`book.wording`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from book.entries import Entry
from book.facts import TOPIC_OF, Fact, Medicine, Sleep
from book.people import STAFF, Circle, SettingKind
from book.topics import Topic

# Each has a line of its own on a page.
LINES = (Topic.SLEEP, Topic.MEALS, Topic.NAPPY, Topic.MEDICATION)
# What a family writes is its own; on a page of what the settings wrote stands only what nobody may overlook.
_OF_HOME = frozenset({Topic.MEDICATION})
_SPECIAL = frozenset({Topic.MILESTONE, Topic.OBSERVATION, Topic.NEXT_STEP})

_ENDS = re.compile(r"[,;\n]|[.!?]+(?=\s|$)")
_JOINS = re.compile(r"\s+(?:and|then|&|n|\+)\s+", re.IGNORECASE)
_EDGES = re.compile(r"^(?:and|then|x+|&|\+)\b\s*|\s*\b(?:and|then|x+|&|\+)$", re.IGNORECASE)
_CONTENT = re.compile(r"[^\W_]{2,}")
_FILLERS = frozenset(
    {
        "a", "all", "an", "and", "ate", "at", "by", "did", "for", "from", "gave", "given", "had", "has", "have", "he",
        "her", "him", "his", "in", "is", "it", "of", "on", "she", "slept", "so", "some", "the", "their", "them", "then",
        "they", "to", "today", "too", "was", "were", "with",
    }
)  # fmt: skip
# "pls bring …", "she needs …": what stands behind it is to be brought; what only speaks of things is not.
_ASKS_FOR = re.compile(r"^(?:bring|needs?|send|pack)\b(?: in\b| to bring\b)?[\s:]*", re.IGNORECASE)
_LEADS = re.compile(
    r"^(?:can you|can we|could you|could we|pls|please|plz|also|and|remember to|don'?t forget to|just|he|she|they"
    r"|forgot to say)\b[\s,:]*",
    re.IGNORECASE,
)
_TO_BRING = re.compile(r"[\s,–-]*\b(?:to bring (?:home|in)|to bring|bring home|to go home)\s*$", re.IGNORECASE)
_GOES_HOME = re.compile(r"\b(?:bring|go|come) home\s*$", re.IGNORECASE)
_TOMORROW = re.compile(r"[\s,]*\b(?:for\s+)?(?:tomorrow|tmrw|tmw|tomo|2moro)\b", re.IGNORECASE)
_THANKS = re.compile(r"[\s,]*\b(?:pls|please|plz|thanks?|thank you|ta|x+)\s*$", re.IGNORECASE)


class Source(StrEnum):
    """Where something was written, beside the setting a reader takes for granted."""

    MAIN = "main"
    HOME = "home"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on a line: a fact, or the words of a clause where no fact was found, and what stood beside it."""

    fact: Fact | None
    words: str
    source: Source
    author: str
    at: datetime  # when it was written, in civil time


@dataclass(frozen=True, slots=True)
class Quote:
    """Words besides, as their author wrote them."""

    author: str
    words: str
    at: datetime
    is_special: bool  # what she learned or did for the first time
    source: Source = Source.MAIN


@dataclass(frozen=True, slots=True)
class Kit:
    """Something that is to be brought, as it was asked for."""

    what: str
    tomorrow: bool
    goes_home: bool = False  # it is at the setting, and somebody is to take it home


@dataclass(frozen=True, slots=True)
class Day:
    """One child's day, taken apart."""

    lines: dict[Topic, list[Item]] = field(default_factory=dict)
    bumps: list[Item] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    from_home: list[Quote] = field(default_factory=list)
    kit: list[Kit] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.lines or self.bumps or self.quotes or self.from_home or self.kit)


def taken_apart(entries: Iterable[Entry], circle: Circle, zone: ZoneInfo, *, with_home: bool = False) -> Day:
    """The day that these entries tell, oldest first; of what a family wrote only doses, or ``with_home`` all."""
    written = sorted(entries, key=lambda each: (each.happened_at, each.id))
    main = _main(written, circle)
    day = Day()
    for entry in written:
        if entry.text is None:
            continue
        author = circle.person(entry.author)
        name = author.name if author is not None else ""
        source = Source.MAIN if entry.author_setting == main else Source.OTHER
        if entry.author_role not in STAFF:
            source = Source.HOME
        if entry.told_by in circle.settings:
            # Whose words they are goes before who passed them on.
            source, name = Source.OTHER, circle.settings[entry.told_by].name
        at = entry.happened_at.astimezone(zone).replace(tzinfo=None)
        _put(day, entry, circle, name, source, at, with_home=with_home)
    for topic in (Topic.SLEEP, Topic.MEDICATION):
        if topic in day.lines:
            day.lines[topic].sort(key=_when)
    return day


def _when(item: Item) -> datetime:
    """When it was, in civil time; where no time is stated, when it was written."""
    match item.fact:
        case Sleep(begins=datetime() as at) | Medicine(at=datetime() as at):
            return at
    return item.at


def _put(day: Day, entry: Entry, circle: Circle, author: str, source: Source, at: datetime, *, with_home: bool) -> None:
    assert entry.text is not None
    topics = {each.topic for each in entry.subjects}
    words = entry.text.said
    if source is not Source.HOME and Topic.INCIDENT in topics:
        day.bumps.append(Item(None, words, source, author, at))
        return
    clauses = _clauses(entry, circle.child.name)
    rest: list[str] = []
    for clause in clauses:
        wanted = clause.topic in LINES and (source is not Source.HOME or clause.topic in _OF_HOME)
        if clause.kit and source is not Source.HOME:
            day.kit.extend(clause.kit)
        elif clause.topic is not None and wanted:
            line = day.lines.setdefault(clause.topic, [])
            if clause.facts and clause.topic is not Topic.MEALS:
                line += [
                    Item(each, clause.beside if number == len(clause.facts) else "", source, author, at)
                    for number, each in enumerate(clause.facts, start=1)
                ]
            else:
                # What somebody ate is told best as whoever saw it told it.
                line.append(Item(None, _trimmed(clause.words, circle.child.name), source, author, at))
        else:
            rest.append(clause.words)
    if source is Source.HOME and not with_home:
        return
    if rest:
        # Where nothing was taken out, all the words stand as they were written.
        said = words if len(rest) == len(clauses) else " … ".join(rest)
        quote = Quote(author, said, at, bool(topics & _SPECIAL), source)
        (day.from_home if source is Source.HOME else day.quotes).append(quote)
    elif entry.text.corrections:
        added = "; ".join(each.words for each in entry.text.corrections)
        day.quotes.append(Quote(author, added, at, is_special=False, source=source))


@dataclass(frozen=True, slots=True)
class _Clause:
    words: str
    topic: Topic | None = None
    facts: tuple[Fact, ...] = ()
    beside: str = ""  # what stands in it beside its facts
    kit: tuple[Kit, ...] = ()  # what it asks for


def _clauses(entry: Entry, child: str) -> list[_Clause]:
    """The clauses of a note in order; neighbours that state nothing are one."""
    assert entry.text is not None
    text = entry.text.words
    facts = [(found, each) for each in entry.facts if each.words and (found := _span(text, each.words))]
    because = [
        (found, topic) for topic, words in entry.text.because if (found := _span(text, words)) and topic != "mood"
    ]
    clauses: list[tuple[int, int, _Clause]] = []
    for start, end in _split(text, [span for span, _ in facts]):
        here = [each for span, each in facts if start <= span[0] and span[1] <= end]
        of = {TOPIC_OF[each.kind] for each in here}
        words = text[start:end].strip()
        if not _CONTENT.search(words) and not any(letter.isdigit() for letter in words):
            continue
        if len(of) == 1 and of <= {*LINES}:
            beside = words
            for each in here:
                beside = _without(beside, each.words)
            beside = _trimmed(beside, child)
            clause = _Clause(words, next(iter(of)), tuple(here), beside)
        else:
            topics = {topic for span, topic in because if span[0] < end and start < span[1]}
            clause = _Clause(words)
            known = [each for each in LINES if each.value in topics]
            if Topic.KIT in topics and not here and (kit := _asked_for(_trimmed(words, child) or words)):
                clause = _Clause(words, Topic.KIT, kit=kit)
            elif len(known) == 1 and topics == {known[0].value} and not here and not _is_asked(words):
                # A clause that is about something else as well is somebody's words, and stays whole.
                clause = _Clause(words, known[0])
        clauses.append((start, end, clause))
    return _merged(text, clauses)


def _merged(text: str, clauses: Sequence[tuple[int, int, _Clause]]) -> list[_Clause]:
    found: list[tuple[int, int, _Clause]] = []
    for start, end, clause in clauses:
        if found and clause.topic is None and found[-1][2].topic is None:
            begun = found[-1][0]
            found[-1] = (begun, end, _Clause(text[begun:end].strip()))
        else:
            found.append((start, end, clause))
    return [clause for _, _, clause in found]


def _split(text: str, facts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where each clause begins and ends; no fact's own words are cut."""
    cuts = [
        match.span()
        for match in _ENDS.finditer(text)
        if not any(a < match.end() and match.start() < b for a, b in facts)
    ]
    pieces: list[tuple[int, int]] = []
    start = 0
    for cut, after in [*cuts, (len(text), len(text))]:
        pieces += _split_at_joins(text, start, cut, facts)
        start = after
    return pieces


def _split_at_joins(text: str, start: int, end: int, facts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """ "slept 12-1 and ate all her lunch" are two clauses; "cheese and crackers" is one."""
    here = [span for span in facts if start <= span[0] and span[1] <= end]
    pieces, begun = [], start
    for match in _JOINS.finditer(text, start, end):
        before = any(span[1] <= match.start() and span[0] >= begun for span in here)
        after = any(span[0] >= match.end() for span in here)
        if before and after and not any(a < match.end() and match.start() < b for a, b in here):
            pieces.append((begun, match.start()))
            begun = match.end()
    return [*pieces, (begun, end)]


def _span(text: str, words: str) -> tuple[int, int] | None:
    at = text.casefold().find(words.casefold())
    return None if at < 0 else (at, at + len(words))


def _without(text: str, words: str) -> str:
    found = _span(text, words)
    return text if found is None else f"{text[: found[0]]} {text[found[1] :]}"


def _trimmed(words: str, child: str) -> str:
    """Without the child's name in front and what only joins; empty where nothing is said by what is left."""
    left = re.sub(rf"^{re.escape(child)}\b(?:'s|’s)?[\s:,–-]*", "", words.strip(), flags=re.IGNORECASE)
    while (shorter := _EDGES.sub("", left).strip(" ,;:–-")) != left:
        left = shorter
    said = [each for each in _CONTENT.findall(left.casefold()) if each not in _FILLERS]
    return " ".join(left.split()) if said or any(letter.isdigit() for letter in left) else ""


def _asked_for(words: str) -> tuple[Kit, ...]:
    """What a clause asks to be brought, without the asking; nothing where it only speaks of things."""
    left = words.strip()
    tomorrow = _TOMORROW.search(left) is not None
    left = _THANKS.sub("", _TOMORROW.sub("", _THANKS.sub("", left))).strip(" ,;:.")
    while (shorter := _LEADS.sub("", left)) != left:
        left = shorter
    goes_home = _GOES_HOME.search(left) is not None
    if (asked := _ASKS_FOR.match(left)) is not None:
        left = left[asked.end() :]
    elif (shorter := _TO_BRING.sub("", left)) != left:
        left = shorter
    else:
        return ()
    things = (" ".join(each.split()) for each in _JOINS.split(left))
    return tuple(Kit(each, tomorrow, goes_home) for each in things if _CONTENT.search(each))


def _is_asked(words: str) -> bool:
    return words.rstrip().endswith("?")


def _main(written: Sequence[Entry], circle: Circle) -> int | None:
    """The setting that a reader takes for granted: the child's nursery, or who alone wrote."""
    wrote = {each.author_setting for each in written if each.author_role in STAFF}
    groups = [
        each
        for each in wrote
        if each is not None and each in circle.settings and circle.kind_of(each) is not SettingKind.CHILDMINDER
    ]
    if len(groups) == 1:
        return groups[0]
    return next(iter(wrote)) if len(wrote) == 1 else None
