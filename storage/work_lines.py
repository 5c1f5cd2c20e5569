"""The numbers people are sent to about a child's safety: a lead's at work, the council's children's team."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, update

from book.ids import PersonId, SettingId
from storage.schema import people, settings
from storage.vault import Owner, Vault


@dataclass(frozen=True, slots=True)
class NewWorkLine:
    """A lead's number at work, or a setting's council; as people write it."""

    number: str
    lead: PersonId | None = None
    council_of: SettingId | None = None


def write(connection: Connection, vault: Vault, new: Sequence[NewWorkLine]) -> None:
    for each in new:
        if each.lead is not None:
            sealed = vault.seal_text(Owner.person(each.lead), "direct_line", each.lead, each.number)
            connection.execute(update(people).where(people.c.id == each.lead).values(sealed_direct_line=sealed))
        if each.council_of is not None:
            sealed = vault.seal_text(Owner.setting(each.council_of), "council_line", each.council_of, each.number)
            connection.execute(
                update(settings).where(settings.c.id == each.council_of).values(sealed_council_line=sealed)
            )
