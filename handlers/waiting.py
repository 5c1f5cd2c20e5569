"""``waiting``: what hangs, in one list put together from its parts.

To add something that can hang: a function that gives its lines, and a row here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from book.notices import Said
from book.reasons import Reason
from book.understanding.commands import Command
from handlers import importing, replies
from handlers.desk import Desk
from storage.filing import Filing
from storage.situations import Situation

Part = Callable[[Situation, Desk], tuple[tuple[str, Mapping[str, str]], ...]]

PARTS: Sequence[Part] = (importing.waiting,)
"""What may hang, in the order in which it is listed."""


def waiting(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    """Everything that hangs for whoever asks."""
    lines = [line for part in PARTS for line in part(situation, desk)]
    if not lines:
        return (replies.said(situation, desk, "waiting.nothing"),)
    (key, values), *rest = lines
    said = replies.say(situation, desk, Said(key, values, lines=tuple(rest)))
    return (replace(replies.skip(situation, Reason.ANSWERED), notices=(said,)),)
