"""Whether a telephone number is still hers: when that is asked, and what.

Numbers pass to other people, and whoever has one now must learn nothing by it. Knows no clock and no channel.
"""

from __future__ import annotations

from datetime import timedelta

from book.notices import Said
from book.reasons import Reason

SILENT_FOR = timedelta(days=90)
ANSWERED_WITHIN = timedelta(days=7)
DOUBTED_FOR = frozenset({Reason.OUT_OF_REACH, Reason.NO_SUCH_NUMBER, Reason.NOT_A_MOBILE})
"""What a network reports of a number that may be nobody's any more, or somebody else's."""


def question(setting: str) -> Said:
    """Said although nothing else is: it names nobody but the setting that asks, where there is one."""
    return Said("still_you", {"setting": setting}, fixed=True) if setting else Said("still_you.bookbag", fixed=True)
