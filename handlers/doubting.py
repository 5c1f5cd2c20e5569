"""The question about what a note says and cannot be so: a minute from now, so that she may mend it first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from book.deliveries import Lane
from book.facts import Doubt, Doubtful
from book.notices import Said
from handlers.desk import Desk
from storage.conversations import DOUBT, Asked
from storage.filing import Filing, NewEntry, NewNotice
from storage.situations import Situation

_MENDED_WITHIN = timedelta(minutes=1)
_ASKED_FOR = timedelta(minutes=30)
_KEYS = {
    Doubtful.NOT_YET: "doubt.not_yet",
    Doubtful.IMPOSSIBLE: "doubt.impossible",
    Doubtful.WHICH_DAY: "doubt.which_day",
}


def ask(filing: Filing, situation: Situation, desk: Desk, entry: NewEntry, doubt: Doubt) -> Filing:
    """Beside what is filed: the question, a minute from now, and that it is open."""
    person = situation.person
    assert person is not None
    question = NewNotice(
        id=desk.notice_id(),
        cause=entry.id,
        notice=Said(_KEYS[doubt.why], {"words": doubt.words}),
        person=person.id,
        address=situation.address.id,
        child=entry.child,
        lane=Lane.REPLY,
        not_before=desk.now + _MENDED_WITHIN,
    )
    asked = Asked(DOUBT, entry.id, person.id, desk.now + _MENDED_WITHIN + _ASKED_FOR)
    conversation = filing.conversation or situation.conversation
    return replace(filing, notices=(*filing.notices, question), conversation=replace(conversation, asked=asked))
