"""What gets silence, and what only begins like it."""

from __future__ import annotations

import pytest

from book.understanding.small_talk import is_greeting, is_thanks


@pytest.mark.parametrize(
    "text",
    ["thanks", "ta", "ok", "👍", "❤️", "thanks xx", "lovely thank you", "Thanks so much x", "will do", "👍🏽", "x"],
)
def test_thanks_and_thumbs_are_thanks(text: str) -> None:
    assert is_thanks(text)


@pytest.mark.parametrize(
    "text",
    ["thanks, she slept well", "ok?", "🤒", "not ok", "", "thanks for lunch", "👎", "so much"],
)
def test_whatever_says_more_than_thanks_is_not_thanks(text: str) -> None:
    assert not is_thanks(text)


@pytest.mark.parametrize(
    ("text", "greeting"),
    [
        ("morning", True),
        ("Hi!", True),
        ("Good morning all x", True),
        ("Dzień dobry", True),
        ("morning nap 10-11", False),
        ("happy monday", False),
        ("hi, ella is sick", False),
        ("good", False),
    ],
)
def test_a_greeting_greets_and_says_nothing_else(text: str, greeting: bool) -> None:
    assert is_greeting(text) is greeting
