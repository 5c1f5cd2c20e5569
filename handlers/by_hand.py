"""A setting that has not joined: what somebody passes on of its words, and which children it is about.

It stands in the circle as a person of its own name who has no address: what may go there is what she may know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from book.ids import ChildId, PersonId, SettingId
from book.people import Circle, Setting
from book.understanding import beyond
from book.understanding.children import Named
from book.understanding.lexicon import fold


def told_by(text: str, circle: Circle) -> SettingId | None:
    """The setting by hand whose words these are ("acorns said he ate nothing"); None where it is nobody's."""
    who = beyond.told_by(text)
    return setting_named(who, circle) if who is not None else None


def setting_named(name: str, circle: Circle) -> SettingId | None:
    """The setting by hand of this name in this circle."""
    return next((each.id for each in settings_of(circle) if fold(each.name) == fold(name.strip())), None)


def setting_first_named(words: str, circle: Circle) -> SettingId | None:
    """The setting by hand with whose name these words begin."""
    said = fold(words)
    named = [each for each in settings_of(circle) if f"{said} ".replace(",", " ").startswith(f"{fold(each.name)} ")]
    return max(named, key=lambda each: len(each.name)).id if named else None


def settings_of(circle: Circle) -> tuple[Setting, ...]:
    """The settings of this child that have not joined."""
    return tuple(each for each in circle.settings.values() if each.by_hand)


def stands_for(setting: SettingId, circle: Circle) -> PersonId | None:
    """The person who stands for the setting in this circle: what she may know may be told there."""
    return next((each.person.id for each in circle.memberships if each.setting == setting), None)


def only_those_there(text: str, named: Sequence[Named], circles: Mapping[ChildId, Circle]) -> list[Named]:
    """Of these children, those who go where the words come from; all of them where the words are nobody else's."""
    there = [each for each in named if told_by(text, circles[ChildId(each.child)]) is not None]
    return there or list(named)
