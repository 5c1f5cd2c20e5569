"""What waits to go out moves from state to state once, and only under the hand that holds it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from book.deliveries import Act, DeliveryState, Lane, NoticeState
from book.ids import AddressId, NoticeId
from book.notices import Said
from book.reasons import Reason
from storage import claiming, leases, schema, settling
from storage.claiming import NewDelivery
from storage.filing import NewNotice, add_notices
from storage.outbox import Delivery
from storage.settling import Settled
from tests.kit.conversation import Story

EPOCH = 5


@pytest.fixture
async def sending(story: Story) -> list[Delivery]:
    """A message in three parts, the first of them on the wire under epoch five."""
    store, now = story.store, story.clock.now()
    notice = NewNotice(
        NoticeId(story.ids.new()), 1, Said("undo.nothing"), story.people.people["priya"], Lane.REPLY, now
    )
    await store.write(add_notices, store.vault, [notice], now)
    (free,) = await store.write(claiming.ready, now)
    waiting = free.opened(store.vault)
    new = NewDelivery(
        waiting, (waiting.id,), await address(story), Act.SAY, ("one", "two", "three"), None, waiting.person
    )
    return await store.write(claiming.mark_sending, store.vault, story.ids, [new], EPOCH, now)


async def address(story: Story) -> AddressId:
    table = schema.addresses
    statement = select(table.c.id).where(table.c.person_id == story.people.people["priya"])
    return AddressId(await story.store.read(lambda c: c.execute(statement).scalar_one()))


async def states(story: Story) -> list[DeliveryState]:
    table = schema.deliveries
    rows = await story.store.read(lambda c: c.execute(select(table.c.state).order_by(table.c.part)).scalars().all())
    return [DeliveryState(each) for each in rows]


async def settle(story: Story, *outcomes: Settled, epoch: int = EPOCH) -> list[int]:
    now = story.clock.now()
    return await story.store.write(settling.settle, story.store.vault, story.ids, outcomes, epoch, now)  # type: ignore[return-value]


def accepted(delivery: Delivery, provider_id: str = "m1") -> Settled:
    return Settled(delivery, DeliveryState.ACCEPTED, Reason.ACCEPTED, (provider_id,))


async def due(story: Story) -> list[Delivery]:
    return await story.store.read(claiming.due, story.store.vault, story.clock.now())


async def test_a_stale_epoch_changes_nothing_and_only_the_way_back_is_remembered(
    story: Story, sending: list[Delivery]
) -> None:
    (first,) = sending
    now = story.clock.now()
    assert await story.store.write(claiming.take_for_dead, [("phones", "demo")], EPOCH + 1, now) == 1

    assert await settle(story, accepted(first)) == [first.id]

    assert await states(story) == [DeliveryState.UNKNOWN, DeliveryState.WAITING, DeliveryState.WAITING]
    (notice,) = await story.store.read(lambda c: c.execute(select(schema.notices)).all())
    assert notice.state == NoticeState.WAITING
    (way_back,) = await story.store.read(lambda c: c.execute(select(schema.sent_messages)).all())
    assert (way_back.provider_id, way_back.delivery_id) == ("m1", first.id)


async def test_an_epoch_that_is_not_the_rows_own_changes_nothing(story: Story, sending: list[Delivery]) -> None:
    (first,) = sending

    assert await settle(story, Settled(first, DeliveryState.REFUSED, Reason.BLOCKED, stop_address=True), epoch=9)

    assert (await states(story))[0] is DeliveryState.SENDING
    (row,) = await story.store.read(_stopped, await address(story))
    assert row is None


def _stopped(connection: Connection, at: AddressId) -> list[object]:
    table = schema.addresses
    return list(connection.execute(select(table.c.stopped_at).where(table.c.id == at)).scalars())


async def test_the_same_answer_written_twice_is_written_once(story: Story, sending: list[Delivery]) -> None:
    """Where a commit's own answer was lost, the whole step is run again."""
    (first,) = sending

    for _ in range(2):
        assert await settle(story, accepted(first)) == []

    assert (await states(story))[0] is DeliveryState.ACCEPTED
    assert len(await story.store.read(lambda c: c.execute(select(schema.sent_messages)).all())) == 1


async def test_a_part_comes_due_when_the_one_before_it_is_taken(story: Story, sending: list[Delivery]) -> None:
    (first,) = sending
    assert await due(story) == []
    await settle(story, Settled(first, DeliveryState.UNKNOWN, not_before=story.clock.now() + timedelta(seconds=30)))
    assert await due(story) == []

    story.clock.move(timedelta(seconds=30))
    assert [(each.part, each.state) for each in await due(story)] == [(1, DeliveryState.UNKNOWN)]
    assert await story.store.read(claiming.next_instant, story.clock.now()) is None


async def test_a_part_that_is_lost_takes_the_parts_after_it_along(story: Story, sending: list[Delivery]) -> None:
    (first,) = sending

    await settle(story, Settled(first, DeliveryState.REFUSED, Reason.REFUSED_BY_CHANNEL))

    assert await states(story) == [DeliveryState.REFUSED, DeliveryState.ABANDONED, DeliveryState.ABANDONED]
    texts = await story.store.read(lambda c: c.execute(select(schema.deliveries.c.sealed_text)).scalars().all())
    assert set(texts) == {None}
    (notice,) = await story.store.read(lambda c: c.execute(select(schema.notices)).all())
    assert (notice.state, notice.reason) == (NoticeState.WITHHELD, Reason.REFUSED_BY_CHANNEL)


async def test_only_what_is_being_said_becomes_unknown_with_its_process(story: Story) -> None:
    store, now = story.store, story.clock.now()
    for number, act in enumerate((Act.SAY, Act.CHANGE, Act.TAKE_BACK, Act.ANSWER_PRESS), start=1):
        notice = NewNotice(
            NoticeId(story.ids.new()), number, Said("undo.nothing"), story.people.people["priya"], Lane.REPLY, now
        )
        await store.write(add_notices, store.vault, [notice], now)
        (free,) = await store.write(claiming.ready, now)
        waiting = free.opened(store.vault)
        new = NewDelivery(waiting, (waiting.id,), await address(story), act, ("",), None, waiting.person)
        await store.write(claiming.mark_sending, store.vault, story.ids, [new], EPOCH, now)

    assert await store.write(claiming.take_for_dead, [("telegram", "1")], EPOCH + 1, now) == 0
    assert await store.write(claiming.take_for_dead, [("phones", "demo")], EPOCH, now) == 0
    assert await store.write(claiming.take_for_dead, [("phones", "demo")], EPOCH + 1, now) == 4

    table = schema.deliveries
    rows = await store.read(lambda c: c.execute(select(table.c.act, table.c.state)).all())
    assert dict(map(tuple, rows)) == {
        "say": "unknown",
        "change": "waiting",
        "take_back": "waiting",
        "answer_press": "waiting",
    }


async def test_what_waits_for_a_later_try_counts_only_what_failed_by_itself(
    story: Story, sending: list[Delivery]
) -> None:
    (first,) = sending
    now = story.clock.now()

    await settle(story, Settled(first, DeliveryState.WAITING, not_before=now, tries=0))
    (waiting,) = await due(story)
    assert waiting.tries == 0
    assert await story.store.write(claiming.mark_again, [waiting.id], EPOCH, now) == {waiting.id}
    assert await story.store.write(claiming.mark_again, [waiting.id], EPOCH, now) == set(), "it is on the wire already"
    await settle(story, Settled(replace(waiting, tries=1), DeliveryState.WAITING, not_before=now))
    assert [each.tries for each in await due(story)] == [1]


async def test_a_lease_is_held_until_another_takes_it(story: Story) -> None:
    store = story.store
    first = await store.write(leases.take, "send x", "one")
    assert first is not None
    assert await store.write(leases.holds, first)

    again = await store.write(leases.take, "send x", "one")

    assert again is not None
    assert again.epoch == first.epoch + 1
    assert not await store.write(leases.holds, first)
    assert not await store.write(leases.renew, first)
    assert await store.write(leases.holds, again)
