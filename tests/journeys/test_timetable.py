"""When a child comes, said in the chat: it counts, the setting notes it, and a note stays a note."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import Connection, select

from book.facts import Collection
from book.ids import Ids
from bot.demo.roster import DemoRoster
from storage import entries, schema
from storage.entries import Purpose
from storage.roster import NewSession, Roster
from tests.journeys.conftest import ByText
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


async def test_who_has_her_now_is_told_to_a_parent_and_of_their_own_setting_to_those_who_work_there(
    story: Story,
) -> None:
    hannah, priya, dawn = (story.person(who) for who in ("hannah", "priya", "dawn"))
    await story.until("7:00")
    await hannah.says("who has Ella now?")
    await hannah.hears(
        "Ella isn't with anybody but family now, as far as the book says.\nDue at 8:00: Sunshine.\nDue at 13:00: Dawn."
    )
    await story.until("9:00")
    for person in (hannah, priya, dawn):
        await person.hears_anything()
    await hannah.says("where's Ella?")
    await hannah.hears("Ella is with Sunshine, as far as the book says.\nDue at 13:00: Dawn.")
    await priya.says("who has Ella")
    await priya.hears("Ella is here, as far as the book says.")
    await dawn.says("who is Ella with")
    await dawn.hears("Ella isn't here now, as far as the book says.\nDue at 13:00: Dawn.")


async def test_a_question_that_merely_begins_so_is_a_note(story: Story) -> None:
    hannah = story.person("hannah")
    await story.until("9:00")
    await hannah.says("who has Ella's coat, she came home without it")
    await story.passes(10)
    assert (await hannah.hears_anything()).startswith("✓ Ella")


async def test_extra_day_said_by_the_childminder_about_her_own_needs_nobodys_yes(story: Story) -> None:
    dawn, priya = story.person("dawn"), story.person("priya")
    await story.until("9:00")
    await priya.hears_anything()
    await dawn.says("Ella extra day saturday 9-1")
    await story.passes(10)
    assert (await dawn.hears_anything()).startswith("✓ Ella")
    await story.until("9:30", days=4)
    await dawn.hears_anything()
    await dawn.says("who has Ella")
    await dawn.hears("Ella is here, as far as the book says.")


async def test_a_time_is_meant_within_the_hours_of_the_setting_as_its_timetable_has_them(
    by_text: ByText, ids: Ids
) -> None:
    def more(people: DemoRoster) -> Roster:
        leo, sunshine = people.children["leo"], people.settings["sunshine"]
        return Roster(sessions=[NewSession(ids.new(), leo, sunshine, 2, time(8), time(18, 30))])

    story = await by_text(more=more)
    fay = story.person("fay")
    await story.until("8:10")
    # Of a nursery that closes at six nobody would be fetched at a quarter past seven in the evening.
    await fay.says("nan collecting leo at 7.15 tmrw")
    await story.passes(60)

    written = await story.store.read(
        lambda connection: entries.of_child(connection, story.store.vault, story.people.children["leo"])
    )
    (entry,) = written.for_machine(Purpose.BACKSTAGE).values()
    (collection,) = [each for each in entry.facts if isinstance(each, Collection)]
    assert collection.at == datetime(2026, 11, 25, 19, 15)  # noqa: DTZ001 - a fact's time is civil
