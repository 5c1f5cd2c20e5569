"""What is logged is one JSON object a line, of ids, counts and words of our own: never of what people wrote.

Whatever a log call is given passes a list of known keys, each with the kind of value it may hold; the rest is left
out, and counted as left out. Of a fault its kind and the places it came through are kept, never its text; of what
libraries log, who said it and where. Knows nothing of what is logged, nor of where the lines go from here.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Callable, Mapping, MutableMapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TextIO

import structlog

_LONGEST_WORDS = 400

_Fits = Callable[[object], bool]


def _is_number(value: object) -> bool:
    return value is None or isinstance(value, int | float | bool)


def _is_words(value: object) -> bool:
    return value is None or (isinstance(value, str) and len(value) <= _LONGEST_WORDS)


def _is_name_of_ours(value: object) -> bool:
    """A kind of fault, a channel, a part of the program: one short word, as code spells it."""
    return isinstance(value, str) and len(value) <= 60 and value.replace(".", "").replace("_", "").isalnum()


# Whoever adds a key here answers for it that nothing people wrote, no name, number or token can be its value.
KEYS: Final[Mapping[str, _Fits]] = {
    "account": _is_number,
    "attempt": _is_number,
    "channel": _is_name_of_ours,
    "code": _is_number,  # of a provider's error
    "count": _is_number,
    "day": _is_number,
    "delivery": _is_number,
    "fault": _is_name_of_ours,
    "host": _is_words,  # of a webhook's address, which its owner made public
    "message": _is_number,  # the id of an inbox row
    "notice": _is_number,
    "part": _is_name_of_ours,
    "picture": _is_number,
    "place": _is_words,  # a file of ours and a line
    "port": _is_number,
    "reason": _is_name_of_ours,
    "seconds": _is_number,
    "sentence": _is_words,  # an operator's sentence, written in our code
    "signal": _is_name_of_ours,
    "task": _is_words,  # our own name of a task
    "updates": _is_number,
    "version": _is_words,
    "why": _is_words,  # what the Bot API says of a call that only reads
}
_ALWAYS = frozenset({"event", "level", "logger", "timestamp", "at", "left_out"})


def set_up(stream: TextIO, *, now: Callable[[], datetime]) -> None:
    """From now on everything that is logged goes to ``stream`` as JSON lines; ``now`` is for their timestamps."""

    def stamp(_logger: Any, _method: str, said: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        said["timestamp"] = now().isoformat(timespec="milliseconds")
        return said

    structlog.configure(
        processors=[structlog.processors.add_log_level, stamp, describe_fault, keep_known_keys, _as_json],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_OfLibraries(now))
    root = logging.getLogger()
    for known in list(root.handlers):
        root.removeHandler(known)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    # These log addresses (which hold the token), requests of strangers, or what statements are given.
    for name in ("httpx", "httpcore", "telegram", "aiohttp.access", "aiohttp.client", "apscheduler"):
        logging.getLogger(name).setLevel(logging.WARNING)


def keep_known_keys(_logger: Any, _method: str, said: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Leave out everything that is not on the list, or not of its kind."""
    kept: dict[str, Any] = {}
    left_out = 0
    for key, value in said.items():
        if key in _ALWAYS or ((fits := KEYS.get(key)) is not None and fits(value)):
            kept[key] = value
        else:
            left_out += 1
    if not _is_name_of_ours(kept.get("event")):
        kept["event"] = "something_said"
        left_out += 1
    if left_out:
        kept["left_out"] = left_out
    return kept


def describe_fault(_logger: Any, _method: str, said: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """In the place of ``exc_info`` the kind of fault and where it came through: its text may quote anything."""
    given = said.pop("exc_info", None)
    match given:
        case BaseException() | (_, BaseException(), _):
            fault: BaseException | None = given if isinstance(given, BaseException) else given[1]
        case _:
            fault = sys.exception() if given else None
    if fault is not None:
        said["fault"] = type(fault).__name__
        said["at"] = places(fault.__traceback__)
    return said


def places(trace: TracebackType | None) -> list[str]:
    """Where a fault came through, as file:line, innermost last; no source lines and no values.

    Of libraries only the innermost place is told.
    """
    frames = traceback.extract_tb(trace)
    ours = [frame for frame in frames[:-1] if "site-packages" not in frame.filename]
    return [f"{Path(frame.filename).name}:{frame.lineno}" for frame in (*ours[-12:], *frames[-1:])]


def _as_json(_logger: Any, _method: str, said: MutableMapping[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=True, default=lambda value: type(value).__name__)


class _OfLibraries(logging.Formatter):
    """What libraries say is left out, for it may quote anything; who spoke, where, and of which fault is kept."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "event": "library",
            "logger": record.name,
            "level": record.levelname.lower(),
            "place": f"{record.filename}:{record.lineno}",
            "timestamp": self._now().isoformat(timespec="milliseconds"),
        }
        fault = record.exc_info[1] if record.exc_info else None
        if fault is not None:
            said["fault"] = type(fault).__name__
            said["at"] = places(fault.__traceback__)
        return json.dumps(said)
