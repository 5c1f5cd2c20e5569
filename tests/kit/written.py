"""How often anything was written to a database in this process, so that a story knows when nothing was."""

from __future__ import annotations

import itertools

from sqlalchemy import Connection, Engine, event

_NUMBERS = itertools.count(1)
_last = [0]


@event.listens_for(Engine, "commit")
def _written(connection: Connection) -> None:
    _last[0] = next(_NUMBERS)


def times_written() -> int:
    """Grows with every commit of every database that is open."""
    return _last[0]
