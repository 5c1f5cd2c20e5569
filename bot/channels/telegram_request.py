"""One HTTP call for python-telegram-bot over aiohttp; a failure says whether the call can have been sent.

Every failure carries as its cause :class:`NeverSent` or :class:`PerhapsSent`, and no text of an error holds
an address, because addresses hold the bot's token. Knows no method of the Bot API and never tries twice.
"""

from __future__ import annotations

import io
import json
import logging
from datetime import timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import aiohttp
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, RequestData
from yarl import URL

# What the Bot API itself begins with when it grants something; anything else is looked at more closely.
_GRANTED = b'{"ok":true,"result":'
# A proxy that gave up waiting says nothing about what became of the request behind it.
_GAVE_UP_WAITING = frozenset({408, 499})


class NeverSent(ConnectionError):
    """The request certainly had no effect."""


class PerhapsSent(ConnectionError):
    """The request may have had its effect: what went wrong went wrong after it was written."""


class ToldToWait(RetryAfter):
    """The Bot API's 429, with the seconds exactly as it gave them.

    The library's own constructor warns of a change to come each time it is used; this one does not.
    """

    def __init__(self, seconds: float) -> None:
        TelegramError.__init__(self, f"Told to wait {seconds:g} seconds")
        self.seconds = seconds

    @property
    def retry_after(self) -> timedelta:
        """The wait asked for."""
        return timedelta(seconds=self.seconds)


def quieten_loggers() -> None:
    """Keep libraries from logging addresses (which hold the token) and texts, whatever level the root has."""
    for name in ("httpx", "httpcore", "telegram", "aiohttp.client"):
        logging.getLogger(name).setLevel(logging.WARNING)


class AiohttpRequest(BaseRequest):
    """The transport: one session, a pool of connections, a time limit for each stage of a call.

    Limits are seconds of machine time. The read limit begins again with every byte received; no call takes
    longer than the sum of its limits. The session is opened by the first call and belongs to its event loop.
    """

    __slots__ = ("_closed", "_limits", "_pool_size", "_session", "_urls")

    def __init__(
        self,
        *,
        pool_size: int = 144,
        read: float = 25.0,
        write: float = 10.0,
        media_write: float = 60.0,
        download: float = 300.0,
        connect: float = 10.0,
        pool: float = 10.0,
    ) -> None:
        """``read`` is long on purpose: impatience makes messages of which nobody knows if they arrived."""
        self._limits = _Limits(read, write, media_write, download, connect, pool)
        self._pool_size = pool_size
        self._session: aiohttp.ClientSession | None = None
        self._closed = False
        self._urls: dict[str, URL] = {}

    @property
    def read_timeout(self) -> float:
        """The read limit of a call that names none."""
        return self._limits.read

    async def initialize(self) -> None:
        """Open for calls, also after :meth:`shutdown`."""
        self._closed = False

    async def shutdown(self) -> None:
        """Let the connections go; may be called twice. A later call fails as never sent."""
        self._closed = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body of an answer that grants what was asked; everything else is raised as its error.

        The library keeps neither the status nor who answered. Here a page of a proxy is not mistaken for a
        word of the Bot API: a firewall's 403 blocks nobody, and a wrong address's 404 condemns no token.
        """
        has_files = request_data is not None and request_data.contains_files
        usual = self._limits
        limits = _limits(
            read=_chosen(read_timeout, usual.read),
            write=_chosen(write_timeout, usual.media_write if has_files else usual.write),
            connect=_chosen(connect_timeout, usual.connect),
            pool=_chosen(pool_timeout, usual.pool),
        )
        try:
            async with self._open_session().request(
                method, self._url(url), data=_body(request_data), timeout=limits, allow_redirects=False
            ) as answer:
                status, payload = answer.status, await answer.read()
        except (aiohttp.ClientError, OSError) as fault:
            failure = _failure(fault)
        else:
            judged = None if _is_granted(method, status, payload) else _judge(method, status, payload)
            if judged is None:
                return status, payload
            failure = judged
        # Raised out here, so that the original, whose text holds the address, is not carried on as context.
        raise failure.error from failure.cause

    async def download(self, url: str, *, most: int) -> bytes | None:
        """A file, read piece by piece; None as soon as it is known to have more than ``most`` bytes.

        Raises as a call does. An address that is no longer good, for a file that may have another, is a failure like
        that of a connection. Reading alone is tried twice, by aiohttp itself, where a connection that was kept open
        turns out to be closed.
        """
        limits = self._limits
        # A slow line may take long for a large file, as long as it brings anything at all.
        timeout = aiohttp.ClientTimeout(
            total=limits.download,
            connect=limits.connect + limits.pool,
            sock_connect=limits.connect,
            sock_read=limits.read,
        )
        try:
            async with self._open_session().get(URL(url), timeout=timeout, allow_redirects=False) as answer:
                if answer.status == 200:
                    return await _at_most(answer, most)
                failure = _Failure(NetworkError(f"No file: {answer.status}"), NeverSent(f"answered {answer.status}"))
        except (aiohttp.ClientError, OSError) as fault:
            failure = _failure(fault)
        raise failure.error from failure.cause

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer as a dictionary. Unlike the library's own, it never logs what it cannot read."""
        answer = _read(payload)
        if answer is None:
            raise NetworkError("The answer cannot be read") from PerhapsSent("the answer is no JSON object")
        return answer

    def _open_session(self) -> aiohttp.ClientSession:
        if self._closed:
            raise NeverSent("the connections have been closed")
        if self._session is None:
            # Answers are too short to be worth compressing, and cookies there are none.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._pool_size),
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("Accept-Encoding",),
            )
        return self._session

    def _url(self, address: str) -> URL:
        # There are as many addresses as methods; what carries parameters or names a file is not kept.
        if "?" in address or "/file/" in address:
            return URL(address, encoded="?" in address)
        known = self._urls.get(address)
        if known is None:
            known = self._urls[address] = URL(address)
        return known


class _Limits(NamedTuple):
    read: float
    write: float
    media_write: float
    download: float
    connect: float
    pool: float


class _Failure(NamedTuple):
    error: TelegramError
    cause: Exception


def _chosen(value: Any, default: float) -> float | None:
    return default if value is BaseRequest.DEFAULT_NONE else value


@lru_cache(maxsize=64)  # there are as many as kinds of call
def _limits(
    *, read: float | None, write: float | None, connect: float | None, pool: float | None
) -> aiohttp.ClientTimeout:
    # aiohttp has no limit for writing: a stalled upload ends with the limit of the whole call.
    endless = read is None or write is None or connect is None or pool is None
    return aiohttp.ClientTimeout(
        total=None if endless else (read or 0) + (write or 0) + (connect or 0) + (pool or 0),
        connect=None if connect is None or pool is None else connect + pool,
        sock_connect=connect,
        sock_read=read,
    )


async def _at_most(answer: aiohttp.ClientResponse, most: int) -> bytes | None:
    if (answer.content_length or 0) > most:
        return None
    content = bytearray()
    async for piece in answer.content.iter_any():
        content += piece
        if len(content) > most:
            return None
    return bytes(content)


def _body(request_data: RequestData | None) -> aiohttp.Payload | aiohttp.FormData | None:
    if request_data is None:
        return None
    if not request_data.contains_files:
        # Also without parameters, as an empty object: a POST without a body would go as a stream of bytes.
        return aiohttp.BytesPayload(
            json.dumps(request_data.parameters).encode(), content_type="application/json", encoding="utf-8"
        )
    # Names of files go as they are: in percent signs they would be shown so.
    form = aiohttp.FormData(quote_fields=False)
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, content_type) in request_data.multipart_data.items():
        # As a stream: bytes alone would be written in one piece, with everybody else waiting.
        stream = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, stream, filename=filename, content_type=content_type)
    return form


def _failure(fault: Exception) -> _Failure:
    """The error for a call that had no answer at all. Only the kind of fault is told, never its text."""
    kind = type(fault).__name__
    match fault:
        case NeverSent():
            return _Failure(NetworkError(f"Not sent: {fault}"), fault)
        case aiohttp.ConnectionTimeoutError():
            return _Failure(TimedOut("No connection in time"), NeverSent("no connection in time"))
        case aiohttp.ClientConnectorError(os_error=OSError(strerror=why)):
            return _Failure(NetworkError(f"No connection ({kind}: {why})"), NeverSent(kind))
        case aiohttp.ClientConnectorError() | aiohttp.InvalidURL():
            return _Failure(NetworkError(f"No connection ({kind})"), NeverSent(kind))
        case TimeoutError():
            return _Failure(TimedOut("No answer in time"), PerhapsSent("no answer in time"))
        case _:
            return _Failure(NetworkError(f"The connection broke ({kind})"), PerhapsSent(kind))


def _is_granted(method: str, status: int, payload: bytes) -> bool:
    return 200 <= status < 300 and (method == "GET" or payload.startswith(_GRANTED))


def _judge(method: str, status: int, payload: bytes) -> _Failure | None:
    """The error for an answer that is not plainly a yes; None if it is one after all."""
    answer = _read(payload) if method != "GET" else None
    ok = None if answer is None else answer.get("ok")
    if answer is not None and ok is True and "result" in answer and 200 <= status < 300:
        return None
    if answer is not None and ok is False:
        code = answer.get("error_code")
        return _refusal(status if status >= 400 or not isinstance(code, int) else code, answer)
    # Somebody else answered: a proxy, a firewall, a server that is no Bot API.
    error = NetworkError(f"The answer {status} is none of the Bot API's")
    if 300 <= status < 500 and status not in _GAVE_UP_WAITING:
        return _Failure(error, NeverSent(f"refused with {status} on the way"))
    return _Failure(error, PerhapsSent(f"an answer {status} of somebody else"))


def _refusal(status: int, answer: dict[str, Any]) -> _Failure:
    """The error for the Bot API's own no."""
    said = str(answer.get("description") or f"error {status}")
    told = answer.get("parameters")
    parameters: dict[str, Any] = told if isinstance(told, dict) else {}
    refused = NeverSent(f"refused with {status}")
    wait, migrated = parameters.get("retry_after"), parameters.get("migrate_to_chat_id")
    if isinstance(wait, int | float) and wait >= 0:
        return _Failure(ToldToWait(wait), refused)
    if isinstance(migrated, int):
        return _Failure(ChatMigrated(migrated), refused)
    match status:
        case 401 | 404:
            # 404 is what a token of the wrong shape gets; a method that does not exist gets it too.
            return _Failure(InvalidToken(said), refused)
        case 403:
            return _Failure(Forbidden(said), refused)
        case 409:
            return _Failure(Conflict(said), refused)
        case 429:
            return _Failure(NetworkError(said), refused)
        case _ if 400 <= status < 500:
            return _Failure(BadRequest(said), refused)
        case _:
            return _Failure(NetworkError(said), PerhapsSent(f"the Bot API failed with {status}"))


def _read(payload: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(payload.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None
