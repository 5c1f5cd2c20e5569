"""An acknowledging text is one part, in the small alphabet, whatever a family really wrote: the parts are paid for."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from book.deliveries import NoticeState
from book.disclosure import Nudge, Words
from book.entries import Entry, EntryState, Text, Travel
from book.ids import ChildId, EntryId, NoticeId, PersonId, SettingId
from book.people import Role
from book.understanding.lexicon import load_lexicon
from book.understanding.notes import read_note
from book.wording.catalogue import load_catalogue
from book.wording.compose import Composer, Line, Recipient
from bot.channels.sms_text import is_gsm7, parts, segments

LEXICON = load_lexicon()
LONDON = ZoneInfo("Europe/London")
WRITTEN = datetime(2026, 11, 24, 6, 10, tzinfo=LONDON)
ACKNOWLEDGEMENT = NoticeId(70)
NOTES = Path(__file__).parents[2] / "corpora" / "messages.jsonl"
# A long name of a child, and everybody who may hear of her at once.
CHILD = "Maximilian"
HEARERS = ("Priya", "Dawn")


def _line(words: str, number: int) -> Line:
    reading, stated = read_note(words, LEXICON, [CHILD], WRITTEN.replace(tzinfo=None))
    entry = Entry(
        id=EntryId(number), child=ChildId(1), author=PersonId(1), author_role=Role.PARENT, author_setting=SettingId(9),
        message=None, answers=None, acknowledgement=ACKNOWLEDGEMENT, urgent=reading.urgent, unread=False,
        has_picture=False, happened_at=WRITTEN.astimezone(UTC), filed_at=WRITTEN.astimezone(UTC), revision=1,
        state=EntryState.FILED, subjects=reading.subjects, travel=Travel(),
        text=Text(words, collection=reading.collection or ""), revised_at=WRITTEN, facts=tuple(stated.facts),
    )  # fmt: skip
    at = WRITTEN.replace(hour=7, minute=30).astimezone(UTC)
    hearers = tuple(Recipient(each, False, NoticeState.WAITING, None, at, 9) for each in HEARERS)
    return Line(entry, CHILD, hearers, "Sunshine", telephone="01632 960123")


def test_of_what_families_wrote_nearly_every_acknowledging_text_is_one_part_and_none_more_than_two() -> None:
    composer = Composer(load_catalogue(), LONDON).in_text()
    written = [json.loads(each) for each in NOTES.read_text().splitlines()]
    words = [each["text"] for each in written if each["sender_role"] == "parent"]
    counted: Counter[int] = Counter()
    for number, each in enumerate(words, start=1):
        for disclosure in (Words(), Nudge()):
            utterance = composer.acknowledgement(
                [_line(each, number)], disclosure, WRITTEN.astimezone(UTC), notice=ACKNOWLEDGEMENT
            )
            assert utterance is not None
            (said,) = parts(utterance)
            # Who collects is named as it was written; nothing else of the note stands in the line.
            assert is_gsm7(said) or not is_gsm7(each), said
            counted[segments(said)] += 1

    assert sum(counted.values()) > 800
    assert set(counted) <= {1, 2}
    assert counted[1] >= 0.99 * sum(counted.values()), counted
