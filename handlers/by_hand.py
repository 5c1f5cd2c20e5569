"""A setting that has not joined: what somebody passes on of its words, and which children it is about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from book.ids import ChildId, SettingId
from book.people import Circle, Setting
from book.understanding.children import Named
from book.understanding.lexicon import fold

_SAID = re.compile(
    r"\s*(?:the )?(?P<who>[^\W\d_][\w' -]{1,40}?) (?:said|says|say|told (?:me|us)|tells? (?:me|us)|mentioned)\b",
    re.IGNORECASE,
)


def told_by(text: str, circle: Circle) -> SettingId | None:
    """The setting by hand whose words these are ("acorns said he ate nothing"); None where it is nobody's."""
    found = _SAID.match(text)
    return setting_named(found["who"], circle) if found is not None else None


def setting_named(name: str, circle: Circle) -> SettingId | None:
    """The setting by hand of this name in this circle."""
    return next((each.id for each in settings_of(circle) if fold(each.name) == fold(name.strip())), None)


def settings_of(circle: Circle) -> tuple[Setting, ...]:
    """The settings of this child that have not joined."""
    return tuple(each for each in circle.settings.values() if each.by_hand)


def only_those_there(text: str, named: Sequence[Named], circles: Mapping[ChildId, Circle]) -> list[Named]:
    """Of these children, those who go where the words come from; all of them where the words are nobody else's."""
    there = [each for each in named if told_by(text, circles[ChildId(each.child)]) is not None]
    return there or list(named)
