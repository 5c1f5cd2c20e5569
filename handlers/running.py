"""Who runs a setting, and whom and what her words name: the people, children and rooms of that setting alone.

A manager runs hers, a childminder hers. Names are matched as people write them; two of one name are both given, and
whoever asks decides. Changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import phonenumbers

from book.ids import ChildId, PersonId, SettingId
from book.people import STAFF, Circle, Membership, Person, Role, Room
from book.timing import civil_instant
from book.understanding.lexicon import fold
from handlers.desk import Desk
from storage.situations import Situation

_COUNTRY = "GB"
_UK_MOBILE = len("+447700900123")


@dataclass(frozen=True, slots=True)
class Runs:
    """The setting that the sender runs, and the circles of its children."""

    me: Person
    role: Role
    setting: SettingId
    circles: tuple[Circle, ...]

    @property
    def name(self) -> str:
        """The setting's name, as people say it; empty as long as it has no child."""
        return next((each.settings[self.setting].name for each in self.circles), "")


@dataclass(frozen=True, slots=True)
class Around:
    """Somebody of the setting's circles, with every line about her there."""

    person: Person
    lines: tuple[tuple[ChildId, Membership], ...]

    @property
    def children(self) -> frozenset[ChildId]:
        return frozenset(child for child, _ in self.lines)

    def is_staff_elsewhere(self, setting: SettingId) -> bool:
        """Whether she works at another setting and is nothing here."""
        return all(line.role in STAFF and line.setting != setting for _, line in self.lines)


def what_she_runs(situation: Situation, desk: Desk) -> Runs | None:
    """The setting the sender runs now; None for everybody else."""
    person = situation.person
    if person is None:
        return None
    found: dict[SettingId, Role] = {}
    for post in situation.posts:
        if post.role in (Role.MANAGER, Role.CHILDMINDER) and post.is_live(desk.now) and post.setting is not None:
            found.setdefault(post.setting, post.role)
    for circle in situation.circles.values():
        for line in circle.live(desk.now):
            if line.person.id == person.id and line.role is Role.CHILDMINDER and line.setting is not None:
                found.setdefault(line.setting, line.role)
    if not found:
        return None
    setting, role = min(found.items())
    circles = tuple(
        circle
        for _, circle in sorted(situation.circles.items())
        if setting in circle.settings and circle.membership(person.id, desk.now) is not None
    )
    return Runs(person, role, setting, circles)


def children_named(runs: Runs, name: str) -> list[Circle]:
    """The setting's children of this name."""
    return [each for each in runs.circles if any(_is_called(name, known) for known in _names_of(each))]


def people_named(runs: Runs, name: str, *, of: Sequence[Circle] | None = None) -> list[Around]:
    """Everybody of this name around the setting's children, whether she counts now or not; never the sender."""
    found: dict[PersonId, list[tuple[ChildId, Membership]]] = {}
    people: dict[PersonId, Person] = {}
    for circle in runs.circles if of is None else of:
        for line in circle.memberships:
            if line.person.id != runs.me.id and _is_called(name, line.person.name):
                people[line.person.id] = line.person
                found.setdefault(line.person.id, []).append((circle.child.id, line))
    return [Around(people[each], tuple(lines)) for each, lines in sorted(found.items())]


def staff_named(runs: Runs, name: str, now: datetime) -> list[Person]:
    """Who works at the setting now and is called so; the sender herself too."""
    return [each for each in staff(runs, now) if _is_called(name, each.name)]


def staff(runs: Runs, now: datetime) -> list[Person]:
    """Who works at the setting now, in the order of their names."""
    found = {line.person.id: line.person for circle in runs.circles for line in circle.staff_of(runs.setting, now)}
    return sorted(found.values(), key=lambda each: (each.name.casefold(), each.id))


def rooms_named(situation: Situation, runs: Runs, name: str) -> list[Room]:
    """The setting's rooms of this name."""
    rooms = situation.roll.rooms_of(runs.setting) if situation.roll is not None else ()
    return [each for each in rooms if _is_called(name, each.name)]


def number_of(written: str) -> str | None:
    """A telephone number as it is kept ("+447700900123"); None for what is none."""
    try:
        number = phonenumbers.parse(written, _COUNTRY)
    except phonenumbers.NumberParseException:
        return None
    # The ranges kept for fiction count as much as any other: only what could never be rung is refused.
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    kept = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None if kept.startswith("+447") and len(kept) != _UK_MOBILE else kept


def shown_number(number: str) -> str:
    """A kept number as it is written at home: "07700 900123"."""
    return phonenumbers.format_number(phonenumbers.parse(number, _COUNTRY), phonenumbers.PhoneNumberFormat.NATIONAL)


def start_of(day: date, desk: Desk) -> datetime:
    """The instant at which a civil day begins."""
    return civil_instant(datetime.combine(day, time(12), tzinfo=desk.zone), time(0), desk.zone)


def named(names: Sequence[str]) -> str:
    """Several names for one place of a sentence; how they are joined is the catalogue's to say."""
    return "\n".join(dict.fromkeys(names))


def _names_of(circle: Circle) -> Iterator[str]:
    yield circle.child.name
    yield from circle.child.nicknames


def _is_called(said: str, name: str) -> bool:
    wanted, known = [[fold(part) for part in each.split()] for each in (said, name)]
    return wanted == known or (len(wanted) == 1 and wanted == known[:1]) or (len(known) == 1 and known == wanted[:1])
