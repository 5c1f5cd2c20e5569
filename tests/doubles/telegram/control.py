"""The hands and eyes of another process: updates and faults in, ledger and chats out, beside the Bot API.

It does nothing a test in the same process could not do on `TelegramDouble`, and asks nobody who calls: the
server listens on loopback only.

POST /control/updates
    One object or a list of them: a raw update, or {"person": 7, "first_name": "Hannah"} with one of "says":
    text (and "reply_to"), "edits": message_id (and "text"), "presses": button, "sends_photo": base64 (and
    "caption"), "sends_album": [base64, …] (and "caption", "order": [1, 0, …]), "sends_document": base64 (and "name",
    "caption"), "sends_voice": base64, "sends_video": base64 (and "caption"), "sends_contact": number (her own),
    "sends": fields of any other kind of message, "reacts": sign (and "message_id"), "blocks": true, "unblocks": true.
    Answers {"results": [message id or ids, update number or query id, …]}.
POST /control/faults
    {"fault": "flood", "retry_after": 3, "on": "sendMessage", "chat": 7, "times": 1, "after": 0}, or
    {"chances": [[0.1, {"fault": "cut", "accepted": true}]], "seed": 1, "on": ["sendMessage"]}.
DELETE /control/faults
    Forgets all faults and releases slow answers.
GET /control/ledger?method=&chat=&after=
    Answers {"calls": […]}; with ?counts=1 {"counts": {method: {"calls": n, "accepted": n}}}.
GET /control/chats/{id}
    Answers {"messages": […], "keyboard": […]}, what the chat shows now, and the keys below it that ask for a number.
GET /control/chats/{id}?shows=words&after=message id
    Waits until the bot shows these words there in a message newer than that one, and answers with the newest.
GET /control/updates
    Waits until the bot has confirmed everything that happened.
GET /control/files/{id}
    Answers the content of what a message shows as its "media".
POST /control/time
    {"passes": seconds} moves the server's clock.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from aiohttp import web

from tests.doubles.telegram.chats import Chat, Person, Shown
from tests.doubles.telegram.faults import read_fault
from tests.doubles.telegram.server import TelegramDouble

Json = dict[str, Any]


_PATIENCE = 20.0


def _newest(chat: Chat, words: str, after: int) -> Shown | None:
    return next((each for each in reversed(chat.from_bot) if each.message_id > after and words in each.text), None)


class Control:
    """Serves the addresses above for one double."""

    def __init__(self, double: TelegramDouble) -> None:
        self._double = double

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request; what cannot be understood is 400 with a sentence."""
        try:
            answer = await self._answer(request)
        except (ValueError, KeyError, TypeError, AssertionError) as wrong:
            return web.json_response({"error": f"{type(wrong).__name__}: {wrong}"}, status=400)
        if isinstance(answer, bytes):
            return web.Response(body=answer, content_type="application/octet-stream")
        if answer is None:
            return web.json_response({"error": f"nothing at {request.method} {request.path}"}, status=404)
        return web.json_response(answer)

    async def _answer(self, request: web.BaseRequest) -> Json | bytes | None:
        match request.method, request.path.strip("/").split("/"):
            case "POST", ["control", "updates"]:
                wanted = json.loads(await request.read())
                items = wanted if isinstance(wanted, list) else [wanted]
                return {"results": [await self._let_happen(item) for item in items]}
            case "POST", ["control", "faults"]:
                self._plan(json.loads(await request.read()))
                return {}
            case "DELETE", ["control", "faults"]:
                self._double.forgets_faults()
                return {}
            case "GET", ["control", "ledger"]:
                return self._read_ledger(request.query)
            case "GET", ["control", "updates"]:
                await self._double.waits_for(lambda: not self._double.pending_updates, within=_PATIENCE)
                return {}
            case "GET", ["control", "chats", chat_id] if "shows" in request.query:
                words, after = request.query["shows"], int(request.query.get("after", 0))
                chat = self._double.chat(int(chat_id))
                try:
                    found = await self._double.waits_for(lambda: _newest(chat, words, after), within=_PATIENCE)
                except AssertionError as waited:
                    shown = "\n".join(f"  {each.message_id} {each.text}" for each in chat.from_bot)
                    raise AssertionError(f"{words!r} was not shown; shown was\n{shown}\n{waited}") from None
                return found.as_json()
            case "GET", ["control", "chats", chat_id]:
                chat = self._double.chat(int(chat_id))
                keyboard = chat.keyboard if isinstance(chat, Person) else ()
                return {"messages": [message.as_json() for message in chat.messages], "keyboard": keyboard}
            case "GET", ["control", "files", file_id]:
                return self._double.file(file_id).content
            case "POST", ["control", "time"]:
                self._double.time_passes(json.loads(await request.read())["passes"])
                return {"now": self._double.now()}
            case _:
                return None

    async def _let_happen(self, item: Json) -> Any:
        if "person" not in item:
            return self._double.push(item)
        person = self._double.person(item["person"], item.get("first_name", "Hannah"))
        match item:
            case {"says": text}:
                return await person.says(text, reply_to=item.get("reply_to"))
            case {"edits": message_id}:
                await person.edits(message_id, item.get("text"), changed="text" in item)
                return message_id
            case {"presses": button}:
                return (await person.presses(button, message_id=item.get("message_id"))).query_id
            case {"sends_photo": content}:
                return await person.sends_photo(base64.b64decode(content), caption=item.get("caption", ""))
            case {"sends_document": content}:
                document = base64.b64decode(content)
                return await person.sends_document(document, name=item["name"], caption=item.get("caption", ""))
            case {"sends_album": contents}:
                pictures = [base64.b64decode(each) for each in contents]
                return await person.sends_album(pictures, caption=item.get("caption", ""), order=item.get("order", ()))
            case {"sends_voice": content}:
                return await person.sends_voice(base64.b64decode(content))
            case {"sends_video": content}:
                return await person.sends_video(base64.b64decode(content), caption=item.get("caption", ""))
            case {"reacts": sign}:
                return await person.reacts(item["message_id"], sign)
            case {"sends_contact": number}:
                return await person.sends_contact(number)
            case {"sends": fields}:
                return await person.sends(**fields)
            case {"blocks": True}:
                return await person.blocks_bot()
            case {"unblocks": True}:
                return await person.unblocks_bot()
            case _:
                return person.id

    def _plan(self, wanted: Json) -> None:
        if "chances" in wanted:
            self._double.plan_at_random(
                [(chance, read_fault(fault)) for chance, fault in wanted["chances"]],
                seed=wanted.get("seed", 0),
                on=wanted.get("on"),
                chat=wanted.get("chat"),
            )
            return
        when = {name: wanted.pop(name) for name in ("on", "chat", "times", "after") if name in wanted}
        self._double.plan(read_fault(wanted), **when)

    def _read_ledger(self, query: Any) -> Json:
        if query.get("counts"):
            return {"counts": self._double.counts()}
        chat = query.get("chat")
        calls = self._double.calls(
            query.get("method"), chat=int(chat) if chat else None, after=int(query.get("after", 0))
        )
        return {"calls": [call.as_json() for call in calls]}
