"""The tables are brought to what this Bookbag needs, wholly or not at all, before anything else is done.

Every revision is a file in ``versions`` that spells out what it changes; all that are missing run in one
transaction, which ends with the number of the last in ``alembic_version``. A crash in the middle leaves what was
there before. Refuses to know what is sealed in a column: no revision reads or writes one whose name begins with
``sealed_``. Alembic is imported only when something must be done.

To add one: write ``versions/000N_what_it_does.py`` by hand, beside the change in ``storage/schema.py``, and add its
number to ``REVISIONS``; a test compares the two on both databases.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, func, inspect, select, text

from book.errors import DatabaseTooNew, StorageUnfit
from storage.database import Database

__all__ = ["REVISIONS", "migrate", "upgrade", "version"]

REVISIONS: Final = tuple(f"{number:04}" for number in range(1, 23))
"""Every revision there is, oldest first."""

# Processes that start together take turns; the number only has to be ours.
_TAKING_TURNS = 0x626F6F6B6D6967
_FIRST_TABLE = "people"


async def migrate(database: Database) -> bool:
    """Bring ``database`` up to date; True if anything had to be done.

    Raises :class:`DatabaseTooNew` for one that a newer Bookbag has used, :class:`StorageUnfit` for tables of which
    nobody knows who made them.
    """
    if await database.read(_is_current):
        return False
    return await database.write(upgrade)


def upgrade(connection: Connection) -> bool:
    """The same within one transaction, for :meth:`Database.write`."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_TAKING_TURNS)))
    if _is_current(connection):
        return False
    _run(connection)
    return True


def version(connection: Connection) -> str | None:
    """The revision this database stands at; None for one without any."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return found


def _is_current(connection: Connection) -> bool:
    stands_at = version(connection)
    if stands_at is None:
        if inspect(connection).has_table(_FIRST_TABLE):
            raise StorageUnfit(
                "The database of DATABASE_URL holds tables that Bookbag's own migrations did not make: "
                "name an empty database, or restore a backup of this one."
            )
        return False
    if stands_at not in REVISIONS:
        raise DatabaseTooNew(
            f"The database of DATABASE_URL was made by a newer Bookbag (its revision is {stands_at}, the newest "
            f"known here is {REVISIONS[-1]}): install that version, or restore an older copy."
        )
    return stands_at == REVISIONS[-1]


def _run(connection: Connection) -> None:
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.runtime.migration import MigrationContext, RevisionStep
    from alembic.script import ScriptDirectory

    # Not as an option of a configuration file, where a % in the path would be read as something else.
    scripts = ScriptDirectory(str(Path(__file__).parent))

    def missing(stands_at: tuple[str, ...], _context: MigrationContext) -> list[RevisionStep]:
        return list(scripts._upgrade_revs("head", stands_at))  # type: ignore[arg-type]

    with EnvironmentContext(Config(), scripts, fn=missing) as environment:
        # Without the metadata: a revision spells out every name, so none is made from a convention of today.
        environment.configure(connection=connection)
        environment.run_migrations()
