"""A worry that does not travel: a parent lets one question be answered by another setting, once, or answers it herself.

Only a parent of the child may; whoever asked is not told why it was closed before. The answer goes back to whoever
asked and to the parents, and no further (see the decision record on answers to what was let through).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from book.audience import may_know
from book.deliveries import InboxState, Lane
from book.entries import Entry
from book.ids import EntryId, PersonId, SettingId
from book.reasons import Reason
from book.understanding.commands import as_command
from handlers import echo, replies, setting_right, sharing
from handlers.desk import Desk
from handlers.filing_a_note import file_note
from storage.conversations import ECHO_OF_ANSWER, REPLY, Asked, Offered
from storage.filing import Filing
from storage.situations import Replied, Situation

_COUNTS_FOR = timedelta(minutes=30)


def let(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """[Let Priya answer this one]: this entry travels there, once, and its answer back."""
    return _let(situation, desk, offered.choice.subject, SettingId(int(offered.choice.value)))


def let_by_echo(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """The code came back from an address of weak proof: as the choice itself."""
    return _let(situation, desk, asked.subject, SettingId(int(asked.values["setting"])), sure=True)


def _let(
    situation: Situation, desk: Desk, subject: int, setting: SettingId, *, sure: bool = False
) -> tuple[Filing, ...]:
    entry = _hers_to_see(situation, desk, subject)
    if entry is None or not sharing.is_parent(situation, desk, situation.circles[entry.child]):
        return (replies.said(situation, desk, "press.done"),)
    circle = situation.circles[entry.child]
    if setting not in circle.settings or setting in entry.travel.through:
        return (replies.said(situation, desk, "press.done"),)
    travel = replace(entry.travel, through=entry.travel.through | {setting})
    filing = setting_right.rebound(
        situation.taken, situation, desk, entry, entry.with_travel(travel), why="let_through"
    )
    told = [each.person for each in filing.notices if each.entry == entry.id and each.lane is not Lane.CATCHING_UP]
    names = "\n".join(_name(situation, entry, person) for person in told)
    if not sure and echo.is_needed(situation):
        values = {"name": names or circle.name_of(setting)}
        kept = {"setting": str(setting)}
        return (echo.ask(situation, desk, ECHO_OF_ANSWER, "echo.note", values, subject=entry.id, pending=kept),)
    said = replies.said(situation, desk, "let_through", {"name": names or circle.name_of(setting)})
    return (
        replace(
            filing,
            state=InboxState.SKIPPED,
            reason=Reason.ANSWERED,
            notices=(*filing.notices, *said.notices),
        ),
    )


def answer_myself(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """[I'll reply]: her next words are the answer."""
    entry = _hers_to_see(situation, desk, offered.choice.subject)
    if entry is None or situation.person is None:
        return (replies.said(situation, desk, "press.done"),)
    asked = Asked(REPLY, entry.id, situation.person.id, desk.now + _COUNTS_FOR)
    said = replies.said(situation, desk, "reply.go", {"name": _name(situation, entry, entry.author)})
    return (replace(said, conversation=replace(situation.conversation, asked=asked)),)


def answered(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """Her words, filed as the answer to what she was asked about; a command stays one."""
    text = situation.taken.incoming.text
    entry = _hers_to_see(situation, desk, asked.subject)
    if entry is None or situation.replied is not None or as_command(text) is not None or text.strip().isdigit():
        return None
    over = replace(situation.conversation, asked=None)
    return (file_note(situation.taken, replace(situation, replied=Replied((entry,)), conversation=over), desk),)


def _hers_to_see(situation: Situation, desk: Desk, entry: int) -> Entry | None:
    """The entry a choice speaks of, while it stands and she may know it."""
    found = situation.spoken_of.get(EntryId(entry))
    if found is None or not found.is_live or situation.person is None or found.child not in situation.circles:
        return None
    allowed, _ = may_know(found.note, situation.person.id, situation.circles[found.child], desk.now)
    return found if allowed else None


def _name(situation: Situation, entry: Entry, person: PersonId | None) -> str:
    found = None if person is None else situation.circles[entry.child].person(person)
    return "" if found is None else found.name
