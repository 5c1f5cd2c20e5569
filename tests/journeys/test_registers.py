"""A complaint goes to whoever runs the setting, with its clock, and to nobody else (dialogue 41)."""

from __future__ import annotations

from tests.journeys.conftest import ByText
from tests.kit.conversation import Story

COMPLAINT = "not happy he was in a wet nappy AGAIN want to speak to manager"


async def test_dialogue_41_a_complaint(story: Story) -> None:
    fay, maya, priya, amy = (story.person(who) for who in ("fay", "maya", "priya", "amy"))
    await story.until("16:30")
    await fay.says(COMPLAINT)

    await fay.hears(
        "I've given this to Maya Lind, not the room. She'll be in touch by tomorrow, and you'll have an answer by "
        "22 December.\n"
        "How complaints work: it is looked into, written in a register and answered within 28 days. Not content with "
        "the answer? Ofsted: 0300 123 1231.",
        buttons=("It's no complaint",),
    )
    await maya.hears(
        f'Fay (Leo) complains: "{COMPLAINT}"\n'
        "Only you have this, and it's in no child's book. I've said that you'll be in touch by tomorrow and answer by "
        "22 December.",
        buttons=("Fay has the answer", "It's no complaint"),
    )
    await story.until("20:00")
    for person in (priya, amy, fay):
        await person.hears_nothing()

    await story.until("8:59", days=21)
    await maya.hears_anything()
    await story.until("9:00")
    await maya.hears("Fay's complaint is to be answered by 22 December.", buttons=("Fay has the answer",))
    await maya.presses("Fay has the answer")
    await maya.hears("✓ Written down as answered today.")
    await story.until("12:00", days=7)
    assert "complaint" not in await maya.hears_anything()
    for person in (priya, amy):
        assert "nappy" not in await person.hears_anything()


async def test_a_manager_lists_complaints_and_what_waits_and_nobody_else_does(story: Story) -> None:
    fay, maya, priya = (story.person(who) for who in ("fay", "maya", "priya"))
    await story.until("16:30")
    await fay.says(COMPLAINT)
    await maya.hears_anything()
    await maya.says("complaints")
    await maya.hears(f'Complaints:\n24 November, Fay: "{COMPLAINT}". Answer by 22 December.')
    await maya.says("waiting")
    assert "A complaint of Fay's: answer by 22 December." in await maya.hears_anything()
    await maya.says("suggestions")
    await maya.hears("No suggestions in the last three months.")
    await priya.says("complaints")
    assert COMPLAINT not in await priya.hears_anything()


async def test_a_compliment_is_told_and_stands_in_its_register(story: Story) -> None:
    fay, maya = story.person("fay"), story.person("maya")
    await story.until("9:00")
    await fay.says("lovely concert yesterday, thank you")
    await story.passes(60)
    await maya.hears_anything()
    await maya.says("compliments")
    assert "Fay" in await maya.hears_anything()


async def test_what_was_no_complaint_is_released_by_the_manager_and_its_author_is_told(story: Story) -> None:
    fay, maya, priya = (story.person(who) for who in ("fay", "maya", "priya"))
    await story.until("14:30")
    await fay.says(COMPLAINT)
    await fay.hears_anything()
    await maya.hears_anything()
    await story.passes(600)
    await priya.hears_nothing()

    await maya.presses("It's no complaint")
    await maya.hears("✓ It's a note in the book now, and Fay is told so.")
    await fay.hears(
        "Maya reads your message as a note rather than a complaint, so it goes in the book. If you did mean to "
        "complain, write: I want to complain, and what about."
    )
    await story.passes(60)
    await priya.hears(f'Leo, from Fay 14:30: "{COMPLAINT}"')
    assert "Leo · nappy → Priya" in await fay.hears_anything()
    await maya.hears_anything()
    await maya.says("complaints")
    await maya.hears(f'Complaints:\n24 November, Fay: "{COMPLAINT}". It was no complaint.')
    await maya.presses("Fay has the answer")
    assert "Written down" not in await maya.hears_anything()
    await story.until("9:00", days=26)
    assert "complaint is to be answered" not in await maya.hears_anything()

    await fay.says("I want to complain, he was in a wet nappy again")
    assert "I've given this to Maya Lind" in await fay.hears_anything()


async def test_its_author_says_that_it_was_no_complaint_and_the_manager_knows(story: Story) -> None:
    fay, maya, priya = (story.person(who) for who in ("fay", "maya", "priya"))
    await story.until("14:30")
    await fay.says(COMPLAINT)
    await fay.hears_anything()
    await maya.hears_anything()

    await fay.presses("It's no complaint")
    await fay.hears("✓ Then it's a note like any other.")
    await maya.hears("Fay says it was no complaint. It's a note in the book now, and there is nothing to answer.")
    await story.passes(60)
    await priya.hears(f'Leo, from Fay 14:30: "{COMPLAINT}"')
    await maya.presses("It's no complaint")
    assert "note in the book now" not in await maya.hears_anything()


# --- by text --------------------------------------------------------------------------------------------------------


async def test_a_complaint_by_text_goes_the_same_way(by_text: ByText) -> None:
    story = await by_text("joe")
    joe, maya, priya = (story.person(who) for who in ("joe", "maya", "priya"))
    await story.until("14:30")
    await joe.says("not happy noah was in a wet nappy AGAIN want to speak to manager")
    heard = await joe.hears(
        "I've given this to Maya Lind, not the room. Answer by 22 December. Looked into, registered, answered in 28 "
        "days; then Ofsted 0300 123 1231. 1 no complaint"
    )
    assert len(heard.text) <= 160
    assert "Joe (Noah and Poppy) complains" in await maya.hears_anything()
    await story.until("18:00")
    await priya.hears_nothing()
    await joe.hears_nothing()


async def test_a_complaint_by_text_that_was_none_is_released_by_its_number(by_text: ByText) -> None:
    story = await by_text("joe")
    joe, maya, priya = (story.person(who) for who in ("joe", "maya", "priya"))
    await story.until("14:30")
    await joe.says("not happy noah was in a wet nappy AGAIN want to speak to manager")
    await joe.hears_anything()
    await joe.says("1")
    await joe.hears("Then it's a note like any other.")
    await story.passes(60)
    assert "wet nappy AGAIN" in await priya.hears_anything()
    assert "no complaint" in await maya.hears_anything()


async def test_a_manager_has_complaints_by_text_and_says_by_a_number_that_one_was_none(by_text: ByText) -> None:
    story = await by_text("maya")
    fay, maya = story.person("fay"), story.person("maya")
    await story.until("14:30")
    await fay.says(COMPLAINT)
    assert (await maya.hears_anything()).endswith("1 Fay has the answer, 2 It's no complaint")
    await maya.says("2")
    assert "Fay is told so" in await maya.hears_anything()
    assert "Maya reads your message as a note" in await fay.hears_anything()
