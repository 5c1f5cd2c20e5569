"""What may go wrong with a call of the Bot API.

It knows neither the wire nor which call a fault befalls: `plan` says that, and the server carries it out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.plan import Kind

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way for a call to go wrong. `accepted` says whether the call takes effect all the same."""

    name: str
    kind: Kind
    accepted: bool = False
    status: int = 200
    description: str = ""
    parameters: Json = field(default_factory=dict)

    @staticmethod
    def flood(retry_after: int = 3) -> Fault:
        """429 with the seconds to wait."""
        return Fault(
            name="flood",
            kind=Kind.ANSWER,
            status=429,
            description=f"Too Many Requests: retry after {retry_after}",
            parameters={"retry_after": retry_after},
        )

    @staticmethod
    def server_error(status: int = 502, *, accepted: bool = False) -> Fault:
        """5xx with the HTML page of a proxy; with `accepted` the call took effect behind it."""
        return Fault(name=f"server_error_{status}", kind=Kind.PAGE, status=status, accepted=accepted)

    @staticmethod
    def internal_error(*, accepted: bool = False) -> Fault:
        """500 in the Bot API's own JSON."""
        return Fault(
            name="internal_error",
            kind=Kind.ANSWER,
            status=500,
            description="Internal Server Error",
            accepted=accepted,
        )

    @staticmethod
    def unauthorised() -> Fault:
        """401: the token is no longer good."""
        return Fault(name="unauthorised", kind=Kind.ANSWER, status=401, description="Unauthorized")

    @staticmethod
    def forbidden(why: str = "bot was blocked by the user") -> Fault:
        """403 with a reason."""
        return Fault(name="forbidden", kind=Kind.ANSWER, status=403, description=f"Forbidden: {why}")

    @staticmethod
    def bad_request(why: str) -> Fault:
        """400 with a reason."""
        return Fault(name="bad_request", kind=Kind.ANSWER, status=400, description=f"Bad Request: {why}")

    @staticmethod
    def conflict(
        why: str = "terminated by other getUpdates request; make sure that only one bot instance is running",
    ) -> Fault:
        """409: somebody else reads the updates."""
        return Fault(name="conflict", kind=Kind.ANSWER, status=409, description=f"Conflict: {why}")

    @staticmethod
    def migrated(to: int) -> Fault:
        """400 naming the supergroup a group became."""
        return Fault(
            name="migrated",
            kind=Kind.ANSWER,
            status=400,
            description="Bad Request: group chat was upgraded to a supergroup chat",
            parameters={"migrate_to_chat_id": to},
        )

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
        """200 with a body that cannot be read."""
        return Fault(name="garbage", kind=Kind.GARBAGE, accepted=accepted)

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
        "flood": Fault.flood,
        "server_error": Fault.server_error,
        "internal_error": Fault.internal_error,
        "unauthorised": Fault.unauthorised,
        "forbidden": Fault.forbidden,
        "bad_request": Fault.bad_request,
        "conflict": Fault.conflict,
        "migrated": Fault.migrated,
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
    except TypeError as wrong:
        raise ValueError(f"the fault {name} cannot be made so: {wrong}") from wrong
