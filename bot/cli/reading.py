"""The book opened for reading alone, with its keys: beside a running program or without one.

Knows nothing of what is read.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from bot.configuration import Configuration
    from storage.database import Connection
    from storage.health import Reader
    from storage.vault import Vault

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OpenBook:
    """What a command that only reads holds of the book."""

    database: Reader
    vault: Vault

    async def read(self, look: Callable[[Connection, Vault], T]) -> T:
        """What ``look`` finds, all of it at one moment."""
        return await self.database.read(look, self.vault)


@asynccontextmanager
async def open_book(configuration: Configuration) -> AsyncIterator[OpenBook]:
    """Open it, and let it go when the block ends; raises :class:`OperatorError` where it cannot be read."""
    from bot.clock import SystemClock
    from storage import health
    from storage.database import open_database
    from storage.keys import KeyStore, read_root_key
    from storage.vault import Vault

    async with AsyncExitStack() as closing:
        book = await closing.enter_async_context(health.reading(configuration.database_url))
        keys_database = await open_database(configuration.keys_database_url)
        closing.push_async_callback(keys_database.close)
        root = read_root_key(configuration.root_key_file)
        keys = await KeyStore.open(keys_database, root, now=SystemClock().now)
        yield OpenBook(book, await Vault.unlock(keys))
