"""``bookbag`` as a program of its own, in a folder of its own, against the Bot API double.

Nothing of this machine's own environment configures it. Knows nothing of what a test makes it do.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import aiohttp

from tests.bot.forking import Child, begin
from tests.doubles.telegram import TelegramDouble

ROOT = Path(__file__).resolve().parents[2]
_STARTS_WITHIN = 40.0


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str


@dataclass(slots=True)
class Program:
    """One that serves."""

    process: Child
    lines: list[str] = field(default_factory=list)

    async def until(self, wanted: str) -> str:
        """The first line of its log or output that holds ``wanted``."""
        for line in self.lines:
            if wanted in line:
                return line
        async with asyncio.timeout(_STARTS_WITHIN):
            while line := (await self.process.stdout.readline()).decode():
                self.lines.append(line.rstrip())
                if wanted in line:
                    return line
        raise AssertionError(f"it ended without saying {wanted!r}:\n" + "\n".join(self.lines))

    async def port(self, variable: str) -> int:
        """Where it listens for ``variable``."""
        while True:
            line = await self.until(f'"part": "{variable}"')
            return int(json.loads(line)["port"])

    async def ends(self, signal: int | None = None) -> int:
        """Its exit code, after ``signal`` if one is given; what it still said is in ``lines``."""
        if signal is not None and self.process.returncode is None:
            self.process.send_signal(signal)
        async with asyncio.timeout(_STARTS_WITHIN):
            while line := (await self.process.stdout.readline()).decode():
                self.lines.append(line.rstrip())
            return await self.process.wait()


@dataclass(frozen=True, slots=True)
class Bookbag:
    """One operator's folder."""

    folder: Path
    environment: Mapping[str, str]

    async def says(self, *words: str, given: str = "", **otherwise: str) -> Said:
        """Run one command to its end."""
        process = await self._begin(words, otherwise, apart=True)
        async with asyncio.timeout(_STARTS_WITHIN):
            out, err = await process.communicate(given.encode())
        return Said(await process.wait(), out.decode(), err.decode())

    @asynccontextmanager
    async def serving(self, *words: str, **otherwise: str) -> AsyncIterator[Program]:
        """``bookbag run``, killed at the end of the block if it still runs."""
        program = Program(await self._begin(("run", *words), otherwise, apart=False))
        try:
            yield program
        finally:
            if program.process.returncode is None:
                program.process.kill()
            await program.process.communicate()

    async def _begin(self, words: tuple[str, ...], otherwise: Mapping[str, str], *, apart: bool) -> Child:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return await begin(
            "bot",
            words,
            folder=self.folder,
            environment={**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **self.environment, **otherwise},
            apart=apart,
        )


class Serving(Protocol):
    """A Bot API server, in this process or in one of its own."""

    url: str


def against(telegram: Serving, folder: Path) -> Bookbag:
    """A folder whose bot talks to the double, at no particular pace."""
    return Bookbag(
        folder,
        {
            "TELEGRAM_API_URL": telegram.url,
            "TELEGRAM_PER_SECOND": "0",
            "TELEGRAM_PER_CHAT": "0",
            "LISTEN": "127.0.0.1:0",
            "OPERATIONS_LISTEN": "127.0.0.1:0",
            "DESK_LISTEN": "127.0.0.1:0",
        },
    )


SETTING = ("--setting", "Sunshine", "--kind", "nursery", "--telephone", "01632 960123", "--name", "Sam", "--lead")


async def set_up(bookbag: Bookbag, telegram: TelegramDouble) -> str:
    """Run init without questions; what stands in the manager's link."""
    said = await bookbag.says("init", "--no-questions", *SETTING, "--token", telegram.token)
    assert said.code == 0, said.err
    return said.out.strip().rpartition("start=")[2]


async def fetch(port: int, path: str) -> tuple[int, str]:
    """Status and body of what is served there."""
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as answer:
        return answer.status, await answer.text()
