"""Where the safeguarding desk may be opened: a link that a lead asked for, then the browser she opened it in.

A link and a browser's token are 128 bits of chance and kept as keyed hashes only. The link becomes the browser's
token when her four figures were right there for the first time. Knows nothing of pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from book.ids import PersonId
from storage import dialect
from storage.schema import desk_browsers
from storage.vault import Vault

LINK_LASTS = timedelta(minutes=10)
BROWSER_LASTS = timedelta(days=30)
OPEN_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class NewBrowser:
    """A link that opens the desk once."""

    id: int
    person: PersonId
    link: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Browser:
    """One that was opened by a link, or the link itself."""

    id: int
    person: PersonId
    open_until: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Whether her four figures were right in the last quarter of an hour."""
        return self.open_until is not None and now < self.open_until


def add(connection: Connection, vault: Vault, new: Sequence[NewBrowser], now: datetime) -> None:
    dialect.add(
        connection,
        desk_browsers,
        [
            {
                "id": each.id,
                "person_id": each.person,
                "mac": _mac(vault, each.link),
                "made_at": now,
                "until": now + LINK_LASTS,
            }
            for each in new
        ],
    )


def find(connection: Connection, vault: Vault, token: str, now: datetime) -> Browser | None:
    """The browser with this token, or the link; wrong, used and expired ones are all not found."""
    row = connection.execute(
        select(desk_browsers).where(desk_browsers.c.mac == _mac(vault, token), desk_browsers.c.until > now)
    ).one_or_none()
    return None if row is None else Browser(row.id, PersonId(row.person_id), row.open_until)


def open_(connection: Connection, vault: Vault, browser: Browser, token: str, now: datetime) -> None:
    """The desk is open here for a quarter of an hour; ``token`` is what the browser is known by from now on."""
    connection.execute(
        update(desk_browsers)
        .where(desk_browsers.c.id == browser.id)
        .values(mac=_mac(vault, token), until=now + BROWSER_LASTS, open_until=now + OPEN_FOR)
    )


def keep_open(connection: Connection, browser: Browser, now: datetime) -> None:
    """Something was done there: it stays open for as long again."""
    connection.execute(update(desk_browsers).where(desk_browsers.c.id == browser.id).values(open_until=now + OPEN_FOR))


def close(connection: Connection, browser: Browser) -> None:
    connection.execute(update(desk_browsers).where(desk_browsers.c.id == browser.id).values(open_until=None))


def forget_before(connection: Connection, now: datetime) -> None:
    """Links and browsers whose time is over."""
    connection.execute(delete(desk_browsers).where(desk_browsers.c.until <= now))


def _mac(vault: Vault, token: str) -> bytes:
    return vault.mac("desk", token)
