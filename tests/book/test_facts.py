"""What is sealed beside an entry is read again as the same facts, and holds only what was stated."""

from __future__ import annotations

from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as some

from book.facts import (
    Absence,
    Amount,
    Collection,
    Fact,
    Feed,
    Injury,
    Lateness,
    Meal,
    Medicine,
    Nappy,
    Sleep,
    Temperature,
    from_json,
    to_json,
    to_plain,
)

TIMES = some.none() | some.datetimes(datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2040-01-01")).map(
    lambda at: at.replace(second=0, microsecond=0)
)
DAYS = some.none() | some.dates(date(2020, 1, 1), date(2040, 1, 1))
WORDS = some.none() | some.text(min_size=1, max_size=30)
COUNTS = some.none() | some.integers(0, 900)
MUCH = some.none() | some.floats(0, 900).map(lambda much: round(much, 2))
AMOUNTS = some.none() | some.sampled_from(Amount)
FACTS: some.SearchStrategy[Fact] = some.one_of(
    some.builds(Sleep, words=some.text(), begins=TIMES, ends=TIMES, minutes=COUNTS, wakings=COUNTS, where=WORDS),
    some.builds(Feed, words=some.text(), name=WORDS, amount=AMOUNTS, ml=MUCH, oz=MUCH, minutes=COUNTS, at=TIMES),
    some.builds(Meal, words=some.text(), name=WORDS, amount=AMOUNTS, at=TIMES),
    some.builds(Nappy, words=some.text(), wet=COUNTS, dirty=COUNTS, where=WORDS, at=TIMES),
    some.builds(Temperature, words=some.text(), celsius=some.floats(34, 43), at=TIMES),
    some.builds(Medicine, words=some.text(), name=WORDS, dose=MUCH, unit=WORDS, at=TIMES, who=WORDS),
    some.builds(Absence, words=some.text(), day=DAYS, until=DAYS, reason=WORDS),
    some.builds(Lateness, words=some.text(), day=DAYS, until=TIMES, minutes=COUNTS, reason=WORDS),
    some.builds(Collection, words=some.text(), who=WORDS, day=DAYS, at=TIMES),
    some.builds(Injury, words=some.text(), where=WORDS, reason=WORDS, at=TIMES),
)


@given(some.lists(FACTS, max_size=5))
def test_facts_are_the_same_after_they_were_kept_as_json(facts: list[Fact]) -> None:
    assert from_json(to_json(facts)) == tuple(facts)


def test_json_holds_the_kind_the_words_and_what_was_stated_and_nothing_else() -> None:
    slept = Sleep(
        words="slept 12-1",
        begins=datetime.fromisoformat("2026-11-24T12:00"),
        ends=datetime.fromisoformat("2026-11-24T13:00"),
    )
    assert to_plain(slept) == {
        "kind": "sleep",
        "from": "2026-11-24T12:00",
        "to": "2026-11-24T13:00",
        "words": "slept 12-1",
    }
    assert to_plain(Medicine(words="calpol 5ml", name="calpol", dose=5.0, unit="ml"))["dose"] == 5
    assert to_json(()) == ""
