"""One side of A4 in large print: a title, headings, lines; the print shrinks until everything stands on it.

Knows nothing of what is printed. The letters of every language are there where the machine has DejaVu Sans; without
it the standard face is used, and a letter it lacks is put as the one it is made from.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fpdf import FPDF

LARGEST, SMALLEST = 20, 9  # points; large print begins at 16
_MARGIN = 18  # millimetres
_BOOK = "Book"
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
    """A PDF of one page with these lines, in the largest print that fits; more only where none does."""
    with _sheet() as (measure, face):
        room = measure.h - 2 * _MARGIN
        fitting = (size for size in range(LARGEST, SMALLEST - 1, -1) if _length(measure, face, lines, size) <= room)
        size = next(fitting, SMALLEST)
    with _sheet() as (pdf, face):
        for line in lines:
            _set(pdf, face, line, size)
            pdf.multi_cell(0, _height(line, size), _words(line, face), align="L", new_x="LMARGIN", new_y="NEXT")
        return bytes(pdf.output())


def _length(pdf: FPDF, face: str, lines: Sequence[Line], size: int) -> float:
    """How far down these lines reach in this size."""
    length = 0.0
    for line in lines:
        before = pdf.get_y()
        _set(pdf, face, line, size)
        needed = pdf.multi_cell(0, _height(line, size), _words(line, face), align="L", dry_run=True, output="HEIGHT")
        assert isinstance(needed, int | float)
        length += needed + pdf.get_y() - before
        pdf.set_y(before)
    return length


def _set(pdf: FPDF, face: str, line: Line, size: int) -> None:
    if line.style is Style.HEADING:
        pdf.ln(size * 0.16)
    pdf.set_font(
        face, style="" if line.style is Style.LINE else "B", size=size * (1.3 if line.style is Style.TITLE else 1)
    )


def _height(line: Line, size: int) -> float:
    return size * {Style.TITLE: 0.62, Style.HEADING: 0.5, Style.LINE: 0.46}[line.style]


def _words(line: Line, face: str) -> str:
    return (line.words if face == _BOOK else _plainly(line.words)) or " "


@contextmanager
def _sheet() -> Iterator[tuple[FPDF, str]]:
    """An empty sheet and the face to write in; the files of the face are closed afterwards."""
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    pdf.set_margin(_MARGIN)
    pdf.set_auto_page_break(auto=True, margin=_MARGIN)
    pdf.add_page()
    try:
        yield pdf, _face(pdf)
    finally:
        for font in pdf.fonts.values():
            if (file := getattr(font, "ttfont", None)) is not None:
                file.close()


def _face(pdf: FPDF) -> str:
    for folder in _FACES:
        plain, bold = folder / "DejaVuSans.ttf", folder / "DejaVuSans-Bold.ttf"
        if plain.is_file() and bold.is_file():
            pdf.add_font(_BOOK, style="", fname=str(plain))
            pdf.add_font(_BOOK, style="B", fname=str(bold))
            return _BOOK
    return "Helvetica"


def _plainly(words: str) -> str:
    """The words in the letters of the standard face."""
    swapped = "".join(_PLAIN.get(each, each) for each in words)
    kept = [each if each.encode("latin-1", "ignore") else unicodedata.normalize("NFKD", each)[:1] for each in swapped]
    return "".join(kept).encode("latin-1", "replace").decode("latin-1")
