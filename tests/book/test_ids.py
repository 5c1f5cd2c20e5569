"""Ids rise whatever the clock does, and fit a BIGINT."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from book.ids import IdMaker

START = datetime(2026, 11, 24, 7, 40, tzinfo=UTC)


class _Clock:
    def __init__(self, now: datetime) -> None:
        self.moment = now

    def now(self) -> datetime:
        return self.moment


@given(
    st.lists(st.sampled_from([0, 0, 0, 1, 2, 5_000, -1, -60_000, -86_400_000]), min_size=2, max_size=60),
    st.randoms(use_true_random=False),
)
def test_ids_rise_while_the_clock_stands_still_or_steps_back(steps: list[int], chance: random.Random) -> None:
    clock = _Clock(START)
    ids = IdMaker(now=clock.now, chance=chance.randrange)

    made = []
    for milliseconds in steps:
        clock.moment += timedelta(milliseconds=milliseconds)
        made.append(ids.new())

    assert made == sorted(set(made))
    assert all(0 < each < 2**63 for each in made)


def test_an_id_fits_63_bits_for_as_long_as_the_book_may_last() -> None:
    for year in (2020, 2026, 2027, 2045, 2090):
        clock = _Clock(datetime(year, 1, 1, 0, 0, 1, tzinfo=UTC))
        made = [IdMaker(now=clock.now, chance=lambda most: most - 1).new() for _ in range(3)]
        assert all(0 < each < 2**63 for each in made)


def test_a_long_burst_at_one_instant_still_rises_and_what_follows_a_second_later_comes_after_it() -> None:
    clock = _Clock(START)
    ids = IdMaker(now=clock.now, chance=lambda most: most - 1)
    burst = [ids.new() for _ in range(2_000)]
    clock.moment += timedelta(seconds=1)

    assert burst == sorted(set(burst))
    assert ids.new() > burst[-1]


def test_another_process_that_begins_a_millisecond_later_gives_later_ids() -> None:
    clock = _Clock(START)
    first = IdMaker(now=clock.now, chance=lambda most: most - 1).new()
    clock.moment += timedelta(milliseconds=1)

    assert IdMaker(now=clock.now, chance=lambda most: 0).new() > first
