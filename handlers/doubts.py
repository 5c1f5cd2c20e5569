"""What she meant by words that cannot be so: the answer to :mod:`handlers.doubting`, added to the note as a correction.

Never guessed: a fact is only what somebody said.
"""

from __future__ import annotations

import re
from dataclasses import replace

from book.entries import Entry
from book.ids import EntryId
from book.understanding.commands import as_correction
from handlers import setting_right
from handlers.desk import Desk
from storage.conversations import Asked
from storage.filing import Filing
from storage.situations import Situation

# An answer is a figure, a time or a day and little beside it; anything longer is a note of its own.
_BARE = re.compile(
    r"(?:(?:no|yes|sorry|it was|it is|its|it\'s|i meant|at|on|the)[ ,]+)*"
    r"(?:[^\n]{0,12}\d[^\n]{0,12}|(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?|today|tomorrow|yesterday)[.! x]*",
    re.IGNORECASE,
)


def answered(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """What she meant is added to what she wrote, as any correction is; other words were a note."""
    text = situation.taken.incoming.text.strip()
    entry: Entry | None = situation.spoken_of.get(EntryId(asked.subject))
    if entry is None or not entry.is_live or situation.person is None or entry.author != situation.person.id:
        return None
    meant = as_correction(text) or (text if _BARE.fullmatch(text) else None)
    if meant is None:
        return None
    corrected = setting_right.correct(situation.taken, situation, desk, entry, meant)
    conversation = corrected.conversation or situation.conversation
    return (replace(corrected, conversation=replace(conversation, asked=None)),)
