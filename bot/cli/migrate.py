"""``bookbag migrate``: bring the database up to date without serving.

``bookbag run`` does the same by itself; this is for whoever wants it done first, and apart.
"""

from __future__ import annotations

import typer


def migrate() -> None:
    """Bring the database up to date; `run` does so by itself."""
    import asyncio

    changed = asyncio.run(_migrate())
    typer.echo("The database is up to date now." if changed else "The database was up to date: nothing changed.")


async def _migrate() -> bool:
    from contextlib import ExitStack

    from bot.app import is_embedded, serving_locks
    from bot.cli.configured import load
    from storage.database import open_database
    from storage.migrations import migrate

    configuration = load()
    with ExitStack() as held:
        if is_embedded(configuration):
            for _, lock in serving_locks(configuration):
                held.enter_context(lock)
        database = await open_database(configuration.database_url)
        try:
            return await migrate(database)
        finally:
            await database.close()
