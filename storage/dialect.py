"""The few statements whose spelling differs between SQLite and PostgreSQL, chosen in one place."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects.postgresql import Insert as PostgreSQLInsert
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import Insert as SQLiteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert


def insert(connection: Connection, table: Table) -> SQLiteInsert | PostgreSQLInsert:
    """An INSERT that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    return sqlite_insert(table) if connection.dialect.name == "sqlite" else postgresql_insert(table)


def add(connection: Connection, table: Table, rows: Sequence[dict[str, object]]) -> None:
    """Insert ``rows`` in one statement; none at all for none (an empty list would write an empty row)."""
    if rows:
        connection.execute(_plain(table), rows)


def add_new(connection: Connection, table: Table, rows: Sequence[dict[str, object]]) -> None:
    """Insert those of ``rows`` that no unique key has yet; the others are left as they are."""
    if rows:
        connection.execute(_passing_over(connection.dialect.name, table), rows)


def put(connection: Connection, table: Table, rows: Sequence[dict[str, object]]) -> None:
    """Insert ``rows``; one whose primary key is there already takes that row's place, in the columns it names."""
    if rows:
        connection.execute(_replacing(connection.dialect.name, table, tuple(rows[0])), rows)


# A statement is put together once for each table: on busy paths that costs as much as running it.


@cache
def _plain(table: Table) -> Insert:
    return table.insert()


@cache
def _passing_over(dialect: str, table: Table) -> SQLiteInsert | PostgreSQLInsert:
    statement = sqlite_insert(table) if dialect == "sqlite" else postgresql_insert(table)
    return statement.on_conflict_do_nothing()


@cache
def _replacing(dialect: str, table: Table, names: tuple[str, ...]) -> SQLiteInsert | PostgreSQLInsert:
    statement = sqlite_insert(table) if dialect == "sqlite" else postgresql_insert(table)
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)
