"""What came in is unreadable after thirty days, its key gone before its rows are cleared; tomorrow is ready today."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select, update
from structlog.testing import capture_logs

from book.errors import KeyDestroyed
from book.ids import IdMaker, Ids
from book.messages import Did, Incoming
from bot.doors.group_commit import store_received
from scheduler.housekeeping import Housekeeping
from storage import inbox, schema
from storage.inbox import Received
from storage.keys import KeyStore
from storage.store import Store
from storage.vault import Owner, OwnerKind, Vault
from tests.clocks import BookClock


@pytest.fixture
def ids(book_clock: BookClock) -> Ids:
    return IdMaker(now=book_clock.now, chance=random.Random(7).randrange)


async def receive(store: Store, ids: Ids, now: datetime) -> None:
    incoming = Incoming(Did.WROTE, now, text="bad night", message="1")
    received = Received("phones", "demo", f"m:{now:%Y%m%d}:1", f"handle of {now:%d %B}", "{}", now, incoming)
    await store_received(store, ids, [received])


async def rows(store: Store) -> list[tuple[int, str, bool]]:
    found = await store.read(lambda connection: connection.execute(select(schema.inbox).order_by(schema.inbox.c.id)))
    return [(row.day, row.state, row.sealed_payload is not None) for row in found]


async def test_after_thirty_days_nobody_can_read_it_in_the_database_or_in_a_backup(
    store: Store, keys: KeyStore, ids: Ids, book_clock: BookClock
) -> None:
    await receive(store, ids, book_clock.now())
    day = Owner.day(book_clock.now().date())
    backup = await store.read(lambda connection: connection.execute(select(schema.inbox)).one())
    chore = Housekeeping(store)
    book_clock.move(timedelta(days=29))
    await receive(store, ids, book_clock.now())
    await chore.act(book_clock.now())
    assert [kept for _, _, kept in await rows(store)] == [True, True]

    book_clock.move(timedelta(days=1))
    await chore.act(book_clock.now())

    old, young = await rows(store)
    assert old == (day.id, "skipped", False)
    assert young[1:] == ("new", True)
    later = await Vault.unlock(keys)
    with pytest.raises(KeyDestroyed):
        inbox.open_payload(later, backup.id, backup.day, backup.sealed_payload)


async def test_a_crash_between_key_and_rows_is_made_good_at_the_next_start(
    store: Store, ids: Ids, book_clock: BookClock
) -> None:
    await receive(store, ids, book_clock.now())
    await store.vault.destroy(Owner.day(book_clock.now().date()))
    book_clock.move(timedelta(days=31))

    await Housekeeping(store).act(book_clock.now())

    ((_, state, kept),) = await rows(store)
    assert (state, kept) == ("skipped", False)


async def test_the_key_of_tomorrow_is_made_today_and_other_keys_are_left_alone(
    store: Store, book_clock: BookClock
) -> None:
    await store.vault.ensure(Owner.child(1), Owner.person(2))
    chore = Housekeeping(store)

    await chore.act(book_clock.now())

    assert store.vault.living(OwnerKind.DAY) == {20261123, 20261124}
    assert store.vault.living(OwnerKind.CHILD) == {1}
    book_clock.move(timedelta(days=400))
    await chore.act(book_clock.now())
    assert store.vault.living(OwnerKind.DAY) == {20271228, 20271229}
    assert store.vault.living(OwnerKind.PERSON) == {2}


async def test_it_is_due_at_the_start_and_then_soon_after_each_midnight(store: Store, book_clock: BookClock) -> None:
    chore = Housekeeping(store)
    now = book_clock.now()
    assert await chore.next_due(now) == now

    await chore.act(now)

    assert await chore.next_due(now) == datetime(2026, 11, 24, 0, 1, tzinfo=UTC)
    late = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
    assert await chore.next_due(late) == late


async def test_what_was_filed_stays_when_the_day_is_forgotten(store: Store, ids: Ids, book_clock: BookClock) -> None:
    await receive(store, ids, book_clock.now())

    def file(connection: Connection) -> None:
        connection.execute(update(schema.inbox).values(state="filed"))

    await store.write(file)
    book_clock.move(timedelta(days=31))
    await Housekeeping(store).act(book_clock.now())

    ((_, state, kept),) = await rows(store)
    assert (state, kept) == ("filed", False)


async def test_a_file_without_a_row_and_a_row_without_a_file_are_said_in_the_log_and_left_alone(
    store: Store, ids: Ids, book_clock: BookClock
) -> None:
    now = book_clock.now()
    await receive(store, ids, now)
    await store.vault.ensure(Owner.child_media(1))
    store.media.write("e" * 32, b"nobody knows of it")

    def lose(connection: Connection) -> None:
        message = connection.execute(select(schema.inbox.c.id)).scalar_one()
        of = {"message_id": message, "came_with_id": message, "position": 0, "kind": "photo", "state": "safe"}
        connection.execute(
            schema.pictures.insert().values(id=1, owner_kind="person", owner_id=2, made_at=now, ended_at=now, **of)
        )
        whose = {"picture_id": 1, "owner_kind": "child_media", "owner_id": 1, "purpose": "relay", "size": 4}
        file = {"file": "a" * 32, "media_type": "image/jpeg", "kept_at": now}
        connection.execute(schema.picture_copies.insert().values(id=1, **whose, **file))

    await store.write(lose)
    with capture_logs() as said:
        await Housekeeping(store).act(now)

    assert [(each["event"], each["log_level"], each["count"]) for each in said] == [
        ("files_without_row", "warning", 1),
        ("rows_without_file", "error", 1),
    ]
    assert store.media.read("e" * 32) is not None
