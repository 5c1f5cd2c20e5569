"""Ids are ours: made before the insert, 63 bits, rising with time, the same on both databases.

Knows neither a clock nor a source of chance: both are handed to :class:`IdMaker`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NewType, Protocol

PersonId = NewType("PersonId", int)
ChildId = NewType("ChildId", int)
SettingId = NewType("SettingId", int)
RoomId = NewType("RoomId", int)
AddressId = NewType("AddressId", int)
InboxId = NewType("InboxId", int)
EntryId = NewType("EntryId", int)
NoticeId = NewType("NoticeId", int)
DeliveryId = NewType("DeliveryId", int)

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_CHANCE_BITS = 22
_CHANCE = 1 << _CHANCE_BITS


class Ids(Protocol):
    """Where new ids come from."""

    def new(self) -> int:
        """A positive number below 2**63, greater than every one this maker gave before."""
        ...


class Tape:
    """Ids that can be given once more: work that has to run twice gives what it makes the same ids both times."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._made: list[int] = []
        self._at = 0

    def new(self) -> int:
        """The next id since the last :meth:`rewind`, the same as then where there was one."""
        if self._at == len(self._made):
            self._made.append(self._ids.new())
        self._at += 1
        return self._made[self._at - 1]

    def rewind(self) -> None:
        """Begin again at the first."""
        self._at = 0


class IdMaker:
    """Milliseconds since 2026 in the upper 41 bits, chance in the lower 22, always greater than the last.

    Two processes that make an id in the same millisecond meet with a chance of one in four million; the
    primary key refuses the second, and its transaction is run again.
    """

    def __init__(self, *, now: Callable[[], datetime], chance: Callable[[int], int]) -> None:
        """``now`` gives an aware instant; ``chance(n)`` a number from 0 to n-1."""
        self._now = now
        self._chance = chance
        self._last = 0

    def new(self) -> int:
        elapsed = int((self._now() - _EPOCH).total_seconds() * 1000)
        soonest = max(elapsed, 0) << _CHANCE_BITS
        # A clock that stands still or steps back must not make ids fall: ordering by id is ordering by arrival.
        self._last = soonest + self._chance(_CHANCE) if soonest > self._last else self._last + 1 + self._chance(1024)
        return self._last
