"""Who may speak to the demo's server: a page it served itself, or a program on this machine, and nobody else.

The server has no password, so it listens on loopback only, answers only to its own names (a site whose name is made
to point here does not know them) and refuses what another site's page sends. Refuses to know what is asked.
"""

from __future__ import annotations

from collections.abc import Collection

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from book.errors import OperatorError

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    # A picture that is about to be sent is shown from where the browser has it.
    "img-src 'self' blob:; media-src 'self' blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def refuse_beyond_loopback(host: str) -> None:
    """Raise :class:`OperatorError` for an address that others than this machine could reach."""
    if host not in LOOPBACK:
        raise OperatorError(
            f"The demo has no password, so it serves this machine only and not {host}: leave --host out."
        )


def names_of(port: int) -> frozenset[str]:
    """What a browser on this machine may call the server."""
    hosts = ("127.0.0.1", "localhost", "[::1]")
    return frozenset({f"{host}:{port}" for host in hosts} | (set(hosts) if port == 80 else set()))


def refusal(status: int, sentence: str) -> web.Response:
    """A refusal as the interface words it."""
    return web.json_response({"error": sentence}, status=status)


def gate(names: Collection[str]) -> Middleware:
    """Let through what comes from ourselves; every refusal, ours or the library's, is a sentence in JSON."""

    log = structlog.get_logger(__name__)

    @web.middleware
    async def through(request: web.Request, handler: Handler) -> web.StreamResponse:
        if (sentence := _foreign(request, names)) is not None:
            return refusal(403, sentence)
        try:
            return await handler(request)
        except web.HTTPException as answer:
            if answer.status < 400:
                raise
            return refusal(answer.status, _SENTENCES.get(answer.status, f"{answer.reason}."))
        except ConnectionError:
            raise  # Nobody is left to be answered.
        except Exception as fault:
            # The outermost loop of a request: one that fails must not take the server down.
            log.error("request_failed", fault=type(fault).__name__)
            return refusal(500, "Something went wrong here; nothing was promised. Try again.")

    return through


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """On every answer, streams and refusals included."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)  # A page with forms says so itself.
    response.headers.setdefault("Cache-Control", "no-store" if request.path.startswith("/api/") else "no-cache")


def _foreign(request: web.Request, names: Collection[str]) -> str | None:
    """Why this is none of ours, if it is not."""
    hosts = request.headers.getall("Host", [])
    if len(hosts) != 1 or hosts[0].lower() not in names:
        return "This server answers to its own address only."
    origins = request.headers.getall("Origin", [])
    if any(each.lower().removeprefix("http://") not in names or not each.lower().startswith("http://")
           for each in origins):  # fmt: skip
        return "Another site's page may not use this server."
    # A browser says so itself where it sends no origin: an image or a script that another site embeds.
    if request.path.startswith("/api/") and request.headers.get("Sec-Fetch-Site", "none") not in {
        "same-origin",
        "none",
    }:
        return "Another site's page may not use this server."
    return None


_SENTENCES = {
    404: "There is nothing at this address.",
    405: "That cannot be done at this address.",
    413: "That is too large.",
}
