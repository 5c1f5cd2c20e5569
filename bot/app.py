"""The running program, wired: the only place that knows which part is given which.

Everything is started in one task group and ends together. A part that dies, or returns when nobody asked it to, ends
the program with a sentence: it never limps on. A signal stops it in order: the doors close, what is handled is
finished, what is on the wire is waited for, the books are closed. Knows nothing of what any part does.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from random import Random, SystemRandom
from secrets import choice, token_urlsafe
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from book.dialling import spoken
from book.errors import AlreadyServing, BookbagError, OperatorError
from book.ids import IdMaker, Ids
from book.reached import OwnNumbers
from book.timing import Pace
from book.understanding.lexicon import Lexicon, load_lexicon
from book.wording.catalogue import load_catalogue
from book.wording.templates import load_templates
from bot.clock import SystemClock, SystemMachine
from bot.configuration import Configuration, ConfigurationError, Endpoint, faults_for_running
from bot.lock import DataDirectoryLock
from bot.own_words import own_words
from storage import belonging, inbox, leases
from storage.database import open_database
from storage.health import LEADS_NEEDED, leads_of_settings, too_few_leads
from storage.keys import KeyStore, read_root_key
from storage.leases import Lease
from storage.media_files import MediaFiles
from storage.migrations import migrate
from storage.store import Store
from storage.vault import Vault

if TYPE_CHECKING:
    from aiohttp import web

    from bot.channels.telegram import Telegram
    from bot.channels.twilio_sms import TwilioSms
    from bot.channels.twilio_whatsapp import TwilioWhatsApp
    from bot.control import Verb
    from bot.doors.polling import Health
    from bot.engine import Engine
    from bot.operations import Pulse

T = TypeVar("T")

_RENEW_EVERY_SECONDS = 20.0
# A number sends a part a second. Called faster, they would queue at Twilio, where what is urgent overtakes nothing.
_TEXTS_PER_SECOND = 1.0
_WHATSAPPS_PER_SECOND = 80.0
# How long the lease of a process that died on another machine may still run, and a little more.
_PATIENCE_SECONDS = 75.0

_log = structlog.get_logger(__name__)


class Part(StrEnum):
    """What a process may be kept to, where several share one PostgreSQL."""

    DOORS = "doors"
    HANDLERS = "handlers"
    DISPATCH = "dispatch"
    SCHEDULER = "scheduler"


class PartEnded(BookbagError):
    """A part of the program returned although nobody asked it to."""


# Handlers may be as many as one likes; of each of these there is one to a data directory.
_LOCKED = (Part.DOORS, Part.DISPATCH, Part.SCHEDULER)


# --- what commands open as well -----------------------------------------------------------------------------------


@asynccontextmanager
async def open_store(configuration: Configuration, clock: SystemClock) -> AsyncIterator[Store]:
    """The book with its keys, brought up to date; closed when the block ends.

    Raises :class:`OperatorError` with a sentence where either cannot be used.
    """
    root = read_root_key(configuration.root_key_file)
    async with AsyncExitStack() as closing:
        database = await open_database(configuration.database_url)
        closing.push_async_callback(database.close)
        await migrate(database)
        keys_database = await open_database(configuration.keys_database_url)
        closing.push_async_callback(keys_database.close)
        keys = await KeyStore.open(keys_database, root, now=clock.now)
        store = Store(database, await Vault.unlock(keys), MediaFiles(configuration.media_dir))
        await store.write(belonging.check, store.vault)
        yield store


def _ways(configuration: Configuration) -> list[str]:
    """The channels by which anybody can be reached, by their names."""
    there = {"telegram": True, "sms": configuration.has_texts, "whatsapp": configuration.has_whatsapp}
    return [name for name, is_there in there.items() if is_there]


def telegram_channel(configuration: Configuration) -> Telegram:
    """The one bot; importing its library takes a while, so it is done by whoever needs it."""
    # Otherwise the library warns, each time it is told to wait, of a change to come in how it says so.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    from bot.channels.telegram import Telegram

    return Telegram(configuration.telegram_token.get_secret_value(), api_url=configuration.telegram_api_url)


def sms_channel(configuration: Configuration) -> TwilioSms:
    """The one number that people text."""
    from bot.channels.twilio_sms import TwilioSms
    from bot.doors.twilio import REPORTS_PATH

    return TwilioSms(
        configuration.twilio_account_sid,
        configuration.twilio_auth_token.get_secret_value(),
        number=configuration.twilio_number,
        reports_to=configuration.public_url + REPORTS_PATH,
        api_url=configuration.twilio_api_url,
    )


def whatsapp_channel(configuration: Configuration, file_at: Callable[[int, str, int], str]) -> TwilioWhatsApp:
    """The one number that people write to on WhatsApp; ``file_at`` says where what goes with a message is fetched."""
    from bot.channels.twilio_whatsapp import TwilioWhatsApp
    from bot.doors.twilio import REPORTS_PATH

    return TwilioWhatsApp(
        configuration.twilio_account_sid,
        configuration.twilio_auth_token.get_secret_value(),
        number=configuration.twilio_whatsapp_number,
        reports_to=configuration.public_url + REPORTS_PATH,
        file_at=file_at,
        api_url=configuration.twilio_api_url,
    )


def is_embedded(configuration: Configuration) -> bool:
    """Whether the book is a file of this machine, so that one program at a time may serve from it."""
    return configuration.database_url.lower().startswith("sqlite:")


def serving_locks(
    configuration: Configuration, parts: Sequence[Part] = tuple(Part)
) -> list[tuple[Part, DataDirectoryLock]]:
    """The locks that serving with these parts needs, not yet taken, and for which part each is."""
    folder = configuration.data_dir
    if not is_embedded(configuration):
        return [(part, DataDirectoryLock(folder, f"lock-{part}")) for part in parts if part in _LOCKED]
    locks = [(Part.HANDLERS, DataDirectoryLock(folder))]
    book = Path(configuration.database_url.removeprefix("sqlite:///").partition("?")[0]).parent
    if book.is_dir() and book.resolve() != folder.resolve():
        # Two data directories may name one file.
        locks.append((Part.HANDLERS, DataDirectoryLock(book, "bookbag.lock")))
    return locks


def new_ids(clock: SystemClock) -> Ids:
    """Where this process takes its ids from."""
    # Seeded by the system, so that two processes differ. That nobody can guess an id is not asked of it, and there are
    # a dozen ids to a message.
    chance = Random(SystemRandom().getrandbits(128)).random  # noqa: S311
    return IdMaker(now=clock.now, chance=lambda below: int(chance() * below))


def enrolment(configuration: Configuration, store: Store, clock: SystemClock) -> Mapping[str, Verb]:
    """What the operator's commands ask about the roll, by the name each is asked for."""
    from bot.enrolment import Enrolment, SlipsAsked
    from bot.papers.making import Chance
    from bot.sheets_asked import SheetsAsked
    from bot.term_dates import TermDates

    term_dates = TermDates(store, ids=new_ids(clock), catalogue=load_catalogue(), zone=configuration.zone)
    roll = Enrolment(
        store,
        ids=new_ids(clock),
        zone=configuration.zone,
        catalogue=load_catalogue(),
        chance=Chance(payload=os.urandom, letter=choice),
        numbers=OwnNumbers(
            spoken(configuration.twilio_number) if configuration.has_texts else "",
            spoken(configuration.twilio_whatsapp_number) if configuration.has_whatsapp else "",
        ),
    )
    return {
        "import": lambda asked: roll.import_(SheetsAsked.read(asked), clock.now()),
        "slips": lambda asked: roll.slips(SlipsAsked.read(asked), clock.now()),
        "calendar import": lambda asked: term_dates.import_(SheetsAsked.read(asked), clock.now()),
    }


# --- running ------------------------------------------------------------------------------------------------------


async def run(configuration: Configuration, *, only: Part | None = None, ready: Callable[[], None]) -> None:
    """Serve until a signal; ``ready`` is called when every door is open.

    Raises :class:`OperatorError` with a sentence for what the operator can mend; whatever else ends a part is raised
    as it is, in a group.
    """
    if faults := faults_for_running(configuration):
        raise ConfigurationError(faults)
    if only is not None and is_embedded(configuration):
        raise OperatorError(
            "--only divides the work among several processes, and an SQLite file is for one: leave --only out, "
            "or set DATABASE_URL to a PostgreSQL database."
        )
    async with AsyncExitStack() as closing:
        stop = asyncio.Event()
        closing.callback(_obey_signals(stop))
        program = _Program(configuration, tuple(Part) if only is None else (only,), closing, stop)
        await program.assemble()
        await program.serve(ready)


def _obey_signals(stop: asyncio.Event) -> Callable[[], None]:
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)
    for number in signals:
        loop.add_signal_handler(number, stop.set)

    def no_more() -> None:
        for number in signals:
            loop.remove_signal_handler(number)

    return no_more


@dataclass(frozen=True, slots=True)
class _Task:
    """One thing that runs as long as the program does; the lower its order, the earlier it is stopped."""

    order: int
    name: str
    run: Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class _Site:
    """What is served where, and the variable that says so."""

    application: web.Application
    endpoint: Endpoint
    variable: str


class _Program:
    """Everything of one process."""

    def __init__(
        self, configuration: Configuration, parts: Sequence[Part], closing: AsyncExitStack, stop: asyncio.Event
    ) -> None:
        self._configuration = configuration
        self._parts = parts
        self._closing = closing
        self._stop = stop
        self._clock = SystemClock()
        self._machine = SystemMachine()
        self._ids = new_ids(self._clock)
        self._owners: dict[Part, str] = {}
        self._tasks: list[_Task] = []
        self._sites: list[_Site] = []
        self._public: list[web.RouteDef] = []  # what the world reaches
        self._pulse: Pulse | None = None

    # --- joined -------------------------------------------------------------------------------------------------

    async def assemble(self) -> None:
        """Take the locks, open the store, and join every part to it; nothing runs yet."""
        from bot.operations import SILENT_AT_MOST_SECONDS, WEBHOOK_SILENT_AT_MOST_SECONDS, Operations, Pulse

        self._take_locks()
        store = await self._closing.enter_async_context(open_store(self._configuration, self._clock))
        for setting, count in (await store.read(leads_of_settings, self._clock.now())).items():
            if count < LEADS_NEEDED:
                _log.warning("safeguarding_leads_missing", sentence=f"Setting {setting} {too_few_leads(count)}")
        telegram: Telegram | None = None
        if Part.DOORS in self._parts or Part.DISPATCH in self._parts:
            telegram = telegram_channel(self._configuration)
            self._closing.push_async_callback(telegram.close)
        by_number: list[TwilioSms | TwilioWhatsApp] = []
        if telegram is not None:
            by_number = self._by_number(store)
        lexicon = load_lexicon(own_words(self._configuration.words_file))
        if Part.DISPATCH in self._parts and telegram is not None:
            await self._add_dispatch(store, telegram, by_number, lexicon)
        if Part.HANDLERS in self._parts:
            self._add_handlers(store, lexicon)
        health: Callable[[], Health] | None = None
        is_webhook = self._configuration.telegram_mode == "webhook"
        if Part.DOORS in self._parts and telegram is not None:
            health = self._add_webhook(store, telegram) if is_webhook else await self._add_polling(store, telegram)
            if by_number:
                await self._add_texts(store, by_number)
            self._add_public(store)
        if Part.SCHEDULER in self._parts:
            self._add_scheduler(store)
        pulse = Pulse(
            store,
            self._parts,
            door=health,
            now=self._clock.now,
            machine=self._machine,
            silent_at_most=WEBHOOK_SILENT_AT_MOST_SECONDS if is_webhook else SILENT_AT_MOST_SECONDS,
        )
        self._closing.push_async_callback(pulse.stop)
        self._add(4, "heartbeat", pulse.run)
        self._pulse = pulse
        operations = Operations(store, pulse, now=self._clock.now)
        self._sites.append(_Site(operations.application(), self._configuration.operations_listen, "OPERATIONS_LISTEN"))
        if is_embedded(self._configuration):
            await self._add_control(store)

    def _add(self, order: int, name: str, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._tasks.append(_Task(order, name, run))

    def _take_locks(self) -> None:
        embedded = is_embedded(self._configuration)
        for part, lock in serving_locks(self._configuration, self._parts):
            lock.take()
            self._closing.callback(lock.let_go)
            for owned in Part if embedded else (part,):
                self._owners.setdefault(owned, lock.owner)

    def _by_number(self, store: Store) -> list[TwilioSms | TwilioWhatsApp]:
        """The senders at Twilio that are configured: for texts, for WhatsApp, for both or for neither."""
        from bot.links.fetching import FileAddresses

        found: list[TwilioSms | TwilioWhatsApp] = []
        if self._configuration.has_texts:
            found.append(sms_channel(self._configuration))
        if self._configuration.has_whatsapp:
            file_at = FileAddresses(store.vault, public_url=self._configuration.public_url)
            found.append(whatsapp_channel(self._configuration, file_at))
        for each in found:
            self._closing.push_async_callback(each.close)
        return found

    async def _add_dispatch(
        self, store: Store, telegram: Telegram, by_number: Sequence[TwilioSms | TwilioWhatsApp], lexicon: Lexicon
    ) -> None:
        from bot.engine import Chances, Way, build

        configuration = self._configuration
        ways = [Way(telegram, configuration.telegram_per_second, configuration.telegram_per_chat)]
        # On WhatsApp as well no more than one a second goes to one person, and to all as many as a sender begins with.
        per_second = {"sms": _TEXTS_PER_SECOND, "whatsapp": _WHATSAPPS_PER_SECOND}
        ways += [Way(each, per_second[each.name], _TEXTS_PER_SECOND) for each in by_number]

        async def own() -> Engine:
            return await build(
                store,
                ways,
                owner=self._owners[Part.DISPATCH],
                clock=self._clock,
                machine=self._machine,
                ids=self._ids,
                chances=Chances(token=lambda: token_urlsafe(12), fraction=SystemRandom().random),
                lexicon=lexicon,
                catalogue=load_catalogue(),
                zone=configuration.zone,
                pace=_pace(configuration),
                unknown_wait=timedelta(seconds=configuration.unknown_wait_seconds),
                public_url=configuration.public_url,
                monthly_parts=configuration.twilio_monthly_parts,
            )

        engine = await self._patiently(own)
        self._closing.push_async_callback(engine.close)
        self._add(3, "dispatch", engine.dispatch)

    def _add_handlers(self, store: Store, lexicon: Lexicon) -> None:
        from handlers.worker import InboxWorker

        worker = InboxWorker(
            store,
            clock=self._clock,
            ids=self._ids,
            lexicon=lexicon,
            pace=_pace(self._configuration),
            zone=self._configuration.zone,
            chance=os.urandom,
            desk_address=self._configuration.desk_address,
            ways=_ways(self._configuration),
        )
        self._add(2, "handlers", worker.run)
        self._add_desk(store, lexicon)

    def _add_desk(self, store: Store, lexicon: Lexicon) -> None:
        from bot.desk.application import DeskApplication
        from bot.desk.page import Pages
        from handlers.at_the_desk import AtTheDesk, Tools

        configuration = self._configuration
        catalogue = load_catalogue()
        tools = Tools(
            now=self._clock.now,
            ids=self._ids,
            lexicon=lexicon,
            zone=configuration.zone,
            pace=_pace(configuration),
            token=lambda: token_urlsafe(24),
        )
        desk = DeskApplication(
            AtTheDesk(store, tools),
            Pages(catalogue, configuration.zone),
            catalogue,
            is_secure=configuration.desk_address.startswith("https:"),
        )
        self._sites.append(_Site(desk.application(), configuration.desk_listen, "DESK_LISTEN"))

    async def _add_polling(self, store: Store, telegram: Telegram) -> Callable[[], Health]:
        from bot.doors.polling import Polling

        name, owner = f"receive telegram:{telegram.account}"[:80], self._owners[Part.DOORS]

        async def own() -> Lease:
            lease = await store.write(leases.take, name, owner)
            if lease is None:
                raise AlreadyServing("Another Bookbag receives for this account already: stop it, or wait a minute.")
            return lease

        lease = await self._patiently(own)
        self._closing.push_async_callback(store.write, leases.give_back, lease)

        async def keep() -> None:
            while True:
                await self._machine.sleep(_RENEW_EVERY_SECONDS)
                if not await store.write(leases.renew, lease):
                    raise AlreadyServing("Another Bookbag now receives for this account: stop one of the two.")

        polling = Polling(
            telegram,
            store,
            self._ids,
            now=self._clock.now,
            machine=self._machine,
            chance=SystemRandom().random,
            own_url=self._configuration.public_url,
        )
        self._add(1, "polling", polling.run)
        self._add(1, "lease of polling", keep)
        return lambda: polling.health

    def _add_webhook(self, store: Store, telegram: Telegram) -> Callable[[], Health]:
        from bot.doors.group_commit import GroupCommit
        from bot.doors.webhook import Announcement, Webhook

        configuration = self._configuration
        secret = configuration.telegram_webhook_secret.get_secret_value()
        commit = GroupCommit(store, self._ids)
        self._closing.push_async_callback(commit.close)
        webhook = Webhook(commit, account=telegram.account, secret=secret, now=self._clock.now)
        self._public.append(webhook.route())
        announcement = Announcement(telegram, public_url=configuration.public_url, secret=secret, machine=self._machine)
        self._add(1, "webhook", announcement.run)
        return lambda: announcement.health

    async def _add_texts(self, store: Store, by_number: Sequence[TwilioSms | TwilioWhatsApp]) -> None:
        from book.wording.compose import Composer
        from bot.dispatch.reports import Reports
        from bot.doors.group_commit import GroupCommit
        from bot.doors.twilio import Webhooks, texts_to, whatsapp_to
        from bot.doors.twilio_catch_up import CatchUp
        from bot.doors.twilio_signature import Signatures

        configuration, now = self._configuration, self._clock.now
        commit = GroupCommit(store, self._ids)
        self._closing.push_async_callback(commit.close)
        composer = Composer(load_catalogue(), configuration.zone)
        reports = Reports(store, self._ids, now=now, time_of=composer.time_of, zone=composer.zone)
        shows = load_templates().buttons
        lines = {
            each: texts_to(each.account) if each.name == "sms" else whatsapp_to(each.account, shows=shows)
            for each in by_number
        }
        webhooks = Webhooks(
            commit,
            reports,
            signatures=Signatures(configuration.twilio_auth_token.get_secret_value(), configuration.public_url),
            account_sid=configuration.twilio_account_sid,
            lines=tuple(lines.values()),
            now=now,
        )
        self._public += webhooks.routes()
        for channel, line in lines.items():
            # Asked before the door is open: what comes in by it says nothing of what came before.
            newest = await store.read(inbox.newest_of, line.channel, line.account)
            catch_up = CatchUp(
                channel,
                line,
                store,
                self._ids,
                reports,
                now=now,
                machine=self._machine,
                newest=newest,
                redact=configuration.twilio_redact,
            )
            self._add(1, f"catching up with {line.channel}", catch_up.run)

    def _add_public(self, store: Store) -> None:
        """What faces the world: the webhooks, and with an address to put into them the pages of private links."""
        from aiohttp import web

        from bot.links.application import LinksApplication
        from bot.links.fetching import FetchedFiles
        from bot.links.opening import Openings
        from bot.links.page import LinkPages

        configuration = self._configuration
        if configuration.public_url:
            pages = LinkPages(load_catalogue(), configuration.zone)
            openings = Openings(store, now=self._clock.now)
            self._public += LinksApplication(openings, pages, monotonic=self._machine.monotonic).routes()
        if configuration.has_whatsapp:
            self._public += FetchedFiles(store, now=self._clock.now).routes()
        if self._public:
            application = web.Application()
            application.add_routes(self._public)
            self._sites.append(_Site(application, configuration.listen, "LISTEN"))

    def _add_scheduler(self, store: Store) -> None:
        from scheduler.chores import chores
        from scheduler.housekeeping import Housekeeping
        from scheduler.metronome import ByWallClock, Metronome

        falling_due = chores(store, self._ids, self._configuration.zone)
        metronome = Metronome([Housekeeping(store), *falling_due], clock=self._clock, waiting=ByWallClock())
        self._add(2, "scheduler", metronome.run)

    async def _add_control(self, store: Store) -> None:
        from bot import restricting
        from bot.control import Control

        verbs = {
            **enrolment(self._configuration, store, self._clock),
            "restrict": restricting.verb(store, self._ids, self._clock.now, self._configuration.zone),
        }
        control = Control(self._configuration.data_dir, store, verbs)
        await control.open()
        self._closing.push_async_callback(control.close)

    async def _patiently(self, own: Callable[[], Awaitable[T]]) -> T:
        """Own what a process that died on another machine may still seem to own for a minute."""
        until = self._machine.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                return await own()
            except AlreadyServing as fault:
                if self._stop.is_set() or self._machine.monotonic() > until:
                    raise
                _log.warning("waiting_for_lease", sentence=str(fault))
            with suppress(TimeoutError):
                async with asyncio.timeout(2):
                    await self._stop.wait()

    # --- running ------------------------------------------------------------------------------------------------

    async def serve(self, ready: Callable[[], None]) -> None:
        """Run until the stop; then stop in order, each part finishing what it began."""
        async with asyncio.TaskGroup() as group:
            running = [(each.order, group.create_task(_for_ever(each), name=each.name)) for each in self._tasks]
            await self._open_doors()
            _log.info("serving", count=len(self._tasks))
            ready()
            await self._stop.wait()
            _log.info("stopping")
            for order in sorted({each for each, _ in running}):
                going = [task for each, task in running if each == order]
                for task in going:
                    task.cancel()
                await asyncio.wait(going)
        _log.info("stopped")

    async def _open_doors(self) -> None:
        assert self._pulse is not None
        await self._pulse.beat()
        for site in self._sites:
            await _listen(site, self._closing)


async def _for_ever(task: _Task) -> None:
    await task.run()
    raise PartEnded(f"{task.name} ended although nobody asked it to")


async def _listen(site: _Site, closing: AsyncExitStack) -> None:
    from aiohttp import web

    # Without an access log: addresses of the door are secrets, and whoever calls it is nobody's business.
    runner = web.AppRunner(site.application, access_log=None, handle_signals=False, shutdown_timeout=2.0)
    await runner.setup()
    closing.push_async_callback(runner.cleanup)
    try:
        await web.TCPSite(runner, site.endpoint.host, site.endpoint.port).start()
    except OSError as fault:
        raise OperatorError(
            f"{site.variable} names {site.endpoint}, which cannot be listened on ({fault.strerror}): "
            "stop what listens there, or name another port."
        ) from None
    # Port 0 lets the system choose, and then this is where the choice is said.
    _log.info("listening", part=site.variable, port=runner.addresses[0][1])


def _pace(configuration: Configuration) -> Pace:
    undo = timedelta(seconds=configuration.undo_seconds)
    return Pace(undo=undo, undo_several=3 * undo, gather=timedelta(seconds=configuration.gather_seconds))
