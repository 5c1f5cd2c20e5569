"""What the tests of handling ask for: the whole product on the scripted platform, with both clocks by hand."""

from __future__ import annotations

import random

import pytest

from book.ids import IdMaker, Ids
from book.understanding.lexicon import Lexicon, load_lexicon
from book.wording.catalogue import Catalogue, load_catalogue
from storage.store import Store
from tests.clocks import BookClock, MachineClock
from tests.kit.conversation import Story, tell
from tests.kit.on_script import OnScript


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    """Loaded once: it never changes."""
    return load_lexicon()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def ids(book_clock: BookClock) -> Ids:
    return IdMaker(now=book_clock.now, chance=random.Random(7).randrange)


@pytest.fixture
def stage() -> OnScript:
    return OnScript()


@pytest.fixture
async def story(
    store: Store,
    stage: OnScript,
    book_clock: BookClock,
    machine_clock: MachineClock,
    ids: Ids,
    lexicon: Lexicon,
    catalogue: Catalogue,
) -> Story:
    """Ten past eight on a Tuesday: Priya and Dawn are at work."""
    told = await tell(store, stage, book_clock, machine_clock, ids, lexicon=lexicon, catalogue=catalogue)
    await told.until("8:10")
    return told
