"""A Telegram update, whatever it holds, becomes one thing received: never an error, never a guess.

Works from the JSON itself, each update alone, so that a field no library knows yet spoils nothing. Knows
nothing of polling, webhooks, who the sender is or what the words mean.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from book.media import MediaKind
from book.messages import Did, File, Incoming, edit_key, message_key, press_key, reaction_key
from book.understanding.codes import as_code
from storage.inbox import Received

CHANNEL = "telegram"
# Where an update came from whose sender cannot be told; no chat has this id, so nothing is ever sent there.
NOBODY = "none"

_Json = Mapping[str, Any]
_NOTHING: _Json = {}
_START = re.compile(r"/start(?:@\w+)? +(\S+)\s*", re.ASCII)
_FILE = re.compile(r"[A-Za-z0-9_-]{1,200}")
_LONGEST_FILE_NAME = 120
_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
# Telegram's own ids fit in 52 bits; what does not is none of them.
_LARGEST_ID = 1 << 62

# Kinds of content that are somebody's message. Everything else without words is a notice of Telegram's own (a
# pinned message, a changed timer) and not for the book.
_MEDIA = (
    "animation",
    "audio",
    "checklist",
    "contact",
    "dice",
    "document",
    "game",
    "live_photo",
    "location",
    "paid_media",
    "photo",
    "poll",
    "rich_message",
    "sticker",
    "story",
    "venue",
    "video",
    "video_note",
    "voice",
)
# Of these, what a file of its own can be fetched for, the most particular first.
_FETCHED = (
    MediaKind.PHOTO,
    MediaKind.ANIMATION,
    MediaKind.VIDEO,
    MediaKind.VIDEO_NOTE,
    MediaKind.VOICE,
    MediaKind.AUDIO,
    MediaKind.DOCUMENT,
)
# Where the parts of a rich message keep what is said; strings elsewhere are kinds, links and alignments.
_SAID = ("text", "alternative_text", "expression", "label", "summary", "caption", "credit")
_DEEPEST = 64
_LONGEST_NUMBER = 20
_LONGEST_NAME = 60
_LONGEST_REACTION = 16
_A_SIGN = "\ufffd"
_IN_THE_CHAT = frozenset({"member", "administrator", "creator", "restricted"})


def parse(update: object, *, account: str, now: datetime, body: str | None = None) -> Received:
    """What came in with one update; ``now`` is book time, aware, in UTC; ``body`` its JSON, where it is at hand.

    The natural key is ``m:{chat}:{message}``, ``e:{chat}:{message}:{edited at}:{hash}``, ``b:{press}`` or
    ``r:{chat}:{message}:{at}:{hash}``, else ``u:{update}:{hash}``: numbers of updates start again at random after a
    quiet week, so they are never a key by themselves; and Telegram tells when a message was edited or a sign put on it
    by the second, in which that can be done twice, so what it says is in its key. What is unknown or unreadable is
    kept as it came, as something else the sender did.
    """
    whole = _object(update)
    key, handle, incoming = _read(whole, account, now)
    return Received(
        channel=CHANNEL,
        account=account,
        provider_key=key or f"u:{_id(whole.get('update_id')) or '-'}:{_digest(_as_text(update))}",
        handle=handle,
        payload=_as_text(update) if body is None else body,
        received_at=now,
        incoming=incoming,
    )


_Read = tuple[str, str, Incoming]


def _read(update: _Json, account: str, now: datetime) -> _Read:
    """Key (empty for the hash), handle and what was done."""
    if "message" in update:
        return _message(_object(update["message"]), account, now)
    if "edited_message" in update:
        return _edit(_object(update["edited_message"]), now)
    if "callback_query" in update:
        return _press(_object(update["callback_query"]), now)
    if "my_chat_member" in update:
        return _membership(_object(update["my_chat_member"]), now)
    if "message_reaction" in update:
        return _reaction(_object(update["message_reaction"]), now)
    content = next((_object(value) for name, value in update.items() if name != "update_id"), _NOTHING)
    return "", _handle(content), Incoming(Did.OTHER, now)


def _message(message: _Json, account: str, now: datetime) -> _Read:
    handle, number = _handle(message), _id(message.get("message_id"))
    at = _instant(message.get("date"), now)
    if handle == NOBODY or not number:
        return "", handle, Incoming(Did.OTHER, at)
    key = message_key(handle, number)
    if not _is_private(message):
        # Our own going is told as a message too; answering that would never end.
        left = _id(_object(message.get("left_chat_member")).get("id")) == account
        return key, handle, Incoming(Did.OTHER if left else Did.ADDED_TO_GROUP, at, message=number)
    return key, handle, _written(Did.WROTE, message, number, at)


def _edit(message: _Json, now: datetime) -> _Read:
    handle, number = _handle(message), _id(message.get("message_id"))
    edited = _id(message.get("edit_date"))
    at = _instant(message.get("edit_date"), now)
    if handle == NOBODY or not number:
        return "", handle, Incoming(Did.OTHER, at)
    if not _is_private(message):
        incoming = Incoming(Did.ADDED_TO_GROUP, at, message=number)
    else:
        incoming = _written(Did.EDITED, message, number, at)
    key = edit_key(handle, number, f"{edited}:{_digest(incoming.content())}") if edited else ""
    return key, handle, incoming


def _written(did: Did, message: _Json, number: str, at: datetime) -> Incoming:
    text = _words(message.get("text")) or _words(message.get("caption"))
    media = tuple(kind for kind in _MEDIA if message.get(kind) is not None)
    if not text and "rich_message" in media:
        text = "\n".join(_rich_words(message["rich_message"]))
    if not text and not media:
        return Incoming(Did.OTHER, at, message=number)
    start = _START.fullmatch(text)
    contact = _own_contact(message) if did is Did.WROTE else ""
    knocks = did is Did.WROTE and (start is not None or "contact" in media or as_code(text) is not None)
    return Incoming(
        did,
        at,
        text=text,
        message=number,
        reply_to=_id(_object(message.get("reply_to_message")).get("message_id")),
        media=media,
        files=_files(message) if did is Did.WROTE else (),
        album=_album(message) if did is Did.WROTE else "",
        forwarded=_passed_on(message),
        start=start[1] if start and did is Did.WROTE else "",
        contact=contact,
        called=_called(_object(message.get("from"))) if knocks else "",
    )


def _own_contact(message: _Json) -> str:
    """The number of whoever sent it, as Telegram knows it: somebody else's proves nothing, nor one passed on."""
    contact, sender = _object(message.get("contact")), _object(message.get("from"))
    owner = _id(contact.get("user_id"))
    if _passed_on(message) or message.get("via_bot") is not None or not owner or owner != _id(sender.get("id")):
        return ""
    return _words(contact.get("phone_number"))[:_LONGEST_NUMBER]


def _called(sender: _Json) -> str:
    """What somebody calls herself, for whoever has to say whether it is she."""
    names = (_words(sender.get(name)) for name in ("first_name", "last_name"))
    return " ".join(filter(None, (" ".join(each.split()) for each in names)))[:_LONGEST_NAME]


def _passed_on(message: _Json) -> bool:
    return any(message.get(name) is not None for name in ("forward_origin", "forward_from"))


def _files(message: _Json) -> tuple[File, ...]:
    """The files of a message that can be fetched: one, as Telegram has it; of a photo its largest copy."""
    # An animation comes as a document too, for programs too old to know it: it is one file.
    for kind in _FETCHED:
        content = message.get(kind.value)
        if kind is MediaKind.PHOTO:
            content = _largest(content)
        if (file := _file(content, kind)) is not None:
            return (file,)
    return ()


def _largest(sizes: object) -> _Json:
    """Telegram makes several copies of a photo and orders them by size, which is not promised."""
    known = [_object(each) for each in sizes] if isinstance(sizes, list) else []
    return max(known, key=lambda each: _whole(each.get("width")) * _whole(each.get("height")), default=_NOTHING)


def _file(content: object, kind: MediaKind) -> File | None:
    """What is known of a file before it is fetched; no name the platform cannot have given is ever asked for."""
    known = _object(content)
    reference = known.get("file_id")
    if not isinstance(reference, str) or not _FILE.fullmatch(reference):
        return None
    size = _whole(known.get("file_size"))
    return File(
        name=_words(known.get("file_name"))[:_LONGEST_FILE_NAME],
        media_type=_words(known.get("mime_type"))[:_LONGEST_FILE_NAME],
        size=size if size < 1 << 40 else 0,
        reference=reference,
        kind=kind,
    )


def _album(message: _Json) -> str:
    name = message.get("media_group_id")
    return name if isinstance(name, str) and _KEY.fullmatch(name) else ""


def _reaction(change: _Json, now: datetime) -> _Read:
    """A sign was put on a message, or taken away; what it says is in its key, as an edit's is."""
    handle, message = _handle(change), _id(change.get("message_id"))
    second = _id(change.get("date"))
    at = _instant(change.get("date"), now)
    if handle == NOBODY or not message or not _is_private(change):
        return "", handle, Incoming(Did.OTHER, at)
    signs = change.get("new_reaction")
    shown = [_sign(_object(each)) for each in signs] if isinstance(signs, list) else []
    incoming = Incoming(Did.REACTED, at, reply_to=message, reaction="".join(shown)[:_LONGEST_REACTION])
    key = reaction_key(handle, message, f"{second}:{_digest(incoming.content())}") if second else ""
    return key, handle, incoming


def _sign(reaction: _Json) -> str:
    """The sign itself; one that is a picture of its own and no letter is a sign all the same."""
    return _words(reaction.get("emoji")) or _A_SIGN


def _press(press: _Json, now: datetime) -> _Read:
    message, presser = _object(press.get("message")), _object(press.get("from"))
    # In a private chat the chat has the person's own id; Telegram leaves the message out when it is too old.
    handle = _handle(message) if message else _id(presser.get("id")) or NOBODY
    name = press.get("id")
    if handle == NOBODY or not isinstance(name, str) or not _KEY.fullmatch(name):
        return "", handle, Incoming(Did.OTHER, now)
    if message and not _is_private(message):
        return press_key(name), handle, Incoming(Did.ADDED_TO_GROUP, now)
    return (
        press_key(name),
        handle,
        Incoming(
            Did.PRESSED,
            now,
            message=_id(message.get("message_id")),
            token=_words(press.get("data")),
            press=name,
        ),
    )


def _membership(change: _Json, now: datetime) -> _Read:
    """The bot itself was let in, put out, blocked or unblocked."""
    handle, status = _handle(change), _object(change.get("new_chat_member")).get("status")
    at = _instant(change.get("date"), now)
    did = Did.OTHER
    if _is_private(change):
        did = {"kicked": Did.BLOCKED, "member": Did.UNBLOCKED}.get(str(status), Did.OTHER)
    elif handle != NOBODY and status in _IN_THE_CHAT:
        did = Did.ADDED_TO_GROUP
    return "", handle, Incoming(did, at)


# --- JSON of which nothing is known -----------------------------------------------------------------------------


def _object(value: object) -> _Json:
    return value if isinstance(value, dict) else _NOTHING


def _id(value: object) -> str:
    """A whole number as text; empty where it is none."""
    if isinstance(value, int) and not isinstance(value, bool) and -_LARGEST_ID < value < _LARGEST_ID:
        return str(value)
    return ""


def _whole(value: object) -> int:
    """A number of something; 0 where it is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LARGEST_ID else 0


def _handle(content: _Json) -> str:
    """The chat an answer would go to."""
    return _id(_object(content.get("chat")).get("id")) or NOBODY


def _is_private(content: _Json) -> bool:
    chat = _object(content.get("chat"))
    kind = chat.get("type")
    # Where the kind is missing: people have positive ids, groups and channels negative ones.
    return kind == "private" if isinstance(kind, str) else not _id(chat.get("id")).startswith("-")


def _words(value: object) -> str:
    """A text, half characters in it (which nothing below can keep) replaced by the sign for unreadable."""
    if not isinstance(value, str):
        return ""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _rich_words(value: object, depth: int = 0) -> Iterator[str]:
    """The words of a rich message, a line for each block: screening must see every one of them as it was said."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for each in value:
            yield from _rich_words(each, depth + 1)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name in _SAID:
                if words := _inline(each, depth + 1).strip():
                    yield words
            else:
                yield from _rich_words(each, depth + 1)


def _inline(value: object, depth: int) -> str:
    """Words of one line, whatever is bold or linked in them."""
    if depth > _DEEPEST:
        return ""
    if isinstance(value, list):
        return "".join(_inline(each, depth + 1) for each in value)
    if isinstance(value, dict):
        return " ".join(filter(None, (_inline(value.get(name), depth + 1) for name in _SAID)))
    return _words(value)


def _instant(value: object, otherwise: datetime) -> datetime:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 40:
        try:
            return datetime.fromtimestamp(value, UTC)
        except (ValueError, OverflowError, OSError):
            return otherwise
    return otherwise


def _as_text(update: object) -> str:
    """The update as JSON of plain ASCII, so that no half character in it can keep it from being stored."""
    try:
        return json.dumps(update, separators=(",", ":"))
    except RecursionError:
        return '{"unreadable":"nested too deeply"}'


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:24]
