"""How much a file may be, and how much it may cost to look at: figures only.

What a channel carries is decided by its channel; these are Bookbag's own.
"""

from __future__ import annotations

from typing import NamedTuple

_MB = 1024 * 1024

# What one file may have, of whatever kind: no platform gives a bot more than this.
LARGEST_FILE = 20 * _MB


class Limits(NamedTuple):
    """What one process that looks at one file may use, and what it may hand back.

    A tuple, for it travels on that process's command line.
    """

    memory: int = 512 * _MB
    cpu_seconds: int = 10
    seconds: int = 15  # by the clock on the wall; more than it may compute, for a machine that is busy
    pixels: int = 40_000_000
    side: int = 16_384
    relay_side: int = 2_048
    relay_ratio: int = 20  # what is longer is set on white: no platform shows it otherwise
    relay_bytes: int = 5_000_000  # the strictest platform's
    thumbnail_side: int = 320
    thumbnail_bytes: int = _MB
    original_bytes: int = 16 * _MB


LIMITS = Limits()
