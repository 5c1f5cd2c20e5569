"""Telegram as a way out: utterances become plain text with entities and buttons, and one call has one outcome.

Goes through python-telegram-bot's ``Bot``. Knows neither the database nor the inbox: what comes in is read by
the doors, which borrow this channel for the calls that only read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import accumulate, pairwise
from typing import Any, assert_never

from telegram import Bot, InputFile
from telegram.error import BadRequest, NetworkError, TelegramError

from book.deliveries import Accepted, Act, Concerns, Outcome, Refused
from book.reasons import Reason
from book.wording.utterance import Style, Utterance
from bot.channels import telegram_pictures
from bot.channels.channel import Abilities, Button, Call, Part, Unfetched, asked_for
from bot.channels.splitting import spans, split, utf16_units
from bot.channels.telegram_errors import outcome_of
from bot.channels.telegram_request import AiohttpRequest, PerhapsSent, quieten_loggers

REAL_ADDRESS = "https://api.telegram.org"
# The kinds of update the book has a use for; the server keeps the list until it is told another.
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member", "message_reaction")

# The Bot API counts characters; counting UTF-16 units instead is never too generous.
_LONGEST_TEXT = 4096
_LONGEST_CAPTION = 1024
_LONGEST_PRESS_ANSWER = 200
_LONGEST_TOKEN_BYTES = 64
# A telephone shows some thirty letters side by side before it begins to cut labels.
_BUTTONS_A_ROW = 3
_LETTERS_A_ROW = 30

_NO_PREVIEW = {"is_disabled": True}

# Methods as `Bot.do_api_request` takes them. It is the public way to a raw answer: building the library's
# objects for a message and its answer takes twice as long as the whole call, and reads an answer that lacks a
# field as a failed call. It warns against names that `Bot` has methods for, in snake_case or camelCase; these
# reach the wire as sendMessage and so on without being either.
_SEND = "send_Message"
_SEND_DOCUMENT = "send_Document"
_EDIT = "edit_Message_Text"
_EDIT_CAPTION = "edit_Message_Caption"
_DELETE = "delete_Message"
_ANSWER = "answer_Callback_Query"
_LEAVE = "leave_Chat"
_GET_UPDATES = "get_Updates"
_GET_WEBHOOK = "get_Webhook_Info"
_GET_ME = "get_Me"
_GET_FILE = "get_File"

_Parameters = dict[str, Any]


class Telegram:
    """One bot's account. Handles are chat ids, provider ids are message ids, both as decimal strings."""

    name = "telegram"
    abilities = Abilities(
        can_change=True, take_back_for=timedelta(hours=48), has_buttons=True, largest_file=50 * 1024 * 1024
    )

    def __init__(self, token: str, *, api_url: str = REAL_ADDRESS, request: AiohttpRequest | None = None) -> None:
        """``api_url`` is any Bot API server's address, without a slash at its end.

        ``request`` is the transport for everything; by default one over aiohttp. Also keeps the libraries
        below from logging addresses, which hold the token.
        """
        quieten_loggers()
        self.account = token.partition(":")[0]
        self._request = request or AiohttpRequest()
        address = api_url.rstrip("/")
        self._files = f"{address}/file/bot{token}"
        self._bot = Bot(
            token,
            base_url=f"{address}/bot",
            base_file_url=f"{address}/file/bot",
            request=self._request,
            get_updates_request=self._request,
        )

    def parts(self, utterance: Utterance, tokens: Sequence[str]) -> tuple[Part, ...]:
        """See :meth:`bot.channels.channel.Channel.parts`. Raises ValueError for a token Telegram cannot carry.

        Words too long for a caption go before their pictures, and so do those with buttons below them, which an album
        cannot have.
        """
        said = [(_well_formed(span.text), span.style) for span in utterance.spans]
        text = "".join(words for words, _ in said)
        edges = accumulate((len(words) for words, _ in said), initial=0)
        styled = [
            (start, end, style)
            for (start, end), (_, style) in zip(pairwise(edges), said, strict=True)
            if style is not Style.PLAIN
        ]
        choices, asks = asked_for(utterance, tokens)
        buttons = tuple(_button(choice.label, token) for choice, token in choices)
        contact = _button(asks[0].label, asks[1]) if asks is not None else None
        pictured, is_caption = _pictured(utterance, text, has_keyboard=bool(choices or asks))
        cuts = spans(text, _LONGEST_CAPTION if utterance.document or is_caption else _LONGEST_TEXT, utf16_units)
        said_in_parts = [
            Part(
                text[start:end],
                _within(styled, start, end),
                buttons if number == len(cuts) else (),
                contact if number == len(cuts) else None,
                utterance.lets_go,
                utterance.document if number == len(cuts) else 0,
            )
            for number, (start, end) in enumerate(cuts, 1)
        ]
        if is_caption and said_in_parts:
            said_in_parts[0] = replace(said_in_parts[0], pictures=pictured[0].pictures)
            pictured = pictured[1:]
        return (*said_in_parts, *pictured)

    async def call(self, call: Call) -> Outcome:
        """See :meth:`bot.channels.channel.Channel.call`."""
        try:
            method, parameters = _as_request(call)
        except ValueError:
            # A handle or an id that is no number is none that Telegram ever gave.
            return Refused(Reason.REFUSED_BY_CHANNEL, Concerns.MESSAGE)
        try:
            result: object = await self._bot.do_api_request(method, api_kwargs=parameters)
        except TelegramError as error:
            return outcome_of(error, act=call.act, named=any(each.reuse for each in call.pictures))
        if call.act is not Act.SAY:
            return Accepted()
        # Of an album there is a message for each picture.
        made = [each for each in (result if isinstance(result, list) else [result]) if isinstance(each, dict)]
        numbers = tuple(str(each["message_id"]) for each in made if "message_id" in each)
        return Accepted(numbers, telegram_pictures.names_of(made) if len(made) == len(call.pictures) else ())

    async def close(self) -> None:
        """Let the connections go; may be called twice."""
        await self._request.shutdown()

    # --- what the doors and the doctor ask: reading, and where updates go -------------------------------------

    async def get_updates(self, offset: int | None, *, wait: float) -> list[Any]:
        """Updates from ``offset`` on, as they came, waiting up to ``wait`` seconds for the first.

        An offset confirms all updates before it. Raises the library's errors.
        """
        parameters: _Parameters = {
            "timeout": int(wait),
            "limit": 100,
            "allowed_updates": list(ALLOWED_UPDATES),
        }
        if offset is not None:
            parameters["offset"] = offset
        updates = await self._bot.do_api_request(_GET_UPDATES, api_kwargs=parameters, read_timeout=wait + 10)
        if not isinstance(updates, list):
            raise NetworkError("The answer to getUpdates is no list") from PerhapsSent("no list")
        return updates

    async def webhook_url(self) -> str:
        """Where updates are sent at present; empty if they wait to be fetched. Raises the library's errors."""
        known = await self._bot.do_api_request(_GET_WEBHOOK)
        return str(known.get("url") or "") if isinstance(known, dict) else ""

    async def set_webhook(self, url: str, *, secret: str) -> None:
        """Have updates sent to ``url``, ``secret`` in a header. Raises the library's errors."""
        await self._bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES, max_connections=40)

    async def remove_webhook(self) -> None:
        """Have updates wait to be fetched; none is dropped. Raises the library's errors."""
        await self._bot.delete_webhook(drop_pending_updates=False)

    async def fetch(self, reference: str, *, most: int) -> bytes | Unfetched:
        """See :meth:`bot.channels.channel.Channel.fetch`. The address of a file holds the token and is told nobody."""
        try:
            found = await self._bot.do_api_request(_GET_FILE, api_kwargs={"file_id": reference})
            path = found.get("file_path") if isinstance(found, dict) else None
            size = found.get("file_size") if isinstance(found, dict) else None
            if not isinstance(path, str) or not path:
                return Unfetched.GONE
            if isinstance(size, int) and size > most:
                return Unfetched.TOO_LARGE
            content = await self._request.download(f"{self._files}/{path}", most=most)
        except BadRequest as error:
            # The Bot API gives no larger files, whatever is asked. It says the same of a file that is there no more as
            # of one it cannot reach at this moment.
            said = error.message.lower()
            if "too big" in said:
                return Unfetched.TOO_LARGE
            return Unfetched.LATER if "temporarily unavailable" in said else Unfetched.GONE
        except TelegramError:
            return Unfetched.LATER
        return Unfetched.TOO_LARGE if content is None else content

    async def username(self) -> str:
        """The bot's name in links, which also proves the token. Raises the library's errors."""
        known = await self._bot.do_api_request(_GET_ME)
        return str(known.get("username") or "") if isinstance(known, dict) else ""


def _as_request(call: Call) -> tuple[str, _Parameters]:
    """Method and parameters of the call. Raises ValueError where an id is no number."""
    match call.act:
        case Act.SAY:
            method, shown = _as_said(call)
            parameters: _Parameters = {"chat_id": int(call.handle)} | shown
            if call.silent and not call.urgent:
                parameters["disable_notification"] = True
            if call.reply_to is not None:
                # Whom it answers may have deleted it meanwhile; the answer still has to come.
                parameters["reply_parameters"] = {
                    "message_id": int(call.reply_to),
                    "allow_sending_without_reply": True,
                }
            return method, parameters
        case Act.CHANGE:
            part = _part(call)
            if part.pictures or part.document:
                return _EDIT_CAPTION, _message(call) | _caption(part) | _keyboard(part)
            return _EDIT, _message(call) | _shown(part)
        case Act.TAKE_BACK:
            return _DELETE, _message(call)
        case Act.ANSWER_PRESS:
            words = split(call.part.text, _LONGEST_PRESS_ANSWER, utf16_units) if call.part else ()
            return _ANSWER, {"callback_query_id": call.target} | ({"text": words[0]} if words else {})
        case Act.LEAVE:
            return _LEAVE, {"chat_id": int(call.handle)}
        case _:
            assert_never(call.act)


def _part(call: Call) -> Part:
    if call.part is None:
        raise AssertionError(f"to {call.act} needs words")
    return call.part


def _message(call: Call) -> _Parameters:
    return {"chat_id": int(call.handle), "message_id": int(call.target or "")}


def _shown(part: Part) -> _Parameters:
    """A part as sendMessage and editMessageText take it. Without a keyboard an edit removes the one there was."""
    shown: _Parameters = {"text": part.text, "link_preview_options": _NO_PREVIEW}
    if entities := _entities(part):
        shown["entities"] = entities
    if part.buttons:
        shown["reply_markup"] = {"inline_keyboard": _rows(part.buttons)}
    elif part.contact is not None:
        # Telegram gives the number of whoever presses it, and nobody else's.
        shown["reply_markup"] = {
            "keyboard": [[{"text": part.contact.label, "request_contact": True}]],
            "resize_keyboard": True,
            "one_time_keyboard": True,
        }
    elif part.lets_go:
        shown["reply_markup"] = {"remove_keyboard": True}
    return shown


def _as_said(call: Call) -> tuple[str, _Parameters]:
    """Method and parameters of the words, with the file or the pictures that go with them if they are there."""
    part = _part(call)
    if call.pictures:
        method, sent = telegram_pictures.as_request(call.pictures, _caption(part))
        # An album has no buttons; see :meth:`Telegram.parts`.
        return method, sent | (_keyboard(part) if len(call.pictures) == 1 else {})
    if call.attachment is not None:
        document = InputFile(call.attachment.content, filename=call.attachment.name)
        return _SEND_DOCUMENT, {"document": document} | _caption(part) | _keyboard(part)
    return _SEND, _shown(part)


def _caption(part: Part) -> _Parameters:
    """A part's words as they stand below a file."""
    caption: _Parameters = {"caption": part.text}
    if entities := _entities(part):
        caption["caption_entities"] = entities
    return caption


def _keyboard(part: Part) -> _Parameters:
    return {"reply_markup": {"inline_keyboard": _rows(part.buttons)}} if part.buttons else {}


def _pictured(utterance: Utterance, text: str, *, has_keyboard: bool) -> tuple[tuple[Part, ...], bool]:
    """The pictures as parts without words, and whether the words may stand below the first of these."""
    groups = telegram_pictures.albums(utterance.pictures)
    parts = tuple(Part("", pictures=tuple(each.media for each in group)) for group in groups)
    if not groups or utterance.document or utterance.lets_go:
        return parts, False
    first = groups[0]
    fits = utf16_units(text.strip()) <= _LONGEST_CAPTION and telegram_pictures.takes_words(first[0].kind)
    return parts, fits and not (has_keyboard and len(first) > 1)


def _entities(part: Part) -> list[_Parameters]:
    """Headings in bold; offsets and lengths in UTF-16 code units."""
    return [
        {
            "type": "bold",
            "offset": utf16_units(part.text[:start]),
            "length": utf16_units(part.text[start : start + length]),
        }
        for start, length, style in part.styles
        if style is Style.HEADING
    ]


def _rows(buttons: Iterable[Button]) -> list[list[dict[str, str]]]:
    """Short labels side by side, a long one in a row of its own."""
    rows: list[list[dict[str, str]]] = []
    letters = 0
    for button in buttons:
        letters += len(button.label)
        if not rows or len(rows[-1]) == _BUTTONS_A_ROW or letters > _LETTERS_A_ROW:
            rows.append([])
            letters = len(button.label)
        rows[-1].append({"text": button.label, "callback_data": button.token})
    return rows


def _button(label: str, token: str) -> Button:
    if not 0 < len(token.encode()) <= _LONGEST_TOKEN_BYTES:
        raise ValueError(f"Telegram carries tokens of 1 to {_LONGEST_TOKEN_BYTES} bytes")
    return Button(_well_formed(label), token)


def _within(styled: Iterable[tuple[int, int, Style]], start: int, end: int) -> tuple[tuple[int, int, Style], ...]:
    """The styles that reach into a piece of the text, in code points of that piece."""
    return tuple(
        (max(first, start) - start, min(last, end) - max(first, start), style)
        for first, last, style in styled
        if max(first, start) < min(last, end)
    )


def _well_formed(text: str) -> str:
    """``text`` with half characters, which Telegram refuses, replaced by the sign for something unreadable."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
