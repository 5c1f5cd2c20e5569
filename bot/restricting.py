"""The operator shuts somebody out, beside the running program or without one: first who would be hit, then it is done.

What may be asked over the socket is read strictly. Knows nothing of who types, nor how it is shown.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from book.deliveries import Lane
from book.ids import ChildId, Ids, NoticeId, PersonId
from book.notices import Said
from book.people import STAFF, Circle, Role
from storage import circles, filing, restricting
from storage.bells import Bell, ring
from storage.database import Connection
from storage.filing import NewNotice, Restriction
from storage.store import Store
from storage.vault import Vault

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """Who would be shut out: everybody of this name, of the books of children of that name or of all."""

    name: str
    child: str = ""


@dataclass(frozen=True, slots=True)
class Shut:
    """Shut this person out of these children's books; None: of everything."""

    person: PersonId
    children: frozenset[ChildId] | None


def read(asked: Mapping[str, Any]) -> Look | Shut:
    """The request as it came over the socket; raises ValueError for one that makes no sense."""
    match asked:
        case {"name": str(name), "child": str(child), **rest} if not rest and name.strip():
            return Look(name, child)
        case {"person": int(person), "children": None, **rest} if not rest and not isinstance(person, bool):
            return Shut(PersonId(person), None)
        case {"person": int(person), "children": [_, *_] as children, **rest} if not rest and not isinstance(
            person, bool
        ):
            if all(isinstance(each, int) and not isinstance(each, bool) for each in children):
                return Shut(PersonId(person), frozenset(ChildId(each) for each in children))
    raise ValueError("say whose name, or which person and of which children's books")


def write(asked: Look | Shut) -> dict[str, Any]:
    """The request as it goes over the socket."""
    if isinstance(asked, Look):
        return {"name": asked.name, "child": asked.child}
    return {"person": asked.person, "children": None if asked.children is None else sorted(asked.children)}


def verb(
    store: Store, ids: Ids, now: Callable[[], datetime], zone: ZoneInfo
) -> Callable[[Mapping[str, Any]], Awaitable[Answer]]:
    """What the socket does when it is asked to restrict."""

    async def restrict(asked: Mapping[str, Any]) -> Answer:
        return await obey(store, ids, now(), zone, read(asked))

    return restrict


async def obey(store: Store, ids: Ids, now: datetime, zone: ZoneInfo, asked: Look | Shut) -> Answer:
    """Say who would be hit, or shut somebody out."""
    if isinstance(asked, Look):
        return {"people": await store.read(_look, store.vault, asked, now)}
    return await store.write(_shut, store.vault, ids, asked, now, zone)


def _look(connection: Connection, vault: Vault, asked: Look, now: datetime) -> list[Answer]:
    names = circles.load_people(connection, vault, set(circles.all_people(connection)))
    meant = {each: person.name for each, person in names.items() if _is_called(asked.name, person.name)}
    around = _circles(connection, vault, asked, now)
    posts = circles.posts_of(connection, vault, set(meant)) if not asked.child else {}
    found = []
    for person, name in sorted(meant.items()):
        of = [
            (circle.child.id, circle.child.name, line.role.value)
            for circle in around.values()
            for line in circle.memberships
            if line.person.id == person and not line.of_whole_setting
        ]
        as_what = [f"{role.replace('_', ' ')} ({child})" for _, child, role in of]
        as_what += [each.role.value.replace("_", " ") for each in posts.get(person, ()) if each.is_live(now)]
        if as_what:
            children = sorted({child for child, _, _ in of})
            found.append({"person": person, "name": name, "as": as_what, "children": children})
    return found


def _circles(connection: Connection, vault: Vault, asked: Look, now: datetime) -> dict[ChildId, Circle]:
    around = circles.load(connection, vault, circles.all_children(connection), now, with_hours=False)
    if not asked.child:
        return around
    return {
        child: circle
        for child, circle in around.items()
        if any(_is_called(asked.child, name) for name in circle.child.names)
    }


def _is_called(said: str, name: str) -> bool:
    wanted, known = said.casefold().split(), name.casefold().split()
    return wanted == known or (len(wanted) == 1 and wanted == known[:1])


def _shut(connection: Connection, vault: Vault, ids: Ids, asked: Shut, now: datetime, zone: ZoneInfo) -> Answer:
    children = asked.children
    if children is None:
        children = frozenset(circles.children_of(connection, {asked.person}).get(asked.person, ()))
    around = circles.load(connection, vault, children, now, with_hours=False)
    tell = {
        line.person.id
        for circle in around.values()
        for line in circle.live(now)
        if line.role in (Role.MANAGER, Role.CHILDMINDER) and line.person.id != asked.person
    }
    wanted = Restriction(ids.new(), asked.person, asked.children, None, tuple(sorted(tell)))
    done = restricting.restrict(connection, vault, ids, wanted, now, zone)
    if done.lines:
        told = [each for circle in around.values() for each in _told(circle, asked.person, tell, ids, now)]
        filing.add_notices(connection, vault, told, now)
        ring(connection, Bell.OUTBOX)
    return {
        "lines": done.lines,
        "is_stranger": done.is_stranger,
        "may_have_reached": done.may_have_reached,
        "told": len(tell) if done.may_have_reached else 0,
    }


def _told(circle: Circle, person: PersonId, tell: Collection[PersonId], ids: Ids, now: datetime) -> Iterator[NewNotice]:
    """Those who run the settings, so that nobody hands a child over to somebody who is shut out, nor why.

    Of their own staff nobody else is told, as where a manager does it.
    """
    of = [line for line in circle.live(now) if line.person.id == person and line.role not in STAFF]
    if not of:
        return
    values = {"name": of[0].person.name, "child": circle.child.name}
    for each in sorted({line.person.id for line in circle.live(now)} & set(tell)):
        yield NewNotice(
            id=NoticeId(ids.new()),
            cause=ids.new(),
            notice=Said("restricted.by_operator", values),
            person=each,
            child=circle.child.id,
            lane=Lane.URGENT,
            not_before=now,
        )
