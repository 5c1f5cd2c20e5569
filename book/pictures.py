"""A picture that came with a message: how it stands, and what its copies are for. A film, a note of voice, a PDF too.

Knows nothing of bytes, files or keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from book.faces import Shown
from book.ids import InboxId
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
    shown: Shown = Shown()

    @property
    def is_kept(self) -> bool:
        """Whether it is here or may come."""
        return self.state in (PictureState.COMING, PictureState.SAFE)


WORDS_WAIT = timedelta(seconds=60)
"""So long words wait for the pictures that came with them, and no longer."""

LATE_AFTER = timedelta(hours=12)
"""A picture that is not here by then is the operator's to look at."""

GIVEN_UP_AFTER = timedelta(days=3)
"""A picture that is not here by then is lost, and whoever sent it is asked to send it again."""

_TRIES_AT_LEAST = 12

LOOKED_AGAIN_AFTER = timedelta(minutes=10)
"""What cannot be made fit to pass on here is looked at again so often: somebody may have installed what it takes."""

_AGAIN = (2.0, 10.0, 30.0, 120.0, 600.0, 1800.0, 3600.0)


def is_given_up(since: datetime, tries: int, now: datetime) -> bool:
    """Whether it has been tried for long enough; time in which nobody tried does not count."""
    return now - since > GIVEN_UP_AFTER and tries >= _TRIES_AT_LEAST


def fetched_again(tries: int, chance: float) -> timedelta:
    """How long to wait after the ``tries``-th try (1 for the first) to have a file; in the end once an hour.

    ``chance`` from 0 to 1 is full jitter over the upper half of each step.
    """
    step = _AGAIN[min(tries, len(_AGAIN)) - 1]
    return timedelta(seconds=step / 2 + step / 2 * chance)
