"""What a message states once a few words of it were set right: "calpol 5ml 6.45", then "5.45".

The message itself is never altered; only what is read from it. What cannot be placed leaves everything as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from book.facts import Fact
from book.understanding.facts.reading import FactsRead
from book.understanding.times_said import SURE_TIME

_INSTEAD_OF = re.compile(r"(?P<right>.+?)(?:,? (?:not|instead of|rather than) (?P<wrong>.+))?", re.IGNORECASE)
_AT = re.compile(r"^(?:at|about|it was|was) ", re.IGNORECASE)
_TIME = re.compile(rf"(?<![\w.:£/]){SURE_TIME}(?!\w|[.:/]\d)")
_NUMBER = re.compile(r"(?<![\w.,:£/])\d{1,3}(?:[.,]\d{1,2})?(?![\d:/]|[.,]\d)")


def corrected(text: str, correction: str, read: Callable[[str], FactsRead]) -> tuple[Fact, ...] | None:
    """The facts of ``text`` with the correction in the place of what it sets right; None if that is not clear.

    That is what it names ("2.15 not 1.15"), else what could not be when it was read, else the only time, for a time, or
    the only figure, for a figure.
    """
    found = _INSTEAD_OF.fullmatch(correction.strip())
    if found is None:
        return None
    right = _AT.sub("", found["right"]).strip()
    place = _place(text, right, found["wrong"], read)
    if place is None:
        return None
    start, end = place
    after = read(text[:start] + right + text[end:])
    longer = len(right) - (end - start)
    facts: list[Fact] = []
    for fact, (first, last) in zip(after.facts, after.spans, strict=True):
        if last <= start:
            facts.append(fact)
        elif first >= start + len(right):
            facts.append(replace(fact, words=text[first - longer : last - longer]))
        else:
            facts.append(replace(fact, words=f"{text[min(first, start) : max(last - longer, end)]}; {correction}"))
    return tuple(facts)


def _place(text: str, right: str, wrong: str | None, read: Callable[[str], FactsRead]) -> tuple[int, int] | None:
    if wrong:
        at = text.lower().find(wrong.strip().lower())
        return (at, at + len(wrong.strip())) if at >= 0 else None
    pattern = _TIME if _TIME.fullmatch(right.lower()) else _NUMBER if _NUMBER.fullmatch(right) else None
    if pattern is None:
        return None
    for doubt in read(text).doubts:
        at = text.find(doubt.words)
        inside = pattern.search(doubt.words.lower())
        if at >= 0 and inside is not None:
            return at + inside.start(), at + inside.end()
    found = [each.span() for each in pattern.finditer(text.lower())] if len(text.lower()) == len(text) else []
    return found[0] if len(found) == 1 else None
