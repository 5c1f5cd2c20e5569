"""Files that come in and go out: sealed whole, found by number, deleted when nobody needs them any more.

A document that is still to be made is kept as what it is to be made from; making it puts its bytes in that place, once.
Knows nothing of what any file holds.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from book.deliveries import NoticeState, WaitsFor
from book.ids import NoticeId, PersonId
from book.media import MediaKind
from storage.bells import Bell, ring
from storage.schema import documents, notices, phone_files
from storage.vault import Owner, OwnerKind, Vault

KEPT_FOR = timedelta(days=2)
_FIELD = "document"


@dataclass(frozen=True, slots=True)
class Document:
    """One file."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A file to keep, or (``recipe``) one that is to be made and what it is to be made from."""

    id: int
    owner: Owner
    name: str
    media_type: str
    content: bytes = b""
    recipe: str = ""
    made_by: PersonId | None = None


@dataclass(frozen=True, slots=True)
class ToMake:
    """A document that is still to be made."""

    id: int
    owner: Owner
    recipe: str
    made_by: PersonId | None


def keep(connection: Connection, vault: Vault, new: NewDocument, now: datetime) -> None:
    """Keep one file, or the wish for one."""
    content = new.recipe.encode() if new.recipe else new.content
    connection.execute(
        documents.insert().values(
            id=new.id,
            owner_kind=new.owner.kind.value,
            owner_id=new.owner.id,
            sealed_name=vault.seal_text(new.owner, "document name", new.id, new.name),
            media_type=new.media_type,
            size=0 if new.recipe else len(new.content),
            sealed_bytes=vault.seal(new.owner, _FIELD, new.id, content),
            made_at=now,
            made_by=new.made_by,
        )
    )


def load(connection: Connection, vault: Vault, document: int) -> Document | None:
    """The file of this number; None if there is none, or none yet."""
    row = connection.execute(select(documents).where(documents.c.id == document, documents.c.size > 0)).one_or_none()
    if row is None:
        return None
    owner = Owner(OwnerKind(row.owner_kind), row.owner_id)
    return Document(
        vault.open_text(owner, "document name", row.id, row.sealed_name),
        row.media_type,
        vault.open(owner, _FIELD, row.id, row.sealed_bytes),
    )


def existing(connection: Connection, wanted: Collection[int]) -> frozenset[int]:
    """Of these, those that are there to be sent."""
    rows = connection.execute(select(documents.c.id).where(documents.c.id.in_(list(wanted)), documents.c.size > 0))
    return frozenset(rows.scalars())


def to_make(connection: Connection, vault: Vault) -> list[ToMake]:
    """The documents that are still to be made, oldest first."""
    rows = connection.execute(select(documents).where(documents.c.size == 0).order_by(documents.c.id))
    found = []
    for row in rows:
        owner = Owner(OwnerKind(row.owner_kind), row.owner_id)
        recipe = vault.open(owner, _FIELD, row.id, row.sealed_bytes).decode()
        made_by = None if row.made_by is None else PersonId(row.made_by)
        found.append(ToMake(row.id, owner, recipe, made_by))
    return found


def make(connection: Connection, vault: Vault, document: ToMake, content: bytes, notice: NoticeId) -> bool:
    """Its bytes stand where its wish stood, and the notice that waited for it is free to go; False if they did before.

    Asked in the transaction that makes it, so that it is made once.
    """
    found = connection.execute(
        select(documents.c.id).where(documents.c.id == document.id, documents.c.size == 0).with_for_update()
    ).one_or_none()
    if found is None:
        return False
    connection.execute(
        update(documents)
        .where(documents.c.id == document.id)
        .values(size=len(content), sealed_bytes=vault.seal(document.owner, _FIELD, document.id, content))
    )
    _release(connection, notice)
    return True


def cannot_be_made(connection: Connection, document: int, notice: NoticeId) -> None:
    """The wish is given up; what waited for it goes without it and says so."""
    forget(connection, document)
    _release(connection, notice)


def _release(connection: Connection, notice: NoticeId) -> None:
    connection.execute(
        update(notices)
        .where(notices.c.id == notice, notices.c.state == NoticeState.WAITING, notices.c.waits_for == WaitsFor.MEDIA)
        .values(waits_for=WaitsFor.NOTHING)
    )
    ring(connection, Bell.OUTBOX)


def forget(connection: Connection, document: int) -> None:
    """Delete one file; nothing happens if it is gone."""
    connection.execute(delete(documents).where(documents.c.id == document))


def forget_before(connection: Connection, moment: datetime) -> int:
    """Delete what was made before then and is not to be made still; the number of files.

    What a phone shows as a picture goes with the message on which it hangs, and not before.
    """
    shown = select(phone_files.c.document_id).where(phone_files.c.kind != MediaKind.DOCUMENT.value)
    gone = connection.execute(
        delete(documents)
        .where(documents.c.made_at < moment, documents.c.size > 0, documents.c.id.not_in(shown))
        .returning(documents.c.id)
    )
    return len(gone.all())
