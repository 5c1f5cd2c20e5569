"""What comes with a message besides words: kept from the first, of an album when all of it is here.

The words are filed at once; the picture, the film, the note of voice is fetched in its own time. Knows nothing of how
a file is fetched or kept.
"""

from __future__ import annotations

from dataclasses import replace

from book.deliveries import InboxState, WaitsFor
from book.messages import ONE_BY_ONE, Did
from book.people import STAFF, Role
from book.pictures import WORDS_WAIT, Picture, PictureId, PictureState
from book.reasons import Reason
from handlers import replies
from handlers.desk import Desk
from storage.albums import AlbumPart
from storage.filing import Filing, NewNotice
from storage.inbox import Taken
from storage.pictures import NewPicture
from storage.situations import Situation
from storage.vault import Owner


def gather(situation: Situation, desk: Desk) -> Filing | None:
    """A part of an album waits until nothing more of it comes; None for anything else."""
    taken, incoming = situation.taken, situation.taken.incoming
    if not incoming.album or incoming.whole or incoming.did is not Did.WROTE:
        return None
    waits = replace(replies.skip(situation, Reason.WAITS_FOR_ALBUM), state=InboxState.PENDING)
    is_open = incoming.album == ONE_BY_ONE
    quiet_at = desk.now + (desk.pace.one_by_one if is_open else desk.pace.album)
    part = AlbumPart(taken.id, taken.address, incoming.album, incoming.message, quiet_at, is_open=is_open)
    return replace(waits, pictures=coming(taken, situation, desk), album=part)


def coming(taken: Taken, situation: Situation, desk: Desk) -> tuple[NewPicture, ...]:
    """What came with ``taken`` and the book does not know of yet; of a PDF only a setting's own."""
    if situation.pictures.get(taken.id):
        return ()
    owner, at_work = _owner(situation, desk), works_with_children(situation, desk)
    return tuple(
        NewPicture(PictureId(desk.ids.new()), taken.id, position, owner, replace(file, kind=kind))
        for position, file in enumerate(taken.incoming.files)
        if (kind := file.shown_as) is not None and (at_work or not kind.is_paper)
    )


def of(taken: Taken, situation: Situation, new: tuple[NewPicture, ...]) -> tuple[Picture, ...]:
    """Every picture of ``taken``, those just found among them."""
    fresh = (Picture(each.id, taken.id, each.position, each.file.kind, PictureState.COMING) for each in new)
    return (*situation.pictures.get(taken.id, ()), *fresh)


def waiting_for(
    pictures: tuple[Picture, ...], notices: list[NewNotice], desk: Desk, *, urgent: bool, words: str
) -> list[NewNotice]:
    """What is to be told waits a little for its pictures, unless it is urgent: they come, or are sealed for a child.

    Without words there is nothing to tell before they are here.
    """
    if urgent or not any(each.is_kept for each in pictures):
        return notices
    until = desk.now + WORDS_WAIT if words.strip() else None
    return [
        replace(each, waits_for=WaitsFor.MEDIA, waits_until=until) if each.withheld is None else each
        for each in notices
    ]


def with_faces(taken: Taken, situation: Situation) -> tuple[Picture, ...]:
    """Those pictures and films of ``taken`` of which it is asked who is in them, in their order."""
    return tuple(each for each in situation.pictures.get(taken.id, ()) if each.kind.shows_faces)


def works_with_children(situation: Situation, desk: Desk) -> bool:
    """Whether the sender is of a setting for any of these children."""
    return any(each in STAFF for each in _roles(situation, desk))


def is_professional(situation: Situation, desk: Desk) -> bool:
    """Whether the sender was let in for one of these children by her calling; nobody gets unread what she says."""
    return Role.PROFESSIONAL in _roles(situation, desk)


def _roles(situation: Situation, desk: Desk) -> set[Role]:
    person = situation.person
    assert person is not None
    found = (circle.membership(person.id, desk.now) for circle in situation.circles.values())
    return {me.role for me in found if me is not None}


def _owner(situation: Situation, desk: Desk) -> Owner:
    """Whose it is until its children are known: her setting's for staff, else her own."""
    person = situation.person
    assert person is not None
    mine = [me for circle in situation.circles.values() if (me := circle.membership(person.id, desk.now)) is not None]
    works = [each for each in (*mine, *situation.posts) if each.is_live(desk.now) and each.role in STAFF]
    setting = next((each.setting for each in works if each.setting is not None), None)
    return Owner.person(person.id) if setting is None else Owner.setting(setting)
