"""The stage on which everybody has WhatsApp: real HTTP to a server that speaks Twilio's API, the real door and the real
channel.

As by text, but with buttons and pictures, and with a platform that takes our own words for a day after somebody wrote.
Whoever is known from the start joined that morning; ``closed`` says that it was longer ago.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence

import aiohttp
import pytest
from aiohttp import web

from book.disclosure import Profile
from book.ids import AddressId
from book.wording.templates import SHOW, load_templates
from bot.channels.twilio_request import AiohttpTransport
from bot.channels.twilio_whatsapp import TwilioWhatsApp
from bot.doors.twilio import ON_WHATSAPP, REPORTS_PATH, Line, whatsapp_to
from bot.engine import Way
from bot.links.fetching import FetchedFiles, FileAddresses
from storage import addresses
from storage.addresses import Handle
from storage.database import Connection
from tests.doubles.twilio import Shown, Telephone
from tests.kit.conversation import Heard, Story
from tests.kit.on_sms import PUBLIC, TOKEN, OnSms

TEMPLATES = load_templates()


class OnWhatsApp(OnSms):
    """People with WhatsApp on the server that stands for Twilio."""

    can_change = False

    def __init__(self, *, closed: bool = False, within: float = 15.0) -> None:
        super().__init__(within=within)
        self._closed = closed

    async def ways(self, story: Story) -> list[Way]:
        ways = await super().ways(story)
        for each in TEMPLATES.all:
            if each.language == "en":
                await self.whatsapp.contents.submit(each)
        for content in self.double.contents:
            self.double.decides(content.sid)
        return ways

    @property
    def whatsapp(self) -> TwilioWhatsApp:
        assert isinstance(self.channel, TwilioWhatsApp)
        return self.channel

    def _make_channel(self, story: Story, transport: AiohttpTransport) -> TwilioWhatsApp:
        return TwilioWhatsApp(
            self.double.account_sid,
            TOKEN,
            number=self.double.sender.address.removeprefix("whatsapp:"),
            reports_to=PUBLIC + REPORTS_PATH,
            file_at=FileAddresses(story.store.vault, public_url=PUBLIC),
            transport=transport,
        )

    @property
    def line(self) -> Line:
        return whatsapp_to(self.channel.account, shows=TEMPLATES.buttons)

    def _more_routes(self, story: Story) -> list[web.RouteDef]:
        return FetchedFiles(story.store, now=story.clock.now).routes()

    @property
    def _profile(self) -> Profile:
        return ON_WHATSAPP

    def _given(self, connection: Connection, story: Story, address: AddressId, handle: Handle) -> None:
        if self._closed:
            return
        now = story.clock.now()
        addresses.heard_from(connection, story.store.vault, {address: handle}, now, late={})
        telephone = self.double.whatsapp(handle.handle)
        telephone.last_inbound[self.double.sender.address] = now.timestamp()

    async def fetches(self, url: str) -> int:
        """The status with which one of our addresses answers now."""
        assert self._runner is not None
        local = f"http://127.0.0.1:{self._runner.addresses[0][1]}{url.removeprefix(PUBLIC)}"
        async with aiohttp.ClientSession() as visitor, visitor.get(local) as answer:
            return answer.status

    def _pick_up(self, who: str, number: str) -> Telephone:
        self._people[who] = self.double.whatsapp(number, who.capitalize())
        return self._people[who]

    async def says(self, who: str, text: str, reply_to: object | None) -> object:
        return await self.telephone(who).says(text, reply_to=None if reply_to is None else str(reply_to))

    async def sends(self, who: str, name: str, content: bytes, text: str) -> object:
        # Of a file that comes there only its type is known.
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return await self.telephone(who).sends_photo(content, caption=text, content_type=kind)

    async def sends_photos(
        self, who: str, contents: Sequence[bytes], text: str, reply_to: object | None, order: Sequence[int]
    ) -> object:
        if len(contents) == 1:
            return await self.telephone(who).sends_photo(
                contents[0], caption=text, reply_to=None if reply_to is None else str(reply_to)
            )
        sids = await self.telephone(who).sends_photos(contents, caption=text, order=order)
        return sids[0]

    async def reacts(self, who: str, message: object, sign: str) -> None:
        pytest.skip("nobody is told of a sign on WhatsApp")

    async def edits(self, who: str, message: object, text: str) -> None:
        pytest.skip("nobody is told of an edit on WhatsApp")

    async def opens(self, who: str, payload: str) -> None:
        pytest.skip("WhatsApp has no links that open the bot")

    async def presses(self, who: str, label: str) -> None:
        """Where there are numbers and no buttons, she writes the number."""
        for heard in reversed(await self.shows(who)):
            if label in heard.buttons:
                if any(each.sid == heard.at and each.buttons for each in self.telephone(who).from_us):
                    await self.telephone(who).presses(label, sid=str(heard.at))
                else:
                    await self.telephone(who).says(str(heard.buttons.index(label) + 1))
                return
        raise AssertionError(f"{who} is offered no {label!r}")

    async def shows(self, who: str) -> list[Heard]:
        return [_heard(each) for each in self.telephone(who).from_us]


def _heard(shown: Shown) -> Heard:
    """A message as it is told in a story; choices by number are offered like any others."""
    text, labels = shown.text, tuple(each.label for each in shown.buttons)
    if not labels:
        lines = text.split("\n")
        at = next((at for at in range(len(lines)) if _are_numbered(lines[at:])), len(lines))
        text, labels = "\n".join(lines[:at]), tuple(each.partition(" ")[2] for each in lines[at:])
    announces = any(each.payload == SHOW for each in shown.buttons)
    return Heard(text, labels, False, False, shown.sid, len(shown.media), announces)


def _are_numbered(lines: Sequence[str]) -> bool:
    return bool(lines) and all(each.startswith(f"{number} ") for number, each in enumerate(lines, start=1))
