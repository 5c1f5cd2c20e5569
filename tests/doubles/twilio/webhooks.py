"""Requests from Twilio to our addresses: signed, tried as the address's own fragment says, then at the fallback.

It does not know what a request says. It refuses to leave the machine: an address elsewhere cannot be connected to,
unless a route leads it to loopback. Between attempts it does not wait, however long Twilio would.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp
from yarl import URL

from tests.doubles.twilio.signing import sign

Json = dict[str, Any]
Fields = tuple[tuple[str, str], ...]
Lane = tuple[str, str]

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_POLICIES = frozenset({"all", "4xx", "5xx", "ct", "rt"})
_LARGEST_ANSWER = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often and how long Twilio tries, as long as an address does not say otherwise. Seconds of real time."""

    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})
    """What is tried again: `ct` no connection, `rt` no answer, `4xx`, `5xx`, `all`."""
    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0

    def overridden(self, url: str) -> Patience:
        """What the fragment of an address makes of it, as `#rc=5&rp=all`. Raises ValueError where it cannot be."""
        found = self
        for name, value in parse_qsl(urlsplit(url).fragment):
            match name:
                case "rc":
                    if value not in {"0", "1", "2", "3", "4", "5"}:
                        raise ValueError("11242: the retry count is 0 to 5")
                    found = replace(found, retries=int(value))
                case "rp":
                    policy = frozenset(value.split(","))
                    if not policy <= _POLICIES:
                        raise ValueError("11243: there is no such retry policy")
                    found = replace(found, policy=policy)
                case "ct":
                    found = replace(found, connect=min(int(value) / 1000, 10.0))
                case "rt":
                    found = replace(found, read=min(int(value) / 1000, 15.0))
                case "tt":
                    found = replace(found, total=min(int(value) / 1000, 15.0))
                case _:
                    pass
        return found

    def tries_again(self, failure: str) -> bool:
        return failure in self.policy or "all" in self.policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Something one of our addresses is to be told. Requests of one lane are made one after the other."""

    kind: str
    """`message` for what came in, `status` for what became of what went out."""
    sid: str
    url: str
    fields: Fields
    token: str
    """Goes as I-Twilio-Idempotency-Token, the same with every attempt."""
    lane: Lane
    method: str = "POST"
    fallback_url: str = ""
    fallback_method: str = "POST"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt. `status` is None where nobody answered; `failure` is empty or `ct`, `rt`, `4xx`, `5xx`."""

    kind: str
    sid: str
    url: str
    number: int
    is_fallback: bool
    fields: Fields
    signature: str
    token: str
    status: int | None
    failure: str
    answer: str
    began: float
    ended: float

    @property
    def form(self) -> dict[str, str]:
        return dict(self.fields)

    def as_json(self) -> Json:
        return {
            "kind": self.kind,
            "sid": self.sid,
            "url": self.url,
            "number": self.number,
            "fallback": self.is_fallback,
            "fields": self.form,
            "status": self.status,
            "failure": self.failure,
            "began": self.began,
            "ended": self.ended,
        }


@dataclass(frozen=True, slots=True)
class Alert:
    """A line in Twilio's debugger: a request that was given up, or an address that cannot be used."""

    code: int
    sid: str
    url: str


class Webhooks:
    """Makes requests until it is closed. `attempted` hears of every attempt."""

    def __init__(
        self,
        *,
        auth_token: str,
        shared_key: tuple[str, str] | None,
        patience: Patience,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], float],
        attempted: Callable[[], None],
        max_connections: int = 40,
    ) -> None:
        self.attempts: list[Attempt] = []
        self.alerts: list[Alert] = []
        self.routes: dict[str, str] = {}
        self._auth_token = auth_token
        self._shared_key = shared_key
        self._patience = patience
        self._monotonic = monotonic
        self._now = now
        self._attempted = attempted
        self._slots = asyncio.Semaphore(max_connections)
        self._lanes: dict[Lane, deque[Request]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._held: list[Request] | None = None
        self._outage: tuple[float, int | None] | None = None
        self._session: aiohttp.ClientSession | None = None

    @property
    def are_done(self) -> bool:
        """Whether nothing is held, waits or runs."""
        return not self._lanes and not self._held and not self._running

    def push(self, request: Request) -> None:
        """Make this request when its turn in its lane comes."""
        if self._held is not None:
            self._held.append(request)
            return
        waiting = self._lanes.get(request.lane)
        if waiting is not None:
            waiting.append(request)
            return
        self._lanes[request.lane] = deque([request])
        self._run(self._empty(request.lane))

    async def make(self, request: Request) -> bool:
        """Make this request now, with all its attempts. Returns whether one of them was answered with 2xx."""
        last = await self._try(request, request.url, request.method, request.fields, is_fallback=False)
        if not last.failure:
            return True
        code = 11205 if last.failure == "ct" else 11200
        if request.fallback_url:
            fields = (*request.fields, ("ErrorCode", str(code)), ("ErrorUrl", last.url))
            url, method = request.fallback_url, request.fallback_method
            if not (await self._try(request, url, method, fields, is_fallback=True)).failure:
                return True
        self.alerts.append(Alert(code, request.sid, last.url))
        self._attempted()
        return False

    def hold(self) -> None:
        """Make no request until `release`."""
        self._held = self._held or []

    def release(self, order: Callable[[list[Request]], Iterable[Request]]) -> None:
        """Make what was held, in this order, whatever lanes it is in."""
        held, self._held = self._held or [], None
        for request in order(held):
            self.push(replace(request, lane=("released", "")))

    def fail(self, seconds: float, status: int | None) -> None:
        """For so long by the server's clock no attempt comes through: no connection, or this status."""
        self._outage = (self._now() + seconds, status)

    async def fetch(self, url: str, *, most: int) -> tuple[str, bytes] | None:
        """Read a file that lies with us, as Twilio reads what goes out. Returns its type and content, or None."""
        target = self._target(url)
        if target is None:
            return None
        try:
            async with self._open().get(target, allow_redirects=False) as answer:
                content = await answer.content.read(most + 1)
                while len(content) <= most and (more := await answer.content.read(most + 1 - len(content))):
                    content += more
                if answer.status != 200 or len(content) > most:
                    return None
                return answer.content_type, content
        except (aiohttp.ClientError, TimeoutError):
            return None

    async def close(self) -> None:
        """Stop at once; what was not answered is lost."""
        self._lanes.clear()
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _run(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._attempted()

    async def _empty(self, lane: Lane) -> None:
        waiting = self._lanes[lane]
        while waiting:
            await self.make(waiting[0])
            waiting.popleft()
        self._lanes.pop(lane, None)

    async def _try(self, request: Request, url: str, method: str, fields: Fields, *, is_fallback: bool) -> Attempt:
        try:
            patience = self._patience.overridden(url)
        except ValueError as wrong:
            self.alerts.append(Alert(int(str(wrong).partition(":")[0]) if ":" in str(wrong) else 11241, "", url))
            patience = self._patience
        clean = url.partition("#")[0]
        number = 0
        while True:
            number += 1
            attempt = await self._attempt(request, clean, method, fields, patience, number, is_fallback)
            self.attempts.append(attempt)
            self._attempted()
            if not attempt.failure or number > patience.retries or not patience.tries_again(attempt.failure):
                return attempt

    async def _attempt(
        self,
        request: Request,
        url: str,
        method: str,
        fields: Fields,
        patience: Patience,
        number: int,
        is_fallback: bool,
    ) -> Attempt:
        body: bytes | None = None
        if method == "GET":
            url += ("&" if "?" in url else "?") + urlencode(fields)
        else:
            body = urlencode(fields).encode()
        signed = () if method == "GET" else fields
        settings: dict[str, str] = {}
        if self._shared_key is None:
            signature = sign(self._auth_token, url, signed)
        else:
            name, secret = self._shared_key
            signature = sign(secret, url, signed, algorithm="sha256")
            settings["X-Twilio-Webhooks-Signature-Settings"] = f"key={name},algorithm=HMAC_SHA256"
        headers = settings | {
            "Accept": "*/*",
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "I-Twilio-Idempotency-Token": request.token,
            "X-Home-Region": "us1",
            "X-Twilio-Signature": signature,
        }
        async with self._slots:
            began = self._monotonic()
            status, failure, answer = await self._send(url, method, body, headers, patience)
        return Attempt(
            kind=request.kind,
            sid=request.sid,
            url=url,
            number=number,
            is_fallback=is_fallback,
            fields=fields,
            signature=signature,
            token=request.token,
            status=status,
            failure=failure,
            answer=answer,
            began=began,
            ended=self._monotonic(),
        )

    async def _send(
        self, url: str, method: str, body: bytes | None, headers: dict[str, str], patience: Patience
    ) -> tuple[int | None, str, str]:
        if self._outage is not None:
            until, failing = self._outage
            if self._now() < until:
                return failing, "ct" if failing is None else f"{failing // 100}xx", ""
            self._outage = None
        target = self._target(url)
        if target is None:
            return None, "ct", ""
        limits = aiohttp.ClientTimeout(total=patience.total, sock_connect=patience.connect, sock_read=patience.read)
        try:
            async with self._open().request(
                method, target, data=body, headers=headers, timeout=limits, allow_redirects=False
            ) as answer:
                read = await answer.content.read(_LARGEST_ANSWER)
                if 200 <= answer.status < 300:
                    return answer.status, "", read.decode("utf-8", "replace")
                return answer.status, "5xx" if answer.status >= 500 else "4xx", read.decode("utf-8", "replace")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            return None, "ct", ""
        except (aiohttp.ClientError, OSError, TimeoutError):
            return None, "rt", ""

    def _target(self, url: str) -> URL | None:
        for public, local in self.routes.items():
            if url.startswith(public):
                return URL(local + url[len(public) :], encoded=True)
        target = URL(url, encoded=True)
        return target if target.host in _LOOPBACK and target.scheme in {"http", "https"} else None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            # A connection used again may have been closed by our side meanwhile, which would look like a lost answer.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(force_close=True, limit=0), cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session
