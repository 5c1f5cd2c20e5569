"""Long texts are cut where a reader would pause, and nothing but white space is ever lost."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels.splitting import graphemes, is_boundary, spans, split, utf16_units

FAMILY = "👩‍👩‍👧‍👦"
WAVING = "👋🏽"
UNITED_KINGDOM = "🇬🇧"
SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
PIECES = (FAMILY, WAVING, UNITED_KINGDOM, SCOTLAND, "1️⃣", "e\u0301", "각", "한", "स्ते", "❤️", "\r\n")
WRITTEN = st.lists(
    st.one_of(st.sampled_from((*PIECES, " ", "  ", "\n", "\n\n", ". ", "ate toast")), st.text(max_size=4)), max_size=40
).map("".join)


@given(text=WRITTEN, limit=st.integers(2, 40))
@example(text="a \u0301b c", limit=3)
@example(text="\u0301" * 9, limit=4)
@example(text="one two", limit=3)
def test_every_part_fits_and_together_they_say_everything(text: str, limit: int) -> None:
    parts = split(text, limit, utf16_units)

    assert all(utf16_units(part) <= limit for part in parts)
    assert all(part.strip() for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert parts == tuple(text[start:end] for start, end in spans(text, limit, utf16_units))


@given(st.lists(st.sampled_from(PIECES[:-1]), min_size=1, max_size=30), st.integers(14, 40))
def test_no_part_begins_or_ends_inside_an_emoji_or_a_syllable(pieces: list[str], limit: int) -> None:
    text = "".join(pieces)

    for start, end in spans(text, limit, utf16_units):
        assert is_boundary(text, start)
        assert is_boundary(text, end)


@pytest.mark.parametrize("piece", PIECES, ids=ascii)
def test_what_a_reader_takes_for_one_character_is_one(piece: str) -> None:
    assert graphemes(f"a{piece}b") == ("a", piece, "b")


def test_two_flags_side_by_side_are_two() -> None:
    assert graphemes("🇬🇧🇫🇷🇵🇱") == ("🇬🇧", "🇫🇷", "🇵🇱")


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        pytest.param("Slept well.", 11, ("Slept well.",), id="what fits is left whole"),
        pytest.param(
            "One. Two. Six.\n\nTwo. Ten. Five.", 24, ("One. Two. Six.", "Two. Ten. Five."), id="paragraph first"
        ),
        pytest.param("ate toast. slept\nplayed. ran", 22, ("ate toast. slept", "played. ran"), id="then a line"),
        pytest.param("She slept. She ate her lunch", 17, ("She slept.", "She ate her lunch"), id="then a sentence"),
        pytest.param('He said "no." Then ran off', 16, ('He said "no."', "Then ran off"), id="with its quotation mark"),
        pytest.param("A. bb ccc dddd", 9, ("A. bb ccc", "dddd"), id="not a sentence that leaves the part empty"),
        pytest.param("give 5\u00a0ml now", 11, ("give 5\u00a0ml", "now"), id="a dose stays together"),
        pytest.param("give her 5\u00a0ml", 11, ("give her", "5\u00a0ml"), id="and moves on together"),
        pytest.param("abcdefghij", 4, ("abcd", "efgh", "ij"), id="a word that is too long is cut"),
        pytest.param(" \n ", 4, (), id="white space alone says nothing"),
    ],
)
def test_it_is_cut_where_a_reader_would_pause(text: str, limit: int, parts: tuple[str, ...]) -> None:
    assert split(text, limit, len) == parts


def test_a_whole_book_is_cut_in_little_time() -> None:
    text = "Ella slept well. 🇬🇧 She ate.\n" * 20_000

    parts = split(text, 4096, utf16_units)

    assert len(parts) < 180
    assert all(3000 < utf16_units(part) <= 4096 for part in parts[:-1])
