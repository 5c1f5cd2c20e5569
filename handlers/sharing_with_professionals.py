"""What a professional sees of one child, group by group, changed by a parent after it was first picked (dialogue 39).

It is chosen for everything at once, or for one place alone: for what the parent she came through writes, for each of
the child's settings (rule 6). What is chosen for each place is not chosen for a setting that comes in later. Any parent
closes it at once; only the parent she came through opens more. Knows nothing of how it was asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from book.audience import came_through
from book.ids import ChildId, PersonId, SettingId
from book.notices import Said
from book.people import Circle, Membership, Role
from book.sharing import HOME
from book.timing import when_at_hand
from book.topics import Group
from book.who_sees import as_words, settings_around
from handlers import echo, replies, sharing
from handlers.desk import Desk
from storage.audit import Deed
from storage.conversations import Asked
from storage.filing import Filing
from storage.roster import later_line
from storage.situations import Situation
from storage.vault import Owner

ECHO = "echo.professional"
Groups = frozenset[Group]


@dataclass(frozen=True, slots=True)
class Seen:
    """A professional, and what she is to see from now on: of every place, and beside it of one place alone."""

    line: Membership
    groups: Groups
    of: frozenset[tuple[SettingId | None, Group]]

    @property
    def after(self) -> Membership:
        return replace(self.line, sees=self.groups, sees_of=self.of)


def around(circle: Circle, desk: Desk) -> list[Membership]:
    """The professionals who are in this child's book now."""
    return [each for each in circle.live(desk.now) if each.role is Role.PROFESSIONAL]


def narrowed(lines: Sequence[Membership], groups: Groups) -> list[Seen]:
    """What these see once ``groups`` are closed; those who see none of them are left out."""
    found = [
        Seen(
            each, (each.sees or frozenset()) - groups, frozenset(pair for pair in each.sees_of if pair[1] not in groups)
        )
        for each in lines
    ]
    return [each for each in found if each.after != each.line]


def widened(lines: Sequence[Membership], groups: Groups) -> list[Seen]:
    """What these see once ``groups`` are open; those who see all of them are left out."""
    found = [
        Seen(
            each, (each.sees or frozenset()) | groups, frozenset(pair for pair in each.sees_of if pair[1] not in groups)
        )
        for each in lines
    ]
    return [each for each in found if each.after != each.line]


def narrowed_one_way(
    line: Membership, source: SettingId | None, group: Group, circle: Circle, desk: Desk
) -> list[Seen]:
    """What she sees once a group is closed for what one place writes; of the other places it stays as it is."""
    of = line.sees_of - {(source, group)}
    if group in (line.sees or frozenset()):
        of |= {(each, group) for each in places(circle, desk) if each != source}
    found = Seen(line, (line.sees or frozenset()) - {group}, of)
    return [found] if found.after != line else []


def widened_one_way(line: Membership, source: SettingId | None, group: Group) -> list[Seen]:
    """What she sees once a group is open for what one place writes."""
    if group in line.given(source):
        return []
    return [Seen(line, line.sees or frozenset(), line.sees_of | {(source, group)})]


def places(circle: Circle, desk: Desk) -> list[SettingId | None]:
    """Whose writing a professional may be let see: home's, and each setting's."""
    return [HOME, *settings_around(circle, desk.now)]


def may_open(situation: Situation, desk: Desk, circle: Circle, lines: Sequence[Membership]) -> bool:
    """Whether the sender is the parent that each of these came through."""
    assert situation.person is not None
    return all(came_through(each, circle, desk.now) == situation.person.id for each in lines)


def make(situation: Situation, desk: Desk, circle: Circle, changes: Sequence[Seen], said: Filing) -> Filing:
    """From now on they see that; the other parents hear that something has changed, never what."""
    assert situation.person is not None
    if not changes:
        return said
    me, child = situation.person, circle.child
    # Whose guest she is stays so, whoever changes what she sees.
    lines = [
        replace(
            later_line(desk.ids.new(), each.line, child.id, by=each.line.made_by or me.id, until=each.line.until),
            sees=each.groups,
            sees_of=each.of,
        )
        for each in changes
    ]
    values = {"name": me.name, "child": child.name, "names": "\n".join(each.line.person.name for each in changes)}
    told = [
        replies.tell(
            situation,
            desk,
            parent.person.id,
            Said("sharing.changed.professional", values),
            child=child.id,
            not_before=when_at_hand(parent, circle, desk.now, desk.zone),
            cause=lines[0].id,
        )
        for parent in circle.parents(desk.now)
        if parent.person.id != me.id
    ]
    deeds = [
        Deed("professional_sees", me.id, Owner.child(child.id), each.line.person.id, _as_details(each))
        for each in changes
    ]
    return replace(
        said,
        roster=replace(said.roster, memberships=(*said.roster.memberships, *lines)),
        notices=(*said.notices, *told),
        deeds=(*said.deeds, *deeds),
    )


def _as_details(seen: Seen) -> dict[str, object]:
    of = sorted(f"{'home' if place is None else place}:{group}" for place, group in seen.of)
    return {"sees": " ".join([as_words(seen.groups), *of]).strip()}


def open_more(
    situation: Situation,
    desk: Desk,
    circle: Circle,
    changes: Sequence[Seen],
    said: Filing,
    *,
    way: str = "",
) -> Filing:
    """The same where it opens: at an address of weak proof it waits for its code. ``way`` is the one place meant."""
    if not echo.is_needed(situation):
        return make(situation, desk, circle, changes, said)
    opened: Groups = frozenset()
    for each in changes:
        opened |= each.groups - (each.line.sees or frozenset()) | {group for _, group in each.of - each.line.sees_of}
    names = "\n".join(each.line.person.name for each in changes)
    return echo.ask(
        situation,
        desk,
        ECHO,
        "echo.sharing",
        {"name": names, "groups": as_words(opened)},
        subject=circle.child.id,
        pending={
            "people": " ".join(str(each.line.person.id) for each in changes),
            "groups": as_words(opened),
            "way": way,
        },
    )


def echoed(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """The right code came: it is opened, as far as the sender still may and they are still here."""
    circle = situation.circles.get(ChildId(asked.subject))
    if situation.person is None or circle is None or not sharing.is_parent(situation, desk, circle):
        return None
    people = {PersonId(int(each)) for each in asked.values["people"].split()}
    lines = [each for each in around(circle, desk) if each.person.id in people]
    groups = frozenset(Group(each) for each in asked.values["groups"].split())
    if not lines or not may_open(situation, desk, circle, lines):
        return None
    names = "\n".join(each.person.name for each in lines)
    said = replies.said(situation, desk, "sharing.may_now", {"name": names, "groups": as_words(groups)})
    way = asked.values.get("way", "")
    if not way:
        return (make(situation, desk, circle, widened(lines, groups), said),)
    source = HOME if way == "home" else SettingId(int(way))
    wider = [seen for group in groups for seen in widened_one_way(lines[0], source, group)]
    return (make(situation, desk, circle, wider, said),)


def called(lines: Sequence[Membership]) -> Mapping[str, PersonId]:
    """Every name by which one of these may be meant, her first name where it is hers alone."""
    found: dict[str, PersonId] = {}
    firsts = [each.person.name.split()[0] for each in lines]
    for each, first in zip(lines, firsts, strict=True):
        found |= {each.person.name: each.person.id, each.person.in_full: each.person.id}
        if firsts.count(first) == 1:
            found.setdefault(first, each.person.id)
    return found
