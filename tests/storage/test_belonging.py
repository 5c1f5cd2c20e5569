"""The book knows its own keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from book.errors import ForeignKeys
from storage import belonging
from storage.database import open_database
from storage.keys import KeyStore, RootKey
from storage.store import Store
from storage.vault import Vault
from tests.clocks import BookClock


async def test_a_key_store_of_another_book_is_refused(
    store: Store, root_key: RootKey, book_clock: BookClock, tmp_path: Path
) -> None:
    await store.write(belonging.check, store.vault)
    await store.write(belonging.check, store.vault)

    fresh = await open_database(f"sqlite:///{tmp_path}/fresh-keys.db")
    try:
        other = await Vault.unlock(await KeyStore.open(fresh, root_key, now=book_clock.now))
        with pytest.raises(ForeignKeys, match="does not belong to this book"):
            await store.write(belonging.check, other)
    finally:
        await fresh.close()
