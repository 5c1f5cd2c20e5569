"""The facts of an entry once more is known than its words: a sleep told in two notes, a correction, another child.

What a note states by itself is :mod:`book.understanding.notes`'; what is doubtful is no fact.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from book.entries import Entry
from book.facts import Fact, Sleep
from book.ids import ChildId
from book.people import STAFF
from book.understanding.facts.correcting import corrected
from book.understanding.facts.joining import is_end, is_open, joined
from book.understanding.notes import read_note
from book.understanding.passwords import without_password
from book.understanding.renaming import rename
from book.understanding.times_said import USUAL_HOURS, Hours
from handlers.desk import Desk
from storage.inbox import Taken
from storage.situations import Situation

# A sleep that began longer ago than this has ended without anybody saying so.
_STILL_ASLEEP = timedelta(hours=14)


def set_right(entry: Entry, words: str, names: Collection[str], situation: Situation, desk: Desk) -> tuple[Fact, ...]:
    """The facts of an entry after a correction of a moment later ("sorry 5.45")."""
    assert entry.text is not None
    after = corrected(
        entry.text.words,
        words,
        lambda text: read_note(
            text,
            desk.lexicon,
            names,
            civil(desk, entry.happened_at),
            about=entry.subjects,
            hours=hours(situation, desk),
        )[1],
    )
    return entry.facts if after is None else after


def with_beginning(stated: Sequence[Fact], child: ChildId, situation: Situation, desk: Desk) -> tuple[Fact, ...]:
    """ "Leo up" after "leo down": the end of a sleep is given the beginning that was written before."""
    return tuple(_begun(each, child, situation, desk) if isinstance(each, Sleep) else each for each in stated)


def _begun(ended: Sleep, child: ChildId, situation: Situation, desk: Desk) -> Sleep:
    if not is_end(ended):
        return ended
    for entry in reversed(situation.lately.get(child, ())):
        if not entry.is_live or entry.happened_at < desk.now - _STILL_ASLEEP:
            continue
        for before in reversed(entry.facts):
            if isinstance(before, Sleep):
                return (joined(before, ended) or ended) if is_open(before) else ended
    return ended


def renamed(stated: Sequence[Fact], wrong: Sequence[str], right: str) -> tuple[Fact, ...]:
    """Facts that were filed for another child by mistake: their words name nobody but the right one."""
    return tuple(replace(each, words=rename(each.words, list(wrong), right)) for each in stated)


def hours(situation: Situation, desk: Desk) -> Hours:
    """Between which hours children are with the sender's setting, as its timetable has it; a family's, any of theirs.

    What is known widens the usual hours and never narrows them: one child's mornings are not when a nursery closes.
    """
    assert situation.person is not None
    opens, closes = USUAL_HOURS
    for circle in situation.circles.values():
        me = circle.membership(situation.person.id, desk.now)
        mine = me.setting if me is not None and me.role in STAFF else None
        for each in circle.sessions:
            if not each.off and mine in (None, each.setting):
                opens, closes = min(opens, each.start), max(closes, each.end)
    return opens, closes


def civil(desk: Desk, at: datetime) -> datetime:
    """The moment of writing as the people there read it off a clock."""
    return at.astimezone(desk.zone).replace(tzinfo=None)


def without_password_in(taken: Taken) -> Taken:
    """The message as it may be kept: a password for collection is in no part of what is kept."""
    left = without_password(taken.incoming.text)
    return taken if left is None else replace(taken, incoming=replace(taken.incoming, text=left))


def as_it_waits(taken: Taken, situation: Situation) -> str:
    """What is put back of a message that waits, so that it is kept as it is to be filed: a password is not in it.

    Empty where nothing was taken out of it.
    """
    is_without_something = taken.id == situation.taken.id and taken.incoming.text != situation.taken.incoming.text
    return taken.incoming.to_json() if is_without_something else ""


def may_end_a_sleep(text: str) -> bool:
    """Whether these words may be the end of a sleep that began in another note; decided quickly."""
    return len(text) <= 300 and _ENDS.search(text) is not None


_ENDS = re.compile(r"\b(?:up|awake|woke|woken|wakes?|waking|slept til|slept until)\b", re.IGNORECASE)
