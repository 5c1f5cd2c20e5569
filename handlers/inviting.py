"""The slip somebody is given to join with. In its simplest form: it is at the setting, to be asked for at the door."""

from __future__ import annotations

from book.ids import SettingId
from book.notices import Said
from book.people import Circle


def slip_for(name: str, circle: Circle, setting: SettingId | None) -> Said:
    """What whoever invited somebody of this name is told of her slip."""
    found = circle.settings.get(setting) if setting is not None else None
    values = {"name": name, "setting": found.name if found is not None else ""}
    return Said("slip.at_setting", values)
