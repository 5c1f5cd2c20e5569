"""The book and its vault together: one write, one read, and keys made by another process are found.

Knows neither tables nor what is written; see :mod:`storage.database` for what a transaction promises.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from book.errors import KeyNotLoaded
from storage.bells import Bells
from storage.database import Connection, Database
from storage.media_files import MediaFiles
from storage.vault import Owner, OwnerKind, Vault

P = ParamSpec("P")
T = TypeVar("T")


class Store:
    """What every floor above holds of storage."""

    def __init__(self, database: Database, vault: Vault, media: MediaFiles) -> None:
        """Both are open already; whoever opened them closes them. ``media`` is where pictures are kept."""
        self._database = database
        self.vault = vault
        self.media = media

    @property
    def bells(self) -> Bells:
        """The bells of this process, rung after a commit."""
        return self._database.bells

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._database.dialect

    async def write(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``work`` in one transaction, as :meth:`Database.write` does.

        Where it meets a key that is not in memory, the keys are read again (a new day's is made, and those of whoever
        is being enrolled) and the same work runs once more; work that enrols may need both and runs a third time.
        """
        for _ in range(2):
            try:
                return await self._database.write(work, *args, **kwargs)
            except KeyNotLoaded as missing:
                await self._find(missing)
        return await self._database.write(work, *args, **kwargs)

    async def read(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``work`` on a connection that cannot write; keys as for :meth:`write`."""
        try:
            return await self._database.read(work, *args, **kwargs)
        except KeyNotLoaded as missing:
            await self._find(missing)
        return await self._database.read(work, *args, **kwargs)

    async def _find(self, missing: KeyNotLoaded) -> None:
        """Read the keys again; a day's key is made when the day's first message meets it, and so are new owners'."""
        await self.vault.load()
        if missing.new:
            await self.vault.ensure(*(owner for owner in missing.new if isinstance(owner, Owner)))
        if isinstance(missing.owner, Owner) and missing.owner.kind is OwnerKind.DAY:
            await self.vault.ensure(missing.owner)
