"""A childminder starts a book by herself: whose, one line, and it is open; the parent is invited and sees it later.

"start a book" is the whole wish, or begins the one line that answers it: the child's name and birthday, and a parent's
name and mobile. Everything else that begins so is a note. When the child is with her may be said in the same way: "ben
mon wed fri til 5.30, acorns mornings".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time, timedelta

from book.dialling import e164
from book.ids import ChildId, PersonId, SettingId
from book.notices import NEW_LINE, Choice, Offer, Said
from book.people import Circle, Role, SettingKind
from book.reasons import Reason
from book.understanding.codes import new_code
from book.wording.values import link
from handlers import replies, telephones
from handlers.desk import Desk
from handlers.settling_in import as_days
from storage.audit import Deed
from storage.conversations import Asked, Offered
from storage.filing import Filing
from storage.invitations import SLIP_LASTS, NewInvitation, new_payload
from storage.roster import (
    NewChild,
    NewMembership,
    NewPerson,
    NewSession,
    NewSetting,
    NewTelephone,
    Roster,
    Timetable,
)
from storage.situations import Situation
from storage.vault import Owner

WHOSE = "whose book"
_COUNTS_FOR = timedelta(hours=1)
_OLDEST = 12  # years
_NAME = r"[^\W\d_][^\d,;:/]*?"
_WHOSE = re.compile(
    rf"(?P<child>{_NAME})[\s,]+(?P<day>\d{{1,2}})[/.-](?P<month>\d{{1,2}})[/.-](?P<year>\d{{2}}|\d{{4}})[\s,]+"
    rf"(?P<parent>{_NAME})[\s,]+(?P<number>\+?[\d\s]{{9,20}})"
)
_BIRTHDAY = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}")
_TIMES = re.compile(
    rf"(?P<child>{_NAME})\s+(?P<days>(?:[a-z]{{3,9}}[\s,&+–-]+)+)(?:til|till|until|to)\s+"
    rf"(?P<hour>\d{{1,2}})(?:[.:](?P<minute>\d{{2}}))?(?:\s*,\s*(?P<other>{_NAME})\s+(?P<part>mornings|afternoons))?",
    re.IGNORECASE,
)
_FROM = time(8, 0)
_MORNING = (time(9, 0), time(12, 0))
_AFTERNOON = (time(13, 0), time(16, 0))


_WISH = re.compile(r"/?start a (?:new )?book\b[\s:,.!–-]*(?:for\s+)?(?P<line>.*)", re.IGNORECASE | re.DOTALL)


def may_be(text: str) -> bool:
    """Whether it may be the wish, or say when a child is with her."""
    return _is_wish(text) or _TIMES.fullmatch(text.strip()) is not None


def take(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """Ask whose book, or take the times; None where she is no childminder, or it turns out to be a note."""
    setting = _own_setting(situation, desk)
    if setting is None:
        return None
    text = situation.taken.incoming.text
    if _is_wish(text):
        line = _line_of(text)
        if not line:
            return (_ask(situation, desk, setting, "book.whose"),)
        return (_begin(situation, desk, setting, line),)
    return _times(situation, desk, setting, text)


def _is_wish(text: str) -> bool:
    line = _line_of(text)
    return line is not None and (not line or _BIRTHDAY.search(line) is not None)


def _line_of(text: str) -> str | None:
    """What stands behind the wish; None where these words are none."""
    found = _WISH.fullmatch(text.strip())
    return None if found is None else found["line"].strip()


def _own_setting(situation: Situation, desk: Desk) -> SettingId | None:
    """The setting in which she is the childminder."""
    person = situation.person
    assert person is not None
    lines = [*situation.posts, *(line for circle in situation.circles.values() for line in circle.live(desk.now))]
    mine = [line for line in lines if line.person.id == person.id and line.is_live(desk.now)]
    return next((line.setting for line in mine if line.role is Role.CHILDMINDER), None)


def _ask(situation: Situation, desk: Desk, setting: SettingId, key: str) -> Filing:
    assert situation.person is not None
    asked = Asked(WHOSE, setting, situation.person.id, desk.now + _COUNTS_FOR)
    filing = replies.said(situation, desk, key)
    return replace(filing, conversation=replace(situation.conversation, asked=asked))


def whose(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """The one line; what has no birthday in it is a note, and the question stays open."""
    text = situation.taken.incoming.text.strip()
    if _BIRTHDAY.search(text) is None:
        return None
    return (_begin(situation, desk, SettingId(asked.subject), text),)


def _begin(situation: Situation, desk: Desk, setting: SettingId, line: str) -> Filing:
    """Open the book of whom the line names; ask again where part of it is missing."""
    found = _WHOSE.fullmatch(line)
    born = _born(found, desk) if found is not None else None
    number = e164(found["number"]) if found is not None else None
    if found is None or born is None or number is None:
        return _ask(situation, desk, setting, "book.whose.again")
    if (refused := telephones.refused(situation, desk, number)) is not None:
        # The question stays open: the same line with another number is its answer.
        return refused
    return _open(situation, desk, setting, found, born, number)


def _born(found: re.Match[str], desk: Desk) -> date | None:
    year = int(found["year"])
    try:
        born = date(year if year > 99 else 2000 + year, int(found["month"]), int(found["day"]))
    except ValueError:
        return None
    today = desk.today
    return born if born <= today and today.year - born.year <= _OLDEST else None


def _open(
    situation: Situation, desk: Desk, setting: SettingId, found: re.Match[str], born: date, number: str
) -> Filing:
    person = situation.person
    assert person is not None
    child, name = ChildId(desk.ids.new()), " ".join(found["child"].split())
    known = _who_has(situation, number)
    parent = known if known is not None else PersonId(desk.ids.new())
    called = " ".join(found["parent"].split())
    values = {"child": name, "parent": called}
    choices = (Choice(Offer.SEND_TEXT, child, str(parent)), Choice(Offer.PRINT_SLIP, child, str(parent)))
    new = Roster(
        people=() if known is not None else (NewPerson(parent, called),),
        children=(NewChild(child, (name,), born),),
        memberships=(
            NewMembership(desk.ids.new(), parent, Role.PARENT, child, setting, made_by=person.id),
            NewMembership(desk.ids.new(), person.id, Role.CHILDMINDER, child, setting, made_by=person.id),
        ),
        telephones=() if known is not None else (NewTelephone(desk.ids.new(), parent, number, made_by=person.id),),
    )
    return replace(
        replies.skip(situation, Reason.ANSWERED),
        roster=new,
        conversation=replace(situation.conversation, asked=None),
        notices=(replies.say(situation, desk, Said("book.open", values, choices)),),
        deeds=(Deed("book started", person.id, Owner.child(child), child),),
    )


def _who_has(situation: Situation, number: str) -> PersonId | None:
    """Somebody around her already whose number it is: a brother's mother is one person."""
    numbers: Mapping[PersonId, tuple[str, ...]] = situation.roll.telephones if situation.roll is not None else {}
    return next((person for person, theirs in numbers.items() if number in theirs), None)


# --- the parent is invited ----------------------------------------------------------------------------------------


def send(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    return (_slip(situation, desk, offered, "book.send"),)


def print_it(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    return (_slip(situation, desk, offered, "book.print"),)


def _slip(situation: Situation, desk: Desk, offered: Offered, key: str) -> Filing:
    person, setting = situation.person, _own_setting(situation, desk)
    circle = situation.circles.get(ChildId(offered.choice.subject))
    parent = PersonId(int(offered.choice.value))
    named = circle.person(parent) if circle is not None else None
    if person is None or circle is None or named is None or setting is None:
        return replies.said(situation, desk, "press.done")
    code = new_code(circle.child.name, desk.choose)
    invitation = NewInvitation(
        desk.ids.new(), parent, new_payload(desk.chance), Role.PARENT, circle.child.id, setting, code, person.id,
        lasts=SLIP_LASTS,
    )  # fmt: skip
    values = {"child": circle.child.name, "parent": named.name, "name": person.name, "code": code}
    values["link"] = link(invitation.payload)
    return replace(
        replies.said(situation, desk, "book.slip", values),
        notices=(replies.say(situation, desk, Said("book.slip", values, before=(key, NEW_LINE))),),
        invites=(invitation,),
        deeds=(Deed("invited", person.id, Owner.person(parent), circle.child.id),),
    )


# --- when the child is with her -----------------------------------------------------------------------------------


def _times(situation: Situation, desk: Desk, setting: SettingId, text: str) -> tuple[Filing, ...] | None:
    found = _TIMES.fullmatch(text.strip())
    assert found is not None
    circle = _named(situation, found["child"])
    days = as_days(found["days"])
    ends = _afternoon(int(found["hour"]), int(found["minute"] or 0))
    person = situation.person
    if circle is None or days is None or ends is None or person is None:
        return None
    me = circle.membership(person.id, desk.now)
    if me is None or me.role is not Role.CHILDMINDER:
        return None
    child = circle.child
    sessions = tuple(NewSession(desk.ids.new(), child.id, setting, day, _FROM, ends, said_by=person.id) for day in days)
    roster = Roster(sessions=sessions, new_timetables=(Timetable(child.id, setting),))
    key, other = "book.times", ""
    if found["other"]:
        other = " ".join(found["other"].split()).title()
        morning = found["part"].casefold() == "mornings"
        roster = _elsewhere(roster, circle, other, days, _MORNING if morning else _AFTERNOON, person.id, desk)
        key = "book.times.mornings" if morning else "book.times.afternoons"
    missing = [each.person.name for each in circle.parents(desk.now) if not _has_joined(situation, each.person.id)]
    values = {
        "child": child.name,
        "days": " ".join(str(each) for each in days),
        "time": f"{ends.hour % 12 or 12}:{ends.minute:02d}",
        "other": other,
        "parent": missing[0] if missing else "",
    }
    said = Said("book.times.later", values, before=(key,)) if missing else Said(key, values)
    answered = replies.skip(situation, Reason.ANSWERED)
    return (replace(answered, roster=roster, notices=(replies.say(situation, desk, said),)),)


def _elsewhere(
    roster: Roster,
    circle: Circle,
    called: str,
    days: list[int],
    hours: tuple[time, time],
    by: PersonId,
    desk: Desk,
) -> Roster:
    """The same days at another setting as well; one that nobody here knows has not joined: it is a name."""
    known = next((key for key, each in circle.settings.items() if each.name.casefold() == called.casefold()), None)
    setting = SettingId(desk.ids.new()) if known is None else known
    new = () if known is not None else (NewSetting(setting, SettingKind.PRESCHOOL, called, by_hand=True),)
    child, (start, end) = circle.child.id, hours
    sessions = [NewSession(desk.ids.new(), child, setting, day, start, end, said_by=by) for day in days]
    return replace(
        roster,
        settings=new,
        sessions=(*roster.sessions, *sessions),
        new_timetables=(*roster.new_timetables, Timetable(child, setting)),
    )


def _named(situation: Situation, name: str) -> Circle | None:
    wanted = name.strip().casefold()
    found = [
        circle for circle in situation.circles.values() if wanted in (each.casefold() for each in circle.child.names)
    ]
    return found[0] if len(found) == 1 else None


def _afternoon(hour: int, minute: int) -> time | None:
    """ "til 5.30": nobody collects before eight in the morning."""
    if hour > 23 or minute > 59:
        return None
    return time(hour + 12 if hour < 8 else hour, minute)


def _has_joined(situation: Situation, person: PersonId) -> bool:
    return situation.roll is not None and person in situation.roll.joined
