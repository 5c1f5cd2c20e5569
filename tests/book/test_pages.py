"""On a printed page stands what everybody who will hold it may know, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from book.entries import Entry
from book.ids import EntryId, PersonId, SettingId
from book.pages import Page, page_for, readers_of, sentences_of
from book.people import Circle
from book.topics import Topic
from book.wording.catalogue import load_catalogue
from book.wording.compose import Composer
from tests.book.cast import CAST, NOW, PERSON_IDS, circle_of, entry_by
from tests.book.oracle.audience import Book

LONDON = ZoneInfo("Europe/London")
TODAY = NOW.date()
COMPOSER = Composer(load_catalogue(), LONDON)


def _entry(
    number: int,
    author: str,
    labels: tuple[str, ...],
    words: str,
    *,
    at: datetime = NOW,
    told_by: SettingId | None = None,
) -> Entry:
    return entry_by(author, labels, words, at=at, id=EntryId(number), weekday=at.weekday(), told_by=told_by)


DAY = (
    _entry(1, "Priya", ("meals",), "half her lunch"),
    _entry(2, "Priya", ("sleep", "mood"), "slept 12-1,\nhappy", at=NOW - timedelta(hours=1)),
    _entry(3, "Hannah", ("family news",), "dad moved out"),
    _entry(4, "Tom", ("sleep",), "slept through"),
    _entry(5, "Priya", (), "see you"),
    _entry(6, "Priya", ("nappy",), "2 wet", at=NOW - timedelta(days=1)),
)


def _page(circle: Circle, *readers: str) -> Page:
    return page_for([PERSON_IDS[each] for each in readers], circle, DAY, TODAY, zone=LONDON, now=NOW)


def _words(page: Page, circle: Circle) -> str:
    return "\n".join(words for _, words in COMPOSER.sentences(sentences_of(page, circle, LONDON)))


def _ids(page: Page) -> list[int]:
    return [entry.id for section in page.sections for entry in section.entries]


def test_a_parent_prints_what_she_may_read_and_not_the_other_parents_notes() -> None:
    circle = circle_of(Book(CAST))

    assert _ids(_page(circle, "Hannah")) == [2, 1, 3, 5]
    assert _ids(_page(circle, "Tom")) == [2, 4, 1, 5] or _ids(_page(circle, "Tom")) == [4, 2, 1, 5]


def test_what_staff_print_can_be_given_to_any_of_the_parents() -> None:
    circle = circle_of(Book(CAST))
    readers = readers_of(circle, PERSON_IDS["Priya"], NOW)

    assert readers == {PERSON_IDS[each] for each in ("Priya", "Hannah", "Tom")}
    assert _ids(page_for(readers, circle, DAY, TODAY, zone=LONDON, now=NOW)) == [2, 1, 5]
    assert readers_of(circle, PERSON_IDS["Hannah"], NOW) == {PERSON_IDS["Hannah"]}


def test_for_nobody_there_is_nothing_on_it_and_for_a_stranger_neither() -> None:
    circle = circle_of(Book(CAST))

    assert _ids(page_for([], circle, DAY, TODAY, zone=LONDON, now=NOW)) == []
    assert _ids(page_for([PersonId(777)], circle, DAY, TODAY, zone=LONDON, now=NOW)) == []


def test_the_day_is_read_in_its_order_with_the_words_as_written_on_one_line_each() -> None:
    circle = circle_of(Book(CAST))
    page = page_for(readers_of(circle, PERSON_IDS["Priya"], NOW), circle, DAY, TODAY, zone=LONDON, now=NOW)

    assert [section.topic for section in page.sections] == [Topic.SLEEP, Topic.MEALS, None]
    assert _words(page, circle) == (
        "Ella's day, Tuesday 24 November\n"
        "Sleep\n8:00 Priya: slept 12-1, happy\n"
        "Food\n9:00 Priya: half her lunch\n"
        "Also\n9:00 Priya: see you"
    )


def test_a_day_with_nothing_on_it_says_so() -> None:
    circle = circle_of(Book(CAST))
    page = page_for([PERSON_IDS["Hannah"]], circle, (), TODAY, zone=LONDON, now=datetime(2026, 11, 24, tzinfo=UTC))

    assert _words(page, circle) == "Ella's day, Tuesday 24 November\nNothing is written yet."
