"""What a setting's roll says beside who stands where: numbers, rooms, and who has joined.

Loaded only for the few messages that change who stands where. Never shown to another family.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from book.ids import ChildId, PersonId, RoomId, SettingId
from book.people import Room
from storage.schema import addresses, contact_log, rooms, telephones
from storage.vault import Owner, Vault


@dataclass(frozen=True, slots=True)
class Contact:
    """One call, message or visit to a setting, and whether anybody was reached; its words stay where they are."""

    child: ChildId
    setting: SettingId
    at: datetime
    reached: bool


@dataclass(frozen=True, slots=True)
class Roll:
    """The roll as far as one sender's circles and settings reach."""

    telephones: Mapping[PersonId, tuple[str, ...]] = field(default_factory=dict)  # E.164, oldest first
    rooms: Mapping[RoomId, Room] = field(default_factory=dict)
    joined: frozenset[PersonId] = frozenset()  # some address is hers
    contacts: tuple[Contact, ...] = ()  # calls, meetings and tries about the sender's children, oldest first

    def rooms_of(self, setting: SettingId) -> tuple[Room, ...]:
        """The rooms of one setting, the oldest first."""
        return tuple(each for each in self.rooms.values() if each.setting == setting)


def load(
    connection: Connection,
    vault: Vault,
    people: Collection[PersonId],
    settings: Collection[SettingId],
    children: Collection[ChildId] = (),
) -> Roll:
    """What is on the roll of these people, settings and children."""
    numbers: dict[PersonId, list[str]] = {}
    rows = connection.execute(
        select(telephones.c.id, telephones.c.person_id, telephones.c.sealed_number)
        .where(telephones.c.person_id.in_(list(people)), telephones.c.ended_at.is_(None))
        .order_by(telephones.c.id)
    )
    for row in rows:
        number = vault.open_text(Owner.person(row.person_id), "number", row.id, row.sealed_number)
        numbers.setdefault(PersonId(row.person_id), []).append(number)
    found = connection.execute(select(rooms).where(rooms.c.setting_id.in_(list(settings))).order_by(rooms.c.id))
    joined = connection.execute(
        select(addresses.c.person_id).distinct().where(addresses.c.person_id.in_(list(people)))
    ).scalars()
    return Roll(
        telephones={person: tuple(each) for person, each in numbers.items()},
        rooms={
            RoomId(row.id): Room(
                RoomId(row.id),
                SettingId(row.setting_id),
                vault.open_text(Owner.setting(row.setting_id), "room", row.id, row.sealed_name),
            )
            for row in found
        },
        joined=frozenset(PersonId(each) for each in joined),
        contacts=_contacts(connection, children),
    )


def _contacts(connection: Connection, children: Collection[ChildId]) -> tuple[Contact, ...]:
    log = contact_log.c
    rows = connection.execute(
        select(log.child_id, log.setting_id, log.at, log.reached)
        .where(log.child_id.in_(list(children)))
        .order_by(log.id)
    )
    return tuple(Contact(ChildId(row.child_id), SettingId(row.setting_id), row.at, row.reached) for row in rows)
