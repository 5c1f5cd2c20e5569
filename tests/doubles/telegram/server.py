"""A Bot API server on loopback: real HTTP for the bot, a person's hands and eyes for the test.

It refuses to leave the machine and to wait for real time: a long poll ends as soon as something arrives, a
fault that never answers ends when the caller gives up, a slow answer when the test releases it.
"""

from __future__ import annotations

import asyncio
import functools
import json
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import unquote

from aiohttp import web

from tests.doubles.plan import FaultPlan, Kind, Planned, Thrown
from tests.doubles.telegram.chats import Chat, Group, Person, Press, StoredFile, World
from tests.doubles.telegram.faults import Fault
from tests.doubles.telegram.ledger import DOWNLOAD, Call, Ledger
from tests.doubles.telegram.methods import LARGEST_UPLOAD, METHODS, BotApi, Refusal
from tests.doubles.telegram.parameters import Unreadable, Upload, read_parameters
from tests.doubles.telegram.reception import RECEIVING_METHODS, Reception
from tests.doubles.telegram.updates import Disturbance, UpdateQueue
from tests.doubles.telegram.webhook import Attempt, Pauses
from tests.doubles.wire import break_off, proxy_page

Json = dict[str, Any]
Truth = TypeVar("Truth")

_JSON = "application/json"


class TelegramDouble:
    """A server for one bot. Use it as an asynchronous context manager; `url` is its address while it is open.

    `now` gives the seconds since 1970 that messages are dated with; `time_passes` moves them forward.
    `press_lasts` is for how many seconds a press may be answered: Telegram names no figure.
    """

    def __init__(
        self,
        *,
        token: str = "123456:TEST-TOKEN-OF-THE-DOUBLE-0123456789",
        username: str = "bookbag_test_bot",
        port: int = 0,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        ledger_file: Path | None = None,
        first_update_id: int = 700_000_001,
        press_lasts: float = 60.0,
        webhook_pauses: Pauses | None = None,
    ) -> None:
        self.token = token
        self.url = ""
        self._port = port
        self._clock = now
        self._passed = 0.0
        self._ledger = Ledger(monotonic=monotonic, file=ledger_file)
        self._faults: FaultPlan[Fault] = FaultPlan()
        self._queue = UpdateQueue(now=self.now, arrived=self._arrived, first_id=first_update_id)
        self._reception = Reception(
            self._queue,
            now=self.now,
            monotonic=monotonic,
            pauses=webhook_pauses or Pauses(),
            attempted=self._wake,
        )
        bot_id = token.partition(":")[0]
        self._world = World(
            now=self.now,
            queue=self._queue,
            bot_user={
                "id": int(bot_id) if bot_id.isdigit() else 123456,
                "is_bot": True,
                "first_name": "Bookbag",
                "username": username,
            },
        )
        self._api = BotApi(self._world, press_lasts=press_lasts)
        self._encode = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode
        self._names = {name.lower(): name for name in (*METHODS, *RECEIVING_METHODS, DOWNLOAD)}
        self._bot_prefix = f"/bot{token}/"
        self._file_prefix = f"/file/bot{token}/"
        self._waiters: list[asyncio.Future[None]] = []
        self._hanging: set[asyncio.Future[None]] = set()
        self._runner: web.ServerRunner | None = None
        self._other: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]] | None = None

    # -- opening and closing

    async def __aenter__(self) -> TelegramDouble:
        await self.comes_up()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End everything that hangs and give the port back."""
        self._faults.clear()
        await self._reception.close()
        await self.goes_down()
        self._ledger.close()

    async def comes_up(self) -> None:
        """Listen, on the same port as before if there was one."""
        server = web.Server(
            self._serve,
            request_factory=functools.partial(_make_request, asyncio.get_running_loop()),
            handler_cancellation=True,
            access_log=None,
        )
        self._runner = web.ServerRunner(server, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True).start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}"

    async def goes_down(self) -> None:
        """Refuse connections until `comes_up`; what hangs is cut. Updates, chats and the ledger stay."""
        self._reception.cut_poll()
        for hanging in self._hanging:
            hanging.cancel()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def serves_also(self, other: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> None:
        """Answer every path that is not a bot's with this handler, for a control interface."""
        self._other = other

    # -- people

    def person(self, id: int, first_name: str = "Hannah", *, started: bool = True, **more: str) -> Person:  # noqa: A002
        """The person with this id, made if new, and her chat. Not `started`: she must write first."""
        return self._world.person(id, first_name, started=started, **more)

    def group(
        self,
        id: int,  # noqa: A002
        title: str = "Butterfly room",
        *,
        privacy: bool = True,
        supergroup: bool = False,
    ) -> Group:
        """The group with this id (made if new). The bot is in it after `adds_bot`."""
        return self._world.group(id, title, privacy=privacy, supergroup=supergroup)

    def chat(self, chat_id: int) -> Chat:
        """A chat known already. Raises KeyError otherwise."""
        return self._world.chats[chat_id]

    def file(self, file_id: str) -> StoredFile:
        """A file that somebody sent. Raises KeyError for one nobody did."""
        return self._world.files[file_id]

    @property
    def presses(self) -> list[Press]:
        """Every press of a button, oldest first."""
        return list(self._world.presses.values())

    @property
    def commands(self) -> Mapping[str, list[Json]]:
        """The commands the bot set, by scope and language."""
        return self._api.commands

    # -- updates

    def push(self, update: Json) -> int:
        """Send an update as it is, however strange. Returns its number."""
        return self._queue.push_raw(update)

    def sends_again(self, update_id: int, *, fresh_id: bool = False) -> int:
        """Send an update once more, confirmed or not, under its own number or a new one. Returns it."""
        return self._queue.push_again(update_id, fresh_id=fresh_id)

    @property
    def last_update_id(self) -> int:
        """The number given last."""
        return self._queue.last_id

    @property
    def pending_updates(self) -> int:
        """How many updates the bot has not confirmed."""
        return len(self._queue)

    @property
    def attempts(self) -> Sequence[Attempt]:
        """Every attempt to hand an update to the webhook, in the order in which they ended."""
        return self._reception.attempts

    def holds_updates(self, *chats: Chat) -> None:
        """Keep back what happens in these chats (or in all) until `releases_updates`, and number it then."""
        lanes = [(kind, chat.id) for chat in chats for kind in ("chat", "press", "member", "reaction")]
        self._queue.hold(lanes if chats else None)

    def releases_updates(self) -> None:
        """Send what was held."""
        self._queue.release()

    def reorders_next_batch(self, order: Callable[[list[str]], Iterable[str]] = reversed) -> None:
        """Put the next answer to getUpdates that holds several updates into another order."""
        self._queue.order_next(order)

    def disturbs_updates(self, disturbance: Disturbance, *, seed: int) -> None:
        """From now on let updates come twice, again, late or out of order, as a seeded die decides."""
        self._queue.disturb(disturbance, seed)

    def numbers_updates_from(self, update_id: int) -> None:
        """Go on numbering from here, as Telegram does at random after a week without updates."""
        self._queue.number_from(update_id)

    # -- time and waiting

    def now(self) -> float:
        """The server's clock, in seconds since 1970."""
        return self._clock() + self._passed

    def time_passes(self, seconds: float) -> None:
        """Move the server's clock forward: presses, updates and links expire, messages grow old."""
        self._passed += seconds

    async def waits_for(self, holds: Callable[[], Truth], *, within: float = 10.0) -> Truth:
        """Wait until a condition holds, looking after every call and every update. Returns its value.

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

    # -- ledger and faults

    def calls(self, method: str | None = None, *, chat: Chat | int | None = None, after: int = 0) -> list[Call]:
        """The calls in order of arrival, of one method or all, to one chat or all, numbered above `after`."""
        return self._ledger.calls(method, chat=_id_of(chat), after=after)

    @property
    def breaches(self) -> list[Call]:
        """The calls that would have passed on a file as somebody sent it."""
        return [call for call in self._ledger.calls() if call.breaches]

    def forgets_files(self) -> None:
        """From now on no file is known by a name it had, and none can be read where it could be."""
        self._world.forget_files()

    def counts(self) -> Json:
        """How many calls of each method there were, and how many took effect."""
        return self._ledger.counts()

    def plan(
        self,
        fault: Fault,
        *,
        on: str | None = None,
        chat: Chat | int | None = None,
        times: int | None = 1,
        after: int = 0,
    ) -> Planned[Fault]:
        """Let a fault befall `times` calls (None: no end) of a method to a chat, after passing over `after`.

        To read a file from where getFile says it is is called "download".
        """
        if on is not None and on not in self._names.values():
            raise ValueError(f"the double has no method {on}")
        planned = Planned(fault, on=on, whom=_id_of(chat), times=times, after=after)
        self._faults.add(planned)
        return planned

    def plan_at_random(
        self,
        chances: Sequence[tuple[float, Fault]],
        *,
        seed: int,
        on: Iterable[str] | None = None,
        chat: Chat | int | None = None,
    ) -> Thrown[Fault]:
        """Let faults befall calls by chance, the same for the same seed and the same calls."""
        thrown = Thrown(chances, seed=seed, on=on, whom=_id_of(chat))
        self._faults.add(thrown)
        return thrown

    def forgets_faults(self) -> None:
        """Drop every plan and let held answers go."""
        self._faults.clear()

    # -- HTTP

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        path, _, query = request.raw_path.partition("?")
        if "%" in path:
            path = unquote(path)
        if path.startswith(self._bot_prefix):
            return await self._answer_call(request, path[len(self._bot_prefix) :], query)
        if path.startswith(self._file_prefix):
            call = self._ledger.open(DOWNLOAD, {"path": path[len(self._file_prefix) :]})
            return await self._answer_opened(request, call, {})
        if path.startswith(("/bot", "/file/bot")):
            return _respond(Refusal(401, "Unauthorized"))
        if self._other is not None:
            return await self._other(request)
        return _respond(Refusal(404, "Not Found"))

    async def _answer_call(self, request: web.BaseRequest, name: str, query: str) -> web.StreamResponse:
        read = await read_parameters(request, query)
        if isinstance(read, Unreadable):
            return _respond(Refusal(400, read.description))
        parameters, uploads = read
        for parameter, upload in uploads.items():
            parameters.setdefault(parameter, f"attached {upload.name}")
        method = self._names.get(name.lower(), name)
        # To ask where a file is is what its name is for; in everything else it has no business.
        came_in = () if method == "getFile" else self._came_in(parameters)
        return await self._answer_opened(request, self._ledger.open(method, parameters, came_in), uploads)

    def _came_in(self, sent: object) -> tuple[str, ...]:
        """The names of files in a call that people sent to the bot."""
        if isinstance(sent, str):
            return (sent,) if sent in self._world.came_in else ()
        inside = sent.values() if isinstance(sent, dict) else sent if isinstance(sent, list) else ()
        return tuple(found for each in inside for found in self._came_in(each))

    async def _answer_opened(
        self, request: web.BaseRequest, call: Call, uploads: Mapping[str, Upload]
    ) -> web.StreamResponse:
        self._wake()
        try:
            befallen = self._faults.choose(call.method, call.chat_id) if self._faults else None
            if befallen is not None:
                return await self._answer_with_fault(request, call, uploads, *befallen)
            body, status = await self._carry_out(call, uploads)
            self._ledger.decide(call, "answered", status=status, accepted=status == 200, body=body)
            return web.Response(body=body, status=status, content_type=_JSON)
        except asyncio.CancelledError:
            if call.outcome == "open":
                self._ledger.decide(call, "given_up", status=None, accepted=False, body=b"")
            raise
        finally:
            self._ledger.end(call)
            self._wake()

    async def _carry_out(self, call: Call, uploads: Mapping[str, Upload], *, hanging: bool = True) -> tuple[bytes, int]:
        """Let the call take effect. Returns the body and status of its true answer."""
        result: Any
        if call.method == DOWNLOAD:
            stored = self._world.linked(call.parameters["path"])
            if stored is not None:
                return stored.content, 200
            result = Refusal(404, "Not Found")
        elif call.method in METHODS:
            result = self._api.carry_out(call.method, call.parameters, uploads)
        elif call.method == "getUpdates":
            wanted = call.parameters if hanging else call.parameters | {"timeout": 0}
            updates = await self._reception.get_updates(wanted)
            if not isinstance(updates, Refusal):
                return f'{{"ok":true,"result":[{",".join(updates)}]}}'.encode(), 200
            result = updates
        elif call.method in RECEIVING_METHODS:
            result = await RECEIVING_METHODS[call.method].act(self._reception, call.parameters)
        else:
            result = Refusal(404, "Not Found: method not found")
        if isinstance(result, Refusal):
            return result.as_bytes(), result.code
        return b'{"ok":true,"result":' + self._encode(result).encode() + b"}", 200

    async def _answer_with_fault(
        self,
        request: web.BaseRequest,
        call: Call,
        uploads: Mapping[str, Upload],
        fault: Fault,
        gate: asyncio.Event,
    ) -> web.StreamResponse:
        body, status = b"", 0
        if fault.accepted:
            # A poll that is befallen confirms what its offset says, and waits for nothing.
            body, status = await self._carry_out(call, uploads, hanging=False)
        accepted = status == 200
        match fault.kind:
            case Kind.ANSWER:
                self._ledger.decide(call, fault.name, status=fault.status, accepted=accepted, body=body)
                return _respond(Refusal(fault.status, fault.description, fault.parameters))
            case Kind.PAGE:
                self._ledger.decide(call, fault.name, status=fault.status, accepted=accepted, body=body)
                return web.Response(text=proxy_page(fault.status), status=fault.status, content_type="text/html")
            case Kind.GARBAGE:
                self._ledger.decide(call, fault.name, status=200, accepted=accepted, body=body)
                return web.Response(body=b'{"ok":tru\x00', content_type=_JSON)
            case Kind.SLOW:
                self._ledger.decide(call, fault.name, status=status or None, accepted=accepted, body=body)
                self._wake()
                await gate.wait()
                if not fault.accepted:
                    body, status = await self._carry_out(call, uploads, hanging=False)
                    call.accepted, call.status, call.body = status == 200, status, body
                return web.Response(body=body, status=status, content_type=_JSON)
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

    # -- waking

    def _arrived(self) -> None:
        self._reception.arrived()
        self._wake()

    def _wake(self) -> None:
        if self._waiters:
            waiters, self._waiters = self._waiters, []
            for waiter in waiters:
                if not waiter.done():
                    waiter.set_result(None)


def _id_of(chat: Chat | int | None) -> int | None:
    return chat.id if isinstance(chat, Chat) else chat


def _make_request(
    loop: asyncio.AbstractEventLoop, message: Any, payload: Any, protocol: Any, writer: Any, task: Any
) -> web.BaseRequest:
    # Albums of ten photos are larger than the megabyte aiohttp allows by default.
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=2 * LARGEST_UPLOAD)


def _respond(refusal: Refusal) -> web.Response:
    return web.Response(body=refusal.as_bytes(), status=refusal.code, content_type=_JSON)
