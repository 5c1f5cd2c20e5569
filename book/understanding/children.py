"""Which child a message is about, and each child's own part of it; never a guess between two.

Knows nothing of topics or of who may read what. Where two children could be meant, or a sentence does not come
apart cleanly, the answer is to ask; no child's part ever holds the name of another child of the circle.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from book.understanding.in_full import Before, in_full, is_meal, leans, learnt, same, takes_back
from book.understanding.lexicon import fold
from book.understanding.names import LONGEST_MESSAGE, Mention, Named, Word, mentions_in, nearly_named, words_of
from book.understanding.small_talk import is_greeting

__all__ = ["AskWhich", "Named", "OneChild", "SeveralChildren", "Together", "answered_child", "which_child"]

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


@dataclass(frozen=True, slots=True)
class Together:
    """Whom words for several stand for, where that is not the whole circle: who of her own is in today.

    ``all`` are meant by "all mine", "everyone else" and the like; empty where nobody can say. An initial is known where
    it is nobody else's of those ``here``.
    """

    all: tuple[int, ...]
    here: frozenset[int]
    twins: tuple[int, ...] = ()


Meant = OneChild | SeveralChildren | AskWhich


def which_child(
    text: str,
    circle: Sequence[Named],
    *,
    replied_to: int | None = None,
    in_conversation: int | None = None,
    together: Together | None = None,
) -> Meant:
    """Decide which child `text` is about, by the first of these that applies.

    The only child of the circle; whoever is named ("both" and "all mine" name too, and stand for those `together`,
    without which for the whole circle); the child of the message replied to; the child of the conversation, if no
    word points elsewhere. A name that does not fit the reply is two children who could be meant, and asked about.
    """
    everyone = tuple(named.child for named in circle)
    together = together or Together(everyone, frozenset(everyone), everyone if len(everyone) == 2 else ())
    if len(everyone) == 1:
        return OneChild(everyone[0], ONLY)
    if replied_to not in everyone:
        replied_to = None
    words = words_of(text)
    if len(words) >= LONGEST_MESSAGE:
        return AskWhich(everyone)  # no sentence: nobody can say what stands in the rest of it
    mentions = [_settled_by_reply(mention, replied_to) for mention in _mentions(words, circle, together.here)]
    group = _group(words, mentions, together)
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
    parts = _divided(text, words, mentions, together, circle)
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


def _mentions(words: Sequence[Word], circle: Sequence[Named], here: frozenset[int]) -> list[Mention]:
    mentions = mentions_in(words, circle)
    mentions += nearly_named(words, circle, mentions)
    taken = {place for mention in mentions for place in range(mention.first, mention.last + 1)}
    there = [named for named in circle if named.child in here]
    return sorted([*mentions, *_initials(words, there, taken)], key=lambda mention: mention.first)


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
    "slept", "ate", "had", "went", "asleep", "awake", "happy", "fine", "good", "mine", "wet", "dirty", "fed", "fast",
    "did", "been", "drank", "woke", "made", "sang", "up", "outside", "out", "in", "inside", "ok", "okay", "well",
    "settled", "having", "sleeping", "playing", "eating", "napping", "are", "were", "have", "dry", "bar", "except",
    "but", "apart",
})  # fmt: skip
_NOT_ALL_OF_THEM = frozenset({"needed", "covered", "red", "sorted", "agreed"})
_REST = frozenset({"else", "rest", "others"})


def _group_words(words: Sequence[Word], at: int, everyone: int) -> int:
    """How many words from `at` speak of several children at once, or 0."""
    here = words[at].folded
    following = [word.folded for word in words[at + 1 : at + 4]]
    after = following[0] if following else ""
    opens = at == 0 or words[at - 1].written in _OPENINGS
    if here == "both" and (after not in _BOTH_OF_A_PAIR or following[:2] == ["of", "them"]):
        return 3 if following[:2] == ["of", "them"] else 2 if after in {"boys", "girls", "children", "kids"} else 1
    if here in {"everyone", "everybody"}:
        return 2 if after == "else" else 1
    if here == "the" and after in {"rest", "others", "twins"}:
        return 4 if following[1:] in (["of", "them"], ["of", "mine"]) else 2
    if here == "twins" or (opens and here in {"rest", "others"} and after):
        return 1
    if here == "all":
        if following[:2] in (["of", "them"], ["of", "mine"], ["the", "rest"]):
            return 3
        if following[:2] in (["the", "children"], ["the", "kids"], ["my", "children"], ["my", "kids"]):
            return 3
        if after in {"mine", "others", "children", "kids"} or after in {_FEW.get(everyone, ""), str(everyone)} - {""}:
            return 2
        if opens and _is_a_number(after) and following[1:2] and following[1] in _ALL_DO:
            return 2  # another number than there are: nobody can say who is meant
        does = after in _ALL_DO or (after.endswith("ed") and after not in _NOT_ALL_OF_THEM)
        listed = at > 0 and words[at - 1].written == ":" and not after  # "Lunch: all, Noah half"
        return 1 if opens and (does or listed) else 0
    if here == "they" and after == "all":
        return 2
    return 0


def _is_a_number(word: str) -> bool:
    return word.isdecimal() or word in _FEW.values()


def _stands_for(words: Sequence[Word], at: int, together: Together) -> tuple[int, ...]:
    """The children that the group words at this place stand for, before anybody is left out; () if nobody can say."""
    size = _group_words(words, at, len(together.all))
    said = [word.folded for word in words[at : at + size]]
    if "twins" in said:
        return together.twins
    if said[0] == "both" and len(together.all) != 2:
        return ()
    if said[0] == "all" and len(said) == 2 and _is_a_number(said[1]):
        return together.all if said[1] in {_FEW.get(len(together.all)), str(len(together.all))} else ()
    return together.all


def _group(words: Sequence[Word], mentions: Sequence[Mention], together: Together) -> tuple[int, ...] | None:
    """The children that group words stand for; () if nobody can say which; None where there are none."""
    after_a_name = {mention.last + 1 for mention in mentions}
    found: set[int] | None = None
    for at, word in enumerate(words):
        size = _group_words(words, at, len(together.all))
        if not size or (at in after_a_name and word.folded in {"both", "all"}):
            continue
        children = _stands_for(words, at, together)
        if not children:
            return ()
        found = (found or set()) | set(children)
    return None if found is None else tuple(sorted(found))


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
_EXCEPTIONS = frozenset({"bar", "except", "besides", "not", "minus", "excluding", "but"})
_ONE_OF_THEM = frozenset({"he", "she", "him", "her", "his", "hers", "hes", "shes"})
_SEVERAL = frozenset({"they", "them", "their", "all", "both", "everyone", "everybody", "theyre", "each"})


@dataclass(eq=False, slots=True)
class _Piece:
    """One thing said of one child or of several at once."""

    said: str
    of_a_group: bool


@dataclass(slots=True)
class _Division:
    """The parts as they are put together, child by child, in the order in which children come up."""

    parts: dict[int, list[_Piece]] = field(default_factory=dict)

    def add(self, children: Sequence[int], said: str, *, of_a_group: bool = False) -> bool:
        """Whether it could be added: what takes back a part of something longer does not come apart cleanly."""
        piece = _Piece(said, of_a_group)
        for child in children:
            kept = self.parts.setdefault(child, [])
            of_everybody = [each for each in kept if each.of_a_group]
            replaced = next((each for each in of_everybody if not of_a_group and same(each.said, said)), None)
            if replaced is not None:  # "all ate lunch, Noah half"
                kept[kept.index(replaced)] = piece
            elif not of_a_group and any(takes_back(said, each.said) for each in of_everybody):
                return False
            elif said:
                kept.append(piece)
        return True

    def leave_out(self, children: Sequence[int], piece: str) -> bool:
        """Take back what was just said of a group for those it was not said of; whether all of them had it."""
        for child in children:
            kept = self.parts.get(child, [])
            if not kept or not kept[-1].of_a_group or kept[-1].said != piece:
                return False
            kept.pop()
            if not kept:
                del self.parts[child]
        return True

    def lines(self) -> tuple[tuple[int, str], ...] | None:
        """Each child's part; None where nothing is left to say of one of them."""
        if not all(self.parts.values()):
            return None
        return tuple((child, "; ".join(each.said for each in kept)) for child, kept in self.parts.items()) or None


@dataclass(frozen=True, slots=True)
class _Segment:
    """A stretch between two marks: the words of it, and whether a sentence ended before it."""

    first: int
    end: int
    new_sentence: bool


@dataclass(frozen=True, slots=True)
class _Exception:
    """Who is left out of a group, where those words begin and end, and from where their own words stand, if any do."""

    children: tuple[int, ...]
    first: int
    after: int
    theirs: int | None = None


_Runs = dict[int, tuple[int, tuple[int, ...]]]


def _divided(
    text: str, words: Sequence[Word], mentions: Sequence[Mention], together: Together, circle: Sequence[Named]
) -> tuple[tuple[int, str], ...] | None:
    """Each child's own part, or None where the words do not come apart cleanly."""
    parts = _of_one_run(text, words, mentions, together) or _Clauses(text, words, mentions, together).divided()
    if parts is None:
        return None
    for child, part in parts:
        # The promise of this module, checked on what is about to be said rather than on how it was made.
        others = [named for named in circle if named.child != child]
        if mentions_in(words_of(part), others):
            return None
    return parts


def _of_one_run(
    text: str, words: Sequence[Word], mentions: Sequence[Mention], together: Together
) -> tuple[tuple[int, str], ...] | None:
    """One list of names, or one "both": everybody in it gets the whole of the words without the names."""
    runs = _runs(words, mentions, len(together.all))
    if len(runs) != 1 or any(word.folded in _ONE_OF_THEM for word in words):
        return None
    first, last, children = runs[0]
    around = {first: (last, children)}
    if any(_is_of_a_stranger(words[each.first : each.end]) for each in _segments(words, around) if each.first > last):
        return None
    exception = first and words[first - 1].folded in _EXCEPTIONS | {"from"}
    if exception or (not children and words[first].folded in _REST | {"the"}):
        return None
    if len(children) == 1:
        return None
    chosen = children or _stands_for(words, first, together)
    before, after = text[: words[first].start], text[words[last].end :]
    opens = first == 0 or words[first - 1].written in _OPENINGS or is_greeting(before)
    if opens:
        part = in_full(_tidy(before + _without_both(after)), Before())
        return tuple((child, part) for child in chosen) if part else None
    if children:  # "gave Ella and Noah their lunch": each reads its own name
        own = {next(iter(mention.children)): mention for mention in mentions}
        return tuple(
            (child, _tidy(before + text[words[own[child].first].start : words[own[child].last].end] + after))
            for child in chosen
        )
    return tuple((child, _tidy(text)) for child in chosen)  # "a newsletter for everyone" names nobody


class _Clauses:
    """One message taken apart at its marks: who each stretch is about, and what is said there."""

    def __init__(self, text: str, words: Sequence[Word], mentions: Sequence[Mention], together: Together) -> None:
        self.text = text
        self.words = words
        self.mentions = mentions
        self.together = together
        found = _runs(words, mentions, len(together.all))
        self.runs: _Runs = {first: (last, children) for first, last, children in found}
        self.division = _Division()
        self.current: tuple[int, ...] = ()
        self.seen: set[tuple[int, ...]] = set()
        self.heading = ""
        self.before = Before()
        self.of_group = ""  # what was said last of a group, while somebody may still be left out of it
        self.left_out: tuple[int, ...] = ()  # who was left out just before: "…, who had none" is about them

    def divided(self) -> tuple[tuple[int, str], ...] | None:
        for segment in _segments(self.words, self.runs):
            if not self._take(segment):
                return None
        return self.division.lines()

    def _take(self, segment: _Segment) -> bool:
        """Give each child what this stretch says of it; False where it does not come apart."""
        words, first, end = self.words, segment.first, segment.end
        if segment.new_sentence and not self.heading.endswith("\n"):
            self.heading = ""
        while first < end and words[first].folded in _JOINS_CLAUSES and not self._leaves_out(first, end):
            first += 1
        if first >= end:
            return True
        exception = self._leaves_out(first, end)
        if exception is not None and exception.first == first:
            return self._leave_out(exception, end)
        if first in self.runs:
            return self._of_somebody(first, end)
        return self._of_nobody(first, end, segment.new_sentence)

    def _said(self, first: int, end: int) -> str:
        """These words as they stand in a line of their own, under what stands over them."""
        heading = self.heading.strip()
        if first >= end:
            return heading
        said = _tidy(_without_both(self.text[self.words[first].start : self.words[end - 1].end]))
        before = Before(heading.casefold()) if is_meal(heading) else self.before
        self.before = learnt(before, said)
        if before.meal and leans(said):
            return in_full(said, before)
        full = in_full(said, Before() if heading else before)
        return f"{heading}: {full}" if heading and full else full or heading

    def _of_nobody(self, first: int, end: int, new_sentence: bool) -> bool:
        """Words that begin with no name: a heading, a greeting, or more of whoever was named last."""
        words = self.words
        said = self.text[words[first].start : words[end - 1].end]
        if any(first < place < end for place in self.runs):
            return False
        ends_with = words[end].written if end < len(words) else ""
        if ends_with == ":":
            self.heading = said
            return True
        if is_meal(said) and ends_with in {"\n", "-", "–"} and not self.current:
            self.heading = said + "\n"  # over all the lines below it
            return True
        if words[first].folded in {"who", "whom"}:
            children = self.left_out or (self.current if len(self.current) == 1 else ())
            return bool(children) and self.division.add(children, self._said(first + 1, end))
        if _is_of_a_stranger(words[first:end]):
            return False
        if not _may_follow(words[first:end], said, self.current, self.seen, new_sentence):
            return False
        if self.current:
            of_a_group = self.current == self.together.all or bool(self.of_group)
            return self.division.add(self.current, self._said(first, end), of_a_group=of_a_group)
        return True

    def _of_somebody(self, first: int, end: int) -> bool:
        last, children = self.runs[first]
        exception = None if children else self._exception(last + 1, end)
        known = {first} | ({self._run_of(exception)} if exception is not None else set())
        if any(first < place < end and place not in known for place in self.runs):
            return False
        if not children and self._exception_inside_names(first, end):
            return False
        subjects = children or self._group_of(first, end)
        if not subjects:
            return False
        if exception is None:
            said = self._said(last + 1, end)
        elif exception.first == last + 1 and exception.theirs is None and exception.after < end:
            said = self._said(exception.after, end)  # "all bar Leo slept"
        else:
            said = self._said(last + 1, exception.first)
        if self.words[first].folded == "all" and last + 1 >= end:
            said = self._all_alone()
        if exception is not None:
            subjects = tuple(child for child in subjects if child not in exception.children)
        if not subjects or not self.division.add(subjects, said, of_a_group=not children):
            return False
        self.of_group = said if not children else ""
        self.left_out = exception.children if exception is not None else ()
        self.current = subjects
        self.seen.add(subjects)
        if exception is not None and exception.theirs is not None:
            return self.division.add(exception.children, self._said(exception.theirs, end))
        return True

    def _all_alone(self) -> str:
        """ "Lunch: all, Noah half": against half stands all of it."""
        heading = self.heading.strip()
        return in_full("all", Before(heading.casefold())) if is_meal(heading) else heading

    def _leave_out(self, exception: _Exception, end: int) -> bool:
        """ "…, except Noah": not said of him after all."""
        if not self.of_group or not self.division.leave_out(exception.children, self.of_group):
            return False
        self.current = tuple(child for child in self.current if child not in exception.children)
        self.left_out = exception.children
        if exception.theirs is not None:
            return self.division.add(exception.children, self._said(exception.theirs, end))
        return bool(self.current)

    def _run_of(self, exception: _Exception) -> int:
        return next(place for place in self.runs if exception.first < place < exception.after)

    def _leaves_out(self, first: int, end: int) -> _Exception | None:
        """The exception with which a stretch begins, if it says nothing of anybody else."""
        if not self.of_group:
            return None
        found = self._exception(first, end)
        return found if found is not None and found.first == first and not self._goes_on(found, end) else None

    def _goes_on(self, exception: _Exception, end: int) -> bool:
        return exception.theirs is None and exception.after < end

    def _exception(self, first: int, end: int) -> _Exception | None:
        """ "bar Leo", "but not Bea", "except Bea who had none": who is left out, and what is said of them."""
        words = self.words
        for at in range(first + 1, end):
            if at not in self.runs or not self.runs[at][1]:
                continue
            start = self._begins(first, at)
            if start is None:
                continue
            last, children = self.runs[at]
            after = last + 1
            if after < end and words[after].folded == "who":
                return _Exception(children, start, after, after + 1) if after + 1 < end else None
            if after >= end or all(word.folded in {"x", "xx", ""} for word in words[after:end]):
                return _Exception(children, start, end)
            # "all bar Leo slept"; after more words it would be "all slept, not Leo cried".
            return _Exception(children, start, after) if start == first else None
        return None

    def _begins(self, first: int, at: int) -> int | None:
        """Where the words that leave somebody out begin, before the name at `at`."""
        before = [word.folded for word in self.words[first:at]]
        for said in (("apart", "from"), ("except", "for"), ("but", "not"), ("other", "than")):
            if tuple(before[-2:]) == said:
                return at - 2
        return at - 1 if before and before[-1] in _EXCEPTIONS else None

    def _exception_inside_names(self, first: int, end: int) -> bool:
        """Whether a group is followed by a name that no word leaves out: "all hugged Leo"."""
        return any(first < place < end for place in self.runs) and self._exception(self.runs[first][0] + 1, end) is None

    def _group_of(self, at: int, end: int) -> tuple[int, ...]:
        everyone = _stands_for(self.words, at, self.together)
        here = {self.words[place].folded for place in range(at, min(self.runs[at][0] + 1, end))}
        later = {child for mention in self.mentions if mention.first > at for child in mention.children}
        if here & _REST:
            named = set(self.division.parts) or later
            return tuple(child for child in everyone if child not in named)
        if self.heading:  # "Lunch: all good, Noah half": all but those who follow
            return tuple(child for child in everyone if child not in later)
        return everyone


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


def _segments(words: Sequence[Word], runs: _Runs) -> Iterator[_Segment]:
    within = {place for first, (last, _) in runs.items() for place in range(first, last + 1)}
    first, new_sentence = 0, True
    for at, word in enumerate(words):
        if at in within and at not in runs:
            continue
        # "Ella's coat and Noah's hat are here" does not come apart at the "and".
        joins = word.folded in _JOINS_CLAUSES and at + 1 in runs and at > first and not _owns(words[at + 1])
        if joins and word.folded == "but":
            joins = not _leaves_somebody_out(words, runs, at)
        if joins or (word.written in _OPENINGS and at not in within and not _inside_a_figure(words, at)):
            if at > first:
                yield _Segment(first, at, new_sentence)
                new_sentence = False
            first = at if joins else at + 1
            new_sentence = new_sentence or word.written in _SENTENCE_ENDS
    if first < len(words):
        yield _Segment(first, len(words), new_sentence)


def _leaves_somebody_out(words: Sequence[Word], runs: _Runs, at: int) -> bool:
    """ "everyone but Leo slept", "all slept but Leo"; not "all slept but Leo cried"."""
    if any(last == at - 1 and not children for last, children in runs.values()):
        return True
    last = runs[at + 1][0]
    following = words[last + 1] if last + 1 < len(words) else None
    return following is None or following.written in _OPENINGS or following.folded in {"who", "x", "xx"}


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


def _is_of_a_stranger(words: Sequence[Word]) -> bool:
    """ "Tddy half": a word, and how much; whoever it is, it is nobody who was named before."""
    before, after = words[:1], words[1:]
    if len(after) not in (1, 2) or before[0].folded in _TAKES_AN_AMOUNT or not before[0].folded.isalpha():
        return False
    return leans(" ".join(word.written for word in after)) and not leans(" ".join(word.written for word in words))


_TAKES_AN_AMOUNT = frozenset({
    "had", "ate", "has", "did", "managed", "drank", "only", "just", "about", "slept", "napped", "nap", "lunch", "tea",
    "dinner", "breakfast", "brekkie", "snack", "pudding", "milk", "water", "pasta", "fruit", "veg", "bottle", "not",
})  # fmt: skip


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


def _without_both(said: str) -> str:
    return re.sub(r"^\s*(?:both|all)\b(?=\s*\w)(?!\s+(?:his|her|of)\b)", "", said, flags=re.IGNORECASE)


def _tidy(said: str) -> str:
    said = re.sub(r"\s+([,.;!?])", r"\1", re.sub(r"[ \t]{2,}", " ", said))
    return said.strip().lstrip(",;:.-–—&+/ ").rstrip(",;:-–—&+/ ").strip()
