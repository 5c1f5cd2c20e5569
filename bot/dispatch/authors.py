"""Whose note did not arrive, or may not have, is told so and whom to ring; never in silence.

Decides nothing about who may know: whoever has left, or was shut out, is nobody's to ring.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from book.deliveries import Lane
from book.ids import Ids, NoticeId
from book.notices import Correction, Relay, Said
from book.reasons import Reason
from bot.dispatch.references import References
from storage.filing import NewNotice
from storage.outbox import Waiting

Sentence = Literal[
    "unconfirmed",
    "unreached.no_such_number",
    "unreached.not_a_mobile",
    "unreached.out_of_reach",
    "unreached.filtered",
    "unreached.stopped",
    "unreached.other",
]
_WHY: Mapping[Reason, Sentence] = {
    Reason.NO_SUCH_NUMBER: "unreached.no_such_number",
    Reason.NOT_A_MOBILE: "unreached.not_a_mobile",
    Reason.OUT_OF_REACH: "unreached.out_of_reach",
    Reason.FILTERED: "unreached.filtered",
    Reason.STOPPED: "unreached.stopped",
    Reason.UNCONFIRMED: "unconfirmed",
}


def sentence_for(reason: Reason) -> Sentence:
    """What the author is told where this is the reason."""
    return _WHY.get(reason, "unreached.other")


def tell(
    ids: Ids,
    carried: Sequence[Waiting],
    reason: Reason,
    found: References,
    now: datetime,
    time_of: Callable[[datetime], str],
) -> list[NewNotice]:
    """A notice to the author of each note among what was carried."""
    told = []
    for each in carried:
        if not isinstance(each.notice, Relay | Correction) or each.person is None:
            continue
        entry = found.entries[each.notice.entry]
        circle = found.circles[entry.child]
        reader = circle.person(each.person)
        if circle.membership(each.person, now) is None:
            continue  # Nobody is to ring somebody who has left or was shut out.
        values = {
            "name": reader.name if reader is not None else "",
            "child": circle.child.name,
            "time": time_of(entry.happened_at),
        }
        told.append(
            NewNotice(
                id=NoticeId(ids.new()),
                cause=each.id,
                notice=Said(sentence_for(reason), values),
                person=entry.author,
                child=entry.child,
                # Whoever has to ring about something urgent has to know it at once.
                lane=Lane.URGENT if each.lane is Lane.URGENT else Lane.REPLY,
                not_before=now,
            )
        )
    return told
