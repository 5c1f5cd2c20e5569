"""The lexicon compiles, refuses nonsense in a sentence, and no text whatever makes it slow."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book.safeguarding import screen
from book.understanding.children import Named, which_child
from book.understanding.commands import as_command, as_correction, as_move, as_narrowing
from book.understanding.lexicon import FaultyLexicon, Lexicon, compile_lexicon, fold, load_lexicon
from book.understanding.topics import read
from tests.examples import examples

CIRCLE = [Named(number, (name,)) for number, name in enumerate(["Ella", "Noah", "Leo", "Zofia", "Mo", "Will"])]
HOSTILE = [
    "mum " * 1024, "his " * 1024, "nap." * 1024, "'a" * 2048, "\"'" * 2048, "e\u0301" * 2048, "\u202e\u202d" * 2048,
    "1-" * 2048, "1" * 4096, "x" * 4096, "(" * 4096, "Ella Noah " * 409, "all " * 1024, "bruise " * 585, "," * 4096,
    "E N " * 1024, "gave had " * 455, "photo " * 682, " " * 4096, "\n" * 4096, ",just " * 682, "sorry " * 682,
    "a" + "\u0301" * 4095, "who picked up not how " * 186, "\u0995" * 4096, "-" * 4096, "* " * 2048,
    "dont know how " * 292,
]  # fmt: skip
FAR_TOO_SLOW = 0.1
"""Seconds. The promise is 20 ms on an idle machine; a busy one that runs the tests is given five times that."""


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:8]))
def test_no_hostile_text_takes_long(text: str, lexicon: Lexicon) -> None:
    readers: list[Callable[[str], object]] = [
        lambda text: read(text, lexicon, names=["Ella"]),
        lambda text: screen(text, lexicon),
        lambda text: which_child(text, CIRCLE),
        as_command,
        as_correction,
        as_narrowing,
        lambda text: as_move(text, CIRCLE),
    ]

    for reader in readers:
        assert min(_seconds(reader, text) for _ in range(3)) < FAR_TOO_SLOW


def _seconds(reader: Callable[[str], object], text: str) -> float:
    started = time.process_time()
    reader(text)
    return time.process_time() - started


@examples(100)
@given(text=st.text(max_size=300))
def test_every_text_is_read_without_complaint_and_because_quotes_it(text: str) -> None:
    reading = read(text, LEXICON, names=["Ella"])

    assert {topic for topic, _ in reading.because} == set(reading.topics)
    assert all(because in text for because in screen(text, LEXICON).because)


LEXICON = load_lexicon()


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ({"topics": ["slep"], "patterns": ["nap"]}, "slep"),
        ({"topics": ["sleep"], "patterns": ["{nobody} nap"]}, "{nobody}"),
        ({"topics": ["sleep"], "patterns": ["nap"], "marks": ["shiny"]}, "shiny"),
        ({"topics": ["sleep"], "patterns": ["nap?"]}, "matches nothing"),
    ],
)
def test_a_faulty_lexicon_is_refused_in_a_sentence_that_names_the_fault(
    table: dict[str, list[str]], complaint: str
) -> None:
    with pytest.raises(FaultyLexicon) as refused:
        compile_lexicon({"sense": [table]})

    assert complaint in str(refused.value)


def test_every_pattern_is_written_as_messages_are_compared() -> None:
    assert all(word == fold(word) for word in LEXICON.vocabulary)
