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


class Refusal(StrEnum):
    """Why a file is not passed on, nor kept; each has its sentence for whoever sent it."""

    UNKNOWN_KIND = "unknown_kind"  # none of the kinds that are kept, whatever it is called
    TOO_LARGE = "too_large"  # more bytes than any platform gives
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MUCH = "too_much"  # within its size, and yet too much to open
    MOVES = "moves"  # an animation
    CUT_SHORT = "cut_short"  # its end is missing
    MORE_THAN_A_PICTURE = "more_than_a_picture"  # something else hides in it
    BROKEN = "broken"

    @property
    def sentence(self) -> str:
        """The key of its sentence in the catalogue: kind, and saying what to send instead."""
        return f"media.{self}"
