"""The empty roll a manager fills in: the headings, one example, and a sheet that says what each column is for.

Knows nothing of how it is read, except by its headings.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from book.importing.headings import CHILDREN_HEADINGS, STAFF_HEADINGS

_CHILD = ("Ella", "Marsh", "3/5/2023", "Butterfly", "Priya", "Amy", "Mon–Wed 8–1", "no", "English", "Hannah Marsh",
          "07700 900123", "Tom Reed", "07700 900456", "1", "")  # fmt: skip
_WORKERS = (
    ("Priya Nair", "Key person", "07700 900789", "Mon–Fri 8–4", "Butterfly", ""),
    ("Amy Cole", "Key person", "", "Mon–Thu 9–5", "Butterfly", ""),
)
_ABOUT = (
    ("Column", "What to write"),
    ("First name, Last name", "The child's. One column called Name will do as well."),
    ("Born", "Day first: 3/5/2023."),
    ("Room", "As you call it. A new name makes a new room."),
    ("Key person, Second key person", "A name from the Staff sheet."),
    ("Sessions", "Days and hours: Mon–Wed 8–1, or Tue, Thu all day, or every day 9-3."),
    ("Group photos", "yes or no, as the parent signed. Leave it empty if nobody has asked yet."),
    ("Language", "What the family reads best, in English: Polish."),
    ("Parent 1, Parent 1 mobile", "Mobile numbers only: a landline cannot have texts."),
    ("Main contact", "1 or 2: who is rung first."),
    ("Setting", "Only if you run more than one."),
    ("Staff: Role", "manager, key person, SENCO, safeguarding lead or deputy safeguarding lead."),
    ("Staff: Days", "Days and hours at work: Mon–Fri 8–4."),
    ("", "Your own headings are recognised too (Mum mobile, Key worker, DOB); you are shown how each was taken."),
    ("", "Replace the example rows with your own. Nothing is written before you say so, and nobody is messaged."),
)


def write_template(path: Path) -> None:
    """Write the template to ``path``: XLSX, or the children's sheet alone as CSV by its ending."""
    if path.suffix.lower() == ".csv":
        kept = io.StringIO()
        csv.writer(kept).writerows([CHILDREN_HEADINGS, _CHILD])
        path.write_bytes(b"\xef\xbb\xbf" + kept.getvalue().encode())
        return
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    children = book.active
    assert children is not None
    children.title = "Children"
    for title, rows in (("Children", (CHILDREN_HEADINGS, _CHILD)), ("Staff", (STAFF_HEADINGS, *_WORKERS)),
                        ("How to fill it in", _ABOUT)):  # fmt: skip
        sheet = children if title == "Children" else book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for column in sheet.columns:
            letters = max(len(str(each.value or "")) for each in column)
            sheet.column_dimensions[column[0].column_letter].width = min(max(letters + 2, 12), 90)
        sheet.freeze_panes = "A2"
    book.save(path)
