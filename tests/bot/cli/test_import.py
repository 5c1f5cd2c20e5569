"""``bookbag import`` and ``bookbag slips``: looked at first, written whole, the same file twice once; slips."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.running import Bookbag, against, set_up
from tests.doubles.telegram import TelegramDouble
from tests.kit import rosters
from tests.kit.papers import texts_of


def roll(folder: Path, count: int = 80) -> str:
    (folder / "roll.xlsx").write_bytes(rosters.as_xlsx(rosters.children(count), rosters.staff()))
    return "roll.xlsx"


async def test_a_roll_of_eighty_is_looked_at_first_then_added_then_changes_nothing(begun: Path) -> None:
    bookbag, file = Bookbag(begun, {}), roll(begun)

    looked = await bookbag.says("import", file)
    assert looked.code == 0, looked.err
    assert "Read 80 children, 132 parents, 9 staff." in looked.out
    assert "Nothing was written. To add 80 children" in looked.out
    added = await bookbag.says("import", file, "--add")
    assert added.code == 0, added.err
    assert "80 children are in. Nobody has been messaged." in added.out
    again = await bookbag.says("import", file, "--add")
    assert again.code == 0
    assert "All of that is in the book already: nothing changed." in again.out


async def test_faults_are_named_with_their_mend_and_what_stops_a_row_is_left_out(begun: Path) -> None:
    (begun / "roll.csv").write_bytes(rosters.as_csv(rosters.dialogue_36()))
    bookbag = Bookbag(begun, {})

    said = await bookbag.says("import", "roll.csv", "--add")

    assert said.code == 1
    for words in ("row 12 Joe Marsh: 0770 900 12 is too short for a UK mobile", "row 12, Mum mobile: write the whole",
                  "row 40 Kit: born 2062", "rows 8 and 55: the same child?", "78 children are in."):  # fmt: skip
        assert words in said.out


async def test_beside_a_running_program_a_roll_goes_through_its_socket(tmp_path: Path) -> None:
    async with TelegramDouble() as telegram:
        bookbag = against(telegram, tmp_path)
        await set_up(bookbag, telegram)
        async with bookbag.serving() as program:
            await program.until("serving")
            added = await bookbag.says("import", roll(tmp_path, 20), "--add")
            assert added.code == 0, added.err
            made = await bookbag.says("slips", "--room", "ladybird", "--out", "slips.pdf")
        assert made.code == 0, made.err
        assert "Made slips.pdf: 14 slips, two to a page." in made.out
        assert (tmp_path / "slips.pdf").read_bytes().startswith(b"%PDF")
        assert (tmp_path / "slips.pdf").stat().st_mode & 0o077 == 0


async def test_a_template_reads_back_and_is_never_written_over_anything(begun: Path) -> None:
    bookbag = Bookbag(begun, {})

    assert (await bookbag.says("import", "--template", "empty.xlsx")).code == 0
    assert (await bookbag.says("import", "empty.xlsx")).code == 0
    refused = await bookbag.says("import", "--template", "empty.xlsx")
    assert refused.code == 1
    assert "is there already" in refused.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("import",), 2, "Say which file"),
        (("import", "nothing.xlsx"), 1, "nothing.xlsx cannot be read"),
        (("import", ".env.csv"), 1, "There is nothing in that file."),
        (
            ("import", "x.csv", "--setting", "Moonbeam"),
            1,
            "There is no setting called Moonbeam in the book (Sunshine).",
        ),
        (("slips", "--room", "Moon"), 1, "There is no room called Moon"),
    ],
)
async def test_what_cannot_be_done_is_one_sentence(begun: Path, words: tuple[str, ...], code: int, said: str) -> None:
    (begun / ".env.csv").write_bytes(b"")
    (begun / "x.csv").write_bytes(b"Name,Born\nElla,3/5/23\n")

    answer = await Bookbag(begun, {}).says(*words)

    assert answer.code == code
    assert said in answer.err
    assert "Traceback" not in answer.err


async def test_a_slip_names_the_whatsapp_number_where_there_is_one(tmp_path: Path) -> None:
    async with TelegramDouble() as telegram:
        by_whatsapp = {
            "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
            "TWILIO_AUTH_TOKEN": "a" * 32,
            "TWILIO_WHATSAPP_NUMBER": "+447700900901",
            "PUBLIC_URL": "https://book.example.org",
        }
        bookbag = against(telegram, tmp_path)
        await set_up(bookbag, telegram)
        bookbag = Bookbag(tmp_path, {**bookbag.environment, **by_whatsapp})
        added = await bookbag.says("import", roll(tmp_path, 5), "--add")
        assert added.code == 0, added.err
        made = await bookbag.says("slips", "--out", "slips.pdf")
        assert made.code == 0, made.err
    assert "07700 900901" in texts_of((tmp_path / "slips.pdf").read_bytes())
