"""The methods of the Bot API that a communication book uses: what each asks for, does, returns and refuses.

It does not know HTTP, faults or the ledger. Refusals are values, in the words of Telegram's own server.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar

from tests.doubles.telegram.chats import Chat, Group, Message, Person, StoredFile, World, picture_size
from tests.doubles.telegram.parameters import Upload
from tests.doubles.telegram.text import LONGEST_CAPTION, LONGEST_TEXT, FormattedText, Malformed, format_text

Json = dict[str, Any]

DELETABLE_FOR = 48 * 3600
"""Seconds after which a message can no longer be deleted (deleteMessage)."""

LARGEST_DOWNLOAD = 20 * 1024 * 1024
LARGEST_PHOTO = 10 * 1024 * 1024
LARGEST_UPLOAD = 50 * 1024 * 1024
LARGEST_SIDES = 10_000
"""Pixels that a photo's width and height may have together (sendPhoto)."""
MOST_STRETCHED = 20
"""How many times longer than the other one side of a photo may be (sendPhoto)."""

_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
_BUTTON_KINDS = frozenset(
    {
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    }
)
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error answer."""

    code: int
    description: str
    parameters: Json = field(default_factory=dict)

    def as_bytes(self) -> bytes:
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return json.dumps(body).encode()


@dataclass(frozen=True, slots=True)
class Method:
    """A method: the parameters it cannot do without (as the schema has them), and what it does."""

    required: tuple[str, ...]
    act: Callable[[BotApi, Json, Mapping[str, Upload]], Any]


class BotApi:
    """Carries out a call on the world. Every effect is complete when `carry_out` returns."""

    def __init__(self, world: World, *, press_lasts: float) -> None:
        self._world = world
        self._press_lasts = press_lasts
        self.commands: dict[str, list[Json]] = {}

    def carry_out(self, name: str, parameters: Json, uploads: Mapping[str, Upload]) -> Any:
        """Returns what the method returns, ready for JSON, or a Refusal."""
        return METHODS[name].act(self, parameters, uploads)

    # -- who we are

    def _get_me(self, _parameters: Json, _uploads: Mapping[str, Upload]) -> Any:
        return self._world.bot_user

    def _set_my_commands(self, parameters: Json, _uploads: Mapping[str, Upload]) -> Any:
        commands = parameters.get("commands")
        if not isinstance(commands, list):
            return Refusal(400, "Bad Request: can't parse commands JSON object")
        if len(commands) > 100:
            return Refusal(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not isinstance(command, dict) or not _COMMAND.fullmatch(str(command.get("command", "")).lower()):
                return Refusal(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(str(command.get("description", ""))) <= 256:
                return Refusal(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        scope = json.dumps(parameters.get("scope") or {"type": "default"}, sort_keys=True)
        self.commands[f"{scope} {parameters.get('language_code', '')}".strip()] = commands
        return True

    # -- chats

    def _get_chat(self, parameters: Json, _uploads: Mapping[str, Upload]) -> Any:
        chat = self._find_chat(parameters)
        if isinstance(chat, Refusal):
            return chat
        return chat.as_json() | {
            "accent_color_id": chat.id % 7,
            "max_reaction_count": 11,
            "accepted_gift_types": {
                "unlimited_gifts": False,
                "limited_gifts": False,
                "unique_gifts": False,
                "premium_subscription": False,
                "gifts_from_channels": False,
            },
        }

    def _leave_chat(self, parameters: Json, _uploads: Mapping[str, Upload]) -> Any:
        chat = self._find_chat(parameters)
        if isinstance(chat, Refusal):
            return chat
        if not isinstance(chat, Group):
            return Refusal(400, "Bad Request: chat member status can't be changed in private chats")
        refused = chat.refuses()
        if refused is not None:
            return Refusal(*refused)
        chat.bot_leaves()
        return True

    def _send_chat_action(self, parameters: Json, _uploads: Mapping[str, Upload]) -> Any:
        if parameters.get("action") not in _ACTIONS:
            return Refusal(400, "Bad Request: wrong parameter action in request")
        chat = self._writable_chat(parameters)
        return chat if isinstance(chat, Refusal) else True

    # -- sending

    def _send_message(self, parameters: Json, _uploads: Mapping[str, Upload]) -> Any:
        text = parameters.get("text")
        if not text:
            return Refusal(400, "Bad Request: message text is empty")
        formatted = format_text(
            text, parameters.get("entities"), parameters.get("parse_mode", ""), longest=LONGEST_TEXT
        )
        if isinstance(formatted, Malformed):
            return Refusal(400, f"Bad Request: {formatted.why}")
        if not formatted.text:
            return Refusal(400, "Bad Request: message text is empty")
        ready = self._ready_to_send(parameters)
        if isinstance(ready, Refusal):
            return ready
        chat, reply_to = ready
        return self._keep(chat, parameters, reply_to, formatted).as_json()

    def _send_photo(self, parameters: Json, uploads: Mapping[str, Upload]) -> Any:
        return self._send_file("photo", parameters, uploads)

    def _send_document(self, parameters: Json, uploads: Mapping[str, Upload]) -> Any:
        return self._send_file("document", parameters, uploads)

    def _send_video(self, parameters: Json, uploads: Mapping[str, Upload]) -> Any:
        return self._send_file("video", parameters, uploads)

    def _send_video_note(self, parameters: Json, uploads: Mapping[str, Upload]) -> Any:
        # It has no words: those that are sent with it are not looked at.
        bare = {name: value for name, value in parameters.items() if not name.startswith("caption")}
        return self._send_file("video_note", bare, uploads)

    def _send_animation(self, parameters: Json, uploads: Mapping[str, Upload]) -> Any:
        return self._send_file("animation", parameters, uploads)

    def _send_voice(self, parameters: Json, uploads: Mapping[str, Upload]) -> Any:
        return self._send_file("voice", parameters, uploads)

    def _send_audio(self, parameters: Json, uploads: Mapping[str, Upload]) -> Any:
        return self._send_file("audio", parameters, uploads)

    def _send_file(self, kind: str, parameters: Json, uploads: Mapping[str, Upload]) -> Any:
        formatted = _caption(parameters)
        if isinstance(formatted, Refusal):
            return formatted
        ready = self._ready_to_send(parameters)
        if isinstance(ready, Refusal):
            return ready
        stored = self._file_for(kind, kind, parameters.get(kind), uploads)
        if isinstance(stored, Refusal):
            return stored
        chat, reply_to = ready
        return self._keep(chat, parameters, reply_to, formatted, media=stored).as_json()

    def _send_media_group(self, parameters: Json, uploads: Mapping[str, Upload]) -> Any:
        media = parameters.get("media")
        if not isinstance(media, list) or not all(isinstance(item, dict) for item in media):
            return Refusal(400, "Bad Request: can't parse media JSON object")
        if not 2 <= len(media) <= 10:
            return Refusal(400, "Bad Request: an album must have from 2 to 10 items")
        kinds = {item.get("type") for item in media}
        if not (kinds <= {"photo", "video"} or kinds in ({"document"}, {"audio"})):
            return Refusal(400, "Bad Request: Can't use the media of the specified type in the album")
        ready = self._ready_to_send(parameters)
        if isinstance(ready, Refusal):
            return ready
        chat, reply_to = ready
        items: list[tuple[FormattedText, StoredFile]] = []
        for item in media:
            formatted = _caption(item)
            if isinstance(formatted, Refusal):
                return formatted
            stored = self._file_for(item["type"], "media", item.get("media"), uploads)
            if isinstance(stored, Refusal):
                return stored
            items.append((formatted, stored))
        album = self._world.next_album()
        return [
            self._keep(chat, parameters, reply_to, formatted, media=stored, album=album).as_json()
            for formatted, stored in items
        ]

    def _ready_to_send(self, parameters: Json) -> tuple[Chat, int | None] | Refusal:
        markup = _check_markup(parameters.get("reply_markup"))
        if markup is not None:
            return markup
        chat = self._find_chat(parameters)
        if isinstance(chat, Refusal):
            return chat
        reply_to = _reply_to(parameters, chat)
        if isinstance(reply_to, Refusal):
            return reply_to
        refused = chat.refuses()
        if refused is not None:
            return Refusal(*refused)
        return chat, reply_to

    def _keep(
        self,
        chat: Chat,
        parameters: Json,
        reply_to: int | None,
        formatted: FormattedText,
        *,
        media: StoredFile | None = None,
        album: str | None = None,
    ) -> Message:
        message = Message(
            message_id=chat.next_message_id(),
            chat=chat,
            author=self._world.bot_user,
            date=int(self._world.now()),
            text=formatted.text,
            entities=formatted.entities,
            markup=parameters.get("reply_markup"),
            silent=parameters.get("disable_notification", False),
            reply_to=reply_to,
            media=media,
            album=album,
            protected=parameters.get("protect_content", False),
            preview=parameters.get("link_preview_options"),
        )
        chat.kept[message.message_id] = message
        return message

    # -- changing

    def _edit_message_text(self, parameters: Json, _uploads: Mapping[str, Upload]) -> Any:
        text = parameters.get("text")
        if not text:
            return Refusal(400, "Bad Request: message text is empty")
        formatted = format_text(
            text, parameters.get("entities"), parameters.get("parse_mode", ""), longest=LONGEST_TEXT
        )
        if isinstance(formatted, Malformed):
            return Refusal(400, f"Bad Request: {formatted.why}")
        if not formatted.text:
            return Refusal(400, "Bad Request: message text is empty")
        message = self._message_to_edit(parameters)
        if isinstance(message, Refusal):
            return message
        if message.media is not None or message.extra:
            return Refusal(400, "Bad Request: there is no text in the message to edit")
        markup = parameters.get("reply_markup")
        if (formatted.text, formatted.entities) == (message.text, message.entities) and _is_same_markup(
            markup, message.markup
        ):
            return _NOT_MODIFIED
        message.text, message.entities, message.markup = formatted.text, formatted.entities, markup
        if "link_preview_options" in parameters:
            message.preview = parameters["link_preview_options"]
        message.edited = int(self._world.now())
        return message.as_json()

    def _edit_message_caption(self, parameters: Json, _uploads: Mapping[str, Upload]) -> Any:
        formatted = _caption(parameters)
        if isinstance(formatted, Refusal):
            return formatted
        message = self._message_to_edit(parameters)
        if isinstance(message, Refusal):
            return message
        if message.media is None or message.media.kind == "video_note":
            return Refusal(400, "Bad Request: there is no caption in the message to edit")
        markup = parameters.get("reply_markup")
        if (formatted.text, formatted.entities) == (message.text, message.entities) and _is_same_markup(
            markup, message.markup
        ):
            return _NOT_MODIFIED
        message.text, message.entities, message.markup = formatted.text, formatted.entities, markup
        message.edited = int(self._world.now())
        return message.as_json()

    def _edit_message_reply_markup(self, parameters: Json, _uploads: Mapping[str, Upload]) -> Any:
        message = self._message_to_edit(parameters)
        if isinstance(message, Refusal):
            return message
        markup = parameters.get("reply_markup")
        if _is_same_markup(markup, message.markup):
            return _NOT_MODIFIED
        message.markup = markup
        message.edited = int(self._world.now())
        return message.as_json()

    def _message_to_edit(self, parameters: Json) -> Message | Refusal:
        markup = _check_markup(parameters.get("reply_markup"))
        if markup is not None:
            return markup
        if "inline_message_id" in parameters:
            return Refusal(400, "Bad Request: MESSAGE_ID_INVALID")
        if "message_id" not in parameters:
            return Refusal(400, "Bad Request: message identifier is not specified")
        chat = self._writable_chat(parameters)
        if isinstance(chat, Refusal):
            return chat
        message = chat.kept.get(parameters["message_id"])
        if message is None:
            return Refusal(400, "Bad Request: message to edit not found")
        if not message.is_from_bot:
            return Refusal(400, "Bad Request: message can't be edited")
        return message

    def _delete_message(self, parameters: Json, _uploads: Mapping[str, Upload]) -> Any:
        if "message_id" not in parameters:
            return Refusal(400, "Bad Request: message identifier is not specified")
        chat = self._writable_chat(parameters)
        if isinstance(chat, Refusal):
            return chat
        message = chat.kept.get(parameters["message_id"])
        if message is None:
            return Refusal(400, "Bad Request: message to delete not found")
        if not self._can_delete(chat, message):
            return Refusal(400, "Bad Request: message can't be deleted")
        del chat.kept[message.message_id]
        return True

    def _delete_messages(self, parameters: Json, _uploads: Mapping[str, Upload]) -> Any:
        message_ids = parameters.get("message_ids")
        if not isinstance(message_ids, list) or not message_ids:
            return Refusal(400, "Bad Request: message identifiers are not specified")
        if len(message_ids) > 100:
            return Refusal(400, "Bad Request: too many message identifiers specified")
        chat = self._writable_chat(parameters)
        if isinstance(chat, Refusal):
            return chat
        messages = [chat.kept[message_id] for message_id in message_ids if message_id in chat.kept]
        if not all(self._can_delete(chat, message) for message in messages):
            return Refusal(400, "Bad Request: message can't be deleted")
        for message in messages:
            del chat.kept[message.message_id]
        return True

    def _can_delete(self, chat: Chat, message: Message) -> bool:
        is_young = self._world.now() - message.date < DELETABLE_FOR
        return is_young and (message.is_from_bot or isinstance(chat, Person))

    def _answer_callback_query(self, parameters: Json, _uploads: Mapping[str, Upload]) -> Any:
        press = self._world.presses.get(parameters.get("callback_query_id", ""))
        if press is None or press.answered or self._world.now() - press.pressed > self._press_lasts:
            return Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        text = parameters.get("text", "")
        if len(text) > 200:
            return Refusal(400, "Bad Request: MESSAGE_TOO_LONG")
        press.answered, press.text, press.alert = True, text, parameters.get("show_alert", False)
        return True

    # -- files

    def _get_file(self, parameters: Json, _uploads: Mapping[str, Upload]) -> Any:
        if "file_id" not in parameters:
            return Refusal(400, "Bad Request: file_id not specified")
        stored = self._world.files.get(parameters["file_id"])
        if stored is None:
            return Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(stored.content) > LARGEST_DOWNLOAD:
            return Refusal(400, "Bad Request: file is too big")
        return {
            "file_id": stored.file_id,
            "file_unique_id": stored.unique_id,
            "file_size": len(stored.content),
            "file_path": self._world.link(stored),
        }

    def _file_for(
        self, kind: str, parameter: str, named: object, uploads: Mapping[str, Upload]
    ) -> StoredFile | Refusal:
        upload = uploads.get(parameter)
        if isinstance(named, str) and named.startswith("attach://"):
            upload = uploads.get(named.removeprefix("attach://"))
        if upload is None:
            known = self._world.files.get(named) if isinstance(named, str) else None
            if known is not None and known.kind == kind:
                return self._world.store_again(known)
            if not named:
                return Refusal(400, f"Bad Request: there is no {kind} in the request")
            return Refusal(400, "Bad Request: wrong file identifier/HTTP URL specified")
        if len(upload.content) > (LARGEST_PHOTO if kind == "photo" else LARGEST_UPLOAD):
            return Refusal(413, "Request Entity Too Large")
        if not upload.content:
            return Refusal(400, "Bad Request: file must be non-empty")
        size = picture_size(upload.content) if kind == "photo" else None
        if size is not None and (sum(size) > LARGEST_SIDES or max(size) > MOST_STRETCHED * min(size)):
            return Refusal(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
        stored = self._world.store(kind, upload.name, upload.mime_type, upload.content)
        return stored or Refusal(400, "Bad Request: IMAGE_PROCESS_FAILED")

    # -- finding

    def _find_chat(self, parameters: Json) -> Chat | Refusal:
        chat_id = parameters.get("chat_id")
        if chat_id is None or chat_id == "":
            return Refusal(400, "Bad Request: chat_id is empty")
        chat = self._world.chats.get(chat_id)
        return chat if chat is not None else Refusal(400, "Bad Request: chat not found")

    def _writable_chat(self, parameters: Json) -> Chat | Refusal:
        chat = self._find_chat(parameters)
        if isinstance(chat, Refusal):
            return chat
        refused = chat.refuses()
        return chat if refused is None else Refusal(*refused)

    TABLE: ClassVar[Mapping[str, Method]] = {
        "getMe": Method((), _get_me),
        "setMyCommands": Method(("commands",), _set_my_commands),
        "getChat": Method(("chat_id",), _get_chat),
        "leaveChat": Method(("chat_id",), _leave_chat),
        "sendChatAction": Method(("chat_id", "action"), _send_chat_action),
        "sendMessage": Method(("chat_id", "text"), _send_message),
        "sendPhoto": Method(("chat_id", "photo"), _send_photo),
        "sendDocument": Method(("chat_id", "document"), _send_document),
        "sendVideo": Method(("chat_id", "video"), _send_video),
        "sendVideoNote": Method(("chat_id", "video_note"), _send_video_note),
        "sendAnimation": Method(("chat_id", "animation"), _send_animation),
        "sendVoice": Method(("chat_id", "voice"), _send_voice),
        "sendAudio": Method(("chat_id", "audio"), _send_audio),
        "sendMediaGroup": Method(("chat_id", "media"), _send_media_group),
        "editMessageText": Method((), _edit_message_text),
        "editMessageCaption": Method((), _edit_message_caption),
        "editMessageReplyMarkup": Method((), _edit_message_reply_markup),
        "deleteMessage": Method(("chat_id", "message_id"), _delete_message),
        "deleteMessages": Method(("chat_id", "message_ids"), _delete_messages),
        "answerCallbackQuery": Method(("callback_query_id",), _answer_callback_query),
        "getFile": Method(("file_id",), _get_file),
    }


METHODS: Mapping[str, Method] = MappingProxyType(BotApi.TABLE)

_NOT_MODIFIED = Refusal(
    400,
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message",
)


def _caption(fields: Json) -> FormattedText | Refusal:
    formatted = format_text(
        fields.get("caption", ""),
        fields.get("caption_entities"),
        fields.get("parse_mode", ""),
        longest=LONGEST_CAPTION,
    )
    return Refusal(400, f"Bad Request: {formatted.why}") if isinstance(formatted, Malformed) else formatted


def _reply_to(parameters: Json, chat: Chat) -> int | Refusal | None:
    reply = parameters.get("reply_parameters")
    if reply is None:
        return None
    if not isinstance(reply, dict) or not isinstance(reply.get("message_id"), int):
        return Refusal(400, "Bad Request: can't parse reply parameters JSON object")
    message_id: int = reply["message_id"]
    if message_id in chat.kept:
        return message_id
    if reply.get("allow_sending_without_reply"):
        return None
    return Refusal(400, "Bad Request: message to be replied not found")


def _check_markup(markup: object) -> Refusal | None:
    if markup is None:
        return None
    if not isinstance(markup, dict):
        return Refusal(400, "Bad Request: object expected as reply markup")
    if "inline_keyboard" not in markup:
        return None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return Refusal(
            400, 'Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
        )
    for row in rows:
        for button in row:
            wrong = _wrong_with_button(button)
            if wrong is not None:
                return Refusal(400, f"Bad Request: {wrong}")
    return None


def _wrong_with_button(button: object) -> str | None:
    prefix = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        return f"{prefix}InlineKeyboardButton must be an Object"
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        return f"{prefix}inline keyboard button text must be non-empty"
    if not _BUTTON_KINDS & button.keys():
        return f"{prefix}Text buttons are unallowed in the inline keyboard"
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= 64:
        return "BUTTON_DATA_INVALID"
    return None


def _is_same_markup(one: Json | None, other: Json | None) -> bool:
    return ((one or {}).get("inline_keyboard") or []) == ((other or {}).get("inline_keyboard") or [])
