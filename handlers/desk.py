"""What every handler is given beside the situation: the moment, new ids, the lexicon and the operator's few times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
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
    chance: Callable[[int], bytes]  # so many bytes that nobody guesses

    def notice_id(self) -> NoticeId:
        return NoticeId(self.ids.new())
