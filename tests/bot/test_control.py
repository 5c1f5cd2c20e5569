"""The socket answers its owner, does what is on one short table, and outlives whatever it is sent."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from book.errors import OperatorError
from book.ids import IdMaker
from book.messages import Did, Incoming
from bot import control
from bot.control import Control, Retry
from bot.doors.group_commit import store_received
from storage.inbox import Received
from storage.schema import inbox
from storage.store import Store

NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)


@pytest.fixture
def dialect() -> str:
    """The socket is for the embedded database; PostgreSQL is written to directly."""
    return "sqlite"


@pytest.fixture
async def folder(store: Store, tmp_path: Path) -> AsyncIterator[Path]:
    """A data directory with a name longer than the system allows for a socket."""
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    opened = Control(folder, store)
    await opened.open()
    yield folder
    await opened.close()
    await opened.close()
    assert not (folder / control.NAME).exists()


async def set_aside(store: Store, count: int) -> list[int]:
    ids = IdMaker(now=lambda: NOW, chance=random.Random(7).randrange)
    received = [
        Received("phones", "demo", f"m:{number}", "hannah", "{}", NOW, Incoming(Did.WROTE, NOW, text=f"note {number}"))
        for number in range(count)
    ]
    await store_received(store, ids, received)

    def work(connection: Connection) -> list[int]:
        connection.execute(
            update(inbox).values(state="set_aside", reason="failed_five_times", failures=5, ended_at=NOW)
        )
        return list(connection.execute(select(inbox.c.id).order_by(inbox.c.id)).scalars())

    return await store.write(work)


async def states(store: Store) -> list[tuple[str, int]]:
    rows = await store.read(lambda connection: connection.execute(select(inbox).order_by(inbox.c.id)).all())
    return [(row.state, row.failures) for row in rows]


async def test_one_message_or_all_are_given_their_second_chance(folder: Path, store: Store) -> None:
    one, *rest = await set_aside(store, 3)

    assert await control.ask(folder, "retry", Retry(one).write()) == {"retried": [one]}
    assert await states(store) == [("new", 0), ("set_aside", 5), ("set_aside", 5)]
    assert await control.ask(folder, "retry", Retry(None).write()) == {"retried": rest}
    assert await control.ask(folder, "retry", Retry(None).write()) == {"retried": []}


async def test_what_is_kept_no_longer_cannot_be_tried_again(folder: Path, store: Store) -> None:
    (gone,) = await set_aside(store, 1)
    await store.write(lambda connection: connection.execute(update(inbox).values(sealed_payload=None)))

    assert await control.ask(folder, "retry", Retry(gone).write()) == {"retried": []}


@pytest.mark.parametrize(
    "sent",
    [
        b"\n",
        b"retry\n",
        b"[]\n",
        b'{"verb":"__init__"}\n',
        b'{"verb":"destroy","all":true}\n',
        b'{"verb":"retry"}\n',
        b'{"verb":"retry","all":false}\n',
        b'{"verb":"retry","all":true,"message":1}\n',
        b'{"verb":"retry","message":"1"}\n',
        b'{"verb":"retry","message":true}\n',
        b"[" * 20_000 + b"\n",
        b"\xff\xfe\n",
    ],
)
async def test_what_makes_no_sense_is_answered_and_changes_nothing(folder: Path, store: Store, sent: bytes) -> None:
    await set_aside(store, 1)
    with control._short(folder) as path:
        reader, writer = await asyncio.open_unix_connection(path)
    writer.write(sent)

    answer = json.loads(await reader.readline())

    assert set(answer) == {"error"}
    assert await states(store) == [("set_aside", 5)]
    writer.close()
    await writer.wait_closed()
    assert await control.ask(folder, "retry", Retry(None).write()) != {"retried": []}


async def test_only_its_owner_may_open_it(folder: Path) -> None:
    assert (folder / control.NAME).stat().st_mode & 0o777 == 0o600


async def test_where_nobody_serves_it_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="does not answer"):
        await control.ask(tmp_path, "retry", Retry(None).write())
