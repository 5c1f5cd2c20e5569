"""What the demo's phones show: the messages of the one platform that is ours.

A message keeps its number when it is changed or withdrawn. Saying the same delivery twice shows it once.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, select, update

from book.ids import AddressId
from storage.addresses import day_of
from storage.bells import Bell, ring
from storage.schema import addresses, documents, phone_messages
from storage.vault import Owner, OwnerKind, Vault

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
    document: int | None = None
    media_type: str = ""  # of the document, while it is kept


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
    document: int | None = None,
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
        .values(
            address_id=address,
            mine=mine,
            delivery_id=delivery,
            reply_to=reply_to,
            silent=silent,
            at=at,
            document_id=document,
        )
        .returning(phone_messages.c.seq)
    ).scalar_one()
    _write(connection, vault, address, seq, at, text, buttons)
    ring(connection, Bell.THREAD)
    return seq


def hang(connection: Connection, seq: int, document: int) -> None:
    """A file hangs on this message."""
    connection.execute(update(phone_messages).where(phone_messages.c.seq == seq).values(document_id=document))


def change(connection: Connection, vault: Vault, address: AddressId, seq: int, text: str, buttons: Buttons) -> bool:
    """Show other words under the same number; False if there is no such message to change."""
    found = connection.execute(
        update(phone_messages)
        .where(
            phone_messages.c.seq == seq, phone_messages.c.address_id == address, phone_messages.c.withdrawn.is_(False)
        )
        .values(edited=phone_messages.c.edited + 1)
        .returning(phone_messages.c.at)
    ).scalar_one_or_none()
    if found is None:
        return False
    _write(connection, vault, address, seq, found, text, buttons)
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


def _write(
    connection: Connection, vault: Vault, address: AddressId, seq: int, at: datetime, text: str, buttons: Buttons
) -> None:
    person = _person(connection, address)
    day = day_of(at) if person is None else None
    sealed = vault.seal_text(_owner(person, day), "phone", seq, json.dumps([text, buttons]))
    connection.execute(update(phone_messages).where(phone_messages.c.seq == seq).values(sealed_text=sealed, day=day))


def _person(connection: Connection, address: AddressId) -> int | None:
    """Whose phone it is, even after she was shut out; None while it is nobody's."""
    person: int = connection.execute(
        select(func.coalesce(addresses.c.person_id, addresses.c.sealed_for)).where(addresses.c.id == address)
    ).scalar_one()
    return person if person > 0 else None


def _owner(person: int | None, day: int | None) -> Owner:
    """The phone's owner's key; the day's for what was shown while the phone was nobody's."""
    if day is not None:
        return Owner(OwnerKind.DAY, day)
    assert person is not None
    return Owner.person(person)


def messages(connection: Connection, vault: Vault, address: AddressId, *, after: int = 0) -> list[PhoneMessage]:
    """Everything that phone shows beyond number ``after``, in order."""
    person = _person(connection, address)
    rows = connection.execute(
        select(phone_messages, documents.c.media_type)
        .outerjoin(documents, and_(documents.c.id == phone_messages.c.document_id, documents.c.size > 0))
        .where(phone_messages.c.address_id == address, phone_messages.c.seq > after)
        .order_by(phone_messages.c.seq)
    )
    found = []
    for row in rows:
        text, buttons = ("", [])
        if row.sealed_text is not None:
            text, buttons = json.loads(vault.open_text(_owner(person, row.day), "phone", row.seq, row.sealed_text))
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
                document=row.document_id if row.media_type is not None and not row.withdrawn else None,
                media_type=row.media_type or "",
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
