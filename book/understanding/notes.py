"""A note as it is understood: what it is about, and what it states. The one road from words to both.

Knows nothing of who wrote it, or whether it must be held back: that is asked first, by whoever calls.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from book.facts import TOPIC_OF
from book.topics import Subject, Topic
from book.understanding.facts.reading import FactsRead, read_facts
from book.understanding.lexicon import Lexicon
from book.understanding.times_said import USUAL_HOURS, Clock, Hours
from book.understanding.topics import Reading, read, read_words


def read_note(
    text: str,
    lexicon: Lexicon,
    names: Collection[str],
    written: datetime,
    *,
    beside: str = "",
    about: Sequence[Subject] = (),
    released: bool = False,
    hours: Hours = USUAL_HOURS,
) -> tuple[Reading, FactsRead]:
    """What a note is about, and the facts it states, ``written`` in civil time.

    ``beside`` is the whole message of which this is one child's part: "half" is half of a lunch where the message is
    about food. ``about`` is what it is about where no words of its own say so. Words about nothing known that state
    a fact are about that. One that is held for the safeguarding lead states nothing, unless it was ``released``.
    ``hours`` are those between which children are with the setting: a time that may be meant twice is meant there.
    """
    cut = lexicon.read(text, names)
    reading = read_words(cut, lexicon, released=released)
    subjects = reading.subjects or tuple(about)
    if not subjects and beside:
        subjects = read(beside, lexicon, names=names, released=released).subjects
    maybe = (*subjects, *(subject for subject, _ in reading.outweighed))
    stated = read_facts(cut, maybe, Clock(written, *hours), collection=reading.collection)
    reading = _with_what_is_stated(reading, stated)
    if not reading.subjects and stated.facts:
        topics = dict.fromkeys(TOPIC_OF[each.kind] for each in stated.facts)
        because = tuple((TOPIC_OF[each.kind], each.words) for each in stated.facts)
        reading = replace(reading, subjects=tuple(map(Subject, topics)), because=because, understood=True)
    if any(each.topic is Topic.SAFEGUARDING for each in reading.subjects):
        return reading, FactsRead()
    return reading, stated


def _with_what_is_stated(reading: Reading, stated: FactsRead) -> Reading:
    """A topic of which a fact is stated stands, whatever its other words lean to."""
    kinds = {TOPIC_OF[each.kind] for each in stated.facts}
    again = [(subject, words) for subject, words in reading.outweighed if subject.topic in kinds]
    if not again:
        return reading
    subjects = dict.fromkeys((*reading.subjects, *(subject for subject, _ in again)))
    because = (*reading.because, *((subject.topic, words) for subject, words in again))
    return replace(reading, subjects=tuple(subjects), because=because, understood=True)
