"""What came in is kept once under its natural key, whoever brings it and however often."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select, update

from book.deliveries import InboxState
from book.ids import Ids, InboxId
from book.messages import Did, Incoming
from book.reasons import Reason
from storage import inbox, schema
from storage.inbox import Received
from storage.store import Store
from storage.vault import Owner

NOW = datetime(2026, 11, 24, 8, 10, tzinfo=UTC)
Keep = Callable[..., Awaitable[int]]


def received(number: int, text: str = "bad night", *, who: str = "hannah", at: datetime = NOW) -> Received:
    return Received("telegram", "1", f"m:{who}:{number}", who, '{"raw": 1}', at, Incoming(Did.WROTE, at, text=text))


@pytest.fixture
async def keep(store: Store, ids: Ids) -> Keep:
    async def kept(*what: Received) -> int:
        await store.vault.ensure(*{Owner.day(each.received_at.date()) for each in what})
        return await store.write(inbox.keep, store.vault, ids, what)

    return kept


def rows(connection: Connection) -> list[tuple[InboxState, int]]:
    found = connection.execute(select(schema.inbox).order_by(schema.inbox.c.id))
    return [(InboxState(row.state), row.other_bodies) for row in found]


async def test_a_copy_is_known_in_the_same_batch_in_a_later_one_and_in_two_at_once(store: Store, keep: Keep) -> None:
    assert await keep(received(1), received(1), received(2)) == 2
    assert await keep(received(1), received(3)) == 1
    kept = await asyncio.gather(*(keep(received(4), received(5)) for _ in range(6)))

    assert sorted(kept) == [0, 0, 0, 0, 0, 2]
    assert await store.read(rows) == [(InboxState.NEW, 0)] * 5


@pytest.mark.parametrize("did", Did)
async def test_whatever_somebody_does_is_kept(store: Store, keep: Keep, did: Did) -> None:
    assert await keep(Received("telegram", "1", f"x:{did}", "hannah", "{}", NOW, Incoming(did, NOW))) == 1


async def test_the_same_key_with_other_words_is_counted_once_for_each_and_the_first_is_kept(
    store: Store, keep: Keep
) -> None:
    await keep(received(1, "bad night"), received(1, "slept well"))
    await keep(received(1, "slept badly"))
    await keep(received(1, "bad night", at=NOW + timedelta(minutes=1)))

    assert await store.read(rows) == [(InboxState.NEW, 2)]
    (taken,) = await store.write(inbox.take, store.vault, 10)
    assert taken.incoming.text == "bad night"


async def test_the_same_number_in_another_chat_or_at_another_bot_is_another_message(store: Store, keep: Keep) -> None:
    elsewhere = Received("telegram", "2", "m:hannah:1", "hannah", "{}", NOW, Incoming(Did.WROTE, NOW, text="bad night"))

    assert await keep(received(1), received(1, who="fay"), elsewhere) == 3


async def test_the_oldest_of_each_sender_is_taken_and_never_two_of_one(store: Store, keep: Keep) -> None:
    await keep(*(received(number, f"{who} {number}", who=who) for number in (1, 2) for who in ("hannah", "fay")))

    taken = await store.write(inbox.take, store.vault, 10)

    assert [each.incoming.text for each in taken] == ["hannah 1", "fay 1"]
    assert [each.incoming.text for each in await store.write(inbox.take, store.vault, 1)] == ["hannah 1"]


async def test_what_must_be_taken_alone_holds_its_sender_and_nobody_else(store: Store, keep: Keep) -> None:
    await keep(received(1), received(2), received(1, who="fay"))
    first, _, _ = await store.read(_ids)

    await store.write(inbox.count, first)

    assert [each.id for each in await store.write(inbox.take, store.vault, 10)] == [(await store.read(_ids))[2]]
    assert await store.read(inbox.next_alone) == first


async def test_what_is_open_again_before_a_message_that_must_be_taken_alone_holds_up_neither(
    store: Store, keep: Keep
) -> None:
    await keep(received(1), received(2), received(3))
    lead, alone, _ = await store.read(_ids)
    waits = update(schema.inbox).where(schema.inbox.c.id == lead)
    await store.write(lambda connection: connection.execute(waits.values(state=InboxState.PENDING)))
    await store.write(inbox.mark_open_alone)
    # An album is whole now, and handled as its first part: older than what was open when we stopped.
    await store.write(lambda connection: connection.execute(waits.values(state=InboxState.NEW)))

    assert await store.write(inbox.next_alone) is None
    assert [each.id for each in await store.write(inbox.take, store.vault, 10)] == [lead]
    await store.write(lambda connection: connection.execute(waits.values(state=InboxState.FILED, ended_at=NOW)))
    assert await store.write(inbox.take, store.vault, 10) == []
    assert await store.write(inbox.next_alone) == alone


async def test_a_row_is_set_aside_at_its_fifth_failure_and_not_before(store: Store, keep: Keep) -> None:
    await keep(received(1))
    (message,) = await store.read(_ids)
    for _ in range(4):
        await store.write(inbox.count, message)
        assert not await store.write(inbox.set_aside, message, NOW)

    await store.write(inbox.count, message)
    assert await store.write(inbox.set_aside, message, NOW)
    assert not await store.write(inbox.set_aside, message, NOW), "once"
    (row,) = await store.read(lambda c: c.execute(select(schema.inbox)).all())
    assert (row.state, row.reason, row.ended_at) == (InboxState.SET_ASIDE, Reason.FAILED_FIVE_TIMES, NOW)

    await store.write(inbox.try_again, message)
    assert await store.read(rows) == [(InboxState.NEW, 0)]


async def test_payloads_are_forgotten_with_their_day_and_what_was_still_open_is_skipped(
    store: Store, keep: Keep
) -> None:
    old = NOW - timedelta(days=30)
    await keep(received(1, at=old))
    await keep(received(2), received(3, at=old + timedelta(days=1)))

    assert await store.write(inbox.forget_payloads_before, NOW) == 1

    assert [state for state, _ in await store.read(rows)] == [InboxState.SKIPPED, InboxState.NEW, InboxState.NEW]
    assert await store.write(inbox.forget_payloads_before, NOW) == 0


async def test_a_failure_in_the_middle_keeps_nothing_of_the_batch(store: Store, ids: Ids, keep: Keep) -> None:
    def work(connection: Connection) -> None:
        inbox.keep(connection, store.vault, ids, [received(1), received(2)])
        connection.execute(update(schema.inbox).values(state="odd"))

    with pytest.raises(Exception, match="ck_inbox_state"):
        await store.write(work)

    assert await store.read(rows) == []
    assert await keep(received(1)) == 1


def _ids(connection: Connection) -> list[InboxId]:
    return [
        InboxId(each) for each in connection.execute(select(schema.inbox.c.id).order_by(schema.inbox.c.id)).scalars()
    ]
