"""A plan under way: the roll as it will be while one row after the other is looked at.

Knows no row: only who is there by now, what is to be written so far, and what is said of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from book.ids import ChildId, Ids, PersonId, RoomId, SettingId
from book.importing.cells import Name
from book.importing.faults import Fault
from book.importing.headings import fold
from book.importing.known import Known, KnownChild, KnownPerson, KnownSetting, KnownStaff
from book.importing.plans import Change, PersonMade, Plan, What
from book.importing.reading import ReadChild


@dataclass(slots=True)
class At:
    """One setting as it will be while rows are looked at, one after the other."""

    id: SettingId
    name: str
    children: list[KnownChild]
    staff: dict[PersonId, KnownStaff]
    rooms: dict[str, RoomId]
    room_names: dict[RoomId, str]
    claimed: set[ChildId] = field(default_factory=set)
    has_staff_rows: bool = False

    @classmethod
    def of(cls, known: KnownSetting) -> At:
        return cls(
            known.id,
            known.name,
            list(known.children),
            {each.person: each for each in known.staff},
            {fold(name): room for room, name in known.rooms.items()},
            dict(known.rooms),
        )


class Draft:
    """What is planned so far."""

    def __init__(self, known: Known, faults: Sequence[Fault], ids: Ids) -> None:
        self.known = known
        self.ids = ids
        self.plan = Plan(faults=list(faults))
        self.people: dict[PersonId, KnownPerson] = dict(known.people)
        self.at = {each.id: At.of(each) for each in known.settings}
        self.by_number: dict[tuple[str, str], PersonId] = {}  # parents, by name and number together
        self._wanted_numbers: dict[PersonId, list[str]] = {}
        for setting in known.settings:
            for child in setting.children:
                for parent in child.parents:
                    if (person := self.people.get(parent)) is not None:
                        for number in person.numbers:
                            self.by_number.setdefault((fold(person.called), number), parent)

    def room(self, name: str, at: At, row: int) -> RoomId | None:
        """The room of this name there, a new one if need be; None for no name."""
        if not name:
            return None
        folded = fold(name).removesuffix(" room") or fold(name)
        if (known := at.rooms.get(folded) or at.rooms.get(fold(name))) is not None:
            return known
        new = RoomId(self.ids.new())
        shown = name.strip()
        if fold(shown).endswith(" room") and len(shown) > 5:
            shown = shown[: -len(" room")].rstrip()
        at.rooms[folded] = new
        at.room_names[new] = shown
        self.plan.rooms.append((new, at.id, shown))
        self.changed(What.ROOM, shown, at.name, row, new=True)
        return new

    def enrol(self, name: Name, language: str, *, staff: bool) -> PersonId:
        """Somebody new; staff who share a first name are told apart by an initial."""
        new = PersonId(self.ids.new())
        shown = name.first
        if name.last and staff and self._is_taken(name.first):
            shown = f"{name.first} {name.last[0]}"
        self.people[new] = KnownPerson(new, shown, name.full)
        self.plan.people.append(PersonMade(new, shown, name.full, language))
        return new

    def _is_taken(self, first: str) -> bool:
        staff = {person for at in self.at.values() for person in at.staff}
        return any(fold(self.people[each].name) == fold(first) for each in staff if each in self.people)

    def wants_numbers(self, person: PersonId, numbers: Sequence[str]) -> None:
        wanted = self._wanted_numbers.setdefault(person, [])
        wanted += [each for each in numbers if each not in wanted]

    def settle_numbers(self) -> None:
        """A number in the file takes the place of what the roll had; an empty cell changes nothing."""
        for person, wanted in self._wanted_numbers.items():
            before = self.people[person].numbers
            if wanted and set(wanted) != set(before):
                self.plan.numbers[person] = tuple(wanted)
                if person in self.known.people:
                    self.changed(What.NUMBER, self.people[person].called)

    # --- saying so --------------------------------------------------------------------------------------------------

    def changed(self, what: What, whose: str, to: str = "", row: int = 0, *, new: bool = False) -> None:
        self.plan.changes.append(Change(what, whose, to, row, new))

    def quietly(self, is_new: bool, what: What, child: ReadChild, to: str) -> None:
        """What comes with somebody new needs no line of its own."""
        if not is_new:
            self.changed(what, child.name.shown, to, child.row)
