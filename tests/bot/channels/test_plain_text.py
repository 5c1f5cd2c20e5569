"""Plain text keeps to the letters of a text message, and gives every choice its number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book.notices import Choice, Offer
from book.wording.utterance import Labelled, plain
from bot.channels.plain_text import as_text, in_gsm7

_LATIN = st.text(st.characters(max_codepoint=0x24F) | st.sampled_from("–—‘’“”…✓→⇄·€"), max_size=80)


def test_choices_stand_behind_what_is_said_by_number() -> None:
    labels = ("yes", "just say there's news")
    said = plain("Phones get seen.", choices=tuple(Labelled(each, Choice(Offer.WORDS_YES)) for each in labels))

    assert as_text(said) == "Phones get seen. 1 yes, 2 just say there's news"


@pytest.mark.parametrize(
    ("rich", "text"),
    [
        ("✓ Ella · sleep → Priya", "Ella : sleep to Priya"),
        ("Slept 12–1 … “well”, she’s fine", 'Slept 12-1 ... "well", she\'s fine'),
        ("Zażółć 38°C 😀", "Zazóc 38C"),
        ("two\nlines", "two\nlines"),
        ("дуже добре", "дуже добре"),
    ],
)
def test_what_would_halve_the_message_is_made_plain(rich: str, text: str) -> None:
    assert in_gsm7(rich).replace("ó", "o") == text.replace("ó", "o")


@given(_LATIN)
def test_made_plain_twice_is_made_plain_once(text: str) -> None:
    assert in_gsm7(in_gsm7(text)) == in_gsm7(text)
    assert not set(in_gsm7(text)) & set("–—‘’“”…✓→⇄·")
