"""Pictures, films and recordings as the Bot API takes them: alone or in albums, uploaded or by our own earlier upload.

Knows which may stand in one album and what the answer calls an upload; knows neither words nor errors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from telegram import InputFile, InputMediaAudio, InputMediaDocument, InputMediaPhoto, InputMediaVideo

from book.media import MediaKind
from book.wording.utterance import Shown
from bot.channels.channel import Picture

MOST_IN_AN_ALBUM = 10

# Methods as `Bot.do_api_request` takes them: see :mod:`bot.channels.telegram`.
_SEND = {
    MediaKind.PHOTO: "send_Photo",
    MediaKind.VIDEO: "send_Video",
    MediaKind.VIDEO_NOTE: "send_Video_Note",
    MediaKind.ANIMATION: "send_Animation",
    MediaKind.VOICE: "send_Voice",
    MediaKind.AUDIO: "send_Audio",
    MediaKind.DOCUMENT: "send_Document",
}
_SEND_ALBUM = "send_Media_Group"

# In an album the library wants its own objects.
_IN_AN_ALBUM = {
    MediaKind.PHOTO: InputMediaPhoto,
    MediaKind.VIDEO: InputMediaVideo,
    MediaKind.DOCUMENT: InputMediaDocument,
    MediaKind.AUDIO: InputMediaAudio,
}

# What may stand together; whatever is in none of these goes alone.
_TOGETHER = (
    frozenset({MediaKind.PHOTO, MediaKind.VIDEO}),
    frozenset({MediaKind.DOCUMENT}),
    frozenset({MediaKind.AUDIO}),
)


def albums(shown: Sequence[Shown]) -> tuple[tuple[Shown, ...], ...]:
    """Those that follow each other and may stand together, at most ten at a time; none is moved."""
    found: list[list[Shown]] = []
    for each in shown:
        last = found[-1] if found else []
        if last and len(last) < MOST_IN_AN_ALBUM and _may_stand_together(last[-1].kind, each.kind):
            last.append(each)
        else:
            found.append([each])
    return tuple(tuple(each) for each in found)


def takes_words(kind: MediaKind) -> bool:
    """Whether words can stand below it: a round film has none."""
    return kind is not MediaKind.VIDEO_NOTE


def as_request(pictures: Sequence[Picture], caption: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Method and parameters of sending them; ``caption`` stands below them. Raises ValueError for one without bytes."""
    if len(pictures) == 1:
        only = pictures[0]
        return _SEND[only.kind], {only.kind.value: _source(only), **(caption if takes_words(only.kind) else {})}
    # Of an album the words stand on the first, and then below the whole of it.
    media = [_IN_AN_ALBUM[each.kind](_source(each), **({} if at else caption)) for at, each in enumerate(pictures)]
    return _SEND_ALBUM, {"media": media}


def names_of(messages: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """What the answer calls each upload, for sending it again; none at all where one has no name."""
    names = [_name_in(each) for each in messages]
    return tuple(each for each in names if each) if all(names) else ()


def _may_stand_together(one: MediaKind, other: MediaKind) -> bool:
    return any(one in each and other in each for each in _TOGETHER)


def _source(picture: Picture) -> str | InputFile:
    if picture.reuse:
        return picture.reuse
    if picture.content is None:
        raise ValueError("a picture goes out by its bytes or by a name that the platform gave it")
    return InputFile(picture.content, filename=picture.name, attach=True)


def _name_in(message: Mapping[str, Any]) -> str:
    """The name of the one file of a message. What was sent as a film may come back as an animation."""
    for kind in MediaKind:
        content = message.get(kind.value)
        if isinstance(content, list) and content:
            content = content[-1]
        name = content.get("file_id") if isinstance(content, dict) else None
        if isinstance(name, str):
            return name
    return ""
