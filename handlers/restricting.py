"""Somebody is shut out of a child's book: at once, without a question, and said back with the way to undo it.

Whoever runs a setting shuts out people of its own circles: family, and its own staff; never those who work at
another setting, and never herself. Those who have the child are told that she is not in the book any more, so that
nobody hands the child over to her; nobody is told why.
"""

from __future__ import annotations

from dataclasses import replace

from book.deliveries import Lane
from book.ids import ChildId
from book.notices import Choice, Offer, Said
from book.people import STAFF, TOLD_FIRST, Circle, Person
from book.understanding.administration import ShutOut
from handlers import replies
from handlers.desk import Desk
from handlers.running import Around, Runs, children_named, named, people_named
from handlers.wishing import Wished, ask_whom
from storage.filing import Filing, NewNotice, Restriction
from storage.situations import Situation


def shut_out(situation: Situation, desk: Desk, runs: Runs, wish: ShutOut, wished: Wished) -> tuple[Filing, ...] | None:
    """Shut out whoever is named, of one child's book or of all the setting's; ask only where two are called so."""
    circles = children_named(runs, wish.child) if wish.child else list(runs.circles)
    everybody = people_named(runs, wish.person, of=circles)
    found = [each for each in everybody if not each.is_staff_elsewhere(runs.setting)]
    if wished.person is not None:
        found = [each for each in found if each.person.id == wished.person]
    if not found:
        if not wish.certain:
            return None
        key = "restricted.not_yours" if everybody else "restricted.nobody"
        return (replies.said(situation, desk, key, {"name": wish.person}),)
    around = {circle.child.id: circle for circle in circles}
    if len(found) > 1:
        among = [(each.person, _told_apart(each, around)) for each in found]
        return (ask_whom(situation, desk, among),)
    return (_shut(situation, desk, runs, found[0], around),)


def _shut(situation: Situation, desk: Desk, runs: Runs, whom: Around, around: dict[ChildId, Circle]) -> Filing:
    filing = replies.said(
        situation,
        desk,
        "restricted.done",
        {"name": whom.person.name, "names": named([around[each].child.name for each in sorted(whom.children)])},
        choices=(Choice(Offer.LET_BACK, whom.person.id, "", whom.person.name),),
    )
    restriction = Restriction(
        id=desk.ids.new(),
        person=whom.person.id,
        children=whom.children,
        by=runs.me.id,
        tell=(runs.me.id,),
        posts_at=runs.setting,
    )
    is_staff = all(line.role in STAFF for _, line in whom.lines)
    told = () if is_staff else _those_who_have_her(situation, desk, runs, whom, around)
    return _with(filing, restriction, told)


def _with(filing: Filing, restriction: Restriction, told: tuple[NewNotice, ...]) -> Filing:
    return replace(filing, restrictions=(restriction,), notices=(*filing.notices, *told))


def _those_who_have_her(
    situation: Situation, desk: Desk, runs: Runs, whom: Around, around: dict[ChildId, Circle]
) -> tuple[NewNotice, ...]:
    """One of each setting, so that nobody hands a child over to somebody who is shut out."""
    told = []
    for child in sorted(whom.children):
        circle = around[child]
        for setting in circle.settings.values():
            person = _told_first(circle, setting.id, desk, {runs.me.id, whom.person.id})
            if person is None:
                continue
            values = {"name": whom.person.name, "child": circle.child.name, "setting": runs.me.name}
            notice = replies.tell(
                situation,
                desk,
                person.id,
                Said("restricted.colleague", values),
                child=child,
                lane=Lane.URGENT,
                cause=desk.ids.new(),
            )
            told.append(notice)
    return tuple(told)


def _told_first(circle: Circle, setting: int, desk: Desk, without: set[int]) -> Person | None:
    staff = [each for each in circle.live(desk.now) if each.setting == setting and each.person.id not in without]
    for role in TOLD_FIRST:
        for each in staff:
            if each.role is role:
                return each.person
    return None


def _told_apart(whom: Around, around: dict[ChildId, Circle]) -> str:
    return ", ".join(around[each].child.name for each in sorted(whom.children))
