"""The stream of changes: who is told what, and that it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.bot.web.browser import Browser

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


@pytest.fixture
async def live(browser: Browser) -> AsyncIterator[Browser]:
    """The browser, with somebody who watches the book."""
    watching = asyncio.create_task(browser.changes.run())
    yield browser
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def test_every_page_is_told_which_phones_and_threads_to_fetch_again(live: Browser) -> None:
    async with live.events() as one, live.events() as other:
        await live.types("hannah", "bad night, teething")
        await live.story.passes(20)

        for stream in (one, other):
            people, children = set[str](), set[str]()
            while not ({"hannah", "priya", "dawn"} <= people and "ella" in children):
                changed = await stream.changed()
                people |= set(changed["people"])
                children |= set(changed["children"])
                assert changed["clock"].startswith("2026-11-24T08:10:")
            assert people == {"hannah", "priya", "dawn"}
            assert children == {"ella"}


async def test_a_choice_and_a_moved_clock_are_told_too(live: Browser) -> None:
    async with live.events() as stream:
        await live.post("/api/sharing/hannah", {"id": "ella-dawn", "value": "nothing"})
        assert "ella" in (await stream.changed())["children"]

        await live.post("/api/clock", {"forward_seconds": 900}, status=200)
        while (await stream.changed())["clock"] != "2026-11-24T08:25:00.000Z":
            pass


async def test_a_quiet_stream_is_kept_open_by_a_line_now_and_then(live: Browser) -> None:
    async with live.events() as stream:
        assert await stream.next() == ": still here"
        assert await stream.next() == ": still here"


async def test_every_stream_ends_when_the_server_stops(live: Browser) -> None:
    async with live.events() as one, live.events() as other:
        live.changes.close()
        for stream in (one, other):
            while await stream.next():
                pass
            assert stream.content.at_eof()
