"""Undo, change, edit, correct, reply: what was written can be put right, and what had gone out follows."""

from __future__ import annotations

import pytest

from book.people import Role, Standing
from tests.journeys.conftest import ByText
from tests.kit.conversation import Story
from tests.kit.in_the_book import stands


async def test_undo_in_time_tells_nobody(story: Story) -> None:
    hannah, priya, dawn = (story.person(who) for who in ("hannah", "priya", "dawn"))
    await story.until("8:10")

    await hannah.says("bad night, teething")
    await story.passes(10)
    await hannah.hears("✓ Ella · sleep, health → Priya, Dawn")
    await hannah.presses("Undo")
    await hannah.hears("Taken back. Nobody was told.")
    await story.passes(600)

    await priya.hears_nothing()
    await dawn.hears_nothing()
    assert [each.text for each in await hannah.screen()] == ["✓ Ella · taken back", "Taken back. Nobody was told."]


async def test_undo_too_late_takes_back_what_had_gone_out_and_says_who_may_have_read_it(story: Story) -> None:
    hannah, priya, dawn = (story.person(who) for who in ("hannah", "priya", "dawn"))
    await story.until("8:10")
    await hannah.says("bad night, teething")
    await story.passes(30)
    await hannah.hears("✓ Ella · sleep, health → Priya ✓ Dawn ✓")
    assert len(await priya.screen()) == 1

    await hannah.says("undo")

    await hannah.hears("Taken back. Priya and Dawn may have read it.")
    assert await priya.screen() == []
    assert await dawn.screen() == []


async def test_undo_of_one_note_leaves_the_other_of_the_same_message_standing(story: Story) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await story.until("6:10")
    await hannah.says("bad night, teething")
    await story.passes(60)
    await hannah.says("porridge for brekkie")
    await story.passes(60)
    await story.until("7:30")
    assert (await priya.screen())[0].text == (
        'Ella\nHannah 6:10: "bad night, teething"\nHannah 6:11: "porridge for brekkie"'
    )

    await hannah.says("0")

    assert [each.text for each in await priya.screen()] == ['Ella, from Hannah 6:10: "bad night, teething"']


async def test_a_second_press_does_nothing_more(story: Story) -> None:
    hannah = story.person("hannah")
    await story.until("8:10")
    await hannah.says("bad night, teething")
    await story.passes(10)
    await hannah.presses("Undo")
    before = len(await hannah.screen())

    await hannah.says("undo")

    assert [each.text for each in await hannah.screen()][before:] == ["There's nothing to take back."]


async def test_change_keeps_a_note_to_the_nursery(story: Story) -> None:
    hannah, priya, dawn = (story.person(who) for who in ("hannah", "priya", "dawn"))
    await story.until("8:10")
    await hannah.says("bad night, teething")
    await story.passes(10)
    await hannah.presses("Change")
    await hannah.presses("Only Sunshine")
    await story.passes(60)

    assert len(await priya.screen()) == 1
    await dawn.hears_nothing()
    assert (await hannah.screen())[0].text == "✓ Ella · sleep, health → Priya ✓. Not Dawn, as you asked."


async def test_change_of_topic_by_word_decides_the_audience_again(story: Story) -> None:
    hannah, dawn = story.person("hannah"), story.person("dawn")
    await story.until("8:10")
    await hannah.says("hospital letter came about her squint, concerned about behaviour")
    await story.passes(10)
    first = await hannah.hears_anything()
    assert "Not Dawn" in first
    await hannah.says("change")
    await hannah.says("topic")
    await hannah.says("kit")
    await story.passes(60)

    assert "hospital letter came about her squint" in await dawn.hears_anything()


async def test_a_parent_lets_one_note_travel_once(story: Story) -> None:
    hannah, dawn = story.person("hannah"), story.person("dawn")
    await story.until("8:10")
    await hannah.says("hospital letter came, squint op in jan")
    await story.passes(10)
    await hannah.hears("✓ Ella · health (letter) → Priya now. Not Dawn: letters stay with Sunshine.")
    await dawn.hears_nothing()
    await hannah.presses("Dawn too")
    await story.passes(60)

    await dawn.hears('Ella, from Hannah 8:10: "hospital letter came, squint op in jan"')
    await hannah.says("another hospital letter")
    await story.passes(60)
    await dawn.hears_nothing()


async def test_an_edit_before_it_leaves_is_simply_what_is_sent(story: Story) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await story.until("8:10")
    message = await hannah.says("bad nite, theething")
    await hannah.edits(message, "bad night, teething")
    await story.passes(30)

    await priya.hears('Ella, from Hannah 8:10: "bad night, teething"')


async def test_an_edit_after_it_left_is_relayed_as_corrected_to_who_had_it(story: Story) -> None:
    hannah, priya, dawn, tom = (story.person(who) for who in ("hannah", "priya", "dawn", "tom"))
    await story.until("8:10")
    message = await hannah.says("calpol 5ml at 6")
    await story.passes(30)
    await priya.hears('Ella, from Hannah 8:10: "calpol 5ml at 6"')
    await dawn.hears('Ella, from Hannah 8:10: "calpol 5ml at 6"')
    await hannah.edits(message, "calpol 5ml at 7")
    await story.passes(1)

    await priya.hears('Ella, from Hannah 8:10, corrected: "calpol 5ml at 7"')
    await dawn.hears('Ella, from Hannah 8:10, corrected: "calpol 5ml at 7"')
    await tom.hears_nothing()


async def test_an_edit_with_the_same_words_does_nothing(story: Story) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await story.until("8:10")
    message = await hannah.says("bad night")
    await story.passes(30)
    await priya.hears_anything()
    await hannah.edits(message, "bad night")
    await story.passes(60)

    await priya.hears_nothing()


async def test_a_reply_goes_to_the_note_it_answers_and_no_further(story: Story) -> None:
    hannah, tom, priya, dawn = (story.person(who) for who in ("hannah", "tom", "priya", "dawn"))
    await story.until("8:10")
    await hannah.says("Ella's upset, her dad and I had words at the door")
    await story.passes(30)
    note = await priya.hears('Ella, from Hannah 8:10: "Ella\'s upset, her dad and I had words at the door"')
    await dawn.hears_nothing()

    await priya.says("Thanks for telling us, extra cuddles today", reply_to=note)
    await story.passes(30)

    heard = await hannah.hears_anything()
    assert 'Priya: "Thanks for telling us, extra cuddles today"' in heard
    await story.until("17:30")
    await tom.hears_nothing()
    await dawn.hears_nothing()


async def test_why_gives_the_long_form(story: Story) -> None:
    hannah = story.person("hannah")
    await story.until("8:10")
    await hannah.says("hospital letter came, squint op in jan")
    await story.passes(30)
    line = (await hannah.screen())[0]
    await hannah.hears_anything()
    await hannah.says("why?", reply_to=line)

    said = await hannah.hears_anything()
    assert "health" in said
    assert "hospital letter" in said
    assert "Priya: told, the setting you joined through." in said
    assert "Dawn: not told, not shared." in said
    assert "Tom" not in said


async def test_why_says_topics_facts_and_the_child_with_the_words_that_led_there(story: Story) -> None:
    fay, joe = story.person("fay"), story.person("joe")
    await story.until("8:10")
    await joe.says("noah bad night, calpol 5ml at 5.45")
    await story.passes(30)
    line = (await joe.screen())[0]
    await joe.hears_anything()
    await joe.says("why?", reply_to=line)
    said = await joe.hears_anything()
    assert 'medicine ("calpol' in said
    assert "Taken down as facts:" in said
    assert 'Noah, because it says "noah".' in said

    await fay.says("slept thru")
    await story.passes(30)
    await fay.hears_anything()
    await fay.says("why?")
    assert "Leo, because no other child could be meant." in await fay.hears_anything()


async def test_not_sleep_health_puts_the_note_under_the_other_topic(story: Story) -> None:
    hannah = story.person("hannah")
    await story.until("6:30")
    await hannah.says("up since 4")
    await story.passes(30)
    await hannah.hears("✓ Ella · sleep → Priya 7:30, Dawn 7:00")
    await hannah.says("not sleep, health")
    await story.passes(5)
    await hannah.sees("✓ Ella · health → Priya 7:30, Dawn 7:00")


async def test_not_nappy_takes_that_topic_alone_off_the_note_and_is_a_note_where_it_has_none(story: Story) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await story.until("8:30")
    await hannah.says("had 2 wees, slept thru")
    await story.passes(30)
    await hannah.hears_anything()
    await hannah.says("not nappy")
    await story.passes(60)
    await hannah.sees("✓ Ella · sleep → Priya ✓ Dawn ✓")
    assert not any("not nappy" in each.text for each in await priya.screen())

    await hannah.says("not mood")
    await story.passes(60)
    assert any('"not mood"' in each.text for each in await priya.screen())


async def test_which_child_is_asked_once_kept_and_answered_in_words(story: Story) -> None:
    joe, priya, carys = (story.person(who) for who in ("joe", "priya", "carys"))
    await story.until("8:10")
    await joe.says("up 3 times, bit snotty")
    await joe.hears("Who's that about?", buttons=("Noah", "Poppy", "Both"))
    await story.passes(60)
    await priya.hears_nothing()
    await carys.hears_nothing()

    await joe.says("the little one")
    await story.passes(30)

    await carys.hears('Poppy, from Joe 8:10: "up 3 times, bit snotty"')
    await priya.hears_nothing()


async def test_both_by_button_makes_an_entry_for_each(story: Story) -> None:
    joe, priya, carys = (story.person(who) for who in ("joe", "priya", "carys"))
    await story.until("8:10")
    await joe.says("up 3 times, bit snotty")
    await joe.presses("Both")
    await story.passes(90)

    await carys.hears('Poppy, from Joe 8:10: "up 3 times, bit snotty"')
    await priya.hears('Noah, from Joe 8:10: "up 3 times, bit snotty"')


async def test_an_edit_of_a_message_that_waits_is_what_is_filed(story: Story) -> None:
    joe, priya = story.person("joe"), story.person("priya")
    await story.until("8:10")
    message = await joe.says("up 3 times")
    await joe.edits(message, "up 4 times")
    await joe.says("noah")
    await story.passes(60)

    await priya.hears('Noah, from Joe 8:10: "up 4 times"')


async def test_every_later_edit_of_a_message_that_was_asked_back_is_the_one_note(story: Story) -> None:
    joe, priya, carys = (story.person(who) for who in ("joe", "priya", "carys"))
    await story.until("8:10")
    message = await joe.says("up 3 times")
    for words in ("up 4 times", "up 5 times"):
        await joe.edits(message, words)
        await story.passes(2)
    await joe.says("noah")
    await joe.edits(message, "up 6 times")
    await story.passes(60)

    await priya.hears('Noah, from Joe 8:10: "up 6 times"')
    await priya.hears_nothing()
    await carys.hears_nothing()
    asked = [each.text for each in await joe.screen() if each.text == "Who's that about?"]
    assert len(asked) == 1


async def test_a_message_asked_back_after_another_was_keeps_its_edit_too(story: Story) -> None:
    joe, priya, carys = (story.person(who) for who in ("joe", "priya", "carys"))
    await story.until("8:10")
    first = await joe.says("up 3 times")
    second = await joe.says("bit snotty")
    await joe.edits(first, "up 4 times")
    await joe.edits(second, "very snotty")
    await story.passes(2)
    await joe.says("poppy")
    await joe.edits(second, "quite snotty")
    await story.passes(60)

    await carys.hears('Poppy, from Joe 8:10: "quite snotty"')
    await carys.hears_nothing()
    await priya.hears_nothing()


async def test_undo_said_of_one_note_of_a_burst_takes_back_that_one_alone(story: Story) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await story.until("8:10")
    first = await hannah.says("bad night, teething")
    await hannah.says("porridge for brekkie")
    await story.passes(12)
    await hannah.hears("✓ Ella · sleep, health, food → Priya, Dawn")

    await story.stage.says("hannah", "undo", first)
    await story.passes(60)

    await hannah.hears("Taken back. Nobody was told.")
    await priya.hears('Ella, from Hannah 8:10: "porridge for brekkie"')
    await hannah.presses("Undo")
    await hannah.hears("Taken back. Priya and Dawn may have read it.")


async def test_undo_said_of_an_older_line_takes_back_what_that_line_speaks_of(story: Story) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await story.until("8:10")
    await hannah.says("bad night, teething")
    await story.passes(12)
    line = await hannah.hears("✓ Ella · sleep, health → Priya, Dawn")
    await hannah.says("porridge for brekkie")
    await story.passes(11)

    await hannah.says("undo", reply_to=line)
    await story.passes(60)

    assert [each.text for each in await priya.screen()] == ['Ella, from Hannah 8:10: "porridge for brekkie"']


async def test_change_said_of_one_note_of_a_burst_changes_that_one(story: Story) -> None:
    hannah, dawn = story.person("hannah"), story.person("dawn")
    await story.until("8:10")
    first = await hannah.says("bad night, teething")
    await hannah.says("porridge for brekkie")
    await story.passes(12)

    await story.stage.says("hannah", "change", first)
    await story.settles()
    await hannah.says("only sunshine")
    await story.passes(60)

    assert [each.text for each in await dawn.screen()] == ['Ella, from Hannah 8:10: "porridge for brekkie"']


async def test_a_disclosure_is_kept_for_the_lead_alone(story: Story) -> None:
    priya, sam, hannah, maya, dawn = (story.person(who) for who in ("priya", "sam", "hannah", "maya", "dawn"))
    await story.until("11:05")
    await priya.says("Ella said daddy hits me with a belt")

    said = await priya.hears_anything()
    assert "This isn't in the book and no family will see it. Sam Okoro has your exact words." in said
    assert "belt" not in said
    await sam.hears("Something is waiting for you at the safeguarding desk. 11:05.")
    await story.until("17:30")
    for person in (hannah, maya, dawn):
        await person.hears_nothing()


async def test_two_families_never_read_each_others_names(story: Story) -> None:
    priya, hannah, joe = (story.person(who) for who in ("priya", "hannah", "joe"))
    await story.until("12:40")
    await priya.says("Ella and Noah ate all their lunch")
    await story.until("17:00")

    assert "Noah" not in await hannah.hears_anything()
    assert "Ella" not in await joe.hears_anything()


async def test_undo_before_the_acknowledgement_is_answered_in_one_line(story: Story) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await story.until("8:10")
    await hannah.says("bad night, teething")
    await story.passes(2)
    await hannah.says("undo")
    await story.passes(600)

    assert [each.text for each in await hannah.screen()] == ["Taken back. Nobody was told."]
    await priya.hears_nothing()


async def test_not_dawn_keeps_the_note_just_before_from_dawn(story: Story) -> None:
    hannah, priya, dawn = (story.person(who) for who in ("hannah", "priya", "dawn"))
    await story.until("8:10")
    await hannah.says("bad night, teething")
    await hannah.says("not dawn")
    await story.passes(60)

    await priya.hears('Ella, from Hannah 8:10: "bad night, teething"')
    await dawn.hears_nothing()


async def test_words_for_the_nursery_reach_the_nursery_only(story: Story) -> None:
    hannah, priya, dawn = (story.person(who) for who in ("hannah", "priya", "dawn"))
    await story.until("8:10")
    await hannah.says("just nursery: bad night, teething")
    await story.passes(60)

    assert 'bad night, teething"' in await priya.hears_anything()
    await dawn.hears_nothing()


async def test_a_number_answers_the_question(story: Story) -> None:
    joe, carys = story.person("joe"), story.person("carys")
    await story.until("8:10")
    await joe.says("up 3 times, bit snotty")
    await joe.says("2")
    await story.passes(60)

    await carys.hears('Poppy, from Joe 8:10: "up 3 times, bit snotty"')


async def test_a_word_of_command_that_there_is_not_is_told_to_nobody(story: Story) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await story.until("8:10")
    for word in ("/foo", "/foo@SomeBot"):
        await hannah.says(word)
        await hannah.hears("That word is none of mine, so nobody was told. ? shows what you can say, or just write.")
    await story.passes(60)
    await priya.hears_nothing()


async def test_what_cannot_be_so_is_kept_as_words_and_asked_about_a_minute_later(story: Story) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await story.until("8:10")
    await hannah.says("ella temp 83 this morning")
    await story.passes(10)
    await hannah.hears_anything()
    await story.passes(30)
    await hannah.hears_nothing()
    await story.passes(30)
    await hannah.hears(
        "You wrote “temp 83”, which can't be right. I've kept your words as they are. What should it be?"
    )
    await hannah.says("38.3")
    await story.passes(60)

    said = [each.text for each in await priya.screen()]
    assert any("temp 83" in each and '"38.3"' in each for each in said), said


async def test_what_she_mends_herself_in_time_is_not_asked_about(story: Story) -> None:
    hannah = story.person("hannah")
    await story.until("8:10")
    await hannah.says("ella temp 83 this morning")
    await story.passes(10)
    await hannah.says("sorry 38.3")
    await story.passes(5)
    await hannah.hears_anything()
    await story.passes(120)
    await hannah.hears_nothing()


@pytest.mark.parametrize("words", ["she had porridge for brekkie", "had 2 wees", "slept 12-1 with nan", "qwe 12 ???"])
async def test_other_words_after_the_question_are_a_note_of_their_own(story: Story, words: str) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await story.until("8:10")
    await hannah.says("ella temp 83 this morning")
    await story.passes(90)
    await hannah.says(words)
    await story.passes(60)
    assert f'Ella, from Hannah 8:11: "{words}"' in [each.text for each in await priya.screen()]


@pytest.mark.parametrize("words", ["it was half 5", "sorry, 5.45 am", "Fri 14th", "on the 14th Jan x", "about 38.5 c"])
async def test_a_figure_a_time_or_a_day_answers_the_question(story: Story, words: str) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await story.until("8:10")
    await hannah.says("ella temp 83 this morning")
    await story.passes(90)
    await hannah.says(words)
    await story.passes(60)
    assert any("temp 83" in each.text and "Corrected 8:11" in each.text for each in await priya.screen())


async def test_i_meant_another_time_is_added_and_told_to_who_had_it(story: Story) -> None:
    fay, priya = story.person("fay"), story.person("priya")
    await story.until("8:10")
    await fay.says("calpol 5ml at 2.15")
    await story.passes(30)
    await fay.hears_anything()
    await priya.hears('Leo, from Fay 8:10: "calpol 5ml at 2.15"')
    await fay.says("I meant 2.30")
    await story.passes(5)
    await priya.hears('Leo, from Fay 8:10: "calpol 5ml at 2.15". Corrected 8:10: "2.30"')
    await fay.says("why?")
    assert '("calpol 5ml at 2.15; 2.30")' in await fay.hears_anything()


async def test_delete_that_takes_back_the_last_note_alone(story: Story) -> None:
    fay, priya = story.person("fay"), story.person("priya")
    await story.until("8:10")
    await fay.says("slept thru")
    await story.passes(30)
    await fay.says("had porridge")
    await story.passes(5)
    await fay.says("delete that")
    await story.passes(60)
    assert "Taken back. Nobody was told." in await fay.hears_anything()
    assert [each.text for each in await priya.screen()] == ['Leo, from Fay 8:10: "slept thru"']


async def test_moved_after_it_was_told_it_is_taken_back_there_and_the_manager_knows(story: Story) -> None:
    priya, joe, fay, maya = (story.person(who) for who in ("priya", "joe", "fay", "maya"))
    await story.until("12:40")
    await priya.says("Noah temp 38.9 pls collect asap")
    await story.passes(60)
    await priya.hears_anything()
    assert "38.9" in await joe.hears_anything()

    await priya.says("sorry that was Leo not Noah")
    moved = await priya.hears_anything()
    assert "Moved to Leo" in moved
    assert "Joe may have read it for Noah; I've taken it back where I could." in moved
    assert "Maya has a note of the slip." in moved
    assert await joe.screen() == []
    assert "38.9" in await fay.hears_anything()
    assert "Priya wrote for Noah what was about Leo, and Joe had it" in await maya.hears_anything()


async def test_a_move_from_a_child_she_wrote_nothing_of_moves_nothing(story: Story) -> None:
    priya, joe = story.person("priya"), story.person("joe")
    await story.until("12:40")
    await priya.says("Ella had 2 wet nappies")
    await story.passes(60)
    await priya.hears_anything()
    await priya.says("sorry that was Noah not Leo")
    await priya.hears("I find no note of yours about Leo to move. Reply to the note itself, or say it anew.")
    await story.until("17:00")
    await joe.hears_nothing()


async def test_by_text_a_move_a_topic_and_a_time_are_put_right_in_words(by_text: ByText) -> None:
    story = await by_text("joe")
    joe, priya, carys = (story.person(who) for who in ("joe", "priya", "carys"))
    await story.until("6:10")
    await joe.says("noah up since 4")
    await story.passes(30)
    await joe.hears("Noah: sleep. To Priya 7:30. Wrong? Reply 0")
    await joe.says("not sleep, health")
    await story.passes(5)
    await joe.hears_anything()
    await joe.says("that was poppy")
    await joe.hears("Moved to Poppy to Carys 7:30. Nothing had gone out for Noah.")
    await story.until("7:30")
    await carys.hears('Poppy, from Joe 6:10: "Poppy up since 4"')
    await priya.hears_nothing()


@pytest.mark.parametrize("points_at", ["her own message", "the line about it"])
async def test_whoever_is_with_a_child_no_longer_moves_no_note_of_it_and_files_none_by_trying(
    points_at: str, story: Story
) -> None:
    priya, fay, hannah = (story.person(who) for who in ("priya", "fay", "hannah"))
    await story.until("8:10")
    await priya.says("Noah had 2 wet nappies")
    await story.passes(60)
    await priya.hears_anything()
    written = await priya.says("Leo needs wellies tomorrow")
    await story.passes(60)
    line = (await priya.screen())[-1].at
    await priya.hears_anything()
    await stands(story, "priya", Role.KEY_PERSON, "leo", "sunshine", Standing.ENDED)

    await story.stage.says("priya", "that was Ella", written if points_at == "her own message" else line)
    await story.passes(60)

    await priya.hears(
        "I can't move that note any more. Please write it again for Ella, and tell the setting if it was kept for the "
        "wrong child."
    )
    await story.until("17:00")
    await hannah.hears_nothing()
    assert "wellies" in await fay.hears_anything()
