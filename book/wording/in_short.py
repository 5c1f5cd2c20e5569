"""What cannot wait, as short as a text message has it: a temperature, and that the child is to be collected.

Only where these are all that was written: what says anything else is passed on word for word. Knows no sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from book.facts import Fact, Temperature

_WORD = re.compile(r"[\w']+")
_COLLECT = frozenset({"collect", "fetch"})
# What is said around it, and says no more than that it cannot wait.
_BESIDE = frozenset(
    {"pls", "plz", "please", "asap", "now", "urgently", "immediately", "come", "and", "can", "could", "you", "u"}
    | {"him", "her", "them", "has", "a", "is", "of"}
)


@dataclass(frozen=True, slots=True)
class InShort:
    """``temperature`` in figures, empty where none was said; that she is to be collected was."""

    temperature: str = ""


def in_short(words: str, child: str, facts: Sequence[Fact]) -> InShort | None:
    """What these words come to; None where they say anything else.

    >>> from book.facts import Temperature
    >>> in_short("Noah pls collect asap", "Noah", ())
    InShort(temperature='')
    >>> in_short("Noah pls collect asap, he fell", "Noah", ()) is None
    True
    """
    temperature, rest = "", words
    for fact in facts:
        if not isinstance(fact, Temperature) or temperature or not fact.words or fact.words not in rest:
            return None
        temperature, rest = f"{fact.celsius:g}", rest.replace(fact.words, " ", 1)
    said = {each.casefold() for each in _WORD.findall(rest)} - {each.casefold() for each in _WORD.findall(child)}
    if not said & _COLLECT or said - _COLLECT - _BESIDE:
        return None
    return InShort(temperature)
