"""Updates are fetched from Telegram, stored, and only then confirmed: a crash at any moment loses none.

The confirmation is the offset of the next call, and nothing but the stored batch moves it. Nothing of it is
kept on disk: what is fetched twice is known by its natural key. Knows nothing of what an update means.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from book.deliveries import Later
from book.errors import OperatorError
from book.ids import Ids
from bot.channels.telegram_errors import outcome_of
from bot.clock import MachineTime
from bot.doors.group_commit import store_received
from bot.doors.telegram import parse
from storage.store import Store

# The longest that the Bot API lets a call wait for the first update.
LONG_POLL = 50.0
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 15.0


class Updates(Protocol):
    """Where updates wait; the Telegram channel is one. Raises the errors of ``telegram.error``."""

    account: str

    async def get_updates(self, offset: int | None, *, wait: float) -> list[Any]:
        """Updates from ``offset`` on, which confirms all before it."""
        ...

    async def webhook_url(self) -> str:
        """Where updates are sent instead, or nothing."""
        ...

    async def remove_webhook(self) -> None:
        """Have them wait here again."""
        ...


@dataclass(frozen=True, slots=True)
class Health:
    """How the door stands, for ``status``. Times are machine time; an alarm later than a success is in force."""

    last_success: float | None = None
    alarm: str = ""
    alarmed_at: float | None = None


class TokenRefused(OperatorError):
    """Telegram does not accept the token, so nothing can come in or go out."""


class Polling:
    """The loop over getUpdates; one for each account at a time."""

    def __init__(
        self,
        updates: Updates,
        store: Store,
        ids: Ids,
        *,
        now: Callable[[], datetime],
        machine: MachineTime,
        chance: Callable[[], float],
        own_url: str = "",
        long_poll: float = LONG_POLL,
    ) -> None:
        """``now`` is book time; ``chance`` gives numbers from 0 to 1 that spread pauses; ``own_url`` is PUBLIC_URL.

        A webhook under ``own_url`` is ours, left from another way of running, and is removed; any other is
        somebody's decision and only named.
        """
        self._updates = updates
        self._store = store
        self._ids = ids
        self._now = now
        self._machine = machine
        self._chance = chance
        self._own_url = own_url
        self._long_poll = long_poll
        self._offset: int | None = None
        self._faults_in_a_row = 0
        self._health = Health()
        self._log = structlog.get_logger(__name__)

    @property
    def health(self) -> Health:
        """How the door stands at this moment."""
        return self._health

    async def run(self) -> None:
        """Fetch and store until cancelled, which may happen at any moment.

        Raises :class:`TokenRefused` if Telegram refuses the token; every other trouble is waited out.
        """
        # Only to say early what getUpdates would say as a conflict; whatever is wrong here it will say too.
        with suppress(TelegramError):
            if not await self._look_at_webhook():
                # It answers to this token; the first batch may be a long wait away.
                self._health = replace(self._health, last_success=self._machine.monotonic())
        while True:
            try:
                batch = await self._updates.get_updates(self._offset, wait=self._long_poll)
            except TelegramError as fault:
                await self._bear(fault)
            else:
                await self._take(batch)

    async def _take(self, batch: Sequence[object]) -> None:
        """Store a batch; the offset moves only if that went well."""
        now = self._now()
        received = [parse(update, account=self._updates.account, now=now) for update in batch]
        try:
            if received:
                await store_received(self._store, self._ids, received)
        except Exception as fault:  # Whatever it is: the batch stays at Telegram and is fetched again.
            self._log.error("updates_not_stored", updates=len(received), fault=type(fault).__name__)
            await self._pause()
            return
        numbers = [number for update in batch if (number := _update_id(update)) is not None]
        # After an empty answer everything before is confirmed, and the offset has done its work. Dropping it
        # lets updates be found whose numbers, after a quiet week, start again below it.
        self._offset = max(numbers) + 1 if numbers else None
        self._faults_in_a_row = 0
        self._health = replace(self._health, last_success=self._machine.monotonic())
        if batch and not numbers:
            # Nothing in it can be confirmed, so it would come again at once and for ever.
            self._alarm("Telegram sends updates without numbers: is TELEGRAM_API_URL a Bot API server?")
            await self._pause()

    async def _bear(self, fault: TelegramError) -> None:
        """Wait out what went wrong, in the way it asks for."""
        match fault:
            case InvalidToken():
                sentence = (
                    "Telegram does not accept TELEGRAM_TOKEN: copy it again from @BotFather, "
                    "and check that TELEGRAM_API_URL is the server it belongs to."
                )
                self._alarm(sentence)
                raise TokenRefused(sentence)
            case RetryAfter():
                outcome = outcome_of(fault)
                wait = outcome.after if isinstance(outcome, Later) else None
                self._log.warning("told_to_wait", seconds=wait)
                await self._machine.sleep(wait if wait is not None else self._next_pause())
            case Conflict():
                await self._explain_conflict()
                await self._pause()
            case _:
                self._log.warning("updates_not_fetched", fault=type(fault).__name__, why=fault.message)
                await self._pause()

    async def _explain_conflict(self) -> None:
        try:
            is_webhook = await self._look_at_webhook()
        except TelegramError:
            is_webhook = False
        if not is_webhook:
            self._alarm(
                "Another program fetches this bot's messages with the same TELEGRAM_TOKEN, and each message "
                "reaches only one of the two: stop the other one, or give it a bot of its own."
            )

    async def _look_at_webhook(self) -> bool:
        """Whether updates go to an address instead; one of our own is removed, another one named."""
        url = await self._updates.webhook_url()
        if not url:
            return False
        if self._own_url and _is_below(url, self._own_url):
            await self._updates.remove_webhook()
            self._log.info("own_webhook_removed")
        else:
            self._alarm(
                f"This bot's messages are sent to a webhook at {urlsplit(url).hostname or 'an unknown host'}, so "
                "none can be fetched: stop the program there and remove its webhook, or set "
                "TELEGRAM_MODE=webhook to have them sent here."
            )
        return True

    def _alarm(self, sentence: str) -> None:
        self._health = replace(self._health, alarm=sentence, alarmed_at=self._machine.monotonic())
        self._log.error("telegram_alarm", sentence=sentence)

    async def _pause(self) -> None:
        await self._machine.sleep(self._next_pause())

    def _next_pause(self) -> float:
        """Doubling from one second to fifteen, spread over its upper half."""
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**self._faults_in_a_row)
        self._faults_in_a_row = min(self._faults_in_a_row + 1, 10)
        return longest / 2 + longest / 2 * self._chance()


def _update_id(update: object) -> int | None:
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def _is_below(url: str, base: str) -> bool:
    """Whether ``url`` is an address under ``base``: same host and port, same beginning of the path."""
    there, here = urlsplit(url), urlsplit(base)
    return (there.scheme, there.netloc) == (here.scheme, here.netloc) and there.path.startswith(
        here.path.rstrip("/") + "/"
    )
