"""What gets silence, and what only begins like it."""

from __future__ import annotations

import pytest

from book.understanding.small_talk import is_greeting, is_thanks, says_thank_you, wants_more


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


@pytest.mark.parametrize(
    ("text", "thanks"),
    [("ta x", True), ("❤️", True), ("Lovely!", True), ("ok", False), ("will do", False), ("x", False), ("slept", False)],
)
def test_a_thank_you_is_more_than_an_ok(text: str, thanks: bool) -> None:
    assert says_thank_you(text) is thanks


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("More like this", True),
        ("love this, more like these please x", True),
        ("more photos like that!", True),
        ("more pasta", False),
        ("more like this, she loves paint", False),
        ("more like this?", False),
        ("likes this more", False),
    ],
)
def test_more_like_this_is_said_and_nothing_else(text: str, more: bool) -> None:
    assert wants_more(text) is more
