"""Debian's ffmpeg: it makes the recordings that tests send, and hears whether a copy still plays the same."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HOW_TO_GET_FFMPEG = "No ffmpeg to make recordings with: apt-get install ffmpeg"

_FILM = ("-f", "lavfi", "-i", "testsrc=size=160x120:rate=12:duration=1")
_SOUND = ("-f", "lavfi", "-i", "sine=frequency=440:duration=1")
_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")
_HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-tag:v", "hvc1", "-c:a", "aac")
# By name of the file: what is recorded, and how.
RECORDINGS: dict[str, tuple[str, ...]] = {
    "voice.ogg": (*_SOUND, "-c:a", "libopus"),
    "sound.m4a": (*_SOUND, "-c:a", "aac"),
    "film.mp4": (*_FILM, *_SOUND, *_H264),
    "film.mov": (*_FILM, *_SOUND, *_H264),
    "newer.mov": (*_FILM, *_SOUND, *_HEVC),
    "silent.mp4": (*_FILM, *_H264),
}
# What a telephone says beside it, everywhere it can be said.
SAID = (
    *("-metadata", "location=+52.2053+000.1218/", "-metadata", "title=CANARY", "-metadata", "artist=CANARY"),
    *("-metadata", "comment=CANARY", "-metadata", "creation_time=2026-07-24T10:30:00Z"),
    *("-metadata:s", "handler_name=CANARY", "-metadata:s", "title=CANARY"),
)


def ffmpeg() -> str:
    """Where it is; where there is none the test is skipped, or under ``CI=true`` fails, with how to get one."""
    found = shutil.which("ffmpeg")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(HOW_TO_GET_FFMPEG)
        pytest.skip(HOW_TO_GET_FFMPEG)
    return found


def recorded(name: str, folder: Path) -> bytes:
    """One of the recordings, with all that is said beside it."""
    path = folder / name
    _run(*RECORDINGS[name], *SAID, str(path))
    return path.read_bytes()


def heard(content: bytes, folder: Path) -> str:
    """A sum over every picture and sound of it as they are played: alike only if both are the same."""
    path = folder / "played"
    path.write_bytes(content)
    return _run("-i", str(path), "-map", "0:V?", "-map", "0:a?", "-f", "streamhash", "-").decode()


def streams(content: bytes, folder: Path) -> list[str]:
    """What there is in it to be heard and seen."""
    told = heard(content, folder).splitlines()
    return [{"a": "audio", "v": "video"}[each.split(",")[1]] for each in told]


def _run(*arguments: str) -> bytes:
    return subprocess.run(
        [ffmpeg(), "-loglevel", "error", "-y", *arguments], stdin=subprocess.DEVNULL, capture_output=True, check=True
    ).stdout
