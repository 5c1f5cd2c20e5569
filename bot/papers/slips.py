"""Slips to hand out at the door: one for each parent, two to a page, by room, with a code to point a camera at.

Given everything that stands on them; makes the PDF and knows neither the book nor how anybody joins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from book.reached import NO_NUMBERS, OwnNumbers
from book.wording.catalogue import Catalogue
from bot.papers.lettering import Lettering, lettering

if TYPE_CHECKING:
    from fpdf import FPDF

MEDIA_TYPE = "application/pdf"
_WIDTH, _HEIGHT, _MARGIN = 210.0, 297.0, 18.0
_CODE_SIDE = 52.0
_FONT = "slip"


@dataclass(frozen=True, slots=True)
class Slip:
    """Everything on one slip."""

    children: tuple[str, ...]
    parent: str
    room: str
    key_person: str
    setting: str
    manager: str
    telephone: str
    code: str
    link: str = ""  # where the camera leads; empty where no bot's name is known
    bot: str = ""  # "@SunshineBookbagBot"
    numbers: OwnNumbers = NO_NUMBERS  # to which the code may be sent from a telephone


def make(
    slips: Sequence[Slip],
    catalogue: Catalogue,
    *,
    large: bool = False,
    done: Callable[[int], None] = lambda _: None,
    letters: Lettering | None = None,
) -> bytes:
    """The PDF of ``slips``, by room and then by child; ``done`` is told how many are drawn so far."""
    from fpdf import FPDF

    letters = letters or lettering()
    paper = FPDF(unit="mm", format="A4")
    paper.set_auto_page_break(False)
    paper.set_margin(0)
    paper.set_title(letters.write(catalogue.say("slip.file")))
    if letters.file is None:
        font = "helvetica"
    else:
        font = _FONT
        paper.add_font(_FONT, fname=letters.file)
    for number, slip in enumerate(sorted(slips, key=_order)):
        if number % 2 == 0:
            paper.add_page()
            _cut(paper)
        _draw(paper, slip, catalogue, letters, font, top=number % 2 * _HEIGHT / 2, large=large)
        done(number + 1)
    if not slips:
        paper.add_page()
    return bytes(paper.output())


def _order(slip: Slip) -> tuple[str, tuple[str, ...], str]:
    return slip.room.casefold(), tuple(each.casefold() for each in slip.children), slip.parent.casefold()


def sentences(slip: Slip, catalogue: Catalogue) -> Iterator[str]:
    """A few plain sentences; each says only what works."""
    children = catalogue.names(slip.children)
    yield catalogue.say("slip.title", child=children)
    texts, whatsapp = slip.numbers.texts, slip.numbers.whatsapp
    if slip.link and texts:
        yield catalogue.say("slip.scan.text", code=slip.code, number=texts)
    elif slip.link:
        yield catalogue.say("slip.scan", code=slip.code, bot=slip.bot)
    elif texts:
        yield catalogue.say("slip.text", code=slip.code, number=texts)
    elif not whatsapp:
        yield catalogue.say("slip.code", code=slip.code)
    if whatsapp:
        yield catalogue.say("slip.whatsapp", code=slip.code, number=whatsapp)
    yield catalogue.say("slip.replaces", reader=slip.key_person or slip.setting)
    if slip.telephone:
        yield catalogue.say("slip.ask", name=slip.manager or slip.setting, telephone=slip.telephone)
    else:
        yield catalogue.say("slip.ask.person", name=slip.manager or slip.setting)


def _draw(
    paper: FPDF, slip: Slip, catalogue: Catalogue, letters: Lettering, font: str, *, top: float, large: bool
) -> None:
    title, *rest = (letters.write(each) for each in sentences(slip, catalogue))
    size = 17.0 if large else 12.5
    paper.set_text_color(90)
    paper.set_font(font, size=9.0 if not large else 12.0)
    paper.set_xy(_MARGIN, top + 10)
    whom = " / ".join(each for each in (slip.parent, slip.room, slip.setting) if each)
    paper.cell(_WIDTH - 2 * _MARGIN, 6, letters.write(whom))
    paper.set_text_color(0)
    left = _MARGIN
    if slip.link:
        _draw_code(paper, slip.link, _MARGIN, top + 36)
        left += _CODE_SIDE + 10
    paper.set_font(font, size=26.0 if large else 22.0)
    paper.set_xy(_MARGIN, top + 20)
    paper.cell(_WIDTH - 2 * _MARGIN, 11, title)
    paper.set_font(font, size=size)
    paper.set_xy(left, top + 36)
    for each in rest:
        paper.set_x(left)
        paper.multi_cell(_WIDTH - _MARGIN - left, size * 0.5, each, align="L")
        paper.ln(size * 0.2)


def _draw_code(paper: FPDF, link: str, left: float, top: float) -> None:
    """The square to point a camera at, drawn as runs of dark modules, so that it prints sharp at any size."""
    import segno

    rows = [bytes(row) for row in segno.make(link, error="m", micro=False).matrix]
    side = _CODE_SIDE / len(rows)
    paper.set_fill_color(0)
    for down, row in enumerate(rows):
        across = 0
        while across < len(row):
            end = across
            while end < len(row) and row[end]:
                end += 1
            if end > across:
                paper.rect(left + across * side, top + down * side, (end - across) * side, side, style="F")
            across = max(end, across + 1)


def _cut(paper: FPDF) -> None:
    """Where to cut."""
    paper.set_draw_color(180)
    paper.set_line_width(0.2)
    paper.set_dash_pattern(dash=2, gap=2)
    paper.line(0, _HEIGHT / 2, _WIDTH, _HEIGHT / 2)
    paper.set_dash_pattern()
