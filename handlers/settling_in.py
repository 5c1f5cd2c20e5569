"""The few questions somebody is asked when she has joined: photos, when the day is wanted, words by text, days of work.

Each is answered by a press, a number or its words, and leads to the next. None of them holds up a note: whoever writes
one at once is answered as everybody is, and the question stays open beside it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time, timedelta

from book.disclosure import Carries
from book.ids import ChildId, SettingId
from book.notices import Offer, Said
from book.people import Circle, Pronoun, Role
from book.reasons import Reason
from book.sharing import PhotoChoice, PhotoUse
from handlers import echo, greeting, replies, sharing_by_buttons
from handlers.desk import Desk
from storage.circles import PAGE
from storage.conversations import Asked, Offered
from storage.filing import Filing
from storage.roster import NewDuty, NewPreference, Roster
from storage.sharing import NewPhotoChoice
from storage.situations import Situation

ASKED_FOR = timedelta(days=2)
DAYS = "days of work"
_USUAL = (time(7, 30), time(18, 30))
_WEEK = range(5)


def photos(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """May the child be in group photos: this parent's word, dated."""
    circle = _mine(situation, desk, offered)
    person = situation.person
    if circle is None or person is None:
        return (replies.said(situation, desk, "press.done"),)
    allowed = offered.choice.offer is Offer.PHOTOS_YES
    joined = situation.address.proved_at
    if allowed and echo.is_needed(situation) and joined is not None and desk.now - joined > echo.COUNTS_FOR:
        # Just after she sent the code of her slip it is she who answers; later that is to be made sure of.
        group = replace(offered, choice=replace(offered.choice, value=PhotoUse.GROUP.value))
        return sharing_by_buttons.photos_let(situation, desk, group)
    choice = NewPhotoChoice(desk.ids.new(), circle.child.id, PhotoChoice(person.id, PhotoUse.GROUP, allowed, desk.now))
    if not situation.address.has_buttons:
        next_said = _all_set_in_text(circle)
    elif _is_only_child(situation, desk, circle):
        next_said = greeting.ask_day(circle)
    else:
        next_said = Said("join.noted")
    return (_then(situation, desk, next_said, Roster(photo_choices=(choice,))),)


def day(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """When the page of the day is wanted; and with that she has everything."""
    person = situation.person
    assert person is not None
    preference = NewPreference(desk.ids.new(), person.id, PAGE, offered.choice.value)
    return (_then(situation, desk, Said("join.all_set"), Roster(preferences=(preference,))),)


def words(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """Whether texts may say words; a parent is then asked about photos."""
    circle = _mine(situation, desk, offered)
    if circle is None or situation.person is None:
        return (replies.said(situation, desk, "press.done"),)
    named = offered.choice.offer is Offer.WORDS_YES
    me = circle.membership(situation.person.id, desk.now)
    asked = any(each.chooser == situation.person.id and each.use is PhotoUse.GROUP for each in circle.photo_choices)
    if me is None or me.role is not Role.PARENT or asked:
        said = _all_set_in_text(circle) if named else Said("join.text.all_set.unnamed")
    elif named:
        said = greeting.ask_photos(circle, key="join.text.photos")
    else:
        said = greeting.ask_photos(circle, key="join.text.photos.unnamed")
    filing = _then(situation, desk, said, Roster())
    return (replace(filing, carries=Carries.WORDS if named else Carries.NUDGE),)


def week(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """Monday to Friday, at the usual hours."""
    return (_hours(situation, desk, SettingId(offered.choice.subject), list(_WEEK)),)


def choose_days(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """Other days than those: in her own words."""
    assert situation.person is not None
    asked = Asked(DAYS, offered.choice.subject, situation.person.id, desk.now + ASKED_FOR)
    filing = replies.said(situation, desk, "join.days")
    return (replace(filing, conversation=replace(situation.conversation, asked=asked)),)


def take_days(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """ "mon wed fri", and nothing else; everything else is a note."""
    days = as_days(situation.taken.incoming.text)
    if days is None:
        return None
    filing = _hours(situation, desk, SettingId(asked.subject), days)
    return (replace(filing, conversation=replace(situation.conversation, asked=None)),)


def too_late(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """A question from before she joined, answered since."""
    return (replies.said(situation, desk, "press.done"),)


def as_days(text: str) -> list[int] | None:
    """The weekdays these words name and nothing else, Monday first; None if they say anything beside.

    >>> as_days("mon, wed & fri"), as_days("Mon-Thu"), as_days("mon was lovely")
    ([0, 2, 4], [0, 1, 2, 3], None)
    """
    found: set[int] = set()
    for word in re.findall(r"[a-z]+\s*[-–]\s*[a-z]+|[a-z]+|\S", text.casefold()):
        first, dash, last = re.sub(r"\s", "", word).replace("–", "-").partition("-")
        if first in ("and", "&", ",", ".", "+", "/"):
            continue
        begins, ends = _weekday(first), _weekday(last) if dash else _weekday(first)
        if begins is None or ends is None:
            return None
        found |= set(range(begins, ends + 1))
    return sorted(found) or None


def _weekday(word: str) -> int | None:
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    singular = word.removesuffix("s") if len(word) > 4 else word
    found = [at for at, name in enumerate(names) if len(singular) >= 3 and name.startswith(singular)]
    return found[0] if len(found) == 1 else None


def _hours(situation: Situation, desk: Desk, setting: SettingId, days: list[int]) -> Filing:
    person = situation.person
    assert person is not None
    start, end = _USUAL
    duties = tuple(NewDuty(desk.ids.new(), person.id, setting, each, start, end) for each in days)
    return _then(situation, desk, Said("join.list.set"), Roster(duties=duties, new_hours=((person.id, setting),)))


def _then(situation: Situation, desk: Desk, said: Said, roster: Roster) -> Filing:
    return replace(
        replies.skip(situation, Reason.ANSWERED), roster=roster, notices=(replies.say(situation, desk, said),)
    )


def _mine(situation: Situation, desk: Desk, offered: Offered) -> Circle | None:
    """The circle it is about, if she still stands in it."""
    circle = situation.circles.get(ChildId(offered.choice.subject))
    person = situation.person
    if circle is None or person is None or circle.membership(person.id, desk.now) is None:
        return None
    return circle


def _is_only_child(situation: Situation, desk: Desk, circle: Circle) -> bool:
    """Whether no other child of hers has been through these questions."""
    person = situation.person
    assert person is not None
    return not any(
        each.chooser == person.id
        for child, other in situation.circles.items()
        if child != circle.child.id
        for each in other.photo_choices
    )


def _all_set_in_text(circle: Circle) -> Said:
    child = circle.child
    return Said("join.text.all_set", {"child": child.name if child.pronoun is Pronoun.THEY else child.pronoun})
