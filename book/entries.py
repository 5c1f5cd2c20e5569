"""An entry: one thing written in one child's thread, as its newest revision has it.

Revisions are never changed; a correction, a narrowing, a move or a withdrawal is one more. Knows nothing of who
may read it or how it is stored.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from book.audience import Note
from book.facts import Fact
from book.ids import ChildId, EntryId, InboxId, NoticeId, PersonId, SettingId
from book.people import Role
from book.topics import Subject, Topic


class EntryState(StrEnum):
    FILED = "filed"
    CORRECTED = "corrected"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Correction:
    """Words added to set right what was written, at the moment they were written."""

    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Text:
    """What a revision says: the words as written, what was added to correct them, and why it was read so."""

    words: str
    corrections: tuple[Correction, ...] = ()
    because: tuple[tuple[str, str], ...] = ()  # topic, the words that led there
    collection: str = ""  # "Nan collects at 4"
    asks: str = ""  # a question that only a person may answer: what it is about
    which: str = (
        ""  # why it is of this child: her name as it was written, or ``only``, ``reply``, ``before``, ``asked``
    )
    unproved: bool = False  # written from where anybody may have, and no code came back: somebody rings first
    timetable: str = ""  # a change of the timetable that the setting is to note, as its handler keeps it

    @property
    def said(self) -> str:
        """The words as written, and behind them what was added to correct them."""
        return "; ".join((self.words.strip(), *(each.words for each in self.corrections)))

    def to_json(self) -> str:
        kept: dict[str, object] = {"words": self.words}
        if self.corrections:
            kept["corrections"] = [[each.words, each.at.isoformat()] for each in self.corrections]
        if self.because:
            kept["because"] = [list(each) for each in self.because]
        if self.collection:
            kept["collection"] = self.collection
        if self.asks:
            kept["asks"] = self.asks
        if self.which:
            kept["which"] = self.which
        if self.unproved:
            kept["unproved"] = True
        if self.timetable:
            kept["timetable"] = self.timetable
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, kept: str) -> Text:
        values = json.loads(kept)
        return cls(
            words=values["words"],
            corrections=tuple(
                Correction(words, datetime.fromisoformat(at)) for words, at in values.get("corrections", ())
            ),
            because=tuple((topic, words) for topic, words in values.get("because", ())),
            collection=values.get("collection", ""),
            asks=values.get("asks", ""),
            which=values.get("which", ""),
            unproved=values.get("unproved", False),
            timetable=values.get("timetable", ""),
        )


@dataclass(frozen=True, slots=True)
class Travel:
    """How its author, or a parent, bounded where one entry goes (rule 4)."""

    only: frozenset[SettingId] = frozenset()
    without: frozenset[SettingId] = frozenset()
    through: frozenset[SettingId] = frozenset()

    def to_json(self) -> str:
        if self == Travel():
            return ""
        return json.dumps([sorted(self.only), sorted(self.without), sorted(self.through)], separators=(",", ":"))

    @classmethod
    def from_json(cls, kept: str) -> Travel:
        if not kept:
            return cls()
        only, without, through = json.loads(kept)
        return cls(
            frozenset(SettingId(each) for each in only),
            frozenset(SettingId(each) for each in without),
            frozenset(SettingId(each) for each in through),
        )


def subjects_to_json(subjects: tuple[Subject, ...]) -> str:
    """``sleep health! medication``: a mark after a topic that is private."""
    return " ".join(each.topic.value + ("!" if each.private else "") for each in subjects)


def subjects_from_json(kept: str) -> tuple[Subject, ...]:
    return tuple(Subject(Topic(each.rstrip("!")), each.endswith("!")) for each in kept.split())


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry with its newest revision; ``text`` is None only where a move or an erasure cleared the words."""

    id: EntryId
    child: ChildId
    author: PersonId
    author_role: Role
    author_setting: SettingId | None
    message: InboxId | None
    answers: EntryId | None
    acknowledgement: NoticeId | None
    urgent: bool
    unread: bool
    has_picture: bool  # or a film or a recording: what is seen or heard
    happened_at: datetime
    filed_at: datetime
    revision: int
    state: EntryState
    subjects: tuple[Subject, ...]
    travel: Travel
    text: Text | None
    revised_at: datetime
    answered: Entry | None = field(default=None)
    weekday: int | None = None  # on which it happened, in civil time where it was written
    has_paper: bool = False
    told_by: SettingId | None = None  # a setting that has not joined, whose words the author passes on
    facts: tuple[Fact, ...] = ()  # what its words state, as its newest revision has it

    @property
    def is_live(self) -> bool:
        return self.state in {EntryState.FILED, EntryState.CORRECTED}

    @property
    def has_files(self) -> bool:
        """Whether something came with it that goes to whoever hears of it, and may."""
        return self.has_picture or self.has_paper

    @property
    def note(self) -> Note:
        """What the rules of the audience look at, the whole chain of what it answers included."""
        return Note(
            author=self.author,
            author_role=self.author_role,
            author_setting=self.author_setting,
            subjects=self.subjects,
            only=self.travel.only,
            without=self.travel.without,
            let_through=self.travel.through,
            unread=self.unread,
            has_picture=self.has_picture,
            weekday=self.weekday,
            answers=self.answered.note if self.answered is not None else None,
        )

    def with_travel(self, travel: Travel) -> Entry:
        return replace(self, travel=travel)
