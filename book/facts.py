"""What a fact of an entry is: a sleep, a feed, a dose, with only what the words state, in plain units.

Times are civil, as people wrote them, in the setting's zone. Every fact carries the words it came from. Knows nothing
of how it is found in a sentence.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar

from book.topics import Topic


class Kind(StrEnum):
    SLEEP = "sleep"
    FEED = "feed"
    MEAL = "meal"
    NAPPY = "nappy"
    TEMPERATURE = "temperature"
    MEDICINE = "medicine"
    ABSENCE = "absence"
    LATENESS = "lateness"
    COLLECTION = "collection"
    INJURY = "injury"


TOPIC_OF: Mapping[Kind, Topic] = MappingProxyType(
    {
        Kind.SLEEP: Topic.SLEEP,
        Kind.FEED: Topic.MEALS,
        Kind.MEAL: Topic.MEALS,
        Kind.NAPPY: Topic.NAPPY,
        Kind.TEMPERATURE: Topic.HEALTH,
        Kind.MEDICINE: Topic.MEDICATION,
        Kind.ABSENCE: Topic.ATTENDANCE,
        Kind.LATENESS: Topic.ATTENDANCE,
        Kind.COLLECTION: Topic.ATTENDANCE,
        Kind.INJURY: Topic.INCIDENT,
    }
)
"""What a message that states such a fact is about, whatever else it is."""


class Amount(StrEnum):
    """How much of something was eaten or drunk; ``MORE``: seconds."""

    NONE = "none"
    SOME = "some"
    HALF = "half"
    MOST = "most"
    ALL = "all"
    MORE = "more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sleep:
    """A sleep; open while it has a beginning and no end."""

    kind: ClassVar[Kind] = Kind.SLEEP
    words: str = ""
    begins: datetime | None = None
    ends: datetime | None = None
    day: date | None = None
    minutes: int | None = None
    wakings: int | None = None
    amount: Amount | None = None  # none: a nap that was offered and not had
    where: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Milk, by bottle or breast."""

    kind: ClassVar[Kind] = Kind.FEED
    words: str = ""
    name: str | None = None
    amount: Amount | None = None
    ml: float | None = None
    oz: float | None = None
    minutes: int | None = None
    day: date | None = None  # where the words name another day and no time
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meal:
    kind: ClassVar[Kind] = Kind.MEAL
    words: str = ""
    name: str | None = None  # which meal, or what was eaten
    amount: Amount | None = None
    day: date | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Nappy:
    """How many were wet or dirty; on a potty as well, then ``where`` says so."""

    kind: ClassVar[Kind] = Kind.NAPPY
    words: str = ""
    wet: int | None = None
    dirty: int | None = None
    where: str | None = None
    day: date | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Temperature:
    kind: ClassVar[Kind] = Kind.TEMPERATURE
    words: str = ""
    celsius: float
    day: date | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine:
    """A dose that was given; never one that is planned."""

    kind: ClassVar[Kind] = Kind.MEDICINE
    words: str = ""
    name: str | None = None
    dose: float | None = None
    unit: str | None = None
    day: date | None = None
    at: datetime | None = None
    who: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    kind: ClassVar[Kind] = Kind.ABSENCE
    words: str = ""
    day: date | None = None
    until: date | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """Later than usual: by so many minutes, or in at a time, or not before it."""

    kind: ClassVar[Kind] = Kind.LATENESS
    words: str = ""
    day: date | None = None
    at: datetime | None = None
    until: datetime | None = None
    minutes: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Who fetches the child, and when. A password is never part of it."""

    kind: ClassVar[Kind] = Kind.COLLECTION
    words: str = ""
    who: str | None = None
    day: date | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Injury:
    """What happened is the reason; what was done about it stands in the words."""

    kind: ClassVar[Kind] = Kind.INJURY
    words: str = ""
    where: str | None = None
    reason: str | None = None
    day: date | None = None
    at: datetime | None = None


Fact = Sleep | Feed | Meal | Nappy | Temperature | Medicine | Absence | Lateness | Collection | Injury


class Doubtful(StrEnum):
    """Why something that was said is kept as words only, and asked about."""

    NOT_YET = "not_yet"  # it was said to have been, and is still to come
    IMPOSSIBLE = "impossible"  # no child has 58 degrees
    WHICH_DAY = "which_day"  # the weekday is not its date's, or two days could be meant


@dataclass(frozen=True, slots=True)
class Doubt:
    """A stretch of the words that is no fact until somebody has been asked."""

    why: Doubtful
    of: Kind
    words: str


# --- as JSON ------------------------------------------------------------------------------------------------------

_CLASSES: Mapping[str, type[Fact]] = MappingProxyType(
    {
        each.kind.value: each
        for each in (Sleep, Feed, Meal, Nappy, Temperature, Medicine, Absence, Lateness, Collection, Injury)
    }
)
_NAMES: Mapping[str, str] = MappingProxyType({"begins": "from", "ends": "to"})
_TIMES = frozenset({"begins", "ends", "at", "until"})


def to_plain(fact: Fact) -> dict[str, object]:
    """A fact as JSON has it: ``{"kind": "sleep", "from": "2026-11-24T12:05", …}``, without what was not said."""
    plain: dict[str, object] = {"kind": fact.kind.value}
    for each in fields(fact):
        value = getattr(fact, each.name)
        if value is not None and each.name != "words":
            plain[_NAMES.get(each.name, each.name)] = _plain(value)
    return {**plain, "words": fact.words}


def from_plain(plain: Mapping[str, Any]) -> Fact:
    """The fact that :func:`to_plain` wrote."""
    kind = Kind(plain["kind"])
    said = {
        each.name: _read(kind, each.name, plain[key])
        for each in fields(_CLASSES[kind])
        if (key := _NAMES.get(each.name, each.name)) in plain
    }
    return _CLASSES[kind](**said)


def to_json(facts: Iterable[Fact]) -> str:
    """Facts as they are sealed beside an entry; none are the empty text."""
    plain = [to_plain(each) for each in facts]
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")) if plain else ""


def from_json(kept: str) -> tuple[Fact, ...]:
    return tuple(from_plain(each) for each in json.loads(kept)) if kept else ()


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat(timespec="minutes")
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return int(value)
    return value


def _read(kind: Kind, name: str, value: Any) -> Any:
    if name == "day" or (kind, name) == (Kind.ABSENCE, "until"):
        return date.fromisoformat(value)
    if name in _TIMES:
        return datetime.fromisoformat(value)
    return Amount(value) if name == "amount" else value
