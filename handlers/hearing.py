"""When a parent wants to hear of the day, in her own words: "as it happens", "only fridays".

It counts from then on; what waits already comes when she was told it would.
"""

from __future__ import annotations

from dataclasses import replace

from book.people import Hears, Role
from book.understanding.commands import Command
from book.understanding.hearing import read
from handlers import commands, replies
from handlers.desk import Desk
from storage.circles import PAGE
from storage.filing import Filing
from storage.roster import NewPreference, Roster
from storage.situations import Situation

_SAID = {
    Hears.AT_FIVE: "hears.at_five",
    Hears.COLLECTED: "hears.collected",
    Hears.AS_IT_HAPPENS: "hears.as_it_happens",
    Hears.FRIDAYS: "hears.fridays",
}
_GOES_ON = frozenset({Hears.AT_FIVE, Hears.COLLECTED})  # right after a note these may be the rest of it


def take(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """Keep it; None where it was a note: by anybody who is no parent, or "at 5" right after another."""
    person, hears = situation.person, read(situation.taken.incoming.text)
    if person is None or hears is None or situation.replied is not None or not _is_parent(situation, desk):
        return None
    if hears in _GOES_ON and situation.conversation.child_now(desk.now) is not None:
        return None
    preference = NewPreference(desk.ids.new(), person.id, PAGE, hears)
    answer = replies.said(situation, desk, _SAID[hears])
    return (replace(answer, roster=Roster(preferences=(preference,))),)


def less_or_more(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    """Of all that is heard as less or more, what says when."""
    return take(situation, desk) or commands.not_yet(situation, desk, command)


def _is_parent(situation: Situation, desk: Desk) -> bool:
    assert situation.person is not None
    me = situation.person.id
    members = (circle.membership(me, desk.now) for circle in situation.circles.values())
    return any(member is not None and member.role is Role.PARENT for member in members)
