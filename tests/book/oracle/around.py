"""What stands around the decision table, written from the rules as people read them: guests, duty, channels, photos.

Words of its own, like the table beside it, and nothing of the program. Each function answers one question of one cell.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from tests.book.oracle.audience import BY_THEIR_OWN_ROAD, GROUP_OF_LABEL

ALL_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# "key person, second key person, cover, room, manager"
IN_THIS_ORDER = ("key person", "second key person", "cover", "room staff", "manager")


def guest_may_know(
    given: Collection[str],
    labels: Sequence[str],
    *,
    picture: bool,
    understood: bool,
    narrowed: bool,
    day: str = "",
    her_days: Collection[str] | None = None,
) -> bool:
    """What settings and the only parent write of the child, as far as somebody was given to see it.

    "Jean can write, and sees Leo's day on Thursdays only. No letters, no worries, no choices": family is given her
    day, on her days. "Seeing only what you pick": a professional is given the groups a parent picked.
    """
    if her_days is not None and day not in her_days:
        return False
    if not labels or not understood or narrowed:
        return False
    if "question" in labels or any(label in BY_THEIR_OWN_ROAD for label in labels):
        return False
    needed = {GROUP_OF_LABEL[label] for label in labels} | ({"photos"} if picture else set())
    return needed <= set(given)


def told_through(at_work: Mapping[str, bool], cover: str | None) -> str | None:
    """Rule 10: who of a setting is told, by role; ``cover`` is the role of whoever does the absent one's work."""
    for role in IN_THIS_ORDER:
        whose = cover if role == "cover" else role
        if whose is not None and at_work[whose]:
            return whose
    return None


def may_have_travelled(chosen: Sequence[bool], *, asks_both: bool, travels: bool) -> bool:
    """Rule 6: "a second parent who has not chosen has not refused, unless the setting asks both"."""
    return travels and (all(chosen) or not asks_both)


def said_at(*, hers: bool, proved: bool, chose_words: bool, stopped: bool) -> str:
    """What may be said at an address to somebody who is told: "on a nudge address acknowledgements name no child"."""
    if stopped:
        return "nothing"
    return "words" if hers and proved and chose_words else "that there is something"


def may_be_in_pictures(said: Mapping[str, Sequence[bool]], parents: Collection[str], *, own_book: bool = False) -> bool:
    """Each use is a choice of its own; nobody asked is no, but for a child's own book, of which nobody is asked; "two
    parents differ: no"; the last word of each counts."""
    last = [words[-1] for who, words in said.items() if who in parents and words]
    return all(last) if last else own_book


def gets_the_picture(own: str, in_it: Collection[str], may_be_seen: Mapping[str, bool]) -> bool:
    """Rule 8: a photo with several children goes to a family only if every child in it may be seen by that family."""
    return own in in_it and all(may_be_seen[child] for child in in_it if child != own)
