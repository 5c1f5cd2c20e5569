"""What the words of command do that need no more than a look back and a sentence.

Each is one function and one row in :mod:`handlers.table`. Larger ones have a module of their own.
"""

from __future__ import annotations

from dataclasses import replace

from book.notices import Explanation
from book.people import STAFF, Role
from book.reasons import Reason
from book.understanding.commands import Command
from handlers import looking_back, replies, setting_right, unsaid, whose_picture
from handlers.desk import Desk
from storage.filing import Filing
from storage.situations import Situation

_MOST_EXPLAINED = 4


def undo(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    for taken_back in (whose_picture.taken_back, unsaid.taken_back):
        if (dropped := taken_back(situation, desk)) is not None:
            return dropped
    return (setting_right.undo(situation.taken, situation, desk, looking_back.newest(situation)),)


def help_(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    roles = _roles(situation, desk)
    if Role.CHILDMINDER in roles:
        return (replies.said(situation, desk, "help.childminder"),)
    if Role.MANAGER in roles:
        return (replies.said(situation, desk, "help.manager"),)
    return (replies.said(situation, desk, "help.staff" if roles & STAFF else "help.parent"),)


def who(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    """Who has the note she replied to, or her last one, and why."""
    replied = situation.replied
    about = list(replied.entries) if replied is not None else looking_back.newest(situation)
    if not about:
        return (replies.said(situation, desk, "why.nothing"),)
    # A notice is unique by its cause: each of several entries is explained for itself.
    said = [replies.say(situation, desk, Explanation(each.id)) for each in about[-_MOST_EXPLAINED:]]
    notices = (*(replace(each, cause=each.id) for each in said[:-1]), said[-1])
    return (replace(replies.skip(situation, Reason.ANSWERED), notices=notices),)


def start(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    return (replies.said(situation, desk, f"hello.{spoken_to_as(situation, desk)}"),)


def not_yet(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    return (replies.said(situation, desk, "command.not_yet"),)


def spoken_to_as(situation: Situation, desk: Desk) -> str:
    """Whether the sender is spoken to as a parent or as somebody at work."""
    return "staff" if _roles(situation, desk) & STAFF else "parent"


def _roles(situation: Situation, desk: Desk) -> set[Role]:
    """Everything she is, around any child or at any setting."""
    assert situation.person is not None
    roles = {
        me.role
        for circle in situation.circles.values()
        if (me := circle.membership(situation.person.id, desk.now)) is not None
    }
    return roles | {each.role for each in situation.posts if each.is_live(desk.now)}
