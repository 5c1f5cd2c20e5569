"""Whether a PDF may be passed on as it stands: it is whole, and nothing in it acts, plays or carries another file.

A process of its own looks through it, with limits, and changes nothing of it. Knows neither children nor chats.
"""

from __future__ import annotations

from bot.media.apart import apart, hand_over
from bot.media.limits import LIMITS, Limits
from bot.media.making_safe import Later, Refused, refused


async def look_through(content: bytes, *, limits: Limits = LIMITS) -> Refused | Later | None:
    """Why the PDF in ``content`` is not passed on, or None where nothing was found in it."""
    allowed = (str(limits.memory), str(limits.cpu_seconds))
    try:
        async with apart("bot.media.looking_through", allowed, seconds=limits.seconds) as process:
            if not await hand_over(process, content):
                return Later()
            assert process.stdout is not None
            line = await process.stdout.readline()
            return None if line == b"well\n" else await refused(process, line)
    except (TimeoutError, OSError):
        return Later()
