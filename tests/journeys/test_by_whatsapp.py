"""By WhatsApp: the dialogues word for word, and what waits until somebody writes, with nothing lost by that."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from book.ids import Ids
from book.understanding.lexicon import Lexicon
from book.wording.catalogue import Catalogue
from storage.store import Store
from tests.clocks import BookClock, MachineClock
from tests.kit.conversation import Story, tell
from tests.kit.on_phones import OnPhones
from tests.kit.on_whatsapp import OnWhatsApp
from tests.kit.together import Together

Begin = Callable[..., Awaitable[tuple[Story, OnWhatsApp]]]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.prove)])
def dialect(request: pytest.FixtureRequest) -> str:
    """What WhatsApp shows does not depend on the database."""
    found: str = request.param
    return found


@pytest.fixture
async def begin(
    store: Store,
    book_clock: BookClock,
    machine_clock: MachineClock,
    ids: Ids,
    lexicon: Lexicon,
    catalogue: Catalogue,
) -> AsyncIterator[Begin]:
    """Some have WhatsApp; everybody else a phone."""
    async with AsyncExitStack() as closing:

        async def begins(*who: str, closed: bool = False, **people: object) -> tuple[Story, OnWhatsApp]:
            whatsapp = await closing.enter_async_context(OnWhatsApp(closed=closed))
            stage = Together(OnPhones(), whatsapp, who)
            story = await tell(
                store, stage, book_clock, machine_clock, ids, lexicon=lexicon, catalogue=catalogue,
                public_url="https://book.example.org", **people,  # type: ignore[arg-type]
            )  # fmt: skip
            return story, whatsapp

        yield begins


async def test_a_note_is_answered_with_buttons_and_a_press_takes_it_back(begin: Begin) -> None:
    story, whatsapp = await begin("joe")
    joe = story.person("joe")
    await story.until("6:30")
    await joe.says("up 3 times, bit snotty")
    await joe.hears("Who's that about?", buttons=("Noah", "Poppy", "Both"))
    await joe.presses("Poppy")
    await story.passes(10)
    await joe.hears("✓ Poppy · sleep, health → Carys 7:30", buttons=("Undo", "Change"))
    await joe.presses("Undo")
    await joe.hears("Taken back. Nobody was told.")
    assert {each.status for each in whatsapp.double.attempts} == {204}


async def test_after_a_day_an_urgent_note_says_whom_to_ring_and_the_tap_brings_the_words(begin: Begin) -> None:
    story, whatsapp = await begin("joe", closed=True)
    joe = story.person("joe")
    await story.until("11:15")
    await story.person("priya").says("Noah temp 38.9 pls collect asap")
    await story.passes(5)
    await joe.hears("Please ring Sunshine now on 01632 960123. Tap below to read why.", buttons=("Show me",))
    await joe.hears_nothing()
    await joe.presses("Show me")
    heard = await joe.hears_anything()
    assert "Noah temp 38.9 pls collect asap" in heard
    assert whatsapp.double.out_of_window == []
