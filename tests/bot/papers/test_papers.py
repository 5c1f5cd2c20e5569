"""Spreadsheets in every dress become text, slips print every name, and what cannot be read is one plain sentence."""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from book.importing.headings import find_headings
from book.importing.reading import read_sheets
from book.reached import OwnNumbers
from book.wording.catalogue import load_catalogue
from bot.papers import reading
from bot.papers.lettering import Lettering, in_letters
from bot.papers.reading import Unread, read
from bot.papers.slips import Slip, make
from bot.papers.template import write_template
from tests.kit import rosters
from tests.kit.squares import squares_of

CORE = Lettering(None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_is_read_in_every_dress_a_spreadsheet_gives_it(encoding: str, separator: str) -> None:
    text = separator.join(("Name", "Born", "Sessions")) + "\r\n" + separator.join(("Zoë", "3/5/23", "Mon–Wed 8–1"))

    found = read(text.encode(encoding), "roll.csv")

    assert not isinstance(found, Unread)
    assert [row.cells for row in found[0].rows][1] == ("Zoë", "3/5/23", "Mon–Wed 8–1")


def test_formulas_and_what_looks_like_them_are_only_text() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Name", "Born"])
    sheet.append(['=HYPERLINK("http://x","y")', 45000.0])
    sheet.append(["@SUM(A1)", True])
    kept = io.BytesIO()
    book.save(kept)

    found = read(kept.getvalue(), "roll.xlsx")

    assert not isinstance(found, Unread)
    assert [row.cells for row in found[0].rows] == [("Name", "Born"), ("", "45000"), ("@SUM(A1)", "yes")]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", Unread.EMPTY),
        (b" \r\n ", Unread.EMPTY),
        (b"PK\x03\x04 and no more", Unread.NOT_A_TABLE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", Unread.OLD_EXCEL),
        (b"a\0b\0c", Unread.NOT_A_TABLE),
        (b"a,b\n" * (reading.MOST_ROWS + 1), Unread.TOO_MANY_ROWS),
        (b"x" * (reading.LARGEST + 1), Unread.TOO_LARGE),
    ],
    ids=lambda each: str(each)[:20],
)
def test_what_cannot_be_read_says_why(content: bytes, why: Unread) -> None:
    assert read(content, "roll.csv") is why


@given(st.binary(max_size=300))
def test_no_bytes_at_all_raise(content: bytes) -> None:
    read(content, "roll.csv")
    read(b"PK\x03\x04" + content, "roll.xlsx")


@pytest.mark.parametrize("name", ["roll.xlsx", "roll.csv"])
def test_the_template_is_a_roll_that_reads_without_a_fault(tmp_path: Path, name: str) -> None:
    write_template(tmp_path / name)

    found = read((tmp_path / name).read_bytes(), name)

    assert not isinstance(found, Unread)
    headed = [sheet for sheet in found if find_headings(sheet) is not None]
    assert len(headed) == (2 if name.endswith("xlsx") else 1)
    from datetime import date

    assert not read_sheets(found, date(2026, 11, 24)).faults


def test_a_roll_of_eighty_is_read() -> None:
    found = read(rosters.as_xlsx(rosters.children(), rosters.staff()), "roll.xlsx")

    assert not isinstance(found, Unread)
    assert [len(sheet.rows) for sheet in found] == [81, 10]


# --- slips --------------------------------------------------------------------------------------------------------


def slip(child: str, room: str = "Butterfly", parent: str = "Hannah Marsh", link: str = "") -> Slip:
    return Slip((child,), parent, room, "Priya", "Sunshine", "Maya", "01632 960123", f"{child.upper()}-7K2P", link)


def words(pdf: bytes) -> list[str]:
    """What stands on each page, in the core font."""
    pages = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            drawn = zlib.decompress(stream).decode("latin-1")
        except zlib.error:
            continue
        if shown := re.findall(r"\((.*?)\) Tj", drawn):
            pages.append(" ".join(shown))
    return pages


def test_slips_are_two_to_a_page_by_room_with_four_plain_sentences() -> None:
    pdf = make([slip("Noah", "Dragonfly"), slip("Ella"), slip("Ada")], load_catalogue(), letters=CORE)

    first, second = words(pdf)
    assert first.index("Ada") < first.index("Ella")
    assert "Ella's book." in first
    assert "Your code is ELLA-7K2P." in first
    assert "It replaces the book in the bag: you write, Priya reads." in first
    assert "Ask Maya, 01632 960123." in first
    assert "Noah's book." in second


def test_a_camera_reads_the_link_off_every_square() -> None:
    links = [f"https://t.me/{bot}?start={'k7_-' * 5}{at:02}" for at, bot in enumerate(("SunBot", "A" * 29 + "Bot") * 5)]
    slips = [
        Slip((f"Child {at:02}",), "Hannah", "Ladybird", "", "Sunshine", "", "", "ELLA-7K2P", link)
        for at, link in enumerate(links)
    ]

    assert squares_of(make(slips, load_catalogue())) == links


def test_a_slip_offers_only_what_works() -> None:
    with_bot = Slip(("Ella",), "Hannah", "", "Priya", "Sunshine", "Maya", "01632 960123", "ELLA-7K2P",
                    "https://t.me/SunBot?start=abc", "@SunBot")  # fmt: skip
    texted = Slip(("Ella",), "Hannah", "", "Priya", "Sunshine", "Maya", "01632 960123", "ELLA-7K2P",
                  "https://t.me/SunBot?start=abc", "@SunBot", OwnNumbers("07700 900900"))  # fmt: skip

    (said,) = words(make([with_bot], load_catalogue(), letters=CORE))
    assert "or send ELLA-7K2P" in said
    (said,) = words(make([texted], load_catalogue(), letters=CORE))
    assert "ELLA-7K2P to 07700 900900." in said
    (said,) = words(make([replace(texted, numbers=OwnNumbers("", "07700 900901"))], load_catalogue(), letters=CORE))
    assert "or send ELLA-7K2P" in said
    assert "On WhatsApp: send ELLA-7K2P to 07700 900901." in said
    (said,) = words(make([replace(texted, link="", bot="")], load_catalogue(), letters=CORE))
    assert "Text ELLA-7K2P to 07700 900900." in said


@pytest.mark.parametrize("large", [False, True])
def test_every_name_prints_whatever_its_script(large: bool) -> None:
    names = ("Łucja", "Зоя", "ਗੁਰ", "小明", "Zoë", "محمد", "👶")

    for letters in (CORE, None):
        pdf = make([slip(each, parent=each) for each in names], load_catalogue(), large=large, letters=letters)
        assert pdf.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("name", "written"),
    [("Łucja", "Lucja"), ("Зоя", "Zoya"), ("Zoë", "Zoë"), ("Ștefan", "Stefan"), ("O’Neil", "O'Neil")],
)
def test_what_the_core_font_lacks_is_written_in_plain_letters(name: str, written: str) -> None:
    assert in_letters(name, CORE.can_draw) == written


def test_a_name_in_a_script_of_its_own_is_not_left_empty() -> None:
    assert in_letters("ਗੁਰ", CORE.can_draw) == "Gura"
    assert in_letters("小明", CORE.can_draw) == "??"
