"""The media folder: sealed files under names that say nothing, each there whole or not at all.

A file is written beside its name, made durable, put in its place and the folder made durable, in that order; so
whatever stops the machine, what stands under a name is whole. Knows nothing of keys, pictures or children.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_NAME = re.compile(r"[0-9a-f]{32}")
_UNFINISHED = ".part"


def new_name(chance: Callable[[int], bytes]) -> str:
    """A name nobody can guess; ``chance(n)`` gives n bytes."""
    return chance(16).hex()


class MediaFiles:
    """One folder of files; made, for its owner alone, when the first file is written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, name: str, content: bytes) -> None:
        """``content`` stands under ``name``, durable, before this returns; the same name takes the place of itself."""
        place = self._place(name)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = place.with_suffix(_UNFINISHED)
        file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(file, "wb") as writing:
            writing.write(content)
            writing.flush()
            os.fsync(file)
        beside.replace(place)
        self._make_durable()

    def read(self, name: str) -> bytes | None:
        """What stands under ``name``; None if nothing does."""
        try:
            return self._place(name).read_bytes()
        except FileNotFoundError:
            return None

    def delete(self, *names: str) -> None:
        """Nothing stands under these names any more, durably; what was not there is no fault."""
        gone = False
        for name in names:
            with suppress(FileNotFoundError):
                self._place(name).unlink()
                gone = True
        if gone:
            self._make_durable()

    def names(self) -> frozenset[str]:
        """Every name under which a whole file stands."""
        return frozenset(name for name in self._listed() if _NAME.fullmatch(name))

    def strange(self) -> int:
        """How many files are here that this folder never made; those half written are its own and no more than that."""
        return sum(not _NAME.fullmatch(name.removesuffix(_UNFINISHED)) for name in self._listed())

    def clear_unfinished(self) -> int:
        """Delete what a stop left half written; only where nobody writes at this moment."""
        half = [name for name in self._listed() if name.endswith(_UNFINISHED)]
        for name in half:
            with suppress(FileNotFoundError):
                (self._folder / name).unlink()
        return len(half)

    def _listed(self) -> list[str]:
        try:
            return [each.name for each in os.scandir(self._folder)]
        except FileNotFoundError:
            return []

    def _place(self, name: str) -> Path:
        # A name out of a damaged or altered database must not lead out of the folder.
        if not _NAME.fullmatch(name):
            raise ValueError("a file of the media folder is named by 32 hexadecimal digits")
        return self._folder / name

    def _make_durable(self) -> None:
        folder = os.open(self._folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
