"""Many waiters, few commits: nobody is told before it is on disk, and one bad row turns nobody else away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from book.ids import Ids
from book.messages import Did, Incoming
from bot.doors.group_commit import GroupCommit
from storage.inbox import Received
from storage.store import Store
from storage.vault import Vault
from tests.bot.doors.conftest import Kept

Look = Callable[[], Awaitable[list[Kept]]]
NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)


def something(number: int, text: str = "") -> Received:
    incoming = Incoming(Did.WROTE, NOW, text=text or f"message {number}", message=str(number))
    return Received("telegram", "123456", f"m:{number}", str(number % 5), "{}", NOW, incoming)


class Watched:
    """A store that counts transactions and refuses what holds a word it cannot bear."""

    def __init__(self, store: Store, *, refuses: str = "refuse me") -> None:
        self._store = store
        self._refuses = refuses
        self.sizes: list[int] = []

    @property
    def vault(self) -> Vault:
        return self._store.vault

    async def write(self, work: Callable[..., Any], vault: Vault, ids: Ids, received: Sequence[Received]) -> Any:
        self.sizes.append(len(received))
        if any(self._refuses in each.incoming.text for each in received):
            raise OSError("cannot be stored")
        return await self._store.write(work, vault, ids, received)


@pytest.fixture
def watched(store: Store) -> Watched:
    return Watched(store)


async def test_many_waiters_share_few_transactions_and_each_is_stored_when_it_is_told_so(
    watched: Watched, ids: Ids, kept: Look
) -> None:
    commit = GroupCommit(watched, ids, at_most=100)  # type: ignore[arg-type]

    async def bring(number: int) -> bool:
        await commit.commit(something(number))
        return any(each.is_named(f"m:{number}") for each in await kept()) if number % 40 == 0 else True

    assert all(await asyncio.gather(*(bring(number) for number in range(250))))

    assert sum(watched.sizes) == 250
    assert len(watched.sizes) <= 4
    assert max(watched.sizes) <= 100
    assert len(await kept()) == 250


async def test_what_one_caller_brings_is_stored_together(watched: Watched, ids: Ids, kept: Look) -> None:
    commit = GroupCommit(watched, ids, at_most=2)  # type: ignore[arg-type]

    await commit.commit(*(something(number) for number in range(5)))

    assert watched.sizes == [5]


async def test_one_that_cannot_be_stored_is_told_so_and_the_others_are_stored(
    watched: Watched, ids: Ids, kept: Look
) -> None:
    commit = GroupCommit(watched, ids)  # type: ignore[arg-type]
    texts = ["", "", "refuse me", "", ""]

    answers = await asyncio.gather(
        *(commit.commit(something(number, text)) for number, text in enumerate(texts)), return_exceptions=True
    )

    assert [type(answer) for answer in answers] == [type(None), type(None), OSError, type(None), type(None)]
    stored = await kept()
    assert len(stored) == 4
    assert all(each.is_named(key) for each, key in zip(stored, ["m:0", "m:1", "m:3", "m:4"], strict=True))


async def test_when_nothing_can_be_stored_the_database_is_not_asked_for_each(store: Store, ids: Ids) -> None:
    watched = Watched(store, refuses="message")
    commit = GroupCommit(watched, ids)  # type: ignore[arg-type]

    answers = await asyncio.gather(*(commit.commit(something(number)) for number in range(50)), return_exceptions=True)

    assert all(isinstance(answer, OSError) for answer in answers)
    assert watched.sizes == [50, 1, 1]


async def test_a_caller_that_gives_up_takes_nothing_back_and_the_next_are_served(
    watched: Watched, ids: Ids, kept: Look
) -> None:
    commit = GroupCommit(watched, ids)  # type: ignore[arg-type]
    impatient = [asyncio.create_task(commit.commit(something(number))) for number in range(20)]
    await asyncio.sleep(0)
    for task in impatient[::2]:
        task.cancel()

    await commit.commit(something(99))
    answers = await asyncio.gather(*impatient, return_exceptions=True)
    await commit.close()

    assert sum(isinstance(answer, asyncio.CancelledError) for answer in answers) == 10
    assert len(await kept()) == 21
