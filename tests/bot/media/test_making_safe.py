"""A picture comes out anew: the right way up, small enough to send, with nothing of what came but how it looks."""

from __future__ import annotations

import io
import random
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

from book.media import Refusal
from bot.media.jpegs import is_bare
from bot.media.limits import LARGEST_FILE, Limits
from bot.media.making_safe import Refused, Safe, make_safe
from tests.bot.media.pictures import FORMATS, encoded, picture, tags

LONDON = ZoneInfo("Europe/London")


async def made(content: bytes, limits: Limits | None = None) -> Safe:
    found = await make_safe(content, zone=LONDON, limits=limits or Limits())
    assert isinstance(found, Safe), found
    return found


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def unlike(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures differ on average, a point and a colour: 0 to 255."""
    difference = ImageChops.difference(one.convert("RGB"), other.convert("RGB").resize(one.size))
    return sum(ImageStat.Stat(difference).mean) / 3


@pytest.mark.parametrize("to", FORMATS)
async def test_a_picture_of_every_kind_comes_out_as_three_bare_jpegs_that_look_the_same(to: str) -> None:
    image = picture(size=(2200, 1100))

    safe = await made(encoded(image, to))

    relay, thumbnail, original = opened(safe.relay), opened(safe.thumbnail), opened(safe.original)
    assert (relay.size, thumbnail.size, original.size) == ((2048, 1024), (320, 160), (2200, 1100))
    assert (safe.width, safe.height) == (2200, 1100)
    for copy in (safe.relay, safe.thumbnail, safe.original):
        assert is_bare(copy)
        assert unlike(opened(copy), image) < 12


@pytest.mark.parametrize("to", FORMATS)
@pytest.mark.parametrize("way_up", range(1, 9))
async def test_it_is_turned_the_right_way_up(to: str, way_up: int) -> None:
    upright = Image.new("RGB", (320, 200), "white")
    upright.paste("red", (0, 0, 160, 100))
    lying = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[way_up]
    stored = upright if lying is None else upright.transpose(lying)

    safe = await made(encoded(stored, to, exif=tags(way_up=way_up).tobytes()))

    assert (safe.width, safe.height) == (320, 200)
    for copy in (safe.relay, safe.original):
        assert unlike(opened(copy), upright) < 6


@pytest.mark.parametrize("to", FORMATS)
async def test_the_moment_it_was_taken_is_the_one_thing_kept_of_its_tags(to: str) -> None:
    at_home = encoded(picture(), to, exif=tags().tobytes())
    abroad = encoded(picture(), to, exif=tags(offset="-05:00").tobytes())

    assert (await made(at_home)).taken_at == datetime(2026, 7, 24, 9, 30, tzinfo=UTC)
    assert (await made(abroad)).taken_at == datetime(2026, 7, 24, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "taken", ["", "    :  :     :  :  ", "0000:00:00 00:00:00", "yesterday, at half nine", "2026:13:45 99:99:99"]
)
async def test_a_moment_that_is_none_is_left_out(taken: str) -> None:
    assert (await made(encoded(picture(), exif=tags(taken=taken)))).taken_at is None


async def test_what_is_see_through_stands_on_white() -> None:
    clear = Image.new("RGBA", (64, 64), (0, 0, 0, 0))

    for content in (encoded(clear, "PNG"), encoded(clear, "WEBP"), encoded(clear, "HEIF")):
        assert unlike(opened((await made(content)).original), Image.new("RGB", (64, 64), "white")) < 3


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGBA"])
async def test_a_png_of_any_depth_looks_the_same(mode: str) -> None:
    grey = Image.linear_gradient("L")
    stored = Image.frombytes("I;16", grey.size, b"".join(bytes((0, each)) for each in grey.tobytes()))
    image = stored if mode == "I;16" else grey.convert(mode)

    safe = await made(encoded(image, "PNG"))

    assert unlike(opened(safe.original), image.convert("RGB") if mode == "1" else grey) < 3


@pytest.mark.parametrize("mode", ["L", "CMYK"])
async def test_a_jpeg_of_other_colours_looks_the_same(mode: str) -> None:
    image = picture().convert(mode)

    assert unlike(opened((await made(encoded(image))).original), image) < 6


async def test_colours_of_another_profile_become_those_every_screen_knows() -> None:
    """A profile whose red is what every screen calls green: a red picture that carries it is green."""
    known = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    at = {known[place : place + 4]: place for place in range(132, 132 + 12 * known[131], 12)}
    swapped = bytearray(known.replace("sRGB".encode("utf-16-be"), "mine".encode("utf-16-be")))
    for one, other in ((b"rXYZ", b"gXYZ"), (b"gXYZ", b"rXYZ")):
        swapped[at[one] + 4 : at[one] + 8] = known[at[other] + 4 : at[other] + 8]

    for to in FORMATS:
        content = encoded(Image.new("RGB", (64, 64), "#ff0000"), to, icc_profile=bytes(swapped))
        assert unlike(opened((await made(content)).original), Image.new("RGB", (64, 64), "#00ff00")) < 8, to


@pytest.mark.parametrize(
    ("size", "relayed"), [((8000, 100), (2048, 103)), ((100, 8000), (103, 2048)), ((1, 1), (1, 1))]
)
async def test_what_is_very_long_is_set_on_white_so_that_every_platform_takes_it(
    size: tuple[int, int], relayed: tuple[int, int]
) -> None:
    safe = await made(encoded(Image.new("RGB", size, "navy")))

    relay = opened(safe.relay)
    assert relay.size == relayed
    assert max(relay.size) <= 20 * min(relay.size)
    assert (safe.width, safe.height) == size
    middle, corner = relay.getpixel((relay.width // 2, relay.height // 2)), relay.getpixel((0, 0))
    assert unlike(Image.new("RGB", (1, 1), middle), Image.new("RGB", (1, 1), "navy")) < 12
    assert size == (1, 1) or corner == (255, 255, 255)


async def test_nothing_but_grain_is_made_coarser_until_it_fits() -> None:
    grain = Image.frombytes("RGB", (1200, 900), random.Random(2).randbytes(1200 * 900 * 3))
    limits = Limits(relay_bytes=700_000, original_bytes=700_000)

    safe = await made(encoded(grain), limits)

    assert max(len(safe.relay), len(safe.original)) <= 700_000


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7\n", Refusal.UNKNOWN_KIND),
        (b"", Refusal.UNKNOWN_KIND),
        (b"\xff\xd8\xff" + bytes(LARGEST_FILE), Refusal.TOO_LARGE),
    ],
)
async def test_what_is_no_picture_is_not_even_begun(content: bytes, reason: Refusal) -> None:
    assert await make_safe(content, zone=LONDON) == Refused(reason)
