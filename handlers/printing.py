"""``print bea``: the child's day as it may be handed to her parents, at the door or on paper."""

from __future__ import annotations

from dataclasses import replace

from book.ids import ChildId
from book.notices import Said
from book.pages import entries_on, page_for, readers_of, sentences_of
from book.reasons import Reason
from book.understanding.children import answered_child
from book.understanding.commands import Command
from handlers import replies
from handlers.desk import Desk
from handlers.filing_a_note import named_children
from handlers.on_paper import where, with_sheet
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
    day = desk.today
    page = page_for(readers, circle, situation.lately.get(child, ()), day, zone=desk.zone, now=desk.now)
    title, *rest = sentences_of(page, circle, desk.zone)
    me = situation.person.id
    said = Said(
        *title,
        lines=(("page.on_paper", {}),),
        paper=(*rest, *where(circle, me, desk.now)),
        tells=entries_on(page),
        readers=tuple(sorted(readers - {me})),
    )
    notice = replace(replies.say(situation, desk, said), child=child)
    filing = replies.skip(situation, Reason.ANSWERED)
    return (with_sheet(filing, desk, notice, (title, *rest), f"{page.child} {day}", circle, me),)


def _child_meant(situation: Situation, desk: Desk, words: str) -> ChildId | None:
    mine = named_children(situation, desk)
    if words.strip():
        found = answered_child(words, mine)
        return ChildId(found[0]) if found and len(found) == 1 else None
    return ChildId(mine[0].child) if len(mine) == 1 else None
