"""What may go wrong with a call of Twilio's API.

It knows neither the wire nor which call a fault befalls: `plan` says that, and the server carries it out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.plan import Kind
from tests.doubles.twilio.errors import Refusal, refuse

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way for a call to go wrong. `accepted` says whether the call takes effect all the same."""

    name: str
    kind: Kind
    accepted: bool = False
    status: int = 200
    refusal: Refusal | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def refused(code: int, *, accepted: bool = False) -> Fault:
        """An error of Twilio's by its number, as 21610. Raises KeyError for one the double does not know."""
        refusal = refuse(code)
        name = f"refused_{code}"
        return Fault(name=name, kind=Kind.ANSWER, status=refusal.status, refusal=refusal, accepted=accepted)

    @staticmethod
    def flood(retry_after: int | None = None) -> Fault:
        """429 with 20429, and Retry-After where seconds are given: Twilio does not promise the header."""
        refusal = refuse(20429)
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        return Fault(name="flood", kind=Kind.ANSWER, status=429, refusal=refusal, headers=headers)

    @staticmethod
    def unauthorised() -> Fault:
        """401 with 20003: the token is no longer good."""
        return Fault(name="unauthorised", kind=Kind.ANSWER, status=401, refusal=refuse(20003))

    @staticmethod
    def internal_error(*, accepted: bool = False) -> Fault:
        """500 in Twilio's own JSON."""
        refusal = refuse(20500)
        return Fault(name="internal_error", kind=Kind.ANSWER, status=500, refusal=refusal, accepted=accepted)

    @staticmethod
    def server_error(status: int = 503, *, accepted: bool = False) -> Fault:
        """5xx with the HTML page of a proxy; with `accepted` the call took effect behind it."""
        return Fault(name=f"server_error_{status}", kind=Kind.PAGE, status=status, accepted=accepted)

    @staticmethod
    def silence(*, accepted: bool = False) -> Fault:
        """A time-out before or after the call took effect."""
        return Fault(name=f"silence_{_when(accepted)}", kind=Kind.SILENCE, accepted=accepted)

    @staticmethod
    def cut(*, accepted: bool = False) -> Fault:
        """A reset connection before or after the call took effect."""
        return Fault(name=f"cut_{_when(accepted)}", kind=Kind.CUT, accepted=accepted)

    @staticmethod
    def half() -> Fault:
        """The call takes effect and its answer breaks off in the middle."""
        return Fault(name="half", kind=Kind.HALF, accepted=True)

    @staticmethod
    def garbage(*, accepted: bool = True) -> Fault:
        """201 with a body that cannot be read."""
        return Fault(name="garbage", kind=Kind.GARBAGE, status=201, accepted=accepted)

    @staticmethod
    def slow(*, accepted: bool = True) -> Fault:
        """The true answer, held until `Planned.release`; without `accepted` the effect waits for it too."""
        return Fault(name="slow", kind=Kind.SLOW, accepted=accepted)


def _when(accepted: bool) -> str:
    return "after" if accepted else "before"


def read_fault(description: Json) -> Fault:
    """Make a fault from its JSON: `fault` names one of the makers above, the rest are its arguments.

    Raises ValueError for a name or an argument that does not exist.
    """
    makers: dict[str, Callable[..., Fault]] = {
        "refused": Fault.refused,
        "flood": Fault.flood,
        "unauthorised": Fault.unauthorised,
        "internal_error": Fault.internal_error,
        "server_error": Fault.server_error,
        "silence": Fault.silence,
        "cut": Fault.cut,
        "half": Fault.half,
        "garbage": Fault.garbage,
        "slow": Fault.slow,
    }
    arguments = dict(description)
    name = arguments.pop("fault", None)
    if name not in makers:
        raise ValueError(f"no fault is called {name!r}; there are {', '.join(makers)}")
    try:
        return makers[name](**arguments)
    except (TypeError, KeyError) as wrong:
        raise ValueError(f"the fault {name} cannot be made so: {wrong}") from wrong
