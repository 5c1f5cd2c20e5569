"""A voice note or a film becomes a copy without metadata: the same sound and pictures, in a container written anew.

ffmpeg does it, where it is installed, in a process of its own with the same limits as for a picture and without a
network. Nothing is decoded. Knows neither children nor chats, and keeps nothing.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from book.media import Refusal
from bot.media.apart import apart, was_ended_by_others
from bot.media.kinds import HEAD, Family, Kind, kind_of
from bot.media.limits import LARGEST_FILE, LIMITS, Limits
from bot.media.making_safe import Later, Refused

# What whoever runs the bot is told: without ffmpeg recordings wait.
FFMPEG_IS_MISSING = (
    "ffmpeg is not installed, so voice notes and videos wait and are not passed on: install it "
    "(on Debian and Ubuntu: apt-get install ffmpeg), and they go within ten minutes."
)


@dataclass(frozen=True, slots=True)
class Clean:
    """The copy, and the type it is sent under; a film of a telephone's own kind becomes an ordinary one."""

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Unrelayed:
    """It may be well, and there is nothing here to make it so with: it is kept, and goes to nobody."""

    sentence: str  # for whoever runs the bot


def find_ffmpeg() -> str | None:
    """Where ffmpeg is, if it is installed."""
    return shutil.which("ffmpeg")


async def without_metadata(
    content: bytes, *, ffmpeg: str | None, only_sound: bool = False, limits: Limits = LIMITS
) -> Clean | Refused | Unrelayed | Later:
    """A copy of the recording in ``content`` that says nothing of where, when, by what or by whom it was made.

    With ``only_sound`` it shows nobody either, whatever it calls itself: of a film there is only what is heard.
    """
    if len(content) > LARGEST_FILE:
        return Refused(Refusal.TOO_LARGE)
    kind = kind_of(content[:HEAD])
    if kind is None or kind.family is not Family.RECORDING:
        return Refused(Refusal.UNKNOWN_KIND)
    if ffmpeg is None:
        return Unrelayed(FFMPEG_IS_MISSING)
    is_film = kind in _FILMS and not only_sound
    becomes = _BECOMES[kind] if is_film else _SOUND_OF[kind]
    what = (*_THE_FILM, *_THE_SOUND, *_unsaid(content)) if is_film else _THE_SOUND
    with _scratch(content) as scratch:
        told = (*_QUIET, "-f", _READ_AS[kind], "-i", scratch.came, *what, *_COPY, *_WRITTEN[becomes], scratch.leaves)
        allowed = (str(limits.memory), str(limits.cpu_seconds), str(LARGEST_FILE))
        try:
            async with apart(
                "bot.media.remuxing", [*allowed, ffmpeg, *told], seconds=limits.seconds, inherits=scratch.inherits
            ) as process:
                ended = await process.wait()
        except (TimeoutError, OSError):
            return Later()
        copy = scratch.left()
    if ended != 0:
        return Later() if was_ended_by_others(ended) else Refused(Refusal.BROKEN)
    return Clean(copy, becomes.media_type) if kind_of(copy[:HEAD]) is becomes else Refused(Refusal.BROKEN)


# --- What ffmpeg is told ----------------------------------------------------------------------------------------

# It asks nothing, follows nothing that a file refers to, and leaves its own name out.
_QUIET = ("-nostdin", "-hide_banner", "-loglevel", "quiet", "-protocol_whitelist", "file")
_READ_AS = {Kind.OPUS: "ogg", Kind.M4A: "mov", Kind.MP4: "mov", Kind.MOV: "mov"}
# The first film that is no cover picture, the first sound.
_THE_FILM = ("-map", "0:V:0?")
_THE_SOUND = ("-map", "0:a:0?")
_COPY = (
    # No words, no positions, no chapters.
    *("-sn", "-dn", "-c", "copy"),
    *("-map_metadata", "-1", "-map_metadata:s", "-1", "-map_chapters", "-1"),
    *("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"),
    *("-threads", "1", "-y"),
)
_FILMS = frozenset({Kind.MP4, Kind.MOV})
_BECOMES = {Kind.MP4: Kind.MP4, Kind.MOV: Kind.MP4}
# What is sound by its name may hold a film all the same, which nobody was asked about: that is left behind.
_SOUND_OF = {Kind.OPUS: Kind.OPUS, Kind.M4A: Kind.M4A, Kind.MP4: Kind.M4A, Kind.MOV: Kind.M4A}
# An index at the front lets it be played before all of it has come.
_WRITTEN = {
    Kind.OPUS: ("-f", "opus"),
    Kind.M4A: ("-movflags", "+faststart", "-f", "ipod"),
    Kind.MP4: ("-movflags", "+faststart", "-f", "mp4"),
}
# A camera can also write into the film itself, in units that hold no picture; where they are is said by the coding.
_CODING = re.compile(rb"stsd.{12}(avc1|avc3|hvc1|hev1)", flags=re.DOTALL)
_WORDS_OF = {b"avc1": "6", b"avc3": "6", b"hvc1": "39-40", b"hev1": "39-40"}


def _unsaid(content: bytes) -> tuple[str, ...]:
    found = _CODING.search(content)
    return () if found is None else ("-bsf:v", f"filter_units=remove_types={_WORDS_OF[found[1]]}")


# --- Where it reads and writes ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scratch:
    """Two files for one process, that nobody else sees."""

    came: str
    leaves: str
    inherits: tuple[int, ...]

    def left(self) -> bytes:
        return Path(self.leaves).read_bytes()


@contextmanager
def _scratch(content: bytes) -> Iterator[_Scratch]:
    """In memory where the system has such files, or else in a private folder; gone at the end either way."""
    if sys.platform == "linux":
        with os.fdopen(os.memfd_create("came"), "wb") as came, os.fdopen(os.memfd_create("leaves"), "rb") as leaves:
            came.write(content)
            came.flush()
            inherits = (came.fileno(), leaves.fileno())
            yield _Scratch(f"/dev/fd/{inherits[0]}", f"/dev/fd/{inherits[1]}", inherits)
    else:
        with tempfile.TemporaryDirectory(prefix="bookbag-") as folder:
            place = Path(folder)
            (place / "came").write_bytes(content)
            yield _Scratch(str(place / "came"), str(place / "leaves"), ())
