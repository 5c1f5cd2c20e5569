"""What is said of one child just after a note about several: her line says it in the place of what it takes back.

"Kit had seconds", a minute after "everyone else half": Kit's family reads "seconds", and the acknowledgement is edited
in place. Anything that takes nothing back is a note of its own.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from book.entries import Entry
from book.notices import Said
from book.people import STAFF
from book.understanding import in_full
from book.understanding.names import mentions_in, words_of
from handlers import looking_back, replies, setting_right
from handlers.desk import Desk
from handlers.filing_a_note import named_children
from storage.filing import Filing
from storage.situations import Situation

# Later, a second helping is another meal's and a sleep another sleep.
WITHIN = timedelta(minutes=10)


def mend(situation: Situation, desk: Desk) -> Filing | None:
    """The line of the one child these words name, said again; None where they are a note of their own."""
    taken = situation.taken
    text = taken.incoming.text
    if not in_full.may_mend(text):
        return None
    circle = named_children(situation, desk)
    words = words_of(text)
    mentions = mentions_in(words, circle)
    if len(mentions) != 1 or len(mentions[0].children) != 1 or not mentions[0].sure:
        return None
    entry = _line_of(next(iter(mentions[0].children)), situation)
    if entry is None or entry.text is None:
        return None
    start, end = words[mentions[0].first].start, words[mentions[0].last].end
    line = in_full.mended(entry.text.words, text[:start], text[end:])
    if line is None:
        return None
    filing = setting_right.reworded(taken, situation, desk, entry, line)
    if situation.address.can_change:
        return filing
    child = situation.circles[entry.child].child.name
    answer = replies.say(situation, desk, Said("ack.several.line", {"names": child, "words": line}))
    return replace(filing, notices=(*filing.notices, answer))


def _line_of(child: int, situation: Situation) -> Entry | None:
    """Her line of the note about several that was written just before; None where it was about one, or long ago."""
    newest = looking_back.newest(situation)
    now = situation.taken.incoming.at
    same_note = {each.message for each in newest}
    if len(same_note) != 1 or len({each.child for each in newest}) < 2:
        return None
    entry = next((each for each in newest if each.child == child), None)
    if entry is None or entry.author_role not in STAFF or now - entry.happened_at > WITHIN:
        return None
    return entry
