"""The desk's addresses: a link opens the four figures, the figures open the desk, everything else needs it open.

A browser is known by a cookie that no script and no other site can use. Knows neither who is a lead nor what is kept.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from importlib import resources
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from book.wording.catalogue import Catalogue
from bot.desk.page import Pages
from bot.desk.record import record
from handlers.at_the_desk import AtTheDesk, Done, Opening

_COOKIE = "desk"
_KEPT_SECONDS = 30 * 24 * 3600
_LONGEST_NOTE = 4000
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # Nothing of an address goes to another site; a form of ours says where it comes from, or it would be refused.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_SAID = {
    Opening.WRONG: "desk.wrong",
    Opening.CLOSED: "desk.closed",
    Opening.NO_FIGURES: "desk.no_figures",
}
_log = structlog.get_logger(__name__)


class DeskApplication:
    """The page for one process. ``is_secure``: reached by https, so the cookie never goes another way."""

    def __init__(self, desk: AtTheDesk, pages: Pages, catalogue: Catalogue, *, is_secure: bool) -> None:
        self._desk = desk
        self._pages = pages
        self._catalogue = catalogue
        self._is_secure = is_secure

    def application(self) -> web.Application:
        """Everything below ``/desk``."""
        application = web.Application(middlewares=[_own_pages_only], client_max_size=64 * 1024)
        application.add_routes(self.routes())
        return application

    def routes(self) -> list[web.RouteDef]:
        """The same for an application that serves other things too."""
        return [
            web.get("/desk", self._look),
            web.get("/desk/desk.css", self._style),
            web.post("/desk/open", self._open),
            web.post("/desk/note", self._note),
            web.post("/desk/release", self._release),
            web.post("/desk/remove", self._remove),
            web.post("/desk/close", self._close),
            web.get(r"/desk/{disclosure:\d+}.pdf", self._save),
            web.get("/desk/{token:[A-Za-z0-9_-]{16,64}}", self._link),
        ]

    async def _style(self, _request: web.Request) -> web.Response:
        style = resources.files("bot.desk").joinpath("desk.css").read_text("utf-8")
        return web.Response(text=style, content_type="text/css", headers=_HEADERS)

    async def _link(self, request: web.Request) -> web.Response:
        token = request.match_info["token"]
        if not await self._desk.is_known(token):
            return _html(self._pages.sentence("desk.unknown"), 404)
        return _html(self._pages.figures(token))

    async def _look(self, request: web.Request) -> web.Response:
        token = request.cookies.get(_COOKIE, "")
        return await self._shown(token)

    async def _shown(self, token: str, said: str = "") -> web.Response:
        found = await self._desk.looks(token) if token else None
        if found is not None:
            return _html(self._pages.desk(found, said=said))
        if token and await self._desk.is_known(token):
            return _html(self._pages.figures(said=said))
        return _html(self._pages.sentence("desk.unknown"), 404)

    async def _open(self, request: web.Request) -> web.Response:
        form = await request.post()
        token = _text(form, "token") or request.cookies.get(_COOKIE, "")
        opened, fresh = await self._desk.open_(token, _text(form, "figures"))
        words = _text(form, "words")[:_LONGEST_NOTE]
        waiting = (_number(form), words) if words else None
        if opened is Opening.UNKNOWN:
            return _html(self._pages.sentence("desk.unknown"), 404)
        if opened is not Opening.OPEN:
            return _html(self._pages.figures(_text(form, "token"), said=_SAID[opened], note=waiting), 403)
        said = ""
        if waiting is not None:
            said = _of(await self._desk.notes(fresh, *waiting), "desk.noted")
        answer = web.Response(status=303, headers={**_HEADERS, "Location": "/desk"})
        if said:
            answer = await self._shown(fresh, said)
        answer.set_cookie(
            _COOKIE, fresh, max_age=_KEPT_SECONDS, path="/desk", httponly=True, secure=self._is_secure,
            samesite="Strict",
        )  # fmt: skip
        return answer

    async def _note(self, request: web.Request) -> web.Response:
        form = await request.post()
        token, words = request.cookies.get(_COOKIE, ""), _text(form, "words").strip()[:_LONGEST_NOTE]
        if not words:
            return await self._shown(token)
        done = await self._desk.notes(token, _number(form), words)
        if done is Done.NOT_OPEN and await self._desk.is_known(token):
            return _html(self._pages.figures(said="desk.closed_meanwhile", note=(_number(form), words)), 403)
        return await self._shown(token, _of(done, "desk.noted"))

    async def _release(self, request: web.Request) -> web.Response:
        return await self._did(request, self._desk.releases, "desk.in_the_book")

    async def _remove(self, request: web.Request) -> web.Response:
        return await self._did(request, self._desk.removes, "desk.removed")

    async def _did(self, request: web.Request, act: Callable[[str, int], Awaitable[Done]], said: str) -> web.Response:
        form = await request.post()
        token = request.cookies.get(_COOKIE, "")
        return await self._shown(token, _of(await act(token, _number(form)), said))

    async def _save(self, request: web.Request) -> web.Response:
        token = request.cookies.get(_COOKIE, "")
        found = await self._desk.record(token, int(request.match_info["disclosure"]))
        if found is None:
            return await self._shown(token)
        return web.Response(
            body=record(found, self._pages, self._catalogue),
            content_type="application/pdf",
            headers={**_HEADERS, "Content-Disposition": 'attachment; filename="safeguarding.pdf"'},
        )

    async def _close(self, request: web.Request) -> web.Response:
        await self._desk.close(request.cookies.get(_COOKIE, ""))
        return _html(self._pages.sentence("desk.is_closed"))


def _of(done: Done, said: str) -> str:
    return {
        Done.DONE: said,
        Done.ASKED: "desk.asked",
        Done.NOT_OPEN: "desk.closed_meanwhile",
        Done.NOT_HERS: "desk.gone",
        Done.NOBODY_TO_FILE: "desk.nobody_to_file",
    }[done]


def _text(form: Mapping[str, object], name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _number(form: Mapping[str, object]) -> int:
    written = _text(form, "disclosure")
    return int(written) if written.isdigit() and len(written) < 20 else 0


def _html(page: str, status: int = 200) -> web.Response:
    return web.Response(text=page, content_type="text/html", status=status, headers=_HEADERS)


@web.middleware
async def _own_pages_only(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """What another site's page sends is refused; a fault says nothing of what it held."""
    origin = request.headers.get("Origin")
    foreign = request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none")
    if request.method == "POST" and (foreign or (origin is not None and urlsplit(origin).netloc != request.host)):
        raise web.HTTPForbidden(text="Another site's page may not use the desk.")
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as fault:
        # The outermost loop of a request: one that fails must not take the program down.
        _log.error("desk_failed", fault=type(fault).__name__)
        return web.Response(text="Something went wrong here; nothing was lost. Try again.", status=500)
