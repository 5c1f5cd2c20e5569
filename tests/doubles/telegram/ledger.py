"""What is remembered of a call of the Bot API, and the ledger in which it stands."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.ledger import CallLedger, Json

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


class Ledger(CallLedger[Call]):
    """The calls of the Bot API."""

    def open(self, method: str, parameters: Json, breaches: tuple[str, ...] = ()) -> Call:
        """Remember that a call arrived."""
        chat = parameters.get("chat_id")
        return self._remember(
            Call(len(self._calls) + 1, method, parameters, chat, self._monotonic(), breaches=breaches)
        )

    def calls(self, method: str | None = None, *, chat: int | None = None, after: int = 0) -> list[Call]:
        """The calls in order of arrival, of one method or all, to one chat or all, numbered above `after`."""
        return [call for call in self._of(method) if call.number > after and (chat is None or call.chat_id == chat)]
