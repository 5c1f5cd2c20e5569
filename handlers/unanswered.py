"""Questions of a family, or of another setting, that nobody has answered for two hours: they hang for their owner."""

from __future__ import annotations

from datetime import timedelta

from book.people import STAFF, Role
from book.timing import spoken_time
from book.topics import Topic
from handlers.desk import Desk
from handlers.hanging import Hanging
from storage.situations import Situation

_AFTER = timedelta(hours=2)
# Whose question it is to answer: the child's key person, or who has her to herself; and who runs the setting sees it.
_OWNERS = frozenset({Role.KEY_PERSON, Role.CHILDMINDER, Role.MANAGER})


def hanging(situation: Situation, desk: Desk) -> list[Hanging]:
    """Those of the last days, oldest first."""
    if situation.person is None:
        return []
    found = []
    for child, entries in sorted(situation.lately.items()):
        circle = situation.circles[child]
        me = circle.membership(situation.person.id, desk.now)
        if me is None or me.role not in _OWNERS:
            continue
        answered = {each.answers for each in entries if each.author_role in STAFF and each.author_setting == me.setting}
        for entry in entries:
            asks = any(each.topic is Topic.QUESTION for each in entry.subjects)
            ours = entry.author_role in STAFF and entry.author_setting == me.setting
            if not asks or ours or not entry.is_live or entry.id in answered or desk.now - entry.happened_at < _AFTER:
                continue
            author = circle.person(entry.author)
            local, today = entry.happened_at.astimezone(desk.zone), desk.today
            key = "waiting.question" if local.date() == today else "waiting.question.before"
            values = {
                "child": circle.child.name,
                "author": author.name if author is not None else "",
                "time": spoken_time(local),
            }
            found.append(Hanging(((key, values),)))
    return found
