"""Albums: several messages that were sent as one wait until nothing more comes, and then the first stands for all.

Each part is stored as it arrives, with when it will be quiet; so a restart gathers what was there before it. A part
that comes later still answers the first. Knows nothing of what is in an album.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from book.deliveries import InboxState
from book.ids import AddressId, InboxId
from book.messages import Incoming
from book.reasons import Reason
from storage import dialect, inbox, pictures
from storage.bells import Bell, ring
from storage.schema import album_parts
from storage.schema import inbox as messages
from storage.statements import among, constant
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class AlbumPart:
    """A message that is part of an album, by the platform's name for it."""

    message: InboxId
    address: AddressId
    album: str
    provider_id: str
    quiet_at: datetime


def keep(connection: Connection, vault: Vault, parts: Sequence[AlbumPart]) -> None:
    """These came now."""
    rows: list[dict[str, object]] = [
        {
            "message_id": each.message,
            "address_id": each.address,
            "album_mac": vault.mac("album", str(each.address), each.album),
            "provider_id": each.provider_id[:64],
            "quiet_at": each.quiet_at,
        }
        for each in parts
    ]
    dialect.add_new(connection, album_parts, rows)


def leads(connection: Connection, wanted: Collection[InboxId]) -> dict[InboxId, InboxId]:
    """Of these messages, those that are parts of a gathered album, each with the one that stands for it."""
    rows = connection.execute(_LEADS, {"wanted": wanted})
    return {InboxId(row.message_id): InboxId(row.lead_id) for row in rows}


_LEADS = select(album_parts.c.message_id, album_parts.c.lead_id).where(
    among(album_parts.c.message_id, "wanted"), album_parts.c.lead_id.is_not(None)
)
_WAITS = (
    messages.c.state == constant(InboxState.PENDING),
    messages.c.reason == constant(Reason.WAITS_FOR_ALBUM),
    messages.c.sealed_payload.is_not(None),
)
_QUIET = (
    select(album_parts.c.address_id, album_parts.c.album_mac, func.max(album_parts.c.quiet_at).label("quiet_at"))
    .join(messages, messages.c.id == album_parts.c.message_id)
    .where(album_parts.c.lead_id.is_(None), *_WAITS)
    .group_by(album_parts.c.address_id, album_parts.c.album_mac)
)


def next_due(connection: Connection) -> datetime | None:
    """When the next album will have been quiet for long enough."""
    waiting = _QUIET.subquery()
    found: datetime | None = connection.execute(select(func.min(waiting.c.quiet_at))).scalar_one()
    return found


def gather(connection: Connection, vault: Vault, now: datetime) -> int:
    """Let the first message of every album that is quiet be handled as the whole of it; how many albums that were."""
    quiet = connection.execute(_QUIET.having(func.max(album_parts.c.quiet_at) <= now)).all()
    gathered = sum(_gather(connection, vault, AddressId(row.address_id), row.album_mac, now) for row in quiet)
    if gathered:
        ring(connection, Bell.INBOX)
    return gathered


def _gather(connection: Connection, vault: Vault, address: AddressId, album: bytes, now: datetime) -> bool:
    of_it = (album_parts.c.address_id == address, album_parts.c.album_mac == album)
    rows = connection.execute(
        select(messages.c.id, messages.c.day, messages.c.sealed_payload)
        .join(album_parts, album_parts.c.message_id == messages.c.id)
        .where(*of_it, album_parts.c.lead_id.is_(None), *_WAITS)
        .order_by(messages.c.id)
        .with_for_update(of=messages)
    ).all()
    if not rows:
        return False  # Another process has gathered it.
    parts = {InboxId(row.id): inbox.open_payload(vault, row.id, row.day, row.sealed_payload) for row in rows}
    lead, *others = parts
    whole = _as_one(list(parts.values()))
    if not whole.reply_to:
        # Something of it was late: it is of whom the rest was.
        whole = replace(whole, reply_to=_first_of(connection, address, album))
    inbox.reword(connection, vault, {lead: whole})
    pictures.into_one(connection, lead, list(parts))
    connection.execute(update(album_parts).where(album_parts.c.message_id.in_(list(parts))).values(lead_id=lead))
    connection.execute(
        update(messages).where(messages.c.id == lead).values(state=InboxState.NEW, reason=None, ended_at=None)
    )
    connection.execute(
        update(messages)
        .where(messages.c.id.in_(others))
        # What was said in it is in the first now, and is sealed with that for those whose it is.
        .values(state=InboxState.SKIPPED, reason=Reason.PART_OF_ALBUM, ended_at=now, sealed_payload=None)
    )
    return True


def _as_one(parts: Sequence[Incoming]) -> Incoming:
    """All captions, in the order in which the parts came, and all files."""
    return replace(
        parts[0],
        text="\n".join(each.text for each in parts if each.text.strip()),
        reply_to=next((each.reply_to for each in parts if each.reply_to), ""),
        media=tuple(dict.fromkeys(kind for each in parts for kind in each.media)),
        files=tuple(file for each in parts for file in each.files),
        forwarded=any(each.forwarded for each in parts),
        whole=True,
    )


def _first_of(connection: Connection, address: AddressId, album: bytes) -> str:
    """The platform's name for the message that stood for this album already; empty where none did."""
    found = connection.execute(
        select(album_parts.c.provider_id)
        .where(
            album_parts.c.address_id == address,
            album_parts.c.album_mac == album,
            album_parts.c.lead_id == album_parts.c.message_id,
        )
        .order_by(album_parts.c.message_id)
        .limit(1)
    ).scalar_one_or_none()
    return found or ""
