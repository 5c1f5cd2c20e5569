"""The phones of the page: who there is, what each shows, and what somebody does on hers.

Everything she does goes through the same inbox as on any other channel. Refuses to know what comes of it.
"""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.doors import phones as door
from bot.web import letters
from bot.web.backstage import Backstage, instant
from bot.web.bodies import Edit, Press, Refused, read_json, read_letter
from bot.web.files import as_file
from bot.web.gate import refusal
from bot.web.letters import Typed
from bot.web.people import Json, Phone, list_people
from storage import phones
from storage.phones import PhoneMessage

_LONGEST_KEY = 200
_NOBODY = "There is nobody of that name here."


class PhoneAnswers:
    """The handlers of ``/api/people``."""

    def __init__(self, backstage: Backstage) -> None:
        self._at = backstage
        # Copies of one letter that come at once take turns, so that the later ones find the first.
        self._turns = {each.id: asyncio.Lock() for each in backstage.phones}

    def routes(self) -> list[web.RouteDef]:
        messages = "/api/people/{person}/messages"
        return [
            web.get("/api/people", self.people),
            web.get(messages, self.messages),
            web.post(messages, self.write),
            web.post(messages + "/{seq}/edit", self.edit),
            web.post("/api/people/{person}/press", self.press),
            web.get("/api/people/{person}/documents/{document}", self.document),
        ]

    async def people(self, request: web.Request) -> web.Response:
        store = self._at.store
        listed = await store.read(list_people, store.vault, self._at.phones, self._at.time.now())
        return web.json_response(listed)

    async def messages(self, request: web.Request) -> web.Response:
        """What her phone shows now, or what came beyond ``after``."""
        phone = self._phone(request)
        after = request.query.get("after", "0")
        if phone is None:
            return refusal(404, _NOBODY)
        if not after.isascii() or not after.isdigit() or len(after) > 9:
            return refusal(400, "after is the number of a message.")
        store = self._at.store
        shown = await store.read(phones.messages, store.vault, phone.address, after=int(after))
        return web.json_response({"messages": [_as_json(each, phone.id) for each in shown]})

    async def write(self, request: web.Request) -> web.Response:
        """She writes. 202 once it is on disk; the answer is the same for every copy with the same key."""
        phone = self._phone(request)
        if phone is None:
            return refusal(404, _NOBODY)
        key = request.headers.get("Idempotency-Key", "")
        if len(key) > _LONGEST_KEY:
            return refusal(400, f"Idempotency-Key: {_LONGEST_KEY} characters are the most.")
        found = await read_letter(request)
        if isinstance(found, Refused):
            return refusal(found.status, found.sentence)
        letter = found.letter
        if not letter.text.strip() and not found.uploads:
            return refusal(400, "text: a message has words, or files.")
        store, now = self._at.store, self._at.time.now()
        typed = Typed(letter.text, letter.reply_to, key, found.uploads)
        async with self._turns[phone.id]:
            seq = await store.write(letters.keep, store.vault, self._at.ids, phone, typed, now)
        if seq is None:
            return refusal(400, "reply_to: there is no such message on this phone.")
        return web.json_response({"seq": seq}, status=202)

    async def edit(self, request: web.Request) -> web.Response:
        """She changes a message of her own."""
        phone, seq = self._phone(request), request.match_info["seq"]
        if phone is None:
            return refusal(404, _NOBODY)
        edit = await read_json(request, Edit)
        if isinstance(edit, Refused):
            return refusal(edit.status, edit.sentence)
        if not edit.text.strip():
            return refusal(400, "text: a message has words.")
        changed = False
        if seq.isascii() and seq.isdigit() and len(seq) <= 9:
            store, now = self._at.store, self._at.time.now()
            changed = await store.write(
                door.edit, store.vault, self._at.ids, phone.address, phone.id, int(seq), edit.text, now
            )
        if not changed:
            return refusal(404, "There is no such message of hers on this phone.")
        return web.json_response({}, status=202)

    async def press(self, request: web.Request) -> web.Response:
        """She presses a button that is on her phone now."""
        phone = self._phone(request)
        if phone is None:
            return refusal(404, _NOBODY)
        press = await read_json(request, Press)
        if isinstance(press, Refused):
            return refusal(press.status, press.sentence)
        store = self._at.store
        if not await store.read(letters.offers, store.vault, phone, press.token):
            return refusal(404, "That button is no longer on this phone.")
        await store.write(door.press, store.vault, self._at.ids, phone.id, press.token, self._at.time.now())
        return web.json_response({}, status=202)

    async def document(self, request: web.Request) -> web.Response:
        """A file that hangs on a message of her phone."""
        phone, number = self._phone(request), request.match_info["document"]
        store = self._at.store
        found = None
        if phone is not None and number.isascii() and number.isdigit() and len(number) < 20:
            found = await store.read(letters.document, store.vault, phone, int(number))
        if found is None:
            return refusal(404, "There is no such file on this phone.")
        return as_file(found, request)

    def _phone(self, request: web.Request) -> Phone | None:
        return self._at.phone(request.match_info["person"])


def _as_json(shown: PhoneMessage, person: str) -> Json:
    return {
        "seq": shown.seq,
        "from": "me" if shown.mine else "bookbag",
        "text": shown.text,
        "buttons": [{"label": label, "token": token} for label, token in shown.buttons],
        "media": [
            {"url": f"/api/people/{person}/documents/{each.document}", "type": each.media_type} for each in shown.files
        ],
        "at": instant(shown.at),
        "withdrawn": shown.withdrawn,
        "edited": bool(shown.edited),
        "silent": shown.silent,
        "reply_to": shown.reply_to,
    }
