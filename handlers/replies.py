"""One sentence back to whoever wrote, one to somebody else, or none: the shapes every handler answers in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from book.deliveries import InboxState, Lane
from book.ids import ChildId, PersonId
from book.notices import Choice, Notice, Said
from book.reasons import Reason
from handlers.desk import Desk
from storage.filing import Filing, NewNotice
from storage.situations import Situation


def skip(situation: Situation, reason: Reason) -> Filing:
    """The message ends here without an entry."""
    return Filing(situation.taken.id, situation.taken.address, InboxState.SKIPPED, reason)


def say(situation: Situation, desk: Desk, notice: Notice) -> NewNotice:
    """An answer to the sender, at the address she wrote from, at once."""
    return NewNotice(
        id=desk.notice_id(),
        cause=situation.taken.id,
        notice=notice,
        person=situation.person.id if situation.person is not None else None,
        address=situation.address.id,
        lane=Lane.REPLY,
        not_before=desk.now,
    )


def said(
    situation: Situation,
    desk: Desk,
    key: str,
    values: Mapping[str, str] | None = None,
    *,
    choices: Sequence[Choice] = (),
) -> Filing:
    """Nothing is filed; one sentence of the catalogue is said back, with what may be chosen."""
    return Filing(
        message=situation.taken.id,
        address=situation.taken.address,
        state=InboxState.SKIPPED,
        reason=Reason.ANSWERED,
        notices=(say(situation, desk, Said(key, values or {}, tuple(choices))),),
    )


def tell(
    situation: Situation,
    desk: Desk,
    person: PersonId,
    notice: Notice,
    *,
    child: ChildId | None = None,
    lane: Lane = Lane.RELAY,
    not_before: datetime | None = None,
    cause: int | None = None,
) -> NewNotice:
    """Something somebody else hears because of this message, wherever she is reached; at once if no time is given.

    A notice is unique by (cause, hearer, kind): who is to hear two sentences because of one message needs a
    ``cause`` of its own for each, such as the row the sentence is about.
    """
    return NewNotice(
        id=desk.notice_id(),
        cause=situation.taken.id if cause is None else cause,
        notice=notice,
        person=person,
        child=child,
        lane=lane,
        not_before=desk.now if not_before is None else not_before,
    )
