"""The signs of a message by which its topics are weighed: its words, their concepts, and what the lexicon found.

One way for the reading and for the fitting, so that what was fitted is what is read.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache

from book.topics import Topic
from book.understanding.leaning import Concepts, length_sign, stem_of, word_signs
from book.understanding.lexicon import Hit, Words, fold

NOWHERE = -1
"""The place of a sign that is no word's own."""

_LEFT_OUT = frozenset({"{name}", "{who}", "{number}"})
"""Classes that say who is meant, or what others say more exactly."""


def signs_of(words: Words, hits: Sequence[Hit], topics: Collection[Topic], concepts: Concepts) -> dict[str, int]:
    """Every sign with the place of its word, or `NOWHERE`; `topics` are what the lexicon made of its hits.

    A word is its stem ("nap"), `<…>` a concept, `{…}` a class of the lexicon, `=…` a topic that the lexicon is sure
    of, `~…` one that some of its words point to (`~…?` faintly), `!…` a mark, `?` a question mark, `#…` the length.
    """
    signs = {f"={topic}": NOWHERE for topic in topics}
    for hit in hits:
        faint = "?" if "faint" in hit.sense.marks else ""
        signs |= {f"~{topic}{faint}": hit.at[0] for topic in hit.sense.topics}
        signs |= {f"!{mark}": NOWHERE for mark in hit.sense.marks}
    for place, labels in enumerate(words.labels):
        for label in labels[1:]:
            if label[0] == "{" and label not in _LEFT_OUT:
                signs.setdefault(label, place)
    mended = [stem_of(word) if _says(words, place) else "" for place, word in enumerate(words.read)]
    written = [_as_written(words, place) if stem else "" for place, stem in enumerate(mended)]
    for stems in (mended,) if written == mended else (mended, written):
        for sign, place in word_signs(stems, concepts):
            signs.setdefault(sign, place)
    if words.asked:
        signs["?"] = NOWHERE
    signs[length_sign(len(words.read))] = NOWHERE
    return signs


def _says(words: Words, place: int) -> bool:
    """Whether a word says what the message is about: a name or a figure does not."""
    labels = words.labels[place]
    if words.read[place].startswith("\0") or "{number}" in labels or "{phone}" in labels:
        return False
    inside = place > 0 and words.sentences[place - 1] == words.sentences[place]
    return not (inside and "{name}" in labels and words.text[words.spans[place][0]].isupper())


def _as_written(words: Words, place: int) -> str:
    start, end = words.spans[place]
    return _stem_as_written(words.text[start:end])


@lru_cache(maxsize=50_000)
def _stem_as_written(written: str) -> str:
    return stem_of(fold(written))
