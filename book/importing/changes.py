"""What a spreadsheet would change in the roll: only what differs, so that the same file twice changes nothing.

A child, a parent or a member of staff who is there already is found again; nobody is ever taken out, because a row that
is missing says nothing. Pure; ids are asked of the caller only for who is new.
"""

from __future__ import annotations

from collections.abc import Sequence

from book.ids import Ids, SettingId
from book.importing.child_rows import child_row
from book.importing.drafting import At, Draft
from book.importing.faults import Fault, FaultKind
from book.importing.headings import About, Field, fold
from book.importing.known import Known
from book.importing.plans import Plan, SettingMade, What
from book.importing.reading import ReadChild, Reading, ReadStaff
from book.importing.staff_rows import stand_in_rooms, worker_row
from book.importing.who_is_who import first_names


def plan(reading: Reading, known: Known, ids: Ids, *, without_faults: bool = False) -> Plan:
    """What ``reading`` would change in ``known``.

    ``without_faults`` leaves out every row in which a field would be left empty as well, not only those that are
    stopped.
    """
    if not without_faults:
        return _planned(reading, known, ids, frozenset())
    # Looked through once to find what is wrong, then again without the rows that have it.
    found = _planned(reading, known, _NoIds(), frozenset()).faults
    chosen = _planned(reading, known, ids, _rows_of(found))
    chosen.faults = list(found)
    return chosen


def _rows_of(faults: Sequence[Fault]) -> frozenset[tuple[About, int]]:
    """The rows these faults are about, those that are the same as another only once."""
    return frozenset((each.about, each.row) for each in faults)


def _planned(reading: Reading, known: Known, ids: Ids, left: frozenset[tuple[About, int]]) -> Plan:
    """The plan without the rows that are ``left`` out."""
    draft, shared = Draft(known, reading.faults, ids), first_names(reading, known)
    _settings(draft, reading)
    for worker in reading.staff:
        if (About.STAFF, worker.row) in left:
            continue
        if (at := _where(draft, worker.setting, worker.row, worker, About.STAFF)) is not None:
            at.has_staff_rows = True
            worker_row(draft, worker, at)
    for child in reading.children:
        if (About.CHILDREN, child.row) in left:
            continue
        if (at := _where(draft, child.setting, child.row, child, About.CHILDREN)) is not None:
            child_row(draft, child, at, shared)
            draft.plan.children_in += 1
    draft.settle_numbers()
    for at in draft.at.values():
        stand_in_rooms(draft, at)
    return draft.plan


def _settings(draft: Draft, reading: Reading) -> None:
    for each in reading.settings:
        if any(fold(at.name) == fold(each.name) for at in draft.at.values()):
            continue
        if not draft.known.may_make_settings:
            fault = Fault(FaultKind.UNKNOWN_SETTING, (each.row,), "", each.name, each.name, about=About.SETTINGS)
            draft.plan.faults.append(fault)
            continue
        new = SettingId(draft.ids.new())
        draft.at[new] = At(new, each.name, [], {}, {}, {})
        draft.plan.settings.append(SettingMade(new, each.kind, each.name, each.telephone))
        draft.changed(What.SETTING, each.name, each.kind.value, each.row, new=True)


def _where(draft: Draft, named: str, row: int, read: ReadChild | ReadStaff, about: About) -> At | None:
    """The setting of a row: the one it names, else the one that is meant where none is named."""
    if not named and draft.known.default is not None:
        return draft.at.get(draft.known.default)
    found = [at for at in draft.at.values() if fold(at.name) == fold(named)] if named else list(draft.at.values())
    if not found and named:
        found = [at for at in draft.at.values() if set(fold(at.name).split()) <= set(fold(named).split())]
    if len(found) == 1:
        return found[0]
    fault = Fault(FaultKind.UNKNOWN_SETTING, (row,), read.heading(Field.SETTING), read.name.shown, named, about=about)
    draft.plan.faults.append(fault)
    return None


class _NoIds:
    """Ids for a look that writes nothing; below nought, so that nobody takes them for somebody's."""

    def __init__(self) -> None:
        self._last = 0

    def new(self) -> int:
        self._last -= 1
        return self._last
