"""What may tell of harm goes to the safeguarding leads and nowhere else, and somebody always answers (dialogue 24)."""

from __future__ import annotations

from collections.abc import Callable

from book.ids import ChildId, Ids, PersonId
from book.people import Role
from bot.demo.roster import DemoRoster
from storage.roster import NewChild, NewMembership, NewPerson, Roster
from tests.journeys.conftest import ByText
from tests.kit.conversation import Story

WORDS = "Noah said daddy hits me with a belt"


async def test_dialogue_24_a_practitioner(story: Story) -> None:
    amy, sam, ruth, joe, maya = (story.person(who) for who in ("amy", "sam", "ruth", "joe", "maya"))
    await story.until("11:05")
    await amy.says(WORDS)

    await amy.hears(
        "This isn't in the book and no family will see it. Sam Okoro has your exact words. Tell Sam in person now: "
        "01632 960124. Can't reach Sam: Ruth Bell, 01632 960125.\n"
        "Someone in danger this minute: 999. Don't question the child; note the time.",
        buttons=("It's about Sam", "It was an ordinary bump"),
    )
    await sam.hears("Something is waiting for you at the safeguarding desk. 11:05.", buttons=("On my way",))
    await ruth.hears_nothing()

    await story.until("11:15")
    await ruth.hears("Something is waiting at the safeguarding desk since 11:05. Sam hasn't answered.")
    await amy.hears("Neither Sam nor Ruth has answered yet. Please find one of them.")
    await story.until("18:00")
    for person in (joe, maya, sam, ruth, amy):
        await person.hears_nothing()


async def test_whoever_is_on_her_way_has_answered_and_nobody_else_is_called(story: Story) -> None:
    amy, sam, ruth = (story.person(who) for who in ("amy", "sam", "ruth"))
    await story.until("11:05")
    await amy.says(WORDS)
    await amy.hears_anything()
    await story.passes(120)
    await sam.presses("On my way")

    await story.until("12:00")
    await ruth.hears_nothing()
    await amy.hears_nothing()


async def test_about_the_lead_it_goes_to_the_other_one_and_leaves_the_first_ones_screen(story: Story) -> None:
    amy, sam, ruth = (story.person(who) for who in ("amy", "sam", "ruth"))
    await story.until("11:05")
    await amy.says(WORDS)
    await amy.hears_anything()
    await sam.hears_anything()
    await amy.presses("It's about Sam")

    await amy.hears(
        "This isn't in the book and no family will see it. Ruth Bell has your exact words. Tell Ruth in person now: "
        "01632 960125.\nSomeone in danger this minute: 999. Don't question the child; note the time.",
        buttons=("It's about Ruth", "It was an ordinary bump"),
    )
    await ruth.hears("Something is waiting for you at the safeguarding desk. 11:05.", buttons=("On my way",))
    await sam.sees("Nothing is waiting for you at the safeguarding desk.")

    await amy.presses("It's about Ruth")
    await amy.hears(
        "Thank you. Nobody has been sent this. Please ring the council's children's team: 01632 960199. "
        "In danger now: 999.",
        buttons=("See this again later",),
    )
    await ruth.sees("Nothing is waiting for you at the safeguarding desk.")
    await story.until("12:00")
    for person in (amy, sam, ruth):
        await person.hears_nothing()


async def test_words_that_name_the_lead_never_go_to_her(story: Story) -> None:
    amy, sam, ruth = (story.person(who) for who in ("amy", "sam", "ruth"))
    await story.until("11:05")
    await amy.says("Noah said Sam hits him with a belt")

    assert "Ruth Bell has your exact words" in await amy.hears_anything()
    await ruth.hears("Something is waiting for you at the safeguarding desk. 11:05.")
    await story.until("12:00")
    await sam.hears_nothing()


async def test_a_practitioners_ordinary_bump_is_filed_and_the_lead_keeps_a_copy(story: Story) -> None:
    amy, sam, joe = (story.person(who) for who in ("amy", "sam", "joe"))
    await story.until("11:05")
    await amy.says(WORDS)
    await amy.hears_anything()
    await sam.hears_anything()
    await amy.presses("It was an ordinary bump")

    await amy.hears("Thank you. It's in Noah's book, for Joe. Sam keeps a copy.")
    await story.until("18:00")
    await joe.hears(f'Noah\'s day · Tuesday 24 November\nAmy: "{WORDS}"')
    await sam.hears_nothing()


async def test_a_parent_of_two_is_asked_which_child_her_ordinary_bump_was_about(story: Story) -> None:
    joe, priya = story.person("joe"), story.person("priya")
    await story.until("8:05")
    await joe.says("he has a bruise on his back, dont know how he got it")
    await joe.hears(
        "Thank you. I've given that to Sam at Sunshine rather than the book. Sam will ring today. "
        "Urgent: 01632 960124 or 999.",
        buttons=("It was an ordinary bump",),
    )
    await joe.presses("It was an ordinary bump")
    await joe.hears("Who's that about?", buttons=("Noah", "Poppy", "Both"))
    await joe.presses("Noah")
    await story.passes(60)
    await priya.hears('Noah, from Joe 8:05: "he has a bruise on his back, dont know how he got it"')


async def test_what_a_parent_says_about_staff_goes_to_the_manager_too_and_never_to_the_person_named(
    story: Story,
) -> None:
    joe, sam, maya, priya = (story.person(who) for who in ("joe", "sam", "maya", "priya"))
    await story.until("8:05")
    await joe.says("noah says Priya hits him when he cries")
    await joe.hears_anything()

    await sam.hears("Something is waiting for you at the safeguarding desk. 8:05.")
    await maya.hears("Something is waiting for you at the safeguarding desk. 8:05.")
    await story.until("18:00")
    await priya.hears_nothing()


async def test_a_lead_and_the_council_are_rung_where_the_manager_says(story: Story) -> None:
    maya, amy = story.person("maya"), story.person("amy")
    await story.until("9:00")
    await maya.says("Sam's direct line is 01632 960777")
    await maya.hears("✓ Whoever tells Sam something about a child's safety is given 01632 960777.")
    await maya.says("the council's children's team is 01632 960888")
    await maya.hears(
        "✓ The council's children's team: 01632 960888. People are sent there where no lead of yours can be told."
    )
    await amy.says(WORDS)
    assert "Tell Sam in person now: 01632 960777" in await amy.hears_anything()


# --- by text --------------------------------------------------------------------------------------------------------


async def test_dialogue_24_a_parent_and_it_may_well_be_nothing(by_text: ByText) -> None:
    story = await by_text("joe")
    joe, priya, sam = (story.person(who) for who in ("joe", "priya", "sam"))
    await story.until("8:05")
    await joe.says("noah has a bruise on his back, dont know how he got it")
    await joe.hears(
        "Thank you. I've given that to Sam at Sunshine rather than the book. Sam will ring today. "
        "Urgent: 01632 960124 or 999. Ordinary bump? Reply 1"
    )
    await sam.hears("Something is waiting for you at the safeguarding desk. 8:05.")
    await joe.says("1")
    await joe.hears("Thank you. It's in Noah's book, for Priya. Sam keeps a copy.")
    await story.passes(60)
    await priya.hears('Noah, from Joe 8:05: "noah has a bruise on his back, dont know how he got it"')
    await story.until("9:00")
    await sam.hears_nothing()


def _chloe(ids: Ids) -> Callable[[DemoRoster], Roster]:
    """A mother whose child goes to the childminder alone."""
    chloe, ivy = PersonId(ids.new()), ChildId(ids.new())

    def more(people: DemoRoster) -> Roster:
        people.people["chloe"] = chloe
        dawns = people.settings["dawns"]
        return Roster(
            people=[NewPerson(chloe, "Chloe")],
            children=[NewChild(ivy, ("Ivy",))],
            memberships=[
                NewMembership(ids.new(), chloe, Role.PARENT, ivy, dawns),
                NewMembership(ids.new(), people.people["dawn"], Role.CHILDMINDER, ivy, dawns),
            ],
        )

    return more


async def test_dialogue_24_about_a_childminder_who_works_alone(by_text: ByText, ids: Ids) -> None:
    story = await by_text("chloe", more=_chloe(ids))
    chloe, dawn = story.person("chloe"), story.person("dawn")
    await story.until("8:05")
    await chloe.says("ivy says dawn hits her with a spoon and shes scared to go")
    road = (
        "Thank you. Nobody has been sent this. Please ring the council's children's team: 01632 960199. "
        "In danger now: 999. Reply 1 to see it again later."
    )
    await chloe.hears(road)
    await story.until("9:00")
    await chloe.says("1")
    await chloe.hears(road)
    await story.until("18:00")
    await dawn.hears_nothing()
