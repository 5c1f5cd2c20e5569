"""One picture becomes copies that are safe to pass on and to keep, or one reason says why not.

A process of its own decodes each picture, with limits, and writes it anew: nothing that leaves was in what came, and
the only thing kept of what came with it is the moment it was taken. Knows neither
children nor chats, and keeps nothing.
"""

from __future__ import annotations

import asyncio
import re
import signal
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from book.media import Refusal
from bot.media.apart import apart, hand_over, was_ended_by_others
from bot.media.jpegs import is_bare
from bot.media.kinds import HEAD, Family, kind_of
from bot.media.limits import LARGEST_FILE, LIMITS, Limits


@dataclass(frozen=True, slots=True)
class Safe:
    """The copies, each a JPEG without one word about where, when or by what it was taken."""

    relay: bytes
    thumbnail: bytes
    original: bytes  # at full size, for the family to keep
    width: int  # of the original, the right way up
    height: int
    taken_at: datetime | None


@dataclass(frozen=True, slots=True)
class Refused:
    """It will never be passed on."""

    reason: Refusal


@dataclass(frozen=True, slots=True)
class Later:
    """Not made this time through no fault of the file's: the machine was too busy, or stopped it. Try again."""


async def make_safe(content: bytes, *, zone: tzinfo, limits: Limits = LIMITS) -> Safe | Refused | Later:
    """Safe copies of the picture in ``content``.

    A camera's clock often says no zone: then it stands in ``zone``. How many are made at once is the caller's to
    limit; each may use ``limits.memory``. Cancelled, it leaves no process behind.
    """
    if len(content) > LARGEST_FILE:
        return Refused(Refusal.TOO_LARGE)
    kind = kind_of(content[:HEAD])
    if kind is None or kind.family is not Family.PICTURE:
        return Refused(Refusal.UNKNOWN_KIND)
    try:
        async with apart("bot.media.decoding", [kind.label, *map(str, limits)], seconds=limits.seconds) as process:
            return await _answer(process, content, zone, limits)
    except (TimeoutError, OSError):
        return Later()


async def can_make_safe() -> bool:
    """Whether pictures can be made safe on this machine: tried with one of our own."""
    return isinstance(await make_safe(_TRIAL, zone=UTC), Safe)


# One grey point, as a PNG.
_TRIAL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a4944415478da6368000000820081da45083b0000000049454e44ae426082"
)
_SAFE = re.compile(rb"safe (\d{1,6}) (\d{1,6}) (\d{1,9}) (\d{1,9}) (\d{1,9}) (\S{1,40})\n")


async def _answer(
    process: asyncio.subprocess.Process, content: bytes, zone: tzinfo, limits: Limits
) -> Safe | Refused | Later:
    """Hand the picture over and read what comes back; nothing of it is believed that was not looked at."""
    if not await hand_over(process, content):
        return Later()
    assert process.stdout is not None
    try:
        line = await process.stdout.readline()
    except ValueError:
        return Refused(Refusal.BROKEN)
    found = _SAFE.fullmatch(line)
    if found is None:
        return await refused(process, line)
    width, height, *sizes = (int(each) for each in found.groups()[:5])
    most = (limits.thumbnail_bytes, limits.relay_bytes, limits.original_bytes)
    if any(size > largest for size, largest in zip(sizes, most, strict=True)):
        return Refused(Refusal.BROKEN)
    try:
        thumbnail, relay, original = [await process.stdout.readexactly(size) for size in sizes]
    except asyncio.IncompleteReadError:
        return await refused(process, b"")
    if not all(is_bare(each) for each in (thumbnail, relay, original)):
        return Refused(Refusal.BROKEN)
    return Safe(relay, thumbnail, original, width, height, _moment(found[6].decode("ascii", "replace"), zone))


async def refused(process: asyncio.subprocess.Process, line: bytes) -> Refused | Later:
    """What the process said of why not, or what its end says where it said nothing."""
    word = line.decode("ascii", "replace").removeprefix("no ").strip()
    if word in set(Refusal):
        return Refused(Refusal(word))
    # It ended without a word. Its time was up, or what it was given broke it; or somebody else ended it.
    ended = await process.wait()
    if ended == -signal.SIGXCPU:
        return Refused(Refusal.TOO_MUCH)
    return Later() if was_ended_by_others(ended) else Refused(Refusal.BROKEN)


def _moment(said: str, zone: tzinfo) -> datetime | None:
    try:
        moment = datetime.fromisoformat(said)
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
