"""A safeguarding disclosure: kept word for word for the lead alone, who is told that something waits (rule 1).

It never enters a thread. Its author is told, in words that repeat nothing, that it is kept and whom to ring.
Where no uninvolved lead exists nobody is sent it, and its author gets the council's road instead.
"""

from __future__ import annotations

from dataclasses import replace

from book.deliveries import InboxState, Lane
from book.ids import SettingId
from book.messages import Did
from book.notices import Said
from book.people import STAFF, Membership, Role
from book.reasons import Reason
from handlers.desk import Desk
from storage.audit import Deed
from storage.filing import Disclosure, Filing, NewNotice
from storage.situations import Situation
from storage.vault import Owner

_LEADS = (Role.SAFEGUARDING_LEAD, Role.DEPUTY_LEAD)


def hold(situation: Situation, desk: Desk) -> Filing:
    """Keep the words for the lead of the author's setting, tell her content-free, and tell the author what to do."""
    person = situation.person
    assert person is not None
    me = _membership(situation, desk)
    lead = _lead(situation, desk, me)
    setting = lead.setting if lead is not None else None
    staff = me.role in STAFF
    key = "safeguarding.staff" if staff else "safeguarding.parent"
    values: dict[str, str] = {}
    notices: list[NewNotice] = []
    if lead is None:
        key = "safeguarding.nobody"
    else:
        values = {"lead": lead.person.name, "telephone": _telephone(situation, lead.setting)}
        notices.append(
            NewNotice(
                id=desk.notice_id(),
                cause=situation.taken.id,
                notice=Said("safeguarding.waits", {"at": ""}),
                person=lead.person.id,
                lane=Lane.URGENT,
                not_before=desk.now,
            )
        )
    notices.append(
        NewNotice(
            id=desk.notice_id(),
            cause=situation.taken.id,
            notice=Said(key, values),
            person=person.id,
            address=situation.address.id,
            lane=Lane.URGENT,
            not_before=desk.now,
        )
    )
    owner = Owner.person(person.id) if setting is None else Owner.setting(setting)
    held = Filing(
        message=situation.taken.id,
        address=situation.taken.address,
        state=InboxState.SKIPPED,
        reason=Reason.HELD,
        notices=tuple(notices),
        disclosures=(Disclosure(desk.ids.new(), setting, person.id, situation.taken.incoming.text),),
        originals=(owner,),
        original=situation.taken.incoming.to_json(),
        deeds=(Deed("held", person.id, owner, situation.taken.id),),
    )
    if situation.taken.incoming.did is Did.EDITED and situation.edited_waits is not None:
        return replace(held, conversation=replace(situation.conversation, question=None, question_until=None))
    return held


def _membership(situation: Situation, desk: Desk) -> Membership:
    assert situation.person is not None
    found = [circle.membership(situation.person.id, desk.now) for circle in situation.circles.values()]
    found += [each for each in situation.posts if each.is_live(desk.now)]
    return next(each for each in found if each is not None)


def _lead(situation: Situation, desk: Desk, me: Membership) -> Membership | None:
    """The lead of the setting the author works at or joined through; the deputy where the lead wrote it herself."""
    for role in _LEADS:
        for circle in situation.circles.values():
            for member in circle.live(desk.now):
                if member.role is role and member.setting == me.setting and member.person.id != me.person.id:
                    return member
    return None


def _telephone(situation: Situation, setting: SettingId | None) -> str:
    for circle in situation.circles.values():
        if setting is not None and setting in circle.settings:
            return circle.settings[setting].telephone
    return ""
