"""A webhook door alone in a process: it stores and acknowledges, and nobody handles what is stored.

Run by :mod:`tests.bench.storing`; prints ``ready PORT`` when it serves.
"""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web

from book.ids import IdMaker, Ids
from bot.dispatch.reports import Reports
from bot.doors.group_commit import GroupCommit
from bot.doors.twilio import Webhooks, texts_to
from bot.doors.twilio_signature import Signatures
from bot.doors.webhook import Webhook
from storage.database import open_database
from storage.keys import KeyStore, read_root_key
from storage.media_files import MediaFiles
from storage.store import Store
from storage.vault import Vault
from tests.bench.storing import ACCOUNT_SID, NUMBER, PUBLIC, SECRET
from tests.faults.processes import ACCOUNT


def _now() -> datetime:
    return datetime.now(UTC)


async def serve(door: str, url: str, keys_url: str, root: Path) -> None:
    """Serve until SIGTERM."""
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    book, keys = await open_database(url), await open_database(keys_url)
    try:
        vault = await Vault.unlock(await KeyStore.open(keys, read_root_key(root), now=_now))
        ids = IdMaker(now=_now, chance=random.Random().randrange)
        store = Store(book, vault, MediaFiles(root.parent / "media"))
        commit = GroupCommit(store, ids)
        application = web.Application()
        if door == "twilio":
            application.add_routes(_twilio(store, ids, commit).routes())
        else:
            application.add_routes([Webhook(commit, account=ACCOUNT, secret=SECRET, now=_now).route()])
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


def _twilio(store: Store, ids: Ids, commit: GroupCommit) -> Webhooks:
    return Webhooks(
        commit,
        Reports(store, ids, now=_now, time_of=str, zone=ZoneInfo("Europe/London")),
        signatures=Signatures(SECRET, PUBLIC),
        account_sid=ACCOUNT_SID,
        lines=[texts_to(NUMBER)],
        now=_now,
    )


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4])))
