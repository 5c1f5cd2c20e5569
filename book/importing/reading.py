"""Sheets of text become children with their parents, staff and settings, and faults named by row and column.

Pure and total: whatever stands in a cell is read or becomes a fault, and nothing raises. Knows nothing of what the book
holds already; see :mod:`book.importing.changes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from book.importing import cells
from book.importing.cells import Name, NoSuchDay, Why, clean
from book.importing.faults import Fault, FaultKind
from book.importing.headings import About, Field, Headed, Recognised, find_headings, fold
from book.importing.hours import Hours, read_hours
from book.importing.sheets import Row, Sheet
from book.people import Role, SettingKind

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ReadParent:
    name: Name
    numbers: tuple[str, ...] = ()
    language: str | None = None
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class ReadChild:
    row: int
    name: Name
    nickname: str = ""
    born: date | None = None
    setting: str = ""
    room: str = ""
    key: str = ""
    second_key: str = ""
    sessions: tuple[Hours, ...] = ()
    photos: bool | None = None
    parents: tuple[ReadParent, ...] = ()
    columns: tuple[tuple[Field, str], ...] = ()  # the headings above, for naming a fault found later

    def heading(self, wanted: Field) -> str:
        return next((heading for each, heading in self.columns if each is wanted), "")


@dataclass(frozen=True, slots=True)
class ReadStaff:
    row: int
    name: Name
    role: Role = Role.ROOM_STAFF
    numbers: tuple[str, ...] = ()
    hours: tuple[Hours, ...] = ()
    room: str = ""
    setting: str = ""
    columns: tuple[tuple[Field, str], ...] = ()

    def heading(self, wanted: Field) -> str:
        return next((heading for each, heading in self.columns if each is wanted), "")


@dataclass(frozen=True, slots=True)
class ReadSetting:
    row: int
    name: str
    kind: SettingKind
    telephone: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was read. A row that is stopped stands among the faults and nowhere else."""

    headed: tuple[Headed, ...] = ()
    children: tuple[ReadChild, ...] = ()
    staff: tuple[ReadStaff, ...] = ()
    settings: tuple[ReadSetting, ...] = ()
    faults: tuple[Fault, ...] = ()
    rows: int = 0  # of children, those that are stopped included
    staff_rows: int = 0
    parents: int = 0  # different people, as far as their names and numbers tell

    @property
    def own_headings(self) -> tuple[Recognised, ...]:
        """Columns recognised by the manager's own words, in their order."""
        return tuple(each for sheet in self.headed for each in sheet.columns if each.is_own)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Columns that are not ours."""
        return tuple(each for sheet in self.headed for each in sheet.left_out)


def read_sheets(sheets: Sequence[Sheet], today: date) -> Reading:
    """What these sheets say. A sheet without headings we know is passed over."""
    headed = [found for sheet in sheets if (found := find_headings(sheet)) is not None]
    faults: list[Fault] = []
    children: list[ReadChild] = []
    staff: list[ReadStaff] = []
    settings: list[ReadSetting] = []
    rows = staff_rows = 0
    everybody: set[tuple[str, ...]] = set()
    for sheet in headed:
        for row in sheet.rows:
            if row.is_blank:
                continue
            reader = _Reader(sheet, row, today)
            match sheet.about:
                case About.CHILDREN:
                    rows += 1
                    child = reader.child()
                    everybody |= {_who(row.number, each) for each in reader.parents}
                    if not reader.stopped:
                        children.append(child)
                case About.STAFF:
                    staff_rows += 1
                    worker = reader.staff()
                    if not reader.stopped:
                        staff.append(worker)
                case About.SETTINGS:
                    setting = reader.setting()
                    if setting is not None:
                        settings.append(setting)
            faults += reader.faults
    children, same = _same_children(children)
    staff, twice = _same_staff(staff)
    return Reading(
        tuple(headed), tuple(children), tuple(staff), tuple(settings), (*faults, *same, *twice),
        rows, staff_rows, len(everybody),
    )  # fmt: skip


def _who(row: int, parent: ReadParent) -> tuple[str, ...]:
    """Two parents of two rows are one person only where name and number are the same; doubt keeps them apart."""
    if parent.numbers:
        return parent.name.folded, parent.numbers[0]
    return parent.name.folded, "", str(row)


# --- the same twice -----------------------------------------------------------------------------------------------


def _same_children(children: Sequence[ReadChild]) -> tuple[list[ReadChild], list[Fault]]:
    """Same name and birth date, or same name where one has no date: the later row is stopped."""
    kept: list[ReadChild] = []
    faults: list[Fault] = []
    by_name: dict[str, list[ReadChild]] = {}
    for child in children:
        others = by_name.setdefault(child.name.folded, [])
        first = next((each for each in others if _may_be_same(each, child)), None)
        if first is None:
            others.append(child)
            kept.append(child)
            continue
        column = child.heading(Field.FIRST) or child.heading(Field.NAME)
        faults.append(Fault(FaultKind.SAME_CHILD, (first.row, child.row), column, child.name.shown))
    return kept, faults


def _may_be_same(one: ReadChild, other: ReadChild) -> bool:
    if fold(one.setting) != fold(other.setting) and one.setting and other.setting:
        return False  # A child is with two settings: that is a row for each.
    return one.born is None or other.born is None or one.born == other.born


def _same_staff(staff: Sequence[ReadStaff]) -> tuple[list[ReadStaff], list[Fault]]:
    kept: dict[tuple[str, str], ReadStaff] = {}
    faults: list[Fault] = []
    for each in staff:
        key = each.name.folded, fold(each.setting)
        if key in kept:
            column = each.heading(Field.NAME) or each.heading(Field.FIRST)
            rows = (kept[key].row, each.row)
            faults.append(Fault(FaultKind.SAME_STAFF, rows, column, each.name.shown, about=About.STAFF))
        else:
            kept[key] = each
    return list(kept.values()), faults


# --- one row ------------------------------------------------------------------------------------------------------

_ROLES = (
    (Role.DEPUTY_LEAD, frozenset({"deputy dsl", "deputy safeguarding lead", "deputy designated safeguarding lead"})),
    (Role.SAFEGUARDING_LEAD, frozenset({"dsl", "safeguarding lead", "designated safeguarding lead", "safeguarding"})),
    (Role.SENCO, frozenset({"senco", "send lead", "sendco"})),
    (Role.MANAGER, frozenset({"manager", "nursery manager", "owner", "setting manager", "head"})),
    (Role.CHILDMINDER, frozenset({"childminder", "child minder"})),
)
_KINDS = {
    "nursery": SettingKind.NURSERY,
    "day nursery": SettingKind.NURSERY,
    "childminder": SettingKind.CHILDMINDER,
    "preschool": SettingKind.PRESCHOOL,
    "pre school": SettingKind.PRESCHOOL,
    "playgroup": SettingKind.PRESCHOOL,
    "school": SettingKind.SCHOOL,
    "club": SettingKind.CLUB,
    "after school club": SettingKind.CLUB,
}
_WHY = {
    Why.TOO_SHORT: FaultKind.TOO_SHORT,
    Why.TOO_LONG: FaultKind.TOO_LONG,
    Why.LANDLINE: FaultKind.LANDLINE,
    Why.NO_NUMBER: FaultKind.NO_NUMBER,
}


@dataclass(slots=True)
class _Reader:
    """Reads one row under its headings and collects what is wrong with it."""

    headed: Headed
    row: Row
    today: date
    faults: list[Fault] = field(default_factory=list)
    parents: tuple[ReadParent, ...] = ()
    slots: list[int] = field(default_factory=list)  # of each parent

    @property
    def stopped(self) -> bool:
        return any(each.stops for each in self.faults)

    def child(self) -> ReadChild:
        name = self._name()
        if not name.first:
            self._fault(FaultKind.NO_NAME, self._column(Field.FIRST) or self._column(Field.NAME), "")
        born = self._born(name)
        language = self._read(Field.LANGUAGE, name.shown, cells.read_language, FaultKind.LANGUAGE)
        self.parents = self._main(tuple(self._each_parent(name, language)))
        return ReadChild(
            row=self.row.number,
            name=name,
            nickname=clean(self._cell(Field.NICKNAME)),
            born=born,
            setting=clean(self._cell(Field.SETTING)),
            room=clean(self._cell(Field.ROOM)),
            key=clean(self._cell(Field.KEY)),
            second_key=clean(self._cell(Field.SECOND_KEY)),
            sessions=self._read(Field.SESSIONS, name.shown, read_hours, FaultKind.HOURS) or (),
            photos=self._read(Field.PHOTOS, name.shown, cells.read_yes, FaultKind.YES_OR_NO),
            parents=self.parents,
            columns=self._columns(),
        )

    def staff(self) -> ReadStaff:
        name = self._name()
        if not name.first:
            self._fault(FaultKind.NO_NAME, self._column(Field.NAME) or self._column(Field.FIRST), "")
        return ReadStaff(
            row=self.row.number,
            name=name,
            role=self._role(),
            numbers=self._numbers(self._column(Field.MOBILE), name.shown),
            hours=self._read(Field.DAYS, name.shown, read_hours, FaultKind.HOURS) or (),
            room=clean(self._cell(Field.ROOM)),
            setting=clean(self._cell(Field.SETTING)),
            columns=self._columns(),
        )

    def setting(self) -> ReadSetting | None:
        name = clean(self._cell(Field.SETTING))
        if not name:
            self._fault(FaultKind.NO_NAME, self._column(Field.SETTING), "")
            return None
        kind = self._cell(Field.KIND)
        found = _KINDS.get(fold(kind)) if kind else SettingKind.NURSERY
        if found is None:
            self._fault(FaultKind.UNKNOWN_KIND, self._column(Field.KIND), name)
            return None
        return ReadSetting(self.row.number, name, found, clean(self._cell(Field.TELEPHONE)))

    # --- its cells --------------------------------------------------------------------------------------------------

    def _column(self, wanted: Field, slot: int = 0) -> Recognised | None:
        return self.headed.column(wanted, slot)

    def _columns(self) -> tuple[tuple[Field, str], ...]:
        return tuple((each.field, each.heading) for each in self.headed.columns if not each.slot)

    def _cell(self, wanted: Field, slot: int = 0) -> str:
        column = self._column(wanted, slot)
        return "" if column is None else self.row.cell(column.column)

    def _fault(self, kind: FaultKind, column: Recognised | None, name: str) -> None:
        given = "" if column is None else clean(self.row.cell(column.column))
        heading = "" if column is None else clean(column.heading)
        self.faults.append(Fault(kind, (self.row.number,), heading, name, given, about=self.headed.about))

    def _read(self, wanted: Field, name: str, read: Callable[[str], T | None], kind: FaultKind) -> T | None:
        text = self._cell(wanted)
        if not text:
            return None
        found = read(text)
        if found is None:
            self._fault(kind, self._column(wanted), name)
        return found

    def _name(self) -> Name:
        return cells.read_name(self._cell(Field.NAME), self._cell(Field.FIRST), self._cell(Field.LAST))

    def _born(self, name: Name) -> date | None:
        text = self._cell(Field.BORN)
        if not text:
            return None
        found, column = cells.read_date(text), self._column(Field.BORN)
        if isinstance(found, NoSuchDay):
            self._fault(FaultKind.NO_SUCH_DAY, column, name.shown)
            return None
        if found is None:
            self._fault(FaultKind.NO_DAY, column, name.shown)
            return None
        if not cells.is_possible_birth(found, self.today):
            heading = "" if column is None else clean(column.heading)
            self.faults.append(Fault(FaultKind.BORN, (self.row.number,), heading, name.shown, str(found.year)))
        return found

    def _numbers(self, column: Recognised | None, name: str) -> tuple[str, ...]:
        text = "" if column is None else self.row.cell(column.column)
        if not text:
            return ()
        found = cells.read_mobiles(text)
        if isinstance(found, Why):
            self._fault(_WHY[found], column, name)
            return ()
        return found

    def _role(self) -> Role:
        said = fold(self._cell(Field.ROLE))
        for role, names in _ROLES:
            if said in names:
                return role
        return Role.ROOM_STAFF

    # --- her parents ------------------------------------------------------------------------------------------------

    def _each_parent(self, child: Name, language: str | None) -> Iterator[ReadParent]:
        for slot in self.headed.slots:
            whole = self._cell(Field.PARENT, slot)
            name = cells.read_name(whole, self._cell(Field.PARENT_FIRST, slot), self._cell(Field.PARENT_LAST, slot))
            column = self._column(Field.PARENT_MOBILE, slot)
            if not name.first:
                if column is not None and self.row.cell(column.column):
                    self._fault(FaultKind.NO_PARENT, column, child.shown)
                continue
            own = self._cell(Field.PARENT_LANGUAGE, slot)
            spoken = cells.read_language(own) if own else language
            if own and spoken is None:
                self._fault(FaultKind.LANGUAGE, self._column(Field.PARENT_LANGUAGE, slot), name.shown)
            self.slots.append(slot)
            yield ReadParent(name, self._numbers(column, name.shown), spoken)

    def _main(self, parents: tuple[ReadParent, ...]) -> tuple[ReadParent, ...]:
        """Whoever is to be rung first: "2", "parent 2", "Mum" where a heading says so, or her name."""
        text = self._cell(Field.MAIN)
        if not text or not parents:
            return parents
        chosen = self._whom(fold(text), parents)
        if chosen is None:
            self._fault(FaultKind.MAIN, self._column(Field.MAIN), "")
            return parents
        return tuple(
            ReadParent(each.name, each.numbers, each.language, is_main=number == chosen)
            for number, each in enumerate(parents)
        )

    def _whom(self, said: str, parents: Sequence[ReadParent]) -> int | None:
        digits = said.removeprefix("parent").removeprefix("contact").strip()
        if digits.isascii() and digits.isdigit() and len(digits) == 1:
            return int(digits) - 1 if 1 <= int(digits) <= len(parents) else None
        by_name = [
            number for number, each in enumerate(parents) if said in (each.name.folded, fold(each.name.first) or None)
        ]
        if len(by_name) == 1:
            return by_name[0]
        by_heading = [number for number, slot in enumerate(self.slots) if said and said in self._words_of(slot)]
        return by_heading[0] if len(by_heading) == 1 else None

    def _words_of(self, slot: int) -> list[str]:
        column = self._column(Field.PARENT, slot) or self._column(Field.PARENT_MOBILE, slot)
        return [] if column is None else fold(column.heading).split()
