"""What a paper is to be made from, as it is kept until it is made: slips to join by, a page of sentences, a QR code.

A handler wishes for it, the bot makes it; neither knows the other. Holds no words of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from book.ids import NoticeId, PersonId, RoomId, SettingId

Sentences = tuple[tuple[str, Mapping[str, str]], ...]


@dataclass(frozen=True, slots=True)
class Slips:
    """Which slips are wanted: of these parents only, or of one room only, or of everybody who has not joined."""

    setting: SettingId
    parents: tuple[PersonId, ...] = ()
    room: RoomId | None = None
    large: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One side of paper with these sentences of the catalogue, the first its title."""

    sentences: Sentences


@dataclass(frozen=True, slots=True)
class Camera:
    """The link with this payload as a picture to point a camera at."""

    payload: str


Paper = Slips | Sheet | Camera


@dataclass(frozen=True, slots=True)
class Wish:
    """A paper, and the notice that waits for it."""

    paper: Paper
    notice: NoticeId

    def to_recipe(self) -> str:
        """As it is kept, sealed, until the paper is made."""
        match self.paper:
            case Slips(setting, parents, room, large):
                kept: dict[str, object] = {"setting": setting, "parents": parents, "room": room, "large": large}
            case Sheet(sentences):
                kept = {"sentences": [[key, dict(values)] for key, values in sentences]}
            case Camera(payload):
                kept = {"payload": payload}
            case _:
                assert_never(self.paper)
        return json.dumps({**kept, "notice": self.notice}, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_recipe(cls, recipe: str) -> Wish:
        kept = json.loads(recipe)
        if "sentences" in kept:
            paper: Paper = Sheet(tuple((key, values) for key, values in kept["sentences"]))
        elif "payload" in kept:
            paper = Camera(kept["payload"])
        else:
            room = kept.get("room")
            parents = tuple(PersonId(each) for each in kept.get("parents", ()))
            paper = Slips(
                SettingId(kept["setting"]), parents, None if room is None else RoomId(room), bool(kept.get("large"))
            )
        return cls(paper, NoticeId(kept["notice"]))
