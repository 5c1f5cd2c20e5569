"""Whether the program lives, may be relied on, and how much waits: for whoever watches over it, never for the world.

Served on an address of its own. Numbers only: no name, word, handle or token of anybody. Knows nothing of what
any part does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from book.errors import StorageUnfit
from bot.clock import MachineTime
from storage import health
from storage.health import Heartbeat, Picture
from storage.store import Store

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

    from bot.doors.polling import Health

BEAT_EVERY_SECONDS = 15.0
_BEAT_WITHIN_SECONDS = 20.0
_BEATS_MISSED_AT_MOST = 3
# A call for updates may take a minute and be followed by a pause; a webhook is looked at every five minutes.
SILENT_AT_MOST_SECONDS = 150.0
WEBHOOK_SILENT_AT_MOST_SECONDS = 700.0

_log = structlog.get_logger(__name__)


class Pulse:
    """Writes heartbeats; one that cannot be written is how a stuck or full database is noticed."""

    def __init__(
        self,
        store: Store,
        parts: Sequence[str],
        *,
        door: Callable[[], Health] | None,
        now: Callable[[], datetime],
        machine: MachineTime,
        silent_at_most: float = SILENT_AT_MOST_SECONDS,
    ) -> None:
        """``parts`` are the names to beat under; ``door`` tells how the door stands, if this process has one.

        ``silent_at_most`` is how many seconds of machine time the platform may be silent.
        """
        self._store = store
        self._parts = tuple(parts)
        self._door = door
        self._now = now
        self._machine = machine
        self._silent_at_most = silent_at_most
        self._written_at: float | None = None

    async def run(self) -> None:
        """Beat until cancelled; raises :class:`StorageUnfit` when the database has taken no write for a while."""
        missed = 0
        while True:
            await self._machine.sleep(BEAT_EVERY_SECONDS)
            try:
                async with asyncio.timeout(_BEAT_WITHIN_SECONDS):
                    await self.beat()
            except Exception as fault:  # Whatever it is, the database does not take writes at this moment.
                missed += 1
                _log.error("heartbeat_failed", fault=type(fault).__name__, count=missed)
                if missed >= _BEATS_MISSED_AT_MOST:
                    raise StorageUnfit(
                        "The database has taken no write for a minute, so nothing can be kept: "
                        "is the disk full, or the server gone?"
                    ) from None
            else:
                missed = 0

    async def beat(self) -> None:
        """Write one heartbeat for every part."""
        beats = [self._beat(part) for part in self._parts]
        await self._store.write(health.beat, beats)
        self._written_at = self._machine.monotonic()

    async def stop(self) -> None:
        """Say that these parts have stopped on purpose."""
        await self._store.write(health.stop_beating, self._parts)

    def _beat(self, part: str) -> Heartbeat:
        if part != "doors" or self._door is None:
            return Heartbeat(part, self._now())
        door = self._door()
        success = None
        if door.last_success is not None:
            success = self._now() - timedelta(seconds=self._machine.monotonic() - door.last_success)
        return Heartbeat(part, self._now(), success, door.alarm if _in_force(door) else "")

    def troubles(self) -> list[str]:
        """Why the program is not ready; empty if it is."""
        found = []
        now = self._machine.monotonic()
        if self._written_at is None or now - self._written_at > 3 * BEAT_EVERY_SECONDS:
            found.append("The database takes no writes.")
        if self._door is not None:
            door = self._door()
            if door.last_success is None:
                found.append("The platform has not answered yet.")
            elif now - door.last_success > self._silent_at_most:
                found.append("The platform has not answered for a while.")
            if _in_force(door):
                found.append(door.alarm)
        return found


def _in_force(door: Health) -> bool:
    return bool(door.alarm) and (door.last_success is None or (door.alarmed_at or 0.0) > door.last_success)


class Operations:
    """The three addresses."""

    def __init__(self, store: Store, pulse: Pulse, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._pulse = pulse
        self._now = now

    def application(self) -> web.Application:
        """``/healthz`` (the process lives), ``/readyz`` (it does its work), ``/metrics`` (Prometheus)."""
        application = web.Application()
        application.add_routes(
            [
                web.get("/healthz", self._healthz),
                web.get("/readyz", self._readyz),
                web.get("/metrics", self._metrics),
            ]
        )
        return application

    async def _healthz(self, _request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def _readyz(self, _request: web.Request) -> web.Response:
        troubles = self._pulse.troubles()
        return web.json_response({"ready": not troubles, "why_not": troubles}, status=503 if troubles else 200)

    async def _metrics(self, _request: web.Request) -> web.Response:
        from prometheus_client import generate_latest

        now = self._now()
        picture = await self._store.read(health.look, now)
        return web.Response(body=generate_latest(_gauges(picture, now)), content_type="text/plain", charset="utf-8")


def _gauges(picture: Picture, now: datetime) -> CollectorRegistry:
    from prometheus_client import CollectorRegistry, Gauge

    registry = CollectorRegistry()
    waiting = Gauge("bookbag_inbox_messages", "Messages that came in, by state.", ["state"], registry=registry)
    for state, count in picture.inbox.items():
        waiting.labels(state).set(count)
    for name, counts, what in (
        ("bookbag_notices", picture.notices, "What people are to hear"),
        ("bookbag_deliveries", picture.deliveries, "Messages on the wire"),
    ):
        gauge = Gauge(name, f"{what}, by state and lane.", ["state", "lane"], registry=registry)
        for key, count in counts.items():
            gauge.labels(*key.split("/")).set(count)
    polled = [each.last_success_at for each in picture.heartbeats if each.last_success_at is not None]
    for name, what, instant in (
        ("bookbag_oldest_unsent_seconds", "Age of the oldest notice that is free to go.", picture.oldest_unsent_at),
        ("bookbag_last_inbound_age_seconds", "Age of the newest message that came in.", picture.last_inbound_at),
        ("bookbag_last_poll_age_seconds", "Since the platform last answered the door.", max(polled, default=None)),
    ):
        if instant is not None:
            Gauge(name, what, registry=registry).set(max((now - instant).total_seconds(), 0.0))
        elif name == "bookbag_oldest_unsent_seconds":
            Gauge(name, what, registry=registry).set(0)
    texts = Gauge("bookbag_text_parts", "Parts of texts that went out, by month.", ["month"], registry=registry)
    for month, parts in sorted(picture.text_parts.items())[-2:]:
        texts.labels(month).set(parts)
    Gauge("bookbag_alarms", "Alarms in force at the doors.", registry=registry).set(
        sum(bool(each.alarm) for each in picture.heartbeats)
    )
    return registry
