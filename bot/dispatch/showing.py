"""Which pictures go with an entry to one reader, as things stand in the transaction that marks it as leaving.

Rule 8 is asked here for each picture by itself: an album may differ from one to the next, and from one family to the
next. Knows nothing of files or channels.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Protocol

from book.audience import may_have
from book.deliveries import NoticeState
from book.entries import Entry
from book.faces import Faces
from book.ids import ChildId, InboxId, PersonId
from book.people import STAFF, Circle
from book.pictures import CopyId, Picture, PictureId
from book.sharing import PhotoUse
from book.wording.photographed import Photos
from book.wording.utterance import Shown
from storage.pictures import Relayed


class Known(Protocol):
    """What must have been looked up, in one transaction."""

    @property
    def circles(self) -> Mapping[ChildId, Circle]: ...

    @property
    def pictures(self) -> Mapping[InboxId, tuple[Picture, ...]]: ...

    @property
    def copies(self) -> Mapping[tuple[PictureId, ChildId], Relayed]: ...


def to_show(
    entry: Entry, reader: PersonId | None, found: Known, now: datetime, *, only: Collection[PictureId] = ()
) -> tuple[Shown, ...]:
    """The pictures of this entry, or ``only`` these, that are here and that this reader may see now, in their order."""
    return tuple(
        Shown(relayed.copy, relayed.kind, relayed.size)
        for picture in _seen(entry, reader, found, now)
        if (not only or picture.id in only) and (relayed := found.copies.get((picture.id, entry.child))) is not None
    )


def is_more_expected(entry: Entry, reader: PersonId | None, found: Known, now: datetime) -> bool:
    """Whether there are others that she may see once they are here."""
    return any((picture.id, entry.child) not in found.copies for picture in _seen(entry, reader, found, now))


def which(shown: Collection[Shown], found: Known) -> tuple[PictureId, ...]:
    """Of which pictures these are copies."""
    copies = {relayed.copy: picture for (picture, _), relayed in found.copies.items()}
    return tuple(copies[CopyId(each.media)] for each in shown)


def spoken_of(entry: Entry, found: Known, now: datetime) -> Photos | None:
    """What its author is told of the photos and films that came with it; None where nothing did, or something else."""
    came = _kept(entry, found)
    if not came or not all(each.kind.shows_faces for each in came):
        return None
    # From home a picture is shown to those who may know its words; of a setting's it must be said who is in it.
    go = [each for each in came if each.shown.may_leave] if entry.author_role in STAFF else came
    groups = [each.shown.children for each in go if len(each.shown.children) > 1]
    return Photos(
        go=tuple(each.kind for each in go),
        stay=len(came) - len(go),
        no_face=all(each.shown.faces is Faces.NOBODY for each in go),
        agreed=bool(groups)
        and all(
            child in found.circles and found.circles[child].allows_photos(PhotoUse.GROUP, now)
            for children in groups
            for child in children
        ),
    )


def has_seen_or_will(entry: Entry, reader: PersonId, state: NoticeState, found: Known, now: datetime) -> bool:
    """Whether she who hears of an entry has, or will have, anything that came with it, as far as can be known.

    Whoever has been told may have been shown what she might not be shown now.
    """
    if not _kept(entry, found) or next(_seen(entry, reader, found, now), None) is not None:
        return True
    return state is NoticeState.TOLD and _has_changed_since(entry, found)


def _has_changed_since(entry: Entry, found: Known) -> bool:
    """Whether anything that decides who may see its pictures was said or changed after it was filed."""
    children = {entry.child, *(child for each in _kept(entry, found) for child in each.shown.children)}
    around = [found.circles[child] for child in children if child in found.circles]
    return any(
        at >= entry.filed_at
        for circle in around
        for at in (
            *(each.at for each in circle.photo_choices),
            *(each.at for each in circle.choices),
            *(each.since for each in circle.memberships),
        )
    )


def _kept(entry: Entry, found: Known) -> list[Picture]:
    came = () if entry.message is None else found.pictures.get(entry.message, ())
    return [each for each in came if each.is_kept]


def _seen(entry: Entry, reader: PersonId | None, found: Known, now: datetime) -> Iterator[Picture]:
    if reader is None:
        return
    for picture in _kept(entry, found):
        if may_have(picture, entry.note, entry.child, reader, found.circles, now)[0]:
            yield picture
