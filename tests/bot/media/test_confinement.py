"""The process that decodes can do nothing but decode: it opens nothing, inherits nothing, and ends when it must."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from book.media import Refusal
from bot.media.limits import Limits
from bot.media.making_safe import Later, Refused, make_safe
from tests.bot.media.pictures import encoded, picture

LONDON = ZoneInfo("Europe/London")
ROOT = Path(__file__).parents[3]
PROC = Path("/proc/self/task")
needs_proc = pytest.mark.skipif(not PROC.exists(), reason="There is no /proc here to look at another process through.")

# Each is tried after the process has shut itself off, and must fail.
TRIES = {
    "open a file": "open('/etc/hostname')",
    "open a socket": "socket.socket()",
    "ask for an address": "socket.getaddrinfo('localhost', 80)",
    "write to a file that is open": "open_already.write(b'x' * 10); open_already.flush()",
    "take more memory than it may": "bytearray(600 * 1024 * 1024)",
}
_TRY = """
import os, socket, sys, tempfile
sys.path.append({root!r})
from bot.media.confinement import confine
open_already = tempfile.TemporaryFile()
confine(memory=512 * 1024 * 1024, cpu_seconds=5)
try:
    {what}
except (OSError, MemoryError) as refused:
    sys.stdout.write("refused")
"""


@pytest.mark.parametrize("what", TRIES.values(), ids=list(TRIES))
def test_a_confined_process_cannot(what: str) -> None:
    if "bytearray" in what and sys.platform != "linux":
        pytest.skip("Only Linux holds a process to its memory; elsewhere the limit on points has to do.")
    script = _TRY.format(root=str(ROOT), what=what)
    tried = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=False)

    # Where a limit is passed the kernel may also end it.
    assert tried.stdout == "refused" or tried.returncode < 0, tried.stderr


def test_a_confined_process_ends_when_it_has_used_its_time() -> None:
    script = _TRY.format(root=str(ROOT), what="\n    while True: pass").replace("cpu_seconds=5", "cpu_seconds=1")
    tried = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, check=False)

    assert tried.returncode < 0


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux holds a process to its memory.")
async def test_a_picture_that_needs_more_memory_than_it_may_have_is_refused() -> None:
    content = encoded(Image.new("RGB", (6000, 5000), "teal"))

    outcome = await make_safe(content, zone=LONDON, limits=Limits(memory=160 * 1024 * 1024))

    assert outcome == Refused(Refusal.TOO_MUCH)


def test_a_process_that_left_the_network_reaches_nobody() -> None:
    script = (
        f"import socket, sys; sys.path.append({str(ROOT)!r})\n"
        "from bot.media.confinement import leave_the_network\n"
        "with socket.create_server(('127.0.0.1', 0)) as outside:\n"
        "    if leave_the_network():\n"
        "        print(socket.socket().connect_ex(outside.getsockname()))\n"
    )
    tried = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)

    if not tried.stdout:
        pytest.skip("This system lets nobody leave the network.")
    assert int(tried.stdout) != 0


async def test_a_picture_that_needs_more_time_than_it_may_have_is_refused() -> None:
    plain = encoded(Image.new("L", (6000, 6000), 90), progressive=True)
    scan = plain[plain.rindex(b"\xff\xda") : -2]
    content = plain[:-2] + 20 * scan + b"\xff\xd9"

    outcome = await make_safe(content, zone=LONDON, limits=Limits(cpu_seconds=1, seconds=600))

    assert outcome == Refused(Refusal.TOO_MUCH)


@needs_proc
async def test_a_machine_that_is_too_busy_is_no_fault_of_the_pictures_and_nothing_is_left_behind() -> None:
    before = _children()  # a database of the tests' own may be among them
    outcome = await make_safe(encoded(picture()), zone=LONDON, limits=Limits(seconds=0))

    assert outcome == Later()
    assert _children() == before


@needs_proc
async def test_the_process_inherits_nothing_and_ends_with_whoever_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", "CANARY")
    before, (reads, writes) = _children(), os.pipe()
    os.set_inheritable(writes, True)
    content = encoded(Image.new("RGB", (6000, 6000), "teal"))

    asked = asyncio.create_task(make_safe(content, zone=LONDON, limits=Limits(seconds=600)))
    while not (begun := _children() - before):
        await asyncio.sleep(0)
    process = Path("/proc") / str(begun.pop())
    while b"bot.media.decoding" not in (process / "cmdline").read_bytes():
        await asyncio.sleep(0)
    surroundings = (process / "environ").read_bytes().split(b"\0")
    open_there = {each.name for each in (process / "fd").iterdir()}
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked

    assert {each.partition(b"=")[0] for each in surroundings} <= {b"", b"LC_ALL", b"MALLOC_ARENA_MAX"}
    assert str(writes) not in open_there
    assert not process.exists()
    os.close(reads)
    os.close(writes)


def _children() -> set[int]:
    return {int(each) for task in PROC.iterdir() for each in (task / "children").read_text().split()}
