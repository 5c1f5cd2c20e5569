"""The running program, wired: the only place that knows which part is given which.

Everything is started in one task group and ends together. A part that dies, or returns when nobody asked it to, ends
the program with a sentence: it never limps on. A signal stops it in order: the doors close, what is handled is
finished, what is on the wire is waited for, the books are closed. Knows nothing of what any part does.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from random import SystemRandom
from secrets import randbelow, token_urlsafe
from typing import TYPE_CHECKING, Any

import structlog

from book.errors import AlreadyServing, BookbagError, OperatorError
from book.ids import IdMaker, Ids
from book.timing import Pace
from book.understanding.lexicon import load_lexicon
from book.wording.catalogue import load_catalogue
from bot.clock import SystemClock, SystemMachine
from bot.configuration import Configuration, ConfigurationError, Endpoint, faults_for_running
from bot.lock import DataDirectoryLock
from storage import belonging, leases
from storage.database import open_database
from storage.keys import KeyStore, read_root_key
from storage.leases import Lease
from storage.migrations import migrate
from storage.store import Store
from storage.vault import Vault

if TYPE_CHECKING:
    from aiohttp import web

    from bot.channels.telegram import Telegram
    from bot.engine import Engine
    from bot.operations import Door

_RENEW_EVERY_SECONDS = 20.0
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
        store = Store(database, await Vault.unlock(keys))
        await store.write(belonging.check, store.vault)
        yield store


def telegram_channel(configuration: Configuration) -> Telegram:
    """The one bot; importing its library takes a while, so it is done by whoever needs it."""
    # Otherwise the library warns, each time it is told to wait, of a change to come in how it says so.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    from bot.channels.telegram import Telegram

    return Telegram(configuration.telegram_token.get_secret_value(), api_url=configuration.telegram_api_url)


def is_embedded(configuration: Configuration) -> bool:
    """Whether the book is a file of this machine, so that one program at a time may serve from it."""
    return configuration.database_url.lower().startswith("sqlite:")


def serving_locks(configuration: Configuration, parts: Sequence[Part] = tuple(Part)) -> list[DataDirectoryLock]:
    """The locks that serving with these parts needs, not yet taken."""
    if not is_embedded(configuration):
        return [DataDirectoryLock(configuration.data_dir, f"lock-{part}") for part in parts if part in _LOCKED]
    locks = [DataDirectoryLock(configuration.data_dir)]
    folder = Path(configuration.database_url.removeprefix("sqlite:///").partition("?")[0]).parent
    if folder.is_dir() and folder.resolve() != configuration.data_dir.resolve():
        # Two data directories may name one file.
        locks.append(DataDirectoryLock(folder, "bookbag.lock"))
    return locks


def new_ids(clock: SystemClock) -> Ids:
    """Where this process takes its ids from."""
    return IdMaker(now=clock.now, chance=randbelow)


# --- running ------------------------------------------------------------------------------------------------------


async def run(configuration: Configuration, *, only: Part | None = None, ready: Callable[[], None]) -> None:
    """Serve until a signal; ``ready`` is called when every door is open.

    Raises :class:`OperatorError` with a sentence for what the operator can mend; anything else that ends a part is
    raised as it is, alone or in a group.
    """
    if faults := faults_for_running(configuration):
        raise ConfigurationError(faults)
    if only is not None and is_embedded(configuration):
        raise OperatorError(
            "--only divides the work among several processes, and an SQLite file is for one: leave --only out, "
            "or set DATABASE_URL to a PostgreSQL database."
        )
    parts = tuple(Part) if only is None else (only,)
    async with AsyncExitStack() as closing:
        owners = {
            part: lock.owner
            for lock, part in _taken(serving_locks(configuration, parts), parts, closing, configuration)
        }
        stop = asyncio.Event()
        closing.callback(_obey_signals(stop))
        program = await _Program.assemble(configuration, parts, owners, closing)
        await program.serve(stop, ready)


def _taken(
    locks: Sequence[DataDirectoryLock], parts: Sequence[Part], closing: AsyncExitStack, configuration: Configuration
) -> list[tuple[DataDirectoryLock, Part]]:
    for lock in locks:
        lock.take()
        closing.callback(lock.let_go)
    if is_embedded(configuration):
        return [(locks[0], part) for part in parts]
    return list(zip(locks, [part for part in parts if part in _LOCKED], strict=True))


def _obey_signals(stop: asyncio.Event) -> Callable[[], None]:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def no_more() -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)

    return no_more


@dataclass(frozen=True, slots=True)
class _Task:
    """One thing that runs as long as the program does; the lower its order, the earlier it is stopped."""

    name: str
    run: Callable[[], Coroutine[Any, Any, None]]
    order: int


@dataclass(frozen=True, slots=True)
class _Program:
    """Everything of one process, joined and not yet running."""

    tasks: Sequence[_Task]
    open_doors: Callable[[], Awaitable[None]]

    @classmethod
    async def assemble(
        cls, configuration: Configuration, parts: Sequence[Part], owners: dict[Part, str], closing: AsyncExitStack
    ) -> _Program:
        from bot.control import Control
        from bot.operations import Operations, Pulse

        clock, machine = SystemClock(), SystemMachine()
        store = await closing.enter_async_context(open_store(configuration, clock))
        ids = new_ids(clock)
        tasks: list[_Task] = []
        sites: list[tuple[web.Application, Endpoint, str]] = []
        door: Door | None = None
        telegram: Telegram | None = None
        if Part.DOORS in parts or Part.DISPATCH in parts:
            telegram = telegram_channel(configuration)
            closing.push_async_callback(telegram.close)
        if Part.DISPATCH in parts:
            assert telegram is not None
            engine = await _patiently(lambda: _engine(configuration, store, telegram, owners, clock, machine, ids))
            closing.push_async_callback(engine.close)
            tasks.append(_Task("dispatch", engine.dispatch, 3))
        if Part.HANDLERS in parts:
            tasks.append(_Task("handlers", _worker(configuration, store, clock, ids).run, 2))
        if Part.DOORS in parts:
            assert telegram is not None
            door = await _door(configuration, store, telegram, owners[Part.DOORS], clock, machine, ids, closing)
            tasks += [_Task(name, step, 1) for name, step in door.steps]
            sites += door.sites
        if Part.SCHEDULER in parts:
            tasks.append(_Task("scheduler", _metronome(store, clock), 2))
        pulse = Pulse(store, parts, door=door, now=clock.now, machine=machine)
        closing.push_async_callback(pulse.stop)
        tasks.append(_Task("heartbeat", pulse.run, 4))
        operations = Operations(store, pulse, now=clock.now)
        sites.append((operations.application(), configuration.operations_listen, "OPERATIONS_LISTEN"))
        if is_embedded(configuration):
            control = Control(configuration.data_dir, store)
            await control.open()
            closing.push_async_callback(control.close)

        async def open_doors() -> None:
            await pulse.beat()
            for application, endpoint, variable in sites:
                await _listen(application, endpoint, variable, closing)

        return cls(sorted(tasks, key=lambda each: each.order), open_doors)

    async def serve(self, stop: asyncio.Event, ready: Callable[[], None]) -> None:
        async with asyncio.TaskGroup() as group:
            running = [(each, group.create_task(_for_ever(each), name=each.name)) for each in self.tasks]
            await self.open_doors()
            ready()
            await stop.wait()
            _log.info("stopping")
            for order in sorted({each.order for each, _ in running}):
                going = [task for each, task in running if each.order == order]
                for task in going:
                    task.cancel()
                await asyncio.wait(going)


async def _for_ever(task: _Task) -> None:
    await task.run()
    raise PartEnded(f"{task.name} ended although nobody asked it to")


# --- the parts ----------------------------------------------------------------------------------------------------


async def _engine(
    configuration: Configuration,
    store: Store,
    telegram: Telegram,
    owners: dict[Part, str],
    clock: SystemClock,
    machine: SystemMachine,
    ids: Ids,
) -> Engine:
    from bot.engine import Chances, Way, build

    return await build(
        store,
        [Way(telegram, configuration.telegram_per_second, configuration.telegram_per_chat)],
        owner=owners[Part.DISPATCH],
        clock=clock,
        machine=machine,
        ids=ids,
        chances=Chances(token=lambda: token_urlsafe(12), fraction=SystemRandom().random),
        lexicon=load_lexicon(),
        catalogue=load_catalogue(),
        zone=configuration.zone,
        pace=_pace(configuration),
        unknown_wait=timedelta(seconds=configuration.unknown_wait_seconds),
    )
