"""``python -m tests.corpora.lean`` fits what words lean to (``leanings.txt``) to the messages for tuning.

Every topic but safeguarding is fitted by itself: logistic regression over the signs of a message, with points pulled
towards nought, so that what few messages say weighs little. The same messages give the same file. ``--write`` puts it
in its place, ``--across`` judges by thirds that were left out, ``--held`` counts what is held out.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from book.topics import Topic
from book.understanding.leaning import BEGINNING, TOPICS, Leanings, apart, together
from book.understanding.lexicon import Lexicon, load_lexicon
from book.understanding.signs import signs_of
from book.understanding.topics import found_by_words, read
from tests.corpora import Message, messages

LEANINGS = Path(__file__).parents[2] / "book/understanding/leanings.txt"
MANY = "many_messages"
HAND_CHECKED = ("messages", "own_messages", "first", "shared")
COUNTS = 3.0
"""How many messages one of these counts as: their labels were read twice."""
LEAST_SEEN = 2
"""A sign in fewer messages than this says nothing."""
PULL = 1.0
"""How hard points are pulled to nought."""
ROUNDS = 30
LARGEST_STEP = 1.0
LOOK_AGAIN = 5
"""Every so many rounds also those are looked at that had settled."""
STILL = 0.003
"""A point that moves less than this has settled."""
POINTS = 10
"""Points to one of the logarithm of the odds."""
LEAST = 2
"""Fewer points than this are left out of the file."""
LIKELY = 0.4
"""A topic stands from this likelihood on: one too many is put right by its reader, one too few is missed."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A message as the fitting sees it."""

    signs: frozenset[str]
    topics: frozenset[Topic]
    counts: float


def signed(lexicon: Lexicon, message: Message, counts: float) -> Signed:
    """Its signs, and what it is labelled with."""
    words = lexicon.read(message.text)
    hits, topics = found_by_words(words, lexicon)
    return Signed(
        frozenset(signs_of(words, hits, topics, lexicon.leanings.concepts)),
        frozenset(Topic(each) for each in message.topics) - {Topic.SAFEGUARDING},
        counts,
    )


def fitted(lexicon: Lexicon, seen: Sequence[Signed]) -> Leanings:
    """Whole points under which the messages most likely have the topics they are labelled with."""
    met = Counter(sign for message in seen for sign in message.signs)
    columns: dict[str, list[int]] = {sign: [] for sign in sorted(met) if met[sign] >= LEAST_SEEN}
    for number, message in enumerate(seen):
        for sign in message.signs:
            if sign in columns:
                columns[sign].append(number)
    begins: list[tuple[int, int]] = []
    points: dict[str, list[tuple[int, int]]] = {}
    counts = [message.counts for message in seen]
    for number, topic in enumerate(TOPICS):
        start, weights = _fit([topic in message.topics for message in seen], counts, columns)
        begins.append((number, round(POINTS * (start - math.log(LIKELY / (1 - LIKELY))))))
        for sign, weight in weights.items():
            if abs(worth := round(POINTS * weight)) >= LEAST:
                points.setdefault(sign, []).append((number, worth))
    of_signs = {sign: together(worths) for sign, worths in points.items()}
    return Leanings(together(begins), of_signs, lexicon.leanings.concepts)


def _fit(
    labels: Sequence[bool], counts: Sequence[float], columns: dict[str, list[int]]
) -> tuple[float, dict[str, float]]:
    """Newton's step for one sign after another, until none moves any more."""
    likely = sum(count for label, count in zip(labels, counts, strict=True) if label) / sum(counts)
    start, weights = math.log(likely / (1 - likely)), dict.fromkeys(columns, 0.0)
    state = _State([start] * len(labels), [likely] * len(labels), [float(label) for label in labels], counts)
    moving: list[str] = list(columns)
    for number in range(ROUNDS):
        start += state.step(0.0, 0.0, range(len(labels)))
        looked, moving = list(columns) if number % LOOK_AGAIN == 0 else moving, []
        for sign in looked:
            moved = state.step(weights[sign], PULL, columns[sign])
            weights[sign] += moved
            if moved:
                moving.append(sign)
        if not moving:
            break
    return start, weights


@dataclass(slots=True)
class _State:
    """How likely each message has the topic by what is fitted so far."""

    scores: list[float]
    likely: list[float]
    wanted: list[float]
    counts: Sequence[float]

    def step(self, weight: float, pull: float, places: Sequence[int]) -> float:
        """How far the weight of a sign, which is at these places, moves; nought if hardly at all."""
        likely, wanted, counts = self.likely, self.wanted, self.counts
        slope, curve = -pull * weight, pull + 1e-6
        for place in places:
            chance = likely[place]
            slope += counts[place] * (wanted[place] - chance)
            curve += counts[place] * chance * (1 - chance)
        move = max(-LARGEST_STEP, min(LARGEST_STEP, slope / curve))
        if abs(move) < STILL:
            return 0.0
        for place in places:
            self.scores[place] += move
            likely[place] = 1 / (1 + math.exp(-self.scores[place]))
        return move


def as_file(leanings: Leanings) -> str:
    """The leanings as `leanings.txt` holds them, one sign a line in the order of the alphabet."""

    def line(sign: str, points: int) -> str:
        worths = zip(TOPICS, apart(points), strict=True)
        return " ".join([sign, *(f"{topic}{worth:+d}" for topic, worth in worths if worth)])

    head = [
        "#: What the signs of a message speak for and against, in tenths; fitted by tests/corpora/lean.py and read by",
        "#: book/understanding/leaning.py. What it takes for a topic to stand is said there.",
        "#: A word is its stem; <...> is a concept of concepts.txt, {...} a class of lexicon.toml, = a topic that the",
        "#: lexicon is sure of, ~ one that it has words for (~...? faint ones), ! a mark, ? a question, # the length.",
        line(BEGINNING, leanings.begins),
    ]
    return "\n".join([*head, *(line(sign, leanings.points[sign]) for sign in sorted(leanings.points))]) + "\n"


def score(leanings: Leanings, lexicon: Lexicon, judged: Sequence[Message]) -> str:
    """Micro precision, recall and F1 of the whole reading with these leanings."""
    lexicon = lexicon.leaning(leanings)
    right = wrong = missed = 0
    for message in judged:
        found = {str(topic) for topic in read(message.text, lexicon, released=True).topics}
        meant = message.topics - {"safeguarding"}
        right, wrong, missed = right + len(found & meant), wrong + len(found - meant), missed + len(meant - found)
    if not right:
        return "nothing found"
    return (
        f"F1 {2 * right / (2 * right + wrong + missed):.3f}   precision {right / (right + wrong):.3f}   "
        f"recall {right / (right + missed):.3f}"
    )


def _counted(leanings: Leanings) -> int:
    return sum(worth != 0 for points in leanings.points.values() for worth in apart(points))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.corpora.lean", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the leanings into their file")
    parser.add_argument("--across", action="store_true", help="judge many_messages by thirds that were left out")
    parser.add_argument("--held", action="store_true", help="count on the messages that are held out, too")
    given = parser.parse_args()
    lexicon = load_lexicon()
    many = messages(MANY)
    print("without leanings  ", score(Leanings(), lexicon, many))
    seen = [signed(lexicon, message, 1.0) for message in many]
    seen += [signed(lexicon, message, COUNTS) for name in HAND_CHECKED for message in messages(name, "tune")]
    if given.across:
        for part in range(3):
            rest = [each for place, each in enumerate(seen) if place >= len(many) or place % 3 != part]
            print(f"third {part + 1} left out  ", score(fitted(lexicon, rest), lexicon, many[part::3]), flush=True)
    leanings = fitted(lexicon, seen)
    print("fitted            ", score(leanings, lexicon, many))
    print("                  ", len(leanings.points), "signs,", _counted(leanings), "points")
    if given.held:
        for name in ("messages", "first", "rushed", "languages", "shared"):
            judged = messages(name, "tune" if name == "shared" else "held")
            print(f"{name:10} without", score(Leanings(), lexicon, judged))
            print(f"{name:10} with   ", score(leanings, lexicon, judged))
    if given.write:
        LEANINGS.write_text(as_file(leanings), encoding="utf-8")


if __name__ == "__main__":
    main()
