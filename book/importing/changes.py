"""What a spreadsheet would change in the roll: only what differs, so that the same file twice changes nothing.

A child, a parent or a member of staff who is there already is found again; nobody is ever taken out, because a row that
is missing says nothing. Where two might be one person, they are kept apart: a wrong guess would show a child to
somebody else. Pure; ids are asked of the caller only for who is new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from rapidfuzz import fuzz

from book.ids import ChildId, Ids, PersonId, RoomId, SettingId
from book.importing.cells import Name
from book.importing.faults import Fault, FaultKind
from book.importing.headings import About, Field, fold
from book.importing.hours import Hours
from book.importing.known import Known, KnownChild, KnownPerson, KnownSetting, KnownStaff
from book.importing.reading import ReadChild, Reading, ReadParent, ReadStaff
from book.people import Role, SettingKind

_NEARLY = 80.0


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


def plan(reading: Reading, known: Known, ids: Ids, *, without_faults: bool = False) -> Plan:
    """What ``reading`` would change in ``known``.

    ``without_faults`` leaves out every row in which a field would be left empty as well, not only those that are
    stopped.
    """
    return _Planner(reading, known, ids, without_faults=without_faults).plan()


def touched_by(faults: Sequence[Fault]) -> frozenset[tuple[About, int]]:
    """The rows these faults are about, those that are the same as another only once."""
    return frozenset((each.about, each.row) for each in faults)


# --- within -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _At:
    """One setting as it will be while rows are looked at, one after the other."""

    id: SettingId
    name: str
    children: list[KnownChild]
    staff: dict[PersonId, KnownStaff]
    rooms: dict[str, RoomId]
    room_names: dict[RoomId, str]
    made: list[KnownChild] = field(default_factory=list)
    claimed: set[ChildId] = field(default_factory=set)
    has_staff_rows: bool = False

    @classmethod
    def of(cls, known: KnownSetting) -> _At:
        return cls(
            known.id,
            known.name,
            list(known.children),
            {each.person: each for each in known.staff},
            {fold(name): room for room, name in known.rooms.items()},
            dict(known.rooms),
        )


class _Planner:
    def __init__(self, reading: Reading, known: Known, ids: Ids, *, without_faults: bool) -> None:
        self._reading = reading
        self._known = known
        self._ids = ids
        self._plan = Plan(faults=list(reading.faults))
        self._people: dict[PersonId, KnownPerson] = dict(known.people)
        self._by_number: dict[tuple[str, str], PersonId] = {}
        self._wanted_numbers: dict[PersonId, list[str]] = {}
        self._at = {each.id: _At.of(each) for each in known.settings}
        self._first_names = _first_names(reading, known)
        self._left: frozenset[tuple[About, int]] = frozenset()
        self._without_faults = without_faults
        for setting in known.settings:
            for child in setting.children:
                for parent in child.parents:
                    if (person := self._people.get(parent)) is not None:
                        for number in person.numbers:
                            self._by_number.setdefault((fold(person.called), number), parent)

    def plan(self) -> Plan:
        found: list[Fault] = []
        if self._without_faults:
            # Looked through once to find what is wrong, then again without the rows that have it.
            found = _Planner(self._reading, self._known, _NoIds(), without_faults=False).plan().faults
            self._left = touched_by(found)
        self._settings()
        staff = [each for each in self._reading.staff if (About.STAFF, each.row) not in self._left]
        for worker in staff:
            if (at := self._where(worker.setting, worker.row, worker, About.STAFF)) is not None:
                at.has_staff_rows = True
                self._worker(worker, at)
        for child in self._reading.children:
            if (About.CHILDREN, child.row) in self._left:
                continue
            if (at := self._where(child.setting, child.row, child, About.CHILDREN)) is not None:
                self._child(child, at)
                self._plan.children_in += 1
        self._numbers()
        for at in self._at.values():
            self._room_staff(at)
        if self._without_faults:
            self._plan.faults = list(found)
        return self._plan

    # --- where ------------------------------------------------------------------------------------------------------

    def _settings(self) -> None:
        for each in self._reading.settings:
            if any(fold(at.name) == fold(each.name) for at in self._at.values()):
                continue
            if not self._known.may_make_settings:
                fault = Fault(FaultKind.UNKNOWN_SETTING, (each.row,), "", each.name, each.name, about=About.SETTINGS)
                self._plan.faults.append(fault)
                continue
            new = SettingId(self._ids.new())
            self._at[new] = _At(new, each.name, [], {}, {}, {})
            self._plan.settings.append(SettingMade(new, each.kind, each.name, each.telephone))
            self._changed(What.SETTING, each.name, each.kind.value, each.row, new=True)

    def _where(self, named: str, row: int, read: ReadChild | ReadStaff, about: About) -> _At | None:
        """The setting of a row: the one it names, else the one that is meant where none is named."""
        if not named and self._known.default is not None:
            return self._at.get(self._known.default)
        found = [at for at in self._at.values() if fold(at.name) == fold(named)] if named else list(self._at.values())
        if not found and named:
            found = [at for at in self._at.values() if set(fold(at.name).split()) <= set(fold(named).split())]
        if len(found) == 1:
            return found[0]
        fault = Fault(
            FaultKind.UNKNOWN_SETTING, (row,), read.heading(Field.SETTING), read.name.shown, named, about=about
        )
        self._plan.faults.append(fault)
        return None

    def _room(self, name: str, at: _At, row: int) -> RoomId | None:
        if not name:
            return None
        folded = fold(name).removesuffix(" room") or fold(name)
        if (known := at.rooms.get(folded) or at.rooms.get(fold(name))) is not None:
            return known
        new = RoomId(self._ids.new())
        shown = name.strip()
        if fold(shown).endswith(" room") and len(shown) > 5:
            shown = shown[: -len(" room")].rstrip()
        at.rooms[folded] = new
        at.room_names[new] = shown
        self._plan.rooms.append((new, at.id, shown))
        self._changed(What.ROOM, shown, at.name, row, new=True)
        return new

    # --- staff ------------------------------------------------------------------------------------------------------

    def _worker(self, worker: ReadStaff, at: _At) -> None:
        known = self._staff_called(worker.name, at)
        room = self._room(worker.room, at, worker.row)
        if known is None:
            person = self._enrol(worker.name, "en", staff=True)
            at.staff[person] = KnownStaff(person)
            self._changed(What.STAFF, worker.name.shown, at.name, worker.row, new=True)
        else:
            person = known
        mine = at.staff[person]
        if worker.role is Role.ROOM_STAFF:
            # Nobody is given every child of the setting by standing on its list: her room's and her own come by name.
            if Role.ROOM_STAFF not in mine.roles or room not in (None, mine.room):
                self._plan.works.append((person, at.id, room or mine.room))
                if known is not None and room not in (None, mine.room):
                    self._changed(What.IN_ROOM, worker.name.shown, worker.room, worker.row)
        elif worker.role not in mine.roles:
            self._plan.stands.append(Stands(person, worker.role, at.id))
            if known is not None:
                self._changed(What.ROLE, worker.name.shown, worker.role.value, worker.row)
        hours = frozenset(worker.hours)
        if hours and hours != mine.hours:
            self._plan.hours[person, at.id] = worker.hours
            if known is not None:
                self._changed(What.HOURS, worker.name.shown, "", worker.row)
        at.staff[person] = KnownStaff(person, mine.roles | {worker.role}, hours or mine.hours, room or mine.room)
        self._wants_numbers(person, worker.numbers)

    def _staff_called(self, name: Name, at: _At) -> PersonId | None:
        """Somebody of exactly this name who works here; a first name alone must be enough to tell her."""
        exact = [each for each in at.staff if self._is_called(each, name)]
        return exact[0] if len(exact) == 1 else None

    def _is_called(self, person: PersonId, name: Name) -> bool:
        known = self._people.get(person)
        if known is None:
            return False
        if fold(known.called) == name.folded:
            return True
        # One of the two may have been written without a surname.
        return (not name.last or not known.full_name or " " not in known.full_name) and (
            fold(known.called).partition(" ")[0] == fold(name.first)
            and (not name.last or " " not in fold(known.called))
        )

    def _colleague(self, child: ReadChild, wanted: Field, text: str, at: _At) -> PersonId | None:
        """Who is meant by a name in a child's row; where there is no list of staff, whoever is named works here."""
        if not text:
            return None
        first, _, last = text.partition(" ")
        name = Name(first, last)
        found = [each for each in at.staff if self._is_called(each, name)]
        if len(found) == 1:
            return found[0]
        heading = child.heading(wanted)
        if found:
            self._fault(FaultKind.SEVERAL, child, heading, text)
            return None
        called = [self._people[each].called for each in at.staff if each in self._people]
        near = [each for each in called if _is_near(text, each)]
        if near:
            self._fault(FaultKind.NEARLY, child, heading, text, near=near[0])
            return None
        if at.has_staff_rows:
            self._fault(FaultKind.NOBODY, child, heading, text)
            return None
        person = self._enrol(name, "en", staff=True)
        at.staff[person] = KnownStaff(person, frozenset({Role.ROOM_STAFF}))
        self._plan.works.append((person, at.id, None))
        self._changed(What.STAFF, name.shown, at.name, child.row, new=True)
        return person

    def _fault(self, kind: FaultKind, child: ReadChild, column: str, given: str, near: str = "") -> None:
        self._plan.faults.append(Fault(kind, (child.row,), column, child.name.shown, given, near))

    # --- children ---------------------------------------------------------------------------------------------------

    def _child(self, child: ReadChild, at: _At) -> None:
        known = self._same_child(child, at)
        if known is None:
            known = KnownChild(ChildId(self._ids.new()), self._names(child, at), child.born)
            self._plan.children.append(ChildMade(known.id, known.names, child.born))
            self._changed(What.CHILD, child.name.shown, at.name, child.row, new=True)
            at.children.append(known)
            is_new = True
        else:
            is_new = False
            if child.born is not None and known.born is None:
                self._plan.births.append((known.id, child.born))
                self._changed(What.BORN, child.name.shown, child.born.strftime("%d/%m/%Y"), child.row)
        at.claimed.add(known.id)
        parents = [self._parent(child, each, known, at) for each in child.parents]
        self._keys(child, known, at, is_new=is_new)
        room = self._room(child.room, at, child.row)
        if room is not None and room != known.room:
            self._plan.moves.append((known.id, at.id, room))
            self._quietly(is_new, What.IN_ROOM, child, at.room_names[room])
        if child.sessions and frozenset(child.sessions) != known.sessions:
            self._plan.sessions[known.id, at.id] = child.sessions
            self._quietly(is_new, What.SESSIONS, child, "")
        self._photos(child, known, parents, is_new=is_new)
        self._mains(child, known, parents, is_new=is_new)
        self._replace(at, known, room)

    def _replace(self, at: _At, known: KnownChild, room: RoomId | None) -> None:
        for number, each in enumerate(at.children):
            if each.id == known.id and room is not None:
                at.children[number] = replace(each, room=room)

    def _same_child(self, child: ReadChild, at: _At) -> KnownChild | None:
        """The child of the book this row is about: the same name, and no other day of birth."""
        free = [each for each in at.children if each.id not in at.claimed]
        named = [each for each in free if fold(each.names[-1]) == child.name.folded]
        named = named or [each for each in free if self._goes_by(each, child.name)]
        same = [each for each in named if each.born is not None and each.born == child.born]
        if same:
            return same[0]
        open_ = [each for each in named if each.born is None or child.born is None]
        return open_[0] if len(open_) == 1 else None

    def _goes_by(self, known: KnownChild, name: Name) -> bool:
        mine = {fold(each) for each in known.names}
        if name.folded in mine:
            return True
        # Written down without a surname once, and with one now, or the other way round.
        has_full = any(
            " " in each and each.partition(" ")[0] == fold(known.names[0]).partition(" ")[0] for each in mine
        )
        if not name.last:
            return fold(name.first) == fold(known.names[0]).partition(" ")[0]
        return not has_full and fold(name.first) in mine

    def _names(self, child: ReadChild, at: _At) -> tuple[str, ...]:
        """As she is called, then what else she goes by: her first name if it is enough to tell her here."""
        name = child.name
        shown = name.first
        if name.last and self._first_names.get((at.id, fold(name.first)), 0) > 1:
            shown = f"{name.first} {name.last[0]}"
            if any(fold(shown) == fold(each.names[0]) for each in at.children):
                shown = name.full
        return tuple(dict.fromkeys(each for each in (shown, child.nickname, name.full) if each))

    def _parent(self, child: ReadChild, parent: ReadParent, known: KnownChild, at: _At) -> PersonId:
        found = self._same_parent(parent, known)
        if found is None:
            keyed = [self._by_number.get((parent.name.folded, number)) for number in parent.numbers]
            found = next((each for each in keyed if each is not None), None)
            if found is None:
                found = self._enrol(parent.name, parent.language or "en", staff=False)
                self._plan.new_parents.append((found, known.id))
            self._plan.stands.append(Stands(found, Role.PARENT, at.id, known.id))
            self._changed(What.PARENT, child.name.shown, parent.name.shown, child.row, new=True)
        for number in parent.numbers:
            self._by_number.setdefault((parent.name.folded, number), found)
        self._wants_numbers(found, parent.numbers)
        return found

    def _same_parent(self, parent: ReadParent, known: KnownChild) -> PersonId | None:
        people = [self._people[each] for each in known.parents if each in self._people]
        exact = [each for each in people if fold(each.called) == parent.name.folded]
        if not exact:
            exact = [
                each
                for each in people
                if fold(each.name).partition(" ")[0] == fold(parent.name.first)
                and (not parent.name.last or " " not in each.called)
            ]
        return exact[0].id if exact else None

    def _keys(self, child: ReadChild, known: KnownChild, at: _At, *, is_new: bool) -> None:
        for wanted, text, before, role, what in (
            (Field.KEY, child.key, known.keys, Role.KEY_PERSON, What.KEY),
            (Field.SECOND_KEY, child.second_key, known.second_keys, Role.SECOND_KEY_PERSON, What.SECOND_KEY),
        ):
            person = self._colleague(child, wanted, text, at)
            if person is None or before == (person,):
                continue
            self._plan.stands += [Stands(each, role, at.id, known.id, ended=True) for each in before if each != person]
            if person not in before:
                self._plan.stands.append(Stands(person, role, at.id, known.id))
            self._quietly(is_new, what, child, self._people[person].called)

    def _photos(self, child: ReadChild, known: KnownChild, parents: Sequence[PersonId], *, is_new: bool) -> None:
        """A paper may narrow what a parent chose, and stands in where none has; it never widens her own word."""
        theirs = [*parents, *known.parents]
        if child.photos is None or not theirs or known.photos == child.photos:
            return
        if child.photos and known.photos is not None:
            return
        self._plan.photos.append((known.id, theirs[0], child.photos))
        self._quietly(is_new, What.PHOTOS, child, "yes" if child.photos else "no")

    def _mains(self, child: ReadChild, known: KnownChild, parents: Sequence[PersonId], *, is_new: bool) -> None:
        chosen = next((who for who, each in zip(parents, child.parents, strict=True) if each.is_main), None)
        if chosen is None or known.mains == (chosen,):
            return
        self._plan.mains += [(known.id, each, False) for each in known.mains if each != chosen]
        if chosen not in known.mains:
            self._plan.mains.append((known.id, chosen, True))
        self._quietly(is_new, What.MAIN, child, self._people[chosen].called)

    def _room_staff(self, at: _At) -> None:
        """Whoever works in a room stands in the circle of each child there."""
        working: dict[RoomId, list[PersonId]] = {}
        for each in at.staff.values():
            if each.room is not None and Role.ROOM_STAFF in each.roles:
                working.setdefault(each.room, []).append(each.person)
        for child in at.children:
            if child.id not in at.claimed or child.room is None:
                continue
            here = working.get(child.room, [])
            for person in here:
                if person not in child.room_staff:
                    self._plan.stands.append(Stands(person, Role.ROOM_STAFF, at.id, child.id, child.room))
            for person in child.room_staff:
                known = at.staff.get(person)
                if person not in here and known is not None and known.room is not None:
                    self._plan.stands.append(Stands(person, Role.ROOM_STAFF, at.id, child.id, ended=True))

    # --- people -----------------------------------------------------------------------------------------------------

    def _enrol(self, name: Name, language: str, *, staff: bool) -> PersonId:
        new = PersonId(self._ids.new())
        shown = name.first
        if name.last and staff and self._is_taken(name.first):
            shown = f"{name.first} {name.last[0]}"
        self._people[new] = KnownPerson(new, shown, name.full)
        self._plan.people.append(PersonMade(new, shown, name.full, language))
        return new

    def _is_taken(self, first: str) -> bool:
        staff = {person for at in self._at.values() for person in at.staff}
        return any(fold(self._people[each].name) == fold(first) for each in staff if each in self._people)

    def _wants_numbers(self, person: PersonId, numbers: Sequence[str]) -> None:
        wanted = self._wanted_numbers.setdefault(person, [])
        wanted += [each for each in numbers if each not in wanted]

    def _numbers(self) -> None:
        """A number in the file takes the place of what the roll had; an empty cell changes nothing."""
        for person, wanted in self._wanted_numbers.items():
            before = self._people[person].numbers
            if wanted and set(wanted) != set(before):
                self._plan.numbers[person] = tuple(wanted)
                if person in self._known.people:
                    self._changed(What.NUMBER, self._people[person].called)

    # --- saying so --------------------------------------------------------------------------------------------------

    def _changed(self, what: What, whose: str, to: str = "", row: int = 0, *, new: bool = False) -> None:
        self._plan.changes.append(Change(what, whose, to, row, new))

    def _quietly(self, is_new: bool, what: What, child: ReadChild, to: str) -> None:
        """What comes with somebody new needs no line of its own."""
        if not is_new:
            self._changed(what, child.name.shown, to, child.row)


def _first_names(reading: Reading, known: Known) -> dict[tuple[SettingId, str], int]:
    """How many children of each setting have which first name, in the book and in the file together."""
    found: dict[tuple[SettingId, str], set[str]] = {}
    for setting in known.settings:
        for child in setting.children:
            first = fold(child.names[0]).partition(" ")[0]
            found.setdefault((setting.id, first), set()).add(fold(child.names[-1]))
        for each in reading.children:
            found.setdefault((setting.id, fold(each.name.first)), set()).add(each.name.folded)
    return {key: len(names) for key, names in found.items()}


def _is_near(text: str, name: str) -> bool:
    folded, other = fold(text), fold(name)
    first = other.partition(" ")[0]
    if " " in folded:
        return fuzz.ratio(folded, other) >= _NEARLY
    return len(folded) >= 3 and fuzz.ratio(folded, first) >= _NEARLY


class _NoIds:
    """Ids for a look that writes nothing; below nought, so that nobody takes them for somebody's."""

    def __init__(self) -> None:
        self._last = 0

    def new(self) -> int:
        self._last -= 1
        return self._last
