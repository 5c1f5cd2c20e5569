"""What stands on one of our files that go out, read back as words: a PDF in whatever fonts, a picture, a table."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator

from openpyxl import load_workbook

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_DRAWN = re.compile(rb"/(F\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) Tj", re.DOTALL)
_FONT = re.compile(rb"/(F\d+) (\d+) 0 R")
_LETTERS_OF = re.compile(rb"/ToUnicode (\d+) 0 R")
_LETTER = re.compile(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4,8})>\n")
_WIDE = re.compile(rb"<(FEFF(?:[0-9A-F]{4})+)>")
_ESCAPED = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def words_in(name: str, content: bytes) -> str:
    """Everything that can be read in a file, its name and what it says of itself included."""
    if content.startswith(b"%PDF"):
        about = b"\n".join(body for _, body in _OBJECT.findall(_STREAM.sub(b"", content)))
        return "\n".join((name, texts_of(content), _plainly(about)))
    if content.startswith(b"\x89PNG"):
        return "\n".join((name, *_chunks(content)))
    if content.startswith(b"PK"):
        book = load_workbook(io.BytesIO(content))
        cells = (str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
        said = (str(book.properties.creator), str(book.properties.title), *(sheet.title for sheet in book))
        return "\n".join((name, *said, *cells))
    return "\n".join((name, content.decode("utf-8", "replace")))


def _plainly(about: bytes) -> str:
    """The words of a PDF's own account of itself, in either of the two ways in which they are written."""
    wide = [bytes.fromhex(each.decode()).decode("utf-16", "replace") for each in _WIDE.findall(about)]
    return "\n".join((about.decode("latin-1"), *wide))


def _chunks(png: bytes) -> Iterator[str]:
    """The texts of a picture that are no part of what it shows."""
    at = 8
    while at < len(png):
        length, kind = int.from_bytes(png[at : at + 4], "big"), png[at + 4 : at + 8]
        if kind in (b"tEXt", b"iTXt", b"zTXt", b"eXIf"):
            name, _, rest = png[at + 8 : at + 8 + length].partition(b"\0")
            said = zlib.decompress(rest[1:]) if kind == b"zTXt" else rest
            yield f"{name.decode('latin-1')} {said.decode('utf-8', 'replace')}"
        at += 12 + length


def texts_of(pdf: bytes) -> str:
    """Every line of every page, in the order in which they are drawn."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    fonts = {name: _letters(objects, int(number)) for each in objects.values() for name, number in _FONT.findall(each)}
    lines = []
    for body in objects.values():
        if b"/ToUnicode" in body or b"/FontFile" in body:
            continue
        letters: dict[int, str] = {}
        for font, shown in _DRAWN.findall(_content(body)):
            if font:
                letters = fonts.get(font, {})
            else:
                lines.append(_words(shown, letters))
    return "\n".join(lines)


def _letters(objects: dict[int, bytes], font: int) -> dict[int, str]:
    """By which code a font shows which letter; none where it is one that every reader has."""
    found = _LETTERS_OF.search(objects[font])
    if found is None:
        return {}
    letters = _LETTER.findall(_content(objects[int(found[1])]))
    return {int(code, 16): bytes.fromhex(letter.decode()).decode("utf-16-be") for code, letter in letters}


def _content(body: bytes) -> bytes:
    found = _STREAM.search(body)
    if found is None:
        return b""
    try:
        # The last byte may be one that also ends a line, and then it is missing here.
        return zlib.decompressobj().decompress(found[1])
    except zlib.error:
        return found[1]


def _words(shown: bytes, letters: dict[int, str]) -> str:
    plain = re.sub(rb"\\(.)", lambda found: _ESCAPED.get(found[1], found[1]), shown, flags=re.DOTALL)
    if not letters:
        return plain.decode("latin-1")
    return "".join(letters.get(int.from_bytes(plain[at : at + 2]), "") for at in range(0, len(plain), 2))
