"""The model conversations, word for word, as far as the parts built so far reach."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, select

from book.ids import ChildId, Ids, PersonId
from book.people import Role
from bot.demo.roster import DemoRoster
from storage import schema
from storage.roster import NewChild, NewMembership, NewPerson, Roster
from tests.journeys.conftest import ByText
from tests.journeys.dialogues_by_text import dialogue_2
from tests.kit.conversation import Story


async def test_dialogue_1_the_bad_night(story: Story) -> None:
    hannah, priya, dawn = (story.person(who) for who in ("hannah", "priya", "dawn"))
    await story.until("6:02")

    await hannah.says("bad night, teething. up since 4. calpol 5ml 6.45")
    await story.passes(10)
    # 6:45 had not come yet when she wrote, so nothing is said of it.
    await hannah.hears("✓ Ella · sleep, health, medicine → Priya 7:30, Dawn 7:00", buttons=("Undo", "Change"))
    await hannah.says("sorry 5.45")
    await hannah.sees("✓ Ella · sleep, health, medicine (given 5:45) → Priya 7:30, Dawn 7:00")
    await priya.hears_nothing()
    await dawn.hears_nothing()

    await story.until("7:00")
    await dawn.hears(
        'Ella, from Hannah 6:02: "bad night, teething. up since 4. calpol 5ml 6.45". Corrected 6:02: "5.45"'
    )
    await priya.hears_nothing()
    await story.until("7:30")
    await priya.hears(
        'Ella, from Hannah 6:02: "bad night, teething. up since 4. calpol 5ml 6.45". Corrected 6:02: "5.45"'
    )
    await hannah.sees("✓ Ella · sleep, health, medicine → Priya ✓ Dawn ✓")


async def test_dialogue_2_the_same_by_text(by_text: ByText) -> None:
    await dialogue_2(await by_text("joe"))


async def test_dialogue_4_five_messages_in_a_row(story: Story) -> None:
    fay, priya = story.person("fay"), story.person("priya")
    await story.until("6:50")

    await fay.says("morning")
    await story.passes(4)
    await fay.says("leo slept thru!!")
    await story.passes(6)
    await fay.says("had porridge")
    await story.passes(4)
    await fay.says("nan picking up at 4")
    await story.passes(5)
    await fay.says("oh and no nappies left in his bag sorry x")
    await fay.hears_nothing()
    await story.passes(10)
    await fay.hears(
        "✓ Leo · sleep, food, kit → Priya 7:30\n"
        "✓ Nan collects at 4 today → someone at Sunshine will tick this. I'll tell you when.",
        buttons=("Undo", "Change"),
    )
    await fay.says("thanks xx")
    await story.passes(60)
    await fay.hears_nothing()

    await story.until("7:30")
    heard = await priya.hears_anything()
    assert "leo slept thru!!" in heard
    assert "nan picking up at 4" in heard
    await story.until("8:05")
    await priya.presses("Seen")
    await fay.sees(
        "✓ Leo · sleep, food, kit (seen by Priya 8:05) → Priya ✓\n✓ Nan collects at 4 today – seen by Priya 8:05"
    )


async def test_dialogue_5_undo_and_that_was_for_noah(story: Story) -> None:
    priya, hannah, tom, dawn, joe = (story.person(who) for who in ("priya", "hannah", "tom", "dawn", "joe"))
    await story.until("12:40")

    await priya.says("Ella had 2 wet nappies and slept 11-12")
    await story.passes(10)
    await priya.hears("✓ Ella · nappy, sleep → Hannah and Tom this evening, Dawn 12:45", buttons=("Undo", "Change"))
    await story.passes(50)
    await priya.says("that was noah")
    await priya.hears("✓ Moved to Noah → Joe this evening. Nothing had gone out for Ella.")

    await story.until("17:00")
    await joe.hears("Noah's day · Tuesday 24 November\nSleep 11:00–12:00\nNappies 2 wet")
    for person in (hannah, tom, dawn):
        await person.hears_nothing()


def _mo(ids: Ids) -> Callable[[DemoRoster], Roster]:
    """Mo, another child of Priya's, and his mother."""
    mina, mo = PersonId(ids.new()), ChildId(ids.new())

    def more(people: DemoRoster) -> Roster:
        people.people["mina"] = mina
        sunshine = people.settings["sunshine"]
        around = (("priya", Role.KEY_PERSON), ("maya", Role.MANAGER))
        return Roster(
            people=[NewPerson(mina, "Mina")],
            children=[NewChild(mo, ("Mo",))],
            memberships=[
                NewMembership(ids.new(), mina, Role.PARENT, mo, sunshine),
                *(NewMembership(ids.new(), people.people[who], role, mo, sunshine) for who, role in around),
            ],
        )

    return more


async def test_dialogue_6_wrong_child_and_the_text_has_already_gone(by_text: ByText, ids: Ids) -> None:
    story = await by_text("joe", more=_mo(ids))
    priya, joe, mina, maya, amy = (story.person(who) for who in ("priya", "joe", "mina", "maya", "amy"))
    await story.until("15:12")
    await priya.says("Noah bumped his head on the slide, cold compress on, happy again")
    await story.passes(30)
    await priya.hears_anything()
    assert "bumped his head" in await joe.hears_anything()
    await story.until("15:18")
    await priya.says("Noah ate all his tea")
    await story.passes(60)
    await priya.hears_anything()

    await story.until("15:20")
    await priya.says("sorry the bump one was Mo not Noah")
    await priya.hears(
        "✓ Moved to Mo. Joe had a text about it at 15:12 and texts can't be taken back, so I've told him to ignore it. "
        "Maya has a note of the slip."
    )
    await joe.hears("Please ignore our 15:12 text. It was not about your child. Sorry. Sunshine, 01632 960123")
    await mina.hears('Mo, from Priya 15:12: "Mo bumped his head on the slide, cold compress on, happy again"')

    await story.until("17:00")
    assert "ate all his tea" in await joe.hears_anything()
    assert "Priya wrote for Noah what was about Mo, and Joe had it" in await maya.hears_anything()
    await maya.says("mix-ups")
    await maya.hears("Mix-ups:\n24 November, Priya: written for Noah, about Mo. Joe had it.")
    for person in (priya, amy):
        await person.says("mix-ups")
        await story.passes(30)
        assert "written for" not in await person.hears_anything()


async def test_what_was_filed_for_the_wrong_child_is_kept_under_the_right_ones_key_alone(story: Story) -> None:
    priya, joe = story.person("priya"), story.person("joe")
    await story.until("12:40")
    await priya.says("Ella had 2 wet nappies and slept 11-12")
    await story.passes(60)
    await priya.says("that was noah")
    await story.until("17:00")
    await joe.hears_anything()

    def kept(connection: Connection) -> tuple[set[int], list[object], set[int]]:
        originals = connection.execute(select(schema.originals.c.owner_id)).scalars()
        revisions = connection.execute(
            select(schema.entry_revisions.c.sealed_text, schema.entries.c.child_id)
            .join(schema.entries, schema.entries.c.id == schema.entry_revisions.c.entry_id)
            .order_by(schema.entries.c.id)
        ).all()
        with_words = {each.child_id for each in revisions if each.sealed_text is not None}
        return set(originals), [each.child_id for each in revisions], with_words

    owners, children, with_words = await story.store.read(kept)
    ella, noah = story.people.children["ella"], story.people.children["noah"]
    assert set(children) == {ella, noah}
    assert with_words == {noah}
    assert owners == {noah}


async def test_dialogue_8_naps_as_they_happen(story: Story) -> None:
    priya = story.person("priya")
    await story.until("12:05")

    await priya.says("leo down")
    await story.passes(10)
    await priya.hears("✓ Leo asleep 12:05", buttons=("Undo", "Change"))
    await story.until("12:58")
    await priya.says("leo up")
    await story.passes(10)
    await priya.hears("✓ Leo slept 12:05–12:58", buttons=("Undo", "Change"))


async def test_dialogue_27_a_password_stays_out_of_the_book(story: Story) -> None:
    fay, priya = story.person("fay"), story.person("priya")
    await story.until("14:00")

    await fay.says("my sister Jo Bright picking leo up, password biscuit")
    await story.passes(10)
    await fay.hears(
        "✓ Leo · Jo Bright collects → Sunshine now. I've left the password out of the book: "
        "please ring the office with it, 01632 960123.",
        buttons=("Undo", "Change"),
    )
    await story.passes(60)
    assert "biscuit" not in await priya.hears_anything()


@pytest.mark.parametrize("words", ["pw is biscuit", "oh and the code word's biscuit", "biscuit is the password"])
async def test_a_password_alone_stays_out_of_the_book_and_she_is_told_to_ring(story: Story, words: str) -> None:
    fay, priya = story.person("fay"), story.person("priya")
    await story.until("14:00")

    await fay.says(words)
    await story.passes(10)
    assert (await fay.hears_anything()).endswith(
        "I've left the password out of the book: please ring the office with it, 01632 960123."
    )
    await story.until("17:00")
    assert "biscuit" not in await priya.hears_anything()


async def test_a_password_is_not_in_what_waits_for_which_child(story: Story) -> None:
    joe, priya, carys = (story.person(who) for who in ("joe", "priya", "carys"))
    await story.until("10:00")
    await joe.says("nan picking up today, password biscuit")
    await joe.hears("Who's that about?")
    await story.until("10:10")
    await joe.hears('Not passed on yet: who is "nan picking up today, password …" about?')
    await story.until("10:20")
    heard = await priya.hears_anything() + await carys.hears_anything()
    assert "nan picking up today" in heard
    assert "biscuit" not in heard


async def test_dialogue_29_asked_and_answered_from_the_book(story: Story) -> None:
    fay, priya = story.person("fay"), story.person("priya")
    await story.until("9:00")
    await priya.says("I'm usually free about 3")
    await priya.hears("✓ A family whose question waits for you is told that you're usually free about 3.")
    await story.until("12:05")
    await priya.says("leo down")
    await story.until("12:58")
    await priya.says("leo up")
    await story.until("14:10")
    await priya.hears_anything()

    await fay.says("what time did he wake from nap?")
    await fay.hears("12:58 (Priya). Slept 12:05–12:58.", buttons=("Ask Priya something",))
    await story.passes(60)
    await fay.says("was he upset?")
    await fay.hears("Nothing written. I've asked Priya; she's usually free about 3.")
    await story.passes(30)
    await priya.hears('Leo, from Fay 14:11: "was he upset?"')

    await fay.presses("Ask Priya something")
    await fay.hears_anything()
    await fay.says("which teddy did he have?")
    await story.passes(30)
    assert "which teddy did he have?" in await priya.hears_anything()


async def test_when_somebody_is_free_is_said_by_staff_told_before_it_and_taken_back(story: Story) -> None:
    fay, priya = story.person("fay"), story.person("priya")
    await story.until("9:00")
    await priya.says("best time to ask me is 1.30")
    assert "usually free about 1:30" in await priya.hears_anything()
    await story.until("14:10")
    await fay.says("was he upset?")
    await fay.hears("Nothing written. I've asked Priya.")

    await priya.says("I'm not usually free any more")
    await priya.hears_anything()
    await story.until("9:00", days=1)
    await fay.hears_anything()
    await fay.says("was leo upset?")
    assert "usually free" not in await fay.hears_anything()
    # From a family it is a note like any other.
    await fay.says("I'm usually free about 3")
    await story.passes(30)
    assert "I'm usually free about 3" in await priya.hears_anything()


async def test_a_question_is_answered_in_the_words_of_whoever_wrote_it(story: Story) -> None:
    fay, priya, amy = (story.person(who) for who in ("fay", "priya", "amy"))
    await story.until("12:30")
    await priya.says("Leo ate half his pasta, bit teary after")
    await story.until("14:10")
    await priya.hears_anything()

    await fay.says("did leo eat his lunch?")
    await fay.hears('Priya 12:30: "Leo ate half his pasta, bit teary after"', buttons=("Ask Priya something",))
    await fay.says("was he upset?")
    await fay.hears('Priya 12:30: "Leo ate half his pasta, bit teary after"')
    await amy.says("did leo eat?")
    await amy.hears('Priya 12:30: "Leo ate half his pasta, bit teary after"', buttons=())
    await story.passes(60)
    await priya.hears_nothing()


async def test_a_question_is_answered_from_nothing_that_whoever_asks_may_not_know(story: Story) -> None:
    hannah, tom, dawn, priya = (story.person(who) for who in ("hannah", "tom", "dawn", "priya"))
    await story.until("9:00")
    await hannah.says("ella teary this morning")
    await story.until("10:00")
    await priya.hears_anything()

    await tom.says("was she upset?")
    await tom.hears("Nothing written. I've asked Priya.")
    await dawn.says("was ella upset?")
    assert "teary" in await dawn.hears_anything()  # Hannah's notes about her day go to Dawn as well


async def test_dialogue_40_a_stranger_learns_nothing(story: Story) -> None:
    await story.stage.give_stranger("unknown")
    unknown = story.person("unknown")

    for words in ("hello who is this", "ELLA-7K2P", "/start wrong", "is Ella ok?", "undo", "why"):
        await unknown.says(words)
        await unknown.hears(
            "This is a nursery communication book. If you have been given a slip, send me the code on it. "
            "Otherwise please speak to the setting."
        )


async def test_dialogue_43_one_parent_only(story: Story) -> None:
    fay, priya = story.person("fay"), story.person("priya")
    await story.until("6:50")

    await fay.says("leo sad, missing grandad")
    await story.passes(10)
    await fay.hears("✓ Leo · mood, family → Priya 7:30")
    await story.until("7:30")
    await priya.hears('Leo, from Fay 6:50: "leo sad, missing grandad"')
