"""What the log of memberships says: of the lines about the same person, child, role and setting the newest alone.

The log is never written over, so a line that reads "live" may have been ended by a later one. Whoever asks the
database who holds a place reads the lines through here. Knows nothing of what a place allows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from book.people import Standing


def newest(lines: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Of these rows, in the order in which they were written, those that no later one replaced.

    Each needs ``person_id``, ``child_id``, ``role`` and ``setting_id``, and none of those about them may be left out.
    """
    return list({(line.person_id, line.child_id, line.role, line.setting_id): line for line in lines}.values())


def live(lines: Iterable[Row[Any]], now: datetime) -> list[Row[Any]]:
    """The newest that count at ``now``; each needs ``standing``, ``since`` and ``until`` as well."""
    return [
        line
        for line in newest(lines)
        if line.standing == Standing.LIVE and line.since <= now and (line.until is None or now < line.until)
    ]
