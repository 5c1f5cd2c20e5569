"""Pictures on the demo's page: picked or dragged, shown in a bubble, and each whole when it is chosen."""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.bot.demo.running import RunningDemo, running_demo
from tests.browser.test_demo_page import LAPTOP, TELEPHONE, page_of, phone, until_focused
from tests.kit.pictures import painting

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def demo(first_days: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    folder = tmp_path_factory.mktemp("pictures") / "demo"
    with running_demo(Path(shutil.copytree(first_days, folder))) as running:
        yield running


def photo(number: int) -> FilePayload:
    return {"name": f"IMG_{number}.png", "mimeType": "image/png", "buffer": painting(number)}


async def picks(page: Page, who: str, files: Sequence[FilePayload]) -> None:
    async with page.expect_file_chooser() as opened:
        await phone(page, who).locator(".pick").press("Enter")
    await (await opened.value).set_files(files)
    await expect(phone(page, who).locator(".tray li")).to_have_count(len(files))


async def drags(page: Page, who: str, *pictures: bytes) -> None:
    """Files from another window are let go over her phone."""
    await phone(page, who).evaluate(
        """(phone, files) => {
            const brought = new DataTransfer();
            for (const [place, file] of files.entries()) {
                const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
                brought.items.add(new File([bytes], `IMG_${place}.png`, { type: "image/png" }));
            }
            const log = phone.querySelector(".log");
            for (const kind of ["dragenter", "dragover", "drop"]) {
                log.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: brought }));
            }
        }""",
        [base64.b64encode(each).decode() for each in pictures],
    )


_ARE_LOADED = """() => [...document.querySelectorAll(".picture img")].every(
    (one) => one.complete && one.naturalWidth > 0)"""


async def test_an_album_is_picked_sent_and_looked_at_whole_from_the_keyboard(demo: RunningDemo) -> None:
    async with page_of(demo, LAPTOP) as page:
        await until_focused(page, "[data-person=priya] .pick")
        await picks(page, "priya", [photo(1), photo(2), photo(3)])
        await until_focused(page, "[data-person=priya] .tray li:last-child .leave-out")
        await page.keyboard.press("Enter")
        await expect(phone(page, "priya").locator(".tray li")).to_have_count(2)
        await phone(page, "priya").locator("textarea").fill("Ella and Noah, painting")
        await page.keyboard.press("Enter")

        bubble = phone(page, "priya").locator("[data-seq][data-from=me]", has_text="painting").last
        shown = bubble.locator("img")
        await expect(shown).to_have_count(2)
        assert [await each.get_attribute("alt") for each in await shown.all()] == [
            "Picture 1 of 2 in this message",
            "Picture 2 of 2 in this message",
        ]
        # Her own file is shown until what the book keeps of it is there.
        await expect(shown.first).to_have_attribute("src", re.compile("/api/people/priya/documents/"))
        await page.wait_for_function(_ARE_LOADED)
        await expect(phone(page, "priya").locator(".tray")).to_be_hidden()

        await bubble.focus()
        await until_focused(page, "[data-person=priya] [data-picture='1']")
        await page.keyboard.press("Enter")
        viewer = page.locator("dialog.viewer")
        await expect(viewer.get_by_role("img", name="Picture 1 of 2 in this message")).to_be_visible()
        await page.keyboard.press("ArrowRight")
        await expect(viewer.locator(".viewer-count")).to_have_text("2 of 2")
        await page.keyboard.press("ArrowRight")
        await expect(viewer.locator(".viewer-count")).to_have_text("1 of 2")
        await page.keyboard.press("Escape")
        await expect(viewer).to_have_count(0)
        assert await page.evaluate("document.activeElement.dataset.picture") == "1"


async def test_on_a_telephone_in_the_dark_what_is_dragged_onto_a_phone_fits(demo: RunningDemo) -> None:
    async with page_of(demo, TELEPHONE) as page:
        await page.emulate_media(color_scheme="dark")
        await drags(page, "hannah", *[painting(each) for each in range(1, 8)])
        await expect(phone(page, "hannah").locator(".tray li")).to_have_count(7)
        await phone(page, "hannah").get_by_role("button", name="Send").click()

        bubble = phone(page, "hannah").locator("[data-seq][data-from=me]", has=page.locator("img")).last
        await expect(bubble.locator("img")).to_have_count(7)
        await bubble.locator("[data-picture='7']").click()
        await expect(page.locator("dialog.viewer img")).to_be_in_viewport(ratio=1)
        await page.get_by_role("button", name="Close", exact=True).click()
        assert await page.evaluate("document.documentElement.scrollWidth") == TELEPHONE[0]
        for each in await bubble.locator(".picture").all():
            box = await each.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= TELEPHONE[0]


async def test_what_is_too_much_is_said_before_it_is_sent(demo: RunningDemo) -> None:
    async with page_of(demo, LAPTOP) as page:
        await until_focused(page, "[data-person=dawn] .pick")
        async with page.expect_file_chooser() as opened:
            await phone(page, "dawn").locator(".pick").press("Enter")
        await (await opened.value).set_files([photo(each) for each in range(21)])

        await expect(phone(page, "dawn").get_by_role("alert")).to_have_text("20 files are the most in one message.")
        await expect(phone(page, "dawn").locator(".tray li")).to_have_count(20)


async def test_a_picture_from_home_is_shown_at_nursery_and_in_the_book(demo: RunningDemo) -> None:
    async with page_of(demo, LAPTOP) as page:
        await drags(page, "hannah", painting(1), painting(2))
        await phone(page, "hannah").locator("textarea").fill("Ella rode her scooter")
        await phone(page, "hannah").locator("textarea").press("Enter")

        told = phone(page, "priya").locator("[data-from=bookbag]", has_text="rode her scooter")
        entry = page.locator("[data-entry]", has_text="rode her scooter")
        for shown in (told, entry):
            await expect(shown.locator("img")).to_have_count(2)
        await page.wait_for_function(_ARE_LOADED)
        await entry.locator("[data-picture='2']").click()
        whole = page.locator("dialog.viewer")
        await expect(whole.get_by_role("img", name="Picture 2 of 2 in Hannah's note")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(whole).to_have_count(0)
