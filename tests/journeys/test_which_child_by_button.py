"""Which child, with buttons: each button answers the message it was put beneath (dialogue 3)."""

from __future__ import annotations

from tests.kit.conversation import Story

TOLD = 'Joe wrote at 6:30, and did not say who it is about: "up 3 times, bit snotty". Please ask him at the door.'


async def test_dialogue_3_which_child_with_buttons(story: Story) -> None:
    joe, carys = story.person("joe"), story.person("carys")
    await story.until("6:30")
    await joe.says("up 3 times, bit snotty")
    await joe.hears("Who's that about?", buttons=("Noah", "Poppy", "Both"))
    await joe.presses("Poppy")
    await story.passes(10)
    await joe.hears("✓ Poppy · sleep, health → Carys 7:30", buttons=("Undo", "Change"))
    await story.until("7:30")
    await carys.hears('Poppy, from Joe 6:30: "up 3 times, bit snotty"')


async def test_dialogue_3_unanswered_with_buttons(story: Story) -> None:
    joe, priya, carys = (story.person(who) for who in ("joe", "priya", "carys"))
    await story.until("6:30")
    await joe.says("up 3 times, bit snotty")
    await joe.hears("Who's that about?")
    await story.until("7:15")
    await joe.hears("Before you set off: who was up 3 times?", buttons=("Noah", "Poppy", "Both"))
    await story.until("7:30")
    await priya.hears(TOLD)
    await carys.hears(TOLD)
    await joe.presses("Both")
    await story.passes(70)
    await priya.hears('Noah, from Joe 6:30: "up 3 times, bit snotty"')
    await carys.hears('Poppy, from Joe 6:30: "up 3 times, bit snotty"')


async def test_in_the_day_it_is_asked_again_after_ten_minutes_and_told_after_ten_more(story: Story) -> None:
    joe, priya, carys = (story.person(who) for who in ("joe", "priya", "carys"))
    await story.until("10:00")
    await joe.says("bad nite, bit snotty")
    await joe.hears("Who's that about?")
    await story.until("10:10")
    await joe.hears('Not passed on yet: who is "bad nite, bit snotty" about?', buttons=("Noah", "Poppy", "Both"))
    await priya.hears_nothing()
    await story.until("10:20")
    for person in (priya, carys):
        await person.hears(
            'Joe wrote at 10:00, and did not say who it is about: "bad nite, bit snotty". Please ask him at the door.'
        )
    await story.until("20:00")
    await joe.hears_nothing()


async def test_what_nobody_may_hear_of_every_child_stays_with_its_author_who_is_told_so(story: Story) -> None:
    priya, hannah, joe, fay, amy = (story.person(who) for who in ("priya", "hannah", "joe", "fay", "amy"))
    await story.until("10:00")
    await priya.says("slept 12-1")
    await priya.hears("Who's that about?")
    await story.until("10:10")
    await priya.hears('Not passed on yet: who is "slept 12-1" about?')
    await story.until("10:20")
    await priya.hears('Nobody has been told "slept 12-1", because I don\'t know who it is about. Say who, and it goes.')
    await priya.says("leo")
    await story.passes(10)
    assert (await priya.hears_anything()).startswith("✓ Leo · sleep")
    await story.until("16:00")
    for person in (hannah, joe, fay, amy):
        await person.hears_nothing()


async def test_an_older_button_answers_its_own_message(story: Story) -> None:
    joe, priya, carys = (story.person(who) for who in ("joe", "priya", "carys"))
    await story.until("6:30")
    await joe.says("up 3 times, bit snotty")
    await joe.hears("Who's that about?")
    await story.passes(60)
    await joe.says("no breakfast")
    await joe.hears("Who's that about?")
    await joe.says("noah")  # the newest
    await story.passes(10)
    await joe.presses("Poppy")
    await story.passes(10)
    await story.until("7:30")
    await priya.hears('Noah, from Joe 6:31: "no breakfast"')
    await carys.hears('Poppy, from Joe 6:30: "up 3 times, bit snotty"')
