"""A process that reminds until nothing is due: a batch for each byte it is given, and a word after each."""

from __future__ import annotations

import asyncio
import random
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from book.ids import IdMaker
from scheduler.reminders import Reminders
from storage import reminders
from storage.database import open_database
from storage.keys import KeyStore, RootKey
from storage.store import Store
from storage.vault import Vault


async def main(url: str, keys_url: str, media: str, batch: int, seed: int, now: datetime, turns: IO[bytes]) -> None:
    database, keys_database = await open_database(url), await open_database(keys_url)
    keys = await KeyStore.open(keys_database, RootKey(b"k" * 32), now=lambda: now)
    store = Store(database, await Vault.unlock(keys), Path(media))
    # Ids of five processes do not meet: each draws from a seed of its own.
    chore = Reminders(store, IdMaker(now=lambda: datetime.now(UTC), chance=random.Random(seed).randrange), batch=batch)
    # Nothing else runs in this process: it may stand still until it is its turn.
    while turns.read(1):
        done = await store.write(chore.some, now)
        print("batch", done, flush=True)
        if not done and await store.read(reminders.next_due) is None:
            break
    await database.close()
    await keys_database.close()


if __name__ == "__main__":
    url, keys_url, media, batch, seed, now = sys.argv[1:]
    with Path(media, f"turns-{seed}").open("rb", buffering=0) as turns:
        asyncio.run(main(url, keys_url, media, int(batch), int(seed), datetime.fromisoformat(now), turns))
