"""A number that may be somebody else's by now is asked once whether it is still hers, and learns nothing until then."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from tests.journeys.conftest import Play
from tests.kit.conversation import Story
from tests.kit.on_phones import OnPhones
from tests.kit.on_sms import OnSms
from tests.kit.together import Together

ASKED = "Sunshine's Bookbag. Still you? Reply 1"
Begin = Callable[[], Awaitable[tuple[Story, OnSms]]]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.prove)])
def dialect(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
async def begin(play: Play) -> AsyncIterator[Begin]:
    """Joe has texts, with the words he chose; everybody else a phone."""
    async with AsyncExitStack() as closing:

        async def begins() -> tuple[Story, OnSms]:
            texts = await closing.enter_async_context(OnSms())
            stage = Together(OnPhones(), texts, ("joe",))
            story = await play(stage)
            return story, texts

        yield begins


async def test_after_ninety_silent_days_it_is_asked_once_and_everything_waits_in_order_for_the_answer(
    begin: Begin,
) -> None:
    story, _ = await begin()
    joe, priya, maya = (story.person(who) for who in ("joe", "priya", "maya"))
    await joe.says("noah slept well")
    await story.passes(30)
    await joe.hears_anything()
    await story.until("11:00", days=90)
    await joe.hears(ASKED)

    await priya.hears_anything()
    await priya.says("Noah had a small bump on his knee")
    await priya.says("Noah had a small bump on his elbow")
    await story.passes(60)
    assert await joe.hears_anything() == ""
    heard = await priya.hears_anything()
    assert "Joe (hasn't answered whether that number still reaches him: please ring)" in heard, heard
    await priya.says("Noah temp 38.9 pls collect asap")
    await joe.hears("Please ring Sunshine now: 01632 960123.")

    await maya.hears_anything()
    await story.until("12:00", days=8)
    await joe.hears_nothing()
    asked = "Joe hasn't answered whether 07700 901000 is still his number."
    assert (await maya.hears_anything()).count(asked) == 1

    await joe.says("1")
    await story.passes(30)
    heard = await joe.hears_anything()
    assert heard.startswith("Thank you. Texts go on as before.")
    assert heard.index("bump on his knee") < heard.index("bump on his elbow")
    await story.until("12:00", days=30)
    assert ASKED not in await joe.hears_anything()


async def test_whoever_has_the_number_now_learns_nothing_and_the_setting_is_told(begin: Begin) -> None:
    story, texts = await begin()
    joe, priya, maya = (story.person(who) for who in ("joe", "priya", "maya"))
    await story.until("11:00")
    texts.telephone("joe").fails_with = 30005
    await priya.says("Noah had a small bump on his knee")
    await story.passes(60)
    await story.settles()
    texts.telephone("joe").fails_with = None
    await story.passes(60)
    assert {each.text for each in texts.telephone("joe").from_us if "Noah" in each.text} <= {
        'Noah, from Priya 11:00: "Noah had a small bump on his knee"'
    }
    before = len(texts.telephone("joe").from_us)
    await maya.hears_anything()
    await joe.says("who is this?")
    await priya.says("Noah had a small bump on his elbow")
    await priya.says("Noah temp 38.9 pls collect asap")
    await story.passes(600)
    assert len(texts.telephone("joe").from_us) == before
    assert "Whoever has 07700 901000 says it isn't Joe's." in await maya.hears_anything()


async def test_any_other_text_proves_it_as_well_and_is_filed_like_any_other(begin: Begin) -> None:
    story, _ = await begin()
    joe = story.person("joe")
    await story.until("11:00", days=90)
    await joe.hears(ASKED)
    await joe.says("noah slept till 7")
    await story.passes(30)
    assert "Noah: sleep." in await joe.hears_anything()
