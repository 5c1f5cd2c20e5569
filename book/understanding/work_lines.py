"""Sentences that say where a safeguarding lead, or the council's children's team, is rung.

Read whole or not at all. Knows neither who is a lead nor who may say so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = r"(?P<number>\+?\(?\d[\d ()\-]{6,20}\d)"
_LEAD = re.compile(
    r"(?:my|(?P<name>[^\W\d_][\w '’\-]*?)['’]?s) (?:direct|work|desk) (?:number|line|phone|telephone)(?: is|:|,)? "
    rf"{_NUMBER}\W*",
    re.IGNORECASE,
)
_COUNCIL = re.compile(
    r"(?:the |our )?council(?:['’]?s)?(?: children['’]?s?)?(?: team| number| line| services)*(?: is|:|,)? "
    rf"{_NUMBER}\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class WorkLine:
    """Whose number it is: the council's, the sender's own ("my"), or somebody's by name; the number as written."""

    number: str
    council: bool = False
    name: str = ""  # empty: the sender's own, unless it is the council's


def read(text: str) -> WorkLine | None:
    """The number these words give, or None where they are no such sentence.

    >>> read("Sam's direct line is 01632 960124")
    WorkLine(number='01632 960124', council=False, name='Sam')
    """
    if len(text) > 120:
        return None
    said = text.strip()
    if (found := _COUNCIL.fullmatch(said)) is not None:
        return WorkLine(found["number"], council=True)
    if (found := _LEAD.fullmatch(said)) is not None:
        return WorkLine(found["number"], name=(found["name"] or "").strip())
    return None


def may_be(text: str) -> bool:
    return read(text) is not None
