"""The sharing switch on a parent's phone: what she lets travel to each of the child's other settings.

A change is a choice like any other: dated, hers, kept for good, and recorded. Refuses to know who then hears what.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import web

from book.ids import Ids, PersonId
from book.people import Circle, Role, Setting
from book.sharing import Answer
from book.wording.compose import Composer
from bot.web.backstage import Backstage
from bot.web.bodies import Refused, Sharing, read_json
from bot.web.gate import refusal
from bot.web.people import Json, load_circles, page_id
from handlers.sharing import make, present_answer, wanted_by
from storage import audit
from storage.bells import Bell, ring
from storage.database import Connection
from storage.filing import add_notices
from storage.sharing import add_choices
from storage.vault import Vault

# The demo's switch has two sides; an answer given elsewhere is shown as a third.
_SIDES = (Answer.DAY, Answer.NOTHING)


@dataclass(frozen=True, slots=True)
class _Switch:
    """What one parent may decide about one setting for one child."""

    id: str
    child: str
    circle: Circle
    setting: Setting
    name: str
    answer: Answer | None


class SharingAnswers:
    """The handlers of ``/api/sharing``."""

    def __init__(self, backstage: Backstage) -> None:
        self._at = backstage

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/api/sharing/{person}", self.switches),
            web.post("/api/sharing/{person}", self.choose),
        ]

    async def switches(self, request: web.Request) -> web.Response:
        """Her switches; none for people who may not choose."""
        phone = self._at.phone(request.match_info["person"])
        if phone is None:
            return refusal(404, "There is nobody of that name here.")
        store = self._at.store
        found = await store.read(_switches, store.vault, phone.person, self._at.time.now())
        return web.json_response({"switches": [_as_json(each, found, self._at.composer) for each in found]})

    async def choose(self, request: web.Request) -> web.Response:
        """She chooses; it counts for whatever leaves from now on."""
        phone = self._at.phone(request.match_info["person"])
        if phone is None:
            return refusal(404, "There is nobody of that name here.")
        wish = await read_json(request, Sharing)
        if isinstance(wish, Refused):
            return refusal(wish.status, wish.sentence)
        if wish.value not in set(Answer):
            return refusal(400, f"value: one of {', '.join(Answer)}.")
        store = self._at.store
        child = await store.write(
            _choose,
            store.vault,
            self._at.ids,
            phone.person,
            wish.id,
            Answer(wish.value),
            self._at.time.now(),
            self._at.time.zone,
        )
        if child is None:
            return refusal(404, "She has no such choice.")
        self._at.changes.tell(people=[each.id for each in self._at.phones], children=[child])
        return web.json_response({}, status=202)


def _switches(connection: Connection, vault: Vault, person: PersonId, now: datetime) -> list[_Switch]:
    found: list[_Switch] = []
    for child, circle in load_circles(connection, vault, now).items():
        me = circle.membership(person, now)
        if me is None or me.role is not Role.PARENT:
            continue
        for setting in circle.settings.values():
            if setting.id != me.setting and not setting.by_hand:
                name = circle.name_of(setting.id)
                switch = f"{child}-{page_id(name)}"
                if any(each.id == switch for each in found):
                    switch = f"{switch}-{setting.id}"
                answer = present_answer(person, circle, setting.id)
                found.append(_Switch(switch, child, circle, setting, name, answer))
    return found


def _choose(
    connection: Connection,
    vault: Vault,
    ids: Ids,
    person: PersonId,
    switch: str,
    answer: Answer,
    now: datetime,
    zone: ZoneInfo,
) -> str | None:
    """Write the choices of one answer; the child they are about, or None if this is not hers to choose."""
    chosen = next((each for each in _switches(connection, vault, person, now) if each.id == switch), None)
    if chosen is None:
        return None
    if chosen.answer is not answer:
        circle, setting = chosen.circle, chosen.setting.id
        made = make(wanted_by(answer, circle, setting, now), person, circle, now=now, ids=ids, zone=zone)
        add_choices(connection, made.choices)
        add_notices(connection, vault, made.notices, now)
        audit.record(connection, vault, made.deeds, now)
        ring(connection, Bell.THREAD)
        ring(connection, Bell.OUTBOX)
    return chosen.child


def _as_json(switch: _Switch, all_of_hers: Sequence[_Switch], composer: Composer) -> Json:
    sides = [each for each in Answer if each in _SIDES or each is switch.answer]
    several = len({each.child for each in all_of_hers}) > 1
    return {
        "id": switch.id,
        "label": composer.may_see(switch.name, switch.circle.child.name if several else ""),
        "value": None if switch.answer is None else switch.answer.value,
        "choices": [{"value": each.value, "label": composer.answer(each)} for each in sides],
    }
