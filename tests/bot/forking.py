"""Programs of their own that begin where Python has already read everything: a process that only ever forks.

A start of `bookbag` reads a thousand modules, and that is nearly all a short command does. Here one process has read
them, and each program is a child of it, with arguments, folder, environment and pipes of its own; it runs, ends and is
killed as any other. What a start by itself is like is shown by the demo's tests and by the kills, which begin from
nothing. Knows nothing of what is run.
"""

from __future__ import annotations

import asyncio
import atexit
import gc
import json
import multiprocessing
import os
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_LARGEST_REQUEST = 1 << 20


class Child:
    """A program that was begun, as `asyncio.subprocess.Process` would show it."""

    def __init__(
        self,
        pid: int,
        ended: asyncio.StreamReader,
        stdin: int,
        stdout: asyncio.StreamReader,
        stderr: asyncio.StreamReader | None,
    ) -> None:
        self.pid = pid
        self.stdout = stdout
        self.stderr = stderr
        self.returncode: int | None = None
        self._stdin = stdin
        self._ended = asyncio.create_task(self._end(ended), name=f"end of {pid}")

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Its exit code, or the signal that ended it as a negative number."""
        return await asyncio.shield(self._ended)

    async def communicate(self, given: bytes = b"") -> tuple[bytes, bytes]:
        """Give it this, close its input, and read what it says to its end."""
        if self._stdin >= 0:
            with suppress(BrokenPipeError):
                await asyncio.to_thread(os.write, self._stdin, given)
            os.close(self._stdin)
            self._stdin = -1
        out = await self.stdout.read()
        err = await self.stderr.read() if self.stderr is not None else b""
        await self.wait()
        return out, err

    async def _end(self, ended: asyncio.StreamReader) -> int:
        self.returncode = int(await ended.readline())
        await ended.read()
        return self.returncode


async def begin(
    module: str, words: Sequence[str], *, folder: Path, environment: Mapping[str, str], apart: bool
) -> Child:
    """``python -m module words``; its errors go ``apart`` or where the rest goes."""
    ours: list[int] = []
    theirs: list[int] = []

    def pipe(*, from_it: bool = True) -> int:
        read, write = os.pipe()
        ours.append(read if from_it else write)
        theirs.append(write if from_it else read)
        return ours[-1]

    stdin, stdout = pipe(from_it=False), pipe()
    stderr = pipe() if apart else None
    status = pipe()
    wanted = {
        "module": module,
        "words": list(words),
        "folder": str(folder),
        "environment": dict(environment),
    }
    try:
        files = [theirs[0], theirs[1], theirs[2] if apart else theirs[1], theirs[-1]]
        socket.send_fds(_keeper(), [json.dumps(wanted).encode()], files)
    finally:
        for each in theirs:
            os.close(each)
    told = await _reader(status)
    pid = int(await told.readline())
    return Child(pid, told, stdin, await _reader(stdout), await _reader(stderr) if stderr is not None else None)


async def _reader(file: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(file, "rb", buffering=0)
    )
    return reader


@cache
def _keeper() -> socket.socket:
    """The process that forks, begun when it is first asked for and ended with this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bot.forking", str(theirs.fileno())],
        cwd=ROOT,
        pass_fds=[theirs.fileno()],
        stdout=subprocess.DEVNULL,
    )
    theirs.close()

    def close() -> None:
        ours.close()
        process.wait()

    atexit.register(close)
    return ours


# --- in the process that forks ----------------------------------------------------------------------------------


def _keep(control: socket.socket) -> None:
    """Fork whenever asked, and say which number a program has and how it ended, until nobody asks any more."""
    running: dict[int, tuple[ForkProcess, int]] = {}
    fork = multiprocessing.get_context("fork")
    while True:
        for ready in wait([control, *running]):
            if ready is control:
                request, files, _, _ = socket.recv_fds(control, _LARGEST_REQUEST, 4)
                if not request:
                    return
                told = [status for _, status in running.values()]
                process = fork.Process(target=_become, args=(json.loads(request), files, [control.fileno(), *told]))
                process.start()
                status = files.pop()
                os.write(status, f"{process.pid}\n".encode())
                running[process.sentinel] = process, status
                for each in files:
                    os.close(each)
            else:
                assert isinstance(ready, int)
                process, status = running.pop(ready)
                process.join()
                with suppress(BrokenPipeError):  # nobody waits for it any more
                    os.write(status, f"{process.exitcode}\n".encode())
                os.close(status)


def _become(wanted: dict[str, Any], files: Sequence[int], not_its_own: Sequence[int]) -> None:
    for at, each in enumerate(files[:3]):
        os.dup2(each, at)
    for each in (*files, *not_its_own):
        os.close(each)
    os.environ.clear()
    os.environ.update(wanted["environment"])
    os.chdir(wanted["folder"])
    # Whoever kept hold of the output and the errors writes where these lead now; the input was closed by the fork.
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.argv[1:] = wanted["words"]
    try:
        runpy.run_module(wanted["module"], run_name="__main__", alter_sys=True)
    except Exception:
        # As Python ends of itself.
        sys.excepthook(*sys.exc_info())
        sys.exit(1)


def _main() -> None:
    # The service needs all of it; a command takes of it what it needs.
    import bot.app
    import bot.cli.run
    from book.understanding.lexicon import load_lexicon
    from bot.cli import application

    assert bot.app
    application()
    load_lexicon()
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as control:
        _keep(control)


if __name__ == "__main__":
    _main()
