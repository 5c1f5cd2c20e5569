"""Every fact of one message, in the order in which its words stand, and what is doubtful about it.

What is not surely a fact is none: the words are kept whichever way. Knows nothing of who wrote it or for which child;
a message about several children is read child by child.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from book.facts import Doubt, Fact
from book.topics import Subject, Topic
from book.understanding.facts import collecting, coming, food, injuries, medicines, nappies, sleeps, temperatures
from book.understanding.facts.said import Found, Said, ready
from book.understanding.lexicon import Words
from book.understanding.times_said import Clock


@dataclass(frozen=True, slots=True)
class FactsRead:
    """What was stated; ``spans`` say where in the text the words of each fact stand."""

    facts: tuple[Fact, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who looks for a kind of fact, in a message about one of ``topics`` or with one of ``words`` or classes in it."""

    topics: frozenset[Topic]
    words: frozenset[str]
    read: Callable[[Said], None]


_READERS = (
    _Reader(
        frozenset({Topic.SLEEP}),
        frozenset({"s", "nap", "asleep", "slept", "bed", "off", "cold", "{range}"}),
        sleeps.read,
    ),
    _Reader(frozenset({Topic.HEALTH, Topic.ATTENDANCE, Topic.MEDICATION}), frozenset({"temp"}), temperatures.read),
    _Reader(frozenset({Topic.MEDICATION}), frozenset(), medicines.read),
    _Reader(frozenset({Topic.NAPPY}), frozenset({"w", "d", "wet", "bo"}), nappies.read),
    _Reader(frozenset({Topic.MEALS}), frozenset({"oz", "l"}), food.read),
    _Reader(
        frozenset({Topic.ATTENDANCE}),
        frozenset({"off", "late", "l", "home", "nursery", "absent", "away", "stuck", "traffic", "be", "come"}),
        coming.read,
    ),
    _Reader(
        frozenset({Topic.INCIDENT}),
        frozenset({"caught", "sting", "stung", "blister", "bite", "bit", "scratch", "dropped", "flannel", "compress"}),
        injuries.read,
    ),
)


def read_facts(words: Words, subjects: Sequence[Subject], clock: Clock, *, collection: str | None = None) -> FactsRead:
    """The facts of a message that was cut into ``words`` and is about ``subjects``.

    ``collection`` is who collects, as :class:`book.understanding.topics.Reading` has it.
    """
    topics = {each.topic for each in subjects}
    written = words.company.values()
    readers = [
        each for each in _READERS if not topics.isdisjoint(each.topics) or not all(map(each.words.isdisjoint, written))
    ]
    if not readers and not collection:
        return FactsRead()
    said = ready(words, clock, frozenset(topics))
    said.medicine_may_be_planned = any(each.private and each.topic is Topic.MEDICATION for each in subjects)
    if collection:
        collecting.read(said, collection.partition(" collects")[0].strip('"'))
    elif Topic.ATTENDANCE in topics:
        collecting.read_past(said)
    for each in readers:
        each.read(said)
    return _read(said.facts, said)


def _read(found: Sequence[Found], said: Said) -> FactsRead:
    found = sorted(found, key=lambda each: (each.start, each.end))
    return FactsRead(
        tuple(each.fact for each in found),
        tuple(said.doubts),
        tuple((each.start, each.end) for each in found),
    )
