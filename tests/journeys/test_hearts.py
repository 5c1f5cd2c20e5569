"""A heart on a message is heard, and answered with silence."""

from __future__ import annotations

import random

import pytest

from book.deliveries import InboxState
from book.ids import IdMaker
from book.reasons import Reason
from book.understanding.lexicon import Lexicon
from book.wording.catalogue import Catalogue
from storage.store import Store
from tests.clocks import BookClock, MachineClock
from tests.kit.conversation import tell
from tests.kit.on_disk import entries, inbox
from tests.kit.on_telegram import OnTelegram


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_heart_on_a_relay_is_a_light_response_that_files_nothing_and_tells_nobody(
    store: Store,
    book_clock: BookClock,
    machine_clock: MachineClock,
    lexicon: Lexicon,
    catalogue: Catalogue,
) -> None:
    ids = IdMaker(now=book_clock.now, chance=random.Random(7).randrange)
    async with OnTelegram() as stage:
        story = await tell(store, stage, book_clock, machine_clock, ids, lexicon=lexicon, catalogue=catalogue)
        hannah, priya = story.person("hannah"), story.person("priya")
        await story.until("8:10")
        await hannah.says("bad night, teething")
        await story.passes(30)
        relay = await priya.hears('Ella, from Hannah 8:10: "bad night, teething"')
        await hannah.hears_anything()
        filed = await entries(story)

        await priya.reacts(relay)
        await priya.reacts(relay, "")
        await story.passes(60)

        assert [(row.state, row.reason) for row in (await inbox(story))[-2:]] == [
            (InboxState.SKIPPED, Reason.SMALL_TALK)
        ] * 2
        assert await entries(story) == filed
        await priya.hears_nothing()
        await hannah.hears_nothing()
