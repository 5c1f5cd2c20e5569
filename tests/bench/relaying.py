"""How long a photo of 12 megapixels takes from the update that brings it to the call that shows it to somebody else.

The whole bot and a Bot API server, each in a process of its own, over HTTP on one machine. What may wait waits as
little as the configuration allows: no undo time, no pace of Telegram's. Knows nothing of what happens in between.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.measuring import cpu_seconds
from tests.bench.pictures import LARGE, with_grain
from tests.bot.media.pictures import encoded, picture, tags
from tests.databases import Place
from tests.databases import furnish as furnish_database
from tests.faults.kill import bookbag, furnish
from tests.faults.processes import Telegram, telegram

_HEARERS = 2  # her key person and her childminder
_LOOKS_EVERY = 0.005
_GIVES_UP_AFTER = 180.0


@dataclass(slots=True)
class Relayed:
    """One after another: seconds until the first who may see it was sent it, until the last, and the bot's own CPU."""

    size: int
    first: list[float] = field(default_factory=list)
    last: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)


async def relaying(folder: Path, *, photos: int) -> Relayed:
    """So many photos of a parent's, each when the one before has been shown to everybody."""
    (folder / "book").mkdir()
    (folder / "keys").mkdir()
    book, keys = folder / "book" / "bookbag.db", folder / "keys" / "keys.db"
    place = Place("sqlite", f"sqlite:///{book}", f"sqlite:///{keys}", folder)
    await furnish_database(place.url)
    (family,) = await furnish(place, families=1, to_a_key_person=1, to_a_childminder=1)
    content = encoded(with_grain(picture(1, LARGE)), "JPEG", exif=tags().tobytes(), quality=92)
    found = Relayed(len(content))
    async with telegram(folder, ledger=False) as serving:
        await serving.happens([{"person": each} for each in (family.parent_chat, family.key_chat, family.minder_chat)])
        bot = bookbag(place, serving, now=datetime.now(UTC), GATHER_SECONDS="0")
        await bot.start()
        try:
            photo = base64.b64encode(content).decode()
            for number in range(photos + 1):
                worked = cpu_seconds(bot.id)
                began = asyncio.get_running_loop().time()
                said = f"played in the garden, {number}"
                await serving.happens([{"person": family.parent_chat, "sends_photo": photo, "caption": said}])
                first = await _shown(serving, _HEARERS * number + 1, bot.said) - began
                last = await _shown(serving, _HEARERS * (number + 1), bot.said) - began
                if number:  # the first of all opens and imports what the others find there
                    found.first.append(first)
                    found.last.append(last)
                    found.cpu_seconds.append(cpu_seconds(bot.id) - worked)
        finally:
            await bot.stop()
    return found


async def _shown(serving: Telegram, count: int, said: Callable[[], str]) -> float:
    """When the server had taken so many photos in all."""
    try:
        async with asyncio.timeout(_GIVES_UP_AFTER):
            while (await serving.counts("sendPhoto"))[1] < count:
                await asyncio.sleep(_LOOKS_EVERY)
    except TimeoutError:
        raise RuntimeError(f"no photo within {_GIVES_UP_AFTER:.0f} s; the bot said:\n{said()}") from None
    return asyncio.get_running_loop().time()
