"""What "that" means: which of her own entries somebody speaks of when she takes back, moves or narrows."""

from __future__ import annotations

from book.entries import Entry
from storage.situations import Situation


def newest(situation: Situation) -> list[Entry]:
    """What "that" means: what she replied to if it is hers, else her last message, else all her last burst.

    While a burst is still gathering, only its newest message is meant; once it has been acknowledged in one line,
    that line is.
    """
    assert situation.person is not None
    if situation.replied is not None:
        mine = [each for each in situation.replied.entries if each.author == situation.person.id]
        if mine:
            # She points at one of her own: where it is gone already, nothing else is meant by it.
            return [each for each in mine if each.is_live]
    live = [each for each in situation.recent if each.is_live]
    if not live:
        return []
    last = live[0]
    gathering = situation.gathering.notice if situation.gathering is not None else None
    if last.acknowledgement is None or last.acknowledgement == gathering:
        return [each for each in live if each.message == last.message]
    return [each for each in live if each.acknowledgement == last.acknowledgement]
