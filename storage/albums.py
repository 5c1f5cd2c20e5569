"""Albums: several messages that were sent as one wait until nothing more comes, and then the first stands for all.

Each part is stored as it arrives, with when it will be quiet; so a restart gathers what was there before it. A picture
that comes later still is one of the first's. Knows nothing of what is in an album.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

from book.deliveries import InboxState
from book.ids import AddressId, InboxId
from book.messages import Incoming
from book.pictures import PictureId
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
    is_open: bool = False  # the platform has no albums: it belongs to what waits there, or begins another


def keep(connection: Connection, vault: Vault, parts: Sequence[AlbumPart]) -> None:
    """These came now."""
    parts = [_with_what_waits(connection, each) if each.is_open else each for each in parts]
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


def _with_what_waits(connection: Connection, part: AlbumPart) -> AlbumPart:
    """The same as part of what was begun at its address and is not whole yet, which is as long as ever after its first.

    Each begins its own otherwise, so that nothing which comes much later is taken for a late part of it.
    """
    row = connection.execute(_BEGUN, {"address": part.address}).first()
    if row is None:
        return replace(part, album=f"{part.album} {part.message}")
    return replace(part, album=f"{part.album} {row.message_id}", quiet_at=row.quiet_at)


_BEGUN = (
    select(album_parts.c.message_id, album_parts.c.quiet_at)
    .where(album_parts.c.address_id == bindparam("address"), album_parts.c.lead_id.is_(None))
    .order_by(album_parts.c.message_id)
    .limit(1)
)


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


def wait_again(connection: Connection, until: datetime) -> None:
    """After a stop the rest of an album may still be on its way: none is whole before then."""
    connection.execute(
        update(album_parts)
        .where(album_parts.c.lead_id.is_(None), album_parts.c.quiet_at < until)
        .values(quiet_at=until)
    )


@dataclass(frozen=True, slots=True)
class Late:
    """Pictures that came after the message they belong to had been handled."""

    message: InboxId
    pictures: tuple[PictureId, ...]


def gather(connection: Connection, vault: Vault, now: datetime) -> list[Late]:
    """Let the first message of every album that is quiet be handled as the whole of it; what came too late for that."""
    quiet = connection.execute(_QUIET.having(func.max(album_parts.c.quiet_at) <= now)).all()
    late = [_gather(connection, vault, AddressId(row.address_id), row.album_mac, now) for row in quiet]
    if quiet:
        ring(connection, Bell.INBOX)
    return [each for each in late if each is not None]


def _gather(connection: Connection, vault: Vault, address: AddressId, album: bytes, now: datetime) -> Late | None:
    of_it = (album_parts.c.address_id == address, album_parts.c.album_mac == album)
    rows = connection.execute(
        select(messages.c.id, messages.c.day, messages.c.sealed_payload)
        .join(album_parts, album_parts.c.message_id == messages.c.id)
        .where(*of_it, album_parts.c.lead_id.is_(None), *_WAITS)
        .order_by(messages.c.id)
        .with_for_update(of=messages)
    ).all()
    if not rows:
        return None  # Another process has gathered it.
    parts = {InboxId(row.id): inbox.open_payload(vault, row.id, row.day, row.sealed_payload) for row in rows}
    lead, *others = parts
    whole = _as_one(list(parts.values()))
    first, name = _first_of(connection, address, album)
    if first is not None and not whole.text.strip():
        _end(connection, list(parts), first, now)
        return Late(first, pictures.join(connection, first, list(parts), now))
    if not whole.reply_to:
        # Something of it was late and says something: it answers what was first.
        whole = replace(whole, reply_to=name)
    inbox.reword(connection, vault, {lead: whole})
    pictures.into_one(connection, lead, list(parts))
    connection.execute(update(album_parts).where(album_parts.c.message_id == lead).values(lead_id=lead))
    connection.execute(
        update(messages).where(messages.c.id == lead).values(state=InboxState.NEW, reason=None, ended_at=None)
    )
    _end(connection, others, lead, now)
    return None


def _end(connection: Connection, parts: Sequence[InboxId], lead: InboxId, now: datetime) -> None:
    """These stand in ``lead`` now; what was said in them is sealed with that for those whose it is."""
    connection.execute(update(album_parts).where(album_parts.c.message_id.in_(list(parts))).values(lead_id=lead))
    connection.execute(
        update(messages)
        .where(messages.c.id.in_(list(parts)))
        .values(state=InboxState.SKIPPED, reason=Reason.PART_OF_ALBUM, ended_at=now, sealed_payload=None)
    )


def _as_one(parts: Sequence[Incoming]) -> Incoming:
    """All captions, in the order in which the parts came, and all files, with what stood beside each."""
    said = [each.text.strip() for each in parts]
    beside = ((each.message, words.count("\n") + 1 if words else 0) for each, words in zip(parts, said, strict=True))
    return replace(
        parts[0],
        text="\n".join(filter(None, said)),
        parts=tuple(beside) if all(len(each.files) == 1 for each in parts) else (),
        reply_to=next((each.reply_to for each in parts if each.reply_to), ""),
        media=tuple(dict.fromkeys(kind for each in parts for kind in each.media)),
        files=tuple(file for each in parts for file in each.files),
        forwarded=any(each.forwarded for each in parts),
        whole=True,
    )


def _first_of(connection: Connection, address: AddressId, album: bytes) -> tuple[InboxId | None, str]:
    """The message that stood for this album already, and the platform's name for it; None where none did."""
    row = connection.execute(
        select(album_parts.c.message_id, album_parts.c.provider_id)
        .where(
            album_parts.c.address_id == address,
            album_parts.c.album_mac == album,
            album_parts.c.lead_id == album_parts.c.message_id,
        )
        .order_by(album_parts.c.message_id)
        .limit(1)
    ).first()
    return (None, "") if row is None else (InboxId(row.message_id), row.provider_id)
