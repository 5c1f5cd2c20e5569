"""A data directory is served from by one program at a time, and a dead one never stands in the way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from book.errors import AlreadyServing, OperatorError
from bot.lock import DataDirectoryLock, is_held


def test_while_it_is_held_nobody_else_serves_and_looking_takes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    with DataDirectoryLock(folder) as lock:
        assert folder.stat().st_mode & 0o777 == 0o700
        assert is_held(folder)
        with pytest.raises(AlreadyServing, match="serves from"):
            DataDirectoryLock(folder).take()
        assert len(lock.owner) == 24
    assert not is_held(folder)


def test_whoever_holds_it_next_is_known_by_the_same_name(tmp_path: Path) -> None:
    with DataDirectoryLock(tmp_path) as first:
        pass
    with DataDirectoryLock(tmp_path) as second:
        assert second.owner == first.owner
    with DataDirectoryLock(tmp_path, "another") as another:
        assert another.owner != first.owner


def test_a_killed_program_leaves_nothing_locked(tmp_path: Path) -> None:
    holds = f"""if True:
        from pathlib import Path
        from bot.lock import DataDirectoryLock
        DataDirectoryLock(Path({str(tmp_path)!r})).take()
        print("held", flush=True)
        input()
    """
    with subprocess.Popen(
        [sys.executable, "-c", holds], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "held\n"
        assert is_held(tmp_path)
        program.kill()
    DataDirectoryLock(tmp_path).take().let_go()


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OperatorError, match="cannot be used"):
        DataDirectoryLock(tmp_path / "file" / "data").take()
