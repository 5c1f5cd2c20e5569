"""``bookbag run``: the bot itself, until it is stopped.

Knows only how to begin and how to say why it cannot.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import typer


def run(
    only: Annotated[
        Literal["doors", "handlers", "dispatch", "scheduler"] | None,
        typer.Option(help="Keep this process to one part, where several share one PostgreSQL."),
    ] = None,
) -> None:
    """Run the bot until it is stopped."""
    import asyncio
    import sys

    import structlog

    from book.errors import OperatorError
    from bot.cli.configured import load
    from bot.clock import SystemClock
    from bot.configuration import ConfigurationError
    from bot.logging import set_up

    try:
        configuration = load()
        set_up(sys.stderr, now=SystemClock().now)

        from bot.app import Part, run

        asyncio.run(run(configuration, only=None if only is None else Part(only), ready=_say_ready))
    except ConfigurationError as fault:
        typer.echo("Bookbag cannot start yet.", err=True)
        for each in fault.faults:
            typer.echo(f"- {each.sentence}", err=True)
        typer.echo("`bookbag doctor` looks at everything; `bookbag demo` needs none of this.", err=True)
        raise typer.Exit(2) from None
    except OperatorError:
        raise
    except Exception as died:
        # The outermost of all. What died says its kind and place to the log, and nothing of what it held.
        if isinstance(died, ExceptionGroup) and died.subgroup(OperatorError) is not None:
            raise
        for leaf in leaves(died):
            structlog.get_logger(__name__).error("part_failed", exc_info=leaf)
        typer.echo(
            "Bookbag stopped because a part of it failed, which is a fault of its own: the log says what and where. "
            "Nothing that came in is lost; start it again.",
            err=True,
        )
        raise typer.Exit(1) from None


def leaves(fault: BaseException) -> Iterator[BaseException]:
    """The faults themselves, out of whatever groups hold them."""
    if isinstance(fault, BaseExceptionGroup):
        for each in fault.exceptions:
            yield from leaves(each)
    else:
        yield fault


def _say_ready() -> None:
    import gc

    # What is there now stays to the end. Looked through for cycles again and again, and after every few hundred rows,
    # it would cost a fifth of all the work.
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
    typer.echo("ready")
