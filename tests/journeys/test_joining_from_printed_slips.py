"""From the roll to the first words: a printed slip lets in the parent it was printed for, and her alone."""

from __future__ import annotations

import re

from tests.journeys.test_dialogues_of_joining import LANGUAGES, NUMBER, WAITS
from tests.kit import rosters
from tests.kit.conversation import Story
from tests.kit.papers import texts_of

MO = "+447700900000"  # as the roll has it: 07700 900000
ANOTHER = "+447700900555"


async def _code_from_the_slips(story: Story) -> str:
    """The manager adds a roll of one child with one parent, and reads the code off the slip that comes of it."""
    maya = story.person("maya")
    row = rosters.children(1)[0]
    row[9:11] = ["", ""]
    await maya.sends("roll.csv", rosters.as_csv([row]))
    await maya.hears_anything()
    await maya.says("yes")
    await maya.hears_anything()
    await maya.says("1")
    heard = await maya.hears("1 child is in. Nobody has been messaged.\nSlips to hand out:")
    file = await maya.file_of(heard)
    assert file is not None
    (code,) = set(re.findall(r"ADA-[A-Z2-9]{4}", texts_of(file[1])))
    return str(code)


async def test_a_code_from_a_printed_slip_and_the_number_on_the_roll_let_a_parent_in(story: Story) -> None:
    code = await _code_from_the_slips(story)
    await story.stage.give_fresh_phone(story, "mo", MO)
    mo = story.person("mo")

    await mo.says(code.lower())
    await mo.hears("Hello. This is Bookbag, Sunshine Nursery's communication book.", buttons=LANGUAGES)
    await mo.presses("English")
    await mo.hears(NUMBER, buttons=("Send my number",))
    await mo.presses("Send my number")

    heard = await mo.hears_anything()
    assert heard.startswith("Thank you, Mo.")
    assert "Ada" in heard


async def test_the_same_code_from_another_number_waits_for_the_manager(story: Story) -> None:
    code = await _code_from_the_slips(story)
    await story.stage.give_fresh_phone(story, "thief", ANOTHER)
    thief = story.person("thief")

    await thief.says(code)
    await thief.presses("English")
    await thief.hears_anything()
    await thief.presses("Send my number")

    await thief.hears(WAITS)
