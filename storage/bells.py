"""Who waits for work is woken by the commit that made it, and by nothing before that.

A transaction says which bells it wants rung; they ring after it has committed and not at all if it has not.
Knows nothing of what the bells mean to those who listen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

_WANTED = "bookbag_bells"


class Bell(StrEnum):
    """What may have changed."""

    INBOX = "inbox"  # a message is stored and waits to be handled
    OUTBOX = "outbox"  # a notice or a delivery may be ready
    PAPERS = "papers"  # a file is to be fetched, or a document to be made
    PICTURES = "pictures"  # a picture is to be fetched, or its copies are to follow its children
    THREAD = "thread"  # something a reader of the book would see has changed


def ring(connection: Connection, *bells: Bell) -> None:
    """Ring ``bells`` once this transaction has committed."""
    connection.info.setdefault(_WANTED, set()).update(bells)


def wanted(connection: Connection) -> frozenset[Bell]:
    """Take the bells this transaction asked for; a second call gives none."""
    return frozenset(connection.info.pop(_WANTED, ()))


class Listener:
    """One waiter's ear: remembers a ring that came while it was busy."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def hear(self) -> None:
        self._rung.set()

    async def wait(self) -> None:
        """Return at once if the bell rang since the last return, otherwise when it rings."""
        await self._rung.wait()
        self._rung.clear()


class Bells:
    """The bells of one process."""

    def __init__(self) -> None:
        self._listeners: dict[Bell, list[Listener]] = {bell: [] for bell in Bell}

    def listener(self, *bells: Bell) -> Listener:
        """A listener that hears any of ``bells``; one for each waiter."""
        listener = Listener()
        for bell in bells:
            self._listeners[bell].append(listener)
        return listener

    def forget(self, listener: Listener) -> None:
        """Stop ringing for ``listener``, whose waiter has gone."""
        for listeners in self._listeners.values():
            if listener in listeners:
                listeners.remove(listener)

    def ring(self, bells: Iterable[Bell]) -> None:
        """Wake everyone who listens to one of ``bells``; called in the event loop."""
        for bell in bells:
            for listener in self._listeners[bell]:
                listener.hear()
