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
from book.understanding.commands import Command, CommandWord, as_command
from handlers import replies
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
    if not _is_at_work(situation, desk):
        return today(situation, desk, command)
    return _told(situation, desk, command, OfTheDay(Occasion.HANDOVER, desk.today))


def asks_for_her_list(situation: Situation, desk: Desk) -> bool:
    """Whether "morning" is meant for the list: to somebody at work it is, from a family it is a greeting."""
    command = as_command(situation.taken.incoming.text)
    return command is not None and command.word is CommandWord.MORNING and _is_at_work(situation, desk)


def _is_at_work(situation: Situation, desk: Desk) -> bool:
    assert situation.person is not None
    person = situation.person.id
    members = (circle.membership(person, desk.now) for circle in situation.circles.values())
    return any(me is not None and me.role in STAFF for me in members)


def morning(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    """What is new of her children, for somebody at work; a family has the day."""
    if not _is_at_work(situation, desk):
        return today(situation, desk, command)
    said = replies.say(situation, desk, OfTheDay(Occasion.MORNING, desk.today))
    return (replace(replies.skip(situation, Reason.ANSWERED), notices=(said,)),)


def _told(situation: Situation, desk: Desk, command: Command, notice: Notice) -> tuple[Filing, ...]:
    mine = named_children(situation, desk)
    found = answered_child(command.rest, mine) if command.rest.strip() else tuple(each.child for each in mine)
    if not found or len(found) > _MOST:
        return (replies.said(situation, desk, "today.which"),)
    said = [replace(replies.say(situation, desk, notice), child=ChildId(child)) for child in found]
    # A notice is unique by its cause: each child's day beside the first is told for that child itself.
    notices = (said[0], *(replace(each, cause=each.id) for each in said[1:]))
    return (replace(replies.skip(situation, Reason.ANSWERED), notices=notices),)
