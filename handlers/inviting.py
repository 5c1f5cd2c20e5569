"""An invitation for somebody who is on the roll: its link goes to whoever asked, to hand on; nobody is messaged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from book.ids import ChildId, PersonId, SettingId
from book.notices import Said
from book.papers import Camera
from book.people import Circle, Role
from book.reasons import Reason
from book.wording.values import link, moment
from handlers import replies
from handlers.desk import Desk
from handlers.on_paper import with_paper
from storage.filing import Filing, NewNotice
from storage.invitations import LASTS, NewInvitation, new_payload
from storage.situations import Situation
from storage.vault import Owner


def invitation_of(
    desk: Desk,
    person: PersonId,
    by: PersonId,
    *,
    role: Role | None = None,
    child: ChildId | None = None,
    setting: SettingId | None = None,
    proves: bool = False,
) -> NewInvitation:
    """A new invitation; what she was sent before cannot be used any more."""
    return NewInvitation(
        desk.ids.new(),
        person,
        new_payload(desk.chance),
        role=role,
        child=child,
        setting=setting,
        made_by=by,
        proves=proves,
    )


def handed_on(
    situation: Situation, desk: Desk, said: Said, invites: Sequence[NewInvitation], names: Sequence[str]
) -> Filing:
    """``said``, which names the link and until when it can be used, with its QR code.

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
    values = {**notice.notice.values, "link": link(invitation.payload), "until": moment(desk.now + LASTS)}
    notice = replace(notice, notice=replace(notice.notice, values=values))
    me = situation.person.id
    return with_paper(filing, desk, notice, Camera(invitation.payload), "invitation.png", Owner.person(me), me)


def slip_for(name: str, circle: Circle, setting: SettingId | None) -> Said:
    """What whoever invited somebody of this name is told of her slip."""
    found = circle.settings.get(setting) if setting is not None else None
    values = {"name": name, "setting": found.name if found is not None else ""}
    return Said("slip.at_setting", values)
