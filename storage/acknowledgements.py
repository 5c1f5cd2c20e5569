"""What an acknowledgement speaks of: its entries, how each stands with whom, and who has answered that she read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from book.deliveries import DeliveryState, NoticeState
from book.ids import EntryId, NoticeId, PersonId
from book.notices import Acknowledgement, Kind, from_parameters
from storage.filing import owner_of_notice
from storage.schema import deliveries, notices, seen
from storage.statements import among
from storage.vault import Vault

_SEEN = select(seen).where(among(seen.c.entry_id, "wanted")).order_by(seen.c.at)


def seen_by(connection: Connection, wanted: Collection[EntryId]) -> dict[EntryId, list[tuple[PersonId, datetime]]]:
    """Who said that she has read each of these entries, first first."""
    found: dict[EntryId, list[tuple[PersonId, datetime]]] = defaultdict(list)
    if wanted:
        for row in connection.execute(_SEEN, {"wanted": wanted}).all():
            found[EntryId(row.entry_id)].append((PersonId(row.person_id), row.at))
    return found


_THESE = (
    select(
        notices.c.id,
        notices.c.child_id,
        notices.c.person_id,
        notices.c.made_at,
        notices.c.sealed_parameters,
        notices.c.state,
        deliveries.c.state.label("delivery_state"),
    )
    .join(deliveries, deliveries.c.id == notices.c.delivery_id, isouter=True)
    .where(among(notices.c.id, "wanted"), notices.c.kind == Kind.ACKNOWLEDGEMENT)
)


def load(
    connection: Connection, vault: Vault, wanted: Collection[NoticeId]
) -> dict[NoticeId, tuple[Acknowledgement, NoticeState, bool]]:
    """Each acknowledgement, its state, and whether it is on the wire at this moment."""
    if not wanted:
        return {}
    rows = connection.execute(_THESE, {"wanted": list(wanted)}).all()
    found = {}
    for row in rows:
        owner = owner_of_notice(row.child_id, row.person_id, row.made_at)
        parameters = vault.open_text(owner, "notice", row.id, row.sealed_parameters)
        acknowledgement = from_parameters(Kind.ACKNOWLEDGEMENT, parameters)
        assert isinstance(acknowledgement, Acknowledgement)
        flying = row.delivery_state in (DeliveryState.SENDING, DeliveryState.UNKNOWN, DeliveryState.WAITING)
        found[NoticeId(row.id)] = (acknowledgement, NoticeState(row.state), flying)
    return found
