"""The roll as it stands, in the shape in which a spreadsheet is compared with it. Knows nothing of where it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from book.ids import ChildId, PersonId, RoomId, SettingId
from book.importing.hours import Hours
from book.people import Role


@dataclass(frozen=True, slots=True)
class KnownPerson:
    id: PersonId
    name: str
    full_name: str = ""
    numbers: tuple[str, ...] = ()
    language: str = "en"
    has_joined: bool = False

    @property
    def called(self) -> str:
        """Her name as the roll has it: the full one where it is known."""
        return self.full_name or self.name


@dataclass(frozen=True, slots=True)
class KnownChild:
    """A child and who stands around her at one setting now."""

    id: ChildId
    names: tuple[str, ...]
    born: date | None = None
    room: RoomId | None = None
    parents: tuple[PersonId, ...] = ()
    keys: tuple[PersonId, ...] = ()
    second_keys: tuple[PersonId, ...] = ()
    room_staff: tuple[PersonId, ...] = ()
    sessions: frozenset[Hours] = frozenset()
    photos: bool | None = None  # whether group photos are allowed; None where no parent said so
    mains: tuple[PersonId, ...] = ()  # who is rung first


@dataclass(frozen=True, slots=True)
class KnownStaff:
    """Somebody who works at a setting, as what, when, and in which room."""

    person: PersonId
    roles: frozenset[Role] = frozenset()
    hours: frozenset[Hours] = frozenset()
    room: RoomId | None = None


@dataclass(frozen=True, slots=True)
class KnownSetting:
    """One setting's roll."""

    id: SettingId
    name: str
    rooms: Mapping[RoomId, str] = field(default_factory=dict)
    children: tuple[KnownChild, ...] = ()
    staff: tuple[KnownStaff, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """Everything a spreadsheet may touch, and nothing else: what is not here cannot be changed by it."""

    settings: tuple[KnownSetting, ...]
    people: Mapping[PersonId, KnownPerson] = field(default_factory=dict)
    may_make_settings: bool = False
    default: SettingId | None = None  # where a row names no setting

    def setting(self, wanted: SettingId) -> KnownSetting | None:
        return next((each for each in self.settings if each.id == wanted), None)
