"""``waiting``: everything that hangs in one list, and a number or a tap that does something about it."""

from __future__ import annotations

from book.ids import PersonId, SettingId
from book.people import Role, SettingKind, Standing
from storage.claims import ClaimState, NewClaim, write
from storage.database import Connection
from storage.roster import NewMembership, NewPerson, NewSetting, Roster, enrol
from tests.kit import rosters
from tests.kit.conversation import Story
from tests.kit.slips import hold_number, slip


async def waits_to_be_let_in(story: Story, *, held: bool = False, number: str = "+447700900777", byte: int = 7) -> str:
    """A parent of the roll came from a number; her name."""
    name = f"Liz Fox {byte}"
    liz, new = PersonId(story.ids.new()), story.ids.new
    ella, sunshine = story.people.children["ella"], story.people.settings["sunshine"]
    membership = NewMembership(new(), liz, Role.PARENT, ella, sunshine)
    people = Roster(people=[NewPerson(liz, f"Liz{byte}", full_name=name)], memberships=[membership])
    await enrol(story.store, people, story.clock.now())
    story.people.people[f"liz{byte}"] = liz
    await hold_number(story, f"liz{byte}", "+447700900777" if held else "+447700900214")
    await slip(story, f"liz{byte}", f"ELLA-7K2{'PQRSTUVWX'[byte]}", child="ella", role=Role.PARENT, byte=byte)
    await story.stage.give_fresh_phone(story, f"liz{byte}", number)
    await story.person(f"liz{byte}").says("hello")

    def claims(connection: Connection) -> None:
        from sqlalchemy import select

        from storage.schema import addresses, invitations

        address = connection.execute(select(addresses.c.id).order_by(addresses.c.id.desc()).limit(1)).scalar_one()
        invitation = connection.execute(select(invitations.c.id).where(invitations.c.person_id == liz)).scalar_one()
        claim = NewClaim(new(), liz, address, invitation, ClaimState.WAITING, shown=number, held=held)
        write(connection, story.store.vault, [claim], story.clock.now())

    await story.store.write(claims)
    return name


async def pip_asked_for(story: Story, by: str) -> None:
    """Pip, a childminder whom somebody of the nursery would like in Ella's book."""
    pip, pips = PersonId(story.ids.new()), SettingId(story.ids.new())
    line = NewMembership(
        story.ids.new(), pip, Role.CHILDMINDER, story.people.children["ella"], pips,
        standing=Standing.PENDING, made_by=story.people.people[by],  # type: ignore[index]
    )  # fmt: skip
    await enrol(
        story.store,
        Roster(
            settings=[NewSetting(pips, SettingKind.CHILDMINDER, "Pip")],
            people=[NewPerson(pip, "Pip", full_name="Pip Rowe")],
            memberships=[line],
        ),
        story.clock.now(),
    )


async def test_whoever_waits_to_be_let_in_is_put_to_the_manager_again(story: Story) -> None:
    maya = story.person("maya")
    await story.until("9:00")
    liz = await waits_to_be_let_in(story)

    await maya.says("waiting")
    await maya.hears(f"{liz}, from 07700 900777 (you hold …214).", buttons=("Is her", "Isn't"))
    await maya.presses("Is her")
    await maya.hears(f"{liz} can write now.")
    await maya.says("waiting")
    await maya.hears("Nothing is waiting.")


async def test_several_things_are_one_list_and_a_number_opens_one_of_them(story: Story) -> None:
    maya = story.person("maya")
    await story.until("9:00")
    liz = await waits_to_be_let_in(story)
    await maya.sends("roll.csv", rosters.as_csv([*rosters.children(2), ["Kit", "", "3/4/2062"]]))
    await maya.hears_anything()
    await maya.says("yes")
    await maya.hears_anything()
    await maya.says("1")
    await maya.hears_anything()

    await maya.says("waiting")
    heard = (await maya.screen())[-1]
    await maya.hears_anything()
    first, second = heard.text.split("\n")
    assert first.startswith("row ")
    assert second == f"{liz}, from 07700 900777 (you hold …214)."
    assert heard.buttons == ("I'll mend the file", liz)
    await maya.says("2")
    await maya.hears(second, buttons=("Is her", "Isn't"))
    await maya.presses("Isn't")
    assert "Nobody was let in" in await maya.hears_anything()


async def test_those_held_after_too_many_wrong_codes_are_let_in_together(story: Story) -> None:
    maya = story.person("maya")
    await story.until("9:00")
    names = [await waits_to_be_let_in(story, held=True, byte=each) for each in (1, 2)]

    await maya.says("waiting")
    heard = (await maya.screen())[-1]
    await maya.hears_anything()
    assert heard.text.startswith("2 sent a right code from the number you hold, after too many wrong ones.\n")
    assert heard.buttons == ("Let them all in", *names)
    await maya.presses("Let them all in")
    await maya.hears(f"{names[0]} and {names[1]} can write now.")


async def test_a_parent_finds_whom_she_has_not_answered_about_and_whoever_asked_sees_that_it_is_open(
    story: Story,
) -> None:
    hannah, maya, tom = (story.person(who) for who in ("hannah", "maya", "tom"))
    await story.until("9:00")
    await pip_asked_for(story, "maya")

    await maya.says("waiting")
    await maya.hears("Pip Rowe is not in Ella's book yet.")
    await hannah.says("waiting")
    await hannah.hears(
        "Maya asks: may Pip Rowe, as Ella's childminder, be in Ella's book? Nothing is shared before you say what.",
        buttons=("Yes", "No"),
    )
    await hannah.presses("No")
    await hannah.hears("Then Pip Rowe stays out of Ella's book.")
    for person in (hannah, tom, maya):
        await person.hears_anything()
        await person.says("waiting")
        await person.hears("Nothing is waiting.")


async def test_a_change_of_days_that_nobody_has_noted_is_noted_from_the_list(story: Story) -> None:
    hannah, priya, dawn = (story.person(who) for who in ("hannah", "priya", "dawn"))
    await story.until("9:00")
    await hannah.says("Ella not in at nursery Thursday")
    await story.passes(60)
    for person in (hannah, priya, dawn):
        await person.hears_anything()

    await priya.says("waiting")
    await priya.hears("Ella is not in Thursday 26 November, says Hannah.", buttons=("Noted",))
    await dawn.says("waiting")
    await dawn.hears("Nothing is waiting.")
    await priya.presses("Noted")
    assert "noted" in await hannah.hears_anything()
    await priya.says("waiting")
    await priya.hears("Nothing is waiting.")


async def test_a_question_nobody_has_answered_for_two_hours_hangs_for_its_owner(story: Story) -> None:
    fay, priya, maya, carys = (story.person(who) for who in ("fay", "priya", "maya", "carys"))
    await story.until("10:10")
    await fay.says("is it pyjama day tomorrow?")
    await story.passes(60)
    (question,) = [each for each in await priya.screen() if "pyjama" in each.text]
    await story.until("12:00")
    await priya.hears_anything()
    await priya.says("waiting")
    assert "has no answer" not in await priya.hears_anything()

    await story.until("12:15")
    line = "Leo: Fay asked at 10:10 and has no answer."
    for person in (priya, maya):
        await person.hears_anything()
        await person.says("waiting")
        assert line in await person.hears_anything()
    await carys.says("waiting")
    assert line not in await carys.hears_anything()

    await priya.says("yes, any pjs", reply_to=question)
    await story.passes(30)
    await priya.hears_anything()
    await priya.says("waiting")
    assert line not in await priya.hears_anything()
