"""The chats of the small world the double plays: who is in them, what they show, and what people do there.

It knows neither HTTP nor the methods of the Bot API: what the bot does arrives through `methods`, what people
do goes out as updates.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tests.doubles.telegram.text import utf16_length
from tests.doubles.telegram.updates import Lane, UpdateQueue

Json = dict[str, Any]

BOT = "bot"
_SMALLER = (90, 320, 800)
"""The long sides in pixels of the copies that the server makes of a photo."""
LINK_LASTS = 3600.0
"""Seconds for which the address getFile gives can be read; Telegram promises at least so much."""


# -- what a chat shows


@dataclass(frozen=True, slots=True)
class Button:
    """A button below a message."""

    label: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as the server keeps it."""

    kind: str
    file_id: str
    unique_id: str
    name: str
    mime_type: str
    content: bytes = field(repr=False)
    width: int = 0
    height: int = 0
    smaller: tuple[StoredFile, ...] = ()
    """Of a photo, the copies that the server made of it."""

    def as_json(self) -> Any:
        """A list of PhotoSize, the largest last, or the object of its kind."""
        known: Json = {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.content),
        }
        named: Json = {"file_name": self.name, "mime_type": self.mime_type}
        match self.kind:
            case "photo":
                copies = (*self.smaller, self)
                return [
                    known
                    | {"file_id": each.file_id, "file_unique_id": each.unique_id, "file_size": len(each.content)}
                    | {"width": each.width, "height": each.height}
                    for each in copies
                ]
            case "video" | "animation":
                return known | named | {"width": 1280, "height": 720, "duration": 4}
            case "voice":
                return known | {"mime_type": self.mime_type, "duration": 3}
            case "video_note":
                return known | {"length": 240, "duration": 3}
            case "audio":
                return known | named | {"duration": 3}
            case _:
                return known | named


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as the chat shows it now. `author` is "bot" or a person's id."""

    message_id: int
    author: int | str
    text: str
    buttons: tuple[Button, ...]
    rows: tuple[tuple[Button, ...], ...]
    silent: bool
    edited: bool
    reply_to: int | None
    entities: tuple[Json, ...]
    media: StoredFile | None
    album: str | None
    protected: bool
    preview: Json | None
    """The link_preview_options it was sent with."""

    @property
    def is_from_bot(self) -> bool:
        return self.author == BOT

    def as_json(self) -> Json:
        return {
            "message_id": self.message_id,
            "author": self.author,
            "text": self.text,
            "buttons": [{"label": button.label, "data": button.data, "url": button.url} for button in self.buttons],
            "silent": self.silent,
            "edited": self.edited,
            "reply_to": self.reply_to,
            "media": self.media.file_id if self.media else None,
            "kind": self.media.kind if self.media else None,
            "album": self.album,
        }


@dataclass(slots=True)
class Message:
    """One message as the server keeps it."""

    message_id: int
    chat: Chat
    author: Json
    date: int
    text: str = ""
    entities: tuple[Json, ...] = ()
    markup: Json | None = None
    silent: bool = False
    reply_to: int | None = None
    edited: int | None = None
    media: StoredFile | None = None
    album: str | None = None
    protected: bool = False
    preview: Json | None = None
    extra: Json = field(default_factory=dict)

    @property
    def is_from_bot(self) -> bool:
        return self.author["is_bot"] is True

    def as_json(self, *, with_reply: bool = True) -> Json:
        """The message as the Bot API shows it; what it answers is shown one level deep."""
        shown: Json = {
            "message_id": self.message_id,
            "from": self.author,
            "chat": self.chat.as_json(),
            "date": self.date,
        }
        if self.edited is not None:
            shown["edit_date"] = self.edited
        if with_reply and self.reply_to is not None:
            original = self.chat.kept.get(self.reply_to)
            if original is not None:
                shown["reply_to_message"] = original.as_json(with_reply=False)
        if self.album is not None:
            shown["media_group_id"] = self.album
        if self.media is not None:
            shown[self.media.kind] = self.media.as_json()
            if self.media.kind == "animation":
                # For programs too old to know animations it comes as a document too.
                shown["document"] = replace(self.media, kind="document").as_json()
            if self.text:
                shown["caption"] = self.text
            if self.entities:
                shown["caption_entities"] = list(self.entities)
        else:
            if self.text:
                shown["text"] = self.text
            if self.entities:
                shown["entities"] = list(self.entities)
        if self.markup is not None and "inline_keyboard" in self.markup:
            shown["reply_markup"] = self.markup
        if self.preview is not None:
            shown["link_preview_options"] = self.preview
        if self.protected:
            shown["has_protected_content"] = True
        if self.extra:
            shown.update(self.extra)
        return shown

    def shown(self) -> Shown:
        rows = tuple(
            tuple(Button(button["text"], button.get("callback_data"), button.get("url")) for button in row)
            for row in (self.markup or {}).get("inline_keyboard", ())
        )
        return Shown(
            message_id=self.message_id,
            author=BOT if self.is_from_bot else self.author["id"],
            text=self.text,
            buttons=tuple(button for row in rows for button in row),
            rows=rows,
            silent=self.silent,
            edited=self.edited is not None,
            reply_to=self.reply_to,
            entities=self.entities,
            media=self.media,
            album=self.album,
            protected=self.protected,
            preview=self.preview,
        )


@dataclass(slots=True)
class Press:
    """A press of a button, and what the bot answered to it."""

    query_id: str
    by: int
    data: str
    pressed: float
    answered: bool = False
    text: str = ""
    alert: bool = False


# -- chats


class Chat:
    """What a private chat and a group have in common. `kept` is every message not deleted, by its id."""

    def __init__(self, world: World, chat_id: int) -> None:
        self._world = world
        self.id = chat_id
        self.kept: dict[int, Message] = {}

    def as_json(self) -> Json:
        raise NotImplementedError

    def refuses(self) -> tuple[int, str, Json] | None:
        """Why the bot may not write here: code, description and parameters; None where it may."""
        raise NotImplementedError

    def next_message_id(self) -> int:
        return self._world.next_message_id()

    @property
    def lane(self) -> Lane:
        """The one queue in which messages and edits of this chat reach a webhook."""
        return ("chat", self.id)

    @property
    def messages(self) -> list[Shown]:
        """What the chat shows now, oldest first: edits applied, deletions gone."""
        return [message.shown() for message in self.kept.values()]

    @property
    def from_bot(self) -> list[Shown]:
        """Of these, what the bot wrote."""
        return [message.shown() for message in self.kept.values() if message.is_from_bot]

    @property
    def texts(self) -> list[str]:
        """The words of what the bot wrote and the chat still shows."""
        return [message.text for message in self.kept.values() if message.is_from_bot]

    def shows(self, text: str) -> Shown | None:
        """The newest message of the bot with these words in it, or None."""
        for message in reversed(self.kept.values()):
            if message.is_from_bot and text in message.text:
                return message.shown()
        return None

    async def _write(
        self,
        author: Json,
        *,
        text: str = "",
        reply_to: int | None = None,
        entities: Sequence[Json] = (),
        media: StoredFile | None = None,
        album: str | None = None,
        extra: Json | None = None,
        heard: bool = True,
        passed_on: bool = False,
    ) -> int:
        if passed_on:
            origin = {"type": "hidden_user", "date": int(self._world.now()), "sender_user_name": "Somebody"}
            extra = {**(extra or {}), "forward_origin": origin}
        message = Message(
            message_id=self.next_message_id(),
            chat=self,
            author=author,
            date=int(self._world.now()),
            text=text,
            entities=tuple(entities) or _command(text),
            reply_to=reply_to,
            media=media,
            album=album,
            extra=extra or {},
        )
        self.kept[message.message_id] = message
        if heard:
            self._world.queue.push("message", message.as_json(), self.lane)
        return message.message_id

    async def _edit(self, author: Json, message_id: int, text: str | None, *, changed: bool) -> None:
        message = self.kept[message_id]
        if message.author["id"] != author["id"]:
            raise AssertionError(f"message {message_id} is not this person's to edit")
        if changed:
            if text is None:
                raise AssertionError("an edit that changes something needs its new words")
            message.text = text
            message.entities = _command(text)
        message.edited = int(self._world.now())
        self._world.queue.push("edited_message", message.as_json(), self.lane)

    async def _press(self, presser: Json, button: str, message_id: int | None) -> Press:
        for message in reversed(self.kept.values()):
            if message_id is not None and message.message_id != message_id:
                continue
            for choice in message.shown().buttons:
                if button in {choice.label, choice.data} and choice.data is not None:
                    return self._world.press(presser, message, choice.data)
        offered = sorted({choice.label for message in self.messages for choice in message.buttons})
        raise AssertionError(f"no message of chat {self.id} has a button {button!r}; there are {offered}")


class Person(Chat):
    """A person and her private chat with the bot, which has her id."""

    def __init__(self, world: World, user: Json, *, started: bool) -> None:
        super().__init__(world, user["id"])
        self.user = user
        self.has_started = started
        self.has_blocked = False
        self.is_deactivated = False
        self._reactions: dict[int, list[Json]] = {}
        self._chat = {"id": user["id"], "type": "private"} | {
            name: user[name] for name in ("first_name", "last_name", "username") if name in user
        }

    def as_json(self) -> Json:
        return self._chat

    def refuses(self) -> tuple[int, str, Json] | None:
        if self.is_deactivated:
            return 403, "Forbidden: user is deactivated", {}
        if self.has_blocked:
            return 403, "Forbidden: bot was blocked by the user", {}
        if not self.has_started:
            return 403, "Forbidden: bot can't initiate conversation with a user", {}
        return None

    async def says(self, text: str, *, reply_to: int | None = None, entities: Sequence[Json] = ()) -> int:
        """Write to the bot. Returns the message's id."""
        self.has_started = True
        return await self._write(self.user, text=text, reply_to=reply_to, entities=entities)

    async def starts(self, payload: str = "") -> int:
        """Open the chat, by a link with a payload if there is one."""
        return await self.says(f"/start {payload}".rstrip())

    async def edits(self, message_id: int, text: str | None = None, *, changed: bool = True) -> None:
        """Edit one's own message. With `changed=False` the edit arrives and the words stay as they were."""
        await self._edit(self.user, message_id, text, changed=changed)

    async def presses(self, button: str, *, message_id: int | None = None) -> Press:
        """Press a button, by label or data, on the newest message that has it (or on the one named)."""
        return await self._press(self.user, button, message_id)

    async def deletes(self, message_id: int) -> None:
        """Delete a message. No update tells a bot of it."""
        del self.kept[message_id]

    async def sends_contact(self, number: str, *, of: int | None = None, passed_on: bool = False) -> int:
        """Send a contact: her own unless ``of`` is somebody else's id, or 0 for somebody who is not on Telegram."""
        contact: Json = {"phone_number": number, "first_name": self.user["first_name"]}
        owner = self.user["id"] if of is None else of
        if owner:
            contact["user_id"] = owner
        extra: Json = {"contact": contact}
        if passed_on:
            extra["forward_origin"] = {"type": "user", "date": int(self._world.now()), "sender_user": self.user}
        return await self._write(self.user, extra=extra)

    @property
    def keyboard(self) -> tuple[str, ...]:
        """The labels of the keyboard under the chat that ask for her number; none once it was taken away."""
        for message in reversed(self.kept.values()):
            markup = (message.markup if message.is_from_bot else None) or {}
            if "remove_keyboard" in markup:
                return ()
            if "keyboard" in markup:
                return tuple(key["text"] for row in markup["keyboard"] for key in row if key.get("request_contact"))
        return ()

    async def sends_photo(
        self,
        content: bytes,
        *,
        caption: str = "",
        album: str | None = None,
        reply_to: int | None = None,
        passed_on: bool = False,
    ) -> int:
        """Send a JPEG or PNG. Returns the message's id."""
        return await self._write(
            self.user,
            text=caption,
            media=self._photo(content),
            album=album,
            reply_to=reply_to,
            passed_on=passed_on,
        )

    async def sends_album(
        self,
        contents: Iterable[bytes],
        *,
        caption: str = "",
        captions: Mapping[int, str] | None = None,
        order: Sequence[int] = (),
        reply_to: int | None = None,
        named: Sequence[str] = (),
    ) -> list[int]:
        """Send several photos as one album: a message each, the words on the first or where ``captions`` says.

        ``named`` they are PDFs. With an ``order`` the bot hears of them in that order, as Telegram's server may tell
        of them.
        """
        album = self._world.next_album()
        words = {0: caption} | dict(captions or {})
        sent = [
            await self._write(
                self.user,
                text=words.get(at, ""),
                media=self._paper(content, named[at]) if named else self._photo(content),
                album=album,
                reply_to=reply_to,
                heard=not order,
            )
            for at, content in enumerate(contents)
        ]
        if order and sorted(order) != list(range(len(sent))):
            raise AssertionError(f"an order of {len(sent)} pictures names each of them once")
        for at in order:
            self._world.queue.push("message", self.kept[sent[at]].as_json(), self.lane)
        return sent

    def _paper(self, content: bytes, name: str) -> StoredFile:
        stored = self._world.store("document", name, "application/pdf", content, came_in=True)
        assert stored is not None
        return stored

    def _photo(self, content: bytes) -> StoredFile:
        stored = self._world.store("photo", "", "image/jpeg", content, came_in=True)
        if stored is None:
            raise AssertionError("a photo must be a JPEG or a PNG")
        return stored

    async def sends_document(
        self,
        content: bytes,
        *,
        name: str = "letter.pdf",
        mime_type: str = "application/pdf",
        caption: str = "",
        passed_on: bool = False,
    ) -> int:
        """Send a file, such as a photo as it was taken (``name="IMG_1.HEIC"``). Returns the message's id."""
        return await self._sends("document", content, name, mime_type, caption, passed_on)

    async def sends_voice(self, content: bytes, *, caption: str = "") -> int:
        """Send a voice message."""
        return await self._sends("voice", content, "", "audio/ogg", caption, False)

    async def sends_video(self, content: bytes, *, caption: str = "", round: bool = False) -> int:  # noqa: A002
        """Send a film, or a ``round`` one, which never has words."""
        if round and caption:
            raise AssertionError("a round film has no words")
        return await self._sends("video_note" if round else "video", content, "film.mp4", "video/mp4", caption, False)

    async def _sends(self, kind: str, content: bytes, name: str, mime_type: str, caption: str, passed_on: bool) -> int:
        stored = self._world.store(kind, name, mime_type, content, came_in=True)
        return await self._write(self.user, text=caption, media=stored, passed_on=passed_on)

    async def sends(self, **fields: Any) -> int:
        """Send any other kind of message, its fields as the Bot API shows them (voice, sticker, …)."""
        return await self._write(self.user, extra=fields)

    async def reacts(self, message_id: int, emoji: str) -> None:
        """React to a message, or with no sign take back what one put there; told only to who asked for such updates."""
        shown = [{"type": "emoji", "emoji": emoji}] if emoji else []
        self._world.queue.push(
            "message_reaction",
            {
                "chat": self.as_json(),
                "message_id": message_id,
                "user": self.user,
                "date": int(self._world.now()),
                "old_reaction": self._reactions.get(message_id, []),
                "new_reaction": shown,
            },
            ("reaction", self.id),
        )
        self._reactions[message_id] = shown

    async def blocks_bot(self) -> None:
        """Block the bot: every send is refused from now on."""
        if not self.has_blocked:
            self.has_blocked = True
            self._tell_membership("member", "kicked")

    async def unblocks_bot(self) -> None:
        """Let the bot write again."""
        if self.has_blocked:
            self.has_blocked = False
            self._tell_membership("kicked", "member")

    async def deactivates(self) -> None:
        """Delete one's account; the bot learns it from its next send."""
        self.is_deactivated = True

    def _tell_membership(self, before: str, after: str) -> None:
        self._world.tell_membership(self, self.user, before, after)


class Group(Chat):
    """A group with the bot in it or not. In privacy mode it hears commands, replies to it and its name."""

    def __init__(self, world: World, chat_id: int, title: str, *, privacy: bool, supergroup: bool) -> None:
        super().__init__(world, chat_id)
        self.title = title
        self.membership = "left"
        self.moved_to: int | None = None
        self._privacy = privacy
        self._supergroup = supergroup
        self._last_message_id = 0

    def as_json(self) -> Json:
        kind = "supergroup" if self._supergroup else "group"
        return {"id": self.id, "type": kind, "title": self.title}

    def refuses(self) -> tuple[int, str, Json] | None:
        kind = "supergroup" if self._supergroup else "group"
        if self.moved_to is not None:
            return (
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                {"migrate_to_chat_id": self.moved_to},
            )
        if self.membership == "kicked":
            return 403, f"Forbidden: bot was kicked from the {kind} chat", {}
        if self.membership == "left":
            return 403, f"Forbidden: bot is not a member of the {kind} chat", {}
        return None

    def next_message_id(self) -> int:
        """A supergroup counts its messages for itself; every other chat shares the bot's own count."""
        if not self._supergroup:
            return super().next_message_id()
        self._last_message_id += 1
        return self._last_message_id

    async def adds_bot(self, by: Person) -> None:
        """Somebody adds the bot: a change of membership, and a service message."""
        before, self.membership = self.membership, "member"
        self._world.tell_membership(self, by.user, before, "member")
        await self._write(by.user, extra={"new_chat_members": [self._world.bot_user]})

    async def removes_bot(self, by: Person) -> None:
        """Somebody removes the bot."""
        before, self.membership = self.membership, "kicked"
        self._world.tell_membership(self, by.user, before, "kicked")

    def bot_leaves(self) -> None:
        before, self.membership = self.membership, "left"
        self._world.tell_membership(self, self._world.bot_user, before, "left")

    async def says(self, text: str, *, by: Person, reply_to: int | None = None) -> int:
        """Somebody writes. Returns the message's id; whether the bot hears it depends on its privacy mode."""
        return await self._write(by.user, text=text, reply_to=reply_to, heard=self._bot_hears(text, reply_to))

    async def presses(self, button: str, *, by: Person, message_id: int | None = None) -> Press:
        """Somebody presses a button, by label or data, on the newest message that has it."""
        return await self._press(by.user, button, message_id)

    async def becomes_supergroup(self, new_id: int, by: Person) -> Group:
        """The group moves to a new id. Sends to the old one are refused, naming the new one."""
        moved = self._world.group(new_id, self.title, privacy=self._privacy, supergroup=True)
        moved.membership = self.membership
        await self._write(by.user, extra={"migrate_to_chat_id": new_id})
        self.moved_to = new_id
        return moved

    def _bot_hears(self, text: str, reply_to: int | None) -> bool:
        if self.membership not in {"member", "administrator"}:
            return False
        if not self._privacy or text.startswith("/") or f"@{self._world.bot_user['username']}" in text:
            return True
        original = self.kept.get(reply_to) if reply_to is not None else None
        return original is not None and original.is_from_bot


class World:
    """Everybody and everything: people, groups, files and presses. `now` is seconds since 1970."""

    def __init__(self, *, now: Callable[[], float], queue: UpdateQueue, bot_user: Json) -> None:
        self.now = now
        self.queue = queue
        self.bot_user = bot_user
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.came_in: set[str] = set()
        self.presses: dict[str, Press] = {}
        self._links: dict[str, tuple[StoredFile, float]] = {}
        self._last_message_id = 0
        self._last_file = 0
        self._last_query = 4_000_000_000_000_000
        self._last_album = 13_000_000_000_000_000

    def person(self, person_id: int, first_name: str, *, started: bool = True, **more: str) -> Person:
        """The person with this id, made if she is new."""
        known = self.chats.get(person_id)
        if isinstance(known, Person):
            return known
        user: Json = {
            "id": person_id,
            "is_bot": False,
            "first_name": first_name,
            "language_code": "en",
        } | more
        person = self.chats[person_id] = Person(self, user, started=started)
        return person

    def group(self, group_id: int, title: str, *, privacy: bool = True, supergroup: bool = False) -> Group:
        """The group with this id, made if it is new; the bot is not in it yet."""
        known = self.chats.get(group_id)
        if isinstance(known, Group):
            return known
        group = self.chats[group_id] = Group(self, group_id, title, privacy=privacy, supergroup=supergroup)
        return group

    def next_message_id(self) -> int:
        self._last_message_id += 1
        return self._last_message_id

    def next_album(self) -> str:
        self._last_album += 1
        return str(self._last_album)

    def store(
        self, kind: str, name: str, mime_type: str, content: bytes, *, came_in: bool = False
    ) -> StoredFile | None:
        """Keep a file; None where a photo is no picture. It ``came_in`` where people sent it, and not the bot."""
        width, height = 0, 0
        smaller: list[StoredFile] = []
        if kind == "photo":
            size = picture_size(content)
            if size is None:
                return None
            width, height = size
            for side in (each for each in _SMALLER if each < max(size)):
                less = (max(width * side // max(size), 1), max(height * side // max(size), 1))
                smaller.append(self._keep(kind, "", "image/jpeg", _mere_head(*less), less, (), came_in))
        return self._keep(kind, name, mime_type, content, (width, height), tuple(smaller), came_in)

    def store_again(self, stored: StoredFile) -> StoredFile:
        """The same file under a name of its own, as in each message of the bot."""
        again = replace(
            stored,
            file_id=self._new_name(stored.kind),
            smaller=tuple(self.store_again(each) for each in stored.smaller),
        )
        self.files[again.file_id] = again
        return again

    def forget_files(self) -> None:
        """From now on no name of a file is known any more, and no address of one."""
        self.files.clear()
        self._links.clear()

    def _keep(
        self,
        kind: str,
        name: str,
        mime_type: str,
        content: bytes,
        size: tuple[int, int],
        smaller: tuple[StoredFile, ...],
        came_in: bool,
    ) -> StoredFile:
        file_id = self._new_name(kind)
        unique_id = f"AgAD{self._last_file:08d}"
        stored = StoredFile(kind, file_id, unique_id, name, mime_type, content, *size, smaller)
        self.files[file_id] = stored
        if came_in:
            self.came_in.add(file_id)
        return stored

    def _new_name(self, kind: str) -> str:
        self._last_file += 1
        return f"BQACAgQ{kind[0]}{self._last_file:08d}"

    def link(self, stored: StoredFile) -> str:
        """A path under which a file can be read for an hour."""
        ending = stored.name.rpartition(".")[2] if "." in stored.name else "jpg"
        path = f"{stored.kind}s/file_{len(self._links)}.{ending}"
        self._links[path] = (stored, self.now() + LINK_LASTS)
        return path

    def linked(self, path: str) -> StoredFile | None:
        """The file at a path, or None where the link is unknown or too old."""
        stored, expires = self._links.get(path, (None, 0.0))
        return stored if expires > self.now() else None

    def press(self, presser: Json, message: Message, data: str) -> Press:
        """A person presses a button of a message."""
        self._last_query += 1
        press = Press(str(self._last_query), presser["id"], data, self.now())
        self.presses[press.query_id] = press
        self.queue.push(
            "callback_query",
            {
                "id": press.query_id,
                "from": presser,
                "message": message.as_json(),
                "chat_instance": str(-5_000_000_000 - message.chat.id),
                "data": data,
            },
            ("press", presser["id"]),
        )
        return press

    def tell_membership(self, chat: Chat, by: Json, before: str, after: str) -> None:
        """The bot's own standing in a chat changes."""
        self.queue.push(
            "my_chat_member",
            {
                "chat": chat.as_json(),
                "from": by,
                "date": int(self.now()),
                "old_chat_member": self._standing(before),
                "new_chat_member": self._standing(after),
            },
            ("member", chat.id),
        )

    def _standing(self, status: str) -> Json:
        standing: Json = {"user": self.bot_user, "status": status}
        return standing | {"until_date": 0} if status == "kicked" else standing


def _mere_head(width: int, height: int) -> bytes:
    """A picture of that size of which only the head is there: whoever fetches a small copy has no picture."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + b"\x08\x02\x00\x00\x00"


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG or JPEG, or None where it is neither."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if not content.startswith(b"\xff\xd8"):
        return None
    position = 2
    while position + 9 <= len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return width, height
        position += 2 + int.from_bytes(content[position + 2 : position + 4], "big")
    return None


def _command(text: str) -> tuple[Json, ...]:
    if not text.startswith("/") or len(text) < 2:
        return ()
    return ({"type": "bot_command", "offset": 0, "length": utf16_length(text.split(maxsplit=1)[0])},)
