"""The people around one child: who they are, in which role, from when to when.

Memberships are a log: nothing in it is changed, a later line about the same person, child, role and setting
replaces the earlier one. Knows nothing of addresses, messages or what may be told to whom.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum

from book.ids import ChildId, PersonId, RoomId, SettingId
from book.sharing import Choice


class Role(StrEnum):
    PARENT = "parent"
    FAMILY = "family"
    KEY_PERSON = "key_person"
    SECOND_KEY_PERSON = "second_key_person"
    ROOM_STAFF = "room_staff"
    CHILDMINDER = "childminder"
    MANAGER = "manager"
    SAFEGUARDING_LEAD = "safeguarding_lead"
    DEPUTY_LEAD = "deputy_lead"
    SENCO = "senco"
    PROFESSIONAL = "professional"


STAFF = frozenset(
    {
        Role.KEY_PERSON,
        Role.SECOND_KEY_PERSON,
        Role.ROOM_STAFF,
        Role.CHILDMINDER,
        Role.MANAGER,
        Role.SAFEGUARDING_LEAD,
        Role.DEPUTY_LEAD,
        Role.SENCO,
    }
)
# Rule 10: a setting is told through the first of these who is there.
TOLD_FIRST = (Role.KEY_PERSON, Role.CHILDMINDER, Role.SECOND_KEY_PERSON, Role.ROOM_STAFF, Role.MANAGER)


class SettingKind(StrEnum):
    NURSERY = "nursery"
    CHILDMINDER = "childminder"
    PRESCHOOL = "preschool"
    SCHOOL = "school"
    CLUB = "club"


@dataclass(frozen=True, slots=True)
class Person:
    id: PersonId
    name: str  # as people call her: "Hannah"
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Setting:
    id: SettingId
    kind: SettingKind
    name: str  # short, as people say it: "Sunshine"
    telephone: str = ""
    by_hand: bool = False  # has not joined: a name and a telephone


class Standing(StrEnum):
    """What one line of the membership log says."""

    PENDING = "pending"
    LIVE = "live"
    ENDED = "ended"
    RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class Membership:
    """One line of the log. ``setting`` is where staff work, and for a parent the setting she joined through."""

    id: int
    person: Person
    role: Role
    setting: SettingId | None
    standing: Standing
    since: datetime
    until: datetime | None = None
    room: RoomId | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether it counts at this instant."""
        return self.standing is Standing.LIVE and self._holds(now)

    def is_restricted(self, now: datetime) -> bool:
        """Whether it shuts this person out at this instant."""
        return self.standing is Standing.RESTRICTED and self._holds(now)

    def _holds(self, now: datetime) -> bool:
        return self.since <= now and (self.until is None or now < self.until)


@dataclass(frozen=True, slots=True)
class Child:
    id: ChildId
    name: str
    nicknames: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """When a child is with a setting, on one weekday (0 is Monday), in the setting's civil time."""

    setting: SettingId
    weekday: int
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Duty:
    """When a person is at work, on one weekday (0 is Monday), in civil time."""

    person: PersonId
    weekday: int
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Circle:
    """The people around one child as the log has them, with the choices and times that decide what they hear."""

    child: Child
    memberships: tuple[Membership, ...]
    settings: dict[SettingId, Setting] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    sessions: tuple[Session, ...] = ()
    duties: tuple[Duty, ...] = ()

    def live(self, now: datetime) -> tuple[Membership, ...]:
        """Who counts at this instant, in the order in which they came.

        Somebody restricted in one role ceases to exist for this child's book in every other (rule 5).
        """
        barred = {each.person.id for each in self.memberships if each.is_restricted(now)}
        return tuple(each for each in self.memberships if each.is_live(now) and each.person.id not in barred)

    def membership(self, person: PersonId, now: datetime) -> Membership | None:
        """This person's membership that counts now; a child-level role before a setting-level one."""
        mine = [each for each in self.live(now) if each.person.id == person]
        return min(mine, key=lambda each: _WEIGHT[each.role], default=None)

    def parents(self, now: datetime) -> tuple[Membership, ...]:
        return tuple(each for each in self.live(now) if each.role is Role.PARENT)

    def staff_of(self, setting: SettingId, now: datetime) -> tuple[Membership, ...]:
        return tuple(each for each in self.live(now) if each.setting == setting and each.role in STAFF)

    def person(self, person: PersonId) -> Person | None:
        """Anyone who was ever in this circle, for naming the author of an old entry."""
        return next((each.person for each in self.memberships if each.person.id == person), None)


_WEIGHT = {role: weight for weight, role in enumerate(Role)}


def latest(lines: Iterable[tuple[ChildId | None, Membership]]) -> tuple[Membership, ...]:
    """The log without what later lines replaced; the order of first appearance is kept."""
    newest: dict[tuple[object, ...], Membership] = {}
    for child, line in lines:
        newest[(child, line.person.id, line.role, line.setting)] = line
    return tuple(newest.values())
