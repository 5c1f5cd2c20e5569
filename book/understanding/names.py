"""Where a message names a child of the sender's circle, however the name is spelt, and where it only seems to.

Knows nothing of sentences: who a sentence is about is decided in `children`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from rapidfuzz.distance import OSA

from book.understanding.lexicon import fold

LONGEST_MESSAGE = 1500
"""More words and marks than any message that a person writes at once on a telephone."""


@dataclass(frozen=True, slots=True)
class Named:
    """A child of the sender's circle and everything it is called: first name, nicknames, full name."""

    child: int
    names: tuple[str, ...]


class Word(NamedTuple):
    """A word or a run of one mark: as written (a mark once), as compared, and where it stands.

    A tuple, because a long message makes a thousand of them.
    """

    written: str
    folded: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Whether it is letters or figures rather than a mark."""
        return bool(self.folded)


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a name stands: the words it covers and every child it could be.

    `sure` is false where the same letters are also a word ("will", "summer") and do not clearly stand as a name.
    """

    first: int
    last: int
    children: frozenset[int]
    sure: bool = True


def words_of(text: str, *, at_most: int = LONGEST_MESSAGE) -> list[Word]:
    """The words and marks of a text, in order, and no more of them than `at_most`."""
    words = []
    for found in islice(_WORD.finditer(text), at_most):
        if (word := found["word"]) is not None:
            words.append(Word(word, fold(word), found.start(), found.end()))
        else:
            words.append(Word(found.group()[0], "", found.start(), found.end()))
    return words


def mentions_in(words: Sequence[Word], circle: Sequence[Named]) -> list[Mention]:
    """Every mention of the circle's children, first to last; the longest name wins where several begin."""
    spellings = _spellings(circle)
    begin = {parts[0] for parts in spellings}
    initials = _surname_initials(circle)
    longest = max((len(parts) for parts in spellings), default=0)
    mended: dict[str, list[tuple[str, frozenset[int]]]] = {}
    for parts, children in spellings.items():
        if len(parts) == 1 and len(parts[0]) >= SHORTEST_MENDED:
            mended.setdefault(parts[0][0], []).append((parts[0], children))
    short = [(parts[0], children) for parts, children in spellings.items() if len(parts) == 1]
    found: list[Mention] = []
    at = 0
    while at < len(words):
        folded = words[at].folded
        mention = None
        if folded in begin or _without_s(folded) in begin:
            mention = _mention_at(words, at, spellings, initials, longest)
        elif folded[:1] in mended and (mention := _mis_spelt(folded, at, mended[folded[0]])) is not None:
            mention = _or_a_shorter(mention, folded, short)
        if mention is None:
            at += 1
        else:
            found.append(mention)
            at = mention.last + 1
    return found


def nearly_named(words: Sequence[Word], circle: Sequence[Named], mentions: Sequence[Mention]) -> list[Mention]:
    """Where a word stands as a name would and is one letter from a child's, too little to say that it is hers.

    "Ella and Daizy painted" is not only about Ella: whoever is nearly named is asked about, never read past.
    """
    taken = {place for mention in mentions for place in range(mention.first, mention.last + 1)}
    spellings = {parts[0]: children for parts, children in _spellings(circle).items() if len(parts) == 1}
    known = [(name, children) for name, children in spellings.items() if len(name) >= SHORTEST_NEAR]
    known = [(name, children) for name, children in known if name not in _ALSO_WORDS]
    found = []
    for at, word in enumerate(words):
        if at in taken or not SHORTEST_NEAR - 1 <= len(word.folded) <= LONGEST_MENDED or word.folded in _NEVER_NAMES:
            continue
        if not _stands_where_names_do(words, at, taken):
            continue
        children: frozenset[int] = frozenset()
        for name, named in known:
            spelt = {word.folded, _without_s(word.folded)}
            if any(OSA.distance(each, name, score_cutoff=1) == 1 for each in spelt):
                children |= named
        if children:
            found.append(Mention(at, at, children, sure=False))
    return found


def _opens_a_sentence(words: Sequence[Word], at: int) -> bool:
    return at == 0 or words[at - 1].written in ".!?\n"


_BEFORE_PEOPLE = frozenset({
    "with", "and", "n", "hit", "bit", "pushed", "gave", "saw", "told", "by", "for", "from", "hugged", "not", "bar",
    "except", "but", "near", "beside", "behind", "to", "friend", "mate", "met", "joined", "helped", "hi",
    "hello", "morning", "afternoon", "evening",
})  # fmt: skip


def _stands_where_names_do(words: Sequence[Word], at: int, taken: set[int]) -> bool:
    """With a capital, beside a name in a list, after a word that takes people, or before what a child does."""
    word = words[at]
    is_long = len(word.folded) >= SHORTEST_MENDED - 1
    if word.written[0].isupper() and not word.written.isupper():
        return is_long or not _opens_a_sentence(words, at)
    before = words[at - 1] if at else None
    after = words[at + 1] if at + 1 < len(words) else None
    listed = (at - 2 in taken and before) or (at + 2 in taken and after)
    if is_long and (at - 1 in taken or at + 1 in taken):
        return True
    if listed and (listed.written in ",&+/" or listed.folded in {"and", "n"}):
        return True
    if not is_long:
        return False
    if before is not None and before.folded in _BEFORE_PEOPLE:
        return True
    opens = before is None or before.written in _OPENINGS
    does = after is not None and (
        after.folded in _FOLLOW_A_NAME or after.folded.endswith("ed") or after.written in {":", "-", "–"}
    )
    return opens and does


# --- exact spellings -------------------------------------------------------------------------------------------

_WORD = re.compile(
    r"(?P<word>(?:[^\W_]|[\u0300-\u036f\u064b-\u0655\u0980-\u09ff])+(?:['’ʼ](?:[^\W\d_])+)*)|(?P<mark>\n\s*|(?P<one>[^\w\s])(?P=one)*)"
)

_Spellings = Mapping[tuple[str, ...], frozenset[int]]


def _spellings(circle: Sequence[Named]) -> _Spellings:
    spellings: dict[tuple[str, ...], set[int]] = {}
    for named in circle:
        for name in named.names:
            parts = tuple(fold(part) for part in re.split(r"[\s\-‐]+", name) if part)
            if not parts:
                continue
            spellings.setdefault(parts, set()).add(named.child)
            if "-" in name:  # "Mary-Kate" is written "marykate" as well
                spellings.setdefault(("".join(parts),), set()).add(named.child)
    return {parts: frozenset(children) for parts, children in spellings.items()}


def _surname_initials(circle: Sequence[Named]) -> Mapping[tuple[str, str], frozenset[int]]:
    """ "Ella P": a first name and the first letter of what follows it in the full name."""
    initials: dict[tuple[str, str], set[int]] = {}
    for named in circle:
        for name in named.names:
            parts = [fold(part) for part in name.split()]
            if len(parts) > 1 and parts[-1]:
                initials.setdefault((parts[0], parts[-1][0]), set()).add(named.child)
    return {key: frozenset(children) for key, children in initials.items()}


def _mention_at(
    words: Sequence[Word],
    at: int,
    spellings: _Spellings,
    initials: Mapping[tuple[str, str], frozenset[int]],
    longest: int,
) -> Mention | None:
    parts: list[str] = []
    best: Mention | None = None
    place = at
    while place < len(words) and len(parts) < longest:
        word = words[place]
        if not word.is_word:
            if word.written in "-‐" and parts:
                place += 1
                continue
            break
        parts.append(word.folded)
        children = spellings.get(tuple(parts)) or spellings.get((*parts[:-1], _without_s(parts[-1])))
        stands = len(parts) > 1 or _stands_as_name(words, at)
        if children and stands is not None:
            best = Mention(at, place, children, sure=stands)
        place += 1
    if best is not None and len(best.children) > 1 and best.first == best.last and at + 1 < len(words):
        following = words[at + 1].folded.removesuffix("s") or words[at + 1].folded
        told_apart = initials.get((words[at].folded, following), frozenset()) & best.children
        if len(following) == 1 and len(told_apart) == 1:
            return Mention(at, at + 1, told_apart)
    return best


def _without_s(word: str) -> str:
    # "Ella's" and "ellas"; a name that ends in s ("James") is found as it is before this is tried.
    return word[:-1] if word.endswith("s") and len(word) > 2 else word


# --- names that are words --------------------------------------------------------------------------------------

_ALSO_WORDS = frozenset({
    "will", "bill", "mark", "art", "may", "april", "june", "august", "summer", "autumn", "bear", "grace",
    "hope", "joy", "faith", "rose", "kit", "sunny", "star", "sky", "rain", "river", "pat", "max",
    "miles", "chase", "hunter", "reed", "rob", "frank", "grant", "pip", "buddy", "teddy", "bunny",
    "honey", "angel", "prince", "princess", "dawn", "eve", "skip", "dot", "ray", "rocky", "blue", "ash",
    "pepper", "coco", "cookie", "lolly", "king", "so", "an", "no", "al", "wade", "bay", "wolf", "fox",
    "ace", "cash", "jack", "duke", "pearl", "early", "sage", "jay", "robin", "ginger", "cherry", "olive",
    "melody", "harmony", "blaze",
})  # fmt: skip
# Before a name that is also a word, these make it the word: "his teddy", "she will", "a rose", "spare kit".
_MAKE_IT_A_WORD = frozenset({
    "a", "an", "the", "his", "her", "their", "its", "my", "our", "your", "some", "any", "this", "that",
    "these", "those", "spare", "new", "more", "no", "pe", "swimming", "he", "she", "they", "it", "we",
    "i", "you", "u", "ill", "hell", "shell", "there", "who", "which", "what", "mummy", "daddy", "mum",
    "dad", "nan", "not", "to", "can", "could", "would", "should", "in", "on", "of", "first", "last",
    "next", "every", "each", "big", "little", "favourite", "pretend", "red", "yellow",
})  # fmt: skip
_TO_PEOPLE = frozenset({"next", "close", "beside", "near", "talking", "talked", "singing", "sang", "reading", "spoke"})
_ASK_FIRST = frozenset({"will", "may", "mark", "chase", "grant", "rob", "skip", "bill", "so", "an", "no"})
_OWN = frozenset({"his", "her", "their", "a", "the", "my", "your", "an"})
_FOLLOW_A_WORD = frozenset({
    "be", "have", "need", "you", "u", "not", "get", "do", "let", "make", "take", "come", "go", "bring",
    "send", "pick", "i", "he", "she", "they", "it", "we", "the", "there", "this", "that", "hat", "hats",
    "time", "holiday", "holidays", "term", "clothes", "dress", "bear", "bears", "hunt", "cream", "day",
    "garden", "seeds", "pudding", "rabbit", "bag", "ring", "try",
})  # fmt: skip
_FOLLOW_A_NAME = frozenset({
    "had", "has", "slept", "ate", "is", "was", "woke", "went", "did", "been", "napped", "drank", "said",
    "asked", "loved", "enjoyed", "cried", "seemed", "seems", "isnt", "wasnt", "hasnt", "didnt", "who",
    "fell", "bumped", "bit", "refused", "settled", "up", "down", "off", "poorly", "sick", "asleep",
    "awake", "wet", "dirty", "just", "only", "also", "all",
})  # fmt: skip
_OPENINGS = frozenset(".!?\n,;:-–—(/")


def _stands_as_name(words: Sequence[Word], at: int) -> bool | None:
    """Whether a name stands as one; False if it may be the word it also is, None if it is that word."""
    word = words[at]
    if word.folded not in _ALSO_WORDS and _without_s(word.folded) not in _ALSO_WORDS:
        return True
    before = words[at - 1] if at else None
    after = words[at + 1].folded if at + 1 < len(words) else ""
    capital = word.written[0].isupper()
    opens = before is None or before.written in _OPENINGS
    if before is not None and before.folded == "to" and at > 1 and words[at - 2].folded in _TO_PEOPLE:
        return False  # "next to kit"
    if before is not None and before.folded == "not" and at > 1 and words[at - 2].folded in {"but", ""}:
        return True  # "all slept but not kit"
    if before is not None and before.folded in (_OWN if capital else _MAKE_IT_A_WORD):
        return None  # "she will", "spare kit"; and "his Teddy" is a toy
    if opens and after == "the" and word.folded not in _ASK_FIRST:
        return False  # "Kit the little one", in small letters too; but "Will the coat be ready"
    if (opens or not capital) and after in _FOLLOW_A_WORD:
        return None  # "Will you send his coat?", "summer hat"
    if len(words) == 1 or after in _FOLLOW_A_NAME or "'" in word.written or "’" in word.written:
        return True
    return (capital and (not opens or before is None)) or (before is not None and before.folded in {"except", "bar"})


# --- one letter off --------------------------------------------------------------------------------------------

SHORTEST_MENDED = 5
SHORTEST_NEAR = 4
LONGEST_MENDED = 20
# Real words that are one letter from a common name and would carry a note to the wrong child.
_NEVER_NAMES = frozenset({
    "violent", "graced", "chased", "maize", "arches", "armies", "runnie", "robins", "hollie", "party",
    "potty", "teddies", "daily", "early", "nearly", "clara", "marked", "sorry", "carrot", "harder",
    "marble", "jumper", "summery", "poorly", "pooped", "hallo", "hello", "lovely", "freely", "laying",
})  # fmt: skip


def _mis_spelt(word: str, at: int, names: Sequence[tuple[str, frozenset[int]]]) -> Mention | None:
    if not SHORTEST_MENDED <= len(word) <= LONGEST_MENDED or word in _NEVER_NAMES:
        return None
    children: set[int] = set()
    for spelling in {word, _without_s(word)}:
        for name, named in names:
            if _is_one_off(spelling, name):
                children |= named
    return Mention(at, at, frozenset(children)) if children else None


def _or_a_shorter(mention: Mention, word: str, names: Sequence[tuple[str, frozenset[int]]]) -> Mention:
    """With every other child who may be meant: "llily" is Lilly, and may be Lily."""
    others = {child for name, children in names if OSA.distance(word, name, score_cutoff=1) == 1 for child in children}
    return replace(mention, children=mention.children | others)


def _is_one_off(written: str, name: str) -> bool:
    if abs(len(written) - len(name)) > 1 or written == name:
        return False
    if OSA.distance(written, name, score_cutoff=1) != 1:
        return False
    # In five letters another letter is another word or another name: "dairy" is not Daisy, nor "graze" Grace.
    return len(name) > SHORTEST_MENDED or len(written) != len(name) or sorted(written) == sorted(name)
