"""Every fact of one message, in the order in which its words stand, and what is doubtful about it.

What is not surely a fact is none: the words are kept whichever way. Knows nothing of who wrote it or for which child;
a message about several children is read child by child.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
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


_READERS: tuple[tuple[frozenset[Topic], Callable[[Said], None]], ...] = (
    (frozenset({Topic.SLEEP}), sleeps.read),
    (frozenset({Topic.HEALTH, Topic.ATTENDANCE, Topic.MEDICATION}), temperatures.read),
    (frozenset({Topic.MEDICATION}), medicines.read),
    (frozenset({Topic.NAPPY}), nappies.read),
    (frozenset({Topic.MEALS}), food.read),
    (frozenset({Topic.ATTENDANCE}), coming.read),
    (frozenset({Topic.INCIDENT}), injuries.read),
)
_WITH_FACTS = frozenset(topic for topics, _ in _READERS for topic in topics)


def read_facts(words: Words, subjects: Sequence[Subject], clock: Clock, *, collection: str | None = None) -> FactsRead:
    """The facts of a message that was cut into ``words`` and is about ``subjects``.

    ``collection`` is who collects, as :class:`book.understanding.topics.Reading` has it. A fact belongs to a topic of
    the message: where the topic was not understood no fact is.
    """
    topics = _topics(subjects)
    if topics.isdisjoint(_WITH_FACTS) and not collection:
        return FactsRead()
    said = ready(words, clock)
    if collection:
        collecting.read(said, collection.partition(" collects")[0].strip('"'))
    for about, read in _READERS:
        if not topics.isdisjoint(about):
            read(said)
    return _read(said.facts, said)


def _topics(subjects: Collection[Subject]) -> set[Topic]:
    """What it is about; medicine that is planned or allowed was not given."""
    return {each.topic for each in subjects if not (each.private and each.topic is Topic.MEDICATION)}


def _read(found: Sequence[Found], said: Said) -> FactsRead:
    found = sorted(found, key=lambda each: (each.start, each.end))
    return FactsRead(
        tuple(each.fact for each in found),
        tuple(said.doubts),
        tuple((each.start, each.end) for each in found),
    )
