"""How photos and films are spoken of: to whoever of a setting sent them, and below them to those who see them.

What was understood to be in them, when they go to whom, and that those in them agreed. Decides nothing of who may
see what; knows nothing of topics.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from book.media import MediaKind
from book.timing import show, spoken_time
from book.wording.catalogue import Catalogue
from book.wording.utterance import Span, Style, turned_back
from book.wording.values import thing

_JUST_NOW = timedelta(minutes=10)
"""A photo that is shown so soon after it came has no time below it."""


@dataclass(frozen=True, slots=True)
class Photos:
    """What came with a note, as far as it is said who is in it."""

    go: tuple[MediaKind, ...]  # these may be seen by somebody
    stay: int = 0  # and so many are kept, and seen by nobody outside
    no_face: bool = False  # none of them shows one
    agreed: bool = False  # several children are in one of them, and each may be in group photos


@dataclass(frozen=True, slots=True)
class Seer:
    """Somebody who hears of a photo: ``at`` a time to come, None once she has; she ``sees`` it, or has the words."""

    name: str
    at: datetime | None
    is_parent: bool
    sees: bool = True


class Photographed:
    """The sentences about photos, in one language and one zone."""

    def __init__(self, catalogue: Catalogue, zone: ZoneInfo) -> None:
        self._catalogue = catalogue
        self._zone = zone

    def line(
        self, names: Sequence[str], photos: Photos, seers: Sequence[Seer], noes: Sequence[str], now: datetime
    ) -> str:
        """ "✓ Photo · Ella, Noah. Going at 10:31 to Hannah, Tom and Joe. Everyone in it has agreed to group photos."

        ``noes`` is said of those who do not hear of it.
        """
        what = self._what(photos)
        has = [each.name for each in seers if each.sees and each.at is None]
        going = [each for each in seers if each.sees and each.at is not None]
        told = " ".join(self._say("ack.photo.has", name=each) for each in has)
        behind = [*self._beside(photos, [each.name for each in seers if not each.sees]), *noes]
        if has and not going:
            line = self._say("ack.photo.done", what=what, names=", ".join(names), told=told)
            return " ".join([f"{line}.", *behind]) if behind else line
        said = [f"{told}."] if has else []
        said += [self._going(going, now)] if going else [self._say("ack.photo.kept")]
        if photos.agreed and going:
            said.append(self._say("ack.photo.agreed.one" if len(photos.go) == 1 else "ack.photo.agreed.some"))
        return self._say("ack.photo", what=what, names=", ".join(names), told=" ".join([*said, *behind]))

    def label(self, kinds: Sequence[MediaKind]) -> str:
        """ "photo", "2 videos", beside what a note is about."""
        what = self._say(f"thing.{thing(kinds)}")
        return what if len(kinds) == 1 else self._say("ack.photo.some", count=str(len(kinds)), what=what)

    def caption(self, child: str, words: str, author: str, at: datetime, now: datetime) -> list[Span]:
        """ "Ella, painting. – Priya"; the words as they were written, with the child's name where they have it not."""
        spans = [] if _names(words, child) else [Span(self._say("photo.of", child=child), Style.HEADING), Span(" ")]
        spans.append(Span(turned_back(words.strip()), Style.QUOTED))
        end = "." if words.strip()[-1:].isalnum() else ""
        time = spoken_time(at.astimezone(self._zone))
        key = "photo.by" if now - at <= _JUST_NOW else "photo.by_at"
        return [*spans, Span(f"{end} {self._say(key, author=author, time=time)}")]

    def _what(self, photos: Photos) -> str:
        is_one = len(photos.go) == 1
        what = self._say(f"thing.{thing(photos.go)}.first") if is_one else self.label(photos.go)
        return self._say("ack.photo.no_face", what=what) if photos.no_face else what

    def _going(self, seers: Iterable[Seer], now: datetime) -> str:
        groups: dict[str, list[str]] = {}
        for each in sorted(seers, key=lambda each: each.at or now):
            groups.setdefault(self._when(each, now), []).append(each.name)
        said = [
            self._say("ack.photo.to", when=when, names=self._catalogue.names(names)) for when, names in groups.items()
        ]
        return self._say("ack.photo.going", when=", ".join(said))

    def _when(self, seer: Seer, now: datetime) -> str:
        if seer.at is None or seer.at.replace(second=0, microsecond=0) <= now:
            return self._say("why.now")
        shown = show(seer.at, now=now, zone=self._zone, to_parent=seer.is_parent).words
        clock = shown or spoken_time(seer.at.astimezone(self._zone))
        return self._say("ack.photo.at", time=clock) if clock[:1].isdigit() else clock

    def _beside(self, photos: Photos, words_alone: Sequence[str]) -> list[str]:
        """What does not go, and who has the words without them."""
        said = []
        if photos.stay:
            key = "ack.photo.stays.one" if photos.stay == 1 else "ack.photo.stays.some"
            said.append(self._say(key, count=str(photos.stay)))
        if words_alone:
            said.append(self._say("ack.photo.words", names=self._catalogue.names(words_alone)))
        return said

    def _say(self, key: str, **values: str) -> str:
        return self._catalogue.say(key, **values)


def differ(lines: Iterable[tuple[str, str]]) -> bool:
    """Whether families read other words than each other's, beyond the name of each child; ``lines`` are both.

    >>> differ([("Ella", "Look at Ella!"), ("Noah", "Look at Noah!")])
    False
    >>> differ([("Ella", "asleep"), ("Noah", "digging")])
    True
    """
    return len({re.sub(rf"\b{re.escape(name)}\b", "", words, flags=re.IGNORECASE) for name, words in lines}) > 1


def _names(words: str, child: str) -> bool:
    return re.search(rf"\b{re.escape(child)}\b", words, re.IGNORECASE) is not None
