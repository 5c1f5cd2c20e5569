"""Whatever waits to be stored is stored in one transaction, and nobody is told so before it is on disk.

One commit for many requests makes a durable commit cost next to nothing for each. Knows nothing of who waits
or of what was received.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

from book.ids import Ids
from storage import inbox
from storage.addresses import day_of
from storage.inbox import Received
from storage.store import Store
from storage.vault import Owner, OwnerKind


async def store_received(store: Store, ids: Ids, received: Sequence[Received]) -> None:
    """Store ``received`` in one transaction; on disk when this returns. Raises what the database raises."""
    # The key of the day is made by whoever first needs it, durable before anything is sealed under it.
    await store.vault.ensure(*{Owner(OwnerKind.DAY, day_of(each.received_at)) for each in received})
    await store.write(inbox.keep, store.vault, ids, received)


class GroupCommit:
    """One writer for many waiters: while one transaction commits, the next gathers."""

    def __init__(self, store: Store, ids: Ids, *, at_most: int = 500) -> None:
        """``at_most`` is how many things one transaction takes."""
        self._store = store
        self._ids = ids
        self._at_most = at_most
        self._waiting: list[_Waiter] = []
        self._writing: asyncio.Task[None] | None = None

    async def commit(self, *received: Received) -> None:
        """Return once ``received`` is on disk; raises what kept it from being stored.

        A caller that gives up takes nothing back: what it brought is stored all the same.
        """
        waiter = _Waiter(received, asyncio.get_running_loop().create_future())
        self._waiting.append(waiter)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all(), name="store what came in")
        await waiter.stored

    async def close(self) -> None:
        """Finish what waits."""
        if self._writing is not None:
            await self._writing

    async def _write_all(self) -> None:
        group: list[_Waiter] = []
        try:
            while self._waiting:
                group = self._next_group()
                fault = await self._write(group)
                if fault is not None and len(group) > 1:
                    await self._write_one_by_one(group)
                else:
                    _answer(group, fault)
        finally:
            # Only if this task itself was cancelled is anybody left: they must not wait for ever.
            for waiter in (*group, *self._waiting):
                waiter.stored.cancel()
            self._writing = None

    def _next_group(self) -> list[_Waiter]:
        size = 0
        for number, waiter in enumerate(self._waiting):
            size += len(waiter.received)
            if number and size > self._at_most:
                break
        else:
            number = len(self._waiting)
        group, self._waiting = self._waiting[:number], self._waiting[number:]
        return group

    async def _write_one_by_one(self, group: Iterable[_Waiter]) -> None:
        """So that one that cannot be stored does not turn the others away.

        Two faults in a row are the database's own: then the rest is not tried.
        """
        faults: list[BaseException] = []
        for waiter in group:
            fault = faults[-1] if len(faults) > 1 else await self._write([waiter])
            faults = [*faults, fault] if fault is not None else []
            _answer([waiter], fault)

    async def _write(self, group: Iterable[_Waiter]) -> BaseException | None:
        try:
            await store_received(self._store, self._ids, [each for one in group for each in one.received])
        except Exception as fault:  # The waiters carry it: each says so to whoever it answers.
            return fault
        return None


class _Waiter:
    __slots__ = ("received", "stored")

    def __init__(self, received: Sequence[Received], stored: asyncio.Future[Any]) -> None:
        self.received = received
        self.stored = stored


def _answer(group: Iterable[_Waiter], fault: BaseException | None) -> None:
    for waiter in group:
        if waiter.stored.done():
            continue  # Its caller has gone.
        if fault is None:
            waiter.stored.set_result(None)
        else:
            waiter.stored.set_exception(fault)
