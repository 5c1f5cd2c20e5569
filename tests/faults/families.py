"""A neighbourhood to write in: sixty families with a key person, a childminder and a chat for everybody.

Everybody is at work and awake at any hour, so that whatever is filed is free to leave at once. Knows neither
processes nor what anybody writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from book.ids import ChildId, Ids, PersonId, SettingId
from book.people import Role, SettingKind
from book.sharing import EVERYTHING, HOME, Choice
from storage import roster
from storage.addresses import Handle
from storage.database import Connection
from storage.roster import NewChild, NewDuty, NewMembership, NewPerson, NewSetting, Roster
from storage.sharing import NewChoice
from storage.store import Store
from storage.vault import Vault

_CHILDREN = (
    "Ada", "Bela", "Cyrus", "Dilys", "Edwin", "Fatima", "Gwen", "Hamza", "Ines", "Jonah", "Kamal", "Lotte",
    "Mirza", "Nadia", "Orla", "Pavel", "Quentin", "Rhona", "Soren", "Tamsin", "Ulrika", "Vikram", "Wendeline",
    "Xanthe", "Yusuf", "Zelda", "Anselm", "Bridie", "Caspian", "Delphine", "Ezra", "Freya", "Gideon", "Hilde",
    "Ivor", "Jemima", "Kofi", "Leopold", "Morwenna", "Niamh", "Octavia", "Percival", "Roisin", "Stellan",
    "Thandi", "Ursula", "Valentin", "Winifred", "Yolanda", "Zachary", "Amandla", "Boris", "Clementine",
    "Dashiell", "Esperanza", "Florian", "Guinevere", "Horatio", "Isolde", "Jasper",
)  # fmt: skip
_ALL_DAY = (time(0, 0), time(23, 59))


@dataclass(frozen=True, slots=True)
class Family:
    """One child and the chats of the three who hear of it."""

    child: ChildId
    name: str
    parent_chat: int
    key_chat: int
    minder_chat: int


def zone_where_it_is_evening(now: datetime) -> str:
    """A time zone where it is between five and six: the page of the day has gone, everybody is still told at once."""
    ahead = (17 - now.astimezone(UTC).hour + 12) % 24 - 12
    # In these names the sign is the other way round: Etc/GMT-3 is three hours ahead.
    return f"Etc/GMT{-ahead:+d}"


async def move_in(
    store: Store,
    ids: Ids,
    account: str,
    now: datetime,
    *,
    families: int = 60,
    to_a_key_person: int = 10,
    to_a_childminder: int = 20,
) -> list[Family]:
    """Enrol so many families with everybody around them, each with a proved address on Telegram's ``account``."""
    nursery = NewSetting(SettingId(ids.new()), SettingKind.NURSERY, "Sunshine")
    key_people = [NewPerson(PersonId(ids.new()), f"Key{n}") for n in range(-(-families // to_a_key_person))]
    minders = [NewPerson(PersonId(ids.new()), f"Minder{n}") for n in range(-(-families // to_a_childminder))]
    homes = [NewSetting(SettingId(ids.new()), SettingKind.CHILDMINDER, f"Minder{n}") for n in range(len(minders))]
    parents = [NewPerson(PersonId(ids.new()), f"Parent{n}") for n in range(families)]
    children = [NewChild(ChildId(ids.new()), (_CHILDREN[n % len(_CHILDREN)],)) for n in range(families)]
    memberships: list[NewMembership] = []
    choices: list[NewChoice] = []
    found: list[Family] = []
    chats: dict[PersonId, int] = {}
    for number, (child, parent) in enumerate(zip(children, parents, strict=True)):
        key, minder = number // to_a_key_person, number // to_a_childminder
        memberships += [
            NewMembership(ids.new(), parent.id, Role.PARENT, child.id, nursery.id),
            NewMembership(ids.new(), key_people[key].id, Role.KEY_PERSON, child.id, nursery.id),
            NewMembership(ids.new(), minders[minder].id, Role.CHILDMINDER, child.id, homes[minder].id),
        ]
        choices += [
            NewChoice(ids.new(), child.id, Choice(parent.id, source, homes[minder].id, EVERYTHING, now))
            for source in (HOME, nursery.id)
        ]
        family = Family(child.id, child.names[0], 10_000 + number, 20_000 + key, 30_000 + minder)
        found.append(family)
        chats |= {
            parent.id: family.parent_chat,
            key_people[key].id: family.key_chat,
            minders[minder].id: family.minder_chat,
        }
    await roster.enrol(
        store,
        Roster(
            settings=[nursery, *homes],
            people=[*key_people, *minders, *parents],
            children=children,
            memberships=memberships,
            # Childminders work into the evening anyway.
            duties=[NewDuty(ids.new(), each.id, nursery.id, day, *_ALL_DAY) for each in key_people for day in range(7)],
            choices=choices,
        ),
        now,
    )
    await store.write(_give_addresses, store.vault, ids, account, list(chats.items()), now)
    return found


def _give_addresses(
    connection: Connection,
    vault: Vault,
    ids: Ids,
    account: str,
    chats: Sequence[tuple[PersonId, int]],
    now: datetime,
) -> None:
    for person, chat in chats:
        handle = Handle("telegram", account, str(chat))
        roster.give_address(connection, vault, ids, handle, person, now)
