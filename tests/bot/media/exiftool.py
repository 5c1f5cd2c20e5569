"""Debian's exiftool: an independent hand that plants tags in a picture, and an independent eye that looks for them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

HOW_TO_GET_EXIFTOOL = "No exiftool to look for tags with: apt-get install libimage-exiftool-perl"

# What a file has because it is a file, and a JPEG because it is a JPEG.
_FILE = frozenset(
    {"FileType", "FileTypeExtension", "MIMEType", "ImageWidth", "ImageHeight", "EncodingProcess", "BitsPerSample"}
    | {"ColorComponents", "YCbCrSubSampling"}
)
_JFIF = frozenset({"JFIFVersion", "ResolutionUnit", "XResolution", "YResolution"})
_COMPOSITE = frozenset({"ImageSize", "Megapixels"})


def exiftool() -> str:
    """Where it is; where there is none the test is skipped, or under ``CI=true`` fails, with how to get one."""
    found = shutil.which("exiftool")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(HOW_TO_GET_EXIFTOOL)
        pytest.skip(HOW_TO_GET_EXIFTOOL)
    return found


def plant(jobs: Iterable[tuple[Sequence[str], Path]]) -> None:
    """Write tags into files: what to write as exiftool's own arguments, and where."""
    arguments = "\n".join(
        "\n".join(["-overwrite_original", "-q", "-q", "-m", *what, str(where), "-execute"]) for what, where in jobs
    )
    subprocess.run([exiftool(), "-@", "-"], input=arguments, text=True, check=True, capture_output=True)


def tags_in(folder: Path) -> dict[str, dict[str, object]]:
    """Every tag of every file in the folder, known to exiftool or not, as ``group:tag``, without what any file has."""
    looked = subprocess.run(
        [exiftool(), "-json", "-G1", "-a", "-u", "-U", "-ee", "-q", str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    return {
        Path(str(each["SourceFile"])).name: {tag: value for tag, value in each.items() if not _is_of_any_file(tag)}
        for each in json.loads(looked.stdout)
    }


def _is_of_any_file(tag: str) -> bool:
    group, _, name = tag.partition(":")
    return (
        group in ("SourceFile", "System")
        or tag == "ExifTool:ExifToolVersion"
        or (group == "File" and name in _FILE)
        or (group == "JFIF" and name in _JFIF)
        or (group == "Composite" and name in _COMPOSITE)
    )
