"""At half past three whoever left something unsaid of what she sent is told once that it is still kept and not sent.

Each message comes up once, in one transaction with its notice, so a restart or a second process tells nobody twice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from book.deliveries import Lane
from book.faces import Faces
from book.ids import Ids, InboxId, NoticeId
from book.notices import Said
from book.pictures import Picture
from book.reasons import Reason
from book.wording.values import things
from storage import filing, pictures, questions
from storage.bells import Bell, ring
from storage.database import Connection
from storage.filing import NewNotice
from storage.store import Store

_THIS_LIST = 3  # of the lists of a day; each has a number of its own in the causes of its notices
_LOOK_AGAIN = timedelta(days=1)


class StillKept:
    """A chore of the metronome."""

    def __init__(self, store: Store, ids: Ids, zone: ZoneInfo) -> None:
        self._store = store
        self._ids = ids
        self._zone = zone

    async def next_due(self, now: datetime) -> datetime:
        """When the next of what is kept is to be listed."""
        return await self._store.read(questions.next_listed) or now + _LOOK_AGAIN

    async def act(self, now: datetime) -> None:
        """Tell each author how much of hers is still kept."""
        await self._store.write(self._list, now)

    def _list(self, connection: Connection, now: datetime) -> None:
        kept = questions.take_listed(connection, now)
        came = pictures.of_messages(connection, {each for mine in kept.values() for each in mine})
        today = now.astimezone(self._zone).date()
        notices = [
            NewNotice(
                id=NoticeId(self._ids.new()),
                cause=int(f"{today:%Y%m%d}{_THIS_LIST:02d}"),
                notice=said,
                person=person,
                lane=Lane.REMINDER,
                not_before=now,
            )
            for person, mine in kept.items()
            if (said := _said(mine, came)) is not None
        ]
        filing.add_notices(connection, self._store.vault, notices, now)
        if notices:
            ring(connection, Bell.OUTBOX)


def _said(kept: Mapping[InboxId, Reason], came: Mapping[InboxId, Collection[Picture]]) -> Said | None:
    """How many need names, how many are kept because somebody is behind, and how much needs a few words."""
    shown = [
        (each, kept[message])
        for message in kept
        for each in came.get(message, ())
        if each.is_kept and each.kind.shows_faces
    ]
    # Of what waits for words, it is asked afterwards who is in it.
    names = [
        each.kind for each, reason in shown if each.shown.faces is Faces.UNSAID and reason is not Reason.WAITS_FOR_WORDS
    ]
    behind = [each.kind for each, _ in shown if each.shown.faces is Faces.BEHIND]
    words = sum(reason is Reason.WAITS_FOR_WORDS for reason in kept.values())
    before = []
    if names:
        before.append("waiting.names.one" if len(names) == 1 else "waiting.names.some")
    if behind:
        before.append("kept.behind.one" if len(behind) == 1 else "kept.behind.some")
    if words:
        before.append("kept.words.one" if words == 1 else "kept.words.some")
    values = {"count": str(len(names)), "number": str(len(behind)), "mine": str(words)}
    values |= {"what": things(names), "things": things(behind)}
    return Said("kept.look", values, before=tuple(before)) if before else None
