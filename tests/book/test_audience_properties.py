"""What holds for every note and every circle, whatever the rules decide in one cell."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from book.audience import Note, choose_audience, may_know
from book.ids import PersonId, SettingId
from book.people import STAFF, Circle, Role
from book.sharing import ANSWERS, EVERYTHING, HOME, Choice
from book.topics import Group, Subject, Topic
from tests.book.cast import CAST, NOT_LIVE, NOW, PERSON_IDS, SETTING_IDS, circle_of, note_of, with_standing
from tests.book.oracle.audience import Book, Member, Writing
from tests.examples import examples

QUICK = examples(20)

some_settings = st.frozensets(st.sampled_from(list(SETTING_IDS.values())), max_size=2)
some_groups = st.one_of(st.sampled_from(list(ANSWERS.values())), st.frozensets(st.sampled_from(Group)))
some_choices = st.lists(
    st.builds(
        Choice,
        chooser=st.sampled_from([PERSON_IDS[name] for name in ("Hannah", "Tom", "Nan")]),
        source=st.one_of(st.just(HOME), st.sampled_from(list(SETTING_IDS.values()))),
        target=st.one_of(st.just(HOME), st.sampled_from(list(SETTING_IDS.values()))),
        groups=some_groups,
        at=st.just(NOW - timedelta(days=1)),
    ),
    max_size=8,
).map(tuple)
some_subjects = st.lists(st.builds(Subject, st.sampled_from(Topic), st.booleans()), max_size=3).map(tuple)


@st.composite
def some_notes(draw: st.DrawFn, depth: int = 2) -> Note:
    author = draw(st.sampled_from(CAST))
    answers = draw(some_notes(depth=depth - 1)) if depth and draw(st.booleans()) else None
    return replace(
        note_of(Writing(author, ())),
        subjects=draw(some_subjects),
        only=draw(some_settings),
        without=draw(some_settings),
        let_through=draw(some_settings),
        unread=draw(st.booleans()),
        has_picture=draw(st.booleans()),
        answers=answers,
    )


@st.composite
def some_circles(draw: st.DrawFn) -> Circle:
    names = [member.name for member in CAST]
    standings = draw(st.dictionaries(st.sampled_from(names), st.sampled_from(NOT_LIVE), max_size=4))
    return replace(circle_of(Book(with_standing(CAST, standings))), choices=draw(some_choices))


def _who_may(note: Note, circle: Circle) -> set[PersonId]:
    return {reader for reader in PERSON_IDS.values() if may_know(note, reader, circle, NOW)[0]}


def _who_is_told(note: Note, circle: Circle) -> set[PersonId]:
    return {each.member.person.id for each in choose_audience(note, circle, NOW) if each.told}


@QUICK
@given(some_notes(), some_circles())
def test_nobody_is_told_who_may_not_know_and_never_the_author(note: Note, circle: Circle) -> None:
    told = _who_is_told(note, circle)

    assert told <= _who_may(note, circle)
    assert note.author not in told


@QUICK
@given(some_notes(), some_circles())
def test_nobody_without_a_live_membership_may_know_anything(note: Note, circle: Circle) -> None:
    live = {each.person.id for each in circle.live(NOW)}

    assert _who_may(note, circle) <= live
    assert {each.member.person.id for each in choose_audience(note, circle, NOW)} == live - {note.author}


@QUICK
@given(some_notes(), some_circles())
def test_a_setting_that_may_know_is_told_through_exactly_one_and_its_own_note_through_nobody(
    note: Note, circle: Circle
) -> None:
    verdicts = choose_audience(note, circle, NOW)
    told = Counter(each.member.setting for each in verdicts if each.told and each.member.role in STAFF)
    speaks = {Role.KEY_PERSON, Role.CHILDMINDER, Role.SECOND_KEY_PERSON, Role.ROOM_STAFF, Role.MANAGER}
    complaint = any(subject.topic is Topic.COMPLAINT for subject in note.subjects)

    for setting in SETTING_IDS.values():
        may = any(
            may_know(note, each.person.id, circle, NOW)[0] and each.person.id != note.author
            for each in circle.staff_of(setting, NOW)
            if each.role in speaks
        )
        own = note.from_staff and note.author_setting == setting and not complaint
        assert told[setting] == (1 if may and not own else 0)


@QUICK
@given(some_notes(), some_circles(), some_notes(depth=1))
def test_an_answer_goes_no_further_than_what_it_answers(note: Note, circle: Circle, answered: Note) -> None:
    answer = replace(note, answers=answered)

    assert _who_may(answer, circle) - {answer.author} <= _who_may(answered, circle)


@QUICK
@given(some_notes(), some_circles(), some_settings, some_settings)
def test_what_the_author_or_a_parent_bounds_never_adds_a_reader(
    note: Note, circle: Circle, kept_from: frozenset[SettingId], only: frozenset[SettingId]
) -> None:
    might = _who_may(note, circle)
    narrower = note.only & only if note.only else only

    assert _who_may(replace(note, without=note.without | kept_from), circle) <= might
    assert _who_may(replace(note, let_through=note.let_through - kept_from), circle) <= might
    assert _who_may(replace(note, unread=True), circle) <= might
    assert _who_may(replace(note, has_picture=True), circle) <= might
    if narrower and not _addresses_more(note, narrower):
        assert _who_may(replace(note, only=narrower), circle) <= might


def _addresses_more(note: Note, only: frozenset[SettingId]) -> bool:
    """A parent's "for nursery:" narrows and addresses at once; what it addresses it may well reach (rule 6)."""
    return note.author_role is Role.PARENT and not only <= note.only


@QUICK
@given(some_notes(depth=1), some_circles(), some_subjects)
def test_one_more_topic_never_adds_a_reader(note: Note, circle: Circle, more: tuple[Subject, ...]) -> None:
    known = note.subjects or (Subject(Topic.SLEEP),)
    note = replace(note, subjects=known)
    # A complaint takes another road altogether, and a question beside a topic is no longer a question alone.
    more = tuple(each for each in more if each.topic is not Topic.COMPLAINT)
    if {each.topic for each in known} == {Topic.QUESTION}:
        more = ()

    assert _who_may(replace(note, subjects=(*known, *more)), circle) <= _who_may(note, circle)


@QUICK
@given(some_notes(), some_circles(), st.data())
def test_a_smaller_choice_never_adds_a_reader(note: Note, circle: Circle, data: st.DataObject) -> None:
    smaller = tuple(
        replace(each, groups=each.groups & data.draw(st.sampled_from([*ANSWERS.values(), EVERYTHING])))
        for each in circle.choices
    )
    nothing = data.draw(some_choices.map(lambda each: tuple(replace(one, groups=frozenset()) for one in each)))

    assert _who_may(note, replace(circle, choices=smaller)) <= _who_may(note, circle)
    assert _who_may(note, replace(circle, choices=(*circle.choices, *nothing))) <= _who_may(note, circle)


@QUICK
@given(some_notes(), some_circles(), st.sampled_from(CAST))
def test_a_restriction_takes_its_person_away_and_opens_nothing_to_anybody_else(
    note: Note, circle: Circle, member: Member
) -> None:
    person = PERSON_IDS[member.name]
    restriction = circle_of(Book(with_standing((member,), {member.name: "restricted"}))).memberships
    after = replace(circle, memberships=(*circle.memberships, *restriction))
    # A parent who is gone can refuse nothing any more (rule 5), and the only one left is the only one.
    if member.role == "parent":
        after = replace(after, choices=tuple(each for each in after.choices if each.chooser != person))
        circle = replace(circle, choices=after.choices)

    gained = _who_may(note, after) - _who_may(note, circle)

    assert person not in _who_may(note, after)
    assert gained == set() or (member.role == "parent" and _family_wrote_somewhere(note))


def _family_wrote_somewhere(note: Note) -> bool:
    return note.author_role is Role.FAMILY or (note.answers is not None and _family_wrote_somewhere(note.answers))
