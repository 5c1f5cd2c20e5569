"""One program at a time serves from a data directory, and who it is outlives it.

The lock is the system's own: it ends with the process that holds it, however that ends, so nothing is ever left
locked. Beside it stands the name under which this directory owns accounts in the database: whoever holds the lock
may take over what an earlier holder left behind, because that one is certainly dead. Knows nothing of what is
served.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from book.errors import AlreadyServing, OperatorError

_OWNER_BYTES = 12


class DataDirectoryLock:
    """The right to serve from ``directory``, as long as it is held."""

    def __init__(self, directory: Path, name: str = "lock") -> None:
        """``name`` tells apart programs that may serve beside each other, where the database is PostgreSQL."""
        self._directory = directory
        self._path = directory / name
        self._file: int | None = None
        self._owner = ""

    @property
    def owner(self) -> str:
        """What this directory is called in the database; the same for every holder of the lock."""
        return self._owner

    def take(self) -> Self:
        """Hold the lock from now on, making the directory (0700) if it is missing.

        Raises :class:`AlreadyServing` while another program holds it, :class:`OperatorError` where the directory
        cannot be used.
        """
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as fault:
            raise OperatorError(
                f"The folder {self._directory} cannot be used ({fault.strerror}): make it writable, or name another."
            ) from None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            raise AlreadyServing(
                f"Another Bookbag serves from {self._directory} already: stop it, or name another folder."
            ) from None
        try:
            self._owner = _owner(file)
        except OSError as fault:
            os.close(file)
            raise OperatorError(f"{self._path} cannot be written ({fault.strerror}): is the disk full?") from None
        self._file = file
        return self

    def let_go(self) -> None:
        """Let the next program in; may be called twice."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def __enter__(self) -> Self:
        return self.take()

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.let_go()


def is_held(directory: Path, name: str = "lock") -> bool:
    """Whether some program serves from ``directory`` at this moment; looks without taking anything."""
    with suppress(OSError):
        file = os.open(directory / name, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(file)
    return False


def _owner(file: int) -> str:
    known = os.pread(file, 64, 0).decode("ascii", "replace").strip()
    if len(known) == 2 * _OWNER_BYTES and known.isalnum():
        return known
    fresh = secrets.token_hex(_OWNER_BYTES)
    os.ftruncate(file, 0)
    os.pwrite(file, fresh.encode() + b"\n", 0)
    os.fsync(file)
    return fresh
