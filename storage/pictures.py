"""Pictures, from the message they came with to the sealed copies of them, each under the key of whose it is.

A picture is a row at once; its file is fetched in its own time, and what is kept are copies of our own making, one for
each child who is in it. Until it is known who that is they are the author's: her setting's for staff, her own for
anybody else. A copy is a row before it is a file, and a file is gone before its row is, so that no stop leaves a file
nobody knows of. Knows nothing of what is in a picture.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, or_, select, update

from book.deliveries import NoticeState, WaitsFor
from book.entries import EntryState
from book.faces import Faces, Shown
from book.ids import ChildId, EntryId, Ids, InboxId, NoticeId, PersonId
from book.media import MediaKind
from book.messages import File
from book.notices import Kind
from book.pictures import CopyFor, CopyId, Picture, PictureId, PictureState
from storage import dialect, phones
from storage.bells import Bell, ring
from storage.media_files import MediaFiles
from storage.schema import (
    addresses,
    entries,
    entry_revisions,
    inbox,
    notices,
    picture_children,
    picture_copies,
    picture_faces,
    picture_uploads,
    pictures,
)
from storage.statements import among, constant
from storage.vault import Owner, OwnerKind, Vault

_FILE = "picture file"
_UPLOAD = "picture upload"
_WAITS_HERE = "waits_here"  # of one that is coming: there is nothing here to make it fit to pass on with


@dataclass(frozen=True, slots=True)
class NewPicture:
    """A file that came with a message and is to be fetched; ``owner`` has it until its children are known."""

    id: PictureId
    message: InboxId
    position: int
    owner: Owner
    file: File


@dataclass(frozen=True, slots=True)
class Shows:
    """Who is in a picture, as ``by`` said."""

    picture: PictureId
    shown: Shown
    by: PersonId


def keep(connection: Connection, vault: Vault, new: Sequence[NewPicture], now: datetime) -> None:
    """These are coming. One that came with the same message at the same place is there already."""
    rows: list[dict[str, object]] = [
        {
            "id": each.id,
            "message_id": each.message,
            "came_with_id": each.message,
            "position": each.position,
            "kind": each.file.kind,
            "state": PictureState.COMING,
            "owner_kind": each.owner.kind,
            "owner_id": each.owner.id,
            "sealed_file": vault.seal_text(each.owner, _FILE, each.id, json.dumps(astuple(each.file))),
            "next_at": now,
            "made_at": now,
        }
        for each in new
    ]
    dialect.add_new(connection, pictures, rows)
    if rows:
        ring(connection, Bell.PICTURES)


def show(connection: Connection, said: Sequence[Shows], now: datetime) -> None:
    """From now on these are in these pictures, and nobody else; their copies follow."""
    if not said:
        return
    wanted = {each.picture for each in said}
    newest: dict[int, int] = {row[0]: row[1] for row in connection.execute(_NEWEST_LINE, {"wanted": wanted})}
    lines: list[dict[str, object]] = []
    children: list[dict[str, object]] = []
    for each in said:
        revision = newest[each.picture] = newest.get(each.picture, 0) + 1
        line: dict[str, object] = {"picture_id": each.picture, "revision": revision}
        lines.append({**line, "faces": each.shown.faces, "by_id": each.by, "at": now})
        children += [{**line, "child_id": child} for child in sorted(each.shown.children)]
    dialect.add(connection, picture_faces, lines)
    dialect.add(connection, picture_children, children)
    connection.execute(
        update(pictures)
        .where(among(pictures.c.id, "wanted"), pictures.c.state == constant(PictureState.SAFE))
        .values(next_at=now),
        {"wanted": wanted},
    )
    ring(connection, Bell.PICTURES)


_NEWEST_LINE = (
    select(picture_faces.c.picture_id, func.max(picture_faces.c.revision))
    .where(among(picture_faces.c.picture_id, "wanted"))
    .group_by(picture_faces.c.picture_id)
)


def into_one(connection: Connection, message: InboxId, parts: Sequence[InboxId]) -> None:
    """The pictures of these messages, in this order, are all of ``message``."""
    for position, part in enumerate(parts):
        connection.execute(
            update(pictures).where(pictures.c.came_with_id == part).values(message_id=message, position=position)
        )


def join(connection: Connection, message: InboxId, parts: Sequence[InboxId], now: datetime) -> tuple[PictureId, ...]:
    """The pictures of these messages came late: they are of ``message`` too, and show whom all of it show.

    Where those differ it is not known of the late ones, which then are seen by nobody outside.
    """
    there = of_messages(connection, [message]).get(message, ())
    behind = max((each.position for each in there), default=-1) + 1
    joined: list[PictureId] = []
    for position, part in enumerate(parts, start=behind):
        rows = connection.execute(
            update(pictures)
            .where(pictures.c.came_with_id == part)
            .values(message_id=message, position=position)
            .returning(pictures.c.id)
        )
        joined += [PictureId(each) for each in rows.scalars()]
    if there and there[0].shown != Shown() and all(each.shown == there[0].shown for each in there):
        by = connection.execute(
            select(picture_faces.c.by_id).where(picture_faces.c.picture_id == there[0].id).limit(1)
        ).scalar_one()
        show(connection, [Shows(each, there[0].shown, PersonId(by)) for each in joined], now)
    return tuple(joined)


# --- what is known of them ----------------------------------------------------------------------------------------

_later = picture_faces.alias("later")
_OF_MESSAGES = (
    select(pictures.c.id, pictures.c.message_id, pictures.c.position, pictures.c.kind, pictures.c.state)
    .where(among(pictures.c.message_id, "wanted"))
    .order_by(pictures.c.message_id, pictures.c.position, pictures.c.id)
)
_HELD = _OF_MESSAGES.with_for_update(read=True)
_FACES = (
    select(picture_faces.c.picture_id, picture_faces.c.faces, picture_children.c.child_id)
    .outerjoin(
        picture_children,
        and_(
            picture_children.c.picture_id == picture_faces.c.picture_id,
            picture_children.c.revision == picture_faces.c.revision,
        ),
    )
    .where(
        among(picture_faces.c.picture_id, "wanted"),
        picture_faces.c.revision
        == select(func.max(_later.c.revision))
        .where(_later.c.picture_id == picture_faces.c.picture_id)
        .scalar_subquery(),
    )
)


def of_messages(
    connection: Connection, wanted: Collection[InboxId], *, hold: bool = False
) -> dict[InboxId, tuple[Picture, ...]]:
    """The pictures of these messages, in the order in which they are shown.

    With ``hold`` nothing becomes of any of them until this transaction ends: what it decides to let wait for one is
    there before that comes.
    """
    if not wanted:
        return {}
    rows = connection.execute(_HELD if hold else _OF_MESSAGES, {"wanted": wanted}).all()
    if not rows:
        return {}
    shown = shown_in(connection, [PictureId(row.id) for row in rows])
    found: dict[InboxId, list[Picture]] = defaultdict(list)
    for row in rows:
        found[InboxId(row.message_id)].append(
            Picture(
                PictureId(row.id),
                InboxId(row.message_id),
                row.position,
                MediaKind(row.kind),
                PictureState(row.state),
                shown.get(PictureId(row.id), Shown()),
            )
        )
    return {message: tuple(each) for message, each in found.items()}


def shown_in(connection: Connection, wanted: Collection[PictureId]) -> dict[PictureId, Shown]:
    """Who is in each of these pictures, as was said last; nothing of one of which nothing was said."""
    faces: dict[PictureId, Faces] = {}
    children: dict[PictureId, set[ChildId]] = defaultdict(set)
    for row in connection.execute(_FACES, {"wanted": wanted}):
        faces[PictureId(row.picture_id)] = Faces(row.faces)
        if row.child_id is not None:
            children[PictureId(row.picture_id)].add(ChildId(row.child_id))
    return {picture: Shown(said, frozenset(children[picture])) for picture, said in faces.items()}


# --- what is to be done -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Copy:
    """One sealed file of the media folder."""

    id: CopyId
    picture: PictureId
    owner: Owner
    purpose: CopyFor
    file: str
    media_type: str
    size: int
    is_kept: bool
    is_wanted: bool

    def sealed(self, vault: Vault, content: bytes) -> bytes:
        """``content`` as it is written under the copy's name."""
        return vault.seal(self.owner, f"picture {self.purpose}", self.id, content)

    def opened(self, vault: Vault, files: MediaFiles) -> bytes | None:
        """The content of the file, or None where there is no file."""
        sealed = files.read(self.file)
        return None if sealed is None else vault.open(self.owner, f"picture {self.purpose}", self.id, sealed)


@dataclass(frozen=True, slots=True)
class Due:
    """A picture of which something is to be done: it is fetched (``file``), or its copies follow its children."""

    id: PictureId
    message: InboxId
    channel: str
    account: str
    file: File | None
    tries: int
    since: datetime


_DUE = (
    select(pictures, addresses.c.channel, addresses.c.account)
    .join(inbox, inbox.c.id == pictures.c.came_with_id)
    .join(addresses, addresses.c.id == inbox.c.address_id)
    .where(pictures.c.next_at.is_not(None))
    .order_by(pictures.c.next_at, pictures.c.id)
)


def due(
    connection: Connection, vault: Vault, now: datetime, accounts: Collection[tuple[str, str]], *, most: int = 50
) -> list[Due]:
    """The pictures that have something to be done now, those that waited longest first.

    On other ``accounts`` than these nothing is fetched.
    """
    ours = or_(*(and_(addresses.c.channel == channel, addresses.c.account == account) for channel, account in accounts))
    here = or_(pictures.c.state != constant(PictureState.COMING), ours)
    rows = connection.execute(_DUE.where(pictures.c.next_at <= now, here).limit(most)).all()
    return [
        Due(
            PictureId(row.id),
            InboxId(row.came_with_id),
            row.channel,
            row.account,
            _file(vault, row) if row.state == PictureState.COMING else None,
            row.tries,
            row.made_at,
        )
        for row in rows
    ]


def next_due(connection: Connection) -> datetime | None:
    """When the next of them has."""
    found: datetime | None = connection.execute(
        select(func.min(pictures.c.next_at)).where(pictures.c.next_at.is_not(None))
    ).scalar_one()
    return found


def _file(vault: Vault, row: Row[Any]) -> File:
    owner = Owner(OwnerKind(row.owner_kind), row.owner_id)
    name, media_type, size, reference, kind = json.loads(vault.open_text(owner, _FILE, row.id, row.sealed_file))
    return File(name, media_type, size, reference, MediaKind(kind))


def try_again(connection: Connection, picture: PictureId, at: datetime) -> None:
    """It could not be had this time."""
    connection.execute(
        update(pictures)
        .where(pictures.c.id == picture, pictures.c.state == constant(PictureState.COMING))
        .values(next_at=at, tries=pictures.c.tries + 1)
    )


def wait_here(connection: Connection, picture: PictureId, at: datetime) -> bool:
    """It cannot be made fit to pass on where this runs, and is looked at again then; whether that is new."""
    row = connection.execute(
        select(pictures.c.reason)
        .where(pictures.c.id == picture, pictures.c.state == constant(PictureState.COMING))
        .with_for_update()
    ).one_or_none()
    if row is None:
        return False
    connection.execute(update(pictures).where(pictures.c.id == picture).values(next_at=at, reason=_WAITS_HERE))
    return row.reason is None


@dataclass(frozen=True, slots=True)
class Made:
    """What one copy is to hold: its type and size; the bytes are written by whoever has them."""

    purpose: CopyFor
    media_type: str
    size: int


def begin_copies(
    connection: Connection,
    vault: Vault,
    ids: Ids,
    new_name: Callable[[], str],
    picture: PictureId,
    made: Sequence[Made],
) -> list[Copy]:
    """The copies there are to be now of this picture, as rows; those whose file is still to be written are not kept.

    ``made`` says what there is of it, or is empty where other copies of it say so. ``new_name`` gives a name that no
    file has.
    """
    row = connection.execute(select(pictures).where(pictures.c.id == picture).with_for_update()).one()
    there = _copies(connection, picture)
    kinds = list(made) or list(
        {each.purpose: Made(each.purpose, each.media_type, each.size) for each in there}.values()
    )
    wanted = _owners(connection, vault, row)
    for owner in wanted:
        for kind in kinds:
            found = next((each for each in there if each.owner == owner and each.purpose is kind.purpose), None)
            if found is None:
                connection.execute(
                    picture_copies.insert().values(
                        id=ids.new(),
                        picture_id=picture,
                        owner_kind=owner.kind,
                        owner_id=owner.id,
                        purpose=kind.purpose,
                        file=new_name(),
                        media_type=kind.media_type,
                        size=kind.size,
                    )
                )
            elif made or not (found.is_kept and found.is_wanted):
                connection.execute(
                    update(picture_copies)
                    .where(picture_copies.c.id == found.id)
                    .values(media_type=kind.media_type, size=kind.size, kept_at=None, unwanted_at=None)
                )
    return [each for each in _copies(connection, picture) if each.owner in wanted]


def _owners(connection: Connection, vault: Vault, row: Row[Any]) -> list[Owner]:
    """Whose this picture is now: each child's who is in it, or the author's while nobody is known to be.

    One without a face is of those about whom its message is, once that was put right. Whoever is forgotten has none of
    it any more, and it does not become somebody else's by that.
    """
    shown = shown_in(connection, [PictureId(row.id)]).get(PictureId(row.id), Shown())
    children = sorted(shown.children)
    if shown.faces is Faces.NOBODY:
        moved = select(entry_revisions.c.entry_id).where(
            entry_revisions.c.entry_id == entries.c.id, entry_revisions.c.state == constant(EntryState.MOVED)
        )
        of_it = entries.c.message_id == row.message_id
        about = select(entries.c.child_id).where(of_it, ~moved.exists()).distinct()
        children = sorted(ChildId(each) for each in connection.execute(about).scalars())
    theirs = [Owner.child_media(each) for each in children] or [Owner(OwnerKind(row.owner_kind), row.owner_id)]
    return [each for each in theirs if vault.opens(each)]


def _copies(connection: Connection, picture: PictureId) -> list[Copy]:
    rows = connection.execute(
        select(picture_copies).where(picture_copies.c.picture_id == picture).order_by(picture_copies.c.id)
    )
    return [_copy(row) for row in rows]


def _copy(row: Row[Any]) -> Copy:
    return Copy(
        CopyId(row.id),
        PictureId(row.picture_id),
        Owner(OwnerKind(row.owner_kind), row.owner_id),
        CopyFor(row.purpose),
        row.file,
        row.media_type,
        row.size,
        row.kept_at is not None,
        row.unwanted_at is None,
    )


def every_copy(connection: Connection) -> list[Copy]:
    """All there are, whoever's they are and whether or not their file is there."""
    return [_copy(row) for row in connection.execute(select(picture_copies).order_by(picture_copies.c.id))]


def kept_copies(connection: Connection, picture: PictureId) -> list[Copy]:
    """Every copy of this picture whose file is there, whoever's it is."""
    return [each for each in _copies(connection, picture) if each.is_kept]


@dataclass(frozen=True, slots=True)
class Taken:
    """What was found out about a picture as it was made safe."""

    width: int | None = None
    height: int | None = None
    at: datetime | None = None


def finish_copies(
    connection: Connection,
    vault: Vault,
    picture: PictureId,
    written: Collection[CopyId],
    now: datetime,
    taken: Taken | None = None,
) -> None:
    """The files of these copies are there. ``taken`` says of a picture that came that it is here now.

    What waited for it is free to go, and copies of whom it is not any more are unwanted. Where it is somebody else's by
    now, who has none yet, its copies are looked at once more first.
    """
    if written:
        connection.execute(
            update(picture_copies)
            .where(picture_copies.c.id.in_(list(written)), picture_copies.c.picture_id == picture)
            .values(kept_at=now)
        )
    row = connection.execute(select(pictures).where(pictures.c.id == picture).with_for_update()).one()
    wanted = _owners(connection, vault, row)
    there = _copies(connection, picture)
    kept = {each.owner for each in there if each.is_kept}
    is_whole = all(owner in kept for owner in wanted) and all(each.is_kept for each in there if each.owner in wanted)
    if is_whole:
        gone = [each.id for each in there if each.owner not in wanted]
        _unwanted(connection, gone, now)
    values: dict[str, object] = {"next_at": None if is_whole else now}
    if taken is not None and row.state == PictureState.COMING:
        values |= {
            "state": PictureState.SAFE,
            "width": taken.width,
            "height": taken.height,
            "taken_at": taken.at,
            "ended_at": now,
            "sealed_file": None,
            "reason": None,
        }
    connection.execute(update(pictures).where(pictures.c.id == picture).values(**values))
    _release(connection, InboxId(row.message_id))
    ring(connection, Bell.THREAD, *(() if is_whole else (Bell.PICTURES,)))


def give_up(
    connection: Connection, picture: PictureId, state: PictureState, reason: str, now: datetime
) -> InboxId | None:
    """There will be no picture; the message it was of, or None if that was known before.

    What waited for it goes without.
    """
    ended = connection.execute(
        update(pictures)
        .where(pictures.c.id == picture, pictures.c.state == constant(PictureState.COMING))
        .values(state=state, reason=reason, next_at=None, ended_at=now, sealed_file=None)
        .returning(pictures.c.message_id)
    ).scalar_one_or_none()
    if ended is None:
        return None
    _unwanted(connection, [each.id for each in _copies(connection, picture)], now)
    _release(connection, InboxId(ended))
    return InboxId(ended)


def _release(connection: Connection, message: InboxId) -> None:
    """Words wait no longer once every picture of their message is where it is to be, or never will be."""
    unfinished = select(func.count()).where(pictures.c.message_id == message, pictures.c.next_at.is_not(None))
    if connection.execute(unfinished).scalar_one():
        return
    waiting = (
        update(notices)
        .where(
            notices.c.entry_id.in_(select(entries.c.id).where(entries.c.message_id == message)),
            notices.c.state == constant(NoticeState.WAITING),
            notices.c.waits_for == WaitsFor.MEDIA,
        )
        .values(waits_for=WaitsFor.NOTHING)
    )
    connection.execute(waiting)
    ring(connection, Bell.OUTBOX)


@dataclass(frozen=True, slots=True)
class WasTold:
    """Somebody who heard the words of a message, or is hearing them at this moment."""

    notice: NoticeId
    person: PersonId
    child: ChildId
    entry: EntryId


def who_was_told(connection: Connection, message: InboxId) -> list[WasTold]:
    """Everybody who has the words of this message."""
    rows = connection.execute(
        select(notices.c.id, notices.c.person_id, notices.c.child_id, notices.c.entry_id).where(
            notices.c.entry_id.in_(select(entries.c.id).where(entries.c.message_id == message)),
            notices.c.kind == Kind.RELAY,
            or_(notices.c.state == NoticeState.TOLD, notices.c.delivery_id.is_not(None)),
        )
    )
    return [
        WasTold(NoticeId(row.id), PersonId(row.person_id), ChildId(row.child_id), EntryId(row.entry_id)) for row in rows
    ]


# --- what is deleted ----------------------------------------------------------------------------------------------


def _unwanted(connection: Connection, copies: Collection[CopyId], now: datetime) -> None:
    if copies:
        connection.execute(
            update(picture_copies)
            .where(picture_copies.c.id.in_(list(copies)), picture_copies.c.unwanted_at.is_(None))
            .values(unwanted_at=now)
        )


def unwanted(connection: Connection) -> list[Copy]:
    """The copies whose files are to be deleted, and then their rows."""
    rows = connection.execute(select(picture_copies).where(picture_copies.c.unwanted_at.is_not(None)))
    return [_copy(row) for row in rows]


def forget(connection: Connection, gone: Collection[CopyId]) -> None:
    """The files of these copies are deleted; so are their rows, unless somebody wants them again by now."""
    if not gone:
        return
    theirs = select(picture_copies.c.id).where(
        picture_copies.c.id.in_(list(gone)), picture_copies.c.unwanted_at.is_not(None)
    )
    connection.execute(delete(picture_uploads).where(picture_uploads.c.copy_id.in_(theirs)))
    connection.execute(
        delete(picture_copies).where(picture_copies.c.id.in_(list(gone)), picture_copies.c.unwanted_at.is_not(None))
    )


def forget_destroyed(connection: Connection, vault: Vault, now: datetime) -> int:
    """The copies of those whose key was destroyed, which nobody can open, are unwanted; how many that were.

    Looked at are their owners, of whom there are few. What the demo's phones show of such a child is deleted with them.
    """
    theirs = select(picture_copies.c.owner_kind, picture_copies.c.owner_id).where(
        picture_copies.c.unwanted_at.is_(None)
    )
    owners = [Owner(OwnerKind(row.owner_kind), row.owner_id) for row in connection.execute(theirs.distinct())]
    living = {kind: vault.living(kind) for kind in {each.kind for each in owners}}
    count = 0
    for each in owners:
        if each.id in living[each.kind]:
            continue
        gone = connection.execute(
            update(picture_copies)
            .where(
                picture_copies.c.owner_kind == each.kind,
                picture_copies.c.owner_id == each.id,
                picture_copies.c.unwanted_at.is_(None),
            )
            .values(unwanted_at=now)
            .returning(picture_copies.c.id)
        )
        count += len(gone.all())
        if each.kind is OwnerKind.CHILD_MEDIA:
            phones.forget_pictures_of(connection, ChildId(each.id))
    return count


# --- what is looked after -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """How rows and files stand to each other, and what has been coming for long."""

    files_without_row: int
    rows_without_file: int
    coming: int
    longest_since: datetime | None
    waiting_here: int = 0  # those that cannot be made fit to pass on where this runs


def standing(connection: Connection, files: MediaFiles) -> Standing:
    """Looks at every row and every name; no key is needed."""
    # The names first: a file written meanwhile has had its row before.
    names = files.names()
    rows = connection.execute(select(picture_copies.c.file, picture_copies.c.kept_at)).all()
    known = {row.file for row in rows}
    is_coming = pictures.c.state == constant(PictureState.COMING)
    waits = connection.execute(select(func.count()).where(is_coming, pictures.c.reason.is_not(None))).scalar_one()
    coming = connection.execute(
        select(func.count(), func.min(pictures.c.made_at)).where(is_coming, pictures.c.reason.is_(None))
    ).one()
    kept = {row.file for row in rows if row.kept_at is not None}
    missing = kept - names
    return Standing(len(names - known) + files.strange(), len(missing), coming[0], coming[1], waits)


# --- what goes out ------------------------------------------------------------------------------------------------

_RELAYED = (
    select(picture_copies, pictures.c.kind)
    .join(pictures, pictures.c.id == picture_copies.c.picture_id)
    .where(
        among(picture_copies.c.picture_id, "wanted"),
        picture_copies.c.purpose == constant(CopyFor.RELAY),
        picture_copies.c.owner_kind == constant(OwnerKind.CHILD_MEDIA),
        picture_copies.c.kept_at.is_not(None),
        picture_copies.c.unwanted_at.is_(None),
    )
)


@dataclass(frozen=True, slots=True)
class Relayed:
    """The copy that goes out of one picture, and as what."""

    copy: CopyId
    kind: MediaKind
    size: int = 0


def to_relay(connection: Connection, wanted: Collection[PictureId]) -> Mapping[tuple[PictureId, ChildId], Relayed]:
    """What goes out of each of these pictures, for each child who has a copy."""
    if not wanted:
        return {}
    rows = connection.execute(_RELAYED, {"wanted": wanted})
    return {
        (PictureId(row.picture_id), ChildId(row.owner_id)): Relayed(CopyId(row.id), _shown_as(row), row.size)
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class Leaving:
    """A copy about to leave, how it is shown, and the platform's name for it where this person was sent it before."""

    copy: Copy
    kind: MediaKind
    upload: str = ""


def leaving(
    connection: Connection,
    vault: Vault,
    wanted: Sequence[CopyId],
    person: PersonId | None,
    channel: str,
    account: str,
) -> list[Leaving]:
    """These copies, in this order; one that is not there any more is left out."""
    rows = connection.execute(
        select(picture_copies, pictures.c.kind)
        .join(pictures, pictures.c.id == picture_copies.c.picture_id)
        .where(
            picture_copies.c.id.in_(list(wanted)),
            picture_copies.c.kept_at.is_not(None),
            picture_copies.c.unwanted_at.is_(None),
        )
    )
    found = {CopyId(row.id): Leaving(_copy(row), _shown_as(row)) for row in rows}
    if person is not None:
        known = connection.execute(
            select(picture_uploads).where(
                picture_uploads.c.copy_id.in_(list(found)),
                picture_uploads.c.person_id == person,
                picture_uploads.c.channel == channel,
                picture_uploads.c.account == account,
            )
        )
        for row in known:
            upload = vault.open_text(Owner.person(person), _UPLOAD, row.id, row.sealed_upload)
            found[CopyId(row.copy_id)] = replace(found[CopyId(row.copy_id)], upload=upload)
    return [found[each] for each in wanted if each in found]


def _shown_as(row: Row[Any]) -> MediaKind:
    """As what it is, and where that may be several things, as it was sent."""
    if row.media_type == "video/mp4":
        came_as = MediaKind(row.kind)
        return came_as if came_as.is_film else MediaKind.VIDEO
    return _AS[row.media_type]


_AS = {
    "image/jpeg": MediaKind.PHOTO,
    "audio/ogg": MediaKind.VOICE,
    "audio/mp4": MediaKind.AUDIO,
    "application/pdf": MediaKind.DOCUMENT,
}


def remember_uploads(
    connection: Connection,
    vault: Vault,
    ids: Ids,
    uploads: Mapping[CopyId, str],
    person: PersonId,
    channel: str,
    account: str,
    now: datetime,
) -> None:
    """The platform has these copies now, under these names, as sent to this person."""
    there = set(connection.execute(select(picture_copies.c.id).where(picture_copies.c.id.in_(list(uploads)))).scalars())
    rows: list[dict[str, object]] = []
    for copy, upload in uploads.items():
        if copy in there:
            new = ids.new()
            sealed = vault.seal_text(Owner.person(person), _UPLOAD, new, upload)
            rows.append(
                {
                    "id": new,
                    "copy_id": copy,
                    "person_id": person,
                    "channel": channel,
                    "account": account,
                    "sealed_upload": sealed,
                    "at": now,
                }
            )
    dialect.add_new(connection, picture_uploads, rows)


def not_uploaded(connection: Connection, copies: Collection[CopyId]) -> None:
    """The platform knows these copies no more by the names it gave them."""
    if copies:
        connection.execute(delete(picture_uploads).where(picture_uploads.c.copy_id.in_(list(copies))))


def forget_uploads(connection: Connection, children: Collection[ChildId] | None) -> None:
    """Who may see these children, None for any of them, is another from now on: no name of an upload is used again."""
    if children is None:
        connection.execute(delete(picture_uploads))
    elif children:
        theirs = select(picture_copies.c.id).where(
            picture_copies.c.owner_kind == constant(OwnerKind.CHILD_MEDIA),
            picture_copies.c.owner_id.in_(list(children)),
        )
        connection.execute(delete(picture_uploads).where(picture_uploads.c.copy_id.in_(theirs)))


# --- what a family takes with it ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Keepsake:
    """One picture of a child as it is kept for her family."""

    copy: Copy
    message: InboxId
    position: int
    taken_at: datetime | None
    came_at: datetime


def keepsakes(connection: Connection, child: ChildId) -> list[Keepsake]:
    """Every picture of this child, oldest first: the largest copy there is of each."""
    rows = connection.execute(
        select(picture_copies, pictures.c.message_id, pictures.c.position, pictures.c.taken_at, pictures.c.made_at)
        .join(pictures, pictures.c.id == picture_copies.c.picture_id)
        .where(
            picture_copies.c.owner_kind == constant(OwnerKind.CHILD_MEDIA),
            picture_copies.c.owner_id == child,
            picture_copies.c.purpose != constant(CopyFor.THUMB),
            picture_copies.c.kept_at.is_not(None),
            picture_copies.c.unwanted_at.is_(None),
        )
        .order_by(pictures.c.made_at, pictures.c.message_id, pictures.c.position, picture_copies.c.size.desc())
    )
    found: dict[PictureId, Keepsake] = {}
    for row in rows:
        each = Keepsake(_copy(row), InboxId(row.message_id), row.position, row.taken_at, row.made_at)
        before = found.get(each.copy.picture)
        if before is None or each.copy.purpose is CopyFor.KEEP:
            found[each.copy.picture] = each
    return list(found.values())
