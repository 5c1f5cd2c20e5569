"""From what an import would change to the rows that write it. Pure: it neither decides nor writes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from book.ids import Ids, PersonId
from book.importing.plans import Plan, Stands
from book.people import Standing
from book.sharing import PhotoChoice, PhotoUse
from storage.enrolled import WORKS_AT, WORKS_IN, main_contact
from storage.roster import (
    NewChild,
    NewDuty,
    NewMembership,
    NewPerson,
    NewPreference,
    NewRoom,
    NewRoomMove,
    NewSession,
    NewSetting,
    NewTelephone,
    Roster,
    Timetable,
)
from storage.sharing import NewPhotoChoice


def roster_of(plan: Plan, ids: Ids, made_by: PersonId | None, now: datetime) -> Roster:
    """Everything ``plan`` changes, to be written together."""
    return Roster(
        settings=[NewSetting(each.id, each.kind, each.name, each.telephone) for each in plan.settings],
        rooms=[NewRoom(room, setting, name) for room, setting, name in plan.rooms],
        people=[NewPerson(each.id, each.name, each.language, each.full_name) for each in plan.people],
        children=[NewChild(each.id, each.names, each.born) for each in plan.children],
        memberships=[_membership(each, ids, made_by) for each in plan.stands],
        telephones=[
            NewTelephone(ids.new(), person, number, made_by)
            for person, numbers in plan.numbers.items()
            for number in numbers
        ],
        sessions=[
            NewSession(ids.new(), child, setting, each.weekday, each.start, each.end)
            for (child, setting), hours in plan.sessions.items()
            for each in hours
        ],
        duties=[
            NewDuty(ids.new(), person, setting, each.weekday, each.start, each.end)
            for (person, setting), hours in plan.hours.items()
            for each in hours
        ],
        room_moves=[NewRoomMove(ids.new(), child, setting, room, made_by) for child, setting, room in plan.moves],
        photo_choices=[
            NewPhotoChoice(
                ids.new(), child, PhotoChoice(parent, PhotoUse.GROUP, allowed, now), said_by="paper", entered_by=made_by
            )
            for child, parent, allowed in plan.photos
        ],
        preferences=list(_preferences(plan, ids)),
        new_timetables=[Timetable(child, setting) for child, setting in plan.sessions],
        new_hours=list(plan.hours),
        new_numbers=list(plan.numbers),
        births=list(plan.births),
    )


def _membership(stands: Stands, ids: Ids, made_by: PersonId | None) -> NewMembership:
    return NewMembership(
        ids.new(),
        stands.person,
        stands.role,
        stands.child,
        stands.setting,
        stands.room,
        Standing.ENDED if stands.ended else Standing.LIVE,
        made_by=made_by,
    )


def _preferences(plan: Plan, ids: Ids) -> Iterator[NewPreference]:
    for person, setting, room in plan.works:
        yield NewPreference(ids.new(), person, WORKS_AT, str(setting))
        if room is not None:
            yield NewPreference(ids.new(), person, WORKS_IN, str(room))
    for child, person, is_main in plan.mains:
        yield NewPreference(ids.new(), person, main_contact(child), "yes" if is_main else "no")
