"""Pictures that follow their words: what brings them to somebody who was told without them, or before they came.

Whether each may see them is decided as they leave, as with any other. Knows nothing of channels.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from book.deliveries import Lane, WaitsFor
from book.ids import ChildId, EntryId, Ids, NoticeId, PersonId
from book.notices import Said
from book.pictures import PictureId
from storage import pictures
from storage.albums import Late
from storage.bells import Bell, ring
from storage.filing import NewNotice, add_notices
from storage.vault import Vault


def after(
    notice: NoticeId,
    told: NoticeId,
    person: PersonId | None,
    child: ChildId,
    entry: EntryId,
    now: datetime,
    *,
    only: Sequence[PictureId] = (),
) -> NewNotice:
    """The pictures of ``entry``, or ``only`` these of them, for whoever heard its words by the notice ``told``."""
    return NewNotice(
        id=notice,
        cause=told,
        notice=Said("picture.alone", pictures_of=entry, pictures=tuple(only)),
        person=person,
        child=child,
        entry=entry,
        lane=Lane.RELAY,
        not_before=now,
        waits_for=WaitsFor.MEDIA,
    )


def follow(connection: Connection, vault: Vault, ids: Ids, late: Sequence[Late], now: datetime) -> None:
    """These came after their message had been handled: whoever has its words already gets them all the same."""
    new = [
        after(NoticeId(ids.new()), told.notice, told.person, told.child, told.entry, now, only=each.pictures)
        for each in late
        for told in pictures.who_was_told(connection, each.message)
    ]
    if new:
        add_notices(connection, vault, new, now)
        ring(connection, Bell.OUTBOX)
