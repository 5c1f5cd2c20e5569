"""``bookbag photos``: a child's pictures as files for her family to take with it, with dates and what was written.

Reads only, beside a running program or without one. What is written is what every parent in the child's book may see
at this moment, and nothing else; each picture as large as it came, and without where it was taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, tzinfo

    from bot.configuration import Configuration
    from storage.database import Connection
    from storage.pictures import Copy
    from storage.vault import Vault


def photos(
    child: Annotated[str, typer.Option("--child", help="The child's name, as the book has it.")],
    out: Annotated[Path, typer.Option("--out", help="The folder to write to: a new one, or one that is empty.")],
) -> None:
    """Write a child's pictures for her family: a file each, and beside it when it was taken and what was written."""
    import asyncio

    from book.errors import OperatorError
    from bot.cli.configured import load

    configuration = load()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise OperatorError(f"{out} is there already and not empty: name another folder with --out.")
    written, missing = asyncio.run(_write(configuration, child, out))
    if written is None:
        typer.echo(f"There is no child {child!r} in this book, or there are several.", err=True)
        raise typer.Exit(1)
    if not written:
        typer.echo("There are no pictures of her that every one of her parents may see.")
    else:
        typer.echo(f"Written to {out}: {written} {'picture' if written == 1 else 'pictures'}.")
    if missing:
        typer.echo(f"Of {missing} more the file is missing: run bookbag doctor.", err=True)
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class ToTake:
    """One picture and what is written beside it."""

    copy: Copy
    at: datetime  # when it was taken, or else when it came
    words: str
    author: str


async def _write(configuration: Configuration, child: str, out: Path) -> tuple[int | None, int]:
    """How many were written, None where the child is not known, and how many of them have no file."""
    import asyncio

    from bot.cli.reading import open_book
    from bot.clock import SystemClock
    from storage.media_files import MediaFiles

    files, now = MediaFiles(configuration.media_dir), SystemClock().now()
    async with open_book(configuration) as book:
        found = await book.read(looking_for(child, now))
        if found is None:
            return None, 0
        await asyncio.to_thread(out.mkdir, mode=0o700, parents=True, exist_ok=True)
        missing = 0
        with _Bar(len(found)) as step:
            for number, each in enumerate(found, start=1):
                content = await asyncio.to_thread(each.copy.opened, book.vault, files)
                if content is None:
                    missing += 1
                else:
                    put(out, number, each, content, configuration.zone)
                step()
        return len(found) - missing, missing


def looking_for(child: str, now: datetime) -> Callable[[Connection, Vault], list[ToTake] | None]:
    """What a child's parents may all see of her pictures, oldest first; None where she is not known by that name."""
    from book.audience import may_have
    from storage import circles, entries, pictures

    def look(connection: Connection, vault: Vault) -> list[ToTake] | None:
        around = circles.load(connection, vault, circles.all_children(connection), now)
        meant = [each for each in around.values() if each.child.name.casefold() == child.strip().casefold()]
        if len(meant) != 1:
            return None
        circle = meant[0]
        parents = [each.person.id for each in circle.parents(now)]
        kept = pictures.keepsakes(connection, circle.child.id)
        came = pictures.of_messages(connection, {each.message for each in kept})
        known = {picture.id: picture for found in came.values() for picture in found}
        shelf = entries.of_child(connection, vault, circle.child.id)
        told = shelf.for_reader(parents[0], {circle.child.id: circle}, now) if parents else {}
        of_message = {entry.message: entry for entry in told.values() if entry.is_live and entry.text is not None}
        taken = []
        for each in kept:
            entry = of_message.get(each.message)
            if entry is None or entry.text is None:
                continue
            picture = known[each.copy.picture]
            if all(may_have(picture, entry.note, circle.child.id, parent, around, now)[0] for parent in parents):
                author = circle.person(entry.author)
                at = each.taken_at or each.came_at
                taken.append(ToTake(each.copy, at, entry.text.words, "" if author is None else author.name))
        return taken

    return look


def put(out: Path, number: int, each: ToTake, content: bytes, zone: tzinfo) -> None:
    """The picture and its words, each a file for its owner's eyes, dated as it was taken."""
    import os

    from bot.media.kinds import ending_of

    at = each.at.astimezone(zone)
    ending = ending_of(each.copy.media_type)
    name = f"{at:%Y-%m-%d %H.%M} {number:04d}"
    said = f"{at:%A %d %B %Y, %H:%M}\n{each.author}: {each.words}\n" if each.words else f"{at:%A %d %B %Y, %H:%M}\n"
    for suffix, bytes_ in ((ending, content), ("txt", said.encode())):
        place = out / f"{name}.{suffix}"
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(bytes_)
        os.utime(place, (at.timestamp(), at.timestamp()))


class _Bar:
    """How far it has come, where somebody is looking."""

    def __init__(self, count: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("Pictures"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("", total=count)

    def __enter__(self) -> Callable[[], None]:
        self._progress.start()
        return lambda: self._progress.advance(self._task)

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
