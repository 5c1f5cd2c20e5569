"""How well messages are read: for each topic what was found, missed and mistaken, and what was mistaken for what.

Knows nothing of files or screens; a labelled message is its text and the topics somebody gave it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from book.topics import Topic


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one topic, or of all: how often it was found rightly, found wrongly, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """The share of what was found that is so; 1 where nothing was found."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """The share of what is so that was found; 1 where there was nothing to find."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """The two in one figure."""
        counted = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / counted if counted else 1.0


@dataclass(frozen=True, slots=True)
class Compared:
    """One message: the topics it was given and those that were read."""

    text: str
    given: frozenset[Topic]
    read: frozenset[Topic]

    @property
    def is_right(self) -> bool:
        """Whether every topic was found and none besides."""
        return self.given == self.read


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything that came of reading labelled messages.

    `confusions` counts how often a topic was missed where another was found wrongly: (missed, found) and the number.
    """

    messages: tuple[Compared, ...]
    by_topic: Mapping[Topic, Tally]
    confusions: tuple[tuple[Topic, Topic, int], ...]

    @property
    def overall(self) -> Tally:
        """Every topic of every message counted once: the micro average."""
        return Tally(
            right=sum(each.right for each in self.by_topic.values()),
            wrong=sum(each.wrong for each in self.by_topic.values()),
            missed=sum(each.missed for each in self.by_topic.values()),
        )


def evaluated(compared: Iterable[Compared]) -> Evaluation:
    """What comes of comparing labelled messages with what was read of them."""
    messages = tuple(compared)
    right, wrong, missed = Counter[Topic](), Counter[Topic](), Counter[Topic]()
    confused = Counter[tuple[Topic, Topic]]()
    for each in messages:
        right.update(each.given & each.read)
        wrong.update(each.read - each.given)
        missed.update(each.given - each.read)
        confused.update((lost, found) for lost in each.given - each.read for found in each.read - each.given)
    met = [topic for topic in Topic if right[topic] or wrong[topic] or missed[topic]]
    return Evaluation(
        messages=messages,
        by_topic={topic: Tally(right[topic], wrong[topic], missed[topic]) for topic in met},
        confusions=tuple((lost, found, times) for (lost, found), times in confused.most_common()),
    )
