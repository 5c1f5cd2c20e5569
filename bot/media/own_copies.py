"""What came becomes our own copies, by what its bytes are: a picture, a recording, a PDF; or one reason says why not.

It is believed only within what it came as. Who may be seen in a picture or a film was asked, so one may turn out to be
the other; what came as a voice is never seen, and what came as pages is nothing but pages. Knows neither children nor
chats, and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from book.media import MediaKind, Refusal
from book.pictures import CopyFor
from bot.media import papers, recordings
from bot.media.kinds import HEAD, Family, Kind, kind_of
from bot.media.limits import LARGEST_FILE
from bot.media.making_safe import Later, Refused, make_safe
from bot.media.recordings import Unrelayed


@dataclass(frozen=True, slots=True)
class Own:
    """The copies, all of one type, and what was found out about what came."""

    copies: Mapping[CopyFor, bytes] = field(repr=False)
    media_type: str
    width: int | None = None
    height: int | None = None
    taken_at: datetime | None = None


async def make_own(
    content: bytes, *, came_as: MediaKind, zone: tzinfo, ffmpeg: str | None
) -> Own | Refused | Unrelayed | Later:
    """Our own copies of the file in ``content``, which was sent as ``came_as``."""
    if len(content) > LARGEST_FILE:
        return Refused(Refusal.TOO_LARGE)
    kind = kind_of(content[:HEAD])
    if kind is None:
        return Refused(Refusal.UNKNOWN_KIND)
    if not _may_be(kind, came_as):
        return Refused(Refusal.ANOTHER_KIND)
    match kind.family:
        case Family.PICTURE:
            return await _picture(content, zone)
        case Family.RECORDING:
            return await _recording(content, came_as, ffmpeg)
        case Family.PAPER:
            return await papers.look_through(content) or Own({CopyFor.RELAY: content}, kind.media_type)


def _may_be(kind: Kind, came_as: MediaKind) -> bool:
    if came_as.shows_faces:
        return kind.family is not Family.PAPER
    return kind.family is (Family.RECORDING if came_as.is_sound else Family.PAPER)


async def _picture(content: bytes, zone: tzinfo) -> Own | Refused | Later:
    safe = await make_safe(content, zone=zone)
    if isinstance(safe, Refused | Later):
        return safe
    copies = {CopyFor.RELAY: safe.relay, CopyFor.THUMB: safe.thumbnail, CopyFor.KEEP: safe.original}
    return Own(copies, Kind.JPEG.media_type, safe.width, safe.height, safe.taken_at)


async def _recording(content: bytes, came_as: MediaKind, ffmpeg: str | None) -> Own | Refused | Unrelayed | Later:
    """One copy, which goes out and is the family's to keep: it is as good as what came."""
    clean = await recordings.without_metadata(content, ffmpeg=ffmpeg, only_sound=came_as.is_sound)
    return Own({CopyFor.RELAY: clean.content}, clean.media_type) if isinstance(clean, recordings.Clean) else clean
