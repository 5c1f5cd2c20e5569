"""The circles around children, loaded in a few statements for many people or many children at once.

Nothing is cached: a membership or a choice counts as the transaction that decides finds it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from book.ids import ChildId, PersonId, RoomId, SettingId
from book.importing.hours import Hours
from book.people import (
    Child,
    Circle,
    Cover,
    Duty,
    Membership,
    Person,
    Presence,
    Present,
    Pronoun,
    Role,
    Room,
    Session,
    Setting,
    SettingKind,
    Standing,
    latest,
)
from book.sharing import Choice, PhotoChoice, PhotoUse
from book.topics import Group
from storage import membership_log, schema
from storage.statements import among
from storage.vault import Owner, Vault

# What a membership is made of; who wrote the line and when is for the audit.
_LOG = schema.memberships.c
_LINES: Select[Any] = select(
    _LOG.id,
    _LOG.child_id,
    _LOG.person_id,
    _LOG.role,
    _LOG.setting_id,
    _LOG.room_id,
    _LOG.standing,
    _LOG.since,
    _LOG.until,
    _LOG.days,
    _LOG.sees,
    _LOG.made_by,
)

_OF_CHILDREN = _LINES.where(among(_LOG.child_id, "wanted")).order_by(_LOG.id)
_OF_SETTINGS = _LINES.where(_LOG.child_id.is_(None), among(_LOG.setting_id, "wanted")).order_by(_LOG.id)
_POSTS = _LINES.where(_LOG.child_id.is_(None), among(_LOG.person_id, "people")).order_by(_LOG.id)
_STANDS_IN = select(_LOG.person_id, _LOG.child_id, _LOG.setting_id).where(among(_LOG.person_id, "people"))
_CHILDREN_AT = _LINES.where(_LOG.child_id.is_not(None), among(_LOG.setting_id, "settings")).order_by(_LOG.id)
_ALL_OF_THEIRS = _LINES.where(among(_LOG.person_id, "people")).order_by(_LOG.id)
_PEOPLE = select(
    schema.people.c.id,
    schema.people.c.sealed_name,
    schema.people.c.sealed_full_name,
    schema.people.c.language,
    schema.people.c.pronoun,
    schema.people.c.sealed_direct_line,
    schema.people.c.free_at,
).where(among(schema.people.c.id, "wanted"))
_SET = schema.settings.c
_SETTINGS: Select[Any] = select(
    _SET.id,
    _SET.kind,
    _SET.by_hand,
    _SET.sealed_name,
    _SET.sealed_telephone,
    _SET.both_parents,
    _SET.sealed_council_line,
).where(among(_SET.id, "wanted"))
_CHILDREN = select(schema.children.c.id, schema.children.c.sealed_names, schema.children.c.pronoun).where(
    among(schema.children.c.id, "wanted")
)
_CHOICE = schema.sharing_choices.c
_CHOICES = (
    select(_CHOICE.child_id, _CHOICE.chooser_id, _CHOICE.source_id, _CHOICE.target_id, _CHOICE.groups, _CHOICE.made_at)
    .where(among(schema.sharing_choices.c.child_id, "wanted"))
    .order_by(schema.sharing_choices.c.id)
)


def children_of(connection: Connection, people: Collection[PersonId]) -> dict[PersonId, set[ChildId]]:
    """The children in whose circles each of these people stands or once stood, through a setting's role as well."""
    found: dict[PersonId, set[ChildId]] = defaultdict(set)
    mine = schema.memberships
    rows = connection.execute(_STANDS_IN, {"people": list(people)}).all()
    of_settings: dict[SettingId, set[PersonId]] = defaultdict(set)
    for row in rows:
        if row.child_id is not None:
            found[PersonId(row.person_id)].add(ChildId(row.child_id))
        else:
            of_settings[SettingId(row.setting_id)].add(PersonId(row.person_id))
    if of_settings:
        shared = connection.execute(
            select(mine.c.setting_id, mine.c.child_id)
            .distinct()
            .where(mine.c.setting_id.in_(list(of_settings)), mine.c.child_id.is_not(None))
        ).all()
        for pair in shared:
            for person in of_settings[SettingId(pair.setting_id)]:
                found[person].add(ChildId(pair.child_id))
    return found


def posts_of(
    connection: Connection, vault: Vault, people: Collection[PersonId]
) -> dict[PersonId, tuple[Membership, ...]]:
    """What each of these people is in a whole setting: its manager, its safeguarding lead. No child is needed."""
    rows = connection.execute(_POSTS, {"people": list(people)}).all()
    if not rows:
        return {}
    named = load_people(connection, vault, {PersonId(row.person_id) for row in rows})
    found: dict[PersonId, list[tuple[None, Membership]]] = defaultdict(list)
    for row in rows:
        found[PersonId(row.person_id)].append((None, _membership(row, named)))
    return {person: latest(lines) for person, lines in found.items()}


def posts_at(connection: Connection, vault: Vault, setting: SettingId) -> tuple[Membership, ...]:
    """Who is something in this whole setting: its manager, its safeguarding leads."""
    rows = connection.execute(_OF_SETTINGS, {"wanted": [setting]}).all()
    named = load_people(connection, vault, {PersonId(row.person_id) for row in rows})
    return latest((None, _membership(row, named)) for row in rows)


def belonging(connection: Connection, people: Collection[PersonId], now: datetime) -> frozenset[PersonId]:
    """Of these people, those who stand in any circle, or in a whole setting, at this instant."""
    rows = connection.execute(_ALL_OF_THEIRS, {"people": list(people)}).all()
    return frozenset(PersonId(row.person_id) for row in membership_log.live(rows, now))


def children_at(
    connection: Connection, vault: Vault, settings: Collection[SettingId], now: datetime
) -> dict[SettingId, dict[ChildId, Child]]:
    """The children who are with each of these settings at this instant: what they are called, and no more."""
    if not settings:
        return {}
    rows = connection.execute(_CHILDREN_AT, {"settings": list(settings)}).all()
    here = membership_log.live(rows, now)
    named = _load_children(connection, vault, {ChildId(each.child_id) for each in here})
    found: dict[SettingId, dict[ChildId, Child]] = defaultdict(dict)
    for each in here:
        if each.child_id in named:
            found[SettingId(each.setting_id)][ChildId(each.child_id)] = named[ChildId(each.child_id)]
    return found


def load(
    connection: Connection,
    vault: Vault,
    wanted: Collection[ChildId],
    now: datetime,
    *,
    with_hours: bool = True,
) -> dict[ChildId, Circle]:
    """The circle of each of these children, as the log stands in this transaction.

    ``with_hours`` brings who is where and at work when, rooms and photo uses; whether somebody may know words does
    not depend on it. A move to another room counts from its day on; a room's tablet is around
    the children who are in the room.
    """
    if not wanted:
        return {}
    lines = connection.execute(_OF_CHILDREN, {"wanted": list(wanted)}).all()
    by_child: dict[int, set[int]] = defaultdict(set)
    for line in lines:
        if line.setting_id is not None:
            by_child[line.child_id].add(line.setting_id)
    settings = {each for found in by_child.values() for each in found}
    of_settings = connection.execute(_OF_SETTINGS, {"wanted": list(settings)}).all()
    people = load_people(connection, vault, {PersonId(line.person_id) for line in [*lines, *of_settings]})
    known = load_settings(connection, vault, settings)
    children = _load_children(connection, vault, wanted)
    choices = _load_choices(connection, wanted)
    sessions = _load_sessions(connection, wanted) if with_hours else {}
    duties = _load_duties(connection, people) if with_hours else {}
    covers = _load_covers(connection, people) if with_hours else {}
    presences = _load_presences(connection, wanted) if with_hours else {}
    photos = _load_photo_choices(connection, wanted) if with_hours else {}
    # A tablet stands in the circle of whoever is in its room.
    of_rooms = any(line.room_id is not None for line in of_settings)
    rooms = _load_rooms(connection, vault, wanted, now) if with_hours or of_rooms else {}
    devices = _load_devices(connection, people) if with_hours else frozenset()
    reached = _load_reached(connection, people) if with_hours else None
    own: dict[int, list[Membership]] = defaultdict(list)
    for line in lines:
        own[line.child_id].append(_membership(line, people))
    general: dict[int, list[Membership]] = defaultdict(list)
    for line in of_settings:
        general[line.setting_id].append(_membership(line, people))
    circles = {}
    for child in wanted:
        if child not in children:
            continue
        theirs = [(child, line) for line in own[child]]
        in_rooms = {None, *(room.id for room in rooms.get(child, {}).values())}
        whole = [
            (None, line) for setting in sorted(by_child[child]) for line in general[setting] if line.room in in_rooms
        ]
        memberships = latest([*theirs, *whole])
        present = {line.person.id for line in memberships}
        circles[child] = Circle(
            child=children[child],
            memberships=memberships,
            settings={SettingId(each): known[SettingId(each)] for each in sorted(by_child[child])},
            choices=tuple(choices[child]),
            sessions=tuple(sessions.get(child, ())),
            duties=tuple(duty for person in sorted(present) for duty in duties.get(person, ())),
            covers=tuple(cover for person in sorted(present) for cover in covers.get(person, ())),
            presences=tuple(presences.get(child, ())),
            photo_choices=tuple(photos.get(child, ())),
            rooms=rooms.get(child, {}),
            devices=devices & present,
            joined=None if reached is None else reached & present,
        )
    return circles


def load_people(connection: Connection, vault: Vault, wanted: Collection[PersonId]) -> dict[PersonId, Person]:
    if not wanted:
        return {}
    rows = connection.execute(_PEOPLE, {"wanted": list(wanted)}).all()
    return {PersonId(row.id): _person(vault, row) for row in rows}


def _person(vault: Vault, row: Any) -> Person:
    owner = Owner.person(row.id)
    return Person(
        PersonId(row.id),
        vault.open_text(owner, "name", row.id, row.sealed_name),
        row.language,
        full_name=""
        if row.sealed_full_name is None
        else vault.open_text(owner, "full_name", row.id, row.sealed_full_name),
        pronoun=Pronoun(row.pronoun),
        direct_line=""
        if row.sealed_direct_line is None
        else vault.open_text(owner, "direct_line", row.id, row.sealed_direct_line),
        free_at=None if row.free_at is None else time.fromisoformat(row.free_at),
    )


def load_settings(connection: Connection, vault: Vault, wanted: Collection[int]) -> dict[SettingId, Setting]:
    """These settings."""
    rows = connection.execute(_SETTINGS, {"wanted": list(wanted)}).all()
    return {SettingId(row.id): _setting(vault, row) for row in rows}


def _setting(vault: Vault, row: Row[Any]) -> Setting:
    return Setting(
        id=SettingId(row.id),
        kind=SettingKind(row.kind),
        name=vault.open_text(Owner.setting(row.id), "name", row.id, row.sealed_name),
        telephone=vault.open_text(Owner.setting(row.id), "telephone", row.id, row.sealed_telephone),
        by_hand=row.by_hand,
        both_parents=row.both_parents,
        council_line=""
        if row.sealed_council_line is None
        else vault.open_text(Owner.setting(row.id), "council_line", row.id, row.sealed_council_line),
    )


def _load_children(connection: Connection, vault: Vault, wanted: Collection[ChildId]) -> dict[ChildId, Child]:
    rows = connection.execute(_CHILDREN, {"wanted": list(wanted)}).all()
    found = {}
    for row in rows:
        names = json.loads(vault.open_text(Owner.child(row.id), "names", row.id, row.sealed_names))
        found[ChildId(row.id)] = Child(ChildId(row.id), names[0], tuple(names[1:]), Pronoun(row.pronoun))
    return found


def _load_choices(connection: Connection, wanted: Collection[ChildId]) -> dict[int, list[Choice]]:
    found: dict[int, list[Choice]] = defaultdict(list)
    for row in connection.execute(_CHOICES, {"wanted": list(wanted)}):
        found[row.child_id].append(
            Choice(
                PersonId(row.chooser_id),
                None if row.source_id is None else SettingId(row.source_id),
                None if row.target_id is None else SettingId(row.target_id),
                _groups(row.groups),
                row.made_at,
            )
        )
    return found


_DEVICES = select(schema.tablets.c.person_id).where(among(schema.tablets.c.person_id, "people"))


@lru_cache(maxsize=256)
def _groups(kept: str) -> frozenset[Group]:
    # There are few different ones, and every look at a circle reads them all.
    return frozenset(Group(each) for each in kept.split())


_REACHED = (
    select(schema.addresses.c.person_id)
    .distinct()
    .where(among(schema.addresses.c.person_id, "people"), schema.addresses.c.stopped_at.is_(None))
)
_SESSIONS = (
    select(schema.sessions)
    .where(
        among(schema.sessions.c.child_id, "wanted"),
        schema.sessions.c.ended_at.is_(None),
    )
    .order_by(schema.sessions.c.id)
)
_DUTIES = (
    select(schema.duty)
    .where(among(schema.duty.c.person_id, "people"), schema.duty.c.ended_at.is_(None))
    .order_by(schema.duty.c.id)
)
_COVERS = select(schema.covers).where(among(schema.covers.c.away_id, "people")).order_by(schema.covers.c.id)
_PRESENCES = (
    select(schema.presences).where(among(schema.presences.c.child_id, "wanted")).order_by(schema.presences.c.id)
)
_PHOTO_USES = (
    select(schema.photo_uses).where(among(schema.photo_uses.c.child_id, "wanted")).order_by(schema.photo_uses.c.id)
)
_IN_ROOMS = (
    select(schema.room_moves.c.child_id, schema.room_moves.c.since, schema.rooms)
    .join(schema.rooms, schema.rooms.c.id == schema.room_moves.c.room_id)
    .where(among(schema.room_moves.c.child_id, "wanted"))
    .order_by(schema.room_moves.c.id)
)


def _load_sessions(connection: Connection, wanted: Collection[ChildId]) -> dict[int, list[Session]]:
    found: dict[int, list[Session]] = defaultdict(list)
    for row in connection.execute(_SESSIONS, {"wanted": wanted}).all():
        found[row.child_id].append(
            Session(
                SettingId(row.setting_id),
                row.weekday,
                _time(row.start_minute),
                _time(row.end_minute),
                day=_date(row.day),
                off=row.off,
                since=_date(row.since),
                until=_date(row.until),
            )
        )
    return found


def _load_duties(connection: Connection, people: Collection[PersonId]) -> dict[PersonId, list[Duty]]:
    found: dict[PersonId, list[Duty]] = defaultdict(list)
    for row in connection.execute(_DUTIES, {"people": people}).all():
        person = PersonId(row.person_id)
        found[person].append(
            Duty(
                person,
                row.weekday,
                _time(row.start_minute),
                _time(row.end_minute),
                day=_date(row.day),
                off=row.off,
            )
        )
    return found


def load_duties(connection: Connection, people: Collection[PersonId]) -> dict[PersonId, list[tuple[SettingId, Hours]]]:
    """When each of these works by the week, and at which setting."""
    found: dict[PersonId, list[tuple[SettingId, Hours]]] = defaultdict(list)
    for row in connection.execute(_DUTIES, {"people": list(people)}):
        if row.day is None:
            hours = Hours(row.weekday, _time(row.start_minute), _time(row.end_minute))
            found[PersonId(row.person_id)].append((SettingId(row.setting_id), hours))
    return found


def _load_covers(connection: Connection, people: Collection[PersonId]) -> dict[PersonId, list[Cover]]:
    """Who covers for each of these, with every line of the log."""
    found: dict[PersonId, list[Cover]] = defaultdict(list)
    for row in connection.execute(_COVERS, {"people": list(people)}):
        away = PersonId(row.away_id)
        day = date.fromisoformat(row.day)
        found[away].append(Cover(SettingId(row.setting_id), away, PersonId(row.cover_id), day))
    return found


def _load_presences(connection: Connection, wanted: Collection[ChildId]) -> dict[int, list[Present]]:
    found: dict[int, list[Present]] = defaultdict(list)
    for row in connection.execute(_PRESENCES, {"wanted": list(wanted)}):
        found[row.child_id].append(
            Present(SettingId(row.setting_id), date.fromisoformat(row.day), Presence(row.state), row.at)
        )
    return found


def _load_photo_choices(connection: Connection, wanted: Collection[ChildId]) -> dict[int, list[PhotoChoice]]:
    found: dict[int, list[PhotoChoice]] = defaultdict(list)
    for row in connection.execute(_PHOTO_USES, {"wanted": list(wanted)}):
        found[row.child_id].append(PhotoChoice(PersonId(row.chooser_id), PhotoUse(row.use), row.allowed, row.made_at))
    return found


def _load_rooms(
    connection: Connection, vault: Vault, wanted: Collection[ChildId], now: datetime
) -> dict[int, dict[SettingId, Room]]:
    """The room each child is in at each setting: the last it moved to."""
    found: dict[int, dict[SettingId, Room]] = defaultdict(dict)
    for row in connection.execute(_IN_ROOMS, {"wanted": list(wanted)}):
        if row.since > now:
            continue
        setting = SettingId(row.setting_id)
        name = vault.open_text(Owner.setting(setting), "room", row.id, row.sealed_name)
        found[row.child_id][setting] = Room(RoomId(row.id), setting, name)
    return found


def _load_devices(connection: Connection, people: Collection[PersonId]) -> frozenset[PersonId]:
    rows = connection.execute(_DEVICES, {"people": list(people)})
    return frozenset(PersonId(each) for each in rows.scalars())


def _load_reached(connection: Connection, people: Collection[PersonId]) -> frozenset[PersonId]:
    """Those of them who have an address at which nothing was stopped."""
    return frozenset(PersonId(each) for each in connection.execute(_REACHED, {"people": list(people)}).scalars())


def _date(day: str | None) -> date | None:
    return None if day is None else date.fromisoformat(day)


def _time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60) if minutes < 24 * 60 else time(23, 59)


def _membership(line: Row[Any], people: dict[PersonId, Person]) -> Membership:
    return Membership(
        id=line.id,
        person=people[PersonId(line.person_id)],
        role=Role(line.role),
        setting=None if line.setting_id is None else SettingId(line.setting_id),
        standing=Standing(line.standing),
        since=line.since,
        until=line.until,
        room=None if line.room_id is None else RoomId(line.room_id),
        days=days_of(line),
        sees=groups_of(line),
        sees_of=groups_of_places(line),
        of_whole_setting=line.child_id is None,
        made_by=None if line.made_by is None else PersonId(line.made_by),
    )


def days_of(line: Row[Any]) -> frozenset[int] | None:
    """The weekdays that a line of the log gives; None for every day."""
    return None if line.days is None else frozenset(day for day in range(7) if line.days >> day & 1)


def groups_of(line: Row[Any]) -> frozenset[Group] | None:
    """The groups of topics that a line of the log gives; None where the role says it."""
    return None if line.sees is None else frozenset(Group(each) for each in line.sees.split() if ":" not in each)


def groups_of_places(line: Row[Any]) -> frozenset[tuple[SettingId | None, Group]]:
    """The groups that a line of the log gives of one place alone, a setting or home."""
    pairs = (each.split(":") for each in (line.sees or "").split() if ":" in each)
    return frozenset((None if place == "home" else SettingId(int(place)), Group(group)) for place, group in pairs)


def all_children(connection: Connection) -> Sequence[ChildId]:
    return [ChildId(each) for each in connection.execute(select(schema.children.c.id)).scalars()]


def all_people(connection: Connection) -> Sequence[PersonId]:
    return [PersonId(each) for each in connection.execute(select(schema.people.c.id)).scalars()]
