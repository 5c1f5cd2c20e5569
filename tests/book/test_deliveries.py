"""How a delivery lives and ends: receipts, outcomes and the retry timetable, walked state by state."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book.deliveries import (
    OPEN,
    TAKEN,
    Accepted,
    Concerns,
    DeliveryState,
    GiveUp,
    Lane,
    Later,
    Refused,
    RetryAfter,
    Unknown,
    forward,
    retry,
    settled,
)
from book.reasons import Reason

# The road of a message, nearest first; what a provider reports moves it along and never back.
ROAD = ("waiting", "sending", "unknown", "accepted", "sent", "delivered", "read")
# What a provider can say of a message. The rest are states of our own making.
REPORTS = ("accepted", "sent", "delivered", "read")
ENDS = ("repeated", "flagged", "refused", "abandoned")


def test_the_road_and_the_ends_are_all_the_states_there_are() -> None:
    assert {*ROAD, *ENDS} == set(DeliveryState)
    assert {"waiting", "sending", "unknown"} == OPEN
    assert {"accepted", "sent", "delivered", "read"} == TAKEN


@pytest.mark.parametrize(("now", "report"), list(itertools.product(ROAD, REPORTS)))
def test_a_receipt_moves_a_delivery_forward_or_not_at_all(now: str, report: str) -> None:
    after = forward(DeliveryState(now), DeliveryState(report))

    assert after == (report if ROAD.index(report) > ROAD.index(now) else now)


@pytest.mark.parametrize(("now", "report"), list(itertools.product(ENDS, [*REPORTS, "refused"])))
def test_nothing_follows_an_end(now: str, report: str) -> None:
    assert forward(DeliveryState(now), DeliveryState(report)) == now


@pytest.mark.parametrize(
    ("now", "after"),
    [
        pytest.param("sending", "refused", id="the provider refused at once"),
        pytest.param("unknown", "refused", id="an unknown turns out refused"),
        pytest.param("accepted", "refused", id="the carrier gave up"),
        pytest.param("sent", "refused", id="the carrier gave up later"),
        pytest.param("delivered", "delivered", id="what arrived has arrived"),
        pytest.param("read", "read", id="what was read was read"),
    ],
)
def test_a_refusal_counts_until_it_has_arrived(now: str, after: str) -> None:
    assert forward(DeliveryState(now), DeliveryState.REFUSED) == after


@given(st.lists(st.sampled_from(REPORTS), max_size=8), st.randoms(use_true_random=False))
def test_receipts_late_twice_and_in_any_order_come_to_the_same(reports: list[str], chance: random.Random) -> None:
    shuffled = [*reports, *reports]
    chance.shuffle(shuffled)

    assert _after(reports) == _after(shuffled) == max(["accepted", *reports], key=ROAD.index)


def _after(reports: list[str]) -> str:
    state = DeliveryState.ACCEPTED
    for report in reports:
        state = forward(state, DeliveryState(report))
    return state


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Accepted(("7",)), DeliveryState.ACCEPTED),
        (Accepted(), DeliveryState.ACCEPTED),
        (Refused(Reason.BLOCKED, Concerns.ADDRESS), DeliveryState.REFUSED),
        (Later(3.0), DeliveryState.WAITING),
        (Unknown(), DeliveryState.UNKNOWN),
    ],
)
def test_every_outcome_of_a_call_leads_to_one_state(
    outcome: Accepted | Refused | Later | Unknown, state: DeliveryState
) -> None:
    assert settled(outcome) is state


MINUTE, HOUR = 60, 3600
ORDINARY = (2, 10, 30, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR)
# What concerns a child's safety is tried again sooner and given up sooner: somebody must pick up a telephone.
URGENT = (2, 5, 15, 30)


@pytest.mark.parametrize(
    ("lane", "tries", "longest"),
    [
        *(
            pytest.param(lane, number, longest, id=f"{lane.name.lower()} {number}")
            for lane in (Lane.REPLY, Lane.RELAY, Lane.REMINDER, Lane.BULK)
            for number, longest in enumerate(ORDINARY, start=1)
        ),
        *(
            pytest.param(Lane.URGENT, number, longest, id=f"urgent {number}")
            for number, longest in enumerate(URGENT, start=1)
        ),
    ],
)
def test_the_retry_timetable_with_its_jitter(lane: Lane, tries: int, longest: int) -> None:
    for chance in (0.0, 0.5, 1.0):
        decision = retry(Later(), tries=tries, lane=lane, chance=chance)
        assert isinstance(decision, RetryAfter)
        assert longest / 2 <= decision.seconds <= longest
    assert retry(Later(), tries=tries, lane=lane, chance=1.0) == RetryAfter(longest)


@pytest.mark.parametrize("lane", list(Lane))
def test_the_timetable_has_an_end(lane: Lane) -> None:
    waited, tries = 0.0, 1
    while isinstance(decision := retry(Later(), tries=tries, lane=lane, chance=1.0), RetryAfter):
        waited, tries = waited + decision.seconds, tries + 1

    assert waited <= (20 * MINUTE if lane is Lane.URGENT else 8.5 * HOUR)
    assert retry(Later(), tries=tries + 5, lane=lane, chance=0.0) == GiveUp()


@given(st.floats(0, 10_000), st.integers(1, 50), st.sampled_from(Lane), st.floats(0, 1))
def test_the_providers_own_wait_is_never_shortened(after: float, tries: int, lane: Lane, chance: float) -> None:
    assert retry(Later(after), tries=tries, lane=lane, chance=chance) == RetryAfter(after)
