"""The hands and eyes of another process: messages and faults in, ledger and telephones out, beside the API.

It does nothing a test in the same process could not do on `TwilioDouble`, and asks nobody who calls: the server
listens on loopback only. A telephone is named by its address, "+447700900123" or "whatsapp:+447700900123".

POST /control/messages
    One object or a list of them: {"from": address, "name": "Hannah"} with one of "says": text (and "reply_to"),
    "sends_photo": base64 (and "caption", "content_type"), "sends_photos": [base64, …] (and "caption", "order"),
    "presses": button (and "sid"), "sends": fields of any other kind of message (and "text"), "reads": [sid, …],
    "switches_off": true, "switches_on": true, "fails_with": code or null.
    Answers {"results": [sid or sids, null, …]}.
POST /control/webhook
    {"url": address, "fallback": address} sets where what comes in is told; {"leads": public, "to": local} connects
    to loopback for a public address; {"fails": minutes, "status": 503} has every request to us fail.
POST /control/faults
    {"fault": "refused", "code": 21610, "on": "messages.create", "to": address, "times": 1, "after": 0}, or
    {"chances": [[0.1, {"fault": "cut", "accepted": true}]], "seed": 1, "on": ["messages.create"]}, or
    {"reports": "backwards", "to": address, "times": 1}.
DELETE /control/faults
    Forgets all faults and planned reports, and releases slow answers.
POST /control/reports
    {"sid": sid, "status": "delivered", "code": null, "url": null} reports one word of a message, known or not.
POST /control/templates
    {"sid": sid, "status": "approved", "reason": ""} is what WhatsApp says of a template.
GET /control/ledger?method=&to=&after=
    Answers {"calls": […]}; with ?counts=1 {"counts": {method: {"calls": n, "accepted": n}}}.
GET /control/attempts?after=
    Answers {"attempts": […]}, every request to us, and {"alerts": […]}.
GET /control/telephones/{address}
    Answers {"messages": […], "stopped": false}.
GET /control/telephones/{address}?shows=words
    Waits until the telephone shows these words of ours, and answers with the newest message that has them.
GET /control/settled
    Waits until every message has left and everything was told.
POST /control/time
    {"passes": seconds} moves the server's clock.
"""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from tests.doubles.twilio.faults import read_fault
from tests.doubles.twilio.reports import read_reports
from tests.doubles.twilio.server import TwilioDouble
from tests.doubles.twilio.telephones import Telephone

Json = dict[str, Any]

_PATIENCE = 20.0


class Control:
    """Serves the addresses above for one double."""

    def __init__(self, double: TwilioDouble) -> None:
        self._double = double

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request; what cannot be understood is 400 with a sentence."""
        try:
            answer = await self._answer(request)
        except (ValueError, KeyError, TypeError, AssertionError) as wrong:
            return web.json_response({"error": f"{type(wrong).__name__}: {wrong}"}, status=400)
        if answer is None:
            return web.json_response({"error": f"nothing at {request.method} {request.path}"}, status=404)
        return web.json_response(answer)

    async def _answer(self, request: web.BaseRequest) -> Json | None:
        double = self._double
        wanted = json.loads(await request.read()) if request.method == "POST" else {}
        match request.method, request.path.strip("/").split("/"):
            case "POST", ["control", "messages"]:
                items = wanted if isinstance(wanted, list) else [wanted]
                return {"results": [await self._let_happen(item) for item in items]}
            case "POST", ["control", "webhook"]:
                self._set_webhook(wanted)
                return {}
            case "POST", ["control", "faults"]:
                self._plan(wanted)
                return {}
            case "DELETE", ["control", "faults"]:
                double.forgets_faults()
                return {}
            case "POST", ["control", "reports"]:
                double.reports(wanted["sid"], wanted["status"], code=wanted.get("code"), url=wanted.get("url"))
                return {}
            case "POST", ["control", "templates"]:
                double.decides(wanted["sid"], wanted.get("status", "approved"), reason=wanted.get("reason", ""))
                return {}
            case "GET", ["control", "ledger"]:
                return self._read_ledger(request.query)
            case "GET", ["control", "attempts"]:
                after = int(request.query.get("after", 0))
                alerts = [{"code": alert.code, "sid": alert.sid, "url": alert.url} for alert in double.alerts]
                return {"attempts": [attempt.as_json() for attempt in double.attempts[after:]], "alerts": alerts}
            case "GET", ["control", "telephones", address]:
                return await self._look(double.telephone(unquote(address)), request.query.get("shows"))
            case "GET", ["control", "settled"]:
                await double.settles(within=_PATIENCE)
                return {}
            case "POST", ["control", "time"]:
                double.time_passes(wanted["passes"])
                return {"now": double.now()}
            case _:
                return None

    async def _let_happen(self, item: Json) -> Any:
        channel, _, number = item["from"].rpartition(":")
        name = item.get("name", "Hannah")
        telephone = self._double.whatsapp(number, name) if channel else self._double.sms(number, name)
        match item:
            case {"says": text}:
                return await telephone.says(text, reply_to=item.get("reply_to"))
            case {"sends_photo": content}:
                content_type = item.get("content_type", "image/jpeg")
                photo = base64.b64decode(content)
                return await telephone.sends_photo(photo, caption=item.get("caption", ""), content_type=content_type)
            case {"sends_photos": contents}:
                photos = [base64.b64decode(each) for each in contents]
                caption, order = item.get("caption", ""), item.get("order", ())
                return await telephone.sends_photos(photos, caption=caption, order=order)
            case {"presses": button}:
                return await telephone.presses(button, sid=item.get("sid"))
            case {"sends": fields}:
                return await telephone.sends(item.get("text", ""), **fields)
            case {"reads": sids}:
                return telephone.reads(*sids)
            case {"switches_off": True}:
                return telephone.switches_off()
            case {"switches_on": True}:
                return telephone.switches_on()
            case {"fails_with": code}:
                telephone.fails_with = code
                return None
            case _:
                return telephone.address

    def _set_webhook(self, wanted: Json) -> None:
        match wanted:
            case {"leads": public, "to": local}:
                self._double.leads(public, to=local)
            case {"fails": minutes}:
                self._double.webhooks_fail(minutes=minutes, status=wanted.get("status"))
            case _:
                self._double.tells(wanted["url"], fallback=wanted.get("fallback", ""))

    def _plan(self, wanted: Json) -> None:
        if "chances" in wanted:
            self._double.plan_at_random(
                [(chance, read_fault(fault)) for chance, fault in wanted["chances"]],
                seed=wanted.get("seed", 0),
                on=wanted.get("on"),
                to=wanted.get("to"),
            )
            return
        when = {name: wanted.pop(name) for name in ("on", "to", "times", "after") if name in wanted}
        if "reports" in wanted:
            self._double.plan_reports(read_reports(wanted), **when)
        else:
            self._double.plan(read_fault(wanted), **when)

    async def _look(self, telephone: Telephone, words: str | None) -> Json:
        if words is not None:
            found = await self._double.waits_for(lambda: telephone.shows(words), within=_PATIENCE)
            return found.as_json() if found is not None else {}
        shown = [message.as_json() for message in telephone.messages]
        return {"messages": shown, "stopped": telephone.has_stopped}

    def _read_ledger(self, query: Any) -> Json:
        if query.get("counts"):
            return {"counts": self._double.counts()}
        calls = self._double.calls(query.get("method"), to=query.get("to"), after=int(query.get("after", 0)))
        return {"calls": [call.as_json() for call in calls]}
