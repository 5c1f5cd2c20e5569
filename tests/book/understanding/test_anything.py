"""Whatever is written, it is read: nothing raises, every fact stands in the text, and it is the same when read again.

A share of the hundred thousand with the suite, all of them with the long proofs; how long each takes is the benchmark's
to say (`tests/bench/understanding.py`).
"""

from __future__ import annotations

import random
from datetime import datetime

import pytest

from book.safeguarding import screen
from book.understanding.children import Named, which_child
from book.understanding.commands import as_command, as_correction, as_move, as_narrowing
from book.understanding.lexicon import Lexicon, fold
from book.understanding.notes import read_note
from book.understanding.passwords import without_password

CIRCLE = (Named(1, ("Ella",)), Named(2, ("Noah", "Noey")), Named(3, ("Zoë-Grace", "Will")), Named(4, ("محمد",)))
NAMES = [name for each in CIRCLE for name in each.names]
WRITTEN = datetime(2026, 11, 24, 12, 55)  # noqa: DTZ001 - civil
PIECES = (
    *("ella", "Noah's", "zoë-grace", "will", "all", "bar", "slept", "12-1.30", "half 9", "ten to", "tmrw", "Fri 31st"),
    *(
        "calpol",
        "5ml",
        "999999999999ml",
        "38,5",
        "temp",
        "not",
        "no",
        "n't",
        "bump",
        "nappy x",
        "pw",
        "biscuit",
        "sorry",
    ),
    *(
        "nan picking up at 4",
        "that was",
        "*",
        "0",
        "1",
        "2",
        "?",
        "/undo@",
        "http://x.y/",
        "\n",
        "\r\n",
        "\t",
        "  ",
        ":",
    ),
    *("\u202e", "\u2066", "\u2069", "\u200b", "\u200d", "\ufeff", "\x00", "\x1b[31m", "\ud83d", "\U0001f476\U0001f3fd"),
    *(
        "\u0301" * 40,
        "\u0489" * 200,
        "((((((((",
        '""""""""',
        "\u201c\u201e\u00ab",
        "'''",
        "....",
        ",,,,,",
        "-" * 60,
        "\u2013",
    ),
    *(
        "ﷺ",
        "ｅｌｌａ",
        "Ⅻ",
        "½",
        "٣٨",
        "İ",
        "ß",
        "nie spała",
        "gorączka",
        "نوم",
        "ঘুম",
        "спала",
        "cysgu",
        "{name}",
        "%s",
    ),
)


def a_text(chance: random.Random) -> str:
    """Mostly pieces of notes beside what no telephone should send, sometimes anything at all; 4,096 letters at most."""
    kind = chance.random()
    if kind < 0.15:
        return "".join(chr(chance.randrange(0x110000)) for _ in range(chance.randrange(80)))
    if kind < 0.18:
        return (chance.choice(PIECES) * 4096)[: chance.randrange(1, 4097)]
    beside = chance.choice((" ", " ", " ", "", "\n", ", "))
    return beside.join(chance.choice(PIECES) for _ in range(chance.randrange(1, 24)))[:4096]


def fault_of(text: str, lexicon: Lexicon) -> str:
    """What is wrong with how ``text`` is read; empty where nothing is."""
    reading, stated = read_note(text, lexicon, NAMES, WRITTEN)
    if read_note(text, lexicon, NAMES, WRITTEN) != (reading, stated):
        return "it is read differently the second time"
    screen(text, lexicon)
    which_child(text, CIRCLE)
    without_password(text)
    for each in (as_command, as_correction, as_narrowing):
        each(text)
    as_move(text, CIRCLE)
    folded = "".join(fold(text).split())
    for fact in stated.facts:
        if not fact.words.strip():
            return f"{fact} stands on no words"
        if fact.words not in text and "".join(fold(fact.words).split()) not in folded:
            return f"{fact} stands on words that were not written"
    return ""


def play(count: int, seed: int, lexicon: Lexicon) -> None:
    chance = random.Random(seed)
    for _ in range(count):
        text = a_text(chance)
        fault = fault_of(text, lexicon)
        assert not fault, f"{text!r}: {fault}"


@pytest.mark.parametrize("text", ["\ufe7f", "a \ufe79 b"])
def test_a_mark_that_stands_on_nothing_is_read(text: str, lexicon: Lexicon) -> None:
    assert not fault_of(text, lexicon)


def test_anything_that_can_be_written_is_read(lexicon: Lexicon) -> None:
    play(400, seed=1, lexicon=lexicon)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(10))
def test_a_hundred_thousand_random_and_hostile_texts_are_read(seed: int, lexicon: Lexicon) -> None:
    play(10_000, seed=100 + seed, lexicon=lexicon)
