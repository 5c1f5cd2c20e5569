"""The CPU time a process has used, by the system's own account."""

from __future__ import annotations

import psutil


def cpu_seconds(process: int) -> float:
    """User and system time of ``process`` so far, in seconds; its children are not counted."""
    used = psutil.Process(process).cpu_times()
    return float(used.user + used.system)
