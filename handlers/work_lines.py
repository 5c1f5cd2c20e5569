"""Where a safeguarding lead and the council's children's team are rung: said by a manager, a lead, or a childminder."""

from __future__ import annotations

from dataclasses import replace

from book.dialling import e164, spoken
from book.leads import LEADS
from book.people import Membership, Person, Role
from book.understanding.lexicon import fold
from book.understanding.work_lines import WorkLine, read
from handlers import replies
from handlers.desk import Desk
from storage.filing import Filing
from storage.roster import Roster
from storage.situations import Situation
from storage.work_lines import NewWorkLine

_SAYS_COUNCIL = (Role.MANAGER, *LEADS, Role.CHILDMINDER)


def take(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """Keep the number; None where the sender may not say so, or nobody of that name is a lead: it was a note."""
    said = read(situation.taken.incoming.text)
    if said is None or situation.person is None or situation.device is not None:
        return None
    number = e164(said.number)
    if number is None:
        return None
    return _council(situation, desk, spoken(number)) if said.council else _lead(situation, desk, said, spoken(number))


def _council(situation: Situation, desk: Desk, number: str) -> tuple[Filing, ...] | None:
    mine = [each.setting for each in _mine(situation, desk) if each.role in _SAYS_COUNCIL and each.setting is not None]
    if not mine:
        return None
    answer = replies.said(situation, desk, "safeguarding.number.council", {"telephone": number})
    lines = tuple(NewWorkLine(number, council_of=each) for each in dict.fromkeys(mine))
    return (replace(answer, roster=Roster(work_lines=lines)),)


def _lead(situation: Situation, desk: Desk, said: WorkLine, number: str) -> tuple[Filing, ...] | None:
    lead = _who(situation, desk, said.name)
    if lead is None:
        return None
    answer = replies.said(situation, desk, "safeguarding.number.lead", {"name": lead.name, "telephone": number})
    return (replace(answer, roster=Roster(work_lines=(NewWorkLine(number, lead=lead.id),))),)


def _who(situation: Situation, desk: Desk, name: str) -> Person | None:
    """The lead of the sender's own setting who is meant; herself without a name, and anybody only for a manager."""
    person = situation.person
    assert person is not None
    mine = _mine(situation, desk)
    if not name or fold(name) in (fold(person.name), fold(person.in_full)):
        return person if any(each.role in LEADS for each in mine) else None
    managed = {each.setting for each in mine if each.role is Role.MANAGER or each.role in LEADS}
    for circle in situation.circles.values():
        for each in circle.live(desk.now):
            named = fold(name) in (fold(each.person.name), fold(each.person.in_full))
            if each.role in LEADS and each.setting in managed and named:
                return each.person
    return None


def _mine(situation: Situation, desk: Desk) -> list[Membership]:
    assert situation.person is not None
    me = situation.person.id
    found = [each for each in situation.posts if each.is_live(desk.now)]
    return found + [
        each for circle in situation.circles.values() for each in circle.live(desk.now) if each.person.id == me
    ]
