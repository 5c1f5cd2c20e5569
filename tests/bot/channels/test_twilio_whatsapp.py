"""WhatsApp through Twilio keeps to what every channel keeps to, within the platform's own limits."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from book.deliveries import Accepted, Act, Later, Refused
from book.media import MediaKind
from book.notices import Choice, Offer
from book.reasons import Reason
from book.wording.templates import load_templates
from book.wording.utterance import Labelled, Shown, Utterance, plain
from bot.channels.channel import Call, Part, Picture
from bot.channels.twilio_request import AiohttpTransport
from bot.channels.twilio_whatsapp import TwilioWhatsApp
from tests.contracts.channels import ChannelContract, Line, Seen
from tests.doubles.twilio import Fault, Telephone, TwilioDouble
from tests.kit.pictures import painting

TOKEN = "b" * 32
PUBLIC = "https://book.example.org"
HANNAH = "+447700900219"
TEMPLATES = load_templates()


@pytest.fixture
async def twilio() -> AsyncIterator[TwilioDouble]:
    async with TwilioDouble(token=TOKEN) as double:
        yield double


@pytest.fixture
async def hannah(twilio: TwilioDouble) -> Telephone:
    """She wrote a moment ago."""
    telephone = twilio.whatsapp(HANNAH)
    await telephone.says("hello")
    return telephone


@pytest.fixture
async def channel(twilio: TwilioDouble) -> AsyncIterator[TwilioWhatsApp]:
    """What goes with a message lies where Twilio finds it."""

    async def lies_there(request: web.Request) -> web.Response:
        return web.Response(body=painting(int(request.match_info["number"])), content_type="image/png")

    application = web.Application()
    application.add_routes([web.get("/f/{number}", lies_there)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    twilio.leads(PUBLIC, to=f"http://127.0.0.1:{runner.addresses[0][1]}")
    opened = TwilioWhatsApp(
        twilio.account_sid,
        TOKEN,
        number=twilio.sender.address.removeprefix("whatsapp:"),
        reports_to=f"{PUBLIC}/twilio/reports",
        file_at=lambda delivery, kind, number: f"{PUBLIC}/f/{number}",
        transport=AiohttpTransport(twilio.url, within=1.0),
    )
    yield opened
    await opened.close()
    await runner.cleanup()


def labelled(*labels: str) -> tuple[Labelled, ...]:
    return tuple(Labelled(each, Choice(Offer.CHILD)) for each in labels)


class TestTwilioWhatsApp(ChannelContract):
    @pytest.fixture
    def line(self, channel: TwilioWhatsApp, twilio: TwilioDouble, hannah: Telephone) -> Line:
        async def shown() -> list[Seen]:
            await twilio.settles()
            return [Seen(each.text, tuple(button.payload for button in each.buttons)) for each in hannah.from_us]

        async def pictures() -> list[bytes]:
            await twilio.settles()
            return [each.content for shown in hannah.from_us for each in shown.media]

        return Line(channel, HANNAH, shown, pictures)

    def said(self, part: Part) -> str:
        """Of a text in several messages each says first which it is."""
        return part.text.partition(") ")[2] if part.text.startswith("(") else part.text

    async def test_pictures_are_shown_in_their_order_with_the_words_said_once_and_taken_back_whole(
        self, line: Line
    ) -> None:
        """A message shows one picture, the first of them with the words; none can be taken back."""
        utterance = Utterance(plain("Priya: painting").spans, pictures=tuple(Shown(each) for each in range(3)))

        for part in line.channel.parts(utterance, ()):
            (number,) = part.pictures
            picture = Picture(f"{number}.png", "image/png", MediaKind.PHOTO, number=number)
            outcome = await line.channel.call(Call(Act.SAY, line.handle, part, pictures=(picture,)))
            assert isinstance(outcome, Accepted)

        assert sorted(await line.pictures()) == sorted(painting(number) for number in range(3))
        assert [each.text for each in await line.shown() if each.text] == ["Priya: painting"]


@pytest.mark.parametrize(
    ("labels", "buttons", "text"),
    [
        (("Noah", "Poppy", "Both"), ("Noah", "Poppy", "Both"), "Who's that about?"),
        (("Ella", "Noah", "Leo", "more…"), (), "Who's that about?\n1 Ella\n2 Noah\n3 Leo\n4 more…"),
        (("Send one of Ella alone", "No"), (), "Who's that about?\n1 Send one of Ella alone\n2 No"),
        (("Yes", "Yes"), (), "Who's that about?\n1 Yes\n2 Yes"),
        ((), (), "Who's that about?"),
    ],
    ids=["three short ones", "four", "a long one", "two alike", "none"],
)
async def test_choices_are_buttons_where_whatsapp_shows_them_and_numbers_elsewhere(
    channel: TwilioWhatsApp,
    twilio: TwilioDouble,
    hannah: Telephone,
    labels: tuple[str, ...],
    buttons: tuple[str, ...],
    text: str,
) -> None:
    tokens = [f"token{number}" for number in range(len(labels))]
    (part,) = channel.parts(plain("Who's that about?", choices=labelled(*labels)), tokens)

    assert isinstance(await channel.call(Call(Act.SAY, HANNAH, part)), Accepted)

    await twilio.settles()
    (shown,) = hannah.from_us
    assert (shown.text, tuple(each.label for each in shown.buttons)) == (text, buttons)
    assert twilio.out_of_window == []


async def test_buttons_have_one_form_for_so_many_and_no_name_stays_in_it(
    channel: TwilioWhatsApp, twilio: TwilioDouble, hannah: Telephone
) -> None:
    for child in ("Noah", "Poppy"):
        (part,) = channel.parts(plain(f"Is it {child}?", choices=labelled(child, "No")), ("t1", "t2"))
        assert isinstance(await channel.call(Call(Act.SAY, HANNAH, part)), Accepted)

    (form,) = twilio.contents
    assert "Noah" not in str(form.as_json(twilio.url))
    # Another process finds it again by its name.
    again = TwilioWhatsApp(
        twilio.account_sid, TOKEN, number=channel.account, reports_to="", file_at=lambda *_: "",
        transport=AiohttpTransport(twilio.url, within=1.0),
    )  # fmt: skip
    assert await again.contents.form_of(2) == (form.friendly_name, form.sid)
    await again.close()


async def test_a_form_that_is_gone_at_twilio_is_made_again(
    channel: TwilioWhatsApp, twilio: TwilioDouble, hannah: Telephone
) -> None:
    (part,) = channel.parts(plain("Is it?", choices=labelled("Yes", "No")), ("t1", "t2"))
    await channel.call(Call(Act.SAY, HANNAH, part))
    (form,) = twilio.contents
    await channel._client.content.v1.contents(form.sid).delete_async()

    assert await channel.call(Call(Act.SAY, HANNAH, part)) == Later()
    assert isinstance(await channel.call(Call(Act.SAY, HANNAH, part)), Accepted)
    assert len(twilio.contents) == 1


async def test_a_fault_before_anything_is_sent_is_never_in_doubt(
    channel: TwilioWhatsApp, twilio: TwilioDouble, hannah: Telephone
) -> None:
    twilio.plan(Fault.server_error(), on="content.list")
    twilio.plan(Fault.silence(), on="content.create")
    (part,) = channel.parts(plain("Is it?", choices=labelled("Yes", "No")), ("t1", "t2"))

    assert await channel.call(Call(Act.SAY, HANNAH, part)) == Later()
    assert await channel.call(Call(Act.SAY, HANNAH, part)) == Later()
    assert twilio.calls("messages.create") == []


async def test_what_says_that_something_waits_goes_by_the_name_under_which_it_was_approved(
    channel: TwilioWhatsApp, twilio: TwilioDouble
) -> None:
    asleep = twilio.whatsapp(HANNAH)
    ring = TEMPLATES.of("urgent_ring", "en")
    part = Part(ring.filled(("Sunshine", "01632 960123")), template=ring.name, values=("Sunshine", "01632 960123"))
    assert await channel.call(Call(Act.SAY, HANNAH, part)) == Refused(Reason.REFUSED_BY_CHANNEL), "nobody submitted it"

    assert (await channel.contents.submit(ring)).status == "received"
    assert (await channel.contents.submit(ring)).status == "received", "asked once, however often"
    assert len(twilio.calls("content.submit")) == 1
    twilio.decides(twilio.contents[0].sid)
    assert (await channel.contents.approval_of(ring)).is_given
    assert isinstance(await channel.call(Call(Act.SAY, HANNAH, part)), Accepted)

    await twilio.settles()
    (shown,) = asleep.from_us
    assert (shown.text, shown.buttons[0].label) == (part.text, "Show me")


async def test_what_nobody_had_asked_for_by_a_press_is_said_where_a_press_shows_nothing(
    channel: TwilioWhatsApp, twilio: TwilioDouble, hannah: Telephone
) -> None:
    gone = Part("That button no longer does anything.")
    assert await channel.call(Call(Act.ANSWER_PRESS, HANNAH, Part(""))) == Accepted()
    assert isinstance(await channel.call(Call(Act.ANSWER_PRESS, HANNAH, gone)), Accepted)

    await twilio.settles()
    assert hannah.texts == [gone.text]


async def test_our_sender_is_told_where_to_bring_messages(channel: TwilioWhatsApp, twilio: TwilioDouble) -> None:
    before = await channel.settings()
    assert before is not None
    assert (before.messages_to, before.is_able) == ("", True)

    await channel.send_here(before.sid, f"{PUBLIC}/twilio/messages#rc=5&rp=all")

    after = await channel.settings()
    assert after is not None
    assert after.messages_to == after.fallback_to == f"{PUBLIC}/twilio/messages#rc=5&rp=all"
    assert after.method == "POST"
