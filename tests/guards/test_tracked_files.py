"""What is committed speaks of Bookbag alone: no place on a machine, no registry, no bare to-do."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Put together here so that this file does not find itself.
UNFIT = {
    "a place on a machine": re.compile(
        r"(?<![\w.])/(?:work|root|home|Users|tmp|private/tmp)/[\w.-]", flags=re.MULTILINE
    ),
    "a registry's address": re.compile(
        "|".join(("py" + r"pi\.org", "python" + r"hosted\.org", "npm" + r"js\.(?:org|com)"))
    ),
    "a bare to-do": re.compile(r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK")) + r")\b"),
    "a mark of an unfinished merge": re.compile("^" + "<" * 7 + " |^" + ">" * 7 + " ", flags=re.MULTILINE),
}


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("this copy of Bookbag is not a git checkout, so there is no telling what is committed")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""  # A picture.


@pytest.mark.parametrize("what", UNFIT)
def test_no_committed_file_holds(what: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}: {match.group()}"
        for path in tracked()
        if (text := text_of(path))
        for match in UNFIT[what].finditer(text)
    ]

    assert not found


def test_no_committed_file_holds_keys_databases_or_an_env_file() -> None:
    secret = {".env", ".key", ".db", ".sock", ".db-wal"}

    assert not [path for path in tracked() if path.suffix in secret or path.name == ".env"]
