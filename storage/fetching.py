"""Whether a message is still on its way, so that its platform may fetch what goes with it.

Knows nothing of what that is.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from book.deliveries import DeliveryState
from book.ids import DeliveryId
from storage.schema import deliveries
from storage.statements import one_of

# What has been delivered, or never will be, is fetched no more.
_ON_ITS_WAY = (DeliveryState.SENDING, DeliveryState.UNKNOWN, DeliveryState.ACCEPTED, DeliveryState.SENT)


def is_on_its_way(connection: Connection, delivery: DeliveryId, since: datetime) -> bool:
    """Whether it was called with since then and has not arrived yet, as far as is known."""
    found = connection.execute(
        select(deliveries.c.id).where(
            deliveries.c.id == delivery, one_of(deliveries.c.state, _ON_ITS_WAY), deliveries.c.marked_at >= since
        )
    )
    return found.first() is not None
