"""What whoever shuts somebody out is told: what was on its way at that moment, and what came of it.

Instants go as they are and are put into civil time by whoever composes. Knows nothing of databases or addresses.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from book.deliveries import TAKEN, DeliveryState
from book.notices import Said
from book.wording.values import times


def may_have_reached(name: str, marked_at: Sequence[datetime]) -> Said:
    """What was on its way to ``name``, by the moments at which it was marked as leaving."""
    instants = dict.fromkeys(sorted(marked_at))
    return Said("restricted.may_have_reached", {"name": name, "instants": times(instants)})


def what_came_of_it(name: str, marked_at: datetime, state: DeliveryState) -> Said:
    """What is known of one message that was on its way, now that nothing more will be."""
    if state in TAKEN:
        key = "restricted.reached"
    elif state in (DeliveryState.REFUSED, DeliveryState.ABANDONED):
        key = "restricted.not_reached"
    else:
        key = "restricted.not_known"
    return Said(key, {"name": name, "instants": times([marked_at])})
