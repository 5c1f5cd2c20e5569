"""Telephone numbers as people write them and as they are kept: "07700 900432" and "+447700900432".

A number without a country is taken for one of the setting's own. A number that is somebody's in the book must be able
to have texts, by whatever road it comes; a place may have a landline.
"""

from __future__ import annotations

from enum import StrEnum

import phonenumbers

HOME = "GB"
_KINGDOM = 44
_LANDLINES = ("1", "2", "3")
_PERSONAL, _PAGERS, _MAN = "70", "76", "7624"


class NoTexts(StrEnum):
    """Why a number cannot have texts; the sentence that says so to whoever gave it is ``number.<value>``."""

    LANDLINE = "landline"
    OTHER = "no_texts"  # a pager, a call centre, a number that only leads to another


def e164(written: str, region: str = HOME) -> str | None:
    """The number as it is kept, or None where it can be none.

    Telegram gives a country's number without its plus, which here means that it begins neither with one nor with 0.

    >>> e164("07700 900432"), e164("447700900432"), e164("12")
    ('+447700900432', '+447700900432', None)
    """
    digits = "".join(written.split())
    if digits.isdigit() and not digits.startswith("0"):
        digits = f"+{digits}"
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def why_no_texts(number: str) -> NoTexts | None:
    """Why a kept number cannot have texts; None where it can, as far as its first figures tell.

    Texts to a landline are read out by a machine and charged for, and no provider refuses them. The numbers kept for
    fiction are in no country's plan, so of the Kingdom's the plan itself is asked: 7 is a mobile's, but 70 leads
    elsewhere and 76 is a pager's (7624 the Isle of Man's).

    >>> why_no_texts("+441632960555"), why_no_texts("+447700900432"), why_no_texts("+447624900432")
    (<NoTexts.LANDLINE: 'landline'>, None, None)
    """
    try:
        parsed = phonenumbers.parse(number, HOME)
    except phonenumbers.NumberParseException:
        return NoTexts.OTHER
    national = str(parsed.national_number)
    if parsed.country_code == _KINGDOM:
        if national.startswith(_LANDLINES):
            return NoTexts.LANDLINE
        if national.startswith((_PERSONAL, _PAGERS)) and not national.startswith(_MAN):
            return NoTexts.OTHER
        return None if national.startswith("7") else NoTexts.OTHER
    kind = phonenumbers.number_type(parsed)
    if kind == phonenumbers.PhoneNumberType.FIXED_LINE:
        return NoTexts.LANDLINE
    can = (
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
        phonenumbers.PhoneNumberType.UNKNOWN,  # of a plan that is newer than ours: whoever has it may well text
    )
    return None if kind in can else NoTexts.OTHER


def spoken(number: str, region: str = HOME) -> str:
    """The number as people of ``region`` write it.

    >>> spoken("+447700900432"), spoken("+48601123456")
    ('07700 900432', '+48 601 123 456')
    """
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return number
    at_home = parsed.country_code == phonenumbers.country_code_for_region(region)
    shape = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, shape)


def ending(number: str) -> str:
    """Its last three figures, by which somebody who holds it knows it again: "…214"."""
    return f"…{number[-3:]}"
