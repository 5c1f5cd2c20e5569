"""Readings are counted for every topic and all together, and what was mistaken for what is told."""

from __future__ import annotations

from book.topics import Topic
from book.understanding.evaluation import Compared, Tally, evaluated

SLEEP, MEALS, KIT, MOOD = Topic.SLEEP, Topic.MEALS, Topic.KIT, Topic.MOOD


def compared(given: set[Topic], read: set[Topic]) -> Compared:
    return Compared("…", frozenset(given), frozenset(read))


def test_each_topic_has_its_figures_and_all_together_have_theirs() -> None:
    found = evaluated(
        [
            compared({SLEEP, MEALS}, {SLEEP}),
            compared({MEALS}, {MEALS}),
            compared({KIT}, {MEALS}),
            compared(set(), set()),
        ]
    )

    assert found.by_topic == {SLEEP: Tally(1, 0, 0), MEALS: Tally(1, 1, 1), KIT: Tally(0, 0, 1)}
    assert found.overall == Tally(2, 1, 2)
    assert (found.overall.precision, found.overall.recall) == (2 / 3, 1 / 2)
    assert found.overall.f1 == 4 / 7
    assert [each.is_right for each in found.messages] == [False, True, False, True]


def test_what_was_missed_is_paired_with_what_was_found_instead() -> None:
    found = evaluated(
        [compared({KIT}, {MEALS}), compared({KIT}, {MEALS}), compared({SLEEP}, {MOOD}), compared({KIT}, set())]
    )

    assert found.confusions == ((KIT, MEALS, 2), (SLEEP, MOOD, 1))


def test_nothing_to_find_and_nothing_found_is_no_fault() -> None:
    assert evaluated([compared(set(), set())]).overall.f1 == 1.0
