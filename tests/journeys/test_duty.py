"""Who is told when somebody is off, who covers, and what the absent one hears on her return."""

from __future__ import annotations

from datetime import time

import pytest
from sqlalchemy import Connection

from book.ids import ChildId
from book.people import Role
from storage import circles, roster
from tests.kit.conversation import Person, Story


async def with_eight_key_children(story: Story) -> None:
    """Priya has eight key children and Amy is second for all; the demo has four of them, and no room."""
    people, settings = story.people.people, story.people.settings
    new = [ChildId(story.ids.new()) for _ in ("Mo", "Bea", "Kit", "Ava")]
    await roster.enrol(
        story.store,
        roster.Roster(
            children=[
                roster.NewChild(child, (name,)) for child, name in zip(new, ("Mo", "Bea", "Kit", "Ava"), strict=True)
            ],
            memberships=[
                roster.NewMembership(story.ids.new(), people[who], role, child, settings["sunshine"])
                for child in new
                for who, role in (("priya", Role.KEY_PERSON), ("amy", Role.SECOND_KEY_PERSON))
            ],
        ),
        story.clock.now(),
    )


async def play(story: Story) -> tuple[Person, ...]:
    await with_eight_key_children(story)
    return tuple(story.person(who) for who in ("priya", "maya", "amy", "hannah", "dawn"))


async def test_dialogue_37_priya_is_ill(story: Story) -> None:
    priya, maya, amy, hannah, dawn = await play(story)
    await story.until("6:40")

    await priya.says("off sick today sorry")
    await priya.hears("✓ Maya and the Butterfly room know. Rest up: nothing more to you today.")
    await maya.hears("Priya is off. Amy covers her 8 today?", buttons=("Amy", "Someone else"))

    await story.until("7:10")
    await hannah.says("rough night again")
    await story.passes(10)
    await hannah.hears("✓ Ella · sleep → Amy 7:30 (Priya's away today), Dawn now", buttons=("Undo", "Change"))
    await story.passes(30)
    await dawn.hears('Ella, from Hannah 7:10: "rough night again"')
    await story.until("7:30")
    heard = await amy.hears_anything()
    assert "Priya is off today." in heard
    assert 'Ella, from Hannah 7:10: "rough night again"' in heard
    await hannah.sees("✓ Ella · sleep → Amy ✓ Dawn ✓")
    await priya.hears_nothing()


async def test_what_waited_for_somebody_who_falls_ill_goes_to_her_colleague_and_its_author_sees_it(
    story: Story,
) -> None:
    priya, _, amy, hannah, _ = await play(story)
    await story.until("6:02")
    await hannah.says("bad night, teething")
    await story.passes(10)
    await hannah.hears("✓ Ella · sleep, health → Priya 7:30, Dawn 7:00")

    await story.until("6:40")
    await priya.says("off sick today sorry")
    await hannah.sees("✓ Ella · sleep, health → Amy 7:30 (Priya's away today), Dawn 7:00")
    await priya.hears("✓ Maya and the Butterfly room know. Rest up: nothing more to you today.")
    await story.until("7:31")
    assert 'from Hannah 6:02: "bad night, teething"' in await amy.hears_anything()
    await story.until("23:00")
    await priya.hears_nothing()

    # Back on Wednesday, she catches up; the line of its author is not touched by it.
    await story.until("7:31", days=1)
    await priya.hears('Ella, from Hannah Tuesday 6:02: "bad night, teething"')
    await hannah.sees("✓ Ella · sleep, health → Amy ✓ Dawn ✓")


async def test_a_manager_chooses_who_covers_and_that_person_knows_it(story: Story) -> None:
    priya, maya = (await play(story))[:2]
    await story.until("6:40")
    await priya.says("off sick")
    await maya.hears("Priya is off. Amy covers her 8 today?")

    await maya.presses("Someone else")
    assert "Carys" in (await maya.hears("Who covers?")).buttons
    await maya.presses("Carys")
    await maya.hears("✓ Carys covers Priya's 8 today.")
    await story.until("7:31")
    assert "You cover Priya's 8 today." in await story.person("carys").hears_anything()


async def test_nobody_but_staff_is_off_sick(story: Story) -> None:
    hannah, maya = story.person("hannah"), story.person("maya")
    await story.until("7:40")

    await hannah.says("off sick today sorry")
    await story.passes(10)

    assert (await hannah.hears_anything()).startswith("✓ Ella")
    await maya.hears_nothing()


async def test_cover_says_who_covers_whom_and_asks_about_whoever_has_nobody(story: Story) -> None:
    priya, maya, amy = (await play(story))[:3]
    carys = story.person("carys")
    await story.until("6:40")
    await maya.says("cover")
    await maya.hears(
        'Nobody who has key children is off today.\nTo say who covers whom, write "Amy covers Priya today".'
    )

    await priya.says("off sick today sorry")
    await maya.hears("Priya is off. Amy covers her 8 today?", buttons=("Amy", "Someone else"))
    await maya.says("cover")
    await maya.hears("Priya is off. Amy covers her 8 today?", buttons=("Amy", "Someone else"))
    await maya.presses("Amy")
    await maya.hears("✓ Amy covers Priya's 8 today.")
    await maya.says("cover")
    await maya.hears('Amy covers Priya today.\nTo say who covers whom, write "Amy covers Priya today".')

    await carys.says("off friday")
    await maya.hears_anything()
    await maya.says("cover friday")
    await maya.hears("Carys is off on Friday 27 November.")
    await maya.says("Amy covers Carys friday")
    await maya.hears("✓ Amy covers Carys's 1 on Friday 27 November.")
    await maya.says("cover friday")
    await maya.hears('Amy covers Carys on Friday 27 November.\nTo say who covers whom, write "Amy covers Priya today".')
    await amy.hears_anything()


async def test_cover_is_the_managers_to_say_and_everybody_else_is_told_whose(story: Story) -> None:
    priya, _, _, hannah, _ = await play(story)
    await story.until("8:00")
    await priya.hears_anything()
    await priya.says("cover")
    await priya.hears("Only whoever runs the setting can do that: Maya. Nothing has changed, and nobody was told.")
    await hannah.says("cover")
    await story.passes(10)
    assert "✓" not in await hannah.hears_anything()


async def test_a_manager_says_that_a_colleague_is_off_and_what_waited_goes_to_whoever_is_there(story: Story) -> None:
    priya, maya, amy, hannah, _ = await play(story)
    await story.until("6:02")
    await hannah.says("bad night, teething")
    await story.passes(10)
    await hannah.hears("✓ Ella · sleep, health → Priya 7:30, Dawn 7:00")

    await story.until("6:40")
    await maya.says("Priya is off sick today")
    await maya.hears("Priya is off. Amy covers her 8 today?", buttons=("Amy", "Someone else"))
    await hannah.sees("✓ Ella · sleep, health → Amy 7:30 (Priya's away today), Dawn 7:00")
    await story.until("7:31")
    assert 'from Hannah 6:02: "bad night, teething"' in await amy.hears_anything()
    # She is asked nothing, but knows what was said of her.
    await story.until("23:00")
    assert await priya.hears_anything() == "Maya has put you down as off today."


async def test_nobody_but_her_manager_says_that_a_colleague_is_off(story: Story) -> None:
    _, _, amy, hannah, _ = await play(story)
    await story.until("6:40")
    for person in (amy, hannah):
        await person.says("Priya is off sick today")
    await story.passes(60)
    await hannah.hears_anything()

    await hannah.says("bad night")
    await story.passes(10)
    assert "Priya 7:30" in await hannah.hears_anything()


async def test_a_manager_says_when_a_colleague_works_and_she_is_told(story: Story) -> None:
    priya, maya, amy, hannah, _ = await play(story)
    await story.until("8:00")
    await maya.says("Priya works Wed-Fri 8-4")
    await maya.hears("✓ Priya works Wed, Thu, Fri 8:00–16:00 from now on, and is told.")
    await priya.hears(
        "Maya has put you down as working Wed, Thu, Fri 8:00–16:00. "
        'If that isn\'t right, write "I work …" with your days.'
    )
    await hannah.says("bad night, teething")
    await story.passes(60)
    assert 'from Hannah 8:00: "bad night, teething"' in await amy.hears_anything()
    await priya.hears_nothing()


@pytest.mark.parametrize("who", ["amy", "dawn", "hannah"])
async def test_nobody_but_her_own_manager_says_when_a_colleague_works(story: Story, who: str) -> None:
    priya = (await play(story))[0]
    await story.until("8:00")
    before = await hours(story, "priya")
    await story.person(who).says("Priya works Wed-Fri 8-4")
    await story.passes(60)

    assert await hours(story, "priya") == before
    assert "put you down" not in await priya.hears_anything()


async def test_what_she_works_elsewhere_is_not_her_managers_to_say(story: Story) -> None:
    await play(story)
    people, settings = story.people.people, story.people.settings
    saturday = roster.NewDuty(story.ids.new(), people["priya"], settings["dawns"], 5, time(9), time(12))
    await roster.enrol(story.store, roster.Roster(duties=[saturday]), story.clock.now())
    await story.person("maya").says("Priya works Wed-Fri 8-4")

    assert await hours(story, "priya") == {
        (settings["dawns"], 5), *((settings["sunshine"], day) for day in (2, 3, 4))
    }  # fmt: skip


async def hours(story: Story, who: str) -> set[tuple[int, int]]:
    """Where and on which weekdays she works."""

    def load(connection: Connection) -> set[tuple[int, int]]:
        person = story.people.people[who]
        return {(at, each.weekday) for at, each in circles.load_duties(connection, [person]).get(person, ())}

    return await story.store.read(load)


async def test_parents_are_told_when_a_childminder_on_her_own_is_off_and_cannot_have_their_child(story: Story) -> None:
    dawn, hannah, tom, priya, maya = (story.person(who) for who in ("dawn", "hannah", "tom", "priya", "maya"))
    await story.until("6:10")
    await dawn.says("off sick tomorrow sorry")
    await dawn.hears("✓ Kept. The parents of those due then are told, and nothing comes to you.")
    await story.passes(10)
    for parent in (hannah, tom):
        assert "Dawn is off on " in (said := await parent.hears_anything())
        assert said.endswith(" and can't have Ella.")
    await priya.hears_nothing()
    await maya.hears_nothing()


async def test_no_parent_is_told_of_somebodys_day_off_while_a_colleague_is_there(story: Story) -> None:
    priya, hannah = story.person("priya"), story.person("hannah")
    await story.until("6:40")
    await priya.says("off sick today sorry")
    await story.until("9:00")
    await hannah.hears_nothing()


@pytest.mark.parametrize("words", ["who can see her photos?", "who reads what i write"])
async def test_who_can_see_is_answered_with_what_is_shared(story: Story, words: str) -> None:
    hannah = story.person("hannah")
    await hannah.says(words)
    assert "What you write:" in await hannah.hears_anything()
