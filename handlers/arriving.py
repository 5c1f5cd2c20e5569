"""What follows when a parent has joined, beside her first words: her papers, and what waited for a parent to ask.

Whom somebody asked to let into her child's book before she came is put to her. A paper that she signed and somebody
entered is shown to her. Where another parent is here already, both are asked whether they share their own notes. Pure;
knows neither links nor claims.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta

from book.deliveries import Lane
from book.ids import AddressId, PersonId
from book.people import Role
from book.timing import when_at_hand
from handlers import asked_in, paper_choices, parents_apart
from handlers.desk import Desk
from handlers.greeting import Newcomer
from storage.filing import NewNotice
from storage.sharing import OnPaper

# Nobody is asked two things at once: what is asked of both parents comes when the first few questions are over.
ASKED_AFTER = timedelta(hours=1)


def follow(
    newcomer: Newcomer,
    desk: Desk,
    *,
    papers: Sequence[OnPaper],
    joined: Collection[PersonId],
    address: AddressId,
) -> tuple[NewNotice, ...]:
    """To whom is said what now that she is here; ``papers`` may be of others, ``joined`` are those who are here."""
    circle = newcomer.circle
    if newcomer.role is not Role.PARENT or circle is None:
        return ()
    shown = [
        NewNotice(
            id=(number := desk.notice_id()),
            cause=number,
            notice=paper_choices.shown_to(each, newcomer.circles[each.child]),
            person=newcomer.person.id,
            address=address,
            lane=Lane.REPLY,
            not_before=desk.now,
        )
        for each in papers
        if each.chooser == newcomer.person.id and each.child in newcomer.circles
        if newcomer.child in (None, each.child)
    ]
    waiting = [
        notice
        for line in circle.memberships
        if asked_in.is_asked_for(line, circle, desk) and line.made_by is not None
        if (by := circle.person(line.made_by)) is not None
        for notice in asked_in.ask(desk, circle, line, by=by.name, parents={newcomer.person.id})
    ]
    here = {*joined, newcomer.person.id}
    asked = (
        parents_apart.ask_both(desk, circle, cause=desk.ids.new(), joined=here) if _others(newcomer, desk, here) else ()
    )
    later = {
        each.person.id: when_at_hand(each, circle, desk.now + ASKED_AFTER, desk.zone)
        for each in circle.parents(desk.now)
    }
    return (
        *shown,
        *waiting,
        *(replace(each, not_before=later[each.person]) for each in asked if each.person is not None),
    )


def _others(newcomer: Newcomer, desk: Desk, here: Collection[PersonId]) -> bool:
    """Whether another parent of the child is here as well: alone, she is not asked about one."""
    assert newcomer.circle is not None
    return any(
        each.person.id in here and each.person.id != newcomer.person.id for each in newcomer.circle.parents(desk.now)
    )
