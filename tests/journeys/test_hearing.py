"""When a parent hears of the day: as she chose when she joined, or said since."""

from __future__ import annotations

from tests.kit.conversation import Story


async def test_a_parent_hears_of_the_day_when_she_said_and_the_author_is_told_when(story: Story) -> None:
    hannah, tom, priya = story.person("hannah"), story.person("tom"), story.person("priya")
    await story.until("12:10")
    await hannah.says("As it happens please")
    await hannah.hears("Done. From now on you hear as it happens, from 7 in the morning to half past 8 at night.")
    await tom.says("only fridays")
    await tom.hears(
        "Done. From now on you have it on Fridays at 5. "
        "Illness, injuries, medicine and answers to you still come at once."
    )
    await priya.says("as it happens")
    assert "What comes to you is about your children" in await priya.hears_anything()
    await priya.says("Ella ate all her lunch")
    await story.passes(10)
    await priya.hears("✓ Ella · food → Hannah now, Tom Friday 17:00, Dawn 12:45")
    await story.passes(11)
    await hannah.hears('Ella, from Priya 12:10: "Ella ate all her lunch"')
    await tom.hears_nothing()

    await tom.says("when she's collected")
    await tom.hears(
        "Done. From now on you have the day when you've collected, or at 5 where I don't know when that is. "
        "Injuries, medicine and questions still come at once."
    )
    await story.until("12:30")
    await priya.says("Ella slept 11-11.40")
    await story.passes(10)
    await priya.hears("✓ Ella · sleep → Hannah now, Tom 13:15, Dawn 12:45")
    await story.until("13:16")
    await tom.hears("Ella's day · Tuesday 24 November\nSleep 11:00–11:40\nFood ate all her lunch")


async def test_at_5_right_after_a_note_goes_on_with_it(story: Story) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await story.until("8:10")
    await hannah.says("nan is picking ella up today")
    await hannah.says("at 5")
    await story.passes(30)
    assert "at 5" in await priya.hears_anything()
    await story.until("8:40")
    await hannah.hears_anything()
    await hannah.says("at 5")
    await hannah.hears("Done. From now on you have the day at 5. Injuries, medicine and questions still come at once.")
