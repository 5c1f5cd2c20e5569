"""The manager's spreadsheet in the chat (dialogue 36): read, shown back, added once she says so; nobody is messaged.

Only a manager's spreadsheet is fetched. Nothing is written before she chooses, and then all of it or nothing. Knows
nothing of files: what is handled here are rows of text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from book.deliveries import InboxState
from book.ids import RoomId, SettingId
from book.importing.calendar_rows import is_calendar
from book.importing.changes import plan
from book.importing.faults import NUMBERS, Fault
from book.importing.headings import About, Field, find_headings, fold
from book.importing.plans import Plan
from book.importing.reading import Reading, read_sheets
from book.importing.sheets import Sheet
from book.notices import Choice, Offer, Said
from book.papers import Sentences, Slips
from book.people import settings_run
from book.reasons import Reason
from book.wording.values import column, row_of
from handlers import calendars, replies
from handlers.desk import Desk
from handlers.enrolling import roster_of
from handlers.hanging import Hanging
from handlers.on_paper import with_paper
from storage.audit import Deed
from storage.conversations import Offered
from storage.filing import Filing
from storage.imports import EndOfImport, Import
from storage.situations import Situation
from storage.vault import Owner

Line = tuple[str, Mapping[str, str]]

_MOST_LINES = 30
_MOST_HEADINGS = 3
_FILE_FAULTS = frozenset({"too_large", "gone", "too_many_rows", "old_excel", "locked", "not_a_table", "empty"})


def setting_managed(situation: Situation, desk: Desk) -> SettingId | None:
    """The setting the sender manages now."""
    return next(iter(settings_run(situation.posts, desk.now)), None)


# --- the file -----------------------------------------------------------------------------------------------------


def want_file(situation: Situation, desk: Desk) -> Filing | None:
    """A manager sent a spreadsheet: her message waits until its file is here. None for anything else."""
    if situation.taken.incoming.spreadsheet is None or setting_managed(situation, desk) is None:
        return None
    return replace(replies.skip(situation, Reason.WAITS_FOR_FILE), state=InboxState.PENDING)


def fetched(situation: Situation, desk: Desk) -> tuple[Filing, ...]:
    """The file is here as rows, or could not be had."""
    fault = situation.taken.incoming.fault
    if fault:
        return (replies.said(situation, desk, f"file.{fault if fault in _FILE_FAULTS else 'gone'}"),)
    found = situation.importing
    if found is None or not _is_hers(found, situation, desk):
        return (replies.skip(situation, Reason.ANSWERED),)
    if is_calendar(found.sheets):
        return (calendars.fetched(situation, desk, found),)
    reading, whole = _look(found, desk)
    if not (reading.rows or reading.staff_rows):
        return (_dropped(replies.said(situation, desk, "import.no_headings"), found),)
    if whole.is_empty and not whole.faults:
        return (_dropped(replies.said(situation, desk, "import.unchanged"), found),)
    values = _counts(reading)
    own = [each for each in reading.own_headings if each.field in _SHOWN_FIRST]
    choices = (Choice(Offer.IMPORT_RIGHT, found.id), Choice(Offer.IMPORT_SHOW, found.id))
    if not own:
        return (replies.said(situation, desk, "import.read", values, choices=choices),)
    taken = tuple(_heading(each.heading, each.field.value, each.slot) for each in own[:_MOST_HEADINGS])
    key = f"import.read.{min(len(taken), 3)}"
    values |= {f"{name}{at}": value for at, each in enumerate(taken, 1) for name, value in each.items()}
    return (replies.said(situation, desk, key, values, choices=choices),)


# Whom a row is about and whose number is whose: what must not be mistaken is shown back at once, the rest on request.
_SHOWN_FIRST = frozenset({Field.FIRST, Field.NAME, Field.BORN, Field.KEY, Field.PARENT_MOBILE})


def _is_hers(found: Import, situation: Situation, desk: Desk) -> bool:
    return found.setting == setting_managed(situation, desk) and found.state != "dropped"


def _look(found: Import, desk: Desk, *, without_faults: bool = False) -> tuple[Reading, Plan]:
    reading = read_sheets(found.sheets, desk.today)
    return reading, plan(reading, found.known, desk.ids, without_faults=without_faults)


def _counts(reading: Reading) -> dict[str, str]:
    return {
        "n_children": str(reading.rows),
        "n_parents": str(reading.parents),
        "n_staff": str(reading.staff_rows),
    }


def _heading(heading: str, field: str, slot: int) -> dict[str, str]:
    return {"heading": heading, "field": column(field, slot)}


def _dropped(filing: Filing, found: Import) -> Filing:
    return replace(filing, import_ends=EndOfImport(found.id, found.setting, "dropped"))


# --- what she chooses ---------------------------------------------------------------------------------------------


def show(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """Every column and what it was taken for, and what was left out."""
    found = situation.importing
    if found is None or not _is_hers(found, situation, desk):
        return (replies.said(situation, desk, "press.done"),)
    reading, _ = _look(found, desk)
    lines: list[Line] = [
        ("import.column", _heading(each.heading, each.field.value, each.slot))
        for sheet in reading.headed
        for each in sheet.columns
    ]
    if reading.left_out:
        lines.append(("import.left_out", {"headings": ", ".join(reading.left_out)[:600]}))
    choices = (Choice(Offer.IMPORT_RIGHT, found.id), Choice(Offer.IMPORT_MEND, found.id))
    return (_listed(situation, desk, Said("import.columns", {}, choices, lines=tuple(lines[:_MOST_LINES]))),)


def right(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """She says the headings are right: what is fine, what is to be looked at, and what may be added."""
    found = situation.importing
    if found is None or not _is_hers(found, situation, desk):
        return (replies.said(situation, desk, "press.done"),)
    reading, whole = _look(found, desk)
    faults = whole.look_at()
    _, clean = _look(found, desk, without_faults=True)
    fine = clean.children_in if reading.rows else len(reading.staff)
    mend = Choice(Offer.IMPORT_MEND, found.id)
    add = Choice(Offer.IMPORT_ADD, found.id, "", str(fine))
    if not faults:
        return (replies.said(situation, desk, "import.fine", {"n_fine": str(fine)}, choices=(add, mend)),)
    choices = [add] if fine else []
    blanks = [each for each in faults if not each.stops]
    if blanks and whole.children_in > fine:
        what = "numbers" if all(each.kind in NUMBERS for each in blanks) else "fields"
        choices.append(Choice(Offer.IMPORT_FILL, found.id, f"{len(blanks)} {what}", str(whole.children_in)))
    said = Said(
        "import.look_at",
        {"n_fine": str(fine), "n": str(len(faults))},
        (*choices, mend),
        lines=tuple(lines_of(faults)),
    )
    return (_listed(situation, desk, said),)


def lines_of(faults: Sequence[Fault]) -> list[Line]:
    """One line for each thing to look at; beyond a screenful, how many more."""
    lines: list[Line] = [(f"import.fault.{each.kind}", values_of(each)) for each in faults[:_MOST_LINES]]
    if len(faults) > _MOST_LINES:
        lines.append(("import.more", {"n": str(len(faults) - _MOST_LINES)}))
    return lines


def values_of(fault: Fault) -> dict[str, str]:
    """What stands in the sentence of one fault."""
    place = {About.CHILDREN: "row", About.STAFF: "staff", About.SETTINGS: "settings"}[fault.about]
    return {
        "row": row_of(place, fault.row),
        "rows": "\n".join(str(each) for each in fault.rows),
        "column": fault.column,
        "name": fault.name or "?",
        "given": fault.given,
        "near": fault.near,
    }


def add(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """The rows that are fine are added, and the others stay in the list of what waits."""
    return _add(situation, desk, without_faults=True)


def fill(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """Rows in which a field would be empty are added as well."""
    return _add(situation, desk, without_faults=False)


def mend(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """She mends her file: nothing is added, and what to mend is said by row and column."""
    found = situation.importing
    if found is None or not _is_hers(found, situation, desk):
        return (replies.said(situation, desk, "press.done"),)
    _, whole = _look(found, desk)
    lines = [(f"import.mend.{each.kind}", values_of(each)) for each in whole.look_at()[:_MOST_LINES]]
    said = _listed(situation, desk, Said("import.to_mend", lines=tuple(lines)))
    return (said if found.state == "added" else _dropped(said, found),)


def _add(situation: Situation, desk: Desk, *, without_faults: bool) -> tuple[Filing, ...]:
    found, person = situation.importing, situation.person
    if found is None or person is None or found.state != "read" or not _is_hers(found, situation, desk):
        return (replies.said(situation, desk, "press.done"),)
    _, chosen = _look(found, desk, without_faults=without_faults)
    faults = chosen.look_at()
    left = _left(found.sheets, faults)
    ends = EndOfImport(found.id, found.setting, "added", left)
    values = {"n_in": str(chosen.children_in), "n": str(len(faults))}
    key = "import.added.open" if faults else "import.added"
    details = {"children": len(chosen.children), "people": len(chosen.people), "open": len(faults)}
    filing = replace(
        replies.skip(situation, Reason.ANSWERED),
        roster=roster_of(chosen, desk.ids, person.id, desk.now),
        import_ends=ends,
        deeds=(Deed("imported", person.id, Owner.setting(found.setting), found.id, details),),
    )
    if not chosen.new_parents:
        return (replace(filing, notices=(replies.say(situation, desk, Said(key, values)),)),)
    parents = tuple(dict.fromkeys(each for each, _ in chosen.new_parents))
    said = Said(key, values, lines=(("slips.to_hand_out", {}),), paper=_SLIPS_ELSEWHERE)
    return (_with_slips(filing, situation, desk, Slips(found.setting, parents), said),)


def _left(sheets: Sequence[Sheet], faults: Sequence[Fault]) -> tuple[Sheet, ...]:
    """The rows still to be looked at, under their headings; nothing else of the file is kept."""
    left: list[Sheet] = []
    for sheet in sheets:
        headed = find_headings(sheet)
        if headed is None:
            continue
        rows = {row for each in faults if each.about is headed.about for row in each.rows}
        if rows:
            left.append(sheet.only({headed.at, *rows}))
    return tuple(left)


def _listed(situation: Situation, desk: Desk, said: Said) -> Filing:
    return replace(replies.skip(situation, Reason.ANSWERED), notices=(replies.say(situation, desk, said),))


# --- slips --------------------------------------------------------------------------------------------------------

_SLIPS = "slips"
_SLIPS_ELSEWHERE: Sentences = (("slips.elsewhere", {}),)


def may_be_slips(text: str) -> bool:
    """ "slips", "slips butterfly", "slips large print"."""
    words = fold(text).split()
    return bool(words) and words[0] == _SLIPS and len(words) <= 6


def take_slips(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """Slips for every parent who has not joined, of one room where one is named."""
    setting = setting_managed(situation, desk)
    if setting is None or situation.roll is None:
        return None
    words = [each for each in fold(situation.taken.incoming.text).split()[1:] if each != "room"]
    large = [each for each in words if each in ("large", "big", "print")]
    wanted = " ".join(each for each in words if each not in ("large", "big", "print", "for", "the", "all"))
    room = _room_called(situation, setting, wanted) if wanted else None
    if wanted and room is None:
        return None
    joined = situation.roll.joined
    parents = {
        each.person.id
        for circle in situation.circles.values()
        if setting in circle.settings and (room is None or _is_in(circle.rooms.get(setting), room))
        for each in circle.parents(desk.now)
    }
    if not parents - joined:
        return (replies.said(situation, desk, "slips.none"),)
    if not situation.address.takes_files:
        # No file can go there: slips that nobody sees would only end the ones before them.
        return (replies.said(situation, desk, "slips.elsewhere"),)
    filing, said = replies.skip(situation, Reason.ANSWERED), Said("slips.again", paper=_SLIPS_ELSEWHERE)
    return (_with_slips(filing, situation, desk, Slips(setting, room=room, large=bool(large)), said),)


def _is_in(room: object, wanted: RoomId) -> bool:
    return getattr(room, "id", None) == wanted


def _room_called(situation: Situation, setting: SettingId, name: str) -> RoomId | None:
    assert situation.roll is not None
    return next((each.id for each in situation.roll.rooms_of(setting) if fold(each.name) == name), None)


def _with_slips(filing: Filing, situation: Situation, desk: Desk, wanted: Slips, said: Said) -> Filing:
    """The wish for a document is written with everything else, and the sentence waits until it is made."""
    assert situation.person is not None
    notice, owner = replies.say(situation, desk, said), Owner.setting(wanted.setting)
    return with_paper(filing, desk, notice, wanted, "slips.pdf", owner, situation.person.id)


# --- what waits ---------------------------------------------------------------------------------------------------


def hanging(situation: Situation, desk: Desk) -> tuple[Hanging, ...]:
    """The rows of the last roll that are still to be looked at."""
    found = situation.importing
    if found is None or not found.sheets or found.setting != setting_managed(situation, desk):
        return ()
    _, whole = _look(found, desk)
    lines = tuple(lines_of(whole.look_at()))
    return (Hanging(lines, Choice(Offer.IMPORT_MEND, found.id)),) if lines else ()
