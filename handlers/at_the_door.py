"""What is done with a setting that has not joined: it is entered, told at the door, rung, written to (dialogue 23).

Nothing goes there by itself. What may be shown, read out or handed over is what a parent let travel to it, decided by
the same audience as everything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from book.audience import may_know
from book.entries import Entry
from book.ids import ChildId, EntryId, PersonId, SettingId
from book.notices import Choice, Offer, Said
from book.pages import of_the_day
from book.people import STAFF, Circle, Person, Role
from book.reasons import Reason
from book.sharing import ANSWERS, Answer
from book.understanding import beyond
from book.understanding.lexicon import fold
from book.who_sees import as_words
from book.wording.values import day_of, hours, list_day, month_of, one_line, sentence, shared
from handlers import asking_a_setting, by_hand, echo, replies
from handlers.desk import Desk
from handlers.on_paper import where, with_sheet
from handlers.sharing import choices_for, present_answer
from storage.audit import Deed
from storage.conversations import Asked, Offered
from storage.filing import Filing, NewNotice
from storage.roster import NewContact, NewMembership, NewPerson, NewSetting, Roster
from storage.situations import Situation
from storage.vault import Owner

_Line = tuple[str, dict[str, str]]

ECHO = "echo.by_hand"


def may_be(text: str) -> bool:
    return (
        beyond.as_handover(text) is not None
        or beyond.as_log(text) is not None
        or beyond.as_letter(text) is not None
        or beyond.as_setting(text) is not None
    )


def take(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """Do what is wished of a setting by hand; None where there is none of that name: it is a note."""
    text = situation.taken.incoming.text
    if (new := beyond.as_setting(text)) is not None:
        return _new_setting(situation, desk, new)
    if (asked := beyond.as_handover(text)) is not None:
        found = [each for each in _at(situation, desk, asked.setting) if _is_called(each.circle, asked.child)]
        return _handover(situation, desk, found[0]) if len(found) == 1 else None
    if (log := beyond.as_log(text)) is not None:
        return _log(situation, desk, log)
    if (name := beyond.as_letter(text)) is not None:
        found = _at(situation, desk, name)
        return _letter(situation, desk, found[0]) if len(found) == 1 else None
    return None


@dataclass(frozen=True, slots=True)
class _There:
    """A child of the sender's at a setting by hand."""

    child: ChildId
    circle: Circle
    setting: SettingId
    me: PersonId

    @property
    def name(self) -> str:
        return self.circle.settings[self.setting].name

    @property
    def readers(self) -> tuple[PersonId, ...]:
        """Who holds what is handed over there."""
        reader = by_hand.stands_for(self.setting, self.circle)
        return () if reader is None else (reader,)


def _at(situation: Situation, desk: Desk, name: str) -> list[_There]:
    return [
        _There(child, circle, setting, me)
        for child, circle, me in _with_me(situation, desk)
        if (setting := by_hand.setting_named(name, circle)) is not None
    ]


def _with_me(situation: Situation, desk: Desk) -> list[tuple[ChildId, Circle, PersonId]]:
    """The children whose parent the sender is, or with whom she works."""
    assert situation.person is not None
    return [
        (child, circle, situation.person.id)
        for child, circle in sorted(situation.circles.items())
        if (me := circle.membership(situation.person.id, desk.now)) is not None and me.role in {Role.PARENT, *STAFF}
    ]


def _is_called(circle: Circle, name: str) -> bool:
    return not name or fold(name) in {fold(each) for each in circle.child.names}


# --- a new setting by hand ----------------------------------------------------------------------------------------


def _new_setting(situation: Situation, desk: Desk, wished: beyond.SettingWished) -> tuple[Filing, ...] | None:
    """A name and a telephone; until a parent says so, nothing may be told there."""
    mine = [each for each in _with_me(situation, desk) if _is_called(each[1], wished.child)]
    if len(mine) != 1:
        return None
    child, circle, me = mine[0]
    if (uses_bookbag := asking_a_setting.wished(situation, desk, circle, wished)) is not None:
        return uses_bookbag
    if any(fold(each.name) == fold(wished.name) for each in circle.settings.values()):
        return (replies.said(situation, desk, "by_hand.known", {"setting": wished.name, "child": circle.child.name}),)
    setting, stands_for = SettingId(desk.ids.new()), PersonId(desk.ids.new())
    roster = Roster(
        settings=[NewSetting(setting, wished.kind, wished.name, wished.telephone, by_hand=True)],
        people=[NewPerson(stands_for, wished.name)],
        memberships=[NewMembership(desk.ids.new(), stands_for, Role.ROOM_STAFF, child, setting, made_by=me)],
    )
    values = {"setting": wished.name, "child": circle.child.name}
    choices = (
        Choice(Offer.BY_HAND_DAY, setting, str(child), circle.child.name),
        Choice(Offer.BY_HAND_NOTHING, setting, str(child)),
    )
    if any(each.person.id == me for each in circle.parents(desk.now)):
        said = replies.said(situation, desk, "by_hand.new", values, choices=choices)
    else:
        parents = [each.person for each in circle.parents(desk.now)]
        values = {**values, "name": _my_name(situation), "names": _names(parents)}
        asks = Said("by_hand.ask", values, choices)
        said = replies.said(situation, desk, "by_hand.new.asked", values)
        asked = [replies.tell(situation, desk, each.id, asks, child=child) for each in parents]
        said = replace(said, notices=(*said.notices, *asked))
    deed = Deed("setting_by_hand", me, Owner.child(child), setting)
    return (replace(said, roster=roster, deeds=(deed,)),)


def agree_day(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    return _agreed(situation, desk, offered, Answer.DAY)


def agree_nothing(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    return _agreed(situation, desk, offered, Answer.NOTHING)


def _agreed(situation: Situation, desk: Desk, offered: Offered, answer: Answer) -> tuple[Filing, ...]:
    """A parent's answer; who works with the child is told that it was given, and finds it where she hands over."""
    child, setting = ChildId(int(offered.choice.value)), SettingId(offered.choice.subject)
    circle = situation.circles.get(child)
    assert situation.person is not None
    me = situation.person.id
    if (
        circle is None
        or setting not in circle.settings
        or all(each.person.id != me for each in circle.parents(desk.now))
    ):
        return (replies.said(situation, desk, "press.done"),)
    if answer is not Answer.NOTHING and echo.is_needed(situation):
        asks = {"name": circle.settings[setting].name, "groups": as_words(ANSWERS[answer])}
        kept = {"setting": str(setting), "answer": answer.value}
        return (echo.ask(situation, desk, ECHO, "echo.sharing", asks, subject=child, pending=kept),)
    return (_told_at(situation, desk, circle, setting, answer),)


def agreed_by_echo(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """The code came back from an address of weak proof: as her answer."""
    circle, setting = situation.circles.get(ChildId(asked.subject)), SettingId(int(asked.values["setting"]))
    assert situation.person is not None
    me = situation.person.id
    if (
        circle is None
        or setting not in circle.settings
        or all(each.person.id != me for each in circle.parents(desk.now))
    ):
        return None
    return (_told_at(situation, desk, circle, setting, Answer(asked.values["answer"])),)


def _told_at(situation: Situation, desk: Desk, circle: Circle, setting: SettingId, answer: Answer) -> Filing:
    assert situation.person is not None
    me, child = situation.person.id, circle.child.id
    choices = choices_for(answer, me, circle, setting, desk.now, desk.ids)
    values = {
        "setting": circle.settings[setting].name,
        "child": circle.child.name,
        "answer": shared(answer, circle.child.pronoun),
        "name": situation.person.name,
    }
    told = [
        replies.tell(situation, desk, each.person.id, Said("by_hand.agreed", values), child=child)
        for each in circle.live(desk.now)
        if each.role in (Role.KEY_PERSON, Role.CHILDMINDER)
        and each.setting is not None
        and not circle.settings[each.setting].by_hand
    ]
    said = replies.said(situation, desk, "by_hand.done", values)
    deed = Deed("sharing_chosen", me, Owner.child(child), setting, {"answer": answer.value})
    return replace(said, notices=(*said.notices, *told), roster=Roster(choices=list(choices)), deeds=(deed,))


# --- the handover -------------------------------------------------------------------------------------------------


def _handover(situation: Situation, desk: Desk, there: _There) -> tuple[Filing, ...]:
    """What may go there of the child's day, as written, to show, read out or hand over."""
    agreed = _who_agreed(there, desk)
    if not agreed:
        values = {"setting": there.name, "names": _names([each.person for each in there.circle.parents(desk.now)])}
        return (replies.said(situation, desk, "handover.not_agreed", values),)
    line, tells = _line(situation, desk, there)
    if not tells:
        return (replies.said(situation, desk, "handover.nothing", {"setting": there.name}),)
    answer = min((each for _, each in agreed), key=list(Answer).index)
    said = Said(
        "handover.intro",
        {
            "names": _names([person for person, _ in agreed]),
            "answer": shared(answer, there.circle.child.pronoun),
        },
        choices=(
            Choice(Offer.AS_SLIP, there.setting, str(there.child)),
            Choice(Offer.COPY_TEXT, there.setting, str(there.child)),
        ),
        lines=(line,),
        tells=tells,
        readers=there.readers,
    )
    return (_said_of(situation, desk, there.child, said),)


def as_slip(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """The same on paper."""
    again = _again(situation, desk, offered)
    if isinstance(again, Filing):
        return (again,)
    there, line, tells = again
    assert situation.person is not None
    me = situation.person.id
    title = ("handover.slip", {"setting": there.name})
    said = Said(
        *title,
        lines=(("page.on_paper", {}),),
        paper=(line, *where(there.circle, me, desk.now)),
        tells=tells,
        readers=there.readers,
    )
    notice = replace(replies.say(situation, desk, said), child=there.child)
    filing = replies.skip(situation, Reason.ANSWERED)
    name = f"{there.circle.child.name} {desk.today}"
    return (with_sheet(filing, desk, notice, (title, line), name, there.circle, me),)


def copy_text(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    again = _again(situation, desk, offered)
    if isinstance(again, Filing):
        return (again,)
    there, line, tells = again
    return (_said_of(situation, desk, there.child, Said(*line, tells=tells, readers=there.readers)),)


def _again(situation: Situation, desk: Desk, offered: Offered) -> Filing | tuple[_There, _Line, tuple[EntryId, ...]]:
    """The same once more, by itself: looked up again, because what may go there may have changed."""
    child, setting = ChildId(int(offered.choice.value)), SettingId(offered.choice.subject)
    there = next((each for each in _with_me(situation, desk) if each[0] == child), None)
    if there is None or setting not in there[1].settings:
        return replies.said(situation, desk, "press.done")
    found = _There(child, there[1], setting, there[2])
    line, tells = _line(situation, desk, found)
    if not tells or not _who_agreed(found, desk):
        return replies.said(situation, desk, "handover.nothing", {"setting": found.name})
    return found, line, tells


def _line(situation: Situation, desk: Desk, there: _There) -> tuple[_Line, tuple[EntryId, ...]]:
    """The child, the day, whose hands she comes from, what may be told there, and which entries say it, if any do."""
    reader = next(iter(there.readers), None)
    day = desk.today
    written = [
        each
        for each in of_the_day(situation.lately.get(there.child, ()), day, desk.zone)
        if each.told_by != there.setting
        and may_know(each.note, there.me, there.circle, desk.now)[0]
        and reader is not None
        and may_know(each.note, reader, there.circle, desk.now)[0]
    ]
    values = {
        "child": there.circle.child.name,
        "day": list_day(day),
        "name": _my_name(situation),
        "words": " ".join(_as_sentence(each, there.circle) for each in written),
    }
    return ("handover.line", values), tuple(each.id for each in written)


def _as_sentence(entry: Entry, circle: Circle) -> str:
    """The words as written, without the child's name before them, ended like a sentence."""
    assert entry.text is not None
    words = one_line("; ".join((entry.text.words, *(each.words for each in entry.text.corrections))))
    for name in circle.child.names:
        words = re.sub(rf"^{re.escape(name)}\b[:,]?\s+", "", words, count=1, flags=re.IGNORECASE)
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "!", "?")) else ".")


def _who_agreed(there: _There, desk: Desk) -> list[tuple[Person, Answer]]:
    """The parents who chose what may go there, with their answers; nobody, where one of them said no."""
    found = [
        (each.person, answer)
        for each in there.circle.parents(desk.now)
        if (answer := present_answer(each.person.id, there.circle, there.setting)) is not None
    ]
    return [] if any(answer is Answer.NOTHING for _, answer in found) else found


# --- calls and tries ----------------------------------------------------------------------------------------------


def _log(situation: Situation, desk: Desk, wished: beyond.LogWished) -> tuple[Filing, ...] | None:
    """One line of the partnership record for every child of hers there; the tries of this school year are counted."""
    there = [
        (child, setting)
        for child, circle, _ in _with_me(situation, desk)
        if (setting := by_hand.setting_first_named(wished.rest, circle)) is not None
    ]
    if not there or len({setting for _, setting in there}) > 1:
        return None
    assert situation.person is not None
    contacts = [
        NewContact(desk.ids.new(), child, setting, situation.person.id, wished.how, wished.reached, wished.rest)
        for child, setting in there
    ]
    filing = replace(replies.skip(situation, Reason.ANSWERED), roster=Roster(contacts=contacts))
    values = {"what": sentence(f"log.what.{wished.how}")}
    if wished.reached:
        return (replace(filing, notices=(replies.say(situation, desk, Said("log.reached", values)),)),)
    since = _school_year(desk.today)
    tries = 1 + sum(
        not each.reached and (each.child, each.setting) == there[0] and each.at.astimezone(desk.zone).date() >= since
        for each in (situation.roll.contacts if situation.roll is not None else ())
    )
    values |= {"count": str(tries), "since": month_of(since)}
    key = "log.tried.once" if tries == 1 else "log.tried"
    return (replace(filing, notices=(replies.say(situation, desk, Said(key, values)),)),)


def _school_year(today: date) -> date:
    first = date(today.year, 9, 1)
    return first if today >= first else date(today.year - 1, 9, 1)


# --- the letter ---------------------------------------------------------------------------------------------------


def _letter(situation: Situation, desk: Desk, there: _There) -> tuple[Filing, ...] | None:
    """A letter of introduction; a parent reads it first."""
    parents = [each.person for each in there.circle.parents(desk.now)]
    joined = situation.roll.joined if situation.roll is not None else frozenset()
    asked = [each for each in parents if each.id in joined]
    letter = letter_of(there.circle, there.setting, desk.now, desk)
    values = {
        "setting": there.name,
        "names": _names(asked or parents),
        "child": there.circle.child.name,
        "name": _my_name(situation),
    }
    if not asked:
        to_sign = Said("letter.to_sign", values, paper=(*letter, *where(there.circle, there.me, desk.now)))
        notice = replace(replies.say(situation, desk, to_sign), child=there.child)
        filing = replies.skip(situation, Reason.ANSWERED)
        return (with_sheet(filing, desk, notice, letter, _file_of(there.circle), there.circle, there.me),)
    choices = (
        Choice(Offer.LETTER_YES, there.setting, f"{there.child},{there.me}"),
        Choice(Offer.LETTER_NO, there.setting, f"{there.child},{there.me}"),
    )
    ask = Said("letter.ask", values, choices, lines=letter)
    said = replies.said(situation, desk, "letter.waits", values)
    asks = [replies.tell(situation, desk, each.id, ask, child=there.child) for each in asked]
    return (replace(said, notices=(*said.notices, *asks)),)


def letter_of(circle: Circle, setting: SettingId, now: datetime, desk: Desk) -> tuple[tuple[str, dict[str, str]], ...]:
    """The child's first name, who cares when, and what was chosen to be shared; no more."""
    name, child = circle.settings[setting].name, circle.child.name
    lines: list[tuple[str, dict[str, str]]] = [
        ("letter.title", {"child": child}),
        ("letter.to", {"setting": name, "day": day_of(now.astimezone(desk.zone).date())}),
    ]
    weekly = sorted(
        (each for each in circle.sessions if each.day is None), key=lambda each: (each.setting, each.start, each.end)
    )
    for (carer, start, end), group in groupby(weekly, key=lambda each: (each.setting, each.start, each.end)):
        days = frozenset(each.weekday for each in group)
        lines.append(("letter.cares", {"child": child, "name": _carer(circle, carer), "days": hours(days, start, end)}))
    for parent in circle.parents(now):
        answer = present_answer(parent.person.id, circle, setting)
        if answer is not None:
            values = {"name": parent.person.name, "answer": shared(answer, circle.child.pronoun), "setting": name}
            lines.append(("letter.shared", values))
    lines.append(("letter.close", {"child": child}))
    return tuple(lines)


def letter_yes(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    return _letter_answered(situation, desk, offered, yes=True)


def letter_no(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    return _letter_answered(situation, desk, offered, yes=False)


def _letter_answered(situation: Situation, desk: Desk, offered: Offered, *, yes: bool) -> tuple[Filing, ...]:
    child, author = (int(each) for each in offered.choice.value.split(","))
    circle, setting = situation.circles.get(ChildId(child)), SettingId(offered.choice.subject)
    assert situation.person is not None
    me = situation.person
    if (
        circle is None
        or setting not in circle.settings
        or all(each.person.id != me.id for each in circle.parents(desk.now))
    ):
        return (replies.said(situation, desk, "press.done"),)
    values = {"name": me.name, "setting": circle.settings[setting].name, "child": circle.child.name}
    deed = Deed("letter", me.id, Owner.child(ChildId(child)), setting, {"approved": yes})
    thanked = replace(replies.said(situation, desk, "letter.thanks", values), deeds=(deed,))
    if not yes:
        told = replies.tell(situation, desk, PersonId(author), Said("letter.refused", values), child=ChildId(child))
        return (replace(thanked, notices=(*thanked.notices, told)),)
    letter = letter_of(circle, setting, desk.now, desk)
    said = Said("letter.approved", values, paper=(*letter, *where(circle, PersonId(author), desk.now)))
    told = replies.tell(situation, desk, PersonId(author), said, child=ChildId(child))
    return (with_sheet(thanked, desk, told, letter, _file_of(circle), circle, PersonId(author)),)


def _file_of(circle: Circle) -> str:
    return f"letter about {circle.child.name}"


def _carer(circle: Circle, setting: SettingId) -> str:
    """A childminder by her name, a nursery by its own."""
    for member in circle.memberships:
        if member.role is Role.CHILDMINDER and member.setting == setting:
            return member.person.name
    return circle.settings[setting].name


# --- what they have in common -------------------------------------------------------------------------------------


def _said_of(situation: Situation, desk: Desk, child: ChildId, said: Said) -> Filing:
    """A sentence back that holds words of the child's book: kept under her key."""
    notice: NewNotice = replace(replies.say(situation, desk, said), child=child)
    return replace(replies.skip(situation, Reason.ANSWERED), notices=(notice,))


def _my_name(situation: Situation) -> str:
    assert situation.person is not None
    return situation.person.name


def _names(people: Iterable[Person]) -> str:
    return "\n".join(each.name for each in people)
