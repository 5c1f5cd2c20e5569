"""Every story plays on the phones, Telegram, WhatsApp and both databases; `tests.matrix` says where by default."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from book.disclosure import Carries
from book.ids import IdMaker, Ids
from book.understanding.lexicon import Lexicon, load_lexicon
from book.wording.catalogue import Catalogue, load_catalogue
from bot.demo.roster import DemoRoster
from storage.roster import Roster
from storage.store import Store
from tests.clocks import BookClock, MachineClock
from tests.journeys.not_by_whatsapp import needs_more_than_whatsapp
from tests.kit.conversation import Stage, Story, tell
from tests.kit.on_phones import OnPhones
from tests.kit.on_telegram import OnTelegram
from tests.kit.on_text import OnText
from tests.kit.on_whatsapp import OnWhatsApp
from tests.kit.together import Together
from tests.matrix import EVERYWHERE

# What a platform changes and what a database changes do not touch each other, so three of the four combinations
# show all there is to see; the fourth is played for a few stories that use everything (`tests.matrix`).
_SCENERIES = (("phones", "sqlite"), ("phones", "postgresql"), ("telegram", "sqlite"))
_ON_WHATSAPP = (("whatsapp", "sqlite"), ("whatsapp", "postgresql"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "scenery" in metafunc.fixturenames:
        name = metafunc.function.__name__
        more = (("telegram", "postgresql"),) if name in EVERYWHERE else ()
        if not needs_more_than_whatsapp(metafunc.module.__name__, name):
            more = (*more, *_ON_WHATSAPP)
        metafunc.parametrize("scenery", [pytest.param(each, id="-".join(each)) for each in (*_SCENERIES, *more)])


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
Play = Callable[..., Awaitable[Story]]


@pytest.fixture
def play(
    store: Store,
    book_clock: BookClock,
    machine_clock: MachineClock,
    ids: Ids,
    lexicon: Lexicon,
    catalogue: Catalogue,
) -> Play:
    """Tells a story on whatever stage it is given; who is in it is as :func:`tell` is told."""

    async def plays(stage: Stage, **people: Any) -> Story:
        return await tell(store, stage, book_clock, machine_clock, ids, lexicon=lexicon, catalogue=catalogue, **people)

    return plays


async def _stage(platform: str, closing: AsyncExitStack) -> Stage:
    match platform:
        case "telegram":
            return await closing.enter_async_context(OnTelegram())
        case "whatsapp":
            return await closing.enter_async_context(OnWhatsApp())
        case _:
            return OnPhones()


@pytest.fixture
async def begin(scenery: tuple[str, str], play: Play) -> AsyncIterator[Begin]:
    """Tells a story on the platform of its scenery; who is in it is as :func:`tell` is told."""
    async with AsyncExitStack() as closing:

        async def begins(**people: Any) -> Story:
            stage = await _stage(scenery[0], closing)
            return await play(stage, **people)

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
async def by_text(scenery: tuple[str, str], play: Play) -> AsyncIterator[ByText]:
    """A story in which some have plain texts, with the words they chose to have there."""
    async with AsyncExitStack() as closing:

        async def begins(*texts: str, more: Callable[[DemoRoster], Roster] | None = None) -> Story:
            first = await _stage(scenery[0], closing)
            stage = Together(first, OnText(Carries.WORDS), texts)
            return await play(stage, more=more)

        yield begins
