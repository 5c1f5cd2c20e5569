"""Somebody has stopped messages at an address: who of her settings is told to ring her, from when, and what is said.

The same whether she said so by a word, a telephone network obeyed it, or her platform reported it. What the word may
have answered stands as it was: that is said, so that whoever rings can ask. Knows no database and no clock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from book.dialling import spoken
from book.duty import through_whom
from book.ids import AddressId, PersonId, SettingId
from book.notices import Choice, Notice, Offer, Said, WhichChild
from book.people import Circle, Person, Role
from book.timing import when_at_hand
from book.wording.values import sentence

STOPPING = frozenset({"stop", "stopall", "unsubscribe"})
"""Alone in a message these stop everything at once, on every channel."""

OF_CARRIERS_ALONE = frozenset({"cancel", "end", "quit", "revoke", "optout"})
"""Telephone networks obey these as well; elsewhere whoever says one is asked what is meant."""

# What can be done about a note, and how often she hears: after these a stop means what it says.
_ASK_NOTHING = frozenset(
    {Offer.UNDO, Offer.CHANGE, Offer.TOO, Offer.EVERYONE, Offer.FEWER, Offer.STAY_STOPPED}
    | {Offer.HEARS_DAILY, Offer.HEARS_FRIDAYS, Offer.HEARS_MATTERS, Offer.CANCEL_NOTHING}
    | {Offer.HEARS_AT_ONCE, Offer.HEARS_COLLECTED, Offer.HEARS_AT_FIVE}
    | {Offer.CANCEL_NOTE, Offer.CANCEL_QUESTION}
)
_ABOUT = {
    Offer.PHOTOS_YES: "photos",
    Offer.PHOTOS_NO: "photos",
    Offer.SEEN: "seen",
    Offer.NOTED: "seen",
    Offer.CHILD: "which_child",
    Offer.BOTH: "which_child",
    Offer.WHOSE: "which_child",
}


def asks(offers: Collection[Offer]) -> bool:
    """Whether a message with these choices asked something, and did not only say what can be done about a note."""
    return bool(offers) and not set(offers) <= _ASK_NOTHING


def about(asked: Notice | None) -> str:
    """What a message asked about, as far as anybody but its reader may know: the end of a key; empty for nothing."""
    match asked:
        case None:
            return ""
        case WhichChild():
            return "which_child"
        case Said(choices=choices):
            return next((_ABOUT[each.offer] for each in choices if each.offer in _ABOUT), "other")
        case _:
            return "seen"


def who_rings(
    person: PersonId, circles: Iterable[Circle], now: datetime, zone: ZoneInfo
) -> Mapping[PersonId, datetime]:
    """Who is told to ring ``person``, and from when: at each setting of hers whoever it is told through, and whoever
    runs it."""
    found: dict[PersonId, datetime] = {}
    for circle in circles:
        for setting in hers(person, circle, now):
            first = through_whom(circle, setting, now, zone)
            managers = [each for each in circle.staff_of(setting, now) if each.role is Role.MANAGER]
            for member in ([first] if first is not None else []) + managers:
                who = member.person.id
                if who != person and who not in circle.devices:
                    at = when_at_hand(member, circle, now, zone)
                    found[who] = min(at, found.get(who, at))
    return found


def hers(person: PersonId, circle: Circle, now: datetime) -> tuple[SettingId, ...]:
    """The settings to which it falls to ring her: the one she joined through or works at, else all around the child."""
    me = circle.membership(person, now)
    if me is None:
        return ()
    if me.setting is not None:
        return (me.setting,)
    return tuple(each.id for each in circle.settings.values() if not each.by_hand)


def lines(
    person: Person, word: str, *, is_text: bool, asked: str, telephone: str
) -> tuple[tuple[str, Mapping[str, str]], ...]:
    """What her settings read of it: what happened, that she is to be rung, and how texts begin again."""
    values = {"name": person.name}
    if not word:
        first = ("stopped.network" if is_text else "stopped.blocked", values)
    else:
        if asked:
            key = "stopped.by_text.answer" if is_text else "stopped.by_word.answer"
            values = values | {"what": sentence(f"stopped.what.{asked}")}
        else:
            key = "stopped.by_text" if is_text else "stopped.by_word"
        first = (key, values | ({"word": word.upper()} if is_text else {}))
    them = sentence(f"pronoun.{person.pronoun}.them")
    ring = ("stopped.ring", {"them": them, "telephone": spoken(telephone)} if telephone else {"them": them})
    if not telephone:
        ring = ("stopped.ring.no_number", {"them": them})
    return (first, ring, *((("stopped.again", {}),) if is_text else ()))


def rung(address: AddressId, person: Person) -> Choice:
    """By which somebody says that she has rung."""
    return Choice(Offer.STOP_RUNG, address, "", person.name)


def told(said: tuple[tuple[str, Mapping[str, str]], ...], choice: Choice) -> Said:
    """The message to those who are to ring."""
    (key, values), *rest = said
    return Said(key, values, (choice,), lines=tuple(rest))
