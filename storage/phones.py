"""What the demo's phones show: the messages of the one platform that is ours.

A message keeps its number when it is changed or withdrawn. Saying the same delivery twice shows it once.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from book.ids import AddressId
from storage.bells import Bell, ring
from storage.schema import addresses, phone_messages
from storage.vault import Owner, Vault

Buttons = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PhoneMessage:
    """One message as a phone shows it; ``buttons`` are (label, token)."""

    seq: int
    mine: bool
    text: str
    buttons: Buttons
    at: datetime
    silent: bool
    edited: int
    withdrawn: bool
    reply_to: int | None


def add(
    connection: Connection,
    vault: Vault,
    address: AddressId,
    text: str,
    *,
    mine: bool,
    at: datetime,
    buttons: Buttons = (),
    delivery: int | None = None,
    reply_to: int | None = None,
    silent: bool = False,
) -> int:
    """Show one more message and say its number; a delivery that is shown already keeps the number it has."""
    if delivery is not None:
        known = connection.execute(
            select(phone_messages.c.seq).where(phone_messages.c.delivery_id == delivery)
        ).scalar_one_or_none()
        if known is not None:
            return int(known)
    seq: int = connection.execute(
        phone_messages.insert()
        .values(address_id=address, mine=mine, delivery_id=delivery, reply_to=reply_to, silent=silent, at=at)
        .returning(phone_messages.c.seq)
    ).scalar_one()
    _write(connection, vault, address, seq, text, buttons)
    ring(connection, Bell.THREAD)
    return seq


def change(connection: Connection, vault: Vault, address: AddressId, seq: int, text: str, buttons: Buttons) -> bool:
    """Show other words under the same number; False if there is no such message to change."""
    found = connection.execute(
        update(phone_messages)
        .where(
            phone_messages.c.seq == seq, phone_messages.c.address_id == address, phone_messages.c.withdrawn.is_(False)
        )
        .values(edited=phone_messages.c.edited + 1)
        .returning(phone_messages.c.seq)
    ).scalar_one_or_none()
    if found is None:
        return False
    _write(connection, vault, address, seq, text, buttons)
    ring(connection, Bell.THREAD)
    return True


def withdraw(connection: Connection, address: AddressId, seq: int) -> None:
    """The message is gone from the phone; its words are cleared."""
    connection.execute(
        update(phone_messages)
        .where(phone_messages.c.seq == seq, phone_messages.c.address_id == address)
        .values(withdrawn=True, sealed_text=None)
    )
    ring(connection, Bell.THREAD)


def _write(connection: Connection, vault: Vault, address: AddressId, seq: int, text: str, buttons: Buttons) -> None:
    sealed = vault.seal_text(_owner(connection, address), "phone", seq, json.dumps([text, buttons]))
    connection.execute(update(phone_messages).where(phone_messages.c.seq == seq).values(sealed_text=sealed))


def _owner(connection: Connection, address: AddressId) -> Owner:
    """Hers as long as it is a phone of the demo, even after she was shut out."""
    person = connection.execute(select(addresses.c.sealed_for).where(addresses.c.id == address)).scalar_one()
    return Owner.person(person)


def messages(connection: Connection, vault: Vault, address: AddressId, *, after: int = 0) -> list[PhoneMessage]:
    """Everything that phone shows beyond number ``after``, in order."""
    owner = _owner(connection, address)
    rows = connection.execute(
        select(phone_messages)
        .where(phone_messages.c.address_id == address, phone_messages.c.seq > after)
        .order_by(phone_messages.c.seq)
    )
    found = []
    for row in rows:
        text, buttons = ("", [])
        if row.sealed_text is not None:
            text, buttons = json.loads(vault.open_text(owner, "phone", row.seq, row.sealed_text))
        found.append(
            PhoneMessage(
                seq=row.seq,
                mine=row.mine,
                text=text,
                buttons=tuple((label, token) for label, token in buttons),
                at=row.at,
                silent=row.silent,
                edited=row.edited,
                withdrawn=row.withdrawn,
                reply_to=row.reply_to,
            )
        )
    return found


def at_handles(connection: Connection, vault: Vault, account: str, handles: Collection[str]) -> dict[str, AddressId]:
    """The addresses of these phones."""
    macs = {vault.mac("phones", account, handle): handle for handle in handles}
    rows = connection.execute(
        select(addresses.c.id, addresses.c.handle_mac).where(addresses.c.handle_mac.in_(list(macs)))
    )
    return {macs[row.handle_mac]: AddressId(row.id) for row in rows}
