"""What stands on one of our PDFs, read back as words, whether its font is embedded or the one every reader has."""

from __future__ import annotations

import re
import zlib

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_SHOWN = re.compile(rb"\(((?:\\.|[^\\)])*)\) Tj", re.DOTALL)
_LETTER = re.compile(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4,8})>\n")
_ESCAPED = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def texts_of(pdf: bytes) -> str:
    """Every line of every page, in the order in which they are drawn."""
    streams = [_unpacked(each) for each in _STREAM.findall(pdf)]
    letters = {
        int(code, 16): bytes.fromhex(letter.decode()).decode("utf-16-be")
        for each in streams
        if b"begincmap" in each
        for code, letter in _LETTER.findall(each)
    }
    return "\n".join(_words(shown, letters) for each in streams for shown in _SHOWN.findall(each))


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def _words(shown: bytes, letters: dict[int, str]) -> str:
    plain = re.sub(rb"\\(.)", lambda found: _ESCAPED.get(found[1], found[1]), shown, flags=re.DOTALL)
    if not letters:
        return plain.decode("latin-1")
    return "".join(letters.get(int.from_bytes(plain[at : at + 2]), "") for at in range(0, len(plain), 2))
