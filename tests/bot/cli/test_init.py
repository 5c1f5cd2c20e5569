"""``bookbag init`` makes a book that can be run, overwrites nothing, and a second run changes nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli.env_file import write_env
from bot.configuration import load_configuration
from bot.qr import png
from tests.bot.running import SETTING, Bookbag, against
from tests.doubles.telegram import Fault, TelegramDouble

LINK = re.compile(r"https://t\.me/bookbag_test_bot\?start=[A-Za-z0-9_-]{22}$", re.MULTILINE)


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramDouble]:
    async with TelegramDouble() as double:
        yield double


@pytest.fixture
def bookbag(telegram: TelegramDouble, tmp_path: Path) -> Bookbag:
    return against(telegram, tmp_path)


def everything(folder: Path) -> dict[str, str]:
    """A digest of every file, but of what SQLite keeps beside an open database."""
    return {
        str(each.relative_to(folder)): hashlib.sha256(each.read_bytes()).hexdigest()
        for each in sorted(folder.rglob("*"))
        if each.is_file() and not each.name.endswith(("-wal", "-shm"))
    }


async def test_a_book_is_made_private_with_a_link_and_a_second_run_changes_nothing(
    bookbag: Bookbag, telegram: TelegramDouble, tmp_path: Path
) -> None:
    first = await bookbag.says("init", "--no-questions", *SETTING, "--token", telegram.token)

    assert first.code == 0, first.err
    assert LINK.search(first.out)
    assert telegram.token not in first.out + first.err
    for name, mode in (("keys/root.key", 0o600), ("keys", 0o700), ("data", 0o700), ("data/bookbag.db", 0o600),
                       (".env", 0o600)):  # fmt: skip
        assert (tmp_path / name).stat().st_mode & 0o777 == mode, name
    configuration = load_configuration({}, tmp_path / ".env")
    assert configuration.telegram_token.get_secret_value() == telegram.token

    before = everything(tmp_path)
    second = await bookbag.says("init", "--no-questions", *SETTING, "--token", "654321:" + "x" * 35)
    assert second.code == 0, second.err
    assert "nothing changed" in second.out
    assert "bookbag init --link" in second.out
    assert everything(tmp_path) == before

    again = await bookbag.says("init", "--link")
    assert LINK.search(again.out)
    assert LINK.findall(again.out) != LINK.findall(first.out)


async def test_the_link_is_a_picture_as_well_where_that_is_wished(
    bookbag: Bookbag, telegram: TelegramDouble, tmp_path: Path
) -> None:
    picture = tmp_path / "link.png"

    said = await bookbag.says("init", "--no-questions", *SETTING, "--token", telegram.token, "--qr", str(picture))

    assert said.code == 0, said.err
    found = LINK.search(said.out)
    assert found is not None
    assert picture.read_bytes() == png(found[0])
    assert picture.stat().st_mode & 0o777 == 0o600
    other = png("https://t.me/bookbag_bot?start=another")
    assert other.startswith(b"\x89PNG\r\n")
    assert other != picture.read_bytes()


async def test_questions_are_asked_only_where_somebody_can_answer(bookbag: Bookbag, tmp_path: Path) -> None:
    said = await bookbag.says("init", "--setting", "Sunshine")

    assert said.code == 2
    assert "--kind, --name" in said.err
    assert everything(tmp_path) == {}


async def test_without_a_token_the_book_is_made_and_the_code_is_told(bookbag: Bookbag, tmp_path: Path) -> None:
    said = await bookbag.says("init", "--no-questions", *SETTING)

    assert said.code == 0, said.err
    assert re.search(r"^/start [A-Za-z0-9_-]{22}$", said.out, re.MULTILINE)
    assert "TELEGRAM_TOKEN is empty" in said.out
    assert (await bookbag.says("run")).code == 2


async def test_a_platform_that_does_not_answer_keeps_nobody_from_beginning(
    bookbag: Bookbag, telegram: TelegramDouble
) -> None:
    telegram.plan(Fault.server_error(), on="getMe", times=5)

    said = await bookbag.says("init", "--no-questions", *SETTING, "--token", telegram.token)

    assert said.code == 0, said.err
    assert "does not answer" in said.out
    assert "/start " in said.out


async def test_a_token_that_is_none_is_refused_before_anything_is_made(bookbag: Bookbag, tmp_path: Path) -> None:
    said = await bookbag.says("init", "--no-questions", *SETTING, "--token", "my-token")

    assert said.code == 2
    assert "does not look like a token" in said.err
    assert everything(tmp_path) == {}


async def test_a_book_whose_root_key_is_gone_gets_no_new_one(begun: Path) -> None:
    (begun / "keys" / "root.key").unlink()

    said = await Bookbag(begun, {}).says("init", "--no-questions", *SETTING)

    assert said.code == 1
    assert "put the key back" in said.err
    assert not (begun / "keys" / "root.key").exists()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(None, "A=new", id="no file"),
        pytest.param("# mine\nB=2\n", "# mine\nB=2\nA=new\n", id="other values"),
        pytest.param("A=\nB=2\n", "A=new\nB=2\n", id="an empty value"),
        pytest.param("# A=old\n", "A=new\n", id="a value commented out"),
        pytest.param("export A='mine'\n", "export A='mine'\n", id="a value of its own"),
        pytest.param("AA=1", "AA=1\nA=new\n", id="a longer name"),
    ],
)
def test_what_stands_in_env_stays(tmp_path: Path, before: str | None, after: str) -> None:
    file = tmp_path / ".env"
    if before is not None:
        file.write_text(before)

    write_env(file, {"A": "new"})

    if before is None:
        assert after in file.read_text().splitlines()
    else:
        assert file.read_text() == after
    assert [each.name for each in tmp_path.iterdir()] == [".env"]
