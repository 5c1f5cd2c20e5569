"""The pages of private links: films and sounds are played, other files are saved, and words are only ever words."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from book.media import MediaKind
from book.pictures import CopyFor, CopyId, PictureId
from book.wording.catalogue import load_catalogue
from bot.links.opening import Opened
from bot.links.page import LinkPages
from storage.pictures import Copy, Leaving
from storage.vault import Owner

TOKEN, TICKET = "t" * 22, "1700000000." + "k" * 22
AT = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)


def leaving(number: int, media_type: str, kind: MediaKind) -> Leaving:
    copy = Copy(
        CopyId(number), PictureId(number), Owner.child_media(1), CopyFor.RELAY, "0" * 32, media_type, 9, True, True
    )
    return Leaving(copy, kind)


def test_each_thing_stands_on_the_page_as_what_it_is_and_nobodys_words_are_markup() -> None:
    pages = LinkPages(load_catalogue(), ZoneInfo("Europe/London"))
    shown = (
        leaving(1, "image/jpeg", MediaKind.PHOTO),
        leaving(2, "video/mp4", MediaKind.VIDEO),
        leaving(3, "audio/ogg", MediaKind.VOICE),
        leaving(4, "application/pdf", MediaKind.DOCUMENT),
    )

    page = pages.shown(Opened("Noah", "Priya", AT, ("<script>alert(1)</script> \u202elook",), shown, TICKET), TOKEN)

    for tag in (
        f'<img src="{TOKEN}/{TICKET}/1" alt="Photo 1">',
        f'<video src="{TOKEN}/{TICKET}/2" controls preload="metadata"></video>',
        f'<audio src="{TOKEN}/{TICKET}/3" controls preload="metadata"></audio>',
        f'<a href="{TOKEN}/{TICKET}/4">File 4</a>',
    ):
        assert tag in page
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; \u202elook\u202c" in page
    waits = pages.waits([each.kind for each in shown])
    assert "Show them" in waits
    assert "Noah" not in waits
