"""What a setting's roll says beside who stands where: numbers, rooms, and who has joined.

Loaded only for the few messages that change who stands where. Never shown to another family.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from book.dialling import e164
from book.disclosure import Address
from book.ids import ChildId, PersonId, RoomId, SettingId
from book.people import STAFF, Person, Role, Room, Setting, Standing
from book.understanding.lexicon import fold
from storage import addresses, circles, membership_log
from storage.schema import addresses as address_rows
from storage.schema import contact_log, memberships, rooms, telephones
from storage.schema import settings as settings_table
from storage.vault import Owner, Vault


@dataclass(frozen=True, slots=True)
class Contact:
    """One call, message or visit to a setting, and whether anybody was reached; its words stay where they are."""

    child: ChildId
    setting: SettingId
    at: datetime
    reached: bool


@dataclass(frozen=True, slots=True)
class Post:
    """Where somebody works, and as what."""

    setting: SettingId
    called: str  # the setting, as people say it
    role: Role


@dataclass(frozen=True, slots=True)
class Known:
    """Who has a number somewhere in the book; never told to whoever wrote it down."""

    person: PersonId
    name: str = ""
    full_name: str = ""
    posts: tuple[Post, ...] = ()  # where she works with children, if she does

    @property
    def childminder_at(self) -> SettingId | None:
        """Where she minds children, if she does."""
        return next((each.setting for each in self.posts if each.role is Role.CHILDMINDER), None)

    def post_at(self, called: str) -> Post | None:
        """What she is at the setting of this name."""
        return next((each for each in self.posts if fold(each.called) == fold(called)), None)

    def is_called(self, name: str) -> bool:
        """Whether she may be whom somebody calls so: the first name, and the others where both are known."""
        said, mine = fold(name).split(), fold(self.full_name or self.name).split()
        return said[:1] == mine[:1] and (len(said) == 1 or len(mine) == 1 or said == mine)


@dataclass(frozen=True, slots=True)
class Joined:
    """A setting that has joined, and who of those who manage it can be asked."""

    setting: Setting
    managers: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Roll:
    """The roll as far as one sender's circles and settings reach."""

    telephones: Mapping[PersonId, tuple[str, ...]] = field(default_factory=dict)  # E.164, oldest first
    rooms: Mapping[RoomId, Room] = field(default_factory=dict)
    joined: frozenset[PersonId] = frozenset()  # some address is hers
    # Every address of these people, where each is reached first.
    reached: Mapping[PersonId, tuple[Address, ...]] = field(default_factory=dict)
    contacts: tuple[Contact, ...] = ()  # calls, meetings and tries about the sender's children, oldest first
    known: Mapping[str, Known] = field(default_factory=dict)  # whose the numbers are that this message speaks of
    settings: Mapping[str, Joined] = field(default_factory=dict)  # the same, where it is a setting that is rung so

    def rooms_of(self, setting: SettingId) -> tuple[Room, ...]:
        """The rooms of one setting, the oldest first."""
        return tuple(each for each in self.rooms.values() if each.setting == setting)


def load(
    connection: Connection,
    vault: Vault,
    people: Collection[PersonId],
    settings: Collection[SettingId],
    children: Collection[ChildId] = (),
    spoken_of: Collection[str] = (),
    *,
    now: datetime,
) -> Roll:
    """What is on the roll of these people, settings and children, and whose the numbers ``spoken_of`` (E.164) are."""
    known = _known(connection, vault, spoken_of, now) if spoken_of else {}
    people = {*people, *(each.person for each in known.values())}
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
        joined=who_joined(connection, people),
        reached=_reached(connection, vault, people),
        contacts=_contacts(connection, children),
        known=known,
        settings=_settings_at(connection, vault, spoken_of, now) if spoken_of else {},
    )


def _reached(connection: Connection, vault: Vault, people: Collection[PersonId]) -> dict[PersonId, tuple[Address, ...]]:
    found: dict[PersonId, tuple[Address, ...]] = {}
    for each in addresses.load(connection, vault, people=people):
        if each.person is not None:
            found[each.person] = (*found.get(each.person, ()), each)
    return found


def who_joined(connection: Connection, people: Collection[PersonId]) -> frozenset[PersonId]:
    """Those of these people of whom some address is theirs."""
    found = connection.execute(
        select(address_rows.c.person_id).distinct().where(address_rows.c.person_id.in_(list(people)))
    ).scalars()
    return frozenset(PersonId(each) for each in found if each is not None)


def _contacts(connection: Connection, children: Collection[ChildId]) -> tuple[Contact, ...]:
    log = contact_log.c
    rows = connection.execute(
        select(log.child_id, log.setting_id, log.at, log.reached)
        .where(log.child_id.in_(list(children)))
        .order_by(log.id)
    )
    return tuple(Contact(ChildId(row.child_id), SettingId(row.setting_id), row.at, row.reached) for row in rows)


def _settings_at(connection: Connection, vault: Vault, numbers: Collection[str], now: datetime) -> dict[str, Joined]:
    """The settings that have joined and are rung at these numbers; a number of two settings says nothing."""
    joined = connection.execute(select(settings_table.c.id).where(settings_table.c.by_hand.is_(False))).scalars()
    at: dict[str, list[Setting]] = {}
    for each in circles.load_settings(connection, vault, list(joined)).values():
        number = e164(each.telephone)
        if number is not None and number in numbers:
            at.setdefault(number, []).append(each)
    found = {}
    for number, (setting, *others) in at.items():
        posts = [] if others else circles.posts_at(connection, vault, setting.id)
        managers = {each.person.id: each.person for each in posts if each.role is Role.MANAGER and each.is_live(now)}
        reached = who_joined(connection, managers)
        here = tuple(person for each, person in managers.items() if each in reached)
        if here:
            found[number] = Joined(setting, here)
    return found


def _known(connection: Connection, vault: Vault, numbers: Collection[str], now: datetime) -> dict[str, Known]:
    macs = {vault.mac("telephone", number): number for number in numbers}
    rows = connection.execute(
        select(telephones.c.number_mac, telephones.c.person_id)
        .where(telephones.c.number_mac.in_(list(macs)), telephones.c.ended_at.is_(None))
        .order_by(telephones.c.id)
    ).all()
    people = circles.load_people(connection, vault, {PersonId(row.person_id) for row in rows})
    lines = connection.execute(
        select(memberships)
        .where(
            memberships.c.person_id.in_(list(people)),
            memberships.c.role.in_(list(STAFF)),
            memberships.c.setting_id.is_not(None),
        )
        .order_by(memberships.c.id)
    ).all()
    stands = [
        row
        for row in membership_log.newest(lines)
        if row.standing in (Standing.LIVE, Standing.PENDING) and (row.until is None or now < row.until)
    ]
    called = circles.load_settings(connection, vault, {row.setting_id for row in stands})
    # What she is in a whole setting comes before what she is with one child.
    stands.sort(key=lambda row: row.child_id is not None)
    posts: dict[int, dict[SettingId, Post]] = {}
    for row in stands:
        setting = SettingId(row.setting_id)
        post = Post(setting, called[setting].name, Role(row.role))
        posts.setdefault(row.person_id, {}).setdefault(setting, post)
    return {
        macs[row.number_mac]: Known(person.id, person.name, person.full_name, tuple(posts.get(person.id, {}).values()))
        for row in rows
        for person in (people[PersonId(row.person_id)],)
    }
