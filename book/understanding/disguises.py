"""Words as they were meant: mis-spelt, drawn out, cut up, abbreviated, or written in letters that only look alike.

Knows nothing of what a word hints at: to each it gives the labels its vocabulary gives it. The text is never altered;
every word keeps its place in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

SHORTEST_MENDED = 5
"""Words shorter than this are never taken for another word mis-spelt: too many are one letter apart."""

TWO_SLIPS_FROM = 9
"""From this length a word may have two slips in it and still be known."""

LONGEST_WORD = 24
"""Longer runs of letters are noise and are not looked at for mis-spellings."""

REMEMBERED = 20_000
"""So many words are remembered with what stands for them: most words of a message were in the messages before it."""

Labels = tuple[int, ...]
Token = tuple[int, int, str]
"""A word as written between its places in the text, or the end of a sentence, which has no letters."""


class LookedUp(NamedTuple):
    """What stands for one word as it was written: as it is, and were it a slip of the thumb."""

    word: str
    labels: Labels
    is_known: bool
    meant: str
    of_meant: Labels


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every word that is looked for, and what stands for it."""

    words: Mapping[str, Labels]
    beginnings: Mapping[str, Labels]
    """Words of other languages are known by how they begin; their endings are many."""
    spellings: Mapping[str, str]
    plain: frozenset[str]
    """Words that are themselves and never another one mis-spelt."""
    near: Mapping[str, tuple[str, ...]]
    long_words: Mapping[str, tuple[str, ...]]
    _remembered: Callable[[str], LookedUp] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_remembered", lru_cache(maxsize=REMEMBERED)(self._look_up))

    def look_up(self, written: str) -> LookedUp:
        """A word as written, with what stands for it; remembered, unless it is noise."""
        return self._remembered(written) if len(written) <= LONGEST_WORD else self._look_up(written)

    def _look_up(self, written: str) -> LookedUp:
        word, labels = self.known(plainly(written))
        is_known = bool(labels) or word in self.words
        meant, of_meant = (word, labels) if is_known else self.mended(word)
        return LookedUp(word, labels, is_known, meant, of_meant)

    def known(self, word: str) -> tuple[str, Labels]:
        """`word` as the vocabulary spells it, with its labels; without labels where it is none of them.

        What was abbreviated, drawn out, or has an ending too many is found; slips of the thumb are for `mended`.
        """
        if (meant := self.spellings.get(word)) is not None:
            return meant, self.words.get(meant, ())
        if (labels := self.words.get(word)) is not None:
            return word, labels
        if word.isdigit():
            return word, ()
        for other in _variants(word):
            if (labels := self.words.get(other)) is not None:
                return other, labels
            if (meant := self.spellings.get(other)) is not None:
                return meant, self.words.get(meant, ())
        if not word.isascii() or len(word) > SHORTEST_MENDED:
            for length in range(min(len(word), LONGEST_WORD), 2, -1):
                if (labels := self.beginnings.get(word[:length])) is not None:
                    return word, labels
        return word, ()

    def mended(self, word: str) -> tuple[str, Labels]:
        """The same for a word with one slip in it, or two in a long one; of several near ones what all have."""
        if not SHORTEST_MENDED <= len(word) <= LONGEST_WORD or word in self.plain:
            return word, ()
        if word.endswith("s") and word[:-1] in self.plain:
            return word, ()
        meant = {known for key in one_letter_less(word) for known in self.near.get(key, ())}
        near = [known for known in meant if is_slip(word, known)]
        if not near and len(word) >= TWO_SLIPS_FROM:
            near = [
                known for known in self.long_words.get(word[0], ()) if OSA.distance(word, known, score_cutoff=2) <= 2
            ]
        if not near:
            return word, ()
        shared = set(self.words[near[0]]).intersection(*(self.words[each] for each in near[1:]))
        return min(near), tuple(sorted(shared))


def vocabulary(
    words: Mapping[str, Labels],
    beginnings: Mapping[str, Labels],
    spellings: Mapping[str, str],
    plain: Collection[str],
) -> Vocabulary:
    """Everything that finds a word quickly, made once."""
    near: dict[str, list[str]] = {}
    long_words: dict[str, list[str]] = {}
    for word in words:
        if len(word) < SHORTEST_MENDED or not word.isascii():
            continue
        for key in dict.fromkeys(one_letter_less(word)):
            near.setdefault(key, []).append(word)
        if len(word) >= TWO_SLIPS_FROM:
            long_words.setdefault(word[0], []).append(word)
    return Vocabulary(
        words=words,
        beginnings=beginnings,
        spellings=spellings,
        plain=frozenset(plain) - words.keys(),
        near={key: tuple(found) for key, found in near.items()},
        long_words={key: tuple(found) for key, found in long_words.items()},
    )


def one_letter_less(word: str) -> Iterator[str]:
    """The word, and what is left of it without each of its letters: two words a slip apart share one of these."""
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def is_slip(written: str, meant: str) -> bool:
    """Whether `written` is `meant` with one slip in it."""
    # The first letter of a word is hardly ever the wrong one, and insisting on it keeps "never" from "fever".
    if written[0] != meant[0] or OSA.distance(written, meant, score_cutoff=1) > 1:
        return False
    # In five letters another letter makes another word ("sheep", "sleep"): only swapped, lost and added ones.
    return len(meant) > SHORTEST_MENDED or len(written) != len(meant) or sorted(written) == sorted(meant)


def inflected(stem: str) -> tuple[str, ...]:
    """A verb with its -s, -ed and -ing, as grown-ups and as children say it ("hit", "hits", "hitted", "hitting")."""
    if stem.endswith("e"):
        return stem, stem + "s", stem + "d", stem[:-1] + "ing"
    if stem.endswith("y") and stem[-2] not in "aeiou":
        return stem, stem[:-1] + "ies", stem[:-1] + "ied", stem + "ing"
    plural = stem + ("es" if stem.endswith(("s", "sh", "ch", "x", "z")) else "s")
    doubled = stem
    if len(stem) > 2 and stem[-1] in "bdgklmnprt" and stem[-2] in "aeiou" and stem[-3] not in "aeiou":
        doubled = stem + stem[-1]
    both = (doubled + "ed", doubled + "ing")
    return tuple(dict.fromkeys((stem, plural, *both, stem + "ed", stem + "ing")))


def _variants(word: str) -> Iterator[str]:
    if word.endswith("s") and len(word) > 3:
        yield word[:-1]
    if (shorter := _REPEATED.sub(r"\1", word)) != word:
        # "sooo goood": one letter or two, whichever makes a word.
        yield _REPEATED.sub(r"\1\1", word)
        yield shorter
    if word.endswith("in") and len(word) > 5:
        yield word + "g"
    if word[:1] == "و" and len(word) > 4:
        yield word[1:]  # "and" is written onto its word
    if not word.isalpha() and not word.isdigit() and word.isascii():
        yield word.translate(_FIGURES_FOR_LETTERS)


# --- cutting -----------------------------------------------------------------------------------------------------

# What may stand inside a word without being a letter of it, and says nothing: accents set apart, what nobody sees
# (joiners, directions, soft hyphens), and apostrophes of every make.
_UNSEEN_MARKS = (
    "\u00ad\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u180e\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff"
)
_VOWEL_SIGNS = "\u0981-\u0983\u09bc-\u09cd\u09d7"  # of Bengali; they are half of its words
_MARKS = _UNSEEN_MARKS + _VOWEL_SIGNS
_APOSTROPHES = "'’ʼ`´‘"
_TOKEN = re.compile(
    rf"(?P<word>[^\W_]+(?:[{_MARKS}{_APOSTROPHES}]+[^\W_]*)*)|[.!?…]+(?=\s|$|[\"”'’])|[\n۔।؟]+|(?P<sign>[🤫🤐🔪😂🤣😄😅😆😊❤🎉🙈🥰😍👏])"
)
_UNSEEN = re.compile(rf"[{_UNSEEN_MARKS}{_APOSTROPHES}]+")
_REPEATED = re.compile(r"(.)\1{2,}")
_SPACED = re.compile(r"(?<![^\W_])[^\W\d_](?:[ .\-*_][^\W\d_]){2,24}(?![^\W_])")
_ALONE = re.compile(r"(?<![^\W_])[^\W\d_][ .\-*_][^\W\d_][ .\-*_][^\W\d_](?![^\W_])")
# Without their apostrophe these are other words: "she'd" is no shed.
_WHOLE = {
    "she'd": "shewould", "he'd": "hewould", "we'd": "wewould", "i'd": "iwould", "he'll": "hewill", "she'll": "shewill",
    "we'll": "wewill", "i'll": "iwill", "we're": "weare",
}  # fmt: skip
_LATIN = re.compile("[a-z]")
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһԛԝвкмнтαερορτυχικνβηɑɡıƅ",
    "aeopcyxijsdhqwbkmhtaepoptuxiknbhagib",
)
_FIGURES_FOR_LETTERS = str.maketrans("013457", "oieast")
_OTHER_LETTERS = str.maketrans({
    "ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ي": "ی", "ى": "ی", "ك": "ک",
    "ة": "ه", "ۃ": "ه", "ہ": "ه", "ھ": "ه", "ґ": "г", "\u0640": "",
})  # fmt: skip


def cut(text: str) -> Iterator[Token]:
    """The words of a text with their places; letters set apart by spaces are one word."""
    apart = {found.start(): found.end() for found in _SPACED.finditer(text)} if _ALONE.search(text) else {}
    until = 0
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        if start < until:
            continue
        if start in apart:
            until = apart[start]
            yield start, until, "".join(letter for letter in text[start:until] if letter.isalpha())
        else:
            yield start, end, "" if found.lastgroup is None else found.group()


def plainly(written: str) -> str:
    """A word in small letters, without accents, apostrophes, what nobody sees, and letters that only look alike."""
    if written.isascii():
        small = written.lower()
        return small if small.isalnum() else _WHOLE.get(small) or _UNSEEN.sub("", small)
    if "’" in written and (whole := _WHOLE.get(written.lower().replace("’", "'"))):
        return whole
    small = unicodedata.normalize("NFKD", _UNSEEN.sub("", written[:400])).lower()
    small = "".join(letter for letter in small if not unicodedata.combining(letter))
    small = _UNSEEN.sub("", small).translate(_OTHER_LETTERS)
    if not small.isascii() and _LATIN.search(small):
        small = small.translate(_LOOKALIKES)
    return small
