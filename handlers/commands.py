"""What the words of command do that need no more than a look back and a sentence.

Each is one function and one row in :mod:`handlers.table`. Larger ones have a module of their own.
"""

from __future__ import annotations

from dataclasses import replace

from book.notices import Explanation
from book.people import STAFF
from book.reasons import Reason
from book.understanding.commands import Command
from handlers import looking_back, replies, setting_right
from handlers.desk import Desk
from storage.filing import Filing
from storage.situations import Situation


def undo(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    return (setting_right.undo(situation.taken, situation, desk, looking_back.newest(situation)),)


def help_(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    return (replies.said(situation, desk, f"help.{spoken_to_as(situation, desk)}"),)


def who(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    """Who has the note she replied to, or her last one, and why."""
    replied = situation.replied
    about = list(replied.entries) if replied is not None else looking_back.newest(situation)
    if not about:
        return (replies.said(situation, desk, "why.nothing"),)
    return (
        replace(
            replies.skip(situation, Reason.ANSWERED), notices=(replies.say(situation, desk, Explanation(about[-1].id)),)
        ),
    )


def start(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    return (replies.said(situation, desk, f"hello.{spoken_to_as(situation, desk)}"),)


def stop(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    return (replies.said(situation, desk, "stop.stopped"),)


def not_yet(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    return (replies.said(situation, desk, "command.not_yet"),)


def spoken_to_as(situation: Situation, desk: Desk) -> str:
    """Whether the sender is spoken to as a parent or as somebody at work."""
    assert situation.person is not None
    roles = {
        me.role
        for circle in situation.circles.values()
        if (me := circle.membership(situation.person.id, desk.now)) is not None
    }
    roles |= {each.role for each in situation.posts if each.is_live(desk.now)}
    return "staff" if roles & STAFF else "parent"
