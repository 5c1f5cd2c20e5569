"""The short code of an invitation, as somebody who was handed a slip types it: "ELLA-7K2P", "ella 7k2p".

Knows the form alone: which codes there are, and whom they are for, is looked up elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from unicodedata import normalize

# Without I, L, O, 0 and 1, which are taken for one another.
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_LONGEST_NAME = 8
_FIGURES = 4
_NAMELESS = "BOOK"
_CODE = re.compile(rf"([A-Z]{{1,{_LONGEST_NAME}}})(\s*[-–—]\s*|\s+)([{LETTERS}]{{{_FIGURES}}})[.!]?")


def new_code(name: str, choose: Callable[[str], str]) -> str:
    """A code that begins with ``name``; ``choose`` gives one letter of those it is handed, by chance.

    >>> new_code("Ella", lambda letters: letters[0])
    'ELLA-AAAA'
    """
    plain = normalize("NFKD", name).upper()
    stem = "".join(each for each in plain if "A" <= each <= "Z")[:_LONGEST_NAME] or _NAMELESS
    return f"{stem}-{''.join(choose(LETTERS) for _ in range(_FIGURES))}"


def as_code(text: str) -> str | None:
    """The code ``text`` is and nothing else, as it was printed; None if it is none.

    >>> as_code(" ella 7k2p"), as_code("ella fine"), as_code("hello")
    ('ELLA-7K2P', None, None)
    """
    found = _CODE.fullmatch(text.strip().upper())
    return f"{found[1]}-{found[3]}" if found else None


def is_surely_code(text: str) -> bool:
    """Whether nobody writes this who does not mean a code: "hello then" has the form of one and is none."""
    found = _CODE.fullmatch(text.strip().upper())
    return found is not None and (bool(found[2].strip()) or any(each.isdigit() for each in found[3]))
