"""What the process of its own does with a recording: shut itself off, and become ffmpeg.

Run by ``bot.media.recordings`` and by nobody else. Knows nothing of what ffmpeg is told to do.
"""

from __future__ import annotations

import os
import sys

from bot.media.confinement import confine, leave_the_network

# What ffmpeg opens besides the two files: its own libraries.
_FILES = 64


def main() -> None:
    """The command line says how much memory, time and writing is allowed, and then the command itself."""
    memory, cpu_seconds, writes, *command = sys.argv[1:]
    leave_the_network()
    confine(memory=int(memory), cpu_seconds=int(cpu_seconds), files=_FILES, threads=True, writes=int(writes))
    os.execv(command[0], command)  # noqa: S606 # no shell, and nothing in it that a stranger wrote
