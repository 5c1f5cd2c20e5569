"""What cannot wait has a clock: it is seen by somebody, or whoever wrote it is told to ring, and whom."""

from __future__ import annotations

from tests.kit.conversation import Story


async def test_dialogue_26_the_other_way_round_nobody_at_work_has_opened_it(story: Story) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await story.until("7:40")
    await hannah.says("nan collects at 12 today not 1!!")
    await hannah.hears("✓ Ella · collection → Sunshine now. I'll tell you when someone has seen it.", buttons=())
    await story.until("8:10")
    await hannah.hears("Nobody at Sunshine has opened this yet. Please ring 01632 960123.")
    await priya.presses("Seen")
    await story.until("9:00")
    await hannah.hears_nothing()


async def test_before_a_setting_opens_its_half_hour_has_not_begun(story: Story) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await story.until("6:20")
    await hannah.says("nan collects at 12 today not 1!!")
    await hannah.hears_anything()
    await story.until("7:55")
    await hannah.hears_nothing()
    await priya.presses("Seen")
    await hannah.sees("✓ Nan collects at 12 today – seen by Priya 7:55")
    await story.until("9:00")
    await hannah.hears_nothing()


async def test_whoever_was_rung_instead_is_noted_and_what_was_taken_back_asks_for_nothing(story: Story) -> None:
    priya = story.person("priya")
    await story.until("11:15")
    await priya.says("Noah temp 38.9 pls collect asap")
    await story.until("11:21")
    assert "Joe hasn't answered." in await priya.hears_anything()
    await priya.presses("I've rung him")
    await priya.hears("✓ Noted: you rang Joe, 11:21.")

    await priya.says("Ella temp 39.4 pls collect asap, and she has a rash")
    heard = await story.person("hannah").hears_anything()
    assert '"Ella temp 39.4 pls collect asap, and she has a rash". Ring Sunshine 01632 960123.' in heard
    await story.person("hannah").presses("Seen")
    assert "Hannah has seen it, 11:21." in await priya.hears_anything()
    await priya.says("Noah temp 39.9 pls collect asap")
    await priya.says("undo")
    await priya.hears_anything()
    await story.until("12:30")
    await priya.hears_nothing()
