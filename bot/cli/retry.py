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


async def _ask(asked: Retry) -> dict[str, Any]:
    from contextlib import AsyncExitStack

    from book.errors import AlreadyServing
    from bot import control
    from bot.app import is_embedded, open_store, serving_locks
    from bot.cli.configured import load
    from bot.clock import SystemClock

    configuration = load()
    async with AsyncExitStack() as held:
        if is_embedded(configuration):
            try:
                for _, lock in serving_locks(configuration):
                    held.enter_context(lock)
            except AlreadyServing:
                return await control.ask(configuration.data_dir, "retry", asked.write())
        store = await held.enter_async_context(open_store(configuration, SystemClock()))
        return await control.retry(store, asked)
