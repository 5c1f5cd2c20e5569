"""Everything that falls due by itself and is said to somebody: what the metronome is given beside the housekeeping."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from book.ids import Ids
from scheduler.claims import ListOfClaims
from scheduler.complaints import Complaints
from scheduler.endings import Endings
from scheduler.metronome import Chore
from scheduler.reminders import Reminders
from scheduler.still_hers import StillHers
from scheduler.still_kept import StillKept
from scheduler.stopped import StoppedElsewhere
from scheduler.unanswered import Unanswered
from scheduler.unsaid import Unsaid
from storage.store import Store


def chores(store: Store, ids: Ids, zone: ZoneInfo) -> list[Chore]:
    """One of each, for one process."""
    return [
        ListOfClaims(store, ids, zone),
        Endings(store, ids),
        Unanswered(store, ids, zone),
        Unsaid(store),
        Complaints(store, ids, zone),
        Reminders(store, ids),
        StillKept(store, ids, zone),
        StoppedElsewhere(store, ids, zone),
        StillHers(store, ids, zone),
    ]
