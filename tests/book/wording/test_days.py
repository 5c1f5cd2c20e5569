"""A child's day is told in lines of facts and in words as they were written, and no word of it is lost."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from book.days import _FILLERS, Day, taken_apart
from book.entries import Entry, Text
from book.ids import EntryId
from book.understanding.lexicon import Lexicon, load_lexicon
from book.understanding.notes import read_note
from book.wording.catalogue import load_catalogue
from book.wording.days import Days, HandoverOf, PageOf
from tests.book.cast import CAST, circle_of, entry_by
from tests.book.oracle.audience import Book

LONDON = ZoneInfo("Europe/London")
TUESDAY = date(2026, 11, 24)
CIRCLE = circle_of(Book(CAST))
CATALOGUE = load_catalogue()
CHAT = Days(CATALOGUE, LONDON)
TEXTS = Days(CATALOGUE.in_text(), LONDON, in_text=True)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


def _entry(lexicon: Lexicon, number: int, author: str, at: str, words: str) -> Entry:
    written = datetime.fromisoformat(f"2026-11-24T{at}").replace(tzinfo=LONDON)
    reading, stated = read_note(words, lexicon, [CIRCLE.child.name], written.replace(tzinfo=None))
    because = tuple((topic.value, said) for topic, said in reading.because)
    text = Text(words, because=because)
    return entry_by(author, at=written, id=EntryId(number), subjects=reading.subjects, text=text, facts=stated.facts)


def _day(lexicon: Lexicon, *written: tuple[str, str, str], with_home: bool = False) -> Day:
    entries = [_entry(lexicon, number, *each) for number, each in enumerate(written, start=1)]
    return taken_apart(entries, CIRCLE, LONDON, with_home=with_home)


def _page(day: Day, days: Days = CHAT, *, is_whole: bool = False) -> str:
    page = PageOf("Ella", ((TUESDAY, day),), is_whole=is_whole)
    return "".join(each.text for each in days.page(page))


def test_the_page_of_dialogue_31_word_for_word(lexicon: Lexicon) -> None:
    day = _day(
        lexicon,
        ("Hannah", "06:02", "Calpol 5 ml 5.45"),
        ("Priya", "11:35", "slept 10.50-11.30"),
        ("Priya", "12:05", "amoxicillin 5 ml 12.02"),
        ("Priya", "12:20", "half her lunch, two yoghurts, 2 wet 1 dirty"),
        ("Priya", "12:30", "Up to her elbows in gloop, wouldn't come out!"),
        ("Priya", "12:40", "needs wellies and spare trousers tomorrow pls"),
        ("Dawn", "16:50", "Fed the ducks, said DUCK to every one. slept 2.10-3, all her tea, 2 wet"),
    )

    assert _page(day) == (
        "Ella's day · Tuesday 24 November\n"
        "Sleep 10:50–11:30 · 2:10–3:00 (Dawn)\n"
        "Food half her lunch, two yoghurts · all her tea (Dawn)\n"
        "Nappies 4 wet, 1 dirty\n"
        "Medicine 5:45 Calpol 5 ml (home) · 12:02 amoxicillin 5 ml\n"
        'Priya: "Up to her elbows in gloop, wouldn\'t come out!"\n'
        'Dawn: "Fed the ducks, said DUCK to every one"\n'
        "Tomorrow: wellies, spare trousers"
    )


def test_the_page_of_dialogue_31_by_text(lexicon: Lexicon) -> None:
    day = _day(
        lexicon,
        ("Priya", "13:30", "slept 12.10-1.20. Lunch all, tea half. 3 wet 1 dirty"),
        ("Priya", "15:30", "Sang the bus song twice"),
        ("Priya", "15:40", "please bring wellies tomorrow"),
    )
    page = PageOf("Noah", ((TUESDAY, day),))

    assert "".join(each.text for each in TEXTS.page(page)) == (
        'Noah Tue: slept 12:10-1:20. Lunch all, tea half. 3 wet 1 dirty. Priya: "Sang the bus song twice". '
        "Bring wellies. Reply to answer."
    )


def test_the_handover_of_dialogue_13(lexicon: Lexicon) -> None:
    day = _day(
        lexicon,
        ("Hannah", "06:02", "calpol 5ml 5.45. early nap if she'll have one"),
        ("Priya", "11:05", "Teary at 11. Rabbit helped."),
        ("Priya", "11:35", "slept 10.50-11.30"),
        ("Priya", "12:20", "half her lunch, two yoghurts, 2 wet 1 dirty 12.10"),
        ("Priya", "12:40", "bag of wet clothes to bring home"),
        with_home=True,
    )
    said = "".join(each.text for each in CHAT.handover(HandoverOf("Ella", day, "1 o'clock", "Sunshine", "Priya")))

    assert said == (
        "Ella, for 1 o'clock (Sunshine, Priya)\n"
        "Slept 10:50–11:30\n"
        "Food: half her lunch, two yoghurts\n"
        "Nappies: 2 wet, 1 dirty (12:10)\n"
        "calpol 5 ml at 5:45 at home. No other dose in the book.\n"
        "Teary at 11. Rabbit helped.\n"
        "From Hannah: early nap if she'll have one\n"
        "Bring home: bag of wet clothes"
    )


# With these a page says itself that something is to be brought.
_ASKING = {"please", "send", "bring", "can", "could", "you", "needs", "need", "tomorrow", "pls", "just", "hrs"}
_CORPORA = Path(__file__).parents[2] / "corpora"


@pytest.mark.parametrize("corpus", ["first.jsonl", "many_messages.jsonl"])
def test_no_word_of_a_setting_is_lost_on_a_page_that_somebody_asked_for(lexicon: Lexicon, corpus: str) -> None:
    for line in (_CORPORA / corpus).read_text().splitlines()[::4]:
        text = json.loads(line)["text"]
        entry = _entry(lexicon, 1, "Priya", "15:00", text)
        page = _page(taken_apart([entry], CIRCLE, LONDON), is_whole=True).casefold()
        stated = tuple(word for each in entry.facts for word in each.words.casefold().split() if len(word) > 2)
        words = set(re.findall(r"[^\W\d_]{3,}", text.casefold())) - _FILLERS - _ASKING
        counted = {each for each in words if each.startswith(stated) or any(x.startswith(each) for x in stated)}
        assert not {each for each in words - counted if each not in page}, (text, page)
