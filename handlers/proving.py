"""Who collects and what number counts, said from an address of weak proof: passed on at once, as not confirmed yet.

A child may be waiting, so nothing is held back; but whoever reads it rings before acting on it, until the code that is
sent to the telephone comes back. Then whoever had it as unconfirmed is told that it is hers.
"""

from __future__ import annotations

from dataclasses import replace

from book.deliveries import Lane
from book.entries import Entry, EntryState
from book.ids import EntryId
from book.notices import Kind, Said
from book.reasons import Reason
from book.wording.values import one_line
from handlers import echo, replies
from handlers.desk import Desk
from handlers.setting_right import revised
from storage.conversations import ECHO_OF_COLLECTION, Asked
from storage.filing import Filing, NewNotice, NewRevision
from storage.situations import Situation


def ask(situation: Situation, desk: Desk, filings: tuple[Filing, ...]) -> tuple[Filing, ...]:
    """Beside what is filed a code is asked for, where something of it is not confirmed."""
    found = {each.id: each.child for filing in filings for each in filing.entries if each.text.unproved}
    changed_now = [each for filing in filings for each in filing.revisions if each.text is not None]
    found |= {each.entry: each.child for each in changed_now if each.text is not None and each.text.unproved}
    if not found or situation.person is None or situation.echo.is_closed(desk.now):
        return filings
    first, *others = filings
    entry, child = next(iter(found.items()))
    circle = situation.circles[child]
    me = circle.membership(situation.person.id, desk.now)
    told = circle.name_of(me.setting) if me is not None and me.setting is not None else circle.child.name
    asks = echo.ask(
        situation,
        desk,
        ECHO_OF_COLLECTION,
        "echo.collection",
        {"setting": told},
        subject=entry,
        pending={"entries": " ".join(str(each) for each in found)},
    )
    asked = asks.conversation.asked if asks.conversation is not None else None
    # A notice is unique by its cause: the code is asked for beside whatever else is said to this message.
    notices = tuple(replace(each, cause=each.id) for each in asks.notices)
    at = max((place for place, each in enumerate(filings) if each.conversation is not None), default=0)
    changed = [first, *others]
    kept = changed[at].conversation or situation.conversation
    changed[at] = replace(changed[at], conversation=replace(kept, asked=asked))
    changed[0] = replace(changed[0], notices=(*changed[0].notices, *notices), echo=asks.echo)
    return tuple(changed)


def proved(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """The code came back: it is hers, and whoever had it as unconfirmed is told so."""
    wanted = {EntryId(int(each)) for each in asked.values["entries"].split()}
    mine = [
        each
        for each in {entry.id: entry for entry in (*situation.recent, *situation.spoken_of.values())}.values()
        if each.id in wanted and each.is_live and each.text is not None and each.text.unproved
    ]
    if not mine:
        return (replies.said(situation, desk, "echo.collection.gone"),)
    assert situation.person is not None
    changes = tuple(_proved(each, situation) for each in mine)
    told = tuple(notice for each in mine for notice in _told(each, situation, desk))
    done = replies.said(situation, desk, "echo.collection.done")
    return (replace(done, reason=Reason.ANSWERED, revisions=changes, notices=(*done.notices, *told)),)


def _proved(entry: Entry, situation: Situation) -> NewRevision:
    assert situation.person is not None
    assert entry.text is not None
    now_hers = replace(entry, text=replace(entry.text, unproved=False))
    return revised(now_hers, by=situation.person.id, why="proved", state=EntryState.CORRECTED)


def _told(entry: Entry, situation: Situation, desk: Desk) -> list[NewNotice]:
    assert situation.person is not None
    assert entry.text is not None
    values = {
        "name": situation.person.name,
        "child": situation.circles[entry.child].child.name,
        "words": one_line(entry.text.words),
    }
    said = Said("collection.proved", values, tells=(entry.id,))
    return [
        replies.tell(situation, desk, each.person, said, child=entry.child, lane=Lane.URGENT, cause=desk.ids.new())
        for each in situation.standings.get(entry.id, ())
        if each.kind is Kind.RELAY and each.has_left
    ]
