"""What a parent chose to let travel: dated, attributed, never changed, only followed by a newer choice.

A choice has a source and a target. The source is a setting, or home (what parents write); the target is a
setting, or home (the other parent). Knows the choices and how they add up; who hears of an entry is decided in
:mod:`book.audience`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from book.ids import PersonId, SettingId
from book.topics import Group

HOME: None = None
EVERYTHING = frozenset(Group)


class Answer(StrEnum):
    """The four answers to the one sharing question (dialogue 14)."""

    DAY = "day"
    DAY_AND_LEARNING = "day_and_learning"
    EVERYTHING = "everything"
    NOTHING = "nothing"


ANSWERS: dict[Answer, frozenset[Group]] = {
    Answer.DAY: frozenset({Group.DAY}),
    Answer.DAY_AND_LEARNING: frozenset({Group.DAY, Group.LEARNING, Group.PHOTOS}),
    Answer.EVERYTHING: EVERYTHING,
    Answer.NOTHING: frozenset(),
}


class PhotoUse(StrEnum):
    """What a picture of the child may be used for; each is allowed apart from the others (NSPCC, ICO)."""

    OWN = "own"  # in the child's own thread
    GROUP = "group"  # other families receive it, where every child in it may be seen
    NEWSLETTER = "newsletter"
    SOCIAL = "social"  # on the setting's public pages


WITHOUT_A_YES = frozenset({PhotoUse.OWN})
"""A picture of her goes to her own family unless one of her parents says no."""


@dataclass(frozen=True, slots=True)
class PhotoChoice:
    """One parent's word about one use of pictures; ``paper`` where she signed it and somebody entered it."""

    chooser: PersonId
    use: PhotoUse
    allowed: bool
    at: datetime


def photo_use_allowed(choices: Iterable[PhotoChoice], use: PhotoUse, parents: Iterable[PersonId]) -> bool:
    """Whether pictures may be used so: somebody who is a parent now said yes, and nobody who is one said no.

    Nothing but her own book is allowed by default (conversations, defaults); where two parents differ, it is no (ICO).
    """
    said = {each.chooser: each.allowed for each in choices if each.use is use}
    now = [said[parent] for parent in parents if parent in said]
    return all(now) and (bool(now) or use in WITHOUT_A_YES)


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of one parent about one direction; ``source`` or ``target`` None is home."""

    chooser: PersonId
    source: SettingId | None
    target: SettingId | None
    groups: frozenset[Group]
    at: datetime


def newest_by_chooser(
    choices: Iterable[Choice], source: SettingId | None, target: SettingId | None
) -> dict[PersonId, frozenset[Group]]:
    """Each chooser's last word about one direction; ``choices`` are in the order in which they were made."""
    return {each.chooser: each.groups for each in choices if (each.source, each.target) == (source, target)}


def agreed(
    by_chooser: Mapping[PersonId, frozenset[Group]], parents: Iterable[PersonId], *, by_all: bool = False
) -> frozenset[Group] | None:
    """What those of ``parents`` who have chosen all allow; None where none of them has chosen (rule 6).

    One "no" is no; a parent who has not chosen has not refused, unless a setting asks both: ``by_all``, until every
    one of them has chosen nothing is. Choices of somebody who is no longer a parent in the circle do not count.
    """
    parents = list(parents)
    chosen = [by_chooser[parent] for parent in parents if parent in by_chooser]
    if not chosen or (by_all and len(chosen) < len(parents)):
        return None
    return frozenset.intersection(*chosen)
