"""A picture that came with a message: how it stands, and what its copies are for. A film, a note of voice, a PDF too.

Knows nothing of bytes, files or keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from book.ids import ChildId, InboxId
from book.media import MediaKind

PictureId = NewType("PictureId", int)
CopyId = NewType("CopyId", int)


class PictureState(StrEnum):
    """Coming → safe | refused | lost."""

    COMING = "coming"  # its message is kept; the file is still to be fetched
    SAFE = "safe"  # our own copies of it are on disk, and nothing of the file that was sent
    REFUSED = "refused"  # it is no file that the book keeps
    LOST = "lost"  # the platform does not give it


class CopyFor(StrEnum):
    """What a copy is for."""

    RELAY = "relay"  # it goes out
    THUMB = "thumb"  # it is shown in lists
    KEEP = "keep"  # it is the family's, as large as it came, without where it was taken


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a message, and the children who are in it, as far as that was said."""

    id: PictureId
    message: InboxId
    position: int
    kind: MediaKind
    state: PictureState
    shows: frozenset[ChildId] = frozenset()
