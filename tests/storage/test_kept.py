"""What was made of rows is found again as long as they are the same, and only so much of it is kept."""

from __future__ import annotations

import pytest

from storage.kept import Kept


def test_what_is_made_of_the_same_is_made_once_and_of_anything_else_anew() -> None:
    kept = Kept(at_most=10)
    made: list[object] = []

    def of(row: tuple[int, str]) -> str:
        return kept.find_or_make(row, lambda: made.append(row) or f"{row}")

    assert of((1, "Ella")) is of((1, "Ella"))
    assert of((1, "Noah")) != of((1, "Ella"))
    assert made == [(1, "Ella"), (1, "Noah")]


def test_what_was_asked_for_longest_ago_is_forgotten_first() -> None:
    kept = Kept(at_most=10)
    made: list[int] = []
    for number in (*range(5), 0, *range(5, 9), 0):
        kept.find_or_make(number, lambda number=number: made.append(number))  # type: ignore[misc]
    assert made.count(0) == 1
    for number in range(100):
        kept.find_or_make(number, lambda number=number: made.append(number))  # type: ignore[misc]
    kept.find_or_make(1, lambda: made.append(1))
    assert made.count(1) == 2


def test_nothing_is_kept_of_what_could_not_be_made_nor_after_all_is_forgotten() -> None:
    kept = Kept(at_most=10)
    with pytest.raises(ZeroDivisionError):
        kept.find_or_make("half", lambda: 1 / 0)
    assert kept.find_or_make("half", lambda: 1 / 2) == 0.5
    kept.forget()
    assert kept.find_or_make("half", lambda: 2 / 4 + 1) == 1.5
