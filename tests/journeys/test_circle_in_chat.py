"""Whoever runs a setting changes who stands around a child by writing it; everybody else's words stay a note."""

from __future__ import annotations

import re

from sqlalchemy import Connection, func, select

from book.notices import Kind
from book.reasons import Reason
from storage import audit, schema
from tests.kit import on_disk
from tests.kit.conversation import Story


def count(connection: Connection, table: str) -> int:
    found: int = connection.execute(select(func.count()).select_from(schema.metadata.tables[table])).scalar_one()
    return found


async def test_a_manager_adds_a_child_and_hands_the_link_on_herself(story: Story) -> None:
    maya, priya = story.person("maya"), story.person("priya")
    await story.until("8:10")
    await priya.hears_anything()
    calls = len(await priya.screen())

    await maya.says("add a child: Mia Brown 3/4/23, mum Kate 07700 900123, key person Priya")
    await maya.hears(
        "Mia Brown, born 3 April 2023. In the book as parent: Kate (07700 900123). Key person: Priya. Add them?",
        buttons=("Yes", "No"),
    )
    assert await story.store.read(count, "children") == 5
    await maya.presses("Yes")

    said = await maya.hears_anything()
    assert said.startswith(
        "Mia is in the book. Nobody has been messaged. "
        "To hand on to Kate, for one use until Friday 27 November, 8:10:\nMIA-"
    )
    assert re.search(r":\nMIA-\w{4} by text, or this link:\n.*start[= ][\w-]{22}$", said)
    assert await story.store.read(count, "children") == 6
    await priya.hears("You are Mia's key person from now.")
    await priya.says("Mia settled in well")
    await story.passes(60)
    assert "Mia" in await priya.hears_anything()
    assert len(await priya.screen()) > calls
    assert await story.store.read(audit.first_break) is None


async def test_no_changes_nothing_and_a_second_yes_neither(story: Story) -> None:
    maya = story.person("maya")
    await story.until("8:10")

    await maya.says("add a child: Mia Brown 3/4/23")
    await maya.hears("Mia Brown, born 3 April 2023. Nobody else is in the book yet. Add the child?")
    await maya.says("no")
    await maya.hears("Nothing has changed.")
    await maya.says("add a child: Mia Brown 3/4/23")
    await maya.hears("Mia Brown, born 3 April 2023. Nobody else is in the book yet. Add the child?")
    await maya.says("yes")
    await maya.hears("Mia is in the book. Nobody has been messaged.")
    await maya.presses("Yes")

    assert await story.store.read(count, "children") == 6


async def test_what_cannot_be_read_is_named_before_anything_is_done(story: Story) -> None:
    maya = story.person("maya")
    await story.until("8:10")

    await maya.says("add a child: Mia Brown 3/4/23, mum Kate 0770 12")
    await maya.hears("0770 12 is no telephone number: please write the line again with Kate's.")
    await maya.says("add a child: Mia Brown 3/14/23, mum Kate 07700 900123")
    await maya.hears(
        "I can't tell Mia Brown's birthday: please write the line again with day, month and year, as in 3/4/23."
    )
    await maya.says("add a child: Mia Brown 3/4/23, key person Zelda")
    await maya.hears("Nobody called Zelda works at Sunshine: please write the line again.")
    await maya.says("add a child: Mia Brown 3/4/23, likes ducks")
    await maya.hears(
        'I don\'t know what to do with "likes ducks": please write the line again without it, '
        'or as "mum Kate 07700 900123".'
    )
    assert await story.store.read(count, "children") == 5


async def test_a_childminder_adds_a_child_to_her_own_book_and_nobody_at_the_nursery_knows(story: Story) -> None:
    dawn, maya = story.person("dawn"), story.person("maya")
    await story.until("8:10")
    await dawn.hears_anything()

    await dawn.says("add a child: Ben Hart 3/5/23, mum Chloe 07700 900611")
    await dawn.hears("Ben Hart, born 3 May 2023. In the book as parent: Chloe (07700 900611). Add them?")
    await dawn.presses("Yes")
    assert "Ben is in the book." in await dawn.hears_anything()
    await dawn.says("who ben")
    # To whoever runs a setting it also says by what somebody is reached.
    around = await dawn.hears_anything()
    assert around.startswith("Around Ben\nChloe, parent (not on Bookbag yet)\nDawn, childminder")

    await maya.says("who ben")
    assert "Chloe" not in await maya.hears_anything()


async def test_a_new_key_person_is_told_to_those_concerned_and_gets_what_waited(story: Story) -> None:
    maya, priya, amy, hannah, dawn = (story.person(who) for who in ("maya", "priya", "amy", "hannah", "dawn"))
    await story.until("7:00")
    await hannah.says("bad night, teething")
    await story.passes(30)
    for who in (maya, priya, amy, hannah, dawn):
        await who.hears_anything()

    await maya.says("Amy is Ella's key person now")
    await maya.hears(
        "Amy becomes key person of Ella now, and parents and childminder are told. Is that right?",
        buttons=("Yes", "No"),
    )
    await hannah.hears_nothing()
    await maya.presses("Yes")

    await maya.hears("Amy is key person of Ella from now.")
    await hannah.hears("Amy is Ella's key person at Sunshine from now.")
    await dawn.hears("Amy is Ella's key person at Sunshine from now.")
    await amy.hears("You are Ella's key person from now.")
    await priya.hears("Amy is Ella's key person from now.")
    await story.until("7:30")
    await amy.hears('Ella, from Hannah 7:00: "bad night, teething"')
    await priya.hears_nothing()
    notices = await on_disk.notices(story, "priya")
    assert [each.reason for each in notices] == [Reason.NOT_IN_CIRCLE]


async def test_from_monday_is_from_monday_and_not_a_second_before(story: Story) -> None:
    maya, priya, amy, hannah = (story.person(who) for who in ("maya", "priya", "amy", "hannah"))
    await story.until("8:10")
    await maya.says("key person of Ella is Amy from Monday")
    await maya.hears(
        "Amy becomes key person of Ella on Monday 30 November, and parents and childminder are told. Is that right?"
    )
    await maya.says("1")
    await maya.hears("Amy is key person of Ella from Monday 30 November.")
    await hannah.hears("Amy is Ella's key person at Sunshine from Monday 30 November.")
    await amy.hears("You are Ella's key person from Monday 30 November.")

    await story.until("9:00", days=5)  # Sunday: it waits for Monday's list
    for who in (hannah, priya, amy):
        await who.hears_anything()
    await hannah.says("bad night, teething")
    await story.until("7:30", days=1)
    await amy.hears('Ella, from Hannah Sunday 9:00: "bad night, teething"')
    await priya.hears_nothing()


async def test_somebody_who_has_left_hears_nothing_more_and_her_children_are_asked_about(story: Story) -> None:
    maya, priya, amy, fay = (story.person(who) for who in ("maya", "priya", "amy", "fay"))
    await story.until("7:00")
    await fay.says("leo slept well")
    await story.passes(30)
    for who in (maya, priya, amy, fay):
        await who.hears_anything()

    await maya.says("Priya has left")
    heard = await maya.hears(
        "Priya is out of the book from now. What waited for Priya is held back. "
        "Who is key person of Ella, Noah, Leo and Zofia now?"
    )
    assert heard.buttons[-1] == "Let Priya back in"
    assert {"Amy", "Carys"} <= set(heard.buttons)
    await priya.says("morning all")
    await priya.hears(
        "This is a nursery communication book. If you have been given a slip, send me the code on it. "
        "Otherwise please speak to the setting."
    )
    await story.until("7:30")
    await amy.hears('Leo, from Fay 7:00: "leo slept well"')
    await maya.presses("Amy")
    await maya.hears("Amy is key person of Ella, Noah, Leo and Zofia from now.")
    await fay.hears_anything()
    await maya.says("who leo")
    assert "Priya" not in await maya.hears_anything()
    await priya.hears_nothing()


async def test_has_left_is_a_note_where_it_may_be_about_the_day(story: Story) -> None:
    maya, hannah, priya = (story.person(who) for who in ("maya", "hannah", "priya"))
    await story.until("8:10")

    await maya.says("Hannah has left")
    assert "out of the book" not in await maya.hears_anything()
    await hannah.says("Ella is feeling better")
    await story.passes(60)
    assert "Ella is feeling better" in await priya.hears_anything()


async def test_a_place_that_ended_is_opened_again_only_on_purpose(story: Story) -> None:
    maya, carys, joe = (story.person(who) for who in ("maya", "carys", "joe"))
    await story.until("8:10")
    await maya.says("end Carys")
    await maya.hears_anything()
    await maya.presses("Let Carys back in")
    await maya.hears(
        "Let Carys back into the book of Poppy, with everything Carys could see before?", buttons=("Yes", "No")
    )
    await joe.says("Poppy had porridge")
    await story.passes(60)
    await carys.hears_nothing()
    await maya.hears('Poppy, from Joe 8:10: "Poppy had porridge"')  # whoever of the setting is left is told
    await maya.presses("Yes")
    await maya.hears("Carys is in the book of Poppy again.")
    await joe.says("Poppy is tired")
    await story.passes(60)
    assert "Poppy is tired" in await carys.hears_anything()


async def test_a_child_moves_to_another_room(story: Story) -> None:
    maya, carys = story.person("maya"), story.person("carys")
    await story.until("8:10")

    await maya.says("Ella moves to Ladybird room")
    await maya.hears("There is no Ladybird room yet. Make it, and move Ella there now?", buttons=("Yes", "No"))
    await maya.presses("Yes")
    heard = await maya.hears("Ella is in Ladybird room now. A new key person? If not, do nothing.")
    assert "Carys" in heard.buttons
    await maya.presses("Carys")
    await maya.hears("Carys is key person of Ella from now.")
    await carys.hears("You are Ella's key person from now.")
    await maya.says("Ella moves to ladybird")
    await maya.hears("Ella is in Ladybird room already.")
    await maya.says("Noah moves to Ladybird room on Monday")
    await maya.hears(
        "Noah moves to Ladybird room on Monday 30 November, and who works there is in Noah's book from then. "
        "Is that right?"
    )
    await maya.says("yes")
    await maya.hears(
        'Noah moves to Ladybird room on Monday 30 November. For a new key person write "key person of Noah is" '
        "and the name."
    )


async def test_who_is_around_a_child_is_told_as_it_concerns_whoever_asks(story: Story) -> None:
    await story.until("8:10")
    around = "Hannah, parent\nTom, parent\nPriya, key person at Sunshine\nAmy, second key person at Sunshine\n"
    house = "Maya, manager of Sunshine\nSam, safeguarding lead at Sunshine\nRuth, deputy safeguarding lead at Sunshine"
    for who, said in (
        ("hannah", f"Around Ella\n{around}Butterfly room, room staff at Sunshine\nDawn, childminder"),
        ("priya", f"Around Ella\n{around}Butterfly room, room staff at Sunshine\nDawn, childminder\n{house}"),
        ("dawn", f"Around Ella\n{around}Butterfly room, room staff at Sunshine\nDawn, childminder"),
    ):
        person = story.person(who)
        await person.hears_anything()
        await person.says("who ella")
        await person.hears(said)
    fay = story.person("fay")
    await fay.says("who ella")
    assert "Hannah" not in await fay.hears_anything()


async def test_a_partner_setting_is_only_suggested_and_the_parent_says(story: Story) -> None:
    maya, joe = story.person("maya"), story.person("joe")
    await story.until("8:10")
    await maya.says("invite Dawn Pike 07700 900432, childminder for Noah")
    await maya.hears("Dawn Pike comes into Noah's book only if a parent agrees. Shall I suggest it to Joe?")
    await maya.presses("Yes")
    await maya.hears("I've suggested it to Joe. It is theirs to say.")
    await joe.hears(
        "Maya asks: may Dawn Pike, as Noah's childminder, be in Noah's book? Nothing is shared before you say what.",
        buttons=("Yes", "No"),
    )
    assert await story.store.read(count, "invitations") == 0


async def test_somebody_on_the_roll_gets_a_new_link_and_another_number_is_asked_about(story: Story) -> None:
    maya, tom = story.person("maya"), story.person("tom")
    await story.until("8:10")

    await maya.says("invite Tom for Ella")
    heard = await maya.hears_anything()
    assert re.search(r"To hand on to Tom, .*\nTOM-\w{4} by text, or this link:\n.*start[= ][\w-]{22}$", heard)
    await maya.says("invite Tom 07700 900777 for Ella")
    await maya.hears(
        "07700 900777 is not the number you hold for Tom. Whoever has it could join as Tom. Is it right?",
        buttons=("Yes", "No"),
    )
    await maya.presses("No")
    await maya.hears("Nothing has changed.")
    assert await story.store.read(count, "telephones") == 0
    await maya.says("invite Kate for Ella")
    await maya.hears("Kate would be a parent of Ella in the book and see everything Sunshine writes. Is that right?")
    await tom.hears_nothing()


async def test_nobody_else_can_do_any_of_it_and_no_note_is_lost(story: Story) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await story.until("8:10")

    for who in (hannah, priya):
        await who.hears_anything()
        await who.says("restrict Tom")
        said = await who.hears_anything()
        assert said.startswith("Only whoever runs the setting can do that: ")
        assert "Maya" in said
    # A parent may close her own notes to him at once; to shut him out of the book is not hers.
    await hannah.says("Tom may not see anything any more")
    assert (await hannah.hears_anything()).startswith("That isn't shared now.")
    await story.passes(60)
    await priya.says("Ella moves to the table all by herself")
    await priya.says("Amy is Ella's key person now")
    await story.passes(60)
    written = await on_disk.entries(story)
    assert written == 2
    tom = [each for each in await on_disk.notices(story, "tom", Kind.RELAY) if each.state == "told"]
    assert tom == []
