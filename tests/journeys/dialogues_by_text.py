"""The model dialogues of those who have plain texts, word for word, whatever brings the texts."""

from __future__ import annotations

from book.people import Role
from tests.kit.conversation import Story
from tests.kit.slips import hold_number, slip

JOE = "+447700900219"


async def dialogue_2(story: Story) -> None:
    """Joe's bad night, in one line of his and one of the book's."""
    joe, priya = story.person("joe"), story.person("priya")
    await story.until("6:10")

    await joe.says("noah bad nite cough no temp")
    await story.passes(10)
    await joe.hears("Noah: sleep, health. To Priya 7:30. Wrong? Reply 0")
    await story.passes(50)
    await joe.says("0")
    await joe.hears("Taken back. Nobody was told.")
    await story.passes(60)
    await joe.says("noah bad nite, cough, temp 38")
    await story.passes(10)
    await joe.hears("Noah: sleep, health (38 C). To Priya 7:30. Wrong? Reply 0")
    await story.until("7:30")
    await priya.hears('Noah, from Joe 6:12: "noah bad nite, cough, temp 38"')


async def dialogue_26(story: Story) -> None:
    """Noah is to be collected: Priya writes once, and hears when Joe has seen it."""
    joe, priya = story.person("joe"), story.person("priya")
    await story.until("11:15")
    await priya.says("Noah temp 38.9 pls collect asap")
    await joe.hears("Noah: temp 38.9, please collect. Ring Sunshine 01632 960123. Reply 1 when you've seen this.")
    await priya.hears("✓ Noah · health, collect → Joe ✓. Please ring as well; I'll say when he's seen it.", buttons=())
    await story.until("11:20")
    await priya.hears("Joe hasn't answered. His number on the roll: ask the office.", buttons=("I've rung him",))
    await story.until("11:22")
    await joe.says("1")
    await priya.hears("Joe has seen it, 11:22.")
    await story.until("12:30")
    for person in (joe, priya):
        await person.hears_nothing()


async def dialogue_18(story: Story) -> None:
    """Joe joins with the code on his slip, at half past five."""
    await hold_number(story, "joe", JOE)
    await slip(story, "joe", "NOAH-4TW9", child="noah", role=Role.PARENT)
    await story.stage.give_fresh_phone(story, "joe", JOE)
    joe = story.person("joe")

    await joe.says("NOAH-4TW9")
    await joe.hears(
        "Sunshine Nursery's Bookbag. Hello Joe. Priya reads what you text, from 7:30. Emergency: 01632 960123 or 999."
    )
    await joe.hears(
        "May texts use your child's name and say how the day went? Phones get seen. 1 yes, 2 just say there's news"
    )
    await joe.says("1")
    await joe.hears("Thank you. Noah's day comes at 5. May Noah be in group photos other families get? 1 yes, 2 no")
    await joe.says("1")
    await joe.hears("All set. Just text how he is, any spelling. ? for what else you can say.")


async def dialogue_32(story: Story) -> None:
    """Fay has too many messages, on a telephone with buttons."""
    fay = story.person("fay")
    await fay.says("too many msgs")
    await fay.hears("Sorry. How about one of these? Illness, injuries, medicine and answers to you still come at once.")
    for label in ("One a day", "Fridays only", "Only if it matters"):
        assert label in (await fay.screen())[-1].buttons
