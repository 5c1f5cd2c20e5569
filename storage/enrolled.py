"""The roll of one or several settings as it stands, for comparing a spreadsheet with it.

Loads what an import may touch and nothing else. Knows nothing of spreadsheets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import Connection, select

from book.ids import ChildId, PersonId, SettingId
from book.importing.hours import Hours
from book.importing.known import Known, KnownChild, KnownPerson, KnownSetting, KnownStaff
from book.people import STAFF, Circle, Membership, Role
from book.sharing import PhotoUse
from storage import circles, rolls, schema
from storage.rolls import Roll
from storage.vault import Owner, Vault

WORKS_AT = "works_at"
WORKS_IN = "works_in"
"""Preferences that put somebody on a setting's list of staff, and into a room, without giving her any child."""


def main_contact(child: ChildId) -> str:
    """The preference that says whether somebody is rung first about a child."""
    return f"main:{child}"


def load(
    connection: Connection,
    vault: Vault,
    wanted: Collection[SettingId] | None,
    now: datetime,
    *,
    default: SettingId | None = None,
) -> Known:
    """The roll of these settings, or of all of them; with all of them new ones may be made as well."""
    named = {
        SettingId(row.id): vault.open_text(Owner.setting(row.id), "name", row.id, row.sealed_name)
        for row in connection.execute(
            select(schema.settings.c.id, schema.settings.c.sealed_name).order_by(schema.settings.c.id)
        )
        if wanted is None or row.id in wanted
    }
    log = schema.memberships.c
    children = connection.execute(
        select(log.child_id).distinct().where(log.setting_id.in_(list(named)), log.child_id.is_not(None))
    ).scalars()
    around = circles.load(connection, vault, {ChildId(each) for each in children}, now)
    listed = _preferences(connection)
    posts = connection.execute(
        select(log.person_id).distinct().where(log.setting_id.in_(list(named)), log.child_id.is_(None))
    ).scalars()
    people = {member.person.id for circle in around.values() for member in circle.memberships}
    people |= {PersonId(each) for each in posts}
    people |= {who for who, kept in listed.items() if kept.get(WORKS_AT, "") in {str(each) for each in named}}
    roll = rolls.load(connection, vault, people, named, now=now)
    standing = circles.posts_of(connection, vault, people)
    born = _births(connection, vault, around)
    duties = circles.load_duties(connection, people)
    return Known(
        settings=tuple(
            KnownSetting(
                setting,
                name,
                {room.id: room.name for room in roll.rooms_of(setting)},
                tuple(
                    _child(circle, setting, born.get(child), listed, now)
                    for child, circle in sorted(around.items())
                    if any(each.setting == setting and each.is_live(now) for each in circle.memberships)
                ),
                _staff(setting, around, standing, listed, duties, roll, now),
            )
            for setting, name in named.items()
        ),
        people={
            each.id: KnownPerson(
                each.id,
                each.name,
                each.full_name,
                roll.telephones.get(each.id, ()),
                each.language,
                each.id in roll.joined,
            )
            for each in circles.load_people(connection, vault, people).values()
        },
        may_make_settings=wanted is None,
        default=default,
    )


def _child(
    circle: Circle,
    setting: SettingId,
    born: date | None,
    listed: Mapping[PersonId, Mapping[str, str]],
    now: datetime,
) -> KnownChild:
    live = [each for each in circle.live(now) if each.setting == setting]
    parents = tuple(each.person.id for each in circle.parents(now))
    said = {each.chooser for each in circle.photo_choices if each.use is PhotoUse.GROUP} & set(parents)
    room = circle.rooms.get(setting)
    return KnownChild(
        id=circle.child.id,
        names=circle.child.names,
        born=born,
        room=None if room is None else room.id,
        parents=parents,
        keys=_in_role(live, Role.KEY_PERSON),
        second_keys=_in_role(live, Role.SECOND_KEY_PERSON),
        room_staff=_in_role(live, Role.ROOM_STAFF),
        sessions=frozenset(
            Hours(each.weekday, each.start, each.end)
            for each in circle.sessions
            if each.setting == setting and each.day is None
        ),
        photos=circle.allows_photos(PhotoUse.GROUP, now) if said else None,
        mains=tuple(each for each in parents if listed.get(each, {}).get(main_contact(circle.child.id)) == "yes"),
    )


def _in_role(lines: Collection[Membership], role: Role) -> tuple[PersonId, ...]:
    return tuple(each.person.id for each in lines if each.role is role)


def _staff(
    setting: SettingId,
    around: Mapping[ChildId, Circle],
    posts: Mapping[PersonId, tuple[Membership, ...]],
    listed: Mapping[PersonId, Mapping[str, str]],
    duties: Mapping[PersonId, list[tuple[SettingId, Hours]]],
    roll: Roll,
    now: datetime,
) -> tuple[KnownStaff, ...]:
    roles: dict[PersonId, set[Role]] = defaultdict(set)
    for circle in around.values():
        for each in circle.live(now):
            if each.setting == setting and each.role in STAFF:
                roles[each.person.id].add(each.role)
    for person, lines in posts.items():
        for each in lines:
            if each.setting == setting and each.role in STAFF and each.is_live(now):
                roles[person].add(each.role)
    for person, kept in listed.items():
        if kept.get(WORKS_AT) == str(setting):
            roles[person].add(Role.ROOM_STAFF)
    rooms = {str(each.id): each.id for each in roll.rooms_of(setting)}
    return tuple(
        KnownStaff(
            person,
            frozenset(held - ({Role.ROOM_STAFF} if listed.get(person, {}).get(WORKS_AT) != str(setting) else set())),
            frozenset(hours for at, hours in duties.get(person, ()) if at == setting),
            rooms.get(listed.get(person, {}).get(WORKS_IN, "")),
        )
        for person, held in sorted(roles.items())
    )


def _preferences(connection: Connection) -> dict[PersonId, dict[str, str]]:
    """The newest of each name, of everybody who has one that concerns a roll."""
    kept = schema.preferences.c
    rows = connection.execute(
        select(kept.person_id, kept.name, kept.value)
        .where(kept.name.in_((WORKS_AT, WORKS_IN)) | kept.name.like("main:%"))
        .order_by(kept.id)
    )
    found: dict[PersonId, dict[str, str]] = defaultdict(dict)
    for row in rows:
        found[PersonId(row.person_id)][row.name] = row.value
    return found


def _births(connection: Connection, vault: Vault, wanted: Collection[ChildId]) -> dict[ChildId, date]:
    children = schema.children.c
    rows = connection.execute(
        select(children.id, children.sealed_born).where(
            children.id.in_(list(wanted)), children.sealed_born.is_not(None)
        )
    )
    return {
        ChildId(row.id): date.fromisoformat(vault.open_text(Owner.child(row.id), "born", row.id, row.sealed_born))
        for row in rows
    }
