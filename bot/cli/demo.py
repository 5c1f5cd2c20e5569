"""``bookbag demo``: phones in the browser, a book of invented people, no account and no network.

Refuses to know what is served: it reads what was asked for, says when it is ready, and says in a sentence what is
wrong.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer


def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to serve on; 0 takes any that is free.")] = 8300,
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where the demo is kept.  [default: ~/.local/share/bookbag-demo]"),
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
    roster: Annotated[
        Path | None, typer.Option(metavar="FILE", help="People of your own, for a new demo (see docs/demo.md).")
    ] = None,
    now: Annotated[
        str, typer.Option("--now", metavar="TIME", help="Where the book's clock begins, as 2026-11-24T07:30.")
    ] = "",
    host: Annotated[str, typer.Option(help="The loopback address to serve on.")] = "127.0.0.1",
) -> None:
    """Phones in the browser and the child's book beside them: no account needed."""
    import asyncio

    import structlog

    from book.errors import OperatorError
    from bot.demo.directory import usual_directory
    from bot.demo.serving import Serving, open_in_browser, serve

    # Standard output is for the one line that scripts wait for.
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger("warning"),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    directory = data or usual_directory(os.environ, Path.home())

    def ready(address: str) -> None:
        typer.echo(f"ready {address}")
        typer.echo(f"Everything stays on this machine, in {directory}. Ctrl-C stops the demo.", err=True)
        if not no_browser:
            # Some browsers keep whoever opens them waiting.
            threading.Thread(target=open_in_browser, args=(address, os.environ), daemon=True).start()

    try:
        asyncio.run(serve(Serving(directory.absolute(), host, port, roster, now), ready=ready))
    except OperatorError as fault:
        typer.echo(str(fault), err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        # Before it was ready to be stopped in order; nothing is half done that the next start does not mend.
        raise typer.Exit(130) from None
