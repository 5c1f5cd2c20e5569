"""The Telegram channel over real HTTP: what a person is shown, and what each trouble on the way means."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import pytest
from telegram import Bot, InputFile
from telegram.error import NetworkError, TelegramError

from book.deliveries import Accepted, Act, Concerns, Later, Outcome, Refused, Unknown
from book.notices import Choice, Offer
from book.reasons import Reason
from book.wording.utterance import Labelled, Span, Style, Utterance, plain
from bot.channels.channel import Call, Part
from bot.channels.telegram import Telegram
from bot.channels.telegram_request import AiohttpRequest, NeverSent, PerhapsSent
from tests.contracts.channels import ChannelContract, Line, Seen
from tests.doubles.plan import Kind
from tests.doubles.telegram import Fault, Person, TelegramDouble

HANNAH = "1001"


@pytest.fixture
async def double() -> AsyncIterator[TelegramDouble]:
    async with TelegramDouble() as opened:
        opened.person(int(HANNAH), "Hannah")
        yield opened


@pytest.fixture
async def channel(double: TelegramDouble) -> AsyncIterator[Telegram]:
    opened = Telegram(double.token, api_url=double.url)
    yield opened
    await opened.close()


@pytest.fixture
def hannah(double: TelegramDouble) -> Person:
    return double.person(int(HANNAH))


def choices(labels: Sequence[str]) -> tuple[Labelled, ...]:
    return tuple(Labelled(label, Choice(Offer.UNDO)) for label in labels)


def say(text: str = "Good morning", **more: object) -> Call:
    return Call(Act.SAY, HANNAH, Part(text), **more)  # type: ignore[arg-type]


class TestContract(ChannelContract):
    @pytest.fixture
    def line(self, channel: Telegram, hannah: Person) -> Line:
        async def shown() -> list[Seen]:
            return [
                Seen(each.text, tuple(button.data or "" for button in each.buttons), each.silent)
                for each in hannah.messages
            ]

        async def pictures() -> list[bytes]:
            return [each.media.content for each in hannah.messages if each.media is not None]

        return Line(channel, HANNAH, shown, pictures)


async def test_only_what_the_bot_says_itself_is_bold_and_its_place_is_counted_as_telegram_counts(
    channel: Telegram, hannah: Person
) -> None:
    utterance = Utterance(
        (Span("Ella 👩‍👩‍👧‍👦 ", Style.PLAIN), Span("Dawn 👋🏽", Style.HEADING), Span("\n*not bold*", Style.QUOTED))
    )

    (part,) = channel.parts(utterance, ())
    await channel.call(Call(Act.SAY, HANNAH, part))

    (shown,) = hannah.messages
    assert shown.text == utterance.text
    assert shown.entities == ({"type": "bold", "offset": 17, "length": 9},)
    assert shown.preview == {"is_disabled": True}


def test_a_heading_that_is_cut_stays_bold_on_both_sides(channel: Telegram) -> None:
    utterance = Utterance((Span("a " * 1500), Span("head " * 500, Style.HEADING), Span("tail " * 500)))

    first, second = channel.parts(utterance, ())

    assert first.styles == ((3000, len(first.text) - 3000, Style.HEADING),)
    ((start, length, style),) = second.styles
    assert (start, style) == (0, Style.HEADING)
    assert second.text[:length].split() == ["head"] * second.text.count("head")


async def test_a_text_of_4096_emoji_units_is_taken_by_the_server_part_by_part(
    channel: Telegram, hannah: Person
) -> None:
    parts = channel.parts(plain("👩‍👩‍👧‍👦" * 1000), ())

    outcomes = [await channel.call(Call(Act.SAY, HANNAH, part)) for part in parts]

    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert "".join(shown.text for shown in hannah.messages) == "👩‍👩‍👧‍👦" * 1000


async def test_a_half_character_is_shown_as_unreadable_and_refuses_nothing(channel: Telegram, hannah: Person) -> None:
    (part,) = channel.parts(plain("Ella \ud83d slept"), ())

    assert isinstance(await channel.call(Call(Act.SAY, HANNAH, part)), Accepted)
    assert [shown.text for shown in hannah.messages] == ["Ella \ufffd slept"]


async def test_a_quiet_message_makes_no_sound_unless_it_is_urgent(channel: Telegram, hannah: Person) -> None:
    await channel.call(say(silent=True))
    await channel.call(say(silent=True, urgent=True))
    await channel.call(say())

    assert [shown.silent for shown in hannah.messages] == [True, False, False]


async def test_an_answer_hangs_on_the_message_it_answers_and_goes_without_it_if_that_is_gone(
    channel: Telegram, hannah: Person
) -> None:
    asked = await hannah.says("How did she sleep?")

    await channel.call(say("Well", reply_to=str(asked)))
    await channel.call(say("Very well", reply_to="999999"))

    assert [shown.reply_to for shown in hannah.messages] == [None, asked, None]


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        (["Undo", "Change"], [2]),
        (["Ella", "Noah", "Mia", "Both"], [3, 1]),
        (["Only Sunshine Nursery", "Only the childminder", "Child"], [1, 2]),
        (["Everybody who may know it, as always", "No"], [1, 1]),
    ],
)
async def test_short_buttons_share_a_row_and_long_ones_have_their_own(
    channel: Telegram, hannah: Person, labels: list[str], rows: list[int]
) -> None:
    (part,) = channel.parts(plain("Which?", choices=choices(labels)), [f"t{each}" for each in labels])

    await channel.call(Call(Act.SAY, HANNAH, part))

    (shown,) = hannah.messages
    assert [len(row) for row in shown.rows] == rows
    assert [button.label for button in shown.buttons] == labels


def test_a_token_longer_than_telegram_carries_is_a_fault_of_ours(channel: Telegram) -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        channel.parts(plain("Which?", choices=choices(["Ella"])), ["é" * 33])


async def test_a_change_without_choices_takes_the_buttons_away(channel: Telegram, hannah: Person) -> None:
    (part,) = channel.parts(plain("✓ Ella", choices=choices(["Undo"])), ["t1"])
    said = await channel.call(Call(Act.SAY, HANNAH, part))
    assert isinstance(said, Accepted)

    changed = await channel.call(Call(Act.CHANGE, HANNAH, Part("✓ Ella ✓"), target=said.provider_ids[0]))

    assert changed == Accepted()
    (shown,) = hannah.messages
    assert (shown.text, shown.buttons) == ("✓ Ella ✓", ())


async def test_a_press_is_answered_once_in_time_and_refused_as_too_old_later(
    channel: Telegram, double: TelegramDouble, hannah: Person
) -> None:
    (part,) = channel.parts(plain("✓ Ella", choices=choices(["Undo"])), ["t1"])
    await channel.call(Call(Act.SAY, HANNAH, part))
    press, late = await hannah.presses("Undo"), await hannah.presses("Undo")

    answered = await channel.call(Call(Act.ANSWER_PRESS, HANNAH, Part("word " * 100), target=press.query_id))
    double.time_passes(3600)
    too_late = await channel.call(Call(Act.ANSWER_PRESS, HANNAH, target=late.query_id))

    assert answered == Accepted()
    assert too_late == Refused(Reason.PRESS_TOO_OLD)


async def test_a_group_is_left_and_leaving_it_again_is_no_fault(
    channel: Telegram, double: TelegramDouble, hannah: Person
) -> None:
    group = double.group(-500)
    await group.adds_bot(by=hannah)

    outcomes = [await channel.call(Call(Act.LEAVE, "-500")) for _ in range(2)]

    assert outcomes == [Accepted(), Accepted()]
    assert group.membership == "left"


async def test_somebody_who_blocked_the_bot_is_an_address_to_nobody(channel: Telegram, hannah: Person) -> None:
    await hannah.blocks_bot()

    assert await channel.call(say()) == Refused(Reason.BLOCKED, Concerns.ADDRESS)


async def test_a_handle_telegram_never_gave_is_refused_without_a_call(
    channel: Telegram, double: TelegramDouble
) -> None:
    outcome = await channel.call(Call(Act.SAY, "none", Part("To whom?")))

    assert outcome == Refused(Reason.REFUSED_BY_CHANNEL)
    assert double.calls() == []


# --- what goes wrong ---------------------------------------------------------------------------------------------

_LATER, _LOCKED = Later(), Refused(Reason.CHANNEL_LOCKED, Concerns.ACCOUNT)
_A_FIREWALL = Fault(name="firewall", kind=Kind.PAGE, status=403)
_A_WRONG_ADDRESS = Fault(name="wrong address", kind=Kind.PAGE, status=404)
_A_TIRED_PROXY = Fault(name="tired proxy", kind=Kind.PAGE, status=408)
_A_BUSY_PROXY = Fault(name="busy proxy", kind=Kind.PAGE, status=429)
_TOO_LARGE = Fault(name="too large", kind=Kind.ANSWER, status=413, description="Request Entity Too Large")

TROUBLES: list[tuple[Fault, Outcome]] = [
    (Fault.flood(7), Later(7.0)),
    (Fault.server_error(502), Unknown()),
    (Fault.server_error(504, accepted=True), Unknown()),
    (Fault.internal_error(), Unknown()),
    (Fault.unauthorised(), _LOCKED),
    (Fault.forbidden(), Refused(Reason.BLOCKED, Concerns.ADDRESS)),
    (Fault.bad_request("message is too long"), Refused(Reason.REFUSED_BY_CHANNEL)),
    (Fault.bad_request("chat not found"), Refused(Reason.BLOCKED, Concerns.ADDRESS)),
    (Fault.conflict(), Later(None, Concerns.ACCOUNT)),
    (Fault.migrated(-1005), Refused(Reason.REFUSED_BY_CHANNEL, Concerns.ADDRESS)),
    (Fault.cut(), Unknown()),
    (Fault.cut(accepted=True), Unknown()),
    (Fault.half(), Unknown()),
    (Fault.garbage(), Unknown()),
    (_A_FIREWALL, _LATER),
    (_A_WRONG_ADDRESS, _LATER),
    (_A_TIRED_PROXY, Unknown()),
    (_A_BUSY_PROXY, _LATER),
    (_TOO_LARGE, Refused(Reason.REFUSED_BY_CHANNEL, Concerns.FILES)),
]


@pytest.mark.parametrize(("fault", "outcome"), TROUBLES, ids=[fault.name for fault, _ in TROUBLES])
async def test_each_trouble_on_the_way_means_one_outcome_and_is_never_tried_twice(
    channel: Telegram, double: TelegramDouble, fault: Fault, outcome: Outcome
) -> None:
    double.plan(fault, on="sendMessage")

    assert await channel.call(say()) == outcome
    assert len(double.calls("sendMessage")) == 1


@pytest.mark.parametrize("accepted", [False, True], ids=["not taken", "taken"])
async def test_an_answer_that_never_comes_leaves_it_unknown(double: TelegramDouble, accepted: bool) -> None:
    channel = Telegram(double.token, api_url=double.url, request=AiohttpRequest(read=0.05))
    double.plan(Fault.silence(accepted=accepted), on="sendMessage")

    assert await channel.call(say()) == Unknown()
    await channel.close()


async def test_a_call_that_never_gets_a_connection_was_never_sent(double: TelegramDouble) -> None:
    request = AiohttpRequest(pool_size=1, connect=0.03, pool=0.03)
    channel = Telegram(double.token, api_url=double.url, request=request)
    held = double.plan(Fault.slow(), on="sendMessage")
    first = asyncio.create_task(channel.call(say("first")))
    await double.waits_for(lambda: double.calls("sendMessage"))

    assert await channel.call(say("second")) == Later()

    held.release()
    assert isinstance(await first, Accepted)
    assert len(double.calls("sendMessage")) == 1
    await channel.close()


async def test_a_server_that_is_down_or_unknown_got_nothing_and_is_found_again_when_it_is_up(
    channel: Telegram, double: TelegramDouble
) -> None:
    await double.goes_down()
    assert await channel.call(say()) == Later()

    await double.comes_up()
    assert isinstance(await channel.call(say()), Accepted)

    nowhere = Telegram(double.token, api_url="http://no-such-host.invalid")
    assert await nowhere.call(say()) == Later()
    await nowhere.close()


async def test_a_caller_that_gives_up_leaves_the_channel_usable(channel: Telegram, double: TelegramDouble) -> None:
    double.plan(Fault.silence(), on="sendMessage")
    call = asyncio.create_task(channel.call(say()))
    await double.waits_for(lambda: double.calls("sendMessage"))
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call

    assert isinstance(await channel.call(say()), Accepted)


async def test_neither_the_token_nor_a_text_shows_in_any_error_or_log(
    double: TelegramDouble, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = double.token.partition(":")[2]
    request = AiohttpRequest(read=0.05, connect=0.05)
    bot = Bot(double.token, base_url=f"{double.url}/bot", request=request, get_updates_request=request)
    shown: list[str] = []

    async def fails() -> None:
        with pytest.raises(TelegramError) as caught:
            await bot.send_message(int(HANNAH), "canary text")
        shown.extend((repr(caught.value), "".join(traceback.format_exception(caught.value))))
        assert isinstance(caught.value.__cause__, NeverSent | PerhapsSent)
        assert caught.value.__context__ is caught.value.__cause__ or caught.value.__context__ is None

    for fault in (Fault.cut(), Fault.half(), Fault.garbage(), Fault.silence(), Fault.server_error(), _A_WRONG_ADDRESS):
        double.plan(fault, on="sendMessage")
        await fails()
    await double.goes_down()
    await fails()
    await request.shutdown()
    await fails()
    channel = Telegram(double.token, api_url=double.url)
    await channel.call(say("canary text"))
    await channel.close()

    everything = "\n".join((*shown, caplog.text))
    assert "canary text" not in caplog.text
    assert secret not in everything


async def test_files_go_out_and_come_back_as_they_were(double: TelegramDouble) -> None:
    request = AiohttpRequest()
    bot = Bot(
        double.token,
        base_url=f"{double.url}/bot",
        base_file_url=f"{double.url}/file/bot",
        request=request,
        get_updates_request=request,
    )
    content = bytes(range(256)) * 10_000

    message = await bot.send_document(
        int(HANNAH), InputFile(content, "days of Ella.bin"), caption="🥕 & more", disable_notification=True
    )
    assert message.document is not None
    file = await bot.get_file(message.document.file_id)

    assert bytes(await file.download_as_bytearray()) == content
    assert message.caption == "🥕 & more"
    double.time_passes(7200)
    with pytest.raises(NetworkError):
        await file.download_as_bytearray()
    await request.shutdown()


async def test_a_server_that_drips_its_answer_cannot_hold_a_call_for_ever() -> None:
    hung_up = asyncio.Event()

    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        with suppress(ConnectionError):
            while not writer.is_closing():
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.01)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        hung_up.set()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    # Every byte comes well within the read limit; only the limit of the whole call can end it.
    request = AiohttpRequest(read=0.1, write=0.05, connect=0.05, pool=0.05)
    channel = Telegram("1:x", api_url=f"http://127.0.0.1:{port}", request=request)

    assert await channel.call(say()) == Unknown()

    await channel.close()
    await hung_up.wait()
    server.close()
    await server.wait_closed()
