"""The stage on which everybody has plain text messages: real HTTP to a server that speaks Twilio's API, the real door
and the real channel.

What people text is told to the door, signed, as `bookbag run` is told; what they hear is what their telephones show.
Only the server, and the people at their telephones, are played.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import TracebackType

from aiohttp import web

from book.disclosure import Carries, Profile
from book.ids import AddressId
from bot.channels.twilio_messages import TRIES_AGAIN
from bot.channels.twilio_request import AiohttpTransport
from bot.channels.twilio_sms import TwilioSms
from bot.channels.twilio_whatsapp import TwilioWhatsApp
from bot.dispatch.reports import Reports
from bot.doors.group_commit import GroupCommit
from bot.doors.twilio import MESSAGES_PATH, PROFILE, REPORTS_PATH, Line, Webhooks, texts_to
from bot.doors.twilio_catch_up import CatchUp
from bot.doors.twilio_signature import Signatures
from bot.engine import Way
from storage import roster
from storage.addresses import Handle
from storage.database import Connection
from storage.vault import Owner
from tests.doubles.twilio import Telephone, TwilioDouble
from tests.kit.conversation import LONDON, Heard, Story

PUBLIC = "https://book.example.org"
TOKEN = "b" * 32


class OnSms:
    """Telephones on a server that stands for Twilio; use it as an asynchronous context manager."""

    def __init__(self, carries: Carries = Carries.WORDS, *, within: float = 15.0) -> None:
        """``within`` so many real seconds a call has to be answered."""
        self._carries = carries
        self._within = within
        self._double: TwilioDouble | None = None
        self._channel: TwilioSms | TwilioWhatsApp | None = None
        self._story: Story | None = None
        self._runner: web.AppRunner | None = None
        self._commit: GroupCommit | None = None
        self._people: dict[str, Telephone] = {}

    async def __aenter__(self) -> OnSms:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for opened in (self._channel, self._double):
            if opened is not None:
                await opened.close()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._commit is not None:
            await self._commit.close()

    @property
    def double(self) -> TwilioDouble:
        """The server, for stories in which it misbehaves."""
        assert self._double is not None
        return self._double

    @property
    def channel(self) -> TwilioSms | TwilioWhatsApp:
        assert self._channel is not None
        return self._channel

    @property
    def story(self) -> Story:
        assert self._story is not None
        return self._story

    def telephone(self, who: str) -> Telephone:
        return self._people[who]

    async def ways(self, story: Story) -> list[Way]:
        if self._channel is not None:
            return [Way(self._channel, per_second=0, per_chat=0)]  # the book begins again; the world goes on
        self._story = story
        # The server dates messages by book time, as Twilio would if the story were real.
        self._double = TwilioDouble(token=TOKEN, now=lambda: story.clock.now().timestamp())
        await self._double.comes_up()
        self._channel = self._make_channel(story, AiohttpTransport(self._double.url, within=self._within))
        await self._open_door(story)
        return [Way(self._channel, per_second=0, per_chat=0)]

    def _make_channel(self, story: Story, transport: AiohttpTransport) -> TwilioSms | TwilioWhatsApp:
        return TwilioSms(
            self.double.account_sid,
            TOKEN,
            number=self.double.number.number,
            reports_to=PUBLIC + REPORTS_PATH,
            transport=transport,
        )

    @property
    def line(self) -> Line:
        """How the door reads what comes in."""
        return texts_to(self.channel.account)

    async def _open_door(self, story: Story) -> None:
        self._commit = GroupCommit(story.store, story.ids)
        webhooks = Webhooks(
            self._commit,
            Reports(story.store, story.ids, now=story.clock.now, time_of=lambda at: f"{at:%-H:%M}", zone=LONDON),
            signatures=Signatures(TOKEN, PUBLIC),
            account_sid=self.double.account_sid,
            lines=[self.line],
            now=story.clock.now,
        )
        application = web.Application()
        application.add_routes([*webhooks.routes(), *self._more_routes(story)])
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.double.leads(PUBLIC, to=f"http://127.0.0.1:{self._runner.addresses[0][1]}")
        self.double.tells(PUBLIC + MESSAGES_PATH + TRIES_AGAIN)

    def _more_routes(self, story: Story) -> list[web.RouteDef]:
        return []

    async def catches_up(self) -> int:
        """As at every start, and every five minutes: what Twilio has and the inbox has not is stored."""
        story = self.story
        reports = Reports(story.store, story.ids, now=story.clock.now, time_of=lambda at: f"{at:%-H:%M}", zone=LONDON)
        catch_up = CatchUp(
            self.channel, self.line, story.store, story.ids, reports,
            now=story.clock.now, machine=story.machine, newest=story.clock.now(),
        )  # fmt: skip
        return await catch_up.work_off()

    async def give_phones(self, story: Story, who: Sequence[str]) -> None:
        """Everybody gets a number of her own, and is known there already."""
        store, now = story.store, story.clock.now()
        await store.vault.ensure(Owner.day(now.date()))
        profile = self._profile
        for each in who:
            number = self._pick_up(each, f"+44770090{1000 + len(self._people)}").number

            def give(connection: Connection, number: str = number, each: str = each) -> None:
                handle = Handle(self.channel.name, self.channel.account, number)
                person = story.people.people[each]
                given = roster.give_address(connection, store.vault, story.ids, handle, person, now, profile)
                self._given(connection, story, given, handle)

            await store.write(give)

    @property
    def _profile(self) -> Profile:
        return replace(PROFILE, carries=self._carries)

    def _given(self, connection: Connection, story: Story, address: AddressId, handle: Handle) -> None:
        """Somebody is known at this address from now on."""

    async def give_stranger(self, who: str) -> None:
        self._pick_up(who, f"+44770091{1000 + len(self._people)}")

    async def give_fresh_phone(self, story: Story, who: str, number: str) -> None:
        self._pick_up(who, number)

    def _pick_up(self, who: str, number: str) -> Telephone:
        self._people[who] = self.double.sms(number, who.capitalize())
        return self._people[who]

    async def says(self, who: str, text: str, reply_to: object | None) -> object:
        return await self.telephone(who).says(text)

    async def opens(self, who: str, payload: str) -> None:
        raise AssertionError("a text has no links that open the bot")

    async def sends(self, who: str, name: str, content: bytes, text: str) -> object:
        raise AssertionError("a text carries no files")

    async def sends_photos(
        self, who: str, contents: Sequence[bytes], text: str, reply_to: object | None, order: Sequence[int]
    ) -> object:
        raise AssertionError("a text carries no pictures")

    async def pictures(self, who: str, message: object) -> list[bytes]:
        return [each.content for shown in self.telephone(who).from_us if shown.sid == message for each in shown.media]

    async def reacts(self, who: str, message: object, sign: str) -> None:
        raise AssertionError("a text has no signs to put on it")

    async def file(self, who: str, message: object) -> tuple[str, bytes] | None:
        return None

    async def edits(self, who: str, message: object, text: str) -> None:
        raise AssertionError("a text cannot be edited")

    async def presses(self, who: str, label: str) -> None:
        raise AssertionError("a text has no buttons")

    async def shows(self, who: str) -> list[Heard]:
        return [Heard(each.text, (), False, False, each.sid) for each in self.telephone(who).from_us]

    async def collect(self) -> int:
        """Wait until the door was told everything that Twilio has to tell."""
        if self.double.is_quiet:
            return 0
        await self.double.waits_for(lambda: self.double.is_quiet)
        return 1
