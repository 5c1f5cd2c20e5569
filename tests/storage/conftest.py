"""A story to look behind: the demo's people on phones, with everything between them and the database."""

from __future__ import annotations

import random

import pytest

from book.ids import IdMaker, Ids
from storage.store import Store
from tests.clocks import BookClock, MachineClock
from tests.kit.conversation import Story, tell
from tests.kit.on_phones import OnPhones


@pytest.fixture
def ids(book_clock: BookClock) -> Ids:
    return IdMaker(now=book_clock.now, chance=random.Random(7).randrange)


@pytest.fixture
async def story(store: Store, book_clock: BookClock, machine_clock: MachineClock, ids: Ids) -> Story:
    return await tell(store, OnPhones(), book_clock, machine_clock, ids)
