"""What all the words of a message together lean to, beside what the lexicon is sure of.

The lexicon knows turns of phrase; nobody can list them all. `leanings.txt` says for single words, for concepts
(`concepts.txt`: words of one meaning) and for what the lexicon found how much each speaks for or against a topic, in
points fitted to labelled messages (docs/understanding.md). A topic stands where its points are for it.
Knows nothing of languages other than English, of names, or of who wrote.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import repeat

from book.errors import OperatorError
from book.topics import Topic

BEGINNING = "begins"
"""The line of the file with what every message starts from."""

TOPICS = tuple(topic for topic in Topic if topic is not Topic.SAFEGUARDING)
"""What is weighed; harm to a child has a screen of its own."""

AGAINST, UNMISTAKEN = -10, -20
"""So far against it the words must be before a topic of the lexicon is dropped, and one that fewer people are told."""

GUARDED = frozenset({
    Topic.HEALTH, Topic.MEDICATION, Topic.CONCERN, Topic.FAMILY_NEWS, Topic.COMPLAINT, Topic.CONSENT,
    Topic.CONTACT_CHANGE, Topic.INCIDENT,
})  # fmt: skip
"""Where a topic less would tell more people, doubt keeps the topic (rule 7)."""

OWN_ROAD = frozenset({
    Topic.COMPLAINT, Topic.COMPLIMENT, Topic.SUGGESTION, Topic.CONTACT_CHANGE, Topic.CONSENT,
})  # fmt: skip
LIKELY, SURELY = 4, 8
"""What it takes to read a topic where the lexicon knows no words for it, and one that goes its own road."""

_LONGEST_CONCEPT = 4  # words
_LONG = 6


class FaultyLeanings(OperatorError):
    """A line of the leanings or the concepts cannot be used; says which and how it is written."""


@dataclass(frozen=True, slots=True, repr=False)
class Concepts:
    """Words and short turns of one meaning, found by their stems."""

    alone: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By the stem of a single word."""
    turns: Mapping[str, Mapping[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]] = field(default_factory=dict)
    """By the first and the second stem of a turn of several words: the rest of its stems."""

    def at(self, stems: Sequence[str], place: int) -> Iterator[str]:
        """The concepts that begin at this word."""
        stem = stems[place]
        yield from self.alone.get(stem, ())
        if place + 1 < len(stems) and (longer := self.turns.get(stem)) is not None:
            for rest, concepts in longer.get(stems[place + 1], ()):
                if not rest or tuple(stems[place + 2 : place + 2 + len(rest)]) == rest:
                    yield from concepts


_LANE = 32
"""Bits that each topic has in a sum of points."""

_MIDDLE, _ONE_LANE = 1 << (_LANE - 1), (1 << _LANE) - 1
_HALF = sum(1 << (_LANE * number + _LANE - 1) for number in range(len(TOPICS)))
"""Added to a sum, it keeps every topic's share above nought, so that each can be read by itself."""


def together(points: Iterable[tuple[int, int]]) -> int:
    """Pairs of a topic's number and points as one number: adding two of them adds topic by topic."""
    return sum(worth << (_LANE * number) for number, worth in points)


def apart(total: int) -> tuple[int, ...]:
    """The points of every topic in such a number; each is right up to two thousand million either way.

    >>> apart(together([(0, 7), (2, -3)]) + together([(2, -1)]))[:4]
    (7, 0, -4, 0)
    """
    lanes = memoryview((total + _HALF).to_bytes(_LANE // 8 * len(TOPICS), sys.byteorder)).cast("I")
    found = [lane - (1 << (_LANE - 1)) for lane in lanes]
    return tuple(found if sys.byteorder == "little" else reversed(found))


@dataclass(frozen=True, slots=True, repr=False)
class Leanings:
    """The points of every sign, topic by topic in the order of `TOPICS`."""

    begins: int = 0
    """What every message starts from, like `points`."""
    points: Mapping[str, int] = field(default_factory=dict)
    """By sign, its points for all topics `together`: a message has some fifty signs, and this is asked of each."""
    concepts: Concepts = field(default_factory=Concepts)

    def __bool__(self) -> bool:
        return bool(self.points)

    def scores(self, signs: Iterable[str]) -> dict[Topic, int]:
        """What the signs of a message come to."""
        total = sum(map(self.points.get, signs, repeat(0)), self.begins)
        return dict(zip(TOPICS, apart(total), strict=True))

    def bears_out(self, topic: Topic, score: int, *, listed: bool) -> bool:
        """Whether a topic stands with this score; `listed` says that the lexicon found it."""
        if listed:
            return score >= (UNMISTAKEN if topic in GUARDED else AGAINST)
        return score >= (SURELY if topic in OWN_ROAD else LIKELY)

    def strongest(self, topic: Topic, signs: Mapping[str, int]) -> int | None:
        """The place of the word that speaks most for the topic; None where no single word speaks for it."""
        lane = _LANE * TOPICS.index(topic)
        speaking = (
            (_MIDDLE - (self.points.get(sign, 0) + _HALF >> lane & _ONE_LANE), place)
            for sign, place in signs.items()
            if place >= 0
        )
        worth, place = min(speaking, default=(0, -1))
        return place if worth < 0 else None


NO_LEANINGS = Leanings()


def word_signs(stems: Sequence[str], concepts: Concepts) -> Iterator[tuple[str, int]]:
    """Every word by its stem, and every concept, with the place of its (first) word."""
    for place, stem in enumerate(stems):
        if not stem:
            continue
        yield stem, place
        if stem in concepts.alone or stem in concepts.turns:
            for concept in concepts.at(stems, place):
                yield concept, place


def length_sign(words: int) -> str:
    """How long the message is, roughly: the longer, the more topics it may have."""
    return f"#{min(_LONG, words // 4)}"


@lru_cache(maxsize=50_000)
def stem_of(word: str) -> str:
    """What a word has in common with its forms: "napping", "napped" and "naps" are one."""
    for ending in ("ings", "ing", "ied", "ies", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word.removesuffix(ending) + ("y" if ending in ("ied", "ies") else "")
            break
    if len(word) > _SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "aeious":
        return word[:-1]
    return word


_SHORTEST_STEM = 3


# --- the two files ---------------------------------------------------------------------------------------------


def read_concepts(text: str) -> Concepts:
    """One concept a paragraph: its name, a colon, and its words with commas between; `#` begins a remark."""
    by_turn: dict[tuple[str, ...], dict[str, None]] = {}
    name = ""
    for number, line in enumerate(text.splitlines(), start=1):
        written = line.partition("#")[0]
        if not written.strip():
            continue
        if not written[0].isspace():
            name, colon, written = written.partition(":")
            if not colon or not name.strip().isidentifier():
                raise FaultyLeanings(f"concepts.txt, line {number}: begin it as in 'tiredness: sleepy, worn out'.")
        elif not name:
            raise FaultyLeanings(f"concepts.txt, line {number}: words stand under no concept. Name one before them.")
        for entry in written.split(","):
            turn = tuple(stem_of(word) for word in entry.split())
            if not turn:
                continue
            if len(turn) > _LONGEST_CONCEPT:
                raise FaultyLeanings(
                    f"concepts.txt, line {number}: {entry.strip()!r} is longer than {_LONGEST_CONCEPT} words. "
                    "Shorten it."
                )
            by_turn.setdefault(turn, {})[f"<{name.strip()}>"] = None
    turns: dict[str, dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]]] = {}
    for turn, concepts in sorted(by_turn.items(), key=lambda each: len(each[0])):
        if len(turn) > 1:
            turns.setdefault(turn[0], {}).setdefault(turn[1], []).append((turn[2:], tuple(concepts)))
    return Concepts(
        {turn[0]: tuple(concepts) for turn, concepts in by_turn.items() if len(turn) == 1},
        {first: {second: tuple(each) for second, each in longer.items()} for first, longer in turns.items()},
    )


def read_leanings(text: str, concepts: Concepts) -> Leanings:
    """One sign a line, then topics with their points: `appetit meals+14 mood-3`; `#:` begins a remark."""
    begins: tuple[tuple[int, int], ...] = ()
    points: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("#:") or not line.strip():
            continue
        sign, *given = line.split()
        try:
            found = tuple(_worth(each) for each in given)
        except (KeyError, ValueError) as fault:
            raise FaultyLeanings(
                f"leanings.txt, line {number}: write topics with points, as in 'appetit meals+14 mood-3'."
            ) from fault
        if sign == BEGINNING:
            begins = found
        else:
            points[sign] = together(found)
    if points and len(begins) != len(TOPICS):
        raise FaultyLeanings(
            f"leanings.txt: the line {BEGINNING!r} must name every topic but safeguarding once. Fit it again."
        )
    return Leanings(together(begins), points, concepts)


_NUMBERS = {topic.value: number for number, topic in enumerate(TOPICS)}


def _worth(written: str) -> tuple[int, int]:
    name = written.rstrip("+-0123456789")
    return _NUMBERS[name], int(written[len(name) :])
