"""What came is what its bytes are, within what it came as; and a PDF that does more than show pages goes nowhere."""

from __future__ import annotations

import io
import zlib
from datetime import UTC
from pathlib import Path

import pytest
from fpdf import FPDF

from book.media import MediaKind, Refusal
from book.pictures import CopyFor
from bot.media.looking_through import why_not
from bot.media.making_safe import Refused
from bot.media.own_copies import Own, make_own
from bot.media.recordings import Unrelayed, find_ffmpeg
from tests.bot.media.ffmpeg import ffmpeg, heard, recorded, streams
from tests.bot.media.pictures import encoded, picture


def pdf(*, beside: bytes = b"") -> bytes:
    """One page; ``beside`` it an object of somebody else's."""
    paper = FPDF()
    paper.add_page()
    paper.set_font("helvetica", size=20)
    paper.cell(text="Menu for the week")
    written = io.BytesIO()
    paper.output(written)
    return written.getvalue().replace(b"%%EOF", b"9 0 obj\n" + beside + b"\nendobj\n%%EOF")


def listed(content: bytes, packing: bytes = b"/Filter /FlateDecode") -> bytes:
    """The same object in a list of objects, as newer files have them."""
    packed = zlib.compress(content)
    return b"<< /Type /ObjStm /N 1 /First 4 " + packing + b" >>\nstream\r\n" + packed + b"\nendstream"


async def kept(content: bytes, came_as: MediaKind) -> Own | Refused | Unrelayed | object:
    return await make_own(content, came_as=came_as, zone=UTC, ffmpeg=find_ffmpeg())


async def test_a_pdf_is_passed_on_as_it_stands() -> None:
    content = pdf(beside=b"<< /S /URI /URI (https://nursery.example) >>")

    assert await kept(content, MediaKind.DOCUMENT) == Own({CopyFor.RELAY: content}, "application/pdf")


@pytest.mark.parametrize(
    "beside",
    [
        b"<< /S /JavaScript /JS (app.alert(1)) >>",
        b"<< /S /J#61vaScript /J#53 9 0 R >>",
        b"<< /S /Launch /F (calc.exe) >>",
        b"<< /Type /Filespec /EF << /F 4 0 R >> >> << /Type /EmbeddedFile >>",
        b"<< /OpenAction << /S /URI /URI (https://canary.example) >> >>",
        b"<< /Encrypt 5 0 R >>",
        listed(b"1 0 << /S /JavaScript /JS (app.alert(1)) >>"),
        listed(b"1 0 << >>", b"/Filter [/ASCII85Decode /FlateDecode]"),
    ],
    ids=["acts", "spelt otherwise", "launches", "a file", "opens a page", "locked", "in a list", "packed twice"],
)
def test_a_pdf_that_does_more_than_show_pages_is_refused(beside: bytes) -> None:
    assert why_not(pdf(beside=beside)) == Refusal.MORE_THAN_A_PICTURE


async def test_a_pdf_is_looked_through_apart_from_everything_else() -> None:
    assert await kept(pdf()[:600], MediaKind.DOCUMENT) == Refused(Refusal.CUT_SHORT)
    acts = b"<< /S /JavaScript /JS (app.alert(1)) >>"
    assert await kept(pdf(beside=acts), MediaKind.DOCUMENT) == Refused(Refusal.MORE_THAN_A_PICTURE)
    bomb = listed(bytes(8 * 1024 * 1024)) + b"\nendobj\n1 0 obj\n"
    assert await kept(pdf(beside=bomb * 10), MediaKind.DOCUMENT) == Refused(Refusal.TOO_MUCH)


async def test_what_came_as_a_voice_shows_nobody_whatever_it_calls_itself(tmp_path: Path) -> None:
    """Nobody was asked who may be seen in it."""
    for name in ("film.mp4", "film.mov"):
        film = recorded(name, tmp_path)
        # An M4A by its first bytes, and a film all the same.
        for content in (film, film[:8] + b"M4A " + film[12:]):
            came = await kept(content, MediaKind.AUDIO)
            assert isinstance(came, Own)
            assert came.media_type == "audio/mp4"
            assert streams(came.copies[CopyFor.RELAY], tmp_path) == ["audio"]
    silent = recorded("silent.mp4", tmp_path)
    assert await kept(silent, MediaKind.VOICE) == Refused(Refusal.BROKEN)


async def test_a_picture_a_recording_and_a_pdf_are_each_what_they_came_as_or_are_refused(tmp_path: Path) -> None:
    ffmpeg()
    still, voice, paper = encoded(picture(1, (64, 48))), recorded("voice.ogg", tmp_path), pdf()
    for content, came_as in [
        (still, MediaKind.VOICE),
        (still, MediaKind.DOCUMENT),
        (voice, MediaKind.DOCUMENT),
        (paper, MediaKind.PHOTO),
        (paper, MediaKind.AUDIO),
    ]:
        assert await kept(content, came_as) == Refused(Refusal.ANOTHER_KIND)
    # Who may be seen was asked of a film as of a photo.
    shown = await kept(still, MediaKind.VIDEO)
    assert isinstance(shown, Own)
    assert set(shown.copies) == set(CopyFor)
    said = await kept(voice, MediaKind.VOICE)
    assert isinstance(said, Own)
    assert set(said.copies) == {CopyFor.RELAY}
    assert heard(said.copies[CopyFor.RELAY], tmp_path) == heard(voice, tmp_path)
