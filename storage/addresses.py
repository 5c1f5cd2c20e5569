"""Where people are reached: found by a keyed hash of their handle, which itself is sealed.

A stranger's handle is sealed under the key of the day and is forgotten with it; a person's under her own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, or_, select, update

from book.disclosure import Address, Assurance, Carries, Profile
from book.ids import AddressId, Ids, PersonId
from storage import dialect
from storage.schema import addresses, tablets
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
                }
            )
        dialect.add_new(connection, addresses, rows)
        found = _by_mac(connection, macs)
    return found


_BY_MAC = select(addresses.c.id, addresses.c.handle_mac).where(
    addresses.c.handle_mac.in_(bindparam("macs", expanding=True))
)


def _by_mac(connection: Connection, macs: dict[Handle, bytes]) -> dict[Handle, AddressId]:
    by_mac = {mac: handle for handle, mac in macs.items()}
    rows = connection.execute(_BY_MAC, {"macs": list(by_mac)})
    return {by_mac[row.handle_mac]: AddressId(row.id) for row in rows}


_WROTE_JUST_NOW = (
    update(addresses)
    .where(addresses.c.id.in_(bindparam("heard", expanding=True)))
    .values(last_inbound_at=bindparam("now"))
)
_SEALED_EARLIER = select(addresses.c.id).where(
    addresses.c.id.in_(bindparam("heard", expanding=True)),
    addresses.c.sealed_for < 0,
    addresses.c.sealed_for != bindparam("today"),
)


def heard_from(connection: Connection, vault: Vault, heard: dict[AddressId, Handle], now: datetime) -> None:
    """Note that these addresses wrote just now; a stranger's handle is sealed again under today's key."""
    connection.execute(_WROTE_JUST_NOW, {"heard": list(heard), "now": now})
    today = day_of(now)
    stale = connection.execute(_SEALED_EARLIER, {"heard": list(heard), "today": -today}).scalars()
    for stranger in list(stale):
        sealed = vault.seal_text(Owner(OwnerKind.DAY, today), "handle", stranger, heard[AddressId(stranger)].handle)
        connection.execute(
            update(addresses).where(addresses.c.id == stranger).values(sealed_handle=sealed, sealed_for=-today)
        )


_THESE_OR_THEIRS = (
    select(addresses, tablets.c.person_id.label("device"), tablets.c.writer_id, tablets.c.writing_until)
    .join(tablets, tablets.c.person_id == addresses.c.person_id, isouter=True)
    .where(
        or_(
            addresses.c.id.in_(bindparam("ids", expanding=True)),
            addresses.c.person_id.in_(bindparam("people", expanding=True)),
        )
    )
    .order_by(addresses.c.last_inbound_at.desc().nulls_last(), addresses.c.id)
)


def load(
    connection: Connection,
    vault: Vault,
    *,
    ids: Collection[AddressId] = (),
    people: Collection[PersonId] = (),
) -> list[Address]:
    """These addresses and all addresses of these people, the one written from last first."""
    rows = connection.execute(_THESE_OR_THEIRS, {"ids": list(ids), "people": list(people)})
    return [_address(vault, row) for row in rows]


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
        proved_at=row.proved_at,
        stopped_at=row.stopped_at,
        is_device=row.device is not None,
        writer=None if row.writer_id is None else PersonId(row.writer_id),
        writing_until=row.writing_until,
    )


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
            sealed_for=person,
            sealed_handle=vault.seal_text(Owner.person(person), "handle", address, handle),
        )
    )


def stop(connection: Connection, stopped: Iterable[AddressId], now: datetime) -> None:
    """Nothing more goes to these addresses until they are started again."""
    connection.execute(update(addresses).where(addresses.c.id.in_(list(stopped))).values(stopped_at=now))


def start(connection: Connection, started: Iterable[AddressId]) -> None:
    connection.execute(update(addresses).where(addresses.c.id.in_(list(started))).values(stopped_at=None))


def hold(connection: Connection, held: dict[AddressId, datetime]) -> None:
    """The provider asked us to leave these addresses alone until then."""
    if held:
        connection.execute(
            update(addresses).where(addresses.c.id == bindparam("held")).values(held_until=bindparam("held_to")),
            [{"held": address, "held_to": until} for address, until in held.items()],
        )


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())
