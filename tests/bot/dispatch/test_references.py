"""What is looked up of what is about to leave, as it stands at that moment."""

from __future__ import annotations

from datetime import time, timedelta

from sqlalchemy import Connection, select

from book.deliveries import Lane
from book.ids import EntryId, NoticeId, RoomId
from book.notices import Explanation
from bot.dispatch.references import look_up
from storage import roster, schema
from storage.outbox import Waiting
from storage.roster import NewDuty, NewRoomMove
from storage.vault import Vault
from tests.kit.conversation import Story


async def test_a_room_that_a_child_moves_to_tomorrow_is_not_hers_today_where_somebody_is_told_for_a_colleague(
    story: Story,
) -> None:
    people, ella = story.people.people, story.people.children["ella"]
    nursery, today = story.people.settings["sunshine"], story.clock.now().date()
    off = NewDuty(
        story.ids.new(), people["priya"], nursery, today.weekday(), time(7), time(18), day=today, off=True
    )  # fmt: skip

    def there(connection: Connection, vault: Vault) -> RoomId:
        rooms = schema.rooms
        moves = schema.room_moves
        butterfly = select(moves.c.room_id).where(moves.c.child_id == ella)
        return RoomId(connection.execute(select(rooms.c.id).where(rooms.c.id.not_in(butterfly))).scalars().first() or 0)

    move = NewRoomMove(
        story.ids.new(), ella, nursery, await story.store.read(there, story.store.vault),
        since=story.clock.now() + timedelta(days=1),
    )  # fmt: skip
    await roster.enrol(story.store, roster.Roster(duties=[off], room_moves=[move]), story.clock.now())
    await story.person("hannah").says("bad night, teething")

    def seen(connection: Connection, vault: Vault) -> str:
        rows = connection.execute(select(schema.notices).where(schema.notices.c.kind == "relay")).all()
        assert Lane.CATCHING_UP in {row.lane for row in rows}
        row = rows[0]
        leaving = Waiting(
            NoticeId(row.id), row.cause, Explanation(EntryId(row.entry_id)), people["hannah"], None, ella,
            EntryId(row.entry_id), Lane.RELAY, row.made_at, None, None,
        )  # fmt: skip
        return look_up(connection, vault, [leaving], story.clock.now()).circles[ella].rooms[nursery].name

    assert await story.store.read(seen, story.store.vault) == "Butterfly"
    story.clock.move(timedelta(days=1))
    assert await story.store.read(seen, story.store.vault) == "Caterpillar"
