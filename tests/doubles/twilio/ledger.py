"""What is remembered of a call of Twilio's API, and the ledger in which it stands."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from tests.doubles.ledger import CallLedger, Json


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


class Ledger(CallLedger[Call]):
    """The calls of Twilio's API."""

    def open(self, method: str, parameters: Json) -> Call:
        """Remember that a call arrived."""
        return self._remember(Call(len(self._calls) + 1, method, parameters, self._monotonic()))

    def calls(self, method: str | None = None, *, to: str | None = None, after: int = 0) -> list[Call]:
        """The calls in order of arrival, of one method or all, to one address or all, numbered above `after`."""
        return [call for call in self._of(method) if call.number > after and (to is None or call.to == to)]
