"""The demo's own directory: made once, for its owner alone, held by one program at a time.

``DIR/data`` holds the book and ``DIR/keys`` what opens it; ``DIR/demo.json`` says that this is a demo and what its
book time is. A directory that holds another book is left alone. Refuses to know what a book is.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from book.errors import AlreadyServing, OperatorError
from bot.demo.book_time import KeptTime
from bot.lock import DataDirectoryLock
from storage.keys import RootKey, make_root_key, read_root_key

_MARK = "demo.json"
_BOOK = ("bookbag.db", "bookbag.db-wal", "bookbag.db-shm")
_KEYS = ("root.key", "keys.db", "keys.db-wal", "keys.db-shm")


def usual_directory(environment: Mapping[str, str], home: Path) -> Path:
    """Where a demo is kept that names no directory: ``bookbag-demo`` among the user's data."""
    data = environment.get("XDG_DATA_HOME", "")
    return (Path(data) if Path(data).is_absolute() else home / ".local" / "share") / "bookbag-demo"


class DemoDirectory:
    """One demo's directory, while this program serves from it."""

    def __init__(self, path: Path) -> None:
        """``path`` may not exist yet."""
        self._path = path
        self._lock = DataDirectoryLock(path / "data")
        self.kept_time = KeptTime(path / _MARK)

    def __enter__(self) -> Self:
        """Make or find the directory and hold it.

        Raises :class:`OperatorError` where it cannot be used or is no demo's, :class:`AlreadyServing` while another
        demo serves from it.
        """
        try:
            self._make()
            try:
                self._lock.take()
            except AlreadyServing:
                raise AlreadyServing(
                    f"Another demo serves from {self._path} already: stop it, or name another folder with --data."
                ) from None
            if not self.is_begun:
                # Nobody was ever shown what an interrupted first start left behind.
                self._clear()
        except OSError as fault:
            self._lock.let_go()
            raise OperatorError(
                f"The folder {self._path} cannot be used ({fault.strerror}): name another with --data."
            ) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.let_go()

    @property
    def is_begun(self) -> bool:
        """Whether a first start ever came to its end here."""
        return (self._path / _MARK).stat().st_size > 0

    @property
    def owner(self) -> str:
        """Under which name this directory owns accounts in the database."""
        return self._lock.owner

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self._path / 'data' / 'bookbag.db'}"

    @property
    def keys_url(self) -> str:
        return f"sqlite:///{self._path / 'keys' / 'keys.db'}"

    @property
    def media(self) -> Path:
        """Where its pictures are kept."""
        return self._path / "data" / "media"

    def root_key(self) -> RootKey:
        """The key that opens all others; made at the first start."""
        path = self._path / "keys" / "root.key"
        return read_root_key(path) if path.exists() else make_root_key(path)

    def _make(self) -> None:
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark = self._path / _MARK
        if not mark.exists():
            # A real book keeps its data and its keys in folders of these very names.
            if any((self._path / name).exists() for name in ("data", "keys")):
                raise OperatorError(f"The folder {self._path} holds a book that is no demo: name another with --data.")
            # From now on an interrupted first start is known for what it is.
            os.close(os.open(mark, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
        for name in ("data", "keys"):
            (self._path / name).mkdir(mode=0o700, exist_ok=True)

    def _clear(self) -> None:
        for folder, names in (("data", _BOOK), ("keys", _KEYS)):
            for name in names:
                (self._path / folder / name).unlink(missing_ok=True)
        shutil.rmtree(self.media, ignore_errors=True)
