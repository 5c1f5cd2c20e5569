"""kill -9 at random moments of a burst loses nothing, files nothing twice and repeats nothing unmarked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.databases import Place
from tests.faults.kill import (
    REPEATED,
    Book,
    Call,
    Plan,
    Verdict,
    Written,
    broken,
    plain_kill_while_it_holds_something,
    plain_trial,
    trial,
)
from tests.faults.kill_pictures import PicturePlan, picture_trial
from tests.faults.processes import Telegram, telegram


@pytest.fixture
async def double(tmp_path: Path) -> AsyncIterator[Telegram]:
    """The Bot API server, in a process of its own, with its ledger on disk."""
    async with telegram(tmp_path) as serving:
        yield serving


def _report(verdict: Verdict, dialect: str, seed: int) -> None:
    print(json.dumps({"database": dialect, "seed": seed, **asdict(verdict)}))


async def test_three_kills_in_a_burst_lose_nothing_and_repeat_nothing_unmarked(place: Place, double: Telegram) -> None:
    verdict = await trial(place, double, Plan(updates=90, kills=3, seed=7, families=12, longest_life=0.5))

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


async def test_kills_while_pictures_are_fetched_made_safe_written_and_sent_leave_nothing_half(
    place: Place, double: Telegram
) -> None:
    faults = await picture_trial(place, double, PicturePlan(messages=6, kills=2, seed=3))

    assert faults == []


@pytest.mark.prove
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_twelve_kills_among_sixty_pictures_leave_nothing_half(place: Place, double: Telegram, seed: int) -> None:
    faults = await picture_trial(place, double, PicturePlan(messages=60, kills=12, seed=seed, longest_life=4.0))

    assert faults == []


# --- that the harness would see it ----------------------------------------------------------------------------------


async def test_the_harness_sees_what_a_bot_loses_that_acknowledges_before_it_stores(
    double: Telegram, tmp_path: Path
) -> None:
    verdict = await plain_kill_while_it_holds_something(tmp_path, double, burst=100, at_most=10)

    print(json.dumps(asdict(verdict)))
    assert verdict.lost > 0


@pytest.mark.prove
async def test_a_bot_that_acknowledges_before_it_stores_loses_hundreds_of_two_thousand(
    double: Telegram, tmp_path: Path
) -> None:
    verdict = await plain_trial(tmp_path, double, Plan(updates=2_000, kills=10, seed=1))

    print(json.dumps(asdict(verdict)))
    assert verdict.lost > 0


_NOTE, _OTHER = "w00001k", "w00002k"
_HANNAH, _PRIYA = 7, 8
_WRITTEN = Written(notes={_NOTE: _HANNAH}, keys=1)
_TOLD = SimpleNamespace(
    id=30, act="say", state="accepted", reason="accepted", lead_notice_id=20, part=1, repeats_id=None, address_id=1
)
_BOOK = Book(
    integrity="ok",
    inbox=1,
    states=Counter(filed=1),
    revisions=[(10, 1, f"bad night {_NOTE}")],
    notices=[SimpleNamespace(id=20, state="told", reason="told")],
    deliveries=[_TOLD],
    sent={(_PRIYA, 5): 30},
    chats={1: _PRIYA},
)
_SAID = Call("sendMessage", _PRIYA, f"Ella: bad night {_NOTE}", 5)
_UNKNOWN = SimpleNamespace(**{**vars(_TOLD), "id": 29, "state": "repeated", "reason": "unconfirmed"})
_REPEAT = SimpleNamespace(**{**vars(_TOLD), "repeats_id": 29})


def test_the_oracle_is_content_with_a_note_that_was_filed_once_and_told_once() -> None:
    assert broken(_BOOK, [_SAID], _WRITTEN) == []


def test_the_oracle_is_content_with_an_unknown_that_was_repeated_and_says_so() -> None:
    book = replace(_BOOK, deliveries=[_UNKNOWN, _REPEAT])

    assert broken(book, [replace(_SAID, message=4), replace(_SAID, said=f"{REPEATED} {_SAID.said}")], _WRITTEN) == []


@pytest.mark.parametrize(
    ("book", "calls"),
    [
        pytest.param(replace(_BOOK, inbox=0, states=Counter(), revisions=[]), [_SAID], id="lost"),
        pytest.param(replace(_BOOK, revisions=[*_BOOK.revisions, (11, 1, _NOTE)]), [_SAID], id="filed twice"),
        pytest.param(replace(_BOOK, revisions=[*_BOOK.revisions, (11, 1, _OTHER)]), [_SAID], id="written by nobody"),
        pytest.param(replace(_BOOK, states=Counter(new=1)), [_SAID], id="not handled"),
        pytest.param(replace(_BOOK, integrity="page 3 is torn"), [_SAID], id="damaged"),
        pytest.param(_BOOK, [_SAID, replace(_SAID, message=6)], id="shown twice, unmarked"),
        pytest.param(_BOOK, [_SAID, Call("sendMessage", _PRIYA, "✓ Ella", 6)], id="sent and not in the book"),
        pytest.param(replace(_BOOK, deliveries=[_TOLD, _REPEAT]), [_SAID], id="repeated what was not unknown"),
        pytest.param(
            replace(_BOOK, deliveries=[_UNKNOWN, _REPEAT]),
            [replace(_SAID, message=4, said="Ella"), _SAID],
            id="repeated and does not say so",
        ),
        pytest.param(
            replace(_BOOK, deliveries=[SimpleNamespace(**{**vars(_TOLD), "state": "sending", "reason": None})]),
            [_SAID],
            id="left on the wire",
        ),
        pytest.param(
            replace(_BOOK, notices=[SimpleNamespace(id=20, state="waiting", reason=None)]), [_SAID], id="never told"
        ),
    ],
)
def test_the_oracle_sees(book: Book, calls: list[Call]) -> None:
    assert broken(book, calls, _WRITTEN) != []
