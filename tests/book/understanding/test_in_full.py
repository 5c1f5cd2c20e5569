"""What leans on the words before it is said in full, and a later word takes the place of what it takes back."""

from __future__ import annotations

import pytest

from book.understanding.in_full import Before, in_full, may_mend, mended, takes_back


@pytest.mark.parametrize(
    ("said", "before", "full"),
    [
        ("half", Before("lunch"), "half of lunch"),
        ("had none", Before("tea"), "no tea"),
        ("only half", Before("lunch"), "only half of lunch"),
        ("most of it", Before("snack"), "most of snack"),
        ("had seconds", Before("lunch"), "seconds"),
        ("half", Before(), "half"),
        ("1-2", Before(slept=True), "slept 1–2"),
        ("1-2", Before(), "1–2"),
        ("didn't", Before(slept=True), "didn't sleep"),
        ("didnt", Before("lunch"), "didn't eat lunch"),
        ("played 12.30 - 1", Before("lunch"), "played 12.30–1"),
        # A date, a number and a telephone are no stretch of time.
        ("review 24-11-26", Before(), "review 24-11-26"),
        ("ring 01632-960123", Before(), "ring 01632-960123"),
        ("half asleep", Before("lunch"), "half asleep"),
    ],
)
def test_what_leans_on_the_words_before_it_is_said_in_full_and_nothing_else_is_touched(
    said: str, before: Before, full: str
) -> None:
    assert in_full(said, before) == full


@pytest.mark.parametrize(
    ("line", "before_name", "after_name", "now"),
    [
        ("half of lunch", "", " had seconds", "seconds"),
        ("half of lunch; bit teary", "sorry ", " had none x", "no lunch; bit teary"),
        ("Lunch: good", "", " half", "half of lunch"),
        ("slept 12–1", "", " slept 12-1.15", "slept 12–1.15"),
        ("slept 12–1", "no, ", " didn't sleep", "didn't sleep"),
        # Another sleep, another meal, or which of two meals nobody can say: a note of its own.
        ("slept 12–1", "", " slept 3-3.30", None),
        ("half of lunch", "", " had half of tea", None),
        ("half of lunch; no tea", "", " had seconds", None),
        ("half of lunch", "gave ", " seconds", None),
        ("wet nappies", "", " had seconds", None),
    ],
)
def test_a_later_word_takes_the_place_of_what_it_takes_back_and_of_nothing_else(
    line: str, before_name: str, after_name: str, now: str | None
) -> None:
    assert mended(line, before_name, after_name) == now


def test_only_a_short_word_of_how_much_or_of_a_sleep_looks_back() -> None:
    assert may_mend("kit had seconds")
    assert may_mend("sorry ella slept 12-1.30 x")
    assert not may_mend("kit has a temperature")
    assert not may_mend("ella painted a bus and then told us all about nanny's house and had seconds")


def test_what_says_otherwise_of_part_of_a_longer_piece_takes_it_back() -> None:
    assert takes_back("half of lunch", "ate lunch and painted")
    assert not takes_back("slept 12–1", "ate lunch and painted")
