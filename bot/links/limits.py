"""How often the pages of private links answer: each link so often, and so many guesses from whoever guesses.

Whoever has a link is not kept from it by others' guesses: only what leads nowhere is counted together. Knows no
addresses of readers, which a proxy would hide in any case.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

_LINK_AT_ONCE, _LINK_PER_SECOND = 60.0, 2.0  # an album of ten is eleven requests, a film some dozens
_PRESSES_AT_ONCE, _PRESSES_PER_SECOND = 10.0, 0.1
_WRONG_AT_ONCE, _WRONG_PER_SECOND = 30.0, 0.5
_REMEMBERED = 4096


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float

    def take(self, now: float, most: float, per_second: float) -> bool:
        self.left = min(most, self.left + (now - self.at) * per_second)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Limits:
    """The counts of one process; nothing is kept of links longer than there is room for."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._links: OrderedDict[tuple[bytes, bool], _Bucket] = OrderedDict()
        self._wrong = _Bucket(_WRONG_AT_ONCE, monotonic())

    def takes(self, link: bytes, *, press: bool = False) -> bool:
        """Whether this link, by a hash of it, may be asked for once more now; ``press`` where its button was."""
        now = self._monotonic()
        most, per_second = (_PRESSES_AT_ONCE, _PRESSES_PER_SECOND) if press else (_LINK_AT_ONCE, _LINK_PER_SECOND)
        bucket = self._links.setdefault((link, press), _Bucket(most, now))
        self._links.move_to_end((link, press))
        while len(self._links) > _REMEMBERED:
            self._links.popitem(last=False)
        return bucket.take(now, most, per_second)

    def was_wrong(self) -> bool:
        """A link led nowhere; whether it may still be said so, or there have been too many of them lately."""
        return self._wrong.take(self._monotonic(), _WRONG_AT_ONCE, _WRONG_PER_SECOND)
