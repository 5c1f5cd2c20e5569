"""What is handed out: a link with its QR code, a page for the door; and what a telephone without files gets instead."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Connection, func, select, update

from book.disclosure import Carries
from bot import qr
from storage.schema import addresses, invitations
from storage.store import Store
from tests.journeys.conftest import Play
from tests.kit.conversation import Story
from tests.kit.on_phones import OnPhones
from tests.kit.on_telegram import OnTelegram
from tests.kit.on_text import OnText
from tests.kit.together import Together


def on_slips(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(invitations)).scalar_one())


HANDED = "Nobody has been messaged. To hand on to Tom, for one use until Friday 27 November, 8:10:\n"


def link_in(text: str) -> tuple[str, str]:
    """What the invited opens or sends, and what in it is hers alone."""
    found = re.search(r"(https://t\.me/\w+\?start=|/start )([\w-]{22})$", text)
    assert found is not None, text
    return found[0], found[2]


async def test_a_link_opens_the_bot_by_its_name_and_comes_with_a_code_to_point_a_camera_at(story: Story) -> None:
    maya = story.person("maya")
    await story.until("8:10")

    await maya.says("invite Tom for Ella")
    heard = (await maya.screen())[-1]
    assert heard.text.startswith(HANDED)
    link, payload = link_in(heard.text)
    file = await maya.file_of(heard)

    if isinstance(story.stage, OnTelegram):
        assert link == f"https://t.me/bookbag_test_bot?start={payload}"
        assert file == ("invitation.png", qr.png(link))
    else:
        assert link == f"/start {payload}"
        assert file is None, "no camera opens a phone of the demo"
    await story.stage.give_fresh_phone(story, "new", "+447700900555")
    new = story.person("new")
    await new.opens(payload)
    assert "Bookbag" in await new.hears_anything()


async def test_two_links_are_a_message_each_and_each_names_one_person(story: Story) -> None:
    maya = story.person("maya")
    await story.until("8:10")
    await maya.says("add a child: Mia Brown 3/4/23, mum Kate 07700 900123, dad Phil 07700 900124")
    await maya.hears_anything()
    before = len(await maya.screen())

    await maya.presses("Yes")

    done, kates, phils = (each.text for each in (await maya.screen())[before:])
    assert done == "Mia is in the book. Nobody has been messaged."
    assert kates.startswith("To hand on to Kate, for one use until Friday 27 November, 8:10:\n")
    assert phils.startswith("To hand on to Phil, for one use until Friday 27 November, 8:10:\n")
    assert link_in(kates) != link_in(phils)


async def test_words_taken_back_while_their_paper_was_made_do_not_go_out_on_it(story: Story) -> None:
    priya, amy = story.person("priya"), story.person("amy")
    await story.until("9:00")
    await amy.says("Ella ate all her lunch")
    await story.passes(60)
    await amy.hears_anything()
    await priya.hears_anything()

    await story.stage.says("priya", "print ella", None)
    await story.stage.collect()
    await story.running.worker.work_off()
    await story.running.papers.work_off()
    await amy.says("undo")

    assert await priya.hears_anything() == "Something on it has changed this minute. Please ask for it again."
    await priya.says("print ella")
    assert "Ella's day" in await priya.hears_anything()


@pytest.fixture
async def texting(play: Play, store: Store) -> Story:
    """Maya, Dawn and Priya have plain texts, and chose words there."""
    stage = Together(OnPhones(), OnText(), ("maya", "dawn", "priya"))
    story = await play(
        stage,
        joined=("hannah", "priya", "dawn", "maya"),
    )
    await store.write(lambda connection: connection.execute(update(addresses).values(carries=Carries.WORDS)) and None)
    return story


async def test_where_no_file_can_go_the_words_are_said_and_where_the_paper_is(texting: Story) -> None:
    priya, dawn, maya = (texting.person(who) for who in ("priya", "dawn", "maya"))
    await texting.until("9:00")
    await priya.says("Ella ate all her lunch")
    await texting.passes(60)
    for person in (priya, dawn, maya):
        await person.hears_anything()

    await priya.says("print ella")
    await priya.hears(
        "Ella's day, Tuesday 24 November\nFood\n9:00 Priya: Ella ate all her lunch\n"
        "On paper: ask Sunshine, 01632 960123."
    )
    await dawn.says("print ella")
    await dawn.hears(
        "Ella's day, Tuesday 24 November\nFood\n9:00 Priya: Ella ate all her lunch\n"
        "On paper: ask in Telegram, or print it at the computer that runs Bookbag."
    )
    before = await texting.store.read(on_slips)
    await maya.says("slips")
    await maya.hears(
        'Slips are a file to print: say "slips" in Telegram, or have them made at the computer that runs Bookbag.'
    )
    assert await texting.store.read(on_slips) == before == 0
