"""Works off what concerns files: fetches the spreadsheets that are wanted, makes the documents that are wished for.

Both wait in the tables, so nothing is lost whatever stops the program, and both are ended in the transaction that
writes what came of them, so nothing is done twice. Woken by the commit that wants something; what could not be had is
tried again later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import assert_never

import structlog

from book.ids import Ids, Tape
from book.importing.sheets import Sheet
from book.links import link_to
from book.papers import Camera, Slips, Wish
from book.papers import Sheet as Side
from book.reached import NO_NUMBERS, OwnNumbers
from book.wording.catalogue import Catalogue
from book.wording.compose import Composer
from bot import qr
from bot.channels.channel import Channel, Unfetched
from bot.channels.own_name import OwnName
from bot.clock import BookTime
from bot.papers import making, slips
from bot.papers.day_page import day_page
from bot.papers.making import Chance
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
        composer: Composer,
        own_name: OwnName,
        numbers: OwnNumbers = NO_NUMBERS,
    ) -> None:
        """``numbers`` are the book's own, as they stand on slips."""
        self._store = store
        self._channels = channels
        self._clock = clock
        self._ids = ids
        self._chance = chance
        self._catalogue = catalogue
        self._composer = composer
        self._name = own_name
        self._numbers = numbers
        self._failed: dict[int, int] = {}

    async def run(self) -> None:
        """Work until cancelled."""
        listener = self._store.bells.listener(Bell.PAPERS)
        try:
            with suppress(Exception):
                # Links that were made before the last stop want it too; whoever makes one asks again.
                await self._name.ask()
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

    # --- making -----------------------------------------------------------------------------------------------------

    async def _make(self, document: ToMake) -> int:
        wish = Wish.from_recipe(document.recipe)
        try:
            return int(await self._made(document, wish))
        except Exception as fault:
            if in_trouble(fault):
                raise
            tries = self._failed[document.id] = self._failed.get(document.id, 0) + 1
            _log.error("document_not_made", document=document.id, fault=type(fault).__name__)
            if tries < _TRIES:
                return 0
            return await self._give_up(document, wish)

    async def _made(self, document: ToMake, wish: Wish) -> bool:
        match wish.paper:
            case Slips():
                return await self._make_slips(document, wish.paper, wish)
            case Side(sentences):
                content = await asyncio.to_thread(day_page, self._composer.sentences(sentences))
            case Camera(payload):
                name = await self._name.ask()
                if not name:
                    # No platform here opens links: the line to send goes by itself.
                    return bool(await self._give_up(document, wish))
                content = await asyncio.to_thread(qr.png, link_to(name, payload))
            case _:
                assert_never(wish.paper)
        return await self._store.write(documents.make, self._store.vault, document, content, wish.notice)

    async def _make_slips(self, document: ToMake, paper: Slips, wish: Wish) -> bool:
        now, name = self._clock.now(), await self._name.ask()
        prepared = await self._store.read(
            making.prepare, self._store.vault, paper, self._chance, name, self._numbers, now
        )
        content = await asyncio.to_thread(
            slips.make, [each.slip for each in prepared], self._catalogue, large=paper.large
        )
        return await self._store.write(
            making.finish, self._store.vault, self._ids, document, paper, wish.notice, prepared, content, now
        )

    async def _give_up(self, document: ToMake, wish: Wish) -> int:
        await self._store.write(documents.cannot_be_made, document.id, wish.notice)
        return 1
