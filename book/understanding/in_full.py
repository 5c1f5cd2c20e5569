"""What leans on the words before it ("half", "1-2", "didn't"), said in full: one child's line must stand alone.

"Ella ate lunch, Noah half": Noah's family reads "half of lunch". Adds no more than was said; what it does not know it
leaves as it was written. Knows nothing of children.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_MEALS = "breakfast|brekkie|brekky|lunch|dinner|tea|supper|snack|pudding|dessert"
_MEAL = re.compile(rf"\b(?:{_MEALS})\b", re.IGNORECASE)
_CLOCK = r"\d{1,2}(?:[.:]\d{2})?(?: ?[ap]m)?"
_RANGE = rf"{_CLOCK} ?(?:[-–]|to|til|till|until) ?{_CLOCK}"
_FROM_TO = re.compile(
    r"(?<![\d.:/-])(\d{1,2}(?:[.:]\d{2})?) ?- ?(\d{1,2}(?:[.:]\d{2})?)(?![\d.:/-]|st\b|nd\b|rd\b|th\b)"
)
_ONLY_RANGE = re.compile(rf"(?:from )?({_RANGE})", re.IGNORECASE)
_SLEPT = re.compile(
    rf"(?:(?:slept|napped|asleep|had a nap|nap)(?: (?:from )?{_RANGE})?|slept thr(?:u|ough)"
    r"|(?:didn['’]?t|did not) (?:sleep|nap))",
    re.IGNORECASE,
)
_NO = re.compile(r"(?:didn['’]?t|did not)", re.IGNORECASE)

# How much, as people write it, and how it is said in full of what it is an amount of.
_AMOUNTS = {
    **dict.fromkeys(("none", "nothing", "0", "nil", "zero"), "no {what}"),
    **dict.fromkeys(("half", "1/2", "½"), "half of {what}"),
    **dict.fromkeys(("a quarter", "quarter", "1/4", "¼"), "a quarter of {what}"),
    **dict.fromkeys(("three quarters", "3/4", "¾"), "three quarters of {what}"),
    **dict.fromkeys(("all", "everything", "all of it", "it all"), "all of {what}"),
    "most": "most of {what}",
    "some": "some of {what}",
    "not much": "not much of {what}",
    **dict.fromkeys(("a bit", "a little", "a little bit"), "a little of {what}"),
    **dict.fromkeys(("seconds", "had seconds"), "seconds"),
}
_AMOUNT = re.compile(
    rf"(?:(?:had|ate|has had|has eaten|did|managed) )?(?P<only>(?:only|just|about) )?"
    rf"(?P<amount>{'|'.join(sorted(map(re.escape, _AMOUNTS), key=len, reverse=True))})(?: of it)?",
    re.IGNORECASE,
)
_OF_A_MEAL = re.compile(
    rf"(?:(?:ate|had|finished) )?(?:(?:only|just|about) )?(?:{'|'.join(map(re.escape, _AMOUNTS))}|no)?(?: of)? ?"
    rf"(?:(?:his|her|their|the) )?(?P<meal>{_MEALS})|(?P<heading>{_MEALS}): [^;,.]+|didn't eat (?P<no>{_MEALS})",
    re.IGNORECASE,
)
ANY_MEAL = "seconds"


@dataclass(frozen=True, slots=True)
class Before:
    """What was said before, on which the next words may lean: a meal, and that somebody slept."""

    meal: str = ""
    slept: bool = False


def learnt(before: Before, said: str) -> Before:
    """What may be leant on after ``said``."""
    meals = {each.casefold() for each in _MEAL.findall(said)}
    if meals:
        # Of two meals nobody can say which the next words are about.
        return Before(meals.pop() if len(meals) == 1 else "", slept=False)
    if _SLEPT.match(said):
        return replace(before, slept=True)
    return before


def is_meal(said: str) -> bool:
    """Whether these words are the name of a meal and nothing else."""
    return _MEAL.fullmatch(said.strip()) is not None


def in_full(said: str, before: Before) -> str:
    """``said`` as it reads where nothing stands before it.

    >>> in_full("half", Before(meal="lunch"))
    'half of lunch'
    >>> in_full("1-2", Before(slept=True))
    'slept 1–2'
    """
    said = _FROM_TO.sub(r"\1–\2", said)
    amount = _AMOUNT.fullmatch(said)
    if amount is not None and (before.meal or amount["amount"].casefold() == "seconds"):
        whole = _AMOUNTS[amount["amount"].casefold()].format(what=before.meal)
        return f"{(amount['only'] or '').casefold()}{whole}"
    if before.slept and (only := _ONLY_RANGE.fullmatch(said)) is not None:
        return f"slept {only[1]}"
    if _NO.fullmatch(said):
        return "didn't sleep" if before.slept else f"didn't eat {before.meal}" if before.meal else said
    return said


def leans(said: str) -> bool:
    """Whether it says nothing by itself: an amount, a stretch of time, a no."""
    return any(each.fullmatch(said) is not None for each in (_AMOUNT, _ONLY_RANGE, _NO))


def what_it_says(said: str) -> str:
    """What a line is wholly about: how much of which meal, or a sleep; empty for anything else or more.

    Two of the same child cannot both be so: the later takes the place of the earlier.
    """
    if said == "seconds":
        return ANY_MEAL
    if (meal := _OF_A_MEAL.fullmatch(said)) is not None:
        return (meal["meal"] or meal["heading"] or meal["no"]).casefold()
    return "sleep" if _SLEPT.fullmatch(said) else ""


def same(one: str, other: str) -> bool:
    """Whether two lines are wholly about the same thing; seconds are of whatever meal is spoken of."""
    of = (what_it_says(one), what_it_says(other))
    return bool(of[0] and of[1]) and (of[0] == of[1] or (ANY_MEAL in of and "sleep" not in of))


def takes_back(said: str, earlier: str) -> bool:
    """Whether it says something else of what ``earlier`` speaks of beside other things."""
    what = what_it_says(said)
    if what == "sleep":
        return re.search(r"\b(?:slept|napped|nap|asleep)\b", earlier, re.IGNORECASE) is not None
    if what == ANY_MEAL:
        return _MEAL.search(earlier) is not None
    return leans(said) or bool(what and what in earlier.casefold())


_SORRY = re.compile(
    r"\s*(?:(?:sorry|oops|whoops|no|ah|oh|actually|wait|correction|and|but|ps)\b[,.!:\- ]*)*\s*", re.IGNORECASE
)
_KISSES = re.compile(r"[\s.!]*(?:\bx+)?[\s.!]*\Z")
_LONGEST_MENDING = 60
_MAY_MEND = re.compile(
    rf"\b(?:{'|'.join(map(re.escape, _AMOUNTS))}|{_RANGE}|slept|sleep|nap|didn['’]?t|{_MEALS})"
    r"(?: of it)?[\s.!x]*\Z",
    re.IGNORECASE,
)
_TIMES = re.compile(r"(\d{1,2})(?:[.:](\d{2}))?")


def may_mend(text: str) -> bool:
    """Whether a short message may say otherwise what was said of a child a moment ago ("kit had seconds")."""
    return len(text) <= _LONGEST_MENDING and _MAY_MEND.search(text) is not None


def mended(line: str, before_name: str, after_name: str) -> str | None:
    """A child's line with what was said of her since in the place of what it takes back; None where it takes nothing.

    >>> mended("half of lunch; bit teary", "", "had seconds")
    'seconds; bit teary'
    """
    if _SORRY.fullmatch(before_name) is None:
        return None
    said = _KISSES.sub("", after_name).strip(" ,:-–")
    pieces = line.split("; ")
    found = []
    for at, piece in enumerate(pieces):
        what = what_it_says(piece)
        meal = "" if what in ("", "sleep", ANY_MEAL) else what
        full = in_full(said, Before(meal, slept=what == "sleep"))
        if same(piece, full) and (what != "sleep" or _one_sleep(piece, full)):
            found.append((at, full))
    if len(found) != 1:
        return None
    at, full = found[0]
    return "; ".join([*pieces[:at], full, *pieces[at + 1 :]])


def _one_sleep(one: str, other: str) -> bool:
    """Whether two lines can only be about one sleep: it begins or ends at the same time, or there was none."""
    if "n't" in one + other or "not" in f"{one} {other}".split():
        return True
    times = [[(int(hour), int(minute or 0)) for hour, minute in _TIMES.findall(each)] for each in (one, other)]
    return all(len(each) == 2 for each in times) and any(a == b for a, b in zip(*times, strict=True))
