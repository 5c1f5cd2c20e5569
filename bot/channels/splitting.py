"""A long text becomes parts that each fit, cut where a reader would pause and never inside an emoji.

Knows no platform: what a length is comes in as ``measure``. Nothing but white space between two parts is left
out, and nothing is added.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise

Measure = Callable[[str], int]

# White space that a reader may be made to turn a page at; the no-break spaces hold "5 ml" together.
_GAP = re.compile(r"[^\S\u00a0\u2007\u202f]+")
_ANY_SPACE = re.compile(r"\s+")
_PARAGRAPH = re.compile(r"[^\S\n]*\n[^\S\n]*\n\s*")
_LINE = re.compile(r"[^\S\n]*\n[^\S\n]*")
_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)\]]*[^\S\u00a0\u2007\u202f]+|(?<=[。！？])")

_ZERO_WIDTH_JOINER = "\u200d"
# Signs written before the digits they belong to (Prepend in Unicode's annex 29).
_PREPENDED = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2\U000110bd\U000110cd")
# What continues the character before it without being a mark: joiners, some vowel signs of Thai and Lao.
_EXTENDING = frozenset("\u200c\u200d\u0e33\u0eb3\uff9e\uff9f")
_VIRAMA = 9


def utf16_units(text: str) -> int:
    """How many UTF-16 code units ``text`` takes: Telegram's offsets, and no less than its lengths."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, limit: int, measure: Measure) -> tuple[str, ...]:
    """``text`` in parts of at most ``limit`` by ``measure``, without white space at their ends.

    See :func:`spans` for where it is cut.
    """
    return tuple(text[start:end] for start, end in spans(text, limit, measure))


def spans(text: str, limit: int, measure: Measure) -> tuple[tuple[int, int], ...]:
    """Where :func:`split` cuts: start and end of each part, in code points of ``text``.

    Preferred is the end of a paragraph, then of a line, then of a sentence, each only where the part is at
    least half full, then the end of a word. A word longer than a part is cut between graphemes (what a reader
    takes for one character), and a grapheme longer than a part, such as a letter under a thousand accents,
    between code points. White space alone gives no part. ``measure`` must not shrink as a text grows;
    ``limit`` must have room for any one code point.

    >>> split("Slept well. Ate toast.", 12, len)
    ('Slept well.', 'Ate toast.')
    """
    cuts: list[tuple[int, int]] = []
    start = _skip_space(text, 0)
    while start < len(text):
        end = _longest(text, start, limit, measure)
        if end < len(text):
            end = _pause(text, start, end)
        last = start + len(text[start:end].rstrip())
        cuts.append((start, last))
        start = _skip_space(text, end)
    return tuple(cuts)


def is_boundary(text: str, at: int) -> bool:
    """Whether a reader sees two separate characters before and after position ``at``.

    Follows Unicode's annex 29 and errs towards keeping together: pairs of regional indicators (flags), joined
    and modified emoji, combining marks, Hangul syllables and Indic conjuncts stay whole.
    """
    if at <= 0 or at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    if before < "\u0300" and after < "\u0300":
        return not (before == "\r" and after == "\n")
    if before in "\r\n" or after in "\r\n":
        return True
    if _extends(after) or before == _ZERO_WIDTH_JOINER or before in _PREPENDED:
        return False
    if _is_flag_letter(before) and _is_flag_letter(after):
        first = at
        while first > 0 and _is_flag_letter(text[first - 1]):
            first -= 1
        return (at - first) % 2 == 0
    if unicodedata.combining(before) == _VIRAMA and unicodedata.category(after) == "Lo":
        return False
    return not _is_one_syllable(before, after)


def _longest(text: str, start: int, limit: int, measure: Measure) -> int:
    """The furthest grapheme boundary up to which the text from ``start`` fits; at least one code point on."""
    # Between a part that fits and one that does not, halve: ``measure`` never shrinks.
    fits, too_far = start, min(len(text), start + max(limit, 1) + 1)
    while measure(text[start:too_far]) <= limit:
        if too_far == len(text):
            return too_far
        fits, too_far = too_far, min(len(text), start + 2 * (too_far - start))
    while too_far - fits > 1:
        middle = (fits + too_far) // 2
        if measure(text[start:middle]) <= limit:
            fits = middle
        else:
            too_far = middle
    for end in range(fits, start, -1):
        if is_boundary(text, end):
            return end
    return max(fits, start + 1)


def _pause(text: str, start: int, end: int) -> int:
    """The best place to stop at or before ``end``."""
    half = start + (end - start) // 2
    # One character more is looked at: a part may end exactly where the white space begins.
    window_end = end + 1
    for pattern in (_PARAGRAPH, _LINE, _SENTENCE):
        ends = [
            min(found.end(), end)
            for found in pattern.finditer(text, start, window_end)
            if half <= found.start() <= end and is_boundary(text, min(found.end(), end))
        ]
        if ends:
            return ends[-1]
    for pattern in (_GAP, _ANY_SPACE):
        # Marks may sit on a space as on a letter, and then it is no gap.
        gaps = [
            found.start()
            for found in pattern.finditer(text, start, window_end)
            if start < found.start() <= end and is_boundary(text, found.start())
        ]
        if gaps:
            return gaps[-1]
    return end


def _skip_space(text: str, at: int) -> int:
    """The next position that is not white space; white space that carries a mark is a character like any."""
    while text[at : at + 1].isspace() and (is_boundary(text, at + 1) or text[at + 1].isspace()):
        at += 1
    return at


def _extends(character: str) -> bool:
    return (
        character in _EXTENDING
        or unicodedata.category(character) in {"Mn", "Me", "Mc"}
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= character <= "\U000e007f"  # the letters inside the flags of Scotland and Wales
    )


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _hangul(character: str) -> str:
    """Which piece of a Korean syllable this is: L, V, T, LV, LVT or none."""
    code = ord(character)
    if 0x1100 <= code <= 0x115F or 0xA960 <= code <= 0xA97C:
        return "L"
    if 0x1160 <= code <= 0x11A7 or 0xD7B0 <= code <= 0xD7C6:
        return "V"
    if 0x11A8 <= code <= 0x11FF or 0xD7CB <= code <= 0xD7FB:
        return "T"
    if 0xAC00 <= code <= 0xD7A3:
        return "LV" if (code - 0xAC00) % 28 == 0 else "LVT"
    return ""


_SYLLABLE = {
    "L": frozenset({"L", "V", "LV", "LVT"}),
    "V": frozenset({"V", "T"}),
    "LV": frozenset({"V", "T"}),
    "T": frozenset({"T"}),
    "LVT": frozenset({"T"}),
}


def _is_one_syllable(before: str, after: str) -> bool:
    return _hangul(after) in _SYLLABLE.get(_hangul(before), frozenset())


def graphemes(text: str) -> tuple[str, ...]:
    """``text`` as the characters a reader sees."""
    edges = [at for at in range(len(text) + 1) if is_boundary(text, at)]
    return tuple(text[start:end] for start, end in pairwise(edges))
