"""When a child comes, said in the chat: it counts, the setting notes it, and a note stays a note."""

from __future__ import annotations

from sqlalchemy import Connection, select

from storage import schema
from tests.kit.conversation import Story


def sessions_of_days(connection: Connection) -> list[tuple[str, bool, bool]]:
    rows = connection.execute(select(schema.sessions).where(schema.sessions.c.day.is_not(None)))
    return [(row.day, row.off, row.confirmed_at is not None) for row in rows]


async def test_not_thursday_is_noted_by_the_setting_and_its_author_is_told_once(story: Story) -> None:
    fay, priya = story.person("fay"), story.person("priya")
    await story.until("8:40")

    await fay.says("leo not in thursday")
    await story.passes(10)
    await fay.hears("✓ Leo · attendance → Priya now")
    await story.passes(20)
    assert await story.store.read(sessions_of_days) == [("2026-11-26", True, False)]

    await priya.hears('Leo, from Fay 8:40: "leo not in thursday"', buttons=("Noted",))
    await fay.sees("✓ Leo · attendance → Priya ✓")
    await priya.presses("Noted")
    await fay.hears("Sunshine has noted it: Leo not in Thursday 26 November (Priya).")
    await priya.presses("Noted")
    await fay.hears_nothing()
    assert await story.store.read(sessions_of_days) == [("2026-11-26", True, True)]


async def test_of_two_settings_on_a_day_the_parent_says_which(story: Story) -> None:
    hannah, dawn = story.person("hannah"), story.person("dawn")
    await story.until("8:40")

    await hannah.says("not Thursday")
    await hannah.hears("Ella not in Thursday 26 November: where?", buttons=("Sunshine", "Dawn"))
    assert await story.store.read(sessions_of_days) == []
    await hannah.presses("Dawn")
    assert await story.store.read(sessions_of_days) == [("2026-11-26", True, False)]
    assert "Ella is not in Thursday 26 November, says Hannah." in await dawn.hears_anything()


async def test_what_the_manager_says_needs_nobodys_yes(story: Story) -> None:
    maya = story.person("maya")
    await story.until("8:40")

    await maya.says("noah not in thursday")
    assert await story.store.read(sessions_of_days) == [("2026-11-26", True, True)]


async def test_a_note_that_mentions_a_day_changes_nothing(story: Story) -> None:
    hannah = story.person("hannah")
    await story.until("8:40")

    await hannah.says("Ella not well thursday")
    await story.passes(10)

    assert (await hannah.hears_anything()).startswith("✓ Ella")
    assert await story.store.read(sessions_of_days) == []


async def test_staff_write_down_who_is_here(story: Story) -> None:
    priya = story.person("priya")
    await story.until("8:40")

    await priya.says("ella and noah are here")
    await priya.hears("✓ Ella and Noah: here.")
    await priya.says("noah gone home")
    await priya.hears("✓ Noah: gone home.")
    await priya.says("in today?")
    await priya.hears("Here: Ella\nDue: Leo and Zofia\nGone home: Noah\nNot in: –")
