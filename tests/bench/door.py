"""The webhook door alone in a process: it stores and acknowledges, and nobody handles what is stored.

Run by :mod:`tests.bench.storing`; prints ``ready PORT`` when it serves.
"""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from book.ids import IdMaker
from bot.doors.group_commit import GroupCommit
from bot.doors.webhook import Webhook
from storage.database import open_database
from storage.keys import KeyStore, read_root_key
from storage.media_files import MediaFiles
from storage.store import Store
from storage.vault import Vault
from tests.bench.storing import SECRET
from tests.faults.processes import ACCOUNT


def _now() -> datetime:
    return datetime.now(UTC)


async def serve(url: str, keys_url: str, root: Path) -> None:
    """Serve until SIGTERM."""
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    book, keys = await open_database(url), await open_database(keys_url)
    try:
        vault = await Vault.unlock(await KeyStore.open(keys, read_root_key(root), now=_now))
        ids = IdMaker(now=_now, chance=random.Random().randrange)
        commit = GroupCommit(Store(book, vault, MediaFiles(root.parent / "media")), ids)
        webhook = Webhook(commit, account=ACCOUNT, secret=SECRET, now=_now)
        application = web.Application()
        application.add_routes([webhook.route()])
        runner = web.AppRunner(application, access_log=None, handle_signals=False)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            print(f"ready {runner.addresses[0][1]}", flush=True)
            await stopped.wait()
        finally:
            await runner.cleanup()
            await commit.close()
    finally:
        await book.close()
        await keys.close()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
