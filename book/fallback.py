"""What is urgent and is not taken at one address of somebody's: when it goes to another, and when its author rings.

Two lengths of book time, as every try of the timetable is (THREATS 3.6). That a platform has taken it is all that is
asked here: it says nothing of whether anybody has seen it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from book.deliveries import Lane
from book.disclosure import Address
from book.notices import Kind
from book.reasons import Reason

ANOTHER_AFTER = timedelta(seconds=60)
TELEPHONE_AFTER = timedelta(seconds=120)
LOOK_AGAIN_AFTER = timedelta(seconds=5)  # while nothing can go to the other address either

FALL_BACK = frozenset({Kind.RELAY, Kind.CORRECTION, Kind.SAID})
"""What goes to another address of hers if it is urgent: a recall goes where it was told, and nowhere else."""

UNREACHED = frozenset(
    {
        Reason.STOPPED,
        Reason.BLOCKED,
        Reason.NO_SUCH_NUMBER,
        Reason.NOT_A_MOBILE,
        Reason.OUT_OF_REACH,
        Reason.FILTERED,
        Reason.REFUSED_BY_CHANNEL,
        Reason.GAVE_UP,
    }
)
"""Why somebody was not reached who may know: whoever wrote it is told to ring.

Who has no address at all is named to the author from the first; what may have arrived has a sentence of its own.
"""


def reached_at(theirs: Sequence[Address], lane: Lane) -> Address | None:
    """Which of her addresses, the preferred first, this goes to.

    What is not urgent goes where she chose to be reached, or wrote from last, and nowhere else: if she has stopped
    that, she hears nothing. What is urgent passes over what she has stopped.

    >>> reached_at([], Lane.URGENT) is None
    True
    """
    if lane is Lane.URGENT:
        return next((each for each in theirs if each.stopped_at is None), next(iter(theirs), None))
    return next(iter(theirs), None)
