"""The kinds of file that come with a message or go out with one, by how a platform shows them.

Knows nothing of bytes, formats or where a file is kept.
"""

from __future__ import annotations

from enum import StrEnum


class MediaKind(StrEnum):
    """How a file is shown: every door names it so, and every channel sends it so."""

    PHOTO = "photo"
    VIDEO = "video"
    VIDEO_NOTE = "video_note"  # a round one
    ANIMATION = "animation"  # moves by itself, without sound
    VOICE = "voice"
    AUDIO = "audio"
    DOCUMENT = "document"  # a file to open, whatever it holds; a picture sent uncompressed is one too

    @property
    def shows_faces(self) -> bool:
        """Whether somebody may be seen in it: who that is must be said."""
        return self is MediaKind.PHOTO or self.is_film

    @property
    def is_film(self) -> bool:
        return self in _FILMS

    @property
    def is_sound(self) -> bool:
        """Whether somebody may be heard in it, and nobody seen."""
        return self in (MediaKind.VOICE, MediaKind.AUDIO)

    @property
    def is_paper(self) -> bool:
        """Whether it is pages to read; among what is kept nothing else is a document."""
        return self is MediaKind.DOCUMENT


_FILMS = frozenset({MediaKind.VIDEO, MediaKind.VIDEO_NOTE, MediaKind.ANIMATION})


class Refusal(StrEnum):
    """Why a file is not passed on, nor kept; each has its sentence for whoever sent it."""

    UNKNOWN_KIND = "unknown_kind"  # none of the kinds that are kept, whatever it is called
    ANOTHER_KIND = "another_kind"  # of a kind that is kept, and not of the one as which it was sent
    TOO_LARGE = "too_large"  # more bytes than any platform gives
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MUCH = "too_much"  # within its size, and yet too much to open
    MOVES = "moves"  # an animation
    CUT_SHORT = "cut_short"  # its end is missing
    MORE_THAN_A_PICTURE = "more_than_a_picture"  # something else hides in it
    BROKEN = "broken"

    def sentence(self, kind: MediaKind = MediaKind.PHOTO) -> str:
        """The key of its sentence in the catalogue: kind, and saying what to send instead of one of this ``kind``."""
        if kind is MediaKind.PHOTO:
            return f"media.{self}"
        of_it = "film" if kind.is_film else "sound" if kind.is_sound else "paper"
        return f"media.{self}.{of_it}" if (self, of_it) in SAID_APART else f"media.{self}"


SAID_APART = frozenset(
    {(each, of_it) for each in (Refusal.UNKNOWN_KIND, Refusal.TOO_LARGE) for of_it in ("film", "sound", "paper")}
    | {(Refusal.BROKEN, "film"), (Refusal.BROKEN, "sound")}
    | {(each, "paper") for each in (Refusal.CUT_SHORT, Refusal.MORE_THAN_A_PICTURE, Refusal.TOO_MUCH)}
)
"""Where a film, a recording or a PDF has a sentence of its own."""
