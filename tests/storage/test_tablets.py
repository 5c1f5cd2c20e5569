"""Four figures that are tried on several tablets at one moment: every wrong try is counted, by whichever worker."""

from __future__ import annotations

import asyncio
import random

from sqlalchemy import Connection, select

from book.errors import Fenced
from book.ids import IdMaker, PersonId, RoomId
from book.people import Role
from book.understanding.lexicon import load_lexicon
from handlers.worker import InboxWorker
from storage import roster, schema, tablets
from storage.roster import NewMembership, NewPerson, NewRoom
from storage.tablets import Changes, Tablet, Tried
from tests.kit.conversation import LONDON, PACE, Story


async def second_tablet(story: Story) -> None:
    """Another device for the same children."""
    device, room, nursery = PersonId(story.ids.new()), RoomId(story.ids.new()), story.people.settings["sunshine"]
    await roster.enrol(
        story.store,
        roster.Roster(
            people=[NewPerson(device, "Garden room")],
            rooms=[NewRoom(room, nursery, "Garden")],
            tablets=[Tablet(device, room)],
            memberships=[
                NewMembership(story.ids.new(), device, Role.ROOM_STAFF, child, nursery, room)
                for name, child in story.people.children.items()
                if name != "poppy"
            ],
            room_moves=[
                roster.NewRoomMove(story.ids.new(), story.people.children["leo"], nursery, room),
            ],
        ),
        story.clock.now(),
    )
    story.people.people["garden"] = device
    await story.stage.give_phones(story, ["garden"])


def wrong_so_far(connection: Connection) -> dict[int, int]:
    rows = connection.execute(select(schema.pins.c.person_id, schema.pins.c.failures))
    return {row.person_id: row.failures for row in rows}


async def test_of_two_who_count_from_the_same_number_one_is_refused_and_counts_again(story: Story) -> None:
    amy = story.people.people["amy"]

    async def tries(before: int) -> bool:
        change = Changes(tried=Tried(amy, before, before + 1))
        try:
            await story.store.write(tablets.write, story.store.vault, [change], story.clock.now())
        except Fenced:
            return False
        return True

    assert sorted(await asyncio.gather(*(tries(0) for _ in range(8)))) == [False] * 7 + [True]
    assert (await story.store.read(wrong_so_far))[amy] == 1
    assert await tries(1)
    assert (await story.store.read(wrong_so_far))[amy] == 2


async def test_wrong_figures_on_two_tablets_at_one_moment_are_two_wrong_tries(story: Story) -> None:
    await second_tablet(story)
    await story.until("10:10")
    devices = [story.person("tablet"), story.person("garden")]
    for device in devices:
        await device.says("hello")
        await device.presses("Amy")
        for figure in "999":
            await device.presses(figure)
    others = [
        InboxWorker(
            story.store, clock=story.clock, ids=IdMaker(now=story.clock.now, chance=random.Random(seed).randrange),
            lexicon=load_lexicon(), pace=PACE, zone=LONDON,
        )
        for seed in (1, 2)
    ]  # fmt: skip
    for device in devices:
        await story.stage.presses(device.id, "9")
    await story.stage.collect()

    await asyncio.gather(*(worker.work_off() for worker in others))
    await story.settles()

    amy = story.people.people["amy"]
    assert (await story.store.read(wrong_so_far))[amy] == 2
    for device in devices:
        await device.hears_anything()
        await device.sees("That wasn't it. Amy, your four figures: ○○○○")
