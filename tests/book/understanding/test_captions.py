"""Who is in a picture by the words under it; whoever is not named is not guessed at."""

from __future__ import annotations

import pytest

from book.faces import Faces
from book.understanding.captions import Caption, read_caption
from book.understanding.children import Named, Together

NAMES = ("Ella", "Noah", "Leo", "Zofia", "Mo", "Bea")
CIRCLE = [Named(number, (name,)) for number, name in enumerate(NAMES, 1)]
ELLA, NOAH, LEO, ZOFIA, MO, BEA = range(1, 7)
TODAY = Together((ELLA, NOAH, LEO), frozenset({ELLA, NOAH, LEO, ZOFIA}), (NOAH, LEO))


def read(text: str) -> Caption:
    return read_caption(text, CIRCLE, together=TODAY)


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("Ella and Noah, painting", [(ELLA, "painting"), (NOAH, "painting")]),
        ("Ella painting", [(ELLA, "Ella painting")]),
        ("only Ella", [(ELLA, "Ella")]),
        ("Just Ella, painting", [(ELLA, "Ella, painting")]),
        ("Ella painting (nobody behind)", [(ELLA, "Ella painting")]),
        ("Ella", [(ELLA, "Ella")]),
        ("Ella and Noah", [(ELLA, ""), (NOAH, "")]),
        ("Noah with Ella", [(NOAH, ""), (ELLA, "")]),
        ("Ella, Noah & Leo x", [(ELLA, "x"), (NOAH, "x"), (LEO, "x")]),
        ("Ella: big splash. Noah: bigger", [(ELLA, "big splash"), (NOAH, "bigger")]),
        ("all mine at the farm", [(ELLA, "at the farm"), (NOAH, "at the farm"), (LEO, "at the farm")]),
        ("the twins in the bath", [(NOAH, "in the bath"), (LEO, "in the bath")]),
        ("E N L at the farm", [(ELLA, "at the farm"), (NOAH, "at the farm"), (LEO, "at the farm")]),
    ],
)
def test_the_children_who_are_named_are_in_it_each_with_a_line_of_her_own(
    text: str, clauses: list[tuple[int, str]]
) -> None:
    caption = read(text)

    assert list(caption.clauses) == clauses
    assert caption.faces is Faces.CHILDREN


@pytest.mark.parametrize(
    "text",
    [
        "painting",
        "lovely morning in the garden",
        "they loved it",
        "Ella painting a card for Noah",
        "everyone but Bea",
        "all four at the farm",
        "",
    ],
)
def test_where_it_is_not_said_who_is_in_it_nobody_is(text: str) -> None:
    assert read(text) == Caption(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ella (someone behind)", "Ella"),
        ("Ella painting, other children in the background", "Ella painting"),
        ("Ella painting - somebody else is behind her", "Ella painting"),
        ("Ella on the slide (another child at the back)", "Ella on the slide"),
    ],
)
def test_whoever_is_behind_is_heard_of(text: str, words: str) -> None:
    assert read(text) == Caption(words, ((ELLA, words),), Faces.BEHIND)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ella's castle, no faces", "Ella's castle"),
        ("Ella in the clay (nobody's face)", "Ella in the clay"),
        ("Ella planting beans, just her hands", "Ella planting beans"),
    ],
)
def test_a_picture_of_nobodys_face_belongs_to_whoever_is_named(text: str, words: str) -> None:
    assert read(text) == Caption(words, ((ELLA, words),), Faces.NOBODY)


def test_words_that_only_sound_so_say_nothing_of_who_is_in_it() -> None:
    assert read("Ella just loves the slide").words == "Ella just loves the slide"
    assert read("Ella hid behind the shed").faces is Faces.CHILDREN
    assert read("Ella only wanted the red one").words == "Ella only wanted the red one"


def test_of_two_children_of_one_name_nobody_is_chosen() -> None:
    twice = [Named(1, ("Ella",)), Named(2, ("Ella",)), Named(3, ("Noah",))]

    assert read_caption("Ella painting", twice).clauses == ()
    assert read_caption("Ella and Noah", twice).clauses == ()


def test_nobody_is_named_by_a_word_that_is_a_name_only_perhaps() -> None:
    circle = [Named(1, ("Summer",)), Named(2, ("Noah",))]

    assert read_caption("Summer painting", circle).clauses == ((1, "Summer painting"),)
    assert read_caption("last of the summer sun", circle).clauses == ()


def test_who_has_one_child_in_the_book_sends_pictures_of_that_child() -> None:
    assert read_caption("painting", [Named(1, ("Ella",))]).clauses == ((1, "painting"),)
