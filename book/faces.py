"""Who is in a picture, as somebody said it: these children, nobody's face, somebody who has no name here, or not yet.

Nobody is ever recognised. What may be done with a picture by that is decided in :mod:`book.audience`; knows nothing
of files.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from book.ids import ChildId
from book.topics import Subject, Topic


class Faces(StrEnum):
    """What was said of the faces in a picture."""

    UNSAID = "unsaid"  # nobody has said yet
    CHILDREN = "children"  # those of these children, and no other
    NOBODY = "nobody"  # no face is in it: hands, a painting, a castle of bricks
    BEHIND = "behind"  # somebody stands behind, or is in it who was not named


@dataclass(frozen=True, slots=True)
class Shown:
    """What one picture shows."""

    faces: Faces = Faces.UNSAID
    children: frozenset[ChildId] = frozenset()

    @property
    def may_leave(self) -> bool:
        """Whether all is said of it that must be said before anybody outside the setting sees it."""
        return self.faces is Faces.NOBODY or (self.faces is Faces.CHILDREN and bool(self.children))


def only(children: Collection[ChildId]) -> Shown:
    """These children and nobody else."""
    return Shown(Faces.CHILDREN, frozenset(children))


NOBODYS_FACE = Shown(Faces.NOBODY)
SOMEBODY_BEHIND = Shown(Faces.BEHIND)


def may_stand_among_others(subjects: Sequence[Subject]) -> bool:
    """Whether a picture with these words may go on a page of the day, in an album of several notes, in a newsletter.

    One that shows a rash or a bruise travels alone, as the note about it does. Words that nobody understood may be
    about one.
    """
    return bool(subjects) and _SHOWS_HEALTH.isdisjoint(each.topic for each in subjects)


_SHOWS_HEALTH = frozenset({Topic.HEALTH, Topic.MEDICATION, Topic.INCIDENT, Topic.NAPPY, Topic.SAFEGUARDING})
