"""The question to a parent whether somebody of another setting may come in, as whoever runs a setting asked for it."""

from __future__ import annotations

from collections.abc import Collection

from book.deliveries import Lane
from book.ids import PersonId
from book.notices import Choice, Offer, Said
from book.people import STAFF, Circle, Membership, Role, Standing
from book.timing import when_at_hand
from handlers.desk import Desk
from storage.filing import NewNotice


def is_asked_for(line: Membership, circle: Circle, desk: Desk) -> bool:
    """Whether it waits for a parent to agree: somebody who is no parent of the child asked for it."""
    parents = {each.person.id for each in circle.parents(desk.now)}
    return line.role in STAFF and line.standing is Standing.PENDING and line.made_by not in parents


def ask(
    desk: Desk, circle: Circle, line: Membership, *, by: str, parents: Collection[PersonId]
) -> tuple[NewNotice, ...]:
    """Each of these parents is asked, as soon as she is up: one yes lets it in, and nothing else does.

    ``line`` is pending, ``by`` the name of whoever asked.
    """
    said = question(circle, line, by)
    return tuple(
        NewNotice(
            id=desk.notice_id(),
            cause=line.id,
            notice=said,
            person=each.person.id,
            child=circle.child.id,
            lane=Lane.RELAY,
            not_before=when_at_hand(each, circle, desk.now, desk.zone),
        )
        for each in circle.parents(desk.now)
        if each.person.id in parents
    )


def question(circle: Circle, line: Membership, by: str) -> Said:
    """May she come in? ``by`` is the name of whoever asks for her."""
    assert line.setting is not None
    values = {"by": by, "name": line.person.in_full, "child": circle.child.name}
    key = "partner.asked.childminder"
    if line.role is not Role.CHILDMINDER:
        key, values["setting"] = "partner.asked", circle.settings[line.setting].name
    value = f"{line.person.id},{line.setting}"
    choices = (
        Choice(Offer.PARTNER_AGREE, circle.child.id, value),
        Choice(Offer.PARTNER_REFUSE, circle.child.id, value),
    )
    return Said(key, values, choices)
