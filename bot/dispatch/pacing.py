"""How fast an account may send: so many calls a second in all, so many to one chat, less after a 429.

Beneath every sender, and by machine time only. A provider's own wait is obeyed exactly, and only for what it
concerns: one chat, unless several chats are refused at once, which means the whole account. A fifth of the
account's rate is kept for what is urgent. Knows nothing of messages.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

_URGENT_SHARE = 0.2
_KEEPS_FROM = 5.0
_MANY_CHATS = 3  # refused within a second of each other: the limit is the account's
_SLOWEST = 1.0
_RECOVERS_PER_SECOND = 0.05  # of the full rate


class Pacing:
    """The pace of one account. ``per_second`` or ``per_chat`` 0 means no limit."""

    def __init__(self, *, per_second: float, per_chat: float, monotonic: Callable[[], float]) -> None:
        self._full = per_second
        self._rate = per_second
        self._per_chat = per_chat
        self._monotonic = monotonic
        self._tokens = max(per_second, 1.0)
        self._filled_at = monotonic()
        self._closed_until = 0.0
        self._chats: dict[int, float] = {}
        self._refused: deque[tuple[float, int]] = deque(maxlen=_MANY_CHATS)

    @property
    def rate(self) -> float:
        """Calls a second at this moment; below the configured rate for a while after a 429."""
        return self._rate

    def free(self, *, urgent: bool) -> int:
        """How many calls may leave now; what is not urgent leaves a fifth of the rate untouched."""
        if self._monotonic() < self._closed_until:
            return 0
        if not self._full:
            return 1_000_000
        self._fill()
        return max(int(self._tokens - (0.0 if urgent else self._kept())), 0)

    def take(self, chat: int) -> None:
        """One call to ``chat`` leaves now."""
        if self._full:
            self._tokens -= 1
        if self._per_chat:
            self._chats[chat] = self._monotonic() + 1 / self._per_chat

    def resting(self) -> dict[int, float]:
        """Chats that may not be called yet, and the machine time at which they may."""
        now = self._monotonic()
        self._chats = {chat: free_at for chat, free_at in self._chats.items() if free_at > now}
        return dict(self._chats)

    def refused(self, chat: int, after: float) -> None:
        """A 429 for ``chat``: obeyed to the second, and the account goes on at half its pace for a while."""
        now = self._monotonic()
        self._chats[chat] = max(self._chats.get(chat, 0.0), now + after)
        self._refused.append((now, chat))
        recent = {each for at, each in self._refused if now - at <= 1.0}
        if len(recent) >= _MANY_CHATS:
            self._closed_until = max(self._closed_until, now + after)
        if self._full:
            self._fill()
            self._rate = max(self._rate / 2, min(_SLOWEST, self._full))
            self._tokens = min(self._tokens, self._rate)

    def close(self, seconds: float) -> None:
        """The account itself is refused: nothing leaves for so long."""
        self._closed_until = max(self._closed_until, self._monotonic() + seconds)

    def next_free(self) -> float | None:
        """The machine time at which something that is held back may be called; None if nothing is."""
        soonest = list(self.resting().values())
        now = self._monotonic()
        if self._closed_until > now:
            soonest.append(self._closed_until)
        elif self._full and self.free(urgent=False) < 1:
            missing = self._kept() + 1 - self._tokens
            soonest.append(now + missing / self._rate)
        return min(soonest, default=None)

    def _kept(self) -> float:
        # At a very slow pace nothing is kept back: a fifth of one call would hold up all the others.
        return self._rate * _URGENT_SHARE if self._rate >= _KEEPS_FROM else 0.0

    def _fill(self) -> None:
        now = self._monotonic()
        passed, self._filled_at = now - self._filled_at, now
        self._rate = min(self._full, self._rate + passed * self._full * _RECOVERS_PER_SECOND)
        # A second's worth may leave at once, or one call where that is less; an idle hour makes no flood.
        self._tokens = min(max(self._rate, 1.0), self._tokens + passed * self._rate)
