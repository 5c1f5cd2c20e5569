"""A message typed on a phone, kept once however often it is sent.

A browser may repeat a request whose connection broke, and a page whose server was started again may ask once more:
both give the same key, and the key is part of what is kept. Refuses to know HTTP.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from book.ids import Ids
from book.messages import Did, Incoming, message_key
from bot.channels.phones import ACCOUNT
from bot.doors.phones import Upload, keep_uploads
from bot.web.people import Phone
from storage import documents, inbox, phones
from storage.database import Connection
from storage.documents import Document
from storage.inbox import Received
from storage.phones import PhoneMessage
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed; ``key`` is the same for every copy, empty where there is none."""

    text: str
    reply_to: int | None = None
    key: str = ""
    uploads: tuple[Upload, ...] = ()


def keep(connection: Connection, vault: Vault, ids: Ids, phone: Phone, typed: Typed, now: datetime) -> int | None:
    """Show it on the phone and store it in the inbox; its number, or None if it answers what is not on that phone.

    A second copy changes nothing and has the number of the first.
    """
    if typed.reply_to is not None and message(connection, vault, phone, typed.reply_to) is None:
        return None
    seq = phones.add(
        connection,
        vault,
        phone.address,
        typed.text,
        mine=True,
        at=now,
        delivery=_number_of(vault, phone, typed.key) if typed.key else None,
        reply_to=typed.reply_to,
    )
    shown = message(connection, vault, phone, seq)
    if shown is None or shown.at != now:
        return seq  # A copy: it was there before.
    incoming = Incoming(
        Did.WROTE,
        now,
        text=typed.text,
        message=str(seq),
        reply_to="" if typed.reply_to is None else str(typed.reply_to),
        media=tuple(each.kind.value for each in typed.uploads),
        files=keep_uploads(connection, vault, ids, phone.address, seq, typed.uploads, now),
    )
    received = Received(
        channel="phones",
        account=ACCOUNT,
        provider_key=message_key(phone.id, str(seq)),
        handle=phone.id,
        payload=json.dumps({}),
        received_at=now,
        incoming=incoming,
    )
    inbox.keep(connection, vault, ids, [received])
    return seq


def message(connection: Connection, vault: Vault, phone: Phone, seq: int) -> PhoneMessage | None:
    """The message of this number, if that phone shows it."""
    found = phones.messages(connection, vault, phone.address, after=seq - 1)
    return next((each for each in found if each.seq == seq), None)


def document(connection: Connection, vault: Vault, phone: Phone, number: int) -> Document | None:
    """The file of this number, if it hangs on a message that phone shows."""
    shown = phones.messages(connection, vault, phone.address)
    hangs = any(file.document == number for each in shown for file in each.files)
    return documents.load(connection, vault, number) if hangs else None


def offers(connection: Connection, vault: Vault, phone: Phone, token: str) -> bool:
    """Whether a button with this token is on that phone now."""
    shown = phones.messages(connection, vault, phone.address)
    return any(token == each for message in shown for _, each in message.buttons)


def _number_of(vault: Vault, phone: Phone, key: str) -> int:
    """A number for the key of a letter; below nought, where no delivery has its own."""
    return -(int.from_bytes(vault.mac("letter", phone.id, key)[:8], "big") >> 1) - 1
