"""From an address of weak proof nothing widens before its code came back; narrowing is immediate everywhere."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Connection, func, select, update

from book.disclosure import Assurance
from book.messages import Did, Incoming, message_key
from storage import schema
from tests.kit.beyond import ben_and_acorns
from tests.kit.conversation import Person, Story
from tests.kit.on_script import OnScript


async def codes_kept(story: Story) -> list[bytes]:
    def look(connection: Connection) -> list[bytes]:
        return [each for each in connection.execute(select(schema.echoes.c.code_mac)).scalars() if each is not None]

    return await story.store.read(look)


async def weak(story: Story, who: str) -> Person:
    """Somebody whose texts could be anybody's."""

    def weaken(connection: Connection) -> None:
        connection.execute(
            update(schema.addresses)
            .where(schema.addresses.c.person_id == story.people.people[who])
            .values(assurance=Assurance.WEAK)
        )

    await story.store.write(weaken)
    return story.person(who)


@pytest.fixture
async def hannah(story: Story) -> Person:
    return await weak(story, "hannah")


async def code_for(person: Person, sentence: str) -> str:
    heard = await person.hears_anything()
    found = re.fullmatch(re.escape(sentence).replace("4821", r"(\d{4})"), heard)
    assert found, heard
    return found[1]


ECHO = "To let Dawn see photos, reply 4821. To leave it as it is, do nothing."


async def shown(person: Person) -> str:
    await person.says("sharing")
    return await person.hears_anything()


async def test_widening_is_echoed_by_a_code_and_done_when_it_comes_back(story: Story, hannah: Person) -> None:
    before = await shown(hannah)
    await hannah.says("let Dawn see photos")
    code = await code_for(hannah, ECHO)
    assert await shown(hannah) == before
    (kept,) = await codes_kept(story)
    assert len(kept) == 32

    await hannah.says(code)
    await hannah.hears("From now on Dawn may see photos.")
    await hannah.says(code)
    await hannah.hears("That number counts no more, so nothing has changed. If you still want it, please ask again.")
    assert "her day and photos" in await shown(hannah)
    # The code was for once.
    after = await shown(hannah)
    await hannah.says("stop sharing photos with Dawn")
    await hannah.says(code)
    assert await shown(hannah) != after


async def tries_wrongly(person: Person, code: str, times: int) -> None:
    for number in range(times):
        await person.says(str(1000 + (int(code) + number) % 9000))


async def test_a_wrong_code_changes_nothing_and_five_end_it_and_every_other_for_a_while(
    story: Story, hannah: Person
) -> None:
    before = await shown(hannah)
    await hannah.says("let Dawn see photos")
    code = await code_for(hannah, ECHO)
    await tries_wrongly(hannah, code, 4)
    for left in (4, 3, 2, 1):
        await hannah.hears(f"That wasn't the number, so nothing has changed. Tries left: {left}.")
    # To ask again is no way to begin counting again.
    await hannah.says("let Dawn see photos")
    code = await code_for(hannah, ECHO)
    await tries_wrongly(hannah, code, 1)
    await hannah.hears(
        "That wasn't the number either, so nothing has changed, and no other is sent before 8:25. "
        "Your setting can do it for you."
    )
    await hannah.says(code)
    await hannah.hears("That number counts no more, so nothing has changed. If you still want it, please ask again.")
    await hannah.says("let Dawn see photos")
    await hannah.hears(
        "Too many wrong numbers came from this phone, so nothing is changed by text before 8:25. "
        "Your setting can do it for you."
    )
    assert await shown(hannah) == before

    await story.passes(15 * 60 + 1)
    await hannah.says("let Dawn see photos")
    code = await code_for(hannah, ECHO)
    await tries_wrongly(hannah, code, 5)
    assert "no other is sent before 8:5" in await hannah.hears_anything()  # twice as long
    await story.passes(31 * 60)
    await hannah.says("let Dawn see photos")
    await hannah.says(await code_for(hannah, ECHO))
    await hannah.hears("From now on Dawn may see photos.")


async def test_a_code_counts_ten_minutes(story: Story, hannah: Person) -> None:
    before = await shown(hannah)
    await hannah.says("let Dawn see photos")
    code = await code_for(hannah, ECHO)
    await story.passes(10 * 60 + 1)
    await hannah.says(code)
    await hannah.hears("That number counts no more, so nothing has changed. If you still want it, please ask again.")
    await story.passes(60)
    assert code not in await story.person("priya").hears_anything()
    assert await shown(hannah) == before


async def test_a_note_in_between_is_a_note_and_the_code_still_counts(story: Story, hannah: Person) -> None:
    await hannah.says("let Dawn see photos")
    code = await code_for(hannah, ECHO)
    await hannah.says("bad night, teething")
    await story.passes(30)
    assert 'bad night, teething"' in await story.person("priya").hears_anything()
    await hannah.hears_anything()
    await hannah.says(code)
    await hannah.hears("From now on Dawn may see photos.")


async def test_narrowing_needs_no_code(story: Story, hannah: Person) -> None:
    await hannah.says("stop sharing with Dawn")
    await hannah.hears("From now on nothing about Ella goes to Dawn.")
    await hannah.says("bad night, teething")
    await story.passes(60)
    assert "bad night" not in await story.person("dawn").hears_anything()


async def test_to_bring_somebody_in_needs_the_code(story: Story, hannah: Person) -> None:
    await hannah.says("my childminder is Kate Marsh 07700 900555")
    code = await code_for(hannah, "To let Kate into Ella's book, reply 4821. To leave it as it is, do nothing.")
    await hannah.says(code)
    assert "tell each other about Ella?" in await hannah.hears_anything()


LET_IN = "To let Jean into Ella's book, reply 4821. To leave it as it is, do nothing."


def lines(connection: Connection) -> int:
    found: int = connection.execute(select(func.count()).select_from(schema.memberships)).scalar_one()
    return found


async def test_family_comes_in_by_the_code_and_not_before(story: Story, hannah: Person) -> None:
    before = await story.store.read(lines)
    await hannah.says("add my mum Jean thursdays 07700 900777")
    code = await code_for(hannah, LET_IN)
    assert await story.store.read(lines) == before

    await hannah.says(code)
    assert "sees Ella's day on Thursdays only" in await hannah.hears_anything()
    assert await story.store.read(lines) == before + 1
    await hannah.presses("Yes")
    assert "Jean comes in by sending ELLA-" in await hannah.hears_anything()
    # Less needs none.
    await hannah.says("Jean no more")
    assert "no longer sees or writes anything" in await hannah.hears_anything()


async def test_a_wrong_code_lets_nobody_of_the_family_in(story: Story, hannah: Person) -> None:
    before = await story.store.read(lines)
    await hannah.says("add my mum Jean thursdays")
    code = await code_for(hannah, LET_IN)
    await tries_wrongly(hannah, code, 5)
    await hannah.says(code)
    assert await story.store.read(lines) == before


async def test_each_thing_a_professional_is_to_see_needs_its_code(story: Story, hannah: Person) -> None:
    await hannah.says("can the health visitor Jo Marsh be in it for the 2 yr check")
    await hannah.hears_anything()
    before = await story.store.read(lines)
    for label, done in (
        ("The two-year check", "hears of the two-year check"),
        ("Her learning", "may read about Ella's learning"),
    ):
        await hannah.presses(label)
        code = await code_for(hannah, "To let Jo Marsh into Ella's book, reply 4821. To leave it as it is, do nothing.")
        await hannah.says(code)
        assert done in await hannah.hears_anything()
    assert await story.store.read(lines) == before + 2

    # What she sees is changed as for a setting: less at once, more by a code.
    await hannah.says("stop sharing her learning with Jo")
    await hannah.hears("From now on Jo Marsh doesn't see her learning.")
    await hannah.says("Jo can see her day")
    code = await code_for(hannah, "To let Jo Marsh see her day, reply 4821. To leave it as it is, do nothing.")
    assert "What Jo Marsh sees: nothing" in await shown(hannah)
    await hannah.says(code)
    await hannah.hears("From now on Jo Marsh may see her day.")


async def test_what_whoever_runs_a_setting_says_yes_to_needs_the_code(story: Story) -> None:
    await story.until("9:00")
    maya = await weak(story, "maya")
    await maya.hears_anything()
    before = await story.store.read(lines)
    await maya.says("add a child: Mia Brown 3/4/23, mum Kate 07700 900123")
    await maya.hears_anything()
    await maya.presses("Yes")
    code = await code_for(maya, "To do that, reply 4821. To leave it as it is, do nothing.")
    assert await story.store.read(lines) == before
    await maya.says(code)
    assert "Mia is in the book." in await maya.hears_anything()

    # To shut somebody out is done at once.
    await maya.says("restrict Tom")
    assert "reply" not in await maya.hears_anything()


async def test_a_signed_paper_by_text_is_entered_with_the_code(story: Story) -> None:
    await story.until("9:00")
    maya, hannah = await weak(story, "maya"), story.person("hannah")
    await maya.hears_anything()
    before = await shown(hannah)
    await maya.says("hannah signed paper today: everything with dawn")
    code = await code_for(maya, "To do that, reply 4821. To leave it as it is, do nothing.")
    assert await shown(hannah) == before
    await maya.says(code)
    assert "choices from paper, signed by Hannah" in await maya.hears_anything()


async def her_contact(story: Story, stage: OnScript, who: str, telephone: str) -> None:
    """She sends her own number, and the platform vouches for it."""
    number = stage.script.next_number()
    incoming = Incoming(Did.WROTE, story.clock.now(), message=number, contact=telephone)
    await stage.receives(stage.received(who, message_key(who, number), incoming))
    await story.settles()


async def test_a_partner_setting_comes_in_by_codes_alone(story: Story, stage: OnScript) -> None:
    """Asked for, and agreed to, and said to be her: each by text, and each with a code of its own."""
    await story.until("9:00")
    maya, joe = story.person("maya"), await weak(story, "joe")
    await maya.says("invite Pip Rowe 07700 900555, childminder for Noah")
    await maya.presses("Yes")
    await maya.hears_anything()
    await joe.hears_anything()
    await joe.presses("Yes")
    await maya.hears_nothing()
    let_in = "To let Pip into Noah's book, reply 4821. To leave it as it is, do nothing."
    await joe.says(await code_for(joe, let_in))
    found = re.search(r"NOAH-\w{4}", await maya.hears_anything())
    assert found is not None
    await joe.hears_anything()
    await story.stage.give_fresh_phone(story, "pip", "+447700900555")
    pip = story.person("pip")
    await pip.says(found[0])
    await her_contact(story, stage, "pip", "+447700900555")
    await pip.hears_anything()
    await joe.hears("Pip has joined from 07700 900555. Is that her?")
    await joe.presses("Yes")
    await pip.hears_nothing()
    await joe.says(await code_for(joe, let_in))
    assert "You're in Noah's book" in await pip.hears_anything()


async def test_what_may_be_told_at_a_setting_by_hand_needs_the_code_and_nothing_needs_none(story: Story) -> None:
    await ben_and_acorns(story, by_hand=False)
    await story.until("9:00")
    dawn, chloe = story.person("dawn"), await weak(story, "chloe")
    await dawn.says("ben also goes to acorns 01632 960321")
    await chloe.hears_anything()
    await chloe.presses("Ben's day")
    code = await code_for(chloe, "To let Acorns see her day, reply 4821. To leave it as it is, do nothing.")
    await chloe.says(code)
    assert (await chloe.hears_anything()).startswith("Done. Acorns: his day")


NOTE = "To let {} read that note, reply 4821. To leave it as it is, do nothing."
LETTER = "hospital letter came, squint op in jan"


async def a_letter(story: Story, hannah: Person) -> None:
    await story.until("8:10")
    await hannah.says(LETTER)
    await story.passes(30)
    assert "Not Dawn" in await hannah.hears_anything()
    await story.person("priya").hears_anything()


async def test_one_note_goes_further_by_the_code_and_not_before(story: Story, hannah: Person) -> None:
    dawn = story.person("dawn")
    await a_letter(story, hannah)
    await hannah.presses("Dawn too")
    code = await code_for(hannah, NOTE.format("Dawn"))
    await story.passes(60)
    await dawn.hears_nothing()
    await hannah.says(code)
    assert "Dawn may read that note now." in await hannah.hears_anything()
    await story.passes(60)
    assert LETTER in await dawn.hears_anything()


async def test_just_dawn_said_of_a_note_she_does_not_have_needs_the_code(story: Story, hannah: Person) -> None:
    dawn = story.person("dawn")
    await a_letter(story, hannah)
    await hannah.says("just Dawn")
    code = await code_for(hannah, NOTE.format("Dawn"))
    await story.passes(60)
    await dawn.hears_nothing()
    await hannah.says(code)
    await story.passes(60)
    assert LETTER in await dawn.hears_anything()


async def test_a_question_is_put_to_another_setting_by_the_code_alone(story: Story, hannah: Person) -> None:
    priya, dawn = story.person("priya"), story.person("dawn")
    await story.until("15:00")
    await dawn.says("Ella's been hitting a lot this wk is it same at nursery?")
    await story.passes(60)
    await hannah.hears_anything()
    await hannah.presses("Let Priya answer this one")
    code = await code_for(hannah, NOTE.format("Priya"))
    await story.passes(60)
    await priya.hears_nothing()
    await hannah.says(code)
    await hannah.hears("✓ Priya, this once.")
    await story.passes(60)
    assert "is it same at nursery" in await priya.hears_anything()


KNOWS = "So that Sunshine knows it is you, reply 4821. Until then they ring you first."


async def test_who_collects_is_passed_on_at_once_as_not_confirmed_until_the_code_comes_back(
    story: Story, hannah: Person
) -> None:
    priya = story.person("priya")
    await story.until("9:00")
    await priya.hears_anything()
    await hannah.says("nan is picking ella up at 12 today not 1!!")
    await story.passes(60)
    told = await priya.hears_anything()
    assert 'nan is picking ella up at 12 today not 1!!"' in told
    assert "Not confirmed yet: please ring Hannah before you act on it." in told
    heard = await hannah.hears_anything()
    found = re.search(KNOWS.replace("4821", r"(\d{4})"), heard)
    assert found is not None, heard
    await hannah.says(found[1])
    await hannah.hears("Thank you. They know it is you.")
    await priya.hears('Hannah has confirmed it. Ella: "nan is picking ella up at 12 today not 1!!"')


async def test_from_a_proved_address_who_collects_needs_no_code(story: Story) -> None:
    hannah, priya = story.person("hannah"), story.person("priya")
    await story.until("9:00")
    await priya.hears_anything()
    await hannah.says("nan is picking ella up at 12 today not 1!!")
    await story.passes(60)
    told = await priya.hears_anything()
    assert "nan is picking ella up at 12" in told
    assert "Not confirmed yet" not in told
    assert "reply" not in await hannah.hears_anything()


async def test_a_new_number_is_not_confirmed_before_its_code_and_says_so_wherever_it_waits(
    story: Story, hannah: Person
) -> None:
    priya = story.person("priya")
    await story.until("9:00")
    await priya.hears_anything()
    await hannah.says("my new number is 07700 900999")
    await story.passes(60)
    assert "Not confirmed yet: please ring Hannah before you act on it." in await priya.hears_anything()
    await priya.says("waiting")
    assert "not confirmed yet" in (await priya.hears_anything()).lower()
