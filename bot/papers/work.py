"""Works off what concerns files: fetches the spreadsheets that are wanted, makes the documents that are wished for.

Both wait in the tables, so nothing is lost whatever stops the program, and both are ended in the transaction that
writes what came of them, so nothing is done twice. Woken by the commit that wants something; what could not be had is
tried again later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog

from book.ids import Ids, Tape
from book.importing.sheets import Sheet
from book.wording.catalogue import Catalogue
from bot.channels.channel import Channel, Named, Unfetched
from bot.clock import BookTime
from bot.papers import making, slips
from bot.papers.making import Chance, Wish
from bot.papers.reading import LARGEST, Unread, read
from storage import documents, imports
from storage.bells import Bell
from storage.database import Connection, in_trouble
from storage.documents import ToMake
from storage.imports import Wanted
from storage.store import Store

_log = structlog.get_logger(__name__)
_TRIES = 6
_SCAN_SECONDS = 20.0


class Papers:
    """One in a process that sends."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[tuple[str, str], Channel],
        *,
        clock: BookTime,
        ids: Ids,
        chance: Chance,
        catalogue: Catalogue,
    ) -> None:
        self._store = store
        self._channels = channels
        self._clock = clock
        self._ids = ids
        self._chance = chance
        self._catalogue = catalogue
        self._name = ""
        self._failed: dict[int, int] = {}

    async def run(self) -> None:
        """Work until cancelled."""
        listener = self._store.bells.listener(Bell.PAPERS)
        try:
            while True:
                try:
                    await self.work_off()
                except Exception as fault:
                    # What is wanted stays in the tables, and the next look finds it.
                    _log.error("papers_failed", fault=type(fault).__name__)
                try:
                    async with asyncio.timeout(_SCAN_SECONDS):
                        await listener.wait()
                except TimeoutError:
                    pass
        finally:
            self._store.bells.forget(listener)

    async def work_off(self) -> int:
        """Fetch and make everything that is wanted now; how many things were settled."""
        settled = 0
        for wanted in await self._store.read(imports.wanted, self._store.vault):
            settled += await self._fetch(wanted)
        for document in await self._store.read(documents.to_make, self._store.vault):
            settled += await self._make(document)
        return settled

    # --- fetching ---------------------------------------------------------------------------------------------------

    async def _fetch(self, wanted: Wanted) -> int:
        channel = self._channels.get((wanted.channel, wanted.account))
        if channel is None:
            return 0  # Another process's account.
        found: bytes | Unfetched = Unfetched.TOO_LARGE
        if wanted.file.size <= LARGEST:
            found = await channel.fetch(wanted.file.reference, most=LARGEST)
        if found is Unfetched.LATER:
            tries = self._failed[wanted.message] = self._failed.get(wanted.message, 0) + 1
            if tries < _TRIES:
                return 0
            found = Unfetched.GONE
        if isinstance(found, Unfetched):
            return await self._take_in(wanted, (), found.value)
        sheets = await asyncio.to_thread(read, found, wanted.file.name)
        if isinstance(sheets, Unread):
            return await self._take_in(wanted, (), sheets.value)
        return await self._take_in(wanted, sheets, "")

    async def _take_in(self, wanted: Wanted, sheets: tuple[Sheet, ...], fault: str) -> int:
        self._failed.pop(wanted.message, None)
        taken = await self._store.write(self._settle, Tape(self._ids), wanted, sheets, fault)
        return int(taken)

    def _settle(self, connection: Connection, ids: Tape, wanted: Wanted, sheets: tuple[Sheet, ...], fault: str) -> bool:
        ids.rewind()
        taken = imports.take_in(connection, self._store.vault, ids, wanted, sheets, fault, self._clock.now())
        if wanted.channel == "phones":
            # The phones' own copy has served its turn.
            documents.forget(connection, int(wanted.file.reference))
        return taken

    async def _bot_name(self) -> str:
        """The name that stands in links, asked for once; empty where no channel has one."""
        for channel in self._channels.values():
            if not self._name and isinstance(channel, Named):
                self._name = await channel.username()
        return self._name

    # --- making -----------------------------------------------------------------------------------------------------

    async def _make(self, document: ToMake) -> int:
        wish = Wish.read(document.recipe)
        now = self._clock.now()
        try:
            bot = await self._bot_name()
            prepared = await self._store.read(making.prepare, self._store.vault, wish, self._chance, bot, now)
            content = await asyncio.to_thread(
                slips.make, [each.slip for each in prepared], self._catalogue, large=wish.large
            )
            made = await self._store.write(
                making.finish, self._store.vault, self._ids, document, wish, prepared, content, now
            )
        except Exception as fault:
            if in_trouble(fault):
                raise
            tries = self._failed[document.id] = self._failed.get(document.id, 0) + 1
            _log.error("document_not_made", document=document.id, fault=type(fault).__name__)
            if tries < _TRIES or wish.notice is None:
                return 0
            await self._store.write(documents.cannot_be_made, document.id, wish.notice)
            return 1
        return int(made)
