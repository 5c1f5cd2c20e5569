"""How somebody who waits to be let in is put to the one who decides: where she came from, and what number is held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from book.dialling import ending, spoken
from book.notices import Choice, Offer

_HELD = ("claims.held", "claims.held.none", "claims.held.unseen")
_CHECK = ("claims.check", "claims.check.none", "claims.check.unseen")

Put = tuple[str, dict[str, str], tuple[Choice, ...]]
"""A sentence's key, its values, and the answers."""


def check(claim: int, name: str, shown: str, numbers: Sequence[str]) -> Put:
    """One claim as it is put to whoever runs the setting."""
    values = _values(name, shown, numbers)
    return _of(_CHECK, values), values, (Choice(Offer.IS_HER, claim), Choice(Offer.IS_NOT_HER, claim))


def held(claim: int, name: str, shown: str, numbers: Sequence[str]) -> Put:
    """The same, where her code was right and came after too many wrong ones."""
    values = _values(name, shown, numbers)
    return _of(_HELD, values), values, (Choice(Offer.LET_IN, claim), Choice(Offer.IS_NOT_HER, claim))


def shown_number(shown: str) -> str:
    """Where she came from, as people write it: a number, or what she calls herself on a platform."""
    return spoken(shown) if shown.startswith("+") else shown


def _values(name: str, shown: str, numbers: Sequence[str]) -> dict[str, str]:
    return {"name": name, "number": shown_number(shown), "ending": ending(numbers[0]) if numbers else ""}


def _of(keys: tuple[str, str, str], values: Mapping[str, str]) -> str:
    """Of three sentences the one for what is known: all of it, no number that is held, not where she came from."""
    known, none, unseen = keys
    if not values["number"]:
        return unseen
    return known if values["ending"] else none
