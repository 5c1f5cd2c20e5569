"""The second row: how fast a webhook door stores and acknowledges, and how long each message waits for its answer.

The door runs in one process, on a fresh SQLite database with ``synchronous=FULL``; the load comes from another.
Nothing is handled meanwhile: this is the door alone.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

from storage.keys import make_root_key
from tests.bench.measuring import cpu_seconds, memory_of
from tests.databases import furnish
from tests.faults.processes import Process

CONNECTIONS = 40
SECRET = "0123456789abcdef0123456789abcdef"
ACCOUNT_SID = "AC0123456789abcdef0123456789abcdef"
NUMBER = "+447700900900"
PUBLIC = "https://book.example.org"
DOORS = ("telegram", "twilio")
_RATES = {"telegram": (1_000, 2_000, 5_000), "twilio": (100, 500, 1_000)}


@dataclass(frozen=True, slots=True)
class Stored:
    """What one rate came to. ``asked`` None: every connection sends again as soon as it is answered."""

    asked: float | None
    rate: float
    p50_ms: float
    p99_ms: float
    worst_ms: float
    refused: int
    cpu_ms: float
    door: str
    grown_mb: float  # by how much more memory the door had afterwards


async def storing(folder: Path, door: str, *, seconds: float) -> list[Stored]:
    """Every rate for so many seconds, then as fast as it goes; a fresh database for each."""
    return [
        await _one(folder / name, door, asked, seconds=seconds)
        for name, asked in [*((f"at-{rate}", float(rate)) for rate in _RATES[door]), ("flat-out", None)]
    ]


async def _one(folder: Path, kind: str, asked: float | None, *, seconds: float) -> Stored:
    for each in (folder, folder / "book", folder / "keys"):
        each.mkdir()
    url = f"sqlite:///{folder / 'book' / 'bookbag.db'}"
    await furnish(url)
    make_root_key(folder / "keys" / "root.key")
    door = Process(
        [
            "-m",
            "tests.bench.door",
            kind,
            url,
            f"sqlite:///{folder / 'keys' / 'keys.db'}",
            str(folder / "keys" / "root.key"),
        ],
        environment={},
        folder=folder,
        log=folder / "door.log",
    )
    await door.start(output=asyncio.subprocess.PIPE)
    try:
        ready = await door.line()
        assert ready.startswith("ready "), door.said()
        load = Process(
            ["-m", "tests.bench.load", kind, ready.split()[1], str(asked or 0), str(seconds), str(CONNECTIONS)],
            environment={},
            folder=folder,
            log=folder / "load.log",
        )
        before, small = cpu_seconds(door.id), memory_of(door.id)
        await load.start(output=asyncio.subprocess.PIPE)
        try:
            found = json.loads(await load.line(within=60 + 5 * seconds))
            used, large = cpu_seconds(door.id) - before, memory_of(door.id)
        finally:
            await load.stop()
    finally:
        await door.stop()
    return Stored(
        asked=asked,
        rate=found["answered"] / found["seconds"],
        p50_ms=found["p50_ms"],
        p99_ms=found["p99_ms"],
        worst_ms=found["worst_ms"],
        refused=found["refused"],
        cpu_ms=1000 * used / max(found["answered"], 1),
        door=kind,
        grown_mb=(large - small) / 1024**2,
    )
