"""The test server behaves as Twilio does, so far as its published schemas and descriptions can tell.

It tests nothing of Bookbag: where one of these fails, other tests may be right or wrong for no reason of their own.
"""

from __future__ import annotations

import asyncio
import base64
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest
from aiohttp import web

from tests.doubles.twilio import Button, Fault, Reports, TwilioDouble, sign
from tests.doubles.twilio.api import CALLS
from tests.doubles.twilio.errors import REFUSALS
from tests.doubles.twilio.segments import count_segments

Json = dict[str, Any]

PROJECT = Path(__file__).resolve().parents[2]
SPECS = PROJECT.parent / "shared" / "specs"
START = 1_795_780_800.0
"""2026-11-27 12:00 in London."""
HANNAH = "+447700900123"
HOUR = 3600.0
JSON = "application/json"
TEMPLATE = {
    "friendly_name": "page_ready",
    "language": "en_GB",
    "variables": {"1": "Sunshine"},
    "types": {
        "twilio/quick-reply": {
            "body": "Today's page from {{1}} is ready.",
            "actions": [{"type": "QUICK_REPLY", "title": "Show me", "id": "show:{{2}}"}],
        }
    },
}


class Ours:
    """Our side: every request that came, each answered as `answers` says."""

    def __init__(self) -> None:
        self.url = ""
        self.heard: list[tuple[str, list[tuple[str, str]], dict[str, str]]] = []
        self.answers: Callable[[str], web.Response | None] = lambda _path: None
        self.files: dict[str, tuple[str, bytes]] = {}
        self.gates: dict[str, asyncio.Event] = {}
        self.is_silent = False

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.method == "GET" and request.path in self.files:
            content_type, content = self.files[request.path]
            return web.Response(body=content, content_type=content_type)
        fields = parse_qsl((await request.read()).decode(), keep_blank_values=True)
        self.heard.append((request.raw_path, fields, dict(request.headers)))
        if self.is_silent:
            await asyncio.Event().wait()
        if gate := self.gates.get(dict(fields).get("From", "")):
            await gate.wait()
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

    async def template(self, *, status: str | None = "approved") -> str:
        """The sid of a template that WhatsApp thinks so of."""
        _, made = await self("POST", "/v1/Content", json=TEMPLATE)
        sid: str = made["sid"]
        if status is not None:
            submission = {"name": "page_ready", "category": "UTILITY"}
            await self("POST", f"/v1/Content/{sid}/ApprovalRequests/whatsapp", json=submission)
            self.double.decides(sid, status)
        return sid

    async def sends(self, to: str, body: str = "hello", **more: str) -> tuple[int, Json]:
        sender = self.double.sender.address if to.startswith("whatsapp:") else self.double.number.number
        form = {"To": to, "From": sender, "Body": body} | more
        given = {name: value for name, value in form.items() if value}
        return await self("POST", "/Messages.json", data=given)


def session_of(double: TwilioDouble) -> aiohttp.ClientSession:
    auth = aiohttp.encode_basic_auth(double.account_sid, double.token)
    return aiohttp.ClientSession(headers={"Authorization": auth})


@pytest.fixture
async def ours() -> AsyncIterator[Ours]:
    ours = Ours()
    runner = web.ServerRunner(web.Server(ours.serve, access_log=None, handler_cancellation=True), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    ours.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield ours
    await runner.cleanup()


@pytest.fixture
async def twilio(ours: Ours) -> AsyncIterator[TwilioDouble]:
    async with TwilioDouble(now=lambda: START) as double:
        double.tells(f"{ours.url}/in")
        yield double


@pytest.fixture
async def api(twilio: TwilioDouble) -> AsyncIterator[Api]:
    async with session_of(twilio) as session:
        yield Api(twilio, session)


# -- coming in


def test_a_signature_is_that_of_the_published_example() -> None:
    """The example of Twilio's page on the security of webhooks."""
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    fields = {
        "To": "+18005551212",
        "From": "+14158675309",
        "Digits": "1234",
        "Caller": "+14158675309",
        "CallSid": "CA1234567890ABCDE",
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
    assert "WaId" not in form
    assert headers["X-Twilio-Signature"] == sign(twilio.token, f"{ours.url}/in?from=twilio", fields)
    assert headers["I-Twilio-Idempotency-Token"]
    assert tuple(fields) == twilio.form(sid)
    assert twilio.sign(f"{ours.url}/in?from=twilio", twilio.form(sid)) == headers["X-Twilio-Signature"]


async def test_a_shared_key_signs_in_the_tokens_place_and_says_so(ours: Ours) -> None:
    async with TwilioDouble(shared_key=("webhooks_sharedkey_1", "secret")) as twilio:
        twilio.tells(f"{ours.url}/in")
        await twilio.sms(HANNAH).says("hello")
        await twilio.settles()
    ((_, fields, headers),) = ours.heard
    assert headers["X-Twilio-Signature"] == sign("secret", f"{ours.url}/in", fields, algorithm="sha256")
    assert headers["X-Twilio-Webhooks-Signature-Settings"] == "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"


async def test_whatsapp_tells_who_writes_what_she_answers_and_what_she_pressed(
    twilio: TwilioDouble, api: Api, ours: Ours
) -> None:
    hannah = twilio.whatsapp(HANNAH, 'Hannah "H" 🌻')
    _, asked = await api.sends(hannah.address, "", ContentSid=await api.template(), ContentVariables='{"2": "7"}')
    await twilio.settles()
    shown = hannah.shows("Today's page from Sunshine is ready.")
    assert shown is not None
    assert shown.buttons == (Button("Show me", "show:7"),)

    await hannah.presses("Show me")
    await hannah.says("thank you", reply_to=asked["sid"])
    await hannah.sends(Latitude="51.5", Longitude="-0.1", MessageType="location")
    await twilio.settles()

    pressed, thanks, place = ours.forms("/in")
    assert (pressed["Body"], pressed["ButtonText"], pressed["ButtonPayload"]) == ("Show me", "Show me", "show:7")
    assert {pressed["OriginalRepliedMessageSid"], thanks["OriginalRepliedMessageSid"]} == {asked["sid"]}
    assert thanks["OriginalRepliedMessageSender"] == twilio.sender.address
    assert (thanks["From"], thanks["WaId"], thanks["ProfileName"]) == (
        f"whatsapp:{HANNAH}",
        HANNAH[1:],
        'Hannah "H" 🌻',
    )
    assert json.loads(thanks["ChannelMetadata"])["data"]["context"]["ProfileName"] == 'Hannah "H" 🌻'
    assert (thanks["MessageType"], place["MessageType"], place["Latitude"]) == ("text", "location", "51.5")
    assert "FromCity" not in thanks
    with pytest.raises(AssertionError, match="Show me"):
        await hannah.presses("Undo")


async def test_five_photos_are_five_messages_in_any_order(twilio: TwilioDouble, ours: Ours) -> None:
    hannah = twilio.whatsapp(HANNAH)

    await hannah.sends_photos([b"0", b"1", b"2", b"3", b"4"], caption="painting", order=[3, 0, 4, 1, 2])
    await twilio.settles()

    forms = ours.forms("/in")
    assert [form["Body"] for form in forms] == ["", "painting", "", "", ""]
    assert {(form["NumMedia"], form["MediaContentType0"], form["MessageType"]) for form in forms} == {
        ("1", "image/jpeg", "image")
    }
    assert len({form["MediaUrl0"] for form in forms}) == 5
    assert all(form["MessageSid"].startswith("MM") for form in forms)


@pytest.mark.parametrize(
    ("fragment", "failing", "attempts"),
    [
        ("", 503, 1),
        ("", None, 1),
        ("#rc=5&rp=all", 503, 6),
        ("#rc=5&rp=all", 404, 6),
        ("#rc=5&rp=all", None, 6),
        ("#rc=2&rp=5xx", 404, 1),
        ("#rc=2&rp=4xx,rt", 404, 3),
        ("#rc=2&rp=4xx,rt", None, 3),
        ("#rc=0&rp=all", 503, 1),
    ],
)
async def test_what_fails_is_tried_again_as_the_address_says(
    twilio: TwilioDouble, ours: Ours, fragment: str, failing: int | None, attempts: int
) -> None:
    """Without a status, the answer never comes."""
    if failing is None:
        fragment = f"{fragment or '#'}&rt=50"
    twilio.tells(f"{ours.url}/in{fragment}")
    ours.answers = lambda _path: web.Response(status=failing) if failing else None
    ours.is_silent = failing is None

    sid = await twilio.sms(HANNAH).says("hello")
    await twilio.settles()

    assert [attempt.number for attempt in twilio.attempts] == list(range(1, attempts + 1))
    assert {attempt.token for attempt in twilio.attempts} == {ours.heard[0][2]["I-Twilio-Idempotency-Token"]}
    assert {attempt.failure for attempt in twilio.attempts} == {f"{failing // 100}xx" if failing else "rt"}
    assert [(alert.code, alert.sid) for alert in twilio.alerts] == [(11200, sid)]


async def test_without_a_connection_it_is_tried_once_more_and_then_at_the_fallback(
    twilio: TwilioDouble, ours: Ours
) -> None:
    twilio.tells("http://127.0.0.1:9/gone", fallback=f"{ours.url}/fallback")

    await twilio.sms(HANNAH).says("hello")
    await twilio.settles()

    assert [(attempt.failure, attempt.is_fallback) for attempt in twilio.attempts] == [
        ("ct", False),
        ("ct", False),
        ("", True),
    ]
    ((_, fields, headers),) = ours.heard
    form = dict(fields)
    assert (form["Body"], form["ErrorCode"], form["ErrorUrl"]) == ("hello", "11205", "http://127.0.0.1:9/gone")
    assert headers["X-Twilio-Signature"] == sign(twilio.token, f"{ours.url}/fallback", fields)
    assert not twilio.alerts


async def test_a_public_address_is_signed_as_it_stands_and_never_left_for(twilio: TwilioDouble, ours: Ours) -> None:
    twilio.leads("https://book.example", to=ours.url)
    twilio.tells("https://book.example/in?x=%2F#rc=1", fallback="https://elsewhere.example/in")
    await twilio.sms(HANNAH).says("hello")
    await twilio.settles()
    ((path, fields, headers),) = ours.heard
    assert path == "/in?x=%2F"
    assert headers["X-Twilio-Signature"] == sign(twilio.token, "https://book.example/in?x=%2F", fields)

    ours.answers = lambda _path: web.Response(status=500)
    await twilio.sms(HANNAH).says("again")
    await twilio.settles()
    assert [attempt.failure for attempt in twilio.attempts] == ["", "5xx", "ct", "ct"]


async def test_an_address_with_impossible_overrides_is_named_in_the_debugger(twilio: TwilioDouble, ours: Ours) -> None:
    twilio.tells(f"{ours.url}/in#rc=9&rp=sometimes")
    await twilio.sms(HANNAH).says("hello")
    await twilio.settles()
    assert [alert.code for alert in twilio.alerts] == [11242]
    assert len(ours.forms("/in")) == 1


async def test_what_an_outage_swallows_is_only_in_the_list_each_once(
    twilio: TwilioDouble, api: Api, ours: Ours
) -> None:
    people = [twilio.sms(f"+4477009{number:05d}") for number in range(100)]
    twilio.tells(f"{ours.url}/in#rc=5&rp=all", fallback=f"{ours.url}/in")
    twilio.webhooks_fail(minutes=60, status=503)
    sent = []
    for number in range(1000):
        twilio.time_passes(3.59)
        sent.append(await people[number % 100].says(f"note {number}"))
    await twilio.settles()
    assert not ours.heard
    assert len(twilio.alerts) == 1000

    twilio.time_passes(600)
    await people[0].says("over")
    await twilio.settles()
    assert [form["Body"] for form in ours.forms("/in")] == ["over"]

    found: list[str] = []
    path: str | None = "/Messages.json?To=%2B447700900900&DateSent%3E=2026-11-27&PageSize=300"
    while path is not None:
        _, page = await api("GET", path)
        # Somebody writes while we read: nothing moves to another page.
        await people[1].says("meanwhile")
        found += [message["sid"] for message in page["messages"]]
        path = page["next_page_uri"]
    assert found[1:] == sent[::-1]


async def test_webhooks_come_late_in_another_order_and_again(twilio: TwilioDouble, ours: Ours) -> None:
    hannah = twilio.sms(HANNAH)
    twilio.holds_webhooks()
    first = await hannah.says("first")
    await hannah.says("second")
    twilio.releases_webhooks(reversed)
    await twilio.settles()
    twilio.tells_again(first)
    await twilio.settles()

    assert [form["Body"] for form in ours.forms("/in")] == ["second", "first", "first"]
    assert ours.heard[1] == ours.heard[2]


async def test_texts_of_one_person_are_told_in_order_and_hold_up_nobody_else(twilio: TwilioDouble, ours: Ours) -> None:
    gate = asyncio.Event()
    ours.gates[HANNAH] = gate
    for number in range(5):
        await twilio.sms(HANNAH).says(f"Hannah {number}")
    await twilio.sms("+447700900124").says("Priya")
    await twilio.waits_for(lambda: len(twilio.attempts) == 1)
    assert [form["Body"] for form in ours.forms("/in")] == ["Hannah 0", "Priya"]
    gate.set()
    await twilio.settles()
    assert [form["Body"] for form in ours.forms("/in")[2:]] == [f"Hannah {number}" for number in range(1, 5)]


# -- carrier words


@pytest.mark.parametrize("word", ["STOP", " stop ", "Cancel", "end", "QUIT", "revoke", "OptOut"])
async def test_a_carrier_word_keeps_us_from_texting_until_start(
    twilio: TwilioDouble, api: Api, ours: Ours, word: str
) -> None:
    hannah = twilio.sms(HANNAH)
    await hannah.says("please stop sending so many")
    await hannah.says("yes")
    assert [message.author for message in hannah.messages] == ["them", "them"]
    assert not twilio.telephone(HANNAH).has_stopped

    await hannah.says(word)
    await hannah.says("Ella has a cold")
    status, refused = await api.sends(HANNAH)
    assert (status, refused["code"]) == (400, 21610)
    assert refused["more_info"] == "https://www.twilio.com/docs/errors/21610"
    assert hannah.has_stopped
    assert hannah.messages[3].author == "twilio"
    await twilio.settles()
    assert [form["Body"] for form in ours.forms("/in")][2:] == [word, "Ella has a cold"]
    assert "OptOutType" not in ours.forms("/in")[2]

    await hannah.says("start")
    assert (await api.sends(HANNAH))[0] == 201
    await twilio.whatsapp(HANNAH).says("STOP")
    assert not twilio.whatsapp(HANNAH).has_stopped


async def test_with_advanced_opt_out_the_word_is_named_in_the_form(ours: Ours) -> None:
    async with TwilioDouble(service=f"MG{1:032x}", advanced_opt_out=True) as twilio:
        twilio.tells(f"{ours.url}/in")
        for words in ("stop", "unstop", "help", "fine"):
            await twilio.sms(HANNAH).says(words)
        await twilio.settles()
    assert [form.get("OptOutType") for form in ours.forms("/in")] == ["STOP", "START", "HELP", None]
    assert {form["MessagingServiceSid"] for form in ours.forms("/in")} == {f"MG{1:032x}"}


# -- going out


async def test_a_text_goes_out_and_is_reported_after_the_answer(twilio: TwilioDouble, api: Api, ours: Ours) -> None:
    hannah = twilio.sms(HANNAH)

    status, made = await api.sends(HANNAH, "✓ Ella · sleep", StatusCallback=f"{ours.url}/status?delivery=7#rc=5&rp=all")
    assert (status, made["status"], made["direction"], made["date_sent"]) == (201, "queued", "outbound-api", None)
    await twilio.settles()

    assert hannah.texts == ["✓ Ella · sleep"]
    assert ours.statuses(made["sid"]) == ["sent", "delivered"]
    path, fields, headers = ours.heard[0]
    assert path == "/status?delivery=7"
    assert headers["X-Twilio-Signature"] == sign(twilio.token, f"{ours.url}/status?delivery=7", fields)
    assert "ErrorCode" not in dict(fields)
    (call,) = twilio.calls("messages.create", to=hannah)
    assert (call.accepted, call.status, call.answer["sid"]) == (True, 201, made["sid"])
    _, now = await api("GET", f"/Messages/{made['sid']}.json")
    assert (now["status"], now["body"]) == ("delivered", "✓ Ella · sleep")
    assert (made["price"], now["price"]) == (None, "-0.04630")
    assert now["date_sent"] == "Fri, 27 Nov 2026 12:00:00 +0000"


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
    given_up = asyncio.create_task(api.sends(HANNAH, "two"))
    await twilio.waits_for(lambda: len(twilio.calls("messages.create")) == 2)
    given_up.cancel()
    with pytest.raises(aiohttp.ClientError):
        await api.sends(HANNAH, "three")
    await twilio.settles()

    _, listed = await api("GET", "/Messages.json", params={"To": HANNAH})
    assert [each["body"] for each in listed["messages"]] == ["two", "one"]
    assert [call.accepted for call in twilio.calls("messages.create")] == [True, True, False]
    assert ours.statuses(listed["messages"][1]["sid"]) == ["delivered", "sent", "sending"]
    assert hannah.texts == ["one", "two"]


async def test_a_new_message_may_be_in_no_list_yet(ours: Ours) -> None:
    async with TwilioDouble(now=lambda: START, listed_after=30.0) as twilio, session_of(twilio) as session:
        api = Api(twilio, session)
        _, made = await api.sends(HANNAH)
        lists = []
        for seconds in (0, 29, 1):
            twilio.time_passes(seconds)
            _, page = await api("GET", "/Messages.json")
            lists.append([each["sid"] for each in page["messages"]])
        assert lists == [[], [], [made["sid"]]]


@pytest.mark.parametrize(
    ("reports", "words"),
    [
        (Reports.none(), []),
        (Reports.only_sent(), ["sent"]),
        (Reports.twice(), ["sent", "sent", "delivered", "delivered"]),
        (Reports.backwards(), ["delivered", "sent", "sending"]),
        (Reports.strange(), ["sent", "teleported", "delivered"]),
        (Reports.lost(30003), ["sent", "undelivered"]),
        (Reports.lost(30001, status="failed"), ["sent", "failed"]),
        (Reports.of("delivered"), ["delivered"]),
    ],
)
async def test_reports_come_as_they_are_planned(
    twilio: TwilioDouble, api: Api, ours: Ours, reports: Reports, words: list[str]
) -> None:
    twilio.plan_reports(reports, to=HANNAH)
    hannah = twilio.sms(HANNAH)

    _, made = await api.sends(HANNAH, StatusCallback=f"{ours.url}/status")
    await twilio.settles()

    assert ours.statuses(made["sid"]) == words
    assert hannah.texts == ([] if reports.code else ["hello"])
    _, now = await api("GET", f"/Messages/{made['sid']}.json")
    assert (now["status"], now["error_code"]) == (words[-1] if reports.code else "delivered", reports.code)
    if reports.code:
        assert ours.forms("/status")[-1]["ErrorCode"] == str(reports.code)


async def test_reports_may_come_before_the_answer_and_for_messages_nobody_knows(
    twilio: TwilioDouble, api: Api, ours: Ours
) -> None:
    twilio.plan_reports(Reports.before_the_answer())

    _, made = await api.sends(HANNAH, StatusCallback=f"{ours.url}/status")
    assert ours.statuses(made["sid"]) == ["sent", "delivered"]
    await twilio.settles()
    assert ours.statuses(made["sid"]) == ["sent", "delivered"]

    twilio.reports(f"SM{7:032x}", "delivered", url=f"{ours.url}/status")
    twilio.reports(made["sid"], "failed", code=30008)
    await twilio.settles()
    assert ours.statuses(f"SM{7:032x}") == ["delivered"]
    assert ours.forms("/status")[-1]["ErrorCode"] == "30008"


async def test_reports_at_random_are_the_same_for_the_same_seed(ours: Ours) -> None:
    chances = [(0.3, Reports.twice()), (0.3, Reports.backwards())]
    runs = []
    for _ in range(2):
        async with TwilioDouble() as twilio, session_of(twilio) as session:
            api = Api(twilio, session)
            twilio.plan_reports_at_random(chances, seed=5)
            sids = [(await api.sends(HANNAH, StatusCallback=f"{ours.url}/status"))[1]["sid"] for _ in range(8)]
            await twilio.settles()
        runs.append([ours.statuses(sid) for sid in sids])
        ours.heard.clear()
    assert runs[0] == runs[1]
    assert len({tuple(words) for words in runs[0]}) == 3


async def test_a_telephone_that_is_off_gets_what_is_still_good_when_it_is_back(
    twilio: TwilioDouble, api: Api, ours: Ours
) -> None:
    hannah = twilio.sms(HANNAH)
    hannah.switches_off()
    _, urgent = await api.sends(HANNAH, "ring now", ValidityPeriod="14400", StatusCallback=f"{ours.url}/status")
    _, other = await api.sends(HANNAH, "a nap", StatusCallback=f"{ours.url}/status")
    await twilio.settles()
    assert hannah.texts == []

    twilio.time_passes(5 * HOUR)
    hannah.switches_on()
    await twilio.settles()
    assert hannah.texts == ["a nap"]
    assert ours.statuses(urgent["sid"]) == ["sent", "undelivered"]
    assert ours.statuses(other["sid"]) == ["sent", "delivered"]

    hannah.fails_with = 30006
    _, lost = await api.sends(HANNAH, StatusCallback=f"{ours.url}/status")
    await twilio.settles()
    assert ours.statuses(lost["sid"]) == ["sent", "undelivered"]
    assert twilio.message(lost["sid"]).error_code == 30006


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("é£@" * 53, 1),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 10, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("“" * 70, 1),
        ("“" * 71, 2),
        ("🦷" * 35, 1),
        ("🦷" * 36, 2),
        ("🦷" * 67, 3),
    ],
)
def test_segments_are_counted_as_the_networks_do(text: str, segments: int) -> None:
    assert count_segments(text) == segments


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"To": ""}, 21604),
        ({"To": "07700 900123"}, 21211),
        ({"To": "+447700900900"}, 21266),
        ({"From": ""}, 21603),
        ({"From": "+447700900777"}, 21606),
        ({"From": "whatsapp:+447700900901"}, 21910),
        ({"To": f"whatsapp:{HANNAH}", "From": "whatsapp:+447700900777"}, 63007),
        ({"Body": ""}, 21602),
        ({"Body": "a" * 1601}, 21617),
        ({"Body": "🦷" * 801}, 21617),
        ({"StatusCallback": "ftp://book.example/"}, 21609),
        ({"StatusCallback": "https://our_book.example/"}, 21609),
        ({"ValidityPeriod": "36001"}, 20001),
        ({"MessagingServiceSid": f"MG{9:032x}"}, 20404),
        ({"ContentSid": f"HX{9:032x}"}, 21655),
        ({"MediaUrl": "file:///etc/passwd"}, 21620),
    ],
)
async def test_what_twilio_would_not_take_is_refused_under_its_number(
    twilio: TwilioDouble, api: Api, form: dict[str, str], code: int
) -> None:
    given = {"To": HANNAH, "From": "+447700900900", "Body": "hello"} | form
    status, refused = await api("POST", "/Messages.json", data={name: each for name, each in given.items() if each})
    assert (status, refused["code"], refused["status"]) == (REFUSALS[code][0], code, REFUSALS[code][0])
    assert refused["message"]
    assert twilio.messages == []
    assert [call.accepted for call in twilio.calls()] == [False]


# -- WhatsApp


async def test_words_of_our_own_arrive_within_a_day_of_hers_and_templates_always(
    twilio: TwilioDouble, api: Api, ours: Ours
) -> None:
    hannah = twilio.whatsapp(HANNAH)
    callback = {"StatusCallback": f"{ours.url}/status"}
    _, early = await api.sends(hannah.address, "before she wrote", **callback)
    await hannah.says("hello")
    _, inside = await api.sends(hannah.address, "inside", **callback)
    await twilio.settles()
    twilio.time_passes(24 * HOUR)
    _, late = await api.sends(hannah.address, "too late", **callback)
    approved, pending = await api.template(), await api.template(status="pending")
    _, refused = await api.sends(hannah.address, "", ContentSid=pending, **callback)
    await api.sends(hannah.address, "not shown", ContentSid=approved, ContentVariables='{"2": "9"}', **callback)
    _, nobody = await api.sends("whatsapp:+447700900555", **callback)
    await twilio.settles()

    assert hannah.texts == ["inside", "Today's page from Sunshine is ready."]
    codes = [twilio.message(made["sid"]).error_code for made in (early, inside, late, refused, nobody)]
    assert codes == [63016, None, 63016, 63016, 63003]
    assert ours.statuses(late["sid"]) == ["undelivered"]
    report = next(form for form in ours.forms("/status") if form["MessageSid"] == late["sid"])
    assert (report["ErrorCode"], report["ChannelPrefix"], report["EventType"]) == ("63016", "whatsapp", "UNDELIVERED")

    hannah.reads()
    await twilio.settles()
    assert ours.statuses(inside["sid"]) == ["sent", "delivered", "read"]


async def test_a_template_is_made_submitted_decided_and_filled_in(twilio: TwilioDouble, api: Api) -> None:
    status, made = await api("POST", "/v1/Content", json=TEMPLATE)
    assert (status, made["types"]) == (201, TEMPLATE["types"])
    path = f"/v1/Content/{made['sid']}"
    assert (await api("GET", path))[1] == made
    assert (await api("GET", "/v1/Content"))[1]["contents"] == [made]
    approval = (await api("GET", f"{path}/ApprovalRequests"))[1]["whatsapp"]
    assert approval["status"] == "unsubmitted"

    wrong = {"name": "Page Ready", "category": "UTILITY"}
    assert (await api("POST", f"{path}/ApprovalRequests/whatsapp", json=wrong))[0] == 400
    right = {"name": "page_ready", "category": "UTILITY"}
    status, submitted = await api("POST", f"{path}/ApprovalRequests/whatsapp", json=right)
    assert (status, submitted["status"], submitted["content_type"]) == (201, "received", "twilio/quick-reply")
    twilio.decides(made["sid"], "rejected", reason="too vague")
    approval = (await api("GET", f"{path}/ApprovalRequests"))[1]["whatsapp"]
    assert (approval["status"], approval["rejection_reason"]) == ("rejected", "too vague")

    for variables, code in (("{", 21656), ('{"1": 7}', 21656), (json.dumps({"1": "a" * 1601}), 21658)):
        _, refused = await api.sends(HANNAH, "", ContentSid=made["sid"], ContentVariables=variables)
        assert refused["code"] == code
    for foolish in ({}, TEMPLATE | {"types": {"sms/text": {}}}, TEMPLATE | {"types": {}}):
        assert (await api("POST", "/v1/Content", json=foolish))[0] == 400
    assert (await api("DELETE", path))[0] == 204
    assert (await api("GET", path))[0] == 404


async def test_a_picture_of_ours_is_read_where_it_lies_and_by_text_becomes_a_link(
    twilio: TwilioDouble, api: Api, ours: Ours
) -> None:
    ours.files = {
        "/ok": ("image/jpeg", b"picture"),
        "/big": ("image/png", b"0" * 5_000_001),
        "/odd": ("text/html", b""),
    }
    hannah = twilio.whatsapp(HANNAH)
    await hannah.says("hello")
    sent = [
        (await api.sends(hannah.address, "", MediaUrl=f"{ours.url}/{name}"))[1] for name in ("ok", "big", "odd", "gone")
    ]
    await api.sends(HANNAH, "look", MediaUrl=f"{ours.url}/ok")
    _, refused = await api(
        "POST",
        "/Messages.json",
        data=aiohttp.FormData(
            [("To", hannah.address), ("From", twilio.sender.address)] + [("MediaUrl", f"{ours.url}/ok")] * 2
        ),
    )
    await twilio.settles()

    assert [twilio.message(made["sid"]).error_code for made in sent] == [None, 63019, 63021, 63019]
    assert [picture.content for shown in hannah.from_us for picture in shown.media] == [b"picture"]
    assert refused["code"] == 21623
    _, listed = await api("GET", "/Messages.json", params={"To": HANNAH})
    assert listed["messages"][0]["body"] == f"look\n{ours.url}/ok"


# -- media that came in


async def test_a_file_is_read_at_a_second_host_that_wants_no_credentials(
    twilio: TwilioDouble, api: Api, ours: Ours
) -> None:
    twilio.takes_for_media(4.0)
    sid = await twilio.whatsapp(HANNAH).sends_photo(b"jpeg", caption="painting", content_type="image/png")
    await twilio.settles()
    given = urlsplit(ours.forms("/in")[0]["MediaUrl0"])
    assert given.netloc == "api.twilio.com"
    path = given.path
    assert (await api("GET", path))[1]["code"] == 20404
    assert (await api("GET", f"/Messages/{sid}/Media.json"))[1]["media_list"] == []
    twilio.time_passes(4.0)

    (listed,) = (await api("GET", f"/Messages/{sid}/Media.json"))[1]["media_list"]
    assert (listed["content_type"], f"{path}.json") == ("image/png", listed["uri"])
    assert (await api("GET", f"{path}.json"))[1] == listed
    async with api.session.get(twilio.url + path, allow_redirects=False) as answer:
        assert answer.status == 307
        link = answer.headers["Location"]
    assert link.startswith(twilio.files_url)
    assert not link.startswith(twilio.url)
    async with aiohttp.ClientSession() as stranger:
        async with stranger.get(twilio.url + path) as answer:
            assert answer.status == 401
        async with stranger.get(link) as answer:
            assert (answer.status, await answer.read(), answer.content_type) == (200, b"jpeg", "image/png")
        async with stranger.get(link.replace("Signature=", "Signature=0")) as answer:
            assert answer.status == 403
        assert not twilio.breaches
        async with api.session.get(link) as answer:
            assert answer.status == 400
        assert len(twilio.breaches) == 1
        twilio.time_passes(4 * HOUR + 1)
        async with stranger.get(link) as answer:
            assert answer.status == 403
        assert (await api("DELETE", f"{path}.json"))[0] == 204
        assert (await api("GET", path))[0] == 404


# -- the list, and what is taken away


async def test_the_list_is_newest_first_and_filtered_by_person_and_by_day(twilio: TwilioDouble, api: Api) -> None:
    for hours in (0, 13, 24):
        twilio.time_passes(hours * HOUR - (twilio.now() - START))
        await twilio.sms(HANNAH).says(f"after {hours}")
    await api.sends(HANNAH, "to her")
    await twilio.settles()

    async def bodies(**filters: str) -> list[str]:
        _, page = await api("GET", "/Messages.json", params=filters)
        return [message["body"] for message in page["messages"]]

    assert await bodies() == ["to her", "after 24", "after 13", "after 0"]
    assert await bodies(From=HANNAH) == ["after 24", "after 13", "after 0"]
    assert await bodies(To=HANNAH) == ["to her"]
    assert await bodies(To="+447700900999") == []
    assert await bodies(DateSent="2026-11-27") == ["after 0"]
    assert await bodies(**{"DateSent>": "2026-11-28T23:00:00Z"}) == ["to her", "after 24", "after 13"]
    assert await bodies(**{"DateSent<": "Fri, 27 Nov 2026 00:00:00 -0000"}) == ["after 0"]
    assert await bodies(**{"DateSent>": "2026-11-27", "DateSent<": "2026-11-27"}) == ["after 0"]
    assert (await api("GET", "/Messages.json?DateSent=yesterday"))[0] == 400
    assert await bodies(PageSize="1", Page="1") == ["after 24"]


async def test_a_message_is_emptied_then_deleted_and_not_before_it_has_left(twilio: TwilioDouble, api: Api) -> None:
    sid = await twilio.sms(HANNAH).says("Ella was sick")
    path = f"/Messages/{sid}.json"
    status, emptied = await api("POST", path, data={"Body": ""})
    assert (status, emptied["body"]) == (200, "")
    assert (await api("POST", path, data={"Body": "something else"}))[0] == 400
    assert (await api("POST", path, data={"Status": "canceled"}))[0] == 400
    twilio.message(sid).status = "sending"
    assert (await api("DELETE", path))[1]["code"] == 20009
    twilio.message(sid).status = "received"
    assert (await api("DELETE", path))[0] == 204
    assert [(await api(verb, path))[0] for verb in ("GET", "POST", "DELETE")] == [404, 404, 404]
    assert twilio.messages == []


# -- numbers and senders


async def test_where_messages_are_told_is_asked_and_set_by_calls(twilio: TwilioDouble, api: Api, ours: Ours) -> None:
    _, page = await api("GET", "/IncomingPhoneNumbers.json", params={"PhoneNumber": "+447700900900"})
    (number,) = page["incoming_phone_numbers"]
    assert number["sms_url"] == f"{ours.url}/in"
    assert number["capabilities"]["sms"] is True
    assert (await api("GET", "/IncomingPhoneNumbers.json?PhoneNumber=%2B1"))[1]["incoming_phone_numbers"] == []
    path = f"/IncomingPhoneNumbers/{number['sid']}.json"
    address = f"{ours.url}/texts#rc=5&rp=all"
    form = {"SmsUrl": address, "SmsMethod": "GET", "SmsFallbackUrl": address, "SmsFallbackMethod": "POST"}
    _, changed = await api("POST", path, data=form)
    assert (changed["sms_url"], changed["sms_method"], changed["sms_fallback_url"]) == (address, "GET", address)
    assert (await api("GET", path))[1] == changed
    assert (await api("POST", path, data={"SmsUrl": "book.example"}))[1]["code"] == 21502
    assert (await api("POST", path, data={"SmsMethod": "PUT"}))[0] == 400
    await twilio.sms(HANNAH).says("asked with GET")
    await twilio.settles()
    ((asked, _, headers),) = ours.heard
    assert ("Body", "asked with GET") in parse_qsl(urlsplit(asked).query, keep_blank_values=True)
    assert headers["X-Twilio-Signature"] == sign(twilio.token, ours.url + asked)

    (sender,) = (await api("GET", "/v2/Channels/Senders?Channel=whatsapp"))[1]["senders"]
    assert sender["sender_id"] == "whatsapp:+447700900901"
    path = f"/v2/Channels/Senders/{sender['sid']}"
    webhook = {"callback_url": f"{ours.url}/chats", "status_callback_url": f"{ours.url}/status"}
    status, changed = await api("POST", path, json={"webhook": webhook})
    assert (status, changed["webhook"]["callback_url"]) == (202, f"{ours.url}/chats")
    assert (await api("GET", path))[1] == changed
    hannah = twilio.whatsapp(HANNAH)
    await hannah.says("hello")
    _, made = await api.sends(hannah.address)
    await twilio.settles()
    assert len(ours.forms("/chats")) == 1
    assert ours.statuses(made["sid"]) == ["sent", "delivered"]


# -- credentials and faults


async def test_only_the_account_is_answered_and_only_about_itself(twilio: TwilioDouble, api: Api) -> None:
    wrong = {"Authorization": aiohttp.encode_basic_auth(twilio.account_sid, "another")}
    async with aiohttp.ClientSession() as session:
        for headers in ({}, wrong, {"Authorization": "Basic !"}, {"Authorization": "Bearer abc"}):
            url = f"{twilio.url}{api.account}/Messages.json"
            async with session.get(url, headers=headers) as answer:
                assert (answer.status, (await answer.json())["code"]) == (401, 20003)
                assert "Basic" in answer.headers["WWW-Authenticate"]
    assert await api("GET", f"/2010-04-01/Accounts/AC{1:032x}/Messages.json") == (
        404,
        {
            "code": 20404,
            "message": "The requested resource was not found: "
            f"The requested resource /2010-04-01/Accounts/AC{1:032x}/Messages.json was not found",
            "more_info": "https://www.twilio.com/docs/errors/20404",
            "status": 404,
        },
    )
    assert (await api("PUT", "/Messages.json"))[0] == 405
    assert (await api("GET", "/Calls.json"))[0] == 404
    assert (await api("POST", "/v1/Content", data=b"{", headers={"Content-Type": JSON}))[0] == 400
    assert (await api("POST", "/Messages.json", data=b"Body=%FF"))[0] == 400
    assert twilio.calls() == []


async def test_each_fault_shows_as_its_name_says_and_takes_effect_or_not(twilio: TwilioDouble, api: Api) -> None:
    faults = [
        (Fault.refused(21610), 400, 21610),
        (Fault.refused(21611), 429, 21611),
        (Fault.flood(7), 429, 20429),
        (Fault.unauthorised(), 401, 20003),
        (Fault.internal_error(accepted=True), 500, 20500),
    ]
    for fault, status, code in faults:
        twilio.plan(fault, on="messages.create")
        answered, refused = await api.sends(HANNAH, fault.name)
        assert (answered, refused["code"]) == (status, code)
    twilio.plan(Fault.flood(7))
    async with api.session.get(f"{twilio.url}{api.account}/Messages.json") as answer:
        assert answer.headers["Retry-After"] == "7"

    twilio.plan(Fault.server_error(502, accepted=True), on="messages.create")
    twilio.plan(Fault.garbage(), on="messages.create")
    form = {"To": HANNAH, "From": twilio.number.number}
    for status, kind in ((502, "text/html"), (201, JSON)):
        async with api.session.post(f"{twilio.url}{api.account}/Messages.json", data=form | {"Body": kind}) as answer:
            assert (answer.status, answer.content_type) == (status, kind)
            with pytest.raises((aiohttp.ContentTypeError, ValueError)):
                await answer.json()
    twilio.plan(Fault.half(), on="messages.create")
    with pytest.raises(aiohttp.ClientPayloadError):
        await api.sends(HANNAH, "half")
    slow = twilio.plan(Fault.slow(accepted=False), on="messages.create")
    waiting = asyncio.create_task(api.sends(HANNAH, "slow"))
    await twilio.waits_for(lambda: slow.hits)
    before = len(twilio.messages)
    slow.release()
    assert (await waiting)[0] == 201
    await twilio.settles()

    assert len(twilio.messages) == before + 1
    assert [message.body for message in twilio.messages] == [
        "internal_error",
        "text/html",
        "application/json",
        "half",
        "slow",
    ]
    assert [call.outcome for call in twilio.calls("messages.create")][:3] == ["refused_21610", "refused_21611", "flood"]
    assert twilio.counts()["messages.create"] == {"calls": 9, "accepted": 5}
    with pytest.raises(ValueError, match="no method"):
        twilio.plan(Fault.flood(), on="sendMessage")


async def test_faults_at_random_are_the_same_for_the_same_seed(twilio: TwilioDouble, api: Api) -> None:
    outcomes = []
    for _ in range(2):
        thrown = twilio.plan_at_random([(0.5, Fault.flood())], seed=3, on=["messages.create"], to=HANNAH)
        outcomes.append([(await api.sends(HANNAH))[0] for _ in range(8)])
        assert (await api.sends("+447700900124"))[0] == 201
        thrown.cancel()
    assert outcomes[0] == outcomes[1]
    assert set(outcomes[0]) == {201, 429}


async def test_while_it_is_down_nothing_connects_and_afterwards_it_knows_everything(
    twilio: TwilioDouble, api: Api, ours: Ours
) -> None:
    await api.sends(HANNAH, "before")
    twilio.plan(Fault.silence(), on="messages.create")
    hanging = asyncio.create_task(api.sends(HANNAH, "cut short"))
    await twilio.waits_for(lambda: len(twilio.calls("messages.create")) == 2)
    await twilio.goes_down()
    with pytest.raises(aiohttp.ClientError):
        await hanging
    with pytest.raises(aiohttp.ClientConnectorError):
        await api.sends(HANNAH, "unsent")

    await twilio.comes_up()
    _, listed = await api("GET", "/Messages.json")
    assert [message["body"] for message in listed["messages"]] == ["before"]


# -- the published schemas


def schema(name: str) -> Json:
    if not (SPECS / name).exists():
        pytest.skip("Twilio's published schemas are not beside this project, so nothing is held against them")
    parsed: Json = json.loads((SPECS / name).read_text(encoding="utf-8"))
    return parsed


def wrong_with(value: Any, shape: Json, published: Json, path: str) -> list[str]:
    """Every way in which a value is not of a shape of the schema; of an object, names too many or missing."""
    if "$ref" in shape:
        shape = published["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
    if value is None:
        return []
    kind = shape.get("type")
    python = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}.get(str(kind), object)
    if not isinstance(value, python):
        return [f"{path}: {value!r} is no {kind}"]
    if "enum" in shape and value not in shape["enum"]:
        return [f"{path}: {value!r} is none of {shape['enum']}"]
    if isinstance(value, list):
        return [wrong for each in value for wrong in wrong_with(each, shape["items"], published, f"{path}[]")]
    if not isinstance(value, dict) or "properties" not in shape:
        return []
    properties = shape["properties"]
    wrong = [f"{path}: {name} is not published" for name in value.keys() - properties.keys()]
    if kind == "object" and "capabilities" not in path:
        wrong += [f"{path}: {name} is missing" for name in properties.keys() - value.keys()]
    for name in value.keys() & properties.keys():
        wrong += wrong_with(value[name], properties[name], published, f"{path}.{name}")
    return wrong


async def test_every_answer_has_the_shape_the_schemas_publish(twilio: TwilioDouble, api: Api, ours: Ours) -> None:
    main, content = schema("twilio_api_v2010.json"), schema("twilio_content_v1.json")
    sid = await twilio.whatsapp(HANNAH).sends_photo(b"jpeg")
    _, made = await api.sends(HANNAH, StatusCallback=f"{ours.url}/status")
    await twilio.settles()
    media = next(iter(twilio.message(sid).media))
    template = await api.template()
    number = twilio.number.sid
    root = "/2010-04-01/Accounts/{AccountSid}"
    calls = [
        ("GET", f"{api.account}.json", "/2010-04-01/Accounts/{Sid}.json", main),
        ("GET", "/Messages.json", f"{root}/Messages.json", main),
        ("GET", f"/Messages/{made['sid']}.json", f"{root}/Messages/{{Sid}}.json", main),
        ("POST", f"/Messages/{made['sid']}.json", f"{root}/Messages/{{Sid}}.json", main),
        ("POST", "/Messages.json", f"{root}/Messages.json", main),
        ("GET", f"/Messages/{sid}/Media.json", f"{root}/Messages/{{MessageSid}}/Media.json", main),
        ("GET", f"/Messages/{sid}/Media/{media}.json", f"{root}/Messages/{{MessageSid}}/Media/{{Sid}}.json", main),
        ("GET", "/IncomingPhoneNumbers.json", f"{root}/IncomingPhoneNumbers.json", main),
        ("GET", f"/IncomingPhoneNumbers/{number}.json", f"{root}/IncomingPhoneNumbers/{{Sid}}.json", main),
        ("POST", f"/IncomingPhoneNumbers/{number}.json", f"{root}/IncomingPhoneNumbers/{{Sid}}.json", main),
        ("GET", "/v1/Content", "/v1/Content", content),
        ("GET", f"/v1/Content/{template}", "/v1/Content/{Sid}", content),
        ("GET", f"/v1/Content/{template}/ApprovalRequests", "/v1/Content/{Sid}/ApprovalRequests", content),
    ]
    wrong = []
    for verb, path, published, document in calls:
        form = {"To": HANNAH, "From": twilio.number.number, "Body": "hello"} if path == "/Messages.json" else {}
        status, answer = await api(verb, path, **({"data": form} if verb == "POST" else {}))
        response = document["paths"][published][verb.lower()]["responses"][str(status)]
        wrong += wrong_with(answer, response["content"][JSON]["schema"], document, f"{verb} {published}")
    assert wrong == []
    asked = {call.method for call in twilio.calls()}
    assert CALLS.keys() - asked == {
        *("messages.delete", "media.delete", "media.download", "content.delete"),
        *("senders.list", "senders.fetch", "senders.update"),
    }


# -- a process of its own


async def test_as_a_process_it_takes_orders_and_writes_its_ledger_to_a_file(tmp_path: Path, ours: Ours) -> None:
    ledger = tmp_path / "ledger.jsonl"
    told = f"{ours.url}/in"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.doubles.twilio", "--token", "abc", "--tells", told, "--ledger", str(ledger)),
        cwd=PROJECT,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    word, url = (await process.stdout.readline()).decode().split()
    assert word == "ready"
    chat = f"whatsapp:{HANNAH}"
    async with aiohttp.ClientSession() as session:

        async def does(path: str, **order: Any) -> Json:
            async with session.post(f"{url}/control/{path}", json=order) as answer:
                return dict(await answer.json())

        async def looks(path: str) -> Json:
            async with session.get(f"{url}/control/{path}") as answer:
                return dict(await answer.json())

        photo = base64.b64encode(b"jpeg").decode()
        items: list[Json] = [
            {"from": HANNAH, "says": "one"},
            {"from": chat, "name": "Maya", "sends_photo": photo, "caption": "two"},
            {"from": chat, "sends_photos": [photo, photo], "order": [1, 0]},
            {"from": chat, "sends": {"MessageType": "location"}},
            {"from": HANNAH, "says": "STOP"},
            {"from": HANNAH, "fails_with": None},
        ]
        async with session.post(f"{url}/control/messages", json=items) as answer:
            results = (await answer.json())["results"]
        await looks("settled")
        await does("faults", fault="cut", accepted=True, on="messages.create", to=chat)
        await does("faults", reports="backwards", to=chat)
        account = "AC00000000000000000000000000000d0b"
        auth = {"Authorization": aiohttp.encode_basic_auth(account, "abc")}
        form = {"To": chat, "From": "whatsapp:+447700900901", "Body": "shown", "StatusCallback": f"{ours.url}/status"}
        with pytest.raises(aiohttp.ClientError):
            await session.post(f"{url}/2010-04-01/Accounts/{account}/Messages.json", data=form, headers=auth)
        shown = await looks(f"telephones/{chat}?shows=shown")
        await looks("settled")
        await does("reports", sid=shown["sid"], status="read")
        await looks("settled")
        await does("webhook", fails=60, status=500)
        await does("messages", **{"from": HANNAH, "says": "swallowed"})
        await looks("settled")
        assert (await does("time", passes=60))["now"] > 0
        calls = (await looks("ledger?method=messages.create"))["calls"]
        counted = (await looks("ledger?counts=1"))["counts"]
        texts = await looks(f"telephones/{HANNAH}")
        tried = await looks("attempts")
        assert "no fault" in (await does("faults", fault="weather"))["error"]
        assert "reports" in (await does("faults", reports="weather"))["error"]
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0

    assert len(results) == 6
    assert [form["Body"] for form in ours.forms("/in") if form["From"] == HANNAH] == ["one", "STOP"]
    assert ours.statuses(shown["sid"]) == ["delivered", "sent", "sending", "read"]
    assert texts["stopped"] is True
    assert [(call["outcome"], call["accepted"]) for call in calls] == [("cut_after", True)]
    assert counted == {"messages.create": {"calls": 1, "accepted": 1}}
    assert (tried["attempts"][-1]["failure"], tried["alerts"][-1]["code"]) == ("5xx", 11200)
    written = [json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines()]
    assert [(call["method"], call["outcome"]) for call in written] == [("messages.create", "cut_after")]


async def test_waiting_in_vain_names_the_last_calls(twilio: TwilioDouble, api: Api) -> None:
    await api("GET", "/Messages.json")
    with pytest.raises(AssertionError, match=r"messages\.list"):
        await twilio.waits_for(lambda: False, within=0.01)
