"""Who is in the demo and whose phone is whose, as the page lists them.

Names, roles and children are read from the book each time; only what the book has no place for ("Ella's mum")
comes from the roster. Refuses to know what is on a phone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from book.ids import AddressId, ChildId, PersonId
from book.people import Circle
from bot.channels.phones import ACCOUNT
from storage import addresses, circles
from storage.database import Connection
from storage.vault import Vault

Json = dict[str, object]
_OPEN_AT_FIRST = 3


@dataclass(frozen=True, slots=True)
class Phone:
    """One person's phone; ``id`` is its handle and the person's name in the page's addresses."""

    id: str
    person: PersonId
    address: AddressId
    about: str
    open: bool


def find_phones(
    connection: Connection, vault: Vault, about: Mapping[str, str], order: Sequence[str], opened: Collection[str]
) -> tuple[Phone, ...]:
    """Every phone there is, in the roster's ``order``; where none of them is to be open at first, three are."""
    # The phone of somebody who was shut out is still there: it is a stranger's now, and the page shows what it gets.
    found = {
        each.handle: (each, person)
        for each, person in addresses.had_by(connection, vault, circles.all_people(connection))
        if (each.channel, each.account) == ("phones", ACCOUNT)
    }
    known = [each for each in order if each in found]
    handles = [*known, *sorted(found.keys() - set(known))]
    shown = {each for each in handles if each in opened} or set(handles[:_OPEN_AT_FIRST])
    return tuple(
        Phone(handle, found[handle][1], found[handle][0].id, about.get(handle, ""), handle in shown)
        for handle in handles
    )


def list_people(connection: Connection, vault: Vault, phones: Sequence[Phone], now: datetime) -> list[Json]:
    """Everybody with a phone: name, role now, and the children she has to do with."""
    names = circles.load_people(connection, vault, {each.person for each in phones})
    around = load_circles(connection, vault, now)
    listed: list[Json] = []
    for phone in phones:
        mine = [
            (circle.child.name, member)
            for circle in around.values()
            if (member := circle.membership(phone.person, now)) is not None
        ]
        listed.append(
            {
                "id": phone.id,
                "name": names[phone.person].name,
                "role": mine[0][1].role.value if mine else "",
                "children": [child for child, _ in mine],
                "about": phone.about,
                "open": phone.open,
            }
        )
    return listed


def load_circles(connection: Connection, vault: Vault, now: datetime) -> dict[str, Circle]:
    """The circle of every child, by the id the page has for the child: her name, and a number if that is taken."""
    around = circles.load(connection, vault, circles.all_children(connection), now)
    found: dict[str, Circle] = {}
    for child in sorted(around):
        base = page_id(around[child].child.name)
        name, count = base, 1
        while name in found:
            count += 1
            name = f"{base}-{count}"
        found[name] = around[child]
    return found


def page_id(name: str) -> str:
    """How a name is written in an address of the page: ``ella``, ``mary-lou``."""
    return "-".join(re.findall(r"\w+", name.casefold())) or "nobody"


def page_ids(around: Mapping[str, Circle]) -> dict[ChildId, str]:
    """The page's id of each child."""
    return {circle.child.id: name for name, circle in around.items()}
