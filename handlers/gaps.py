"""``gaps``: what of her children's day is still blank, of what is written for the others (dialogue 8).

Blank is what somebody of the setting has written today of another of hers, or lately of this child, and not today of
this child: where nobody wears nappies none are missing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from book.duty import her_own, in_today
from book.entries import Entry
from book.notices import Said
from book.people import STAFF, Circle
from book.reasons import Reason
from book.topics import Topic
from book.understanding.commands import Command
from book.wording.values import blanks, things
from handlers import replies
from handlers.commands import not_yet
from handlers.desk import Desk
from handlers.whose_picture import need_names
from storage.filing import Filing
from storage.situations import Situation

_EXPECTED = (Topic.SLEEP, Topic.MEALS, Topic.NAPPY)


def gaps(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    """What is blank, child by child; for a family there is no such list."""
    person = situation.person
    assert person is not None
    around = [circle for _, circle in sorted(situation.circles.items())]
    own = her_own(around, person.id, desk.now)
    if not own:
        return not_yet(situation, desk, command)
    today = desk.today
    here = in_today(own, person.id, today, desk.now)
    if not here:
        return (replies.said(situation, desk, "in_today.nobody"),)
    now = {circle.child.id: _written(situation, desk, circle, today) for circle in here}
    lately = {circle.child.id: _written(situation, desk, circle) for circle in here}
    of_anybody = frozenset[Topic]().union(*now.values())
    found = []
    for circle in here:
        expected = of_anybody | lately[circle.child.id]
        blank = [each for each in _EXPECTED if each in expected and each not in now[circle.child.id]]
        if blank:
            found.append((circle.child.name, blank))
    names = need_names(situation)
    if not of_anybody:
        said = Said("gaps.everything")
    elif not found:
        said = Said("gaps.none")
    else:
        said = Said("gaps.some", {"blanks": blanks(found)})
    if names:
        also = "waiting.names.one" if len(names) == 1 else "waiting.names.some"
        values = {**said.values, "count": str(len(names)), "what": things(names)}
        said = Said(also, values, before=(said.key,))
    return (replace(replies.skip(situation, Reason.ANSWERED), notices=(replies.say(situation, desk, said),)),)


def _written(situation: Situation, desk: Desk, circle: Circle, day: date | None = None) -> frozenset[Topic]:
    """What somebody of her setting wrote of a child, on this day or in the last ones."""
    assert situation.person is not None
    me = circle.membership(situation.person.id, desk.now)
    setting = me.setting if me is not None else None

    def counts(entry: Entry) -> bool:
        ours = entry.author_role in STAFF and entry.author_setting == setting
        return ours and entry.is_live and day in (None, entry.happened_at.astimezone(desk.zone).date())

    return frozenset(
        subject.topic
        for entry in situation.lately.get(circle.child.id, ())
        if counts(entry)
        for subject in entry.subjects
        if subject.topic in _EXPECTED
    )
