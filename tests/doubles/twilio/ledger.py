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


@dataclass(slots=True)
class Call:
    """One call. Times are those of the ledger's monotonic clock, in seconds.

    `method` is the double's word for what was asked, as "messages.create". `parameters` are those of the form, the
    query or the JSON together with the sids in the path; one given several times is a list. `outcome` is `open`
    until it is decided, then `answered` or the name of the fault that befell the call. `accepted` says whether it
    took effect, whatever the caller heard. `status` is None if nothing was sent.
    """

    number: int
    method: str
    parameters: Json
    began: float
    outcome: str = "open"
    accepted: bool = False
    status: int | None = None
    ended: float | None = None
    body: bytes = field(default=b"", repr=False)
    """What was to be answered, even where a fault kept the caller from hearing it."""
    with_credentials: bool = False

    @property
    def to(self) -> str | None:
        """The address a message is for."""
        to = self.parameters.get("To")
        return to if isinstance(to, str) else None

    @property
    def answer(self) -> Json:
        """The answer as JSON; empty as long as there is none, and where it is none."""
        try:
            parsed = json.loads(self.body)
        except ValueError:
            return {}
        return parsed if isinstance(parsed, dict) else {}

    def as_json(self) -> Json:
        return {
            "number": self.number,
            "method": self.method,
            "parameters": self.parameters,
            "began": self.began,
            "ended": self.ended,
            "outcome": self.outcome,
            "status": self.status,
            "accepted": self.accepted,
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
        self._file: io.TextIOWrapper | None = file.open("a", encoding="utf-8") if file else None
        self._flush_is_due = False

    def open(self, method: str, parameters: Json) -> Call:
        """Remember that a call arrived."""
        call = Call(len(self._calls) + 1, method, parameters, self._monotonic())
        self._calls.append(call)
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

    def calls(self, method: str | None = None, *, to: str | None = None, after: int = 0) -> list[Call]:
        """The calls in order of arrival, of one method or all, to one address or all, numbered above `after`."""
        return [
            call
            for call in self._calls[after:]
            if (method is None or call.method == method) and (to is None or call.to == to)
        ]

    def counts(self) -> Json:
        """How many calls of each method there were, and how many of them took effect."""
        counts: Json = {}
        for call in self._calls:
            count = counts.setdefault(call.method, {"calls": 0, "accepted": 0})
            count["calls"] += 1
            count["accepted"] += call.accepted
        return counts

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _flush(self) -> None:
        self._flush_is_due = False
        if self._file is not None:
            self._file.flush()
