"""``bookbag status`` tells counts, ages and ids of a database nobody else has to be running for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from book.ids import InboxId, PersonId
from bot.cli.status import as_lines, as_object, duration, spoken
from storage.health import Heartbeat, Picture, SetAside
from storage.restricting import MayHaveReached
from tests.bot.running import Bookbag

NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)
PICTURE = Picture(
    inbox={"filed": 12, "set_aside": 1},
    notices={"waiting/relay": 3, "waiting/urgent": 1, "told/relay": 9},
    deliveries={"accepted/relay": 8, "unknown/relay": 1, "flagged/urgent": 2},
    oldest_unsent_at=NOW - timedelta(seconds=95),
    last_inbound_at=NOW - timedelta(hours=2, minutes=5),
    set_aside=(SetAside(InboxId(7), NOW - timedelta(days=1), "failed_five_times", can_retry=True),),
    doubtful=((70, "unknown"), (69, "flagged")),
    disclosures_without_lead=1,
    heartbeats=(
        Heartbeat("dispatch", NOW - timedelta(seconds=9)),
        Heartbeat("doors", NOW - timedelta(seconds=9), NOW - timedelta(seconds=40), "Another program fetches."),
    ),
    may_have_reached=(MayHaveReached(PersonId(41), 2, NOW - timedelta(minutes=3)),),
)


def test_everything_worth_an_operators_look_is_told() -> None:
    told = as_object(PICTURE, NOW)

    assert told["running"] is True
    assert told["last_poll_seconds_ago"] == 40
    assert told["last_inbound_seconds_ago"] == 7500
    assert told["notices"] == {"told": {"relay": 9}, "waiting": {"relay": 3, "urgent": 1}}
    assert (told["unknown"], told["flagged"], told["oldest_unsent_seconds"]) == (1, 2, 95)
    lines = "\n".join(as_lines(told))
    for said in ("Bookbag is running.", "ALARM: Another program fetches.", "bookbag retry 7", "waiting: 3 relay, 1 urg",
                 "Oldest unsent: waits for 1 min 35 s", "delivery 70", "1 disclosure", "2 h 5 min ago"):  # fmt: skip
        assert said in lines


def test_what_may_have_reached_somebody_who_is_shut_out_is_listed_without_a_word_of_it() -> None:
    told = as_object(PICTURE, NOW)

    assert told["may_have_reached"] == [{"person": 41, "messages": 2, "seconds_ago": 180}]
    said = "2 message(s) may have reached {}, who is shut out: leaving since 3 min 0 s ago, and nobody knows yet"
    assert said.format("person 41") in "\n".join(as_lines(told))
    assert said.format("Tom") in "\n".join(as_lines(told, {41: "Tom"}))


def test_the_months_texts_are_counted_beside_their_limit() -> None:
    lines = list(as_lines(as_object(PICTURE, NOW, {"parts": 1200, "most": 5000})))
    assert "Parts of texts this month: 1200 of 5000." in lines
    lines = list(as_lines(as_object(PICTURE, NOW, {"parts": 3, "most": 0})))
    assert "Parts of texts this month: 3, without a limit." in lines


def test_a_program_whose_heart_has_stopped_is_not_running() -> None:
    assert as_object(PICTURE, NOW + timedelta(minutes=2))["running"] is False


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min 0 s"), (3725, "1 h 2 min"), (90_000, "1 d 1 h")],
)
def test_a_length_of_time_is_told_in_two_units(seconds: int, words: str) -> None:
    assert duration(seconds) == words
    assert spoken(seconds) == f"{words} ago"
    assert spoken(None) == "never"


async def test_without_a_database_it_is_a_sentence(tmp_path: Path) -> None:
    said = await Bookbag(tmp_path, {}).says("status")

    assert said.code == 1
    assert "There is no database at data/bookbag.db" in said.err
    assert "Traceback" not in said.err
    assert list(tmp_path.iterdir()) == []
