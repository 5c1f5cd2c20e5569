"""The words by which a parent says when she wants to hear of the day: "as it happens", "only fridays", "at 5".

Read whole or not at all. Knows neither who says it nor who may.
"""

from __future__ import annotations

import re

from book.people import Hears

_DAY = r"(?:(?:the |her |his |their )?(?:day|page|news|messages|msgs) )?"
_PLEASE = r"(?:,? (?:please|pls|plz|thanks|ta|x+))*"
_COLLECTED = r"(?:(?:'s|s|'re|re| is| are| has been| have been)? (?:been )?(?:collected|picked up))"
_SAID = tuple(
    (hears, re.compile(_DAY + said + _PLEASE))
    for hears, said in (
        (Hears.AS_IT_HAPPENS, r"as (?:it|things|they|it all) (?:happens?|comes?)"),
        (
            Hears.IF_IT_MATTERS,
            r"(?:only|just) (?:if|when|what)(?: it)?(?:'s| is)? ?(?:really )?(?:matters|urgent|important)",
        ),
        (Hears.ONCE_A_DAY, r"(?:(?:just |only )?(?:once|one) a day|daily)(?: only)?"),
        (Hears.FRIDAYS, r"(?:(?:only|just)(?: on)? fridays?|(?:on )?fridays? only)"),
        (Hears.COLLECTED, rf"(?:when|once|after) (?:she|he|they|shes|hes|theyre){_COLLECTED}"),
        (Hears.COLLECTED, r"(?:at|after) (?:pick-?up|pick up|collection)"),
        (
            Hears.AT_FIVE,
            r"(?:at (?:5|five|17[:.]00)(?: ?pm| o'?clock)?|(?:at )?(?:5|five) ?pm)(?: (?:every|each) day)?",
        ),
    )
)


def read(text: str) -> Hears | None:
    """When she wants to hear, or None where it is no such sentence.

    >>> read("As it happens, please"), read("only fridays")
    (<Hears.AS_IT_HAPPENS: 'at once'>, <Hears.FRIDAYS: 'fridays'>)
    >>> read("When she's collected"), read("at 5")
    (<Hears.COLLECTED: 'collected'>, <Hears.AT_FIVE: '17:00'>)
    >>> read("only if it matters"), read("just once a day please")
    (<Hears.IF_IT_MATTERS: 'matters'>, <Hears.ONCE_A_DAY: 'daily'>)
    >>> read("nan collects at 5"), read("5"), read("when she's collected she needs her coat")
    (None, None, None)
    """
    if len(text) > 60:
        return None
    said = " ".join(text.casefold().replace("\u2019", "'").strip(" .!").split())
    return next((hears for hears, form in _SAID if form.fullmatch(said)), None)


def may_be(text: str) -> bool:
    """Whether these words are such a sentence."""
    return read(text) is not None
