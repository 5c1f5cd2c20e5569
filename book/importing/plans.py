"""Everything that a spreadsheet would have written, as values, and what is said of it; nothing is written here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from book.ids import ChildId, PersonId, RoomId, SettingId
from book.importing.faults import Fault, FaultKind
from book.importing.hours import Hours
from book.people import Role, SettingKind


class What(StrEnum):
    """One kind of change; its words are ``import.change.<value>`` in the catalogue."""

    SETTING = "setting"
    ROOM = "room"
    STAFF = "staff"
    ROLE = "role"
    CHILD = "child"
    BORN = "born"
    PARENT = "parent"
    NUMBER = "number"
    KEY = "key"
    SECOND_KEY = "second_key"
    IN_ROOM = "in_room"
    SESSIONS = "sessions"
    HOURS = "hours"
    PHOTOS = "photos"
    MAIN = "main"


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the table of what would change: whose, and to what. Numbers are never in it."""

    what: What
    whose: str
    to: str = ""
    row: int = 0
    new: bool = False


@dataclass(frozen=True, slots=True)
class SettingMade:
    id: SettingId
    kind: SettingKind
    name: str
    telephone: str


@dataclass(frozen=True, slots=True)
class PersonMade:
    id: PersonId
    name: str
    full_name: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class ChildMade:
    id: ChildId
    names: tuple[str, ...]
    born: date | None


@dataclass(frozen=True, slots=True)
class Stands:
    """From now on somebody stands so (or, ``ended``, no longer does)."""

    person: PersonId
    role: Role
    setting: SettingId
    child: ChildId | None = None
    room: RoomId | None = None
    ended: bool = False


@dataclass(slots=True)
class Plan:
    """Everything to be written, and what is said of it."""

    settings: list[SettingMade] = field(default_factory=list)
    rooms: list[tuple[RoomId, SettingId, str]] = field(default_factory=list)
    people: list[PersonMade] = field(default_factory=list)
    children: list[ChildMade] = field(default_factory=list)
    births: list[tuple[ChildId, date]] = field(default_factory=list)
    stands: list[Stands] = field(default_factory=list)
    numbers: dict[PersonId, tuple[str, ...]] = field(default_factory=dict)  # these take the place of what she had
    sessions: dict[tuple[ChildId, SettingId], tuple[Hours, ...]] = field(default_factory=dict)
    hours: dict[tuple[PersonId, SettingId], tuple[Hours, ...]] = field(default_factory=dict)
    works: list[tuple[PersonId, SettingId, RoomId | None]] = field(default_factory=list)  # on the list of staff
    moves: list[tuple[ChildId, SettingId, RoomId]] = field(default_factory=list)
    photos: list[tuple[ChildId, PersonId, bool]] = field(default_factory=list)
    mains: list[tuple[ChildId, PersonId, bool]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    new_parents: list[tuple[PersonId, ChildId]] = field(default_factory=list)  # each with her first child
    children_in: int = 0  # rows that are in the book once this is written
    touched: list[SettingId] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.changes or self.stands or self.works)

    def look_at(self) -> tuple[Fault, ...]:
        """Everything to look at: what leaves a field empty and impossible days by row, then the same twice."""
        twice = (FaultKind.SAME_CHILD, FaultKind.SAME_STAFF)
        return tuple(sorted(self.faults, key=lambda each: (each.kind in twice, each.about, each.row)))
