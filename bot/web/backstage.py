"""What every answer of the demo's server is made from, joined once by whoever serves.

Knows neither HTTP nor the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

from book.ids import Ids
from book.wording.compose import Composer
from bot.web.events import Changes
from bot.web.people import Phone
from storage.store import Store


class BookTime(Protocol):
    """Book time, which can be moved on and never back."""

    @property
    def zone(self) -> ZoneInfo: ...

    def now(self) -> datetime: ...

    def next_time(self, civil: time) -> datetime: ...

    async def move_on(self, until: datetime) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Backstage:
    """The book, its time, its words, the phones, and the stream that tells pages what has changed."""

    store: Store
    time: BookTime
    ids: Ids
    composer: Composer
    phones: Sequence[Phone]
    changes: Changes

    def phone(self, who: str) -> Phone | None:
        """The phone of this id, if there is one."""
        return next((each for each in self.phones if each.id == who), None)


def instant(at: datetime) -> str:
    """An instant as the interface writes it: ``2026-11-20T07:40:12Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
