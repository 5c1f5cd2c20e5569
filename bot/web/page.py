"""The page's own files, as they come with Bookbag: nothing beside them can be asked for.

Refuses to know what is in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

from aiohttp import web

_TYPES = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    content_type: str

    def answer(self) -> web.Response:
        return web.Response(body=self.content, content_type=self.content_type, charset="utf-8")


class Page:
    """``/`` and ``/static/…``."""

    def __init__(self) -> None:
        """Reads the files once; they are few and small."""
        self._files = {
            each.name: _File(each.read_bytes(), _TYPES[ending])
            for each in resources.files("bot.web").joinpath("static").iterdir()
            if (ending := each.name.rpartition(".")[2]) in _TYPES
        }

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/", self.index), web.get("/static/{name}", self.file)]

    async def index(self, request: web.Request) -> web.Response:
        return self._files["index.html"].answer()

    async def file(self, request: web.Request) -> web.Response:
        found = self._files.get(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        return found.answer()
