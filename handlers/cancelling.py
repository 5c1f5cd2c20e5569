""" "cancel", where no telephone network obeys it: what is there to be taken back is asked, and nothing is stopped.

To add something that can be: a function that gives it, and a row here. The choice it gives does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from book.ids import InboxId
from book.notices import Choice, Kind, Offer
from book.reasons import Reason
from book.timing import spoken_time
from handlers import choosing, replies, unsaid
from handlers.desk import Desk
from storage.conversations import Offered
from storage.filing import Filing
from storage.situations import Situation

Part = Callable[[Situation, Desk], Sequence[Choice]]


def ask(situation: Situation, desk: Desk) -> Filing:
    """ "Cancel what?", with everything of hers that can still be taken back, the newest first."""
    found = [each for part in PARTS for each in part(situation, desk)]
    if not found:
        return replies.said(situation, desk, "cancel.nothing")
    choices = (*found[:_MOST_OFFERED], Choice(Offer.CANCEL_NOTHING))
    return replies.said(situation, desk, "cancel.what", choices=choices)


def note(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """A note of hers is taken back."""
    return choosing.undo_line(situation, desk, offered)


def question(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """What she wrote and was asked about is dropped."""
    return unsaid.dropped(situation, desk, InboxId(offered.choice.subject))


def nothing(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """All of it stays, and nothing is said to that."""
    return (replies.skip(situation, Reason.ANSWERED),)


_MOST_OFFERED = 5


def _notes(situation: Situation, desk: Desk) -> list[Choice]:
    """Notes of hers of which somebody is still to hear."""
    return [
        Choice(Offer.CANCEL_NOTE, entry.id, "", f"{circle.child.name} {_time(entry.happened_at, desk)}")
        for entry in situation.recent
        if entry.is_live
        and (circle := situation.circles.get(entry.child)) is not None
        and any(each.kind is Kind.RELAY and each.waits for each in situation.standings.get(entry.id, ()))
    ]


def _questions(situation: Situation, desk: Desk) -> list[Choice]:
    """What she wrote of which it is not said yet which child it is about."""
    return [
        Choice(Offer.CANCEL_QUESTION, taken.id, "", _time(taken.incoming.at, desk)) for _, taken in situation.unsaid
    ]


def _time(at: datetime, desk: Desk) -> str:
    return spoken_time(at.astimezone(desk.zone))


PARTS: Sequence[Part] = (_questions, _notes)
"""What can be taken back, in the order in which it is offered."""
