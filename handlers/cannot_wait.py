"""What cannot wait has a clock: where nobody answers that she has read it, its author is told to ring, and whom.

The sentence is made with the note and waits in the outbox; it is not said once somebody has seen the note, or it was
taken back. Knows nothing of how anybody is reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from book.confirming import UNSEEN_BY_A_FAMILY, UNSEEN_BY_A_SETTING
from book.deliveries import Lane
from book.ids import PersonId
from book.notices import AcknowledgementChanged, Choice, Offer, Relay, Said
from book.people import STAFF, Circle, Membership, Role
from book.timing import next_at_work, spoken_time
from handlers import replies
from handlers.desk import Desk
from handlers.running import named
from storage.audit import Deed
from storage.conversations import Offered
from storage.filing import Filing, NewEntry, NewNotice
from storage.situations import Situation
from storage.vault import Owner

_FAMILY = frozenset({Role.PARENT, Role.FAMILY})


def clock(entry: NewEntry, told: Sequence[NewNotice], circle: Circle, desk: Desk) -> list[NewNotice]:
    """What is said to the author of something urgent unless it is seen by then; nothing where nobody is to see it."""
    if not entry.urgent:
        return []
    hear = {each.person for each in told if each.withheld is None and isinstance(each.notice, Relay)}
    hearers = [each for each in circle.live(desk.now) if each.person.id in hear]
    if entry.author_role in STAFF:
        family = [each for each in hearers if each.role in _FAMILY]
        return [_to_staff(entry, family, desk)] if family else []
    setting = circle.settings.get(entry.author_setting) if entry.author_setting is not None else None
    staff = [each for each in hearers if each.role in STAFF and setting is not None and each.setting == setting.id]
    if setting is None or not staff:
        return []
    key = "urgent.unopened" if setting.telephone else "urgent.unopened.no_number"
    said = Said(key, {"setting": setting.name, "telephone": setting.telephone}, tells=(entry.id,), unless_seen=True)
    opens = min((next_at_work(each, circle, desk.now, desk.zone) or desk.now for each in staff), default=desk.now)
    return [_told(entry, said, max(opens, desk.now) + UNSEEN_BY_A_SETTING, desk)]


def _to_staff(entry: NewEntry, family: Sequence[Membership], desk: Desk) -> NewNotice:
    names = named([each.person.name for each in family])
    if len(family) == 1:
        person = family[0].person
        choices: tuple[Choice, ...] = (Choice(Offer.RUNG, entry.id, str(person.id), person.pronoun),)
        key = f"urgent.unanswered.{person.pronoun}"
        said = Said(key, {"names": names}, choices, tells=(entry.id,), unless_seen=True)
    else:
        choices = tuple(Choice(Offer.RUNG, entry.id, str(each.person.id), each.person.name) for each in family)
        said = Said("urgent.unanswered.some", {"names": names}, choices, tells=(entry.id,), unless_seen=True)
    return _told(entry, said, desk.now + UNSEEN_BY_A_FAMILY, desk)


def rung(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """Somebody who had not answered was rung: that is noted, with the time."""
    me, whom = situation.person, PersonId(int(offered.choice.value))
    found = (each for circle in situation.circles.values() if (each := circle.person(whom)) is not None)
    person = next(found, None)
    if me is None or person is None:
        return (replies.said(situation, desk, "press.done"),)
    time = spoken_time(desk.now.astimezone(desk.zone))
    done = replies.said(situation, desk, "urgent.rung", {"name": person.name, "time": time})
    deed = Deed("rang", me.id, Owner.person(me.id), offered.choice.subject)
    return (replace(done, deeds=(deed,)),)


def seen(filing: Filing, situation: Situation, desk: Desk) -> Filing:
    """Beside what else follows: whoever wrote something that cannot wait hears at once who has seen it, and when."""
    person = situation.person
    assert person is not None
    told = []
    for each in filing.notices:
        if isinstance(each.notice, AcknowledgementChanged) and each.person is not None:
            new = desk.notice_id()
            time = spoken_time(desk.now.astimezone(desk.zone))
            said = Said("urgent.seen", {"name": person.name, "time": time})
            told.append(NewNotice(new, new, said, each.person, Lane.REPLY, desk.now))
    # The line that was shown changes where it can; where it cannot, the sentence says it all.
    changed = [
        replace(each, notice=replace(each.notice, confirmed=()))
        if isinstance(each.notice, AcknowledgementChanged)
        else each
        for each in filing.notices
    ]
    return replace(filing, notices=(*changed, *told))


def _told(entry: NewEntry, said: Said, at: datetime, desk: Desk) -> NewNotice:
    new = desk.notice_id()
    return NewNotice(new, new, said, entry.author, Lane.URGENT, at, child=entry.child)
