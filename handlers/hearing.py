"""When a parent wants to hear of the day, in her own words or by choosing: "as it happens", "too many msgs".

It counts from then on; what waits already comes when she was told it would. Who is at work, and family, hear what
they hear because of where they stand: that is said, and nothing is theirs to choose.
"""

from __future__ import annotations

from dataclasses import replace

from book.notices import Choice, Offer
from book.people import STAFF, Hears, Role
from book.understanding.commands import Command, CommandWord
from book.understanding.hearing import read
from handlers import replies
from handlers.desk import Desk
from storage.circles import PAGE
from storage.conversations import Offered
from storage.filing import Filing
from storage.roster import NewPreference, Roster
from storage.situations import Situation

_SAID = {
    Hears.AT_FIVE: "hears.at_five",
    Hears.COLLECTED: "hears.collected",
    Hears.AS_IT_HAPPENS: "hears.as_it_happens",
    Hears.FRIDAYS: "hears.fridays",
    Hears.ONCE_A_DAY: "hears.once_a_day",
    Hears.IF_IT_MATTERS: "hears.if_it_matters",
}
# Right after a note these may be the rest of it: "calpol", "once a day".
_GOES_ON = frozenset({Hears.AT_FIVE, Hears.COLLECTED, Hears.ONCE_A_DAY})
_FEWER = (
    Choice(Offer.HEARS_DAILY, 0, Hears.ONCE_A_DAY),
    Choice(Offer.HEARS_FRIDAYS, 0, Hears.FRIDAYS),
    Choice(Offer.HEARS_MATTERS, 0, Hears.IF_IT_MATTERS),
)
_MORE = (
    Choice(Offer.HEARS_AT_ONCE, 0, Hears.AS_IT_HAPPENS),
    Choice(Offer.HEARS_COLLECTED, 0, Hears.COLLECTED),
    Choice(Offer.HEARS_AT_FIVE, 0, Hears.AT_FIVE),
)


def take(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """Keep it; None where it was a note: by anybody who is no parent, or "at 5" right after another."""
    person, hears = situation.person, read(situation.taken.incoming.text)
    if person is None or hears is None or situation.replied is not None or not _is_parent(situation, desk):
        return None
    if hears in _GOES_ON and situation.conversation.child_now(desk.now) is not None:
        return None
    return (_kept(situation, desk, hears),)


def less_or_more(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    """What says when is done; else how often is asked, of whoever may choose."""
    if (kept := take(situation, desk)) is not None:
        return kept
    if not _is_parent(situation, desk):
        return (replies.said(situation, desk, f"hears.not_theirs.{_as_what(situation, desk)}"),)
    if command.word is CommandWord.MORE:
        return (replies.said(situation, desk, "more.how", choices=_MORE),)
    return (replies.said(situation, desk, "less.how", choices=_FEWER),)


def chosen(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """One of these was chosen."""
    if not _is_parent(situation, desk):
        return (replies.said(situation, desk, "press.done"),)
    return (_kept(situation, desk, Hears(offered.choice.value)),)


def _kept(situation: Situation, desk: Desk, hears: Hears) -> Filing:
    assert situation.person is not None
    preference = NewPreference(desk.ids.new(), situation.person.id, PAGE, hears)
    answer = replies.said(situation, desk, _SAID[hears])
    return replace(answer, roster=Roster(preferences=(preference,)))


def _is_parent(situation: Situation, desk: Desk) -> bool:
    return Role.PARENT in _roles(situation, desk)


def _as_what(situation: Situation, desk: Desk) -> str:
    """How somebody who is no parent is answered."""
    roles = _roles(situation, desk)
    if Role.CHILDMINDER in roles:
        return "childminder"
    return "staff" if roles & STAFF or situation.posts else "others"


def _roles(situation: Situation, desk: Desk) -> set[Role]:
    assert situation.person is not None
    me = situation.person.id
    members = (circle.membership(me, desk.now) for circle in situation.circles.values())
    return {member.role for member in members if member is not None}
