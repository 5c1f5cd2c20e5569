"""Addresses at which a platform fetches what goes with one message: good for that message, and for a few hours.

An address holds what it leads to and a seal over it, so that nothing has to be kept and nobody can make one up. What
is fetched is read from the book at that moment. Knows no platform.
"""

from __future__ import annotations

import asyncio
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from aiohttp import web

from book.ids import DeliveryId
from book.pictures import CopyId
from storage import documents, fetching, pictures
from storage.store import Store
from storage.vault import Vault

PLACE = "/f/"
"""What stands between the public address and an address's own letters."""

# So long a message may wait at the platform before it leaves.
_GOOD_FOR = timedelta(hours=4)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{44}")
_KINDS = {"picture": b"p", "document": b"d"}
_SEAL = 16  # bytes
_log = structlog.get_logger(__name__)


class FileAddresses:
    """Makes them."""

    def __init__(self, vault: Vault, *, public_url: str) -> None:
        self._vault = vault
        self._root = public_url.rstrip("/") + PLACE

    def __call__(self, delivery: int, kind: str, number: int) -> str:
        """Where this delivery's picture or document is fetched, by our number for it."""
        leads = _KINDS[kind] + delivery.to_bytes(8) + number.to_bytes(8)
        return self._root + urlsafe_b64encode(leads + _seal(self._vault, leads)).decode().rstrip("=")


def _seal(vault: Vault, leads: bytes) -> bytes:
    return vault.mac("fetched", leads.hex())[:_SEAL]


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    media_type: str


class FetchedFiles:
    """Serves them."""

    def __init__(self, store: Store, *, now: Callable[[], datetime]) -> None:
        """``now`` is book time."""
        self._store = store
        self._now = now

    def routes(self) -> list[web.RouteDef]:
        """What the application that faces the world adds."""
        return [web.get(f"{PLACE}{{token}}", self._answer)]

    async def _answer(self, request: web.Request) -> web.Response:
        """The file; the answer that the application gives to an address it does not have, to everything else."""
        try:
            found = await self._file(request.match_info["token"])
        except Exception as fault:
            # The outermost loop of a request, and the one place that may say what it was: never where it was.
            _log.error("fetched_file_failed", fault=type(fault).__name__)
            return web.Response(status=503)
        if found is None:
            raise web.HTTPNotFound
        headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff", "X-Robots-Tag": "noindex"}
        return web.Response(body=found.content, content_type=found.media_type, headers=headers)

    async def _file(self, token: str) -> _File | None:
        if _TOKEN.fullmatch(token) is None:
            return None
        whole = urlsafe_b64decode(token)
        leads, seal = whole[:-_SEAL], whole[-_SEAL:]
        if not hmac.compare_digest(seal, _seal(self._store.vault, leads)):
            return None
        delivery, number = int.from_bytes(leads[1:9]), int.from_bytes(leads[9:])
        since = self._now() - _GOOD_FOR
        if not await self._store.read(fetching.is_on_its_way, DeliveryId(delivery), since):
            return None
        if leads[:1] == _KINDS["document"]:
            found = await self._store.read(documents.load, self._store.vault, number)
            return None if found is None else _File(found.content, found.media_type)
        copies = await self._store.read(pictures.leaving, self._store.vault, [CopyId(number)], None, "", "")
        if not copies:
            return None
        content = await asyncio.to_thread(copies[0].copy.opened, self._store.vault, self._store.media)
        return None if content is None else _File(content, copies[0].copy.media_type)
