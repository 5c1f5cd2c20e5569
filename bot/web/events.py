"""Tells every open page which phones and which children's threads have changed, as soon as it is committed.

A page that is slow is told once of everything meanwhile; one that comes back fetches everything anew. Refuses to
know what has changed in them.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TypeVar

from aiohttp import web

from book.ids import AddressId, ChildId
from storage import marks
from storage.bells import Bell
from storage.database import Connection
from storage.marks import Mark
from storage.store import Store

Key = TypeVar("Key")


class _Page:
    """What one open page has not been told yet."""

    def __init__(self) -> None:
        self.people: set[str] = set()
        self.children: set[str] = set()
        self.rung = asyncio.Event()


class Changes:
    """The stream of changes of one book, for any number of pages."""

    def __init__(
        self,
        store: Store,
        phones: Mapping[AddressId, str],
        children: Mapping[ChildId, str],
        *,
        now: Callable[[], datetime],
        heartbeat_seconds: float = 15.0,
    ) -> None:
        """``phones`` and ``children`` give the page's ids; ``now`` is book time, heartbeats go by machine time."""
        self._store = store
        self._phones = phones
        self._children = children
        self._now = now
        self._heartbeat = heartbeat_seconds
        self._pages: set[_Page] = set()
        self._closed = False

    async def run(self) -> None:
        """Look at what has changed after each commit that a reader would see, until cancelled."""
        listener = self._store.bells.listener(Bell.THREAD)
        try:
            known = await self._store.read(_marks)
            while True:
                await listener.wait()
                found = await self._store.read(_marks)
                self.tell(
                    people=_named(self._phones, known[0], found[0]),
                    children=_named(self._children, known[1], found[1]),
                )
                known = found
        finally:
            self._store.bells.forget(listener)

    def tell(self, *, people: Iterable[str] = (), children: Iterable[str] = (), time_moved: bool = False) -> None:
        """Have every open page fetch these again."""
        people, children = set(people), set(children)
        if people or children or time_moved:
            for page in self._pages:
                page.people |= people
                page.children |= children
                page.rung.set()

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        self._closed = True
        for page in self._pages:
            page.rung.set()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """``GET /api/events``: a stream of ``changed`` events, and a comment now and then so that nobody hangs up."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        async with self._joined() as page:
            await response.prepare(request)
            try:
                # A first line at once: only then does a browser call the stream open.
                await response.write(b": open\n\n")
                while not self._closed:
                    await response.write(await self._next(page))
            except ConnectionError:
                pass  # The page was closed.
        return response

    @asynccontextmanager
    async def _joined(self) -> AsyncIterator[_Page]:
        page = _Page()
        self._pages.add(page)
        try:
            yield page
        finally:
            self._pages.discard(page)

    async def _next(self, page: _Page) -> bytes:
        try:
            async with asyncio.timeout(self._heartbeat):
                await page.rung.wait()
        except TimeoutError:
            return b": still here\n\n"
        if self._closed:
            return b": the server stops\n\n"
        page.rung.clear()
        changed = {
            "people": sorted(page.people),
            "children": sorted(page.children),
            "clock": self._now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        page.people, page.children = set(), set()
        return f"event: changed\ndata: {json.dumps(changed)}\n\n".encode()


def _marks(connection: Connection) -> tuple[dict[AddressId, Mark], dict[ChildId, Mark]]:
    return marks.of_phones(connection), marks.of_threads(connection)


def _named(names: Mapping[Key, str], before: Mapping[Key, Mark], after: Mapping[Key, Mark]) -> set[str]:
    return {name for key, name in names.items() if before.get(key) != after.get(key)}
