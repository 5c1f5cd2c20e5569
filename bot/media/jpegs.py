"""A JPEG's segments, walked without decoding any of it.

Knows nothing of what a segment holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

EOI, SOS, APP0 = 0xD9, 0xDA, 0xE0
# Inside a scan an FF is followed by a zero, by another FF or by the number of a restart.
_NEXT_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")
# A marker may have more FFs before it than the one it needs.
_MARKER = re.compile(rb"\xff++[^\x00\xff]")
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xDA)})
# What a picture needs to be shown: tables, frame, scan, restart interval. JFIF's own segment says only its shape.
_BARE = frozenset({0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD, SOS})
_MOST_BARE = 100


def segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Each segment's marker, and where its content begins and ends; the end of the picture is the last, if there."""
    at = 2
    while marked := _MARKER.match(content, at):
        marker, at = content[marked.end() - 1], marked.end()
        length = 0 if marker in _WITHOUT_LENGTH else int.from_bytes(content[at : at + 2])
        if at + length > len(content) or length == 1:
            return
        yield marker, at + min(length, 2), at + length
        if marker == EOI:
            return
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
    for number, (marker, start, end) in enumerate(segments(content)):
        if marker == EOI:
            return end == len(content)
        if marker == APP0:
            # Fourteen bytes, the last two of which would be the size of a thumbnail.
            if content[start : start + 5] != b"JFIF\0" or end - start != 14 or content[end - 2 : end] != b"\0\0":
                return False
        elif marker not in _BARE or number > _MOST_BARE:
            return False
    return False
