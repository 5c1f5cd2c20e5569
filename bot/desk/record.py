"""One disclosure on paper, word for word, with what was done: for the setting's own records."""

from __future__ import annotations

from book.wording.catalogue import Catalogue
from bot.desk.page import Pages
from bot.papers.paper import Line, Style, one_side
from storage.disclosures import RELEASED, OnTheDesk


def record(on: OnTheDesk, pages: Pages, catalogue: Catalogue) -> bytes:
    """The PDF."""
    lines = [
        Line(catalogue.say("desk.title"), Style.TITLE),
        Line(pages.heading(on), Style.HEADING),
        *(Line(each) for each in on.words.split("\n")),
    ]
    if on.held.state == RELEASED:
        lines.append(Line(catalogue.say("desk.released"), Style.HEADING))
    for each in on.notes:
        lines.append(Line(pages.note(each.at, each.by), Style.HEADING))
        lines += [Line(words) for words in each.words.split("\n")]
    return one_side(lines)
