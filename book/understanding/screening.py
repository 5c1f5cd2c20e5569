"""Words that may tell of harm to a child, weighed: cues add points, what belongs to an ordinary day takes some away.

Knows nothing of who wrote, who may read, or what becomes of a message. `screen.toml` says in its first lines how a cue
is written; what is kept here is the counting. A message is looked at as bits, one a word, so that its length hardly
matters.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from book.errors import OperatorError
from book.understanding.disguises import Labels, Vocabulary, cut, inflected, plainly, vocabulary

SENTENCES_TOLD_APART = 60
"""A message of more sentences than this is noise: from there on it is read as one."""

GAPS: Mapping[str, int] = {"": 0, "..": 3, "...": 7}
"""How many words the two gap marks of a cue may stand for, at most."""

EVERYTHING = "everything"
"""What an ordinary word is against that makes the whole message likelier to be harmless."""

LEANING = "leaning"
"""The kind of the single words that are a little likelier in a disclosure than in an ordinary message."""

_ANYWHERE = frozenset({"+", "&"})


class FaultyScreen(OperatorError):
    """The screen cannot be used: a cue is written in a way that means nothing."""


@dataclass(frozen=True, slots=True)
class Found:
    """One cue found in a message: what it hints at, its points, and the words as written."""

    kind: str
    points: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a message weighs, and what weighed: the cues that added first, the heaviest first of all."""

    score: int
    threshold: int
    found: tuple[Found, ...] = ()

    @property
    def held(self) -> bool:
        """Whether the message goes to the safeguarding lead instead of the book."""
        return self.score >= self.threshold


@dataclass(frozen=True, slots=True)
class Cue:
    """Several ways to say one thing; however many of them are in a message, it counts once.

    Below nought it takes from each of its `kinds`, and never more than that kind had.
    """

    kinds: tuple[str, ...]
    points: int


@dataclass(frozen=True, slots=True)
class _Step:
    """One place of a pattern: which labels may stand there, by how many words each stands for."""

    labels: tuple[tuple[int, Labels], ...]
    any_of: int
    after: str
    """What stands between the step before and this one: nothing, a gap, `+` or `&`."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A message cut into words. Places are bits: bit 3 is the fourth word."""

    spans: tuple[tuple[int, int], ...]
    at: Mapping[int, int]
    present: int
    inside: int
    """Every word but the first of each sentence."""
    sentences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Match:
    steps: tuple[_Step, ...]
    ends: tuple[int, ...]
    """Where each step may end, as bits."""


@dataclass(frozen=True, slots=True, repr=False)
class Screen:
    """The compiled cues. Holds no state of any message, so one serves every thread."""

    threshold: int
    cues: tuple[Cue, ...]
    vocabulary: Vocabulary
    phrases: Mapping[tuple[str, str], tuple[tuple[tuple[str, ...], Labels], ...]]
    """By their first two words."""
    patterns: tuple[tuple[int, tuple[_Step, ...]], ...]
    anchored: Mapping[int, tuple[int, ...]]
    """Which patterns are worth trying where a label is present: each hangs on its rarest step."""
    single: Mapping[int, tuple[tuple[int, int, tuple[_Step, ...]], ...]]
    """The patterns of one step only, by label, with their cue and how many words the label stands for."""
    quoted: int
    name: int

    def weigh(self, text: str) -> Weighed:
        """What a text weighs. What weighed is told only where it is held; `explain` tells it always."""
        read = self._read(text)
        matches = self._matches(read)
        score = tally(matches, self.cues)
        found = self._found(text, read, matches) if score >= self.threshold else ()
        return Weighed(score, self.threshold, found)

    def explain(self, text: str) -> Weighed:
        """What a text weighs, held or not, and what weighed."""
        read = self._read(text)
        matches = self._matches(read)
        return Weighed(tally(matches, self.cues), self.threshold, self._found(text, read, matches))

    def cues_in(self, text: str) -> frozenset[int]:
        """The cues of a text, by their place in the file: what fitting the points looks at."""
        return frozenset(self._matches(self._read(text)))

    # --- matching ------------------------------------------------------------------------------------------------

    def _matches(self, read: _Read) -> dict[int, _Match]:
        tried: set[int] = set()
        matches: dict[int, _Match] = {}
        for label, places in read.at.items():
            tried.update(self.anchored.get(label, ()))
            for cue, length, steps in self.single.get(label, ()):
                if cue not in matches:
                    matches[cue] = _Match(steps, (places << (length - 1),))
        present = read.present
        for place in sorted(tried):
            cue, steps = self.patterns[place]
            if cue in matches:
                continue
            for step in steps:
                if not step.any_of & present:
                    break
            else:
                if ends := _follow(steps, read):
                    matches[cue] = _Match(steps, ends)
        return matches

    def _found(self, text: str, read: _Read, matches: Mapping[int, _Match]) -> tuple[Found, ...]:
        found = [
            Found(self.cues[cue].kinds[0], self.cues[cue].points, tuple(_stretches(text, read, match)))
            for cue, match in matches.items()
        ]
        return tuple(sorted(found, key=lambda each: -each.points))

    # --- reading -------------------------------------------------------------------------------------------------

    def _read(self, text: str) -> _Read:
        quoted = [found.span() for found in _QUOTED.finditer(text)] if _QUOTE.search(text) else []
        shouted = text.isupper()
        spans: list[tuple[int, int]] = []
        read: list[str] = []
        at: dict[int, int] = {}
        firsts: list[int] = []
        opened = True
        look_up = self.vocabulary.look_up
        within = 0
        for begin, end, written in cut(text):
            if not written:
                opened = True
                continue
            place = len(spans)
            if opened:
                firsts.append(place)
            word, labels, is_known, meant, of_meant = look_up(written)
            if not is_known:
                capital = written[0].isupper() and not shouted
                if opened or not capital:  # a capital inside a sentence is somebody's name, not a slip
                    word, labels = meant, of_meant
                if capital and not labels:
                    labels = (self.name,)
            opened = False
            bit = 1 << place
            for label in labels:
                at[label] = at.get(label, 0) | bit
            while within < len(quoted) and quoted[within][1] <= begin:
                within += 1
            if within < len(quoted) and quoted[within][0] < begin:
                at[self.quoted] = at.get(self.quoted, 0) | bit
            spans.append((begin, end))
            read.append(word)
        if len(firsts) > SENTENCES_TOLD_APART:
            del firsts[1:]
        self._read_phrases(read, frozenset(firsts), at)
        edges = [*firsts, len(spans)]
        inside, present = (1 << len(spans)) - 1, 0
        for first in firsts:
            inside &= ~(1 << first)
        for label in at:
            present |= 1 << label
        sentences = tuple((1 << edges[place + 1]) - (1 << edges[place]) for place in range(len(firsts)))
        return _Read(tuple(spans), at, present, inside, sentences)

    def _read_phrases(self, read: Sequence[str], firsts: Collection[int], at: dict[int, int]) -> None:
        for place, pair in enumerate(pairwise(read)):
            for phrase, labels in self.phrases.get(pair, ()):
                end = place + len(phrase)
                if tuple(read[place:end]) == phrase and not any(each in firsts for each in range(place + 1, end)):
                    for label in labels:
                        at[label] = at.get(label, 0) | 1 << place


def leaning(worth: int) -> Cue:
    """The cue that a single word is, which adds or takes a little whatever it stands beside."""
    return Cue((LEANING,) if worth > 0 else (EVERYTHING,), worth)


def tally(found: Iterable[int], cues: Sequence[Cue]) -> int:
    """The points of these cues together."""
    added: dict[str, int] = {}
    taken: dict[str, int] = {EVERYTHING: 0}
    for number in found:
        cue = cues[number]
        if cue.points > 0:
            added[cue.kinds[0]] = added.get(cue.kinds[0], 0) + cue.points
        else:
            for kind in cue.kinds:
                taken[kind] = taken.get(kind, 0) + cue.points
    return sum(max(0, points + taken.get(kind, 0)) for kind, points in added.items()) + taken[EVERYTHING]


_QUOTE = re.compile("[\"“„'‘«]")
_QUOTED = re.compile(
    r"[\"“”„][^\"“”\n]{1,300}[\"”“]|«[^»\n]{1,300}»|(?<!\w)['‘](?=\w)(?:[^'’\n]|['’](?=\w)){1,300}['’](?!\w)"
)


# --- following a pattern -----------------------------------------------------------------------------------------


def _follow(steps: Sequence[_Step], read: _Read) -> tuple[int, ...]:
    """Where each step of a pattern may end; nothing where the pattern is not in the message."""
    at = read.at
    allowed = -1
    ends: list[int] = []
    for step in steps:
        if ends:
            allowed = _allowed(ends[-1], step.after, read)
        here = 0
        for length, labels in step.labels:
            places = 0
            for label in labels:
                places |= at.get(label, 0)
            here |= (places & allowed) << (length - 1)
        if not here:
            return ()
        ends.append(here)
    return tuple(ends)


def _allowed(here: int, after: str, read: _Read) -> int:
    """Where the next step may begin when the last one ended `here`."""
    if after == "&":
        return -1
    if after == "+":
        allowed = 0
        for sentence in read.sentences:
            if sentence & here:
                allowed |= sentence
        return allowed
    inside = read.inside
    reach = here = (here << 1) & inside
    for _ in range(GAPS[after]):
        here = (here << 1) & inside
        reach |= here
    return reach


def _stretches(text: str, read: _Read, match: _Match) -> Iterator[str]:
    """The stretches of the message a pattern stands on: one for each part between `+` and `&`."""
    steps, ends = match.steps, match.ends
    parts: list[tuple[int, int]] = []
    last = len(steps) - 1
    while last >= 0:
        here = end = _lowest(ends[last])
        while True:
            goes_on = last > 0 and steps[last].after not in _ANYWHERE
            start, before = here, 0
            for start in _starts(steps[last], here, read):
                before = ends[last - 1] & ((1 << start) - 1)
                if before or not goes_on:
                    break
            last -= 1
            if not (goes_on and before):
                break
            here = before.bit_length() - 1
        parts.append((read.spans[start][0], read.spans[end][1]))
    for begin, finish in sorted(parts):
        yield text[begin:finish]


def _lowest(places: int) -> int:
    return (places & -places).bit_length() - 1


def _starts(step: _Step, end: int, read: _Read) -> Iterator[int]:
    """Where words of this step that end at `end` may begin, the longest phrase first."""
    for length, labels in reversed(step.labels):
        start = end - length + 1
        if start >= 0 and any(read.at.get(label, 0) >> start & 1 for label in labels):
            yield start


# --- compiling ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Labels:
    """Gives a number to every word, phrase and class that a pattern names. Used up once the screen is compiled."""

    classes: Mapping[str, Sequence[str]]
    numbers: dict[tuple[str, int], int] = field(default_factory=dict)
    words: dict[str, set[int]] = field(default_factory=dict)
    beginnings: dict[str, set[int]] = field(default_factory=dict)
    phrases: dict[tuple[str, ...], set[int]] = field(default_factory=dict)
    choices: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)  # each is named by many patterns

    def number(self, name: str, length: int = 1) -> int:
        return self.numbers.setdefault((name, length), len(self.numbers))

    def step(self, written: str, after: str) -> _Step:
        by_length: dict[int, dict[int, None]] = {}
        for choice in written.split("|"):
            for length, label in self._choice(choice):
                by_length.setdefault(length, {})[label] = None
        labels = tuple((length, tuple(by_length[length])) for length in sorted(by_length))
        any_of = 0
        for _, found in labels:
            for label in found:
                any_of |= 1 << label
        return _Step(labels, any_of, after)

    def _choice(self, choice: str) -> tuple[tuple[int, int], ...]:
        if choice not in self.choices:
            self.choices[choice] = tuple(self._numbered(choice))
        return self.choices[choice]

    def _numbered(self, choice: str) -> Iterator[tuple[int, int]]:
        if choice in ("{quoted}", "{name}"):
            yield 1, self.number(choice)
        elif choice.startswith("{"):
            name = choice[1:-1]
            if name not in self.classes:
                raise FaultyScreen(f"The screen uses a class of words it does not list: {choice}.")
            yield from self.listed(choice, self.classes[name])
        else:
            yield from self.listed(choice, [choice])

    def listed(self, label: str, members: Iterable[str]) -> Iterator[tuple[int, int]]:
        seen: set[int] = set()
        for member in members:
            if member.startswith("{"):
                for length, number in self._choice(member):
                    yield length, number
                continue
            for words in _forms(member):
                number = self.number(label, len(words))
                if len(words) > 1:
                    self.phrases.setdefault(words, set()).add(number)
                elif member.endswith("*"):
                    self.beginnings.setdefault(words[0], set()).add(number)
                    self.words.setdefault(words[0], set()).add(number)
                else:
                    self.words.setdefault(words[0], set()).add(number)
                if len(words) not in seen:
                    seen.add(len(words))
                    yield len(words), number


def _forms(member: str) -> Iterator[tuple[str, ...]]:
    parts = [plainly(part.rstrip("*~")) for part in re.split(r"[ _]", member)]
    if not all(parts):
        raise FaultyScreen(f"The screen lists a word without letters: {member!r}.")
    places = [place for place, part in enumerate(re.split(r"[ _]", member)) if part.endswith("~")]
    if not places:
        yield tuple(parts)
    for place in places:
        for form in inflected(parts[place]):
            yield (*parts[:place], form, *parts[place + 1 :])


def compile_screen(tables: Mapping[str, Any], plain: Collection[str] = ()) -> Screen:
    """Compile a screen from its tables; raises `FaultyScreen` naming what is wrong."""
    labels = _Labels(tables.get("classes", {}))
    cues: list[Cue] = []
    patterns: list[tuple[int, tuple[_Step, ...]]] = []
    kinds = {table["kind"] for table in tables.get("cue", ())}
    for table in (*tables.get("cue", ()), *tables.get("ordinary", ())):
        cues.append(_cue(table, kinds))
        for pattern in table["patterns"]:
            patterns.extend((len(cues) - 1, steps) for steps in _patterns(pattern, labels))
    for table in tables.get("lean", ()):
        for word in table["words"]:
            cues.append(leaning(table["worth"]))
            patterns.append((len(cues) - 1, (labels.step(word, ""),)))
    anchored, single = _hung(patterns)
    phrases: dict[tuple[str, str], list[tuple[tuple[str, ...], Labels]]] = {}
    for phrase, numbers in labels.phrases.items():
        phrases.setdefault((phrase[0], phrase[1]), []).append((phrase, tuple(sorted(numbers))))
    words = {word: tuple(sorted(numbers)) for word, numbers in labels.words.items()}
    for phrase in labels.phrases:
        for word in phrase:
            words.setdefault(word, ())
    return Screen(
        threshold=tables.get("threshold", 10),
        cues=tuple(cues),
        vocabulary=vocabulary(
            words,
            {word: tuple(sorted(numbers)) for word, numbers in labels.beginnings.items()},
            _spellings(tables.get("spellings", {})),
            {*plain, *tables.get("plain", ())},
        ),
        phrases={pair: tuple(found) for pair, found in phrases.items()},
        patterns=tuple(patterns),
        anchored=anchored,
        single=single,
        quoted=labels.number("{quoted}"),
        name=labels.number("{name}"),
    )


def _hung(
    patterns: Sequence[tuple[int, tuple[_Step, ...]]],
) -> tuple[dict[int, tuple[int, ...]], dict[int, tuple[tuple[int, int, tuple[_Step, ...]], ...]]]:
    """Each pattern under the labels of its rarest step, and those of a single step by themselves."""
    used: dict[int, int] = {}
    for _, steps in patterns:
        for step in steps:
            for _, found in step.labels:
                for label in found:
                    used[label] = used.get(label, 0) + 1
    anchored: dict[int, list[int]] = {}
    single: dict[int, list[tuple[int, int, tuple[_Step, ...]]]] = {}
    for place, (cue, steps) in enumerate(patterns):
        if len(steps) == 1:
            for length, found in steps[0].labels:
                for label in found:
                    single.setdefault(label, []).append((cue, length, steps))
            continue
        rarest = min(steps, key=lambda step: sum(used[label] for _, found in step.labels for label in found))
        for _, found in rarest.labels:
            for label in found:
                anchored.setdefault(label, []).append(place)
    return (
        {label: tuple(places) for label, places in anchored.items()},
        {label: tuple(found) for label, found in single.items()},
    )


def _spellings(table: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {plainly(written): plainly(meant) for meant, spelt in table.items() for written in spelt}


def _cue(table: Mapping[str, Any], kinds: Collection[str]) -> Cue:
    if "kind" in table:
        return Cue((table["kind"],), table["points"])
    against = tuple(table["against"])
    if strange := set(against) - set(kinds) - {EVERYTHING}:
        raise FaultyScreen(f"The screen takes away from a kind that no cue has: {', '.join(sorted(strange))}.")
    return Cue(against, -table["takes"])


def _patterns(pattern: str, labels: _Labels) -> Iterator[tuple[_Step, ...]]:
    """A pattern, and the same without each word that may be missing."""
    written = pattern.split()
    optional = [place for place, each in enumerate(written) if each.endswith("?")]
    for choice in range(1 << len(optional)):
        left_out = {place for bit, place in enumerate(optional) if choice >> bit & 1}
        steps: list[_Step] = []
        after = ""
        for place, each in enumerate(written):
            if place in left_out:
                continue
            if each in GAPS or each in _ANYWHERE:
                after = each
                continue
            steps.append(labels.step(each.removesuffix("?"), after))
            after = ""
        if not steps or after:
            raise FaultyScreen(f"The screen has a cue that stands on nothing: {pattern!r}.")
        yield tuple(steps)
