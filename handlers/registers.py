"""Complaints, compliments, suggestions: each in its register; a complaint in no thread, with its clock (dialogue 41).

A complaint goes to whoever runs the setting it is about, word for word, and to nobody of the room; whoever complains is
told who has it, when she hears, by which day it is answered, and how complaints work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from book.calendar import WEEKDAYS
from book.deliveries import InboxState
from book.ids import SettingId
from book.notices import NEW_LINE, Choice, Offer, Said
from book.people import STAFF, Circle, Membership, Role, settings_run
from book.reasons import Reason
from book.registers import REGISTER_OF, Register, answer_by, in_touch_by, next_reminder
from book.timing import when_at_hand
from book.topics import Subject
from book.understanding.topics import read
from book.wording.values import day_of, long_day, one_line, sentence
from handlers import replies
from handlers.desk import Desk
from handlers.filing_a_note import named_children
from handlers.hanging import Hanging
from storage.audit import Deed
from storage.conversations import Offered
from storage.filing import Filing
from storage.registers import Answered, InRegister, NewInRegister, NoComplaint
from storage.situations import Situation
from storage.vault import Owner

_LISTS = {
    "complaints": Register.COMPLAINT,
    "compliments": Register.COMPLIMENT,
    "suggestions": Register.SUGGESTION,
}
_MOST_LISTED = 12


def complained(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """A complaint of somebody of a family; None where it is none, or nobody can say about which setting."""
    person, text = situation.person, situation.taken.incoming.text
    assert person is not None
    if situation.taken.incoming.ordinary:
        return None  # She, or whoever runs the setting, has said that it is none.
    mine = [
        (circle, me)
        for circle in situation.circles.values()
        if (me := circle.membership(person.id, desk.now)) is not None
    ]
    settings = {me.setting for _, me in mine}
    if any(me.role in STAFF for _, me in mine) or len(settings) != 1:
        return None
    (setting,) = settings
    circle = mine[0][0]
    managers = [
        each for each in circle.live(desk.now)
        if each.role is Role.MANAGER and each.setting == setting and each.person.id != person.id
    ]  # fmt: skip
    if setting is None or not managers:
        return None
    names = [name for each in named_children(situation, desk) for name in each.names]
    # What it is about is enough: no fact that a note states makes a complaint of it.
    about = read(text, desk.lexicon, names=names, released=desk.has_passed(text)).topics
    if Register.COMPLAINT not in {REGISTER_OF.get(each) for each in about}:
        return None
    if len(circle.settings) > 1 and _is_of_another(text, circle, setting):
        return None
    return (_kept(situation, desk, setting, managers, [each.child.name for each, _ in mine], circle),)


def _is_of_another(text: str, circle: Circle, setting: SettingId) -> bool:
    """Whether the words name another setting, or somebody of one: about which it is, a person had better say."""
    folded = text.casefold()
    others = [each.name for each in circle.settings.values() if each.id != setting]
    others += [each.person.name for each in circle.memberships if each.setting not in (None, setting)]
    return any(name.casefold() in folded for name in others) or "childminder" in folded


def _kept(
    situation: Situation,
    desk: Desk,
    setting: SettingId,
    managers: Sequence[Membership],
    children: Sequence[str],
    circle: Circle,
) -> Filing:
    person, taken = situation.person, situation.taken
    assert person is not None
    line = desk.ids.new()
    by = answer_by(desk.now, desk.zone)
    soon = in_touch_by(desk.now, desk.zone, circle.calendars.get(setting, WEEKDAYS))
    tomorrow = desk.today + timedelta(days=1)
    first = managers[0].person
    values = {
        "name": first.in_full,
        "they_will": sentence(f"pronoun.{first.pronoun}.will"),
        "soon": sentence("complaint.tomorrow") if soon == tomorrow else long_day(soon),
        "until": day_of(by),
    }
    told = [
        replies.tell(
            situation,
            desk,
            each.person.id,
            Said(
                "complaint.told",
                {
                    "name": person.name,
                    "names": "\n".join(children),
                    "words": one_line(taken.incoming.text),
                    "soon": values["soon"],
                    "until": values["until"],
                },
                (Choice(Offer.COMPLAINT_DONE, line, "", person.name), Choice(Offer.COMPLAINT_NONE, line)),
            ),
            child=circle.child.id,
            not_before=when_at_hand(each, circle, desk.now, desk.zone),
        )
        for each in managers
    ]
    return Filing(
        message=taken.id,
        address=taken.address,
        state=InboxState.SKIPPED,
        reason=Reason.OWN_ROAD,
        notices=(
            replies.say(situation, desk, Said("complaint.kept", values, (Choice(Offer.NO_COMPLAINT, line),))),
            *told,
        ),
        registers=(
            NewInRegister(
                line,
                Register.COMPLAINT,
                setting,
                person.id,
                taken.incoming.text,
                by,
                next_reminder(by, desk.now, desk.zone),
            ),
        ),
        originals=(Owner.setting(setting),),
        original=taken.incoming.to_json(),
        deeds=(Deed("complained", person.id, Owner.setting(setting), line),),
    )


def praised_or_proposed(situation: Situation, desk: Desk, subjects: Sequence[Subject]) -> tuple[NewInRegister, ...]:
    """What a note of somebody of a family adds to the registers beside being told."""
    person = situation.person
    mine = [circle.membership(person.id, desk.now) for circle in situation.circles.values()] if person else []
    setting = next((me.setting for me in mine if me is not None and me.setting is not None), None)
    if person is None or setting is None or any(me is not None and me.role in STAFF for me in mine):
        return ()
    kinds = dict.fromkeys(kind for each in subjects if (kind := REGISTER_OF.get(each.topic)) is not None)
    words = situation.taken.incoming.text
    return tuple(
        NewInRegister(desk.ids.new(), each, setting, person.id, words)
        for each in kinds
        if each is not Register.COMPLAINT
    )


# --- what whoever runs a setting does with them ------------------------------------------------------------------


def may_be(text: str) -> bool:
    """Whether these words ask for a register."""
    return text.strip().casefold().rstrip(".?!") in _LISTS


def take(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """The register, for a manager; None for anybody else."""
    if not settings_run(situation.posts, desk.now):
        return None
    kind = _LISTS[situation.taken.incoming.text.strip().casefold().rstrip(".?!")]
    found = [each for each in situation.registers if each.kind is kind]
    if not found:
        return (replies.said(situation, desk, f"register.{kind}.none"),)
    (key, values), *rest = [_line(each, desk) for each in found[-_MOST_LISTED:]]
    said = replies.say(situation, desk, Said(key, values, before=(f"register.{kind}", NEW_LINE), lines=tuple(rest)))
    return (replace(replies.skip(situation, Reason.ANSWERED), notices=(said,)),)


def _line(each: InRegister, desk: Desk) -> tuple[str, Mapping[str, str]]:
    values = {"name": each.name, "day": day_of(each.at.astimezone(desk.zone).date()), "words": one_line(each.words)}
    if each.kind is not Register.COMPLAINT or each.answer_by is None:
        return "register.line", values
    if each.was_none:
        return "register.line.none", values
    if not each.is_open:
        return "register.line.answered", values
    return "register.line.open", {**values, "until": day_of(each.answer_by)}


def hanging(situation: Situation, desk: Desk) -> list[Hanging]:
    """Complaints that are not answered."""
    return [
        Hanging(
            (("waiting.complaint", {"name": each.name, "until": day_of(each.answer_by)}),),
            Choice(Offer.COMPLAINT_DONE, each.id, "", each.name),
        )
        for each in situation.registers
        if each.kind is Register.COMPLAINT and each.is_open and each.answer_by is not None
    ]


def none(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """Whoever runs the setting says that it was no complaint: it becomes the note it was, and its author is told."""
    runs = frozenset(settings_run(situation.posts, desk.now))
    line = _open(situation, offered)
    if situation.person is None or line is None or line.setting not in runs:
        return (replies.said(situation, desk, "press.done"),)
    told = Said("complaint.none.told", {"name": situation.person.name})
    return (
        replace(
            replies.skip(situation, Reason.ANSWERED),
            notices=(
                replies.say(situation, desk, Said("complaint.none", {"name": line.name})),
                replies.tell(situation, desk, line.author, told),
            ),
            no_complaints=(NoComplaint(line.id, situation.person.id, runs),),
            deeds=(Deed("no complaint", situation.person.id, Owner.setting(line.setting), line.id),),
        ),
    )


def not_meant(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """Its author says that it was no complaint: it becomes the note it was, and whoever had it is told."""
    person, line = situation.person, _open(situation, offered)
    if person is None or line is None or line.author != person.id:
        return (replies.said(situation, desk, "press.done"),)
    managers = {
        each.person.id
        for circle in situation.circles.values()
        for each in circle.live(desk.now)
        if each.role is Role.MANAGER and each.setting == line.setting
    }
    told = Said("complaint.not_meant.told", {"name": person.name})
    return (
        replace(
            replies.skip(situation, Reason.ANSWERED),
            notices=(
                replies.say(situation, desk, Said("complaint.not_meant")),
                *(replies.tell(situation, desk, each, told) for each in sorted(managers)),
            ),
            no_complaints=(NoComplaint(line.id, person.id),),
            deeds=(Deed("no complaint", person.id, Owner.setting(line.setting), line.id),),
        ),
    )


def _open(situation: Situation, offered: Offered) -> InRegister | None:
    return next((each for each in situation.registers if each.id == offered.choice.subject and each.is_open), None)


def answered(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """Whoever runs the setting says that a complaint has been answered."""
    runs = frozenset(settings_run(situation.posts, desk.now))
    line = _open(situation, offered)
    if situation.person is None or line is None or line.setting not in runs:
        return (replies.said(situation, desk, "press.done"),)
    said = replies.said(situation, desk, "complaint.answered")
    return (replace(said, register_ends=(Answered(line.id, situation.person.id, runs),)),)
