"""What was told of the wrong child: whoever runs the setting is told, and may list it.

Names the children and who had it, never what was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from book.ids import ChildId, PersonId
from book.notices import NEW_LINE, Said
from book.people import Circle, Membership, Role, settings_run
from book.reasons import Reason
from book.timing import when_at_hand
from book.wording.values import day_of, sentence
from handlers import replies
from handlers.desk import Desk
from storage.filing import Filing, NewNotice
from storage.mix_ups import MixUp
from storage.situations import Situation

_WORDS = frozenset({"mix-ups", "mixups", "mix ups", "mix-up", "mixup"})
_MOST_LISTED = 12


def to_tell(circle: Circle, author: Membership, desk: Desk) -> list[Membership]:
    """Who runs the setting of somebody who told of the wrong child; not herself."""
    return [
        each
        for each in circle.live(desk.now)
        if each.role is Role.MANAGER and each.setting == author.setting and each.person.id != author.person.id
    ]


def told(
    managers: Sequence[Membership], situation: Situation, desk: Desk, circle: Circle, wrong: str, names: str
) -> list[NewNotice]:
    """What each of them hears when she is at hand."""
    assert situation.person is not None
    values = {"name": situation.person.name, "wrong": wrong, "right": circle.child.name, "names": names}
    return [
        replies.tell(
            situation,
            desk,
            each.person.id,
            Said("mix_up.told", values),
            child=circle.child.id,
            not_before=when_at_hand(each, circle, desk.now, desk.zone),
        )
        for each in managers
    ]


def may_be(text: str) -> bool:
    """Whether these words ask for the list."""
    return text.strip().casefold().rstrip(".?!") in _WORDS


def take(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """The list, for whoever runs a setting; None for anybody else."""
    if not settings_run(situation.posts, desk.now):
        return None
    if not situation.mix_ups:
        return (replies.said(situation, desk, "mix_up.none"),)
    (key, values), *rest = [_line(each, situation, desk) for each in situation.mix_ups[-_MOST_LISTED:]]
    said = replies.say(situation, desk, Said(key, values, before=("mix_up.list", NEW_LINE), lines=tuple(rest)))
    return (replace(replies.skip(situation, Reason.ANSWERED), notices=(said,)),)


def _line(each: MixUp, situation: Situation, desk: Desk) -> tuple[str, dict[str, str]]:
    return "mix_up.line", {
        "day": day_of(each.at.astimezone(desk.zone).date()),
        "name": _person(each.author, each.wrong, situation),
        "wrong": _child(each.wrong, situation),
        "right": _child(each.right, situation),
        "names": "\n".join(name for person in each.had if (name := _person(person, each.wrong, situation))),
    }


def _child(child: ChildId, situation: Situation) -> str:
    circle = situation.circles.get(child)
    return circle.child.name if circle is not None else sentence("mix_up.somebody")


def _person(person: PersonId, child: ChildId, situation: Situation) -> str:
    circle = situation.circles.get(child)
    found = circle.person(person) if circle is not None else None
    return found.name if found is not None else ""
