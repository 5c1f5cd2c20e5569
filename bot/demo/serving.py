"""Serves the demo until it is told to stop: the port first, then the book, then the page, then one line to say so.

Whatever cannot work is one sentence before anything is shown. Refuses to know how a sentence is printed.
"""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
import sys
import webbrowser
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe
from typing import NoReturn
from zoneinfo import ZoneInfo

from aiohttp import web

from book.errors import OperatorError
from bot.demo.book import PACE, DemoBook, open_book
from bot.demo.book_time import civil_moment
from bot.demo.directory import DemoDirectory
from bot.desk.application import DeskApplication
from bot.desk.page import Pages
from bot.web.application import application
from bot.web.backstage import Backstage
from bot.web.events import Changes
from bot.web.gate import names_of, refuse_beyond_loopback
from bot.web.people import load_circles, page_ids
from handlers.at_the_desk import AtTheDesk, Tools

_KEEP_TIME_EVERY_SECONDS = 60.0
_STOP_WITHIN_SECONDS = 1.0
LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Serving:
    """What whoever starts the demo may choose."""

    directory: Path
    host: str = "127.0.0.1"
    port: int = 8300
    roster: Path | None = None
    begins: str = ""  # book time when it opens, civil, as 2026-11-24T07:30


async def serve(serving: Serving, *, ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; ``ready`` is called with the address once it is there.

    Raises :class:`OperatorError` with one sentence where it cannot start, or has to stop.
    """
    refuse_beyond_loopback(serving.host)
    begins = civil_moment(serving.begins, LONDON) if serving.begins else None
    if serving.begins and begins is None:
        raise OperatorError("Write the time of --now as 2026-11-24T07:30.")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    with _listening(serving.host, serving.port) as door, DemoDirectory(serving.directory) as directory:
        today = (begins or datetime.now(UTC)).astimezone(LONDON).date()
        address = _address(door)
        async with open_book(
            directory, serving.roster, today=today, zone=LONDON, desk_address=f"{address}/desk", begins=begins
        ) as book:
            await _until_stopped(book, door, ready, stop)


def open_in_browser(address: str, environment: Mapping[str, str]) -> None:
    """Show ``address`` where there is a screen; where there is none, or no browser, nothing happens."""
    if sys.platform == "darwin" or environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
        webbrowser.open(address)


async def _until_stopped(
    book: DemoBook, door: socket.socket, ready: Callable[[str], None], stop: asyncio.Event
) -> None:
    around = await book.store.read(load_circles, book.store.vault, book.time.now())
    phones = {each.address: each.id for each in book.phones}
    changes = Changes(book.store, phones, page_ids(around), now=book.time.now)
    backstage = Backstage(book.store, book.time, book.ids, book.composer, book.phones, changes)
    port = door.getsockname()[1]
    app = application(backstage, names_of(port), _desk(book).routes())
    async with _running(book, changes) as ended, _served(app, door):
        if stop.is_set():
            return  # Ctrl-C while the first days were being written.
        ready(_address(door))
        stopped = asyncio.create_task(stop.wait(), name="until stopped")
        await asyncio.wait([stopped, ended], return_when=asyncio.FIRST_COMPLETED)
        changes.close()
        if not stopped.done():
            stopped.cancel()
            _say_why(ended)


@asynccontextmanager
async def _running(book: DemoBook, changes: Changes) -> AsyncIterator[asyncio.Task[None]]:
    """Everything that works beside the server, as one task that ends only if a part of it fails."""
    works = asyncio.create_task(_work(book, changes), name="demo")
    try:
        yield works
    finally:
        if not works.done():
            # What is free to go goes first, so that nothing is being claimed when the work is cancelled.
            await book.engine.drain()
            works.cancel()
        await asyncio.gather(works, return_exceptions=True)
        book.time.keep()


async def _work(book: DemoBook, changes: Changes) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(book.engine.run(), name="engine")
        tasks.create_task(changes.run(), name="changes")
        tasks.create_task(_keep_time(book), name="book time")


async def _keep_time(book: DemoBook) -> None:
    while True:
        await asyncio.sleep(_KEEP_TIME_EVERY_SECONDS)
        book.time.keep()


@asynccontextmanager
async def _served(app: web.Application, door: socket.socket) -> AsyncIterator[None]:
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=_STOP_WITHIN_SECONDS)
    await runner.setup()
    try:
        await web.SockSite(runner, door).start()
        yield
    finally:
        await runner.cleanup()


def _listening(host: str, port: int) -> socket.socket:
    """The port, ours before anything is written; nobody is answered until the site has started."""
    family = socket.AF_INET6 if host == "::1" else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(("127.0.0.1" if host == "localhost" else host, port))
    except OSError as fault:
        door.close()
        reason = "is taken" if fault.errno == errno.EADDRINUSE else f"cannot be used ({os.strerror(fault.errno or 0)})"
        raise OperatorError(f"Port {port} {reason}: name another with --port, or 0 for any that is free.") from None
    return door


def _address(door: socket.socket) -> str:
    host, port = door.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _desk(book: DemoBook) -> DeskApplication:
    """The safeguarding desk, beside the phones."""
    tools = Tools(
        now=book.time.now,
        ids=book.ids,
        lexicon=book.lexicon,
        zone=LONDON,
        pace=PACE,
        token=lambda: token_urlsafe(24),
    )
    pages = Pages(book.catalogue, LONDON)
    return DeskApplication(AtTheDesk(book.store, tools), pages, book.catalogue, is_secure=False)


def _say_why(ended: asyncio.Task[None]) -> NoReturn:
    """The work beside the server has ended by itself, which it never should."""
    fault = ended.exception()
    while isinstance(fault, BaseExceptionGroup):
        fault = fault.exceptions[0]
    if isinstance(fault, OperatorError):
        raise fault
    raise OperatorError(
        f"The demo had to stop ({type(fault).__name__}): start it again, and nothing that was shown is lost."
    ) from fault
