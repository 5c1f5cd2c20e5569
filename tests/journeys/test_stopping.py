"""Less, stop and what begins again, where it is we who obey: at once, with one closing line, and nothing is lost."""

from __future__ import annotations

from tests.journeys.dialogues_by_text import dialogue_32
from tests.kit.conversation import Story

CLOSING = "Stopped. Nothing more will come here, and Sunshine knows to ring you. Would fewer be better?"
NIGHT = "bad night, teething"


async def test_dialogue_32_less_please(story: Story) -> None:
    fay, maya = story.person("fay"), story.person("maya")
    await story.until("9:00")
    await dialogue_32(story)
    await maya.hears_anything()

    # It stops first and asks afterwards.
    await fay.says("stop")
    await fay.hears(CLOSING)
    assert "Fay has stopped messages from the book there." in await maya.hears_anything()
    await story.person("priya").says("Leo had a fall, big bump on his head")
    await story.passes(60)
    await fay.hears_nothing()
    assert "Fay (can't be reached here: please ring)" in await story.person("priya").hears_anything()

    await fay.presses("Fewer")
    await fay.hears("Sorry. How about one of these? Illness, injuries, medicine and answers to you still come at once.")
    await maya.hears("Fay gets messages from the book again.")
    await fay.presses("Fridays only")
    assert (await fay.hears_anything()).startswith("Done. From now on you have it on Fridays at 5.")


async def test_a_stop_outlives_everything_but_start_and_what_is_written_meanwhile_is_filed(story: Story) -> None:
    hannah, priya, maya = story.person("hannah"), story.person("priya"), story.person("maya")
    await story.until("9:00")
    await hannah.says("Unsubscribe")
    await hannah.hears(CLOSING)
    await hannah.presses("Stay stopped")
    for word in (NIGHT, "?", "stop", "yes", "today"):
        await hannah.says(word)
        await story.passes(30)
    await hannah.hears_nothing()
    assert NIGHT in await priya.hears_anything()

    assert "Hannah has stopped messages" in await maya.hears_anything()
    await maya.says("waiting")
    listed = await maya.hears_anything()
    assert "Hannah has stopped messages from the book there." in listed
    assert "Please ring" in listed

    await hannah.says("START")
    await hannah.hears("Messages are back on.")
    await maya.hears("Hannah gets messages from the book again.")
    await maya.says("waiting")
    assert "stopped" not in await maya.hears_anything()


async def test_whoever_has_rung_takes_it_off_the_list_and_she_stays_stopped(story: Story) -> None:
    hannah, maya = story.person("hannah"), story.person("maya")
    await story.until("9:00")
    await maya.hears_anything()
    await hannah.says("stop")
    assert "Hannah has stopped messages" in await maya.hears_anything()
    await maya.presses("I've rung Hannah")
    await maya.hears("Thank you. That's off the list.")
    await maya.says("waiting")
    assert "stopped" not in await maya.hears_anything()
    await hannah.hears(CLOSING)
    await hannah.says("?")
    await hannah.hears_nothing()


async def test_what_only_networks_obey_asks_what_is_meant_and_takes_back_what_is_chosen(story: Story) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    word = "End."
    await story.until("6:10")
    await hannah.says(word)
    await hannah.hears("Nothing of yours is waiting that could be taken back, so nothing has changed.")
    await hannah.says(NIGHT)
    await story.passes(30)
    await hannah.hears_anything()
    await hannah.says(word)
    await hannah.hears("Cancel what?")
    await hannah.presses("Nothing")
    await hannah.says(word)
    await hannah.hears("Cancel what?")
    await hannah.presses("Ella 6:10")
    await hannah.hears("Taken back. Nobody was told.")
    await story.until("7:31")
    assert NIGHT not in await priya.hears_anything()


async def test_a_question_that_waits_can_be_cancelled(story: Story) -> None:
    joe = story.person("joe")
    await story.until("6:30")
    await joe.says("up 3 times, bit snotty")
    await joe.hears("Who's that about?")
    await joe.says("cancel")
    await joe.hears("Cancel what?")
    await joe.presses("My 6:30 note")
    await joe.hears("Taken back. Nobody was told.")
    await story.until("7:40")
    await joe.hears_nothing()


async def test_start_asks_again_what_the_word_may_have_answered(story: Story) -> None:
    joe, maya = story.person("joe"), story.person("maya")
    await story.until("9:00")
    await joe.says("up 3 times, bit snotty")
    await joe.hears("Who's that about?")
    await joe.says("stop")
    assert "in answer to the question which child a note was about. That stands as it was." in (
        await maya.hears_anything()
    )
    await joe.hears(CLOSING)
    await joe.says("unstop")
    await joe.hears("Messages are back on.")
    await joe.hears("Who's that about?")
    await joe.presses("Poppy")
    await story.passes(30)
    assert "Poppy" in await joe.hears_anything()


async def test_only_a_word_alone_stops_and_whoever_is_at_work_is_told_why_she_hears(story: Story) -> None:
    hannah, priya, dawn = story.person("hannah"), story.person("priya"), story.person("dawn")
    await story.until("9:00")
    await hannah.says("stop texts")
    assert "How about one of these?" in await hannah.hears_anything()
    await hannah.says("please stop giving her squash")
    await story.passes(30)
    assert "Ella" in await hannah.hears_anything()
    await priya.hears_anything()
    await priya.says("too many msgs")
    assert "What comes to you is about your children" in await priya.hears_anything()
    await dawn.hears_anything()
    await dawn.says("less")
    assert "before and while you have them" in await dawn.hears_anything()


async def test_who_wants_only_what_matters_is_told_that_and_reads_the_rest_in_the_book(story: Story) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await story.until("9:00")
    await hannah.says("only if it matters")
    assert (await hannah.hears_anything()).startswith("Done. From now on you hear only of illness")
    await priya.says("Ella ate all her lunch")
    await story.passes(30)
    assert "Hannah reads it in the book, without a message." in await priya.hears_anything()
    await priya.says("Ella has a temperature, 38.2")
    await story.passes(60)
    assert "38.2" in await hannah.hears_anything()
    await story.until("17:30")
    await hannah.hears_nothing()
    await hannah.says("today")
    assert "ate all her lunch" in await hannah.hears_anything()
