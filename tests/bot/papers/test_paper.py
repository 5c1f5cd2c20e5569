"""A page is one side in large print, and loses nothing when a day is long."""

from __future__ import annotations

import re

import pytest

from bot.papers.day_page import day_page
from bot.papers.paper import Line, Style, one_side

DAY = [
    ("page.title", "Bea's day, Tuesday 24 November"),
    ("page.heading", "Milestone"),
    ("page.line", "14:00 Priya: Bea did 3 piece jigsaw by herself!"),
]


def _pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf))


def test_a_day_is_one_side() -> None:
    pdf = day_page(DAY)

    assert pdf.startswith(b"%PDF-")
    assert _pages(pdf) == 1


@pytest.mark.parametrize("lines", [1, 12, 30, 45])
def test_the_print_shrinks_before_a_second_side_is_begun(lines: int) -> None:
    assert _pages(one_side([Line("half her lunch, two yoghurts", Style.LINE)] * lines)) == 1


def test_what_one_side_cannot_hold_goes_on_and_is_not_lost() -> None:
    assert _pages(one_side([Line("slept 12-1 " * 30, Style.LINE)] * 60)) > 1


def test_every_letter_can_be_printed() -> None:
    assert _pages(one_side([Line("Zofia dziś zostaje w domu, gorączka 38,5 – ok 👍", Style.LINE)])) == 1
