"""Twilio on loopback: real HTTP for the bot, the hands and eyes of people with telephones for the test.

It refuses to leave the machine and to wait for real time: a fault that never answers ends when the caller gives up,
a slow answer when the test releases it, and what Twilio would try again later is tried again at once.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import functools
import hashlib
import hmac
import json
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlencode

from aiohttp import web

from tests.doubles.plan import FaultPlan, Kind, Planned, Thrown
from tests.doubles.twilio.api import CALLS, PATHS, Empty, Redirect, TwilioApi
from tests.doubles.twilio.errors import Refusal, refuse
from tests.doubles.twilio.faults import Fault
from tests.doubles.twilio.ledger import Call, Ledger
from tests.doubles.twilio.records import Content, Media, Message, Number, Sender
from tests.doubles.twilio.reports import Reports
from tests.doubles.twilio.signing import sign
from tests.doubles.twilio.telephones import Telephone
from tests.doubles.twilio.webhooks import Alert, Attempt, Fields, Patience, Request, Webhooks
from tests.doubles.twilio.world import World
from tests.doubles.wire import break_off, proxy_page

Json = dict[str, Any]
Truth = TypeVar("Truth")

MEDIA_FILE = "media.file"
"""What the ledger calls the reading of a file at the second host."""
LINK_LASTS = 4 * 3600.0
"""Seconds for which a file can be read there."""

_JSON = "application/json"
_LARGEST_CALL = 1024 * 1024
_MORE_FIELDS = MappingProxyType({"ExternalUserId": "", "AddedWithoutNotice": "2027-v1"})


class TwilioDouble:
    """A server for one account. Use it as an asynchronous context manager; `url` is its address while it is open.

    `now` gives the seconds since 1970 by which everything is dated; `time_passes` moves them forward. The hosts of
    Twilio's several APIs are one here; media are read at a second one, `files_url`. `media_base` is what the form of
    an incoming message says their host is. `more_fields` go with every request to us, as Twilio adds fields
    without notice. With a `service` our numbers belong to it; with a `shared_key`, its name and secret, requests to
    us are signed by that instead of by the token.
    """

    def __init__(
        self,
        *,
        account_sid: str = "AC00000000000000000000000000000d0b",
        token: str = "a-token-of-the-double-0123456789",
        number: str = "+447700900900",
        whatsapp_number: str = "+447700900901",
        service: str | None = None,
        advanced_opt_out: bool = False,
        shared_key: tuple[str, str] | None = None,
        port: int = 0,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        ledger_file: Path | None = None,
        patience: Patience | None = None,
        media_base: str = "https://api.twilio.com",
        more_fields: Mapping[str, str] = _MORE_FIELDS,
        listed_after: float = 0.0,
        seed: int = 0,
    ) -> None:
        self.account_sid = account_sid
        self.token = token
        self.url = ""
        self.files_url = ""
        self._port = port
        self._files_port = 0
        self._clock = now
        self._passed = 0.0
        self._ledger = Ledger(monotonic=monotonic, file=ledger_file)
        self._faults: FaultPlan[Fault] = FaultPlan()
        self._webhooks = Webhooks(
            auth_token=token,
            shared_key=shared_key,
            patience=patience or Patience(),
            monotonic=monotonic,
            now=self.now,
            attempted=self._wake,
        )
        self._world = World(
            account=account_sid,
            now=self.now,
            webhooks=self._webhooks,
            changed=self._wake,
            seed=seed,
            media_base=media_base,
            service=service,
            advanced_opt_out=advanced_opt_out,
            more_fields=more_fields,
        )
        self.number: Number = self._world.add_number(number)
        """Our number for texts, and where they are told."""
        self.sender: Sender = self._world.add_sender(whatsapp_number)
        """Our WhatsApp sender, and where its messages are told."""
        self._api = TwilioApi(self._world, base=lambda: self.url, listed_after=listed_after)
        self._waiters: list[asyncio.Future[None]] = []
        self._hanging: set[asyncio.Future[None]] = set()
        self._leaving: set[asyncio.Task[None]] = set()
        self._runners: list[web.ServerRunner] = []
        self._other: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]] | None = None

    # -- opening and closing

    async def __aenter__(self) -> TwilioDouble:
        await self.comes_up()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End everything that hangs and give the ports back."""
        self._faults.clear()
        leaving = list(self._leaving)
        for task in leaving:
            task.cancel()
        await asyncio.gather(*leaving, return_exceptions=True)
        await self._webhooks.close()
        await self.goes_down()
        self._ledger.close()

    async def comes_up(self) -> None:
        """Listen, on the same ports as before if there were some."""
        self._port = await self._listen(self._serve, self._port)
        self._files_port = await self._listen(self._serve_file, self._files_port)
        self.url = f"http://127.0.0.1:{self._port}"
        self.files_url = f"http://127.0.0.1:{self._files_port}"

    async def goes_down(self) -> None:
        """Refuse connections until `comes_up`; what hangs is cut. Messages, telephones and the ledger stay."""
        for hanging in self._hanging:
            hanging.cancel()
        for runner in self._runners:
            await runner.cleanup()
        self._runners.clear()

    async def _listen(self, serve: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]], port: int) -> int:
        server = web.Server(
            serve,
            request_factory=functools.partial(_make_request, asyncio.get_running_loop()),
            handler_cancellation=True,
            access_log=None,
        )
        runner = web.ServerRunner(server, shutdown_timeout=0.5)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port, reuse_address=True).start()
        self._runners.append(runner)
        taken: int = runner.addresses[0][1]
        return taken

    def serves_also(self, other: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> None:
        """Answer every path that is none of Twilio's with this handler, for a control interface."""
        self._other = other

    # -- people

    def sms(self, number: str, name: str = "Hannah") -> Telephone:
        """Somebody's telephone for texts, made if new."""
        return self._world.telephone("sms", number, name)

    def whatsapp(self, number: str, name: str = "Hannah") -> Telephone:
        """Somebody's WhatsApp, made if new. `name` is her ProfileName."""
        return self._world.telephone("whatsapp", number, name)

    def telephone(self, address: str) -> Telephone:
        """A telephone known already. Raises KeyError otherwise."""
        return self._world.telephones[address]

    # -- what Twilio keeps

    @property
    def messages(self) -> list[Message]:
        """Every message not deleted, oldest first, those to us and those from us."""
        return list(self._world.messages.values())

    def message(self, sid: str) -> Message:
        """A message not deleted. Raises KeyError otherwise."""
        return self._world.messages[sid]

    @property
    def contents(self) -> list[Content]:
        """Every template, oldest first."""
        return list(self._world.contents.values())

    def decides(self, content_sid: str, status: str = "approved", *, reason: str = "") -> None:
        """WhatsApp says of a template that was submitted: approved, rejected, pending, paused, disabled."""
        self._world.contents[content_sid].approval |= {"status": status, "rejection_reason": reason}

    def takes_for_media(self, seconds: float) -> None:
        """From now on the files of a new message are not found for so long."""
        self._world.media_takes = seconds

    # -- webhooks

    def tells(self, url: str, *, fallback: str = "") -> None:
        """Have what comes in told here, by text and by WhatsApp."""
        self.number.sms_url, self.number.sms_fallback_url = url, fallback
        self.sender.callback_url, self.sender.fallback_url = url, fallback

    def leads(self, public: str, *, to: str) -> None:
        """Connect to loopback for every address that begins so. It is signed as it stands."""
        self._webhooks.routes[public] = to

    def tells_again(self, sid: str) -> None:
        """Tell us once more of what came in: the same words under the same token, signed alike."""
        self._world.tells_again(sid)

    def holds_webhooks(self) -> None:
        """Tell us nothing until `releases_webhooks`."""
        self._webhooks.hold()

    def releases_webhooks(self, order: Callable[[list[Request]], Iterable[Request]] = iter) -> None:
        """Tell us what was held, one after the other in this order."""
        self._webhooks.release(order)

    def webhooks_fail(self, *, minutes: float, status: int | None = None) -> None:
        """For so long by the server's clock we cannot be reached, or answer with this status, at every address."""
        self._webhooks.fail(minutes * 60, status)

    def form(self, sid: str) -> Fields:
        """The fields in which a message that came in was told."""
        return self._world.told_fields[sid]

    def sign(self, url: str, fields: Fields) -> str:
        """The signature of a form to an address of ours, as Twilio makes it."""
        return sign(self.token, url, fields)

    @property
    def attempts(self) -> Sequence[Attempt]:
        """Every attempt to tell us something, in the order in which they ended."""
        return self._webhooks.attempts

    @property
    def alerts(self) -> Sequence[Alert]:
        """What Twilio's debugger shows: requests given up, addresses that cannot be used."""
        return self._webhooks.alerts

    @property
    def is_quiet(self) -> bool:
        """Whether every message has left and everything was told that will be."""
        return not self._leaving and self._webhooks.are_done

    # -- reports

    def plan_reports(
        self, reports: Reports, *, to: Telephone | str | None = None, times: int | None = 1, after: int = 0
    ) -> Planned[Reports]:
        """Report `times` messages (None: no end) to somebody so, after passing over `after`."""
        planned = Planned(reports, on=None, whom=_address_of(to), times=times, after=after)
        self._world.reports.add(planned)
        return planned

    def plan_reports_at_random(self, chances: Sequence[tuple[float, Reports]], *, seed: int) -> Thrown[Reports]:
        """Report messages by chance so, the same for the same seed and the same messages."""
        thrown = Thrown(chances, seed=seed, on=None, whom=None)
        self._world.reports.add(thrown)
        return thrown

    def reports(self, sid: str, status: str, *, code: int | None = None, url: str | None = None) -> None:
        """Report one word of a message. For one that nobody knows `url` says where to."""
        message = self._world.messages.get(sid)
        if url is not None:
            sender, to = (message.sender, message.to) if message else (self.number.number, "+447700900999")
            self._webhooks.push(self._world.make_report(sid, sender, to, status, code, url))
        else:
            self._world.report(self._world.messages[sid], status, code)

    # -- time and waiting

    def now(self) -> float:
        """The server's clock, in seconds since 1970."""
        return self._clock() + self._passed

    def time_passes(self, seconds: float) -> None:
        """Move the server's clock forward: windows close, media appear, links and messages expire."""
        self._passed += seconds

    async def waits_for(self, holds: Callable[[], Truth], *, within: float = 10.0) -> Truth:
        """Wait until a condition holds, looking after every call and every request. Returns its value.

        Raises AssertionError after `within` seconds, with the last calls.
        """
        try:
            async with asyncio.timeout(within):
                while not (value := holds()):
                    waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                    self._waiters.append(waiter)
                    await waiter
                return value
        except TimeoutError:
            last = "\n".join(f"  {call}" for call in self._ledger.calls()[-8:]) or "  none"
            raise AssertionError(f"waited {within} s in vain; the last calls were\n{last}") from None

    async def settles(self, *, within: float = 10.0) -> None:
        """Wait until every message has left and everything was told."""
        await self.waits_for(lambda: self.is_quiet, within=within)

    # -- ledger and faults

    def calls(self, method: str | None = None, *, to: Telephone | str | None = None, after: int = 0) -> list[Call]:
        """The calls in order of arrival, of one method or all, to one address or all, numbered above `after`."""
        return self._ledger.calls(method, to=_address_of(to), after=after)

    @property
    def breaches(self) -> list[Call]:
        """The readings of a file to which the account's credentials were brought along."""
        return [call for call in self._ledger.calls(MEDIA_FILE) if call.with_credentials]

    @property
    def out_of_window(self) -> list[Message]:
        """Words of ours that were sent on WhatsApp to somebody who had not written for a day."""
        return self._world.out_of_window

    def counts(self) -> Json:
        """How many calls of each method there were, and how many took effect."""
        return self._ledger.counts()

    def plan(
        self,
        fault: Fault,
        *,
        on: str | None = None,
        to: Telephone | str | None = None,
        times: int | None = 1,
        after: int = 0,
    ) -> Planned[Fault]:
        """Let a fault befall `times` calls (None: no end) of a method to somebody, after passing over `after`."""
        if on is not None and on not in CALLS and on != MEDIA_FILE:
            raise ValueError(f"the double has no method {on}")
        planned = Planned(fault, on=on, whom=_address_of(to), times=times, after=after)
        self._faults.add(planned)
        return planned

    def plan_at_random(
        self,
        chances: Sequence[tuple[float, Fault]],
        *,
        seed: int,
        on: Iterable[str] | None = None,
        to: Telephone | str | None = None,
    ) -> Thrown[Fault]:
        """Let faults befall calls by chance, the same for the same seed and the same calls."""
        thrown = Thrown(chances, seed=seed, on=on, whom=_address_of(to))
        self._faults.add(thrown)
        return thrown

    def forgets_faults(self) -> None:
        """Drop every plan and let held answers go."""
        self._faults.clear()
        self._world.reports.clear()

    # -- HTTP

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        path, _, query = request.raw_path.partition("?")
        path = unquote(path)
        if not path.startswith(("/2010-04-01/", "/v1/", "/v2/")):
            return await self._other(request) if self._other is not None else _respond(refuse(20404, path))
        if not self._is_authentic(request):
            refusal = _respond(refuse(20003))
            refusal.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
            return refusal
        for pattern, verbs in PATHS:
            found = pattern.fullmatch(path)
            if found is None:
                continue
            if request.method not in verbs:
                return _respond(refuse(20004))
            named = found.groupdict()
            if named.pop("AccountSid", self.account_sid) != self.account_sid:
                break
            parameters = await _read_parameters(request, query)
            if parameters is None:
                return _respond(refuse(20001, "the body cannot be read"))
            call = self._ledger.open(verbs[request.method], parameters | named | {"path": path})
            return await self._answer_opened(request, call)
        return _respond(refuse(20404, f"The requested resource {path} was not found"))

    async def _serve_file(self, request: web.BaseRequest) -> web.StreamResponse:
        sid = request.path.rpartition("/")[2]
        call = self._ledger.open(MEDIA_FILE, dict(request.query) | {"MediaSid": sid, "path": request.path})
        call.with_credentials = "Authorization" in request.headers
        return await self._answer_opened(request, call)

    def _is_authentic(self, request: web.BaseRequest) -> bool:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            decoded = base64.b64decode(given, validate=True)
        except (ValueError, binascii.Error):
            return False
        return hmac.compare_digest(decoded, f"{self.account_sid}:{self.token}".encode())

    async def _answer_opened(self, request: web.BaseRequest, call: Call) -> web.StreamResponse:
        self._wake()
        try:
            befallen = self._faults.choose(call.method, call.to) if self._faults else None
            if befallen is not None:
                return await self._answer_with_fault(request, call, *befallen)
            answer, message = self._carry_out(call)
            self._ledger.decide(
                call, "answered", status=answer.status, accepted=answer.status < 400, body=_body(answer)
            )
            if message is None:
                return answer
            planned = await self._world.reports_early(message)
            try:
                await answer.prepare(request)
                await answer.write_eof()
            finally:
                # What becomes of it is reported after the answer, unless a plan says otherwise.
                self._let_leave(message, planned)
            return answer
        except asyncio.CancelledError:
            if call.outcome == "open":
                self._ledger.decide(call, "given_up", status=None, accepted=False, body=b"")
            raise
        finally:
            self._ledger.end(call)
            self._wake()

    def _carry_out(self, call: Call) -> tuple[web.Response, Message | None]:
        """Let the call take effect. Returns its true answer, and the message that is now to leave."""
        if call.method == MEDIA_FILE:
            return self._read_file(call), None
        result = self._api.carry_out(call.method, call.parameters)
        match result:
            case Refusal():
                return _respond(result), None
            case Empty():
                return web.Response(status=204), None
            case Redirect(media_sid=sid):
                return web.Response(status=307, headers={"Location": self._link(sid)}), None
            case Message():
                return _as_json(result.as_json(), 201), result
            case _:
                made = call.method in {"content.create", "content.submit"}
                return _as_json(result, 201 if made else 202 if call.method == "senders.update" else 200), None

    async def _answer_with_fault(
        self, request: web.BaseRequest, call: Call, fault: Fault, gate: asyncio.Event
    ) -> web.StreamResponse:
        answer, message = web.Response(status=500), None
        if fault.accepted:
            answer, message = self._carry_out(call)
        body = _body(answer) if fault.accepted else b""
        accepted = fault.accepted and answer.status < 400
        if message is not None:
            self._let_leave(message, await self._world.reports_early(message))
        match fault.kind:
            case Kind.ANSWER:
                self._ledger.decide(call, fault.name, status=fault.status, accepted=accepted, body=body)
                assert fault.refusal is not None
                refused = _respond(fault.refusal)
                refused.headers.update(fault.headers)
                return refused
            case Kind.PAGE:
                self._ledger.decide(call, fault.name, status=fault.status, accepted=accepted, body=body)
                return web.Response(text=proxy_page(fault.status), status=fault.status, content_type="text/html")
            case Kind.GARBAGE:
                self._ledger.decide(call, fault.name, status=fault.status, accepted=accepted, body=body)
                return web.Response(body=b'{"sid":"SM\x00', status=fault.status, content_type=_JSON)
            case Kind.SLOW:
                status = answer.status if fault.accepted else None
                self._ledger.decide(call, fault.name, status=status, accepted=accepted, body=body)
                self._wake()
                await gate.wait()
                if not fault.accepted:
                    answer, message = self._carry_out(call)
                    call.accepted, call.status, call.body = answer.status < 400, answer.status, _body(answer)
                    if message is not None:
                        self._let_leave(message, await self._world.reports_early(message))
                return answer
            case Kind.SILENCE | Kind.CUT | Kind.HALF:
                self._ledger.decide(call, fault.name, status=None, accepted=accepted, body=body)
                self._wake()
                break_off(request.transport, fault.kind, body, _JSON)
                return await self._hang()

    async def _hang(self) -> web.StreamResponse:
        """Wait for the caller to go away, which cancels this, or for the server to go down."""
        hanging: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._hanging.add(hanging)
        try:
            await hanging
        finally:
            self._hanging.discard(hanging)
        raise AssertionError("a call that hangs only ever ends by being cancelled")

    def _let_leave(self, message: Message, planned: Reports | None) -> None:
        task = asyncio.get_running_loop().create_task(self._world.leaves(message, planned))
        self._leaving.add(task)
        task.add_done_callback(self._left)

    def _left(self, task: asyncio.Task[None]) -> None:
        self._leaving.discard(task)
        self._wake()

    # -- the second host

    def _link(self, media_sid: str) -> str:
        expires = str(int(self.now() + LINK_LASTS))
        signature = hmac.digest(self.token.encode(), f"{media_sid} {expires}".encode(), hashlib.sha256).hex()
        query = urlencode({"Expires": expires, "Signature": signature})
        return f"{self.files_url}/{self.account_sid}/{media_sid}?{query}"

    def _read_file(self, call: Call) -> web.Response:
        sid, expires = call.parameters["MediaSid"], call.parameters.get("Expires", "")
        right = hmac.digest(self.token.encode(), f"{sid} {expires}".encode(), hashlib.sha256).hex()
        if call.with_credentials:
            return web.Response(status=400, text="only one way to authenticate is allowed")
        if call.parameters.get("Signature") != right or int(expires) < self.now():
            return web.Response(status=403, text="the link is not good, or no longer")
        media = self._media(sid)
        if media is None:
            return web.Response(status=404)
        return web.Response(body=media.content, content_type=media.content_type)

    def _media(self, sid: str) -> Media | None:
        return next((each.media[sid] for each in self._world.messages.values() if sid in each.media), None)

    # -- waking

    def _wake(self) -> None:
        if self._waiters:
            waiters, self._waiters = self._waiters, []
            for waiter in waiters:
                if not waiter.done():
                    waiter.set_result(None)


async def _read_parameters(request: web.BaseRequest, query: str) -> Json | None:
    """The parameters of a call, from its query and its form or JSON; None where they cannot be read."""
    pairs = parse_qsl(query, keep_blank_values=True)
    body = await request.read()
    if request.headers.get("Content-Type", "").startswith(_JSON):
        try:
            parsed = json.loads(body) if body else {}
        except ValueError:
            return None
        return parsed if isinstance(parsed, dict) else None
    try:
        pairs += parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        return None
    parameters: Json = {}
    for name, value in pairs:
        if name in {"MediaUrl", "PersistentAction"}:
            parameters.setdefault(name, []).append(value)
        else:
            parameters[name] = value
    return parameters


def _address_of(telephone: Telephone | str | None) -> str | None:
    return telephone.address if isinstance(telephone, Telephone) else telephone


def _make_request(
    loop: asyncio.AbstractEventLoop, message: Any, payload: Any, protocol: Any, writer: Any, task: Any
) -> web.BaseRequest:
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=_LARGEST_CALL)


def _as_json(body: Json, status: int) -> web.Response:
    return web.Response(body=json.dumps(body).encode(), status=status, content_type=_JSON)


def _body(answer: web.Response) -> bytes:
    return answer.body if isinstance(answer.body, bytes) else b""


def _respond(refusal: Refusal) -> web.Response:
    return web.Response(body=refusal.as_bytes(), status=refusal.status, content_type=_JSON)
