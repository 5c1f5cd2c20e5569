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
    r"|tomorrow|hasn['’]?t|same|changed|unchanged|stays|still|needed|required|if|when|or|before|we|you|i)\b)"
)
_CALLED = (
    r"(?:pass ?word|passwrd|pasword|pswd|psw|pwd|pw|p/w|pass ?phrase|pass ?code|code ?word|safe ?word|secret word"
    r"|security (?:word|code)|(?:collection|pick ?up) (?:code|word))"
)
_SAID = (
    rf"(?:[\"“'‘](?P<quoted>[^\"”'’\n]{{1,40}})[\"”'’]"
    rf"|(?P<plain>{_ENDS}{_WORD}(?: {_ENDS}{_WORD}){{0,3}}))"
)
_PASSWORD = re.compile(
    rf"\b(?P<said>{_CALLED}"
    r"(?:(?: today| for (?:him|her|today|pick ?up|collection|[^\W\d_]+)"
    r"| (?:we|you|i|he|she|they)(?:['’]ve|['’]ll| will| have| had)? (?:agreed|set|gave|given|say|use|give|says|uses))?"
    rf"(?: is| will be|'s|’s)?)?(?:\s*[:=\-–]\s*|\s+)){_SAID}",
    re.IGNORECASE,
)
# The other way round: "biscuit is the password", "use biscuit as the password".
_BEFORE_IT = re.compile(
    rf"(?P<said>\b(?:(?:use|uses|say|says|give|gives|with)\s+))?"
    rf"(?P<word>\b(?!(?:what|this|that|it|which|here|there|who|same|where|how|such)\b)[^\s.,;:!?]+)"
    rf"(?P<after>\s+(?:is|as|for|be)\s+(?:(?:the|her|his|their|our|a|today['’]?s)\s+)?(?:new\s+)?{_CALLED}\b)",
    re.IGNORECASE,
)
_PIN = re.compile(r"\b(?P<said>pin(?: number| code)?(?: is|'s|’s)?(?:\s*[:=]\s*|\s+))\d{3,8}\b", re.IGNORECASE)
# Barer words are one only where somebody is to fetch the child: "nan collecting at 4 and the word is biscuit".
_BARE = re.compile(
    rf"\b(?P<said>the (?:magic )?(?:word|code)(?: is| will be|'s|’s)(?:\s*[:=]\s*|\s+)){_SAID}", re.IGNORECASE
)
_FETCHES = re.compile(r"\b(?:pick|collect|fetch|drop)", re.IGNORECASE)


def without_password(text: str) -> str | None:
    """The text with each password left out; None where none is said in it.

    >>> without_password("my sister Jo Bright picking leo up, password biscuit")
    'my sister Jo Bright picking leo up, password …'
    """
    if _MAY_BE.search(text) is None:
        return None
    left = _PASSWORD.sub(rf"\g<said>{LEFT}", text)
    left = _PIN.sub(rf"\g<said>{LEFT}", left)
    if left == text:
        left = _BEFORE_IT.sub(_after_its_word, left)
    if left == text and _FETCHES.search(text):
        left = _BARE.sub(rf"\g<said>{LEFT}", left)
    return left if left != text else None


def _after_its_word(found: re.Match[str]) -> str:
    return f"{found['said'] or ''}{LEFT}{found['after']}"


def was_left_out(text: str) -> bool:
    """Whether a password was taken out of this text."""
    return LEFT in text and _LEFT_OUT.search(text) is not None


_LEFT_OUT = re.compile(
    rf"(?:word|pass|pswd|psw|pwd|\bpw|p/w|code|phrase|\bpin)[^.,;\n]{{0,40}}{LEFT}|{LEFT} (?:is|as|for|be) ",
    re.IGNORECASE,
)
_MAY_BE = re.compile(r"pas|psw|pwd|pw|p/w|word|code|\bpin\b", re.IGNORECASE)
