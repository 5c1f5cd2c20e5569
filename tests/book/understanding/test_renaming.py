"""No other child's name stays in a family's line, and every other word stays where it was."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book.understanding.renaming import rename, take_out

NAMES = ("Noah", "Leo", "Zofia", "Bea", "Kit", "Mo", "Mary-Kate", "Zoë", "James", "Jo Ann")
PLAIN = ("slept", "ate", "lunch", "wet", "nappies", "teary", "rabbit", "2", "12-1", "half", "gloop", "Ella", "up")
JOINS = (" ", ", ", " and ", " & ", " + ", ". ", "\n", " n ", " - ", "; ", ": ")

taken = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True)
owned = st.sampled_from(["", "", "", "'s", "’s", "s"])


@st.composite
def sentences(draw: st.DrawFn) -> tuple[list[str], list[tuple[str, str, str]]]:
    """Names to lose, and the pieces of a sentence: word or name, what it owns, what follows."""
    names = draw(taken)
    pieces = []
    for _ in range(draw(st.integers(0, 10))):
        if draw(st.booleans()):
            name = draw(st.sampled_from(names))
            spelt = draw(st.sampled_from([name, name.lower(), name.upper()]))
            pieces.append((spelt, draw(owned), draw(st.sampled_from(JOINS))))
        else:
            pieces.append((draw(st.sampled_from(PLAIN)), "", draw(st.sampled_from(JOINS))))
    return names, pieces


def _stands_in(name: str, text: str) -> bool:
    """Whether the letters of a name stand in a text between what are no letters, an s of possession aside."""
    return re.search(rf"(?<![^\W_]){re.escape(name.lower())}(?:['’]?s)?(?![^\W_])", text.lower()) is not None


@given(sentences())
def test_no_name_that_is_taken_out_stays_and_no_other_word_goes(
    sentence: tuple[list[str], list[tuple[str, str, str]]],
) -> None:
    names, pieces = sentence
    text = "".join(word + own + join for word, own, join in pieces)

    left = take_out(text, names)

    assert not any(_stands_in(name, left) for name in names)
    kept = [word for word in re.findall(r"[\w-]+", left) if word in PLAIN]
    assert kept == [word for word, _, _ in pieces if word in PLAIN]


@given(sentences())
def test_a_name_is_replaced_wherever_it_stands_and_nothing_else_changes(
    sentence: tuple[list[str], list[tuple[str, str, str]]],
) -> None:
    names, pieces = sentence
    lowered = {name.lower() for name in names}
    # "James" owns by an apostrophe or not at all, as its writer would have it.
    pieces = [(word, "" if word[-1] in "sS" and own == "s" else own, join) for word, own, join in pieces]
    text = "".join(word + own + join for word, own, join in pieces)
    other = "".join(("Ava" if word.lower() in lowered else word) + own + join for word, own, join in pieces)

    assert rename(text, names, "Ava") == other


@given(st.text(max_size=80), taken)
def test_whatever_is_written_loses_the_names_and_taking_out_twice_takes_nothing_more(
    text: str, names: list[str]
) -> None:
    left = take_out(text, names)

    assert not any(_stands_in(name, left) for name in names)
    assert take_out(left, names) == left


@given(st.text(max_size=80))
def test_where_there_is_no_name_nothing_changes(text: str) -> None:
    assert take_out(text, []) == text
    assert take_out(text, ["", " "]) == text
    assert rename(text, [], "Ava") == text


@pytest.mark.parametrize(
    ("text", "names", "left"),
    [
        pytest.param("Ella and Noah slept 12-1", ["Noah"], "Ella slept 12-1", id="the second of two"),
        pytest.param("Noah and Ella slept 12-1", ["Noah"], "Ella slept 12-1", id="the first of two"),
        pytest.param("Ella, Noah and Leo ate lunch", ["Noah", "Leo"], "Ella ate lunch", id="one of three"),
        pytest.param("both had a bad night", ["Noah"], "both had a bad night", id="none named"),
        pytest.param("Ella had Noah's rabbit", ["Noah"], "Ella had rabbit", id="with its apostrophe"),
        pytest.param("Ella had noahs rabbit", ["Noah"], "Ella had rabbit", id="without"),
        pytest.param("Ella bit zoe", ["Zoë"], "Ella bit", id="without its accent"),
        pytest.param("Ella bit Zofai", ["Zofia"], "Ella bit", id="mis-spelt"),
        pytest.param("Ella bit mary kate", ["Mary-Kate"], "Ella bit", id="without its hyphen"),
        pytest.param("Ella cut the grass", ["Ella B", "Bea"], "Ella cut the grass", id="no part of a longer name"),
    ],
)
def test_a_line_reads_as_if_the_other_child_had_not_been_there(text: str, names: list[str], left: str) -> None:
    assert take_out(text, names) == left


def test_two_halves_of_a_name_that_meet_go_too() -> None:
    assert take_out("slept Jo Noah Ann ate", ["Noah", "Jo Ann"]) == "slept ate"


def test_what_was_about_one_child_is_about_another_in_every_spelling() -> None:
    assert rename("ellas hat; ELLA'S bag; Ella ate", ["Ella"], "Noah") == "Noahs hat; Noah'S bag; Noah ate"
    assert rename("Zofai slept", ["Zofia"], "Noah") == "Noah slept"
