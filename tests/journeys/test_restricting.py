"""Whoever is shut out is a stranger from that moment: nothing more reaches her, and she gets a stranger's answer."""

from __future__ import annotations

from sqlalchemy import Connection, select

from book.deliveries import InboxState
from book.notices import Kind
from book.reasons import Reason
from storage import audit, schema
from tests.kit import on_disk
from tests.kit.conversation import Story

STRANGER = (
    "This is a nursery communication book. If you have been given a slip, send me the code on it. "
    "Otherwise please speak to the setting."
)
DONE = (
    "Tom is shut out of the book of Ella from this moment. Nothing more goes to Tom, and Tom gets a stranger's answer."
)
COLLEAGUE = "Tom is not in Ella's book any more, and is not to be told anything. Questions: ask Maya."


def addresses_of(connection: Connection, person: int) -> list[int]:
    return list(
        connection.execute(select(schema.addresses.c.id).where(schema.addresses.c.person_id == person)).scalars()
    )


async def everybody_is_up_to_date(story: Story, *who: str) -> None:
    for each in who:
        await story.person(each).hears_anything()


async def test_shut_out_he_hears_nothing_more_and_gets_a_strangers_answer(story: Story) -> None:
    tom, maya, priya, dawn, hannah = (story.person(who) for who in ("tom", "maya", "priya", "dawn", "hannah"))
    await story.stage.give_stranger("somebody")
    await story.until("9:00")
    await priya.says("Ella painted a bus")
    await story.passes(90)
    await everybody_is_up_to_date(story, "tom", "maya", "priya", "dawn", "hannah")

    await maya.says("restrict Tom")
    await maya.hears(DONE, buttons=("Let Tom back in",))
    await priya.hears(COLLEAGUE)
    await dawn.hears(COLLEAGUE)
    await hannah.hears_nothing()
    await story.until("17:05")
    assert "bus" in await hannah.hears_anything()
    await tom.hears_nothing()
    mine = await on_disk.notices(story, "tom")
    assert {each.reason for each in mine} == {Reason.NOT_IN_CIRCLE}

    await tom.says("who picked her up yesterday?")
    await story.person("somebody").says("who picked her up yesterday?")
    his, strangers = (await tom.screen())[-1], (await story.person("somebody").screen())[-1]
    assert (his.text, his.buttons, his.silent) == (strangers.text, strangers.buttons, strangers.silent)
    assert his.text == STRANGER
    for words in ("help", "who ella", "0", "restrict Hannah", "1", "sharing"):
        await tom.says(words)
        assert (await tom.screen())[-1].text == STRANGER
    assert await story.store.read(addresses_of, story.people.people["tom"]) == []
    assert await story.store.read(audit.first_break) is None


async def test_what_he_was_asked_and_offered_before_does_nothing_any_more(story: Story) -> None:
    tom, maya = story.person("tom"), story.person("maya")
    await story.until("9:00")
    await tom.says("she was up all night")
    await story.passes(60)
    await everybody_is_up_to_date(story, "tom")
    entries = await on_disk.entries(story)

    await maya.says("restrict Tom for Ella")
    await maya.hears(DONE)
    before = [each.text for each in await tom.screen()]
    await tom.presses("Undo")
    await tom.presses("Change")
    assert [each.text for each in await tom.screen()] == before
    assert await on_disk.entries(story) == entries
    withdrawn = await story.store.read(
        lambda connection: connection.execute(
            select(schema.entry_revisions.c.state).where(schema.entry_revisions.c.state == "withdrawn")
        ).all()
    )
    assert withdrawn == []


async def test_a_message_that_waits_for_his_answer_becomes_nothing(story: Story) -> None:
    joe, maya = story.person("joe"), story.person("maya")
    await story.until("9:00")
    await joe.says("up 3 times, bit snotty")
    await joe.hears("Who's that about?", buttons=("Noah", "Poppy", "Both"))

    await maya.says("restrict Joe")
    assert "Joe is shut out of the book of Noah and Poppy" in await maya.hears_anything()
    await joe.says("noah")

    assert (await joe.screen())[-1].text == STRANGER
    assert await on_disk.entries(story) == 0
    rows = await on_disk.inbox(story)
    assert {(each.state, each.reason) for each in rows if each.state is InboxState.PENDING} == set()
    assert (InboxState.SKIPPED, Reason.NOT_IN_CIRCLE) in {(each.state, each.reason) for each in rows}


async def test_shut_out_of_one_childs_book_she_keeps_the_others(story: Story) -> None:
    joe, maya, priya, carys = (story.person(who) for who in ("joe", "maya", "priya", "carys"))
    await story.until("9:00")
    await maya.says("restrict Joe for Noah")
    await maya.hears_anything()
    await priya.hears("Joe is not in Noah's book any more, and is not to be told anything. Questions: ask Maya.")

    await priya.says("Noah painted a bus")
    await carys.says("Poppy had a long nap")
    await story.until("17:05")
    heard = await joe.hears_anything()
    assert "Poppy" in heard
    assert "Noah" not in heard
    await joe.says("who noah")
    assert "Priya" not in await joe.hears_anything()
    await joe.says("Noah has a cough")
    await story.passes(60)
    assert "Priya" not in await joe.hears_anything()
    entries = await story.store.read(
        lambda connection: list(connection.execute(select(schema.entries.c.child_id)).scalars())
    )
    assert entries.count(story.people.children["noah"]) == 1


async def test_two_of_one_name_are_told_apart_before_anybody_is_shut_out(story: Story) -> None:
    maya, tom = story.person("maya"), story.person("tom")
    await story.until("9:00")
    await maya.says("add a child: Ivy Reed 3/4/23, dad Tom 07700 900333")
    await maya.presses("Yes")
    await maya.hears_anything()

    await maya.says("restrict Tom")
    await maya.hears("Which one?", buttons=("Tom (Ella)", "Tom (Ivy)"))
    await tom.says("hello?")
    assert STRANGER not in await tom.hears_anything()
    await maya.presses("Tom (Ella)")
    await maya.hears(DONE)
    await tom.says("hello?")
    await tom.hears(STRANGER)


async def test_let_back_in_he_needs_a_new_link_and_a_yes(story: Story) -> None:
    maya, tom, priya = (story.person(who) for who in ("maya", "tom", "priya"))
    await story.until("9:00")
    await maya.says("restrict Tom")
    await maya.hears(DONE)
    await maya.says("let Tom back in")
    await maya.hears("Let Tom back into the book of Ella, with everything Tom could see before?", buttons=("Yes", "No"))
    await tom.says("hello?")
    await tom.hears(STRANGER)
    await maya.presses("Yes")
    said = await maya.hears_anything()
    assert said.startswith("Tom is in the book of Ella again, once Tom has used this. For one use until")
    await tom.says("hello?")
    await tom.hears(STRANGER)  # the telephone he had is nobody's until the link is opened

    await priya.hears_anything()
    await priya.says("Ella had pasta")
    await story.passes(60)
    assert "Tom" in await priya.hears_anything()


async def test_nobody_shuts_out_herself_or_somebody_of_another_setting(story: Story) -> None:
    maya, dawn, priya = (story.person(who) for who in ("maya", "dawn", "priya"))
    await story.until("9:00")
    await everybody_is_up_to_date(story, "maya", "dawn", "priya")

    await maya.says("restrict Dawn")
    await maya.hears(
        "Dawn works for another setting: a parent can stop sharing with it, and its manager can shut Dawn out. "
        "Nothing has changed."
    )
    await maya.says("restrict Maya")
    await maya.hears("Nobody called Maya is in the book here, so nothing has changed.")
    await maya.says("restrict Zelda")
    await maya.hears("Nobody called Zelda is in the book here, so nothing has changed.")
    await dawn.says("restrict Priya")
    assert "Nothing has changed." in await dawn.hears_anything()
    await dawn.says("restrict Tom")
    await dawn.hears(DONE)
    await priya.hears("Tom is not in Ella's book any more, and is not to be told anything. Questions: ask Dawn.")


async def test_a_stolen_phone_is_shut_out_by_saying_so(story: Story) -> None:
    maya, fay = story.person("maya"), story.person("fay")
    await story.until("9:00")
    await maya.says("Fay's phone is stolen")
    assert "Fay is shut out of the book of Leo from this moment." in await maya.hears_anything()
    await fay.says("what did he have for lunch?")
    await fay.hears(STRANGER)
    assert await on_disk.entries(story) == 0


async def test_a_member_of_staff_is_shut_out_of_every_child_and_her_notes_go_to_whoever_is_left(story: Story) -> None:
    maya, priya, amy, fay = (story.person(who) for who in ("maya", "priya", "amy", "fay"))
    await story.until("7:00")
    await fay.says("leo slept well")
    await story.passes(30)
    await maya.says("restrict Priya (left under a cloud)")
    assert "Priya is shut out of the book of Ella, Noah, Leo and Zofia" in await maya.hears_anything()
    await story.until("7:30")
    await priya.hears_nothing()
    await amy.hears('Leo, from Fay 7:00: "leo slept well"')
    kinds = {each.kind for each in await on_disk.notices(story, "priya", None) if each.state == "waiting"}
    assert kinds <= {Kind.RECALL, Kind.PRESS_ANSWERED}


async def test_he_does_not_come_back_as_somebody_new_of_the_same_name(story: Story) -> None:
    maya, tom = story.person("maya"), story.person("tom")
    await story.until("9:00")
    await maya.says("restrict Tom")
    await maya.hears(DONE)
    await maya.says("invite Tom (dad) 07700 900333 for Ella")
    await maya.hears(
        'Tom is out of the book. To change that, write "let Tom back in"; '
        "for somebody else of that name add a second name."
    )
    await tom.says("hello?")
    await tom.hears(STRANGER)


async def test_a_lead_who_is_shut_out_is_out_of_every_childs_book_and_comes_back_as_what_she_was(story: Story) -> None:
    maya, ruth = story.person("maya"), story.person("ruth")
    await story.until("9:00")
    await maya.says("restrict Ruth")
    assert "Ruth is shut out of the book of Ella, Noah, Poppy, Leo and Zofia" in await maya.hears_anything()
    await ruth.says("hello?")
    await ruth.hears(STRANGER)
    await maya.says("let Ruth back in")
    await maya.presses("Yes")
    assert "Ruth is in the book of" in await maya.hears_anything()
    lines = await story.store.read(
        lambda connection: connection.execute(
            select(schema.memberships.c.child_id, schema.memberships.c.role, schema.memberships.c.standing)
            .where(schema.memberships.c.person_id == story.people.people["ruth"])
            .order_by(schema.memberships.c.id)
        ).all()
    )
    assert [tuple(each) for each in lines] == [
        (None, "deputy_lead", "live"),
        (None, "deputy_lead", "restricted"),
        (None, "deputy_lead", "live"),
    ]
