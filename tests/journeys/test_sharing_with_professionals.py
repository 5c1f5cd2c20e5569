"""What a professional sees, shown and changed after it was picked: in words, with buttons, by any parent."""

from __future__ import annotations

from pathlib import Path

from storage import audit
from tests.bot.media.ffmpeg import recorded
from tests.kit.beyond import jo_marsh
from tests.kit.conversation import Person, Story
from tests.kit.papers import texts_of


async def written(story: Story) -> None:
    priya = story.person("priya")
    await priya.says("Ella built a tower of eight by herself")
    await priya.says("Ella had 2 wet nappies")
    await story.passes(120)


async def reads(person: Person) -> str:
    """Everything of the day that she may read now."""
    await person.says("print ella")
    await person.hears_anything()
    file = await person.file_of((await person.screen())[-1])
    assert file is not None
    return " ".join(texts_of(file[1]).split())


async def test_what_she_sees_is_shown_and_less_of_it_counts_at_once(story: Story) -> None:
    hannah, tom, priya, dawn = (story.person(who) for who in ("hannah", "tom", "priya", "dawn"))
    await story.until("9:00")
    jo = await jo_marsh(story, "Her learning", "Her day too")
    await written(story)
    assert "tower" in await reads(jo)
    for person in (hannah, tom, priya, dawn):
        await person.hears_anything()

    await hannah.says("sharing")
    assert "What Jo Marsh sees: her day and her learning" in await hannah.hears_anything()
    await priya.says("sharing ella")
    assert "What Jo Marsh sees of you: her day and her learning" in await priya.hears_anything()
    await hannah.says("stop sharing her learning with Jo")
    await hannah.hears("From now on Jo Marsh doesn't see her learning.")
    await tom.hears('Hannah has changed what Jo Marsh may see of Ella. Say "sharing" to see it.')
    await dawn.hears_nothing()
    heard = await reads(jo)
    assert "tower" not in heard
    assert "2 wet nappies" in heard
    # Nothing is closed to anybody else.
    assert "2 wet nappies" in await reads(dawn)
    assert await story.store.read(audit.first_break) is None


async def test_more_is_opened_by_the_parent_she_came_through_and_closed_by_either(story: Story) -> None:
    hannah, tom = story.person("hannah"), story.person("tom")
    await story.until("9:00")
    jo = await jo_marsh(story, "Her day too")
    await written(story)
    await tom.hears_anything()

    await tom.says("Jo can see her learning")
    await tom.hears("What more Jo Marsh may see is said by the parent who asked for Jo Marsh. You can stop any of it.")
    assert "tower" not in await reads(jo)
    await hannah.says("Jo Marsh can see her learning")
    await hannah.hears("From now on Jo Marsh may see her learning.")
    assert "tower" in await reads(jo)
    await tom.hears_anything()
    await tom.says("stop sharing with Jo")
    await tom.hears_anything()
    assert "nappies" not in await reads(jo)
    await hannah.hears('Tom has changed what Jo Marsh may see of Ella. Say "sharing" to see it.')
    # Hers she stays: the other parent did not become the one she came through.
    await hannah.says("share her day with Jo")
    await hannah.hears("From now on Jo Marsh may see her day.")
    assert "2 wet nappies" in await reads(jo)


async def test_a_voice_note_of_hers_waits_for_a_few_words_and_goes_with_them(story: Story, tmp_path: Path) -> None:
    hannah, tom = story.person("hannah"), story.person("tom")
    await story.until("9:00")
    jo = await jo_marsh(story, "Her learning")
    await hannah.hears_anything()
    await tom.hears_anything()

    await jo.sends("note.ogg", recorded("voice.ogg", tmp_path))
    assert "I can't hear voice notes, so I've sent this to nobody." in await jo.hears_anything()
    await jo.says("Ella said three words together")
    await story.until("17:01")

    for parent in (hannah, tom):
        (shown,) = [each for each in await parent.screen() if each.pictures]
        assert "three words" in shown.text


async def test_group_by_group_with_buttons(story: Story) -> None:
    hannah = story.person("hannah")
    await story.until("9:00")
    jo = await jo_marsh(story, "Her day too")
    await written(story)
    await hannah.hears_anything()
    await hannah.says("sharing")
    await hannah.presses("Change")
    assert "Jo Marsh" in (await hannah.screen())[-1].buttons
    await hannah.hears_anything()
    await hannah.presses("Jo Marsh")
    await hannah.hears(
        "What Jo Marsh sees: ticked is shared. Tap one to change it.",
        buttons=(
            *("✓ her day", "letters", "her learning", "worries", "family news", "photos"),
            *("You → Jo Marsh", "Sunshine → Jo Marsh", "Dawn → Jo Marsh"),
        ),
    )
    await hannah.presses("her learning")
    heard = await hannah.hears_anything()
    assert heard.startswith("From now on Jo Marsh may see her learning.")
    assert "What Jo Marsh sees: her day and her learning" in heard
    assert "tower" in await reads(jo)
    await hannah.says("sharing")
    for label in ("Change", "Jo Marsh", "✓ her day"):
        await hannah.presses(label)
    assert "What Jo Marsh sees: her learning" in await hannah.hears_anything()
    heard = await reads(jo)
    assert "tower" in heard
    assert "nappies" not in heard


async def test_what_is_stopped_for_everybody_is_stopped_for_her_too(story: Story) -> None:
    hannah = story.person("hannah")
    await story.until("9:00")
    jo = await jo_marsh(story, "Her learning", "Her day too")
    await written(story)
    await hannah.says("stop sharing her learning")
    heard = await reads(jo)
    assert "tower" not in heard
    assert "2 wet nappies" in heard


async def test_each_place_apart_with_buttons(story: Story) -> None:
    hannah, priya, dawn = (story.person(who) for who in ("hannah", "priya", "dawn"))
    await story.until("9:00")
    jo = await jo_marsh(story, "Her day too")
    await written(story)
    await dawn.says("Ella fed the ducks and ate all her tea")
    await hannah.says("Ella had porridge")
    await story.passes(120)
    day = await reads(jo)
    assert "2 wet nappies" in day
    assert "ducks" in day
    assert "porridge" in day

    await hannah.says("sharing")
    for label in ("Change", "Jo Marsh"):
        await hannah.presses(label)
    assert (await hannah.screen())[-1].buttons[6:] == (
        "You → Jo Marsh",
        "Sunshine → Jo Marsh",
        "Dawn → Jo Marsh",
    )
    await hannah.hears_anything()
    await hannah.presses("Dawn → Jo Marsh")
    await hannah.hears("What Jo Marsh sees of Dawn: ticked is shared. Tap one to change it.")
    await hannah.presses("✓ her day")
    heard = await hannah.hears_anything()
    assert "What Jo Marsh sees of what you write: her day\n" in heard
    assert "What Jo Marsh sees of Sunshine: her day\n" in heard
    assert "What Jo Marsh sees of Dawn: nothing" in heard
    day = await reads(jo)
    assert "ducks" not in day
    assert "2 wet nappies" in day
    assert "porridge" in day
    for person, sees in ((priya, "her day"), (dawn, "nothing")):
        await person.hears_anything()
        await person.says("sharing ella")
        assert f"What Jo Marsh sees of you: {sees}" in await person.hears_anything()
    await jo.says("sharing")
    assert "What you see of Dawn: nothing" in await jo.hears_anything()


async def test_one_place_is_opened_by_itself_by_the_parent_she_came_through(story: Story) -> None:
    hannah, tom = story.person("hannah"), story.person("tom")
    await story.until("9:00")
    jo = await jo_marsh(story, "Her day too")
    await written(story)
    for person in (tom, hannah):
        await person.hears_anything()
        await person.says("sharing")
        for label in ("Change", "Jo Marsh", "Sunshine → Jo Marsh", "her learning"):
            await person.presses(label)
        assert ("tower" in await reads(jo)) is (person is hannah)
    assert "What more Jo Marsh may see is said by the parent" in await tom.hears_anything()
    await story.person("dawn").says("Ella counted to ten by herself")
    await story.passes(120)
    assert "counted" not in await reads(jo)
    # In words it is closed for every place.
    await hannah.says("stop sharing her learning with Jo")
    assert "tower" not in await reads(jo)
