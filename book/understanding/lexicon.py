"""The lexicon: every word and phrase the book knows, read once and compiled so that a message is read in one pass.

Knows nothing of what a topic means or who may hear of it. `lexicon.toml` says in its first lines how a pattern is
written; what is kept here are a tree of patterns, the classes of words, and the guards for mis-spellings.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from rapidfuzz.distance import OSA

from book.errors import OperatorError
from book.topics import Topic
from book.understanding.disguises import REMEMBERED
from book.understanding.leaning import NO_LEANINGS, Leanings, read_concepts, read_leanings
from book.understanding.screening import Screen, compile_screen

SHORTEST_MENDED = 5
"""Words shorter than this are never taken for another word mis-spelt: too many are one letter apart."""

LONGEST_WORD = 24
"""Longer runs of letters are noise, not English, and are not looked at for mis-spellings."""

GAPS: Mapping[str, int] = {"..": 3, "...": 7}
"""How many words the two gap marks of a pattern may stand for, at most."""

_WIDEST = max(GAPS.values())


class FaultyLexicon(OperatorError):
    """The lexicon cannot be used: it names a topic or a class of words that does not exist."""


@dataclass(frozen=True, slots=True)
class Sense:
    """What a pattern means, and the company its words must or must not keep in the sentence or in the clause.

    It gives way to the topics of `yields_to`, where one of them is read in the same sentence.
    """

    topics: tuple[Topic, ...]
    marks: frozenset[str]
    only_with: frozenset[str]
    not_with: frozenset[str]
    only_near: frozenset[str]
    not_near: frozenset[str]
    yields_to: frozenset[Topic]

    def fits(self, company: Collection[str], near: Collection[str]) -> bool:
        """Whether the other words of the sentence, and those `near` it in the clause, let this sense stand."""
        return (
            not (self.only_with and self.only_with.isdisjoint(company))
            and not (self.not_with and not self.not_with.isdisjoint(company))
            and not (self.only_near and self.only_near.isdisjoint(near))
            and not (self.not_near and not self.not_near.isdisjoint(near))
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """A sense found in a message, and the positions of the words that led to it."""

    sense: Sense
    at: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A message cut into words: as written (by span), as read, and where its sentences and clauses end.

    `labels` holds, word by word, everything a pattern may call it: the word itself and its `{classes}`.
    """

    text: str
    read: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    spans: tuple[tuple[int, int], ...]
    sentences: tuple[int, ...]
    clauses: tuple[int, ...]
    asked: frozenset[int]
    """Sentences that end in a question mark of the writer's own, not one inside quotation marks."""
    quoted: tuple[tuple[int, int], ...]
    company: Mapping[int, set[str]]
    """Every label of each sentence's words."""
    near: Mapping[int, set[str]]
    """Every label of each clause's words."""

    def as_written(self, at: Sequence[int]) -> str:
        """The stretch of the message from the first to the last of these words."""
        return self.text[self.spans[at[0]][0] : self.spans[at[-1]][1]]


@dataclass(slots=True, repr=False)  # printed in full, shared places again and again, it fills any memory
class _Node:
    """A place between two words of a pattern. Filled while the lexicon is compiled, never afterwards.

    A label may lead on to several places: patterns share a beginning only where they are written alike.
    """

    steps: dict[str, list[_Node]] = field(default_factory=dict)
    gaps: dict[int, _Node] = field(default_factory=dict)
    ends: list[tuple[Sense, bool, bool]] = field(default_factory=list)
    openings: dict[str, _Openings] = field(default_factory=dict)
    """Of a root alone: by the first word, what may follow it."""
    beginnings: dict[str, _Node] = field(default_factory=dict)

    def after(self, step: str) -> tuple[_Node, bool]:
        """The place after one step as the lexicon writes it, and whether it is new."""
        if (known := self.beginnings.get(step)) is not None:
            return known, False
        self.beginnings[step] = _Node()
        return self.beginnings[step], True


@dataclass(frozen=True, slots=True, repr=False)
class _Openings:
    """The places after one first word, in the order of the file, and which of them are worth walking on from.

    Most patterns die at their second word, so they are found by it: by the very next word, by any word ahead
    where a gap comes first, or at once where the first word is all.
    """

    places: tuple[_Node, ...]
    whole: frozenset[int]
    by_next: Mapping[str, tuple[int, ...]]
    by_gap: Mapping[str, tuple[int, ...]]

    def worth(self, following: Sequence[str], ahead: set[str]) -> Iterator[_Node]:
        """The places from which these words lead on."""
        chosen = set(self.whole)
        for label in following:
            chosen.update(self.by_next.get(label, ()))
        for label in self.by_gap.keys() & ahead:
            chosen.update(self.by_gap[label])
        return (self.places[number] for number in sorted(chosen))


@dataclass(frozen=True, slots=True, repr=False)
class Tongue:
    """Another language of the families: its patterns, and every word by which it is recognised."""

    topics: _Node
    words: frozenset[str]

    def is_spoken(self, words: Words, english: Collection[str]) -> bool:
        """Whether the message is in this language: it knows at least as many of its words as English does."""
        ours = [word for word in words.read if word in self.words]
        if all(word in english for word in ours):
            return False
        return len(ours) >= sum(word in english and word not in self.words for word in words.read)


@dataclass(frozen=True, slots=True, repr=False)  # whoever prints one by accident prints megabytes
class Lexicon:
    """The compiled lexicon. Holds no state of any message, so one serves every thread."""

    topics: _Node
    vocabulary: frozenset[str]
    classes: Mapping[str, tuple[str, ...]]
    displaces: Mapping[Topic, frozenset[Topic]]
    outshines: Mapping[Topic, frozenset[Topic]]
    spellings: Mapping[str, str]
    tokens: re.Pattern[str]
    ordinary: frozenset[str]
    apart: frozenset[str]
    near: Mapping[str, tuple[str, ...]]
    tongues: tuple[Tongue, ...]
    foreign: frozenset[str]
    screen: Screen
    leanings: Leanings = NO_LEANINGS
    _remembered: Callable[[str], tuple[str | None, tuple[str, ...]]] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_remembered", lru_cache(maxsize=REMEMBERED)(self._look_up))

    def read(self, text: str, names: Collection[str] = ()) -> Words:
        """Cut `text` into words. `names` stand for themselves: never looked up, never mended."""
        return _cut(text, self, _spellings(names))

    def find(self, words: Words) -> list[Hit]:
        """Every topic sense in reading order; of several at one place the longest that fits."""
        hits = _find(self.topics, words)
        if spoken := self.spoken(words):
            for tongue in spoken:
                hits.extend(_find(tongue.topics, words))
            hits.sort(key=lambda hit: hit.at[0])
        return hits

    def leaning(self, leanings: Leanings) -> Lexicon:
        """The same lexicon with other leanings."""
        return replace(self, leanings=leanings)

    def spoken(self, words: Words) -> tuple[Tongue, ...]:
        """The languages beside English that the message is in."""
        if self.foreign.isdisjoint(words.read):
            return ()
        return tuple(tongue for tongue in self.tongues if tongue.is_spoken(words, self.vocabulary))

    def look_up(self, word: str) -> tuple[str | None, tuple[str, ...]]:
        """The vocabulary's word for `word`, if it knows one, with its labels; remembered, unless it is noise."""
        return self._remembered(word) if len(word) <= LONGEST_WORD else self._look_up(word)

    def _look_up(self, word: str) -> tuple[str | None, tuple[str, ...]]:
        known = self.known(word)
        return known, () if known is None else self.labels(known)

    def known(self, word: str) -> str | None:
        """The vocabulary's word for `word`: itself, its singular, or the one word it mis-spells."""
        if word in self.vocabulary or word in self.foreign:
            return word
        if word.endswith("s") and word[:-1] in self.vocabulary and len(word) > 3:
            return word[:-1]
        if (shorter := _REPEATED.sub(r"\1", word)) != word:
            # "sooo goood": one letter or two, whichever makes a word.
            for candidate in (_REPEATED.sub(r"\1\1", word), shorter):
                if candidate in self.vocabulary:
                    return candidate
        if word.endswith("in") and len(word) >= SHORTEST_MENDED and word + "g" in self.vocabulary:
            return word + "g"  # "paintin", as it is said
        return self._mended(word)

    def labels(self, word: str) -> tuple[str, ...]:
        """What a pattern may call a word besides itself: its classes, and its singular."""
        found = self.classes.get(word, ())
        if word.endswith("s") and len(word) > 3 and word[:-1] in self.vocabulary and word not in self.apart:
            return (*found, word[:-1])
        return found

    def _mended(self, word: str) -> str | None:
        if not SHORTEST_MENDED <= len(word) <= LONGEST_WORD or word in self.ordinary:
            return None
        if word.endswith("s") and word[:-1] in self.ordinary:
            return None
        meant = {known for key in _with_one_letter_less(word) for known in self.near.get(key, ())}
        near = [known for known in meant if _is_slip(word, known)]
        return near[0] if len(near) == 1 else None


LANGUAGES = ("pl", "ro", "uk", "ur", "bn", "ar", "cy")
"""Languages with a small lexicon of their own beside the English one, each in `lexicon-….toml`."""


def load_lexicon(own: Mapping[str, Any] | None = None) -> Lexicon:
    """Read and compile the lexicon that comes with the book, and a nursery's `own` words (see `own_words`) with it.

    That takes a second, so without `own` words a process does it once: nothing changes a lexicon. The only reading of
    files under `book`.
    """
    return _load(own) if own else _lexicon_of_the_book()


@cache
def _lexicon_of_the_book() -> Lexicon:
    return _load({})


def _load(own: Mapping[str, Any]) -> Lexicon:
    tables = tables_of_the_book()
    for name, table in own.items():
        tables[name] = _joined(table, tables.get(name))
    tongues = [_tables(f"lexicon-{language}") for language in LANGUAGES]
    leanings = read_leanings(_file("leanings.txt"), read_concepts(_file("concepts.txt")))
    return compile_lexicon(tables, _tables("screen"), tongues, leanings)


def tables_of_the_book() -> dict[str, Any]:
    """The English lexicon as it is written, before it is compiled."""
    return _tables("lexicon")


def _tables(name: str) -> dict[str, Any]:
    return tomllib.loads(_file(f"{name}.toml"))


def _file(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _joined(own: Any, known: Any) -> Any:
    """A nursery's words beside the book's; its own come first, and so win where both fit equally well."""
    match own:
        case list():
            return [*own, *(known or ())]
        case dict():
            return {**(known or {}), **{name: _joined(value, (known or {}).get(name)) for name, value in own.items()}}
        case _:
            return own


def compile_lexicon(
    tables: Mapping[str, Any],
    screen: Mapping[str, Any] | None = None,
    tongues: Sequence[Mapping[str, Any]] = (),
    leanings: Leanings = NO_LEANINGS,
) -> Lexicon:
    """Compile a lexicon, and the screen that goes with it; raises an error that names what is wrong."""
    classes: dict[str, list[str]] = {}
    for name, members in tables.get("classes", {}).items():
        for member in members:
            classes.setdefault(fold(member), []).append("{" + name + "}")
    class_names = {"{" + name + "}" for name in tables.get("classes", {})} | _CLASSES_OF_FIGURES
    topics = _Node()
    vocabulary = set(classes)
    for table in tables.get("sense", ()):
        _plant_sense(table, topics, class_names, vocabulary)
    _open(topics)
    spellings: dict[str, str] = dict(tables.get("spellings", {}))
    spoken = tuple(_tongue(table, class_names) for table in tongues)
    near: dict[str, list[str]] = {}
    for word in vocabulary:
        if len(word) >= SHORTEST_MENDED and word.isalpha():
            for key in _with_one_letter_less(word):
                near.setdefault(key, []).append(word)
    return Lexicon(
        topics=topics,
        vocabulary=frozenset(vocabulary),
        classes={word: tuple(names) for word, names in classes.items()},
        displaces=_precedence(tables.get("displaces", {})),
        outshines=_precedence(tables.get("outshines", {})),
        spellings=spellings,
        tokens=_tokens(spellings),
        ordinary=frozenset(tables.get("ordinary", ())),
        apart=frozenset(tables.get("apart", ())),
        near={key: tuple(words) for key, words in near.items()},
        tongues=spoken,
        foreign=frozenset(word for tongue in spoken for word in tongue.words - vocabulary),
        screen=compile_screen(screen or {}, {*tables.get("ordinary", ()), *vocabulary}),
        leanings=leanings,
    )


def fold(word: str) -> str:
    """A word in small letters without accents or apostrophes, as the lexicon spells it."""
    if word.isascii():
        small = word.lower()
        return small if small.isalnum() else small.replace("'", "").replace("`", "")
    spread = unicodedata.normalize("NFKD", word.lower().translate(_BARRED))
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


# --- compiling -------------------------------------------------------------------------------------------------

_CLASSES_OF_FIGURES = {"{name}", "{number}", "{range}", "{phone}", "{dose}", "{volume}", "{fever}", "{clock}"}
_NAME = ("{name}", "{who}")
_MARKS = {"private", "urgent", "plan", "given", "collect", "request", "speech", "told", "open", "faint", "own"}


def _topic(name: str) -> Topic:
    try:
        return Topic(name)
    except ValueError as problem:
        raise FaultyLexicon(
            f"The lexicon names a topic that does not exist: {name}. Use one of {', '.join(Topic)}."
        ) from problem


def _plant_sense(table: Mapping[str, Any], root: _Node, class_names: set[str], vocabulary: set[str]) -> None:
    sense = _sense(table)
    for pattern in table["patterns"]:
        _plant(root, pattern, sense, class_names, vocabulary)
    company = sense.only_with | sense.not_with | sense.only_near | sense.not_near
    if strange := {word for word in company if word[0] == "{" and word not in class_names}:
        raise FaultyLexicon(f"The lexicon uses a class of words it does not list: {min(strange)!r}.")
    vocabulary.update(word for word in company if word[0] != "{")


def _tongue(tables: Mapping[str, Any], class_names: set[str]) -> Tongue:
    root, words = _Node(), {fold(word) for word in tables.get("signs", ())}
    for table in tables["sense"]:
        _plant_sense(table, root, class_names, words)
    _open(root)
    return Tongue(root, frozenset(words))


def _precedence(table: Mapping[str, Sequence[str]]) -> dict[Topic, frozenset[Topic]]:
    return {_topic(winner): frozenset(_topic(loser) for loser in losers) for winner, losers in table.items()}


def _sense(table: Mapping[str, Any]) -> Sense:
    marks = frozenset(table.get("marks", ()))
    if strange := marks - _MARKS:
        raise FaultyLexicon(f"The lexicon uses a mark that means nothing: {', '.join(sorted(strange))}.")
    return Sense(
        topics=tuple(_topic(name) for name in table.get("topics", ())),
        marks=marks,
        only_with=frozenset(table.get("only_with", ())),
        not_with=frozenset(table.get("not_with", ())),
        only_near=frozenset(table.get("only_near", ())),
        not_near=frozenset(table.get("not_near", ())),
        yields_to=frozenset(_topic(name) for name in table.get("yields_to", ())),
    )


def _plant(root: _Node, pattern: str, sense: Sense, class_names: set[str], vocabulary: set[str]) -> None:
    if pattern.endswith("|$"):  # one of these words, or the end of the clause
        _plant(root, pattern.rpartition(" ")[0] + "$", sense, class_names, vocabulary)
        pattern = pattern.removesuffix("|$")
    starts, ends = pattern.startswith("^"), pattern.endswith("$")
    places = [root]
    for step in pattern.removeprefix("^").removesuffix("$").split():
        if step in GAPS:
            places = [place.gaps.setdefault(GAPS[step], _Node()) for place in places]
            continue
        choices = [choice.split("_") for choice in step.replace("?", "").split("|")]
        chains = [[_label(word, class_names, pattern) for word in choice] for choice in choices]
        vocabulary.update(label for chain in chains for label in chain if label[0] != "{")
        following: list[_Node] = list(places) if "?" in step else []
        for place in places:
            after, new = place.after(step.replace("?", ""))
            following.append(after)
            if new:
                for chain in chains:
                    _join(place, chain, after)
        places = following
    if any(place is root for place in places):
        raise FaultyLexicon(f"The lexicon has a pattern that matches nothing at all: {pattern!r}.")
    for place in places:
        place.ends.append((sense, starts, ends))


def _open(root: _Node) -> None:
    """Note what may follow each first word, once everything is planted."""
    for label, places in root.steps.items():
        by_next: dict[str, list[int]] = {}
        by_gap: dict[str, list[int]] = {}
        for number, place in enumerate(places):
            for step in place.steps:
                by_next.setdefault(step, []).append(number)
            for step in {step for gap in place.gaps.values() for step in gap.steps}:
                by_gap.setdefault(step, []).append(number)
        root.openings[label] = _Openings(
            places=tuple(places),
            whole=frozenset(number for number, place in enumerate(places) if place.ends),
            by_next={step: tuple(numbers) for step, numbers in by_next.items()},
            by_gap={step: tuple(numbers) for step, numbers in by_gap.items()},
        )


def _join(place: _Node, chain: Sequence[str], after: _Node) -> None:
    """Lead from one place to another by way of one word or several."""
    *first, last = chain
    for label in first:
        place, before = _Node(), place
        before.steps.setdefault(label, []).append(place)
    place.steps.setdefault(last, []).append(after)


def _label(choice: str, class_names: set[str], pattern: str) -> str:
    label = "{number}" if choice == "#" else choice if choice.startswith("{") else fold(choice)
    if not label or label[-1] in "$^":
        raise FaultyLexicon(f"The lexicon has a pattern with a word missing or a mark out of place: {pattern!r}.")
    if label[0] == "{" and label not in class_names:
        raise FaultyLexicon(f"The lexicon uses a class of words it does not list: {choice!r}, in {pattern!r}.")
    return label


def _with_one_letter_less(word: str) -> Iterator[str]:
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def _is_slip(written: str, meant: str) -> bool:
    # The first letter of a word is hardly ever the wrong one, and insisting on it keeps "never" from "fever".
    if written[0] != meant[0] or OSA.distance(written, meant, score_cutoff=1) > 1:
        return False
    # In five letters another letter makes another word ("sheep", "sleep"): only swapped, lost and added ones.
    return len(meant) > SHORTEST_MENDED or len(written) != len(meant) or sorted(written) == sorted(meant)


# --- cutting a message into words ------------------------------------------------------------------------------

_BARRED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "’": "", "ʼ": "", "'": "", "‘": ""}
)
_REPEATED = re.compile(r"(.)\1{2,}")
# A mark that follows a letter belongs to it: decomposed accents, and the vowel signs of Arabic and Bengali.
_LETTER = r"(?:[^\W\d_]|[\u0300-\u036f\u064b-\u0655\u0980-\u09ff])"
_TOKEN = (
    r"(?P<phone>(?:\+44[ ]?\d|0\d)\d{3}[ ]?\d{3}[ ]?\d{3}(?!\d))"
    r"|(?P<range>\d{1,2}(?:[.:]\d\d)?[ ]?[-–][ ]?\d{1,2}(?:[.:]\d\d)?(?!\d))"
    r"|(?P<figure>\d+(?:[.:,]\d+)?)"
    rf"|(?P<word>{_LETTER}+(?:['’ʼ`]{_LETTER}+)*)"
    r"|(?P<other>[^\w\s]|\n)"
)


def _tokens(spellings: Collection[str]) -> re.Pattern[str]:
    """What cuts a message into words; "l8" and "4got" are words because the lexicon lists them, "5ml" is none."""
    mixed = "|".join(re.escape(word) for word in sorted(spellings, key=len, reverse=True) if not word.isalpha())
    return re.compile(rf"(?P<mixed>(?<![^\W_])(?:{mixed})(?![^\W_]))|{_TOKEN}" if mixed else _TOKEN, re.IGNORECASE)


_QUOTED = re.compile(r"\"[^\"\n]{1,200}\"|“[^”\n]{1,200}”|(?<!\w)['‘](?=\w)(?:[^'’\n]|['’](?=\w)){1,200}['’](?!\w)")
_SENTENCE_ENDS = frozenset(".!?؟۔।\n…")
_CLAUSE_ENDS = frozenset(',;:()-–—"“”[]')


def _spellings(names: Collection[str]) -> frozenset[str]:
    parts = {fold(part) for name in names for part in re.split(r"[\s-]+", name) if part}
    return frozenset(parts | {part + "s" for part in parts})


def _cut(text: str, lexicon: Lexicon, names: frozenset[str]) -> Words:
    quoted = tuple(found.span() for found in _QUOTED.finditer(text))
    shouted = text.isupper()
    read: list[str] = []
    labels: list[tuple[str, ...]] = []
    spans: list[tuple[int, int]] = []
    sentences: list[int] = []
    clauses: list[int] = []
    asked: set[int] = set()
    sentence = clause = 0
    opened = True
    for found in lexicon.tokens.finditer(text):
        kind, written = found.lastgroup, found.group()
        if kind == "other":
            if written in "?؟" and not any(start < found.start() < end for start, end in quoted):
                asked.add(sentence)
            if written in _SENTENCE_ENDS:
                sentence, clause, opened = sentence + 1, clause + 1, True
                continue
            if written in _CLAUSE_ENDS:
                clause += 1
                continue
            word = "and" if written in "&+" else written
            if word != "and" and word not in lexicon.vocabulary:
                continue
            also = lexicon.classes.get(word, ())
        elif kind in {"word", "mixed"}:
            word, also = _word(written, lexicon, names, inside=not opened and not shouted)
            opened = False
        else:
            word, also, opened = written, _figure(kind or "", written), False
        read.append(word)
        labels.append((word, *also))
        spans.append(found.span())
        sentences.append(sentence)
        clauses.append(clause)
    company: dict[int, set[str]] = {}
    near: dict[int, set[str]] = {}
    for also, where, part in zip(labels, sentences, clauses, strict=True):
        company.setdefault(where, set()).update(also)
        near.setdefault(part, set()).update(also)
    return Words(
        text=text,
        read=tuple(read),
        labels=tuple(labels),
        spans=tuple(spans),
        sentences=tuple(sentences),
        clauses=tuple(clauses),
        asked=frozenset(asked),
        quoted=quoted,
        company=company,
        near=near,
    )


def _word(written: str, lexicon: Lexicon, names: frozenset[str], *, inside: bool) -> tuple[str, tuple[str, ...]]:
    """A word as it is read, with its labels; `inside` a sentence a capital says something."""
    word = fold(written)
    if word not in names:
        word = lexicon.spellings.get(word, word)
    if word in names:
        return "\0" + word, _NAME
    capital = written[0].isupper()
    if not (inside and capital):
        known, labels = lexicon.look_up(word)
    elif word in lexicon.vocabulary:
        known, labels = word, lexicon.labels(word)
    else:
        known, labels = None, ()  # A capital inside a sentence is somebody's name: never mended into a word.
    if known is None:
        return word, _NAME if capital else ()
    return known, labels


def _figure(kind: str, written: str) -> tuple[str, ...]:
    if kind != "figure":
        return ("{" + kind + "}", "{number}") if kind == "range" else ("{phone}",)
    value = float(written.replace(":", ".").replace(",", ".")) if len(written) < 7 else 0.0
    found = ["{number}"]
    if 0 < value <= 20:
        found.append("{dose}")
    if 30 <= value <= 400:
        found.append("{volume}")
    if 37.5 <= value <= 42 and not written.isdecimal():
        found.append("{fever}")
    if 1 <= value < 24:
        found.append("{clock}")
    return tuple(found)


# --- finding patterns ------------------------------------------------------------------------------------------


def _find(root: _Node, words: Words) -> list[Hit]:
    hits: list[Hit] = []
    taken = bytearray(len(words.read))
    last = len(words.read) - 1
    for start, labels in enumerate(words.labels):
        if taken[start]:
            continue
        company = words.company[words.sentences[start]]
        ahead = set().union(*words.labels[start + 1 : start + 2 + _WIDEST])
        found: list[tuple[tuple[int, ...], Sense]] = []
        next_to = start < last and words.clauses[start + 1] == words.clauses[start]
        following = words.labels[start + 1] if next_to else ()
        for label in labels:
            if (openings := root.openings.get(label)) is not None:
                for node in openings.worth(following, ahead):
                    _walk(node, (start,), words, taken, found)
        if not found:
            continue
        # The longest stretch first; among equals the one with most of its words named, then the earlier in the file.
        if len(found) > 1:
            found.sort(key=_length, reverse=True)
        settled = False
        for at, sense in found:
            if settled and "open" not in sense.marks:
                continue
            if not sense.fits(company, words.near[words.clauses[start]]):
                continue
            hits.append(Hit(sense, at))
            if "open" in sense.marks:
                continue  # its words may mean something else besides
            for place in at:
                taken[place] = 1
            settled = True
    return hits


def _length(match: tuple[tuple[int, ...], Sense]) -> tuple[int, int]:
    return match[0][-1], len(match[0])


def _walk(
    node: _Node,
    at: tuple[int, ...],
    words: Words,
    taken: bytearray,
    found: list[tuple[tuple[int, ...], Sense]],
) -> None:
    last = at[-1]
    for sense, starts, ends in node.ends:
        if starts and at[0] > 0 and words.clauses[at[0] - 1] == words.clauses[at[0]]:
            continue
        if ends and last + 1 < len(words.read) and words.clauses[last + 1] == words.clauses[last]:
            continue
        found.append((at, sense))
    following = last + 1
    if following < len(words.read) and words.clauses[following] == words.clauses[last] and not taken[following]:
        for label in words.labels[following]:
            for step in node.steps.get(label, ()):
                _walk(step, (*at, following), words, taken, found)
    for width, gap in node.gaps.items():
        steps = gap.steps
        if steps.keys().isdisjoint(words.company[words.sentences[last]]):
            continue  # no word of this sentence can end the gap
        for place in range(following, min(following + width + 1, len(words.read))):
            if words.sentences[place] != words.sentences[last] or taken[place]:
                break
            for label in words.labels[place]:
                if label in steps:
                    for step in steps[label]:
                        _walk(step, (*at, place), words, taken, found)
