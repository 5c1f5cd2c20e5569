"""A child's key person is changed: the old one until the day, the new one from it, and those concerned are told.

Parents and childminder hear her name, her role and from when; so do both key persons. Nobody hears why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from book.ids import ChildId, PersonId
from book.notices import Choice, Offer, Said
from book.people import Circle, Membership, Person, Role, Standing
from book.timing import in_the_day
from book.understanding.administration import ChangeKeyPerson
from book.wording.values import long_day
from handlers import replies
from handlers.desk import Desk
from handlers.running import Runs, children_named, named, staff, staff_named, start_of, what_she_runs
from handlers.wishing import Wished, ask, ask_whom
from storage.audit import Deed
from storage.conversations import Offered
from storage.filing import Ending, Filing, NewNotice
from storage.roster import NewMembership, later_line
from storage.situations import Situation
from storage.vault import Owner

# As many as a choice can carry by their ids.
MOST_CHILDREN = 18


def change(
    situation: Situation, desk: Desk, runs: Runs, wish: ChangeKeyPerson, wished: Wished
) -> tuple[Filing, ...] | None:
    """Ask whether she is to be key person of these children from then, and make her so."""
    found = [children_named(runs, each) for each in wish.children]
    people = [each for each in staff_named(runs, wish.person, desk.now) if wished.person in (None, each.id)]
    if not people or any(len(each) != 1 for each in found):
        return None
    circles = [each[0] for each in found]
    if len(people) > 1:
        return (ask_whom(situation, desk, [(each, _children_of(runs, each, desk)) for each in people]),)
    person, since = people[0], None if wish.since is None else start_of(wish.since, desk)
    circles = [each for each in circles if not _is_already(each, person, desk) or since is not None]
    if not circles:
        return (replies.said(situation, desk, "key_person.already", {"name": person.name}),)
    values = {"name": person.name, "names": named([each.child.name for each in circles])}
    if wish.since is not None:
        values["civil_day"] = long_day(wish.since)
    if not wished.yes:
        key = "key_person.ask" if wish.since is None else "key_person.ask.from"
        return (ask(situation, desk, key, values),)
    key = "key_person.done" if wish.since is None else "key_person.done.from"
    return (made(replies.said(situation, desk, key, values), situation, desk, runs, circles, person, since),)


def chosen(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """The answer to "who is key person of Ella and Noah now?"."""
    runs = what_she_runs(situation, desk)
    if runs is None:
        return (replies.said(situation, desk, "press.done"),)
    wanted = {int(each) for each in offered.choice.value.split(",")}
    circles = [each for each in runs.circles if each.child.id in wanted]
    person = next((each for each in staff(runs, desk.now) if each.id == offered.choice.subject), None)
    if person is None or not circles:
        return (replies.said(situation, desk, "press.done"),)
    values = {"name": person.name, "names": named([each.child.name for each in circles])}
    filing = replies.said(situation, desk, "key_person.done", values)
    return (made(filing, situation, desk, runs, circles, person, None),)


def made(
    filing: Filing,
    situation: Situation,
    desk: Desk,
    runs: Runs,
    circles: Sequence[Circle],
    person: Person,
    since: datetime | None,
) -> Filing:
    """``filing`` with ``person`` made key person of these children, and everybody concerned told."""
    lines: list[NewMembership] = []
    told: list[NewNotice] = []
    endings: dict[PersonId, set[ChildId]] = {}
    deeds: list[Deed] = []
    for circle in circles:
        child = circle.child.id
        before = [each for each in _key_persons(circle, runs, desk) if each.person.id != person.id]
        lines.append(
            NewMembership(
                desk.ids.new(),
                person.id,
                Role.KEY_PERSON,
                child,
                runs.setting,
                since=since,
                made_by=runs.me.id,
            )
        )
        for each in before:
            lines.append(until_next(each, child, since, desk, runs))
            if since is None:
                endings.setdefault(each.person.id, set()).add(child)
        told += _tell(situation, desk, runs, circle, person, [each.person for each in before], since)
        details = {"person": person.id, "from": None if since is None else since.isoformat()}
        deeds.append(Deed("key_person", runs.me.id, Owner.child(child), child, details))
    return replace(
        filing,
        roster=replace(filing.roster, memberships=(*filing.roster.memberships, *lines)),
        endings=(*filing.endings, *(Ending(each, frozenset(of)) for each, of in sorted(endings.items()))),
        notices=(*filing.notices, *told),
        deeds=(*filing.deeds, *deeds),
    )


def who_now(runs: Runs, circles: Sequence[Circle], without: PersonId, desk: Desk) -> tuple[Choice, ...]:
    """One choice for each of the staff who could be key person of these children now."""
    children = ",".join(str(each.child.id) for each in circles[:MOST_CHILDREN])
    return tuple(
        Choice(Offer.KEY_PERSON, each.id, children, each.name)
        for each in staff(runs, desk.now)
        if each.id not in (without, runs.me.id)
    )[:8]


def without_one(runs: Runs, gone: PersonId, desk: Desk, children: Sequence[ChildId]) -> list[Circle]:
    """Of these children, those whose only key person at the setting is the one who goes."""
    return [
        circle
        for circle in runs.circles
        if circle.child.id in children and {each.person.id for each in _key_persons(circle, runs, desk)} == {gone}
    ]


def _key_persons(circle: Circle, runs: Runs, desk: Desk) -> list[Membership]:
    return [each for each in circle.staff_of(runs.setting, desk.now) if each.role is Role.KEY_PERSON]


def _is_already(circle: Circle, person: Person, desk: Desk) -> bool:
    return any(each.person.id == person.id and each.role is Role.KEY_PERSON for each in circle.live(desk.now))


def _children_of(runs: Runs, person: Person, desk: Desk) -> str:
    return ", ".join(each.child.name for each in runs.circles if each.membership(person.id, desk.now) is not None)


def until_next(line: Membership, child: ChildId, since: datetime | None, desk: Desk, runs: Runs) -> NewMembership:
    """Her line as it ends: now, or on the day on which the next begins."""
    return later_line(
        desk.ids.new(),
        line,
        child,
        by=runs.me.id,
        standing=Standing.ENDED if since is None else Standing.LIVE,
        since=line.since,
        until=since,
    )


def _tell(
    situation: Situation,
    desk: Desk,
    runs: Runs,
    circle: Circle,
    person: Person,
    before: Sequence[Person],
    since: datetime | None,
) -> list[NewNotice]:
    values = {"name": person.name, "child": circle.child.name, "setting": circle.settings[runs.setting].name}
    if since is not None:
        values["civil_day"] = long_day(since.astimezone(desk.zone).date())
    told, you, not_you = (
        ("key_person.told", "key_person.you", "key_person.not_you")
        if since is None
        else ("key_person.told.from", "key_person.you.from", "key_person.not_you.from")
    )
    hearers = {
        each.person.id: told
        for each in circle.live(desk.now)
        if each.role in (Role.PARENT, Role.CHILDMINDER) and each.setting is not None
    }
    hearers |= {each.id: not_you for each in before}
    hearers[person.id] = you
    hearers.pop(runs.me.id, None)
    return [
        replies.tell(
            situation,
            desk,
            hearer,
            Said(key, values),
            # Whoever is not in the circle any more, or not yet, hears it about nobody's thread.
            child=circle.child.id if key == told else None,
            not_before=in_the_day(desk.now, desk.zone),
            cause=desk.ids.new(),
        )
        for hearer, key in hearers.items()
    ]
