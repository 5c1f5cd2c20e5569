"""A text message keeps to plain signs and few parts; what people wrote stays as they wrote it."""

from __future__ import annotations

import re
from importlib import resources

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from book.notices import Choice, Offer
from book.wording.utterance import Labelled, Span, Style, Utterance, plain
from bot.channels.sms_text import BASIC, EXTENDED, LONGEST, as_text, in_plain_signs, is_gsm7, parts, segments
from bot.channels.splitting import utf16_units

with resources.files("book.wording").joinpath("en.po").open("rb") as _file:
    SENTENCES = {str(each.id): str(each.string) for each in read_po(_file) if each.id}
_SMALL = st.text(st.sampled_from(sorted(BASIC | EXTENDED)), max_size=400)
_ANY = st.text(st.characters(exclude_categories=("Cs",)), max_size=400)


def test_choices_stand_behind_what_is_said_by_number() -> None:
    labels = ("yes", "just say there's news")
    said = plain("Phones get seen.", choices=tuple(Labelled(each, Choice(Offer.WORDS_YES)) for each in labels))

    assert as_text(said) == "Phones get seen. 1 yes, 2 just say there's news"


@pytest.mark.parametrize(
    ("rich", "text"),
    [
        ("✓ Ella · sleep → Priya ✓", "Ella : sleep to Priya"),
        ("Slept 12–1 … “well”, she’s fine", 'Slept 12-1 ... "well", she\'s fine'),
        ("Zażółć 38°C 👍", "Zażółć 38C 👍"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_our_own_signs_are_made_plain_and_letters_stay(rich: str, text: str) -> None:
    assert as_text(plain(rich)) == text


def test_what_somebody_wrote_stays_as_she_wrote_it() -> None:
    said = Utterance((Span("Ella, from Hannah → you: "), Span("“she’s… 38°” – zoë ✓", Style.QUOTED)))

    assert as_text(said) == "Ella, from Hannah to you: “she’s… 38°” – zoë ✓"


@given(_ANY)
def test_made_plain_twice_is_made_plain_once(text: str) -> None:
    assert in_plain_signs(in_plain_signs(text)) == in_plain_signs(text)
    assert not set(in_plain_signs(text)) & set("–—‘’“”…✓→⇄·")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("€" * 153, 3),  # 76 to a part: none is divided
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("ж" * 135, 3),
        ("👍" * 67, 3),  # 33 to a part
    ],
)
def test_parts_on_the_air_are_counted_as_the_networks_count(text: str, count: int) -> None:
    assert segments(text) == count


@given(_SMALL)
def test_one_letter_outside_the_alphabet_never_makes_it_fewer_parts(text: str) -> None:
    assert is_gsm7(text)
    assert segments(text) <= segments(text + "ж")


@given(_ANY, st.integers(0, 3))
def test_no_message_is_longer_than_the_provider_takes_and_nothing_is_lost(text: str, times: int) -> None:
    said = plain(text * 4**times, choices=(Labelled("yes", Choice(Offer.WORDS_YES)),) * (times % 2))

    sent = parts(said)

    assert all(utf16_units(each) <= LONGEST for each in sent)
    if len(sent) > 1:
        assert [each.partition(" ")[0] for each in sent] == [f"({n}/{len(sent)})" for n in range(1, len(sent) + 1)]
        sent = tuple(each.partition(" ")[2] for each in sent)
    assert "".join("".join(sent).split()) == "".join(as_text(said).split())


def test_the_choices_of_a_long_text_stand_together_in_the_last_message() -> None:
    labels = ("yes", "no")
    said = plain("word " * 640, choices=tuple(Labelled(each, Choice(Offer.WORDS_YES)) for each in labels))

    *earlier, last = parts(said)

    assert last.endswith("1 yes, 2 no")
    assert not any("1 yes" in each for each in earlier)


def test_no_sentence_of_ours_has_a_letter_that_would_halve_a_text_message() -> None:
    said = {key: SENTENCES.get(f"{key}.text", sentence) for key, sentence in SENTENCES.items()}
    strange = {
        key: letters
        for key, sentence in said.items()
        if (letters := set(in_plain_signs(re.sub(r"\{[a-z_0-9]*\}", "", sentence))) - BASIC - EXTENDED)
    }

    # Languages are offered in their own letters, and by text nobody is asked for hers.
    assert {key for key in strange if not key.startswith("language")} == set()
