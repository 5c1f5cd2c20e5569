"""``waiting``: what hangs for whoever asks, in one list put together from its parts; a number in it acts.

To add something that can hang: a function that gives it, and a row here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from book.notices import Said
from book.reasons import Reason
from book.understanding.commands import Command
from handlers import (
    asking_a_setting,
    claims,
    importing,
    partners,
    registers,
    replies,
    stopping,
    timetable,
    unanswered,
    unconfirmed,
    whose_picture,
)
from handlers.desk import Desk
from handlers.hanging import Hanging
from storage.conversations import Offered
from storage.filing import Filing
from storage.situations import Situation

Part = Callable[[Situation, Desk], Sequence[Hanging]]

PARTS: Sequence[Part] = (
    unanswered.hanging,
    unconfirmed.hanging,
    stopping.hanging,
    registers.hanging,
    importing.hanging,
    claims.hanging,
    partners.hanging,
    asking_a_setting.hanging,
    timetable.hanging,
    whose_picture.hanging,
)
"""What may hang, in the order in which it is listed."""

_MOST_CHOICES = 12  # more buttons than that are no list


def waiting(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    """Everything that hangs for whoever asks; a single question is put at once."""
    found = _everything(situation, desk)
    if not found:
        return (replies.said(situation, desk, "waiting.nothing"),)
    if len(found) == 1 and found[0].put is not None:
        return (_put(situation, desk, found[0]),)
    (key, values), *rest = [line for each in found for line in each.lines]
    choices = tuple(each.choice for each in found if each.choice is not None)[:_MOST_CHOICES]
    said = replies.say(situation, desk, Said(key, values, choices, lines=tuple(rest)))
    return (replace(replies.skip(situation, Reason.ANSWERED), notices=(said,)),)


def look(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """One of them was chosen: its question is put, as things are now."""
    chosen = offered.choice.value
    found = (each for each in _everything(situation, desk) if each.choice is not None and each.choice.value == chosen)
    meant = next(found, None)
    if meant is None or meant.put is None:
        return (replies.said(situation, desk, "press.done"),)
    return (_put(situation, desk, meant),)


def _everything(situation: Situation, desk: Desk) -> list[Hanging]:
    return [each for part in PARTS for each in part(situation, desk)]


def _put(situation: Situation, desk: Desk, meant: Hanging) -> Filing:
    assert meant.put is not None
    said = replace(replies.say(situation, desk, meant.put), child=meant.child)
    return replace(replies.skip(situation, Reason.ANSWERED), notices=(said,))
