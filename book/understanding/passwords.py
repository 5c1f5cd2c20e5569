"""The password for collection, taken out of a note before anything is kept of it.

Who fetches a child is told; by which word the setting knows her is for its own ears, on the telephone. Knows nothing
of who wrote it. A word that is asked for or spoken of without being said is left.
"""

from __future__ import annotations

import re

LEFT = "…"
"""What stands in its place, so that whoever reads it knows that there was one."""

_WORD = r"[^\s.,;:!?\n\"“”]+"
_ENDS = (
    r"(?!(?:please|pls|thanks|thank|x+|and|he|she|they|so|but|is|will|at|on|for|from|the|not|has|have|as|today"
    r"|tomorrow)\b)"
)
_PASSWORD = re.compile(
    r"\b(?P<said>(?:pass ?word|passwrd|pasword|pswd|pass ?phrase|code ?word|safe ?word|secret word"
    r"|collection (?:code|word))"
    r"(?:(?: today| for (?:him|her|today|pick ?up|collection|[^\W\d_]+))?(?: is| will be|'s|’s)?)?\s*[:=\-–]?\s+)"
    rf"(?:[\"“'‘](?P<quoted>[^\"”'’\n]{{1,40}})[\"”'’]"
    rf"|(?P<plain>{_ENDS}{_WORD}(?: {_ENDS}{_WORD}){{0,3}}))",
    re.IGNORECASE,
)


def without_password(text: str) -> str | None:
    """The text with each password left out; None where none is said in it.

    >>> without_password("my sister Jo Bright picking leo up, password biscuit")
    'my sister Jo Bright picking leo up, password …'
    """
    if _MAY_BE.search(text) is None:
        return None
    left, found = _PASSWORD.subn(rf"\g<said>{LEFT}", text)
    return left if found else None


def was_left_out(text: str) -> bool:
    """Whether a password was taken out of this text."""
    return LEFT in text and _LEFT_OUT.search(text) is not None


_LEFT_OUT = re.compile(rf"(?:word|pass|pswd|code|phrase)[^.,;\n]{{0,30}}{LEFT}", re.IGNORECASE)
_MAY_BE = re.compile(r"pas|pswd|code ?word|safe ?word|secret word|collection (?:code|word)", re.IGNORECASE)
