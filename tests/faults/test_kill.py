"""kill -9 at random moments of a burst loses nothing, files nothing twice and repeats nothing unmarked."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.databases import Place
from tests.faults.kill import Plan, Verdict, plain_trial, trial
from tests.faults.processes import Telegram, telegram


@pytest.fixture
async def double(tmp_path: Path) -> AsyncIterator[Telegram]:
    """The Bot API server, in a process of its own, with its ledger on disk."""
    async with telegram(tmp_path) as serving:
        yield serving


def _report(verdict: Verdict, dialect: str, seed: int) -> None:
    print(json.dumps({"database": dialect, "seed": seed, **asdict(verdict)}))


async def test_three_kills_in_a_burst_lose_nothing_and_repeat_nothing_unmarked(place: Place, double: Telegram) -> None:
    verdict = await trial(place, double, Plan(updates=120, kills=3, seed=7, families=12, longest_life=0.5))

    _report(verdict, place.dialect, 7)
    assert verdict.faults == ()


@pytest.mark.prove
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_ten_kills_in_a_burst_of_two_thousand_lose_nothing_and_repeat_nothing_unmarked(
    place: Place, double: Telegram, seed: int
) -> None:
    verdict = await trial(place, double, Plan(updates=2_000, kills=10, seed=seed))

    _report(verdict, place.dialect, seed)
    assert verdict.faults == ()


@pytest.mark.prove
async def test_the_harness_sees_what_a_bot_loses_that_acknowledges_before_it_stores(
    double: Telegram, tmp_path: Path
) -> None:
    verdict = await plain_trial(tmp_path, double, Plan(updates=2_000, kills=10, seed=1))

    print(json.dumps(asdict(verdict)))
    assert verdict.lost > 0
