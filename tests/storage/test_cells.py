"""Every cell once more with everything in it that makes a family difficult, as the book is read back from the database.

In each: parents who live apart, one of whom chose on paper; a grandmother; the key person away today. In each as well,
beside the note itself: an answer to either parent's private note, and what nobody could read.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from book.audience import choose_audience, may_know
from book.disclosure import Address, Carries, Nudge, Silence, Words, what_may_be_said
from book.duty import whom_to_tell
from book.ids import AddressId, ChildId, IdMaker
from book.people import Circle, Duty, SettingKind
from storage import circles, roster
from storage.sharing import NewChoice
from storage.store import Store
from tests.book.cast import CAST, NAMED, NOW, PERSON_IDS, SETTING_IDS, circle_of, note_of
from tests.book.cast import KINDS_OF_NO as KINDS
from tests.book.oracle import around
from tests.book.oracle import audience as oracle
from tests.book.oracle.audience import Book, Writing
from tests.book.test_audience import AUTHORS, LABELS, SHARING, _as_guests, _describe, _few
from tests.kit.conversation import LONDON, PACE

MEMBERS = _as_guests(
    CAST,
    {"added_by": "Hannah"},
    {"added_by": "Hannah", "given": ("learning",), "given_of": (("Dawns", "her day"), ("home", "her day"))},
)
AWAY = "Priya"
PRIVATE = (
    None,
    Writing(NAMED["Hannah"], ("family news", "mood")),
    Writing(NAMED["Tom"], ("sleep",), only=frozenset({"Sunshine"})),
)
# Whether an address was proved, chose words, was stopped: Telegram's, a text's, and one that was given up.
CHANNELS = ((True, True, False), (True, False, False), (True, True, True))


def _book(choices: Sequence[oracle.Said]) -> Book:
    return Book(MEMBERS, tuple(choices))


async def _kept(store: Store) -> dict[str, Circle]:
    """The circle of one child for each state of sharing, written down and read again; Tom's choices are on paper."""
    ids = IdMaker(now=lambda: NOW, chance=lambda below: below - 1)
    kinds = {"Sunshine": SettingKind.NURSERY, "Dawns": SettingKind.CHILDMINDER, "Acorns": SettingKind.PRESCHOOL}
    people = [roster.NewPerson(PERSON_IDS[each.name], each.name) for each in MEMBERS]
    settings = [roster.NewSetting(SETTING_IDS[name], kind, name) for name, kind in kinds.items()]
    await roster.enrol(store, roster.Roster(people=people, settings=settings), NOW - timedelta(days=99))
    children = {sharing: ChildId(500 + number) for number, sharing in enumerate(SHARING)}
    for sharing, child in children.items():
        meant = circle_of(_book(SHARING[sharing]))
        await roster.enrol(
            store,
            roster.Roster(
                children=[roster.NewChild(child, ("Ella",))],
                memberships=[
                    roster.NewMembership(
                        ids.new(), each.person.id, each.role, child, each.setting, since=each.since, days=each.days,
                        sees=each.sees, sees_of=each.sees_of, made_by=each.made_by,
                    )
                    for each in meant.memberships
                ],
                choices=[
                    NewChoice(ids.new(), child, each)
                    if each.chooser != PERSON_IDS["Tom"]
                    else NewChoice(ids.new(), child, each, "paper", PERSON_IDS["Maya"], each.at.date())
                    for each in meant.choices
                ],
            ),
            NOW - timedelta(days=30),
        )  # fmt: skip

    found = await store.read(circles.load, store.vault, set(children.values()), NOW)
    return {sharing: _with_duty(found[child]) for sharing, child in children.items()}


def _with_duty(circle: Circle) -> Circle:
    day = NOW.date()
    hours = [(PERSON_IDS[each.name], each.name) for each in MEMBERS if each.role in oracle.WORKS_AT_A_SETTING]
    eight, six = NOW.time().replace(hour=8), NOW.time().replace(hour=18)
    duties = tuple(
        Duty(who, day.weekday(), eight, six, day=day if name == AWAY else None, off=name == AWAY) for who, name in hours
    )
    return replace(circle, duties=duties)


def _writings(labels: Sequence[tuple[str, ...]]) -> Iterator[Writing]:
    authors = [each for each in MEMBERS if each.name in {author.name for author in AUTHORS}]
    for author, label, answered in itertools.product(authors, labels, PRIVATE):
        yield Writing(author, label, answers=answered)
        if answered is None:
            yield Writing(author, label, unread=True)


def _compare(sharing: str, circle: Circle, labels: Sequence[tuple[str, ...]]) -> tuple[int, list[str]]:
    cells, wrong, book = 0, [], _book(SHARING[sharing])
    for writing in _writings(labels):
        note = note_of(writing)
        order = whom_to_tell(note, circle, urgent=True, now=NOW, zone=LONDON, pace=PACE)
        hears = {each.member.person.id for each in choose_audience(note, circle, NOW, first=order) if each.told}
        decisions = oracle.decide_all(book, writing)
        told = oracle.told(book, writing, {who: each for who, each in decisions.items() if who != AWAY})
        for member, (proved, words, stopped) in itertools.product(MEMBERS, CHANNELS):
            cells += 1
            who, expected = PERSON_IDS[member.name], decisions[member.name]
            may, reason = may_know(note, who, circle, NOW)
            said = "nothing"
            if who in hears:
                said = _said(who, proved=proved, words=words, stopped=stopped)
            meant = "nothing"
            if member.name in told:
                meant = around.said_at(hers=True, proved=proved, chose_words=words, stopped=stopped)
            if (may, said) != (expected.may, meant) or not (may or reason is KINDS[expected.kind]):
                wrong.append(
                    f"{_describe(writing)} ({sharing}): {member.name} {'may' if may else 'may not'} ({reason}) and is "
                    f"said {said}, where the rules say {expected.may} ({expected.rule}) and {meant}"
                )
    return cells, wrong


def _said(who: int, *, proved: bool, words: bool, stopped: bool) -> str:
    at = Address(
        AddressId(1), "sms", "", "07700 900219", who, carries=Carries.WORDS if words else Carries.NUDGE,  # type: ignore[arg-type]
        proved_at=NOW if proved else None, stopped_at=NOW if stopped else None,
    )  # fmt: skip
    match what_may_be_said(at, NOW):
        case Words():
            return "words"
        case Nudge():
            return "that there is something"
        case Silence():
            return "nothing"


async def test_the_book_agrees_with_the_rules_where_everything_difficult_is_in_every_cell(store: Store) -> None:
    cells, wrong = 0, list[str]()
    for number, (sharing, circle) in enumerate((await _kept(store)).items()):
        # Each topic meets some of the states of sharing here, and all of them in the long proof.
        more, found = _compare(sharing, circle, LABELS[number % 6 :: 6])
        cells, wrong = cells + more, wrong + found

    print(f"{cells} difficult cells, {len(wrong)} disagreements")
    assert cells >= 30_000
    assert not wrong, _few(wrong)


@pytest.mark.prove
async def test_the_book_agrees_with_the_rules_in_all_difficult_cells(store: Store) -> None:
    cells, wrong = 0, list[str]()
    for sharing, circle in (await _kept(store)).items():
        more, found = _compare(sharing, circle, LABELS)
        cells, wrong = cells + more, wrong + found

    print(f"{cells} difficult cells, {len(wrong)} disagreements")
    assert not wrong, _few(wrong)
