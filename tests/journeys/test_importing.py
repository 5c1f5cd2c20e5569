"""Dialogue 36: the manager's Friday afternoon, word for word, and what must be true and is not said."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Connection, func, select

from storage import schema
from tests.kit import rosters
from tests.kit.conversation import Story
from tests.kit.on_telegram import OnTelegram
from tests.kit.papers import texts_of

READ = 'I read 80 children, 131 parents, 9 staff. I took "Child first name" as name, "Mum mobile" as parent 1. Right?'
LOOK_AT = "\n".join(
    [
        "76 rows are fine. 4 to look at:",
        "row 12 Joe Marsh: 0770 900 12 is too short for a UK mobile",
        "row 31 Ola N.: 01632 960555 is a landline, it can't have texts",
        "row 40 Kit: born 2062",
        "rows 8 and 55: the same child?",
    ]
)
ADDED = '78 children are in. Nobody has been messaged. Say "waiting" for the 4 still open.\nSlips to hand out:'
FILL = "Add 78: leave those two numbers blank"
BUTTONS = ("Add the 76", FILL, "I'll mend the file")


async def read_roll(story: Story) -> None:
    maya = story.person("maya")
    await maya.sends("children.xlsx", rosters.as_xlsx(rosters.dialogue_36(), rosters.staff()))
    await maya.hears(READ, buttons=("Yes", "Show me"))


async def test_dialogue_36_the_list_and_a_bad_number(story: Story) -> None:
    maya = story.person("maya")
    await story.until("15:10", days=3)

    await read_roll(story)
    assert await story.store.read(count, schema.children) == 5, "nothing is written before she says so"
    await maya.presses("Yes")
    await maya.hears(LOOK_AT, buttons=BUTTONS)
    await maya.presses(FILL)
    heard = await maya.hears(ADDED)

    file = await maya.file_of(heard)
    assert file is not None
    name, content = file
    assert name == "slips.pdf"
    assert content.startswith(b"%PDF")
    assert await story.store.read(count, schema.children) == 5 + 78
    assert await story.store.read(count, schema.invitations) == 129, "one slip for each parent who is in"
    assert len(re.findall(rb"/Type /Page\b", content)) == 65
    for who in story.people.people:
        if who != "maya":
            await story.person(who).hears_nothing()
    await maya.says("waiting")
    await maya.hears(LOOK_AT.partition("\n")[2])


async def test_show_me_says_what_each_column_was_taken_for(story: Story) -> None:
    maya = story.person("maya")
    await read_roll(story)

    await maya.presses("Show me")
    heard = await maya.hears_anything()

    assert '"Child first name": name' in heard
    assert '"Mum mobile": parent 1' in heard
    assert '"Days": days at work' in heard


async def test_the_good_rows_alone_may_be_added_and_the_rest_stay_in_the_list(story: Story) -> None:
    maya = story.person("maya")
    await read_roll(story)
    await maya.says("yes")
    await maya.hears(LOOK_AT)

    await maya.says("1")
    await maya.hears(ADDED.replace("78", "76"))

    assert await story.store.read(count, schema.children) == 5 + 76


async def test_she_may_mend_the_file_and_then_nothing_was_added(story: Story) -> None:
    maya = story.person("maya")
    await read_roll(story)
    await maya.presses("Yes")
    await maya.hears(LOOK_AT)

    await maya.presses("I'll mend the file")
    heard = await maya.hears_anything()

    assert heard.startswith("Nothing was added. Send the file again when it is mended.\nrow 12, Mum mobile: ")
    assert "row 40, Born: write the date of birth day first, as in 3/5/2023." in heard
    assert await story.store.read(count, schema.children) == 5
    await maya.presses(FILL)
    assert await story.store.read(count, schema.children) == 5


async def test_the_same_file_again_changes_nothing(story: Story) -> None:
    maya = story.person("maya")
    rows = rosters.children(12)
    await maya.sends("roll.csv", rosters.as_csv(rows))
    await maya.hears_anything()
    await maya.says("yes")
    await maya.hears("12 rows are fine.")
    await maya.says("1")
    await maya.hears("12 children are in. Nobody has been messaged.\nSlips to hand out:")
    before = await story.store.read(everything)

    await maya.sends("roll.csv", rosters.as_csv(rows))
    await maya.hears("All of that is in the book already. Nothing changed.")

    assert await story.store.read(everything) == before


async def test_a_changed_number_and_a_changed_key_person_are_one_change_each(story: Story) -> None:
    maya = story.person("maya")
    rows = rosters.children(2)
    for _ in range(2):
        await maya.sends("roll.csv", rosters.as_csv(rows))
        await maya.hears_anything()
        await maya.says("yes")
        await maya.hears_anything()
        await maya.says("1")
        last = await maya.hears_anything()
        rows[0][8], rows[1][4] = "07700 900777", "Nadia"

    assert last == "2 children are in. Nobody has been messaged."
    live = await story.store.read(
        lambda connection: connection.execute(
            select(func.count()).select_from(schema.telephones).where(schema.telephones.c.ended_at.is_(None))
        ).scalar_one()
    )
    assert live == 4
    assert await story.store.read(count, schema.telephones) == 5


async def test_nobody_but_a_manager_can_send_a_roll(story: Story) -> None:
    hannah = story.person("hannah")
    await story.until("8:10")

    await hannah.sends("children.csv", rosters.as_csv(rosters.children(3)))

    assert "children" not in await hannah.hears_anything()
    assert await story.store.read(count, schema.imports) == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xd0\xcf\x11\xe0 old", "That is an old Excel file (XLS). Save it as XLSX or CSV and send it again."),
        (b"PK\x03\x04broken", "I couldn't read that as a table. Save it as XLSX or CSV and send it again."),
        (
            b"only,these\r\nthings,here\r\n",
            "I found no headings I know in that file. The first row should name the columns: "
            "First name, Born, Key person, Parent 1, Parent 1 mobile.",
        ),
    ],
)
async def test_what_cannot_be_read_is_said_in_one_sentence(story: Story, content: bytes, sentence: str) -> None:
    maya = story.person("maya")

    await maya.sends("children.xlsx", content)

    await maya.hears(sentence)


async def test_a_crash_between_the_message_and_its_file_loses_nothing_and_reads_it_once(story: Story) -> None:
    maya = story.person("maya")
    await story.stage.sends("maya", "roll.csv", rosters.as_csv(rosters.children(3)), "")
    await story.stage.collect()
    await story.running.worker.work_off()  # The file is wanted now.
    await stops_without_a_word(story)
    await story.running.papers.work_off()
    await stops_without_a_word(story)
    await story.settles()
    await story.settles()

    assert "I read 3 children" in await maya.hears_anything()
    assert await story.store.read(count, schema.imports) == 1


async def test_slips_are_made_again_by_room_and_the_old_ones_end(story: Story) -> None:
    maya = story.person("maya")
    await maya.sends("roll.csv", rosters.as_csv(rosters.children(6)))
    await maya.hears_anything()
    await maya.says("yes")
    await maya.hears_anything()
    await maya.says("1")
    await maya.hears_anything()

    await maya.says("slips ladybird")
    heard = await maya.hears("Slips to hand out. They take the place of any made before:")

    file = await maya.file_of(heard)
    assert file is not None
    words = texts_of(file[1])
    assert words.count("Ladybird") == 4
    assert "Caterpillar" not in words
    open_now = await story.store.read(
        lambda connection: connection.execute(
            select(func.count())
            .select_from(schema.invitations)
            .where(schema.invitations.c.expires_at > story.clock.now())
        ).scalar_one()
    )
    assert open_now == 12


async def stops_without_a_word(story: Story) -> None:
    """As after a power cut; the server that stands for Telegram goes on as it was."""
    if isinstance(story.stage, OnTelegram):
        await story.running.worker.after_unclean_stop()
    else:
        await story.begins_again()


def count(connection: Connection, table: object) -> int:
    found: int = connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]
    return found


def everything(connection: Connection) -> dict[str, int]:
    """How many rows each table of the roll has."""
    tables = (
        schema.people, schema.children, schema.rooms, schema.memberships, schema.sessions, schema.duty,
        schema.telephones, schema.room_moves, schema.photo_uses, schema.preferences, schema.invitations,
    )  # fmt: skip
    return {table.name: count(connection, table) for table in tables}
