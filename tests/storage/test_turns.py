"""Whoever changes who may know and whoever decides what leaves wait for each other, where several processes write."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, text

from storage import turns
from storage.store import Store


def held(connection: Connection, take: Callable[[Connection], None]) -> list[tuple[str, bool]]:
    take(connection)
    if connection.dialect.name == "sqlite":
        return []
    rows = connection.execute(text("SELECT mode, granted FROM pg_locks WHERE locktype = 'advisory'"))
    return [(row.mode, row.granted) for row in rows]


@pytest.mark.parametrize(
    ("take", "mode"), [(turns.take_part, "ShareLock"), (turns.go_alone, "ExclusiveLock")], ids=["part", "alone"]
)
async def test_the_lock_is_held_until_the_transaction_ends_and_no_longer(
    store: Store, take: Callable[[Connection], None], mode: str
) -> None:
    during = await store.write(held, take)
    after = await store.write(held, lambda connection: None)

    assert during == ([] if store.dialect == "sqlite" else [(mode, True)])
    assert after == []
