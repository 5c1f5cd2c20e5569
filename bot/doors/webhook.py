"""Updates that Telegram sends here are answered 200 when they are on disk, and never before.

Whoever does not know the path and the secret learns nothing, not even that there is a door. Knows nothing of
what an update means, nor of the proxy before it.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from telegram.error import InvalidToken, TelegramError

from bot.clock import MachineTime
from bot.doors.group_commit import GroupCommit
from bot.doors.polling import Health, TokenRefused
from bot.doors.telegram import parse

LARGEST_BODY = 1024 * 1024
_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_TRY_AGAIN = 10.0
_LOOK_AGAIN = 300.0


def webhook_path(secret: str) -> str:
    """The path Telegram is told: nobody guesses it, and it does not give the secret away."""
    return f"/telegram/{hmac.digest(secret.encode(), b'path of the Telegram webhook', 'sha256').hex()[:40]}"


class Webhook:
    """The door: one handler for the web application that faces the world."""

    def __init__(self, commit: GroupCommit, *, account: str, secret: str, now: Callable[[], datetime]) -> None:
        """``now`` is book time; ``secret`` is TELEGRAM_WEBHOOK_SECRET."""
        self._commit = commit
        self._account = account
        self._secret = secret.encode()
        self._path = webhook_path(secret).encode()
        self._now = now
        self._log = structlog.get_logger(__name__)

    def route(self) -> web.RouteDef:
        """What the application adds. Every path below /telegram/ comes here, to be answered alike."""
        return web.route("*", "/telegram/{rest:.*}", self.answer)

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """200 when stored, 503 when it could not be (Telegram sends it again), 404 to strangers.

        413 above 1 MiB and 400 for what is no JSON go to Telegram only, which sends neither. Also serves as the
        handler of a bare ``web.Server``.
        """
        if not self._is_telegram(request):
            # The very answer that the application gives to an address it does not have.
            raise web.HTTPNotFound
        body = await _read(request)
        if body is None:
            raise web.HTTPRequestEntityTooLarge(max_size=LARGEST_BODY, actual_size=request.content_length or 0)
        try:
            text = body.decode()
            update = json.loads(text)
        except (ValueError, RecursionError):
            raise web.HTTPBadRequest(text="This is no JSON.") from None
        received = parse(update, account=self._account, now=self._now(), body=text)
        try:
            await self._commit.commit(received)
        except Exception as fault:  # Whatever it is: Telegram keeps the update and sends it again.
            self._log.error("update_not_stored", fault=type(fault).__name__)
            return web.Response(status=503)
        return web.Response()

    def _is_telegram(self, request: web.BaseRequest) -> bool:
        """Both are compared in constant time and both always, so that neither can be tried out by itself."""
        secret = request.headers.get(_HEADER, "").encode("utf-8", "surrogateescape")
        is_path = hmac.compare_digest(request.path.encode("utf-8", "surrogateescape"), self._path)
        is_secret = hmac.compare_digest(secret, self._secret)
        return is_path and is_secret and request.method == "POST"


async def _read(request: web.BaseRequest) -> bytes | None:
    """The body, or None if it is larger than it may be; no more than that is ever held."""
    if (request.content_length or 0) > LARGEST_BODY:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


class Tells(Protocol):
    """Where Telegram is told of the webhook; the Telegram channel is one. Raises the errors of its library."""

    async def set_webhook(self, url: str, *, secret: str) -> None:
        """Have updates sent to ``url``."""
        ...

    async def webhook_url(self) -> str:
        """Where updates are sent at present."""
        ...


class Announcement:
    """Tells Telegram where to send updates, and raises the alarm if somebody tells it otherwise."""

    def __init__(self, telegram: Tells, *, public_url: str, secret: str, machine: MachineTime) -> None:
        """``public_url`` is PUBLIC_URL, under which the proxy passes /telegram/ on to the door."""
        self._telegram = telegram
        self._url = public_url.rstrip("/") + webhook_path(secret)
        self._secret = secret
        self._machine = machine
        self._health = Health()
        self._log = structlog.get_logger(__name__)

    @property
    def health(self) -> Health:
        """Last success: when Telegram was last known to send updates here."""
        return self._health

    async def run(self) -> None:
        """Set the webhook, trying again every 10 s until Telegram has it; then look every 5 minutes.

        Raises :class:`bot.doors.polling.TokenRefused` if Telegram refuses the token.
        """
        await self._until_it_works(self._set)
        while True:
            await self._machine.sleep(_LOOK_AGAIN)
            await self._until_it_works(self._look)

    async def _until_it_works(self, step: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                return await step()
            except InvalidToken:
                sentence = "Telegram does not accept TELEGRAM_TOKEN: copy it again from @BotFather."
                self._alarm(sentence)
                raise TokenRefused(sentence) from None
            except TelegramError as fault:
                self._alarm(f"Telegram could not be told of the webhook ({fault.message}); trying again.")
            await self._machine.sleep(_TRY_AGAIN)

    async def _set(self) -> None:
        await self._telegram.set_webhook(self._url, secret=self._secret)
        self._log.info("webhook_set", host=urlsplit(self._url).hostname)
        self._succeeded()

    async def _look(self) -> None:
        url = await self._telegram.webhook_url()
        if url == self._url:
            self._succeeded()
            return
        elsewhere = f"to {urlsplit(url).hostname}" if url else "nowhere"
        self._alarm(
            f"Telegram no longer sends this bot's messages here but {elsewhere}: another program uses the same "
            "TELEGRAM_TOKEN. Stop it, then start Bookbag again."
        )

    def _succeeded(self) -> None:
        self._health = replace(self._health, last_success=self._machine.monotonic())

    def _alarm(self, sentence: str) -> None:
        self._health = replace(self._health, alarm=sentence, alarmed_at=self._machine.monotonic())
        self._log.error("telegram_alarm", sentence=sentence)
