"""What is bare is told from what is not by a JPEG's segments alone."""

from __future__ import annotations

import pytest

from bot.media.jpegs import is_bare
from tests.bot.media.pictures import encoded, picture, tags

PLAIN = encoded(picture(1, (64, 48)))
_WITH_TAGS: dict[str, dict[str, object]] = {
    "exif": {"exif": tags().tobytes()},
    "a comment": {"comment": b"CANARY"},
    "a profile": {"icc_profile": b"CANARY" * 30},
    "xmp": {"xmp": b"<x:xmpmeta/>"},
    "the maker of a colour": {"keep_rgb": True},
}


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"optimize": True}, {"quality": 30}])
def test_a_jpeg_that_holds_its_picture_alone_is_bare(options: dict[str, object]) -> None:
    assert is_bare(encoded(picture(2, (64, 48)), **options))


@pytest.mark.parametrize("options", _WITH_TAGS.values(), ids=list(_WITH_TAGS))
def test_a_jpeg_with_anything_beside_its_picture_is_not_bare(options: dict[str, object]) -> None:
    assert not is_bare(encoded(picture(2, (64, 48)), **options))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff\xd9 and more",
        PLAIN[:-2],
        PLAIN[:-1],
        PLAIN + b"\0",
        PLAIN + PLAIN,
        # A small picture of the picture, in the segment that says only its shape.
        PLAIN[:4] + b"\0\x13" + PLAIN[6:18] + b"\x01\x01\1\2\3" + PLAIN[20:],
        b"\x89PNG\r\n\x1a\n" + PLAIN,
        b"\xff\xd8" + b"\xff\xdd\0\2" * 1_000 + PLAIN[2:],
    ],
    ids=range(10),
)
def test_what_is_cut_short_or_goes_on_is_not_bare(content: bytes) -> None:
    assert not is_bare(content)
