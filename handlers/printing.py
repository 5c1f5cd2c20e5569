"""``print bea``: the child's day as it may be handed to her parents, at the door or on paper."""

from __future__ import annotations

from dataclasses import replace

from book.ids import ChildId
from book.pages import as_said, page_for, readers_of
from book.understanding.children import answered_child
from book.understanding.commands import Command
from handlers import replies
from handlers.desk import Desk
from handlers.filing_a_note import named_children
from storage.filing import Filing
from storage.situations import Situation


def print_(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    """The day of the child who is named, or of the only one; nothing of it that a parent may not read."""
    child = _child_meant(situation, desk, command.rest)
    if child is None:
        return (replies.said(situation, desk, "print.which"),)
    assert situation.person is not None
    circle = situation.circles[child]
    readers = readers_of(circle, situation.person.id, desk.now)
    day = desk.now.astimezone(desk.zone).date()
    page = page_for(readers, circle, situation.lately.get(child, ()), day, zone=desk.zone, now=desk.now)
    said = replies.say(situation, desk, as_said(page, circle, desk.zone))
    filing = replies.said(situation, desk, "print.which")
    return (replace(filing, notices=(replace(said, child=child),)),)


def _child_meant(situation: Situation, desk: Desk, words: str) -> ChildId | None:
    mine = named_children(situation, desk)
    if words.strip():
        found = answered_child(words, mine)
        return ChildId(found[0]) if found and len(found) == 1 else None
    return ChildId(mine[0].child) if len(mine) == 1 else None
