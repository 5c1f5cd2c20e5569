"""The desk as HTML: plain forms and no script, every word of the people on it escaped.

Knows what is shown and not who may see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from book.timing import spoken_day, spoken_time
from book.wording.catalogue import Catalogue
from storage.disclosures import RELEASED, OnTheDesk


class Pages:
    """The pages in one language and one time zone."""

    def __init__(self, catalogue: Catalogue, zone: ZoneInfo) -> None:
        self._catalogue = catalogue
        self._zone = zone

    def _say(self, key: str, **values: str) -> str:
        return escape(self._catalogue.say(key, **values))

    def _page(self, body: str) -> str:
        title = self._say("desk.title")
        return (
            f'<!doctype html><html lang="{self._catalogue.language}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<meta name="robots" content="noindex"><title>{title}</title>'
            '<link rel="stylesheet" href="/desk/desk.css"></head>'
            f"<body><main><h1>{title}</h1>{body}</main></body></html>"
        )

    def sentence(self, key: str) -> str:
        """A page that says one thing."""
        return self._page(f"<p>{self._say(key)}</p>")

    def figures(self, token: str = "", *, said: str = "", note: tuple[int, str] | None = None) -> str:
        """Four figures are asked for. ``note`` is what she was writing when the desk closed: it is not lost."""
        kept = ""
        if note is not None:
            kept = (
                f'<input type="hidden" name="disclosure" value="{note[0]}">'
                f'<input type="hidden" name="words" value="{escape(note[1])}">'
            )
        above = f'<p class="note">{self._say(said)}</p>' if said else ""
        return self._page(
            f'{above}<form method="post" action="/desk/open">'
            f'<p><label for="figures">{self._say("desk.figures")}</label></p>'
            '<p><input id="figures" name="figures" type="password" inputmode="numeric" autocomplete="off" '
            'pattern="[0-9]{4}" maxlength="4" required autofocus></p>'
            f'<input type="hidden" name="token" value="{escape(token)}">{kept}'
            f"<button>{self._say('desk.open')}</button></form>"
        )

    def desk(self, found: Sequence[OnTheDesk], *, said: str = "") -> str:
        """Everything on it, newest first."""
        above = f'<p class="note" role="status">{self._say(said)}</p>' if said else ""
        articles = "".join(self._article(each) for each in found) or f"<p>{self._say('desk.empty')}</p>"
        close = f'<form method="post" action="/desk/close"><button>{self._say("desk.close")}</button></form>'
        return self._page(f"{above}{articles}{close}")

    def _article(self, on: OnTheDesk) -> str:
        held = on.held
        lines = [f"<h2>{escape(self.heading(on))}</h2>", f"<blockquote>{escape(on.words)}</blockquote>"]
        if held.state == RELEASED:
            lines.append(f"<p>{self._say('desk.released')}</p>")
        if on.answered_by:
            lines.append(f"<p>{self._say('desk.answered', name=on.answered_by)}</p>")
        if on.notes:
            items = "".join(f"<li>{escape(self.note(each.at, each.by))} {escape(each.words)}</li>" for each in on.notes)
            lines.append(f"<ul>{items}</ul>")
        lines.append(
            f'<form method="post" action="/desk/note"><input type="hidden" name="disclosure" value="{held.id}">'
            f"<label>{self._say('desk.did')}"
            '<textarea name="words" rows="3" maxlength="4000" required></textarea></label>'
            f"<button>{self._say('desk.write_down')}</button></form>"
        )
        if held.state != RELEASED:
            lines.append(self._sure("release", held.id, "desk.release", "desk.release.sure"))
        lines.append(f'<a class="button" href="/desk/{held.id}.pdf">{self._say("desk.save")}</a>')
        lines.append(self._sure("remove", held.id, "desk.remove", "desk.remove.sure"))
        return f'<article id="d{held.id}">{"".join(lines)}</article>'

    def _sure(self, act: str, disclosure: int, label: str, sure: str) -> str:
        return (
            f"<details><summary>{self._say(label)}</summary>"
            f'<form method="post" action="/desk/{act}"><input type="hidden" name="disclosure" value="{disclosure}">'
            f"<p>{self._say(sure)}</p><button>{self._say(label)}</button></form></details>"
        )

    def heading(self, on: OnTheDesk) -> str:
        """When it was written and by whom, as page and paper have it."""
        at = on.held.at.astimezone(self._zone)
        key = "desk.heading.device" if on.place else "desk.heading"
        return self._catalogue.say(
            key, day=spoken_day(at.date()), time=spoken_time(at), author=on.author, place=on.place, setting=on.setting
        )

    def note(self, at: datetime, by: str) -> str:
        """When something was done and who did it."""
        local = at.astimezone(self._zone)
        return self._catalogue.say("desk.note", day=spoken_day(local.date()), time=spoken_time(local), name=by)
