"""An invitation for somebody who is on the roll: its link goes to whoever asked, to hand on; nobody is messaged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from book.ids import ChildId, PersonId, SettingId
from book.notices import Said
from book.people import Circle, Role
from handlers.desk import Desk
from storage.invitations import LASTS, NewInvitation, new_payload


def invitation_of(
    desk: Desk,
    person: PersonId,
    by: PersonId,
    *,
    role: Role | None = None,
    child: ChildId | None = None,
    setting: SettingId | None = None,
) -> NewInvitation:
    """A new invitation; what she was sent before cannot be used any more."""
    return NewInvitation(
        desk.ids.new(), person, new_payload(desk.chance), role=role, child=child, setting=setting, made_by=by
    )


def with_link(values: Mapping[str, str], desk: Desk, invites: Sequence[NewInvitation]) -> dict[str, str]:
    """``values`` with the links of these invitations, and until when they can be used."""
    if not invites:
        return dict(values)
    links = "\n".join(link_of(each) for each in invites)
    return {**values, "link": links, "until": (desk.now + LASTS).isoformat()}


def link_of(invitation: NewInvitation) -> str:
    """What the invited opens or sends."""
    return f"/start {invitation.payload}"


def slip_for(name: str, circle: Circle, setting: SettingId | None) -> Said:
    """What whoever invited somebody of this name is told of her slip."""
    found = circle.settings.get(setting) if setting is not None else None
    values = {"name": name, "setting": found.name if found is not None else ""}
    return Said("slip.at_setting", values)
