"""What every handler is given beside the situation: the moment, new ids, the lexicon and the operator's few times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from secrets import token_bytes
from zoneinfo import ZoneInfo

from book.ids import Ids, NoticeId
from book.timing import Pace
from book.understanding.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Desk:
    """One moment at which messages are handled; nothing here waits, sends or remembers."""

    now: datetime
    ids: Ids
    lexicon: Lexicon
    zone: ZoneInfo
    pace: Pace
    chance: Callable[[int], bytes] = token_bytes  # so many bytes nobody can guess, for links and codes
    desk_address: str = ""  # of the safeguarding desk, for a browser; empty where there is none
    ways: frozenset[str] = frozenset()  # the channels by which anybody can be reached, by their names
    passed: str | None = None  # the words of this message, once the screen has let them pass

    @property
    def today(self) -> date:
        """The civil day of this moment."""
        return self.now.astimezone(self.zone).date()

    def has_passed(self, words: str) -> bool:
        """Whether these very words were screened a moment ago and not held: whoever reads them need not ask again."""
        return words == self.passed

    def choose(self, among: str) -> str:
        """One letter of these, by chance that nobody can guess."""
        largest = 256 - 256 % len(among)
        while (drawn := self.chance(1)[0]) >= largest:
            pass  # What is left over would make the first letters likelier.
        return among[drawn % len(among)]

    def notice_id(self) -> NoticeId:
        return NoticeId(self.ids.new())
