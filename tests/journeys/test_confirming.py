"""What to bring, a new number and who collects are confirmed by a person, and whoever wrote sees by whom."""

from __future__ import annotations

from tests.journeys.conftest import ByText
from tests.kit.conversation import Story


async def test_what_is_to_be_brought_is_confirmed_by_whoever_it_is_for(story: Story) -> None:
    fay, priya = story.person("fay"), story.person("priya")
    await story.until("8:10")
    await fay.says("there are spare trousers in his bag")
    await story.passes(30)
    await fay.hears("✓ Leo · kit → Priya ✓")
    await priya.hears('Leo, from Fay 8:10: "there are spare trousers in his bag"', buttons=("Seen",))
    await story.until("8:20")
    await priya.presses("Seen")
    await fay.sees("✓ Leo · kit (seen by Priya 8:20) → Priya ✓")


async def test_what_the_nursery_asks_for_is_confirmed_by_the_family(story: Story) -> None:
    fay, priya = story.person("fay"), story.person("priya")
    await story.until("16:50")
    await priya.says("Leo needs wellies tmrw")
    await story.until("17:05")
    await fay.hears("Leo's day · Tuesday 24 November\nTomorrow: wellies", buttons=("Seen",))
    await fay.presses("Seen")
    await priya.hears("✓ Leo · kit (seen by Fay 17:05) → Fay ✓")


async def test_a_new_number_is_confirmed_by_the_setting_and_hangs_until_then(story: Story) -> None:
    fay, priya, maya, carys = (story.person(who) for who in ("fay", "priya", "maya", "carys"))
    await story.until("8:10")
    await fay.says("my number's changed, its 07700 900333 now")
    await story.passes(60)
    await fay.hears_anything()
    await priya.hears_anything()
    await priya.says("waiting")
    line = 'Leo, from Fay 8:10: "my number\'s changed, its 07700 900333 now" – not ticked yet.'
    assert line in await priya.hears_anything()
    await maya.says("waiting")
    assert line in await maya.hears_anything()
    await carys.says("waiting")
    assert line not in await carys.hears_anything()

    await maya.presses("Leo: seen")
    await fay.sees("✓ Leo · contact (seen by Maya 8:11) → Priya ✓")
    await priya.says("waiting")
    assert line not in await priya.hears_anything()


async def test_one_tap_confirms_everything_in_a_message_that_is_to_be_confirmed(story: Story) -> None:
    fay, priya = story.person("fay"), story.person("priya")
    await story.until("6:50")
    await fay.says("wellies are in his bag")
    await story.passes(5)
    await fay.says("nan picking up at 4")
    await story.until("7:30")
    await fay.hears_anything()
    await priya.hears_anything()
    await priya.presses("Seen")
    await fay.sees("✓ Leo · kit (seen by Priya 7:30) → Priya ✓\n✓ Nan collects at 4 today – seen by Priya 7:30")


async def test_by_text_a_number_confirms_it(by_text: ByText) -> None:
    story = await by_text("priya")
    fay, priya = story.person("fay"), story.person("priya")
    await story.until("8:10")
    await fay.says("nan picking up at 4")
    await story.passes(60)
    assert "1 Seen" in await priya.hears_anything()
    await priya.says("1")
    await fay.hears("✓ Nan collects at 4 today – seen by Priya 8:11")


async def test_whoever_wrote_by_text_is_told_in_a_text_once_it_is_confirmed(by_text: ByText) -> None:
    story = await by_text("joe")
    joe, priya = story.person("joe"), story.person("priya")
    await story.until("8:10")
    await joe.says("nan picking noah up at 4")
    await story.passes(30)
    said = await joe.hears_anything()
    assert "Nan collects at 4 today. Someone at Sunshine will tick this, and I'll tell you when. Wrong? Reply 0" in said
    assert "Until then they ring you first." in said
    await story.until("8:15")
    await priya.hears_anything()
    await priya.presses("Seen")
    await joe.hears("Nan collects at 4 today - seen by Priya 8:15")
    await joe.says("noah has spare trousers in his bag")
    await story.passes(30)
    await joe.hears_anything()
    await priya.presses("Seen")
    await joe.hears("Noah: kit - seen by Priya 8:15")
