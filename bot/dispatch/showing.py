"""Which pictures go with an entry to one reader, as things stand in the transaction that marks it as leaving.

Rule 8 is asked here for each picture by itself: an album may differ from one to the next, and from one family to the
next. Knows nothing of files or channels.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from book.audience import may_see
from book.entries import Entry
from book.ids import PersonId
from book.media import MediaKind
from book.pictures import Picture, PictureId
from book.wording.utterance import Shown
from bot.dispatch.references import References


def to_show(
    entry: Entry, reader: PersonId | None, found: References, now: datetime, *, only: Collection[PictureId] = ()
) -> tuple[Shown, ...]:
    """The pictures of this entry, or ``only`` these, that are here and that this reader may see now, in their order."""
    return tuple(
        Shown(copy, MediaKind.PHOTO)
        for picture in _seen(entry, reader, found, now)
        if (not only or picture.id in only) and (copy := found.copies.get((picture.id, entry.child))) is not None
    )


def is_more_expected(entry: Entry, reader: PersonId | None, found: References, now: datetime) -> bool:
    """Whether there are others that she may see once they are here."""
    return any((picture.id, entry.child) not in found.copies for picture in _seen(entry, reader, found, now))


def _seen(entry: Entry, reader: PersonId | None, found: References, now: datetime) -> Iterator[Picture]:
    if entry.message is None or reader is None:
        return
    for picture in found.pictures.get(entry.message, ()):
        if picture.is_kept and may_see(picture.shown, entry.note, entry.child, reader, found.circles, now)[0]:
            yield picture
