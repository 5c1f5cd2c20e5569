"""The people of the model conversations who are not in the demo: Bea and Rob, Ben, Chloe and Acorns.

Rob is on the roll and never joins; Acorns is a setting by hand. Whoever comes later gets a chat when she comes.
"""

from __future__ import annotations

from datetime import time

from book.ids import ChildId, PersonId, SettingId
from book.people import Pronoun, Role, SettingKind
from book.sharing import ANSWERS, HOME, Answer, Choice
from storage import circles
from storage.database import Connection
from storage.roster import NewChild, NewMembership, NewPerson, NewSession, NewSetting, Roster, enrol
from storage.sharing import NewChoice
from storage.vault import Vault
from tests.kit.conversation import Person, Story


async def bea_and_rob(story: Story) -> None:
    """Bea is one of Priya's children; Rob, her dad, is on the roll and on nothing else."""
    new, people, sunshine = story.ids.new, story.people.people, story.people.settings["sunshine"]
    bea, rob = ChildId(new()), PersonId(new())
    around = (
        (rob, Role.PARENT),
        (people["priya"], Role.KEY_PERSON),
        (people["amy"], Role.SECOND_KEY_PERSON),
    )
    await enrol(
        story.store,
        Roster(
            people=[NewPerson(rob, "Rob", full_name="Rob Hale", pronoun=Pronoun.HE)],
            children=[NewChild(bea, ("Bea",), pronoun=Pronoun.SHE)],
            memberships=[NewMembership(new(), who, role, bea, sunshine) for who, role in around],
        ),
        story.clock.now(),
    )
    story.people.people["rob"] = rob
    story.people.children["bea"] = bea


async def ben_and_acorns(story: Story, *, chosen: Answer | None = Answer.DAY, by_hand: bool = True) -> None:
    """Ben is Dawn's, Chloe's son; he also goes to Acorns, which has not joined. Chloe chose his day."""
    new, people, dawns = story.ids.new, story.people.people, story.people.settings["dawns"]
    ben, chloe = ChildId(new()), PersonId(new())
    acorns, at_acorns = SettingId(new()), PersonId(new())
    directions = [(HOME, acorns), (dawns, acorns), (acorns, dawns)] if chosen is not None and by_hand else []
    there = [NewMembership(new(), at_acorns, Role.ROOM_STAFF, ben, acorns)] if by_hand else []
    await enrol(
        story.store,
        Roster(
            settings=[NewSetting(acorns, SettingKind.PRESCHOOL, "Acorns", "01632 960321", by_hand=True)],
            people=[
                NewPerson(chloe, "Chloe", pronoun=Pronoun.SHE),
                NewPerson(at_acorns, "Acorns"),
            ],
            children=[NewChild(ben, ("Ben",), pronoun=Pronoun.HE)],
            memberships=[
                NewMembership(new(), chloe, Role.PARENT, ben, dawns),
                NewMembership(new(), people["dawn"], Role.CHILDMINDER, ben, dawns),
                *there,
            ],
            sessions=[NewSession(new(), ben, dawns, day, time(7, 30), time(17, 30)) for day in range(5)],
            choices=[
                NewChoice(
                    new(), ben, Choice(chloe, source, target, ANSWERS[chosen or Answer.NOTHING], story.clock.now())
                )
                for source, target in directions
            ],
        ),
        story.clock.now(),
    )
    story.people.people["chloe"] = chloe
    story.people.children["ben"] = ben
    await story.stage.give_phones(story, ["chloe"])


async def jo_marsh(story: Story, *picked: str) -> Person:
    """The health visitor whom Hannah asks in for Ella, seeing what she picks."""
    hannah = story.person("hannah")
    await hannah.says("can the health visitor Jo Marsh be in it for the 2 yr check")
    for each in picked:
        await hannah.presses(each)
    await hannah.hears_anything()
    return await comes(story, "Jo Marsh")


async def comes(story: Story, name: str) -> Person:
    """Somebody whom a sentence put into the book has a chat from now on."""
    who = name.split(maxsplit=1)[0].lower()

    def named(connection: Connection, vault: Vault) -> PersonId:
        people = circles.load_people(connection, vault, circles.all_people(connection))
        return next(each.id for each in people.values() if name in (each.name, each.full_name))

    story.people.people[who] = await story.store.read(named, story.store.vault)
    await story.stage.give_phones(story, [who])
    return story.person(who)
