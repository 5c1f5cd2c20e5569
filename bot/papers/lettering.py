"""Letters for paper: a font with wide coverage where one is installed, and for what it lacks the nearest plain letters.

A name must always print. What no font at hand can draw is written in Latin letters as its sound is named by Unicode;
that is a makeshift, and better than an empty place on somebody's slip.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from importlib import resources, util
from pathlib import Path

_PACKAGE = "fontpkg_noto_sans"
_FILE = "files/NotoSans[wdth,wght].ttf"


@dataclass(frozen=True, slots=True)
class Lettering:
    """A font by its file (None: the one every reader of PDF has), and which letters it can draw."""

    file: Path | None
    letters: Collection[int] | None = None

    def can_draw(self, letter: str) -> bool:
        if self.letters is not None:
            return ord(letter) in self.letters
        # The core font knows Windows' western letters.
        try:
            letter.encode("latin-1")
        except UnicodeEncodeError:
            return False
        return letter.isprintable()

    def write(self, text: str) -> str:
        """``text`` in letters that can be drawn."""
        return in_letters(text, self.can_draw)


def lettering() -> Lettering:
    """The widest lettering there is on this machine."""
    if util.find_spec(_PACKAGE) is None:
        return Lettering(None)
    file = Path(str(resources.files(_PACKAGE))) / _FILE
    if not file.is_file():
        return Lettering(None)
    from fontTools.ttLib import TTFont

    with TTFont(file, lazy=True) as font:
        return Lettering(file, frozenset(font.getBestCmap()))


def in_letters(text: str, can_draw: Callable[[str], bool]) -> str:
    """``text`` with each letter that cannot be drawn in plain ones: "Łucja" as "Lucja", "Зоя" as "Zoya"."""
    text = unicodedata.normalize("NFC", text)
    if all(can_draw(each) for each in text):
        return text
    written: list[str] = []
    for letter in text:
        if not can_draw(letter) and "VOWEL SIGN" in unicodedata.name(letter, "") and written:
            written[-1] = written[-1].removesuffix("a")
        written.append(letter if can_draw(letter) else _plain(letter, "".join(written)))
    said = "".join(written)
    return "".join(each for each in said if can_draw(each))


def _plain(letter: str, before: str) -> str:
    if letter in _DASHES_AND_QUOTES:
        return _DASHES_AND_QUOTES[letter]
    base = "".join(each for each in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(each))
    if base != letter and base.isascii():
        return base
    known = _LATIN.get(letter.casefold())
    if known is not None:
        return known.capitalize() if letter != letter.casefold() else known
    return _by_name(letter, before)


def _by_name(letter: str, before: str) -> str:
    """What Unicode calls the letter: GURMUKHI LETTER GA is "ga", and a vowel sign after it takes the a's place."""
    name = unicodedata.name(letter, "")
    if not name or not unicodedata.category(letter).startswith(("L", "M")):
        return " " if letter.isspace() else ""
    last = name.rpartition(" ")[2].lower()
    if not last.isalpha() or len(last) > 6 or name.startswith("CJK"):
        return "?"  # Something stands there, and is not left out.
    if name.startswith(("ARABIC", "HEBREW")):
        last = last[0]
    begins = not before or not before[-1].isalpha()
    return last.capitalize() if begins else last


_DASHES_AND_QUOTES = {"–": "-", "—": "-", "‑": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "…": "...", "·": "-"}
_LATIN = {
    "ł": "l", "đ": "d", "ı": "i", "œ": "oe", "ħ": "h", "ŋ": "ng", "ŧ": "t", "ə": "e", "ȼ": "c", "ƙ": "k",
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ye", "ё": "yo", "ж": "zh", "з": "z",
    "и": "y", "і": "i", "ї": "yi", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "",
    "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k", "λ": "l",
    "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "y", "φ": "f",
    "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
