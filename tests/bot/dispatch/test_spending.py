"""The month's texts: what is urgent always goes, the rest is held with its reason, and nothing is lost by it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime

import pytest

from book.ids import Ids
from storage import text_months
from storage.database import Connection
from storage.store import Store
from tests.clocks import BookClock, MachineClock
from tests.doubles.twilio import Fault
from tests.kit.conversation import LONDON, Story, tell
from tests.kit.on_phones import OnPhones
from tests.kit.on_sms import OnSms
from tests.kit.together import Together

WEDNESDAY = datetime(2026, 11, 25, 6, 0, tzinfo=LONDON)
MOST = 4


@pytest.fixture
def dialect() -> str:
    return "sqlite"


@pytest.fixture
async def told(
    store: Store, book_clock: BookClock, machine_clock: MachineClock, ids: Ids
) -> AsyncIterator[tuple[Story, OnSms]]:
    """Joe has texts, of which four parts may go out in a month."""
    async with AsyncExitStack() as closing:
        texts = await closing.enter_async_context(OnSms())
        stage = Together(OnPhones(), texts, ("joe",))
        yield await tell(store, stage, book_clock, machine_clock, ids, at=WEDNESDAY, monthly_parts=MOST), texts


async def test_once_the_months_texts_are_used_only_what_is_urgent_goes_until_the_next_month_or_a_higher_limit(
    told: tuple[Story, OnSms],
) -> None:
    story, _ = told
    joe, priya, maya = (story.person(who) for who in ("joe", "priya", "maya"))
    await story.until("11:00")
    for where in ("knee", "chin", "elbow", "head"):
        await priya.says(f"Noah had a small bump on his {where}")
        await story.passes(60)
    assert await maya.hears_anything() == (
        "Half of this month's texts are used: 2 of 4.\n"
        "This month's 4 texts are used. Until 1 December only what is urgent goes by text; the rest waits, and whoever "
        "writes it is told. Whoever runs Bookbag for you can raise the limit."
    )
    await priya.hears_anything()
    await joe.hears_anything()

    await priya.says("Noah had another bump, on his toe")
    await story.passes(60)
    await joe.hears_nothing()
    assert "Joe (no texts until 1 December: please ring)" in await priya.hears_anything()
    await priya.says("Noah temp 38.9 pls collect asap")
    assert "please collect" in await joe.hears_anything()

    # Next month's first morning, and as one message with whatever else waited.
    await story.until_instant(datetime(2026, 12, 1, 6, 59, tzinfo=LONDON))
    await joe.hears_nothing()
    await story.until_instant(datetime(2026, 12, 1, 7, 0, tzinfo=LONDON))
    assert "another bump, on his toe" in await joe.hears_anything()
    assert "Half" not in await maya.hears_anything()


async def test_a_higher_limit_lets_go_what_was_held_at_the_next_start(
    told: tuple[Story, OnSms],
) -> None:
    story, texts = told
    joe, priya = story.person("joe"), story.person("priya")
    await story.until("11:00")

    def use_up(connection: Connection) -> None:
        text_months.add(connection, texts.channel.account, "2026-11", MOST)

    await story.store.write(use_up)
    await priya.says("Noah had a small bump on his knee")
    await story.passes(60)
    await joe.hears_nothing()
    story.monthly_parts = 10
    await story.begins_again()
    await story.settles()
    assert "small bump" in await joe.hears_anything()
    assert await story.store.read(text_months.spent, texts.channel.account, "2026-11") == MOST + 1
    # What the provider would not take is not paid for.
    texts.double.plan(Fault.refused(21408), on="messages.create")
    await priya.says("Noah had a small bump on his chin")
    await story.passes(60)
    assert await story.store.read(text_months.by_month) == {"2026-11": MOST + 1}
