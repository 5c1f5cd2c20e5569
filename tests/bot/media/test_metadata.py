"""An independent reader finds no tag in anything that leaves: not where, not when, not by what, not by whom.

Some pictures in every run, three hundred in ``make prove``. That reader wrote the tags as well, and is shown to find
them where they were planted.
"""

from __future__ import annotations

import asyncio
import random
import struct
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import ImageCms

from bot.media.making_safe import Safe, make_safe
from tests.bot.media.exiftool import exiftool, plant, tags_in
from tests.bot.media.pictures import FORMATS, encoded, picture, png_words, tags

LONDON = ZoneInfo("Europe/London")
AT_ONCE = 2
ENDING = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "HEIF": "heic"}

# How exiftool is told to write each, and the group it reports it under.
PLANTED: dict[str, tuple[tuple[str, ...], str]] = {
    "gps": (
        ("-GPSLatitude=52.2053", "-GPSLatitudeRef=N", "-GPSLongitude=0.1218", "-GPSLongitudeRef=E", "-GPSAltitude=12"),
        "GPS:",
    ),
    "exif": (("-EXIF:Artist=CANARY", "-EXIF:UserComment=CANARY", "-EXIF:SerialNumber=CANARY"), "ExifIFD:"),
    "xmp": (
        ("-XMP-dc:Creator=CANARY", "-XMP-iptcCore:Location=CANARY", "-XMP-exif:GPSLatitude=52.2053"),
        "XMP-",
    ),
    "iptc": (("-IPTC:By-line=CANARY", "-IPTC:Sub-location=CANARY", "-IPTC:Caption-Abstract=CANARY"), "IPTC:"),
    "comment": (("-File:Comment=CANARY",), "File:Comment"),
}
# Of those, what exiftool can write into which kind.
WRITABLE = {
    "JPEG": ("gps", "exif", "xmp", "iptc", "comment"),
    "PNG": ("gps", "exif", "xmp", "iptc"),
    "WEBP": ("gps", "exif", "xmp"),
    "HEIF": ("gps", "exif", "xmp"),
}


async def test_no_tag_is_found_in_what_leaves(tmp_path: Path) -> None:
    assert await left_in(range(16), tmp_path) == {}


@pytest.mark.prove
async def test_no_tag_is_found_in_what_leaves_of_three_hundred_pictures(tmp_path: Path) -> None:
    assert await left_in(range(300), tmp_path) == {}


def test_a_tag_that_was_left_in_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "commented.jpg").write_bytes(encoded(picture(), comment=b"CANARY"))
    (tmp_path / "plain.jpg").write_bytes(encoded(picture()))

    exiftool()
    assert tags_in(tmp_path) == {"commented.jpg": {"File:Comment": "CANARY"}, "plain.jpg": {}}


async def left_in(seeds: Sequence[int], folder: Path) -> dict[str, dict[str, object]]:
    """The tags found in the copies of so many pictures, after all that was planted was found in the pictures."""
    exiftool()
    came, leaves = folder / "came", folder / "leaves"
    came.mkdir()
    leaves.mkdir()
    expected = _write(seeds, came)

    found = tags_in(came)
    for name, groups in expected.items():
        for group in groups:
            assert any(tag.startswith(group) for tag in found[name]), f"nothing of {group} was planted in {name}"
    free = asyncio.Semaphore(AT_ONCE)

    async def send(path: Path) -> None:
        async with free:
            safe = await make_safe(path.read_bytes(), zone=LONDON)
        assert isinstance(safe, Safe), f"{path.name}: {safe}"
        assert safe.taken_at is not None, f"the moment was lost of {path.name}"
        for what in ("relay", "thumbnail", "original"):
            (leaves / f"{path.stem}-{what}.jpg").write_bytes(getattr(safe, what))

    # Where one fails the others are ended here: cancelled as the loop closes, a process that begins waits for ever.
    async with asyncio.TaskGroup() as sending:
        for path in sorted(came.iterdir()):
            sending.create_task(send(path))
    looked = tags_in(leaves)
    assert len(looked) == 3 * len(seeds)
    return {name: some for name, some in looked.items() if some}


def _write(seeds: Sequence[int], folder: Path) -> dict[str, list[str]]:
    """Pictures with a camera's own tags and what exiftool adds; which groups of tags each should have."""
    expected: dict[str, list[str]] = {}
    jobs: list[tuple[Sequence[str], Path]] = []
    for seed in seeds:
        chance = random.Random(seed)
        to = FORMATS[seed % len(FORMATS)]
        path = folder / f"{seed:03}.{ENDING[to]}"
        path.write_bytes(_by_a_phone(to, seed, (chance.randrange(60, 900), chance.randrange(60, 700))))
        chosen = [each for each in WRITABLE[to] if chance.random() < 0.7] or ["gps"]
        jobs.append(([argument for each in chosen for argument in PLANTED[each][0]], path))
        expected[path.name] = ["Apple:", "GPS:", *(PLANTED[each][1] for each in chosen)]
    plant(jobs)
    return expected


def _by_a_phone(to: str, seed: int, size: tuple[int, int]) -> bytes:
    """With all that a phone writes: make, moment, place, its maker's own note, a small picture of the picture."""
    image = picture(seed, size)
    found = tags()
    found[0x010F] = "Apple"
    found.get_ifd(0x8769)[0x927C] = _apple_note()
    options: dict[str, object] = {"exif": found.tobytes()}
    if to != "HEIF":
        options["icc_profile"] = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    if to == "JPEG":
        options["comment"] = b"CANARY"
    if to == "PNG":
        options["pnginfo"] = png_words()
    return encoded(image, to, **options)


def _apple_note() -> bytes:
    """A maker's note as a phone of Apple's writes it: one tag, the name it has for this picture."""
    said = b"CANARY-00-CONTENT-IDENTIFIER\0"
    head = b"Apple iOS\0\0\x01MM"
    at = len(head) + 2 + 12 + 4
    return head + struct.pack(">HHHII", 1, 0x0011, 2, len(said), at) + bytes(4) + said
