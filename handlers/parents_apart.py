"""Two parents of one child: whether they share their own notes, asked of both and told to neither.

Only two yeses open it. Also what an answer to a private note can become: written again, for everyone, by its author.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from book.deliveries import Lane
from book.ids import ChildId, EntryId, PersonId
from book.notices import Choice, Offer, Said
from book.people import Circle, Membership
from book.sharing import EVERYTHING, HOME, newest_by_chooser
from handlers import replies, sharing
from handlers.desk import Desk
from storage.conversations import Offered
from storage.filing import Filing, NewNotice
from storage.situations import Situation


def ask_both(
    desk: Desk, circle: Circle, *, cause: int, joined: Collection[PersonId] | None = None
) -> tuple[NewNotice, ...]:
    """The question of dialogue 21, for each of two or more parents who was never asked; none for a lone parent.

    For whoever lets a second parent in to call. ``joined`` are those who can be asked; None is everybody.
    """
    parents = circle.parents(desk.now)
    if len({each.person.id for each in parents}) < 2:
        return ()
    answered = newest_by_chooser(circle.choices, HOME, HOME)
    return tuple(
        NewNotice(
            id=desk.notice_id(),
            cause=cause,
            notice=question(circle, each),
            person=each.person.id,
            child=circle.child.id,
            lane=Lane.RELAY,
            not_before=desk.now,
        )
        for each in parents
        if each.person.id not in answered and (joined is None or each.person.id in joined)
    )


def question(circle: Circle, parent: Membership) -> Said:
    """ "Share what you write with Ella's other parent too?" """
    setting = circle.settings.get(parent.setting) if parent.setting is not None else None
    choices = (Choice(Offer.NOTES_SHARE, circle.child.id), Choice(Offer.NOTES_APART, circle.child.id))
    return Said("notes.question", {"setting": setting.name if setting else "", "child": circle.child.name}, choices)


def ask_again(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """She asks for the question herself, under [Change]."""
    circle = _circle(situation, desk, offered)
    if circle is None or situation.person is None:
        return (replies.said(situation, desk, "press.done"),)
    me = circle.membership(situation.person.id, desk.now)
    assert me is not None
    asked = question(circle, me)
    return (replies.said(situation, desk, asked.key, asked.values, choices=asked.choices),)


def share(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """Her yes. It opens nothing until the other says the same, and she is not told whether that was so."""
    return (_answered(situation, desk, offered, yes=True),)


def keep_apart(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """Her no, answered in the very words of a yes."""
    return (_answered(situation, desk, offered, yes=False),)


def _answered(situation: Situation, desk: Desk, offered: Offered, *, yes: bool) -> Filing:
    circle = _circle(situation, desk, offered)
    if circle is None:
        return replies.said(situation, desk, "press.done")
    said = replies.said(situation, desk, "notes.answered")
    wanted: dict[sharing.Direction, sharing.Groups] = {(HOME, HOME): EVERYTHING if yes else sharing.NOTHING}
    return sharing.change(situation, desk, circle, wanted, said, name=circle.child.name, echo_key="echo.notes")


def write_again(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """[Everyone: write it again]: nothing is copied; her next words are a note of their own about the same child."""
    entry = situation.spoken_of.get(EntryId(offered.choice.subject))
    if entry is None or entry.child not in situation.circles:
        return (replies.said(situation, desk, "press.done"),)
    said = replies.said(situation, desk, "everyone.write", {"child": situation.circles[entry.child].child.name})
    conversation = replace(situation.conversation, child=entry.child, spoke_at=desk.now)
    return (replace(said, conversation=conversation),)


def _circle(situation: Situation, desk: Desk, offered: Offered) -> Circle | None:
    circle = situation.circles.get(ChildId(offered.choice.subject))
    return circle if circle is not None and sharing.is_parent(situation, desk, circle) else None
