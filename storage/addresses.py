"""Where people are reached: found by a keyed hash of their handle, which itself is sealed.

A stranger's handle is sealed under the key of the day and is forgotten with it; a person's under her own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, case, exists, literal, or_, select, update

from book.disclosure import Address, Assurance, Carries, Profile
from book.ids import AddressId, Ids, PersonId
from storage import dialect, stops, windows
from storage.schema import Instant, addresses, tablets
from storage.statements import among, not_among
from storage.vault import Owner, OwnerKind, Vault


@dataclass(frozen=True, slots=True)
class Handle:
    """A way to reach somebody, as its platform names it."""

    channel: str
    account: str
    handle: str


def day_of(instant: datetime) -> int:
    """The number of the UTC day whose key seals what came in then: 20261122."""
    return Owner.day(instant.date()).id


def find_or_make(
    connection: Connection, vault: Vault, ids: Ids, wanted: dict[Handle, Profile], now: datetime
) -> dict[Handle, AddressId]:
    """The address of each handle; one that was never seen is a stranger's until somebody joins from it."""
    macs = {handle: vault.mac(handle.channel, handle.account, handle.handle) for handle in wanted}
    found = _by_mac(connection, macs)
    missing = [handle for handle in wanted if handle not in found]
    if missing:
        day = day_of(now)
        rows: list[dict[str, object]] = []
        for handle in missing:
            new, profile = ids.new(), wanted[handle]
            rows.append(
                {
                    "id": new,
                    "channel": handle.channel,
                    "account": handle.account,
                    "handle_mac": macs[handle],
                    "sealed_handle": vault.seal_text(Owner(OwnerKind.DAY, day), "handle", new, handle.handle),
                    "sealed_for": -day,
                    "carries": profile.carries,
                    "assurance": profile.assurance,
                    "can_change": profile.can_change,
                    "take_back_seconds": _seconds(profile.take_back_for),
                    "has_buttons": profile.has_buttons,
                    "shows_pictures": profile.shows_pictures,
                    "open_seconds": _seconds(profile.open_for),
                }
            )
        dialect.add_new(connection, addresses, rows)
        found = _by_mac(connection, macs)
    return found


def known(connection: Connection, vault: Vault, handles: Collection[Handle]) -> list[AddressId]:
    """The addresses of those of these handles that were ever seen."""
    found = _by_mac(connection, {each: vault.mac(each.channel, each.account, each.handle) for each in handles})
    return list(found.values())


# With channel and account, for it is by all three that the index finds them.
_BY_MAC = select(addresses.c.id, addresses.c.handle_mac).where(
    addresses.c.channel == bindparam("channel"),
    addresses.c.account == bindparam("account"),
    addresses.c.handle_mac.in_(bindparam("macs", expanding=True)),
)


def _by_mac(connection: Connection, macs: dict[Handle, bytes]) -> dict[Handle, AddressId]:
    of_account: dict[tuple[str, str], dict[bytes, Handle]] = defaultdict(dict)
    for handle, mac in macs.items():
        of_account[handle.channel, handle.account][mac] = handle
    found: dict[Handle, AddressId] = {}
    for (channel, account), by_mac in of_account.items():
        rows = connection.execute(_BY_MAC, {"channel": channel, "account": account, "macs": list(by_mac)}).all()
        found |= {by_mac[row.handle_mac]: AddressId(row.id) for row in rows}
    return found


_WROTE_JUST_NOW = update(addresses).where(among(addresses.c.id, "heard")).values(last_inbound_at=bindparam("now"))
_SEALED_EARLIER = select(addresses.c.id).where(
    among(addresses.c.id, "heard"),
    addresses.c.sealed_for < 0,
    addresses.c.sealed_for != bindparam("today"),
)


_WROTE_EARLIER = (
    update(addresses)
    .where(
        addresses.c.id == bindparam("wrote"),
        or_(addresses.c.last_inbound_at.is_(None), addresses.c.last_inbound_at < bindparam("at", type_=Instant)),
    )
    .values(last_inbound_at=bindparam("at", type_=Instant))
)


def heard_from(
    connection: Connection,
    vault: Vault,
    heard: dict[AddressId, Handle],
    now: datetime,
    *,
    late: Mapping[AddressId, datetime],
) -> None:
    """Note that these addresses wrote just now; a stranger's handle is sealed again under today's key.

    Of those who are ``late`` only comes to be known now what they wrote then.
    """
    connection.execute(_WROTE_JUST_NOW, {"heard": [each for each in heard if each not in late], "now": now})
    for address, at in late.items():
        connection.execute(_WROTE_EARLIER, {"wrote": address, "at": at})
    today = day_of(now)
    stale = connection.execute(_SEALED_EARLIER, {"heard": list(heard), "today": -today}).scalars()
    for stranger in list(stale):
        sealed = vault.seal_text(Owner(OwnerKind.DAY, today), "handle", stranger, heard[AddressId(stranger)].handle)
        connection.execute(
            update(addresses).where(addresses.c.id == stranger).values(sealed_handle=sealed, sealed_for=-today)
        )


_others = addresses.alias("others")
_WROTE_SINCE_FROM_ANOTHER = exists(
    select(_others.c.id).where(
        _others.c.person_id == addresses.c.person_id, _others.c.last_inbound_at > addresses.c.stopped_at
    )
).correlate(addresses)
# Where she chose to be reached, unless she has stopped that and has written from another since; else where she wrote
# from last.
PREFERRED_FIRST = (
    case((or_(addresses.c.stopped_at.is_(None), ~_WROTE_SINCE_FROM_ANOTHER), addresses.c.chosen_at))
    .desc()
    .nulls_last(),
    addresses.c.last_inbound_at.desc().nulls_last(),
    addresses.c.id,
)
"""The order of somebody's addresses."""

_ADDRESSES: Select[Any] = select(
    addresses.c.id,
    addresses.c.channel,
    addresses.c.account,
    addresses.c.sealed_handle,
    addresses.c.sealed_for,
    addresses.c.person_id,
    addresses.c.carries,
    addresses.c.assurance,
    addresses.c.can_change,
    addresses.c.take_back_seconds,
    addresses.c.has_buttons,
    addresses.c.shows_pictures,
    addresses.c.proved_at,
    addresses.c.stopped_at,
    addresses.c.stopped_with,
    addresses.c.acknowledged_at,
    addresses.c.doubted_at,
    addresses.c.chosen_at,
    addresses.c.open_seconds,
    addresses.c.last_inbound_at,
    addresses.c.closed_at,
    tablets.c.person_id.label("device"),
    tablets.c.writer_id,
    tablets.c.writing_until,
).join(tablets, tablets.c.person_id == addresses.c.person_id, isouter=True)
_THESE_OR_THEIRS = _ADDRESSES.where(
    or_(
        among(addresses.c.id, "ids"),
        among(addresses.c.person_id, "people"),
    )
).order_by(*PREFERRED_FIRST)


def load(
    connection: Connection,
    vault: Vault,
    *,
    ids: Collection[AddressId] = (),
    people: Collection[PersonId] = (),
) -> list[Address]:
    """These addresses and all addresses of these people, where each is reached first."""
    rows = connection.execute(_THESE_OR_THEIRS, {"ids": list(ids), "people": list(people)}).all()
    return [vault.once(_address, tuple(row), row) for row in rows]


def had_by(connection: Connection, vault: Vault, people: Collection[PersonId]) -> list[tuple[Address, PersonId]]:
    """The addresses of these people and those they had before they were shut out, each with whose it is or was."""
    rows = connection.execute(_ADDRESSES.where(addresses.c.sealed_for.in_(list(people))).order_by(addresses.c.id))
    return [(_address(vault, row), PersonId(row.sealed_for)) for row in rows]


def _address(vault: Vault, row: Row[Any]) -> Address:
    owner = Owner.person(row.sealed_for) if row.sealed_for > 0 else Owner(OwnerKind.DAY, -row.sealed_for)
    return Address(
        id=AddressId(row.id),
        channel=row.channel,
        account=row.account,
        handle=vault.open_text(owner, "handle", row.id, row.sealed_handle),
        person=None if row.person_id is None else PersonId(row.person_id),
        carries=Carries(row.carries),
        assurance=Assurance(row.assurance),
        can_change=row.can_change,
        take_back_for=None if row.take_back_seconds is None else timedelta(seconds=row.take_back_seconds),
        has_buttons=row.has_buttons,
        shows_pictures=row.shows_pictures,
        proved_at=row.proved_at,
        stopped_at=row.stopped_at,
        stopped_with=row.stopped_with or "",
        acknowledged_at=row.acknowledged_at,
        doubted_at=row.doubted_at,
        is_chosen=row.chosen_at is not None,
        open_for=None if row.open_seconds is None else timedelta(seconds=row.open_seconds),
        last_inbound_at=row.last_inbound_at,
        closed_at=row.closed_at,
        is_device=row.device is not None,
        writer=None if row.writer_id is None else PersonId(row.writer_id),
        writing_until=row.writing_until,
    )


def others(
    connection: Connection, people: Collection[PersonId], here: Collection[AddressId]
) -> dict[PersonId, list[AddressId]]:
    """The addresses of these people beside those ``here``; only of who has any."""
    found: dict[PersonId, list[AddressId]] = defaultdict(list)
    for row in connection.execute(_THEIRS, {"people": list(people), "here": list(here)}):
        found[PersonId(row.person_id)].append(AddressId(row.id))
    return found


_THEIRS = select(addresses.c.id, addresses.c.person_id).where(
    among(addresses.c.person_id, "people"), not_among(addresses.c.id, "here")
)


def reachable(connection: Connection, people: Collection[PersonId]) -> frozenset[PersonId]:
    """Of these people, those who have an address."""
    rows = connection.execute(_REACHED, {"people": list(people)})
    return frozenset(PersonId(each) for each in rows.scalars())


_REACHED = select(addresses.c.person_id).distinct().where(among(addresses.c.person_id, "people"))


def need_private_links(connection: Connection) -> bool:
    """Whether anybody has an address at which no picture can be shown."""
    found = connection.execute(
        select(addresses.c.id).where(addresses.c.person_id.is_not(None), addresses.c.shows_pictures.is_(False)).limit(1)
    )
    return found.first() is not None


def link(
    connection: Connection,
    vault: Vault,
    address: AddressId,
    handle: str,
    person: PersonId,
    *,
    proved_at: datetime,
) -> None:
    """From now on this address is ``person``'s; its handle is sealed under her key."""
    connection.execute(
        update(addresses)
        .where(addresses.c.id == address)
        .values(
            person_id=person,
            proved_at=proved_at,
            chosen_at=None,
            doubted_at=None,
            doubt_told_at=None,
            sealed_for=person,
            sealed_handle=vault.seal_text(Owner.person(person), "handle", address, handle),
        )
    )
    # It may be open where her others are closed: what waits for her is looked at again.
    windows.opened(connection, [address])


def unlink(connection: Connection, people: Collection[PersonId]) -> list[AddressId]:
    """From now on the addresses of these people are nobody's; which those were.

    A handle stays sealed under her key who had it, and goes with it.
    """
    rows = connection.execute(
        update(addresses)
        .where(addresses.c.person_id.in_(list(people)))
        .values(person_id=None, proved_at=None, chosen_at=None)
        .returning(addresses.c.id)
    )
    return sorted(AddressId(each) for each in rows.scalars())


def carry(connection: Connection, address: AddressId, carries: Carries) -> None:
    """From now on this address carries words, or only that there is something."""
    connection.execute(update(addresses).where(addresses.c.id == address).values(carries=carries))


def prove(connection: Connection, at: Collection[AddressId], now: datetime) -> frozenset[PersonId]:
    """Something came from there: it is hers again. Whose they are."""
    rows = connection.execute(
        update(addresses)
        .where(addresses.c.id.in_(list(at)), addresses.c.person_id.is_not(None))
        .values(doubted_at=None, doubt_told_at=None, proved_at=now)
        .returning(addresses.c.person_id)
    )
    return frozenset(PersonId(each) for each in rows.scalars())


def acknowledged(connection: Connection, at: Collection[AddressId], now: datetime) -> None:
    """What was written from these addresses is acknowledged there now."""
    if at:
        connection.execute(update(addresses).where(addresses.c.id.in_(list(at))).values(acknowledged_at=now))


def choose(connection: Connection, address: AddressId, now: datetime) -> None:
    """Whose this address is, she is reached at it from now on, wherever she writes from, until she chooses anew."""
    hers = select(addresses.c.person_id).where(addresses.c.id == address).scalar_subquery()
    connection.execute(
        update(addresses)
        .where(addresses.c.person_id == hers)
        .values(chosen_at=case((addresses.c.id == address, literal(now, type_=Instant)), else_=None))
    )


def stop(connection: Connection, stopped: Iterable[AddressId], now: datetime) -> None:
    """Nothing more goes to these addresses until they are started again: their platform says so, or the network."""
    stops.keep(connection, {each: stops.Stopped() for each in stopped}, now)


def start(connection: Connection, started: Iterable[AddressId]) -> None:
    """Messages go there again."""
    stops.over(connection, started)


def hold(connection: Connection, held: dict[AddressId, datetime]) -> None:
    """The provider asked us to leave these addresses alone until then."""
    if held:
        connection.execute(
            update(addresses).where(addresses.c.id == bindparam("held")).values(held_until=bindparam("held_to")),
            [{"held": address, "held_to": until} for address, until in held.items()],
        )


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())
