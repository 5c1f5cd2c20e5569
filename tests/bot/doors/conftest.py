"""What the tests of the doors ask for: ids, the double, and a look at what is stored."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import Connection, select

from book.ids import IdMaker, Ids
from book.messages import Incoming
from storage.inbox import key_mac, open_raw
from storage.schema import inbox
from storage.store import Store
from storage.vault import Vault
from tests.doubles.telegram import Pauses, TelegramDouble


@dataclass(frozen=True, slots=True)
class Kept:
    """One row of the inbox, opened."""

    incoming: Incoming
    raw: str
    is_named: Callable[[str], bool]  # whether this is its natural key, of which only a keyed hash is kept


@pytest.fixture
def ids() -> Ids:
    return IdMaker(now=lambda: datetime.now(UTC), chance=random.Random(7).randrange)


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramDouble]:
    async with TelegramDouble(webhook_pauses=Pauses(first=0.005, longest=0.05)) as double:
        double.person(1001, "Hannah")
        yield double


@pytest.fixture
def kept(store: Store) -> Callable[[], Awaitable[list[Kept]]]:
    """Everything stored, oldest first."""

    async def look() -> list[Kept]:
        return await store.read(_open_all, store.vault)

    return look


def _open_all(connection: Connection, vault: Vault) -> list[Kept]:
    rows = connection.execute(select(inbox).order_by(inbox.c.id)).all()
    opened = [(row, json.loads(open_raw(vault, row.id, row.day, row.sealed_payload))) for row in rows]
    return [
        Kept(Incoming.from_json(parsed), raw, partial(_is_named, vault, row.channel, row.account, row.provider_key_mac))
        for row, (parsed, raw) in opened
    ]


def _is_named(vault: Vault, channel: str, account: str, kept: bytes, key: str) -> bool:
    return key_mac(vault, channel, account, key) == kept
