"""Book time on the page: shown, and moved on when somebody wishes.

Refuses to know what falls due on the way.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from aiohttp import web

from bot.web.backstage import Backstage
from bot.web.bodies import Forward, Refused, read_json
from bot.web.gate import refusal


class ClockAnswers:
    """The handlers of ``/api/clock``."""

    def __init__(self, backstage: Backstage) -> None:
        self._at = backstage

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/api/clock", self.show), web.post("/api/clock", self.move)]

    async def show(self, request: web.Request) -> web.Response:
        return web.json_response({"now": _exact(self._at.time.now()), "timezone": self._at.time.zone.key})

    async def move(self, request: web.Request) -> web.Response:
        """Move it on, by some time or to a civil time to come; what falls due happens before the answer."""
        wish = await read_json(request, Forward)
        if isinstance(wish, Refused):
            return refusal(wish.status, wish.sentence)
        match wish:
            case Forward(forward_seconds=float(seconds), until=None):
                until = self._at.time.now() + timedelta(seconds=seconds)
            case Forward(forward_seconds=None, until=str(civil)):
                hour, minute = civil.split(":")
                until = self._at.time.next_time(time(int(hour), int(minute)))
            case _:
                return refusal(400, "Give forward_seconds or until, one of the two.")
        now = await self._at.time.move_on(until)
        self._at.changes.tell(time_moved=True)
        return web.json_response({"now": _exact(now)})


def _exact(at: datetime) -> str:
    """To the millisecond, for the page's own clock runs on from it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
