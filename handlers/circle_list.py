""" "who ella": the people around one child, as it concerns whoever asks.

Names, roles and settings; never a number, and never of another family. Who has joined is told to those who work with
the child; of the other parent's comings and goings nobody is told.
"""

from __future__ import annotations

from collections.abc import Iterator

from book.people import STAFF, Circle, Membership, Role
from book.understanding.commands import Command
from book.understanding.lexicon import fold
from book.wording.values import people
from handlers import commands, replies
from handlers.desk import Desk
from storage.filing import Filing
from storage.situations import Situation

# Who manages a setting or leads its safeguarding is around every child there; she is named to those who work there.
_OF_THE_HOUSE = frozenset({Role.MANAGER, Role.SAFEGUARDING_LEAD, Role.DEPUTY_LEAD})
_RUNS = frozenset({Role.MANAGER, Role.CHILDMINDER})
_IN_ORDER = (Role.PARENT, Role.FAMILY, Role.KEY_PERSON, Role.SECOND_KEY_PERSON, Role.ROOM_STAFF, Role.CHILDMINDER,
             Role.SENCO, Role.PROFESSIONAL, Role.MANAGER, Role.SAFEGUARDING_LEAD, Role.DEPUTY_LEAD)  # fmt: skip


def who(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    """The circle of the child that is named, else who has the last note."""
    circle = _named(situation, desk, command.rest)
    if circle is None:
        return commands.who(situation, desk, command)
    assert situation.person is not None
    me = circle.membership(situation.person.id, desk.now)
    assert me is not None
    around = people(_people(situation, desk, circle, me))
    return (replies.said(situation, desk, "circle.list", {"child": circle.child.name, "people": around}),)


def _named(situation: Situation, desk: Desk, name: str) -> Circle | None:
    if situation.person is None or not name:
        return None
    wanted = fold(name.removesuffix("?").strip())
    found = [
        circle
        for circle in situation.circles.values()
        if circle.membership(situation.person.id, desk.now) is not None
        and wanted in {fold(each) for each in circle.child.names}
    ]
    return found[0] if len(found) == 1 else None


def _people(
    situation: Situation, desk: Desk, circle: Circle, me: Membership
) -> Iterator[tuple[Role, str, str, bool, tuple[str, ...]]]:
    """Role, name, setting, whether it is to be said that she has not joined, and by which channels she is reached.

    The last is for who runs the setting that holds the numbers, of its own people and families; never where.
    """
    works_here = me.role in STAFF
    roll = situation.roll
    named = set()
    for role in _IN_ORDER:
        for each in circle.live(desk.now):
            if each.role is not role or each.person.id in named:
                continue
            if role in _OF_THE_HOUSE and not (works_here and each.setting == me.setting):
                continue
            named.add(each.person.id)
            setting = circle.settings[each.setting].name if each.setting is not None else ""
            is_missing = works_here and roll is not None and each.person.id not in roll.joined
            theirs = roll.reached.get(each.person.id, ()) if roll is not None else ()
            is_ours = me.role in _RUNS and each.setting == me.setting
            yield role, each.person.name, setting, is_missing, tuple(x.channel for x in theirs) if is_ours else ()
