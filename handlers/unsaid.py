"""Which child? Until it is said: asked again before she comes, then told to those who may hear of every one meant.

The message waits all the while, and an answer counts whenever it comes. Nobody hears of it who would not have heard of
it whichever child it had been about; where there is nobody, it stays with its author, who is told so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from book.deliveries import InboxState
from book.disclosure import Carries
from book.ids import ChildId, EntryId, InboxId
from book.notices import Said, WhichChild
from book.reasons import Reason
from book.timing import in_the_day, spoken_time
from book.understanding.asking import asked_as
from book.wording.values import moment, one_line, sentence
from handlers import answering, replies
from handlers.desk import Desk
from handlers.filing_a_note import (
    ASKED_AGAIN_AFTER,
    file_note,
    named_children,
    named_elsewhere,
    whoever_it_is,
)
from storage.conversations import Conversation
from storage.filing import Filing, NewNotice
from storage.inbox import Taken
from storage.questions import QUESTION_COUNTS_FOR, WHOSE_NOTE, Question
from storage.situations import Situation


def comes_up(situation: Situation, desk: Desk) -> tuple[Filing, ...]:
    """Nobody has answered: the first time it is asked again, the second time those who may hear it are told."""
    incoming, person = situation.taken.incoming, situation.person
    taken = replace(situation.taken, incoming=replace(incoming, unsaid=0, among=()))
    waits = Filing(taken.id, taken.address, InboxState.PENDING, Reason.WAITS_FOR_ANSWER)
    among = [
        ChildId(each)
        for each in incoming.among
        if person is not None
        and (circle := situation.circles.get(ChildId(each))) is not None
        and circle.membership(person.id, desk.now) is not None
    ]
    # On a room's tablet another may be writing by now: whoever signs in finds it there.
    gone = len(among) < min(2, len(incoming.among))
    if not among or gone or situation.device is not None:
        return (waits,)
    if incoming.unsaid == 1:
        return (_again(taken, situation, desk, among, waits),)
    return (_told(taken, situation, desk, among, waits),)


def _again(taken: Taken, situation: Situation, desk: Desk, among: Sequence[ChildId], waits: Filing) -> Filing:
    assert situation.person is not None
    heard = whoever_it_is(taken, situation, desk, among)
    first = min((each.not_before for each in heard), default=None)
    soonest = desk.now + ASKED_AGAIN_AFTER
    told_at = in_the_day(soonest, desk.zone) if first is None else max(first, soonest)
    why = "morning" if first is not None and first > desk.now else "later"
    return replace(
        waits,
        notices=(put(taken, situation, desk, among, why),),
        conversation=_asking(situation.conversation, taken, desk.now),
        questions=(Question(taken.id, taken.address, situation.person.id, tuple(among), 2, told_at),),
    )


def _told(taken: Taken, situation: Situation, desk: Desk, among: Sequence[ChildId], waits: Filing) -> Filing:
    author = situation.person
    assert author is not None
    heard = whoever_it_is(taken, situation, desk, among)
    if named_elsewhere(taken.incoming.text, named_children(situation, desk), situation):
        heard = ()  # She may have meant a child that none of those around these may read of.
    words = one_line(taken.incoming.text)
    if not heard:
        kept = "unsaid.nobody" if situation.address.carries is Carries.WORDS else "unsaid.nobody.nudge"
        return replace(waits, notices=(replies.say(situation, desk, Said(kept, {"words": words})),))
    said = Said(
        "unsaid.told",
        {
            "name": author.name,
            "when": _when(taken.incoming.at, desk),
            "words": words,
            "them": sentence(f"pronoun.{author.pronoun}.them"),
        },
    )
    return replace(waits, notices=tuple(replace(each, notice=said, cause=taken.id, entry=None) for each in heard))


def _when(at: datetime, desk: Desk) -> str:
    local = at.astimezone(desk.zone)
    return spoken_time(local) if local.date() == desk.today else moment(at)


def put(
    taken: Taken, situation: Situation, desk: Desk, among: Sequence[ChildId], why: str, *, cause: int | None = None
) -> NewNotice:
    """The question once more, with what it is about."""
    about, is_state = asked_as(taken.incoming.text)
    asked = replies.say(situation, desk, WhichChild(taken.id, tuple(among), why, about, is_state))
    # A notice is unique by its cause: each time it is put is a cause of its own.
    return replace(asked, cause=asked.id if cause is None else cause)


def _put_older(situation: Situation, desk: Desk, question: Question, taken: Taken) -> NewNotice | None:
    if question.asked != WHOSE_NOTE:
        return put(taken, situation, desk, question.among, "older", cause=situation.taken.id)
    asked = answering.whose_note(taken, situation.of_waiting(taken.id), desk, question.among)
    return None if asked is None else replace(asked, cause=situation.taken.id)


def _asking(conversation: Conversation, taken: Taken, now: datetime) -> Conversation:
    return replace(conversation, question=taken.id, question_until=now + QUESTION_COUNTS_FOR)


def answered(situation: Situation, desk: Desk, question: Taken, chosen: Sequence[ChildId]) -> tuple[Filing, ...]:
    """It is known now which child ``question`` is about: it is filed as if that had been said with it."""
    return _filed(situation, desk, file_note(question, situation.of_waiting(question.id), desk, chosen=chosen))


def whose(situation: Situation, desk: Desk, question: Question, taken: Taken, note: EntryId) -> tuple[Filing, ...]:
    """It is known now which of several notes ``taken`` answers: it is filed as an answer to that one alone."""
    waited = situation.of_waiting(taken.id)
    assert waited.replied is not None
    entries = tuple(each for each in waited.replied.entries if each.id == note)
    points_at = tuple(each for each in waited.replied.points_at if each.id == note)
    if not entries and not points_at:
        return (replies.said(situation, desk, "press.done"),)
    waited = replace(waited, replied=replace(waited.replied, entries=entries, points_at=points_at))
    chosen = question.among if len(question.among) == 1 else ()
    return _filed(situation, desk, file_note(taken, waited, desk, chosen=chosen))


def _filed(situation: Situation, desk: Desk, filed: Filing) -> tuple[Filing, ...]:
    # It may be that something else is to be asked about it now.
    settled = () if filed.state is InboxState.PENDING else (filed.message,)
    filings = (replies.skip(situation, Reason.ANSWERED), replace(filed, settles=settled))
    return filings if not settled else put_again(situation, desk, filings)


def put_again(situation: Situation, desk: Desk, filings: tuple[Filing, ...]) -> tuple[Filing, ...]:
    """An older question is the open one again once a newer one is answered; after words, it is put once more."""
    settled = {each for filing in filings for each in filing.settles}
    left = [(question, taken) for question, taken in situation.unsaid if taken.id not in settled]
    if not left:
        return filings
    question, taken = left[0]
    first, *others = filings
    if situation.taken.incoming.text.strip():
        older = _put_older(situation, desk, question, taken)
        first = replace(first, notices=(*first.notices, *((older,) if older is not None else ())))
    changed = [first, *others]
    at = max((place for place, each in enumerate(changed) if each.conversation is not None), default=0)
    conversation = changed[at].conversation or situation.conversation
    changed[at] = replace(changed[at], conversation=_asking(conversation, taken, desk.now))
    return tuple(changed)


def dropped(situation: Situation, desk: Desk, message: InboxId) -> tuple[Filing, ...]:
    """One message that waits for "which child?" is dropped, because she said so of that one."""
    for question, taken in situation.unsaid:
        if taken.id == message:
            return _dropped(situation, desk, question, taken)
    return (replies.said(situation, desk, "press.done"),)


def taken_back(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """ "0" to "which child?": the message that waits is dropped; None where something newer is meant."""
    if not situation.unsaid or situation.replied is not None:
        return None
    question, taken = situation.unsaid[0]
    if any(each.id > taken.id for each in situation.recent if each.is_live):
        return None
    return _dropped(situation, desk, question, taken)


def _dropped(situation: Situation, desk: Desk, question: Question, taken: Taken) -> tuple[Filing, ...]:
    dropped = Filing(
        taken.id, taken.address, InboxState.SKIPPED, Reason.UNDONE, settles=(taken.id,), conversation=replace(
            situation.conversation, question=None, question_until=None
        )
    )  # fmt: skip
    told = question.asked > 1 and question.due_at is None
    said = replies.said(situation, desk, "undo.unsaid" if told else "undo.nobody")
    return put_again(situation, desk, (said, dropped))
