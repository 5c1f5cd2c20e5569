"""What "that" means: which of her own entries somebody speaks of when she takes back, moves or narrows."""

from __future__ import annotations

from collections.abc import Collection

from book.entries import Entry
from book.topics import Topic
from book.understanding.commands import Move
from book.understanding.lexicon import fold
from book.understanding.names import words_of
from book.understanding.notes import read_note
from handlers.desk import Desk
from handlers.stating import civil
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
        # Of a message one line of which was moved, that line was told of anew.
        told = (last.message, last.acknowledgement)
        return [each for each in live if (each.message, each.acknowledgement) == told]
    return [each for each in live if each.acknowledgement == last.acknowledgement]


def meant(situation: Situation, desk: Desk, move: Move) -> list[Entry]:
    """Which of her entries a move speaks of: "the bump one was Mo, not Noah"; what "that" means where it says no more.

    Where it names the wrong child, nothing of another is meant; empty where nothing fits.
    """
    if (pointed := pointed_at(situation)) is not None:
        return pointed
    last = newest(situation)
    if move.wrong is None and not move.about:
        return last
    if move.about:
        reading, _ = read_note(move.about, desk.lexicon, (), civil(desk, desk.now))
        topics = {each.topic for each in reading.subjects}
        fitting = [each for each in situation.recent if each.is_live and _speaks_of(each, move.about, topics)]
    else:
        fitting = [each for each in {each.id: each for each in (*last, *situation.recent)}.values() if each.is_live]
    if move.wrong is not None:
        fitting = [each for each in fitting if each.child == move.wrong]
    if fitting:
        return [each for each in fitting if each.message == fitting[0].message]
    return last if move.wrong is None else []


def _speaks_of(entry: Entry, about: str, topics: Collection[Topic]) -> bool:
    """Whether its words have one of these ("bump": "bumped"), or it is under a topic that they are of."""
    assert entry.text is not None
    wanted = [fold(each) for each in about.split()]
    written = [each.folded for each in words_of(entry.text.words) if each.is_word]
    if any(word.startswith(each) or each.startswith(word) for each in wanted for word in written if len(word) > 2):
        return True
    return any(each.topic in topics for each in entry.subjects)


def pointed_at(situation: Situation) -> list[Entry] | None:
    """What stands of her own message, or of the line about it, that she replied to; None where she points at none."""
    assert situation.person is not None
    if situation.replied is None:
        return None
    replied = situation.replied
    mine = [each for each in replied.entries if each.author == situation.person.id]
    if not mine and not replied.own and replied.acknowledgement is None:
        return None
    # Where it is gone already, or she is with its child no longer, nothing else is meant by it.
    return [each for each in mine if each.is_live]
