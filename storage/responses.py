"""Light responses to what somebody was shown: a sign she put on it, and that she would like more like it.

They are of the child's book and under her key, and yet no entries: nobody is told of one, they have no audience, and
whoever takes hers back leaves nothing. Knows nothing of who may respond to what.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from book.ids import ChildId, EntryId, PersonId
from book.responses import Response, ResponseKind
from storage import dialect
from storage.schema import responses
from storage.statements import among
from storage.vault import Owner, Vault

_SIGN = "response"


@dataclass(frozen=True, slots=True)
class NewResponse:
    """How somebody responds to an entry from now on; with no ``sign``, of those that have one, she no longer does."""

    id: int
    entry: EntryId
    child: ChildId
    person: PersonId
    kind: ResponseKind
    sign: str = ""

    @property
    def takes_back(self) -> bool:
        """Whether nothing of it is left."""
        return self.kind is ResponseKind.SIGN and not self.sign


def keep(connection: Connection, vault: Vault, said: Sequence[NewResponse], now: datetime) -> None:
    """Each takes the place of what its person said of the same entry before, in their order."""
    for each in said:
        connection.execute(
            delete(responses).where(
                responses.c.entry_id == each.entry,
                responses.c.person_id == each.person,
                responses.c.kind == each.kind,
            )
        )
        if each.takes_back:
            continue
        row: dict[str, object] = {
            "id": each.id,
            "entry_id": each.entry,
            "child_id": each.child,
            "person_id": each.person,
            "kind": each.kind,
            "sealed_sign": vault.seal_text(Owner.child(each.child), _SIGN, each.id, each.sign),
            "at": now,
        }
        dialect.add(connection, responses, [row])


_OF_ENTRIES = select(responses).where(among(responses.c.entry_id, "wanted")).order_by(responses.c.at, responses.c.id)


def of_entries(connection: Connection, vault: Vault, wanted: Collection[EntryId]) -> dict[EntryId, list[Response]]:
    """How these entries were responded to, the first first."""
    found: dict[EntryId, list[Response]] = defaultdict(list)
    for row in connection.execute(_OF_ENTRIES, {"wanted": wanted}) if wanted else ():
        sign = vault.open_text(Owner.child(row.child_id), _SIGN, row.id, row.sealed_sign)
        found[EntryId(row.entry_id)].append(Response(PersonId(row.person_id), ResponseKind(row.kind), sign))
    return found
