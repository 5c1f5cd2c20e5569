"""Settings, rooms, people, children and who stands where: written together, after their keys are durable.

Whoever brings a roster has checked it; here it is written whole or not at all. Almost everything is a line of a log:
a later line about the same takes the place of an earlier one, and none is changed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import Connection, bindparam, update

from book.disclosure import Profile
from book.ids import AddressId, ChildId, Ids, PersonId, RoomId, SettingId
from book.people import GUESTS, Cover, Membership, Presence, Pronoun, Role, SettingKind, Standing
from book.topics import Group
from storage import addresses, dialect, schema, sharing, tablets, work_lines
from storage.addresses import Handle
from storage.sharing import NewChoice, NewPhotoChoice
from storage.store import Store
from storage.tablets import NewFigures, Tablet
from storage.vault import Owner, Vault
from storage.work_lines import NewWorkLine


@dataclass(frozen=True, slots=True)
class NewSetting:
    id: SettingId
    kind: SettingKind
    name: str
    telephone: str = ""
    by_hand: bool = False
    both_parents: bool = False


@dataclass(frozen=True, slots=True)
class SettingChange:
    """What is otherwise with a setting from now on; None stays as it was."""

    id: SettingId
    by_hand: bool | None = None
    both_parents: bool | None = None


@dataclass(frozen=True, slots=True)
class NewRoom:
    id: RoomId
    setting: SettingId
    name: str


@dataclass(frozen=True, slots=True)
class NewPerson:
    id: PersonId
    name: str  # as people call her
    language: str = "en"
    full_name: str = ""  # as the roll has it
    pronoun: Pronoun = Pronoun.THEY


@dataclass(frozen=True, slots=True)
class NewChild:
    id: ChildId
    names: tuple[str, ...]  # the name, then nicknames
    born: date | None = None
    pronoun: Pronoun = Pronoun.THEY


@dataclass(frozen=True, slots=True)
class NewMembership:
    """One line of the log; ``since`` None is now. ``days`` and what she sees as in :class:`book.people.Membership`."""

    id: int
    person: PersonId
    role: Role
    child: ChildId | None = None
    setting: SettingId | None = None
    room: RoomId | None = None
    standing: Standing = Standing.LIVE
    since: datetime | None = None
    until: datetime | None = None
    days: frozenset[int] | None = None
    sees: frozenset[Group] | None = None
    made_by: PersonId | None = None
    sees_of: frozenset[tuple[SettingId | None, Group]] = frozenset()


def later_line(
    number: int,
    line: Membership,
    child: ChildId | None,
    *,
    by: PersonId,
    standing: Standing = Standing.LIVE,
    since: datetime | None = None,
    until: datetime | None = None,
) -> NewMembership:
    """A line that takes the place of ``line``: about the same person, child, role and setting, her room and what she
    was given as they were. Whose guest somebody is stays so, whoever writes the line."""
    return NewMembership(
        number,
        line.person.id,
        line.role,
        child,
        line.setting,
        room=line.room,
        standing=standing,
        since=since,
        until=until,
        days=line.days,
        sees=line.sees,
        sees_of=line.sees_of,
        made_by=line.made_by or by if line.role in GUESTS else by,
    )


@dataclass(frozen=True, slots=True)
class NewTelephone:
    """A number on the roll, in E.164 ("+447700900432")."""

    id: int
    person: PersonId
    number: str
    made_by: PersonId | None = None


@dataclass(frozen=True, slots=True)
class NewSession:
    """When a child is with a setting; with ``day`` an exception of that date alone, ``off`` if she does not come."""

    id: int
    child: ChildId
    setting: SettingId
    weekday: int
    start: time
    end: time
    day: date | None = None
    off: bool = False
    said_by: PersonId | None = None
    since: date | None = None  # a weekly line counts from then on
    confirmed: bool = False  # the setting itself said it, or has said yes already


@dataclass(frozen=True, slots=True)
class NewDuty:
    """When somebody works; ``day`` and ``off`` as for a session."""

    id: int
    person: PersonId
    setting: SettingId
    weekday: int
    start: time
    end: time
    day: date | None = None
    off: bool = False


@dataclass(frozen=True, slots=True)
class NewCover:
    id: int
    cover: Cover
    made_by: PersonId


@dataclass(frozen=True, slots=True)
class NewPresence:
    id: int
    child: ChildId
    setting: SettingId
    day: date
    state: Presence
    by: PersonId | None = None


@dataclass(frozen=True, slots=True)
class NewRoomMove:
    id: int
    child: ChildId
    setting: SettingId
    room: RoomId
    made_by: PersonId | None = None
    since: datetime | None = None  # None is now


@dataclass(frozen=True, slots=True)
class NewPreference:
    """How somebody wants to hear, by name: "page" is "17:00"."""

    id: int
    person: PersonId
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class NewContact:
    """One call, meeting or try with a setting, in the words of whoever logged it."""

    id: int
    child: ChildId
    setting: SettingId
    by: PersonId
    how: str
    reached: bool
    words: str


@dataclass(frozen=True, slots=True)
class Timetable:
    """The weekly sessions of one child at one setting end here; those written beside this take their place.

    With ``since`` they end with the day before, and the others begin then.
    """

    child: ChildId
    setting: SettingId
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """Everything to be written together."""

    settings: Sequence[NewSetting] = ()
    rooms: Sequence[NewRoom] = ()
    people: Sequence[NewPerson] = ()
    children: Sequence[NewChild] = ()
    memberships: Sequence[NewMembership] = ()
    telephones: Sequence[NewTelephone] = ()
    sessions: Sequence[NewSession] = ()
    duties: Sequence[NewDuty] = ()
    covers: Sequence[NewCover] = ()
    presences: Sequence[NewPresence] = ()
    room_moves: Sequence[NewRoomMove] = ()
    choices: Sequence[NewChoice] = ()
    photo_choices: Sequence[NewPhotoChoice] = ()
    preferences: Sequence[NewPreference] = ()
    contacts: Sequence[NewContact] = ()
    new_timetables: Sequence[Timetable] = ()  # whose weekly sessions so far end
    new_hours: Sequence[tuple[PersonId, SettingId]] = ()  # whose weekly hours so far end, and where
    new_numbers: Sequence[PersonId] = ()  # whose numbers so far end
    births: Sequence[tuple[ChildId, date]] = ()  # of children whose day of birth was not known
    tablets: Sequence[Tablet] = ()
    figures: Sequence[NewFigures] = ()
    work_lines: Sequence[NewWorkLine] = ()
    free_times: Sequence[tuple[PersonId, time | None]] = ()  # about when somebody is usually free to answer
    confirmed_days: Sequence[tuple[ChildId, SettingId, date]] = ()  # exceptions a setting says yes to
    setting_changes: Sequence[SettingChange] = ()


NOBODY_NEW = Roster()


def owners_of(roster: Roster) -> list[Owner]:
    """Whose keys must exist before ``roster`` is written: those of everybody who is new in it."""
    return [
        *(Owner.setting(each.id) for each in roster.settings),
        *(Owner.person(each.id) for each in roster.people),
        *(owner for each in roster.children for owner in (Owner.child(each.id), Owner.child_media(each.id))),
    ]


async def enrol(store: Store, roster: Roster, now: datetime) -> None:
    """Make the keys of everybody in ``roster``, then write it in one transaction."""
    await store.vault.ensure(*owners_of(roster))
    await store.write(write, store.vault, roster, now)


def write(connection: Connection, vault: Vault, roster: Roster, now: datetime) -> None:
    """Write ``roster``; every key it needs exists already."""
    dialect.add(
        connection,
        schema.settings,
        [
            {
                "id": each.id,
                "kind": each.kind,
                "by_hand": each.by_hand,
                "both_parents": each.both_parents,
                "sealed_name": vault.seal_text(Owner.setting(each.id), "name", each.id, each.name),
                "sealed_telephone": vault.seal_text(Owner.setting(each.id), "telephone", each.id, each.telephone),
                "made_at": now,
            }
            for each in roster.settings
        ],
    )
    for change in roster.setting_changes:
        values = {"by_hand": change.by_hand, "both_parents": change.both_parents}
        connection.execute(
            update(schema.settings)
            .where(schema.settings.c.id == change.id)
            .values({name: value for name, value in values.items() if value is not None})
        )
    dialect.add(
        connection,
        schema.rooms,
        [
            {
                "id": each.id,
                "setting_id": each.setting,
                "sealed_name": vault.seal_text(Owner.setting(each.setting), "room", each.id, each.name),
            }
            for each in roster.rooms
        ],
    )
    dialect.add(
        connection,
        schema.people,
        [
            {
                "id": each.id,
                "sealed_name": vault.seal_text(Owner.person(each.id), "name", each.id, each.name),
                "sealed_full_name": None
                if not each.full_name
                else vault.seal_text(Owner.person(each.id), "full_name", each.id, each.full_name),
                "language": each.language,
                "pronoun": each.pronoun,
                "made_at": now,
            }
            for each in roster.people
        ],
    )
    dialect.add(
        connection,
        schema.children,
        [
            {
                "id": each.id,
                "sealed_names": vault.seal_text(Owner.child(each.id), "names", each.id, json.dumps(each.names)),
                "sealed_born": None
                if each.born is None
                else vault.seal_text(Owner.child(each.id), "born", each.id, each.born.isoformat()),
                "pronoun": each.pronoun,
                "made_at": now,
            }
            for each in roster.children
        ],
    )
    for child, born in roster.births:
        sealed = vault.seal_text(Owner.child(child), "born", child, born.isoformat())
        connection.execute(update(schema.children).where(schema.children.c.id == child).values(sealed_born=sealed))
    _end_what_is_replaced(connection, roster, now)
    add_memberships(connection, roster.memberships, now)
    dialect.add(
        connection,
        schema.telephones,
        [
            {
                "id": each.id,
                "person_id": each.person,
                "number_mac": number_mac(vault, each.number),
                "sealed_number": vault.seal_text(Owner.person(each.person), "number", each.id, each.number),
                "made_at": now,
                "made_by": each.made_by,
            }
            for each in roster.telephones
        ],
    )
    _hours(connection, roster, now)
    _places(connection, roster, now)
    tablets.add(connection, roster.tablets)
    work_lines.write(connection, vault, roster.work_lines)
    for person, at in roster.free_times:
        free_at = None if at is None else f"{at:%H:%M}"
        connection.execute(update(schema.people).where(schema.people.c.id == person).values(free_at=free_at))
    tablets.set_figures(connection, vault, roster.figures, now)
    sharing.add_choices(connection, list(roster.choices))
    sharing.add_photo_choices(connection, list(roster.photo_choices))
    dialect.add(
        connection,
        schema.preferences,
        [
            {"id": each.id, "person_id": each.person, "name": each.name, "value": each.value, "made_at": now}
            for each in roster.preferences
        ],
    )
    dialect.add(
        connection,
        schema.contact_log,
        [
            {
                "id": each.id,
                "child_id": each.child,
                "setting_id": each.setting,
                "by_id": each.by,
                "at": now,
                "how": each.how,
                "reached": each.reached,
                "sealed_words": vault.seal_text(Owner.child(each.child), "contact", each.id, each.words),
            }
            for each in roster.contacts
        ],
    )


def speak(connection: Connection, person: PersonId, language: str) -> None:
    """The language somebody wants to be written to in."""
    connection.execute(update(schema.people).where(schema.people.c.id == person).values(language=language))


def number_mac(vault: Vault, number: str) -> bytes:
    """By which a number of the roll is found without being read."""
    return vault.mac("telephone", number)


def _end_what_is_replaced(connection: Connection, roster: Roster, now: datetime) -> None:
    sessions, duty = schema.sessions, schema.duty
    for each in roster.new_timetables:
        ends: dict[str, object] = {"ended_at": now} if each.since is None else {"until": each.since.isoformat()}
        connection.execute(
            update(sessions)
            .where(
                sessions.c.child_id == each.child,
                sessions.c.setting_id == each.setting,
                sessions.c.day.is_(None),
                sessions.c.ended_at.is_(None),
            )
            .values(**ends)
        )
    if roster.new_hours:
        connection.execute(
            update(duty)
            .where(
                duty.c.person_id == bindparam("of_person"),
                duty.c.setting_id == bindparam("at_setting"),
                duty.c.day.is_(None),
                duty.c.ended_at.is_(None),
            )
            .values(ended_at=now),
            [{"of_person": person, "at_setting": setting} for person, setting in roster.new_hours],
        )
    if roster.new_numbers:
        numbers = schema.telephones
        connection.execute(
            update(numbers)
            .where(numbers.c.person_id == bindparam("of_person"), numbers.c.ended_at.is_(None))
            .values(ended_at=now),
            [{"of_person": each} for each in roster.new_numbers],
        )
    if roster.confirmed_days:
        connection.execute(
            update(sessions)
            .where(
                sessions.c.child_id == bindparam("of_child"),
                sessions.c.setting_id == bindparam("at_setting"),
                sessions.c.day == bindparam("on_day"),
                sessions.c.confirmed_at.is_(None),
            )
            .values(confirmed_at=now),
            [
                {"of_child": child, "at_setting": setting, "on_day": day.isoformat()}
                for child, setting, day in roster.confirmed_days
            ],
        )


def _hours(connection: Connection, roster: Roster, now: datetime) -> None:
    dialect.add(
        connection,
        schema.sessions,
        [
            {
                "id": each.id,
                "child_id": each.child,
                "setting_id": each.setting,
                "weekday": each.weekday,
                "start_minute": _minute(each.start),
                "end_minute": _minute(each.end),
                "day": None if each.day is None else each.day.isoformat(),
                "off": each.off,
                "said_by": each.said_by,
                "confirmed_at": now if each.confirmed else None,
                "since": None if each.since is None else each.since.isoformat(),
                "made_at": now,
            }
            for each in roster.sessions
        ],
    )
    dialect.add(
        connection,
        schema.duty,
        [
            {
                "id": each.id,
                "person_id": each.person,
                "setting_id": each.setting,
                "weekday": each.weekday,
                "start_minute": _minute(each.start),
                "end_minute": _minute(each.end),
                "day": None if each.day is None else each.day.isoformat(),
                "off": each.off,
                "made_at": now,
            }
            for each in roster.duties
        ],
    )
    dialect.add(
        connection,
        schema.covers,
        [
            {
                "id": each.id,
                "setting_id": each.cover.setting,
                "away_id": each.cover.away,
                "cover_id": each.cover.cover,
                "day": each.cover.day.isoformat(),
                "made_at": now,
                "made_by": each.made_by,
            }
            for each in roster.covers
        ],
    )


def _places(connection: Connection, roster: Roster, now: datetime) -> None:
    dialect.add(
        connection,
        schema.presences,
        [
            {
                "id": each.id,
                "child_id": each.child,
                "setting_id": each.setting,
                "day": each.day.isoformat(),
                "state": each.state,
                "at": now,
                "by_id": each.by,
            }
            for each in roster.presences
        ],
    )
    dialect.add(
        connection,
        schema.room_moves,
        [
            {
                "id": each.id,
                "child_id": each.child,
                "setting_id": each.setting,
                "room_id": each.room,
                "since": each.since or now,
                "made_by": each.made_by,
            }
            for each in roster.room_moves
        ],
    )


def add_memberships(connection: Connection, new: Sequence[NewMembership], now: datetime) -> None:
    """Add lines to the log; the newest about the same person, child, role and setting counts."""
    dialect.add(
        connection,
        schema.memberships,
        [
            {
                "id": each.id,
                "child_id": each.child,
                "person_id": each.person,
                "role": each.role,
                "setting_id": each.setting,
                "room_id": each.room,
                "standing": each.standing,
                "since": each.since or now,
                "until": each.until,
                "made_at": now,
                "made_by": each.made_by,
                "days": None if each.days is None else sum(1 << day for day in each.days),
                "sees": _seen(each),
            }
            for each in new
        ],
    )


def _seen(line: NewMembership) -> str | None:
    """The groups she was given, then those of one place alone: "learning 12:day home:day"."""
    if line.sees is None and not line.sees_of:
        return None
    of = (f"{'home' if place is None else place}:{group}" for place, group in line.sees_of)
    return " ".join([*sorted(line.sees or ()), *sorted(of)])


def give_address(
    connection: Connection,
    vault: Vault,
    ids: Ids,
    handle: Handle,
    person: PersonId,
    now: datetime,
    profile: Profile = Profile(),
) -> AddressId:
    """From now on ``handle`` is a proved address of ``person``."""
    found = addresses.find_or_make(connection, vault, ids, {handle: profile}, now)[handle]
    addresses.link(connection, vault, found, handle.handle, person, proved_at=now)
    return found


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
