"""A change that an address of weak proof may not make alone: it waits for two figures to be written back.

Whoever can only forge the sender of a text cannot read what was sent to it. The code counts once, for ten minutes; a
wrong one, or none, leaves everything as it was. What is to be done then is whoever's asked for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from book.disclosure import Assurance
from handlers import replies
from handlers.desk import Desk
from storage.conversations import Asked
from storage.filing import Filing
from storage.situations import Situation

COUNTS_FOR = timedelta(minutes=10)
_CODE = "code"
_FIGURES = re.compile(r"\d{1,6}")

Then = Callable[[Situation, Desk, Asked], tuple[Filing, ...] | None]


def is_needed(situation: Situation) -> bool:
    """Whether it is not sure enough who writes from here to let more people know, in, or near the child."""
    return situation.address.assurance is Assurance.WEAK


def ask(
    situation: Situation,
    desk: Desk,
    name: str,
    key: str,
    values: Mapping[str, str],
    *,
    subject: int = 0,
    pending: Mapping[str, str],
) -> Filing:
    """Keep ``pending`` and ask for a code: ``key`` is said with ``values`` and a place for ``code``.

    ``name`` is the open question's; its row in :data:`handlers.table.ASKED` is :func:`confirmed` with what to do.
    """
    assert situation.person is not None
    code = str(10 + int.from_bytes(desk.chance(4), "big") % 90)
    asked = Asked(name, subject, situation.person.id, desk.now + COUNTS_FOR, {**pending, _CODE: code})
    said = replies.said(situation, desk, key, {**values, "code": code})
    return replace(said, conversation=replace(situation.conversation, asked=asked))


def confirmed(then: Then) -> Then:
    """Takes the words after such a question: the right code does it, another ends it, a note is a note."""

    def answer(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
        written = situation.taken.incoming.text.strip().rstrip(".!")
        if not _FIGURES.fullmatch(written) or written == "0":
            return None
        over = replace(situation, conversation=replace(situation.conversation, asked=None))
        if written != asked.values[_CODE]:
            wrong = replies.said(over, desk, "echo.wrong")
            return (replace(wrong, conversation=over.conversation),)
        done = then(over, desk, asked)
        if done is None:
            return None
        first, *others = done
        return (replace(first, conversation=first.conversation or over.conversation), *others)

    return answer
