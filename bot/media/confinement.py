"""Shuts the process it runs in off from nearly everything, before that process looks at what a stranger sent.

For a process of its own only: there is no way back. What a platform does not know is left out, the rest holds.
"""

from __future__ import annotations

import os
import resource

_NEW_NETWORK, _NEW_USERS = 0x4000_0000, 0x1000_0000


def confine(*, memory: int, cpu_seconds: int, files: int = 0, threads: bool = False, writes: int = 0) -> None:
    """From here on: so much memory and time, ``writes`` bytes to a file at most, and ``files`` more descriptors.

    With none more, nothing can be opened: no file, no socket, no network. What is open already stays so. Without
    ``threads`` there is no child either; the kernel counts the two as one.
    """
    # The lowest free number is what would be given out next; every number from it on is refused.
    free = _lowest_free()
    if not threads:
        _limit("RLIMIT_NPROC", 0)
    for what, most in (
        ("RLIMIT_CORE", 0),
        ("RLIMIT_FSIZE", writes),
        ("RLIMIT_CPU", cpu_seconds),
        ("RLIMIT_AS", memory),
        ("RLIMIT_NOFILE", free + files),
    ):
        _limit(what, most)


def leave_the_network() -> bool:
    """From here on no address can be reached, on a Linux that lets us; for a program that must open files.

    A namespace of its own has no network in it. To make one a plain user needs a namespace of users as well, which
    some systems forbid.
    """
    import ctypes

    try:
        unshare = ctypes.CDLL(None).unshare
    except (AttributeError, OSError):
        return False
    return any(unshare(spaces) == 0 for spaces in (_NEW_NETWORK, _NEW_NETWORK | _NEW_USERS))


def _limit(what: str, most: int) -> None:
    """Set one limit as far down as the platform lets us."""
    try:
        number = getattr(resource, what)
        _, hard = resource.getrlimit(number)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        # Out of time it is asked to end first, which says why it ended; a second later it is made to.
        grace = 1 if what == "RLIMIT_CPU" and most != hard else 0
        resource.setrlimit(number, (most, most + grace))
    except (AttributeError, ValueError, OSError):
        return


def _lowest_free() -> int:
    free = os.dup(0)
    os.close(free)
    return free
