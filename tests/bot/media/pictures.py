"""Pictures of nothing in particular, made anew from a seed: no file is kept for them.

Whatever is planted in one is a word that no picture has by chance, so that it can be looked for in what leaves.
"""

from __future__ import annotations

import io
import random

import pillow_heif
from PIL import Image, PngImagePlugin

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
TAKEN = "2026:07:24 10:30:00"


def picture(seed: int = 1, size: tuple[int, int] = (480, 360), mode: str = "RGB") -> Image.Image:
    """Patches of colour with some grain: it is no easier to compress than a photo."""
    chance = random.Random(seed)
    small = Image.frombytes("RGB", (24, 18), chance.randbytes(24 * 18 * 3)).resize(size, Image.Resampling.BICUBIC)
    grain = Image.frombytes("L", (97, 89), chance.randbytes(97 * 89)).resize(size, Image.Resampling.NEAREST)
    return Image.blend(small, grain.convert("RGB"), 0.08).convert(mode)


def encoded(image: Image.Image, to: str = "JPEG", **options: object) -> bytes:
    written = io.BytesIO()
    if to == "HEIF":
        pillow_heif.from_pillow(image).save(written, **options)
    else:
        image.save(written, to, **options)
    return written.getvalue()


def tags(**given: object) -> Image.Exif:
    """What a camera writes: a moment, which way is up, a place."""
    found = Image.Exif()
    found[0x010F] = "CANARY-MAKER"
    found[0x0112] = int(str(given.get("way_up", 1)))
    inner = found.get_ifd(0x8769)
    inner[0x9003] = str(given.get("taken", TAKEN))
    if "offset" in given:
        inner[0x9011] = str(given["offset"])
    inner[0x927C] = b"CANARY-MAKERNOTE" * 20
    place = found.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (52.0, 12.0, 30.5), "E", (0.0, 7.0, 12.25)
    place[0x1B] = b"CANARY-GPS"
    return found


def png_words() -> PngImagePlugin.PngInfo:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "CANARY-TEXT")
    words.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>CANARY-XMP</x:xmpmeta>")
    return words
