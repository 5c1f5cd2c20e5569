"""How updates reach the bot: by one poll at a time, or by the webhook, never both.

It does not know HTTP or chats. Conflicts are refused in the words of Telegram's own server.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

from tests.doubles.telegram.methods import Refusal
from tests.doubles.telegram.updates import UpdateQueue
from tests.doubles.telegram.webhook import Attempt, Pauses, Webhook

Json = dict[str, Any]

LONGEST_POLL = 50
"""Seconds at which the server caps a long poll."""

_SECRET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
_WEBHOOK_IS_SET = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
_POLLED_ELSEWHERE = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass(frozen=True, slots=True)
class ReceivingMethod:
    """A method that has to do with updates: the parameters it cannot do without, and what it does."""

    required: tuple[str, ...]
    act: Callable[[Reception, Json], Awaitable[Any]]


class Reception:
    """Serves getUpdates and the webhook methods. `attempted` hears of every attempt to reach the webhook."""

    def __init__(
        self,
        queue: UpdateQueue,
        *,
        now: Callable[[], float],
        monotonic: Callable[[], float],
        pauses: Pauses,
        attempted: Callable[[], None],
    ) -> None:
        self.attempts: list[Attempt] = []
        self._queue = queue
        self._now = now
        self._monotonic = monotonic
        self._pauses = pauses
        self._attempted = attempted
        self._poll: asyncio.Future[str | None] | None = None
        self._webhook: Webhook | None = None
        self._last_error_date: int | None = None

    def arrived(self) -> None:
        """End the hanging poll: there is something to hear."""
        self._end_poll(None)

    def cut_poll(self) -> None:
        """End the hanging poll without an answer."""
        if self._poll is not None:
            self._poll.cancel()

    async def close(self) -> None:
        self.cut_poll()
        if self._webhook is not None:
            await self._webhook.close()
            self._webhook = None

    async def get_updates(self, parameters: Json) -> list[str] | Refusal:
        """The updates, each as its JSON, oldest first. With a timeout it hangs as long as there are none."""
        if self._webhook is not None:
            return Refusal(409, _WEBHOOK_IS_SET)
        offset: int = parameters.get("offset", 0)
        limit = min(max(parameters.get("limit", 100), 1), 100)
        timeout = min(max(parameters.get("timeout", 0), 0), LONGEST_POLL)
        if "allowed_updates" in parameters:
            self._queue.allow(parameters["allowed_updates"])
        # The newer poll wins: whoever hung before hears that somebody else reads.
        self._end_poll(_POLLED_ELSEWHERE)
        batch = self._queue.take(offset, limit)
        if batch or not timeout:
            return batch
        poll: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._poll = poll
        conflict: str | None = None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                conflict = await poll
        if self._poll is poll:
            self._poll = None
        if conflict is not None:
            return Refusal(409, conflict)
        return self._queue.take(offset, limit)

    async def _set_webhook(self, parameters: Json) -> Any:
        url: str = parameters.get("url", "")
        if not url:
            return await self._delete_webhook(parameters)
        secret: str = parameters.get("secret_token", "")
        if not url.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
            return Refusal(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if len(secret) > 256:
            return Refusal(400, "Bad Request: secret token is too long")
        if not _SECRET.issuperset(secret):
            return Refusal(400, "Bad Request: secret token contains unallowed characters")
        if "allowed_updates" in parameters:
            self._queue.allow(parameters["allowed_updates"])
        if parameters.get("drop_pending_updates"):
            self._queue.drop_all()
        if self._webhook is not None:
            await self._webhook.close()
        self._end_poll("Conflict: terminated by setWebhook request")
        self._last_error_date = None
        self._webhook = Webhook(
            self._queue,
            url=url,
            secret=secret,
            max_connections=min(max(parameters.get("max_connections", 40), 1), 100),
            pauses=self._pauses,
            monotonic=self._monotonic,
            attempted=self._note,
        )
        self._webhook.start()
        return True

    async def _delete_webhook(self, parameters: Json) -> Any:
        if parameters.get("drop_pending_updates"):
            self._queue.drop_all()
        if self._webhook is not None:
            await self._webhook.close()
            self._webhook = None
        return True

    async def _get_webhook_info(self, _parameters: Json) -> Any:
        info: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(self._queue)}
        webhook = self._webhook
        if webhook is not None:
            info |= {
                "url": webhook.url,
                "max_connections": webhook.max_connections,
                "ip_address": "127.0.0.1",
            }
            if webhook.last_error is not None and self._last_error_date is not None:
                info |= {"last_error_date": self._last_error_date, "last_error_message": webhook.last_error}
        if self._queue.allowed:
            info["allowed_updates"] = self._queue.allowed
        return info

    def _note(self, attempt: Attempt) -> None:
        self.attempts.append(attempt)
        if attempt.status is None or not 200 <= attempt.status < 300:
            self._last_error_date = int(self._now())
        self._attempted()

    def _end_poll(self, conflict: str | None) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(conflict)
        self._poll = None

    TABLE: ClassVar[Mapping[str, ReceivingMethod]] = {
        "getUpdates": ReceivingMethod((), get_updates),
        "setWebhook": ReceivingMethod(("url",), _set_webhook),
        "deleteWebhook": ReceivingMethod((), _delete_webhook),
        "getWebhookInfo": ReceivingMethod((), _get_webhook_info),
    }


RECEIVING_METHODS: Mapping[str, ReceivingMethod] = MappingProxyType(Reception.TABLE)
