"""Nobody is let in who has not proved who she is, and nothing of a child is said to an address that has not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import Connection, func, select

from book.ids import PersonId
from book.people import Role, SettingKind, Standing
from storage import invitations, schema
from storage.roster import NewMembership, NewPerson, NewSetting, Roster, enrol
from tests.databases import DIALECTS
from tests.journeys.conftest import Play
from tests.journeys.test_dialogues_of_joining import DAWN, HANNAH, JOE, LIZ, STRANGER, WAITS
from tests.kit.conversation import Story
from tests.kit.on_phones import OnPhones
from tests.kit.on_telegram import OnTelegram
from tests.kit.on_text import OnText
from tests.kit.slips import hold_number, link, slip
from tests.kit.together import Together

_NAMES = ("hannah", "priya", "dawn", "tom", "joe", "fay", "marta", "amy", "tablet", "maya", "sam", "ruth", "carys")
Begin = Callable[..., Awaitable[Story]]


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def begin(play: Play) -> AsyncIterator[Begin]:
    """A story in which all but some have joined, on Telegram where it is asked for; ``texts`` have plain texts."""
    opened: list[OnTelegram] = []

    async def starts(*without: str, texts: tuple[str, ...] = (), telegram: bool = False) -> Story:
        first = OnTelegram() if telegram else OnPhones()
        if isinstance(first, OnTelegram):
            opened.append(first)
        return await play(
            Together(first, OnText(), texts),
            joined=[each for each in _NAMES if each not in without],
        )

    yield starts
    for stage in opened:
        await stage.__aexit__(None, None, None)


def owners(connection: Connection, person: PersonId) -> int:
    found: int = connection.execute(
        select(func.count()).select_from(schema.addresses).where(schema.addresses.c.person_id == person)
    ).scalar_one()
    return found


@pytest.mark.parametrize("of", ["somebody else", "nobody", "passed on"])
async def test_a_contact_that_is_not_the_senders_own_proves_nothing(begin: Begin, of: str) -> None:
    story = await begin("hannah", telegram=True)
    await hold_number(story, "hannah", HANNAH)
    payload = await slip(story, "hannah", child="ella", role=Role.PARENT)
    await story.stage.give_fresh_phone(story, "thief", LIZ)
    thief = story.person("thief")
    await thief.opens(payload)
    await thief.presses("English")
    await thief.hears_anything()

    assert isinstance(story.stage, Together)
    stage = story.stage.of("thief")
    assert isinstance(stage, OnTelegram)
    chat = stage.chat("thief")
    owner = {"somebody else": 4711, "nobody": 0}.get(of)
    await chat.sends_contact(HANNAH.lstrip("+"), of=owner, passed_on=of == "passed on")
    await story.settles()

    await thief.hears(WAITS)
    assert chat.keyboard == ()
    assert await story.store.read(owners, story.people.people["hannah"]) == 0


async def test_the_button_for_the_number_is_taken_away_when_it_is_not_needed_any_more(begin: Begin) -> None:
    story = await begin("hannah", telegram=True)
    await hold_number(story, "hannah", HANNAH)
    payload = await slip(story, "hannah", child="ella", role=Role.PARENT)
    await story.stage.give_fresh_phone(story, "hannah", HANNAH)
    hannah = story.person("hannah")
    await hannah.opens(payload)
    await hannah.presses("English")
    assert isinstance(story.stage, Together)
    stage = story.stage.of("hannah")
    assert isinstance(stage, OnTelegram)
    assert stage.chat("hannah").keyboard == ("Send my number",)

    await hannah.presses("Send my number")

    assert stage.chat("hannah").keyboard == ()


async def test_no_word_of_a_child_reaches_an_address_before_it_is_proved(begin: Begin) -> None:
    story = await begin("hannah", texts=("finder",))
    await hold_number(story, "hannah", HANNAH)
    payload = await slip(story, "hannah", "ELLA-7K2P", child="ella", role=Role.PARENT)
    await story.stage.give_fresh_phone(story, "thief", LIZ)
    await story.stage.give_fresh_phone(story, "finder", JOE)
    thief, finder = story.person("thief"), story.person("finder")

    await thief.opens(payload)
    for did in ("Polski", "Send my number"):
        await thief.says("who is this about? how is she?")
        await thief.presses(did)
    for text in ("ELLA-7K2P", "how is ella", "1", "today", "who", "sharing", "bad night"):
        await finder.says(text)
        await thief.says(text)
    await story.until("19:00")

    for heard in (await thief.hears_anything(), await finder.hears_anything()):
        for word in ("Ella", "Hannah", "Priya", "Sam", "Dawn", "Tom"):
            assert word not in heard
    # What Maya is shown is where it came from, and nobody else is shown anything.
    assert "07700 900777" in await story.person("maya").hears_anything()
    assert "0770" not in await story.person("tom").hears_anything()


@pytest.mark.parametrize("why", ["wrong", "used", "expired", "shut out"])
async def test_whatever_is_wrong_with_a_code_the_answer_is_the_same(begin: Begin, why: str) -> None:
    story = await begin("joe", texts=("joe", "other"))
    await hold_number(story, "joe", JOE)
    await slip(story, "joe", "NOAH-4TW9", child="noah", role=Role.PARENT)
    await story.stage.give_fresh_phone(story, "joe", JOE)
    await story.stage.give_stranger("other")
    other = story.person("other")
    match why:
        case "used":
            await story.person("joe").says("NOAH-4TW9")
        case "expired":
            await story.passes(timedelta(days=21).total_seconds())
        case "shut out":
            await story.store.write(invitations.expire_for, [story.people.people["joe"]], story.clock.now())

    await other.says("NOAH-4TW8" if why == "wrong" else "NOAH-4TW9")

    await other.hears(STRANGER)
    await other.hears_nothing()


async def test_whoever_is_shut_out_while_she_waits_is_refused(begin: Begin) -> None:
    story = await begin("joe", texts=("joe",))
    await slip(story, "joe", "NOAH-4TW9", child="noah", role=Role.PARENT)
    await story.stage.give_fresh_phone(story, "joe", JOE)
    joe, maya = story.person("joe"), story.person("maya")
    await joe.says("NOAH-4TW9")
    await joe.hears(WAITS)

    await story.store.write(invitations.expire_for, [story.people.people["joe"]], story.clock.now())

    await story.until("17:30")
    await maya.hears_nothing()
    await joe.says("NOAH-4TW9")
    await joe.hears(STRANGER)


async def test_after_five_wrong_codes_in_an_hour_right_ones_from_there_wait_for_a_yes(begin: Begin) -> None:
    story = await begin("joe", texts=("joe",))
    await hold_number(story, "joe", JOE)
    await slip(story, "joe", "NOAH-4TW9", child="noah", role=Role.PARENT)
    await story.stage.give_fresh_phone(story, "joe", JOE)
    joe, maya = story.person("joe"), story.person("maya")
    for letter in "ABCDE":
        await joe.says(f"NOAH-4TW{letter}")
        await joe.hears(STRANGER)
    await maya.hears(
        "Too many wrong codes came within an hour, so for now codes wait for your yes. "
        "I'll ask you about each; links and QR codes still work."
    )

    await joe.says("NOAH-4TWF")
    await joe.hears(STRANGER)
    await maya.hears_nothing()
    await joe.says("NOAH-4TW9")
    await joe.hears(STRANGER)
    await maya.hears(
        "Joe sent a right code from 07700 900219 (you hold …219), after too many wrong ones.",
        buttons=("Let them in", "Isn't"),
    )
    await maya.says("let them in")
    await maya.hears("Joe can write now.")
    assert "Hello Joe." in await joe.hears_anything()


async def test_four_wrong_codes_do_not_count_against_a_right_one_nor_do_right_ones_and_links(begin: Begin) -> None:
    story = await begin("joe", texts=("joe",))
    await hold_number(story, "joe", JOE)
    await slip(story, "joe", "NOAH-4TW9", child="noah", role=Role.PARENT)
    await story.stage.give_fresh_phone(story, "joe", JOE)
    joe = story.person("joe")
    for letter in "ABCD":
        await joe.says(f"NOAH-4TW{letter}")
    for _ in range(3):
        await joe.says("hello then")  # has the form of a code, and is none
    await joe.hears_anything()

    await joe.says("noah-4tw9")

    assert "Hello Joe." in await joe.hears_anything()


async def test_an_hour_later_codes_are_taken_again(begin: Begin) -> None:
    story = await begin("joe", texts=("joe",))
    await hold_number(story, "joe", JOE)
    await slip(story, "joe", "NOAH-4TW9", child="noah", role=Role.PARENT)
    await story.stage.give_fresh_phone(story, "joe", JOE)
    joe = story.person("joe")
    for letter in "ABCDE":
        await joe.says(f"NOAH-4TW{letter}")
    await story.passes(3600)
    await joe.hears_anything()

    await joe.says("NOAH-4TW9")

    assert "Hello Joe." in await joe.hears_anything()


async def test_after_a_hundred_wrong_codes_in_all_links_still_work(begin: Begin) -> None:
    guessers = tuple(f"guesser{at}" for at in range(25))
    story = await begin("joe", "hannah", texts=("joe", *guessers))
    await hold_number(story, "joe", JOE)
    await hold_number(story, "hannah", HANNAH)
    await slip(story, "joe", "NOAH-4TW9", child="noah", role=Role.PARENT)
    payload = await slip(story, "hannah", child="ella", role=Role.PARENT, byte=8)
    for letter in "ABCD":
        for who in guessers:
            if letter == "A":
                await story.stage.give_stranger(who)
            await story.stage.says(who, f"ELLA-2ZZ{letter}", None)
        await story.settles()
    maya, joe, hannah = (story.person(who) for who in ("maya", "joe", "hannah"))
    assert (await maya.hears_anything()).count("Too many wrong codes") == 1

    await story.stage.give_fresh_phone(story, "joe", JOE)
    await joe.says("NOAH-4TW9")
    await joe.hears(STRANGER)
    assert "Joe sent a right code" in await maya.hears_anything()
    await maya.presses("Let them in")
    assert "Hello Joe." in await joe.hears_anything()
    await story.stage.give_fresh_phone(story, "hannah", HANNAH)
    await hannah.opens(payload)
    await hannah.presses("English")
    await hannah.presses("Send my number")
    assert "Thank you, Hannah." in await hannah.hears_anything()


async def _pip(story: Story, *, number: str) -> None:
    """Pip, a childminder whom Hannah asked in for Ella, and who waits."""
    pip, setting = PersonId(story.ids.new()), story.ids.new()
    story.people.people["pip"] = pip
    story.people.settings["pips"] = setting
    await enrol(
        story.store,
        Roster(
            settings=[NewSetting(setting, SettingKind.CHILDMINDER, "Pip")],  # type: ignore[arg-type]
            people=[NewPerson(pip, "Pip", full_name="Pip Rowe")],
            memberships=[
                NewMembership(
                    story.ids.new(), pip, Role.CHILDMINDER, story.people.children["ella"],
                    setting, standing=Standing.PENDING, made_by=story.people.people["hannah"],  # type: ignore[arg-type]
                )
            ],
        ),
        story.clock.now(),
    )  # fmt: skip
    await hold_number(story, "pip", number)
    await slip(story, "pip", "ELLA-5XY6", child="ella", role=Role.CHILDMINDER, made_by="hannah", setting="pips")


async def test_dialogue_14_a_parent_is_asked_at_once_about_whom_she_invited(begin: Begin) -> None:
    story = await begin(texts=("pip",))
    await _pip(story, number=DAWN)
    await story.stage.give_fresh_phone(story, "pip", DAWN)
    pip, hannah, priya, maya = (story.person(who) for who in ("pip", "hannah", "priya", "maya"))

    await pip.says("ELLA-5XY6")
    await pip.hears("Thank you. Hannah will check and let you in, usually the same day.")
    await hannah.hears("Pip has joined from 07700 900432. Is that her?", buttons=("Yes", "No"))
    await priya.hears_nothing()
    await hannah.presses("Yes")

    await hannah.hears("Thank you. Pip is in Ella's book.")
    assert "Thank you, Pip. You're in Ella's book." in await pip.hears_anything()
    await story.until("7:30")
    await priya.hears("Pip Rowe (Ella's childminder) is in Ella's book. Hannah shares: nothing yet.")
    await story.until("17:30")
    await maya.hears_nothing()


async def test_nobody_but_the_parent_who_invited_her_lets_a_partner_in(begin: Begin) -> None:
    story = await begin(texts=("pip",))
    await _pip(story, number=DAWN)
    await story.stage.give_fresh_phone(story, "pip", DAWN)
    pip, hannah, maya = (story.person(who) for who in ("pip", "hannah", "maya"))
    await pip.says("ELLA-5XY6")
    await maya.says("let them in")
    await story.until("17:30")
    await hannah.hears_anything()
    await hannah.presses("No")

    await hannah.hears("Then nobody has been let in, and nothing of Ella was shown.")
    assert await story.store.read(owners, story.people.people["pip"]) == 0
    await pip.hears_anything()
    await pip.says("ella slept 12-1")
    await pip.hears(STRANGER)


async def test_no_other_invitation_opens_a_circle_that_waits_for_a_parents_yes(begin: Begin) -> None:
    story = await begin()
    await _pip(story, number=DAWN)
    await story.stage.give_fresh_phone(story, "pip", DAWN)
    payload = await link(story, "pip", role=Role.CHILDMINDER, setting="pips")
    pip, priya = story.person("pip"), story.person("priya")

    await pip.opens(payload)
    await pip.hears_anything()
    await pip.says("ella slept 12-1")

    await pip.hears(STRANGER)
    await priya.says("Ella had 2 wet nappies")
    await story.until("13:00")
    await pip.hears_nothing()


async def test_a_childminder_who_is_here_already_comes_to_another_child_by_its_parents_yes(begin: Begin) -> None:
    story = await begin()
    await enrol(
        story.store,
        Roster(
            memberships=[
                NewMembership(
                    story.ids.new(), story.people.people["dawn"], Role.CHILDMINDER, story.people.children["leo"],
                    story.people.settings["dawns"], standing=Standing.PENDING,
                )
            ]
        ),
        story.clock.now(),
    )  # fmt: skip
    await slip(story, "dawn", "LEO-6PQ7", child="leo", role=Role.CHILDMINDER, made_by="fay", setting="dawns")
    dawn, fay, hannah = (story.person(who) for who in ("dawn", "fay", "hannah"))

    await dawn.says("LEO-6PQ7")
    await dawn.hears("Thank you. Fay will check and let you in, usually the same day.")
    await dawn.says("leo slept 12-1")
    await story.passes(60)
    await fay.hears("Dawn has joined, and I can't see the number. Is that her?")
    await fay.presses("Yes")
    await hannah.hears_nothing()

    await dawn.hears_anything()
    await dawn.says("Leo slept 1-2")
    await story.passes(15)
    assert "✓ Leo" in await dawn.hears_anything()


async def test_whoever_has_joined_as_herself_meanwhile_is_never_made_somebody_else(begin: Begin) -> None:
    story = await begin("joe", "tom", texts=("joe",))
    await hold_number(story, "joe", JOE)
    await slip(story, "tom", "ELLA-7K2P", child="ella", role=Role.PARENT)
    await slip(story, "joe", "NOAH-4TW9", child="noah", role=Role.PARENT, byte=8)
    await story.stage.give_fresh_phone(story, "joe", JOE)
    joe, maya = story.person("joe"), story.person("maya")
    await joe.says("ELLA-7K2P")  # picked up at the door
    await joe.hears(WAITS)
    await joe.says("NOAH-4TW9")
    assert "Hello Joe." in await joe.hears_anything()

    await story.until("17:30")

    assert "Tom" not in await maya.hears_anything()
    assert await story.store.read(owners, story.people.people["tom"]) == 0
