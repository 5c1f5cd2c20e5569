"""The demo's directory: whose it is, that only one program has it, and that nothing else is ever touched."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from book.errors import AlreadyServing, OperatorError
from bot.demo.directory import DemoDirectory, usual_directory

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_what_is_made_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    with DemoDirectory(tmp_path / "some" / "demo") as directory:
        directory.root_key()

        assert mode(tmp_path / "some" / "demo") == 0o700
        assert mode(tmp_path / "some" / "demo" / "data") == mode(tmp_path / "some" / "demo" / "keys") == 0o700
        assert mode(tmp_path / "some" / "demo" / "keys" / "root.key") == 0o600


def test_the_root_key_is_made_once(tmp_path: Path) -> None:
    with DemoDirectory(tmp_path / "demo") as directory:
        first = directory.root_key()
        directory.kept_time.keep(NOON)
    with DemoDirectory(tmp_path / "demo") as directory:
        assert directory.root_key() == first


def test_two_demos_never_serve_from_one_directory(tmp_path: Path) -> None:
    with (
        DemoDirectory(tmp_path / "demo"),
        pytest.raises(AlreadyServing, match=r"Another demo serves from .*/demo already: stop it, or .*--data"),
        DemoDirectory(tmp_path / "demo"),
    ):
        pass
    with DemoDirectory(tmp_path / "demo"):
        pass


def test_a_directory_that_holds_another_book_is_left_alone(tmp_path: Path) -> None:
    """A real book has its data and its keys under the very same names."""
    real = {tmp_path / "data" / "bookbag.db": b"a real book", tmp_path / "keys" / "root.key": b"its key"}
    for path, content in real.items():
        path.parent.mkdir()
        path.write_bytes(content)

    with pytest.raises(OperatorError, match="holds a book that is no demo"), DemoDirectory(tmp_path):
        pass

    assert {path: path.read_bytes() for path in real} == real
    assert sorted(each.name for each in tmp_path.iterdir()) == ["data", "keys"]


def test_what_an_interrupted_first_start_left_is_begun_anew(tmp_path: Path) -> None:
    half = tmp_path / "demo" / "data" / "bookbag.db"
    with DemoDirectory(tmp_path / "demo") as directory:
        directory.root_key()
        half.write_bytes(b"half a book")
    with DemoDirectory(tmp_path / "demo") as directory:
        assert not directory.is_begun
        assert not half.exists()
        directory.kept_time.keep(NOON)
        half.write_bytes(b"a whole book")
    (tmp_path / "demo" / "demo.json").write_text("damaged")
    with DemoDirectory(tmp_path / "demo") as directory:
        assert directory.is_begun
        assert half.read_bytes() == b"a whole book"


def test_a_place_that_cannot_be_a_directory_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OperatorError, match=r"cannot be used .*--data"), DemoDirectory(path):
            pass


def test_a_demo_that_names_no_directory_is_kept_among_the_users_data() -> None:
    home = Path("/people/maya")

    assert usual_directory({}, home) == Path("/people/maya/.local/share/bookbag-demo")
    assert usual_directory({"XDG_DATA_HOME": "/data"}, home) == Path("/data/bookbag-demo")
    assert usual_directory({"XDG_DATA_HOME": "relative"}, home) == Path("/people/maya/.local/share/bookbag-demo")
