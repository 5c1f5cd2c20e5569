"""When and how often something goes wrong with a call: planned one by one, or thrown from a seeded die.

It does not know what goes wrong, nor the wire: each double has faults of its own, and its server carries them out.
"""

from __future__ import annotations

import asyncio
import enum
import random
from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

F = TypeVar("F")


class Kind(enum.Enum):
    """How a fault shows on the wire."""

    ANSWER = "answer"
    """An error in the API's own words."""
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


class Planned(Generic[F]):
    """A fault in wait for calls. `hits` counts the calls it befell."""

    def __init__(self, fault: F, *, on: str | None, whom: object, times: int | None, after: int) -> None:
        self.fault = fault
        self.hits = 0
        self.gate = asyncio.Event()
        self._on = on
        self._whom = whom
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

    def choose(self, method: str, whom: object) -> F | None:
        if self.is_spent:
            return None
        if self._on is not None and method != self._on:
            return None
        if self._whom is not None and whom != self._whom:
            return None
        if self._after > 0:
            self._after -= 1
            return None
        self.hits += 1
        return self.fault


class Thrown(Generic[F]):
    """A seeded die thrown for every matching call: the same seed and the same calls give the same faults."""

    def __init__(
        self, chances: Sequence[tuple[float, F]], *, seed: int, on: Iterable[str] | None, whom: object
    ) -> None:
        self.hits = 0
        self.gate = asyncio.Event()
        self._chances = tuple(chances)
        self._random = random.Random(seed)
        self._on = None if on is None else frozenset(on)
        self._whom = whom
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

    def choose(self, method: str, whom: object) -> F | None:
        if self._is_cancelled:
            return None
        if self._on is not None and method not in self._on:
            return None
        if self._whom is not None and whom != self._whom:
            return None
        mark = self._random.random()
        for chance, fault in self._chances:
            mark -= chance
            if mark < 0:
                self.hits += 1
                return fault
        return None


class FaultPlan(Generic[F]):
    """All faults in wait, oldest first: the first that wants a call has it, and later ones do not see it."""

    def __init__(self) -> None:
        self._waiting: list[Planned[F] | Thrown[F]] = []

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, planned: Planned[F] | Thrown[F]) -> None:
        self._waiting.append(planned)

    def clear(self) -> None:
        """Forget every plan and let held answers go."""
        for planned in self._waiting:
            planned.cancel()
        self._waiting.clear()

    def choose(self, method: str, whom: object) -> tuple[F, asyncio.Event] | None:
        """The fault that befalls this call, with the gate a slow answer waits at."""
        for planned in self._waiting:
            fault = planned.choose(method, whom)
            if fault is not None:
                if planned.is_spent:
                    self._waiting.remove(planned)
                return fault, planned.gate
        return None
