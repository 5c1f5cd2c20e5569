"""A spreadsheet's bytes become sheets of text, or one plain sentence says why not.

CSV in the encodings and with the separators that spreadsheets write, XLSX by its values, and calendar files by their
events. A formula is its last
value or nothing; whatever stands in a cell is text and is never carried out. Knows nothing of what any of it means.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from book.importing.calendar_rows import HEADINGS
from book.importing.sheets import Row, Sheet

LARGEST = 20 * 1024 * 1024
MOST_ROWS = 2_000
MOST_COLUMNS = 80
MOST_SHEETS = 12
LONGEST_CELL = 400
# What an XLSX may come to once it is unpacked: no roll of a nursery is near it.
_LARGEST_UNPACKED = 200 * 1024 * 1024


class Unread(StrEnum):
    """Why a file cannot be read; its sentence is ``file.<value>`` in the catalogue."""

    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    OLD_EXCEL = "old_excel"
    LOCKED = "locked"
    NOT_A_TABLE = "not_a_table"
    EMPTY = "empty"


def read(content: bytes, name: str) -> tuple[Sheet, ...] | Unread:
    """The sheets of a file; ``name`` only names a CSV's one sheet."""
    if len(content) > LARGEST:
        return Unread.TOO_LARGE
    if not content.strip():
        return Unread.EMPTY
    if content.startswith(b"PK\x03\x04"):
        return _xlsx(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        # The old Excel, or a new one under a password: both are wrapped so.
        return Unread.LOCKED if b"E\x00n\x00c\x00r\x00y\x00p\x00t" in content else Unread.OLD_EXCEL
    if content.lstrip(b"\xef\xbb\xbf \r\n\t")[:15].upper() == b"BEGIN:VCALENDAR":
        return _ics(content)
    return _csv(content, Path(name).stem)


# --- calendar files ---------------------------------------------------------------------------------------------


def _ics(content: bytes) -> tuple[Sheet, ...] | Unread:
    """The events of a calendar file as rows: what, from and to, each by the line on which its event begins."""
    from icalendar import Calendar

    text = _decoded(content)
    if text is None:
        return Unread.NOT_A_TABLE
    begins = [at for at, line in enumerate(text.splitlines(), 1) if line.strip().upper() == "BEGIN:VEVENT"]
    try:
        events = Calendar.from_ical(text.lstrip("\ufeff \r\n\t")).walk("VEVENT")
        rows = [Row(line, _event(event)) for line, event in zip(begins, events, strict=False)]
    except Exception:
        # What a broken calendar makes the library raise is on no list; it is never our own fault.
        return Unread.NOT_A_TABLE
    if not rows:
        return Unread.EMPTY
    return _checked([("calendar", [Row(0, HEADINGS), *rows])])


def _event(event: Any) -> tuple[str, str, str]:
    """Whole days as they are written: the last is the day before an event's end, as the format counts."""
    begins, ends = event.get("DTSTART"), event.get("DTEND")
    first = None if begins is None else begins.dt
    last = None if ends is None else ends.dt
    if last is not None and not isinstance(last, datetime) and last > first:
        last -= timedelta(days=1)
    return str(event.get("SUMMARY", ""))[:LONGEST_CELL], _text(first), _text(last)


# --- CSV --------------------------------------------------------------------------------------------------------


def _csv(content: bytes, name: str) -> tuple[Sheet, ...] | Unread:
    text = _decoded(content)
    if text is None or "\0" in text:
        return Unread.NOT_A_TABLE
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(";\t,|", key=first.count)
    try:
        rows = list(_rows(csv.reader(io.StringIO(text, newline=""), delimiter=separator)))
    except csv.Error:
        return Unread.NOT_A_TABLE
    return _checked([(name, rows)])


def _decoded(content: bytes) -> str | None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: Sequence[str] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


# --- XLSX -------------------------------------------------------------------------------------------------------


def _xlsx(content: bytes) -> tuple[Sheet, ...] | Unread:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > _LARGEST_UNPACKED:
                return Unread.TOO_LARGE
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            sheets = [
                (sheet.title, list(_rows(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS))))
                for sheet in book.worksheets[:MOST_SHEETS]
            ]
        finally:
            book.close()
    except Exception:
        # What a broken or foreign archive makes the library raise is on no list; it is never our own fault.
        return Unread.NOT_A_TABLE
    return _checked(sheets)


def _rows(values: Iterable[Sequence[object]]) -> Iterator[Row]:
    blank = 0
    for number, cells in enumerate(values, start=1):
        row = Row(number, tuple(_text(each) for each in cells[:MOST_COLUMNS]))
        if row.is_blank:
            # A sheet may be formatted down to its last line; no table has such a gap in it.
            blank += 1
            if blank > MOST_ROWS:
                return
            continue
        blank = 0
        yield Row(row.number, _without_end(row.cells))
        if number > 20 * MOST_ROWS:
            return


def _without_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case time():
            return value.strftime("%H:%M")
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
    return str(value)[:LONGEST_CELL]


def _checked(sheets: Sequence[tuple[str, list[Row]]]) -> tuple[Sheet, ...] | Unread:
    found = tuple(Sheet(name, tuple(rows)) for name, rows in sheets if rows)
    if not found:
        return Unread.EMPTY
    if sum(len(sheet.rows) for sheet in found) > MOST_ROWS:
        return Unread.TOO_MANY_ROWS
    return found
