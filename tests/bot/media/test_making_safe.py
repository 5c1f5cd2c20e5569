"""A picture comes out anew: the right way up, small enough to send, with nothing of what came but how it looks."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image, ImageChops, ImageStat

from bot.media.jpegs import is_bare
from bot.media.limits import Limits
from bot.media.making_safe import Safe, make_safe
from tests.bot.media.pictures import FORMATS, encoded, picture, tags

LONDON = ZoneInfo("Europe/London")
ROOT = Path(__file__).parents[3]


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
    image = picture(size=(3000, 2000))

    safe = await made(encoded(image, to))

    relay, thumbnail, original = opened(safe.relay), opened(safe.thumbnail), opened(safe.original)
    assert (relay.size, thumbnail.size, original.size) == ((2048, 1365), (320, 213), (3000, 2000))
    assert (safe.width, safe.height) == (3000, 2000)
    for copy in (safe.relay, safe.thumbnail, safe.original):
        assert is_bare(copy)
        assert unlike(opened(copy), image) < 12


@pytest.mark.parametrize("to", ["JPEG", "PNG", "WEBP"])
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

    safe = await made(encoded(stored, to, exif=tags(way_up=way_up)))

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
