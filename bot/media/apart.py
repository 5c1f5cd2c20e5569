"""A process of its own for one file: with nothing of ours around it, and gone when whoever asked for it is done.

Knows nothing of what it does there; what it may use is shut off by itself, in ``bot.media.confinement``.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path

# Without it each thread of an allocator would claim its own share of the memory that is allowed.
_ENVIRONMENT = {"MALLOC_ARENA_MAX": "1", "LC_ALL": "C.UTF-8"}
_AT_ONCE = 256 * 1024


@asynccontextmanager
async def apart(
    module: str, arguments: Sequence[str], *, seconds: float, inherits: Sequence[int] = ()
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Our own interpreter running ``main()`` of ``module``, its input and output open; it is killed at the end.

    Raises TimeoutError when ``seconds`` of the wall's clock are over, and OSError where it cannot begin. Cancelled, it
    leaves no process behind.
    """
    process = await asyncio.create_subprocess_exec(
        *_command(module, arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd="/",
        env=_ENVIRONMENT,
        start_new_session=True,
        pass_fds=inherits,
    )
    try:
        async with asyncio.timeout(seconds):
            yield process
    finally:
        # All of its session: a child of its own would be no better.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        with contextlib.suppress(ConnectionError):
            await process.communicate()


async def hand_over(process: asyncio.subprocess.Process, content: bytes) -> bool:
    """Give it the file on its standard input; whether it had shut itself off before it read any of it."""
    assert process.stdin is not None
    assert process.stdout is not None
    # One that gives up early closes its end; what it has to say is read all the same.
    with contextlib.suppress(ConnectionError):
        for start in range(0, len(content), _AT_ONCE):
            process.stdin.write(memoryview(content)[start : start + _AT_ONCE])
            await process.stdin.drain()
        process.stdin.close()
    return await process.stdout.readline() == b"ready\n"


def was_ended_by_others(returncode: int) -> bool:
    """Whether somebody stopped it (a machine out of memory, an operator), rather than what it was given."""
    return returncode in (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP)


def _command(module: str, arguments: Sequence[str]) -> list[str]:
    """The interpreter without its environment and its site: it finds Bookbag and what decodes pictures."""
    found = [find_spec(name) for name in ("PIL", "pillow_heif")]
    packages = {str(Path(each.origin).parents[1]) for each in found if each is not None and each.origin is not None}
    places = [str(Path(__file__).parents[2]), *sorted(packages)]
    begin = f"import sys; sys.path += {places!r}; from {module} import main; main()"
    return [sys.executable, "-I", "-S", "-c", begin, *arguments]
