"""A number is found again however it was written, and shown as people here write it."""

from __future__ import annotations

import pytest

from book.dialling import NoTexts, e164, ending, spoken, why_no_texts
from book.understanding.codes import LETTERS, as_code, is_surely_code, new_code


@pytest.mark.parametrize(
    "written", ["07700 900432", "+44 7700 900432", "447700900432", "+447700900432", "0044 7700 900432", "07700900432"]
)
def test_one_number_is_one_number_however_it_is_written(written: str) -> None:
    assert e164(written) == "+447700900432"


@pytest.mark.parametrize("written", ["", "12", "hello", "+", "0"])
def test_what_is_no_number_is_none(written: str) -> None:
    assert e164(written) is None


def test_a_number_is_shown_as_people_write_it() -> None:
    assert spoken("+447700900777") == "07700 900777"
    assert spoken("+48601123456") == "+48 601 123 456"
    assert ending("+447700900214") == "…214"


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("+441632960555", NoTexts.LANDLINE),
        ("+442079460123", NoTexts.LANDLINE),
        ("+443001234567", NoTexts.LANDLINE),
        ("+447012345678", NoTexts.OTHER),  # a personal number leads to another
        ("+447640123456", NoTexts.OTHER),  # a pager
        ("+448001234567", NoTexts.OTHER),
        ("+447624900432", None),  # the Isle of Man's mobiles
        ("+447700900432", None),  # kept for fiction
        ("+48601123456", None),
        ("+48221234567", NoTexts.LANDLINE),
        ("+12025550123", None),  # nobody can tell there
        ("no number", NoTexts.OTHER),
    ],
)
def test_a_number_that_cannot_have_texts_says_why(number: str, why: NoTexts | None) -> None:
    assert why_no_texts(number) is why


@pytest.mark.parametrize("typed", ["ELLA-7K2P", "ella-7k2p", "Ella 7k2p", " ella - 7K2P. ", "ella–7k2p"])
def test_a_code_is_read_in_any_case_and_with_any_dash(typed: str) -> None:
    assert as_code(typed) == "ELLA-7K2P"
    assert is_surely_code(typed)


@pytest.mark.parametrize(
    "typed", ["hello", "ella slept 12-1", "ella fine", "bad night", "7K2P", "ELLA-7K2", "ELLA-7K2PQ"]
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert as_code(typed) is None


def test_words_that_merely_look_like_a_code_are_never_counted_as_a_wrong_one() -> None:
    assert as_code("hello then") is not None
    assert not is_surely_code("hello then")


@pytest.mark.parametrize(
    ("name", "code"),
    [("Ella", "ELLA-AAAA"), ("Zoë-Mae", "ZOEMAE-AAAA"), ("Bartholomew", "BARTHOLO-AAAA"), ("李", "BOOK-AAAA")],
)
def test_a_new_code_begins_with_the_name_in_plain_letters(name: str, code: str) -> None:
    assert new_code(name, lambda letters: letters[0]) == code
    assert as_code(code) == code
    assert not set("ILO01") & set(LETTERS)
