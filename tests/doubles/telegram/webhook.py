"""Updates handed to a webhook: in order within a lane, lanes side by side, each until answered with 2xx.

It does not know what an update says. Its pauses between attempts are shorter than Telegram's own.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.doubles.telegram.updates import Lane, Pending, UpdateQueue

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to hand over an update. `status` is None where nobody answered."""

    update_id: int
    number: int
    status: int | None
    began: float
    ended: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """Seconds between attempts: the second comes at once, then `first`, doubling up to `longest`."""

    first: float = 0.02
    longest: float = 1.0

    def before(self, attempt: int) -> float:
        return 0.0 if attempt <= 2 else min(self.longest, self.first * 2 ** (attempt - 3))


class Webhook:
    """Hands pending updates to one address until it is closed."""

    def __init__(
        self,
        queue: UpdateQueue,
        *,
        url: str,
        secret: str,
        max_connections: int,
        pauses: Pauses,
        monotonic: Callable[[], float],
        attempted: Callable[[Attempt], None],
    ) -> None:
        self.url = url
        self.secret = secret
        self.max_connections = max_connections
        self.last_error: str | None = None
        self._queue = queue
        self._pauses = pauses
        self._monotonic = monotonic
        self._attempted = attempted
        self._slots = asyncio.Semaphore(max_connections)
        self._lanes: dict[Lane, deque[Pending]] = {}
        self._running: dict[Lane, asyncio.Task[None]] = {}
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=max_connections), timeout=aiohttp.ClientTimeout(total=60)
        )

    def start(self) -> None:
        """Hand over what waits, and from now on what comes."""
        for pending in self._queue.waiting():
            self._hand(pending)
        self._queue.listener = self._hand

    async def close(self) -> None:
        """Stop at once; what was not accepted stays in the queue."""
        self._queue.listener = None
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self._session.close()

    def _hand(self, pending: Pending) -> None:
        self._lanes.setdefault(pending.lane, deque()).append(pending)
        if pending.lane not in self._running:
            self._running[pending.lane] = asyncio.create_task(self._run(pending.lane), name=f"webhook {pending.lane}")

    async def _run(self, lane: Lane) -> None:
        waiting = self._lanes[lane]
        while waiting:
            pending = waiting.popleft()
            if not self._queue.is_expired(pending):
                await self._deliver(pending)
        del self._running[lane]
        del self._lanes[lane]

    async def _deliver(self, pending: Pending) -> None:
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.secret
        number = 0
        while True:
            number += 1
            if pause := self._pauses.before(number):
                await asyncio.sleep(pause)
            status: int | None = None
            async with self._slots:
                began = self._monotonic()
                # A receiver that is down, slow or cuts the line is what retrying is for.
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    async with self._session.post(
                        self.url, data=pending.body, headers=headers, allow_redirects=False
                    ) as answer:
                        status = answer.status
                        await answer.read()
            taken = status is not None and 200 <= status < 300
            if taken:
                self._queue.confirm(pending.update_id)
            else:
                self.last_error = (
                    "Connection refused" if status is None else f"Wrong response from the webhook: {status}"
                )
            self._attempted(Attempt(pending.update_id, number, status, began, self._monotonic()))
            if taken:
                return
