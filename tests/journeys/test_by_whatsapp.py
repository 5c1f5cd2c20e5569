"""By WhatsApp: the dialogues word for word, and what waits until somebody writes, with nothing lost by that."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from sqlalchemy import select

from book.deliveries import NoticeState, WaitsFor
from book.people import Role
from bot.doors.twilio_forgetting import Forgetting
from storage import schema
from storage.database import Connection
from tests.journeys.conftest import Play
from tests.kit.conversation import Story
from tests.kit.on_phones import OnPhones
from tests.kit.on_whatsapp import OnWhatsApp
from tests.kit.slips import hold_number, slip
from tests.kit.together import Together

MARTA = "+447700900345"
OTHERS = (
    "Română", "Українська", "اردو", "Français", "Español", "Português", "Türkçe", "العربية", "বাংলা",
)  # fmt: skip
Begin = Callable[..., Awaitable[tuple[Story, OnWhatsApp]]]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.prove)])
def dialect(request: pytest.FixtureRequest) -> str:
    """What WhatsApp shows does not depend on the database."""
    found: str = request.param
    return found


@pytest.fixture
async def begin(play: Play) -> AsyncIterator[Begin]:
    """Some have WhatsApp; everybody else a phone."""
    async with AsyncExitStack() as closing:

        async def begins(*who: str, closed: bool = False, **people: object) -> tuple[Story, OnWhatsApp]:
            whatsapp = await closing.enter_async_context(OnWhatsApp(closed=closed))
            stage = Together(OnPhones(), whatsapp, who)
            story = await play(stage, public_url="https://book.example.org", **people)
            return story, whatsapp

        yield begins


async def test_a_note_is_answered_with_buttons_and_a_press_takes_it_back(begin: Begin) -> None:
    story, whatsapp = await begin("joe")
    joe = story.person("joe")
    await story.until("6:30")
    await joe.says("up 3 times, bit snotty")
    await joe.hears("Who's that about?", buttons=("Noah", "Poppy", "Both"))
    await joe.presses("Poppy")
    await story.passes(10)
    await joe.hears("✓ Poppy · sleep, health → Carys 7:30", buttons=("Undo", "Change"))
    await joe.presses("Undo")
    await joe.hears("Taken back. Nobody was told.")
    assert {each.status for each in whatsapp.double.attempts} == {204}


async def test_after_a_day_an_urgent_note_says_whom_to_ring_and_the_tap_brings_the_words(begin: Begin) -> None:
    story, whatsapp = await begin("joe", closed=True)
    joe = story.person("joe")
    await story.until("11:15")
    await story.person("priya").says("Noah temp 38.9 pls collect asap")
    await story.passes(5)
    await joe.hears("Please ring Sunshine now on 01632 960123. Tap below to read why.", buttons=("Show me",))
    await joe.hears_nothing()
    await joe.presses("Show me")
    heard = await joe.hears_anything()
    assert "Noah temp 38.9 pls collect asap" in heard
    assert whatsapp.double.out_of_window == []


async def test_dialogue_19_joining_with_little_english(begin: Begin) -> None:
    story, _ = await begin("marta", joined=("priya", "maya"))
    await hold_number(story, "marta", MARTA)
    await slip(story, "marta", "ZOFIA-9H3C", child="zofia", role=Role.PARENT)
    await story.stage.give_fresh_phone(story, "marta", MARTA)
    marta = story.person("marta")

    await marta.says("ZOFIA-9H3C")
    await marta.hears("English, Polski, Română, Українська, اردو … ?", buttons=("English", "Polski", "Inny / other"))
    await marta.presses("Polski")
    await marta.hears(
        "Dzień dobry. To książeczka kontaktowa przedszkola Sunshine. Proszę pisać po polsku lub po angielsku.\n"
        # And what is true until the rest is written in Polish as well:
        "Na razie piszę tylko po angielsku. Zapamiętam ten wybór."
    )
    assert (await marta.hears_anything()).startswith("Thank you, Marta.")
    await story.until("7:05", days=1)
    await marta.says("Zofia dziś zostaje w domu, gorączka 38,5")
    await story.passes(60)
    assert "→ Priya 7:30" in await marta.hears_anything()


@pytest.mark.parametrize("said", ["3", "Inny / other"])
async def test_another_language_is_found_by_its_number_its_name_or_a_list(begin: Begin, said: str) -> None:
    story, _ = await begin("marta", joined=("priya", "maya"))
    await hold_number(story, "marta", MARTA)
    await slip(story, "marta", "ZOFIA-9H3C", child="zofia", role=Role.PARENT)
    await story.stage.give_fresh_phone(story, "marta", MARTA)
    marta = story.person("marta")
    await marta.says("ZOFIA-9H3C")
    await marta.hears_anything()
    await marta.says("Zofia has a cold")
    await marta.hears("English, Polski, Română, Українська, اردو … ?")

    await marta.says(said)
    await marta.hears("Which language?", buttons=OTHERS)
    await marta.says("français")

    assert "Thank you, Marta." in await marta.hears_anything()


async def test_dialogue_13_the_handover(begin: Begin) -> None:
    story, whatsapp = await begin("dawn")
    dawn, priya, hannah = (story.person(who) for who in ("dawn", "priya", "hannah"))
    await story.until("12:10")
    await priya.says("Ella slept 10.50-11.30, half her lunch, two yoghurts, 2 wet nappies, 1 dirty")
    await story.until("12:50")
    handover = await dawn.hears_anything()
    assert handover.startswith("Ella, for 1")
    assert "Slept 10:50–11:30" in handover
    assert "Nappies: 2 wet, 1 dirty" in handover
    await story.until("13:20")
    await dawn.says("Is the rash on her neck new?")
    await story.passes(30)
    # Hers is a question about health; whoever stands around Ella is named.
    await dawn.hears("✓ Ella · health, question → Hannah, Tom, Priya")
    await priya.hears_anything()
    await story.until("13:24")
    asked = next(each for each in reversed(await priya.screen()) if "rash" in each.text)
    await priya.says("The rash was there Monday, Hannah knows", reply_to=asked)
    await story.passes(30)
    await dawn.hears('Priya: "The rash was there Monday, Hannah knows"')
    await hannah.hears_anything()
    assert whatsapp.double.out_of_window == []


async def test_dialogue_31_more_than_a_day_since_she_wrote(begin: Begin) -> None:
    story, whatsapp = await begin("fay", closed=True)
    fay = story.person("fay")
    await story.until("11:00")
    await story.person("priya").says("Leo ate all his lunch, slept 12-1")
    await story.until("16:59")
    await fay.hears_nothing()

    await story.until("17:00")
    await fay.hears("Today's page is ready.", buttons=("Show me",))
    await fay.presses("Show me")
    page = await fay.hears_anything()
    assert page.startswith("Leo's day · Tuesday 24 November")
    assert "ate all his lunch" in page or "all" in page
    assert whatsapp.double.out_of_window == []


async def test_a_day_with_nothing_written_announces_nothing_and_a_single_note_neither(begin: Begin) -> None:
    story, whatsapp = await begin("fay", "joe", closed=True)
    await story.until("17:30")
    await story.person("priya").says("Leo had a lovely afternoon in the garden")
    await story.until("23:00", days=1)
    for who in ("fay", "joe"):
        assert len([each for each in whatsapp.telephone(who).from_us if each.template]) <= 1
    assert whatsapp.telephone("joe").from_us == []


async def test_what_waits_is_announced_once_a_day_and_let_go_in_its_order(begin: Begin) -> None:
    story, whatsapp = await begin("fay", closed=True)
    fay, priya = story.person("fay"), story.person("priya")
    for at, said in (("9:30", "Leo bumped his knee, cold compress"), ("11:30", "Leo had calpol 5ml at 11.20")):
        await story.until(at)
        await priya.says(said)
        await story.passes(60)
    (only,) = whatsapp.telephone("fay").from_us
    assert only.text == "Something in the book is waiting for you."
    assert await _waiting(story) == 2

    await fay.says("morning all")
    await story.passes(60)

    told = [each.text for each in whatsapp.telephone("fay").from_us[1:]]
    assert "bumped his knee" in told[0]
    assert "calpol 5ml" in told[-1]
    assert await _waiting(story) == 0
    assert whatsapp.double.out_of_window == []


async def test_a_window_that_whatsapp_finds_closed_loses_nothing(begin: Begin) -> None:
    story, whatsapp = await begin("fay")
    fay, priya = story.person("fay"), story.person("priya")
    # Of what she wrote the book knows, and WhatsApp does not any more.
    whatsapp.telephone("fay").last_inbound.clear()
    await story.until("9:30")
    await priya.says("Leo bumped his knee, cold compress")
    await story.passes(60)
    assert len(whatsapp.double.out_of_window) == 1
    assert "didn't get" not in await priya.hears_anything()

    await fay.hears("Something in the book is waiting for you.")
    await fay.presses("Show me")
    assert "bumped his knee" in await fay.hears_anything()
    assert len(whatsapp.double.out_of_window) == 1


async def test_a_sentence_that_was_never_approved_is_not_tried_over_and_over(begin: Begin) -> None:
    story, whatsapp = await begin("fay", closed=True)
    for content in whatsapp.double.contents:
        whatsapp.double.decides(content.sid, "rejected")
    await story.until("9:30")
    await story.person("priya").says("Leo bumped his knee, cold compress")
    await story.passes(3600)
    assert len(whatsapp.double.calls("messages.create")) == 1
    await story.person("fay").says("how is he")
    await story.passes(60)
    assert "bumped his knee" in await story.person("fay").hears_anything()


async def test_whoever_is_shut_out_while_something_waits_is_told_none_of_it(begin: Begin) -> None:
    story, whatsapp = await begin("tom", closed=True)
    tom = story.person("tom")
    await story.until("9:30")
    await story.person("priya").says("Ella bumped her knee, cold compress")
    await story.passes(60)
    await tom.hears("Something in the book is waiting for you.")
    await story.person("maya").says("restrict Tom")
    await tom.presses("Show me")
    await story.passes(60)
    await tom.hears_nothing()
    assert whatsapp.double.out_of_window == []


async def test_pictures_are_fetched_one_a_message_and_from_nowhere_afterwards(begin: Begin) -> None:
    story, whatsapp = await begin("fay", with_photos=True)
    fay, priya = story.person("fay"), story.person("priya")
    await story.until("10:30")
    await priya.sends_photos(2, "Leo, painting")
    await story.until("17:30")
    shown = [each for each in whatsapp.telephone("fay").from_us if each.media]
    assert [len(each.media) for each in shown] == [1, 1]
    assert all(each.media[0].content_type == "image/jpeg" for each in shown)
    await story.settles()
    sent = [each async for each in whatsapp.channel.went_out(story.clock.now() - timedelta(days=1))]
    forgetting = Forgetting(whatsapp.channel, whatsapp.line, story.store, redact=False)
    assert await forgetting.went_out(sent) == 2
    assert not any(each.media for each in whatsapp.double.messages)
    urls = [url for each in whatsapp.double.messages for url in each.media_urls]
    assert len(urls) == 2
    assert await whatsapp.fetches(urls[0]) == 404, "it has arrived"
    assert await whatsapp.fetches(urls[0][:-1] + ("A" if urls[0][-1] != "A" else "B")) == 404
    del fay


async def _waiting(story: Story) -> int:
    """How much waits until somebody writes."""

    def look(connection: Connection) -> int:
        rows = connection.execute(
            select(schema.notices.c.id).where(
                schema.notices.c.waits_for == WaitsFor.WINDOW, schema.notices.c.state == NoticeState.WAITING
            )
        )
        return len(rows.all())

    return await story.store.read(look)


async def test_five_photos_sent_within_a_minute_are_one_entry_and_leave_twilio(begin: Begin) -> None:
    story, whatsapp = await begin("fay", with_photos=True)
    fay, priya = story.person("fay"), story.person("priya")
    double = whatsapp.double
    forgetting = Forgetting(whatsapp.channel, whatsapp.line, story.store, redact=True)
    await story.until("10:00")
    await fay.sends_photo()
    for number in range(4):
        await story.passes(10)
        await fay.sends_photo("leo at the farm" if number == 1 else "")
    await fay.hears_nothing()
    assert await _forgotten(story, whatsapp, forgetting) == 0, "nothing of it is in the book yet"
    await story.passes(30)
    await fay.hears("✓ Leo · 5 photos, activity → Priya now")
    await story.passes(90)
    await priya.sees_photos(5, 'Leo, from Fay 10:00: "leo at the farm"')

    # What comes later than a minute after the first is a note of its own.
    await fay.sends_photo("leo and the pig")
    await story.passes(240)
    assert "Leo" in await fay.hears_anything()
    assert "leo and the pig" in await priya.hears_anything()

    inbound = [each for each in double.messages if each.direction == "inbound" and each.body != "Hello"]
    assert sum(len(each.media) for each in inbound) == 6
    assert await _forgotten(story, whatsapp, forgetting) >= 6
    assert sum(len(each.media) for each in double.messages if each.direction == "inbound") == 0
    assert not any(each.body for each in inbound)
    assert await _forgotten(story, whatsapp, forgetting) == 0


async def _forgotten(story: Story, whatsapp: OnWhatsApp, forgetting: Forgetting) -> int:
    """Of how many messages Twilio was asked to forget something, by what its list has now."""
    since = story.clock.now() - timedelta(days=1)
    return await forgetting.came_in([each async for each in whatsapp.channel.came_in(since)])
