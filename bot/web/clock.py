"""Book time on the page: shown, and moved on when somebody wishes.

Refuses to know what falls due on the way.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

from aiohttp import web

from bot.demo.book_time import civil_moment
from bot.web.backstage import Backstage
from bot.web.bodies import Forward, Refused, read_json
from bot.web.gate import refusal

_FARTHEST = timedelta(days=366)


class ClockAnswers:
    """The handlers of ``/api/clock``."""

    def __init__(self, backstage: Backstage) -> None:
        self._at = backstage

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/api/clock", self.show), web.post("/api/clock", self.move)]

    async def show(self, request: web.Request) -> web.Response:
        return web.json_response({"now": _exact(self._at.time.now()), "timezone": self._at.time.zone.key})

    async def move(self, request: web.Request) -> web.Response:
        """Move it on, by some time or to a moment to come; what falls due happens before the answer."""
        wish = await read_json(request, Forward)
        if isinstance(wish, Refused):
            return refusal(wish.status, wish.sentence)
        until = self._meant(wish)
        if isinstance(until, Refused):
            return refusal(until.status, until.sentence)
        now = await self._at.time.move_on(until)
        self._at.changes.tell(time_moved=True)
        return web.json_response({"now": _exact(now)})

    def _meant(self, wish: Forward) -> datetime | Refused:
        """The moment to move to."""
        now = self._at.time.now()
        match wish:
            case Forward(forward_seconds=float(seconds), until=None, advance=None, to=None):
                until = now + timedelta(seconds=seconds)
            case Forward(forward_seconds=None, until=str(civil), advance=None, to=None):
                hour, minute = civil.split(":")
                until = self._at.time.next_time(time(int(hour), int(minute)))
            case Forward(forward_seconds=None, until=None, advance=str(length), to=None):
                until = now + _duration(length)
            case Forward(forward_seconds=None, until=None, advance=None, to=str(written)):
                moment = civil_moment(written, self._at.time.zone)
                if moment is None:
                    return Refused(400, "Write the moment as 2026-11-24T17:00.")
                until = moment
            case _:
                return Refused(400, "Give forward_seconds, until, advance or to: one of them.")
        if until <= now:
            return Refused(400, "Book time never goes back: give a moment to come.")
        if until - now > _FARTHEST:
            return Refused(400, "That is more than a year ahead: go there in steps.")
        return until


def _duration(written: str) -> timedelta:
    """What an ISO 8601 duration of weeks, days, hours, minutes and seconds comes to."""
    parts = {unit: int(number) for number, unit in re.findall(r"(\d+)([WDHMS])", written)}
    return timedelta(
        weeks=parts.get("W", 0),
        days=parts.get("D", 0),
        hours=parts.get("H", 0),
        minutes=parts.get("M", 0),
        seconds=parts.get("S", 0),
    )


def _exact(at: datetime) -> str:
    """To the millisecond, for the page's own clock runs on from it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
