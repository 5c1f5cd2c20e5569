"""The picture of the demo at the top of the README: ``python -m tests.browser.screenshot docs/images/demo.png``.

Starts a demo of its own, plays the bad night on Hannah's phone, and takes the picture once everybody has it.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import expect

from tests.bot.demo.running import running_demo
from tests.browser.chromium import chromium


async def take(picture: Path, *, width: int, height: int, dark: bool, url: str) -> None:
    """Play scene 1 on the demo at ``url`` and save what the page shows then."""
    expect.set_options(timeout=60_000)
    async with chromium() as browser:
        page = await browser.new_page(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        await page.goto(url)
        hannah = page.locator("[data-person=hannah]")
        await hannah.locator("textarea[name=text]").fill("bad night, teething")
        await hannah.locator("textarea[name=text]").press("Enter")
        await expect(hannah.locator("[data-from=bookbag] [data-words]").last).to_contain_text("Dawn ✓")
        await expect(page.locator("[data-entry]").last.locator("[data-audience=told]")).to_be_attached()
        await page.evaluate("document.activeElement.blur()")
        # What arrives is marked for a moment; the picture is of the moment after.
        await page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")
        await page.screenshot(path=picture)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--width", type=int, default=1440)
    parser.add_argument("--height", type=int, default=900)
    parser.add_argument("--dark", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running_demo(Path(folder) / "demo") as demo:
        asyncio.run(take(given.picture, width=given.width, height=given.height, dark=given.dark, url=demo.url))
        demo.ends()


if __name__ == "__main__":
    main()
