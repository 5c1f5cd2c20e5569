"""What a private link shows at this moment: decided anew each time it is opened, by the one place that decides.

A link that ended, was altered or never was, and one whose pictures its reader may not see any more, are all the same:
nothing. Knows nothing of pages or requests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from book.disclosure import takes_private_links
from book.entries import Entry
from book.errors import KeyDestroyed
from book.ids import ChildId, InboxId
from book.media import MediaKind
from book.people import Circle
from book.pictures import CopyId, Picture, PictureId
from bot.dispatch import showing
from storage import addresses, audit, circles, entries, pictures, private_links
from storage.audit import Deed
from storage.database import Connection
from storage.pictures import Leaving, Relayed
from storage.private_links import Link
from storage.store import Store
from storage.vault import Owner


@dataclass(frozen=True, slots=True)
class Opened:
    """What its reader may see now."""

    child: str
    author: str
    at: datetime
    words: tuple[str, ...]  # what was written, and what was added to set it right
    shown: tuple[Leaving, ...]
    ticket: str  # for the addresses of what stands on the page


@dataclass(frozen=True, slots=True)
class Content:
    """One file of it, whole."""

    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Known:
    """What :mod:`bot.dispatch.showing` is asked with."""

    circles: Mapping[ChildId, Circle]
    pictures: Mapping[InboxId, tuple[Picture, ...]]
    copies: Mapping[tuple[PictureId, ChildId], Relayed]


class Openings:
    """One in a process that has doors; it remembers nothing."""

    def __init__(self, store: Store, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def waits(self, token: str) -> tuple[MediaKind, ...]:
        """What kinds of thing it would show; none where it leads nowhere. Uses nothing up."""
        found = await self._store.read(self._look, token, self._now())
        return () if found is None else tuple(each.kind for each in found[1].shown)

    async def open_(self, token: str) -> Opened | None:
        """What it shows; that it was opened is written down, and not what was seen."""
        now = self._now()
        # Whoever only guesses is not worth the one writer's time.
        if await self._store.read(self._look, token, now) is None:
            return None
        return await self._store.write(self._open, token, now)

    def _open(self, connection: Connection, token: str, now: datetime) -> Opened | None:
        found = self._look(connection, token, now)
        if found is None:
            return None
        link, opened = found
        deed = Deed("link_opened", link.person, Owner.child(link.child), link.entry, {"link": link.id})
        audit.record(connection, self._store.vault, [deed], now)
        return opened

    async def file(self, token: str, ticket: str, number: int) -> Content | None:
        """The ``number``-th thing on a page that was opened a short while ago; asked about like the page itself."""
        now = self._now()
        if not private_links.is_ticket(self._store.vault, token, ticket, now):
            return None
        found = await self._store.read(self._look, token, now)
        if found is None or not 1 <= number <= len(found[1].shown):
            return None
        copy = found[1].shown[number - 1].copy
        try:
            content = await asyncio.to_thread(copy.opened, self._store.vault, self._store.media)
        except KeyDestroyed:
            return None
        return None if content is None else Content(copy.media_type, content)

    # --- deciding -----------------------------------------------------------------------------------------------

    def _look(self, connection: Connection, token: str, now: datetime) -> tuple[Link, Opened] | None:
        vault = self._store.vault
        link = private_links.find(connection, vault, token, now)
        if link is None:
            return None
        try:
            opened = self._decide(connection, link, token, now)
        except KeyDestroyed:
            return None
        return None if opened is None else (link, opened)

    def _decide(self, connection: Connection, link: Link, token: str, now: datetime) -> Opened | None:
        vault = self._store.vault
        here = next(iter(addresses.load(connection, vault, ids={link.address})), None)
        if here is None or here.person != link.person or not takes_private_links(here):
            return None
        around = circles.load(connection, vault, {link.child}, now)
        shelf = entries.load(connection, vault, {link.entry})
        entry = shelf.for_reader(link.person, around, now).get(link.entry)
        if entry is None or entry.child != link.child or not entry.is_live or entry.message is None:
            return None
        came = pictures.of_messages(connection, {entry.message})
        others = {child for each in came.get(entry.message, ()) for child in each.shown.children} - around.keys()
        around |= circles.load(connection, vault, others, now)
        copies = pictures.to_relay(connection, {each.id for found in came.values() for each in found})
        shown = showing.to_show(entry, link.person, _Known(around, came, copies), now, only=link.pictures)
        there = pictures.leaving(connection, vault, [CopyId(each.media) for each in shown], None, "", "")
        if not there:
            return None
        circle = around[link.child]
        author = circle.person(entry.author)
        return Opened(
            circle.child.name,
            author.name if author is not None else "",
            entry.happened_at,
            _words(entry),
            tuple(there),
            private_links.ticket(vault, token, now),
        )


def _words(entry: Entry) -> tuple[str, ...]:
    if entry.text is None:
        return ()
    return tuple(filter(None, (entry.text.words.strip(), *(each.words for each in entry.text.corrections))))
