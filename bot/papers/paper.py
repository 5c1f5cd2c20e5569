"""One side of A4 in large print: a title, headings, lines; the print shrinks until everything stands on it.

Knows nothing of what is printed. The letters of every language are there where the machine has DejaVu Sans; without
it the standard face is used, and a letter it lacks is put as the one it is made from.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

LARGEST, SMALLEST = 20, 9  # points; large print begins at 16
_FACES = (
    Path("/usr/share/fonts/truetype/dejavu"),
    Path("/usr/share/fonts/dejavu-sans-fonts"),
    Path("/usr/share/fonts"),
)
_PLAIN = {"–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "…": "...", "•": "-", "✓": "", "→": "to"}


class Style(StrEnum):
    TITLE = "title"
    HEADING = "heading"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the page; a long one is broken by the paper."""

    words: str
    style: Style = Style.LINE


def one_side(lines: Sequence[Line]) -> bytes:
    """A PDF of one page with these lines, in the largest print that fits; what never fits is cut at the smallest."""
    for size in range(LARGEST, SMALLEST, -1):
        pdf, fits = _printed(lines, size)
        if fits:
            return pdf
    return _printed(lines, SMALLEST)[0]


def _printed(lines: Sequence[Line], size: int) -> tuple[bytes, bool]:
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(auto=False)
    pdf.set_margin(18)
    pdf.add_page()
    face = _face(pdf)
    bottom = pdf.h - 18
    for line in lines:
        height = size * {Style.TITLE: 0.62, Style.HEADING: 0.5, Style.LINE: 0.46}[line.style]
        points = size * {Style.TITLE: 1.3, Style.HEADING: 1.0, Style.LINE: 1.0}[line.style]
        if line.style is Style.HEADING:
            pdf.ln(size * 0.16)
        pdf.set_font(face, style="" if line.style is Style.LINE else "B", size=points)
        words = line.words if face == "Book" else _plainly(line.words)
        needed = pdf.multi_cell(0, height, words or " ", align="L", dry_run=True, output="HEIGHT")
        assert isinstance(needed, int | float)
        if pdf.get_y() + needed > bottom:
            return bytes(pdf.output()), False
        pdf.multi_cell(0, height, words or " ", align="L", new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output()), True


def _face(pdf: object) -> str:
    from fpdf import FPDF

    assert isinstance(pdf, FPDF)
    for folder in _FACES:
        plain, bold = folder / "DejaVuSans.ttf", folder / "DejaVuSans-Bold.ttf"
        if plain.is_file() and bold.is_file():
            pdf.add_font("Book", style="", fname=str(plain))
            pdf.add_font("Book", style="B", fname=str(bold))
            return "Book"
    return "Helvetica"


def _plainly(words: str) -> str:
    """The words in the letters of the standard face."""
    swapped = "".join(_PLAIN.get(each, each) for each in words)
    kept = [each if each.encode("latin-1", "ignore") else unicodedata.normalize("NFKD", each)[:1] for each in swapped]
    return "".join(kept).encode("latin-1", "replace").decode("latin-1")
