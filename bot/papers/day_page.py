"""One side of paper made of sentences: a child's day for the door, a handover slip, a letter of introduction."""

from __future__ import annotations

from collections.abc import Sequence

from bot.papers.paper import Line, Style, one_side

_STYLES = {
    "page.title": Style.TITLE,
    "page.heading": Style.HEADING,
    "handover.slip": Style.TITLE,
    "letter.title": Style.TITLE,
    "letter.to": Style.HEADING,
}


def day_page(sentences: Sequence[tuple[str, str]]) -> bytes:
    """The PDF of a page: its sentences with their keys, as :meth:`book.wording.compose.Composer.sentences` has them."""
    return one_side([Line(words, _STYLES.get(key, Style.LINE)) for key, words in sentences])
