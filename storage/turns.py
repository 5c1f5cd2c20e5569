"""Who may know is not changed while somebody is deciding what leaves: one of the two waits for the other.

Whoever claims what is to leave takes part, as many at once as there are; whoever changes who may know goes alone. So
what is marked as leaving was marked before the change, and the change sees it, or it is decided after the change. On
SQLite one connection writes, and its transactions are one after another anyhow.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select

# A number of our own among PostgreSQL's advisory locks.
_WHO_MAY_KNOW = 7_150_301


def take_part(connection: Connection) -> None:
    """Until this transaction ends nobody changes who may know; waits for a change that has begun."""
    if connection.dialect.name != "sqlite":
        connection.execute(select(func.pg_advisory_xact_lock_shared(_WHO_MAY_KNOW)))


def go_alone(connection: Connection) -> None:
    """Until this transaction ends nobody decides what leaves; waits for those who have begun to."""
    if connection.dialect.name != "sqlite":
        connection.execute(select(func.pg_advisory_xact_lock(_WHO_MAY_KNOW)))
