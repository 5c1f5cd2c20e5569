"""Every error of python-telegram-bot is one of the four outcomes: a table with a row for each class.

Knows nothing of what was sent. Where it cannot be told whether a call had its effect, the answer is unknown,
never a guess in either direction.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    PassportDecryptionError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from book.deliveries import Accepted, Act, Concerns, Later, Outcome, Refused, Unknown
from book.reasons import Reason
from bot.channels.telegram_request import NeverSent

_TO_NOBODY = Refused(Reason.BLOCKED, Concerns.ADDRESS)
_NOT_THIS = Refused(Reason.REFUSED_BY_CHANNEL)
_LOCKED = Refused(Reason.CHANNEL_LOCKED, Concerns.ACCOUNT)

# A 400 that is about the chat and not about the message: nothing sent there will ever arrive.
_CHAT_IS_GONE = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "user_is_blocked",
    "input_user_deactivated",
    "user is deactivated",
    "group chat was deactivated",
    "bot can't initiate conversation",
    "not enough rights",
    "have no rights",
    "need administrator rights",
    "chat_write_forbidden",
)

# An upload of ours is no longer known by the name it was given: nothing is wrong with it, it is to be uploaded again.
_NAME_IS_GONE = (
    "wrong file identifier",
    "wrong remote file",
    "wrong file_id",
    "wrong padding",
    "file_reference_",
    "type of file mismatch",
)

# It is what goes with the words that is not taken: without it the words would be.
_FILES_ARE_WHY = (
    *_NAME_IS_GONE,
    "photo_",
    "image_process_failed",
    "media_empty",
    "media_invalid",
    "video_content_type_invalid",
    "voice_messages_forbidden",
    "file must be non-empty",
    "file is too big",
    "too big for a photo",
    "request entity too large",
    "can't use the media of the specified type",
)

# What an act wanted is so already: the message reads as it should, is gone, or the bot is out of the chat.
_SO_ALREADY: dict[Act, tuple[str, ...]] = {
    Act.CHANGE: ("message is not modified",),
    Act.TAKE_BACK: ("message to delete not found", "message_id_invalid"),
    Act.LEAVE: ("chat not found", "not a member", "bot was kicked", "group chat was deactivated"),
}


def outcome_of(error: Exception, *, act: Act = Act.SAY, named: bool = False) -> Outcome:
    """What became of a call that ended in ``error``; ``named`` where it sent an upload by the name that it once got.

    An error that is none of the library's is unknown: it says nothing about the wire.
    """
    if named and isinstance(error, BadRequest) and _says(error, _NAME_IS_GONE):
        return Later(None, Concerns.FILES)
    if isinstance(error, BadRequest | Forbidden) and _says(error, _SO_ALREADY.get(act, ())):
        return Accepted()
    for kind, outcome in ROWS:
        if isinstance(error, kind):
            return outcome(error)
    return Unknown()


def _wait(error: RetryAfter) -> Outcome:
    with warnings.catch_warnings():
        # The library announces that the seconds will become a timedelta; both are read here.
        warnings.simplefilter("ignore")
        wait = error.retry_after
    return Later(wait.total_seconds() if isinstance(wait, timedelta) else float(wait))


def _bad_request(error: BadRequest) -> Outcome:
    if _says(error, ("query is too old", "query id is invalid", "query_id_invalid")):
        return Refused(Reason.PRESS_TOO_OLD)
    if _says(error, _FILES_ARE_WHY):
        return Refused(Reason.REFUSED_BY_CHANNEL, Concerns.FILES)
    return _TO_NOBODY if _says(error, _CHAT_IS_GONE) else _NOT_THIS


def _by_cause(error: NetworkError) -> Outcome:
    return Later() if isinstance(error.__cause__, NeverSent) else Unknown()


def _says(error: TelegramError, sentences: tuple[str, ...]) -> bool:
    said = error.message.lower()
    return any(sentence in said for sentence in sentences)


# The first row that fits decides, so every class stands above what it inherits from: BadRequest is a
# NetworkError by inheritance, and yet nothing to try again.
ROWS: tuple[tuple[type[TelegramError], Callable[[Any], Outcome]], ...] = (
    (RetryAfter, _wait),
    (BadRequest, _bad_request),
    (Forbidden, lambda _: _TO_NOBODY),
    (InvalidToken, lambda _: _LOCKED),
    # A group became a supergroup under another id. The book is kept in private chats, which never do.
    (ChatMigrated, lambda _: Refused(Reason.REFUSED_BY_CHANNEL, Concerns.ADDRESS)),
    # A server too old to know the method: no later try will find it there.
    (EndPointNotFound, lambda _: _NOT_THIS),
    # Somebody else uses the account at this moment; what was asked was not done.
    (Conflict, lambda _: Later(None, Concerns.ACCOUNT)),
    # Raised while an answer is read: the call was carried out or was not, and cannot be asked about.
    (PassportDecryptionError, lambda _: Unknown()),
    (TimedOut, _by_cause),
    (NetworkError, _by_cause),
    (TelegramError, lambda _: Unknown()),
)
