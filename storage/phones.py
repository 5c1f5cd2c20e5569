"""What the demo's phones show: the messages of the one platform that is ours.

A message keeps its number when it is changed or withdrawn. Saying the same delivery twice shows it once.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, delete, exists, func, select, update

from book.ids import AddressId, ChildId
from book.media import MediaKind
from storage.addresses import day_of
from storage.bells import Bell, ring
from storage.schema import addresses, deliveries, documents, phone_files, phone_messages
from storage.vault import Owner, OwnerKind, Vault

Buttons = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PhoneFile:
    """A file on a phone: the number of the document, its type, and how it is shown."""

    document: int
    media_type: str
    kind: MediaKind


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
    files: tuple[PhoneFile, ...] = ()  # those that are still kept


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
        .values(
            address_id=address,
            mine=mine,
            delivery_id=delivery,
            reply_to=reply_to,
            silent=silent,
            at=at,
        )
        .returning(phone_messages.c.seq)
    ).scalar_one()
    _write(connection, vault, address, seq, at, text, buttons)
    ring(connection, Bell.THREAD)
    return seq


def hang(connection: Connection, seq: int, hung: Sequence[tuple[int, MediaKind]]) -> None:
    """These documents hang on the message, in this order."""
    if hung:
        rows = [
            {"seq": seq, "position": position, "document_id": document, "kind": kind.value}
            for position, (document, kind) in enumerate(hung)
        ]
        connection.execute(phone_files.insert(), rows)


def has_files(connection: Connection, seq: int) -> bool:
    """Whether anything hangs on that message already."""
    return connection.execute(select(exists().where(phone_files.c.seq == seq))).scalar_one()


def owner(connection: Connection, address: AddressId, at: datetime) -> Owner:
    """Under whose key whatever is shown on that phone now is kept."""
    person = _person(connection, address)
    return _owner(person, day_of(at) if person is None else None)


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


def forget_pictures_of(connection: Connection, child: ChildId) -> None:
    """No phone shows any picture that was told it of this child; the words stay."""
    shown = (
        select(phone_files.c.seq)
        .join(phone_messages, phone_messages.c.seq == phone_files.c.seq)
        .join(deliveries, deliveries.c.id == phone_messages.c.delivery_id)
        .where(deliveries.c.child_id == child)
    )
    _take_off(connection, list(connection.execute(shown.distinct()).scalars()))


def withdraw(connection: Connection, address: AddressId, seq: int) -> None:
    """The message is gone from the phone, its words and its pictures with it; a document stays where it is kept."""
    withdrawn = connection.execute(
        update(phone_messages)
        .where(phone_messages.c.seq == seq, phone_messages.c.address_id == address)
        .values(withdrawn=True, sealed_text=None)
        .returning(phone_messages.c.seq)
    ).one_or_none()
    if withdrawn is None:
        return
    _take_off(connection, [seq])
    connection.execute(delete(phone_files).where(phone_files.c.seq == seq))
    ring(connection, Bell.THREAD)


def _take_off(connection: Connection, messages: Sequence[int]) -> None:
    """The pictures that hang on these messages are gone; their documents stay."""
    hung = phone_files.c.seq.in_(messages) & (phone_files.c.kind != MediaKind.DOCUMENT.value)
    pictures = list(connection.execute(select(phone_files.c.document_id).where(hung)).scalars())
    connection.execute(delete(phone_files).where(hung))
    connection.execute(delete(documents).where(documents.c.id.in_(pictures)))


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
    shown = and_(phone_messages.c.address_id == address, phone_messages.c.seq > after)
    rows = connection.execute(select(phone_messages).where(shown).order_by(phone_messages.c.seq))
    hanging: dict[int, list[PhoneFile]] = defaultdict(list)
    for row in connection.execute(
        select(phone_files, documents.c.media_type)
        .join(phone_messages, phone_messages.c.seq == phone_files.c.seq)
        .join(documents, and_(documents.c.id == phone_files.c.document_id, documents.c.size > 0))
        .where(shown)
        .order_by(phone_files.c.seq, phone_files.c.position)
    ):
        hanging[row.seq].append(PhoneFile(row.document_id, row.media_type, MediaKind(row.kind)))
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
                files=tuple(hanging[row.seq]),
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
