"""What the process of its own does with a PDF: look through it, and say in one word why it may not be passed on.

Run by ``bot.media.papers`` and by nobody else. It looks at the bytes, unpacks the lists of objects and opens nothing:
what is hidden on purpose in some other way is not found. Knows nothing of where the PDF came from.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Iterator

from bot.media.confinement import confine
from bot.media.whole import is_archive

# A reader looks so far from the end for the sign of it.
_END = 2048
# Of lists of objects: how many are unpacked, and how large all of them may be.
_MOST_LISTS = 4_000
_LARGEST_LISTS = 64 * 1024 * 1024
_DICTIONARY = 2048  # so far before it a list says how it is packed

_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_NAME_ENDS = rb"(?=[\x00\t\n\x0c\r ()<>\[\]{}/%]|$)"
# What runs a program, opens a file or sends something away, and what carries another file or a film.
_ACTS = re.compile(
    rb"/(?:(?:JavaScript|Launch|SubmitForm|ImportData|GoToE|Rendition|RichMedia|EmbeddedFiles?|XFA)" + _NAME_ENDS
    + rb"|JS[\x00\t\n\x0c\r ]*(?:[(<]|\d{1,10} \d{1,5} R)"
    # A link is there to be tapped; one that is followed as soon as the file is opened tells somebody that it was.
    + rb"|OpenAction[\x00\t\n\x0c\r ]*<<[^>]{0,1024}/URI" + _NAME_ENDS + rb")"
)  # fmt: skip
_LIST = re.compile(rb"/ObjStm" + _NAME_ENDS)
_LOCKED = re.compile(rb"/Encrypt" + _NAME_ENDS)
_BEGINS = re.compile(rb"stream\r?\n")
_PACKED = re.compile(rb"/Filter\s*(?:/FlateDecode|\[\s*/FlateDecode\s*\])" + _NAME_ENDS)
_ANY_PACKING = re.compile(rb"/(?:Filter|F|Predictor)" + _NAME_ENDS)


def main() -> None:
    """Look through the PDF on the standard input; the command line says how much memory and time there is."""
    memory, cpu_seconds = map(int, sys.argv[1:])
    confine(memory=memory, cpu_seconds=cpu_seconds)
    sys.stdout.buffer.write(b"ready\n")
    sys.stdout.buffer.flush()
    try:
        reason = why_not(sys.stdin.buffer.read())
    except MemoryError:
        reason = "too_much"
    sys.stdout.buffer.write(b"well\n" if reason is None else f"no {reason}\n".encode())
    sys.stdout.buffer.flush()


def why_not(content: bytes) -> str | None:
    """One word for why it is not passed on, or None."""
    if b"%%EOF" not in content[-_END:]:
        return "cut_short"
    plain = _plain(content)
    # What is locked cannot be looked through.
    if is_archive(content) or _LOCKED.search(plain) or _ACTS.search(plain):
        return "more_than_a_picture"
    left = _LARGEST_LISTS
    for number, (packing, at) in enumerate(_lists(content)):
        if number == _MOST_LISTS or left <= 0:
            return "too_much"
        unpacked = _unpacked(packing, content, at, left)
        if unpacked is None or _ACTS.search(_plain(unpacked)):
            return "more_than_a_picture"
        left -= len(unpacked)
    return None


def _plain(content: bytes) -> bytes:
    """As a reader takes it: a letter of a name may be written as its number."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content) if b"#" in content else content


def _lists(content: bytes) -> Iterator[tuple[bytes, int]]:
    """How each list of objects is packed, and where it begins."""
    for found in _BEGINS.finditer(content):
        before = content[max(found.start() - _DICTIONARY, 0) : found.start()]
        if before.endswith(b"end"):
            continue
        packing = _plain(before[before.rfind(b"obj") + 3 :])
        if _LIST.search(packing):
            yield packing, found.end()


def _unpacked(packing: bytes, content: bytes, at: int, most: int) -> bytes | None:
    """The list itself, so much of it as may be; None where it is packed as nobody has to pack one."""
    end = content.find(b"endstream", at)
    packed = content[at : end if end >= 0 else len(content)]
    if not _ANY_PACKING.search(packing):
        return packed[:most]
    rest = _PACKED.sub(b"", packing)
    if rest == packing or _ANY_PACKING.search(rest):
        return None
    try:
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        return None
