"""Questions of a family, or of another setting, that nobody has answered for two hours: they hang for their owner."""

from __future__ import annotations

from datetime import timedelta

from book.people import STAFF
from book.topics import Topic
from handlers.desk import Desk
from handlers.hanging import Hanging, note_line, notes_of_hers
from storage.situations import Situation

_AFTER = timedelta(hours=2)


def hanging(situation: Situation, desk: Desk) -> list[Hanging]:
    """Those of the last days, oldest first."""
    found = []
    for circle, me, entries in notes_of_hers(situation, desk):
        answered = {each.answers for each in entries if each.author_role in STAFF and each.author_setting == me.setting}
        for entry in entries:
            asks = any(each.topic is Topic.QUESTION for each in entry.subjects)
            ours = entry.author_role in STAFF and entry.author_setting == me.setting
            if not asks or ours or not entry.is_live or entry.id in answered or desk.now - entry.happened_at < _AFTER:
                continue
            line = note_line(entry, circle, desk, today="waiting.question", before="waiting.question.before")
            found.append(Hanging((line,)))
    return found
