"""A roll read twice is a roll read once; nobody is made one with somebody else by a guess; nothing typed raises."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from book.ids import PersonId, RoomId, SettingId
from book.importing.changes import plan
from book.importing.faults import FaultKind
from book.importing.headings import CHILDREN_HEADINGS, STAFF_HEADINGS, fold
from book.importing.known import Known, KnownChild, KnownPerson, KnownSetting, KnownStaff
from book.importing.plans import Plan, What
from book.importing.reading import Reading, read_sheets
from book.importing.sheets import Row, Sheet, from_json, to_json
from book.people import Role

TODAY = date(2026, 11, 24)
SUNSHINE = SettingId(1)


class Numbers:
    def __init__(self) -> None:
        self.last = 100

    def new(self) -> int:
        self.last += 1
        return self.last


def nothing() -> Known:
    return Known((KnownSetting(SUNSHINE, "Sunshine"),), default=SUNSHINE)


def sheet(*rows: Sequence[str], headings: Sequence[str] = CHILDREN_HEADINGS, name: str = "Children") -> Sheet:
    return Sheet(name, tuple(Row(at, tuple(row)) for at, row in enumerate((headings, *rows), start=1)))


def child(first: str, last: str = "", born: str = "", **more: str) -> tuple[str, ...]:
    given = {"First name": first, "Last name": last, "Born": born}
    given |= {fold(key).capitalize().replace("_", " "): value for key, value in more.items()}
    return tuple(given.get(heading, "") for heading in CHILDREN_HEADINGS)


def look(*sheets: Sheet, known: Known | None = None) -> tuple[Reading, Plan]:
    reading = read_sheets(sheets, TODAY)
    return reading, plan(reading, known or nothing(), Numbers())


def after(done: Plan, known: Known) -> Known:
    """The roll once ``done`` is written: what the database would give back."""
    people = dict(known.people)
    for each in done.people:
        people[each.id] = KnownPerson(each.id, each.name, each.full_name, language=each.language)
    for person, numbers in done.numbers.items():
        before = people[person]
        people[person] = KnownPerson(person, before.name, before.full_name, numbers, before.language)
    at = known.settings[0]
    rooms = {**at.rooms, **{room: name for room, _, name in done.rooms}}
    children = {each.id: each for each in at.children}
    for new in done.children:
        children[new.id] = KnownChild(new.id, new.names, new.born)
    staff = {each.person: each for each in at.staff}
    for person, _, room in done.works:
        staff[person] = KnownStaff(person, frozenset({Role.ROOM_STAFF}), room=room)
    for stands in done.stands:
        if stands.child is None:
            kept = staff.get(stands.person, KnownStaff(stands.person))
            staff[stands.person] = KnownStaff(stands.person, kept.roles | {stands.role}, kept.hours, kept.room)
            continue
        children[stands.child] = _standing(children[stands.child], stands.role, stands.person, ended=stands.ended)
        if stands.role is not Role.PARENT:
            staff.setdefault(stands.person, KnownStaff(stands.person))
    for (person, _), hours in done.hours.items():
        kept = staff[person]
        staff[person] = KnownStaff(person, kept.roles, frozenset(hours), kept.room)
    for (who, _), hours in done.sessions.items():
        children[who] = _with(children[who], sessions=frozenset(hours))
    for who, _, room in done.moves:
        children[who] = _with(children[who], room=room)
    for who, _, allowed in done.photos:
        children[who] = _with(children[who], photos=allowed)
    for who, person, is_main in done.mains:
        mains = tuple(each for each in children[who].mains if each != person) + ((person,) if is_main else ())
        children[who] = _with(children[who], mains=mains)
    for who, born in done.births:
        children[who] = _with(children[who], born=born)
    setting = KnownSetting(at.id, at.name, rooms, tuple(children.values()), tuple(staff.values()))
    return Known((setting,), people, default=SUNSHINE)


def _with(known: KnownChild, **changed: object) -> KnownChild:
    kept = {name: getattr(known, name) for name in KnownChild.__slots__}
    return KnownChild(**{**kept, **changed})


def _standing(known: KnownChild, role: Role, person: PersonId, *, ended: bool) -> KnownChild:
    name = {Role.PARENT: "parents", Role.KEY_PERSON: "keys", Role.SECOND_KEY_PERSON: "second_keys"}.get(
        role, "room_staff"
    )
    kept = tuple(each for each in getattr(known, name) if each != person)
    return _with(known, **{name: kept if ended else (*kept, person)})


# --- examples -----------------------------------------------------------------------------------------------------


def test_a_row_becomes_a_child_with_everybody_around_her() -> None:
    _, done = look(
        sheet(
            child("Ella", "Marsh", "3/5/2023", room="Butterfly", key_person="Priya", sessions="Mon–Wed 8–1",
                  group_photos="no", parent_1="Hannah Marsh", parent_1_mobile="07700 900123", main_contact="1")
        ),
        sheet(("Priya Nair", "Key person", "", "Mon-Fri 8-4", "Butterfly", ""), headings=STAFF_HEADINGS, name="Staff"),
    )  # fmt: skip

    assert not done.faults
    assert done.children[0].names == ("Ella", "Ella Marsh")
    assert {(each.name, each.full_name) for each in done.people} == {
        ("Priya", "Priya Nair"),
        ("Hannah", "Hannah Marsh"),
    }
    assert {each.role for each in done.stands} == {Role.PARENT, Role.KEY_PERSON, Role.ROOM_STAFF}
    assert len(done.photos) == len(done.mains) == len(done.moves) == 1
    assert all(each.child is not None for each in done.stands), "nobody is given every child of the setting"


def test_a_changed_number_and_a_changed_key_person_are_one_change_each() -> None:
    row = child("Ella", "Marsh", "3/5/2023", key_person="Priya", parent_1="Hannah", parent_1_mobile="07700 900123")
    _, first = look(sheet(row))
    known = after(first, nothing())

    other = child("Ella", "Marsh", "3/5/2023", key_person="Amy", parent_1="Hannah", parent_1_mobile="07700 900999")
    _, second = look(sheet(other), known=known)

    assert sorted(each.what for each in second.changes) == [What.KEY, What.NUMBER, What.STAFF]
    assert [each.ended for each in second.stands] == [True, False]
    assert list(second.numbers.values()) == [("+447700900999",)]


def test_the_same_child_twice_stops_the_later_row_alone() -> None:
    rows = (child("Ada", "Dell", "1/2/2023"), child("Ada", "Dell"), child("Ada", "Dell", "2/2/2022"))
    reading, done = look(sheet(*rows))

    assert [(each.kind, each.rows) for each in reading.faults] == [(FaultKind.SAME_CHILD, (2, 3))]
    assert len(done.children) == 2


def test_two_with_one_first_name_are_told_apart_by_the_surnames_letter() -> None:
    _, done = look(sheet(child("Ella", "Marsh"), child("Ella", "Brown"), child("Noah", "Dow")))

    assert [each.names[0] for each in done.children] == ["Ella M", "Ella B", "Noah"]


def test_siblings_share_a_parent_only_where_name_and_number_are_the_same() -> None:
    _, done = look(
        sheet(
            child("Noah", "Dow", parent_1="Joe Dow", parent_1_mobile="07700 900219"),
            child("Poppy", "Dow", parent_1="Joe Dow", parent_1_mobile="07700 900219"),
            child("Kit", "Dow", parent_1="Joe Dow"),
        )
    )

    assert len(done.people) == 2
    assert len([each for each in done.stands if each.role is Role.PARENT]) == 3


def test_a_misspelt_colleague_is_asked_about_and_never_guessed() -> None:
    staff = sheet(("Priya Nair", "", "", "", "", ""), headings=STAFF_HEADINGS, name="Staff")
    _, done = look(sheet(child("Ella", key_person="Pria"), child("Noah", key_person="Zed")), staff)

    assert [(each.kind, each.near) for each in done.faults] == [
        (FaultKind.NEARLY, "Priya Nair"), (FaultKind.NOBODY, "")]  # fmt: skip
    assert not [each for each in done.stands if each.role is Role.KEY_PERSON]


def test_an_unknown_setting_stops_the_row_and_a_known_one_does_not() -> None:
    _, done = look(sheet(child("Ella", setting="Sunshine Nursery"), child("Noah", setting="Moonbeam")))

    assert [(each.kind, each.row) for each in done.faults] == [(FaultKind.UNKNOWN_SETTING, 3)]
    assert [each.names[0] for each in done.children] == ["Ella"]


def test_an_old_paper_never_widens_what_a_parent_chose_since() -> None:
    known = after(look(sheet(child("Ella", group_photos="no", parent_1="Hannah")))[1], nothing())

    _, done = look(sheet(child("Ella", group_photos="yes", parent_1="Hannah")), known=known)

    assert not done.photos


def test_a_child_who_left_the_file_stays_in_the_book() -> None:
    known = after(look(sheet(child("Ella"), child("Noah")))[1], nothing())

    _, done = look(sheet(child("Ella")), known=known)

    assert done.is_empty


# --- whatever is typed --------------------------------------------------------------------------------------------

ANYTHING = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["Ella", "Priya", "07700 900123", "3/5/23", "31/2/23", "Mon-Wed 8-1", "yes", "=1+1", "@SUM(A1)",
                     "1", "Butterfly room", "Sunshine", "Marsh, Ella", "\0", "ਗੁਰ", "manager", "", ""]),
)  # fmt: skip
ROWS = st.lists(st.lists(ANYTHING, max_size=17), max_size=8)


@given(children=ROWS, staff=ROWS)
@example(children=[], staff=[["1"], ["1:0"]])
def test_nothing_that_is_typed_raises_and_twice_is_once(children: list[list[str]], staff: list[list[str]]) -> None:
    sheets = (sheet(*children), sheet(*staff, headings=STAFF_HEADINGS, name="Staff"))
    ids = Numbers()
    reading = read_sheets(sheets, TODAY)
    first = plan(reading, nothing(), ids)

    again = plan(read_sheets(sheets, TODAY), after(first, nothing()), ids)

    assert [each for each in again.changes if each.new] == []
    assert not again.people
    assert not again.children


@given(st.lists(st.lists(ANYTHING, max_size=5), max_size=5))
def test_any_headings_at_all_are_read_or_passed_over(rows: list[list[str]]) -> None:
    found = Sheet("Sheet1", tuple(Row(at, tuple(row)) for at, row in enumerate(rows, start=1)))

    read_sheets((found,), TODAY)
    assert from_json(to_json((found,))) == (found,)


def test_a_room_is_found_again_with_and_without_the_word() -> None:
    known = Known((KnownSetting(SUNSHINE, "Sunshine", {RoomId(7): "Butterfly"}),), default=SUNSHINE)

    _, done = look(sheet(child("Ella", room="butterfly room")), known=known)

    assert not done.rooms
    assert done.moves[0][2] == RoomId(7)
