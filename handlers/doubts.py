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

# An answer is a figure, a time or a day, with its unit and nothing else that means anything: "had 2 wees" and "slept
# 12-1" are notes of their own, whatever was asked just before.
_OPENS = r"(?:no|yes|yeah|sorry|oops|it was|it is|it's|its|i meant|meant|make that|about|around|at|on|the)[ ,:]+"
_FIGURE = r"\d+(?:[.:/-]\d+)*(?:st|nd|rd|th|[ap]\.?m\.?|°?c|°|ml|oz|m|h)?"
_DAY = (
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?|today|tomorrow|tmrw|yesterday|last night|tonight"
)
_MONTH = r"(?:jan|febr?|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
_UNIT = (
    r"half|quarter|past|to|of|and|in|this|morning|afternoon|evening"
    r"|[ap]m|o'?clock|degrees?|°?c|ml|oz|mins?|minutes|hours?"
)
_BARE = re.compile(
    rf"(?:{_OPENS})*(?:(?:{_UNIT}) )*(?:{_FIGURE}|{_DAY})"
    rf"(?:[ ,]+(?:{_FIGURE}|{_DAY}|{_MONTH}|{_UNIT}))*(?: sorry)?[.! x]*",
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
