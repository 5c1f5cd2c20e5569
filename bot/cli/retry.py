"""``bookbag retry``: what was set aside is handled again, by the program that runs or at its next start.

Knows nothing of why it was set aside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.control import Retry


def retry(
    message: Annotated[int | None, typer.Argument(help="The number of one message, as `status` gives it.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every message that was set aside.")] = False,
) -> None:
    """Handle again what was set aside after five failures."""
    import asyncio

    from book.ids import InboxId
    from bot.control import Retry

    if (message is None) is not everything:
        typer.echo("Say which message, by its number from `bookbag status`, or --all.", err=True)
        raise typer.Exit(2)
    answer = asyncio.run(_ask(Retry(None if message is None else InboxId(message))))
    again = answer["retried"]
    if again:
        typer.echo(f"To be handled again: {', '.join(map(str, again))}.")
        return
    typer.echo("Nothing is set aside." if everything else f"Message {message} is not set aside, or its words are gone.")
    raise typer.Exit(0 if everything else 1)


async def _ask(request: Retry) -> dict[str, Any]:
    from bot import control
    from bot.cli.beside import asked
    from bot.cli.configured import load

    return await asked(load(), "retry", request.write(), lambda store, _clock: control.retry(store, request))
