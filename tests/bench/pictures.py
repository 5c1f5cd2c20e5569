"""What it costs to make a picture safe: how long one takes, how many a second, and how much memory its process needs.

Every picture is made from a seed, so that two sittings measure the same.
"""

from __future__ import annotations

import asyncio
import random
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from PIL import Image

from bot.media.limits import LIMITS
from bot.media.making_safe import Safe, make_safe
from tests.bot.media.pictures import encoded, picture, tags

AT_ONCE = 2
_STEP = 32 * 1024 * 1024
_ZONE = ZoneInfo("Europe/London")
LARGE = (4032, 3024)
_PICTURES = (
    ("JPEG as a chat sends it, 1280 x 960", (1280, 960), "JPEG", 87),
    ("JPEG of 12 megapixels", LARGE, "JPEG", 92),
    ("HEIC of 12 megapixels", LARGE, "HEIF", 60),
    ("PNG of a screen, 1170 x 2532", (1170, 2532), "PNG", None),
)


@dataclass(frozen=True, slots=True)
class MadeSafe:
    """One sort of picture: the seconds of each, one after another; and how many a second, two at a time."""

    what: str
    size: int
    seconds: tuple[float, ...]
    cpu_seconds: float  # of one, its process and the bot together, on the mean
    rate: float
    memory: int  # bytes that it must be allowed, within 32 MB

    @property
    def median(self) -> float:
        return sorted(self.seconds)[len(self.seconds) // 2]


async def making_safe(rounds: int = 3, each: int = 3) -> Sequence[MadeSafe]:
    """Each sort of picture, ``each`` times a round, one by one and then two at a time."""
    return [await _measured(*what, count=rounds * each) for what in _PICTURES]


async def _measured(what: str, size: tuple[int, int], to: str, quality: int | None, *, count: int) -> MadeSafe:
    options: dict[str, object] = {} if quality is None else {"quality": quality}
    if to == "HEIF":
        options["enc_params"] = {"preset": "ultrafast"}
    content = encoded(with_grain(picture(1, size)), to, exif=tags().tobytes(), **options)
    seconds, worked = [], _worked()
    for _ in range(count):
        began = time.perf_counter()
        await _made(content)
        seconds.append(time.perf_counter() - began)
    worked = (_worked() - worked) / count
    began = time.perf_counter()
    turn = asyncio.Semaphore(AT_ONCE)

    async def one() -> None:
        async with turn:
            await _made(content)

    await asyncio.gather(*(one() for _ in range(count)))
    rate = count / (time.perf_counter() - began)
    return MadeSafe(what, len(content), tuple(seconds), worked, rate, await _needed(content))


def with_grain(image: Image.Image) -> Image.Image:
    """As a sensor sees it: without it a picture is far smaller than a photo, and sooner decoded."""
    grain = Image.frombytes("L", image.size, random.Random(2).randbytes(image.width * image.height))
    return Image.blend(image, grain.convert("RGB"), 0.05)


async def _made(content: bytes) -> None:
    outcome = await make_safe(content, zone=_ZONE)
    if not isinstance(outcome, Safe):
        raise RuntimeError(f"it was not made safe: {outcome}")


def _worked() -> float:
    """The CPU time of this process and of every one that it has seen end."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


async def _needed(content: bytes) -> int:
    """How much memory its process must be allowed: the least with which it is made safe.

    What the kernel says of a process that ended counts what it was before it became another, which is the bot.
    """
    too_little, enough = 0, LIMITS.memory // _STEP
    while enough - too_little > 1:
        between = (too_little + enough) // 2
        outcome = await make_safe(content, zone=_ZONE, limits=LIMITS._replace(memory=between * _STEP))
        too_little, enough = (too_little, between) if isinstance(outcome, Safe) else (between, enough)
    return enough * _STEP
