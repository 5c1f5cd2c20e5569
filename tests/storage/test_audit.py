"""The audit chain shows every change made behind its back: what was edited, taken out, put in or moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, delete, select, update

from book.ids import PersonId
from storage import audit
from storage.audit import Deed
from storage.schema import audit as rows
from storage.store import Store
from storage.vault import Owner

NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)
WRITTEN = 6


@pytest.fixture
async def chain(store: Store) -> Store:
    """Six deeds, written in two transactions."""
    await store.vault.ensure(Owner.child(1), Owner.person(2))
    for first in (1, 4):
        deeds = [
            Deed("moved", PersonId(2), Owner.child(1) if number % 2 else Owner.person(2), number, {"reached": number})
            for number in range(first, first + 3)
        ]
        await store.write(audit.record, store.vault, deeds, NOW)
    return store


def edit(column: str, value: object) -> Callable[[Connection], None]:
    def work(connection: Connection) -> None:
        connection.execute(update(rows).where(rows.c.number == 3).values({column: value}))

    return work


def take_out_the_third(connection: Connection) -> None:
    connection.execute(delete(rows).where(rows.c.number == 3))


def take_out_and_close_the_gap(connection: Connection) -> None:
    take_out_the_third(connection)
    for number in range(4, WRITTEN + 1):
        connection.execute(update(rows).where(rows.c.number == number).values(number=number - 1))


def swap_the_third_and_fourth(connection: Connection) -> None:
    for old, new in ((3, 99), (4, 3), (99, 4)):
        connection.execute(update(rows).where(rows.c.number == old).values(number=new))


def put_one_in(connection: Connection) -> None:
    third = dict(connection.execute(select(rows).where(rows.c.number == 3)).mappings().one())
    for number in range(WRITTEN, 2, -1):
        connection.execute(update(rows).where(rows.c.number == number).values(number=number + 1))
    connection.execute(rows.insert().values(third))


async def test_what_was_written_in_order_is_whole(chain: Store) -> None:
    assert await chain.read(audit.first_break) is None


@pytest.mark.parametrize(
    ("behind_its_back", "found_at"),
    [
        pytest.param(edit("what", "seen"), 3, id="another deed"),
        pytest.param(edit("by_id", 7), 3, id="another person"),
        pytest.param(edit("by_id", None), 3, id="nobody"),
        pytest.param(edit("at", datetime(2026, 11, 23, 7, 41, tzinfo=UTC)), 3, id="another time"),
        pytest.param(edit("sealed_details", b"other"), 3, id="other details"),
        pytest.param(edit("owner_id", 9), 3, id="another owner"),
        pytest.param(edit("hash", b"\0" * 32), 3, id="another hash"),
        pytest.param(take_out_the_third, 3, id="one taken out"),
        pytest.param(take_out_and_close_the_gap, 3, id="one taken out and the gap closed"),
        pytest.param(swap_the_third_and_fourth, 3, id="two swapped"),
        pytest.param(put_one_in, 4, id="one put in"),
    ],
)
async def test_a_change_behind_its_back_is_found_where_it_begins(
    chain: Store, behind_its_back: Callable[[Connection], None], found_at: int
) -> None:
    await chain.write(behind_its_back)

    assert await chain.read(audit.first_break) == found_at
