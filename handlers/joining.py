"""Somebody opens the link she was given: from then on the address she wrote from is hers.

Only an address of nobody joins, and only by an invitation that can still be used; everything else is answered as a
stranger is, which is decided elsewhere.
"""

from __future__ import annotations

from book.deliveries import InboxState, Lane
from book.notices import Said
from book.reasons import Reason
from handlers.desk import Desk
from storage.audit import Deed
from storage.filing import Filing, Joining, NewNotice
from storage.situations import Situation
from storage.vault import Owner


def can_join(situation: Situation) -> bool:
    """Whether this message is such a link, opened by nobody we know yet."""
    return situation.invitation is not None and situation.address.person is None


def join(situation: Situation, desk: Desk) -> Filing:
    """Link the address, use the invitation up, and greet; all in the one transaction of the filing."""
    invitation = situation.invitation
    assert invitation is not None
    person, address = invitation.person, situation.address
    greeting = NewNotice(
        id=desk.notice_id(),
        cause=situation.taken.id,
        notice=Said("joined", {"name": person.name, "setting": invitation.setting}),
        person=person.id,
        address=address.id,
        lane=Lane.REPLY,
        not_before=desk.now,
    )
    return Filing(
        message=situation.taken.id,
        address=situation.taken.address,
        state=InboxState.SKIPPED,
        reason=Reason.ANSWERED,
        notices=(greeting,),
        joins=Joining(invitation.id, person.id, address.handle),
        deeds=(Deed("joined", person.id, Owner.person(person.id), address.id),),
    )
