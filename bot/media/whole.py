"""Whether a picture's container is whole, holds one still picture, and nothing that a machine would open or run.

Walks the container and decodes nothing. A phone's second picture, depth map or moving second behind the first is no
fault of the picture's: it is left behind, as everything is. Knows the words of ``book.media.Refusal`` and no others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from bot.media.jpegs import EOI, SOS, segments


def why_not(kind: str, content: bytes, pixels: int) -> str | None:
    """One word for what is wrong with it, or None."""
    if kind == "webp" and _canvas(content) > pixels:
        return "too_many_pixels"
    return _WALKS[kind](content) or ("more_than_a_picture" if _hides_something(content) else None)


def _jpeg(content: bytes) -> str | None:
    scans = 0
    for number, (marker, _, _) in enumerate(segments(content)):
        if marker == EOI:
            return None
        scans += marker == SOS
        if scans > _MOST_SCANS or number > _MOST_SEGMENTS:
            # Each scan may refine the whole picture once more: small to send, minutes to decode.
            return "too_much"
    return "cut_short"


def _png(content: bytes) -> str | None:
    for name, _, end in _chunks(content, 8, "big", name_first=False, after=4):
        if name == b"acTL":
            return "moves"
        if end + 4 > len(content):
            break
        if name == b"IEND":
            return None
    return "cut_short"


def _webp(content: bytes) -> str | None:
    whole = int.from_bytes(content[4:8], "little") + 8
    if whole > len(content):
        return "cut_short"
    for name, start, end in _chunks(content[:whole], 12, "little", name_first=True, after=0):
        if name in (b"ANIM", b"ANMF") or (name == b"VP8X" and content[start] & 0x02):
            return "moves"
        if end > whole:
            return "cut_short"
    return None


def _canvas(content: bytes) -> int:
    """How many points an extended WebP declares: its decoder makes room for all of them before a line is read."""
    if content[12:16] != b"VP8X":
        return 0
    return (int.from_bytes(content[24:27], "little") + 1) * (int.from_bytes(content[27:30], "little") + 1)


def _heic(content: bytes) -> str | None:
    if content[8:12] in (b"hevc", b"hevx", b"hevm", b"hevs", b"msf1"):
        return "moves"
    at = 0
    while at + 8 <= len(content):
        size, name, header = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8], 8
        if size == 1:
            size, header = int.from_bytes(content[at + 8 : at + 16]), 16
        if name == b"moov":
            return "moves"
        if size == 0:
            return None
        if size < header or at + size > len(content):
            return "cut_short"
        at += size
    return None if at == len(content) else "cut_short"


def _chunks(
    content: bytes, at: int, order: Literal["little", "big"], *, name_first: bool, after: int
) -> Iterator[tuple[bytes, int, int]]:
    """The name of each chunk, and where its content begins and ends: PNG's have a checksum after, WebP's are even."""
    while at + 8 <= len(content):
        name, length = (at, at + 4) if name_first else (at + 4, at)
        size = int.from_bytes(content[length : length + 4], order)
        yield content[name : name + 4], at + 8, at + 8 + size
        at += 8 + size + after + (size & 1 if name_first else 0)


# Encoders write about ten, and at most some for each colour and step of fineness.
_MOST_SCANS = 40
_MOST_SEGMENTS = 10_000

_WALKS = {"jpeg": _jpeg, "png": _png, "webp": _webp, "heic": _heic}

# Long enough that no picture has them by chance; in small letters, for some are read in any.
_SIGNS = (
    *(b"<script", b"<!doctype", b"<html>", b"<html ", b"<iframe", b"<svg ", b"<?php", b"__halt_compiler"),
    *(b"%pdf-1.", b"%pdf-2.", b"7z\xbc\xaf\x27\x1c", b"rar!\x1a\x07", b"dex\n03", b"this program cannot be run in dos"),
    *(b"\x7felf\x01\x01\x01", b"\x7felf\x02\x01\x01", b"\x7felf\x01\x02\x01", b"\x7felf\x02\x02\x01"),
)
# Where the reader of an archive of tapes, or of a disk's image, looks for its sign.
_AT = ((257, b"ustar"), (0x8001, b"CD001"))


def _hides_something(content: bytes) -> bool:
    small = content.lower()
    return (
        any(sign in small for sign in _SIGNS)
        or any(content[at : at + len(sign)] == sign for at, sign in _AT)
        or is_archive(content)
    )


def is_archive(content: bytes) -> bool:
    """Whether a reader of zip files, who begins at the end, finds a table of contents there."""
    end = content.rfind(b"PK\x05\x06", -(22 + 0xFFFF))
    if end < 0 or end + 22 > len(content):
        return False
    table = end - int.from_bytes(content[end + 12 : end + 16], "little")
    return content[max(table, 0) : max(table, 0) + 4] == b"PK\x01\x02"
