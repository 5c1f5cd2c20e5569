"""What is logged is a line of JSON that holds ids, counts and our own words, whatever it was given."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog

from bot.logging import set_up

SECRET = "Ella had calpol at 6.45"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    stream = io.StringIO()
    set_up(stream, now=lambda: datetime(2026, 11, 23, 7, 40, tzinfo=UTC))
    yield stream
    logging.captureWarnings(capture=False)
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_known_keys_are_kept_and_the_rest_is_left_out_and_counted(stream: io.StringIO) -> None:
    log = structlog.get_logger("test")
    log.warning("unknown_outcome", delivery=7, text=SECRET, person="Hannah")

    assert lines(stream) == [
        {
            "event": "unknown_outcome",
            "delivery": 7,
            "level": "warning",
            "timestamp": "2026-11-23T07:40:00.000+00:00",
            "left_out": 2,
        }
    ]


@pytest.mark.parametrize(
    "given", [{"message": SECRET}, {"fault": SECRET}, {"channel": "Ella 6.45"}, {"delivery": [SECRET]}]
)
def test_a_known_key_with_a_value_of_another_kind_is_left_out(stream: io.StringIO, given: dict[str, Any]) -> None:
    structlog.get_logger("test").error("handler_raised", **given)

    (line,) = lines(stream)
    assert line["left_out"] == 1
    assert SECRET not in stream.getvalue()


def test_an_event_that_is_a_sentence_is_not_repeated(stream: io.StringIO) -> None:
    structlog.get_logger("test").error(SECRET)

    assert lines(stream)[0]["event"] == "something_said"


def test_of_a_fault_the_kind_and_the_places_are_kept_and_not_its_text(stream: io.StringIO) -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        structlog.get_logger("test").exception("it_failed")
        logging.getLogger("aiohttp.server").exception("Error handling request for %s", SECRET)

    ours, theirs = lines(stream)
    for line in (ours, theirs):
        assert line["fault"] == "ValueError"
        assert line["at"][-1].startswith("test_logging.py:")
    assert theirs["logger"] == "aiohttp.server"
    assert "calpol" not in stream.getvalue()


def test_addresses_that_hold_the_token_are_not_logged_by_anybody(stream: io.StringIO) -> None:
    logging.getLogger("httpx").info("HTTP Request: POST https://api.telegram.org/bot123:TOKEN/sendMessage")
    logging.getLogger("httpx").warning("HTTP Request: POST https://api.telegram.org/bot123:TOKEN/sendMessage")

    assert "TOKEN" not in stream.getvalue()
    assert [line["event"] for line in lines(stream)] == ["library"]
