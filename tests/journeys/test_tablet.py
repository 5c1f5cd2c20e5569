"""A room's tablet: who is writing is asked, holds for twenty idle minutes, and no figure is ever seen."""

from __future__ import annotations

import re

from sqlalchemy import Connection, select

from book.people import Role
from storage import schema
from tests.kit.conversation import Person, Story

ASKED = ("Priya", "Amy", "Someone else")


async def signs_in(tablet: Person, name: str, figures: str) -> None:
    await tablet.presses(name)
    for figure in figures:
        await tablet.presses(figure)


async def test_dialogue_10_who_is_writing(story: Story) -> None:
    tablet, joe = story.person("tablet"), story.person("joe")
    await story.until("10:10")

    await tablet.says('Noah painted a bus, said "big red bus"')
    await tablet.hears("Kept. Who's writing?", buttons=ASKED)
    await tablet.presses("Amy")
    await tablet.sees("Amy, your four figures: ○○○○")
    await tablet.presses("1")
    await tablet.presses("3")
    await tablet.sees("Amy, your four figures: ●●○○")
    await tablet.presses("5")
    await tablet.presses("7")
    await tablet.sees('Kept. Amy is writing until 10:30 or "bye".')
    await story.passes(10)
    await tablet.hears("✓ Noah · activity, observation → Joe this evening", buttons=("Undo", "Change"))

    await story.until("17:00")
    await joe.hears('Noah\'s day · Tuesday 24 November\nAmy: "Noah painted a bus, said "big red bus""')
    assert await story.store.read(author_of_the_only_entry) == (story.people.people["amy"], Role.SECOND_KEY_PERSON)


def author_of_the_only_entry(connection: Connection) -> tuple[int, str]:
    row = connection.execute(select(schema.entries)).one()
    return row.author_id, row.author_role


async def test_a_session_holds_for_twenty_idle_minutes_and_no_longer(story: Story) -> None:
    tablet = story.person("tablet")
    await story.until("10:10")
    await tablet.says("hello")
    await tablet.hears("Who's writing?", buttons=ASKED)
    await signs_in(tablet, "Amy", "1357")
    await tablet.sees('Amy is writing until 10:30 or "bye".')

    await story.passes(19 * 60 + 59)
    await tablet.says("Leo had all his lunch")
    await story.passes(10)
    await tablet.hears("✓ Leo · food → Fay this evening")
    await story.passes(20 * 60 + 1 - 10)
    await tablet.says("Leo slept 12-1")
    await tablet.hears("Kept. Who's writing?")


async def test_bye_ends_it_and_another_name_takes_over(story: Story) -> None:
    tablet = story.person("tablet")
    await story.until("10:10")
    await tablet.says("hello")
    await tablet.hears("Who's writing?")
    await signs_in(tablet, "Amy", "1357")
    await tablet.says("bye")
    await tablet.hears("Bye. Nobody is signed in now.")

    await tablet.says("Leo had all his lunch")
    await tablet.hears("Kept. Who's writing?")
    await signs_in(tablet, "Priya", "2468")
    await tablet.sees('Kept. Priya is writing until 10:30 or "bye".')
    await story.passes(10)
    await tablet.hears("✓ Leo · food → Fay this evening")


async def test_five_wrong_tries_close_her_figures_and_her_manager_is_told(story: Story) -> None:
    tablet, maya = story.person("tablet"), story.person("maya")
    await story.until("10:10")
    await tablet.says("Leo had all his lunch")
    await tablet.hears("Kept. Who's writing?")
    await tablet.presses("Amy")
    for _ in range(4):
        for figure in "9999":
            await tablet.presses(figure)
        await tablet.sees("That wasn't it. Amy, your four figures: ○○○○")
    for figure in "9999":
        await tablet.presses(figure)
    await tablet.sees("Too many wrong tries for Amy. Try again later, or tell your manager. Who's writing?")
    await maya.hears(
        "Somebody tried Amy's four figures on a room tablet and got them wrong five times. They are closed for a while."
    )

    await tablet.presses("Amy")
    await tablet.sees("Too many wrong tries for Amy. Try again later, or tell your manager. Who's writing?")
    await story.passes(15 * 60)
    await signs_in(tablet, "Amy", "1357")
    await tablet.sees('Kept. Amy is writing until 10:45 or "bye".')


async def test_nothing_of_a_child_is_shown_when_nobody_is_signed_in(story: Story) -> None:
    tablet, joe = story.person("tablet"), story.person("joe")
    await story.until("10:10")
    await tablet.says("Noah had all his lunch")
    await tablet.hears("Kept. Who's writing?")
    await signs_in(tablet, "Amy", "1357")
    await story.passes(10)
    await tablet.hears("✓ Noah · food → Joe this evening")
    await tablet.says("bye")
    await tablet.hears("Bye. Nobody is signed in now.")

    # The tick that would edit her line comes after she has gone: the screen stays as it was.
    await story.until("17:01")
    assert "Noah" in await joe.hears_anything()
    await tablet.hears_nothing()
    await tablet.sees("Bye. Nobody is signed in now.")


async def test_a_disclosure_is_held_at_once_and_its_writer_is_asked_afterwards(story: Story) -> None:
    tablet, sam, joe = story.person("tablet"), story.person("sam"), story.person("joe")
    await story.until("11:05")

    await tablet.says("Noah says mr clark hit me")
    heard = await tablet.hears_anything()
    assert "Sam" in heard
    assert "Who's writing?" in heard
    assert "mr clark" not in heard
    assert await sam.hears_anything()
    assert await story.store.read(authors_of_disclosures) == [story.people.people["tablet"]]
    await signs_in(tablet, "Amy", "1357")

    assert await story.store.read(authors_of_disclosures) == [story.people.people["amy"]]
    await story.until("17:30")
    await joe.hears_nothing()


def authors_of_disclosures(connection: Connection) -> list[int]:
    return list(connection.execute(select(schema.disclosures.c.author_id)).scalars())


async def test_what_is_for_the_room_waits_until_somebody_signs_in(story: Story) -> None:
    """Everybody else is off: the room is told, and its screen says nothing of a child to nobody."""
    tablet, hannah = story.person("tablet"), story.person("hannah")
    await story.until("7:40")
    for who in ("priya", "amy"):
        await story.person(who).says("off sick")
    await tablet.hears_anything()
    await story.until("8:10")
    await hannah.says("bit of a runny nose today")
    await story.passes(60)
    await tablet.hears_nothing()

    await tablet.says("hello")
    await tablet.hears("Who's writing?")
    await tablet.presses("Someone else")
    await signs_in(tablet, "Amy", "1357")
    assert 'Ella, from Hannah 8:10: "bit of a runny nose today"' in await tablet.hears_anything()


async def test_words_edited_before_anybody_signed_in_are_filed_once_as_they_are_now(story: Story) -> None:
    tablet, joe = story.person("tablet"), story.person("joe")
    await story.until("10:10")
    message = await tablet.says("Noah had half his lunch")
    await tablet.edits(message, "Noah had all his lunch")
    await tablet.hears("Kept. Who's writing?")
    await signs_in(tablet, "Amy", "1357")

    await story.until("17:00")
    await joe.hears("Noah's day · Tuesday 24 November\nFood had all his lunch")
    await joe.hears_nothing()


async def test_no_figure_stands_in_the_clear_in_any_table(story: Story) -> None:
    tablet, amy = story.person("tablet"), story.person("amy")
    await story.until("10:10")
    await amy.says("my four figures")
    for figure in "8086":
        await amy.presses(figure)
    assert "8086" not in "\n".join(each.text for each in await amy.screen())
    await tablet.says("Leo had all his lunch")
    await signs_in(tablet, "Amy", "8086")

    def everything(connection: Connection) -> str:
        rows = [row for table in schema.metadata.sorted_tables for row in connection.execute(select(table))]
        texts = [str(value) for row in rows for value in row if isinstance(value, str | bytes)]
        return "\n".join(texts)

    kept = await story.store.read(everything)
    assert "8086" not in kept
    assert "so_far" not in kept
    values = await story.store.read(
        lambda connection: (
            connection.execute(select(schema.choices.c.value).where(schema.choices.c.offer == "figure")).scalars().all()
        )
    )
    assert set(values) == {""}


# --- made and mended in chat ------------------------------------------------------------------------------------------


async def link_for(maya: Person, words: str) -> str:
    await maya.says(words)
    await maya.presses("Yes")
    found = re.search(r"([\w-]{22})$", await maya.hears_anything())
    assert found is not None
    return found[1]


async def test_a_manager_makes_a_rooms_tablet_and_is_told_when_it_is_in_use(story: Story) -> None:
    maya, poppy_s = story.person("maya"), story.person("carys")
    await story.stage.give_fresh_phone(story, "ipad", "+447700900333")
    await story.until("8:10")

    await maya.says("tablet for Caterpillar room")
    await maya.hears(
        "A tablet for Caterpillar room: whoever works there taps her name and four figures on it, and writes. Make it?",
        buttons=("Yes", "No"),
    )
    await maya.presses("Yes")
    said = await maya.hears_anything()
    assert said.startswith("Open this on the tablet itself, once, until Friday 27 November, 8:10:\n")
    ipad = story.person("ipad")
    await ipad.opens(said[-22:])
    await ipad.hears(
        "This is the tablet of Caterpillar room. Write what happened, then tap your name and your four figures. "
        'None yet? Write "my four figures" on your own phone, or ask your manager.'
    )
    await maya.hears('Caterpillar room has its tablet now. If that wasn\'t you, write "restrict Caterpillar room".')
    await poppy_s.hears_anything()

    await ipad.says("Poppy had all her lunch")
    assert (await ipad.hears("Kept. Who's writing?")).buttons[0] == "Carys"
    await ipad.presses("Carys")
    await ipad.sees("Carys hasn't chosen four figures yet: write \"my four figures\" on your own phone. Who's writing?")


async def test_a_link_for_a_tablet_opens_once_and_a_room_nobody_knows_has_none(story: Story) -> None:
    maya = story.person("maya")
    for who, number in (("ipad", "+447700900333"), ("other", "+447700900444")):
        await story.stage.give_fresh_phone(story, who, number)
    await story.until("8:10")
    link = await link_for(maya, "new tablet for Caterpillar")
    await story.person("ipad").opens(link)
    await story.person("ipad").hears_anything()

    await story.person("other").opens(link)
    await story.person("other").hears(
        "This is a nursery communication book. If you have been given a slip, send me the code on it. "
        "Otherwise please speak to the setting."
    )
    await maya.hears_anything()
    await maya.says("tablet for Dragonfly room")
    await maya.hears("There is no Dragonfly room. Yours: Butterfly room and Caterpillar room.")
    await story.person("hannah").says("tablet for Butterfly room")
    await story.passes(10)
    assert (await story.person("hannah").hears_anything()).startswith("✓ Ella")


async def test_a_tablet_that_is_lost_is_shut_out_like_anybody(story: Story) -> None:
    maya, tablet = story.person("maya"), story.person("tablet")
    await story.until("10:10")
    await maya.says("restrict Butterfly room")
    await maya.hears_anything()
    await tablet.says("Leo had all his lunch")
    await tablet.hears(
        "This is a nursery communication book. If you have been given a slip, send me the code on it. "
        "Otherwise please speak to the setting."
    )


async def test_a_manager_clears_figures_that_were_forgotten_and_new_ones_are_chosen_on_the_tablet(
    story: Story,
) -> None:
    maya, amy, tablet = story.person("maya"), story.person("amy"), story.person("tablet")
    await story.until("10:10")
    await amy.hears_anything()

    await maya.says("Amy forgot her figures")
    await maya.hears(
        "Amy's four figures are gone. Until 10:25 Amy can choose new ones on a room tablet, by tapping the name there. "
        "Nobody else sees them."
    )
    await amy.hears(
        "Maya has cleared your four figures for the room tablet: choose new ones there. "
        "If you didn't ask for that, tell Maya."
    )
    await tablet.says("Leo had all his lunch")
    await tablet.hears("Kept. Who's writing?")
    await tablet.presses("Amy")
    await tablet.sees("Amy, choose four figures for the room tablet: ○○○○")
    for figure in "808":
        await tablet.presses(figure)
    await tablet.sees("Amy, choose four figures for the room tablet: ●●●○")
    await tablet.presses("5")
    await tablet.sees('Kept. Amy is writing until 10:30 or "bye".')
    await tablet.says("bye")
    await tablet.hears_anything()

    await tablet.says("hello")
    await tablet.hears("Who's writing?")
    await signs_in(tablet, "Amy", "1357")
    await tablet.sees("That wasn't it. Amy, your four figures: ○○○○")
    for figure in "8085":
        await tablet.presses(figure)
    await tablet.sees('Amy is writing until 10:30 or "bye".')


async def test_figures_that_were_cleared_can_be_chosen_on_a_tablet_for_a_quarter_of_an_hour_and_no_longer(
    story: Story,
) -> None:
    maya, tablet = story.person("maya"), story.person("tablet")
    await story.until("10:10")
    await maya.says("reset Amy's figures")
    await story.passes(15 * 60)

    await tablet.says("Leo had all his lunch")
    await tablet.hears("Kept. Who's writing?")
    await tablet.presses("Amy")
    await tablet.sees("Amy hasn't chosen four figures yet: write \"my four figures\" on your own phone. Who's writing?")


async def test_nobody_but_whoever_runs_the_setting_clears_figures(story: Story) -> None:
    priya, tablet = story.person("priya"), story.person("tablet")
    await story.until("10:10")
    await priya.says("reset Amy's figures")
    await tablet.says("hello")
    await tablet.hears("Who's writing?")
    await signs_in(tablet, "Amy", "1357")
    await tablet.sees('Amy is writing until 10:30 or "bye".')


async def test_a_child_who_moves_to_another_room_is_on_that_rooms_tablet_from_then_on(story: Story) -> None:
    maya, tablet, joe = story.person("maya"), story.person("tablet"), story.person("joe")
    await story.stage.give_fresh_phone(story, "ipad", "+447700900333")
    await story.until("10:10")
    await story.person("ipad").opens(await link_for(maya, "tablet for Caterpillar room"))
    ipad = story.person("ipad")
    await ipad.hears_anything()
    await maya.says("reset Carys's figures")
    await tablet.says("hello")
    await tablet.hears("Who's writing?")
    await signs_in(tablet, "Amy", "1357")
    await tablet.says("Noah ate all his lunch")
    await story.passes(90)
    await tablet.hears_anything()

    await maya.says("Noah moves to Caterpillar")
    await maya.presses("Yes")
    await maya.presses("Carys")
    await story.passes(20)
    await tablet.hears_anything()
    await tablet.says("Noah slept 12-1")
    await story.passes(90)
    assert "✓ Noah" not in await tablet.hears_anything()

    await ipad.says("Noah painted a bus")
    await ipad.hears("Kept. Who's writing?")
    await signs_in(ipad, "Carys", "4711")
    await story.passes(10)
    heard = await ipad.hears_anything()
    assert "✓ Noah · activity" in heard
    # Of what was written before in the other room nothing is seen here.
    await ipad.says("undo")
    await ipad.says("undo")
    await story.passes(30)
    await story.until("17:01")
    assert "Food ate all his lunch" in await joe.hears_anything()


async def test_a_move_that_is_dated_ahead_changes_what_a_tablet_sees_on_its_day(story: Story) -> None:
    maya, tablet = story.person("maya"), story.person("tablet")
    await story.until("10:10")
    await maya.says("Noah moves to Caterpillar room tomorrow")
    await maya.presses("Yes")
    for days in (0, 1):
        await story.until("10:20", days=days)
        await tablet.says("hello")
        await tablet.hears_anything()
        await signs_in(tablet, "Amy", "1357")
        await tablet.says("Noah ate all his lunch")
        await story.passes(90)
        assert ("✓ Noah" in await tablet.hears_anything()) is (days == 0)
        await tablet.says("bye")


async def test_a_child_who_is_added_to_a_room_is_on_its_tablet(story: Story) -> None:
    maya, tablet = story.person("maya"), story.person("tablet")
    await story.until("10:10")
    await maya.says("add a child: Mia Brown 3/4/23, mum Kate 07700 900123, key person Priya, Butterfly room")
    await maya.presses("Yes")
    await tablet.says("Mia ate all her lunch")
    await tablet.hears("Kept. Who's writing?")
    await signs_in(tablet, "Priya", "2468")
    await story.passes(60)
    assert "✓ Mia" in await tablet.hears_anything()


async def test_what_is_written_of_a_child_whose_book_the_writer_is_not_in_is_filed_for_nobody_else(
    story: Story,
) -> None:
    maya, joe = story.person("maya"), story.person("joe")
    await story.stage.give_fresh_phone(story, "ipad", "+447700900333")
    await story.until("10:10")
    await story.person("ipad").opens(await link_for(maya, "tablet for Caterpillar room"))
    ipad = story.person("ipad")
    await ipad.hears_anything()
    await maya.says("Noah moves to Caterpillar")
    await maya.presses("Yes")
    await maya.says("new figures for Carys")
    await joe.hears_anything()

    # Carys has one child here, Poppy, and is not in Noah's book.
    await ipad.says("Noah bumped his head")
    await ipad.hears("Kept. Who's writing?")
    await signs_in(ipad, "Carys", "4711")
    await ipad.hears("Not kept, and nobody was told: Carys isn't in the book of Noah. Your manager can change that.")
    await ipad.says("Noah is fine again")
    await ipad.hears("Not kept, and nobody was told: Carys isn't in the book of Noah. Your manager can change that.")
    # A worry about his safety is held for the lead all the same.
    await ipad.says("Noah said daddy hits him with a belt")
    assert "Not kept" not in await ipad.hears_anything()
    assert await story.store.read(lambda c: len(c.execute(select(schema.disclosures.c.id)).all())) == 1
    await story.until("18:00")
    assert "Noah" not in await joe.hears_anything()
