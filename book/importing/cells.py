"""What one cell says: a name, a day of birth, a mobile number, yes or no, a language. Nothing typed there ever raises.

Days are read day first. Numbers are the United Kingdom's unless they say another country. Knows nothing of columns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import phonenumbers

from book.dialling import NoTexts, why_no_texts
from book.importing.headings import fold

LONGEST_NAME = 80
OLDEST_YEARS = 18


class Why(StrEnum):
    """Why a cell cannot be used."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    LANDLINE = "landline"
    NO_NUMBER = "no_number"


# --- names ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Name:
    """Somebody's name; ``last`` is empty where only one was given."""

    first: str
    last: str = ""

    @property
    def full(self) -> str:
        return f"{self.first} {self.last}".strip()

    @property
    def folded(self) -> str:
        return fold(self.full) or self.full.casefold()

    @property
    def shown(self) -> str:
        """As a fault names her."""
        return self.full


def clean(text: str) -> str:
    """One line of ordinary spaces, without characters that are not to be seen, of a sensible length."""
    seen = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(seen.split())[:LONGEST_NAME].strip()


def read_name(whole: str, first: str = "", last: str = "") -> Name:
    """A name from one column or two; "Marsh, Joe" is Joe Marsh."""
    whole, first, last = clean(whole), clean(first), clean(last)
    if first or last:
        return Name(first or last, last if first else "")
    if whole.count(",") == 1:
        behind, _, before = whole.partition(",")
        if behind.strip() and before.strip():
            return Name(clean(before), clean(behind))
    begins, _, rest = whole.partition(" ")
    return Name(begins, rest)


# --- days -------------------------------------------------------------------------------------------------------

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ t]00:00(?::00)?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?: 00:00(?::00)?)?")
_SPELT = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-/. ]+([a-z]{3,9})[-/., ]+(\d{4}|\d{2})")
_MONTH_FIRST = re.compile(r"([a-z]{3,9})[-/. ]+(\d{1,2})(?:st|nd|rd|th)?[-/., ]+(\d{4}|\d{2})")


@dataclass(frozen=True, slots=True)
class NoSuchDay:
    """A day that is written as one and is none, such as the 31st of February."""


def read_date(text: str) -> date | NoSuchDay | None:
    """The day, day first; None where the text is none. A year of two figures is one of this century.

    >>> read_date("3/5/23")
    datetime.date(2023, 5, 3)
    """
    written = " ".join(text.casefold().split())[:40]
    if not written.isascii():
        return None
    if found := _YEAR_FIRST.fullmatch(written):
        return _date(found[1], found[2], found[3])
    if found := _DAY_FIRST.fullmatch(written):
        return _date(found[3], found[2], found[1])
    for pattern, month, day in ((_SPELT, 2, 1), (_MONTH_FIRST, 1, 2)):
        if (found := pattern.fullmatch(written)) and found[month][:3] in _MONTHS:
            return _date(found[3], str(_MONTHS.index(found[month][:3]) + 1), found[day])
    return None


def _date(year: str, month: str, day: str) -> date | NoSuchDay:
    whole = int(year) + (2000 if len(year) == 2 else 0)
    try:
        return date(whole, int(month), int(day))
    except ValueError:
        return NoSuchDay()


def is_possible_birth(born: date, today: date) -> bool:
    """Whether a child in the book can have been born then."""
    return born <= today and today.year - born.year <= OLDEST_YEARS


# --- numbers ----------------------------------------------------------------------------------------------------

_SEVERAL = re.compile(r"\s*(?:/|;|,|\bor\b|\band\b|&|\n)\s*", re.IGNORECASE)
_REGION = "GB"
_KINGDOM = 44


def read_mobiles(text: str) -> tuple[str, ...] | Why:
    """The mobile numbers in a cell in E.164; where there is none, why the first of them is none."""
    first: Why | None = None
    found: list[str] = []
    for each in _SEVERAL.split(text[:120]):
        if not each.strip():
            continue
        number = _read_mobile(each)
        if isinstance(number, Why):
            first = first or number
        elif number not in found:
            found.append(number)
    return tuple(found) if found else first or Why.NO_NUMBER


def _read_mobile(text: str) -> str | Why:
    written = text.strip().removesuffix(".0")
    if sum(each.isdigit() for each in written) < 4 or re.search(r"[^\W\d_]{3}", written):
        return Why.NO_NUMBER
    try:
        number = phonenumbers.parse(re.sub(r"\(0\)", "", written), _REGION)
    except phonenumbers.NumberParseException:
        return Why.NO_NUMBER
    kept = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if number.country_code == _KINGDOM:
        # Numbers kept for fiction are not in any plan, and the plan of the Kingdom is simple: 7 and nine more.
        national = str(number.national_number)
        if national.startswith("7") and (wrong := _wrong_length(national, 10)) is not None:
            return wrong
        if national[0] in "123" and len(national) < 9:
            return Why.TOO_SHORT
    else:
        match phonenumbers.is_possible_number_with_reason(number):
            case phonenumbers.ValidationResult.TOO_SHORT:
                return Why.TOO_SHORT
            case phonenumbers.ValidationResult.TOO_LONG:
                return Why.TOO_LONG
        if phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.UNKNOWN:
            return Why.NO_NUMBER
    match why_no_texts(kept):
        case NoTexts.LANDLINE:
            return Why.LANDLINE
        case NoTexts.OTHER:
            return Why.NO_NUMBER
    return kept


def _wrong_length(national: str, wanted: int) -> Why | None:
    if len(national) == wanted:
        return None
    return Why.TOO_SHORT if len(national) < wanted else Why.TOO_LONG


# --- the rest ---------------------------------------------------------------------------------------------------

_YES = frozenset({"yes", "y", "true", "1", "ok", "okay", "agreed", "x", "given", "allowed"})
_NO = frozenset({"no", "n", "false", "0", "none", "not allowed", "refused", "never", "do not", "dont"})


def read_yes(text: str) -> bool | None:
    """Yes or no; None where it is neither. A tick is a yes."""
    if text.strip() in ("✓", "✔", "☑"):
        return True
    if text.strip() in ("✗", "✘", "☐"):
        return False
    said = fold(text.replace("'", ""))
    return True if said in _YES else False if said in _NO else None


_LANGUAGES = {
    "en": ("english", "eng"),
    "pl": ("polish", "polski"),
    "ro": ("romanian", "romana"),
    "uk": ("ukrainian", "українська"),
    "ur": ("urdu", "اردو"),
    "pa": ("punjabi", "panjabi"),
    "bn": ("bengali", "sylheti"),
    "gu": ("gujarati",),
    "ar": ("arabic",),
    "pt": ("portuguese", "portugues"),
    "es": ("spanish", "espanol"),
    "fr": ("french", "francais"),
    "it": ("italian", "italiano"),
    "de": ("german", "deutsch"),
    "lt": ("lithuanian", "lietuviu"),
    "bg": ("bulgarian",),
    "tr": ("turkish", "turkce"),
    "so": ("somali",),
    "ru": ("russian", "русскии"),
    "zh": ("chinese", "mandarin", "cantonese"),
    "hi": ("hindi",),
    "ta": ("tamil",),
    "fa": ("persian", "farsi", "dari"),
    "hu": ("hungarian", "magyar"),
    "sk": ("slovak",),
    "cs": ("czech",),
    "sq": ("albanian",),
    "cy": ("welsh", "cymraeg"),
}
_LANGUAGE_OF = {name: code for code, names in _LANGUAGES.items() for name in (code, *names)}


def read_language(text: str) -> str | None:
    """A language's two letters, from them or from its name; None where it is none we know."""
    return _LANGUAGE_OF.get(fold(text)) or _LANGUAGE_OF.get(fold(text).partition(" ")[0])
