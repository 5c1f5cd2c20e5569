"""Every story plays on the phones, on Telegram and on both databases: here in part, whole in the long proofs."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any
from zlib import crc32

import pytest

from book.disclosure import Carries
from book.ids import IdMaker, Ids
from book.understanding.lexicon import Lexicon, load_lexicon
from book.wording.catalogue import Catalogue, load_catalogue
from bot.demo.roster import DemoRoster
from storage.roster import Roster
from storage.store import Store
from tests.clocks import BookClock, MachineClock
from tests.kit.conversation import Story, tell
from tests.kit.on_phones import OnPhones
from tests.kit.on_telegram import OnTelegram
from tests.kit.on_text import OnText
from tests.kit.together import Together

# What a platform changes and what a database changes do not touch each other, so three of the four combinations
# show all there is to see; the fourth is played for a few stories that use everything. The model dialogues play in all
# three whenever anybody tests; of the other stories a quarter take Telegram and a quarter PostgreSQL beside the phones,
# and `make prove` plays the rest. Which quarter a story is in follows from its name.
_ALWAYS = ("phones", "sqlite")
_BESIDE = (("phones", "postgresql"), ("telegram", "sqlite"))
_EVERYWHERE = frozenset(
    {
        "test_a_bad_night_reaches_the_key_person_and_the_childminder",
        "test_dialogue_4_five_messages_in_a_row",
        "test_undo_too_late_takes_back_what_had_gone_out_and_says_who_may_have_read_it",
    }
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "scenery" in metafunc.fixturenames:
        name = metafunc.function.__name__
        whole = "dialogue" in name or name in _EVERYWHERE
        sceneries = [pytest.param(_ALWAYS, id="-".join(_ALWAYS))]
        for place, each in enumerate(_BESIDE):
            later = () if whole or crc32(name.encode()) % 4 == place else (pytest.mark.prove,)
            sceneries.append(pytest.param(each, id="-".join(each), marks=later))
        if name in _EVERYWHERE:
            sceneries.append(pytest.param(("telegram", "postgresql"), id="telegram-postgresql"))
        metafunc.parametrize("scenery", sceneries)


@pytest.fixture
def dialect(scenery: tuple[str, str]) -> str:
    """The database of this story."""
    return scenery[1]


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


Begin = Callable[..., Awaitable[Story]]


@pytest.fixture
async def begin(
    scenery: tuple[str, str],
    store: Store,
    book_clock: BookClock,
    machine_clock: MachineClock,
    ids: Ids,
    lexicon: Lexicon,
    catalogue: Catalogue,
) -> AsyncIterator[Begin]:
    """Tells a story on the platform of its scenery; who is in it is as :func:`tell` is told."""
    async with AsyncExitStack() as closing:

        async def begins(**people: Any) -> Story:
            stage = OnPhones() if scenery[0] == "phones" else await closing.enter_async_context(OnTelegram())
            return await tell(
                store, stage, book_clock, machine_clock, ids, lexicon=lexicon, catalogue=catalogue, **people
            )

        yield begins


@pytest.fixture
async def story(begin: Begin) -> Story:
    return await begin()


@pytest.fixture
async def before_dawn(begin: Begin) -> Story:
    """The same people, before Ella had a childminder."""
    return await begin(without=("dawn",))


ByText = Callable[..., Awaitable[Story]]


@pytest.fixture
async def by_text(
    scenery: tuple[str, str],
    store: Store,
    book_clock: BookClock,
    machine_clock: MachineClock,
    ids: Ids,
    lexicon: Lexicon,
    catalogue: Catalogue,
) -> AsyncIterator[ByText]:
    """A story in which some have plain texts, with the words they chose to have there."""
    async with AsyncExitStack() as closing:

        async def begins(*texts: str, more: Callable[[DemoRoster], Roster] | None = None) -> Story:
            first = OnPhones() if scenery[0] == "phones" else await closing.enter_async_context(OnTelegram())
            stage = Together(first, OnText(Carries.WORDS), texts)
            return await tell(
                store, stage, book_clock, machine_clock, ids, lexicon=lexicon, catalogue=catalogue, more=more
            )

        yield begins
