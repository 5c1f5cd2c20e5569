"""SMS through Twilio keeps to what every channel keeps to, and names every end of a call."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from book.deliveries import Accepted, Act, Concerns, Later, Outcome, Refused, Unknown
from book.reasons import Reason
from bot.channels.channel import Call, CanBeAsked, Part
from bot.channels.twilio_messages import TwilioDoesNotAnswer
from bot.channels.twilio_request import AiohttpTransport
from bot.channels.twilio_sms import TwilioSms
from tests.contracts.channels import ChannelContract, Line, Seen
from tests.doubles.twilio import Fault, Telephone, TwilioDouble

TOKEN = "b" * 32
REPORTS = "https://book.example.org/twilio/reports"
JOE = "+447700900219"


@pytest.fixture
async def twilio() -> AsyncIterator[TwilioDouble]:
    async with TwilioDouble(token=TOKEN) as double:
        yield double


@pytest.fixture
def joe(twilio: TwilioDouble) -> Telephone:
    return twilio.sms(JOE, "Joe")


@pytest.fixture
async def channel(twilio: TwilioDouble) -> AsyncIterator[TwilioSms]:
    opened = TwilioSms(
        twilio.account_sid,
        TOKEN,
        number=twilio.number.number,
        reports_to=REPORTS,
        transport=AiohttpTransport(twilio.url, within=1.0),
    )
    yield opened
    await opened.close()


def say(text: str = "Noah: sleep", *, urgent: bool = False, delivery: int = 7) -> Call:
    return Call(Act.SAY, JOE, Part(text), urgent=urgent, delivery=delivery)


class TestTwilioSms(ChannelContract):
    @pytest.fixture
    def line(self, channel: TwilioSms, joe: Telephone) -> Line:
        async def shown() -> list[Seen]:
            return [Seen(each.text) for each in joe.from_us]

        async def pictures() -> list[bytes]:
            return [each.content for shown in joe.from_us for each in shown.media]

        return Line(channel, JOE, shown, pictures)

    def said(self, part: Part) -> str:
        """Of a text in several messages each says first which it is."""
        return part.text.partition(") ")[2] if part.text.startswith("(") else part.text

    async def test_pictures_are_shown_in_their_order_with_the_words_said_once_and_taken_back_whole(
        self, line: Line
    ) -> None:
        """No pictures go by text: the words go without them."""


async def test_a_text_names_its_delivery_and_what_is_urgent_does_not_arrive_tomorrow(
    channel: TwilioSms, twilio: TwilioDouble
) -> None:
    assert isinstance(await channel.call(say()), Accepted)
    assert isinstance(await channel.call(say(urgent=True)), Accepted)

    ordinary, urgent = (call.parameters for call in twilio.calls("messages.create"))
    assert ordinary["StatusCallback"] == f"{REPORTS}?delivery=7#rc=5&rp=all"
    assert "ValidityPeriod" not in ordinary
    assert urgent["ValidityPeriod"] == "14400"


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault.refused(21610), Refused(Reason.STOPPED, Concerns.ADDRESS)),
        (Fault.refused(21211), Refused(Reason.NO_SUCH_NUMBER, Concerns.ADDRESS)),
        (Fault.unauthorised(), Refused(Reason.CHANNEL_LOCKED, Concerns.ACCOUNT)),
        (Fault.flood(3), Later(3.0)),
        (Fault.flood(), Later(None)),
        (Fault.internal_error(), Unknown()),
        (Fault.server_error(502, accepted=True), Unknown()),
        (Fault.silence(accepted=True), Unknown()),
        (Fault.cut(), Unknown()),
        (Fault.half(), Unknown()),
        (Fault.garbage(), Unknown()),
    ],
    ids=lambda each: each.name if isinstance(each, Fault) else "",
)
async def test_every_fault_of_a_call_is_one_outcome_and_nothing_is_tried_twice(
    channel: TwilioSms, twilio: TwilioDouble, fault: Fault, outcome: Outcome
) -> None:
    twilio.plan(fault, on="messages.create")

    assert await channel.call(say()) == outcome
    assert len(twilio.calls("messages.create")) == 1


async def test_where_no_connection_comes_about_it_certainly_did_not_go_out(
    channel: TwilioSms, twilio: TwilioDouble
) -> None:
    await twilio.goes_down()

    assert await channel.call(say()) == Later()
    assert await channel.given(JOE) is None
    with pytest.raises(TwilioDoesNotAnswer):
        await channel.settings()


async def test_what_was_sent_can_be_asked_about_and_neither_changed_nor_taken_back(
    channel: TwilioSms, joe: Telephone
) -> None:
    assert isinstance(channel, CanBeAsked)
    accepted = await channel.call(say("Noah: sleep. Wrong? Reply 0"))
    await joe.says("0")

    given = await channel.given(JOE)

    assert isinstance(accepted, Accepted)
    assert given is not None
    assert [(each.provider_id, each.text) for each in given] == [
        (accepted.provider_ids[0], "Noah: sleep. Wrong? Reply 0")
    ]
    assert await channel.call(Call(Act.CHANGE, JOE, Part("x"), target="1")) == Refused(Reason.REFUSED_BY_CHANNEL)
    assert await channel.call(Call(Act.TAKE_BACK, JOE, target="1")) == Refused(Reason.REFUSED_BY_CHANNEL)
    assert await channel.call(Call(Act.ANSWER_PRESS, JOE, target="1")) == Accepted()


async def test_what_came_in_is_listed_and_apart_from_what_went_out(
    channel: TwilioSms, twilio: TwilioDouble, joe: Telephone
) -> None:
    for number in range(7):
        await joe.says(f"note {number}")
    await channel.call(say())

    since = datetime.now(UTC) - timedelta(days=1)
    listed = [each async for each in channel.came_in(since)]

    assert [each.text for each in listed] == [f"note {number}" for number in reversed(range(7))]
    assert {(each.sender, each.receiver) for each in listed} == {(JOE, twilio.number.number)}
    assert [each.text async for each in channel.went_out(since)] == ["Noah: sleep"]


async def test_the_number_is_told_where_to_bring_texts(channel: TwilioSms, twilio: TwilioDouble) -> None:
    before = await channel.settings()
    assert before is not None
    assert before.messages_to == ""

    await channel.send_here(before.sid, "https://book.example.org/twilio/messages#rc=5&rp=all")

    after = await channel.settings()
    assert after is not None
    assert (after.messages_to, after.method) == ("https://book.example.org/twilio/messages#rc=5&rp=all", "POST")
    assert after.fallback_to == after.messages_to
