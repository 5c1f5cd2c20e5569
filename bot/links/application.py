"""The addresses below ``/m/``: a page with a button, what stands behind it, and one answer to everything else.

Whoever looks at a link, such as the robot that makes a preview of it, gets a page without a name or a picture and uses
nothing up; only pressing its button shows them. Knows neither who may see what nor how a link is kept.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable

import structlog
from aiohttp import web

from bot.links.limits import Limits
from bot.links.opening import Content, Openings
from bot.links.page import LinkPages
from bot.media.kinds import name_of
from bot.parts_of_files import content_range, part_asked_for

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_FILE = re.compile(r"(?P<token>[A-Za-z0-9_-]{22})/(?P<ticket>[0-9]{1,11}\.[A-Za-z0-9_-]{22})/(?P<number>[1-9][0-9]?)")
_METHODS = ("GET", "HEAD", "POST")
_WAIT_SECONDS = "60"
_FILES_AT_ONCE = 4  # each is opened whole
_ROBOTS = "User-agent: *\nDisallow: /\n"
_log = structlog.get_logger(__name__)


class LinksApplication:
    """The pages of one process."""

    def __init__(self, openings: Openings, pages: LinkPages, *, monotonic: Callable[[], float]) -> None:
        self._openings = openings
        self._pages = pages
        self._limits = Limits(monotonic)
        self._turn = asyncio.Semaphore(_FILES_AT_ONCE)
        policy = (
            f"default-src 'none'; style-src {pages.style_source}; img-src 'self'; media-src 'self'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        self._headers = {
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex, nofollow, noarchive",
            "Cache-Control": "private, no-store",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
        }

    def routes(self) -> list[web.RouteDef]:
        """What the application that faces the world adds."""
        return [
            web.get("/robots.txt", self._robots),
            web.route("*", "/m", self._answer),
            web.route("*", "/m/{rest:.*}", self._answer),
        ]

    async def _robots(self, _request: web.Request) -> web.Response:
        return web.Response(text=_ROBOTS, content_type="text/plain", headers=self._headers)

    async def _answer(self, request: web.Request) -> web.Response:
        if request.method not in _METHODS:
            return self._html(self._pages.gone(), 405, {"Allow": ", ".join(_METHODS)})
        try:
            return await self._find(request)
        except Exception as fault:
            # The outermost loop of a request, and the one place that may say what it was: never where it was.
            _log.error("link_failed", fault=type(fault).__name__)
            return self._html(self._pages.busy(), 503, {"Retry-After": _WAIT_SECONDS})

    async def _find(self, request: web.Request) -> web.Response:
        rest = request.match_info.get("rest", "")
        file = _FILE.fullmatch(rest)
        token = file["token"] if file is not None else rest
        is_press = request.method == "POST" and file is None
        if not self._limits.takes(hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest(), press=is_press):
            return self._busy()
        if file is not None:
            content = None
            if request.method != "POST":
                async with self._turn:
                    content = await self._openings.file(token, file["ticket"], int(file["number"]))
            return self._gone() if content is None else self._file(request, content, int(file["number"]))
        if _TOKEN.fullmatch(token) is None:
            return self._gone()
        if is_press:
            opened = await self._openings.open_(token)
            return self._gone() if opened is None else self._html(self._pages.shown(opened, token))
        kinds = await self._openings.waits(token)
        return self._html(self._pages.waits(kinds)) if kinds else self._gone()

    def _gone(self) -> web.Response:
        """The same for everything that leads nowhere; too many of those at once, and nobody is told even that."""
        return self._html(self._pages.gone(), 404) if self._limits.was_wrong() else self._busy()

    def _busy(self) -> web.Response:
        return self._html(self._pages.busy(), 429, {"Retry-After": _WAIT_SECONDS})

    def _html(self, page: str, status: int = 200, more: dict[str, str] | None = None) -> web.Response:
        headers = {**self._headers, **(more or {})}
        return web.Response(text=page, content_type="text/html", status=status, headers=headers)

    def _file(self, request: web.Request, found: Content, number: int) -> web.Response:
        """The file, or that part of it for which a player asks."""
        # What is no picture, film or sound is for another program to open, never for the page's own.
        inline = found.media_type.startswith(("image/", "video/", "audio/"))
        disposition = "inline" if inline else f'attachment; filename="{name_of(found.media_type, number)}"'
        headers = {**self._headers, "Accept-Ranges": "bytes", "Content-Disposition": disposition}
        size = len(found.content)
        part = part_asked_for(request, size)
        if part is None or len(part) == size:
            return web.Response(body=found.content, content_type=found.media_type, headers=headers)
        if not part:
            return web.Response(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
        headers["Content-Range"] = content_range(part, size)
        content = found.content[part.start : part.stop]
        return web.Response(body=content, status=206, content_type=found.media_type, headers=headers)
