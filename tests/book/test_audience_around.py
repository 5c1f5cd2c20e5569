"""Who may know, and who is told where: the cells around the table, compared with what the rules say of them.

Cells whose rule is not built yet are marked; the marks are strict, so that they must go when the rule comes.
"""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from book.audience import choose_audience, may_know
from book.disclosure import Address, Carries, Nudge, Silence, Words, what_may_be_said
from book.ids import AddressId
from book.people import Circle, Cover, Duty
from book.sharing import PhotoChoice, PhotoUse
from book.topics import Group
from tests.book.cast import CAST, NAMED, NOW, PERSON_IDS, SETTING_IDS, SETTINGS, circle_of, note_of
from tests.book.oracle import around
from tests.book.oracle import audience as oracle
from tests.book.oracle.around import ALL_WEEK
from tests.book.oracle.audience import Book, Member, Writing
from tests.book.test_audience import AUTHORS, LABELS, SHARING, Case, _compare, _few

LONDON = ZoneInfo("Europe/London")

ONE_PARENT = tuple(each for each in CAST if each.name != "Tom")
# What somebody may be answering, with the chain behind it: private notes, a worry, a complaint that was answered.
ANSWERED = {
    "a private note": Writing(NAMED["Hannah"], ("family news", "mood")),
    "a note kept to the nursery": Writing(NAMED["Tom"], ("sleep",), only=frozenset({"Sunshine"})),
    "a worry of the childminder's": Writing(NAMED["Dawn"], ("concern", "question")),
    "the answer to a complaint": Writing(
        NAMED["Maya"], ("nappy",), answers=Writing(NAMED["Hannah"], ("complaint",))
    ),
    "an answer to a private note": Writing(
        NAMED["Priya"], ("mood",), answers=Writing(NAMED["Tom"], ("family news",))
    ),
}  # fmt: skip


def _with(cls: type[Any], thing: Any, **values: object) -> Any:
    """``thing`` with those values that the program has a place for already."""
    known = {each.name for each in fields(cls)}
    return replace(thing, **{name: value for name, value in values.items() if name in known})


# --- answers, and what nobody could read, in every cell ---------------------------------------------------------------


def _answers_cases() -> Iterator[Case]:
    for (sharing, choices), (what, answered) in itertools.product(SHARING.items(), ANSWERED.items()):
        book = Book(CAST, choices)
        for author, labels in itertools.product(AUTHORS, LABELS[::4]):
            yield f"{sharing}; {what}", book, Writing(author, labels, answers=answered)


def _unread_cases() -> Iterator[Case]:
    for sharing, choices in SHARING.items():
        book = Book(CAST, choices)
        for author, labels, picture in itertools.product(AUTHORS, LABELS[::2], (False, True)):
            yield sharing, book, Writing(author, labels, unread=True, picture=picture)


def test_the_book_agrees_with_the_rules_in_every_cell_of_an_answer() -> None:
    cells, wrong = _compare(_answers_cases())

    print(f"{cells} cells of answers, {len(wrong)} disagreements")
    assert cells >= 30_000
    assert not wrong, _few(wrong)


def test_the_book_agrees_with_the_rules_in_every_cell_of_what_nobody_could_read() -> None:
    cells, wrong = _compare(_unread_cases())

    print(f"{cells} unread cells, {len(wrong)} disagreements")
    assert cells >= 30_000
    assert not wrong, _few(wrong)


# --- the channel ------------------------------------------------------------------------------------------------------

ADDRESSES = list(itertools.product((True, False), (True, False), (True, False), (True, False)))


def test_what_is_said_and_where_is_what_the_rules_say_in_every_cell() -> None:
    cells, wrong = 0, []
    for sharing, choices in list(SHARING.items())[1:8:2]:
        book = Book(CAST, choices)
        circle = circle_of(book)
        for author, labels in itertools.product(AUTHORS, LABELS[::3]):
            writing = Writing(author, labels)
            told = oracle.told(book, writing, oracle.decide_all(book, writing))
            verdicts = {each.member.person.id: each.told for each in choose_audience(note_of(writing), circle, NOW)}
            for member, (hers, proved, words, stopped) in itertools.product(CAST, ADDRESSES):
                cells += 1
                at = Address(
                    AddressId(1), "sms", "", "07700 900219", PERSON_IDS[member.name] if hers else None,
                    carries=Carries.WORDS if words else Carries.NUDGE,
                    proved_at=NOW if proved else None, stopped_at=NOW if stopped else None,
                )  # fmt: skip
                said = "nothing"
                if verdicts.get(PERSON_IDS[member.name], False):
                    match what_may_be_said(at, NOW):
                        case Words():
                            said = "words"
                        case Nudge():
                            said = "that there is something"
                        case Silence():
                            said = "nothing"
                expected = "nothing"
                if member.name in told:
                    expected = around.said_at(hers=hers, proved=proved, chose_words=words, stopped=stopped)
                if said != expected:
                    wrong.append(f"{author.name} writes {labels} ({sharing}): {member.name} is said {said}")

    print(f"{cells} cells of channels, {len(wrong)} disagreements")
    assert cells >= 30_000
    assert not wrong, _few(wrong)


# --- pictures ---------------------------------------------------------------------------------------------------------


def test_a_child_may_be_seen_where_a_parent_said_yes_and_none_said_no() -> None:
    words = ((), (True,), (False,), (True, False), (False, True))
    cells = 0
    for hannah, tom, use, asked in itertools.product(words, words, PhotoUse, PhotoUse):
        for members in (CAST, ONE_PARENT):
            said = [*((("Hannah", yes)) for yes in hannah), *((("Tom", yes)) for yes in tom)]
            circle = replace(
                circle_of(Book(members)),
                photo_choices=tuple(PhotoChoice(PERSON_IDS[who], use, yes, NOW) for who, yes in said),
            )
            parents = {each.name for each in members if each.role == "parent"}
            of_this = {"Hannah": hannah, "Tom": tom} if use is asked else {}
            expected = around.may_be_in_pictures(of_this, parents, own_book=asked is PhotoUse.OWN)
            cells += 1
            assert circle.allows_photos(asked, NOW) == expected, (hannah, tom, use, asked)
    assert cells == 800


# --- family and professionals -----------------------------------------------------------------------------------------

HER_DAYS = (None, ("Thursday",), ("Monday", "Thursday"))
PICKED = (("learning",), ("her day", "learning"), ("private health",), tuple(oracle.GROUPS))
_GROUPS = {"her day": Group.DAY, "private health": Group.PRIVATE_HEALTH, "learning": Group.LEARNING,
           "worries": Group.WORRIES, "family": Group.FAMILY, "photos": Group.PHOTOS}  # fmt: skip


def _circle_with(guest: str, **values: object) -> Circle:
    circle = circle_of(Book(ONE_PARENT))
    return replace(
        circle,
        memberships=tuple(
            _with(type(each), each, made_by=PERSON_IDS["Hannah"], **values)
            if each.person.id == PERSON_IDS[guest]
            else each
            for each in circle.memberships
        ),
    )


def _guest_cells(guest: str, circle: Circle, given: tuple[str, ...], her_days: tuple[str, ...] | None) -> list[str]:
    """A sentence for every cell of this guest that disagrees."""
    wrong = []
    authors = [NAMED[name] for name in ("Hannah", "Priya", "Dawn", "Maya")]
    for author, labels, day in itertools.product(authors, LABELS, ALL_WEEK):
        for picture, unread, narrowed in itertools.product((False, True), repeat=3):
            without = frozenset({"Acorns"}) if narrowed else frozenset[str]()
            note = note_of(Writing(author, labels, without=without, unread=unread, picture=picture))
            note = _with(type(note), note, weekday=ALL_WEEK.index(day))
            expected = around.guest_may_know(
                given, labels, picture=picture, understood=not unread, narrowed=narrowed, day=day, her_days=her_days
            )
            may, reason = may_know(note, PERSON_IDS[guest], circle, NOW)
            if may != expected:
                wrong.append(
                    f"{author.name} writes {labels} on {day}: {guest} {'may' if may else 'may not'} ({reason})"
                )
    return wrong


@pytest.mark.parametrize("her_days", HER_DAYS, ids=["every day", "Thursdays", "Mondays and Thursdays"])
def test_family_sees_the_childs_day_on_her_days_and_nothing_else(her_days: tuple[str, ...] | None) -> None:
    days = None if her_days is None else frozenset(ALL_WEEK.index(day) for day in her_days)

    wrong = _guest_cells("Nan", _circle_with("Nan", days=days), ("her day",), her_days)

    assert not wrong, _few(wrong)


@pytest.mark.parametrize("picked", PICKED, ids=" and ".join)
def test_a_professional_may_see_what_a_parent_picked_and_nothing_else(picked: tuple[str, ...]) -> None:
    circle = _circle_with("Jo", sees=frozenset(_GROUPS[each] for each in picked))

    wrong = _guest_cells("Jo", circle, picked, None)

    assert not wrong, _few(wrong)


def test_a_professional_hears_nothing_unasked_and_after_her_last_day_may_see_nothing() -> None:
    for picked, author, labels in itertools.product(PICKED, ("Hannah", "Priya", "Dawn"), LABELS):
        sees = frozenset(_GROUPS[each] for each in picked)
        circle = _circle_with("Jo", sees=sees)
        ended = _circle_with("Jo", sees=sees, until=NOW - timedelta(seconds=1))
        note = note_of(Writing(NAMED[author], labels))

        assert not [each for each in choose_audience(note, circle, NOW)
                    if each.told and each.member.person.id == PERSON_IDS["Jo"]]  # fmt: skip
        assert not may_know(note, PERSON_IDS["Jo"], ended, NOW)[0]


# --- who is at work ---------------------------------------------------------------------------------------------------

AT_SUNSHINE = {"key person": "Priya", "second key person": "Amy", "room staff": "Rosa", "manager": "Maya",
               "senco": "Lena"}  # fmt: skip


@pytest.mark.parametrize("cover", [None, "senco", "manager", "room staff"])
def test_a_setting_is_told_through_whoever_is_on_duty(cover: str | None) -> None:
    duty = importlib.import_module("book.duty")
    noon = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    sunshine = SETTING_IDS["Sunshine"]
    disagreements = []
    for there in itertools.product((True, False), repeat=len(AT_SUNSHINE)):
        at_work = dict(zip(AT_SUNSHINE, there, strict=True))
        expected = around.told_through(at_work, cover)
        if expected is None:
            continue  # Nobody is there: then it is the next day's, and told by its own rule.
        duties = [
            Duty(PERSON_IDS[name], noon.weekday(), time(8), time(18), day=None if at_work[role] else noon.date(),
                 off=not at_work[role])
            for role, name in AT_SUNSHINE.items()
        ]  # fmt: skip
        duties += [Duty(PERSON_IDS[name], 3, time(8), time(18)) for name in ("Sam", "Ruth")]
        covers = () if cover is None else (
            Cover(sunshine, PERSON_IDS["Priya"], PERSON_IDS[AT_SUNSHINE[cover]], noon.date()),
        )  # fmt: skip
        circle = replace(circle_of(Book(CAST)), duties=tuple(duties), covers=covers)
        first = duty.told_first(circle, sunshine, noon, LONDON, now=noon, waits=False)[0].person.id
        if first != PERSON_IDS[AT_SUNSHINE[expected]]:
            disagreements.append(f"{at_work}, cover {cover}: not {expected}")

    assert not disagreements, _few(disagreements)


# --- settings that ask both parents -----------------------------------------------------------------------------------


@pytest.mark.parametrize("asking", ["Sunshine", "Dawns"])
def test_where_a_setting_asks_both_nothing_travels_until_both_have_chosen(asking: str) -> None:
    wrong, cells = [], 0
    for (sharing, choices), members in itertools.product(SHARING.items(), (CAST, ONE_PARENT)):
        book = Book(members, tuple(each for each in choices if each.who in {m.name for m in members}))
        circle = circle_of(book)
        settings = {
            number: _with(type(each), each, both_parents=each.name == asking)
            for number, each in circle.settings.items()
        }  # fmt: skip
        circle = replace(circle, settings=settings)
        for author, labels in itertools.product([NAMED[name] for name in ("Priya", "Maya", "Dawn")], LABELS):
            writing = Writing(author, labels)
            for reader in _of_other_settings(author, members):
                cells += 1
                asks = asking in (author.setting, reader.setting)
                chosen = [book.last_word(who, author.setting or "", reader.setting or "") is not None
                          for who in book.parents]  # fmt: skip
                expected = around.may_have_travelled(
                    chosen, asks_both=asks, travels=oracle.decide(book, writing, reader.name).may
                )
                if may_know(note_of(writing), PERSON_IDS[reader.name], circle, NOW)[0] != expected:
                    wrong.append(f"{author.name} writes {labels} ({sharing}): {reader.name} is not {expected}")

    assert cells > 1_000
    assert not wrong, _few(wrong)


def _of_other_settings(author: Member, members: tuple[Member, ...]) -> list[Member]:
    return [each for each in members if each.role in oracle.WORKS_AT_A_SETTING and each.setting != author.setting
            and each.setting in SETTINGS]  # fmt: skip
