"""By SMS through Twilio: the dialogues word for word, and nothing lost, sent twice or kept quiet when it misbehaves."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import func, select

from book.deliveries import DeliveryState, InboxState
from book.dialling import spoken
from book.disclosure import Carries
from book.people import Role
from storage import schema
from storage.database import Connection
from tests.databases import DIALECTS
from tests.doubles.twilio import Fault, Reports
from tests.journeys.conftest import Play
from tests.journeys.dialogues_by_text import JOE, dialogue_2, dialogue_18, dialogue_26
from tests.kit.conversation import TUESDAY, Story
from tests.kit.on_phones import OnPhones
from tests.kit.on_sms import OnSms
from tests.kit.papers import texts_of
from tests.kit.slips import hold_number, slip
from tests.kit.together import Together

NOTE = 'Noah, from Priya 11:15: "had a lovely morning, ate all his lunch"'
Begin = Callable[..., Awaitable[tuple[Story, OnSms]]]


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    """What a text says does not depend on the database."""
    found: str = request.param
    return found


@pytest.fixture
async def begin(play: Play) -> AsyncIterator[Begin]:
    """Joe has texts, with the words he chose; everybody else a phone."""
    async with AsyncExitStack() as closing:

        async def begins(
            *, carries: Carries = Carries.WORDS, within: float = 15.0, joined: tuple[str, ...] = ()
        ) -> tuple[Story, OnSms]:
            texts = await closing.enter_async_context(OnSms(carries, within=within))
            stage = Together(OnPhones(), texts, ("joe", "landline"))
            story = await play(
                stage,
                joined=joined or None,
            )
            return story, texts

        yield begins


async def test_dialogue_2_the_same_by_sms(begin: Begin) -> None:
    story, texts = await begin()
    await dialogue_2(story)
    # One part each, which is what is paid for.
    assert {each.segments for each in texts.telephone("joe").from_us} == {1}
    assert {each.status for each in texts.double.attempts} == {204}


async def test_nobody_has_two_acknowledging_texts_within_two_minutes_and_nothing_is_left_out_of_the_second(
    begin: Begin,
) -> None:
    story, _ = await begin()
    joe = story.person("joe")
    await story.until("6:10")
    await joe.says("noah bad nite")
    await story.passes(10)
    await joe.hears("Noah: sleep. To Priya 7:30. Wrong? Reply 0")
    await story.passes(20)
    await joe.says("had porridge")
    await story.passes(30)
    await joe.says("no wellies in his bag sorry")
    await story.passes(30)
    await joe.hears_nothing()
    await joe.says("?")  # what answers him comes at once
    assert await joe.hears_anything()
    await story.passes(40)
    await joe.hears("Noah: food, kit. To Priya 7:30. Wrong? Reply 0")
    await joe.says("nan is picking noah up at 12 today not 1!!")
    await story.passes(1)
    assert "Noah: collection. To Sunshine now." in await joe.hears_anything()  # and what is urgent does not wait


async def test_dialogue_2_without_words_names_no_child(begin: Begin) -> None:
    story, _ = await begin(carries=Carries.NUDGE)
    joe = story.person("joe")
    await story.until("6:10")
    await joe.says("noah bad nite cough no temp")
    await story.passes(10)
    await joe.hears("Got it. Going to Priya at 7:30. Wrong? Reply 0")


async def test_dialogue_3_which_child_by_sms(begin: Begin) -> None:
    story, _ = await begin()
    joe = story.person("joe")
    await story.until("6:30")
    await joe.says("up 3 times, bit snotty")
    await joe.hears("Who is that about? Reply 1 Noah, 2 Poppy, 3 both")
    await story.passes(60)
    await joe.says("2")
    await story.passes(10)
    await joe.hears("Poppy: sleep, health. To Carys 7:30. Wrong? Reply 0")


async def test_dialogue_18_joining_by_sms(begin: Begin) -> None:
    story, texts = await begin(joined=("priya", "maya"))
    story.clock.move_to(TUESDAY.replace(hour=17, minute=30))
    await dialogue_18(story)
    assert {each.segments for each in texts.telephone("joe").from_us} == {1}


async def test_a_code_that_is_handed_on_says_where_to_send_it_and_so_does_the_slip(begin: Begin) -> None:
    story, texts = await begin(joined=("priya", "maya", "fay"))
    fay, maya = story.person("fay"), story.person("maya")
    number = spoken(texts.double.number.number)
    await story.until("10:00")
    await fay.says("add my mum Jean thursdays")
    await fay.presses("Yes")
    assert re.search(rf"Jean comes in by sending LEO-\w{{4}} to Bookbag on {number}, once", await fay.hears_anything())
    await maya.hears_anything()
    await maya.says("invite Tom for Ella")
    assert re.search(rf"\nTOM-\w{{4}} by text to {number}, or this link:\n", await maya.hears_anything())
    await maya.says("slips")
    file = await maya.file_of((await maya.screen())[-1])
    assert file is not None
    assert f"to {number}." in texts_of(file[1])


async def test_nobody_joins_from_a_landline_and_the_code_stays_good(begin: Begin) -> None:
    story, _ = await begin(joined=("priya", "maya"))
    await hold_number(story, "joe", JOE)
    await slip(story, "joe", "NOAH-4TW9", child="noah", role=Role.PARENT)
    await story.stage.give_fresh_phone(story, "landline", "+441632960555")
    await story.stage.give_fresh_phone(story, "joe", JOE)

    await story.person("landline").says("NOAH-4TW9")
    await story.person("landline").hears(
        "01632 960555 is a landline, it can't have texts. Please send the code again from a mobile."
    )
    await story.person("joe").says("NOAH-4TW9")
    assert "Hello Joe." in await story.person("joe").hears_anything()


async def test_dialogue_26_what_cannot_wait_by_sms(begin: Begin) -> None:
    story, texts = await begin()
    await dialogue_26(story)
    assert {each.segments for each in texts.telephone("joe").from_us} == {1}


async def test_what_is_urgent_says_whom_to_ring_where_no_words_were_chosen(begin: Begin) -> None:
    story, texts = await begin(carries=Carries.NUDGE)
    await story.until("11:15")
    await story.person("priya").says("Noah temp 38.9 pls collect asap")
    await story.passes(5)
    await story.person("joe").hears("Please ring Sunshine now: 01632 960123. Reply 1 when you've seen this.")
    await story.until("11:18")
    await story.person("joe").says("1")
    assert "Joe has seen it, 11:18." in await story.person("priya").hears_anything()
    assert texts.telephone("joe").from_us[-1].segments == 1


async def _priya_writes(story: Story, text: str = "Noah had a fall, big bump on his head") -> None:
    """Something that Joe is told at once."""
    await story.until("11:15")
    await story.person("priya").says(text)
    await story.passes(30)


async def test_what_had_no_answer_and_was_taken_is_found_and_not_sent_again(begin: Begin) -> None:
    story, texts = await begin(within=0.5)
    texts.double.plan(Fault.silence(accepted=True), on="messages.create")
    texts.double.plan_reports(Reports.none())
    await _priya_writes(story)
    assert await _states(story) == {DeliveryState.UNKNOWN}

    await story.passes(40)
    assert await story.running.asking.work_off() == 0, "not before a report had its time"
    await story.passes(60)
    assert await story.running.asking.work_off() == 1
    await story.passes(3600)

    assert len(texts.double.calls("messages.create")) == 1
    assert await _states(story) == {DeliveryState.ACCEPTED}
    assert len(texts.telephone("joe").from_us) == 1


async def test_what_had_no_answer_is_settled_by_its_own_report(begin: Begin) -> None:
    story, texts = await begin(within=0.5)
    texts.double.holds_webhooks()
    texts.double.plan(Fault.silence(accepted=True), on="messages.create")
    await story.until("11:15")
    texts.double.releases_webhooks()
    texts.double.holds_webhooks()
    await story.person("priya").says("Noah had a fall, big bump on his head")
    await story.running.dispatcher.drain()
    texts.double.releases_webhooks()
    await story.passes(300)

    assert await _states(story) == {DeliveryState.DELIVERED}
    assert len(texts.double.calls("messages.create")) == 1
    assert len(texts.double.calls("messages.list")) == 0


async def test_what_had_no_answer_and_was_never_taken_is_sent_once_more_unmarked(begin: Begin) -> None:
    story, texts = await begin(within=0.5)
    texts.double.plan(Fault.silence(), on="messages.create")
    await _priya_writes(story)
    await story.passes(120)
    assert await story.running.asking.work_off() == 1
    await story.passes(10)

    (only,) = texts.telephone("joe").from_us
    assert "may have this already" not in only.text
    assert len(texts.double.calls("messages.create")) == 2


async def test_while_nobody_answers_nothing_is_sent_again_and_in_the_end_its_author_rings(begin: Begin) -> None:
    story, texts = await begin(within=0.5)
    texts.double.plan(Fault.silence(accepted=True), on="messages.create")
    texts.double.plan_reports(Reports.none())
    texts.double.plan(Fault.server_error(), on="messages.list", times=None)
    await _priya_writes(story)
    await story.person("priya").hears_anything()
    await story.passes(120)
    assert await story.person("priya").hears_anything() == (
        "Joe doesn't have your 11:15 note about Noah yet. Please ring: the office has the number."
    )
    for _ in range(8):
        await story.passes(120)
        assert await story.running.asking.work_off() == 0

    assert len(texts.double.calls("messages.create")) == 1
    assert await _states(story) == {DeliveryState.FLAGGED}
    # She was told to ring, and is not told so again.
    assert "Please ring" not in await story.person("priya").hears_anything()


@pytest.mark.parametrize("reports", ["usual", "backwards", "twice"])
async def test_reports_move_a_text_forward_only(begin: Begin, reports: str) -> None:
    story, texts = await begin()
    planned = {"usual": Reports(), "backwards": Reports.backwards(), "twice": Reports.twice()}
    texts.double.plan_reports(planned[reports])
    await _priya_writes(story)
    await story.settles()

    assert await _states(story) == {DeliveryState.DELIVERED}


async def test_what_is_reported_lost_is_said_to_whoever_wrote_it(begin: Begin) -> None:
    story, texts = await begin()
    texts.telephone("joe").fails_with = 30006
    await _priya_writes(story)
    await story.settles()

    assert await _states(story) == {DeliveryState.REFUSED}
    said = await story.person("priya").hears_anything()
    assert "Joe didn't get your 11:15 note about Noah: that number can't have texts. Please ring." in said


async def test_a_telephone_that_is_off_is_tried_again_and_has_the_note_once_it_is_on(begin: Begin) -> None:
    story, texts = await begin()
    texts.telephone("joe").fails_with = 30003
    await _priya_writes(story, "Noah had a small bump on his knee")
    for minutes in (0, 10, 30):
        await story.passes(60 * minutes)
        await story.settles()
    assert len(texts.double.calls("messages.create")) == 3
    texts.telephone("joe").fails_with = None
    await story.passes(60 * 60)
    (only,) = texts.telephone("joe").from_us
    assert only.text == 'Noah, from Priya 11:15: "Noah had a small bump on his knee"'
    assert "didn't get" not in await story.person("priya").hears_anything()


async def test_what_cannot_wait_for_a_telephone_to_be_switched_on_is_said_to_whoever_wrote_it(begin: Begin) -> None:
    story, texts = await begin()
    texts.telephone("joe").fails_with = 30003
    await _priya_writes(story, "Noah temp 38.9 pls collect asap")
    await story.settles()
    assert "didn't get your 11:15 note about Noah" in await story.person("priya").hears_anything()


async def test_a_carriers_word_stops_everything_until_start_and_what_is_written_meanwhile_is_filed(
    begin: Begin,
) -> None:
    story, texts = await begin()
    joe, priya = story.person("joe"), story.person("priya")
    await story.until("6:10")
    await joe.says("Cancel")
    await joe.says("noah slept well")
    await story.passes(30)
    await joe.hears_nothing()
    await _priya_writes(story)
    assert texts.double.calls("messages.create") == []
    assert "Joe (can't be reached here: please ring)" in await priya.hears_anything()
    await story.person("priya").says("when did noah wake up")

    await joe.says("START")
    await joe.hears("Texts are back on.")
    await joe.says("noah ate all his tea")
    await story.passes(30)
    assert "Noah: food." in await joe.hears_anything()


async def test_a_stop_that_only_the_network_knows_of_is_learnt_from_its_refusal(begin: Begin) -> None:
    story, texts = await begin()
    texts.double.plan(Fault.refused(21610), on="messages.create")
    await _priya_writes(story)
    await story.person("priya").says("noah is fine again now, playing outside, small bump on his knee")
    await story.passes(60)

    assert len(texts.double.calls("messages.create")) == 1
    assert "Joe (can't be reached here: please ring)" in await story.person("priya").hears_anything()


async def test_dialogue_34_a_stop_by_mistake(begin: Begin) -> None:
    story, texts = await begin()
    joe, maya = story.person("joe"), story.person("maya")
    await story.until("9:00")
    await maya.hears_anything()
    await joe.says("up 3 times, bit snotty")
    await joe.hears("Who is that about? Reply 1 Noah, 2 Poppy, 3 both")
    sent = len(texts.double.calls("messages.create"))
    await joe.says("CANCEL")
    said = await maya.hears_anything()
    assert "Joe answered CANCEL to the question which child a note was about, which turned off all texts" in said
    assert f"Please ring him: {spoken(texts.telephone('joe').number)}." in said
    assert "Texts start again once the word START is sent from there." in said
    await story.passes(30)
    assert len(texts.double.calls("messages.create")) == sent
    await maya.says("waiting")
    assert "Joe answered CANCEL to the question" in await maya.hears_anything()

    await joe.says("START")
    await joe.hears("Texts are back on.")
    await joe.hears("Who is that about? Reply 1 Noah, 2 Poppy, 3 both")
    await joe.says("2")
    await story.passes(10)
    assert "Poppy" in await joe.hears_anything()


async def test_dialogue_32_less_by_text(begin: Begin) -> None:
    story, texts = await begin()
    joe = story.person("joe")
    await story.until("9:00")
    await joe.says("too many texts")
    await joe.hears(
        "Sorry. Illness, injuries, medicine and answers to you still come at once. For the rest, reply "
        "1 One a day, 2 Fridays only, 3 Only if it matters"
    )
    assert texts.telephone("joe").from_us[-1].segments == 1
    await joe.says("1")
    await joe.hears(
        "Done. From now on you have one page, at 5. Illness, injuries, medicine and answers to you still come at once."
    )


async def test_a_stop_that_only_the_network_knew_of_is_told_to_whoever_is_to_ring(begin: Begin) -> None:
    story, texts = await begin()
    maya = story.person("maya")
    texts.double.plan(Fault.refused(21610), on="messages.create")
    await _priya_writes(story)
    assert "Texts to Joe's phone have been stopped there" in await maya.hears_anything()


@pytest.mark.parametrize("many", [40, pytest.param(1000, marks=pytest.mark.prove)])
async def test_what_came_in_during_an_outage_of_an_hour_is_filed_once_each(begin: Begin, many: int) -> None:
    story, texts = await begin()
    chance = random.Random(4)
    await story.until("6:10")
    texts.double.webhooks_fail(minutes=60, status=503)
    for number in range(many):
        await texts.telephone("joe").says(f"noah slept {number % 11 + 1} hours")
    await texts.double.waits_for(lambda: texts.double.is_quiet, within=120)
    assert await story.store.read(_filed) == 0
    texts.double.time_passes(3600)
    for sid in chance.sample([each.sid for each in texts.double.messages], 5):
        texts.double.tells_again(sid)
    await story.stage.collect()

    assert await texts.catches_up() == many - 5
    assert await texts.catches_up() == 0
    await story.passes(30)
    assert await story.store.read(_filed) == many


async def _states(story: Story) -> set[DeliveryState]:
    """Of what was said to Joe."""

    def look(connection: Connection) -> set[DeliveryState]:
        rows = connection.execute(
            select(schema.deliveries.c.state)
            .join(schema.addresses, schema.addresses.c.id == schema.deliveries.c.address_id)
            .where(schema.addresses.c.channel == "sms", schema.deliveries.c.act == "say")
        )
        return {DeliveryState(each) for each in rows.scalars()}

    return await story.store.read(look)


def _filed(connection: Connection) -> int:
    found: int = connection.execute(
        select(func.count()).where(schema.inbox.c.channel == "sms", schema.inbox.c.state == InboxState.FILED)
    ).scalar_one()
    return found
