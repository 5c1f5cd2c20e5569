"""What all the words of a message together lean to, beside what the lexicon is sure of.

The lexicon knows turns of phrase; nobody can list them all. `leanings.txt` says for single words, for concepts
(`concepts.txt`: words of one meaning) and for what the lexicon found how much each speaks for or against a topic, in
points fitted to labelled messages (docs/understanding.md). A topic stands where its points are for it.
Knows nothing of languages other than English, of names, or of who wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

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

    by_turn: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    longest: Mapping[str, int] = field(default_factory=dict)
    """By its first word, how many words the longest turn has."""

    def at(self, stems: Sequence[str], place: int) -> Iterator[str]:
        """The concepts that begin at this word."""
        for length in range(1, self.longest.get(stems[place], 0) + 1):
            yield from self.by_turn.get(" ".join(stems[place : place + length]), ())


@dataclass(frozen=True, slots=True, repr=False)
class Leanings:
    """The points of every sign, topic by topic in the order of `TOPICS`."""

    begins: tuple[int, ...] = ()
    points: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    """By sign, pairs of a topic's number and points."""
    concepts: Concepts = field(default_factory=Concepts)

    def __bool__(self) -> bool:
        return bool(self.points)

    def scores(self, signs: Iterable[str]) -> dict[Topic, int]:
        """What the signs of a message come to."""
        scores = list(self.begins)
        for sign in signs:
            for number, points in self.points.get(sign, ()):
                scores[number] += points
        return dict(zip(TOPICS, scores, strict=True))

    def bears_out(self, topic: Topic, score: int, *, listed: bool) -> bool:
        """Whether a topic stands with this score; `listed` says that the lexicon found it."""
        if listed:
            return score >= (UNMISTAKEN if topic in GUARDED else AGAINST)
        return score >= (SURELY if topic in OWN_ROAD else LIKELY)

    def strongest(self, topic: Topic, signs: Mapping[str, int]) -> int | None:
        """The place of the word that speaks most for the topic; None where no single word speaks for it."""
        number = TOPICS.index(topic)
        speaking = (
            (-worth, place)
            for sign, place in signs.items()
            if place >= 0
            for each, worth in self.points.get(sign, ())
            if each == number
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
    by_turn: dict[str, dict[str, None]] = {}
    longest: dict[str, int] = {}
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
            turn = [stem_of(word) for word in entry.split()]
            if not turn:
                continue
            if len(turn) > _LONGEST_CONCEPT:
                raise FaultyLeanings(
                    f"concepts.txt, line {number}: {entry.strip()!r} is longer than {_LONGEST_CONCEPT} words. "
                    "Shorten it."
                )
            by_turn.setdefault(" ".join(turn), {})[f"<{name.strip()}>"] = None
            longest[turn[0]] = max(longest.get(turn[0], 0), len(turn))
    return Concepts({turn: tuple(concepts) for turn, concepts in by_turn.items()}, longest)


def read_leanings(text: str, concepts: Concepts) -> Leanings:
    """One sign a line, then topics with their points: `appetit meals+14 mood-3`; `#:` begins a remark."""
    begins: tuple[int, ...] = ()
    points: dict[str, tuple[tuple[int, int], ...]] = {}
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
            begins = tuple(worth for _, worth in sorted(found))
        else:
            points[sign] = found
    if points and len(begins) != len(TOPICS):
        raise FaultyLeanings(
            f"leanings.txt: the line {BEGINNING!r} must name every topic but safeguarding once. Fit it again."
        )
    return Leanings(begins, points, concepts)


_NUMBERS = {topic.value: number for number, topic in enumerate(TOPICS)}


def _worth(written: str) -> tuple[int, int]:
    name = written.rstrip("+-0123456789")
    return _NUMBERS[name], int(written[len(name) :])
