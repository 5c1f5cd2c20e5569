"""About when somebody who works with the children is usually free: she says it, families who ask her are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from book.people import STAFF
from book.understanding.free_time import read
from book.understanding.times_said import Clock
from book.wording.values import about_time
from handlers import replies
from handlers.desk import Desk
from handlers.stating import civil, hours
from storage.filing import Filing
from storage.roster import Roster
from storage.situations import Situation


def take(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """Keep it, or forget it; None from anybody who works with no child: it was a note."""
    said = read(situation.taken.incoming.text)
    if said is None or situation.person is None or situation.device is not None or not _works(situation, desk):
        return None
    at: time | None = None
    if said.at is not None:
        at = Clock(civil(desk, desk.now), *hours(situation, desk)).of_the_day(said.at).time()
    key, values = ("free.none", {}) if at is None else ("free.at", {"time": about_time(at)})
    answer = replies.said(situation, desk, key, values)
    return (replace(answer, roster=Roster(free_times=((situation.person.id, at),))),)


def _works(situation: Situation, desk: Desk) -> bool:
    assert situation.person is not None
    me = situation.person.id
    return any(
        member is not None and member.role in STAFF
        for member in (circle.membership(me, desk.now) for circle in situation.circles.values())
    )
