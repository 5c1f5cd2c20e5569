"""What somebody did, as every door tells it: wrote, edited, pressed a choice, or something else.

A door turns its platform's update into an :class:`Incoming`; nothing above the doors sees a platform's own
shape. Knows nothing of who the sender is or what the words mean.
"""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from itertools import accumulate
from typing import Any, Self

from book.media import MediaKind


class Did(StrEnum):
    """What the sender did."""

    WROTE = "wrote"
    EDITED = "edited"
    PRESSED = "pressed"
    REACTED = "reacted"  # put a sign such as a heart on a message, or took it away
    BLOCKED = "blocked"  # stopped messages from us at this address
    UNBLOCKED = "unblocked"
    ADDED_TO_GROUP = "added_to_group"  # or wrote in one: the book is kept in private chats
    OTHER = "other"  # a kind of update the book has no use for


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a message; ``reference`` is the platform's name for fetching it.

    What it is called, what type it is said to be and how large are the sender's word and prove nothing; ``kind`` is
    how the platform showed it. It is named so to fetch it, and never sent on under that name.
    """

    name: str
    media_type: str
    size: int
    reference: str
    kind: MediaKind = MediaKind.DOCUMENT

    @property
    def is_spreadsheet(self) -> bool:
        """Whether it may hold a roll or term dates, by its ending or its type."""
        return self.name.lower().endswith((".csv", ".xlsx", ".ics")) or self.media_type.lower() in _SPREADSHEETS

    @property
    def shown_as(self) -> MediaKind | None:
        """As what it is kept, by how it was sent or what it is called; what it is, its bytes say once they are here.

        None for what the book does not keep.
        """
        if self.kind is not MediaKind.DOCUMENT:
            return self.kind
        said, name = self.media_type.lower(), self.name.lower()
        return next(
            (kind for kind, types, endings in _CALLED if said.startswith(types) or name.endswith(endings)), None
        )

    @property
    def shows_faces(self) -> bool:
        """Whether somebody may be seen in it."""
        return self.shown_as is not None and self.shown_as.shows_faces


_SPREADSHEETS = frozenset(
    {"text/csv", "text/calendar", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
)
_CALLED = (
    (
        MediaKind.PHOTO,
        ("image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"),
        (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif"),
    ),
    (MediaKind.VIDEO, ("video/",), (".mp4", ".mov", ".m4v", ".3gp")),
    (MediaKind.AUDIO, ("audio/",), (".ogg", ".oga", ".opus", ".m4a")),
    (MediaKind.DOCUMENT, ("application/pdf",), (".pdf",)),
)


ONE_BY_ONE = "one by one"
"""The album of a platform that has none: whatever one sender sends within a minute was sent together."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing one sender did.

    ``message`` and ``reply_to`` are the platform's ids of the sender's own message and of the one it answers;
    ``token`` is what a pressed choice carried and ``press`` the platform's id for answering it. ``text`` is a
    caption where there is media. ``media`` names kinds only ("photo", "voice"); the ``files`` that can be had are
    fetched elsewhere, in their order. ``album`` is the platform's name for several messages that were sent as one,
    in no sure order and with no sign of the last; a platform that sends them as one message has no need of it.
    ``parts`` are those of an album: for each file the platform's id of the message that brought it, and how many lines
    of ``text`` stand beside it.
    ``reaction`` is the sign now on the message ``reply_to``, empty where she took it away.
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
    files: tuple[File, ...] = ()
    album: str = ""
    parts: tuple[tuple[str, int], ...] = ()  # such a message is our own, never a door's
    whole: bool = False  # all parts of the album are in it; such a message is our own, never a door's
    forwarded: bool = False  # passed on from another chat: somebody else's words and pictures, perhaps
    reaction: str = ""
    imported: int = 0  # the roll that was fetched; such a message is our own, never a door's
    fault: str = ""  # why a file that was wanted could not be had
    unsaid: int = 0  # how often in vain it was asked which child this is about, as it comes up again; never a door's
    among: tuple[int, ...] = ()  # the children it was asked among
    released: bool = False  # was held for the safeguarding lead and is an ordinary note; never a door's
    ordinary: bool = False  # was taken for a complaint and is a note as any other; never a door's

    @property
    def spreadsheet(self) -> File | None:
        """The first file that may hold a roll."""
        return next((each for each in self.files if each.is_spreadsheet), None)

    @property
    def kept(self) -> tuple[File, ...]:
        """The files that are of a kind that the book keeps."""
        return tuple(each for each in self.files if each.shown_as is not None)

    @property
    def words(self) -> str:
        """All that was said in words: the text, and after it the names of files, which are words of hers as well."""
        return "\n".join(filter(None, (self.text, *(each.name for each in self.files))))

    @property
    def own_words(self) -> tuple[str, ...]:
        """What stands beside each file of an album, blank where nothing does; empty where that is not known."""
        lines = self.text.split("\n") if self.text else []
        if len(self.parts) != len(self.files) or sum(each for _, each in self.parts) != len(lines):
            return ()
        ends = list(accumulate(each for _, each in self.parts))
        return tuple("\n".join(lines[end - count : end]) for end, (_, count) in zip(ends, self.parts, strict=True))

    def reworded(self, message: str, text: str) -> Self:
        """The same with other words: of an album only beside the file that ``message`` brought."""
        words, brought = list(self.own_words), [each for each, _ in self.parts]
        if not words:
            return replace(self, text=text, parts=())
        if message not in brought:
            return self  # It came late; of the other pictures it says nothing.
        words[brought.index(message)] = text.strip()
        counts = [each.count("\n") + 1 if each else 0 for each in words]
        return replace(self, text="\n".join(filter(None, words)), parts=tuple(zip(brought, counts, strict=True)))

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
            ("files", [astuple(each) for each in self.files]),
            ("album", self.album),
            ("parts", self.parts),
            ("whole", self.whole),
            ("forwarded", self.forwarded),
            ("reaction", self.reaction),
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
        # A message kept before it could have several files has one, without its kind.
        alone = values.pop("file", None)
        files = values.get("files") or ([alone] if alone else [])
        return cls(
            **{
                **values,
                "did": Did(values["did"]),
                "at": datetime.fromisoformat(values["at"]),
                "media": tuple(values.get("media", ())),
                "parts": tuple((message, lines) for message, lines in values.get("parts", ())),
                "among": tuple(values.get("among", ())),
                "files": tuple(File(*each[:4], *map(MediaKind, each[4:])) for each in files),
            }
        )


def message_key(handle: str, message: str) -> str:
    """The natural key of a message written in a chat: how a second copy, an edit or a reply finds it again."""
    return f"m:{handle}:{message}"


def edit_key(handle: str, message: str, edited_at: str) -> str:
    """The natural key of one edit of a message."""
    return f"e:{handle}:{message}:{edited_at}"


def reaction_key(handle: str, message: str, at: str) -> str:
    """The natural key of one sign put on a message or taken away."""
    return f"r:{handle}:{message}:{at}"


def press_key(press: str) -> str:
    """The natural key of one press of a choice."""
    return f"b:{press}"
