"""``python -m tests.corpora.fit`` fits the points of the screen to the sentences for tuning, and says how they do.

With ``--write`` the points go into ``screen.toml``: whole numbers, one a cue, and the lists of single words that lean
one way or the other. Nothing else in the file changes, and the same file and sentences give the same points.
``--across`` fits five times, each time without a fifth of the sentences, and judges by that fifth. Sentences that are
held out are only ever counted, and only when ``--held`` asks for it.
"""

from __future__ import annotations

import argparse
import math
import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from book.understanding.disguises import cut, inflected, plainly
from book.understanding.lexicon import load_lexicon
from book.understanding.screening import Cue, Screen, tally
from tests.corpora import Split, rows

SCREEN = Path(__file__).parents[2] / "book/understanding/screen.toml"
LEANS = "# --- single words"
"""The line of the file from which on the fitting writes it."""
MOST, MOST_TAKEN, MOST_LEAN = 12, 9, 8
ROUNDS = 7
STEEPNESS = 0.4
"""How much surer one point makes; the odds of a message are e to this power a point."""
WEIGHT = 1.5
"""What a disclosure missed costs, against ordinary sentences held, were there as many of each."""
PULL, PULL_LEAN = 0.05, 1.0
"""How hard points are pulled to the middle, those of single words to nought: what few sentences say is luck."""
MIDDLE, MIDDLE_TAKEN = 6, 4
CONTRIVED = 0.7
"""How much an ordinary sentence counts that was written to sound like a disclosure; real days have fewer of them."""
PEOPLE = ("mum", "dad", "kin", "partner", "other_grownup", "worker")
MESSAGES = ("messages", "languages", "first", "own_messages", "shared", "many_messages")
"""The collections of messages with topics: ordinary ones, but for the few that are labelled safeguarding."""
LEAST_SEEN = 2
"""A word in fewer sentences than this says nothing."""
SHORTEST_STEM = 3
"""Shorter words have no forms: "his" is none of "hi"."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A sentence as the fitting sees it: the places of its cues, its single words, and whether it should be held."""

    cues: tuple[int, ...]
    words: frozenset[str]
    held: bool
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Fitted:
    """Points for every cue, and for every single word that leans."""

    cues: tuple[Cue, ...]
    lean: dict[str, int]
    by_word: dict[str, str]

    def score(self, sentence: Seen) -> int:
        words = {self.by_word.get(word, word) for word in sentence.words}
        return tally(sentence.cues, self.cues) + sum(self.lean.get(word, 0) for word in words)


def seen(screen: Screen, split: Split) -> list[Seen]:
    """The sentences of one side of the split."""
    cues = _written_by_hand(screen)
    named = _people()
    found: list[Seen] = []
    for name, held in (("disclosures", True), ("ordinary", False), ("own_disclosures", True), ("own_ordinary", False)):
        found += [
            _seen(
                screen,
                row["text"],
                cues,
                named,
                held=held,
                weight=CONTRIVED if name == "own_ordinary" and row.get("near") else 1.0,
            )
            for row in rows(name)
            if row["split"] == split
        ]
    for name in MESSAGES:
        found += [
            _seen(screen, row["text"], cues, named, held="safeguarding" in row["categories"])
            for row in rows(name)
            if row.get("split", "tune") == split
        ]
    return found


def _people() -> frozenset[str]:
    """Words for people; who is spoken of must not tip the scales by itself."""
    classes = tomllib.loads(SCREEN.read_text(encoding="utf-8"))["classes"]
    return frozenset(word for name in PEOPLE for word in classes[name])


def _seen(screen: Screen, text: str, cues: int, named: frozenset[str], *, held: bool, weight: float = 1.0) -> Seen:
    words = (screen.vocabulary.known(plainly(written))[0] for _, _, written in cut(text) if written)
    return Seen(
        cues=tuple(sorted(cue for cue in screen.cues_in(text) if cue < cues)),
        words=frozenset(word for word in words if word.isascii() and word.isalpha()) - named,
        held=held,
        weight=weight,
    )


def _written_by_hand(screen: Screen) -> int:
    tables = tomllib.loads(SCREEN.read_text(encoding="utf-8"))
    return len(tables["cue"]) + len(tables["ordinary"])


def fitted(screen: Screen, sentences: Sequence[Seen]) -> Fitted:
    """The whole points under which these sentences fall best on their own sides."""
    cues = list(screen.cues[: _written_by_hand(screen)])
    taking = [cue.points < 0 for cue in cues]
    disclosures = sum(sentence.held for sentence in sentences)
    weight = WEIGHT * sum(sentence.weight for sentence in sentences if not sentence.held) / disclosures
    with_cue: dict[int, list[int]] = {}
    with_word: dict[str, list[int]] = {}
    by_word = _groups(sentences)
    for place, sentence in enumerate(sentences):
        for cue in sentence.cues:
            with_cue.setdefault(cue, []).append(place)
        for word in {by_word[word] for word in sentence.words if word in by_word}:
            with_word.setdefault(word, []).append(place)
    lean = {word: 0 for word, places in sorted(with_word.items()) if len(places) >= LEAST_SEEN}
    scores = [tally(sentence.cues, cues) for sentence in sentences]
    leans = [0] * len(sentences)
    costs = [_Cost(screen.threshold, each.held, weight if each.held else each.weight) for each in sentences]

    for _ in range(ROUNDS):
        changed = 0
        for number in sorted(with_cue):
            now, places = cues[number].points, with_cue[number]
            middle = -MIDDLE_TAKEN if taking[number] else MIDDLE
            tries = _tries(now, -MOST_TAKEN if taking[number] else 1, -1 if taking[number] else MOST)
            least = math.inf
            for tried in tries:
                cues[number] = replace(cues[number], points=tried)
                found = [tally(sentences[place].cues, cues) + leans[place] for place in places]
                cost = sum(costs[place].of(score) for place, score in zip(places, found, strict=True))
                cost += PULL * (tried - middle) ** 2
                if cost < least - 1e-9:
                    least, chosen, kept = cost, tried, found
            cues[number] = replace(cues[number], points=chosen)
            for place, score in zip(places, kept, strict=True):
                scores[place] = score
            changed += chosen != now
        for word, now in lean.items():
            places = with_word[word]
            least = math.inf
            for tried in _tries(now, -MOST_LEAN, MOST_LEAN):
                cost = sum(costs[place].of(scores[place] + tried - now) for place in places) + PULL_LEAN * tried**2
                if cost < least - 1e-9:
                    least, chosen = cost, tried
            if chosen != now:
                lean[word] = chosen
                changed += 1
                for place in places:
                    scores[place] += chosen - now
                    leans[place] += chosen - now
        if not changed:
            break
    return Fitted(tuple(cues), {word: worth for word, worth in lean.items() if worth}, by_word)


class _Cost:
    """What it costs to give a sentence a score, worked out once for each score."""

    def __init__(self, threshold: int, held: bool, weight: float) -> None:
        self.threshold, self.sign, self.weight = threshold, -1 if held else 1, weight
        self.known: dict[int, float] = {}

    def of(self, score: int) -> float:
        known = self.known.get(score)
        if known is None:
            above = STEEPNESS * (score - self.threshold + 0.5)
            known = self.known[score] = self.weight * math.log1p(math.exp(self.sign * above))
        return known


def _groups(sentences: Sequence[Seen]) -> dict[str, str]:
    """Every word that may lean, with the word it stands in the file as: its forms together where they are met."""
    met = {word for sentence in sentences for word in sentence.words} - NAMES
    grouped: dict[str, str] = {}
    for word in sorted(met, key=lambda each: (len(each), each)):
        if word in grouped:
            continue
        forms = (
            [form for form in inflected(word) if form in met and form not in grouped]
            if len(word) >= SHORTEST_STEM
            else [word]
        )
        for form in forms:
            grouped[form] = f"{word}~" if len(forms) > 1 else word
    return grouped


def _tries(now: int, low: int, high: int) -> list[int]:
    return [now, *(each for each in (now - 1, now + 1, now - 3, now + 3) if low <= each <= high)]


def _names() -> frozenset[str]:
    """Words that mostly stand with a capital inside a sentence: people and places, which lean no way."""
    capital: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for name in ("disclosures", "ordinary", "own_disclosures", "own_ordinary", *MESSAGES):
        for row in rows(name):
            if row.get("split", "tune") != "tune" or row["text"].isupper():
                continue
            tokens = [written for _, _, written in cut(row["text"])]
            for place, written in enumerate(tokens):
                if written and place and tokens[place - 1]:
                    every[plainly(written)] += 1
                    capital[plainly(written)] += written[0].isupper()
    return frozenset(word for word, count in every.items() if capital[word] * 3 >= count and word != "i") | {
        word for word in capital if word not in every
    }


NAMES = _names()


def rates(points: Fitted, sentences: Sequence[Seen], threshold: int) -> tuple[int, int, int, int]:
    """How many disclosures were found, of how many, and how many ordinary sentences were held, of how many."""
    found = [(points.score(sentence) >= threshold, sentence.held) for sentence in sentences]
    return (
        sum(hit for hit, held in found if held),
        sum(held for _, held in found),
        sum(hit for hit, held in found if not held),
        sum(not held for _, held in found),
    )


def _as_is(screen: Screen) -> tuple[int, ...]:
    counted = [0, 0, 0, 0]
    for name, place in (("disclosures", 0), ("own_disclosures", 0), ("ordinary", 2), ("own_ordinary", 2)):
        held = [screen.weigh(row["text"]).held for row in rows(name) if row["split"] == "tune"]
        counted[place] += sum(held)
        counted[place + 1] += len(held)
    return tuple(counted)


def said(name: str, counted: tuple[int, ...]) -> str:
    """One line: what was found and what was held without need."""
    found, of, wrongly, ordinary = counted
    return (
        f"{name:8} {found}/{of} found = {found / of:.3f}   {wrongly}/{ordinary} held in vain = {wrongly / ordinary:.3f}"
    )


def write(points: Fitted) -> None:
    """Put the points into the file, one after another, and the single words at its end; all else stays."""
    given = {
        "points": iter(cue.points for cue in points.cues if cue.points > 0),
        "takes": iter(-cue.points for cue in points.cues if cue.points < 0),
    }
    text, _, _ = SCREEN.read_text(encoding="utf-8").partition(LEANS)
    text = re.sub(r"(?m)^(points|takes) = \d+$", lambda line: f"{line[1]} = {next(given[line[1]])}", text)
    lists = [
        f"{LEANS} ".ljust(119, "-"),
        "# A little likelier in a disclosure, or in an ordinary message, as the fitting found.",
    ]
    for worth in sorted(set(points.lean.values()), reverse=True):
        words = sorted(word for word, each in points.lean.items() if each == worth)
        lists += ["", "[[lean]]", f"worth = {worth}", "words = [", *_lines(words), "]"]
    SCREEN.write_text(text.rstrip() + "\n\n" + "\n".join(lists) + "\n", encoding="utf-8")


def _lines(words: Sequence[str]) -> list[str]:
    lines, line = [], "   "
    for word in words:
        if len(line) + len(word) + 4 > 118:
            lines.append(line)
            line = "   "
        line += f' "{word}",'
    return [*lines, line]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.corpora.fit", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the fitted points into screen.toml")
    parser.add_argument("--across", action="store_true", help="judge by fifths that were left out")
    parser.add_argument("--held", action="store_true", help="count on the sentences that are held out, too")
    given = parser.parse_args()
    screen = load_lexicon().screen
    tune = seen(screen, "tune")
    print(said("as is", _as_is(screen)))
    points = fitted(screen, tune)
    print(said("fitted", rates(points, tune, screen.threshold)), f"  {len(points.lean)} single words")
    if given.across:
        folds = [
            rates(
                fitted(screen, [each for place, each in enumerate(tune) if place % 5 != fold]),
                tune[fold::5],
                screen.threshold,
            )
            for fold in range(5)
        ]
        print(said("across", tuple(sum(fold[part] for fold in folds) for part in range(4))))
    if given.held:
        print(said("held out", rates(points, seen(screen, "held"), screen.threshold)))
    if given.write:
        write(points)


if __name__ == "__main__":
    main()
