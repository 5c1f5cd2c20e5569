"""Whoever writes from a number of which it is doubted that it is still hers: any text proves it, and "1" is the answer.

Whoever says that it came to the wrong person hears nothing more there, learns nothing, and whoever runs the setting is
told. What was held goes in the transaction that proves the number.
"""

from __future__ import annotations

from dataclasses import replace

from book.deliveries import Lane
from book.dialling import spoken
from book.ids import PersonId
from book.messages import Did
from book.notices import Said
from book.people import Role
from book.reasons import Reason
from book.understanding.denying import says_not_hers
from handlers import replies
from handlers.desk import Desk
from storage.filing import Filing
from storage.situations import Situation
from storage.stops import Stopped

_YES = frozenset({"1", "yes", "yep", "yeah", "still me"})
_RUNS = frozenset({Role.MANAGER, Role.CHILDMINDER})


def is_asked(situation: Situation) -> bool:
    """Whether this came from a number that is doubted."""
    wrote = situation.taken.incoming.did in (Did.WROTE, Did.PRESSED)
    return wrote and situation.address.doubted_at is not None and situation.address.person is not None


def answer(situation: Situation, desk: Desk) -> Filing | None:
    """What these words come to as an answer; None where they are a message like any other, which proves it as well."""
    text = situation.taken.incoming.text.strip()
    if says_not_hers(text):
        return _not_hers(situation, desk)
    if text.casefold().rstrip(".!") in _YES:
        return replace(replies.said(situation, desk, "still_you.thanks"), proves=True)
    return None


def _not_hers(situation: Situation, desk: Desk) -> Filing:
    person = situation.person
    assert person is not None
    values = {"name": person.name, "number": spoken(situation.address.handle)}
    told = [
        replies.tell(situation, desk, each, Said("still_you.not_hers", values), lane=Lane.REPLY)
        for each in _who_runs(situation, desk)
        if each != person.id
    ]
    return replace(replies.skip(situation, Reason.ANSWERED), stop=Stopped(told=True), notices=tuple(told))


def _who_runs(situation: Situation, desk: Desk) -> list[PersonId]:
    """Of the settings around her children, or where she works."""
    lines = [each for circle in situation.circles.values() for each in circle.live(desk.now)]
    return list(dict.fromkeys(each.person.id for each in lines if each.role in _RUNS))
