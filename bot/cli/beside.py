"""A command that writes: asked of the program that runs, or done here under the lock where none does.

What takes longer than a second shows that it goes on. Knows nothing of what is asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.clock import SystemClock
    from bot.configuration import Configuration
    from storage.store import Store

_PATIENCE_SECONDS = 1.0
_AT_MOST_SECONDS = 600.0


async def ask(configuration: Configuration, verb: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to one request; raises :class:`OperatorError` with a sentence where there is none."""
    return await showing(_ask(configuration, verb, request))


async def _ask(configuration: Configuration, verb: str, request: Mapping[str, Any]) -> dict[str, Any]:
    from bot.app import enrolment

    async def here(store: Store, clock: SystemClock) -> dict[str, Any]:
        return await enrolment(configuration, store, clock)[verb](request)

    return await asked(configuration, verb, request, here, within=_AT_MOST_SECONDS)


async def asked(
    configuration: Configuration,
    verb: str,
    request: Mapping[str, Any],
    here: Callable[[Store, SystemClock], Awaitable[dict[str, Any]]],
    *,
    within: float | None = None,
) -> dict[str, Any]:
    """The running program's answer to ``request``; where none runs, what ``here`` does under the lock."""
    from contextlib import AsyncExitStack

    from book.errors import AlreadyServing
    from bot import control
    from bot.app import is_embedded, open_store, serving_locks
    from bot.clock import SystemClock

    patience = {} if within is None else {"within": within}
    async with AsyncExitStack() as held:
        if is_embedded(configuration):
            try:
                for _, lock in serving_locks(configuration):
                    held.enter_context(lock)
            except AlreadyServing:
                return await control.ask(configuration.data_dir, verb, request, **patience)
        clock = SystemClock()
        store = await held.enter_async_context(open_store(configuration, clock))
        return await here(store, clock)


async def showing(work: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    """Wait for ``work``; after a second a bar says that it goes on, where somebody is looking."""
    task = asyncio.ensure_future(work)
    done, _ = await asyncio.wait([task], timeout=_PATIENCE_SECONDS)
    if done:
        return task.result()
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("Working"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        bar.add_task("", total=None)
        return await task
