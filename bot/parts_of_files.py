"""Which part of a file a request asks for: some browsers play a film only where they may have it in parts.

Knows nothing of what is answered to a part that there is not.
"""

from __future__ import annotations

from aiohttp import web


def part_asked_for(request: web.Request, size: int) -> range | None:
    """Its bytes, and none where the file has no such part; None for all of it, or for what nobody understands."""
    try:
        asked = request.http_range
    except ValueError:
        return None
    if asked.start is None and asked.stop is None:
        return None
    return range(*asked.indices(size))


def content_range(part: range, size: int) -> str:
    """How the answer says which part it is."""
    return f"bytes {part.start}-{part.stop - 1}/{size}"
