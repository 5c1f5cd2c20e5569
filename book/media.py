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
