"""A child is handed over to another room of the setting: who works there is in her circle from that day on.

Whoever is in her circle only because she works in the room that is left is out of it then. The key person stays who
she is until another is named, which is asked in the same breath.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from book.ids import PersonId, RoomId
from book.notices import Choice
from book.people import Circle, Membership, Role, Room
from book.understanding.administration import MoveRoom
from book.wording.values import long_day
from handlers import key_person, replies
from handlers.desk import Desk
from handlers.key_person import until_next
from handlers.running import Runs, children_named, rooms_named, start_of
from handlers.wishing import Wished, ask
from storage.audit import Deed
from storage.filing import Ending, Filing
from storage.roster import NewMembership, NewRoom, NewRoomMove, Roster
from storage.situations import Situation
from storage.vault import Owner


def move(situation: Situation, desk: Desk, runs: Runs, wish: MoveRoom, wished: Wished) -> tuple[Filing, ...] | None:
    """Ask, then move; a room nobody has heard of is made only if the word "room" stood there."""
    circles = children_named(runs, wish.child)
    rooms = rooms_named(situation, runs, wish.room)
    if len(circles) != 1 or (not rooms and not wish.certain):
        return None
    circle, room = circles[0], rooms[0] if rooms else None
    now_in = circle.rooms.get(runs.setting)
    if room is not None and now_in is not None and now_in.id == room.id:
        return (replies.said(situation, desk, "room.already", {"child": circle.child.name, "name": room.name}),)
    values = {"child": circle.child.name, "name": room.name if room is not None else wish.room.capitalize()}
    if wish.since is not None:
        values["civil_day"] = long_day(wish.since)
    if not wished.yes:
        now, later = ("room.ask", "room.ask.from") if room is not None else ("room.ask.new", "room.ask.new.from")
        return (ask(situation, desk, now if wish.since is None else later, values),)
    since = None if wish.since is None else start_of(wish.since, desk)
    choices: tuple[Choice, ...] = key_person.who_now(runs, [circle], PersonId(0), desk) if since is None else ()
    key = "room.done" if since is None else "room.done.from"
    filing = replies.said(situation, desk, key, values, choices=choices)
    return (_moved(filing, desk, runs, circle, room, values["name"], since),)


def _moved(
    filing: Filing, desk: Desk, runs: Runs, circle: Circle, room: Room | None, name: str, since: datetime | None
) -> Filing:
    child = circle.child.id
    new_rooms = [] if room is not None else [NewRoom(RoomId(desk.ids.new()), runs.setting, name)]
    there = room.id if room is not None else new_rooms[0].id
    arriving = {} if room is None else _staff_of_room(runs, there, desk)
    leaving = [
        each
        for each in circle.live(desk.now)
        if each.role is Role.ROOM_STAFF and each.setting == runs.setting and each.room not in (None, there)
        and not each.of_whole_setting and each.person.id not in arriving
    ]  # fmt: skip
    lines = [
        NewMembership(
            desk.ids.new(), person, Role.ROOM_STAFF, child, runs.setting, room=there, since=since, made_by=runs.me.id
        )
        for person in sorted(arriving)
    ]
    lines += [until_next(each, child, since, desk, runs) for each in leaving]
    details = {"room": there, "from": None if since is None else since.isoformat()}
    return replace(
        filing,
        roster=Roster(
            rooms=new_rooms,
            memberships=lines,
            room_moves=[NewRoomMove(desk.ids.new(), child, runs.setting, there, runs.me.id, since=since)],
        ),
        endings=tuple(Ending(each.person.id, frozenset({child})) for each in leaving) if since is None else (),
        deeds=(Deed("room", runs.me.id, Owner.child(child), child, details),),
    )


def _staff_of_room(runs: Runs, room: RoomId, desk: Desk) -> dict[PersonId, Membership]:
    return {
        each.person.id: each
        for circle in runs.circles
        for each in circle.live(desk.now)
        # The room's tablet is around whoever is in the room, without a line of the child's own.
        if each.role is Role.ROOM_STAFF and each.room == room and not each.of_whole_setting
    }
