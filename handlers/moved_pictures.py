"""The pictures of a note that was about another child: who is in them now, and who is to have them no longer.

Where the wrong child was said to be in one, the right one is in it instead; whoever may not see it as it is now is to
lose it, though her note stands. Knows nothing of words, copies or files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from book.audience import kept_out_of_groups, may_have
from book.entries import Entry
from book.faces import Faces, Shown
from book.ids import ChildId, PersonId
from book.notices import Kind, Said
from book.pictures import Picture, PictureState
from book.sharing import PhotoUse
from handlers.desk import Desk
from storage.notices import Standing
from storage.pictures import Shows
from storage.situations import Situation


@dataclass(frozen=True, slots=True)
class MovedPictures:
    """What came with a note, before and after."""

    before: tuple[Picture, ...]
    after: tuple[Picture, ...]

    @property
    def to_wait_for(self) -> tuple[Picture, ...]:
        """Those that are still to come or are to be sealed again: what tells of them waits a little."""
        shows = {each.id for each in self._again()}
        return tuple(each for each in self.after if each.state is PictureState.COMING or each.id in shows)

    def shows(self, by: PersonId) -> tuple[Shows, ...]:
        return tuple(Shows(each.id, each.shown, by) for each in self._again())

    def _again(self) -> list[Picture]:
        """Of those without a face nothing else is said, but they are another child's by the note they came with."""
        together = zip(self.before, self.after, strict=True)
        return [now for was, now in together if was != now or now.shown.faces is Faces.NOBODY]


def moved_to(entry: Entry, to: ChildId, situation: Situation) -> MovedPictures:
    """What came with ``entry`` where it is ``to`` of whom it was."""
    came = situation.pictures.get(entry.message, ()) if entry.has_files and entry.message is not None else ()
    return MovedPictures(came, tuple(replace(each, shown=_instead(each.shown, entry.child, to)) for each in came))


def _instead(shown: Shown, wrong: ChildId, right: ChildId) -> Shown:
    if wrong not in shown.children:
        return shown
    return replace(shown, children=shown.children - {wrong} | {right})


def lost_by(moved: MovedPictures, entry: Entry, situation: Situation, desk: Desk) -> Iterator[tuple[Entry, Standing]]:
    """Who had a picture with another line of the same message and may not see it as it is now, and by which notice."""
    beside = {each.id: each for each in (*situation.recent, *(situation.replied.entries if situation.replied else ()))}
    for each in beside.values():
        if not each.is_live or each.message != entry.message or each.id == entry.id or not each.has_files:
            continue
        for standing in situation.standings.get(each.id, ()):
            if standing.kind is Kind.RELAY and standing.has_left and _loses(moved, each, standing, situation, desk):
                yield each, standing


def _loses(moved: MovedPictures, entry: Entry, standing: Standing, situation: Situation, desk: Desk) -> bool:
    def may(picture: Picture) -> bool:
        return may_have(picture, entry.note, entry.child, standing.person, situation.circles, desk.now)[0]

    return any(may(was) and not may(now) for was, now in zip(moved.before, moved.after, strict=True))


def not_for_everybody(moved: MovedPictures, situation: Situation, desk: Desk) -> Said | None:
    """Who of those in them now is not in pictures that others have; None where nobody is, or nothing has changed."""
    together = zip(moved.before, moved.after, strict=True)
    changed = [now.shown.children for was, now in together if was != now and not now.kind.is_paper]
    known = [children for children in changed if children <= situation.circles.keys()]
    out = {child for children in known for child in kept_out_of_groups(children, situation.circles, desk.now)}
    if not out:
        return None
    children = [situation.circles[each] for each in sorted(out)]
    is_own = any(not each.allows_photos(PhotoUse.OWN, desk.now) for each in children)
    key = (
        "move.picture.nobody" if is_own else "move.picture.others.one" if len(out) == 1 else "move.picture.others.some"
    )
    return Said(key, {"names": "\n".join(each.child.name for each in children)})
