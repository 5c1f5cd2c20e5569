"""What somebody did, as every door tells it: wrote, edited, pressed a choice, or something else.

A door turns its platform's update into an :class:`Incoming`; nothing above the doors sees a platform's own
shape. Knows nothing of who the sender is or what the words mean.
"""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


class Did(StrEnum):
    """What the sender did."""

    WROTE = "wrote"
    EDITED = "edited"
    PRESSED = "pressed"
    BLOCKED = "blocked"  # stopped messages from us at this address
    UNBLOCKED = "unblocked"
    ADDED_TO_GROUP = "added_to_group"  # or wrote in one: the book is kept in private chats
    OTHER = "other"  # a kind of update the book has no use for


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a message; ``reference`` is the platform's name for fetching it."""

    name: str
    media_type: str
    size: int
    reference: str

    @property
    def is_spreadsheet(self) -> bool:
        """Whether it may hold a roll, by its ending or its type."""
        return self.name.lower().endswith((".csv", ".xlsx")) or self.media_type.lower() in _SPREADSHEETS


_SPREADSHEETS = frozenset({"text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"})


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing one sender did.

    ``message`` and ``reply_to`` are the platform's ids of the sender's own message and of the one it answers;
    ``token`` is what a pressed choice carried and ``press`` the platform's id for answering it. ``text`` is a
    caption where there is media. ``media`` names kinds only ("photo", "voice"); files are fetched elsewhere.
    """

    did: Did
    at: datetime
    text: str = ""
    message: str = ""
    reply_to: str = ""
    token: str = ""
    press: str = ""
    media: tuple[str, ...] = ()
    start: str = ""  # what a join link carried
    contact: str = ""  # her own number, as the platform vouches for it; never one she merely wrote or passed on
    called: str = ""  # what she calls herself on the platform, where she asks to be let in
    file: File | None = None
    imported: int = 0  # the roll that was fetched; such a message is our own, never a door's
    fault: str = ""  # why a file that was wanted could not be had
    unsaid: int = 0  # how often in vain it was asked which child this is about, as it comes up again; never a door's
    among: tuple[int, ...] = ()  # the children it was asked among
    released: bool = False  # was held for the safeguarding lead and is an ordinary note; never a door's
    ordinary: bool = False  # was taken for a complaint and is a note as any other; never a door's

    @property
    def words(self) -> str:
        """All that was said in words: the text, and after it the name of a file, which is words of hers as well."""
        if self.file is None or not self.file.name:
            return self.text
        return f"{self.text}\n{self.file.name}".strip()

    def to_json(self) -> str:
        kept: dict[str, Any] = {"did": self.did.value, "at": self.at.astimezone(UTC).isoformat(), **self._content()}
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))

    def content(self) -> str:
        """What was done, without when: a second copy of a press comes later and says the same."""
        return json.dumps({"did": self.did.value, **self._content()}, ensure_ascii=False, separators=(",", ":"))

    def _content(self) -> dict[str, Any]:
        fields = (
            ("text", self.text),
            ("message", self.message),
            ("reply_to", self.reply_to),
            ("token", self.token),
            ("press", self.press),
            ("media", self.media),
            ("start", self.start),
            ("contact", self.contact),
            ("called", self.called),
            ("file", None if self.file is None else astuple(self.file)),
            ("imported", self.imported),
            ("fault", self.fault),
            ("unsaid", self.unsaid),
            ("among", self.among),
            ("released", self.released),
            ("ordinary", self.ordinary),
        )
        return {name: value for name, value in fields if value}

    @classmethod
    def from_json(cls, kept: str) -> Incoming:
        values = json.loads(kept)
        return cls(
            **{
                **values,
                "did": Did(values["did"]),
                "at": datetime.fromisoformat(values["at"]),
                "media": tuple(values.get("media", ())),
                "among": tuple(values.get("among", ())),
                "file": File(*values["file"]) if values.get("file") else None,
            }
        )


def message_key(handle: str, message: str) -> str:
    """The natural key of a message written in a chat: how a second copy, an edit or a reply finds it again."""
    return f"m:{handle}:{message}"


def edit_key(handle: str, message: str, edited_at: str) -> str:
    """The natural key of one edit of a message."""
    return f"e:{handle}:{message}:{edited_at}"


def press_key(press: str) -> str:
    """The natural key of one press of a choice."""
    return f"b:{press}"
