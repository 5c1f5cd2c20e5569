"""The rows of a list of staff, and whom a name in a child's row means."""

from __future__ import annotations

from book.ids import PersonId, RoomId
from book.importing.cells import Name
from book.importing.drafting import At, Draft
from book.importing.faults import Fault, FaultKind
from book.importing.headings import Field, fold
from book.importing.known import KnownStaff
from book.importing.plans import Stands, What
from book.importing.reading import ReadChild, ReadStaff
from book.importing.who_is_who import is_called, is_near
from book.people import Role


def worker_row(draft: Draft, worker: ReadStaff, at: At) -> None:
    """What one row changes: who she is there, in which room, and when."""
    known = _staff_called(draft, worker.name, at)
    room = draft.room(worker.room, at, worker.row)
    if known is None:
        person = draft.enrol(worker.name, "en", staff=True)
        at.staff[person] = KnownStaff(person)
        draft.changed(What.STAFF, worker.name.shown, at.name, worker.row, new=True)
    else:
        person = known
    mine = at.staff[person]
    if worker.role is Role.ROOM_STAFF:
        # Nobody is given every child of the setting by standing on its list: her room's and her own come by name.
        if Role.ROOM_STAFF not in mine.roles or room not in (None, mine.room):
            draft.plan.works.append((person, at.id, room or mine.room))
            if known is not None and room not in (None, mine.room):
                draft.changed(What.IN_ROOM, worker.name.shown, worker.room, worker.row)
    elif worker.role not in mine.roles:
        draft.plan.stands.append(Stands(person, worker.role, at.id))
        if known is not None:
            draft.changed(What.ROLE, worker.name.shown, worker.role.value, worker.row)
    hours = frozenset(worker.hours)
    if hours and hours != mine.hours:
        draft.plan.hours[person, at.id] = worker.hours
        if known is not None:
            draft.changed(What.HOURS, worker.name.shown, "", worker.row)
    at.staff[person] = KnownStaff(person, mine.roles | {worker.role}, hours or mine.hours, room or mine.room)
    draft.wants_numbers(person, worker.numbers)


def _staff_called(draft: Draft, name: Name, at: At) -> PersonId | None:
    """Somebody of exactly this name who works here; a first name alone must be enough to tell her."""
    exact = [each for each in at.staff if each in draft.people and fold(draft.people[each].called) == name.folded]
    found = exact or [each for each in at.staff if _goes_by(draft, each, name)]
    return found[0] if len(found) == 1 else None


def _goes_by(draft: Draft, person: PersonId, name: Name) -> bool:
    known = draft.people.get(person)
    return known is not None and is_called(known, name)


def colleague(draft: Draft, child: ReadChild, wanted: Field, text: str, at: At) -> PersonId | None:
    """Who is meant by a name in a child's row; where there is no list of staff, whoever is named works here."""
    if not text:
        return None
    first, _, last = text.partition(" ")
    name = Name(first, last)
    found = [each for each in at.staff if _goes_by(draft, each, name)]
    if len(found) == 1:
        return found[0]
    heading = child.heading(wanted)
    if found:
        _fault(draft, FaultKind.SEVERAL, child, heading, text)
        return None
    called = [draft.people[each].called for each in at.staff if each in draft.people]
    near = [each for each in called if is_near(text, each)]
    if near:
        _fault(draft, FaultKind.NEARLY, child, heading, text, near=near[0])
        return None
    if at.has_staff_rows:
        _fault(draft, FaultKind.NOBODY, child, heading, text)
        return None
    person = draft.enrol(name, "en", staff=True)
    at.staff[person] = KnownStaff(person, frozenset({Role.ROOM_STAFF}))
    draft.plan.works.append((person, at.id, None))
    draft.changed(What.STAFF, name.shown, at.name, child.row, new=True)
    return person


def _fault(draft: Draft, kind: FaultKind, child: ReadChild, column: str, given: str, near: str = "") -> None:
    draft.plan.faults.append(Fault(kind, (child.row,), column, child.name.shown, given, near))


def stand_in_rooms(draft: Draft, at: At) -> None:
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
                draft.plan.stands.append(Stands(person, Role.ROOM_STAFF, at.id, child.id, child.room))
        for person in child.room_staff:
            known = at.staff.get(person)
            if person not in here and known is not None and known.room is not None:
                draft.plan.stands.append(Stands(person, Role.ROOM_STAFF, at.id, child.id, ended=True))
