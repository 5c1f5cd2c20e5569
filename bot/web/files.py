"""A file as the page may have it: shown in its place where that is safe, kept apart from the page where it is not.

What a file is called and said to be is whoever sent it who says so, and a browser is told to believe no more than that.
Refuses to know who may have it.
"""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web

from bot.parts_of_files import content_range, part_asked_for
from storage.documents import Document

# What a browser shows without running anything in it. A drawing (SVG) can hold a program, and a page is one.
SHOWN = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/gif",
        "video/mp4",
        "video/webm",
        "audio/mpeg",
        "audio/mp4",
        "audio/ogg",
        "audio/webm",
    }
)


def as_file(file: Document, request: web.Request) -> web.Response:
    """The file, or the part of it that was asked for, as an answer in which nothing is run.

    See :mod:`bot.web.gate` for what every answer says. Some browsers play a film only where they may have it in parts.
    """
    kind = "inline" if file.media_type in SHOWN else "attachment"
    headers = {
        "Content-Disposition": f"{kind}; filename*=UTF-8''{quote(file.name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Accept-Ranges": "bytes",
    }
    content, status = file.content, 200
    # A part that there is not is all of it.
    if part := part_asked_for(request, len(content)):
        headers["Content-Range"] = content_range(part, len(content))
        content, status = content[part.start : part.stop], 206
    return web.Response(
        body=content, status=status, content_type=file.media_type or "application/octet-stream", headers=headers
    )
