"""The circles around children, loaded in a few statements for many people or many children at once.

A membership or a choice counts as the transaction that decides finds it: all rows are fetched each time. Only where
every one of them is as it was the last time, the circle made of them then is the circle.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, NamedTuple, Self

from sqlalchemy import Connection, Row, Select, select

from book.ids import ChildId, PersonId, RoomId, SettingId
from book.importing.hours import Hours
from book.people import (
    Child,
    Circle,
    Cover,
    Duty,
    Hears,
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
from storage import calendars, membership_log, schema
from storage.calendars import Lying
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
PAGE = "page"  # the preference: when a parent hears of the day
_PEOPLE = select(
    schema.people.c.id,
    schema.people.c.sealed_name,
    schema.people.c.sealed_full_name,
    schema.people.c.language,
    schema.people.c.pronoun,
    schema.people.c.sealed_direct_line,
    schema.people.c.free_at,
    select(schema.preferences.c.value)
    .where(schema.preferences.c.person_id == schema.people.c.id, schema.preferences.c.name == PAGE)
    .order_by(schema.preferences.c.id.desc())
    .limit(1)
    .scalar_subquery()
    .label("hears"),
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

    ``with_hours`` brings who is where and at work when, and photo uses; whether somebody may know words does not
    depend on it. A move to another room counts from its day on; a room's tablet is around
    the children who are in the room.
    """
    if not wanted:
        return {}
    lines = connection.execute(_OF_CHILDREN, {"wanted": list(wanted)}).all()
    own = _by_child(lines)
    places = {child: sorted({line.setting_id for line in own[child] if line.setting_id is not None}) for child in own}
    settings = {each for found in places.values() for each in found}
    of_settings = connection.execute(_OF_SETTINGS, {"wanted": list(settings)}).all()
    general = _grouped(of_settings, lambda line: line.setting_id)
    around = {line.person_id for line in [*lines, *of_settings]}
    people = {row.id: row for row in _rows(connection, _PEOPLE, wanted=around)}
    known = {row.id: row for row in _rows(connection, _SETTINGS, wanted=settings)}
    children = {row.id: row for row in _rows(connection, _CHILDREN, wanted=wanted)}
    choices = _load_choices(connection, wanted)
    # A tablet stands in the circle of whoever is in its room.
    moves = _by_child(row for row in _rows(connection, _IN_ROOMS, wanted=wanted) if row.since <= now)
    hours = _Hours.load(connection, wanted, around, settings) if with_hours else None
    circles = {}
    for child in wanted:
        if child not in children:
            continue
        whole = [line for setting in places.get(child, ()) for line in general[setting]]
        near = sorted({line.person_id for line in (*own[child], *whole)})
        lying = _Lying(
            child=(children[child],),
            own=own[child],
            whole=whole,
            people=[people[each] for each in near],
            settings=[known[each] for each in places.get(child, ())],
            choices=choices[child],
            rooms=moves[child],
        )
        values = _values(lying)
        circle = vault.once(_circle, values, lying)
        if hours is not None:
            beside = hours.of(child, near, places.get(child, ()))
            circle = vault.once(_with_hours, (values, _values(beside)), circle, beside)
        circles[child] = circle
    return circles


_Lines = Sequence[Row[Any]]


class _Lying(NamedTuple):
    """What one circle is made of, as it lies in the tables."""

    child: _Lines
    own: _Lines  # the lines of the log about this child
    whole: _Lines  # those about the whole of a setting it is with
    people: _Lines
    settings: _Lines
    choices: _Lines
    rooms: _Lines


class _Beside(NamedTuple):
    """What comes to it with the hours."""

    sessions: _Lines
    duties: _Lines
    covers: _Lines
    presences: _Lines
    photos: _Lines
    devices: _Lines
    reached: _Lines
    weeks: _Lines  # of the calendars of the settings it is with, and their days
    days: _Lines


def _values(lying: _Lying | _Beside) -> Hashable:
    """All that is in these rows."""
    return tuple(tuple(map(tuple, rows)) for rows in lying)


def _circle(vault: Vault, lying: _Lying) -> Circle:
    # Whoever works there, and the setting itself, stand in many circles.
    people = {PersonId(row.id): vault.once(_person, tuple(row), row) for row in lying.people}
    rooms = {SettingId(row.setting_id): _room(vault, row) for row in lying.rooms}
    in_rooms = {None, *(room.id for room in rooms.values())}
    own = [(ChildId(line.child_id), _membership(line, people)) for line in lying.own]
    whole = [(None, line) for line in (_membership(each, people) for each in lying.whole) if line.room in in_rooms]
    return Circle(
        child=_child(vault, lying.child[0]),
        memberships=latest([*own, *whole]),
        settings={SettingId(row.id): vault.once(_setting, tuple(row), row) for row in lying.settings},
        choices=tuple(_choice(row) for row in lying.choices),
        rooms=rooms,
    )


@dataclass(frozen=True, slots=True)
class _Hours:
    """Who is where and at work when, by child or by person."""

    sessions: Mapping[int, _Lines]
    duties: Mapping[int, _Lines]
    covers: Mapping[int, _Lines]
    presences: Mapping[int, _Lines]
    photos: Mapping[int, _Lines]
    devices: Mapping[int, _Lines]
    reached: Mapping[int, _Lines]
    calendars: Mapping[int, Lying]

    @classmethod
    def load(
        cls,
        connection: Connection,
        children: Collection[ChildId],
        people: Collection[int],
        settings: Collection[SettingId],
    ) -> Self:
        return cls(
            sessions=_by_child(_rows(connection, _SESSIONS, wanted=children)),
            duties=_by_person(_rows(connection, _DUTIES, people=people)),
            covers=_grouped(_rows(connection, _COVERS, people=people), lambda row: row.away_id),
            presences=_by_child(_rows(connection, _PRESENCES, wanted=children)),
            photos=_by_child(_rows(connection, _PHOTO_USES, wanted=children)),
            devices=_by_person(_rows(connection, _DEVICES, people=people)),
            reached=_by_person(_rows(connection, _REACHED, people=people)),
            calendars=calendars.rows_of(connection, settings),
        )

    def of(self, child: ChildId, near: Sequence[int], places: Sequence[SettingId]) -> _Beside:
        """What is known of this child, of those near it in their order, and of where it is."""
        return _Beside(
            sessions=self.sessions[child],
            duties=[row for each in near for row in self.duties[each]],
            covers=[row for each in near for row in self.covers[each]],
            presences=self.presences[child],
            photos=self.photos[child],
            devices=[row for each in near for row in self.devices[each]],
            reached=[row for each in near for row in self.reached[each]],
            weeks=[row for each in places for row in self.calendars[each].weeks],
            days=[row for each in places for row in self.calendars[each].days],
        )


def _with_hours(vault: Vault, circle: Circle, beside: _Beside) -> Circle:
    present = {line.person.id for line in circle.memberships}
    return replace(
        circle,
        sessions=tuple(_session(row) for row in beside.sessions),
        duties=tuple(_duty(row) for row in beside.duties if row.person_id in present),
        covers=tuple(_cover(row) for row in beside.covers if row.away_id in present),
        presences=tuple(_present(row) for row in beside.presences),
        photo_choices=tuple(_photo_choice(row) for row in beside.photos),
        devices=frozenset(PersonId(row.person_id) for row in beside.devices) & present,
        joined=frozenset(PersonId(row.person_id) for row in beside.reached) & present,
        calendars={
            each.id: calendars.made_of(
                vault,
                each.usual_calendar,
                Lying(
                    [row for row in beside.weeks if row.setting_id == each.id],
                    [row for row in beside.days if row.setting_id == each.id],
                ),
            )
            for each in circle.settings.values()
        },
    )


def _rows(connection: Connection, statement: Select[Any], **given: Collection[int]) -> Sequence[Row[Any]]:
    return connection.execute(statement, given).all()


def _by_child(rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    return _grouped(rows, lambda row: row.child_id)


def _by_person(rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    return _grouped(rows, lambda row: row.person_id)


def _grouped(rows: Iterable[Row[Any]], key: Callable[[Row[Any]], int]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def load_people(connection: Connection, vault: Vault, wanted: Collection[PersonId]) -> dict[PersonId, Person]:
    if not wanted:
        return {}
    rows = connection.execute(_PEOPLE, {"wanted": list(wanted)}).all()
    return {PersonId(row.id): vault.once(_person, tuple(row), row) for row in rows}


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
        hears=Hears.AT_FIVE if row.hears is None else Hears(row.hears),
    )


def load_settings(connection: Connection, vault: Vault, wanted: Collection[int]) -> dict[SettingId, Setting]:
    """These settings."""
    rows = connection.execute(_SETTINGS, {"wanted": list(wanted)}).all()
    return {SettingId(row.id): vault.once(_setting, tuple(row), row) for row in rows}


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
    return {ChildId(row.id): _child(vault, row) for row in _rows(connection, _CHILDREN, wanted=wanted)}


def _child(vault: Vault, row: Row[Any]) -> Child:
    names = json.loads(vault.open_text(Owner.child(row.id), "names", row.id, row.sealed_names))
    return Child(ChildId(row.id), names[0], tuple(names[1:]), Pronoun(row.pronoun))


def _load_choices(connection: Connection, wanted: Collection[ChildId]) -> dict[int, list[Row[Any]]]:
    return _by_child(_rows(connection, _CHOICES, wanted=wanted))


def _choice(row: Row[Any]) -> Choice:
    return Choice(
        PersonId(row.chooser_id),
        None if row.source_id is None else SettingId(row.source_id),
        None if row.target_id is None else SettingId(row.target_id),
        _groups(row.groups),
        row.made_at,
    )


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


def _session(row: Row[Any]) -> Session:
    return Session(
        SettingId(row.setting_id),
        row.weekday,
        _time(row.start_minute),
        _time(row.end_minute),
        day=_date(row.day),
        off=row.off,
        since=_date(row.since),
        until=_date(row.until),
    )


def _duty(row: Row[Any]) -> Duty:
    return Duty(
        PersonId(row.person_id),
        row.weekday,
        _time(row.start_minute),
        _time(row.end_minute),
        day=_date(row.day),
        off=row.off,
    )


def load_duties(connection: Connection, people: Collection[PersonId]) -> dict[PersonId, list[tuple[SettingId, Hours]]]:
    """When each of these works by the week, and at which setting."""
    found: dict[PersonId, list[tuple[SettingId, Hours]]] = defaultdict(list)
    for row in connection.execute(_DUTIES, {"people": list(people)}):
        if row.day is None:
            hours = Hours(row.weekday, _time(row.start_minute), _time(row.end_minute))
            found[PersonId(row.person_id)].append((SettingId(row.setting_id), hours))
    return found


def _cover(row: Row[Any]) -> Cover:
    return Cover(SettingId(row.setting_id), PersonId(row.away_id), PersonId(row.cover_id), date.fromisoformat(row.day))


def _present(row: Row[Any]) -> Present:
    return Present(SettingId(row.setting_id), date.fromisoformat(row.day), Presence(row.state), row.at)


def _photo_choice(row: Row[Any]) -> PhotoChoice:
    return PhotoChoice(PersonId(row.chooser_id), PhotoUse(row.use), row.allowed, row.made_at)


def _room(vault: Vault, row: Row[Any]) -> Room:
    setting = SettingId(row.setting_id)
    return Room(RoomId(row.id), setting, vault.open_text(Owner.setting(setting), "room", row.id, row.sealed_name))


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
