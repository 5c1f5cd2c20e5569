"""Which child a message is about, and each child's own part of it; never a guess between two.

Knows nothing of topics or of who may read what. Where two children could be meant, or a sentence does not come
apart cleanly, the answer is to ask; no child's part ever holds the name of another child of the circle.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from book.understanding.lexicon import fold
from book.understanding.names import LONGEST_MESSAGE, Mention, Named, Word, mentions_in, words_of
from book.understanding.small_talk import is_greeting

__all__ = ["AskWhich", "Named", "OneChild", "SeveralChildren", "answered_child", "which_child"]

ONLY = "the only child"
REPLY = "a reply"
CONVERSATION = "just before"


@dataclass(frozen=True, slots=True)
class OneChild:
    """Exactly one child is meant; `because` is the name as written, or "the only child", "a reply", "just before"."""

    child: int
    because: str


@dataclass(frozen=True, slots=True)
class SeveralChildren:
    """Several children, each with its own part of the words, in which no other child is named."""

    clauses: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class AskWhich:
    """Two could be meant, or the sentence does not come apart: the sender is asked, once."""

    among: tuple[int, ...]


Meant = OneChild | SeveralChildren | AskWhich


def which_child(
    text: str,
    circle: Sequence[Named],
    *,
    replied_to: int | None = None,
    in_conversation: int | None = None,
) -> Meant:
    """Decide which child `text` is about, by the first of these that applies.

    The only child of the circle; whoever is named ("both" and "all mine" name too, and stand for the whole circle as
    given, so the caller passes the children who could be meant today); the child of the message replied to; the
    child of the conversation, if no word points elsewhere. A name that does not fit the reply is two children who
    could be meant, and asked about.
    """
    everyone = tuple(named.child for named in circle)
    if len(everyone) == 1:
        return OneChild(everyone[0], ONLY)
    if replied_to not in everyone:
        replied_to = None
    words = words_of(text)
    if len(words) >= LONGEST_MESSAGE:
        return AskWhich(everyone)  # no sentence: nobody can say what stands in the rest of it
    mentions = [_settled_by_reply(mention, replied_to) for mention in _mentions(words, circle)]
    group = _group(words, mentions, everyone)
    if not mentions and group is None:
        if replied_to is not None:
            return OneChild(replied_to, REPLY)
        if in_conversation in everyone and not _points_elsewhere(words):
            return OneChild(in_conversation, CONVERSATION)
        return AskWhich(everyone)
    named = tuple(child for child in everyone if any(child in mention.children for mention in mentions))
    if any(not mention.sure or len(mention.children) > 1 for mention in mentions):
        surely = {child for mention in mentions if mention.sure for child in mention.children}
        return AskWhich(named if surely and len(named) > 1 else everyone)
    if replied_to is not None and group is None and replied_to not in named:
        return AskWhich(_among(everyone, {*named, replied_to}))
    if group is None and len(named) == 1:
        mention = mentions[0]
        return OneChild(named[0], text[words[mention.first].start : words[mention.last].end])
    if group == ():
        return AskWhich(named if len(named) > 1 else everyone)
    parts = _divided(text, words, mentions, everyone, circle)
    if parts is None:
        return AskWhich(named if group is None else everyone)
    if len(parts) == 1:
        return AskWhich(everyone)
    return SeveralChildren(parts)


def answered_child(text: str, among: Sequence[Named]) -> tuple[int, ...] | None:
    """The children that an answer to "which child?" names, or None if it is no answer but a message of its own.

    Understood are the numbers of the question (one beyond the last child means all), a name or nickname, an initial
    that only one of them has, "both" and "all".
    """
    everyone = tuple(named.child for named in among)
    words = [word for word in words_of(text) if word.is_word]
    bare = [word.folded for word in words if word.folded not in _AROUND_AN_ANSWER]
    if not words or len(words) > 2 * len(everyone) + 6:
        return None
    if len(everyone) > 1 and " ".join(bare) in _everyone_words(len(everyone)):
        return everyone
    mentions = {mention.first: mention for mention in mentions_in(words, among)}
    chosen: list[int] = []
    at = 0
    while at < len(words):
        if (mention := mentions.get(at)) is not None:
            if len(mention.children) > 1:
                return None
            chosen += mention.children
            at = mention.last + 1
            continue
        children = _numbered_or_initial(words[at].folded, among)
        if children is not None:
            chosen += children
        elif words[at].folded not in _AROUND_AN_ANSWER:
            return None
        at += 1
    return _among(everyone, set(chosen)) or None


# --- answers ---------------------------------------------------------------------------------------------------

_AROUND_AN_ANSWER = frozenset({
    "its", "it", "is", "was", "that", "thats", "for", "about", "just", "the", "one", "sorry", "pls",
    "please", "thanks", "thank", "you", "ta", "x", "xx", "xxx", "option", "number", "and", "n", "i",
    "meant", "mean", "oh", "yes", "yeah",
})  # fmt: skip
_FEW = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


def _everyone_words(count: int) -> frozenset[str]:
    said = {"all", "everyone", "all of them", "them all", "everybody", f"all {count}", f"all {_FEW.get(count, count)}"}
    return frozenset(said | ({"both", "both of them", "twins", "them both", "the twins"} if count == 2 else set()))


def _numbered_or_initial(word: str, among: Sequence[Named]) -> tuple[int, ...] | None:
    if word.isdecimal() and len(word) < 4:
        number = int(word)
        if number == len(among) + 1:
            return tuple(named.child for named in among)
        return (among[number - 1].child,) if 1 <= number <= len(among) else None
    if len(word) == 1:
        return _with_initial(word, among)
    return None


def _with_initial(letter: str, circle: Sequence[Named]) -> tuple[int, ...] | None:
    found = {named.child for named in circle if named.names and fold(named.names[0])[:1] == letter}
    return tuple(found) if len(found) == 1 else None


# --- mentions and groups ---------------------------------------------------------------------------------------


def _among(everyone: Sequence[int], chosen: set[int]) -> tuple[int, ...]:
    return tuple(child for child in everyone if child in chosen)


def _settled_by_reply(mention: Mention, replied_to: int | None) -> Mention:
    """Two children of one name: the message replied to tells which."""
    if replied_to in mention.children and len(mention.children) > 1:
        return Mention(mention.first, mention.last, frozenset({replied_to}), mention.sure)
    return mention


def _mentions(words: Sequence[Word], circle: Sequence[Named]) -> list[Mention]:
    mentions = mentions_in(words, circle)
    taken = {place for mention in mentions for place in range(mention.first, mention.last + 1)}
    return sorted([*mentions, *_initials(words, circle, taken)], key=lambda mention: mention.first)


def _initials(words: Sequence[Word], circle: Sequence[Named], taken: set[int]) -> Iterator[Mention]:
    """ "E N L wet nappies": two or more capitals in a row that open a clause, each the initial of one child."""
    at = 0
    while at < len(words):
        if at in taken or (at and words[at - 1].written not in _OPENINGS):
            at += 1
            continue
        run: list[Mention] = []
        place = at
        while place < len(words) and place not in taken:
            word = words[place]
            if len(word.written) == 1 and word.written.isupper():
                children = _with_initial(word.folded, circle)
                if children is None:
                    run = []
                    break
                run.append(Mention(place, place, frozenset(children)))
            elif word.written not in {",", "&", "+", "/"} and word.folded != "and":
                break
            place += 1
        if len(run) > 1:
            yield from run
        at = max(place, at + 1)


_BOTH_OF_A_PAIR = frozenset({
    "ears", "ear", "eyes", "eye", "hands", "knees", "legs", "feet", "arms", "sides", "cheeks", "shoes",
    "socks", "ends", "times", "days", "parents", "his", "her", "my", "their", "nostrils", "elbows",
    "lungs", "naps", "bottles", "meals", "of", "boobs", "sessions", "weeks",
})  # fmt: skip
_ALL_DO = frozenset({
    "slept", "ate", "had", "went", "napped", "enjoyed", "loved", "asleep", "played", "awake", "happy",
    "fine", "good", "mine", "wet", "dirty", "fed",
})  # fmt: skip
_REST = frozenset({"else", "rest", "others"})


def _group_words(words: Sequence[Word], at: int, everyone: int) -> int:
    """How many words from `at` speak of several children at once, or 0."""
    here = words[at].folded
    following = [word.folded for word in words[at + 1 : at + 4]]
    after = following[0] if following else ""
    if here == "both" and (after not in _BOTH_OF_A_PAIR or following[:2] == ["of", "them"]):
        return 3 if following[:2] == ["of", "them"] else 2 if after in {"boys", "girls", "children", "kids"} else 1
    if here in {"everyone", "everybody"}:
        return 2 if after == "else" else 1
    if here == "the" and after in {"rest", "others", "twins"}:
        return 2
    if here == "twins":
        return 1
    if here == "all":
        if following[:2] in (["of", "them"], ["of", "mine"], ["the", "rest"]):
            return 3
        if following[:2] in (["the", "children"], ["the", "kids"]):
            return 3
        if after in {"mine", "others", "children", "kids"} or after in {_FEW.get(everyone, ""), str(everyone)} - {""}:
            return 2
        opens = at == 0 or words[at - 1].written in _OPENINGS
        return 1 if opens and after in _ALL_DO else 0
    if here == "they" and after == "all":
        return 2
    return 0


def _group(words: Sequence[Word], mentions: Sequence[Mention], everyone: Sequence[int]) -> tuple[int, ...] | None:
    """The children that group words stand for; () if nobody can say which; None where there are none."""
    after_a_name = {mention.last + 1 for mention in mentions}
    for at, word in enumerate(words):
        size = _group_words(words, at, len(everyone))
        if not size or (at in after_a_name and word.folded in {"both", "all"}):
            continue
        if (word.folded == "both" or "twins" in (word.folded, words[at + size - 1].folded)) and len(everyone) != 2:
            return ()
        return tuple(everyone)
    return None


_ELSEWHERE = frozenset({
    "brother", "sister", "twin", "twins", "sibling", "siblings", "bro", "sis", "baby", "boys", "girls",
    "children", "kids",
})  # fmt: skip


def _points_elsewhere(words: Sequence[Word]) -> bool:
    return any(word.folded in _ELSEWHERE for word in words)


# --- dividing --------------------------------------------------------------------------------------------------

_OPENINGS = frozenset(".!?\n,;:-–—(/")
_SENTENCE_ENDS = frozenset(".!?\n")
_JOINS_NAMES = frozenset({",", "&", "+", "/"})
_JOINS_CLAUSES = frozenset({"and", "but", "while", "then", "so", "whereas", "n", "also", "plus"})
_EXCEPTIONS = frozenset({"bar", "except", "besides", "not", "minus"})
_ONE_OF_THEM = frozenset({"he", "she", "him", "her", "his", "hers", "hes", "shes"})
_SEVERAL = frozenset({"they", "them", "their", "all", "both", "everyone", "everybody", "theyre", "each"})


@dataclass(slots=True)
class _Division:
    """The parts as they are put together, child by child, in the order in which children come up."""

    parts: dict[int, list[str]] = field(default_factory=dict)

    def add(self, children: Sequence[int], part: str) -> None:
        for child in children:
            kept = self.parts.setdefault(child, [])
            if part:
                kept.append(part)


@dataclass(frozen=True, slots=True)
class _Segment:
    """A stretch between two marks: the words of it, and whether a sentence ended before it."""

    first: int
    end: int
    new_sentence: bool


def _divided(
    text: str, words: Sequence[Word], mentions: Sequence[Mention], everyone: Sequence[int], circle: Sequence[Named]
) -> tuple[tuple[int, str], ...] | None:
    """Each child's own part, or None where the words do not come apart cleanly."""
    parts = _of_one_run(text, words, mentions, everyone) or _clause_by_clause(text, words, mentions, everyone)
    if parts is None:
        return None
    for child, part in parts:
        # The promise of this module, checked on what is about to be said rather than on how it was made.
        others = [named for named in circle if named.child != child]
        if mentions_in(words_of(part), others):
            return None
    return parts


def _of_one_run(
    text: str, words: Sequence[Word], mentions: Sequence[Mention], everyone: Sequence[int]
) -> tuple[tuple[int, str], ...] | None:
    """One list of names, or one "both": everybody in it gets the whole of the words without the names."""
    runs = _runs(words, mentions, len(everyone))
    if len(runs) != 1 or any(word.folded in _ONE_OF_THEM for word in words):
        return None
    first, last, children = runs[0]
    exception = first and words[first - 1].folded in _EXCEPTIONS | {"from"}
    if exception or (len(children) < 2 and not _is_group(words, first, len(everyone))):
        return None
    chosen = children or tuple(everyone)
    before, after = text[: words[first].start], text[words[last].end :]
    opens = first == 0 or words[first - 1].written in _OPENINGS or is_greeting(before)
    if opens:
        part = _tidy(before + _without_both(after))
        return tuple((child, part) for child in chosen)
    if children:  # "gave Ella and Noah their lunch": each reads its own name
        own = {next(iter(mention.children)): mention for mention in mentions}
        return tuple(
            (child, _tidy(before + text[words[own[child].first].start : words[own[child].last].end] + after))
            for child in chosen
        )
    return tuple((child, _tidy(before + after)) for child in chosen)


def _clause_by_clause(
    text: str, words: Sequence[Word], mentions: Sequence[Mention], everyone: Sequence[int]
) -> tuple[tuple[int, str], ...] | None:
    runs = {first: (last, children) for first, last, children in _runs(words, mentions, len(everyone))}
    division = _Division()
    current: tuple[int, ...] = ()
    seen: set[tuple[int, ...]] = set()
    heading = ""
    for segment in _segments(words, runs):
        first, end = segment.first, segment.end
        while first < end and words[first].folded in _JOINS_CLAUSES:
            first += 1
        if segment.new_sentence:
            heading = ""
        if first >= end:
            continue
        inner = [place for place in runs if first < place < end]
        if first not in runs:
            said = text[words[first].start : words[end - 1].end]
            if end < len(words) and words[end].written == ":" and not inner:
                heading = said
                continue
            if inner or not _may_follow(words[first:end], said, current, seen, segment.new_sentence):
                return None
            if current:
                division.add(current, _tidy(said))
            continue
        last, children = runs[first]
        stop, excepted, theirs = _exception(words, runs, last + 1, end)
        if any(place != excepted for place in inner if place < end and place > last):
            return None
        subjects = children or _group_of(words, first, everyone, division, mentions, heading, end)
        if excepted is not None:
            if children:
                return None  # "Ella bar Noah": only from a group can anybody be left out
            left_out = runs[excepted][1]
            subjects = tuple(child for child in subjects if child not in left_out)
            if theirs:
                division.add(left_out, _with_heading(heading, _tidy(text[words[theirs].start : words[end - 1].end])))
        said = _tidy(_without_both(text[words[last].end : words[stop - 1].end])) if stop > last + 1 else ""
        division.add(subjects, _with_heading(heading, said))
        current = subjects
        seen.add(subjects)
    return tuple((child, "; ".join(parts)) for child, parts in division.parts.items()) or None


def _runs(words: Sequence[Word], mentions: Sequence[Mention], everyone: int) -> list[tuple[int, int, tuple[int, ...]]]:
    """Lists of names ("Ella, Noah and Leo") and group words: first word, last word, children (none for a group)."""
    runs: list[tuple[int, int, tuple[int, ...]]] = []
    named = {mention.first: mention for mention in mentions}
    at = 0
    while at < len(words):
        if (mention := named.get(at)) is not None:
            last, children = mention.last, [*mention.children]
            while (following := _next_name(words, last + 1, named)) is not None:
                last = following.last
                children += following.children
            runs.append((at, last, tuple(dict.fromkeys(children))))
            at = last + 1
            if at < len(words) and words[at].folded in {"both", "all"}:
                at += 1  # "Leo and Mabel both": says nothing new
        elif size := _group_words(words, at, everyone):
            runs.append((at, at + size - 1, ()))
            at += size
        else:
            at += 1
    return runs


def _next_name(words: Sequence[Word], at: int, named: dict[int, Mention]) -> Mention | None:
    while at < len(words) and at not in named:
        if words[at].written not in _JOINS_NAMES and words[at].folded not in {"and", "n"}:
            return None
        at += 1
    return named.get(at)


def _is_group(words: Sequence[Word], at: int, everyone: int) -> bool:
    return _group_words(words, at, everyone) > 0


def _segments(words: Sequence[Word], runs: dict[int, tuple[int, tuple[int, ...]]]) -> Iterator[_Segment]:
    within = {place for first, (last, _) in runs.items() for place in range(first, last + 1)}
    first, new_sentence = 0, True
    for at, word in enumerate(words):
        if at in within and at not in runs:
            continue
        # "Ella's coat and Noah's hat are here" does not come apart at the "and".
        joins = word.folded in _JOINS_CLAUSES and at + 1 in runs and at > first and not _owns(words[at + 1])
        if joins or (word.written in _OPENINGS and at not in within and not _inside_a_figure(words, at)):
            if at > first:
                yield _Segment(first, at, new_sentence)
                new_sentence = False
            first = at if joins else at + 1
            new_sentence = new_sentence or word.written in _SENTENCE_ENDS
    if first < len(words):
        yield _Segment(first, len(words), new_sentence)


def _owns(word: Word) -> bool:
    return word.written.endswith(("'s", "’s"))


def _inside_a_figure(words: Sequence[Word], at: int) -> bool:
    """Whether a mark stands inside "12.30", "12-1", "1/2" or a hyphened word."""
    if not 0 < at < len(words) - 1:
        return False
    touching = words[at - 1].end == words[at].start and words[at].end == words[at + 1].start
    if words[at].written in "-–/":
        return touching or (words[at - 1].written[-1:].isdigit() and words[at + 1].written[:1].isdigit())
    return touching and words[at - 1].written[-1:].isdigit() and words[at + 1].written[:1].isdigit()


def _exception(
    words: Sequence[Word], runs: dict[int, tuple[int, tuple[int, ...]]], first: int, end: int
) -> tuple[int, int | None, int | None]:
    """ "all mine slept bar Leo", "half except Bea who had none": where the rule ends, who is left out, their words."""
    for at in range(first, end):
        if at in runs and runs[at][1] and at > first:
            before = words[at - 1].folded
            start = (
                at - 2 if before in {"from", "for"} or (before == "not" and words[at - 2].folded == "but") else at - 1
            )
            if start < first - 1 or (before not in _EXCEPTIONS and words[start].folded not in {"apart", "except"}):
                continue
            last = runs[at][0]
            theirs = last + 1
            if theirs < end and words[theirs].folded == "who":
                return start, at, theirs + 1 if theirs + 1 < end else None
            if theirs >= end or all(word.folded in {"x", "xx", ""} for word in words[theirs:end]):
                return start, at, None
    return end, None, None


def _may_follow(
    words: Sequence[Word], said: str, current: tuple[int, ...], seen: set[tuple[int, ...]], new_sentence: bool
) -> bool:
    """Whether words that name nobody may be added to whoever was named last."""
    if not current:
        return is_greeting(said) or not any(word.is_word for word in words)
    folded = {word.folded for word in words}
    if len(current) > 1 and not folded.isdisjoint(_ONE_OF_THEM):
        return False
    if len(seen) > 1 and new_sentence and any(word.is_word for word in words):
        return False
    return len(current) > 1 or folded.isdisjoint(_SEVERAL)


def _group_of(
    words: Sequence[Word],
    at: int,
    everyone: Sequence[int],
    division: _Division,
    mentions: Sequence[Mention],
    heading: str,
    end: int,
) -> tuple[int, ...]:
    here = {words[place].folded for place in range(at, min(at + 3, end))}
    if here & _REST:
        return tuple(child for child in everyone if child not in division.parts)
    if heading:  # "Lunch: all good, Noah half": all but those who follow
        later = {child for mention in mentions if mention.first > at for child in mention.children}
        return tuple(child for child in everyone if child not in later)
    return tuple(everyone)


def _with_heading(heading: str, said: str) -> str:
    return f"{heading}: {said}" if heading and said else heading or said


def _without_both(said: str) -> str:
    return re.sub(r"^\s*(?:both|all)\b(?!\s+(?:his|her|of)\b)", "", said, flags=re.IGNORECASE)


def _tidy(said: str) -> str:
    said = re.sub(r"\s+([,.;!?])", r"\1", re.sub(r"[ \t]{2,}", " ", said))
    return said.strip().lstrip(",;:.-–—&+/ ").rstrip(",;:-–—&+/ ").strip()
