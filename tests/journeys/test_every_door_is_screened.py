"""By whatever door words come, they are screened for what may tell of harm before anything else is done with them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from tests.kit.conversation import Person, Story

WORDS = "Ella said daddy hits me with a belt"
OTHERS = ("hannah", "maya", "dawn", "amy")

Door = Callable[[Story, Person], Awaitable[None]]


async def _written(_: Story, priya: Person) -> None:
    await priya.says(WORDS)


async def _beside_a_picture(_: Story, priya: Person) -> None:
    await priya.sends("drawing.jpg", b"\xff\xd8\xff", WORDS)


async def _as_the_name_of_a_file(_: Story, priya: Person) -> None:
    await priya.sends("ella_says_daddy_hits_me_with_a_belt.docx", b"PK")


async def _as_the_name_of_a_roll(_: Story, priya: Person) -> None:
    await priya.sends("Ella says daddy hits me with a belt.csv", b"Child\nElla\n")


async def _by_an_edit(story: Story, priya: Person) -> None:
    note = await priya.says("Ella slept 12-1")
    await story.passes(5)
    await priya.edits(note, WORDS)


async def _by_an_edit_of_what_was_asked_back(story: Story, priya: Person) -> None:
    note = await priya.says("slept 12-1")
    await story.passes(5)
    await priya.edits(note, "she said daddy hits me with a belt")


async def _in_answer_to_which_child(story: Story, priya: Person) -> None:
    await priya.says("slept 12-1")
    await story.passes(5)
    await priya.says(WORDS)


async def _in_reply_to_a_line(story: Story, priya: Person) -> None:
    await priya.says("Ella slept 12-1")
    await story.passes(300)
    line = (await priya.screen())[-1]
    await priya.says("not sleep, she said daddy hits her with a belt", reply_to=line)


async def _as_a_correction(story: Story, priya: Person) -> None:
    await priya.says("Ella slept 12-1")
    await story.passes(5)
    await priya.says("I meant her daddy hits her with a belt, she said")


async def _as_a_command(_: Story, priya: Person) -> None:
    await priya.says("print ella daddy hits her with a belt she said")


async def _in_another_language(_: Story, priya: Person) -> None:
    await priya.says("Ella powiedziała że tata bije ją pasem")


async def _in_another_script(_: Story, priya: Person) -> None:
    await priya.says("Ella سے پوچھا: ابو نے بچی کو ڈنڈے سے مارا")


DOORS = (
    _written, _beside_a_picture, _as_the_name_of_a_file, _as_the_name_of_a_roll, _by_an_edit,
    _by_an_edit_of_what_was_asked_back, _in_answer_to_which_child, _in_reply_to_a_line, _as_a_correction,
    _as_a_command, _in_another_language, _in_another_script,
)  # fmt: skip


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__.strip("_"))
async def test_what_may_tell_of_harm_goes_to_the_lead_by_every_door(story: Story, door: Door) -> None:
    priya, sam = story.person("priya"), story.person("sam")
    await story.until("11:05")
    await door(story, priya)

    await story.passes(5)
    assert "Something is waiting for you at the safeguarding desk." in await sam.hears_anything()
    assert any("Sam Okoro has your exact words" in each.text for each in await priya.screen())
    await story.until("18:00")
    for who in OTHERS:
        assert not any("belt" in each.text or "daddy" in each.text for each in await story.person(who).screen())
