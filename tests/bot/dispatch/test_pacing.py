"""How fast an account may send, by a clock moved by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dispatch.pacing import Pacing
from tests.clocks import MachineClock
from tests.examples import examples

HANNAH, PRIYA, DAWN, TOM = 1, 2, 3, 4


@pytest.fixture
def clock() -> MachineClock:
    return MachineClock()


@pytest.fixture
def pacing(clock: MachineClock) -> Pacing:
    return Pacing(per_second=30, per_chat=1, monotonic=clock.monotonic)


def test_a_fifth_of_a_seconds_worth_is_kept_for_what_is_urgent(pacing: Pacing) -> None:
    assert pacing.free(urgent=False) == 24
    assert pacing.free(urgent=True) == 30

    for chat in range(24):
        pacing.take(chat)

    assert pacing.free(urgent=False) == 0
    assert pacing.free(urgent=True) == 6


def test_an_idle_hour_makes_no_flood(pacing: Pacing, clock: MachineClock) -> None:
    clock.move(3600)

    assert pacing.free(urgent=True) == 30


def test_one_chat_rests_a_second_and_no_other_with_it(pacing: Pacing, clock: MachineClock) -> None:
    pacing.take(HANNAH)

    assert set(pacing.resting()) == {HANNAH}
    clock.move(0.999)
    assert set(pacing.resting()) == {HANNAH}
    clock.move(0.001)
    assert not pacing.resting()


def test_a_refusal_closes_its_chat_to_the_second_and_slows_the_account(pacing: Pacing, clock: MachineClock) -> None:
    pacing.refused(HANNAH, 37)

    assert pacing.resting() == {HANNAH: clock.monotonic() + 37}
    assert pacing.rate == 15
    assert 0 < pacing.free(urgent=True) <= 15
    clock.move(36.999)
    assert set(pacing.resting()) == {HANNAH}
    clock.move(0.001)
    assert not pacing.resting()


def test_a_shorter_refusal_never_shortens_a_longer_one(pacing: Pacing, clock: MachineClock) -> None:
    pacing.refused(HANNAH, 60)
    pacing.refused(HANNAH, 5)

    assert pacing.resting() == {HANNAH: clock.monotonic() + 60}


def test_the_rate_recovers_to_what_was_configured_and_no_further(pacing: Pacing, clock: MachineClock) -> None:
    for _ in range(10):
        pacing.refused(HANNAH, 1)
    assert pacing.rate == 1

    clock.move(10)
    pacing.free(urgent=True)
    assert 10 < pacing.rate < 20
    clock.move(60)
    pacing.free(urgent=True)
    assert pacing.rate == 30


def test_three_chats_refused_at_once_close_the_whole_account(pacing: Pacing, clock: MachineClock) -> None:
    for chat in (HANNAH, PRIYA):
        pacing.refused(chat, 5)
    assert pacing.free(urgent=True)

    pacing.refused(DAWN, 5)

    assert pacing.free(urgent=True) == 0
    assert pacing.next_free() == clock.monotonic() + 5
    clock.move(5)
    assert pacing.free(urgent=True)


def test_refusals_seconds_apart_concern_their_chats_only(pacing: Pacing, clock: MachineClock) -> None:
    for chat in (HANNAH, PRIYA, DAWN, TOM):
        pacing.refused(chat, 60)
        clock.move(1.5)

    assert pacing.free(urgent=True)


def test_without_a_limit_of_our_own_the_providers_is_obeyed_all_the_same(clock: MachineClock) -> None:
    pacing = Pacing(per_second=0, per_chat=0, monotonic=clock.monotonic)
    assert pacing.free(urgent=False) > 1000

    for chat in (HANNAH, PRIYA, DAWN):
        pacing.refused(chat, 5)

    assert pacing.free(urgent=True) == 0
    clock.move(5)
    assert pacing.free(urgent=False) > 1000
    assert not pacing.resting()


def test_a_locked_account_sends_nothing_for_so_long(pacing: Pacing, clock: MachineClock) -> None:
    pacing.close(60)

    assert pacing.free(urgent=True) == 0
    assert pacing.next_free() == clock.monotonic() + 60
    clock.move(60)
    assert pacing.free(urgent=True) == 30


@examples(30)
@given(
    per_second=st.sampled_from([0.0, 0.5, 1.0, 4.0, 30.0]),
    per_chat=st.sampled_from([0.0, 1.0]),
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("take"), st.integers(1, 4)),
            st.tuples(st.just("refused"), st.integers(1, 4), st.integers(1, 30)),
            st.tuples(st.just("pass"), st.floats(0.01, 3)),
        ),
        max_size=60,
    ),
)
def test_whatever_happens_there_is_an_end_to_waiting(
    per_second: float, per_chat: float, steps: list[tuple[str, float, float]]
) -> None:
    """Where a call is held back, the named moment comes, and by and by there is room for every chat again."""
    clock = MachineClock()
    pacing = Pacing(per_second=per_second, per_chat=per_chat, monotonic=clock.monotonic)
    for what, *more in steps:
        if what == "take" and pacing.free(urgent=True) and int(more[0]) not in pacing.resting():
            pacing.take(int(more[0]))
        elif what == "refused":
            pacing.refused(int(more[0]), more[1])
        elif what == "pass":
            clock.move(more[0])

    for _ in range(200):
        soonest = pacing.next_free()
        if soonest is None:
            break
        assert soonest > clock.monotonic()
        clock.move(soonest - clock.monotonic() + 1e-6)

    assert pacing.next_free() is None
    assert pacing.free(urgent=False) >= 1
    assert not pacing.resting()
