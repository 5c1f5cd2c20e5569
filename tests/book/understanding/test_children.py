"""Which child is meant: never a guess between two, and no child's part ever names another child."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book.understanding.children import (
    AskWhich,
    Named,
    OneChild,
    SeveralChildren,
    Together,
    answered_child,
    which_child,
)
from book.understanding.names import mentions_in, words_of
from tests.examples import examples

ROOM = [Named(number, (name,)) for number, name in enumerate(["Ella", "Noah", "Leo", "Bea", "Kit", "Ava"])]
ELLA, NOAH, LEO, BEA, KIT, AVA = range(6)
TWO = [Named(1, ("Noah",)), Named(2, ("Poppy", "the little one", "Pops"))]
NAMESAKES = [Named(1, ("Ella", "Ella Pike")), Named(2, ("Ella", "Ella Marsh")), Named(3, ("Zofia",))]
WORDS = [Named(1, ("Will",)), Named(2, ("Summer",)), Named(3, ("Mary-Kate",))]
EVERYONE = (ELLA, NOAH, LEO, BEA, KIT, AVA)
DIVIDED = {
    "Ella Noah Leo all ate lunch, Leo slept 12-1. everyone else half except bea who had none. Bea bit teary": {
        ELLA: "ate lunch", NOAH: "ate lunch", LEO: "ate lunch; slept 12–1",
        BEA: "no lunch; bit teary", KIT: "half of lunch", AVA: "half of lunch",
    },
    "Lunch: all good, Noah half, Bea 0": {
        ELLA: "Lunch: good", LEO: "Lunch: good", KIT: "Lunch: good", AVA: "Lunch: good",
        NOAH: "half of lunch", BEA: "no lunch",
    },
    "Lunch: all, Noah half": {
        **dict.fromkeys((ELLA, LEO, BEA, KIT, AVA), "all of lunch"), NOAH: "half of lunch",
    },
    "Lunch\nElla all\nNoah half\nLeo had seconds": {
        ELLA: "all of lunch", NOAH: "half of lunch", LEO: "seconds",
    },
    "Snack: Ella and Noah most, the rest all": {
        **dict.fromkeys((ELLA, NOAH), "most of snack"), **dict.fromkeys((LEO, BEA, KIT, AVA), "all of snack"),
    },
    "all mine slept 12-1.30 bar Leo": dict.fromkeys((ELLA, NOAH, BEA, KIT, AVA), "slept 12–1.30"),
    "all bar Leo slept 12-1.30": dict.fromkeys((ELLA, NOAH, BEA, KIT, AVA), "slept 12–1.30"),
    "all mine except Leo and Bea slept 12-1": dict.fromkeys((ELLA, NOAH, KIT, AVA), "slept 12–1"),
    "newsletter for december, for everyone": dict.fromkeys(
        (ELLA, NOAH, LEO, BEA, KIT, AVA), "newsletter for december, for everyone"
    ),
    "everyone but Leo ate lunch": dict.fromkeys((ELLA, NOAH, BEA, KIT, AVA), "ate lunch"),
    "all ate lunch but not Leo": dict.fromkeys((ELLA, NOAH, BEA, KIT, AVA), "ate lunch"),
    "all ate lunch but Leo": dict.fromkeys((ELLA, NOAH, BEA, KIT, AVA), "ate lunch"),
    "all ate lunch, not Leo": dict.fromkeys((ELLA, NOAH, BEA, KIT, AVA), "ate lunch"),
    "all ate lunch apart from Leo, who had none": {
        **dict.fromkeys((ELLA, NOAH, BEA, KIT, AVA), "ate lunch"), LEO: "no lunch",
    },
    "all ate lunch but Leo had none": {
        **dict.fromkeys((ELLA, NOAH, BEA, KIT, AVA), "ate lunch"), LEO: "no lunch",
    },
    "all ate lunch, Leo half": {**dict.fromkeys((ELLA, NOAH, BEA, KIT, AVA), "ate lunch"), LEO: "half of lunch"},
    "all slept 12-1, Leo didn't": {
        **dict.fromkeys((ELLA, NOAH, BEA, KIT, AVA), "slept 12–1"), LEO: "didn't sleep",
    },
    "Ella and Noah slept 12-1, the others 1-2": {
        **dict.fromkeys((ELLA, NOAH), "slept 12–1"), **dict.fromkeys((LEO, BEA, KIT, AVA), "slept 1–2"),
    },
    "all painted outside this morning": dict.fromkeys(EVERYONE, "painted outside this morning"),
    "all 6 slept": dict.fromkeys(EVERYONE, "slept"),
    "E N L wet nappies": dict.fromkeys((ELLA, NOAH, LEO), "wet nappies"),
    "wet nappies: E, N and L": dict.fromkeys((ELLA, NOAH, LEO), "wet nappies"),
    "Ella slept 12-1\nNoah ate all\nleo wet nappy": {ELLA: "slept 12–1", NOAH: "ate all", LEO: "wet nappy"},
    "Ella - slept 12-1\nNoah - wet nappy": {ELLA: "slept 12–1", NOAH: "wet nappy"},
    "Ella: slept 12-1\nNoah: wet nappy": {ELLA: "slept 12–1", NOAH: "wet nappy"},
    "Ella and Noah, painting": dict.fromkeys((ELLA, NOAH), "painting"),
    "gave Ella and Noah their lunch": {ELLA: "gave Ella their lunch", NOAH: "gave Noah their lunch"},
    "Leo and Ava both slept 12-1.30. Leo ate all his pasta, Ava just the garlic bread": {
        LEO: "slept 12–1.30; ate all his pasta", AVA: "slept 12–1.30; just the garlic bread",
    },
    "Leo slept 12.30-1.45 and ava 1-2": {LEO: "slept 12.30–1.45", AVA: "slept 1–2"},
    "Morning! Leo slept thru, Ava didn't": {LEO: "slept thru", AVA: "didn't sleep"},
    "Slept 12-1: Ella, Noah. Slept 1-2: Leo": {ELLA: "Slept 12-1", NOAH: "Slept 12-1", LEO: "Slept 1-2"},
}  # fmt: skip


@pytest.mark.parametrize("text", DIVIDED)
def test_a_sentence_that_comes_apart_gives_each_child_its_own_part(text: str) -> None:
    meant = which_child(text, ROOM)

    assert isinstance(meant, SeveralChildren)
    assert dict(meant.clauses) == DIVIDED[text]


@pytest.mark.parametrize(
    "text",
    [
        "Leo hit Noah",
        "Leo and Noah both slept. She woke grumpy",
        "Leo ate with Noah and slept",
        "Ella's coat and Noah's hat are here",
        "Ella painted, Noah ran. Great fun at the park!",
        "Cried at drop off. Ella painted, Noah ran",
        "Ella " * 1600,
        "all 5 slept",
        "all hugged Leo",
        "all ate lunch and painted, Leo half",
        "Noah and the rest slept",
        "the twins slept",
        "all bar Leo",
        "Kit the rest of it later",
    ],
)
def test_a_sentence_that_does_not_come_apart_is_asked_about(text: str) -> None:
    assert isinstance(which_child(text, ROOM), AskWhich)


@pytest.mark.parametrize(
    ("text", "circle", "child"),
    [
        ("kit had seconds", ROOM, KIT),
        ("ellas mum rang", ROOM, ELLA),
        ("the little one is teething", TWO, 2),
        ("pops slept", TWO, 2),
        ("zofai slept", NAMESAKES, 3),
        ("ŻOFIA śpi", NAMESAKES, 3),
        ("Ella P slept", NAMESAKES, 1),
        ("ella marsh's coat", NAMESAKES, 2),
        ("gave Will his milk", WORDS, 1),
        ("will slept 12-1", WORDS, 1),
        ("mary kate slept", WORDS, 3),
        ("marykate's hat", WORDS, 3),
        ("Noah came to play", [Named(7, ("Ella",))], 7),
    ],
)
def test_a_child_named_in_any_spelling_is_the_one_meant(text: str, circle: list[Named], child: int) -> None:
    meant = which_child(text, circle)

    assert isinstance(meant, OneChild)
    assert meant.child == child


@pytest.mark.parametrize(
    ("text", "circle"),
    [
        ("Ella slept", NAMESAKES),
        ("up 3 times", TWO),
        ("will you send his coat", WORDS),
        ("summer hat please", WORDS),
        ("she will need a nap", WORDS),
        ("gave summer a bottle", WORDS),
    ],
)
def test_what_could_be_either_of_two_is_asked_about(text: str, circle: list[Named]) -> None:
    assert isinstance(which_child(text, circle), AskWhich)


def test_a_reply_and_then_the_conversation_say_which_child_where_no_name_does() -> None:
    assert which_child("slept well", TWO, replied_to=2, in_conversation=1) == OneChild(2, "a reply")
    assert which_child("slept well", TWO, in_conversation=1) == OneChild(1, "just before")
    assert which_child("Ella slept", NAMESAKES, replied_to=2) == OneChild(2, "Ella")
    assert which_child("slept well", TWO, replied_to=99) == AskWhich((1, 2))


def test_words_that_point_elsewhere_are_stronger_than_the_conversation() -> None:
    assert which_child("his sister is ill", TWO, in_conversation=1) == AskWhich((1, 2))
    assert which_child("noah slept", TWO, in_conversation=2) == OneChild(1, "noah")


def test_a_name_that_does_not_fit_the_reply_is_asked_about() -> None:
    assert which_child("noah slept", TWO, replied_to=2) == AskWhich((1, 2))


def test_words_for_several_stand_for_who_of_her_own_is_in_today() -> None:
    mine_in = Together((ELLA, LEO, KIT), frozenset({ELLA, NOAH, LEO, KIT}))

    assert which_child("all mine slept bar Leo", ROOM, together=mine_in) == SeveralChildren(
        ((ELLA, "slept"), (KIT, "slept"))
    )
    assert which_child("Noah ate lunch, everyone else half", ROOM, together=mine_in) == SeveralChildren(
        ((NOAH, "ate lunch"), (ELLA, "half of lunch"), (LEO, "half of lunch"), (KIT, "half of lunch"))
    )
    assert which_child("all 3 slept", ROOM, together=mine_in) == SeveralChildren(
        ((ELLA, "slept"), (LEO, "slept"), (KIT, "slept"))
    )
    assert isinstance(which_child("all 6 slept", ROOM, together=mine_in), AskWhich)
    # Where nobody can say whom they stand for, the sender is asked.
    assert isinstance(which_child("all mine slept", ROOM, together=Together((), frozenset({ELLA}))), AskWhich)


def test_an_initial_is_known_where_nobody_else_who_is_in_has_it() -> None:
    room = [*ROOM, Named(6, ("Eva",))]
    without_eva = Together((ELLA, NOAH, LEO), frozenset({ELLA, NOAH, LEO}))

    assert isinstance(which_child("E N L wet nappies", room), AskWhich)
    assert which_child("E N L wet nappies", room, together=without_eva) == SeveralChildren(
        ((ELLA, "wet nappies"), (NOAH, "wet nappies"), (LEO, "wet nappies"))
    )


def test_the_twins_are_the_two_of_whom_that_is_known() -> None:
    known = Together((ELLA, NOAH, LEO), frozenset({ELLA, NOAH, LEO}), twins=(ELLA, LEO))

    assert which_child("the twins slept 12-1", ROOM, together=known) == SeveralChildren(
        ((ELLA, "slept 12–1"), (LEO, "slept 12–1"))
    )
    assert isinstance(which_child("the twins slept", ROOM), AskWhich)


def test_both_of_two_children_are_both_and_both_ears_are_not() -> None:
    assert which_child("both ate well", TWO) == SeveralChildren(((1, "ate well"), (2, "ate well")))
    assert which_child("both ears sore", TWO, in_conversation=1) == OneChild(1, "just before")
    assert isinstance(which_child("both ate well", ROOM), AskWhich)


@pytest.mark.parametrize(
    ("answer", "children"),
    [
        ("2", (2,)),
        ("poppy", (2,)),
        ("P", (2,)),
        ("the little one", (2,)),
        ("3", (1, 2)),
        ("both", (1, 2)),
        ("1 and 2", (1, 2)),
        ("its noah sorry", (1,)),
        ("0", None),
        ("4", None),
        ("poppy was up 3 times", None),
        ("thanks", None),
    ],
)
def test_an_answer_is_a_number_a_name_an_initial_or_both_and_nothing_longer(
    answer: str, children: tuple[int, ...] | None
) -> None:
    assert answered_child(answer, TWO) == children


NAMES = st.sampled_from(
    [
        "Ella",
        "Noah",
        "Leo",
        "Mo",
        "Zofia",
        "Zosia",
        "Łukasz",
        "Will",
        "Summer",
        "Mary-Kate",
        "Mary",
        "Kit",
        "Jo",
        "José",
    ]
)
GLUE = st.sampled_from(
    ["slept 12-1", "and", ",", ". ", "\n", "all", "both", "everyone else", "ate lunch", "hit", "bar", "with", ":", "'s"]
)


@examples(300)
@given(
    names=st.lists(NAMES, min_size=2, max_size=5),
    said=st.lists(st.one_of(NAMES, GLUE), min_size=1, max_size=9),
    before=st.integers(0, 4),
)
def test_no_child_is_ever_chosen_where_two_could_be_meant_and_no_part_names_another(
    names: list[str], said: list[str], before: int
) -> None:
    circle = [Named(number, (name,)) for number, name in enumerate(names)]
    text = " ".join(said)

    meant = which_child(text, circle, in_conversation=before)

    mentions = mentions_in(words_of(text), circle)
    if isinstance(meant, OneChild) and mentions:
        assert all(mention.children == {meant.child} for mention in mentions)
    if isinstance(meant, SeveralChildren):
        assert all(len(mention.children) == 1 for mention in mentions)
        for child, part in meant.clauses:
            others = [named for named in circle if named.child != child]
            assert not mentions_in(words_of(part), others)


def test_a_name_that_is_also_a_word_is_asked_about_before_a_nickname_in_small_letters_too() -> None:
    circle = [Named(1, ("Kit",)), Named(2, ("Poppy", "the little one"))]

    for text in ("kit the little one all ate lunch", "Kit the little one all ate lunch"):
        assert isinstance(which_child(text, circle), AskWhich), text
