"""The first row: an echo bot of python-telegram-bot beside Bookbag that files, relays to two and acknowledges.

Both are given the same notes by the same Bot API server and take turns at it. What is measured is the CPU time of
the bot's own process between being ready and its last call, and how long that took. Knows nothing of why.
"""

from __future__ import annotations

import asyncio
import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.measuring import cpu_seconds
from tests.databases import Place
from tests.databases import furnish as furnish_database
from tests.faults.families import Family
from tests.faults.kill import bookbag, furnish
from tests.faults.processes import TOKEN, Process, Telegram, telegram

_GIVES_UP_AFTER = 300.0
_SAID = "bad night, teething, up at {}"
# One note makes four calls of Bookbag: two relays, the acknowledgement, and its change into ticks.
_CALLS_A_NOTE = 4


@dataclass(frozen=True, slots=True)
class Turn:
    """One bot's turn."""

    calls: int
    seconds: float
    cpu_seconds: float


@dataclass(slots=True)
class Answered:
    """All turns of one bot."""

    bot: str
    notes: int
    calls: int
    turns: list[Turn] = field(default_factory=list)


def calls_cost(found: Sequence[Answered]) -> tuple[float, float]:
    """CPU a call and calls a second of the last, as multiples of the first: of medians."""
    first, last = found[0], found[-1]

    def median(each: Answered, what: str) -> float:
        figures = {
            "cost": [turn.cpu_seconds / turn.calls for turn in each.turns],
            "speed": [turn.calls / turn.seconds for turn in each.turns],
        }
        return statistics.median(figures[what])

    return median(last, "cost") / median(first, "cost"), median(last, "speed") / median(first, "speed")


async def answering(folder: Path, *, rounds: int, notes: int) -> list[Answered]:
    """Let the bots take turns, ``rounds`` times each."""
    (folder / "book").mkdir()
    (folder / "keys").mkdir()
    place = Place(
        "sqlite", f"sqlite:///{folder / 'book' / 'bookbag.db'}", f"sqlite:///{folder / 'keys' / 'keys.db'}", folder
    )
    await furnish_database(place.url)
    families = await furnish(place, families=notes, to_a_key_person=1, to_a_childminder=1)
    async with telegram(folder, ledger=False) as serving:
        chats = [chat for each in families for chat in (each.parent_chat, each.key_chat, each.minder_chat)]
        await serving.happens([{"person": chat} for chat in chats])
        bots = {
            "echo, one after another": _echo(folder, serving, "1"),
            "echo, 16 at a time": _echo(folder, serving, "16"),
            "Bookbag": _bookbag(place, serving),
        }
        found = [Answered(name, notes, notes * (_CALLS_A_NOTE if name == "Bookbag" else 1)) for name in bots]
        for _ in range(rounds):
            for each in found:
                each.turns.append(await _turn(bots[each.bot], serving, families, each.calls))
    return found


def _echo(folder: Path, serving: Telegram, concurrent: str) -> Process:
    return Process(
        ["-m", "tests.bench.echo", TOKEN, serving.url, concurrent],
        environment={"PTB_TIMEDELTA": "true"},
        folder=folder,
        log=folder / "echo.log",
    )


def _bookbag(place: Place, serving: Telegram) -> Process:
    return bookbag(place, serving, now=datetime.now(UTC), GATHER_SECONDS="0")


async def _turn(bot: Process, serving: Telegram, families: Sequence[Family], calls: int) -> Turn:
    await bot.start()
    try:
        await _is_ready(bot, serving)
        before, cpu_before = await _calls(serving), cpu_seconds(bot.id)
        began = asyncio.get_running_loop().time()
        chance = random.Random(len(families))
        await serving.happens(
            [{"person": each.parent_chat, "says": _SAID.format(chance.randrange(1, 6))} for each in families]
        )
        async with asyncio.timeout(_GIVES_UP_AFTER):
            while await _calls(serving) < before + calls:
                if bot.has_ended:
                    raise AssertionError(f"the bot ended by itself; it said:\n{bot.said()}")
                await asyncio.sleep(0.02)
        seconds = asyncio.get_running_loop().time() - began
        return Turn(await _calls(serving) - before, seconds, cpu_seconds(bot.id) - cpu_before)
    finally:
        await bot.stop()


async def _is_ready(bot: Process, serving: Telegram) -> None:
    """Until the bot waits for updates, and what it imported and opened is behind it."""
    before, _ = await serving.counts("getUpdates")
    async with asyncio.timeout(_GIVES_UP_AFTER):
        while (await serving.counts("getUpdates"))[0] == before:
            if bot.has_ended:
                raise AssertionError(f"the bot ended by itself; it said:\n{bot.said()}")
            await asyncio.sleep(0.02)
        quiet = cpu_seconds(bot.id)
        while True:
            await asyncio.sleep(0.25)
            if cpu_seconds(bot.id) - quiet < 0.02:
                return
            quiet = cpu_seconds(bot.id)


async def _calls(serving: Telegram) -> int:
    """Calls that do something for somebody: what is sent and what is changed."""
    return (await serving.counts("sendMessage"))[1] + (await serving.counts("editMessageText"))[1]
