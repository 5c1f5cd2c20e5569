"""Which child: asked, asked again, then told as it is; never guessed, never lost (dialogue 3)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from book.disclosure import Carries
from tests.journeys.conftest import Play
from tests.kit.conversation import Story
from tests.kit.on_text import OnText

ASKED = "Who is that about? Reply 1 Noah, 2 Poppy, 3 both"
TOLD = 'Joe wrote at 6:30, and did not say who it is about: "up 3 times, bit snotty". Please ask him at the door.'


@pytest.fixture
def by_text(play: Play) -> Callable[[Carries], Awaitable[Story]]:
    """The people of the demo with plain text messages."""

    async def begin(carries: Carries) -> Story:
        stage = OnText(carries)
        return await play(stage)

    return begin


@pytest.fixture
def dialect() -> str:
    """What a text says does not depend on the database."""
    return "sqlite"


@pytest.mark.parametrize("answer", ["2", "poppy", "Poppy!", "the little one", "P"])
async def test_dialogue_3_which_child_by_sms(by_text: Callable[[Carries], Awaitable[Story]], answer: str) -> None:
    story = await by_text(Carries.WORDS)
    joe, priya, carys = (story.person(who) for who in ("joe", "priya", "carys"))
    await story.until("6:30")
    await joe.says("up 3 times, bit snotty")
    await joe.hears(ASKED)
    await story.passes(60)
    await joe.says(answer)
    await story.passes(10)
    await joe.hears("Poppy: sleep, health. To Carys 7:30. Wrong? Reply 0")

    await story.until("12:00")
    await carys.hears('Poppy, from Joe 6:30: "up 3 times, bit snotty"')
    for person in (joe, priya):
        await person.hears_nothing()


async def test_dialogue_3_unanswered_it_is_asked_again_and_then_told_to_both_rooms(
    by_text: Callable[[Carries], Awaitable[Story]],
) -> None:
    story = await by_text(Carries.WORDS)
    joe, priya, carys, maya = (story.person(who) for who in ("joe", "priya", "carys", "maya"))
    await story.until("6:30")
    await joe.says("up 3 times, bit snotty")
    await joe.hears(ASKED)
    await story.until("7:14")
    await joe.hears_nothing()
    await story.until("7:15")
    await joe.hears("Before you set off: who was up 3 times? Reply 1 Noah, 2 Poppy, 3 both")
    await story.until("7:29")
    for person in (joe, priya, carys):
        await person.hears_nothing()

    await story.until("7:30")
    await priya.hears(TOLD)
    await carys.hears(TOLD)
    await story.until("8:00")
    await joe.says("1")
    await story.passes(40)
    assert (await joe.hears_anything()).startswith("Noah: sleep, health. To Priya")
    await priya.hears('Noah, from Joe 6:30: "up 3 times, bit snotty"')
    await story.until("20:00")
    for person in (joe, carys, maya):
        await person.hears_nothing()


async def test_a_question_outlives_the_process_and_is_asked_again_once(
    by_text: Callable[[Carries], Awaitable[Story]],
) -> None:
    story = await by_text(Carries.WORDS)
    joe, priya = story.person("joe"), story.person("priya")
    await story.until("6:30")
    await joe.says("up 3 times, bit snotty")
    await joe.hears(ASKED)
    await story.begins_again()
    await story.until("7:15")
    await joe.hears("Before you set off: who was up 3 times? Reply 1 Noah, 2 Poppy, 3 both")
    await story.begins_again()
    await story.passes(60)
    await joe.hears_nothing()
    await joe.says("1")
    await story.until("7:30")
    await joe.hears("Noah: sleep, health. To Priya 7:30. Wrong? Reply 0")
    await priya.hears('Noah, from Joe 6:30: "up 3 times, bit snotty"')


async def test_a_bare_number_answers_the_newest_question_and_the_older_is_put_again_after_it(
    by_text: Callable[[Carries], Awaitable[Story]],
) -> None:
    story = await by_text(Carries.WORDS)
    joe, priya, carys = (story.person(who) for who in ("joe", "priya", "carys"))
    await story.until("6:30")
    await joe.says("up 3 times, bit snotty")
    await joe.hears(ASKED)
    await story.passes(60)
    await joe.says("didn't eat her breakfast")
    await joe.hears(ASKED)
    await story.passes(20)
    await joe.says("2")
    await joe.hears("And before that: who was up 3 times? Reply 1 Noah, 2 Poppy, 3 both")
    await story.passes(10)
    await joe.hears("Poppy: food. To Carys 7:30. Wrong? Reply 0")
    await joe.says("1")
    await story.passes(120)
    await joe.hears("Noah: sleep, health. To Priya 7:30. Wrong? Reply 0")

    await story.until("12:00")
    await priya.hears('Noah, from Joe 6:30: "up 3 times, bit snotty"')
    await carys.hears('Poppy, from Joe 6:31: "didn\'t eat her breakfast"')
    for person in (joe, priya, carys):
        await person.hears_nothing()


async def test_a_clear_note_in_between_leaves_the_question_open(
    by_text: Callable[[Carries], Awaitable[Story]],
) -> None:
    story = await by_text(Carries.WORDS)
    joe, carys = story.person("joe"), story.person("carys")
    await story.until("6:30")
    await joe.says("up 3 times, bit snotty")
    await joe.hears(ASKED)
    await joe.says("Noah had porridge")
    await story.passes(10)
    await joe.hears("Noah: food. To Priya 7:30. Wrong? Reply 0")
    await joe.says("poppy")
    await story.passes(120)
    await joe.hears("Poppy: sleep, health. To Carys 7:30. Wrong? Reply 0")
    await story.until("7:30")
    await carys.hears('Poppy, from Joe 6:30: "up 3 times, bit snotty"')


async def test_0_takes_back_what_was_asked_about_and_it_never_comes_up_again(
    by_text: Callable[[Carries], Awaitable[Story]],
) -> None:
    story = await by_text(Carries.WORDS)
    joe, priya, carys = (story.person(who) for who in ("joe", "priya", "carys"))
    await story.until("6:30")
    await joe.says("up 3 times, bit snotty")
    await joe.hears(ASKED)
    await joe.says("0")
    await joe.hears("Taken back. Nobody was told.")
    await story.until("12:00")
    for person in (joe, priya, carys):
        await person.hears_nothing()


async def test_where_no_words_are_carried_no_child_is_named_and_the_name_is_asked_for(
    by_text: Callable[[Carries], Awaitable[Story]],
) -> None:
    story = await by_text(Carries.NUDGE)
    joe = story.person("joe")
    await story.until("6:30")
    await joe.says("up 3 times, bit snotty")
    await joe.hears("Who is that about? Please reply with the first name.")
    await joe.says("poppy")
    await story.passes(10)
    assert (await joe.hears_anything()).startswith("Got it.")
