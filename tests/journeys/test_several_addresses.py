"""One person with several addresses: how she comes to have them, where she is reached, and that the thread is one.

Everybody is on the story's platform; "hannah_text" and "joe_text" are telephones for texts.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime

import pytest
from sqlalchemy import func, select

from book.ids import AddressId, PersonId
from storage import addresses, schema
from storage.database import Connection
from tests.journeys.conftest import Play
from tests.kit.conversation import Story
from tests.kit.on_phones import OnPhones
from tests.kit.on_telegram import OnTelegram
from tests.kit.on_text import OnText
from tests.kit.slips import hold_number
from tests.kit.together import Together

NUMBER = "+447700900111"
STRANGER = (
    "This is a nursery communication book. If you have been given a slip, send me the code on it. Otherwise please "
    "speak to the setting."
)
WORDS = (
    "May texts use your child's name and say how the day went? Phones get seen. Reply 1 yes, 2 just say there's news"
)
Begin = Callable[..., Awaitable[Story]]


@pytest.fixture
async def begin_with_texts(scenery: tuple[str, str], play: Play) -> AsyncIterator[Begin]:
    """Hannah's number is on the roll; nobody has written by text yet."""
    async with AsyncExitStack() as closing:

        async def begins(held: str = NUMBER) -> Story:
            first = OnPhones() if scenery[0] == "phones" else await closing.enter_async_context(OnTelegram())
            stage = Together(first, OnText(), ("hannah_text",))
            story = await play(stage)
            if held:
                await hold_number(story, "hannah", held)
            await stage.give_fresh_phone(story, "hannah_text", NUMBER)
            await story.until("8:10")
            return story

        yield begins


async def test_somebody_who_texts_from_her_own_number_is_asked_where_she_is_known_and_then_is_one_person(
    begin_with_texts: Begin,
) -> None:
    story = await begin_with_texts()
    hannah, text, priya = story.person("hannah"), story.person("hannah_text"), story.person("priya")
    await text.says("hello, ella slept badly")
    assert (await text.hears_anything()).startswith("This is a")
    await hannah.hears("Somebody wrote to us by text from 07700 900111. Was that you?", buttons=("Yes, me", "Not me"))
    await text.says("are you there")
    assert (await text.hears_anything()).startswith("This is a")
    await hannah.hears_nothing()

    await hannah.presses("Yes, me")
    await hannah.hears("Thank you. 07700 900111 is yours by text as well now.")
    assert "Hello Hannah. Bookbag knows you here as well now" in (heard := await text.hears_anything())
    assert "May texts use your child's name" in heard
    await text.says("1")
    await text.hears_anything()

    await text.says("ella bad night, teething")
    await story.passes(30)
    assert "Ella: sleep, health." in await text.hears_anything()
    assert 'from Hannah 8:10: "ella bad night, teething"' in await priya.hears_anything()
    await hannah.hears_nothing()


async def test_whose_number_it_is_says_no_and_it_stays_a_strangers(begin_with_texts: Begin) -> None:
    story = await begin_with_texts()
    hannah, text = story.person("hannah"), story.person("hannah_text")
    await text.says("hello")
    await hannah.hears_anything()
    await hannah.presses("Not me")
    assert "Nothing goes to 07700 900111." in await hannah.hears_anything()
    await text.hears_anything()

    await text.says("hello")
    assert (await text.hears_anything()).startswith("This is a")
    await hannah.hears_nothing()


async def test_text_me_instead_gives_a_code_and_from_then_on_she_is_reached_by_text(begin_with_texts: Begin) -> None:
    story = await begin_with_texts()
    hannah, text, priya = story.person("hannah"), story.person("hannah_text"), story.person("priya")
    await hannah.says("text me instead")
    said = await hannah.hears_anything()
    assert "from the phone you want texts on" in said
    code = said.split()[1]

    await text.says(code)
    heard = await text.hears_anything()
    assert "From now on you hear from us here." in heard
    await text.says("yes")
    await text.hears_anything()
    await priya.says("Ella had a fall, big bump on her head")
    await story.passes(60)
    assert "bump" in await text.hears_anything()
    await hannah.hears_nothing()

    await hannah.says("slept ok after all")
    await story.passes(30)
    assert "Ella" in await hannah.hears_anything(), "the line back goes where she wrote"
    await text.hears_nothing()
    await priya.says("Ella had another fall, big bump on her knee")
    await story.passes(60)
    assert "knee" in await text.hears_anything(), "what she chose counts whatever she writes from"
    await hannah.hears_nothing()


async def test_a_code_from_a_number_that_is_not_on_the_roll_needs_her_yes(begin_with_texts: Begin) -> None:
    story = await begin_with_texts(held="")
    hannah, text, maya = story.person("hannah"), story.person("hannah_text"), story.person("maya")
    await hannah.says("text me instead")
    code = (await hannah.hears_anything()).split()[1]
    await text.says(code)
    await text.hears("Thank you. I've asked you where you hear from us now. Say yes there, and this is yours as well.")
    await hannah.hears("Somebody wrote to us by text from 07700 900111. Was that you?")
    await story.until("18:00")
    assert "Hannah" not in await maya.hears_anything(), "it is hers to say, and not the manager's"
    await hannah.presses("Yes, me")
    await hannah.hears("Thank you. 07700 900111 is yours by text as well now.")
    assert "From now on you hear from us here." in await text.hears_anything()


async def test_channel_shows_where_she_is_reached_and_changes_it(
    begin_with_texts: Begin, scenery: tuple[str, str]
) -> None:
    story = await begin_with_texts()
    hannah, text, maya = story.person("hannah"), story.person("hannah_text"), story.person("maya")
    here = "on Telegram" if scenery[0] == "telegram" else "on your other screen"
    await hannah.says("/channel")
    at_first = here if scenery[0] == "telegram" else "here"
    await hannah.hears(
        f"You hear from us {at_first}. There is no second way yet for what's urgent and can't get through. "
        "Where would you like to hear from us?",
        buttons=("Add texts",),
    )
    await hannah.presses("Add texts")
    code = (await hannah.hears_anything()).split()[1]
    await text.says(code)
    await text.hears_anything()

    await text.says("channel")
    assert f"You hear from us by text, ..111. What's urgent and can't get through there comes {here} as well." in (
        await text.hears_anything()
    )
    await text.says("1")
    assert f"From now on you hear from us {here}." in await text.hears_anything()
    await text.says("whatsapp please")
    assert "your setting doesn't have that" in await text.hears_anything()

    await maya.says("who ella")
    around = await maya.hears_anything()
    assert "Hannah, parent (" in around
    assert "texts" in around
    assert "111" not in around
    await story.person("priya").says("who ella")
    assert "texts" not in await story.person("priya").hears_anything()


async def test_the_thread_is_one_whatever_mixture_the_circle_uses(begin_with_texts: Begin) -> None:
    """Hannah on the platform, Joe by text, Dawn on both."""
    story = await begin_with_texts(held="")
    stage = story.stage
    assert isinstance(stage, Together)
    for who, number in (("dawn", "+447700900222"), ("joe", "+447700900333")):
        await hold_number(story, who, number)
        stage.hand_to_second(f"{who}_text")
        await stage.give_fresh_phone(story, f"{who}_text", number)
    dawn, text, joe_text = story.person("dawn"), story.person("dawn_text"), story.person("joe_text")
    for first, second in ((dawn, text), (story.person("joe"), joe_text)):
        await first.says("text me instead")
        code = next(each for each in (await first.hears_anything()).split() if "-" in each)
        await second.says(code)
        await second.says("yes")
        await second.hears_anything()

    await story.person("hannah").says("ella bad night, teething")
    await story.passes(60)
    assert '"ella bad night, teething"' in await text.hears_anything()
    await text.says("ella had all her breakfast")
    await dawn.says("ella had a nap 9-9.30")
    await joe_text.says("noah slept well")
    await story.until("18:00")
    by = await story.store.read(_authors)
    people, children = story.people.people, story.people.children
    assert by == {
        (children["ella"], people["hannah"]): 1,
        (children["ella"], people["dawn"]): 2,
        (children["noah"], people["joe"]): 1,
    }
    heard = await story.person("hannah").hears_anything()
    assert "breakfast" in heard or "Food" in heard
    assert '"' not in await dawn.hears_anything(), "what she hears goes to one address; there only lines back"

    # Where she is reached by text is switched off: ordinary notes are withheld, what is urgent goes to the other.
    await story.store.write(_stop_texts, people["dawn"], story.clock.now())
    await story.person("hannah").says("ella slept well")
    await story.passes(60)
    assert "slept well" not in await dawn.hears_anything()
    await story.person("hannah").says("Ella temp 39, pls ring me asap")
    await story.passes(60)
    assert "Ella temp 39" in await dawn.hears_anything()
    assert "Ella temp 39" not in await text.hears_anything()


async def test_what_was_asked_on_one_address_is_answered_from_the_other_where_nothing_else_is_open(
    begin_with_texts: Begin,
) -> None:
    story = await begin_with_texts(held="")
    stage = story.stage
    assert isinstance(stage, Together)
    await hold_number(story, "joe", "+447700900333")
    stage.hand_to_second("joe_text")
    await stage.give_fresh_phone(story, "joe_text", "+447700900333")
    joe, text = story.person("joe"), story.person("joe_text")
    await joe.says("text me instead")
    await text.says(next(each for each in (await joe.hears_anything()).split() if "-" in each))
    for _ in ("words", "group photos"):
        await text.says("1")
    await text.hears_anything()

    await joe.says("up 3 times, bit snotty")
    await story.passes(60)
    await joe.hears("Who's that about?", buttons=("Noah", "Poppy", "Both"))
    await text.says("poppy")
    await story.passes(30)
    assert "Poppy: sleep, health." in await text.hears_anything()

    await joe.says("up twice, bit of a cough")
    await story.passes(60)
    await joe.hears_anything()
    await text.says("slept like a log noah did")
    await story.passes(180)
    assert "Noah: sleep." in await text.hears_anything(), "a note is a note"


def _authors(connection: Connection) -> dict[tuple[int, int], int]:
    entries = schema.entries.c
    rows = connection.execute(
        select(entries.child_id, entries.author_id, func.count()).group_by(entries.child_id, entries.author_id)
    )
    return {(child, author): count for child, author, count in rows}


def _stop_texts(connection: Connection, person: PersonId, now: datetime) -> None:
    at = schema.addresses.c
    found = connection.execute(select(at.id).where(at.person_id == person, at.channel == "sms")).scalars()
    addresses.stop(connection, [AddressId(each) for each in found], now)
