"""What was made of rows a moment ago, found again by the rows themselves: changed in anything, they are others.

It spares opening and putting together what was just opened, never the asking: whoever decides by something fetches
its rows anew. Knows neither tables nor keys.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Kept:
    """The last few thousand things made; what was asked for longest ago is forgotten first. For any thread."""

    def __init__(self, *, at_most: int) -> None:
        """``at_most`` things are kept, and never fewer than half as many of those asked for last."""
        self._most = max(at_most // 2, 1)
        # Two generations: every one that is asked for moves to the newer, and the older is dropped as a whole.
        self._newer: dict[Hashable, Any] = {}
        self._older: dict[Hashable, Any] = {}

    def find_or_make(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept under ``key``, else what ``make`` makes; nothing is kept of one that raises."""
        newer = self._newer
        if key in newer:
            found: T = newer[key]
            return found
        older = self._older
        made: T = older[key] if key in older else make()
        if len(newer) >= self._most:
            self._older, self._newer = newer, {}
        self._newer[key] = made
        return made

    def forget(self) -> None:
        """All of it."""
        self._newer, self._older = {}, {}
