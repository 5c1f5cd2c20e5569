"""The stage on which everybody has a Telegram chat: real HTTP to a Bot API server, the real door and the real channel.

What people do comes in through ``getUpdates`` and is stored as ``bookbag run`` stores it; what they hear is what
their chats show. Only the server, and the people at their telephones, are played.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from types import TracebackType

from bot.channels.telegram import Telegram
from bot.clock import SystemMachine
from bot.doors.polling import Polling
from bot.engine import Way
from storage.addresses import Handle
from tests.doubles.telegram import Person, TelegramDouble
from tests.kit.conversation import Heard, Story, give_addresses

_FIRST_CHAT = 5_000_000_001


class OnTelegram:
    """Chats on a Bot API server that stands for Telegram's; use it as an asynchronous context manager."""

    def __init__(self) -> None:
        self._double: TelegramDouble | None = None
        self._channel: Telegram | None = None
        self._story: Story | None = None
        self._polling: asyncio.Task[None] | None = None
        self._people: dict[str, Person] = {}
        self._numbers: dict[str, str] = {}

    async def __aenter__(self) -> OnTelegram:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._polling is not None:
            self._polling.cancel()
            await asyncio.gather(self._polling, return_exceptions=True)
        if self._channel is not None:
            await self._channel.close()
        if self._double is not None:
            breaches = self._double.breaches
            await self._double.close()
            # Whatever a story tells: what somebody sent is never passed on as she sent it.
            assert kind is not None or not breaches, breaches

    @property
    def double(self) -> TelegramDouble:
        """The server, for stories in which it misbehaves."""
        assert self._double is not None
        return self._double

    @property
    def story(self) -> Story:
        assert self._story is not None
        return self._story

    def chat(self, who: str) -> Person:
        """Somebody's chat with the bot."""
        return self._people[who]

    async def ways(self, story: Story) -> list[Way]:
        self._story = story
        # The server dates messages by book time, as Telegram would if the story were real.
        self._double = TelegramDouble(now=lambda: story.clock.now().timestamp())
        await self._double.comes_up()
        self._channel = Telegram(self._double.token, api_url=self._double.url)
        polling = Polling(
            self._channel,
            story.store,
            story.ids,
            now=story.clock.now,
            machine=SystemMachine(),
            chance=random.Random(3).random,
        )
        self._polling = asyncio.create_task(polling.run(), name="the door to Telegram")
        return [Way(self._channel, per_second=30, per_chat=1)]

    async def give_phones(self, story: Story, who: Sequence[str]) -> None:
        account = self.double.token.partition(":")[0]
        wanted = {
            each: (Handle("telegram", account, str(self._begin_chat(each).id)), story.people.people[each])
            for each in who
        }
        await give_addresses(story, wanted)

    async def give_stranger(self, who: str) -> None:
        self._begin_chat(who)

    async def give_fresh_phone(self, story: Story, who: str, number: str) -> None:
        self._begin_chat(who)
        self._numbers[who] = number

    async def opens(self, who: str, payload: str) -> None:
        await self.chat(who).starts(payload)

    def _begin_chat(self, who: str) -> Person:
        self._people[who] = self.double.person(_FIRST_CHAT + len(self._people), who.capitalize())
        return self._people[who]

    async def says(self, who: str, text: str, reply_to: object | None) -> object:
        return await self.chat(who).says(text, reply_to=reply_to if isinstance(reply_to, int) else None)

    async def sends(self, who: str, name: str, content: bytes, text: str) -> object:
        return await self.chat(who).sends_document(content, name=name, mime_type="", caption=text)

    async def sends_photos(
        self, who: str, contents: Sequence[bytes], text: str, reply_to: object | None, order: Sequence[int]
    ) -> object:
        chat, answered = self.chat(who), reply_to if isinstance(reply_to, int) else None
        if len(contents) == 1:
            return await chat.sends_photo(contents[0], caption=text, reply_to=answered)
        return (await chat.sends_album(contents, caption=text, order=order, reply_to=answered))[0]

    async def pictures(self, who: str, message: object) -> list[bytes]:
        shown = self.chat(who).from_bot
        first = next(each for each in shown if each.message_id == message)
        together = [each for each in shown if each is first or (first.album and each.album == first.album)]
        return [each.media.content for each in together if each.media is not None and each.media.kind != "document"]

    async def reacts(self, who: str, message: object, sign: str) -> None:
        assert isinstance(message, int)
        await self.chat(who).reacts(message, sign)

    async def file(self, who: str, message: object) -> tuple[str, bytes] | None:
        shown = next(each for each in self.chat(who).from_bot if each.message_id == message)
        return None if shown.media is None else (shown.media.name, shown.media.content)

    async def edits(self, who: str, message: object, text: str) -> None:
        assert isinstance(message, int)
        chat = self.chat(who)
        await chat.edits(message, text, changed=chat.kept[message].text != text)

    async def presses(self, who: str, label: str) -> None:
        if label in self.chat(who).keyboard:
            # Telegram gives numbers without a plus.
            await self.chat(who).sends_contact(self._numbers[who].lstrip("+"))
            return
        await self.chat(who).presses(label)

    async def shows(self, who: str) -> list[Heard]:
        shown = self.chat(who).from_bot
        keyboard = self.chat(who).keyboard
        heard: list[Heard] = []
        for at, each in enumerate(shown):
            is_picture = each.media is not None and each.media.kind != "document"
            if at and each.album is not None and each.album == shown[at - 1].album:
                # An album is one thing to whoever looks at it, with the words that stand on any of its pictures.
                heard[-1].text = heard[-1].text or each.text
                heard[-1].pictures += is_picture
                continue
            buttons = tuple(button.label for button in each.buttons) or (keyboard if each is shown[-1] else ())
            heard.append(Heard(each.text, buttons, each.silent, each.edited, each.message_id, int(is_picture)))
        return heard

    async def collect(self) -> int:
        """Wait until the door has stored, and so confirmed, everything that people did."""
        waiting = self.double.pending_updates
        if waiting:
            await self.double.waits_for(lambda: not self.double.pending_updates)
        return waiting
