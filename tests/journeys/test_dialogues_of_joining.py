"""Dialogues 17, 18, 20, 36 (Monday), 39 (Jo) and 40 of the conversations, word for word, taps and texts counted."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from book.ids import ChildId, PersonId
from book.people import Role, Standing
from book.topics import Group
from book.understanding.codes import LETTERS
from bot.demo.roster import DemoRoster
from storage.roster import NewChild, NewMembership, NewPerson, Roster, add_memberships, enrol
from tests.journeys.conftest import Play
from tests.journeys.dialogues_by_text import JOE, dialogue_18
from tests.kit.conversation import TUESDAY, Story
from tests.kit.on_phones import OnPhones
from tests.kit.on_telegram import OnTelegram
from tests.kit.on_text import OnText
from tests.kit.slips import hold_number, link, slip
from tests.kit.together import Together

HANNAH, LIZ, JO, DAWN = "+447700900214", "+447700900777", "+447700900333", "+447700900432"
STRANGER = (
    "This is a nursery communication book. If you have been given a slip, send me the code on it. "
    "Otherwise please speak to the setting."
)
LANGUAGES = ("English", "Polski", "Română", "Українська", "اردو", "more")
NUMBER = "To be sure it's you, tap to send me your number. Sunshine has it already; nobody else sees it."
WELCOME = (
    "Thank you, Hannah. Just write, any time, any spelling. Priya, Ella's key person, reads it, and you hear from her "
    "at 5.\n"
    "In an emergency ring 01632 960123 or 999: this is not watched every minute.\n"
    "If you are worried about a child's safety, ring Sam Okoro there, don't write it here."
)
WAITS = "Thank you. Maya will check and let you in, usually the same day."

Begin = Callable[..., Awaitable[Story]]


@pytest.fixture
async def begin(scenery: tuple[str, str], play: Play) -> AsyncIterator[Begin]:
    """Begin a story in which all but some have joined; ``texts`` are those who have plain texts."""
    telegram = OnTelegram() if scenery[0] == "telegram" else None

    async def starts(
        *without: str,
        texts: tuple[str, ...] = (),
        at: datetime = TUESDAY,
        more: Callable[[DemoRoster], Roster] | None = None,
    ) -> Story:
        names = (
            "hannah", "priya", "dawn", "tom", "joe", "fay", "marta", "amy", "tablet", "maya", "sam", "ruth", "carys",
        )  # fmt: skip
        joined = [each for each in names if each not in without]
        stage = Together(telegram or OnPhones(), OnText(), texts)
        return await play(
            stage,
            at=at,
            joined=joined,
            more=more,
        )

    try:
        yield starts
    finally:
        if telegram is not None:
            await telegram.__aexit__(None, None, None)


async def test_dialogue_17_a_parent_joins_from_a_slip_of_paper(begin: Begin) -> None:
    story = await begin("hannah")
    await hold_number(story, "hannah", HANNAH)
    payload = await slip(story, "hannah", "ELLA-7K2P", child="ella", role=Role.PARENT)
    await story.stage.give_fresh_phone(story, "hannah", HANNAH)
    hannah = story.person("hannah")

    await hannah.opens(payload)
    await hannah.hears("Hello. This is Bookbag, Sunshine Nursery's communication book.", buttons=LANGUAGES)
    await hannah.presses("English")
    await hannah.hears(NUMBER, buttons=("Send my number",))
    await hannah.presses("Send my number")
    await hannah.hears(WELCOME)
    # Scan, Start, language, number: the ceiling of a parent before her first useful act.
    assert story.acts["hannah"] == 4
    await hannah.hears("Two quick ones. May Ella be in group photos that other families get?", buttons=("Yes", "No"))
    await hannah.presses("No")
    await hannah.hears(
        "And when would you like Ella's day?",
        buttons=("5pm", "When she's collected", "As it happens", "Fridays"),
    )
    await hannah.presses("5pm")
    await hannah.hears("All set. Try it: how was last night?")
    await hannah.hears_nothing()

    await hannah.says("bad night, teething")
    await story.passes(15)
    assert "✓ Ella · sleep, health" in await hannah.hears_anything()


async def test_until_the_key_person_has_joined_her_colleague_is_told(begin: Begin) -> None:
    story = await begin("priya")
    hannah, amy = story.person("hannah"), story.person("amy")
    await story.until("8:10")
    await hannah.says("bad night, teething")
    await story.passes(30)
    await amy.hears('Ella, from Hannah 8:10: "bad night, teething"')
    await hannah.hears("✓ Ella · sleep, health → Amy ✓ Dawn ✓")


async def _joins(story: Story, who: str, child: str, number: str, byte: int = 7) -> None:
    """By a slip, from the number that is held, with every first question answered."""
    await hold_number(story, who, number)
    payload = await slip(story, who, child=child, role=Role.PARENT, byte=byte)
    await story.stage.give_fresh_phone(story, who, number)
    person = story.person(who)
    await person.opens(payload)
    for step in ("English", "Send my number", "No", "5pm"):
        await person.presses(step)


NOTES = (
    "You'll see everything Sunshine writes about Ella. What you write goes to Sunshine. Share what you write with "
    "Ella's other parent too?"
)


async def test_dialogue_21_both_parents_are_asked_once_the_second_has_joined(begin: Begin) -> None:
    story = await begin("hannah", "tom", at=TUESDAY.replace(hour=9))
    hannah, tom = story.person("hannah"), story.person("tom")
    await _joins(story, "hannah", "ella", HANNAH)
    await story.passes(2 * 3600)
    heard = await hannah.hears_anything()
    assert heard.endswith("All set. Try it: how was last night?")  # of another parent she is not asked alone

    await _joins(story, "tom", "ella", LIZ, byte=8)
    assert (await tom.hears_anything()).endswith("All set. Try it: how was last night?")
    await hannah.hears_nothing()
    await story.passes(3600)
    for parent in (hannah, tom):
        await parent.hears(NOTES, buttons=("Yes", "No"))
    await hannah.presses("Yes")
    await tom.presses("No")
    thanks = 'Thank you. What you each write is shared only if you both say yes. Say "sharing" to change it.'
    await hannah.hears(thanks)
    await tom.hears(thanks)
    await hannah.says("bad night, teething")
    await story.until("18:00")
    assert "bad night" not in await tom.hears_anything()


async def test_a_lone_parent_who_joins_is_asked_about_nobody(begin: Begin) -> None:
    story = await begin("fay", at=TUESDAY.replace(hour=9))
    fay = story.person("fay")
    await _joins(story, "fay", "leo", HANNAH)
    await fay.hears_anything()
    await story.until("12:00")
    await fay.hears_nothing()


async def test_a_parent_who_joins_is_shown_what_she_signed_before(begin: Begin) -> None:
    story = await begin("hannah", at=TUESDAY.replace(hour=9))
    maya, hannah = story.person("maya"), story.person("hannah")
    await maya.says("hannah signed paper today: everything with dawn")
    await maya.hears(
        "✓ Ella: choices from paper, signed by Hannah, 24 Nov, entered by Maya. Hannah sees them if they join."
    )
    await story.until("9:00", days=1)

    await _joins(story, "hannah", "ella", HANNAH)

    heard = await hannah.hears_anything()
    shown = 'Ella: what you signed on paper on 24 Nov was entered by Maya. Say "sharing" to see or change it.'
    assert heard.count(shown) == 1
    await hannah.says("sharing")
    assert "What they see of each other: everything" in await hannah.hears_anything()


async def test_a_parent_whom_maya_lets_in_is_shown_her_paper_and_by_text_it_names_no_child(begin: Begin) -> None:
    story = await begin("joe", texts=("joe",), at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    maya, joe = story.person("maya"), story.person("joe")
    await maya.says("joe signed paper today: own photos yes, group no")
    assert "choices from paper, signed by Joe, 23 Nov" in await maya.hears_anything()
    await slip(story, "joe", "NOAH-4TW9", child="noah", role=Role.PARENT)
    await story.stage.give_fresh_phone(story, "joe", JOE)
    await joe.says("NOAH-4TW9")
    await joe.hears(WAITS)
    await story.until("17:30")
    await maya.hears_anything()
    await maya.presses("Is her")

    heard = await joe.hears_anything()
    assert 'What you signed on paper on 23 Nov was entered by Maya. Say "sharing" to see or change it.' in heard
    assert "Noah" not in heard


async def test_whom_somebody_asked_for_before_she_joined_is_put_to_a_parent_who_joins(begin: Begin) -> None:
    story = await begin(at=TUESDAY.replace(hour=9))
    dawn, chloe = story.person("dawn"), story.person("chloe")
    await dawn.says("start a book")
    await dawn.says("Ben 3/5/23 Chloe 07700 900611")
    await dawn.presses("I'll print it")
    code = (await dawn.hears_anything()).partition("this code: ")[2].partition(".")[0]
    await dawn.says("invite Kate Moss from Acorns 07700 900321 for Ben")
    await dawn.presses("Yes")
    assert (await dawn.hears_anything()).endswith("Chloe will be asked on joining. It is theirs to say.")

    await story.stage.give_fresh_phone(story, "chloe", "+447700900611")
    await chloe.says(code)
    await chloe.presses("English")
    await chloe.presses("Send my number")

    heard = await chloe.hears_anything()
    assert heard.count("Dawn asks: may Kate Moss from Acorns be in Ben's book?") == 1


async def test_she_may_write_at_once_and_answer_the_rest_later(begin: Begin) -> None:
    story = await begin("hannah")
    await hold_number(story, "hannah", HANNAH)
    payload = await slip(story, "hannah", child="ella", role=Role.PARENT)
    await story.stage.give_fresh_phone(story, "hannah", HANNAH)
    hannah = story.person("hannah")
    for step in ("English", "Send my number"):
        if step == "English":
            await hannah.opens(payload)
        await hannah.presses(step)
    await hannah.hears_anything()

    await hannah.says("bad night, teething")
    await story.passes(15)
    assert "✓ Ella · sleep, health" in await hannah.hears_anything()
    await hannah.presses("No")
    await hannah.hears("And when would you like Ella's day?")


async def test_dialogue_19_she_is_greeted_in_polish_writes_it_and_is_told_what_is_english(begin: Begin) -> None:
    story = await begin("marta")
    await hold_number(story, "marta", HANNAH)
    payload = await slip(story, "marta", child="zofia", role=Role.PARENT)
    await story.stage.give_fresh_phone(story, "marta", HANNAH)
    marta = story.person("marta")

    await marta.opens(payload)
    await marta.hears("Hello. This is Bookbag, Sunshine Nursery's communication book.")
    await marta.presses("Polski")
    await marta.hears(
        "Dzień dobry. To książeczka kontaktowa przedszkola Sunshine. Proszę pisać po polsku lub po angielsku. "
        f"Na razie piszę tylko po angielsku. Zapamiętam ten wybór.\n{NUMBER}"
    )
    await marta.presses("Send my number")
    assert "Thank you, Marta." in await marta.hears_anything()
    await story.until("7:05", days=1)
    await marta.says("Zofia dziś zostaje w domu, gorączka 38,5")
    await story.passes(60)
    assert "→ Priya 7:30" in await marta.hears_anything()


async def test_dialogue_17_a_number_that_does_not_match_waits_and_maya_lets_her_in(begin: Begin) -> None:
    """The list of dialogue 36, on Monday at half past five."""
    monday = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    story = await begin(
        "hannah", "tom", "joe", "fay", "marta", at=monday,
        more=lambda people: Roster(
            people=[NewPerson(_person(people, "liz"), "Liz", full_name="Liz Fox")],
            memberships=[
                NewMembership(
                    people.people["hannah"] + 7_000_001, people.people["liz"], Role.PARENT,
                    people.children["leo"], people.settings["sunshine"],
                )
            ],
        ),
    )  # fmt: skip
    await hold_number(story, "hannah", HANNAH)
    await hold_number(story, "liz", HANNAH)
    for at, (who, child, number) in enumerate((("hannah", "ella", HANNAH), ("liz", "leo", LIZ)), 1):
        payload = await slip(story, who, child=child, role=Role.PARENT, byte=at)
        await story.stage.give_fresh_phone(story, who, number)
        person = story.person(who)
        await person.opens(payload)
        await person.presses("English")
        await person.presses("Send my number")
    liz, maya = story.person("liz"), story.person("maya")
    assert (await liz.hears_anything()).endswith(WAITS)
    await liz.says("leo slept well")
    await liz.hears(STRANGER)
    await maya.hears_nothing()

    await story.until("17:30")
    await maya.hears(
        "2 parents have joined. 1 from the number you hold: in. "
        "1 to check: Liz Fox, from 07700 900777 (you hold …214).",
        buttons=("Is her", "Isn't"),
    )
    await maya.presses("Is her")
    await maya.hears("Liz Fox can write now.")
    heard = await liz.hears_anything()
    assert heard.startswith("Thank you, Liz. Just write")
    await story.until("17:30", days=1)
    await maya.hears("2 parents have joined. 1 from the number you hold: in. Nobody to check.")
    await story.until("17:30", days=1)
    await maya.hears_nothing()


async def test_dialogue_36_the_list_on_monday_in_its_own_numbers(begin: Begin) -> None:
    """Thirty-one parents send the code on their slip; two of them from another telephone than the roll has."""
    names = [f"Mo{at:02d}" for at in range(29)]
    numbers = {name: f"+44770090{5000 + at}" for at, name in enumerate(names)}
    held = {**numbers, "Liz": HANNAH, "Pat": JOE}
    come_from = {**numbers, "Liz": LIZ, "Pat": DAWN}

    who = tuple(name.lower() for name in held)
    story = await begin("hannah", "tom", "joe", "fay", "marta", texts=who, at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    people, new = story.people, {name: PersonId(story.ids.new()) for name in held}
    people.people.update({name.lower(): person for name, person in new.items()})  # type: ignore[misc]
    lines = [
        NewMembership(story.ids.new(), each, Role.PARENT, people.children["leo"], people.settings["sunshine"])
        for each in new.values()
    ]
    named = [NewPerson(each, name, full_name="Liz Fox" if name == "Liz" else "") for name, each in new.items()]
    await enrol(story.store, Roster(people=named, memberships=lines), story.clock.now())
    for at, name in enumerate(sorted(held, key=lambda each: each != "Liz")):
        code = f"LEO-2Z{LETTERS[at // 10]}{LETTERS[at % 10]}"
        await hold_number(story, name.lower(), held[name])
        await slip(story, name.lower(), code, child="leo", role=Role.PARENT, byte=at + 1)
        await story.stage.give_fresh_phone(story, name.lower(), come_from[name])
        await story.stage.says(name.lower(), code, None)
    maya = story.person("maya")

    await story.until("17:30")

    await maya.hears(
        "31 parents have joined. 29 from the number you hold: they're in. "
        "2 to check: Liz Fox, from 07700 900777 (you hold …214).",
        buttons=("Is her", "Isn't"),
    )
    assert "Hello Mo00." in await story.person("mo00").hears_anything()


async def test_who_is_refused_stays_a_stranger_and_her_slip_works_no_more(begin: Begin) -> None:
    story = await begin("hannah", at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    await hold_number(story, "hannah", HANNAH)
    payload = await slip(story, "hannah", child="ella", role=Role.PARENT)
    await story.stage.give_fresh_phone(story, "thief", LIZ)
    thief, maya = story.person("thief"), story.person("maya")
    await thief.opens(payload)
    await thief.presses("English")
    await thief.presses("Send my number")
    assert "Ella" not in await thief.hears_anything()

    await story.until("17:30")
    await maya.presses("Isn't")
    assert "Nobody was let in, and that slip works no more. Hannah needs a new one." in await maya.hears_anything()
    await thief.hears_nothing()
    await thief.opens(payload)
    await thief.hears(STRANGER)


async def test_while_somebody_waits_the_one_whose_number_is_held_still_joins(begin: Begin) -> None:
    story = await begin("hannah")
    await hold_number(story, "hannah", HANNAH)
    payload = await slip(story, "hannah", child="ella", role=Role.PARENT)
    for who, number in (("finder", LIZ), ("other", JO), ("hannah", HANNAH)):
        await story.stage.give_fresh_phone(story, who, number)
        person = story.person(who)
        await person.opens(payload)
        await person.presses("English")
        await person.presses("Send my number")

    assert (await story.person("finder").hears_anything()).endswith(WAITS)
    assert (await story.person("other").hears_anything()).endswith(STRANGER)
    assert "Thank you, Hannah." in await story.person("hannah").hears_anything()


async def test_dialogue_18_a_parent_joins_by_text(begin: Begin) -> None:
    story = await begin("joe", texts=("joe",), at=TUESDAY.replace(hour=17, minute=30))
    await dialogue_18(story)
    # One text and two digits.
    assert story.acts["joe"] == 3

    joe = story.person("joe")
    # Dialogue 2 follows: one line back, in one part.
    await story.until("6:10", days=1)
    await joe.says("noah bad nite cough no temp")
    await story.passes(10)
    await joe.hears("Noah: sleep, health. To Priya 7:30. Wrong? Reply 0")
    await joe.says("0")
    await joe.hears("Taken back. Nobody was told.")


async def test_without_words_by_text_no_child_is_named(begin: Begin) -> None:
    story = await begin("joe", texts=("joe",))
    await hold_number(story, "joe", JOE)
    await slip(story, "joe", "NOAH-4TW9", child="noah", role=Role.PARENT)
    await story.stage.give_fresh_phone(story, "joe", JOE)
    joe = story.person("joe")

    await joe.says("noah 4tw9")
    await joe.says("2")
    await joe.says("no")
    await joe.says("noah bad nite, cough")
    await story.passes(20)
    assert "Noah" not in await joe.hears_anything()


async def test_a_parent_of_two_joins_the_second_by_its_own_slip(begin: Begin) -> None:
    story = await begin("joe", texts=("joe",))
    await hold_number(story, "joe", JOE)
    await slip(story, "joe", "NOAH-4TW9", child="noah", role=Role.PARENT)
    await slip(story, "joe", "POPPY-2K3M", child="poppy", role=Role.PARENT, byte=8)
    await story.stage.give_fresh_phone(story, "joe", JOE)
    joe = story.person("joe")
    for text in ("NOAH-4TW9", "2", "1"):
        await joe.says(text)
    assert "Poppy" not in await joe.hears_anything()

    await joe.says("poppy 2k3m")

    await joe.hears("You're in one more child's book now.")
    assert "1 yes, 2 just say there's news" in await joe.hears_anything()


async def test_dialogue_44_family_joins_by_text_and_writes(begin: Begin) -> None:
    thursday = datetime(2026, 11, 26, 14, 30, tzinfo=UTC)
    story = await begin(
        texts=("jean",), at=thursday,
        more=lambda people: Roster(
            people=[NewPerson(_person(people, "jean"), "Jean")],
            memberships=[
                NewMembership(
                    people.people["hannah"] + 7_000_001, people.people["jean"], Role.FAMILY,
                    people.children["leo"], people.settings["sunshine"], days=frozenset({3}),
                )
            ],
        ),
    )  # fmt: skip
    await hold_number(story, "jean", LIZ)
    await slip(story, "jean", "LEO-6PQ7", child="leo", role=Role.FAMILY, made_by="fay")
    await story.stage.give_fresh_phone(story, "jean", LIZ)
    jean = story.person("jean")

    await jean.says("LEO-6PQ7")
    await jean.hears("Sunshine Nursery's Bookbag. Hello Jean. Fay reads what you text. Emergency: 01632 960123 or 999.")
    await jean.says("yes")
    assert (await jean.hears_anything()).endswith(
        "All set. Just text how he is, any spelling. ? for what else you can say."
    )


async def test_dialogue_44_from_the_parents_sentence_to_nans_first_note(begin: Begin) -> None:
    """Nan sends one text to join, and answers one question by a digit."""
    thursday = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
    story = await begin(texts=("jean", "finder"), at=thursday)
    fay, jean, maya = (story.person(who) for who in ("fay", "jean", "maya"))
    await fay.says("add my mum Jean thursdays 07700 900777")
    await fay.presses("Yes")
    said = await fay.hears_anything()
    code = re.findall(r"LEO-\w{4}", said)[0]
    assert said.endswith(f"Jean comes in by sending {code} to Bookbag on 07700 900900, once, until 17 December.")
    assert story.acts["fay"] == 2
    await story.until("9:00", days=20)  # 21 days of paper

    await story.stage.give_fresh_phone(story, "jean", LIZ)
    await jean.says(code)
    await jean.hears("Sunshine Nursery's Bookbag. Hello Jean. Fay reads what you text. Emergency: 01632 960123 or 999.")
    await jean.says("1")
    await jean.hears_anything()
    assert story.acts["jean"] == 2
    await fay.hears_anything()
    await jean.says("leo had sausage n mash slept 1-2")
    await story.passes(30)
    assert "sausage n mash" in await fay.hears_anything()
    # It was for one use, and nobody had to look at it.
    await story.stage.give_fresh_phone(story, "finder", JO)
    await story.person("finder").says(code)
    await story.person("finder").hears(STRANGER)
    await story.until("17:31")
    assert "Jean" not in await maya.hears_anything()


async def test_from_a_number_that_nobody_gave_nan_waits_until_the_setting_has_looked(begin: Begin) -> None:
    story = await begin(texts=("jean",), at=datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    fay, jean, maya = (story.person(who) for who in ("fay", "jean", "maya"))
    await fay.says("add my mum Jean")
    await fay.presses("Yes")
    code = re.findall(r"LEO-\w{4}", await fay.hears_anything())[0]
    await story.stage.give_fresh_phone(story, "jean", LIZ)
    await jean.says(code)
    await jean.hears(WAITS)
    await story.until("17:30")
    assert "Jean, from 07700 900777 (you hold no number)." in await maya.hears_anything()
    await maya.presses("Is her")
    assert "Hello Jean." in await jean.hears_anything()


async def test_dialogue_39_from_the_parents_sentence_to_the_professionals_one_text(begin: Begin) -> None:
    story = await begin(texts=("jo",), at=TUESDAY.replace(hour=9))
    hannah, jo = story.person("hannah"), story.person("jo")
    await hannah.says("can the health visitor Jo Marsh be in it for the 2 yr check 07700 900333")
    await hannah.presses("The two-year check")
    code = re.findall(r"ELLA-\w{4}", await hannah.hears_anything())[0]
    await story.stage.give_fresh_phone(story, "jo", JO)

    await jo.says(code)

    assert (await jo.hears_anything()).startswith("Bookbag, Sunshine Nursery. You're in one child's book until 18 Dec.")
    assert story.acts["jo"] == 1


async def test_a_key_person_whom_maya_invites_in_chat_shows_her_number_beside_the_link(begin: Begin) -> None:
    story = await begin("priya", at=TUESDAY.replace(hour=9))
    maya, priya = story.person("maya"), story.person("priya")
    await hold_number(story, "priya", HANNAH)
    await maya.says("invite Priya")
    payload = (await maya.hears_anything())[-22:]
    await story.stage.give_fresh_phone(story, "priya", HANNAH)

    await story.stage.opens("priya", payload)
    await story.settles()
    await priya.hears_anything()
    await priya.presses("Send my number")
    # The link and her number: two; the days she works are on the roll.
    assert 1 + story.acts["priya"] == 2
    assert "Hello Priya." in await priya.hears_anything()


async def test_a_parent_whom_maya_adds_in_chat_joins_by_text_with_the_code_beside_the_link(begin: Begin) -> None:
    story = await begin(texts=("kate",), at=TUESDAY.replace(hour=9))
    maya, kate = story.person("maya"), story.person("kate")
    await maya.says("add a child: Mia Brown 3/4/23, mum Kate 07700 900777, key person Priya")
    await maya.presses("Yes")
    code = re.findall(r"MIA-\w{4}", await maya.hears_anything())[0]
    await story.stage.give_fresh_phone(story, "kate", LIZ)

    for text in (code, "1", "1"):
        await kate.says(text)

    assert "Hello Kate." in await kate.hears_anything()
    assert story.acts["kate"] == 3


def _person(people: DemoRoster, name: str, number: int = 900_001) -> PersonId:
    """Somebody more, who gets a name of her own in the story."""
    new = PersonId(people.people["hannah"] + number)
    people.people[name] = new
    return new


def _four_more(people: DemoRoster) -> Roster:
    """Mo, Bea, Kit and Ava, of whom Priya is key person too; and nobody has written down when she works."""
    ids = [ChildId(people.children["ella"] + 900_000 + at) for at in range(4)]
    sunshine, priya = people.settings["sunshine"], people.people["priya"]
    return Roster(
        children=[NewChild(child, (name,)) for child, name in zip(ids, ("Mo", "Bea", "Kit", "Ava"), strict=True)],
        memberships=[
            NewMembership(people.people["hannah"] + 8_000_000 + at, priya, Role.KEY_PERSON, child, sunshine)
            for at, child in enumerate(ids)
        ],
    )


async def test_dialogue_20_a_key_person_joins_from_her_managers_invitation(begin: Begin) -> None:
    story = await begin("priya", more=_four_more)
    payload = await link(story, "priya", role=Role.KEY_PERSON)
    await story.stage.give_fresh_phone(story, "priya", HANNAH)
    priya = story.person("priya")

    await story.stage.opens("priya", payload)
    await story.settles()
    await priya.hears(
        'Hello Priya. You have 8 key children. Write as you\'d speak: "Ella and Noah ate lunch, Leo slept 12-1". '
        "I sort it out and show you what each family will read.\n"
        "Worried about a child's safety? Tell Sam in person. If you write it here I'll keep it for Sam only.\n"
        "Your list comes at 7:30 on the days you work. Which are they?",
        buttons=("Mon–Fri", "Choose"),
    )
    await priya.presses("Mon–Fri")
    # The link and one tap: two.
    assert 1 + story.acts["priya"] == 2
    await priya.hears("Thank you. Try it: write about one child.")


async def test_she_may_choose_the_days_she_works_and_write_a_note_meanwhile(begin: Begin) -> None:
    story = await begin("priya")
    payload = await link(story, "priya", role=Role.KEY_PERSON)
    await story.stage.give_fresh_phone(story, "priya", HANNAH)
    priya = story.person("priya")
    await priya.opens(payload)
    await priya.presses("Choose")
    assert (await priya.hears_anything()).endswith("Which days do you work? Like this: mon wed fri")

    await priya.says("Leo slept 12-1")
    await story.passes(15)
    assert "✓ Leo" in await priya.hears_anything()
    await priya.says("mon, wed and fri")
    await priya.hears("Thank you. Try it: write about one child.")


async def test_a_link_that_does_not_prove_asks_staff_for_the_number_as_well(begin: Begin) -> None:
    story = await begin("priya")
    payload = await link(story, "priya", role=Role.KEY_PERSON, proves=False)
    await story.stage.give_fresh_phone(story, "priya", HANNAH)
    priya = story.person("priya")

    await priya.opens(payload)
    await priya.hears("To be sure it's you, tap to send me your number. Only Sunshine sees it.")
    await priya.presses("Send my number")
    await priya.hears(WAITS)


async def test_dialogue_20_a_childminder_starts_a_book_by_herself(begin: Begin) -> None:
    story = await begin()
    dawn = story.person("dawn")

    await dawn.says("start a book")
    await dawn.hears("Whose? First name, birthday, and a parent's mobile, in one line.")
    await dawn.says("Ben 3/5/23 Chloe 07700 900611")
    # Two messages.
    assert story.acts["dawn"] == 2
    await dawn.hears(
        "Ben's book is open for you. I've a text ready for Chloe to join: send it?", buttons=("Yes", "I'll print it")
    )
    await story.passes(timedelta(days=3).total_seconds())
    await dawn.says("ben mon wed fri til 5.30, acorns mornings")
    await dawn.hears(
        "✓ Ben: with you Mon, Wed, Fri to 5:30; Acorns in the mornings. You can write now; "
        "Chloe sees it when she joins."
    )


async def test_the_parent_of_a_book_that_was_started_joins_by_its_code(begin: Begin) -> None:
    story = await begin(texts=("chloe",))
    dawn, chloe = story.person("dawn"), story.person("chloe")
    await dawn.says("start a book")
    await dawn.says("Ben 3/5/23 Chloe 07700 900611")
    await dawn.hears_anything()
    await dawn.presses("I'll print it")
    heard = await dawn.hears_anything()
    code = heard.partition("this code: ")[2].partition(".")[0]
    assert code.startswith("BEN-")

    await story.stage.give_fresh_phone(story, "chloe", "+447700900611")
    await chloe.says(code)
    assert "Hello Chloe. Dawn reads what you text" in await chloe.hears_anything()


async def test_dialogue_39_a_professional_joins_by_one_text_and_is_shown_her_end(begin: Begin) -> None:
    story = await begin(texts=("jo",))
    jo = PersonId(story.ids.new())
    story.people.people["jo"] = jo
    await enrol(
        story.store,
        Roster(
            people=[NewPerson(jo, "Jo", full_name="Jo Marsh")],
            memberships=[
                NewMembership(
                    story.ids.new(), jo, Role.PROFESSIONAL, story.people.children["ella"],
                    story.people.settings["sunshine"], until=datetime(2026, 12, 19, 0, 0, tzinfo=UTC),
                    sees=frozenset({Group.LEARNING}),
                )
            ],
        ),
        story.clock.now(),
    )  # fmt: skip
    await hold_number(story, "jo", JO)
    await slip(story, "jo", "ELLA-3M8D", child="ella", role=Role.PROFESSIONAL)
    await story.stage.give_fresh_phone(story, "jo", JO)
    person = story.person("jo")

    await person.says("ELLA-3M8D")
    await person.hears(
        "Bookbag, Sunshine Nursery. You're in one child's book until 18 Dec. You'll hear only when asked or when the "
        "check is ready. What you write, parents see."
    )
    assert story.acts["jo"] == 1


async def test_dialogue_40_a_stranger_a_wrong_code_a_used_slip(begin: Begin) -> None:
    story = await begin("joe", texts=("joe", "unknown", "other"))
    await hold_number(story, "joe", JOE)
    await slip(story, "joe", "NOAH-4TW9", child="noah", role=Role.PARENT)
    await slip(story, "joe", "POPPY-2K3M", child="poppy", role=Role.PARENT, byte=8)
    await story.stage.give_fresh_phone(story, "joe", JOE)
    unknown, other = story.person("unknown"), story.person("other")
    for who in ("unknown", "other"):
        await story.stage.give_stranger(who)
    await story.person("joe").says("NOAH-4TW9")

    await unknown.says("hello who is this")
    await unknown.hears(STRANGER)
    await unknown.says("NOAH-9ZZZ")
    await unknown.hears(STRANGER)
    await unknown.says("NOAH-4TW9")
    await unknown.hears(STRANGER)
    await story.passes(timedelta(days=21).total_seconds())
    await other.says("POPPY-2K3M")
    await other.hears(STRANGER)


async def test_a_person_whose_access_has_ended_hears_what_a_stranger_hears(begin: Begin) -> None:
    story = await begin()
    lines = [
        NewMembership(
            story.ids.new(), story.people.people["fay"], Role.PARENT, story.people.children["leo"],
            story.people.settings["sunshine"],
        )
    ]  # fmt: skip
    ended = [replace(each, standing=Standing.ENDED) for each in lines]
    await story.store.write(add_memberships, ended, story.clock.now())
    fay = story.person("fay")

    await fay.says("leo slept thru")
    await fay.hears(STRANGER)
    await fay.says("LEO-4TW9")
    await fay.hears(STRANGER)
