"""Every call a server was sent, in order of arrival, with what was answered and whether it took effect.

It does not know what a call means, who made it, or which fault was planned for it; it only remembers. What a platform's
calls have beside this, and how they are found by it, is in that platform's own ledger.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

Json = dict[str, Any]


class Remembered(Protocol):
    """What is kept of a call on every platform."""

    method: str
    outcome: str
    accepted: bool
    status: int | None
    ended: float | None
    body: bytes

    def as_json(self) -> Json: ...


C = TypeVar("C", bound=Remembered)


class CallLedger(Generic[C]):
    """All calls in memory and, where a file is given, there too: a line of JSON for each, once it is decided.

    The line is handed to the operating system in the turn of the loop in which the call was decided, so that
    another process may read the file while this one runs.
    """

    def __init__(self, *, monotonic: Callable[[], float], file: Path | None = None) -> None:
        self._monotonic = monotonic
        self._calls: list[C] = []
        self._by_method: dict[str, list[C]] = {}
        self._file: io.TextIOWrapper | None = file.open("a", encoding="utf-8") if file else None
        self._flush_is_due = False

    def _remember(self, call: C) -> C:
        """A call that arrived, numbered one above the last."""
        self._calls.append(call)
        of_method = self._by_method.get(call.method)
        if of_method is None:
            of_method = self._by_method[call.method] = []
        of_method.append(call)
        return call

    def _of(self, method: str | None) -> Sequence[C]:
        """The calls in order of arrival, of one method or all."""
        return self._calls if method is None else self._by_method.get(method, [])

    def decide(self, call: C, outcome: str, *, status: int | None, accepted: bool, body: bytes) -> None:
        """Remember what becomes of the call. It is decided once, before anything is sent back."""
        call.outcome = outcome
        call.status = status
        call.accepted = accepted
        call.body = body
        if self._file is not None:
            self._file.write(json.dumps(call.as_json(), default=str) + "\n")
            if not self._flush_is_due:
                self._flush_is_due = True
                asyncio.get_running_loop().call_soon(self._flush)

    def end(self, call: C) -> None:
        """Remember when the server had done with the call."""
        call.ended = self._monotonic()

    def counts(self) -> Json:
        """How many calls of each method there were, and how many of them took effect."""
        return {
            method: {"calls": len(calls), "accepted": sum(call.accepted for call in calls)}
            for method, calls in self._by_method.items()
        }

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _flush(self) -> None:
        self._flush_is_due = False
        if self._file is not None:
            self._file.flush()
