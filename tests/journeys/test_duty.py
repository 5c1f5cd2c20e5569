"""Who is told when somebody is off, who covers, and what the absent one hears on her return."""

from __future__ import annotations

from book.ids import ChildId
from book.people import Role
from storage import roster
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
