"""A child is added to a setting's book, or somebody around one is invited: asked about first, then written whole.

Nobody is messaged by either: the links go to whoever asked, to hand on. A partner setting is not let in from here:
whoever runs a setting may only suggest it to the parents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from book.dialling import NoTexts, why_no_texts
from book.ids import ChildId, PersonId, RoomId
from book.notices import Said
from book.people import Circle, Person, Role, Room
from book.timing import in_the_day
from book.understanding.administration import AddChild, Invite
from book.wording.values import birthday
from handlers import asking_in, replies, telephones
from handlers.desk import Desk
from handlers.inviting import handed_on, invitation_of
from handlers.running import (
    Around,
    Runs,
    children_named,
    named,
    number_of,
    people_named,
    rooms_named,
    shown_number,
    staff_named,
)
from handlers.wishing import Wished, ask, ask_whom
from storage.audit import Deed
from storage.filing import Filing
from storage.invitations import NewInvitation
from storage.roster import NewChild, NewMembership, NewPerson, NewRoomMove, NewTelephone, Roster
from storage.situations import Situation
from storage.vault import Owner

_STAFF_WORDS = {"staff": Role.ROOM_STAFF, "room staff": Role.ROOM_STAFF, "key person": Role.KEY_PERSON,
                "second key person": Role.SECOND_KEY_PERSON}  # fmt: skip
_NO_TEXTS = {NoTexts.LANDLINE: "new_child.landline", NoTexts.OTHER: "new_child.no_texts"}
_FAMILY_WORDS = frozenset({"nan", "nana", "gran", "grandma", "grandad", "family"})


@dataclass(frozen=True, slots=True)
class _Parent:
    name: str
    number: str | None  # as it is kept; None where none was said


@dataclass(frozen=True, slots=True)
class _Read:
    """A new child with everybody found."""

    wish: AddChild
    parents: tuple[_Parent, ...]
    key_person: Person | None
    room: Room | None


def add(situation: Situation, desk: Desk, runs: Runs, wish: AddChild, wished: Wished) -> tuple[Filing, ...] | None:
    """Say what was read and what is wrong with it; add the child once that is confirmed."""
    faults = _faults(situation, desk, runs, wish)
    if faults:
        key, values = faults[0]
        return (replies.said(situation, desk, key, values),)
    keys = staff_named(runs, wish.key_person, desk.now) if wish.key_person else []
    if wished.person is not None:
        keys = [each for each in keys if each.id == wished.person]
    if len(keys) > 1:
        return (ask_whom(situation, desk, [(each, runs.name) for each in keys]),)
    rooms = rooms_named(situation, runs, wish.room) if wish.room else []
    parents = tuple(_Parent(each.name, number_of(each.number) if each.number else None) for each in wish.parents)
    read = _Read(wish, parents, keys[0] if keys else None, rooms[0] if rooms else None)
    if not wished.yes:
        return (ask(situation, desk, _question(read), _values(read)),)
    return (_added(situation, desk, runs, read),)


def _faults(situation: Situation, desk: Desk, runs: Runs, wish: AddChild) -> list[tuple[str, dict[str, str]]]:
    """What must be mended before she can be added; each says what to write."""
    found: list[tuple[str, dict[str, str]]] = []
    if wish.born is None:
        found.append(("new_child.born", {"name": wish.name}))
    if wish.unread:
        found.append(("new_child.unread", {"words": wish.unread[0]}))
    found += [
        ("new_child.number", {"name": each.name, "telephone": each.number})
        for each in wish.parents
        if each.number and number_of(each.number) is None
    ]
    found += [
        (_NO_TEXTS[why], {"name": each.name, "telephone": each.number})
        for each in wish.parents
        if (number := number_of(each.number or "")) is not None and (why := why_no_texts(number)) is not None
    ]
    if wish.key_person and not staff_named(runs, wish.key_person, desk.now):
        found.append(("new_child.key_person", {"name": wish.key_person, "setting": runs.name or runs.me.name}))
    if wish.room and not rooms_named(situation, runs, wish.room):
        found.append(("new_child.room", {"name": wish.room}))
    same = wish.name.casefold()
    if any(same in {name.casefold() for name in each.child.names} for each in runs.circles):
        found.append(("new_child.again", {"name": wish.name}))
    return found


def _question(read: _Read) -> str:
    return {
        (True, True): "new_child.ask.both",
        (True, False): "new_child.ask.parents",
        (False, True): "new_child.ask.key_person",
        (False, False): "new_child.ask",
    }[(bool(read.parents), read.key_person is not None)]


def _values(read: _Read) -> dict[str, str]:
    assert read.wish.born is not None
    values = {"child": read.wish.name, "born": birthday(read.wish.born)}
    if read.parents:
        values["names"] = named(
            [f"{each.name} ({shown_number(each.number)})" if each.number else each.name for each in read.parents]
        )
    if read.key_person is not None:
        values["name"] = read.key_person.name
    return values


def _added(situation: Situation, desk: Desk, runs: Runs, read: _Read) -> Filing:
    child = ChildId(desk.ids.new())
    first = read.wish.name.split()[0]
    people = [(PersonId(desk.ids.new()), each) for each in read.parents]
    members = [
        NewMembership(desk.ids.new(), person, Role.PARENT, child, runs.setting, made_by=runs.me.id)
        for person, _ in people
    ]
    if runs.role is Role.CHILDMINDER:
        members.append(
            NewMembership(desk.ids.new(), runs.me.id, Role.CHILDMINDER, child, runs.setting, made_by=runs.me.id)
        )
    key = read.key_person
    if key is not None and runs.role is not Role.CHILDMINDER:
        members.append(NewMembership(desk.ids.new(), key.id, Role.KEY_PERSON, child, runs.setting, made_by=runs.me.id))
    if not any(each.role in (Role.PARENT, Role.KEY_PERSON, Role.CHILDMINDER) for each in members):
        # Somebody must belong to the child at the setting, or her book would be nobody's.
        members.append(NewMembership(desk.ids.new(), runs.me.id, runs.role, child, runs.setting, made_by=runs.me.id))
    invites = tuple(
        invitation_of(desk, person, runs.me.id, first, role=Role.PARENT, child=child, setting=runs.setting)
        for person, _ in people
    )
    values = {"child": first, "names": named([each.name for each in read.parents])}
    names = [each.name for each in read.parents]
    done = Said("new_child.done.link" if len(invites) == 1 else "new_child.done", values)
    filing = handed_on(situation, desk, done, invites, names)
    told = []
    if key is not None and key.id != runs.me.id:
        said = Said("key_person.you", {"name": key.name, "child": first, "setting": runs.name})
        told.append(replies.tell(situation, desk, key.id, said, not_before=in_the_day(desk.now, desk.zone)))
    return replace(
        filing,
        roster=Roster(
            people=[NewPerson(person, each.name) for person, each in people],
            children=[NewChild(child, tuple(dict.fromkeys((first, read.wish.name))), read.wish.born)],
            memberships=members,
            telephones=[
                NewTelephone(desk.ids.new(), person, each.number, runs.me.id) for person, each in people if each.number
            ],
            room_moves=[NewRoomMove(desk.ids.new(), child, runs.setting, RoomId(read.room.id), runs.me.id)]
            if read.room is not None
            else [],
        ),
        invites=invites,
        notices=(*filing.notices, *told),
        deeds=(Deed("child_added", runs.me.id, Owner.child(child), child),),
    )


# --- somebody around a child ----------------------------------------------------------------------------------------


def invite(situation: Situation, desk: Desk, runs: Runs, wish: Invite, wished: Wished) -> tuple[Filing, ...] | None:
    """A new link for somebody on the roll, or somebody new; a partner setting is suggested to the parents instead."""
    number = number_of(wish.number) if wish.number else None
    if wish.number and number is None:
        values = {"name": wish.name, "telephone": wish.number}
        return (replies.said(situation, desk, "new_child.number", values),)
    if (refused := telephones.refused(situation, desk, number)) is not None:
        return (refused,)
    circles = children_named(runs, wish.child) if wish.child else []
    if wish.child and len(circles) != 1:
        return None if not circles else (replies.said(situation, desk, "invite.which_child", {"name": wish.child}),)
    if asking_in.is_of_another(wish, runs):
        return asking_in.invite(situation, desk, runs, wish, number, circles, wished)
    if wish.role in _FAMILY_WORDS:
        return (replies.said(situation, desk, "invite.family", {"name": wish.name}),)
    everybody = people_named(runs, wish.name, of=circles or runs.circles)
    known = [each for each in everybody if _counts(each, runs, desk)]
    if not known and any(line.setting == runs.setting for each in everybody for _, line in each.lines):
        # Who is out comes back on purpose, and never as somebody new of the same name.
        return (replies.said(situation, desk, "invite.is_out", {"name": wish.name}),)
    if wished.person is not None:
        known = [each for each in known if each.person.id == wished.person]
    if len(known) > 1:
        return (ask_whom(situation, desk, [(each.person, _of(each, runs)) for each in known]),)
    if known:
        return (_again(situation, desk, runs, known[0], number, wished),)
    if not circles:
        return (replies.said(situation, desk, "invite.of_whom", {"name": wish.name}),)
    return (_somebody_new(situation, desk, runs, wish, number, circles[0], wished),)


def _counts(whom: Around, runs: Runs, desk: Desk) -> bool:
    """Whether she stands in a circle now, and through this setting."""
    return any(line.setting == runs.setting and line.is_live(desk.now) for _, line in whom.lines) and not any(
        line.is_restricted(desk.now) for _, line in whom.lines
    )


def _of(whom: Around, runs: Runs) -> str:
    return ", ".join(each.child.name for each in runs.circles if each.child.id in whom.children)


def _again(situation: Situation, desk: Desk, runs: Runs, whom: Around, number: str | None, wished: Wished) -> Filing:
    """She is on the roll: a new link. A number the roll does not have is asked about first: it proves who she is."""
    roll = situation.roll
    is_new = number is not None and (roll is None or number not in roll.telephones.get(whom.person.id, ()))
    if is_new and not wished.yes:
        assert number is not None
        values = {"name": whom.person.name, "telephone": shown_number(number)}
        return ask(situation, desk, "invite.ask.number", values)
    invites = (invitation_of(desk, whom.person.id, runs.me.id, whom.person.name),)
    filing = _done(situation, desk, invites, whom.person.name)
    telephones = [NewTelephone(desk.ids.new(), whom.person.id, number, runs.me.id)] if is_new and number else []
    return _invited(filing, Roster(telephones=telephones), invites, runs)


def _done(situation: Situation, desk: Desk, invites: Sequence[NewInvitation], name: str) -> Filing:
    values = {"name": name}
    return handed_on(situation, desk, Said("invite.done", values), invites, [name])


def _somebody_new(
    situation: Situation, desk: Desk, runs: Runs, wish: Invite, number: str | None, circle: Circle, wished: Wished
) -> Filing:
    role = _STAFF_WORDS.get(wish.role, Role.PARENT)
    values = {"name": wish.name, "child": circle.child.name, "setting": circle.settings[runs.setting].name}
    if not wished.yes:
        return ask(situation, desk, "invite.ask.parent" if role is Role.PARENT else "invite.ask.staff", values)
    person = PersonId(desk.ids.new())
    invites = (
        invitation_of(
            desk, person, runs.me.id, circle.child.name, role=role, child=circle.child.id, setting=runs.setting
        ),
    )
    filing = _done(situation, desk, invites, wish.name)
    roster = Roster(
        people=[NewPerson(person, wish.name)],
        memberships=[NewMembership(desk.ids.new(), person, role, circle.child.id, runs.setting, made_by=runs.me.id)],
        telephones=[NewTelephone(desk.ids.new(), person, number, runs.me.id)] if number else [],
    )
    return _invited(filing, roster, invites, runs)


def _invited(filing: Filing, roster: Roster, invites: tuple[NewInvitation, ...], runs: Runs) -> Filing:
    return replace(
        filing,
        roster=roster,
        invites=invites,
        deeds=tuple(Deed("invited", runs.me.id, Owner.person(each.person), each.person) for each in invites),
    )
