"""Other children's names leave a family's line before anybody of that family reads it.

Finds a name as `names` does, mis-spelt and without its apostrophe too, and besides wherever it stands as a whole
word. Changes nothing but names and what a taken-out name leaves behind; knows nothing of whose line it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from book.understanding.lexicon import fold
from book.understanding.names import Named, mentions_in, words_of

_LEFT_OVER = re.compile(r"^\s*(?:and|&|,|n|\+)\s+|\s+(?:and|&|n|\+)\s*$|\s*,\s*(?=,)", re.IGNORECASE)
_BETWEEN = re.compile(r"\s+(?:and|&|n|\+)\s+(?=(?:and|&|n|\+)\s)|(?<=\s)(?:and|&|n|\+)\s+(?=[,.!?])", re.IGNORECASE)
_JOINED_BEFORE = re.compile(r"\s*(?:,|\band\b|&|\+|\bn\b)\s*\Z", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’ʼ]s?(?!\w)", re.IGNORECASE)


def take_out(text: str, names: Collection[str]) -> str:
    """``text`` without any of ``names``.

    >>> take_out("Ella and Noah slept 12-1", ["Noah"])
    'Ella slept 12-1'
    >>> take_out("Ella had Noahs rabbit", ["Noah"])
    'Ella had rabbit'
    """
    places = _places(text, names)
    if not places:
        return text
    kept, at = "", 0
    for start, end in places:
        kept = _JOINED_BEFORE.sub("", kept + text[at:start])
        possessive = _POSSESSIVE.match(text, end)
        at = possessive.end() if possessive is not None else end
    kept = _LEFT_OVER.sub("", _BETWEEN.sub(" ", kept + text[at:]))
    # What stood on both sides of a name may be one itself, now that they meet.
    return take_out(re.sub(r"[ \t]{2,}", " ", kept).strip(" ,&+"), names)


def rename(text: str, names: Collection[str], other: str) -> str:
    """``text`` with every one of ``names`` replaced: what was written for one child is now about another.

    >>> rename("Ella had 2 wet nappies, Ellas trousers too", ["Ella"], "Noah")
    'Noah had 2 wet nappies, Noahs trousers too'
    """
    written, at = "", 0
    folded = {fold(name) for name in names}
    for start, end in _places(text, names):
        written += text[at:start] + other
        at = end - len(_ending(text[start:end], folded))
    return written + text[at:]


def _ending(name: str, folded: Collection[str]) -> str:
    """The s of possession at the end of a name as it is written, with its apostrophe if it has one."""
    apostrophe = re.search(r"['’ʼ]s?\Z", name, re.IGNORECASE)
    if apostrophe is not None and fold(name) not in folded:
        return apostrophe.group()
    return name[-1] if name[-1:] in "sS" and fold(name) not in folded and fold(name[:-1]) in folded else ""


def _places(text: str, names: Collection[str]) -> Sequence[tuple[int, int]]:
    """Where a name stands, first to last, none over another."""
    spellings = tuple(name for name in names if name.strip())
    if not spellings:
        return ()
    words = words_of(text, at_most=len(text) + 1)
    found = [(words[each.first].start, words[each.last].end) for each in mentions_in(words, [Named(0, spellings)])]
    found += [each.span() for each in _pattern(spellings).finditer(text)]
    places: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if places and start < places[-1][1]:
            places[-1] = (places[-1][0], max(end, places[-1][1]))
        else:
            places.append((start, end))
    return places


def _pattern(names: Collection[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(name) for name in longest_first)})(?!\w)", re.IGNORECASE)
