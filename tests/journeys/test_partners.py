"""A partner setting comes into a child's book: asked for by a nursery or a childminder, let in by a parent alone.

The third start, a parent who names somebody herself, is dialogue 14 in `test_sharing.py`.
"""

from __future__ import annotations

from book.people import Role, Standing
from storage import audit
from tests.journeys.test_sharing import QUESTION, circle_of, code_in, number_is_of
from tests.kit.beyond import ben_and_acorns
from tests.kit.conversation import Person, Story
from tests.kit.in_the_book import stands
from tests.kit.slips import hold_number

ASKED = "Maya asks: may Dawn Pike, as Ella's childminder, be in Ella's book? Nothing is shared before you say what."
SUGGEST = "invite Dawn Pike 07700 900432, childminder for Ella"


async def sends_code(story: Story, who: str, code: str, number: str) -> Person:
    await story.stage.give_fresh_phone(story, who, number)
    person = story.person(who)
    await person.says(code)
    await person.presses("Send my number")
    return person


async def is_in(story: Story, child: str, number: str) -> bool:
    who = await number_is_of(story, number)
    return (await circle_of(story, child)).membership(who, story.clock.now()) is not None


async def test_a_nursery_asks_for_a_childminder_and_a_parent_lets_her_in(before_dawn: Story) -> None:
    story = before_dawn
    maya, hannah, tom, priya = (story.person(who) for who in ("maya", "hannah", "tom", "priya"))
    await story.until("9:00")

    await maya.says(SUGGEST)
    await maya.hears("Dawn Pike comes into Ella's book only if a parent agrees. Shall I suggest it to Hannah and Tom?")
    await hannah.hears_nothing()
    await maya.presses("Yes")
    await maya.hears("I've suggested it to Hannah and Tom. It is theirs to say.")
    for parent in (hannah, tom):
        await parent.hears(ASKED, buttons=("Yes", "No"))
    assert not await is_in(story, "ella", "+447700900432")

    await tom.presses("Yes")
    await tom.hears(QUESTION)
    told = await maya.hears_anything()
    assert told.startswith("Tom agrees. Dawn Pike comes into Ella's book by sending ELLA-")
    assert not await is_in(story, "ella", "+447700900432")
    await tom.presses("Her day")
    await tom.hears_anything()

    dawn = await sends_code(story, "dawn", code_in(told), "+447700900432")
    assert (await dawn.hears_anything()).endswith("Thank you. Tom will check and let you in, usually the same day.")
    await tom.hears("Dawn has joined from 07700 900432. Is that her?", buttons=("Yes", "No"))
    await hannah.hears_nothing()
    await tom.presses("Yes")
    await tom.hears("Thank you. Dawn is in Ella's book.")
    await priya.hears("Dawn Pike (Ella's childminder) is in Ella's book. Tom shares: her day.")
    await hannah.hears('Dawn Pike is in Ella\'s book now. Say "sharing" to see and change what is shared.')
    assert "You're in Ella's book" in await dawn.hears_anything()
    await priya.says("Ella slept 10-11")
    await story.until("13:00")
    assert "Ella slept 10-11" in await dawn.hears_anything()
    # The other parent's no comes too late to undo it.
    await hannah.presses("No")
    assert await is_in(story, "ella", "+447700900432")
    assert await story.store.read(audit.first_break) is None


async def test_a_parent_refuses_and_whoever_asked_hears_that_and_not_who(before_dawn: Story) -> None:
    story = before_dawn
    maya, hannah, tom, priya = (story.person(who) for who in ("maya", "hannah", "tom", "priya"))
    await story.until("9:00")
    await maya.says(SUGGEST)
    await maya.presses("Yes")
    for person in (maya, hannah, tom):
        await person.hears_anything()

    await hannah.presses("No")
    await hannah.hears("Then Dawn Pike stays out of Ella's book.")
    await maya.hears("The parents were asked: Dawn Pike doesn't come into Ella's book.")
    await tom.hears_nothing()
    await priya.hears_nothing()
    await tom.presses("Yes")
    await tom.hears("That has been done already.")
    await maya.hears_nothing()
    assert not await is_in(story, "ella", "+447700900432")
    # Asked again, the parents are asked again.
    await maya.says(SUGGEST)
    await maya.presses("Yes")
    await hannah.hears(ASKED)


async def test_one_parents_no_ends_what_the_other_agreed_to_as_long_as_nobody_has_come(before_dawn: Story) -> None:
    story = before_dawn
    maya, hannah, tom = (story.person(who) for who in ("maya", "hannah", "tom"))
    await story.until("9:00")
    await maya.says(SUGGEST)
    await maya.presses("Yes")
    await maya.hears_anything()
    await tom.presses("Yes")
    code = code_in(await maya.hears_anything())
    await tom.hears_anything()

    await hannah.presses("No")

    await tom.hears("The parents were asked: Dawn Pike doesn't come into Ella's book.")
    await story.stage.give_fresh_phone(story, "dawn", "+447700900432")
    dawn = story.person("dawn")
    await dawn.says(code)
    assert "This is a nursery communication book." in await dawn.hears_anything()


async def test_a_childminder_asks_for_a_nursery_and_the_parent_lets_it_in(story: Story) -> None:
    await ben_and_acorns(story, chosen=None)
    dawn, chloe = story.person("dawn"), story.person("chloe")
    await story.until("9:00")
    await dawn.hears_anything()

    await dawn.says("invite Kate Moss from Acorns 07700 900321 for Ben")
    await dawn.hears("Kate Moss comes into Ben's book only if a parent agrees. Shall I suggest it to Chloe?")
    await dawn.presses("Yes")
    await dawn.hears("I've suggested it to Chloe. It is theirs to say.")
    await chloe.hears(
        "Dawn asks: may Kate Moss from Acorns be in Ben's book? Nothing is shared before you say what.",
        buttons=("Yes", "No"),
    )
    await dawn.says("invite Kate Moss from Acorns 07700 900321 for Ben")
    await dawn.hears("A parent has been asked about Kate Moss already. It is theirs to say.")
    await chloe.presses("Yes")
    assert (await chloe.hears_anything()).startswith("What may Dawn and Acorns tell each other about Ben?")
    code = code_in(await dawn.hears_anything())
    await chloe.presses("Her day")
    await chloe.hears_anything()

    kate = await sends_code(story, "kate", code, "+447700900321")
    await kate.hears_anything()
    await chloe.hears("Kate has joined from 07700 900321. Is that her?", buttons=("Yes", "No"))
    await chloe.presses("Yes")
    await chloe.hears("Thank you. Kate is in Ben's book.")
    assert "Kate Moss (Acorns) is in Ben's book. Chloe shares: her day." in await dawn.hears_anything()
    assert "Kate" in await kate.hears_anything()
    # Acorns is no setting by hand any more: what it writes is told, and what it may know reaches it.
    await kate.says("Ben slept 10-11")
    await dawn.says("Ben had 2 wet nappies")
    await story.until("17:30")
    assert "Ben slept 10-11" in await dawn.hears_anything()
    assert "2 wet nappies" in await kate.hears_anything()


async def test_the_parent_refuses_what_a_childminder_asked_for(story: Story) -> None:
    await ben_and_acorns(story, chosen=None)
    dawn, chloe = story.person("dawn"), story.person("chloe")
    await story.until("9:00")
    await dawn.says("invite Kate Moss from Acorns 07700 900321 for Ben")
    await dawn.presses("Yes")
    await dawn.hears_anything()
    await chloe.hears_anything()

    await chloe.says("no")
    await chloe.hears("Then Kate Moss stays out of Ben's book.")
    await dawn.hears("The parents were asked: Kate Moss doesn't come into Ben's book.")
    assert not await is_in(story, "ben", "+447700900321")


async def test_a_childminder_who_is_here_already_is_in_at_once_and_told(story: Story) -> None:
    maya, joe, dawn, priya = (story.person(who) for who in ("maya", "joe", "dawn", "priya"))
    await story.until("9:00")
    await dawn.hears_anything()
    await hold_number(story, "dawn", "+447700900432")
    await maya.says("invite Dawn 07700 900432, childminder for Noah")
    await maya.presses("Yes")
    await maya.hears_anything()
    await joe.presses("Yes")

    assert (await joe.hears_anything()).endswith("4 Nothing. I'll pass things on myself.")
    await maya.hears("Joe agrees. Dawn is in Noah's book.")
    await priya.hears("Dawn (Noah's childminder) is in Noah's book. Joe shares: nothing yet.")
    assert "You're in Noah's book" in await dawn.hears_anything()


async def test_a_number_that_is_somebody_elses_lets_that_somebody_in_nowhere(story: Story) -> None:
    maya, joe, dawn = (story.person(who) for who in ("maya", "joe", "dawn"))
    await story.until("9:00")
    await hold_number(story, "dawn", "+447700900432")
    await dawn.hears_anything()
    await maya.says("invite Pip Rowe 07700 900432, childminder for Noah")
    await maya.presses("Yes")
    assert "Dawn" not in await maya.hears_anything()
    await joe.presses("Yes")

    assert "Dawn" not in await joe.hears_anything()
    assert "Joe agrees. Pip Rowe comes into Noah's book by sending NOAH-" in await maya.hears_anything()
    await dawn.hears_nothing()


# --- a parent names a setting that uses Bookbag already -----------------------------------------------------------

OURS = "Chloe says that Ben goes to Sunshine too, and asks you into Ben's book. Is Ben one of yours?"


async def chloe_names_sunshine(story: Story) -> None:
    await ben_and_acorns(story, by_hand=False)
    await story.until("9:00")
    chloe = story.person("chloe")
    await chloe.says("ben also goes to sunshine nursery 01632 960123")
    await chloe.hears("Shall I ask Sunshine to join Ben's book?", buttons=("Yes", "No"))


async def test_a_parent_names_a_nursery_that_uses_bookbag_and_its_manager_lets_it_in(story: Story) -> None:
    await chloe_names_sunshine(story)
    chloe, dawn, maya, priya = (story.person(who) for who in ("chloe", "dawn", "maya", "priya"))
    for person in (dawn, maya, priya):
        await person.hears_anything()
    await chloe.presses("Yes")
    assert (await chloe.hears_anything()).startswith("What may Dawn and Sunshine tell each other about Ben?")
    await maya.hears(OURS, buttons=("Yes", "No"))
    # Before her yes nobody of the nursery is in it, whatever has been chosen.
    await chloe.says("1")
    await chloe.hears_anything()
    await dawn.says("Ben had toast and egg")
    await maya.says("waiting")
    await maya.hears(OURS)
    ben = await circle_of(story, "ben")
    assert ben.staff_of(story.people.settings["sunshine"], story.clock.now()) == ()

    await maya.presses("Yes")
    await maya.hears(
        "✓ Sunshine is in Ben's book. You are Ben's key person there until you say who is: \"Ben's key person is …\"."
    )
    await chloe.hears("Sunshine is in Ben's book now, through Maya.")
    assert "(Sunshine) is in Ben's book. Chloe shares: " in await dawn.hears_anything()
    await maya.says("Ben's key person is Priya")
    await maya.presses("Yes")
    await dawn.says("Ben slept 10-11")
    await story.until("13:00")
    assert "Ben slept 10-11" in await priya.hears_anything()
    assert await story.store.read(audit.first_break) is None


async def test_a_manager_who_does_not_know_the_child_keeps_it_out_and_the_parent_hears(story: Story) -> None:
    await chloe_names_sunshine(story)
    chloe, maya = story.person("chloe"), story.person("maya")
    await chloe.presses("Yes")
    await chloe.hears_anything()
    await chloe.says("ben goes to sunshine 01632 960123")
    await chloe.hears("Sunshine has been asked already. You hear when there is an answer.")
    await maya.presses("No")
    await chloe.hears("Sunshine says that Ben isn't one of theirs. It is not in Ben's book.")
    await maya.presses("Yes")
    ben = await circle_of(story, "ben")
    assert ben.staff_of(story.people.settings["sunshine"], story.clock.now()) == ()


async def test_nobody_but_the_manager_who_was_asked_lets_a_setting_in_and_no_name_alone_reaches_it(
    story: Story,
) -> None:
    await ben_and_acorns(story, by_hand=False)
    await story.until("9:00")
    chloe, dawn, maya = (story.person(who) for who in ("chloe", "dawn", "maya"))
    await maya.hears_anything()
    await dawn.hears_anything()
    await dawn.says("ben also goes to sunshine 01632 960123")
    assert "Sunshine uses Bookbag itself. A parent can ask it in" in await dawn.hears_anything()
    await maya.hears_nothing()
    # A number that is not hers makes a setting by hand, of which the nursery hears nothing.
    await chloe.says("ben also goes to sunshine 01632 960999")
    assert "by hand" in await chloe.hears_anything()
    await maya.hears_nothing()


async def test_a_manager_who_has_left_meanwhile_lets_nothing_in(story: Story) -> None:
    await chloe_names_sunshine(story)
    await story.person("chloe").presses("Yes")
    await stands(story, "maya", Role.MANAGER, None, "sunshine", Standing.ENDED)
    await story.person("maya").presses("Yes")
    ben = await circle_of(story, "ben")
    assert ben.staff_of(story.people.settings["sunshine"], story.clock.now()) == ()
