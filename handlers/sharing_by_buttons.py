"""Sharing topic by topic and direction by direction, and the uses of photos, with buttons or numbers.

Each tap is one choice, made at once and confirmed with a sentence and the table as it is then. What was offered to a
parent counts only while she is one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from book import duty
from book.ids import ChildId, SettingId
from book.notices import Choice, Offer, Said
from book.people import Circle, Membership
from book.sharing import HOME, WITHOUT_A_YES, PhotoChoice, PhotoUse
from book.timing import when_at_hand
from book.topics import Group
from book.who_sees import as_words, settings_around, table_for, tables_to_json
from handlers import echo, replies, sharing
from handlers import sharing_with_professionals as professionals
from handlers.desk import Desk
from handlers.sharing import Direction
from storage.audit import Deed
from storage.conversations import Asked, Offered
from storage.filing import Filing
from storage.roster import Roster
from storage.sharing import NewPhotoChoice
from storage.situations import Situation
from storage.vault import Owner

ECHO_PHOTOS = "echo.photos"
_GUEST = "guest "


def change(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """[Change]: which way? One choice for each, and one for photos."""
    circle = _circle(situation, desk, offered.choice.subject)
    if circle is None or situation.person is None:
        return (replies.said(situation, desk, "press.done"),)
    child, me = circle.child.id, circle.membership(situation.person.id, desk.now)
    around = settings_around(circle, desk.now, first=None if me is None else me.setting)
    choices = [Choice(Offer.SHARING_HOME, child, f"home,{each}", circle.name_of(each)) for each in around]
    choices += [
        Choice(Offer.SHARING_WAY, child, f"{one},{other}", f"{circle.name_of(one)} → {circle.name_of(other)}")
        for one in around
        for other in around
        if one != other
    ]
    choices += [
        Choice(Offer.SHARING_WAY, child, f"{_GUEST}{each.person.id}", each.person.name)
        for each in professionals.around(circle, desk)
    ]
    if len(circle.parents(desk.now)) > 1:
        choices.append(Choice(Offer.SHARING_NOTES, child))
    choices.append(Choice(Offer.SHARING_PHOTOS, child))
    return (replies.said(situation, desk, "change.what", choices=choices),)


def in_words(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """[Tell me in words]: how that is done; the words themselves need no open question."""
    return (replies.said(situation, desk, "sharing.in_words"),)


def way(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """One way was chosen: its groups, those that travel ticked."""
    circle = _circle(situation, desk, offered.choice.subject)
    if circle is not None and (guest := _guest(circle, offered.choice.value, desk)) is not None:
        return (_ticked(situation, desk, circle, guest, _one_way(offered.choice.value)),)
    direction = _direction(offered.choice.value)
    if circle is None or direction is None or not _is_around(circle, direction, desk.now):
        return (replies.said(situation, desk, "press.done"),)
    assert situation.person is not None
    shared = sharing.hers(circle, situation.person.id, direction, desk.now) or frozenset()
    choices = [
        Choice(
            Offer.SHARING_STOP if each in shared else Offer.SHARING_LET,
            circle.child.id,
            f"{offered.choice.value},{each.value}",
        )
        for each in Group
    ]
    source, target = direction
    assert target is not None
    values = {"name": circle.name_of(target)}
    if source is HOME:
        return (replies.said(situation, desk, "sharing.ticked.home", values, choices=choices),)
    values["source"] = circle.name_of(source)
    return (replies.said(situation, desk, "sharing.ticked", values, choices=choices),)


def let(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """One group may travel one way from now on."""
    return (_one(situation, desk, offered, more=True),)


def stop(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """One group travels one way no more."""
    return (_one(situation, desk, offered, more=False),)


def _one(situation: Situation, desk: Desk, offered: Offered, *, more: bool) -> Filing:
    circle = _circle(situation, desk, offered.choice.subject)
    ways, _, group = offered.choice.value.rpartition(",")
    if circle is not None and (guest := _guest(circle, ways, desk)) is not None:
        return _one_of_guest(situation, desk, circle, guest, Group(group), _one_way(ways), more=more)
    direction = _direction(ways)
    if circle is None or direction is None or not _is_around(circle, direction, desk.now):
        return replies.said(situation, desk, "press.done")
    assert situation.person is not None
    assert direction[1] is not None
    me, groups = situation.person.id, frozenset({Group(group)})
    change = sharing.widened if more else sharing.narrowed
    wanted = change(circle, me, [direction], groups, desk.now)
    if not wanted:
        return replies.said(situation, desk, "press.done")
    after = sharing.with_choices(circle, sharing.as_choices(wanted, me, circle, desk.now, desk.ids))
    table = table_for(after, me, desk.now)
    assert table is not None
    name = circle.name_of(direction[1])
    key = "sharing.may_now.table" if more else "sharing.no_longer.table"
    if more and not sharing.is_enough(circle, me, wanted, desk.now):
        key = "sharing.may_now.with_both.table"
    values = {"name": name, "groups": group, "child": circle.child.name, "tables": tables_to_json([table])}
    said = replies.said(situation, desk, key, values)
    return sharing.change(situation, desk, circle, wanted, said, name=name)


# --- a professional --------------------------------------------------------------------------------------------------


def _guest(circle: Circle, value: str, desk: Desk) -> Membership | None:
    """The professional a choice is about, while she is in the book."""
    if not value.startswith(_GUEST):
        return None
    here = professionals.around(circle, desk)
    return next((each for each in here if str(each.person.id) == value.split()[1]), None)


def _one_way(value: str) -> str:
    """The place whose writing alone is meant, "home" or a setting's number; empty for every place."""
    return "".join(value.split()[2:3])


def _ticked(situation: Situation, desk: Desk, circle: Circle, guest: Membership, way: str) -> Filing:
    """Her groups, of every place or of one; after those of every place each place by itself."""
    source = _place(way)
    sees = guest.given(source) if way else guest.sees or frozenset()
    value = f"{_GUEST}{guest.person.id} {way}".rstrip()
    choices = [
        Choice(Offer.SHARING_STOP if each in sees else Offer.SHARING_LET, circle.child.id, f"{value},{each.value}")
        for each in Group
    ]
    name = guest.person.name
    if source is not HOME:
        values = {"name": name, "source": circle.name_of(source)}
        return replies.said(situation, desk, "sharing.ticked", values, choices=choices)
    if way:
        return replies.said(situation, desk, "sharing.ticked.home", {"name": name}, choices=choices)
    choices.append(Choice(Offer.SHARING_HOME, circle.child.id, f"{value} home", name))
    choices += [
        Choice(Offer.SHARING_WAY, circle.child.id, f"{value} {each}", f"{circle.name_of(each)} → {name}")
        for each in settings_around(circle, desk.now)
    ]
    return replies.said(situation, desk, "sharing.ticked.professional", {"name": name}, choices=choices)


def _place(way: str) -> SettingId | None:
    return HOME if way in ("", "home") else SettingId(int(way))


def _one_of_guest(
    situation: Situation, desk: Desk, circle: Circle, guest: Membership, group: Group, way: str, *, more: bool
) -> Filing:
    assert situation.person is not None
    if way and _place(way) not in professionals.places(circle, desk):
        return replies.said(situation, desk, "press.done")
    if more and not professionals.may_open(situation, desk, circle, [guest]):
        return replies.said(situation, desk, "sharing.not_yours", {"name": guest.person.name})
    if way:
        place = _place(way)
        changes = (
            professionals.widened_one_way(guest, place, group)
            if more
            else professionals.narrowed_one_way(guest, place, group, circle, desk)
        )
    else:
        change = professionals.widened if more else professionals.narrowed
        changes = change([guest], frozenset({group}))
    if not changes:
        return replies.said(situation, desk, "press.done")
    lines = tuple(changes[0].after if each is guest else each for each in circle.memberships)
    table = table_for(replace(circle, memberships=lines), situation.person.id, desk.now)
    assert table is not None
    groups = as_words(frozenset({group}))
    values = {"name": guest.person.name, "groups": groups, "tables": tables_to_json([table])}
    if more:
        said = replies.said(situation, desk, "sharing.may_now.table", values)
        return professionals.open_more(situation, desk, circle, changes, said, way=way)
    said = replies.said(situation, desk, "sharing.no_longer.table", values)
    return professionals.make(situation, desk, circle, changes, said)


# --- photos ----------------------------------------------------------------------------------------------------------


def photos(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """What pictures of the child may be used for: each use apart, those allowed ticked."""
    circle = _circle(situation, desk, offered.choice.subject)
    if circle is None:
        return (replies.said(situation, desk, "press.done"),)
    assert situation.person is not None
    mine = {each.use: each.allowed for each in circle.photo_choices if each.chooser == situation.person.id}
    choices = [
        Choice(
            Offer.PHOTOS_STOP if mine.get(use, use in WITHOUT_A_YES) else Offer.PHOTOS_LET, circle.child.id, use.value
        )
        for use in PhotoUse
    ]
    return (replies.said(situation, desk, "photos.ticked", {"child": circle.child.name}, choices=choices),)


def photos_let(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """She allows one use; by an address of weak proof that waits for its code."""
    circle = _circle(situation, desk, offered.choice.subject)
    if circle is None:
        return (replies.said(situation, desk, "press.done"),)
    use = offered.choice.value
    if echo.is_needed(situation):
        values = {"use": use, "child": circle.child.name}
        return (echo.ask(situation, desk, ECHO_PHOTOS, "echo.photos", values, subject=circle.child.id, pending=values),)
    return (_use(situation, desk, circle, PhotoUse(use), allowed=True),)


def photos_echoed(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """The right code came."""
    circle = _circle(situation, desk, asked.subject)
    if circle is None:
        return None
    return (_use(situation, desk, circle, PhotoUse(asked.values["use"]), allowed=True),)


def photos_stop(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """She allows one use no more: at once."""
    circle = _circle(situation, desk, offered.choice.subject)
    if circle is None:
        return (replies.said(situation, desk, "press.done"),)
    return (_use(situation, desk, circle, PhotoUse(offered.choice.value), allowed=False),)


def _use(situation: Situation, desk: Desk, circle: Circle, use: PhotoUse, *, allowed: bool) -> Filing:
    """One use allowed or not, recorded, and told to whoever takes the photos, who look at the table."""
    assert situation.person is not None
    person = situation.person
    new = NewPhotoChoice(desk.ids.new(), circle.child.id, PhotoChoice(person.id, use, allowed, desk.now))
    before = circle.allows_photos(use, desk.now)
    after = replace(circle, photo_choices=(*circle.photo_choices, new.choice)).allows_photos(use, desk.now)
    key = "photos.may_now" if allowed else "photos.no_longer"
    if allowed and not after:
        key = "photos.waits"  # one of two parents said yes
    said = replies.said(situation, desk, key, {"use": use.value, "child": circle.child.name})
    told = []
    if before != after:
        values = {"name": person.name, "child": circle.child.name}
        for setting in settings_around(circle, desk.now):
            if (member := duty.through_whom(circle, setting, desk.now, desk.zone)) is not None:
                notice = replies.tell(
                    situation,
                    desk,
                    member.person.id,
                    Said("photos.changed", values),
                    child=circle.child.id,
                    not_before=when_at_hand(member, circle, desk.now, desk.zone),
                    cause=new.id,
                )
                told.append(notice)
    return replace(
        said,
        roster=Roster(photo_choices=(new,)),
        notices=(*said.notices, *told),
        deeds=(Deed("photos", person.id, Owner.child(circle.child.id), new.id, {use.value: allowed}),),
    )


def _circle(situation: Situation, desk: Desk, child: int) -> Circle | None:
    circle = situation.circles.get(ChildId(child))
    return circle if circle is not None and sharing.is_parent(situation, desk, circle) else None


def _is_around(circle: Circle, direction: Direction, now: datetime) -> bool:
    around = settings_around(circle, now)
    return all(each is HOME or each in around for each in direction)


def _direction(value: str) -> Direction | None:
    source, _, target = value.partition(",")
    if not target.isdigit():
        return None
    return (HOME if source == "home" else SettingId(int(source)), SettingId(int(target)))
