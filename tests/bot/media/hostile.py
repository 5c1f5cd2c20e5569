"""Files that somebody might send to do harm, or that arrived broken: each made anew when it is asked for.

In an order where every tenth is a fair tenth of each sort. Each has the reasons it may be refused for; none at all
where it may as well turn out to be a picture, as long as nothing of the file itself comes out.
"""

from __future__ import annotations

import io
import random
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import pillow_heif
from PIL import Image

from book.media import Refusal
from tests.bot.media.pictures import FORMATS, encoded, picture, png_words, tags

# In what nobody may get: no picture has these by chance.
CANARY = b"CANARY"

ANY: frozenset[Refusal] = frozenset()


@dataclass(frozen=True, slots=True)
class Hostile:
    """One file, what it may be refused for, and whether it takes seconds to look at."""

    name: str
    make: Callable[[], bytes]
    reasons: frozenset[Refusal]
    slow: bool = False


def corpus() -> list[Hostile]:
    """All of it; at least a thousand."""
    return [*polyglots(), *posing(), *bombs(), *animations(), *truncations(), *broken(), *appended()]


@cache
def whole(to: str, seed: int = 3, size: tuple[int, int] = (420, 315)) -> bytes:
    """A picture with nothing wrong with it, of some hundred kilobytes, its tags full of what must not leave."""
    image = picture(seed, size)
    if to == "PNG":
        return encoded(image, to, exif=tags().tobytes(), pnginfo=png_words())
    if to == "JPEG":
        return encoded(image, to, exif=tags().tobytes(), comment=b"CANARY-COMMENT", quality=97)
    if to == "WEBP":
        return encoded(image, to, exif=tags().tobytes(), xmp=b"<x:xmpmeta>CANARY-XMP</x:xmpmeta>", quality=96)
    return encoded(image, to, exif=tags().tobytes(), quality=96)


# --- Two things in one file -----------------------------------------------------------------------------------------


def _zip() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        packed.writestr("CANARY.js", "alert('CANARY')")
    return written.getvalue()


HIDDEN: dict[str, Callable[[], bytes]] = {
    "zip": _zip,
    "html": lambda: b"<!DOCTYPE html><html><body onload=alert('CANARY')></body></html>",
    "script": lambda: b"*/=1;</style><SCRIPT src=//canary.example>CANARY</SCRIPT>",
    "svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(\'CANARY\')"></svg>',
    "frame": lambda: b"<iframe src=javascript:CANARY></iframe>",
    "php": lambda: b"<?php system($_GET['CANARY']); ?>",
    "phar": lambda: b"CANARY __HALT_COMPILER(); ?>\r\n",
    "pdf": lambda: b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(CANARY)>>>>endobj\ntrailer<<>>\n%%EOF",
    "elf": lambda: b"\x7fELF\x02\x01\x01\0CANARY",
    "exe": lambda: b"MZ\x90\0CANARY This program cannot be run in DOS mode.\r\n",
    "rar": lambda: b"Rar!\x1a\x07\x01\0CANARY",
    "seven": lambda: b"7z\xbc\xaf\x27\x1c\0\x04CANARY",
    "dex": lambda: b"dex\n035\0CANARY",
}


def polyglots() -> Iterator[Hostile]:
    """A picture that is something else too, behind its end or among its tags."""
    only = frozenset({Refusal.MORE_THAN_A_PICTURE})
    for to in FORMATS:
        for what, payload in HIDDEN.items():
            yield Hostile(f"{to}+{what} behind", lambda to=to, payload=payload: _behind(to, payload()), only)
            yield Hostile(f"{to}+{what} within", lambda to=to, payload=payload: _within(to, payload()), only)
    yield Hostile("JPEG+tar", lambda: _at(257, b"ustar"), only)
    yield Hostile("JPEG+disk", lambda: _at(0x8001, b"CD001"), only)


def _behind(to: str, payload: bytes) -> bytes:
    content = whole(to)
    if to == "HEIF":
        # A box of its own, as a reader of such files would skip it.
        return content + struct.pack(">I4s", 8 + len(payload), b"free") + payload
    return content + payload


def _within(to: str, payload: bytes) -> bytes:
    image = picture(4, (64, 48))
    if to == "JPEG":
        return encoded(image, to, comment=payload)
    if to == "PNG":
        content = encoded(image, to)
        chunk = b"juNk" + payload
        made = struct.pack(">I", len(payload)) + chunk + struct.pack(">I", zlib.crc32(chunk))
        return content[:33] + made + content[33:]
    found = tags()
    found.get_ifd(0x8769)[0x927C] = payload
    return encoded(image, to, exif=found.tobytes())


def _at(place: int, sign: bytes) -> bytes:
    content = encoded(picture(5), comment=b"CANARY" + b" " * 40_000)
    return content[:place] + sign + content[place + len(sign) :]


def appended() -> Iterator[Hostile]:
    """What phones themselves put behind a picture, and rubbish: it is left behind, and no reason to refuse."""
    for to in ("JPEG", "PNG"):
        for seed in range(10):
            rubbish = random.Random(seed).randbytes(5_000)
            yield Hostile(f"{to}+rubbish {seed}", lambda to=to, more=rubbish: whole(to) + CANARY + more, ANY)
        yield Hostile(f"{to}+film", lambda to=to: whole(to) + b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + CANARY * 99, ANY)
        yield Hostile(f"{to}+picture", lambda to=to: whole(to) + whole("JPEG", 9), ANY)


# --- No picture at all --------------------------------------------------------------------------------------------


def posing() -> Iterator[Hostile]:
    """Whatever is called .jpg and is not."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>CANARY</script><image href="file:///etc/passwd"/></svg>'
    image = picture(6, (64, 48))
    never: dict[str, Callable[[], bytes]] = {
        "nothing": lambda: b"",
        "one byte": lambda: b"\xff",
        "svg": lambda: svg,
        "svg with a declaration": lambda: b'<?xml version="1.0"?>\n' + svg,
        "svg after a mark": lambda: b"\xef\xbb\xbf" + svg,
        "html": HIDDEN["html"],
        "html after blanks": lambda: b"\n \t" + HIDDEN["html"](),
        "xml bomb": lambda: b'<!DOCTYPE a [<!ENTITY b "CANARY">' + b'<!ENTITY c "&b;&b;">' * 50 + b"]><a>&c;</a>",
        "script": lambda: b"#!/bin/sh\necho CANARY\n",
        "eps": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n(CANARY) run\n",
        "gif": lambda: encoded(image, "GIF"),
        "bmp": lambda: encoded(image, "BMP"),
        "tiff": lambda: encoded(image, "TIFF"),
        "ico": lambda: encoded(image, "ICO"),
        "jpeg 2000": lambda: encoded(image, "JPEG2000"),
        "zip": _zip,
        "tar": _tar,
        "text": lambda: b"CANARY " * 1000,
        "zeros": lambda: bytes(50_000),
        "avif": lambda: b"\0\0\0\x20ftypavif\0\0\0\0avifmif1miafMA1B" + CANARY * 99,
        "ogg without opus": lambda: b"OggS\0\x02" + bytes(22) + b"\x01vorbis" + CANARY * 20,
        "matroska": lambda: b"\x1aE\xdf\xa3" + CANARY * 50,
        "riff that is sound": lambda: b"RIFF\x24\x80\0\0WAVEfmt " + CANARY * 50,
    }
    for name, make in never.items():
        yield Hostile(f"posing: {name}", make, frozenset({Refusal.UNKNOWN_KIND}))
    for seed in range(20):
        yield Hostile(
            f"posing: rubbish {seed}",
            lambda seed=seed: b"\0" + random.Random(seed).randbytes(3_000),
            frozenset({Refusal.UNKNOWN_KIND}),
        )
    # The first bytes of a picture, and then something else.
    for name, head in (
        ("JPEG", b"\xff\xd8\xff\xe0"),
        ("PNG", b"\x89PNG\r\n\x1a\n"),
        ("WEBP", b"RIFF\xff\xff\0\0WEBP"),
        ("HEIF", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
    ):
        for what, payload in (("svg", svg), ("zeros", bytes(9_000)), ("text", b"CANARY " * 900)):
            yield Hostile(f"{name}'s head on {what}", lambda head=head, payload=payload: head + payload, _ANY_REFUSAL)


_ANY_REFUSAL = frozenset(Refusal)


def _tar() -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as packed:
        packed.addfile(tarfile.TarInfo("CANARY"))
    return written.getvalue()


# --- Small to send, huge to open ----------------------------------------------------------------------------------


def bombs() -> Iterator[Hostile]:
    large = frozenset({Refusal.TOO_MANY_PIXELS})
    much = frozenset({Refusal.TOO_MANY_PIXELS, Refusal.TOO_MUCH, Refusal.BROKEN, Refusal.CUT_SHORT})
    sizes = ((16_384, 16_384), (65_000, 1), (1, 65_000), (65_500, 65_500), (2**31 - 1, 1), (2**31 - 1, 2**31 - 1))
    for width, height in sizes:
        yield Hostile(f"PNG {width}x{height}", lambda w=width, h=height: _png(w, h, bytes(9)), large)
        if width <= 0xFFFF:
            yield Hostile(f"JPEG {width}x{height}", lambda w=width, h=height: _jpeg_of(w, h), large)
        yield Hostile(f"HEIF {width}x{height}", lambda w=width, h=height: _heif_of(w, h), much)
    yield Hostile(
        "PNG 16k x 16k, all there",
        lambda: _png(16_384, 16_384, bytes((16_384 // 8 + 1) * 16_384), depth=1, colour=0),
        large,
    )
    yield Hostile("WEBP 16384x16384", lambda: _webp_canvas(16_384, 16_384), large)
    yield Hostile("WEBP 16777216x16777216", lambda: _webp_canvas(2**24, 2**24), large)
    yield Hostile("WEBP 16383x16383, plain", lambda: _webp_plain(16_383, 16_383), much)
    yield Hostile("PNG words", lambda: _png_with(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(40_000_000))), much)
    yield Hostile("PNG profile", lambda: _png_with(b"iCCP", b"icc\0\0" + zlib.compress(bytes(40_000_000))), ANY)
    yield Hostile("PNG no lines", lambda: _png(8, 8, b""), _ANY_REFUSAL)
    yield Hostile("PNG far more lines than it says", lambda: _png(64, 64, bytes(100_000_000)), ANY)
    yield Hostile("JPEG of forty scans", lambda: _many_scans(34), ANY, slow=True)
    yield Hostile(
        "JPEG of a million segments", lambda: b"\xff\xd8\xff" + b"\xd0\xff" * 1_000_000, frozenset({Refusal.TOO_MUCH})
    )
    yield Hostile("JPEG of a thousand scans", lambda: _many_scans(1_000), frozenset({Refusal.TOO_MUCH}))
    yield Hostile(
        "JPEG within a pixel of the limit", lambda: encoded(Image.new("L", (8_000, 5_000), 90)), ANY, slow=True
    )
    yield Hostile(
        "JPEG of more bytes than any platform gives",
        lambda: whole("JPEG") + bytes(21 * 1024 * 1024),
        frozenset({Refusal.TOO_LARGE}),
    )
    yield Hostile("JPEG of twenty megabytes", lambda: whole("JPEG") + random.Random(1).randbytes(19 * 1024 * 1024), ANY)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _png(width: int, height: int, lines: bytes, *, depth: int = 8, colour: int = 2) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(lines, 1)) + _chunk(b"IEND", b"")
    )


def _png_with(name: bytes, content: bytes) -> bytes:
    plain = encoded(picture(7, (64, 48)), "PNG")
    return plain[:33] + _chunk(name, content) + plain[33:]


def _jpeg_of(width: int, height: int) -> bytes:
    plain = bytearray(whole("JPEG"))
    at = plain.index(b"\xff\xc0")
    plain[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(plain)


def _heif_of(width: int, height: int) -> bytes:
    plain = bytearray(whole("HEIF"))
    at = plain.index(b"ispe")
    plain[at + 8 : at + 16] = struct.pack(">II", width, height)
    return bytes(plain)


def _webp_canvas(width: int, height: int) -> bytes:
    plain = encoded(picture(8, (64, 48)), "WEBP")
    wide, high = ((each - 1).to_bytes(3, "little") for each in (width, height))
    inside = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + bytes(4) + wide + high + plain[12:]
    return b"RIFF" + struct.pack("<I", len(inside)) + inside


def _webp_plain(width: int, height: int) -> bytes:
    plain = bytearray(encoded(picture(8, (64, 48)), "WEBP"))
    at = plain.index(b"\x9d\x01\x2a")
    plain[at + 3 : at + 7] = struct.pack("<HH", width, height)
    return bytes(plain)


def _many_scans(count: int) -> bytes:
    """A progressive JPEG that refines its whole picture again and again: small to send, long to decode."""
    plain = encoded(Image.new("L", (3_000, 3_000), 90), progressive=True)
    last = plain.rindex(b"\xff\xda")
    scan = plain[last:-2]
    # The tables the last scan needs stand before it; it is said again as often as is asked.
    return plain[:-2] + scan * min(count, (19 * 1024 * 1024 - len(plain)) // len(scan)) + b"\xff\xd9"


# --- Moving -------------------------------------------------------------------------------------------------------


def animations() -> Iterator[Hostile]:
    only = frozenset({Refusal.MOVES})
    for frames in (2, 3, 5, 8, 1_000):
        yield Hostile(f"PNG of {frames} frames", lambda n=frames: _animated("PNG", n), only)
        yield Hostile(f"WEBP of {frames} frames", lambda n=frames: _animated("WEBP", n), only)
    for frames in (2, 3, 5):
        yield Hostile(f"HEIF of {frames} pictures", lambda n=frames: _several(n), only)
    for brand in (b"hevc", b"hevx", b"hevm", b"hevs", b"msf1"):
        yield Hostile(f"HEIF that says {brand.decode()}", lambda b=brand: whole("HEIF").replace(b"heic", b, 1), only)


def _animated(to: str, frames: int) -> bytes:
    first, *others = (Image.new("RGB", (48, 36), (seed * 97 % 256, seed * 31 % 256, 200)) for seed in range(frames))
    return encoded(first, to, save_all=True, append_images=others, duration=40)


def _several(count: int) -> bytes:
    found = pillow_heif.HeifFile()
    for seed in range(count):
        found.add_from_pillow(picture(seed, (64, 48)))
    written = io.BytesIO()
    found.save(written)
    return written.getvalue()


# --- Cut short, and broken ----------------------------------------------------------------------------------------


def truncations() -> Iterator[Hostile]:
    """Each kind cut off at every kilobyte, and one byte before its end."""
    # Cut inside its head, it may be no kind at all; cut inside its tags, its tags may be what breaks.
    cut = frozenset({Refusal.CUT_SHORT, Refusal.BROKEN, Refusal.UNKNOWN_KIND})
    for to in FORMATS:
        size = len(whole(to))
        for end in [*range(0, size, 1024), size - 1]:
            yield Hostile(f"{to} of {end} bytes", lambda to=to, end=end: whole(to)[:end], cut)


def broken() -> Iterator[Hostile]:
    """Bytes turned over, above all where a HEIC says what is where; sizes that lie."""
    for seed in range(260):
        yield Hostile(f"HEIF broken {seed}", lambda seed=seed: _turned("HEIF", seed, 900), ANY)
    for to in ("JPEG", "PNG", "WEBP"):
        for seed in range(60):
            yield Hostile(f"{to} broken {seed}", lambda to=to, seed=seed: _turned(to, seed, 4_000), ANY)


def _turned(to: str, seed: int, within: int) -> bytes:
    chance = random.Random(seed)
    content = bytearray(whole(to))
    # Most where the structure is, some in the picture itself; its first bytes stay, or it would be no such file.
    for _ in range(chance.choice((1, 2, 4, 16))):
        reach = within if chance.random() < 0.8 else len(content)
        content[chance.randrange(24, min(reach, len(content)))] = chance.randrange(256)
    return bytes(content)
