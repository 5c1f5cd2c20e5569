"""``bookbag slips``: one PDF of slips to hand out, two to a page, by room, for every parent who has not joined.

Knows nothing of what stands on a slip.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.configuration import Configuration


def slips(
    out: Annotated[Path, typer.Option(help="The PDF to write.")] = Path("slips.pdf"),
    room: Annotated[str, typer.Option(help="Only this room.")] = "",
    large: Annotated[bool, typer.Option("--large", help="In large print.")] = False,
    setting: Annotated[str, typer.Option(help="The setting, where there are several.")] = "",
) -> None:
    """Make slips with which parents join: 21 days, once each. Earlier slips of the same parents end."""
    import asyncio
    import os
    from base64 import b64decode

    from book.errors import OperatorError
    from bot.cli import beside
    from bot.cli.configured import load
    from bot.enrolment import SlipsAsked

    configuration = load()
    if out.exists():
        raise OperatorError(f"{out} is there already, and is not written over: name another with --out.")
    if not out.parent.is_dir():
        raise OperatorError(f"There is no folder {out.parent}: make it, or name another with --out.")
    bot = asyncio.run(_bot_name(configuration))
    asked = SlipsAsked(setting, room, large, bot)
    answer = asyncio.run(beside.ask(configuration, "slips", asked.write()))
    if not answer["count"]:
        typer.echo("Every parent has joined already, or there is none in the book: no slips were made.")
        raise typer.Exit(1)
    # Whoever has a slip may join: the file is for its owner's eyes.
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(b64decode(answer["pdf"]))
    typer.echo(f"Made {out}: {answer['count']} slips, two to a page. They can be used once, for 21 days.")
    typer.echo("Slips that were made for these parents before work no longer.")


async def _bot_name(configuration: Configuration) -> str:
    """The name that stands in links; without one the slips carry a code alone, which is said."""
    from book.errors import OperatorError
    from bot.cli.bot_name import bot_name

    try:
        return await bot_name(configuration)
    except OperatorError as fault:
        typer.echo(f"{fault} Until then the slips carry a code and no square for the camera.", err=True)
        return ""
