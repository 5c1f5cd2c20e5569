"""The slip somebody is given to join with. In its simplest form: it is at the setting, to be asked for at the door."""

from __future__ import annotations

from book.notices import Said
from book.people import Circle, Person


def slip_for(person: Person, circle: Circle) -> Said:
    """What whoever invited ``person`` is told of the slip."""
    member = next((each for each in circle.memberships if each.person.id == person.id), None)
    setting = circle.settings.get(member.setting) if member is not None and member.setting is not None else None
    return Said("slip.at_setting", {"name": person.name, "setting": setting.name if setting is not None else ""})
