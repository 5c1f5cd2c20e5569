"""A file of the media folder is there whole or not at all, and is nobody else's to read."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from storage.media_files import MediaFiles, new_name

ONE, OTHER = "0" * 32, "f" * 32


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "media"


@pytest.fixture
def files(folder: Path) -> MediaFiles:
    return MediaFiles(folder)


def test_what_was_written_is_read_until_it_is_deleted(files: MediaFiles, folder: Path) -> None:
    assert files.read(ONE) is None
    files.write(ONE, b"first")
    files.write(OTHER, b"other")
    files.write(ONE, b"second")

    assert (files.read(ONE), files.read(OTHER)) == (b"second", b"other")
    assert files.names() == {ONE, OTHER}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / ONE).stat().st_mode) == 0o600

    files.delete(ONE, ONE, "a" * 32)
    assert files.names() == {OTHER}


def test_what_a_stop_left_half_written_is_no_file_and_goes_at_the_next_start(files: MediaFiles, folder: Path) -> None:
    files.write(ONE, b"whole")
    (folder / f"{OTHER}.part").write_bytes(b"ha")

    assert files.read(OTHER) is None
    assert files.names() == {ONE}
    assert files.strange() == 0
    assert files.clear_unfinished() == 1
    assert [each.name for each in folder.iterdir()] == [ONE]


def test_what_somebody_else_put_there_is_counted_and_left_alone(files: MediaFiles, folder: Path) -> None:
    files.write(ONE, b"ours")
    (folder / "IMG_2041.jpg").write_bytes(b"theirs")

    assert files.names() == {ONE}
    assert files.strange() == 1
    assert files.clear_unfinished() == 0


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "a" * 31, "A" * 32, f"{ONE}/x", f"{ONE}.part"])
def test_no_name_leads_out_of_the_folder(files: MediaFiles, name: str) -> None:
    for act in (lambda: files.write(name, b""), lambda: files.read(name), lambda: files.delete(name)):
        with pytest.raises(ValueError, match="32 hexadecimal"):
            act()


def test_a_new_name_is_one_of_the_folder_s(files: MediaFiles) -> None:
    files.write(new_name(lambda n: b"\x07" * n), b"x")

    assert files.names() == {"07" * 16}
