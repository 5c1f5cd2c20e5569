"""What "that" means: which of her own entries somebody speaks of when she takes back, moves or narrows."""

from __future__ import annotations

from book.entries import Entry
from storage.situations import Situation


def newest(situation: Situation) -> list[Entry]:
    """What "that" means: what she replied to if it is hers, else her last message, else all her last burst.

    While a burst is still gathering, only its newest message is meant; once it has been acknowledged in one line,
    that line is.
    """
    if (pointed := pointed_at(situation)) is not None:
        return pointed
    live = [each for each in situation.recent if each.is_live]
    if not live:
        return []
    last = live[0]
    gathering = situation.gathering.notice if situation.gathering is not None else None
    if last.acknowledgement is None or last.acknowledgement == gathering:
        return [each for each in live if each.message == last.message]
    return [each for each in live if each.acknowledgement == last.acknowledgement]


def pointed_at(situation: Situation) -> list[Entry] | None:
    """What stands of her own message, or of the line about it, that she replied to; None where she points at none."""
    assert situation.person is not None
    if situation.replied is None:
        return None
    mine = [each for each in situation.replied.entries if each.author == situation.person.id]
    if not mine and not situation.replied.own:
        return None
    # Where it is gone already, nothing else is meant by it.
    return [each for each in mine if each.is_live]
