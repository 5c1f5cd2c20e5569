"""Who may see a picture: cell by cell against a table written from the rules alone, and what no table can list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book.audience import Note, kept_out_of_groups, may_know, may_see
from book.faces import NOBODYS_FACE, SOMEBODY_BEHIND, Faces, Shown, may_stand_among_others, only
from book.ids import ChildId, PersonId
from book.people import Child, Circle, Membership, Person, Role, Setting, SettingKind, Standing
from book.reasons import Reason
from book.sharing import EVERYTHING, Choice, PhotoChoice, PhotoUse
from book.topics import Group, Subject, Topic
from tests.book.cast import NOW, SETTING_IDS
from tests.book.oracle import pictures as oracle
from tests.book.oracle.pictures import AUDIENCES, CHILDREN, NEVER_ASKED, NO, NOT_IN_IT, YES, Cell
from tests.book.test_audience_properties import some_circles, some_notes
from tests.examples import examples

CHILD_IDS = {name: ChildId(500 + number) for number, name in enumerate(CHILDREN)}
MUM = {name: PersonId(10 + number) for number, name in enumerate(CHILDREN)}
DAD = {name: PersonId(20 + number) for number, name in enumerate(CHILDREN)}
NAN = {name: PersonId(50 + number) for number, name in enumerate(CHILDREN)}
JO = {name: PersonId(30 + number) for number, name in enumerate(CHILDREN)}
PRIYA, AMY, DAWN = PersonId(1), PersonId(2), PersonId(3)
SUNSHINE, DAWNS = SETTING_IDS["Sunshine"], SETTING_IDS["Dawns"]
PAINTING = Note(PRIYA, Role.KEY_PERSON, SUNSHINE, (Subject(Topic.ACTIVITY),), weekday=1)
_SAID = {
    "the children": Faces.CHILDREN,
    "nobody's face": Faces.NOBODY,
    "somebody behind": Faces.BEHIND,
    "nothing": Faces.UNSAID,
}
_EVER = NOW - timedelta(days=90)


def _member(person: PersonId, role: Role, *, standing: Standing = Standing.LIVE, **more: object) -> Membership:
    setting = DAWNS if role is Role.CHILDMINDER else SUNSHINE
    return Membership(person, Person(person, f"p{person}"), role, setting, standing, _EVER, **more)  # type: ignore[arg-type]


def circle_of(name: str, says: str = NEVER_ASKED) -> Circle:
    """Her parents, her grandmother, who works with her, her childminder if she has one, and a professional."""
    mum = MUM[name]
    around = [
        _member(mum, Role.PARENT),
        _member(DAD[name], Role.PARENT),
        _member(NAN[name], Role.FAMILY, sees=frozenset({Group.DAY, Group.PHOTOS}), made_by=mum),
        _member(PRIYA, Role.KEY_PERSON),
        _member(AMY, Role.SECOND_KEY_PERSON),
        _member(JO[name], Role.PROFESSIONAL, sees=EVERYTHING, made_by=mum),
    ]
    if name in oracle.MINDED_TOGETHER:
        around.append(_member(DAWN, Role.CHILDMINDER))
    return Circle(
        child=Child(CHILD_IDS[name], name),
        memberships=tuple(around),
        settings={
            SUNSHINE: Setting(SUNSHINE, SettingKind.NURSERY, "Sunshine"),
            DAWNS: Setting(DAWNS, SettingKind.CHILDMINDER, "Dawns"),
        },
        choices=(Choice(mum, SUNSHINE, DAWNS, EVERYTHING, _EVER),),
        photo_choices=() if says in (NEVER_ASKED, NOT_IN_IT) else (_says(mum, says == YES),),
    )


def _says(parent: PersonId, allowed: bool, use: PhotoUse = PhotoUse.GROUP) -> PhotoChoice:
    return PhotoChoice(parent, use, allowed, _EVER)


_CIRCLES = {(name, says): circle_of(name, says) for name in CHILDREN for says in (NOT_IN_IT, YES, NO, NEVER_ASKED)}
_READERS = {"her family": MUM, "a professional": JO}
_AT_WORK = {"her childminder": DAWN, "the nursery's own staff": AMY}


def decided(cell: Cell) -> bool:
    """What the program decides of one cell."""
    faces = _SAID[cell.said]
    children = frozenset(CHILD_IDS[child] for child in cell.in_it) if faces is Faces.CHILDREN else frozenset[ChildId]()
    circles = {CHILD_IDS[name]: _CIRCLES[name, says] for name, says in cell.state.items()}
    reader = _READERS[cell.audience][cell.thread] if cell.audience in _READERS else _AT_WORK[cell.audience]
    return may_see(Shown(faces, children), PAINTING, CHILD_IDS[cell.thread], reader, circles, NOW)[0]


def _states(among: Sequence[str]) -> Iterator[Mapping[str, str]]:
    for each in product(among, repeat=len(CHILDREN)):
        yield dict(zip(CHILDREN, each, strict=True))


def _differ(among: Sequence[str], threads: Sequence[str], said: Sequence[str] = ("the children",)) -> list[Cell]:
    cells = (
        Cell(thread, audience, state, each)
        for state in _states(among)
        for thread in threads
        for audience in AUDIENCES
        for each in said
    )
    return [cell for cell in cells if decided(cell) != oracle.may_have_it(cell)]


def test_a_group_photo_of_six_goes_to_no_audience_that_the_table_keeps_it_from() -> None:
    assert len(list(_states((YES, NO, NEVER_ASKED)))) * len(AUDIENCES) == 2916

    assert _differ((YES, NO, NEVER_ASKED), ["Ella"]) == []


def test_whoever_is_in_it_and_whoever_is_not_a_photo_leaks_to_nobody() -> None:
    assert _differ((NOT_IN_IT, YES, NO), ["Ella"]) == []


@pytest.mark.prove
def test_in_every_childs_thread_whatever_was_said_a_photo_leaks_to_nobody() -> None:
    said = ("the children", "nobody's face", "somebody behind", "nothing")

    assert _differ((NOT_IN_IT, YES, NO, NEVER_ASKED), CHILDREN, said) == []


@pytest.mark.parametrize("shown", [Shown(), SOMEBODY_BEHIND, only(())], ids=["unsaid", "behind", "of nobody"])
def test_a_picture_of_which_not_all_is_said_stays_with_its_setting(shown: Shown) -> None:
    circles = {CHILD_IDS["Ella"]: circle_of("Ella", YES)}
    allowed = {each: may_see(shown, PAINTING, CHILD_IDS["Ella"], each, circles, NOW) for each in _everybody(circles)}

    assert {each for each, (may, _) in allowed.items() if may} == {PRIYA, AMY}
    assert allowed[MUM["Ella"]] == (False, Reason.NOT_SAID_WHO)


def _everybody(circles: Mapping[ChildId, Circle]) -> set[PersonId]:
    return {line.person.id for circle in circles.values() for line in circle.memberships}


def _seen_by(shown: Shown, thread: str, circles: Mapping[str, Circle], note: Note = PAINTING) -> set[PersonId]:
    by_id = {CHILD_IDS[name]: circle for name, circle in circles.items()}
    return {each for each in _everybody(by_id) if may_see(shown, note, CHILD_IDS[thread], each, by_id, NOW)[0]}


PAIR = only([CHILD_IDS["Ella"], CHILD_IDS["Bea"]])


def test_the_family_that_said_no_still_gets_a_photo_with_a_child_who_may_be_seen() -> None:
    circles = {"Ella": circle_of("Ella", YES), "Bea": circle_of("Bea", NO)}

    assert _seen_by(PAIR, "Ella", circles) == {PRIYA, AMY}
    assert _seen_by(PAIR, "Bea", circles) == {PRIYA, AMY, MUM["Bea"], DAD["Bea"], NAN["Bea"]}
    assert kept_out_of_groups(PAIR.children, _by_id(circles), NOW) == (CHILD_IDS["Bea"],)


def _by_id(circles: Mapping[str, Circle]) -> dict[ChildId, Circle]:
    return {CHILD_IDS[name]: circle for name, circle in circles.items()}


def test_where_two_parents_differ_about_group_photos_it_is_no() -> None:
    bea = circle_of("Bea", YES)
    bea = replace(bea, photo_choices=(*bea.photo_choices, _says(DAD["Bea"], False)))

    assert MUM["Ella"] not in _seen_by(PAIR, "Ella", {"Ella": circle_of("Ella", YES), "Bea": bea})


def test_a_child_whose_parent_wants_no_pictures_of_her_is_shown_to_no_family_not_even_her_own() -> None:
    bea = circle_of("Bea", YES)
    bea = replace(bea, photo_choices=(*bea.photo_choices, _says(DAD["Bea"], False, PhotoUse.OWN)))
    circles = {"Ella": circle_of("Ella", YES), "Bea": bea}

    assert _seen_by(PAIR, "Ella", circles) == _seen_by(PAIR, "Bea", circles) == {PRIYA, AMY}
    assert _seen_by(only([CHILD_IDS["Bea"]]), "Bea", circles) == {PRIYA, AMY}
    by_mum = replace(PAINTING, author=MUM["Bea"], author_role=Role.PARENT)
    assert PRIYA in _seen_by(only([CHILD_IDS["Bea"]]), "Bea", circles, by_mum)


def test_brother_and_sister_are_seen_by_their_own_parents_whatever_was_said_of_other_families() -> None:
    ella, bea = circle_of("Ella", NO), circle_of("Bea", NO)
    family = tuple(line for line in ella.memberships if line.role is Role.PARENT)
    bea = replace(bea, memberships=(*family, *(each for each in bea.memberships if each.role is not Role.PARENT)))
    circles = {"Ella": ella, "Bea": bea}

    assert {MUM["Ella"], DAD["Ella"]} <= _seen_by(PAIR, "Ella", circles) & _seen_by(PAIR, "Bea", circles)
    assert kept_out_of_groups(PAIR.children, _by_id(circles), NOW) == ()


def test_who_is_shut_out_of_one_childs_book_does_not_see_her_in_anothers_photo() -> None:
    bea = circle_of("Bea", YES)
    barred = _member(DAD["Ella"], Role.PARENT, standing=Standing.RESTRICTED)
    circles = {"Ella": circle_of("Ella", YES), "Bea": replace(bea, memberships=(*bea.memberships, barred))}

    seen = _seen_by(PAIR, "Ella", circles)

    assert DAD["Ella"] not in seen
    assert MUM["Ella"] in seen


def test_nobody_sees_a_child_of_whom_nothing_is_known() -> None:
    assert _seen_by(PAIR, "Ella", {"Ella": circle_of("Ella", YES)}) == {PRIYA, AMY}
    assert may_see(PAIR, PAINTING, CHILD_IDS["Ella"], MUM["Ella"], {}, NOW) == (False, Reason.NOT_IN_CIRCLE)


def test_a_picture_needs_photos_to_travel_as_well_as_what_its_words_need() -> None:
    alone = only([CHILD_IDS["Ella"]])
    rash = replace(PAINTING, subjects=(Subject(Topic.HEALTH),))
    letter = replace(PAINTING, subjects=(Subject(Topic.HEALTH, private=True),))
    may: dict[frozenset[Group], list[bool]] = {}
    for groups in (frozenset({Group.DAY}), frozenset({Group.DAY, Group.PHOTOS}), frozenset({Group.PHOTOS})):
        ella = replace(circle_of("Ella"), choices=(Choice(MUM["Ella"], SUNSHINE, DAWNS, groups, _EVER),))
        may[groups] = [DAWN in _seen_by(alone, "Ella", {"Ella": ella}, note) for note in (PAINTING, rash, letter)]

    assert list(may.values()) == [[False, False, False], [True, True, False], [False, False, False]]


@pytest.mark.parametrize("topic", Topic)
def test_a_picture_that_shows_health_stands_on_no_page_and_in_no_album_with_others(topic: Topic) -> None:
    shows_health = topic in {Topic.HEALTH, Topic.MEDICATION, Topic.INCIDENT, Topic.NAPPY, Topic.SAFEGUARDING}

    assert may_stand_among_others([Subject(topic), Subject(Topic.ACTIVITY)]) is not shows_health
    assert not may_stand_among_others([])


@examples(20)
@given(
    some_notes(),
    some_circles(),
    st.sampled_from([Shown(), NOBODYS_FACE, SOMEBODY_BEHIND, only([ChildId(500)]), only([ChildId(500), ChildId(505)])]),
)
def test_nobody_sees_a_picture_of_an_entry_that_she_may_not_know(note: Note, circle: Circle, shown: Shown) -> None:
    circles = {ChildId(500): circle, ChildId(505): circle_of("Bea", YES)}
    pictured = replace(note, has_picture=True)

    for reader in {line.person.id for line in circle.memberships}:
        if may_see(shown, note, ChildId(500), reader, circles, NOW)[0]:
            assert may_know(pictured, reader, circle, NOW)[0]
