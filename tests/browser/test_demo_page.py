"""The demo's page in a real browser, over a real ``bookbag demo``."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Locator, Page, expect

from tests.bot.demo.running import RunningDemo, running_demo
from tests.browser.chromium import chromium

pytestmark = pytest.mark.browser

LAPTOP = (1280, 800)
TELEPHONE = (360, 740)
RELAY = 'Ella, from Hannah 7:40: "bad night, teething"'
TICKED = "✓ Ella · sleep, health → Priya ✓ Dawn ✓"
PATIENCE_MS = 60_000


@pytest.fixture
def demo(first_days: Path, tmp_path: Path) -> Iterator[RunningDemo]:
    with running_demo(Path(shutil.copytree(first_days, tmp_path / "demo"))) as running:
        yield running


@asynccontextmanager
async def page_of(demo: RunningDemo, size: tuple[int, int]) -> AsyncIterator[Page]:
    """The page, loaded once. It may not be loaded again, complain, or ask anything of anybody but its server."""
    expect.set_options(timeout=PATIENCE_MS)
    complaints: list[str] = []
    asked: set[str | None] = set()
    loaded: list[str] = []
    async with chromium() as browser:
        context = await browser.new_context(viewport={"width": size[0], "height": size[1]})
        page = await context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda fault: complaints.append(str(fault)))
        # What the page itself holds is asked of nobody.
        page.on("request", lambda request: asked.add(urlsplit(request.url.removeprefix("blob:")).netloc))
        page.on("domcontentloaded", lambda _: loaded.append(page.url))
        await page.goto(demo.url)
        await expect(page.locator("[data-person=hannah] [data-seq]").first).to_be_attached()
        yield page
    assert complaints == []
    assert asked == {urlsplit(demo.url).netloc}
    assert len(loaded) == 1


def phone(page: Page, who: str) -> Locator:
    return page.locator(f"[data-person={who}]")


def said(page: Page, who: str) -> Locator:
    """What the bot has said on her phone, newest last."""
    return phone(page, who).locator("[data-from=bookbag] [data-words]")


async def types(page: Page, who: str, text: str) -> None:
    field = phone(page, who).locator("textarea[name=text]")
    await field.fill(text)
    await field.press("Enter")


async def test_scene_1_happens_before_the_visitors_eyes(demo: RunningDemo) -> None:
    async with page_of(demo, LAPTOP) as page:
        await expect(page.locator("[data-clock]")).to_contain_text("07:4")
        for who in ("hannah", "priya", "dawn"):
            await expect(phone(page, who)).to_be_in_viewport(ratio=0.99)
        await expect(page.locator("#book")).to_be_in_viewport(ratio=0.99)

        await types(page, "hannah", "bad night, teething")

        entry = page.locator("[data-entry]", has_text="bad night, teething")
        await expect(entry.locator("[data-topic=sleep]")).to_be_visible()
        await expect(entry.locator("[data-topic=health]")).to_be_visible()
        acknowledgement = phone(page, "hannah").locator("[data-from=bookbag]").last
        await expect(acknowledgement).to_contain_text("✓ Ella · sleep, health → Priya, Dawn")
        seq = await acknowledgement.get_attribute("data-seq")
        for who in ("priya", "dawn"):
            await expect(said(page, who).last).to_have_text(RELAY)
        await expect(phone(page, "hannah").locator(f"[data-seq='{seq}'] [data-words]")).to_have_text(TICKED)
        await expect(entry.locator("[data-audience=told]")).to_contain_text("Priya and Dawn")
        await expect(entry.locator("[data-audience=not]")).to_contain_text("Tom")


async def test_after_nothing_on_the_switch_the_childminder_receives_nothing(demo: RunningDemo) -> None:
    async with page_of(demo, LAPTOP) as page:
        switch = phone(page, "hannah").locator("[data-sharing=ella-dawn]")
        await expect(switch.get_by_label("her day")).to_be_checked()
        # What is there already has arrived before it is counted; a phone not yet shown has no inner texts.
        await expect(page.locator("main.stage[data-waiting]")).to_have_count(0)
        await expect(said(page, "dawn").last).to_be_visible()
        before = await said(page, "dawn").all_text_contents()

        await switch.get_by_text("nothing").click()
        await expect(switch.get_by_label("nothing")).to_be_checked()
        await types(page, "hannah", "bad night, teething")

        await expect(said(page, "priya").last).to_have_text(RELAY)
        entry = page.locator("[data-entry]", has_text="bad night, teething")
        await expect(entry.locator("[data-audience=told]")).to_contain_text("Priya")
        await expect(entry.locator("[data-audience=not]")).to_contain_text("Dawn: not shared")
        # She is told that something has changed, and nothing of what was written.
        new = (await said(page, "dawn").all_text_contents())[len(before) :]
        assert not [text for text in new if "teething" in text]


async def test_everything_can_be_done_from_the_keyboard(demo: RunningDemo) -> None:
    async with page_of(demo, LAPTOP) as page:
        await until_focused(page, "[data-person=hannah] textarea[name=text]")
        await page.keyboard.type("bad night, teething")
        await page.keyboard.press("Enter")
        undo = phone(page, "hannah").locator(".choice", has_text="Undo").last
        await expect(undo).to_be_visible()

        await page.locator("[data-person=hannah] .phone-head button").focus()
        await until_focused(page, "[data-person=hannah] .message:last-child .choice")
        await page.keyboard.press("Enter")

        await expect(page.locator("[data-entry]", has_text="bad night")).to_have_attribute("data-state", "withdrawn")


async def until_focused(page: Page, selector: str) -> None:
    """Press Tab until this has the focus, as somebody without a mouse does."""
    for _ in range(200):
        await page.keyboard.press("Tab")
        if await page.evaluate("(wanted) => document.activeElement?.matches(wanted)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached with the Tab key")


async def test_on_a_telephone_nothing_has_to_be_pushed_sideways(demo: RunningDemo) -> None:
    async with page_of(demo, TELEPHONE) as page:
        for tab in ("dawn", "book", "hannah"):
            await page.locator(f"[data-tab={tab}] button").click()
            panel = page.locator("#book") if tab == "book" else phone(page, tab)
            await expect(panel).to_be_in_viewport(ratio=0.95)
            assert await page.evaluate("document.documentElement.scrollWidth") == TELEPHONE[0]
        await types(page, "hannah", "bad night, teething")
        await expect(said(page, "hannah").last).to_have_text(TICKED)
        await expect(page.locator("[data-tab=dawn] .dot")).to_be_visible()


async def test_a_page_finds_its_server_again_and_loses_nothing(demo: RunningDemo, tmp_path: Path) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    async with chromium() as browser:
        page = await browser.new_page()
        await page.goto(demo.url)
        await types(page, "hannah", "bad night, teething")
        await expect(said(page, "dawn").last).to_have_text(RELAY)

        demo.ends()
        await expect(page.locator("[data-connection]")).to_have_text("Reconnecting…")
        with running_demo(tmp_path / "demo", "--port", str(urlsplit(demo.url).port)):
            await expect(page.locator("[data-connection]")).to_have_text("")
            await types(page, "hannah", "and no breakfast")
            await expect(said(page, "dawn").last).to_contain_text("and no breakfast")
            await expect(phone(page, "hannah").locator("[data-from=me]", has_text="bad night")).to_have_count(1)
