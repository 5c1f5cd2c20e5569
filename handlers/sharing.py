"""What is shared from now on: the choices an answer or a wish makes, and who is told that something has changed.

Narrowing counts at once on every channel. Where it is not sure who writes, widening waits for a code. Nobody is told
why anything changed, and only those are told who see more or less than before. Knows nothing of how it was asked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from book import duty
from book.audience import asks_both, travels
from book.deliveries import Lane
from book.ids import ChildId, Ids, NoticeId, PersonId, SettingId
from book.notices import Said
from book.people import Circle, Membership, Role
from book.sharing import ANSWERS, EVERYTHING, HOME, Answer, Choice, newest_by_chooser
from book.timing import when_at_hand
from book.topics import Group
from book.who_sees import Concerned, concerned_by, settings_around
from handlers import echo, replies
from handlers.desk import Desk
from storage.audit import Deed
from storage.conversations import Asked
from storage.filing import Filing, NewNotice
from storage.sharing import NewChoice
from storage.situations import Situation
from storage.vault import Owner

Direction = tuple[SettingId | None, SettingId | None]
Groups = frozenset[Group]
NOTHING: Groups = frozenset()
ECHO = "echo.sharing"


def choices_for(
    answer: Answer, chooser: PersonId, circle: Circle, setting: SettingId, now: datetime, ids: Ids
) -> tuple[NewChoice, ...]:
    """The choices that ``chooser``'s answer about ``setting`` makes for the child of ``circle``."""
    return as_choices(wanted_by(answer, circle, setting, now), chooser, circle, now, ids)


def wanted_by(answer: Answer, circle: Circle, setting: SettingId, now: datetime) -> dict[Direction, Groups]:
    """One answer settles three directions (dialogue 14): what she writes herself may go to that setting, what the
    child's other settings write may go there, and what that setting writes may go to them. Parents see what settings
    write whatever is chosen (rule 5), so nothing is chosen towards home.
    """
    others = [each for each in settings_around(circle, now) if each != setting]
    directions = [(HOME, setting), *((each, setting) for each in others), *((setting, each) for each in others)]
    return dict.fromkeys(directions, ANSWERS[answer])


def as_choices(
    wanted: Mapping[Direction, Groups], chooser: PersonId, circle: Circle, now: datetime, ids: Ids
) -> tuple[NewChoice, ...]:
    """Each direction as a choice of hers, made now."""
    return tuple(
        NewChoice(ids.new(), circle.child.id, Choice(chooser, source, target, groups, now))
        for (source, target), groups in wanted.items()
    )


def present_answer(chooser: PersonId, circle: Circle, setting: SettingId) -> Answer | None:
    """The answer that ``chooser``'s last word about her own notes to ``setting`` amounts to; None if she never chose.

    Groups picked one by one that make none of the four answers are the largest answer they contain.
    """
    groups = newest_by_chooser(circle.choices, HOME, setting).get(chooser)
    if groups is None:
        return None
    contained = [answer for answer in Answer if ANSWERS[answer] <= groups]
    return max(contained, key=lambda answer: len(ANSWERS[answer]))


def hers(circle: Circle, chooser: PersonId, direction: Direction, now: datetime) -> Groups | None:
    """What ``chooser`` lets travel in one direction: her last word, else what travels without it; None if nothing does.

    Her first word is added to what the other parent already said: it can close something and cannot open by accident.
    """
    source, target = direction
    chosen = newest_by_chooser(circle.choices, source, target)
    if chooser in chosen:
        return chosen[chooser]
    if target is HOME:
        return None
    if source is not HOME and asks_both(circle, source, target):
        return None
    return travels(circle, source, target, now, writer=chooser)


def narrowed(
    circle: Circle, chooser: PersonId, directions: Sequence[Direction], groups: Groups, now: datetime
) -> dict[Direction, Groups]:
    """What she lets travel after closing ``groups``; where nothing travels anyway nothing is said."""
    found = {}
    for each in directions:
        present = hers(circle, chooser, each, now)
        if present is not None and present & groups:
            found[each] = NOTHING if each == (HOME, HOME) else present - groups
    return found


def widened(
    circle: Circle, chooser: PersonId, directions: Sequence[Direction], groups: Groups, now: datetime
) -> dict[Direction, Groups]:
    """What she lets travel after opening ``groups``."""
    found = {}
    for each in directions:
        present = hers(circle, chooser, each, now)
        after = EVERYTHING if each == (HOME, HOME) else (present or NOTHING) | groups
        if after != present:
            found[each] = after
    return found


@dataclass(frozen=True, slots=True)
class Change:
    """New choices with everything that follows from them."""

    choices: tuple[NewChoice, ...] = ()
    notices: tuple[NewNotice, ...] = ()
    deeds: tuple[Deed, ...] = ()


def make(
    wanted: Mapping[Direction, Groups],
    chooser: PersonId,
    circle: Circle,
    *,
    now: datetime,
    ids: Ids,
    zone: ZoneInfo,
    tell: bool = True,
) -> Change:
    """Make these choices, record them, and tell those who see more or less because of them."""
    choices = as_choices(wanted, chooser, circle, now, ids)
    if not choices:
        return Change()
    after = with_choices(circle, choices)
    notices = _told(concerned_by(circle, after, chooser, now), chooser, circle, choices[0].id, now, ids, zone)
    details: dict[str, object] = {
        f"{source or 'home'} to {target or 'home'}": " ".join(sorted(groups))
        for (source, target), groups in wanted.items()
    }
    deed = Deed("sharing", chooser, Owner.child(circle.child.id), choices[0].id, details)
    return Change(choices, tuple(notices) if tell else (), (deed,))


def with_choices(circle: Circle, choices: Sequence[NewChoice]) -> Circle:
    """The circle as it is once these are made."""
    return replace(circle, choices=(*circle.choices, *(each.choice for each in choices)))


def is_enough(circle: Circle, chooser: PersonId, wanted: Mapping[Direction, Groups], now: datetime) -> bool:
    """Whether her word alone opens all of this; what settings tell each other may need the other parent's as well."""
    new = tuple(Choice(chooser, source, target, groups, now) for (source, target), groups in wanted.items())
    after = replace(circle, choices=(*circle.choices, *new))
    return all(
        groups <= (travels(after, source, target, now) or NOTHING)
        for (source, target), groups in wanted.items()
        if source is not HOME and target is not HOME
    )


def _told(
    concerned: Concerned, chooser: PersonId, circle: Circle, cause: int, now: datetime, ids: Ids, zone: ZoneInfo
) -> list[NewNotice]:
    """ "Hannah has changed what is shared with you": to whoever is told for a setting, and to the other parents where
    it is about what settings tell each other. Never what, and never why."""
    author = circle.person(chooser)
    assert author is not None
    values = {"name": author.name, "child": circle.child.name}
    hearers: list[tuple[Membership, str]] = [
        (member, "sharing.changed")
        for setting in concerned.settings
        if (member := duty.through_whom(circle, setting, now, zone)) is not None
    ]
    if concerned.between:
        hearers += [(each, "sharing.changed.between") for each in circle.parents(now)]
    return [
        NewNotice(
            id=NoticeId(ids.new()),
            cause=cause,
            notice=Said(key, values),
            person=member.person.id,
            child=circle.child.id,
            lane=Lane.RELAY,
            not_before=when_at_hand(member, circle, now, zone),
        )
        for member, key in hearers
        if member.person.id != chooser
    ]


# --- in a conversation -----------------------------------------------------------------------------------------------


def change(
    situation: Situation,
    desk: Desk,
    circle: Circle,
    wanted: Mapping[Direction, Groups],
    said: Filing,
    *,
    name: str,
    tell: bool = True,
    echo_key: str = "echo.sharing",
) -> Filing:
    """Make these choices and say ``said``; at an address of weak proof what widens waits for its code.

    ``name`` is of whom the code's sentence says that she may see more.
    """
    assert situation.person is not None
    me = situation.person.id
    if not echo.is_needed(situation):
        return _made(situation, desk, circle, wanted, said, tell=tell)
    less, more = _apart(circle, me, wanted, desk.now)
    if not more:
        return _made(situation, desk, circle, less, said, tell=tell)
    opened: Groups = frozenset()
    for direction, groups in more.items():
        opened |= groups - (hers(circle, me, direction, desk.now) or NOTHING)
    asks = echo.ask(
        situation,
        desk,
        ECHO,
        echo_key,
        {"name": name, "groups": " ".join(each.value for each in Group if each in opened)},
        subject=circle.child.id,
        pending={"wanted": _to_json(more), "name": name, "groups": " ".join(sorted(opened))},
    )
    if not less:
        return asks
    return replace(_made(situation, desk, circle, less, asks, tell=tell), conversation=asks.conversation)


def echoed(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """The right code came: what she wished a moment ago is done, as far as she still may."""
    circle = situation.circles.get(ChildId(asked.subject))
    if situation.person is None or circle is None or not is_parent(situation, desk, circle):
        return None
    values = {"name": asked.values["name"], "groups": asked.values["groups"], "child": circle.child.name}
    wanted = _from_json(asked.values["wanted"])
    enough = is_enough(circle, situation.person.id, wanted, desk.now)
    key = "sharing.may_now" if enough else "sharing.may_now.with_both"
    if set(wanted) == {(HOME, HOME)}:
        key = "notes.answered"
    return (_made(situation, desk, circle, wanted, replies.said(situation, desk, key, values), tell=True),)


def is_parent(situation: Situation, desk: Desk, circle: Circle) -> bool:
    """Whether the sender is a parent of this child now: nobody else chooses anything."""
    assert situation.person is not None
    me = circle.membership(situation.person.id, desk.now)
    return me is not None and me.role is Role.PARENT


def _made(
    situation: Situation,
    desk: Desk,
    circle: Circle,
    wanted: Mapping[Direction, Groups],
    said: Filing,
    *,
    tell: bool,
) -> Filing:
    assert situation.person is not None
    made = make(wanted, situation.person.id, circle, now=desk.now, ids=desk.ids, zone=desk.zone, tell=tell)
    return replace(
        said,
        roster=replace(said.roster, choices=(*said.roster.choices, *made.choices)) if made.choices else said.roster,
        notices=(*said.notices, *made.notices),
        deeds=(*said.deeds, *made.deeds),
    )


def _apart(
    circle: Circle, chooser: PersonId, wanted: Mapping[Direction, Groups], now: datetime
) -> tuple[dict[Direction, Groups], dict[Direction, Groups]]:
    """What closes, and what opens; a direction that does both closes at once and opens with the code."""
    less, more = {}, {}
    for direction, groups in wanted.items():
        present = hers(circle, chooser, direction, now)
        if present is None or groups - present:
            more[direction] = groups
            if present is not None and present - groups:
                less[direction] = present & groups
        else:
            less[direction] = groups
    # To let nothing travel where nobody has chosen opens nothing.
    for direction in [each for each, groups in more.items() if not groups]:
        less[direction] = more.pop(direction)
    return less, more


def _to_json(wanted: Mapping[Direction, Groups]) -> str:
    return json.dumps([[source, target, sorted(groups)] for (source, target), groups in wanted.items()])


def _from_json(kept: str) -> dict[Direction, Groups]:
    return {
        (None if source is None else SettingId(source), None if target is None else SettingId(target)): frozenset(
            Group(each) for each in groups
        )
        for source, target, groups in json.loads(kept)
    }
