"""The table of commands: what is asked for is there, quickly, and what fails says so in a sentence."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.running import Bookbag


async def test_help_lists_every_command_and_loads_nothing_heavy(tmp_path: Path) -> None:
    said = await Bookbag(tmp_path, {}).says("--help")

    assert said.code == 0
    commands = (
        "demo",
        "init",
        "run",
        "doctor",
        "templates",
        "status",
        "explain",
        "evaluate",
        "restrict",
        "retry",
        "print",
        "photos",
        "migrate",
        "import",
        "slips",
    )
    for command in commands:
        assert f"  {command} " in said.out
    loads = (
        "import sys; from bot.cli import application; application(); "
        "print([name for name in ('sqlalchemy', 'telegram', 'aiohttp', 'alembic', 'pydantic', 'cryptography') "
        "if name in sys.modules])"
    )
    loaded = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", loads], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "words", [("retry",), ("retry", "7", "--all"), ("sing",), ("run", "--only", "x"), ("restrict", "Tom")]
)
async def test_a_command_line_that_makes_no_sense_ends_with_2(tmp_path: Path, words: tuple[str, ...]) -> None:
    said = await Bookbag(tmp_path, {}).says(*words)

    assert said.code == 2
    assert said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("words", [("migrate",), ("status",), ("doctor",), ("init", "--no-questions")])
async def test_a_faulty_configuration_is_said_by_every_command(tmp_path: Path, words: tuple[str, ...]) -> None:
    said = await Bookbag(tmp_path, {"TELEGRAM_MODE": "pigeon", "UNDO_SECONDS": "soon"}).says(*words)

    assert said.code == (1 if words == ("doctor",) else 2)
    for variable in ("TELEGRAM_MODE must be", "UNDO_SECONDS must be"):
        assert variable in said.err + said.out
    assert "Traceback" not in said.err
    assert list(tmp_path.iterdir()) == []


async def test_migrate_and_retry_do_their_work_where_nobody_serves(begun: Path) -> None:
    bookbag = Bookbag(begun, {})

    assert "nothing changed" in (await bookbag.says("migrate")).out
    assert "Nothing is set aside" in (await bookbag.says("retry", "--all")).out
    missing = await bookbag.says("retry", "7")
    assert missing.code == 1
    assert "Message 7 is not set aside" in missing.out


async def test_restrict_names_whom_it_hits_and_shuts_out_where_nobody_serves(begun: Path) -> None:
    bookbag = Bookbag(begun, {})

    missing = await bookbag.says("restrict", "Zelda", "--everywhere", "--yes")
    assert missing.code == 1
    assert "Nobody called Zelda is in any book" in missing.err
    done = await bookbag.says("restrict", "Sam", "--everywhere", "--yes")
    assert done.code == 0
    assert "Sam, manager, safeguarding lead, is shut out of everything at once.\nDone." in done.out
    again = await bookbag.says("restrict", "Sam", "--everywhere", "--yes")
    assert again.code == 1
