"""``bookbag print``: a child's day on one side of paper, for a parent who does not chat.

Reads only, beside a running program or without one. On the page stands what every parent in the child's book may
read, and nothing else.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from datetime import date

    from storage.database import Connection
    from storage.vault import Vault


def print_(
    child: Annotated[str, typer.Argument(help="The child's name, as the book has it.")],
    out: Annotated[Path, typer.Option("--out", help="Where the PDF is to be written.")],
    day: Annotated[str, typer.Option("--day", help="Another day than today, as 2026-11-24.")] = "",
) -> None:
    """Print a child's day for her parents, one side, large print."""
    import asyncio
    from datetime import date

    try:
        wanted = date.fromisoformat(day) if day else None
    except ValueError:
        typer.echo("The day is written as 2026-11-24.", err=True)
        raise typer.Exit(2) from None
    page = asyncio.run(_page(child, wanted))
    if page is None:
        typer.echo(f"There is no child {child!r} in this book, or there are several.", err=True)
        raise typer.Exit(1)
    out.touch(mode=0o600)
    out.write_bytes(page)
    typer.echo(f"Written to {out}.")


async def _page(child: str, day: date | None) -> bytes | None:
    from book.wording.catalogue import load_catalogue
    from book.wording.compose import Composer
    from bot.cli.configured import load
    from bot.cli.reading import open_book
    from bot.clock import SystemClock
    from bot.papers.day_page import day_page

    configuration, clock = load(), SystemClock()
    zone = configuration.zone
    async with open_book(configuration) as book:

        def look(connection: Connection, opened: Vault) -> list[tuple[str, str]] | None:
            from book.pages import page_for, sentences_of
            from storage import circles, entries

            now = clock.now()
            around = circles.load(connection, opened, circles.all_children(connection), now)
            meant = [each for each in around.values() if each.child.name.casefold() == child.strip().casefold()]
            if len(meant) != 1:
                return None
            circle = meant[0]
            readers = [each.person.id for each in circle.parents(now)]
            shelf = entries.of_child(connection, opened, circle.child.id)
            # What the first of them may know; the page keeps of it what every one of them may.
            shown = shelf.for_reader(readers[0], {circle.child.id: circle}, now) if readers else {}
            page = page_for(readers, circle, shown.values(), day or now.astimezone(zone).date(), zone=zone, now=now)
            return Composer(load_catalogue(), zone).sentences(sentences_of(page, circle, zone))

        found = await book.read(look)
    return None if found is None else day_page(found)
