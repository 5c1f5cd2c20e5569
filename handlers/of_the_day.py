"""``today ella`` and ``handover ella``: the day so far, now and before anybody would have been told it.

The answer is made as it leaves, so that it says what the book says then and what she who asked may know then.
"""

from __future__ import annotations

from dataclasses import replace

from book.ids import ChildId
from book.notices import Notice, OfTheDay
from book.occasions import Occasion
from book.people import STAFF
from book.reasons import Reason
from book.understanding.children import answered_child
from book.understanding.commands import Command
from handlers import replies
from handlers.commands import not_yet
from handlers.desk import Desk
from handlers.filing_a_note import named_children
from storage.filing import Filing
from storage.situations import Situation

_MOST = 4
"""So many children's days are told at once; of more she is asked whose."""


def today(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    """The day of the children who are named, or of hers where they are few."""
    return _told(situation, desk, command, OfTheDay(Occasion.PAGE, desk.today))


def handover(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    """What the others wrote of the day, for somebody who has the child next; a family has the page."""
    assert situation.person is not None
    person = situation.person.id
    members = [circle.membership(person, desk.now) for circle in situation.circles.values()]
    if not any(me is not None and me.role in STAFF for me in members):
        return not_yet(situation, desk, command) if not members else today(situation, desk, command)
    return _told(situation, desk, command, OfTheDay(Occasion.HANDOVER, desk.today))


def _told(situation: Situation, desk: Desk, command: Command, notice: Notice) -> tuple[Filing, ...]:
    mine = named_children(situation, desk)
    found = answered_child(command.rest, mine) if command.rest.strip() else tuple(each.child for each in mine)
    if not found or len(found) > _MOST:
        return (replies.said(situation, desk, "today.which"),)
    said = [replace(replies.say(situation, desk, notice), child=ChildId(child)) for child in found]
    # A notice is unique by its cause: each child's day beside the first is told for that child itself.
    notices = (said[0], *(replace(each, cause=each.id) for each in said[1:]))
    return (replace(replies.skip(situation, Reason.ANSWERED), notices=notices),)
