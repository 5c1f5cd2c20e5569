"""What a person is to confirm and nobody has: it hangs for the child's key person and for whoever runs the setting."""

from __future__ import annotations

from book.confirming import is_to_confirm
from book.notices import Choice, Offer
from book.people import STAFF, Role
from book.timing import spoken_time
from book.wording.values import one_line
from handlers.desk import Desk
from handlers.hanging import Hanging
from storage.situations import Situation

_OWNERS = frozenset({Role.KEY_PERSON, Role.CHILDMINDER, Role.MANAGER})


def hanging(situation: Situation, desk: Desk) -> list[Hanging]:
    """What families wrote of the last days, oldest first; a number ticks it."""
    if situation.person is None:
        return []
    found = []
    for child, entries in sorted(situation.lately.items()):
        circle = situation.circles[child]
        me = circle.membership(situation.person.id, desk.now)
        if me is None or me.role not in _OWNERS:
            continue
        for entry in entries:
            if not entry.is_live or entry.author_role in STAFF or not is_to_confirm(entry, me.role):
                continue
            if situation.seen_by.get(entry.id):
                continue
            assert entry.text is not None
            author = circle.person(entry.author)
            local, today = entry.happened_at.astimezone(desk.zone), desk.today
            key = "waiting.unconfirmed" if local.date() == today else "waiting.unconfirmed.before"
            values = {
                "child": circle.child.name,
                "author": author.name if author is not None else "",
                "time": spoken_time(local),
                "words": one_line(entry.text.words),
            }
            value = f"{entry.id},{entry.author},{entry.acknowledgement or 0}"
            found.append(Hanging(((key, values),), Choice(Offer.SEEN_OF, entry.id, value, circle.child.name)))
    return found
