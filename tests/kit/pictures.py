"""Pictures for stories: small, real and each unlike the others, written without a library that could read them back.

Knows nothing of what is done with them.
"""

from __future__ import annotations

import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png(width: int, height: int, colour: tuple[int, int, int] = (200, 120, 40)) -> bytes:
    """A PNG of that size in one colour."""
    row = b"\x00" + bytes(colour) * width
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return _SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(row * height, 9)) + _chunk(b"IEND", b"")


def painting(number: int) -> bytes:
    """The picture of this number, in a colour of its own."""
    return png(64, 48, ((number * 53 + 40) % 256, (number * 97 + 90) % 256, (number * 29 + 160) % 256))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
