"""Settings, people, children and who stands where: written together, after their keys are durable.

Whoever brings a roster has checked it; here it is written whole or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import Connection

from book.disclosure import Profile
from book.ids import AddressId, ChildId, Ids, PersonId, RoomId, SettingId
from book.people import Role, SettingKind, Standing
from storage import addresses, dialect, schema
from storage.addresses import Handle
from storage.filing import NewChoice, add_choices
from storage.store import Store
from storage.vault import Owner, Vault


@dataclass(frozen=True, slots=True)
class NewSetting:
    id: SettingId
    kind: SettingKind
    name: str
    telephone: str = ""
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class NewPerson:
    id: PersonId
    name: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class NewChild:
    id: ChildId
    names: tuple[str, ...]  # the name, then nicknames
    born: date | None = None


@dataclass(frozen=True, slots=True)
class NewMembership:
    person: PersonId
    role: Role
    child: ChildId | None = None
    setting: SettingId | None = None
    room: RoomId | None = None
    standing: Standing = Standing.LIVE


@dataclass(frozen=True, slots=True)
class NewSession:
    child: ChildId
    setting: SettingId
    weekday: int
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class NewDuty:
    person: PersonId
    setting: SettingId
    weekday: int
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Roster:
    """Everything to be written together."""

    settings: Sequence[NewSetting] = ()
    people: Sequence[NewPerson] = ()
    children: Sequence[NewChild] = ()
    memberships: Sequence[NewMembership] = ()
    sessions: Sequence[NewSession] = ()
    duties: Sequence[NewDuty] = ()
    choices: Sequence[NewChoice] = ()


async def enrol(store: Store, ids: Ids, roster: Roster, now: datetime) -> None:
    """Make the keys of everybody in ``roster``, then write it in one transaction."""
    await store.vault.ensure(
        *(Owner.setting(each.id) for each in roster.settings),
        *(Owner.person(each.id) for each in roster.people),
        *(owner for each in roster.children for owner in (Owner.child(each.id), Owner.child_media(each.id))),
    )
    await store.write(write, store.vault, ids, roster, now)


def write(connection: Connection, vault: Vault, ids: Ids, roster: Roster, now: datetime) -> None:
    """Write ``roster``; every key it needs exists already."""
    dialect.add(
        connection,
        schema.settings,
        [
            {
                "id": each.id,
                "kind": each.kind,
                "by_hand": each.by_hand,
                "sealed_name": vault.seal_text(Owner.setting(each.id), "name", each.id, each.name),
                "sealed_telephone": vault.seal_text(Owner.setting(each.id), "telephone", each.id, each.telephone),
                "made_at": now,
            }
            for each in roster.settings
        ],
    )
    dialect.add(
        connection,
        schema.people,
        [
            {
                "id": each.id,
                "sealed_name": vault.seal_text(Owner.person(each.id), "name", each.id, each.name),
                "language": each.language,
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
                "made_at": now,
            }
            for each in roster.children
        ],
    )
    add_memberships(connection, ids, roster.memberships, now)
    dialect.add(
        connection,
        schema.sessions,
        [
            {
                "id": ids.new(),
                "child_id": each.child,
                "setting_id": each.setting,
                "weekday": each.weekday,
                "start_minute": _minute(each.start),
                "end_minute": _minute(each.end),
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
                "id": ids.new(),
                "person_id": each.person,
                "setting_id": each.setting,
                "weekday": each.weekday,
                "start_minute": _minute(each.start),
                "end_minute": _minute(each.end),
                "made_at": now,
            }
            for each in roster.duties
        ],
    )
    add_choices(connection, list(roster.choices))


def add_memberships(connection: Connection, ids: Ids, new: Sequence[NewMembership], now: datetime) -> None:
    """Add lines to the log; the newest about the same person, child, role and setting counts."""
    dialect.add(
        connection,
        schema.memberships,
        [
            {
                "id": ids.new(),
                "child_id": each.child,
                "person_id": each.person,
                "role": each.role,
                "setting_id": each.setting,
                "room_id": each.room,
                "standing": each.standing,
                "since": now,
                "made_at": now,
            }
            for each in new
        ],
    )


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
