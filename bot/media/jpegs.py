"""A JPEG's segments, walked without decoding any of it.

Knows nothing of what a segment holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

SOI, EOI, SOS, APP0, COMMENT = 0xD8, 0xD9, 0xDA, 0xE0, 0xFE
# Inside a scan an FF is followed by a zero, by another FF or by the number of a restart.
_NEXT_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
# What a picture needs to be shown: tables, frame, scan, restart interval. JFIF's own segment says only its shape.
_BARE = frozenset({0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD, SOS})


def segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Each segment's marker, and where its content begins and ends; the end of the picture is the last, if there."""
    at = 2
    while at + 2 <= len(content):
        if content[at] != 0xFF:
            return
        marker = content[at + 1]
        at += 2
        if marker == 0xFF:
            at -= 1  # An FF more than needed stands before it.
            continue
        if marker == EOI:
            yield EOI, at, at
            return
        if marker in _WITHOUT_LENGTH:
            continue
        length = int.from_bytes(content[at : at + 2])
        if length < 2 or at + length > len(content):
            return
        yield marker, at + 2, at + length
        at += length
        if marker == SOS:
            following = _NEXT_MARKER.search(content, at)
            if following is None:
                return
            at = following.start()


def is_bare(content: bytes) -> bool:
    """Whether this is a JPEG with nothing in it but its picture, from its first byte to its last."""
    if not content.startswith(b"\xff\xd8"):
        return False
    ends = -1
    for marker, start, end in segments(content):
        if marker == EOI:
            ends = end
        elif marker == APP0:
            # Sixteen bytes, the last two of which would be the size of a thumbnail.
            if content[start : start + 5] != b"JFIF\0" or end - start != 14 or content[end - 2 : end] != b"\0\0":
                return False
        elif marker not in _BARE:
            return False
    return ends == len(content)
