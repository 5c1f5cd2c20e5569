"""No family reads the name of another's child, also where its author is not around that child; nor does an answer go
further because its author was asked which child it was about."""

from __future__ import annotations

from tests.kit.conversation import Story


async def test_a_note_that_names_a_child_of_another_room_is_asked_about_and_told_to_nobody_meanwhile(
    story: Story,
) -> None:
    carys, joe, hannah = (story.person(who) for who in ("carys", "joe", "hannah"))
    await story.until("10:10")
    # Carys has Poppy alone; Ella is in Butterfly room.
    await carys.says("Ella bumped her head")
    await carys.hears("Who's that about?", buttons=("Poppy",))
    await story.until("18:00")
    await joe.hears_nothing()
    await hannah.hears_nothing()


async def test_what_is_then_filed_names_no_other_child(story: Story) -> None:
    carys, joe, hannah = (story.person(who) for who in ("carys", "joe", "hannah"))
    await story.until("10:10")
    await carys.says("Poppy played with Ella in the garden, lovely morning")
    await carys.hears("Who's that about?", buttons=("Poppy",))
    await carys.presses("Poppy")
    await story.until("18:00")
    assert "Poppy played" in (heard := await joe.hears_anything())
    assert "Ella" not in heard
    await hannah.hears_nothing()


async def test_a_word_that_is_also_a_name_and_a_colleagues_name_ask_nothing(story: Story) -> None:
    carys = story.person("carys")
    await story.until("10:10")
    await carys.says("Poppy had a nap, Maya will bring her hat")
    await story.passes(90)
    assert (await carys.hears_anything()).startswith("✓ Poppy")


async def test_an_answer_that_was_asked_back_goes_no_further_than_what_it_answers(story: Story) -> None:
    hannah, tom, priya = (story.person(who) for who in ("hannah", "tom", "priya"))
    await story.until("8:10")
    await hannah.says("Ella's upset, her dad and I had words at the door")
    await story.passes(30)
    note = await priya.hears('Ella, from Hannah 8:10: "Ella\'s upset, her dad and I had words at the door"')
    await priya.says("thanks for saying, she sat with noah and cheered up", reply_to=note)
    await priya.hears("Who's that about?")
    await priya.presses("Ella")
    await story.until("18:00")
    assert "cheered up" in await hannah.hears_anything()
    await tom.hears_nothing()


async def test_an_edit_that_names_another_child_changes_nothing_and_says_so(story: Story) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    message = await _note(story)
    await priya.edits(message, "Noah had 2 wet nappies")
    assert "That names another child, so Ella's note stays as it was." in await priya.hears_anything()
    await story.until("18:00")
    assert "Noah" not in await hannah.hears_anything()


async def test_a_correction_that_names_another_child_is_asked_about(story: Story) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await _note(story)
    await priya.says("sorry Noah and Poppy 2")
    assert "Who's that about?" in await priya.hears_anything()
    await story.until("18:00")
    heard = await hannah.hears_anything()
    assert "Nappies 2 wet" in heard
    assert "Noah" not in heard


async def _note(story: Story) -> object:
    await story.until("10:10")
    message = await story.person("priya").says("Ella had 2 wet nappies")
    await story.passes(30)
    await story.person("priya").hears_anything()
    return message
