""" "Not sleep, health", "not nappy": of which topic the note just before is not, and of which it is.

Knows nothing of that note.
"""

from __future__ import annotations

import re

from book.topics import Topic

_CALLED = {
    "sleep": Topic.SLEEP,
    "nap": Topic.SLEEP,
    "food": Topic.MEALS,
    "meals": Topic.MEALS,
    "nappy": Topic.NAPPY,
    "nappies": Topic.NAPPY,
    "health": Topic.HEALTH,
    "medicine": Topic.MEDICATION,
    "medication": Topic.MEDICATION,
    "mood": Topic.MOOD,
    "activity": Topic.ACTIVITY,
    "play": Topic.ACTIVITY,
    "kit": Topic.KIT,
    "milestone": Topic.MILESTONE,
    "learning": Topic.OBSERVATION,
    "family": Topic.FAMILY_NEWS,
    "question": Topic.QUESTION,
    "worry": Topic.CONCERN,
    "concern": Topic.CONCERN,
}
_NAMES = "|".join(_CALLED)
_NOT_THIS = re.compile(
    rf"(?:(?:sorry|no|oops)[ ,]+)?(?:(?:that['’]?s|that was|it['’]?s) )?not (?P<not>{_NAMES})"
    rf"(?:[ ,;:.–-]+(?:but |it['’]?s |that['’]?s |rather )?(?P<but>{_NAMES}))?[.!]?",
    re.IGNORECASE,
)


def as_other_topic(text: str) -> tuple[Topic, Topic | None] | None:
    """The topic it is not, and the one it is, if that is said.

    >>> as_other_topic("not sleep, health")
    (<Topic.SLEEP: 'sleep'>, <Topic.HEALTH: 'health'>)
    >>> as_other_topic("not nappy")
    (<Topic.NAPPY: 'nappy'>, None)
    >>> as_other_topic("not sleeping well, health visitor came") is None
    True
    """
    found = _NOT_THIS.fullmatch(" ".join(text.split()))
    if found is None:
        return None
    return _CALLED[found["not"].lower()], _CALLED[found["but"].lower()] if found["but"] else None
