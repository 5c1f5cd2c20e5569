"""One HTTP call for Twilio's library over aiohttp, within a time limit; a failure says whether it can have been sent.

The library's own transport has no time limit and cannot be sent elsewhere than to twilio.com. Never tries twice, and
no text of an error holds a number or a word. Knows no method of the API.
"""

from __future__ import annotations

import json
import logging
from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from yarl import URL

REAL_ADDRESS = "https://api.twilio.com"
_TWILIOS = ".twilio.com"
_JSON = "application/json"
_ELSEWHERE = frozenset({301, 302, 303, 307, 308})

_WITHIN_SECONDS = 15.0
_CONNECT_WITHIN_SECONDS = 5.0


class NeverSent(ConnectionError):
    """The request certainly had no effect."""


class PerhapsSent(ConnectionError):
    """The request may have had its effect: what went wrong went wrong after it was written."""


class ToldToWait(NeverSent):
    """Twilio's 429; ``seconds`` as it gave them, or None."""

    def __init__(self, seconds: float | None) -> None:
        super().__init__("told to wait")
        self.seconds = seconds


class JsonBody:
    """A body as we write it; the library's own classes name everything there could be, most of it empty."""

    def __init__(self, body: dict[str, Any]) -> None:
        self._body = body

    def to_dict(self) -> dict[str, Any]:
        """What the library asks for."""
        return self._body


@dataclass(frozen=True, slots=True)
class Download:
    """What came of asking for a file: HTTP's answer, 0 for none; ``content`` is None where it was too large."""

    status: int
    content: bytes | None = b""


class AiohttpTransport(AsyncHttpClient):  # type: ignore[misc]  # the library says nothing of its types
    """What the library calls through; ``api_url`` is any server that speaks the API."""

    def __init__(self, api_url: str, *, within: float = _WITHIN_SECONDS) -> None:
        # The library would log each call with the number it goes to.
        quiet = logging.getLogger(f"{__name__}.library")
        quiet.disabled = True
        super().__init__(quiet, True)
        self._base = api_url.rstrip("/")
        self._limit = aiohttp.ClientTimeout(total=within, sock_connect=_CONNECT_WITHIN_SECONDS)
        self._session: aiohttp.ClientSession | None = None
        self._is_closed = False

    async def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's own signature
        allow_redirects: bool = False,
    ) -> Response:
        """Make the call once. Raises :class:`NeverSent`, :class:`ToldToWait` or :class:`PerhapsSent`."""
        session = self._opened()
        if session is None:
            raise NeverSent("the connections have been closed")
        sent = {**(headers or {}), **(_as(auth) if auth is not None else {})}
        try:
            async with session.request(
                method,
                self._address(uri, params),
                data=None if method == "GET" else _body(data, sent),
                headers=sent,
                allow_redirects=False,
            ) as answer:
                body = await answer.text(errors="replace")
                if answer.status == 429:
                    raise ToldToWait(_seconds(answer.headers.get("Retry-After", "")))
                return Response(answer.status, body, headers=dict(answer.headers))
        except (NeverSent, PerhapsSent):
            raise
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError, aiohttp.InvalidURL) as fault:
            raise NeverSent(type(fault).__name__) from None
        except (aiohttp.ClientError, OSError, TimeoutError) as fault:
            raise PerhapsSent(type(fault).__name__) from None

    async def download(self, path: str, auth: tuple[str, str], *, most: int) -> Download:
        """A file at Twilio: asked of Twilio with ``auth``, and read where it then says, without.

        Never raises. Of more than ``most`` bytes nothing is kept.
        """
        session = self._opened()
        if session is None:
            return Download(0)
        try:
            asking = session.get(URL(f"{self._base}{path}", encoded=True), headers=_as(auth), allow_redirects=False)
            async with asking as asked:
                if asked.status not in _ELSEWHERE:
                    return await _read(asked, most)
                there = URL(asked.headers.get("Location", ""), encoded=True)
            # Over the wire that Twilio was asked by; who it is that asks is nobody's business there.
            if there.scheme != urlsplit(self._base).scheme or not there.host:
                return Download(0)
            async with session.get(there, allow_redirects=False) as given:
                return await _read(given, most)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
            return Download(0)

    def _opened(self) -> aiohttp.ClientSession | None:
        """The connections, made at the first call, in the running loop; None once they have been let go."""
        if self._session is None and not self._is_closed:
            self._session = aiohttp.ClientSession(timeout=self._limit, cookie_jar=aiohttp.DummyCookieJar())
        return None if self._is_closed else self._session

    async def close(self) -> None:
        """Let the connections go; may be called twice."""
        self._is_closed = True
        if self._session is not None:
            await self._session.close()

    def _address(self, uri: str, params: dict[str, object] | None) -> URL:
        """What the library asks of one of Twilio's several hosts, asked of it, or of the one server configured instead;
        also where a list goes on."""
        asked = urlsplit(uri)
        is_theirs = asked.scheme == "https" and asked.netloc.endswith(_TWILIOS)
        base = f"https://{asked.netloc}" if self._base == REAL_ADDRESS and is_theirs else self._base
        query = "&".join(filter(None, (asked.query, urlencode(_pairs(params)))))
        return URL(f"{base}{asked.path}{'?' if query else ''}{query}", encoded=True)


def _as(auth: tuple[str, str]) -> dict[str, str]:
    """Who asks, by name and password."""
    return {"Authorization": f"Basic {b64encode(':'.join(auth).encode()).decode()}"}


async def _read(answer: aiohttp.ClientResponse, most: int) -> Download:
    content = bytearray()
    async for chunk in answer.content.iter_any():
        content += chunk
        if len(content) > most:
            return Download(answer.status, None)
    return Download(answer.status, bytes(content))


def _pairs(values: dict[str, object] | None) -> list[tuple[str, str]]:
    several = ((name, value if isinstance(value, list) else [value]) for name, value in (values or {}).items())
    return [(name, _text(each)) for name, found in several for each in found]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _body(data: dict[str, object] | None, headers: dict[str, str]) -> Any:
    """As its header says: the library calls some methods with JSON, and leaves it to the transport to write it."""
    if not data:
        return None
    return json.dumps(data).encode() if headers.get("Content-Type") == _JSON else aiohttp.FormData(_pairs(data))


def _seconds(said: str) -> float | None:
    return float(said) if said.isascii() and said.isdigit() else None
