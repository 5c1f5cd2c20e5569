"""Telephone numbers as people write them and as they are kept: "07700 900432" and "+447700900432".

A number without a country is taken for one of the setting's own. Whether it can have texts is for whoever needs that.
"""

from __future__ import annotations

import phonenumbers

HOME = "GB"


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
