"""The pages of private links as HTML: plain forms and no script, every word of the people on them escaped.

What a page says before its button is pressed names nobody and shows nothing. Knows not who may see what.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection
from hashlib import sha256
from html import escape
from zoneinfo import ZoneInfo

from book.media import MediaKind
from book.timing import spoken_day, spoken_time
from book.wording.catalogue import Catalogue
from book.wording.compose import what_these_are
from book.wording.utterance import turned_back
from bot.links.opening import Opened

_STYLE = (
    "body{margin:0 auto;padding:1rem;max-width:40rem;font:1.1rem/1.5 system-ui,sans-serif;color:#222;background:#fff}"
    "h1{font-size:1.25rem}img,video{display:block;width:100%;height:auto;margin:1rem 0}audio{width:100%;margin:1rem 0}"
    "blockquote{margin:1rem 0;padding-left:.75rem;border-left:.25rem solid #bbb;white-space:pre-line}"
    "button{font:inherit;padding:.75rem 1.25rem}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#181818}}"
)


class LinkPages:
    """The pages in one language and one time zone."""

    def __init__(self, catalogue: Catalogue, zone: ZoneInfo) -> None:
        self._catalogue = catalogue
        self._zone = zone
        # The one style there is, by its own hash: the page takes no other.
        self.style_source = f"'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'"

    def _say(self, key: str, **values: str) -> str:
        return escape(self._catalogue.say(key, **values))

    def _page(self, body: str) -> str:
        return (
            f'<!doctype html><html lang="{self._catalogue.language}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<meta name="robots" content="noindex, nofollow, noarchive"><title>{self._say("link.page.title")}</title>'
            f"<style>{_STYLE}</style></head><body><main>{body}</main></body></html>"
        )

    def gone(self) -> str:
        """Whatever leads nowhere, whyever."""
        return self._page(f"<p>{self._say('link.page.gone')}</p>")

    def busy(self) -> str:
        return self._page(f"<p>{self._say('link.page.busy')}</p>")

    def waits(self, kinds: Collection[MediaKind]) -> str:
        """Before the button is pressed: what a robot that looks at every link is given."""
        button = self._say(f"link.page.show.{what_these_are(kinds)}")
        # Without an action it goes to the page's own address, whatever a proxy has put before that.
        return self._page(f'<p>{self._say("link.page.waits")}</p><form method="post"><button>{button}</button></form>')

    def shown(self, opened: Opened, token: str) -> str:
        """What the link leads to. Addresses are relative, for the same reason."""
        local = opened.at.astimezone(self._zone)
        day, time = spoken_day(local.date()), spoken_time(local)
        heading = self._say("link.page.heading", child=opened.child, author=opened.author, day=day, time=time)
        quoted = "".join(f'<blockquote dir="auto">{escape(turned_back(each))}</blockquote>' for each in opened.words)
        shown = []
        for number, each in enumerate(opened.shown, start=1):
            source = escape(f"{token}/{opened.ticket}/{number}")
            family = each.copy.media_type.partition("/")[0]
            if family == "image":
                shown.append(f'<img src="{source}" alt="{self._say("link.page.picture", number=str(number))}">')
            elif family in ("video", "audio"):
                shown.append(f'<{family} src="{source}" controls preload="metadata"></{family}>')
            else:
                shown.append(f'<p><a href="{source}">{self._say("link.page.file", number=str(number))}</a></p>')
        return self._page(f"<h1>{heading}</h1>{quoted}{''.join(shown)}<p>{self._say('link.page.closes')}</p>")
