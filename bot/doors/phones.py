"""What is typed into the demo's phones: shown on the phone and stored in the inbox in the same transaction.

The same inbox, the same natural keys and the same order as any platform's; only the platform is ours.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from book.ids import AddressId, Ids
from book.media import MediaKind
from book.messages import Did, File, Incoming, edit_key, message_key, press_key
from bot.channels.phones import ACCOUNT, CONTACT
from storage import documents, inbox, phones
from storage.database import Connection
from storage.documents import NewDocument
from storage.inbox import Received
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Upload:
    """A file somebody puts on her phone."""

    name: str
    media_type: str
    content: bytes

    @property
    def kind(self) -> MediaKind:
        """How the phone shows it, by what its type is said to be."""
        family = self.media_type.partition("/")[0]
        return _KINDS.get(family, MediaKind.DOCUMENT)


_KINDS = {"image": MediaKind.PHOTO, "audio": MediaKind.VOICE, "video": MediaKind.VIDEO}


def keep_uploads(
    connection: Connection,
    vault: Vault,
    ids: Ids,
    address: AddressId,
    seq: int,
    uploads: Sequence[Upload],
    now: datetime,
) -> tuple[File, ...]:
    """Keep the files under the key of whoever sent them, and hang them on message ``seq``, where they are fetched."""
    owner = phones.owner(connection, address, now)
    files = []
    for each in uploads:
        new = NewDocument(ids.new(), owner, each.name, each.media_type[:80], each.content)
        documents.keep(connection, vault, new, now)
        files.append(File(each.name, new.media_type, len(each.content), str(new.id), each.kind))
    phones.hang(connection, seq, [(int(each.reference), each.kind) for each in files])
    return tuple(files)


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
    uploads: Sequence[Upload] = (),
) -> int:
    """Somebody writes, perhaps with files of hers; the number of her message on the phone."""
    seq = phones.add(connection, vault, address, text, mine=True, at=now, reply_to=reply_to)
    incoming = Incoming(
        Did.WROTE,
        now,
        text=text,
        message=str(seq),
        reply_to=str(reply_to) if reply_to is not None else "",
        media=tuple(each.kind.value for each in uploads),
        files=keep_uploads(connection, vault, ids, address, seq, uploads, now),
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
