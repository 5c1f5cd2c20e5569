"""A change that an address of weak proof may not make alone: it waits for four figures to be written back.

Whoever can only forge the sender of a text cannot read what was sent to it. The code counts once, for ten minutes; five
wrong ones end it, and then none is sent for a while. Without the right one everything stays as it was. What is to be
done then is whoever's asked for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from book.disclosure import Assurance
from book.timing import spoken_time
from handlers import replies
from handlers.desk import Desk
from storage.conversations import Asked
from storage.echoes import TRIES, USED
from storage.filing import Filing
from storage.situations import Situation

COUNTS_FOR = timedelta(minutes=10)
_FIGURES = re.compile(r"\d{2,6}")

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
    if situation.echo.is_closed(desk.now):
        return _closed(situation, desk)
    code, until = new_code(desk), desk.now + COUNTS_FOR
    asked = Asked(name, subject, situation.person.id, until, pending)
    said = replies.said(situation, desk, key, {**values, "code": code})
    return replace(
        said,
        conversation=replace(situation.conversation, asked=asked),
        echo=situation.echo.with_code(code, until),
    )


def new_code(desk: Desk) -> str:
    """Four figures by chance, none of them a number that a choice has."""
    return desk.choose("123456789") + "".join(desk.choose("0123456789") for _ in range(3))


def confirmed(then: Then) -> Then:
    """Takes the words after such a question: the right code does it, the fifth wrong one ends it, a note is a note."""

    def answer(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
        written = _figures(situation)
        if written is None:
            return None
        over = replace(situation, conversation=replace(situation.conversation, asked=None))
        if not situation.echo.counts(desk.now):
            return (replace(_over(over, desk), conversation=over.conversation),)
        if not situation.echo.is_it(written):
            return (_wrong(situation, over, desk),)
        done = then(over, desk, asked)
        if done is None:
            return None
        first, *others = done
        return (replace(first, conversation=first.conversation or over.conversation, echo=USED), *others)

    return answer


def late(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """A code that was sent and counts no more is no note: that is said, and nothing changes."""
    written = _figures(situation)
    if written is None or not situation.echo.is_it(written):
        return None
    return (_over(situation, desk),)


def _figures(situation: Situation) -> str | None:
    written = "".join(situation.taken.incoming.text.split()).rstrip(".!")
    return written if _FIGURES.fullmatch(written) else None


def _over(situation: Situation, desk: Desk) -> Filing:
    return replies.said(situation, desk, "echo.over")


def _wrong(situation: Situation, over: Situation, desk: Desk) -> Filing:
    change = situation.echo.after_wrong(desk.now)
    if change.keeps:
        left = TRIES - change.wrong % TRIES
        return replace(replies.said(situation, desk, "echo.wrong", {"tries": str(left)}), echo=change)
    assert change.closed_until is not None
    ended = replies.said(over, desk, "echo.ended", {"time": _time(change.closed_until, desk)})
    return replace(ended, conversation=over.conversation, echo=change)


def _closed(situation: Situation, desk: Desk) -> Filing:
    assert situation.echo.closed is not None
    return replies.said(situation, desk, "echo.closed", {"time": _time(situation.echo.closed, desk)})


def _time(at: datetime, desk: Desk) -> str:
    return spoken_time(at.astimezone(desk.zone))
