"""What a person is to confirm and nobody has: it hangs for the child's key person and for whoever runs the setting."""

from __future__ import annotations

from book.confirming import is_to_confirm
from book.notices import Choice, Offer
from book.people import STAFF
from book.wording.values import one_line
from handlers.desk import Desk
from handlers.hanging import Hanging, note_line, notes_of_hers
from storage.situations import Situation


def hanging(situation: Situation, desk: Desk) -> list[Hanging]:
    """What families wrote of the last days, oldest first; a number ticks it."""
    found = []
    for circle, me, entries in notes_of_hers(situation, desk):
        for entry in entries:
            if not entry.is_live or entry.author_role in STAFF or not is_to_confirm(entry, me.role):
                continue
            if situation.seen_by.get(entry.id):
                continue
            assert entry.text is not None
            unproved = entry.text.unproved
            key, values = note_line(
                entry,
                circle,
                desk,
                today="waiting.unproved" if unproved else "waiting.unconfirmed",
                before="waiting.unproved.before" if unproved else "waiting.unconfirmed.before",
            )
            value = f"{entry.id},{entry.author},{entry.acknowledgement or 0}"
            line = (key, {**values, "words": one_line(entry.text.words)})
            found.append(Hanging((line,), Choice(Offer.SEEN_OF, entry.id, value, circle.child.name)))
    return found
