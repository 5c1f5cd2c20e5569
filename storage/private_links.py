"""Private links: what each leads to and for whom; the link itself is kept nowhere, only keyed hashes of it.

A link is 128 bits of chance. One hash finds its row, and another, over the link and everything its row says, is its
signature: whoever changes a row, or copies one, has a link that leads nowhere. What it shows is not decided here: it
names an entry and some pictures, and whoever opens it is asked about anew. Wrong, ended and altered ones are all the
same: not found.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select

from book.ids import AddressId, ChildId, EntryId, Ids, NoticeId, PersonId
from book.pictures import PictureId
from storage import dialect
from storage.schema import private_link_pictures, private_links
from storage.vault import Vault

SHOWN_FOR = timedelta(minutes=10)
"""So long a page that was opened may fetch what stands on it."""

_BYTES = 16


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link that is about to be sent: ``notice`` says which message it is in."""

    token: str = field(repr=False)
    notice: NoticeId
    person: PersonId
    address: AddressId
    child: ChildId
    entry: EntryId
    pictures: tuple[PictureId, ...]
    until: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """One that can still be opened, if what it leads to may still be seen."""

    id: int
    person: PersonId
    address: AddressId
    child: ChildId
    entry: EntryId
    pictures: tuple[PictureId, ...]


def new_token(chance: Callable[[int], bytes]) -> str:
    """What stands in a link: 22 letters, digits, - and _ that nobody guesses. ``chance(n)`` gives n bytes."""
    return _letters(chance(_BYTES))


def make(connection: Connection, vault: Vault, ids: Ids, new: Sequence[NewLink], now: datetime) -> None:
    """These can be opened from now on; one that was made before for the same message was never sent, and ends."""
    if not new:
        return
    before = [(private_links.c.notice_id == each.notice) & (private_links.c.address_id == each.address) for each in new]
    _forget(connection, or_(*before))
    rows: list[dict[str, object]] = []
    shown: list[dict[str, object]] = []
    for each in new:
        row: dict[str, Any] = {
            "id": ids.new(),
            "mac": _mac(vault, each.token),
            "person_id": each.person,
            "address_id": each.address,
            "child_id": each.child,
            "entry_id": each.entry,
            "notice_id": each.notice,
            "made_at": now,
            "until": each.until,
        }
        row["signature"] = _signature(vault, each.token, row, each.pictures)
        rows.append(row)
        shown += [{"link_id": row["id"], "picture_id": picture} for picture in each.pictures]
    dialect.add(connection, private_links, rows)
    dialect.add(connection, private_link_pictures, shown)


def find(connection: Connection, vault: Vault, token: str, now: datetime) -> Link | None:
    """The link that this is, while it can be opened."""
    row: Row[Any] | None = connection.execute(
        select(private_links).where(private_links.c.mac == _mac(vault, token))
    ).one_or_none()
    if row is None:
        return None
    pictures = tuple(
        PictureId(each)
        for each in connection.execute(
            select(private_link_pictures.c.picture_id)
            .where(private_link_pictures.c.link_id == row.id)
            .order_by(private_link_pictures.c.picture_id)
        ).scalars()
    )
    signed = hmac.compare_digest(row.signature, _signature(vault, token, row._mapping, pictures))
    if not signed or row.until <= now:
        return None
    return Link(
        row.id,
        PersonId(row.person_id),
        AddressId(row.address_id),
        ChildId(row.child_id),
        EntryId(row.entry_id),
        pictures,
    )


def ticket(vault: Vault, token: str, now: datetime) -> str:
    """What a page that is opened now puts into the addresses of what stands on it; beside the link it is a proof that
    somebody pressed its button a short while ago."""
    return _ticket(vault, token, int((now + SHOWN_FOR).timestamp()))


def is_ticket(vault: Vault, token: str, given: str, now: datetime) -> bool:
    """Whether this was such a one for this link, and still is."""
    until, _, _ = given.partition(".")
    if not (until.isascii() and until.isdigit() and len(until) < 12):
        return False
    right = hmac.compare_digest(_ticket(vault, token, int(until)).encode(), given.encode("utf-8", "surrogatepass"))
    return right and now.timestamp() < int(until)


def forget_before(connection: Connection, now: datetime) -> None:
    """Links whose time is over."""
    _forget(connection, private_links.c.until <= now)


def _forget(connection: Connection, those: Any) -> None:
    gone = select(private_links.c.id).where(those)
    connection.execute(delete(private_link_pictures).where(private_link_pictures.c.link_id.in_(gone)))
    connection.execute(delete(private_links).where(those))


def _mac(vault: Vault, token: str) -> bytes:
    return vault.mac("private link", token)


def _signature(vault: Vault, token: str, row: Any, pictures: Sequence[PictureId]) -> bytes:
    bound = (row[name] for name in ("id", "person_id", "address_id", "child_id", "entry_id", "notice_id"))
    until: datetime = row["until"]
    return vault.mac(
        "private link signed", token, *(str(each) for each in bound), until.isoformat(), *map(str, sorted(pictures))
    )


def _ticket(vault: Vault, token: str, until: int) -> str:
    return f"{until}.{_letters(vault.mac('private link shown', token, str(until))[:_BYTES])}"


def _letters(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")
