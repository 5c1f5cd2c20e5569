"""A number that is to be somebody's in the book can have texts, or the one who gave it is told at once that it cannot.

The same by every road on which somebody writes a number down; a roll has sentences of its own for the same rule.
"""

from __future__ import annotations

from types import MappingProxyType

from book.dialling import NoTexts, spoken, why_no_texts
from handlers import replies
from handlers.desk import Desk
from storage.filing import Filing
from storage.situations import Situation

_SAID = MappingProxyType({NoTexts.LANDLINE: "number.landline", NoTexts.OTHER: "number.no_texts"})


def refused(situation: Situation, desk: Desk, number: str | None) -> Filing | None:
    """What is said of a number that cannot have texts, and then nothing changes; None where there is none to refuse."""
    why = why_no_texts(number) if number else None
    if number is None or why is None:
        return None
    return replies.said(situation, desk, _SAID[why], {"telephone": spoken(number)})
