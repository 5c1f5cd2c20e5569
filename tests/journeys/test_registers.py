"""A complaint goes to whoever runs the setting, with its clock, and to nobody else (dialogue 41)."""

from __future__ import annotations

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
        "the answer? Ofsted: 0300 123 1231."
    )
    await maya.hears(
        f'Fay (Leo) complains: "{COMPLAINT}"\n'
        "Only you have this, and it's in no child's book. I've said that you'll be in touch by tomorrow and answer by "
        "22 December.",
        buttons=("Fay has the answer",),
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
