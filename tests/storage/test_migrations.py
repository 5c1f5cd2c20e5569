"""A database is brought up to date wholly or not at all, and ends as the code describes it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, column, inspect, select, table, text

import storage.migrations
from book.errors import DatabaseTooNew, StorageUnfit
from storage import schema
from storage.database import Database, open_database
from storage.migrations import REVISIONS, migrate, upgrade, version
from tests.databases import Place

VERSIONS = Path(storage.migrations.__file__).parent


class Boom(Exception):
    """Raised in the middle on purpose."""


@pytest.fixture
async def empty(place: Place, dialect: str) -> AsyncIterator[Database]:
    """A database in which nothing was ever done."""
    if dialect == "sqlite":
        opened = await open_database(f"sqlite:///{place.directory / 'empty.db'}")
        yield opened
        await opened.close()
        return
    server = await asyncpg.connect(place.url, timeout=10)
    name = urlsplit(place.url).path.strip("/") + "_empty"
    await server.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    opened = await open_database(urlsplit(place.url)._replace(path=f"/{name}").geturl())
    try:
        yield opened
    finally:
        await opened.close()
        await server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await server.close()


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def differences(connection: Connection) -> list[Any]:
    """What alembic would still change."""
    context = MigrationContext.configure(
        connection,
        opts={
            "compare_type": True,
            "target_metadata": schema.metadata,
            "include_name": lambda name, kind, _: (kind, name) != ("table", "alembic_version"),
        },
    )
    return list(compare_metadata(context, schema.metadata))


def described(connection: Connection) -> dict[str, Any]:
    """Everything the database says of its tables; alembic compares neither checks nor partial indexes."""
    looking = inspect(connection)
    found: dict[str, Any] = {}
    for name in looking.get_table_names():
        columns = [{**each, "type": str(each["type"])} for each in looking.get_columns(name)]
        found[name] = {
            "columns": columns,
            "key": looking.get_pk_constraint(name),
            "checks": sorted(looking.get_check_constraints(name), key=str),
            "unique": sorted(looking.get_unique_constraints(name), key=str),
            "foreign": sorted(looking.get_foreign_keys(name), key=str),
            "indexes": sorted(
                (
                    {**each, "dialect_options": {key: str(value) for key, value in each["dialect_options"].items()}}
                    for each in looking.get_indexes(name)
                ),
                key=str,
            ),
        }
    found.pop("alembic_version", None)
    return found


async def test_a_new_database_ends_exactly_as_the_code_describes_it(empty: Database) -> None:
    assert await migrate(empty)

    assert await empty.read(differences) == []
    migrated = await empty.read(described)
    await empty.write(lambda connection: [connection.execute(text(f'DROP TABLE "{name}"')) for name in in_order()])
    await empty.write(schema.metadata.create_all)
    assert migrated == await empty.read(described)


def in_order() -> list[str]:
    return [each.name for each in reversed(schema.metadata.sorted_tables)]


async def test_a_second_run_does_nothing(empty: Database) -> None:
    await migrate(empty)

    assert not await migrate(empty)
    assert await empty.read(version) == REVISIONS[-1]


async def test_a_crash_in_the_middle_leaves_what_was_there_before(empty: Database) -> None:
    def interrupted(connection: Connection) -> None:
        upgrade(connection)
        assert "entries" in tables(connection)
        raise Boom

    with pytest.raises(Boom):
        await empty.write(interrupted)

    assert await empty.read(tables) == set()
    assert await migrate(empty)
    assert await empty.read(differences) == []


async def test_programs_that_start_together_migrate_once(empty: Database) -> None:
    done = await asyncio.gather(*(empty.write(upgrade) for _ in range(4)))

    assert sorted(done) == [False, False, False, True]


async def test_a_database_of_a_newer_bookbag_is_refused(database: Database) -> None:
    versions = table("alembic_version", column("version_num"))
    await database.write(lambda connection: connection.execute(versions.update().values(version_num="9999")))

    with pytest.raises(DatabaseTooNew, match=r"made by a newer Bookbag.*9999"):
        await migrate(database)


async def test_tables_that_nobody_knows_who_made_are_not_touched(empty: Database) -> None:
    await empty.write(lambda connection: Table("people", MetaData(), *[]).create(connection)
                      if connection.dialect.name == "postgresql"
                      else connection.execute(text("CREATE TABLE people (id INTEGER)")))  # fmt: skip

    with pytest.raises(StorageUnfit, match="migrations did not make"):
        await migrate(empty)

    assert await empty.read(tables) == {"people"}


def test_the_revisions_are_a_chain_and_all_of_them_are_known() -> None:
    scripts = ScriptDirectory(str(VERSIONS))
    chain = [each.revision for each in scripts.walk_revisions()][::-1]

    assert tuple(chain) == REVISIONS
    assert scripts.get_heads() == [REVISIONS[-1]]


def test_no_revision_reads_or_writes_what_is_sealed() -> None:
    for each in (VERSIONS / "versions").glob("*.py"):
        written = each.read_text("utf-8")
        for statement in ("op.execute", "get_bind", "bulk_insert"):
            assert statement not in written or "sealed_" not in written, f"{each.name} touches sealed columns"


async def test_a_start_with_nothing_to_do_does_not_load_alembic(place: Place, database: Database) -> None:
    await database.read(lambda connection: connection.execute(select(schema.leases)).all())
    script = (
        "import asyncio, sys\n"
        "from storage.database import open_database\n"
        "from storage.migrations import migrate\n"
        "async def start():\n"
        f"    database = await open_database({place.url!r})\n"
        "    print(await migrate(database), 'alembic' in sys.modules)\n"
        "    await database.close()\n"
        "asyncio.run(start())\n"
    )
    started = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert started.stdout.strip() == "False False"
