"""Other children's names leave a family's line before anybody of that family reads it.

Works on whole words only and never changes anything but names and what a taken-out name leaves behind.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_LEFT_OVER = re.compile(r"^\s*(?:and|&|,|n|\+)\s+|\s+(?:and|&|n|\+)\s*$|\s*,\s*(?=,)", re.IGNORECASE)
_BETWEEN = re.compile(r"\s+(?:and|&|n|\+)\s+(?=(?:and|&|n|\+)\s)|(?<=\s)(?:and|&|n|\+)\s+(?=[,.!?])", re.IGNORECASE)


def take_out(text: str, names: Collection[str]) -> str:
    """``text`` without any of ``names``.

    >>> take_out("Ella and Noah slept 12-1", ["Noah"])
    'Ella slept 12-1'
    """
    if not names or (pattern := _pattern(names)).search(text) is None:
        return text
    joined = re.compile(rf"\s*(?:,|\band\b|&|\+|\bn\b)\s*{pattern.pattern}", re.IGNORECASE)
    kept = pattern.sub("", joined.sub("", text))
    kept = _LEFT_OVER.sub("", _BETWEEN.sub(" ", kept))
    return re.sub(r"[ \t]{2,}", " ", kept).strip(" ,&+")


def rename(text: str, names: Collection[str], other: str) -> str:
    """``text`` with every one of ``names`` replaced: what was written for one child is now about another.

    >>> rename("Ella had 2 wet nappies, Ella's trousers too", ["Ella"], "Noah")
    "Noah had 2 wet nappies, Noah's trousers too"
    """
    return _pattern(names).sub(lambda _: other, text) if names else text


def _pattern(names: Collection[str]) -> re.Pattern[str]:
    longest_first = sorted((name for name in names if name), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(name) for name in longest_first)})(?!\w)", re.IGNORECASE)
