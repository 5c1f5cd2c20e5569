"""The CPU time a process has used and the memory it holds, by the system's own account; Linux only."""

from __future__ import annotations

import os
from pathlib import Path


def cpu_seconds(process: int) -> float:
    """User and system time of ``process`` so far, in seconds; its children are not counted."""
    # The name of the program, in brackets, may hold blanks: the figures begin behind it.
    figures = Path(f"/proc/{process}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    return (int(figures[11]) + int(figures[12])) / os.sysconf("SC_CLK_TCK")


def memory_of(process: int) -> int:
    """The bytes of memory that ``process`` holds by itself."""
    pages = int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
