"""What a reply answers: of the notes that one message told, the one that went to the fewest (rule 5).

Where each of several went to somebody another did not, no answer fits them all: then its author is asked whose note it
answers, and until she says nobody hears of it. Knows nothing of what becomes of the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from book.audience import may_know
from book.deliveries import InboxState
from book.entries import Entry
from book.ids import ChildId, PersonId
from book.notices import Choice, Offer, Said
from book.people import Circle
from book.reasons import Reason
from book.timing import spoken_time
from handlers import replies
from handlers.desk import Desk
from handlers.stating import as_it_waits
from storage.filing import Filing, NewNotice
from storage.inbox import Taken
from storage.questions import QUESTION_COUNTS_FOR, WHOSE_NOTE, Question
from storage.situations import Situation


def answered(situation: Situation, child: ChildId, circle: Circle, desk: Desk) -> Entry | None:
    """The entry this message answers: somebody else's, about this child.

    One message may have told of several: the answer goes no further than the one that went to the fewest.
    """
    found = _may_answer(situation, child, circle, desk)
    return min(found, key=lambda entry: (len(_readers(entry, circle, desk)), -entry.id), default=None)


def _may_answer(situation: Situation, child: ChildId, circle: Circle, desk: Desk) -> list[Entry]:
    """What others wrote of this child and the message she replies to told: what she may know, else all of it.

    Whether it was taken back since, or may no longer be known to the sender, makes no difference: what answers it goes
    no further than it did (rule 5).
    """
    if situation.replied is None or situation.person is None:
        return []
    me = situation.person.id
    pointed = {entry.id: entry for entry in (*situation.replied.points_at, *situation.replied.entries)}
    found = [entry for entry in pointed.values() if entry.child == child and entry.author != me]
    return [entry for entry in found if _stands(entry, me, circle, desk)] or found


def apart(situation: Situation, child: ChildId, desk: Desk) -> list[Entry]:
    """The notes of which it may answer any, where no answer fits them all: each went to somebody another did not.

    Of what one author wrote for the same readers the newest. Empty where there is nothing to ask: then what it answers
    is the one that went to the fewest, all of whom have the others too.
    """
    circle = situation.circles[child]
    found = _may_answer(situation, child, circle, desk)
    readers = {each.id: _readers(each, circle, desk) for each in found}
    narrowest = min(readers.values(), key=len, default=frozenset())
    if all(narrowest <= each for each in readers.values()):
        return []
    newest = {(each.author, readers[each.id]): each for each in sorted(found, key=lambda each: each.id)}
    return list(newest.values())


def _stands(entry: Entry, me: PersonId, circle: Circle, desk: Desk) -> bool:
    return entry.is_live and may_know(entry.note, me, circle, desk.now)[0]


def _readers(entry: Entry, circle: Circle, desk: Desk) -> frozenset[PersonId]:
    live = {each.person.id for each in circle.live(desk.now)}
    return frozenset(each for each in live if may_know(entry.note, each, circle, desk.now)[0])


def ask_whose(taken: Taken, situation: Situation, desk: Desk, children: Sequence[ChildId]) -> Filing:
    """Keep the message, ask which of several notes it answers, and go on when answered; until then nobody hears."""
    assert situation.person is not None
    asked = whose_note(taken, situation, desk, children)
    if asked is None:
        return replies.said(replace(situation, taken=taken), desk, "reply.unknown")
    return Filing(
        message=taken.id,
        address=taken.address,
        state=InboxState.PENDING,
        reason=Reason.WAITS_FOR_ANSWER,
        notices=(asked,),
        conversation=replace(situation.conversation, question=taken.id, question_until=desk.now + QUESTION_COUNTS_FOR),
        questions=(Question(taken.id, taken.address, situation.person.id, tuple(children), WHOSE_NOTE, None),),
        put_back=as_it_waits(taken, situation),
    )


def whose_note(taken: Taken, situation: Situation, desk: Desk, children: Sequence[ChildId]) -> NewNotice | None:
    """ "Whose note does that answer?", each by its author; None where one of them may not be spoken of any more."""
    assert situation.person is not None
    choices: list[Choice] = []
    for child in children:
        circle = situation.circles[child]
        found = apart(situation, child, desk)
        if not all(_stands(each, situation.person.id, circle, desk) for each in found):
            return None
        names = [person.name if (person := circle.person(each.author)) is not None else "" for each in found]
        for each, name in zip(found, names, strict=True):
            when = f" {spoken_time(each.happened_at.astimezone(desk.zone))}" if names.count(name) > 1 else ""
            choices.append(Choice(Offer.WHOSE, each.id, str(taken.id), name + when))
    asked = replies.say(replace(situation, taken=taken), desk, Said("reply.whose", choices=tuple(choices)))
    return replace(asked, child=children[0])
