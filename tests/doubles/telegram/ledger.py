"""Every call the server was sent, in order of arrival, with what was answered and whether it took effect.

It does not know what a call means, who made it, or which fault was planned for it; it only remembers.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = dict[str, Any]

DOWNLOAD = "download"
"""What the ledger calls the reading of a file, which is no method: a request for the address getFile gave."""


@dataclass(slots=True)
class Call:
    """One call of a method. Times are those of the ledger's monotonic clock, in seconds.

    `outcome` is `open` until it is decided, then `answered` or the name of the fault that befell the call.
    `accepted` says whether it took effect, whatever the caller heard. `status` is None if nothing was sent.
    """

    number: int
    method: str
    parameters: Json
    chat_id: int | str | None
    began: float
    outcome: str = "open"
    accepted: bool = False
    status: int | None = None
    ended: float | None = None
    body: bytes = field(default=b"", repr=False)
    """What the method answered, even where a fault kept the caller from hearing it."""
    breaches: tuple[str, ...] = ()
    """The files among what it sends that it never had from us: names of what people sent, passed on as they came."""

    @property
    def answer(self) -> Json:
        """The answer as JSON; empty as long as there is none."""
        if self.method == DOWNLOAD:
            return {"size": len(self.body)}
        parsed: Json = json.loads(self.body) if self.body else {}
        return parsed

    @property
    def result(self) -> Any:
        """What the method returned, or None where it refused."""
        return self.answer.get("result")

    def as_json(self) -> Json:
        return {
            "number": self.number,
            "method": self.method,
            "parameters": self.parameters,
            "chat_id": self.chat_id,
            "began": self.began,
            "ended": self.ended,
            "outcome": self.outcome,
            "status": self.status,
            "accepted": self.accepted,
            "breaches": self.breaches,
            "answer": self.answer,
        }


class Ledger:
    """All calls in memory and, where a file is given, there too: a line of JSON for each, once it is decided.

    The line is handed to the operating system in the turn of the loop in which the call was decided, so that
    another process may read the file while this one runs.
    """

    def __init__(self, *, monotonic: Callable[[], float], file: Path | None = None) -> None:
        self._monotonic = monotonic
        self._calls: list[Call] = []
        self._by_method: dict[str, list[Call]] = {}
        self._file: io.TextIOWrapper | None = file.open("a", encoding="utf-8") if file else None
        self._flush_is_due = False

    def open(self, method: str, parameters: Json, breaches: tuple[str, ...] = ()) -> Call:
        """Remember that a call arrived."""
        call = Call(len(self._calls) + 1, method, parameters, parameters.get("chat_id"), self._monotonic())
        call.breaches = breaches
        self._calls.append(call)
        of_method = self._by_method.get(method)
        if of_method is None:
            of_method = self._by_method[method] = []
        of_method.append(call)
        return call

    def decide(self, call: Call, outcome: str, *, status: int | None, accepted: bool, body: bytes) -> None:
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

    def end(self, call: Call) -> None:
        """Remember when the server had done with the call."""
        call.ended = self._monotonic()

    def calls(self, method: str | None = None, *, chat: int | None = None, after: int = 0) -> list[Call]:
        """The calls in order of arrival, of one method or all, to one chat or all, numbered above `after`."""
        chosen = self._calls if method is None else self._by_method.get(method, [])
        return [call for call in chosen if call.number > after and (chat is None or call.chat_id == chat)]

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
