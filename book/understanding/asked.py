"""Questions whose answer may stand in the book: when she woke, what he ate, whether she was upset.

Only a message that is one short question and nothing else is one; a note with a question in it is a note. Knows nothing
of who asks or what is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from book.topics import Topic

_LONGEST = 90


class Wanted(StrEnum):
    """What the answer is to say first."""

    WOKE = "woke"
    FELL_ASLEEP = "fell_asleep"
    ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Question:
    topic: Topic
    wanted: Wanted = Wanted.ANYTHING
    of_yesterday: bool = False
    last: bool = False  # the last time, whenever that was


_ASKS = re.compile(
    r"^(?:(?:hi|hiya|hello|morning|sorry|quick q|quick question|pls|please|and|ok)[ ,:!.]+)*"
    r"(?:what(?:['’]?s| is| was| were| did| has| time)?|when|whens|how (?:long|many|much|was|were|did|is|has)|did|has"
    r"|have|was|is|were|does|any)\b",
    re.IGNORECASE,
)
_TOPICS: tuple[tuple[Topic, re.Pattern[str]], ...] = tuple(
    (topic, re.compile(rf"\b(?:{words})\b", re.IGNORECASE))
    for topic, words in (
        (Topic.SLEEP, r"nap|naps|napped|napping|sleep|sleeps|slept|asleep|wake|woke|wakes|woken|waking|get up|go down"),
        (Topic.MEDICATION, r"calpol|paracetamol|nurofen|ibuprofen|piriton|medicine|antibiotics?|inhaler|dose"),
        (Topic.HEALTH, r"temp|temperature|fever"),
        (Topic.NAPPY, r"napp(?:y|ies)|changed|poo|pooed|poos|wee|weed|wet|dirty|potty"),
        (
            Topic.MEALS,
            r"eat|ate|eaten|lunch|dinner|tea|breakfast|brekkie|snack|bottle|bottles|milk|feed|feeds|fed|drink|drunk",
        ),
        (Topic.MOOD, r"upset|cry|cried|crying|happy|sad|teary|tearful|settled?|clingy|grumpy|mood"),
    )
)
# What is to come, what somebody is to do, and who came: nothing that is written answers that.
_NOT_OF_THE_BOOK = re.compile(
    r"\b(?:who|whos|why|where|can|could|will|would|should|shall|tomorrow|tmrw|tomoz|next|bring|need|needs|want|wants"
    r"|going to|due|allowed|ok to|okay to|spare|left|run out|same|new|normal|usually|always|ever|i|we|you|u)\b",
    re.IGNORECASE,
)
_YESTERDAY = re.compile(r"\b(?:yesterday|last night|yday)\b", re.IGNORECASE)
_LAST = re.compile(r"\b(?:last)\b", re.IGNORECASE)


def as_question(text: str) -> Question | None:
    """The question these words are, where they are one that the book may answer.

    >>> as_question("what time did he wake from nap?")
    Question(topic=<Topic.SLEEP: 'sleep'>, wanted=<Wanted.WOKE: 'woke'>, of_yesterday=False, last=False)
    >>> as_question("is it pyjama day?") is None
    True
    """
    plain = " ".join(text.split())
    asks = _ASKS.match(plain)
    if len(plain) > _LONGEST or asks is None or _NOT_OF_THE_BOOK.search(plain):
        return None
    if re.search(r"[.!?,;].*\w", plain[asks.end() :]):
        return None
    found = [topic for topic, words in _TOPICS if words.search(plain)]
    if len(found) != 1:
        return None
    wanted = Wanted.ANYTHING
    if found[0] is Topic.SLEEP and re.search(r"\b(?:when|what time)\b", plain, re.IGNORECASE):
        woke = re.search(r"\b(?:wake|woke|wakes|woken|get up)\b", plain, re.IGNORECASE)
        wanted = Wanted.WOKE if woke else Wanted.FELL_ASLEEP
    yesterday = _YESTERDAY.search(plain)
    return Question(found[0], wanted, yesterday is not None, yesterday is None and _LAST.search(plain) is not None)
