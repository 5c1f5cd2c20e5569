"""Who may know, compared cell by cell with a decision table that was written from the rules alone."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest

from book.audience import carried_back, choose_audience, may_know
from book.ids import PersonId
from book.people import Circle, Membership, Person, Role, Standing
from book.reasons import Reason
from book.sharing import Choice
from book.topics import Group, Topic
from tests.book.cast import (
    CAST,
    KINDS_OF_NO,
    NAMED,
    NOT_LIVE,
    NOW,
    PERSON_IDS,
    SETTING_IDS,
    SETTINGS,
    circle_of,
    note_of,
    subject_of,
    with_standing,
)
from tests.book.oracle import audience as oracle
from tests.book.oracle.audience import ALL_LABELS, ANSWERS, GROUPS, HOME, Book, Member, Said, Writing

MIXED = (
    (),
    ("sleep", "health of the day"),
    ("sleep", "private health"),
    ("a dose given", "private health"),
    ("incident", "concern"),
    ("question", "sleep"),
    ("question", "concern"),
    ("question", "a dose given"),
    ("contact change", "sleep"),
    ("compliment", "concern"),
    ("complaint", "nappy"),
    ("safeguarding", "incident"),
    ("milestone", "meals"),
    ("family news", "mood"),
)
LABELS = (*((label,) for label in ALL_LABELS), *MIXED)


def _everywhere(who: str, answer: str) -> tuple[Said, ...]:
    """One answer of one parent to every direction that has a setting in it."""
    return tuple(
        Said(who, source, target, answer)
        for source, target in itertools.product((HOME, *SETTINGS), SETTINGS)
        if source != target
    )


def _each(hannah: str | None, tom: str | None) -> tuple[Said, ...]:
    return (*(_everywhere("Hannah", hannah) if hannah else ()), *(_everywhere("Tom", tom) if tom else ()))


SHARING = {
    "nobody has chosen": (),
    "both chose nothing": _each("nothing", "nothing"),
    "both chose her day": _each("her day", "her day"),
    "both chose her day, learning and photos": _each("her day, learning and photos", "her day, learning and photos"),
    "both chose everything": _each("everything", "everything"),
    "Hannah chose everything, Tom her day": _each("everything", "her day"),
    "Hannah chose her day, Tom learning alone": _each("her day", "learning alone"),
    "Hannah chose everything, Tom nothing": _each("everything", "nothing"),
    "only Hannah chose, her day": _each("her day", None),
    "only Tom chose, everything": _each(None, "everything"),
    "Hannah chose everything and then nothing": (*_each("everything", None), *_each("nothing", None)),
    "Nan chose everything": _everywhere("Nan", "everything"),
}
NOTES = {
    "nobody said yes to the other parent": (),
    "Hannah alone said yes to the other parent": (Said("Hannah", HOME, HOME, "everything"),),
    "both said yes to the other parent": (
        Said("Hannah", HOME, HOME, "everything"),
        Said("Tom", HOME, HOME, "everything"),
    ),
    "both said yes, then Tom no": (
        Said("Hannah", HOME, HOME, "everything"),
        Said("Tom", HOME, HOME, "everything"),
        Said("Tom", HOME, HOME, "nothing"),
    ),
}
# The same hands write at Acorns as at the other settings: it only reads.
AUTHORS = tuple(each for each in CAST if each.name not in {"Olive", "Ruth", "Lena"})
# Tom joined through the same setting as Hannah, or through the childminder, or is not in the book at all.
CIRCLES = {
    "joined through one setting": CAST,
    "joined through two settings": tuple(
        Member("Tom", "parent", "Dawns") if each.name == "Tom" else each for each in CAST
    ),
    "one parent": tuple(each for each in CAST if each.name != "Tom"),
}


def _as_guests(members: tuple[Member, ...], nan: dict[str, object], jo: dict[str, object]) -> tuple[Member, ...]:
    """The same people, with how Nan and the health visitor came and what they were given."""
    changes = {"Nan": nan, "Jo": jo}
    return tuple(replace(each, **changes.get(each.name, {})) for each in members)  # type: ignore[arg-type]


# Whom they came through, on which days, and what they were given.
GUESTS: tuple[tuple[dict[str, object], dict[str, object]], ...] = (
    ({"added_by": "Hannah"}, {"added_by": "Hannah"}),
    ({"added_by": "Hannah", "days": ("Thursday",)}, {"added_by": "Hannah", "given": ()}),
    ({"added_by": "Hannah", "days": ("Tuesday",)}, {"added_by": "Hannah", "given": ("learning",)}),
    (
        {"added_by": "Tom", "days": ()},
        {"added_by": "Tom", "given": ("learning",), "given_of": (("Sunshine", "her day"), ("home", "photos"))},
    ),
    ({"added_by": "Tom", "given": ("her day", "learning")}, {"added_by": "Tom", "given": GROUPS}),
    ({"added_by": "Maya", "given": GROUPS}, {"added_by": "Maya", "given": ("her day",)}),
    ({"given": ()}, {"given": ("her day", "photos")}),
)
for number, (nan, jo) in enumerate(GUESTS):
    for joined in ("joined through one setting", "one parent"):
        CIRCLES[f"{joined}, guests {number}"] = _as_guests(CIRCLES[joined], nan, jo)

Case = tuple[str, Book, Writing]


def _plain_cases() -> Iterator[Case]:
    """Every author, every state of sharing, every topic and mixture, with separated parents in every one."""
    for sharing, choices in SHARING.items():
        book = Book(CAST, choices)
        for author, labels in itertools.product(AUTHORS, LABELS):
            yield sharing, book, Writing(author, labels)
    for notes, choices in NOTES.items():
        book = Book(CAST, (*SHARING["only Hannah chose, her day"], *choices))
        for author, labels in itertools.product((NAMED["Hannah"], NAMED["Tom"]), LABELS):
            yield notes, book, Writing(author, labels)


def _guest_cases() -> Iterator[Case]:
    """Everybody's notes on a day of hers and on another, and answers, as family and a professional read them."""
    for joined, (nan, jo) in itertools.product(("joined through one setting", "one parent"), GUESTS):
        members = _as_guests(CIRCLES[joined], nan, jo)
        book = Book(members, SHARING["only Hannah chose, her day"])
        named = {each.name: each for each in members}
        authors = [named[each.name] for each in AUTHORS if each.name in named]
        for author, labels, day in itertools.product(authors, LABELS, ("Tuesday", "Thursday")):
            yield f"{joined}; {nan}; {jo}", book, Writing(author, labels, day=day)
            yield f"{joined}; {nan}; {jo}", book, Writing(author, labels, day=day, picture=True)
        for author, labels, asker in itertools.product(authors, LABELS, ("Nan", "Jo", "Hannah", "Priya")):
            asked = Writing(named[asker], ("meals",))
            yield f"{joined}; {nan}; {jo}", book, Writing(author, labels, answers=asked)


def _bounded_cases() -> Iterator[Case]:
    """Every narrowing with every letting through, read or not, with a picture or not."""
    settings = [frozenset[str](), frozenset({"Sunshine"}), frozenset({"Dawns"})]
    some = (("concern",), ("contact change",), ("complaint",), ())
    authors = [NAMED[name] for name in ("Hannah", "Nan", "Jo", "Priya", "Dawn")]
    bounds = itertools.product(settings, settings, settings, (False, True), (False, True))
    book = Book(CAST, SHARING["both chose her day, learning and photos"])
    for (only, without, through, unread, picture), labels, author in itertools.product(bounds, some, authors):
        writing = Writing(author, labels, only, without, through, unread, picture)
        yield "both chose her day, learning and photos", book, writing


def _any_writing(chance: random.Random, members: tuple[Member, ...], depth: int) -> Writing:
    def some() -> frozenset[str]:
        return frozenset({chance.choice(SETTINGS)}) if chance.random() < 0.15 else frozenset()

    return Writing(
        author=chance.choice(members),
        labels=chance.choice(LABELS),
        only=some(),
        without=some(),
        let_through=some(),
        unread=chance.random() < 0.1,
        picture=chance.random() < 0.15,
        day=chance.choice(("Tuesday", "Thursday")),
        answers=_any_writing(chance, members, depth - 1) if depth and chance.random() < 0.6 else None,
    )


def _any_cases(seed: int, count: int) -> Iterator[Case]:
    """Everything with everything, chains of answers and people who are no longer there among it."""
    chance = random.Random(seed)
    for _ in range(count):
        joined, sharing, notes = chance.choice(list(CIRCLES)), chance.choice(list(SHARING)), chance.choice(list(NOTES))
        members = CIRCLES[joined]
        writing = _any_writing(chance, members, depth=3)
        gone = {each.name: chance.choice(NOT_LIVE) for each in members if chance.random() < 0.15}
        said = tuple(each for each in (*SHARING[sharing], *NOTES[notes]) if each.who in {m.name for m in members})
        yield f"{joined}; {sharing}; {notes}; {gone}", Book(with_standing(members, gone), said), writing


def _describe(writing: Writing) -> str:
    words = [f"{writing.author.name} ({writing.author.role}) writes {' and '.join(writing.labels) or 'no topic'}"]
    words += [f"only {sorted(writing.only)}"] if writing.only else []
    words += [f"without {sorted(writing.without)}"] if writing.without else []
    words += [f"let through to {sorted(writing.let_through)}"] if writing.let_through else []
    words += ["which nobody could read"] if writing.unread else []
    words += ["with a picture"] if writing.picture else []
    words += [f"in answer to [{_describe(writing.answers)}]"] if writing.answers is not None else []
    return ", ".join(words)


def _compare(cases: Iterable[Case]) -> tuple[int, list[str]]:
    """How many cells were compared, and a sentence for each that disagrees."""
    cells, disagreements = 0, []
    last, circle = Book(()), circle_of(Book(()))
    for state, book, writing in cases:
        if book is not last:
            last, circle = book, circle_of(book)
        note = note_of(writing)
        verdicts = {each.member.person.id: each for each in choose_audience(note, circle, NOW)}
        decisions = oracle.decide_all(book, writing)
        told = oracle.told(book, writing, decisions)
        for member in book.members:
            cells += 1
            reader = PERSON_IDS[member.name]
            expected = decisions[member.name]
            may, reason = may_know(note, reader, circle, NOW)
            hears = reader in verdicts and verdicts[reader].told
            right = may == expected.may and hears == (member.name in told)
            if right and (may or reason is KINDS_OF_NO[expected.kind]):
                continue
            disagreements.append(
                f"{_describe(writing)} ({state}). {member.name} ({member.role}, {member.standing}) "
                f"{'may' if expected.may else 'may not'} know and {'is' if member.name in told else 'is not'} told "
                f"by the rules ({expected.rule}), but {'may' if may else 'may not'} and {'is' if hears else 'is not'} "
                f"by the book ({reason})."
            )
    return cells, disagreements


@pytest.mark.parametrize("share", [pytest.param(0.2, id="one in five"),
                                   pytest.param(1.0, id="each", marks=pytest.mark.prove)])  # fmt: skip
def test_the_book_agrees_with_the_rules_in_every_cell(share: float) -> None:
    chance = random.Random(5)
    every = itertools.chain(_plain_cases(), _bounded_cases(), _guest_cases())

    # Drawn and not counted off, so that no row or column of the table is left out as a whole.
    cells, wrong = _compare(case for case in every if chance.random() < share)

    print(f"{cells} cells, {len(wrong)} disagreements")
    assert cells >= 600_000 * share
    assert not wrong, _few(wrong)


@pytest.mark.parametrize("seed", range(2))
def test_the_book_agrees_with_the_rules_whatever_comes_together(seed: int) -> None:
    cells, wrong = _compare(_any_cases(seed, count=1_600))

    assert cells >= 20_000
    assert not wrong, _few(wrong)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(100, 140))
def test_the_book_agrees_with_the_rules_at_length(seed: int) -> None:
    cells, wrong = _compare(_any_cases(seed, count=10_000))

    print(f"set {seed}: {cells} cells, {len(wrong)} disagreements")
    assert not wrong, _few(wrong)


def _few(wrong: list[str]) -> str:
    return "\n".join([f"{len(wrong)} disagreements, the first of them:", *wrong[:12]])


def test_every_topic_of_the_book_stands_in_the_table() -> None:
    assert {subject_of(label).topic for label in ALL_LABELS} == set(Topic)
    assert len(ANSWERS["everything"]) == 6


# --- what the rules are for, as the conversations have it -------------------------------------------------------


def _told(book: Book, writing: Writing) -> dict[str, bool]:
    names = {number: name for name, number in PERSON_IDS.items()}
    return {names[each.member.person.id]: each.told for each in choose_audience(note_of(writing), circle_of(book), NOW)}


def _who(book: Book, writing: Writing) -> list[str]:
    return [name for name, told in _told(book, writing).items() if told]


# Hannah let her day travel between the nursery and the childminder, and chose nothing about the nursery itself.
DAY = Book(
    tuple(each for each in CAST if each.setting != "Acorns"),
    (
        Said("Hannah", HOME, "Dawns", "her day"),
        Said("Hannah", "Sunshine", "Dawns", "her day"),
        Said("Hannah", "Dawns", "Sunshine", "her day"),
    ),
)


def test_a_bad_night_goes_to_the_key_person_and_the_childminder_and_not_to_the_other_parent() -> None:
    assert _who(DAY, Writing(NAMED["Hannah"], ("sleep", "health of the day"))) == ["Priya", "Dawn"]


def test_a_letter_stays_with_the_setting_she_joined_through() -> None:
    assert _who(DAY, Writing(NAMED["Hannah"], ("private health",))) == ["Priya"]


def test_a_key_persons_note_goes_to_both_parents_and_the_childminder_and_rings_no_colleague() -> None:
    assert _who(DAY, Writing(NAMED["Priya"], ("nappy", "sleep"))) == ["Hannah", "Tom", "Dawn"]
    assert _who(DAY, Writing(NAMED["Amy"], ("nappy", "sleep"))) == ["Hannah", "Tom", "Dawn"]


def test_the_answer_to_a_private_note_reaches_its_author_alone() -> None:
    private = Writing(NAMED["Hannah"], ("family news", "mood"))

    assert _who(DAY, Writing(NAMED["Priya"], ("mood",), answers=private)) == ["Hannah"]


def test_no_colleague_hears_by_an_answer_what_was_complained_of() -> None:
    complaint = Writing(NAMED["Hannah"], ("complaint",))
    answer = Writing(NAMED["Maya"], ("nappy",), answers=complaint)
    thanks = Writing(NAMED["Hannah"], ("nappy",), answers=answer)

    assert _who(DAY, complaint) == ["Maya"]
    assert _who(DAY, answer) == ["Hannah"]
    assert _who(DAY, thanks) == ["Maya"]


def test_a_reply_reaches_the_setting_it_answers_whatever_was_chosen() -> None:
    worry = Writing(NAMED["Dawn"], ("concern", "question"))

    assert _who(DAY, worry) == ["Hannah", "Tom"]
    assert _who(DAY, Writing(NAMED["Hannah"], ("concern",), answers=worry)) == ["Dawn"]


def test_words_put_to_one_setting_reach_it_and_no_other() -> None:
    nothing = Book(CAST, SHARING["both chose nothing"])

    for setting, told in (("Dawns", "Dawn"), ("Sunshine", "Priya")):
        note = Writing(NAMED["Hannah"], ("concern",), only=frozenset({setting}))
        assert _who(nothing, note) == [told]


def test_a_question_alone_is_put_to_her_own_setting() -> None:
    everything = Book(CAST, SHARING["both chose everything"])

    assert _who(everything, Writing(NAMED["Hannah"], ("question",))) == ["Priya"]
    assert _who(everything, Writing(NAMED["Dawn"], ("question",))) == ["Hannah", "Tom"]


def test_medicine_given_travels_with_every_choice_but_nothing() -> None:
    dose = Writing(NAMED["Priya"], ("a dose given",))

    assert "Dawn" in _who(Book(CAST, SHARING["Hannah chose her day, Tom learning alone"]), dose)
    assert "Dawn" not in _who(Book(CAST, SHARING["Hannah chose everything, Tom nothing"]), dose)
    assert "Dawn" not in _who(Book(CAST, ()), dose)


def test_what_a_grandmother_writes_goes_to_the_only_parent_and_where_there_are_two_to_neither() -> None:
    writing = Writing(NAMED["Nan"], ("meals", "sleep"))

    assert _who(Book(CIRCLES["one parent"]), writing) == ["Hannah", "Priya"]
    assert _who(Book(CAST), writing) == ["Priya"]


def test_what_a_professional_writes_goes_to_the_parents_and_her_setting() -> None:
    everything = Book(CAST, SHARING["both chose everything"])

    assert _who(everything, Writing(NAMED["Jo"], ("event",))) == ["Hannah", "Tom", "Priya"]


@pytest.mark.parametrize(
    ("author", "labels", "day", "hears"),
    [
        ("Priya", ("sleep", "meals"), "Thursday", True),
        ("Dawn", ("incident",), "Thursday", True),
        ("Priya", ("a dose given",), "Thursday", True),
        ("Fay", ("mood", "health of the day"), "Thursday", True),
        ("Priya", ("sleep",), "Tuesday", False),
        ("Priya", ("milestone",), "Thursday", False),
        ("Priya", ("sleep", "concern"), "Thursday", False),
        ("Priya", ("question", "sleep"), "Thursday", False),
        ("Fay", ("family news",), "Thursday", False),
        ("Fay", ("private health",), "Thursday", False),
        ("Fay", (), "Thursday", False),
        ("Tom", ("sleep",), "Thursday", False),
        ("Jo", ("sleep",), "Thursday", False),
    ],
)
def test_nan_hears_of_the_day_on_thursdays_and_of_nothing_else(
    author: str, labels: tuple[str, ...], day: str, hears: bool
) -> None:
    book = Book(_as_guests(CAST, {"added_by": "Hannah", "days": ("Thursday",)}, {}))
    writing = Writing(NAMED["Hannah" if author == "Fay" else author], labels, day=day)

    assert ("Nan" in _who(book, writing)) is hears
    assert "Nan" not in _who(book, replace(writing, only=frozenset({"Sunshine"})))
    assert "Nan" not in _who(book, replace(writing, without=frozenset({"Dawns"})))


def test_what_nan_writes_goes_to_the_parent_whose_family_she_is_and_not_to_the_other() -> None:
    book = Book(_as_guests(CAST, {"added_by": "Tom"}, {}))
    nan = next(each for each in book.members if each.name == "Nan")

    assert _who(book, Writing(nan, ("meals", "sleep"))) == ["Tom", "Priya"]
    thanks = Writing(NAMED["Priya"], ("mood",), answers=Writing(nan, ("meals",), day="Thursday"))
    assert _who(book, thanks) == ["Tom", "Nan"]


def test_nan_is_a_stranger_to_the_day_once_her_parent_is_gone() -> None:
    members = _as_guests(CAST, {"added_by": "Tom"}, {"added_by": "Tom", "given": ("her day",)})
    note = Writing(NAMED["Priya"], ("sleep",))

    for standing in NOT_LIVE:
        left = Book(with_standing(members, {"Tom": standing}))
        assert "Nan" not in _who(left, note)
        assert not may_know(note_of(note), PERSON_IDS["Jo"], circle_of(left), NOW)[0]


def test_a_professional_may_read_what_she_was_given_and_hears_only_what_answers_her() -> None:
    book = Book(_as_guests(CAST, {}, {"added_by": "Hannah", "given": ("learning",)}))
    jo = next(each for each in book.members if each.name == "Jo")
    steps = Writing(NAMED["Priya"], ("milestone",))
    asked = Writing(jo, ("question",))

    for writing, may in (
        (steps, True),
        (Writing(NAMED["Hannah"], ("milestone",)), True),
        (Writing(NAMED["Tom"], ("milestone",)), False),
        (Writing(NAMED["Priya"], ("sleep",)), False),
    ):
        assert may_know(note_of(writing), PERSON_IDS["Jo"], circle_of(book), NOW)[0] is may
        assert "Jo" not in _who(book, writing)
    assert "Jo" in _who(book, replace(steps, answers=asked))
    ended = Book(with_standing(book.members, {"Jo": "ended"}))
    assert not may_know(note_of(steps), PERSON_IDS["Jo"], circle_of(ended), NOW)[0]


def test_a_setting_by_hand_is_told_nothing_by_us_and_what_may_go_there_is_known() -> None:
    circle = circle_of(DAY)
    acorns = SETTING_IDS["Acorns"]
    by_hand = replace(
        circle,
        memberships=(
            *circle.memberships,
            Membership(99, Person(PersonId(99), "Acorns"), Role.ROOM_STAFF, acorns, Standing.LIVE, NOW),
        ),
        settings={**circle.settings, acorns: replace(circle.settings[acorns], by_hand=True)},
        choices=(*circle.choices, Choice(PERSON_IDS["Hannah"], None, acorns, frozenset({Group.DAY}), NOW)),
    )
    note = note_of(Writing(NAMED["Hannah"], ("sleep",)))

    assert may_know(note, PersonId(99), by_hand, NOW)[0]
    assert not may_know(note_of(Writing(NAMED["Hannah"], ("family news",))), PersonId(99), by_hand, NOW)[0]
    told = {each.member.person.id: each for each in choose_audience(note, by_hand, NOW)}
    assert (told[PersonId(99)].told, told[PersonId(99)].reason) == (False, Reason.NO_ADDRESS)


def test_somebody_restricted_in_one_role_is_a_stranger_in_every_other() -> None:
    also_works = (*CAST, Member("Tom", "room staff", "Sunshine"))
    restricted = tuple(
        replace(each, standing="restricted") if (each.name, each.role) == ("Tom", "parent") else each
        for each in also_works
    )
    note = note_of(Writing(NAMED["Priya"], ("sleep",)))

    assert may_know(note, PERSON_IDS["Tom"], circle_of(Book(also_works)), NOW)[0]
    assert may_know(note, PERSON_IDS["Tom"], circle_of(Book(restricted)), NOW) == (False, Reason.NOT_IN_CIRCLE)


def test_a_parent_who_works_there_reads_no_more_than_a_parent() -> None:
    also_works = Book((*CAST, Member("Tom", "room staff", "Sunshine")))

    told = _told(also_works, Writing(NAMED["Hannah"], ("family news",)))

    assert not told["Tom"]
    assert told["Priya"]


# --- where a setting asks both parents; an answer to what was let through ---------------------------------------------


def _asking_both(circle: Circle) -> Circle:
    sunshine = SETTING_IDS["Sunshine"]
    return replace(
        circle, settings={**circle.settings, sunshine: replace(circle.settings[sunshine], both_parents=True)}
    )


@pytest.mark.parametrize("hannah", [None, *ANSWERS])
@pytest.mark.parametrize("tom", [None, *ANSWERS])
def test_where_a_setting_asks_both_nothing_travels_between_settings_before_both_have_chosen(
    hannah: str | None, tom: str | None
) -> None:
    book = Book(CAST, _each(hannah, tom))
    plain, asking = circle_of(book), _asking_both(circle_of(book))
    for label, author, reader in itertools.product(ALL_LABELS, ("Priya", "Dawn"), ("Priya", "Dawn", "Olive", "Tom")):
        note = note_of(Writing(NAMED[author], (label,)))
        before = may_know(note, PERSON_IDS[reader], plain, NOW)
        after = may_know(note, PERSON_IDS[reader], asking, NOW)
        between = NAMED[author].setting != NAMED[reader].setting and NAMED[reader].role != "parent"
        touches = "Sunshine" in (NAMED[author].setting, NAMED[reader].setting)
        if between and touches and None in (hannah, tom):
            assert not after[0] or after[1] in (Reason.LET_THROUGH,), (label, author, reader)
        else:
            assert after == before, (label, author, reader)


@pytest.mark.parametrize("answer", [None, *ANSWERS])
def test_an_answer_to_what_was_let_through_goes_back_with_no_more_than_was_asked_about(answer: str | None) -> None:
    circle = circle_of(Book(CAST, _each(answer, None)))
    sunshine, dawns = SETTING_IDS["Sunshine"], SETTING_IDS["Dawns"]
    shared = ANSWERS[answer] if answer is not None else frozenset()
    for label, let in itertools.product(("", *ALL_LABELS), (True, False)):
        asked = note_of(
            Writing(NAMED["Dawn"], ("concern", "question"), let_through=frozenset({"Sunshine"} if let else ()))
        )
        replied = note_of(Writing(NAMED["Priya"], (label,) if label else ()))
        back = carried_back(asked, replied, circle, NOW)
        own_road = label in ("safeguarding", "complaint", "compliment", "suggestion", "contact change", "consent")
        private = {
            "private health": "private health",
            "a medication plan": "private health",
            "observation": "learning",
            "milestone": "learning",
            "next step": "learning",
            "family news": "family",
        }.get(label)
        may = let and not own_road and (private is None or private in shared)
        assert back == (frozenset({dawns}) if may else frozenset()), label
        assert sunshine not in back
        for unreadable in (replace(replied, unread=True), replace(replied, has_picture=True)):
            assert carried_back(asked, unreadable, circle, NOW) == frozenset()
