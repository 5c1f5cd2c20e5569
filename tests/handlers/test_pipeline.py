"""One message and everything it leads to, where it is no plain note: groups, edits, presses, words that stop."""

from __future__ import annotations

from datetime import timedelta

from book.deliveries import Act, InboxState, NoticeState
from book.messages import Did
from book.notices import Kind
from book.reasons import Reason
from tests.kit import on_disk
from tests.kit.conversation import Story
from tests.kit.on_script import OnScript


async def last(story: Story) -> tuple[InboxState, Reason | None]:
    """How the newest thing that came in ended."""
    row = (await on_disk.inbox(story))[-1]
    return row.state, row.reason


# --- what is no message -----------------------------------------------------------------------------------------------


async def test_a_kind_the_book_has_no_use_for_is_kept_and_skipped(story: Story, stage: OnScript) -> None:
    await stage.does("hannah", Did.OTHER)
    await story.settles()

    assert await last(story) == (InboxState.SKIPPED, Reason.NOT_FOR_THE_BOOK)
    assert not stage.script.calls


async def test_a_group_hears_one_sentence_and_is_left_as_often_as_it_lets_the_bot_in(
    story: Story, stage: OnScript
) -> None:
    for _ in range(3):
        await stage.does("a group", Did.ADDED_TO_GROUP)
    await story.settles()
    await story.passes(3600)
    await stage.does("a group", Did.ADDED_TO_GROUP)
    await story.settles()

    assert [each.text for each in stage.script.made("a group")] == [
        "The book is kept in private chats, so I'm leaving this group. Please write to me on my own."
    ]
    assert len(stage.script.made("a group", Act.LEAVE)) == 4
    assert await last(story) == (InboxState.SKIPPED, Reason.GROUP_CHAT)
    assert await on_disk.entries(story) == 0


async def test_who_blocks_the_bot_hears_nothing_more_and_who_unblocks_it_does(story: Story, stage: OnScript) -> None:
    priya, hannah = story.person("priya"), story.person("hannah")
    await stage.does("priya", Did.BLOCKED)
    await hannah.says("bad night, teething")
    await story.passes(30)

    await priya.hears_nothing()
    assert not stage.script.made("priya")
    assert "Priya (can't be reached here: please ring)" in (await hannah.screen())[0].text
    await stage.does("priya", Did.UNBLOCKED)
    await story.passes(1)
    await hannah.says("ate all her porridge")
    await story.passes(30)
    await priya.hears('Ella, from Hannah 8:10: "ate all her porridge"')


async def test_a_word_that_stops_elsewhere_is_no_note_and_asks_what_is_meant(story: Story) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    for word in ("cancel", "END", "/quit", "revoke", "optout"):
        await hannah.says(word)

        assert "Nothing of yours is waiting that could be taken back" in await hannah.hears_anything(), word
        assert await last(story) == (InboxState.SKIPPED, Reason.ANSWERED)
    await story.passes(60)
    await priya.hears_nothing()


async def test_a_word_that_stops_outlives_the_platforms_own_switch(story: Story, stage: OnScript) -> None:
    hannah = story.person("hannah")
    await hannah.says("STOP")
    await hannah.hears_anything()
    await stage.does("hannah", Did.BLOCKED)
    await stage.does("hannah", Did.UNBLOCKED)
    await hannah.says("?")
    await hannah.hears_nothing()
    await hannah.says("/start")
    await hannah.hears("Messages are back on.")


async def test_who_blocks_the_bot_is_to_be_rung(story: Story, stage: OnScript) -> None:
    maya = story.person("maya")
    await story.until("9:00")
    await maya.hears_anything()
    await stage.does("hannah", Did.BLOCKED)
    await story.passes(1)
    assert "Hannah has blocked the book, so nothing can be sent there." in await maya.hears_anything()


# --- edits ------------------------------------------------------------------------------------------------------------


async def test_an_edit_of_what_was_never_filed_is_read_as_new(story: Story, stage: OnScript) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    small_talk = await hannah.says("thanks")
    await hannah.edits(small_talk, "bad night, teething")
    await hannah.edits("998877", "ate all her porridge")  # Of a message the book has never seen.
    await story.passes(30)

    heard = await priya.hears_anything()
    assert '"bad night, teething"' in heard
    assert '"ate all her porridge"' in heard
    assert await on_disk.entries(story) == 2


async def test_an_edit_of_somebody_elses_message_changes_nothing_of_hers(story: Story) -> None:
    """Message ids are known per chat: the same number in another chat is another message."""
    hannah, tom, priya = (story.person(who) for who in ("hannah", "tom", "priya"))
    message = await hannah.says("bad night, teething")
    await tom.edits(message, "slept like a log")
    await story.passes(30)

    heard = await priya.hears_anything()
    assert 'Hannah 8:10: "bad night, teething"' in heard
    assert 'Tom 8:10: "slept like a log"' in heard


# --- presses ----------------------------------------------------------------------------------------------------------


async def test_a_button_of_somebody_elses_message_does_nothing_and_says_so(story: Story, stage: OnScript) -> None:
    hannah, tom, priya = (story.person(who) for who in ("hannah", "tom", "priya"))
    await hannah.says("bad night, teething")
    await story.passes(10)
    await stage.presses_token("tom", stage.script.token("hannah", "Undo"))
    await story.settles()

    (answer,) = stage.script.made("tom", Act.ANSWER_PRESS)
    assert answer.text == "That button no longer does anything."
    await story.passes(10)
    assert await priya.hears_anything(), "the note was not taken back"
    await tom.hears_nothing()


async def test_a_button_that_never_was_or_is_too_old_or_used_does_nothing_and_says_so(
    story: Story, stage: OnScript
) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await hannah.says("bad night, teething")
    await story.passes(30)
    undo = stage.script.token("hannah", "Undo")
    await stage.presses_token("hannah", "no such token")
    await story.settles()
    story.clock.move(timedelta(days=2, seconds=1))
    await stage.presses_token("hannah", undo)
    await story.settles()

    assert [each.text for each in stage.script.made("hannah", Act.ANSWER_PRESS)] == [
        "That button no longer does anything.",
        "That has been done already.",
    ]
    assert len(await priya.screen()) == 1


async def test_a_press_pressed_twice_takes_back_once(story: Story, stage: OnScript) -> None:
    hannah = story.person("hannah")
    await hannah.says("bad night, teething")
    await story.passes(10)
    undo = stage.script.token("hannah", "Undo")
    for _ in range(2):
        await stage.presses_token("hannah", undo)
    await story.settles()

    assert [each.text for each in stage.script.made("hannah", Act.ANSWER_PRESS)] == ["", "That has been done already."]
    said = [each.text for each in await hannah.screen()]
    assert said.count("Taken back. Nobody was told.") == 1


async def test_a_stranger_presses_nothing_and_learns_nothing(story: Story, stage: OnScript) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await hannah.says("bad night, teething")
    await story.passes(10)
    await stage.presses_token("somebody", stage.script.token("hannah", "Undo"))
    await story.settles()
    await story.passes(10)

    assert [each.text for each in stage.script.made("somebody", Act.ANSWER_PRESS)] == [""]
    assert not stage.script.made("somebody")
    assert await priya.hears_anything()


# --- replies ----------------------------------------------------------------------------------------------------------


async def test_a_reply_to_any_part_of_a_long_message_finds_the_note_it_was_of(story: Story, stage: OnScript) -> None:
    hannah, priya, dawn = (story.person(who) for who in ("hannah", "priya", "dawn"))
    stage.script.longest = 50
    await hannah.says("bad night, teething, up at one and at three and at five, porridge, just nursery please")
    await story.passes(30)
    parts = await priya.screen()
    assert len(parts) > 1
    await priya.says("ok, extra cuddles", reply_to=parts[-1])
    await story.passes(30)

    assert "extra cuddles" in (await hannah.screen())[-1].text
    await dawn.hears_nothing()


async def test_a_reply_with_a_number_of_somebody_elses_chat_answers_nothing_and_is_no_note(
    story: Story, stage: OnScript
) -> None:
    hannah, priya, dawn = (story.person(who) for who in ("hannah", "priya", "dawn"))
    await hannah.says("Ella's upset, her dad and I had words at the door")
    await story.passes(30)
    private = (await priya.screen())[0]
    await dawn.hears_nothing()

    await dawn.says("ate all her lunch", reply_to=private)
    await story.until("17:30")

    for notice in await on_disk.notices(story, "priya", Kind.RELAY):
        assert notice.state is NoticeState.TOLD
    assert "ate all her lunch" not in await hannah.hears_anything()
    assert (await dawn.hears_anything()).startswith("I can't tell which message that answers")
