"""What the process of its own does: read one picture from its input, and write it anew, or one word why not.

Run by ``bot.media.making_safe`` for each picture and by nobody else. Everything it needs is imported before it shuts
itself off, and it shuts itself off before it reads the first byte. Knows nothing of where the picture came from.
"""

from __future__ import annotations

import io
import sys
import warnings
from collections.abc import Callable

from PIL import Image, ImageCms, ImageOps, JpegImagePlugin

from bot.media import whole
from bot.media.confinement import confine
from bot.media.limits import Limits

_TAKEN = (0x9003, 0x9004)  # when it was taken, when it was scanned
_ZONE = (0x9011, 0x9012)  # and the hours from Greenwich beside each
_EXIF = 0x8769
_WHICH_WAY_UP = 0x0112


class _No(Exception):
    """The one word that says why not."""


def main() -> None:
    """Decode the picture on the standard input; the command line says its kind and the limits."""
    kind, *given = sys.argv[1:]
    limits = Limits(*map(int, given))
    opens = _OPENS[kind]()
    _rehearse(limits)
    Image.MAX_IMAGE_PIXELS = limits.pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    # The decoder of HEIC always starts a thread, and fails where it may not.
    confine(memory=limits.memory, cpu_seconds=limits.cpu_seconds, threads=kind == "heic")
    # From here on whatever goes wrong is the picture's doing.
    sys.stdout.buffer.write(b"ready\n")
    sys.stdout.buffer.flush()
    content = sys.stdin.buffer.read()
    try:
        answer = _made(kind, content, opens, limits)
    except _No as no:
        answer = [f"no {no}\n".encode()]
    except MemoryError:
        answer = [b"no too_much\n"]
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        answer = [b"no too_many_pixels\n"]
    except Exception:
        # What a broken picture makes a decoder raise is on no list; it is never our own fault.
        answer = [b"no broken\n"]
    for piece in answer:
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def _rehearse(limits: Limits) -> None:
    """All of it once, with a picture of our own: Pillow imports parts of itself only when it first needs them."""
    tags = Image.Exif()
    tags[_WHICH_WAY_UP] = 6
    tags.get_ifd(_EXIF)[_TAKEN[0]] = "2026:11:24 10:30:00"
    written = io.BytesIO()
    Image.new("RGB", (8, 8)).save(written, "JPEG", exif=tags)
    _made("jpeg", written.getvalue(), _jpeg(), limits)


def _made(kind: str, content: bytes, opens: _Opens, limits: Limits) -> list[bytes]:
    if reason := whole.why_not(kind, content, limits.pixels):
        raise _No(reason)
    image = opens(content)
    width, height = image.size
    if width * height > limits.pixels or max(image.size) > limits.side:
        raise _No("too_many_pixels")
    image.load()
    taken = _taken(image)
    if kind != "heic":  # whose decoder has turned it already
        image = _upright(image)
    image = _in_common_colours(image)
    image.info = {}
    original = _encoded(image, limits.original_bytes, 92)
    relay = _for_relay(image, limits)
    size = image.size
    del image
    thumbnail = _within(relay, limits.thumbnail_side)
    pieces = [_encoded(thumbnail, limits.thumbnail_bytes, 80), _encoded(relay, limits.relay_bytes, 85), original]
    sizes = " ".join(str(len(each)) for each in pieces)
    return [f"safe {size[0]} {size[1]} {sizes} {taken or '-'}\n".encode(), *pieces]


# --- Opening ----------------------------------------------------------------------------------------------------

_Opens = Callable[[bytes], Image.Image]


def _jpeg() -> _Opens:
    # The class itself: no other format is tried, and the second picture some phones append is not looked for.
    return lambda content: JpegImagePlugin.JpegImageFile(io.BytesIO(content))


def _png() -> _Opens:
    from PIL import PngImagePlugin

    return lambda content: PngImagePlugin.PngImageFile(io.BytesIO(content))


def _webp() -> _Opens:
    from PIL import WebPImagePlugin

    return lambda content: WebPImagePlugin.WebPImageFile(io.BytesIO(content))


def _heic() -> _Opens:
    import pillow_heif

    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.options.THUMBNAILS = False
    pillow_heif.options.DEPTH_IMAGES = False
    pillow_heif.options.AUX_IMAGES = False

    def opens(content: bytes) -> Image.Image:
        found = pillow_heif.open_heif(io.BytesIO(content))
        if len(found) != 1:
            raise _No("moves")
        if found.size[0] * found.size[1] > Image.MAX_IMAGE_PIXELS:
            raise _No("too_many_pixels")
        return found.to_pillow()

    return opens


_OPENS: dict[str, Callable[[], _Opens]] = {"jpeg": _jpeg, "png": _png, "webp": _webp, "heic": _heic}


# --- What is kept of what came with it --------------------------------------------------------------------------


def _taken(image: Image.Image) -> str | None:
    """The moment it was taken, as the camera's clock said it, with its distance from Greenwich if that is there."""
    try:
        tags = image.getexif().get_ifd(_EXIF)
    except Exception:
        # Tags that cannot be read say nothing; the picture may be well all the same.
        return None
    for moment, zone in zip(_TAKEN, _ZONE, strict=True):
        said = str(tags.get(moment, "")).strip("\0 ")
        # 2026:11:24 10:30:00
        if len(said) == 19 and said.replace(":", "").replace(" ", "").isascii() and said[:4].isdigit():
            offset = str(tags.get(zone, "")).strip("\0 ")
            return said[:10].replace(":", "-") + "T" + said[11:] + (offset if len(offset) == 6 else "")
    return None


# --- The picture itself -----------------------------------------------------------------------------------------


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except MemoryError:
        raise
    except Exception:
        # Tags that cannot be read do not say which way is up.
        return image


def _in_common_colours(image: Image.Image) -> Image.Image:
    """In the colours every screen knows, on white where it was see-through."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):
        # Sixteen bits a point: the upper eight are the picture.
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        over = image.convert("RGBA")
        image = Image.new("RGB", over.size, "white")
        image.paste(over, mask=over.getchannel("A"))
    elif image.mode not in ("L", "RGB", "CMYK"):
        image = image.convert("RGB")
    if profile:
        image = _converted(image, profile)
    return image if image.mode == "RGB" else image.convert("RGB")


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return image
        found = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        # Without its profile the colours are a little off, and everything is to be seen.
        return image
    return image if found is None else found


def _for_relay(image: Image.Image, limits: Limits) -> Image.Image:
    small = _within(image, limits.relay_side)
    width, height = small.size
    least = -(-max(small.size) // limits.relay_ratio)
    if min(small.size) >= least:
        return small
    framed = Image.new("RGB", (max(width, least), max(height, least)), "white")
    framed.paste(small, ((framed.width - width) // 2, (framed.height - height) // 2))
    return framed


def _within(image: Image.Image, side: int) -> Image.Image:
    """No longer than ``side``, never larger than it was."""
    share = side / max(image.size)
    if share >= 1:
        return image
    size = (max(1, round(image.width * share)), max(1, round(image.height * share)))
    # Nearly as fine as the finest when a picture is made smaller, in a third of its time.
    return image.resize(size, Image.Resampling.HAMMING, reducing_gap=3.0)


def _encoded(image: Image.Image, most: int, quality: int) -> bytes:
    """As a JPEG of at most so many bytes: coarser rather than refused."""
    for coarser in (quality, 75, 50, 25):
        written = io.BytesIO()
        image.save(written, "JPEG", quality=coarser)
        if written.tell() <= most:
            return written.getvalue()
    raise _No("too_much")
