"""What is typed into the demo's phones: shown on the phone and stored in the inbox in the same transaction.

The same inbox, the same natural keys and the same order as any platform's; only the platform is ours.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from book.ids import AddressId, Ids, PersonId
from book.messages import Did, File, Incoming, edit_key, message_key, press_key
from bot.channels.phones import ACCOUNT, CONTACT
from storage import documents, inbox, phones
from storage.database import Connection
from storage.documents import NewDocument
from storage.inbox import Received
from storage.vault import Owner, Vault


@dataclass(frozen=True, slots=True)
class Upload:
    """A file somebody puts on her phone."""

    name: str
    media_type: str
    content: bytes

    @property
    def is_spreadsheet(self) -> bool:
        return File(self.name, self.media_type, 0, "").is_spreadsheet


def keep_upload(
    connection: Connection, vault: Vault, ids: Ids, person: PersonId, seq: int, upload: Upload, now: datetime
) -> File:
    """Keep the file under the key of whoever sent it until it is fetched, and hang it on message ``seq``."""
    number = ids.new()
    new = NewDocument(number, Owner.person(person), upload.name, upload.media_type[:80], upload.content)
    documents.keep(connection, vault, new, now)
    phones.hang(connection, seq, number)
    return File(upload.name, upload.media_type, len(upload.content), str(number))


def write(
    connection: Connection,
    vault: Vault,
    ids: Ids,
    address: AddressId,
    handle: str,
    text: str,
    reply_to: int | None,
    now: datetime,
    *,
    person: PersonId | None = None,
    upload: Upload | None = None,
) -> int:
    """Somebody writes, perhaps with a file of hers; the number of her message on the phone."""
    seq = phones.add(connection, vault, address, text, mine=True, at=now, reply_to=reply_to)
    file = None
    if upload is not None and person is not None:
        file = keep_upload(connection, vault, ids, person, seq, upload, now)
    incoming = Incoming(
        Did.WROTE,
        now,
        text=text,
        message=str(seq),
        reply_to=str(reply_to) if reply_to is not None else "",
        media=("document",) if upload is not None else (),
        files=() if file is None else (file,),
    )
    _keep(connection, vault, ids, handle, message_key(handle, str(seq)), incoming)
    return seq


def edit(
    connection: Connection,
    vault: Vault,
    ids: Ids,
    address: AddressId,
    handle: str,
    seq: int,
    text: str,
    now: datetime,
) -> bool:
    """Somebody edits her own message; False if there is none of that number."""
    mine = [each for each in phones.messages(connection, vault, address, after=seq - 1) if each.seq == seq]
    if not mine or not mine[0].mine or not phones.change(connection, vault, address, seq, text, ()):
        return False
    incoming = Incoming(Did.EDITED, now, text=text, message=str(seq))
    _keep(connection, vault, ids, handle, edit_key(handle, str(seq), str(mine[0].edited + 1)), incoming)
    return True


def press(connection: Connection, vault: Vault, ids: Ids, handle: str, token: str, now: datetime) -> None:
    """Somebody presses a button; one that asks for her number gives the phone's own, if its handle is one."""
    press = f"{handle}:{ids.new()}"
    incoming = Incoming(Did.PRESSED, now, token=token, press=press)
    if token.startswith(CONTACT):
        incoming = Incoming(Did.WROTE, now, media=("contact",), contact=handle if handle.startswith("+") else "")
    _keep(connection, vault, ids, handle, press_key(press), incoming)


def _keep(connection: Connection, vault: Vault, ids: Ids, handle: str, key: str, incoming: Incoming) -> None:
    received = Received(
        channel="phones",
        account=ACCOUNT,
        provider_key=key,
        handle=handle,
        payload=json.dumps({}),
        received_at=incoming.at,
        incoming=incoming,
    )
    inbox.keep(connection, vault, ids, [received])
