"""A heart on what somebody was shown, thanks in answer to it, "more like this": kept beside it, answered with silence.

Only she can respond to something who was shown it, may know it now, and did not write it herself. Nobody hears of it;
its author's own line says so the next time she looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from book.deliveries import Lane
from book.entries import Entry
from book.notices import AcknowledgementChanged
from book.reasons import Reason
from book.responses import THANKS, ResponseKind
from book.understanding.small_talk import is_greeting, is_thanks, says_thank_you, wants_more
from handlers import replies
from handlers.desk import Desk
from storage.filing import Filing, NewNotice
from storage.responses import NewResponse
from storage.situations import Situation


def reacted(situation: Situation, desk: Desk) -> Filing:
    """She put a sign on a message, another in its place, or took hers away; which is then kept of it alone."""
    sign = situation.taken.incoming.reaction
    # What she took hers away from may have gone by now, or be no business of hers any more.
    about = _shown_to_her(situation) if sign else _told_to_her(situation)
    return _responds(situation, desk, about, ResponseKind.SIGN, sign)


def lightly(situation: Situation, desk: Desk) -> Filing | None:
    """Thanks, a kiss, an "ok", a greeting by itself, "more like this"; None for words that say something else.

    A thank-you in answer to somebody's note is a heart beside it.
    """
    text = situation.taken.incoming.text.strip()
    if is_thanks(text):
        about = _shown_to_her(situation) if says_thank_you(text) else ()
        return _responds(situation, desk, about, ResponseKind.SIGN, THANKS)
    if is_greeting(text) and situation.replied is None:
        return replies.skip(situation, Reason.SMALL_TALK)
    if not wants_more(text):
        return None
    if not (about := _shown_to_her(situation)):
        return replies.said(situation, desk, "response.which")
    return _responds(situation, desk, about, ResponseKind.MORE, "")


def _told_to_her(situation: Situation) -> Sequence[Entry]:
    """Of what the message told that she points at: what others wrote."""
    replied, person = situation.replied, situation.person
    # Who is writing on a room's tablet was not there, perhaps, when it was shown.
    if replied is None or replied.own or replied.is_unknown or person is None or situation.device is not None:
        return ()
    return [each for each in replied.points_at if each.author != person.id]


def _shown_to_her(situation: Situation) -> Sequence[Entry]:
    """The same, as far as it stands and she may know it now."""
    known = {each.id for each in situation.replied.entries} if situation.replied is not None else set()
    return [each for each in _told_to_her(situation) if each.id in known and each.is_live]


def _responds(situation: Situation, desk: Desk, about: Sequence[Entry], kind: ResponseKind, sign: str) -> Filing:
    skipped = replies.skip(situation, Reason.SMALL_TALK)
    if not about or situation.person is None:
        return skipped
    person = situation.person.id
    said = tuple(NewResponse(desk.ids.new(), each.id, each.child, person, kind, sign) for each in about)
    lines = {each.acknowledgement: each.author for each in about if each.acknowledgement is not None}
    changed = tuple(
        NewNotice(
            id=(new := desk.notice_id()),
            # A notice is unique by its cause: one sign may stand on what several wrote.
            cause=new,
            notice=AcknowledgementChanged(line),
            person=author,
            lane=Lane.BULK,
            not_before=desk.now,
        )
        for line, author in lines.items()
    )
    return replace(skipped, responses=said, notices=changed)
