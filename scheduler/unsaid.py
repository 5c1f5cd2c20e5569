"""Nobody has said which child a message is about: it comes up again, for its author, then for those who may hear it.

When that is stands with the question, and what is done is decided where messages are handled; here it is only woken,
once each time, so a restart or a second process asks nobody twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from storage import questions
from storage.store import Store

_LOOK_AGAIN = timedelta(days=1)


class Unsaid:
    """A chore of the metronome."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def next_due(self, now: datetime) -> datetime:
        """When the next question comes up; a day from now where none does."""
        soonest = await self._store.read(questions.next_due)
        return now + _LOOK_AGAIN if soonest is None else soonest

    async def act(self, now: datetime) -> None:
        """Let the messages that wait too long be handled once more."""
        await self._store.write(questions.bring_up, self._store.vault, now)
