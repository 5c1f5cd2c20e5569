"""What every wish about a circle is done with: what has been answered so far, and how a yes is asked for.

Each wish is done by a function of its own that is given :class:`Wished`; it asks, does, or gives None for a note.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from book.ids import PersonId
from book.notices import Choice, Offer, Said
from book.people import Person
from handlers import replies
from handlers.desk import Desk
from storage.filing import Filing, NewNotice
from storage.situations import Situation

ASKED = "administration"


@dataclass(frozen=True, slots=True)
class Wished:
    """What the sender has answered to our questions about her wish."""

    yes: bool = False
    person: PersonId | None = None


def ask(situation: Situation, desk: Desk, key: str, values: Mapping[str, str]) -> Filing:
    """ "…? [Yes] [No]", about the words that were just written."""
    choices = (Choice(Offer.ADMIN_YES, situation.taken.id), Choice(Offer.ADMIN_NO, situation.taken.id))
    return replies.said(situation, desk, key, values, choices=choices)


def ask_whom(situation: Situation, desk: Desk, among: Sequence[tuple[Person, str]]) -> Filing:
    """Which of several who are called the same; each with what tells her apart."""
    choices = [
        Choice(Offer.ADMIN_WHOM, situation.taken.id, str(person.id), f"{person.name} ({what})")
        for person, what in among
    ]
    return replies.said(situation, desk, "administration.which", choices=choices)


def apart(notice: NewNotice, desk: Desk) -> NewNotice:
    """A second sentence to somebody who hears one already because of this message."""
    return replace(notice, cause=desk.ids.new())


def also(situation: Situation, desk: Desk, key: str, values: Mapping[str, str]) -> NewNotice:
    """One more sentence back to the sender."""
    return apart(replies.say(situation, desk, Said(key, values)), desk)
