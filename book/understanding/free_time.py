"""The sentence by which somebody says about when she is usually free: "I'm usually free about 3".

Read whole or not at all. Knows neither who says it nor who may.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from book.understanding.times_said import ANY_TIME, TimeSaid, read_time

_USUALLY = r"(?:usually|normally|mostly|generally|most days|always)"
_ABOUT = r"(?:about|around|abt|at|from|by)"
_SAID = re.compile(
    rf"(?:i am|i'm|im) (?:{_USUALLY} free|free {_USUALLY}) {_ABOUT} (?P<at>{ANY_TIME})"
    rf"|(?:i am|i'm|im) free {_ABOUT} (?P<at2>{ANY_TIME}) {_USUALLY}"
    rf"|(?:the )?best time (?:to (?:reach|ask|catch|get) me|for questions)(?: is|:)?(?: {_ABOUT})? (?P<at3>{ANY_TIME})"
)
_NO_MORE = re.compile(
    rf"(?:i am|i'm|im) not {_USUALLY} free(?: {_ABOUT} {ANY_TIME})?(?: any ?more)?|i have no usual time(?: any ?more)?"
)


@dataclass(frozen=True, slots=True)
class FreeTime:
    """About when, as written; None: no time is usual any more."""

    at: TimeSaid | None


def read(text: str) -> FreeTime | None:
    """When somebody says she is usually free, or None where it is no such sentence.

    >>> read("I'm usually free about 3")
    FreeTime(at=TimeSaid(hour=3, minute=0, sure=False))
    """
    if len(text) > 80:
        return None
    said = " ".join(text.casefold().replace("\u2019", "'").strip(" .!").split())
    if _NO_MORE.fullmatch(said) is not None:
        return FreeTime(None)
    found = _SAID.fullmatch(said)
    if found is None:
        return None
    at = read_time(found["at"] or found["at2"] or found["at3"])
    return None if at is None or at.hour is None else FreeTime(at)


def may_be(text: str) -> bool:
    """Whether these words are such a sentence."""
    return read(text) is not None
