"""What the tests of the demo's server ask for: the server itself, over a real socket, and a book that stands still."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from book.ids import IdMaker
from book.wording.catalogue import load_catalogue
from book.wording.compose import Composer
from bot.demo.book_time import BookTime, KeptTime
from bot.web.application import application
from bot.web.backstage import Backstage
from bot.web.events import Changes
from bot.web.gate import names_of
from bot.web.people import find_phones, load_circles, page_ids
from storage.store import Store
from tests.bot.web.browser import Browser
from tests.clocks import BookClock, MachineClock
from tests.kit.conversation import LONDON, tell
from tests.kit.on_phones import OnPhones


@pytest.fixture
async def browser(
    store: Store, book_clock: BookClock, machine_clock: MachineClock, tmp_path: Path
) -> AsyncIterator[Browser]:
    """The demo's server over a real socket at 8:10 on a Tuesday, and a book whose time stands still until moved."""
    ids = IdMaker(now=book_clock.now, chance=random.Random(7).randrange)
    story = await tell(store, OnPhones(), book_clock, machine_clock, ids)
    await story.until("08:10")
    about = {"hannah": "Ella's mum"}
    order = list(story.people.people)
    phones = await store.read(find_phones, store.vault, about, order, story.people.open)
    around = await store.read(load_circles, store.vault, story.clock.now())
    changes = Changes(
        store,
        {each.address: each.id for each in phones},
        page_ids(around),
        now=book_clock.now,
        heartbeat_seconds=0.05,
    )
    time = BookTime(book_clock, KeptTime(tmp_path / "time.json"), story.running, LONDON)
    backstage = Backstage(store, time, ids, Composer(load_catalogue(), LONDON), phones, changes)
    names: set[str] = set()
    server = TestServer(application(backstage, names))
    await server.start_server()
    assert server.port is not None
    names |= names_of(server.port)
    async with TestClient(server) as client:
        yield Browser(client, story, changes, server.port)
        changes.close()
