"""Rolls as nurseries keep them: invented children by the dozen, as XLSX or CSV.

The numbers are from the range kept for fiction. Knows nothing of how a roll is read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook

CHILDREN = (
    "Child first name", "Last name", "Born", "Room", "Key person", "Sessions", "Group photos",
    "Mum", "Mum mobile", "Parent 2", "Parent 2 mobile",
)  # fmt: skip
STAFF = ("Name", "Role", "Days", "Room")
ROOMS = ("Caterpillar", "Ladybird", "Dragonfly")
KEYS = ("Nadia Ray", "Gwen Ash", "Oona Fell", "Petra Lowe", "Ines Hart", "Tariq Dow")
_FIRST = ("Ada", "Bo", "Cleo", "Dov", "Esme", "Finn", "Gia", "Hugo", "Ivy", "Jude")
_LAST = ("Abbot", "Brook", "Crane", "Dell", "Eden", "Frost", "Glen", "Hale")


def staff() -> list[tuple[str, ...]]:
    """Nine who work there."""
    rows = [(name, "Key person", "Mon-Fri 8-4", ROOMS[at % 3]) for at, name in enumerate(KEYS)]
    return [*rows, ("Wren Cole", "Practitioner", "Mon, Tue", ""), ("Bea Lund", "SENCO", "Wed", ""),
            ("Hal Quist", "Cook", "Mon-Fri 9-2", "")]  # fmt: skip


def children(count: int = 80) -> list[list[str]]:
    """So many children with their parents: one for each, and a second for the first 52."""
    rows = []
    for at in range(count):
        first, last = _FIRST[at % 10], _LAST[at // 10 % 8] + ("" if at < 80 else str(at // 80))
        second = at < 52
        rows.append(
            [
                first, last, f"{at % 28 + 1}/{at % 12 + 1}/2023", ROOMS[at % 3], KEYS[at % 6].split()[0],
                ("Mon–Wed 8–1", "Mon Wed Fri 8-1pm", "Tue, Thu all day", "every day 9-3")[at % 4],
                "yes" if at % 2 else "no", f"Mo {last}{at}", f"07700 900{at:03}",
                f"Pat {last}{at}" if second else "", f"07700 901{at:03}" if second else "",
            ]
        )  # fmt: skip
    return rows


def dialogue_36() -> list[list[str]]:
    """The roll of the dialogue: rows 12 and 31 have bad numbers, Kit is born in 2062, rows 8 and 55 are one child."""
    rows = children()
    rows[12 - 2][7:9] = ["Joe Marsh", "0770 900 12"]
    rows[31 - 2][7:9] = ["Ola N.", "01632 960555"]
    rows[40 - 2][0:3] = ["Kit", "", "3/5/2062"]
    rows[55 - 2] = [*rows[8 - 2][:9], "", ""]
    return rows


def as_xlsx(rows: Sequence[Sequence[str]], workers: Sequence[Sequence[str]] = ()) -> bytes:
    return workbook({"Children": (CHILDREN, *rows)} | ({"Staff": (STAFF, *workers)} if workers else {}))


def workbook(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """An XLSX file of these sheets."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def as_csv(rows: Sequence[Sequence[str]], headings: Sequence[str] = CHILDREN, separator: str = ",") -> bytes:
    kept = io.StringIO()
    writer = csv.writer(kept, delimiter=separator)
    writer.writerows([headings, *rows])
    return kept.getvalue().encode()
