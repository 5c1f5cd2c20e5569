"""A real ``bookbag demo`` in a process of its own, as a visitor starts it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
# A hundred times what it takes; only a demo that hangs meets it.
PATIENCE_SECONDS = 120


@dataclass(slots=True)
class RunningDemo:
    """The process, and where it serves."""

    process: subprocess.Popen[str]
    url: str

    def ends(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it this way; the code it ended with."""
        self.process.send_signal(how)
        return self.process.wait(PATIENCE_SECONDS)


def command(directory: Path, *more: str) -> Sequence[str]:
    return [sys.executable, "-m", "bot", "demo", "--data", str(directory), "--no-browser", *more]


@contextmanager
def running_demo(directory: Path, *more: str) -> Iterator[RunningDemo]:
    """Start the demo on a free port and wait for its one line; killed afterwards if it still runs."""
    with subprocess.Popen(
        command(directory, "--port", "0", *more), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            said = re.fullmatch(r"ready (http://127\.0\.0\.1:\d+)\n", line)
            assert said is not None, f"the demo said {line!r}"
            yield RunningDemo(process, said[1])
        finally:
            process.kill()


def refused(directory: Path, *more: str) -> str:
    """The sentence with which the demo declines to start; nothing else may be said, and the code must be 1."""
    ended = subprocess.run(
        command(directory, *more), cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.count("\n") == 1, ended.stderr
    return ended.stderr
