"""What goes wrong, when, and how often: faults of calls, planned one by one or thrown from a seeded die.

It does not know the wire: it only says which fault befalls a call; the server carries it out.
"""

from __future__ import annotations

import asyncio
import enum
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class Kind(enum.Enum):
    """How a fault shows on the wire."""

    ANSWER = "answer"
    """An error in the Bot API's own words."""
    PAGE = "page"
    """An HTML page, as a proxy in front of the API answers."""
    SILENCE = "silence"
    """No answer until the caller gives up."""
    CUT = "cut"
    """The connection is reset."""
    HALF = "half"
    """Half an answer, then the end of the connection."""
    GARBAGE = "garbage"
    """An answer that is no JSON."""
    SLOW = "slow"
    """The true answer, once the test releases it."""


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


class Planned:
    """A fault in wait for calls. `hits` counts the calls it befell."""

    def __init__(self, fault: Fault, *, on: str | None, chat: int | None, times: int | None, after: int) -> None:
        self.fault = fault
        self.hits = 0
        self.gate = asyncio.Event()
        self._on = on
        self._chat = chat
        self._times = times
        self._after = after
        self._is_cancelled = False

    @property
    def is_spent(self) -> bool:
        return self._is_cancelled or (self._times is not None and self.hits >= self._times)

    def release(self) -> None:
        """Let the slow answers go, those held now and those to come."""
        self.gate.set()

    def cancel(self) -> None:
        """Befall no further call, and let held answers go."""
        self._is_cancelled = True
        self.gate.set()

    def choose(self, method: str, chat_id: object) -> Fault | None:
        if self.is_spent:
            return None
        if self._on is not None and method != self._on:
            return None
        if self._chat is not None and chat_id != self._chat:
            return None
        if self._after > 0:
            self._after -= 1
            return None
        self.hits += 1
        return self.fault


class Thrown:
    """A seeded die thrown for every matching call: the same seed and the same calls give the same faults."""

    def __init__(
        self,
        chances: Sequence[tuple[float, Fault]],
        *,
        seed: int,
        on: Iterable[str] | None,
        chat: int | None,
    ) -> None:
        self.hits = 0
        self.gate = asyncio.Event()
        self._chances = tuple(chances)
        self._random = random.Random(seed)
        self._on = None if on is None else frozenset(on)
        self._chat = chat
        self._is_cancelled = False
        if sum(chance for chance, _ in self._chances) > 1:
            raise ValueError("the chances of a random plan add up to more than one")

    @property
    def is_spent(self) -> bool:
        return self._is_cancelled

    def release(self) -> None:
        self.gate.set()

    def cancel(self) -> None:
        self._is_cancelled = True
        self.gate.set()

    def choose(self, method: str, chat_id: object) -> Fault | None:
        if self._is_cancelled:
            return None
        if self._on is not None and method not in self._on:
            return None
        if self._chat is not None and chat_id != self._chat:
            return None
        mark = self._random.random()
        for chance, fault in self._chances:
            mark -= chance
            if mark < 0:
                self.hits += 1
                return fault
        return None


class FaultPlan:
    """All faults in wait, oldest first: the first that wants a call has it, and later ones do not see it."""

    def __init__(self) -> None:
        self._waiting: list[Planned | Thrown] = []

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, planned: Planned | Thrown) -> None:
        self._waiting.append(planned)

    def clear(self) -> None:
        """Forget every plan and let held answers go."""
        for planned in self._waiting:
            planned.cancel()
        self._waiting.clear()

    def choose(self, method: str, chat_id: object) -> tuple[Fault, asyncio.Event] | None:
        """The fault that befalls this call, with the gate a slow answer waits at."""
        for planned in self._waiting:
            fault = planned.choose(method, chat_id)
            if fault is not None:
                if planned.is_spent:
                    self._waiting.remove(planned)
                return fault, planned.gate
        return None
