"""An invitation for somebody who is on the roll: it goes to whoever asked, to hand on; nobody is messaged.

It proves nothing by itself: whoever uses it is in at once only from a number that stands on the roll as hers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from book.ids import ChildId, PersonId, SettingId
from book.notices import Said
from book.papers import Camera
from book.people import Circle, Membership, Role
from book.reasons import Reason
from book.understanding.codes import new_code
from book.wording.values import day_of, link, moment
from handlers import replies
from handlers.desk import Desk
from handlers.on_paper import with_paper
from storage.filing import Filing, NewNotice
from storage.invitations import LASTS, SLIP_LASTS, NewInvitation, new_payload
from storage.situations import Situation
from storage.vault import Owner


def invitation_of(
    desk: Desk,
    person: PersonId,
    by: PersonId,
    called: str = "",
    *,
    role: Role | None = None,
    child: ChildId | None = None,
    setting: SettingId | None = None,
    proves: bool = False,
) -> NewInvitation:
    """A new invitation, by a link and, where ``called`` begins it, a short code; earlier ones of hers are over."""
    return NewInvitation(
        desk.ids.new(),
        person,
        new_payload(desk.chance),
        role=role,
        child=child,
        setting=setting,
        code=new_code(called, desk.choose) if called else "",
        made_by=by,
        proves=proves,
    )


def handed_on(
    situation: Situation, desk: Desk, said: Said, invites: Sequence[NewInvitation], names: Sequence[str]
) -> Filing:
    """``said``, which names the link, the code for texts and until when they can be used, with the QR code.

    Several links are a message each, so that each can be passed on by itself and names one person.
    """
    filing = replies.skip(situation, Reason.ANSWERED)
    if len(invites) == 1:
        return _with_code(filing, situation, desk, replies.say(situation, desk, said), invites[0])
    filing = replace(filing, notices=(*filing.notices, replies.say(situation, desk, said)))
    for each, name in zip(invites, names, strict=True):
        values = {"name": name}
        notice = replies.say(situation, desk, Said("invite.hand_on", values))
        filing = _with_code(filing, situation, desk, replace(notice, cause=each.id), each)
    return filing


def _with_code(
    filing: Filing, situation: Situation, desk: Desk, notice: NewNotice, invitation: NewInvitation
) -> Filing:
    assert isinstance(notice.notice, Said)
    assert situation.person is not None
    values = {
        **notice.notice.values,
        "link": link(invitation.payload),
        "code": invitation.code,
        "until": moment(desk.now + LASTS),
    }
    notice = replace(notice, notice=replace(notice.notice, values=values))
    me = situation.person.id
    return with_paper(filing, desk, notice, Camera(invitation.payload), "invitation.png", Owner.person(me), me)


def slip_for(
    desk: Desk, circle: Circle, member: Membership, by: PersonId, *, holds_number: bool
) -> tuple[Said, NewInvitation]:
    """A slip for somebody whom a parent asked in, and what that parent is told of it: the code to hand on.

    Without a number of hers on the roll whoever runs the setting looks at who comes by it.
    """
    setting = circle.settings.get(member.setting) if member.setting is not None else None
    invitation = replace(
        invitation_of(
            desk, member.person.id, by, circle.child.name,
            role=member.role, child=circle.child.id, setting=member.setting,
        ),
        lasts=SLIP_LASTS,
    )  # fmt: skip
    until = day_of((desk.now + SLIP_LASTS).astimezone(desk.zone).date())
    values = {"name": member.person.name, "code": invitation.code, "until": until}
    if holds_number or setting is None:
        return Said("slip.hand_on", values), invitation
    return Said(
        "slip.hand_on.checked",
        {"name": member.person.name, "code": invitation.code, "until": until, "setting": setting.name},
    ), invitation
