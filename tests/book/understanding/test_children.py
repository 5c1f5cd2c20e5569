"""Which child is meant: never a guess between two, and no child's part ever names another child."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from book.understanding.children import AskWhich, Named, OneChild, SeveralChildren, answered_child, which_child
from book.understanding.names import mentions_in, words_of

ROOM = [Named(number, (name,)) for number, name in enumerate(["Ella", "Noah", "Leo", "Bea", "Kit", "Ava"])]
ELLA, NOAH, LEO, BEA, KIT, AVA = range(6)
TWO = [Named(1, ("Noah",)), Named(2, ("Poppy", "the little one", "Pops"))]
NAMESAKES = [Named(1, ("Ella", "Ella Pike")), Named(2, ("Ella", "Ella Marsh")), Named(3, ("Zofia",))]
WORDS = [Named(1, ("Will",)), Named(2, ("Summer",)), Named(3, ("Mary-Kate",))]
DIVIDED = {
    "Ella Noah Leo all ate lunch, Leo slept 12-1. everyone else half except bea who had none. Bea bit teary": {
        ELLA: "ate lunch", NOAH: "ate lunch", LEO: "ate lunch; slept 12-1",
        BEA: "had none; bit teary", KIT: "half", AVA: "half",
    },
    "Lunch: all good, Noah half, Bea 0": {
        ELLA: "Lunch: good", LEO: "Lunch: good", KIT: "Lunch: good", AVA: "Lunch: good",
        NOAH: "Lunch: half", BEA: "Lunch: 0",
    },
    "all mine slept 12-1.30 bar Leo": dict.fromkeys((ELLA, NOAH, BEA, KIT, AVA), "slept 12-1.30"),
    "E N L wet nappies": dict.fromkeys((ELLA, NOAH, LEO), "wet nappies"),
    "Ella slept 12-1\nNoah ate all\nleo wet nappy": {ELLA: "slept 12-1", NOAH: "ate all", LEO: "wet nappy"},
    "Ella and Noah, painting": dict.fromkeys((ELLA, NOAH), "painting"),
    "gave Ella and Noah their lunch": {ELLA: "gave Ella their lunch", NOAH: "gave Noah their lunch"},
    "Leo and Ava both slept 12-1.30. Leo ate all his pasta, Ava just the garlic bread": {
        LEO: "slept 12-1.30; ate all his pasta", AVA: "slept 12-1.30; just the garlic bread",
    },
    "Leo slept 12.30-1.45 and ava 1-2": {LEO: "slept 12.30-1.45", AVA: "1-2"},
    "Morning! Leo slept thru, Ava didn't": {LEO: "slept thru", AVA: "didn't"},
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


@settings(max_examples=1500, deadline=None)
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
