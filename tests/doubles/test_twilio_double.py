"""The test server behaves as Twilio does, so far as its published schemas and descriptions can tell.

It tests nothing of Bookbag: where one of these fails, other tests may be right or wrong for no reason of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import pytest
from aiohttp import web

from tests.doubles.twilio import Fault, Patience, Reports, TwilioDouble, sign

Json = dict[str, Any]

START = 1_795_780_800.0
"""2026-11-27 12:00 in London."""
HANNAH = "+447700900123"


class Ours:
    """Our side: every request that came, each answered as `answers` says."""

    def __init__(self) -> None:
        self.url = ""
        self.heard: list[tuple[str, list[tuple[str, str]], dict[str, str]]] = []
        self.answers: Callable[[str], web.Response | None] = lambda _path: None
        self.files: dict[str, tuple[str, bytes]] = {}

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.method == "GET" and request.path in self.files:
            content_type, content = self.files[request.path]
            return web.Response(body=content, content_type=content_type)
        fields = parse_qsl((await request.read()).decode(), keep_blank_values=True)
        self.heard.append((request.raw_path, fields, dict(request.headers)))
        return self.answers(request.path) or web.Response(status=204)

    def forms(self, path: str) -> list[dict[str, str]]:
        return [dict(fields) for heard, fields, _ in self.heard if heard.partition("?")[0] == path]

    def statuses(self, sid: str) -> list[str]:
        return [form["MessageStatus"] for form in self.forms("/status") if form["MessageSid"] == sid]


class Api:
    """Calls of the API by hand: each answers with its status and its JSON."""

    def __init__(self, double: TwilioDouble, session: aiohttp.ClientSession) -> None:
        self.double = double
        self.session = session
        self.account = f"/2010-04-01/Accounts/{double.account_sid}"

    async def __call__(self, verb: str, path: str, **more: Any) -> tuple[int, Json]:
        path = path if path.startswith(("/v1", "/v2", "/2010")) else self.account + path
        async with self.session.request(verb, self.double.url + path, allow_redirects=False, **more) as answer:
            body = await answer.read()
            return answer.status, await answer.json() if body else {}

    async def sends(self, to: str, body: str = "hello", **more: str) -> tuple[int, Json]:
        sender = self.double.sender.address if to.startswith("whatsapp:") else self.double.number.number
        form = {"To": to, "From": sender, "Body": body} | more
        return await self("POST", "/Messages.json", data={name: value for name, value in form.items() if value})


@pytest.fixture
async def ours() -> AsyncIterator[Ours]:
    ours = Ours()
    runner = web.ServerRunner(web.Server(ours.serve, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    ours.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield ours
    await runner.cleanup()


@pytest.fixture
async def twilio(ours: Ours) -> AsyncIterator[TwilioDouble]:
    patience = Patience(connect=0.5, read=0.05, total=0.5)
    async with TwilioDouble(now=lambda: START, patience=patience) as double:
        double.tells(f"{ours.url}/in")
        yield double


@pytest.fixture
async def api(twilio: TwilioDouble) -> AsyncIterator[Api]:
    auth = {"Authorization": aiohttp.encode_basic_auth(twilio.account_sid, twilio.token)}
    async with aiohttp.ClientSession(headers=auth) as session:
        yield Api(twilio, session)


# -- coming in


def test_a_signature_is_that_of_the_published_example() -> None:
    """The example of Twilio's page on the security of webhooks."""
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    assert sign("12345", f"{url}#rc=5", fields) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


async def test_a_text_is_told_with_every_field_signed_blank_ones_too(twilio: TwilioDouble, ours: Ours) -> None:
    twilio.tells(f"{ours.url}/in?from=twilio#rc=2&rp=all")

    sid = await twilio.sms(HANNAH).says("bad night, teething 🦷 & a cold")
    await twilio.settles()

    ((path, fields, headers),) = ours.heard
    form = dict(fields)
    assert path == "/in?from=twilio"
    assert (form["From"], form["To"], form["Body"]) == (HANNAH, "+447700900900", "bad night, teething 🦷 & a cold")
    assert {form["MessageSid"], form["SmsSid"], form["SmsMessageSid"]} == {sid}
    assert (form["FromCity"], form["FromCountry"], form["NumMedia"], form["SmsStatus"]) == ("", "GB", "0", "received")
    assert "AddedWithoutNotice" in form
    assert headers["X-Twilio-Signature"] == sign(twilio.token, f"{ours.url}/in?from=twilio", fields)
    assert headers["I-Twilio-Idempotency-Token"]


# -- going out


async def test_a_text_goes_out_and_is_reported_after_the_answer(twilio: TwilioDouble, api: Api, ours: Ours) -> None:
    hannah = twilio.sms(HANNAH)

    status, made = await api.sends(HANNAH, "✓ Ella · sleep", StatusCallback=f"{ours.url}/status?delivery=7#rc=5&rp=all")
    assert (status, made["status"], made["direction"], made["date_sent"]) == (201, "queued", "outbound-api", None)
    await twilio.settles()

    assert hannah.texts == ["✓ Ella · sleep"]
    assert ours.statuses(made["sid"]) == ["sent", "delivered"]
    assert ours.heard[0][0] == "/status?delivery=7"
    (call,) = twilio.calls("messages.create", to=hannah)
    assert (call.accepted, call.status, call.answer["sid"]) == (True, 201, made["sid"])
    _, now = await api("GET", f"/Messages/{made['sid']}.json")
    assert (now["status"], now["body"]) == ("delivered", "✓ Ella · sleep")


async def test_an_answer_lost_leaves_a_message_that_the_list_and_the_reports_know(
    twilio: TwilioDouble, api: Api, ours: Ours
) -> None:
    hannah = twilio.sms(HANNAH)
    twilio.plan(Fault.cut(accepted=True), on="messages.create", to=hannah)
    twilio.plan(Fault.silence(accepted=True), on="messages.create", to=hannah)
    twilio.plan(Fault.cut(), on="messages.create", to=hannah)
    twilio.plan_reports(Reports.backwards(), to=hannah)

    with pytest.raises(aiohttp.ClientError):
        await api.sends(HANNAH, "one", StatusCallback=f"{ours.url}/status")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await api.sends(HANNAH, "two")
    with pytest.raises(aiohttp.ClientError):
        await api.sends(HANNAH, "three")
    await twilio.settles()

    _, listed = await api("GET", "/Messages.json", params={"To": HANNAH})
    assert [each["body"] for each in listed["messages"]] == ["two", "one"]
    assert [call.accepted for call in twilio.calls("messages.create")] == [True, True, False]
    assert ours.statuses(listed["messages"][1]["sid"]) == ["delivered", "sent", "sending"]
    assert hannah.texts == ["one", "two"]
