"""The programs of a fault test as processes of their own: the Bot API double, and a bot that may be killed.

Nothing here waits longer than it must, and nothing that was started outlives its block. Knows neither what is
sent nor what must come of it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "123456:TEST-TOKEN-OF-THE-DOUBLE-0123456789"
ACCOUNT = TOKEN.partition(":")[0]
_STARTS_WITHIN = 30.0


class Process:
    """One program. Its output goes to a file, so that nothing it says can hold it up."""

    def __init__(self, words: Sequence[str], *, environment: Mapping[str, str], folder: Path, log: Path) -> None:
        self._words = [sys.executable, *words]
        # Of our own environment only what Python needs: a variable of the machine must not configure the bot.
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        self._environment = {**kept, "PYTHONPATH": str(ROOT), **environment}
        self._folder = folder
        self.log = log
        self._running: asyncio.subprocess.Process | None = None

    @property
    def id(self) -> int:
        """The number by which the system knows it."""
        assert self._running is not None
        return self._running.pid

    @property
    def has_ended(self) -> bool:
        """Whether it is gone, by whatever cause."""
        return self._running is None or self._running.returncode is not None

    async def start(self, *, output: int | None = None) -> None:
        """Begin; returns before the program has done anything."""
        with self.log.open("ab") as log:
            self._running = await asyncio.create_subprocess_exec(
                *self._words,
                cwd=self._folder,
                env=self._environment,
                stdout=output if output is not None else log,
                stderr=log,
                stdin=asyncio.subprocess.DEVNULL,
            )

    async def line(self, *, within: float = _STARTS_WITHIN) -> str:
        """The next line it prints, where its output was kept for us."""
        assert self._running is not None
        assert self._running.stdout is not None
        async with asyncio.timeout(within):
            return (await self._running.stdout.readline()).decode().strip()

    async def kill(self) -> None:
        """SIGKILL: no word, no flush, no goodbye."""
        assert self._running is not None
        if self._running.returncode is None:
            self._running.send_signal(signal.SIGKILL)
        await self._running.wait()

    def freeze(self) -> None:
        """It stands still where it is, until it is thawed or killed."""
        assert self._running is not None
        self._running.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on as if nothing had been."""
        assert self._running is not None
        self._running.send_signal(signal.SIGCONT)

    async def stop(self, *, within: float = 30.0) -> int:
        """SIGTERM, and its exit code; killed if it has not gone by then."""
        assert self._running is not None
        if self._running.returncode is None:
            self._running.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(within):
                return await self._running.wait()
        except TimeoutError:
            await self.kill()
            raise AssertionError(f"the program did not stop; it said:\n{self.said()}") from None

    def said(self, *, last: int = 3_000) -> str:
        """The end of what it printed."""
        return self.log.read_text("utf-8", "replace")[-last:] if self.log.exists() else ""


class Telegram:
    """The Bot API double in a process of its own, by its control interface."""

    def __init__(self, url: str, ledger: Path, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.ledger = ledger
        self._session = session

    async def happens(self, items: Sequence[Mapping[str, Any]]) -> list[Any]:
        """People do these things, in order; what comes back is what the double answers to each."""
        async with self._session.post(f"{self.url}/control/updates", json=list(items)) as answer:
            told = await answer.json()
            assert answer.status == 200, told
            return list(told["results"])

    async def plans(self, fault: Mapping[str, Any]) -> None:
        """Faults befall the bot's calls from now on."""
        async with self._session.post(f"{self.url}/control/faults", json=dict(fault)) as answer:
            assert answer.status == 200, await answer.text()

    async def counts(self, method: str) -> tuple[int, int]:
        """Calls of this method so far, and how many of them took effect."""
        async with self._session.get(f"{self.url}/control/ledger?counts=1") as answer:
            found = (await answer.json())["counts"].get(method, {"calls": 0, "accepted": 0})
            return found["calls"], found["accepted"]

    async def chat(self, chat: int) -> list[dict[str, Any]]:
        """What a chat shows now, oldest first; nothing where nobody has written yet."""
        async with self._session.get(f"{self.url}/control/chats/{chat}") as answer:
            return list((await answer.json())["messages"]) if answer.status == 200 else []

    async def shows(self, chat: int, words: str, *, after: int = 0) -> dict[str, Any]:
        """Wait until the bot shows these words there, in a message newer than that one; the newest that does."""
        query = {"shows": words, "after": str(after)}
        async with self._session.get(f"{self.url}/control/chats/{chat}", params=query) as answer:
            found = await answer.json()
            assert answer.status == 200, found["error"]
            return dict(found)

    async def calls(self, method: str = "", *, chat: int) -> list[dict[str, Any]]:
        """The calls to one chat so far, of one method or of all."""
        query = {"chat": str(chat), **({"method": method} if method else {})}
        async with self._session.get(f"{self.url}/control/ledger", params=query) as answer:
            return list((await answer.json())["calls"])

    async def file(self, file_id: str) -> bytes:
        """The content of what a message shows as its media."""
        async with self._session.get(f"{self.url}/control/files/{file_id}") as answer:
            assert answer.status == 200, await answer.text()
            return await answer.read()

    async def is_fetched(self) -> None:
        """Wait until the bot has confirmed everything that happened."""
        async with self._session.get(f"{self.url}/control/updates") as answer:
            assert answer.status == 200, await answer.text()

    async def pending(self) -> int:
        """How many updates the bot has not confirmed."""
        async with self._session.get(f"{self.url}/bot{TOKEN}/getWebhookInfo") as answer:
            return int((await answer.json())["result"]["pending_update_count"])


@asynccontextmanager
async def telegram(folder: Path, *, ledger: bool = True) -> AsyncIterator[Telegram]:
    """The double, serving; its ledger is in a file, unless it is not wanted."""
    file = folder / "ledger.jsonl"
    words = ["-m", "tests.doubles.telegram", "--token", TOKEN, *(["--ledger", str(file)] if ledger else [])]
    process = Process(words, environment={}, folder=folder, log=folder / "telegram.log")
    await process.start(output=asyncio.subprocess.PIPE)
    try:
        ready = await process.line()
        assert ready.startswith("ready "), process.said()
        async with aiohttp.ClientSession() as session:
            yield Telegram(ready.split()[1], file, session)
    finally:
        await process.stop()
