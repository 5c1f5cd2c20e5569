"""The circles around children as they stand at an instant, whoever reads them."""

from __future__ import annotations

from datetime import timedelta

from book.ids import RoomId
from storage import circles, enrolled, roster
from storage.database import Connection
from storage.roster import NewRoomMove
from storage.vault import Vault
from tests.kit.conversation import Story


async def moves_tomorrow(story: Story) -> None:
    """Ella is in Butterfly room, and in Caterpillar from tomorrow on."""

    def rooms(connection: Connection, vault: Vault) -> dict[str, int]:
        found = circles.load(connection, vault, list(story.people.children.values()), story.clock.now())
        return {room.name: room.id for each in found.values() for room in each.rooms.values()}

    there = (await story.store.read(rooms, story.store.vault))["Caterpillar"]
    move = NewRoomMove(
        story.ids.new(), story.people.children["ella"], story.people.settings["sunshine"], RoomId(there),
        since=story.clock.now() + timedelta(days=1),
    )  # fmt: skip
    await roster.enrol(story.store, roster.Roster(room_moves=[move]), story.clock.now())


async def test_a_move_to_another_room_counts_from_its_day_on_for_the_roll_and_for_what_leaves(story: Story) -> None:
    await moves_tomorrow(story)
    ella, nursery = story.people.children["ella"], story.people.settings["sunshine"]

    def seen(connection: Connection, vault: Vault) -> tuple[str, ...]:
        now = story.clock.now()
        circle = circles.load(connection, vault, [ella], now)[ella]
        roll = enrolled.load(connection, vault, [nursery], now).setting(nursery)
        assert roll is not None
        enrolled_in = next(each.room for each in roll.children if each.id == ella)
        return circle.rooms[nursery].name, roll.rooms[enrolled_in]

    assert set(await story.store.read(seen, story.store.vault)) == {"Butterfly"}
    story.clock.move(timedelta(days=1))
    assert set(await story.store.read(seen, story.store.vault)) == {"Caterpillar"}
