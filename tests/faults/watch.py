"""Who may have which word, decided apart from the program: the record of a test, judged by the table of the rules.

Keeps what was done (who stands where, what was chosen, who wrote what) in the order in which it was committed, and
gives a verdict on each call a platform receives, as things stood at that call. Imports nothing of the program.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any

from tests.book.oracle.audience import Book, Member, Said, Writing, decide

WORD = re.compile(r"\bw\d{6}k\b")
# The order in which the table's book lists somebody who stands there twice: what she is to the child comes first.
ROLES = ("parent", "family", "key person", "second key person", "room staff", "childminder", "manager",
         "safeguarding lead", "deputy lead", "senco", "professional")  # fmt: skip


@dataclass(slots=True)
class Noted:
    """One entry in one child's thread, as it reads now."""

    word: str
    child: str
    author: Member
    labels: tuple[str, ...]
    only: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    through: frozenset[str] = frozenset()
    answers: tuple[Noted, ...] = ()  # the narrowest of what the message it replies to told; several where they tie
    lives: bool = True
    day: str = "Tuesday"


@dataclass(slots=True)
class Watch:
    """The record and the verdicts."""

    people: dict[str, str]  # by the key of each, the name that is shown
    children: dict[str, str]
    books: dict[str, dict[tuple[str, str, str], Member]] = field(default_factory=dict)
    whole_settings: dict[tuple[str, str, str], Member] = field(default_factory=dict)
    choices: dict[str, list[Said]] = field(default_factory=dict)
    words: dict[str, list[Noted]] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)  # of which the program asked back, whichever child was meant then
    judged: int = 0  # words that somebody was shown and might have
    on_paper: int = 0  # of these, those that stood in a file
    faults: list[str] = field(default_factory=list)
    _made: dict[str, Book] = field(default_factory=dict)

    # --- the record -----------------------------------------------------------------------------------------------

    def stands(
        self, who: str, role: str, child: str | None, setting: str, standing: str = "live", **more: object
    ) -> None:
        """One more line of the log; a later one about the same takes the place of the earlier."""
        member: Member = _with(Member(who, role, setting, standing), **more)
        if child is None:
            self.whole_settings[who, role, setting] = member
            self._made.clear()
            return
        self.books.setdefault(child, {})[who, role, setting] = member
        self._made.pop(child, None)

    def chooses(self, who: str, child: str, source: str, target: str, answer: str) -> None:
        self.choices.setdefault(child, []).append(Said(who, source, target, answer))
        self._made.pop(child, None)

    def writes(self, noted: Noted) -> None:
        self.words.setdefault(noted.word, []).append(noted)

    def reads_now(self, noted: Noted, word: str, labels: tuple[str, ...]) -> None:
        """Its author edited it."""
        noted.word, noted.labels = word, labels
        self.writes(noted)

    def moves(self, noted: Noted, child: str) -> None:
        """It was about another child: there it begins anew, and an answer it is no more."""
        noted.lives = False
        author = self.book(child).live(noted.author.name)
        assert author is not None
        self.writes(Noted(noted.word, child, author, noted.labels, day=noted.day))

    # --- what follows from it ---------------------------------------------------------------------------------------

    def book(self, child: str) -> Book:
        """The child's circle as it stands now."""
        if child not in self._made:
            members = dict(self.books.get(child, {}))
            settings = {setting for _, _, setting in members}
            members |= {key: each for key, each in self.whole_settings.items() if each.setting in settings}
            ordered = sorted(members.values(), key=lambda each: ROLES.index(each.role))
            self._made[child] = Book(tuple(ordered), tuple(self.choices.get(child, ())))
        return self._made[child]

    def with_children(self, who: str) -> list[str]:
        """The children in whose circles she stands."""
        return [child for child in self.children if self.book(child).live(who) is not None]

    def may_have(self, who: str, noted: Noted) -> bool:
        """Whether the table lets her know this entry, by at least one reading of what it answers."""
        book = self.book(noted.child)
        return any(decide(book, writing, who).may for writing in _writings(noted))

    def readers(self, noted: Noted) -> frozenset[str]:
        book = self.book(noted.child)
        return frozenset(name for name in {each.name for each in book.members} if self.may_have(name, noted))

    def live(self, words: Iterable[str]) -> list[Noted]:
        """The entries that read so now."""
        return [each for word in words for each in self.words.get(word, ()) if each.lives and each.word == word]

    # --- the verdict ------------------------------------------------------------------------------------------------

    def judge(self, to: str, text: str) -> None:
        """A platform is called for her with this text, at this moment."""
        for word in dict.fromkeys(WORD.findall(text)):
            if word in self.unsure:
                continue
            if any(self.may_have(to, noted) for noted in self.live([word])):
                self.judged += 1
            else:
                about = [f"{each.author.name} of {each.child}" for each in self.words.get(word, ())]
                self.faults.append(f"{to} was shown {word} ({', '.join(about) or 'never filed'}): {text!r}")
        for child, name in self.children.items():
            if re.search(rf"\b{name}\b", text) and self.book(child).live(to) is None:
                self.faults.append(f"{to} was shown the name of {name}, in whose circle she is not: {text!r}")
        for person, name in self.people.items():
            if person != to and re.search(rf"\b{name}\b", text) and not self._may_be_named(person, to):
                self.faults.append(f"{to} was shown the name of {name}, whom she does not know: {text!r}")

    def judge_paper(self, to: str, text: str) -> None:
        """A file goes to her with these words; what staff are given is handed on to every parent of the child."""
        before = self.judged
        self.judge(to, text)
        self.on_paper += self.judged - before
        for word in dict.fromkeys(WORD.findall(text)):
            about = [] if word in self.unsure else [each for each in self.live([word]) if self.may_have(to, each)]
            if about and all(self._is_kept_from_a_parent(to, each) for each in about):
                self.faults.append(f"{to} was given {word} on paper, which not every parent may have")

    def _is_kept_from_a_parent(self, to: str, noted: Noted) -> bool:
        book = self.book(noted.child)
        me = book.live(to)
        if me is None or me.role in ("parent", "family", "professional"):
            return False
        parents = {each.name for each in book.members if each.role == "parent" and book.live(each.name) is not None}
        return any(not self.may_have(parent, noted) for parent in parents)

    def _may_be_named(self, person: str, to: str) -> bool:
        """She knows the people who are, or were, around a child with whom she is, or was: that is no news to her."""
        around = [{each.name for each in self.book(child).members} for child in self.children]
        return any(person in names and to in names for names in around)


def _writings(noted: Noted) -> list[Writing]:
    plain: Writing = _with(Writing(noted.author, noted.labels, noted.only, noted.without, noted.through), day=noted.day)
    if not noted.answers:
        return [plain]
    return [replace(plain, answers=answered) for each in noted.answers for answered in _writings(each)]


def _with(thing: Any, **values: object) -> Any:
    """``thing`` with those values that the table has a column for."""
    known = {each.name for each in fields(thing)}
    return replace(thing, **{name: value for name, value in values.items() if name in known})
