"""The test server behaves as Telegram's does, so far as python-telegram-bot and the published schema can tell.

It tests nothing of Bookbag: where one of these fails, other tests may be right or wrong for no reason of their own.
"""

from __future__ import annotations

import asyncio
import base64
import json
import signal
import struct
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import telegram as ptb
from aiohttp import web
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import ApplicationBuilder, MessageHandler, filters
from telegram.request import HTTPXRequest

from tests.doubles.telegram import Disturbance, Fault, Pauses, TelegramDouble
from tests.doubles.telegram.methods import METHODS
from tests.doubles.telegram.parameters import BOOLEANS, INTEGERS, STRUCTURES
from tests.doubles.telegram.reception import RECEIVING_METHODS

Json = dict[str, Any]

PROJECT = Path(__file__).resolve().parents[2]
SCHEMA = PROJECT.parent / "shared" / "specs" / "telegram-bot-api-10.1.json"
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + b"\x08\x02\x00\x00\x00"
KEYBOARD = ptb.InlineKeyboardMarkup(
    [[ptb.InlineKeyboardButton("Undo", callback_data="u1"), ptb.InlineKeyboardButton("Change", callback_data="c1")]]
)


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramDouble]:
    async with TelegramDouble(webhook_pauses=Pauses(first=0.001, longest=0.01)) as double:
        yield double


def request() -> HTTPXRequest:
    return HTTPXRequest(read_timeout=20, connection_pool_size=8, httpx_kwargs={"trust_env": False})


def bot_of(double: TelegramDouble) -> ptb.Bot:
    return ptb.Bot(
        double.token,
        base_url=f"{double.url}/bot",
        base_file_url=f"{double.url}/file/bot",
        request=request(),
        get_updates_request=request(),
    )


@pytest.fixture
async def bot(telegram: TelegramDouble) -> AsyncIterator[ptb.Bot]:
    async with bot_of(telegram) as bot:
        yield bot


async def test_a_conversation_is_shown_as_both_sides_left_it(telegram: TelegramDouble, bot: ptb.Bot) -> None:
    hannah = telegram.person(7, "Hannah")

    asked = await hannah.says("bad night, teething 🦷")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert (update.message.text, update.message.message_id) == ("bad night, teething 🦷", asked)
    answer = await bot.send_message(
        7,
        "✓ Ella · sleep, health",
        reply_markup=KEYBOARD,
        disable_notification=True,
        reply_parameters=ptb.ReplyParameters(asked),
        entities=[ptb.MessageEntity("bold", 2, 4)],
        link_preview_options=ptb.LinkPreviewOptions(is_disabled=True),
    )
    assert answer.reply_to_message is not None
    assert answer.reply_to_message.message_id == asked
    press = await hannah.presses("Undo")
    await hannah.edits(asked, "bad night, tooth")
    pressed, edited = await bot.get_updates(offset=update.update_id + 1)
    assert pressed.callback_query is not None
    assert pressed.callback_query.data == "u1"
    assert await pressed.callback_query.answer("Taken back")
    assert edited.edited_message is not None
    assert (edited.edited_message.text, edited.edited_message.message_id) == ("bad night, tooth", asked)
    await bot.edit_message_text("✓✓ Ella", 7, answer.message_id)
    other = await bot.send_message(7, "soon gone")
    await bot.delete_message(7, other.message_id)

    question, line = hannah.messages
    assert (question.text, question.author, question.edited) == ("bad night, tooth", 7, True)
    assert (line.text, line.author, line.edited, line.buttons) == ("✓✓ Ella", "bot", True, ())
    assert (line.silent, line.reply_to, line.preview) == (True, asked, {"is_disabled": True})
    assert (press.answered, press.text) == (True, "Taken back")
    assert [call.method for call in telegram.calls(chat=hannah)] == [
        "sendMessage",
        "editMessageText",
        "sendMessage",
        "deleteMessage",
    ]
    assert all(call.accepted and call.status == 200 for call in telegram.calls())


async def test_a_bot_of_python_telegram_bot_echoes_without_knowing_where_it_is(telegram: TelegramDouble) -> None:
    application = (
        ApplicationBuilder()
        .token(telegram.token)
        .base_url(f"{telegram.url}/bot")
        .request(request())
        .get_updates_request(request())
        .build()
    )

    async def echo(update: ptb.Update, _context: Any) -> None:
        assert update.message is not None
        await update.message.reply_text(str(update.message.text))

    application.add_handler(MessageHandler(filters.TEXT, echo))
    hannah = telegram.person(7)
    async with application:
        assert application.updater is not None
        await application.start()
        await application.updater.start_polling()
        for words in ("one", "two", "three"):
            await hannah.says(words)
        await telegram.waits_for(lambda: hannah.texts == ["one", "two", "three"])
        await application.updater.stop()
        await application.stop()


async def test_updates_come_again_until_a_higher_offset_confirms_them(telegram: TelegramDouble, bot: ptb.Bot) -> None:
    hannah = telegram.person(7)
    for number in range(5):
        await hannah.says(f"note {number}")
    first = [update.update_id for update in await bot.get_updates(limit=3)]

    assert [update.update_id for update in await bot.get_updates(limit=3)] == first
    after = await bot.get_updates(offset=first[-1] + 1)
    assert [update.message.text for update in after if update.message] == ["note 3", "note 4"]
    assert telegram.pending_updates == 2
    assert [update.update_id for update in await bot.get_updates(offset=-1)] == [after[-1].update_id]
    assert telegram.pending_updates == 1
    assert not await bot.get_updates(offset=after[-1].update_id + 1)

    # After a week without updates the numbers start anywhere, and the old offset must not swallow them.
    telegram.numbers_updates_from(5_000)
    await hannah.says("back from holiday")
    (update,) = await bot.get_updates(offset=after[-1].update_id + 1)
    assert update.update_id == 5_000


async def test_a_long_poll_ends_as_soon_as_something_arrives(telegram: TelegramDouble, bot: ptb.Bot) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=50))
    await telegram.waits_for(lambda: telegram.calls("getUpdates"))
    assert not polling.done()

    await telegram.person(7).says("hello")

    (update,) = await asyncio.wait_for(polling, 5)
    assert update.message is not None
    (call,) = telegram.calls("getUpdates")
    assert call.ended is not None
    assert call.ended - call.began < 5


async def test_of_two_pollers_the_newer_wins_and_a_webhook_excludes_both(
    telegram: TelegramDouble, bot: ptb.Bot
) -> None:
    older = asyncio.create_task(bot.get_updates(timeout=50))
    await telegram.waits_for(lambda: telegram.calls("getUpdates"))
    newer = asyncio.create_task(bot.get_updates(timeout=50))
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await older

    await bot.set_webhook("https://elsewhere.example/hook")
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await newer
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    assert (await bot.get_webhook_info()).url == "https://elsewhere.example/hook"
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_only_wanted_kinds_are_queued_and_the_wish_is_kept(telegram: TelegramDouble, bot: ptb.Bot) -> None:
    hannah = telegram.person(7)
    await hannah.reacts(1, "👍")
    await bot.get_updates(allowed_updates=["message", "message_reaction"])
    await hannah.blocks_bot()
    await hannah.reacts(1, "👍")
    telegram.push({"something_of_next_year": {"odd": True}})
    telegram.push({"my_chat_member": {"chat": {"id": 7, "type": "private"}}})

    async with aiohttp.ClientSession() as session:
        answer = await session.get(f"{telegram.url}/bot{telegram.token}/getUpdates")
        kinds = [next(iter(update.keys() - {"update_id"})) for update in (await answer.json())["result"]]
    assert kinds == ["message_reaction", "something_of_next_year", "my_chat_member"]


async def test_a_webhook_gets_each_chat_in_order_and_again_until_it_says_yes(telegram: TelegramDouble) -> None:
    heard: list[tuple[int, str, str | None]] = []
    failures = {7: 3}

    async def receive(request: web.Request) -> web.Response:
        update = json.loads(await request.read())
        person = update["message"]["from"]["id"] if "message" in update else update["callback_query"]["from"]["id"]
        words = update.get("message", {}).get("text") or update["callback_query"]["data"]
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        if "message" in update and failures.get(person, 0) > 0:
            failures[person] -= 1
            return web.Response(status=503)
        heard.append((person, words, secret))
        return web.Response()

    application = web.Application()
    application.router.add_post("/hook", receive)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    hannah, priya = telegram.person(7), telegram.person(8)
    async with bot_of(telegram) as bot:
        await bot.send_message(7, "?", reply_markup=KEYBOARD)
        await hannah.says("first")
        await bot.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/hook", secret_token="a-secret")
        await hannah.says("second")
        await hannah.presses("Undo")
        await priya.says("other")
        await telegram.waits_for(lambda: len(heard) == 4)
        await telegram.waits_for(lambda: telegram.pending_updates == 0)
        again = telegram.sends_again(telegram.last_update_id)
        await telegram.waits_for(lambda: len(heard) == 5)
        info = await bot.get_webhook_info()
    await runner.cleanup()

    assert [words for person, words, _ in heard if person == 7 and words != "u1"] == ["first", "second"]
    # What failed held up only its own queue: the press and the other family went past it.
    assert {words for _, words, _ in heard[:2]} == {"u1", "other"}
    assert {secret for _, _, secret in heard} == {"a-secret"}
    assert sorted(attempt.status for attempt in telegram.attempts if attempt.status) == [200] * 5 + [503] * 3
    assert heard[4] == heard[[words for _, words, _ in heard].index("other")]
    assert again == telegram.last_update_id
    assert info.last_error_message == "Wrong response from the webhook: 503"


REFUSALS: dict[str, tuple[Callable[[ptb.Bot], Any], str]] = {
    "no words": (lambda bot: bot.send_message(7, "  \n "), "Message text is empty"),
    "too many words": (lambda bot: bot.send_message(7, "a" * 4097), "Message is too long"),
    "nobody": (lambda bot: bot.send_message(99, "a"), "Chat not found"),
    "a parse mode": (lambda bot: bot.send_message(7, "a", parse_mode="Fancy"), "Unsupported parse_mode"),
    "an entity before the text": (
        lambda bot: bot.send_message(7, "abc", entities=[ptb.MessageEntity("bold", -1, 1)]),
        "Receive an entity with incorrect offset -1",
    ),
    "an entity after the text": (
        lambda bot: bot.send_message(7, "abc", entities=[ptb.MessageEntity("bold", 2, 2)]),
        "Entity beginning at utf-16 offset 2 ends after the end of the text at utf-16 offset 4",
    ),
    "an entity in the middle of an emoji": (
        lambda bot: bot.send_message(7, "🦷b", entities=[ptb.MessageEntity("bold", 1, 2)]),
        "Entity begins in a middle of a utf-16 symbol at utf-16 offset 1",
    ),
    "an entity of no kind": (
        lambda bot: bot.send_message(7, "abc", entities=[ptb.MessageEntity("loud", 0, 2)]),
        "Can't parse messageentity: unsupported type specified",
    ),
    "a reply to nothing": (
        lambda bot: bot.send_message(7, "a", reply_parameters=ptb.ReplyParameters(4_711)),
        "Message to be replied not found",
    ),
    "a button with too much behind it": (
        lambda bot: bot.send_message(
            7,
            "a",
            reply_markup=ptb.InlineKeyboardMarkup.from_button(ptb.InlineKeyboardButton("B", callback_data="é" * 33)),
        ),
        "Button_data_invalid",
    ),
    "an edit of nothing": (lambda bot: bot.edit_message_text("a", 7, 4_711), "Message to edit not found"),
    "an edit that changes nothing": (
        lambda bot: bot.edit_message_text("said", 7, 2, reply_markup=KEYBOARD),
        "Message is not modified",
    ),
    "buttons that stay": (
        lambda bot: bot.edit_message_reply_markup(7, 2, reply_markup=KEYBOARD),
        "Message is not modified",
    ),
    "an edit of hers": (lambda bot: bot.edit_message_text("a", 7, 1), "Message can't be edited"),
    "a deletion of nothing": (lambda bot: bot.delete_message(7, 4_711), "Message to delete not found"),
    "an answer to no press": (lambda bot: bot.answer_callback_query("1"), "Query is too old"),
    "an album of one": (lambda bot: bot.send_media_group(7, [ptb.InputMediaPhoto(PNG)]), "An album must have"),
    "a picture that is none": (lambda bot: bot.send_photo(7, b"no picture"), "Image_process_failed"),
    "a caption too long": (lambda bot: bot.send_photo(7, PNG, caption="a" * 1025), "Message caption is too long"),
    "an action of no kind": (lambda bot: bot.send_chat_action(7, "dancing"), "Wrong parameter action"),
    "a file of no kind": (lambda bot: bot.get_file("nothing"), "Wrong file_id"),
    "leaving a private chat": (lambda bot: bot.leave_chat(7), "Chat member status can't be changed"),
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_what_telegram_refuses_is_refused_and_changes_nothing(
    telegram: TelegramDouble, bot: ptb.Bot, name: str
) -> None:
    ask, sentence = REFUSALS[name]
    hannah = telegram.person(7)
    await hannah.says("hello")
    await bot.send_message(7, "said", reply_markup=KEYBOARD)
    before = hannah.messages

    with pytest.raises(BadRequest) as refused:
        await ask(bot)

    assert sentence.lower() in refused.value.message.lower()
    assert hannah.messages == before
    assert (telegram.calls()[-1].status, telegram.calls()[-1].accepted) == (400, False)


async def test_texts_and_entities_up_to_the_limit_are_taken(telegram: TelegramDouble, bot: ptb.Bot) -> None:
    hannah = telegram.person(7)
    await bot.send_message(7, "🦷" * 4096, entities=[ptb.MessageEntity("italic", 8190, 2)])
    trimmed = await bot.send_message(7, "  🦷 tooth \n", entities=[ptb.MessageEntity("bold", 0, 9)])

    assert len(hannah.messages[0].text) == 4096
    assert trimmed.text == "🦷 tooth"
    assert trimmed.parse_entities() == {trimmed.entities[0]: "🦷 tooth"[:6]}


FAULTS: dict[str, tuple[Fault, type[TelegramError], bool]] = {
    "429": (Fault.flood(7), RetryAfter, False),
    "502 before": (Fault.server_error(502), NetworkError, False),
    "504 after": (Fault.server_error(504, accepted=True), NetworkError, True),
    "500": (Fault.internal_error(), NetworkError, False),
    "401": (Fault.unauthorised(), InvalidToken, False),
    "403": (Fault.forbidden(), Forbidden, False),
    "400": (Fault.bad_request("message is too long"), BadRequest, False),
    "409": (Fault.conflict(), Conflict, False),
    "migrated": (Fault.migrated(-100_5), ChatMigrated, False),
    "silence before": (Fault.silence(), TimedOut, False),
    "silence after": (Fault.silence(accepted=True), TimedOut, True),
    "cut before": (Fault.cut(), NetworkError, False),
    "cut after": (Fault.cut(accepted=True), NetworkError, True),
    "half an answer": (Fault.half(), NetworkError, True),
    "garbage": (Fault.garbage(), TelegramError, True),
}


# Until python-telegram-bot 23, reading how long to wait warns that the type will change.
WAIT_HAS_TWO_TYPES = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")


@WAIT_HAS_TWO_TYPES
@pytest.mark.parametrize("name", FAULTS)
async def test_a_planned_fault_befalls_one_call_and_says_whether_it_took_effect(
    telegram: TelegramDouble, name: str
) -> None:
    fault, error, accepted = FAULTS[name]
    hannah, priya = telegram.person(7), telegram.person(8)
    planned = telegram.plan(fault, on="sendMessage", chat=hannah, after=1)
    patience = 0.25 if "silence" in name else 20.0
    async with bot_of(telegram) as bot:
        await bot.send_message(7, "before")
        await bot.send_message(8, "to another")
        with pytest.raises(error) as raised:
            await bot.send_message(7, "befallen", read_timeout=patience)
        await bot.send_message(7, "after")

    assert type(raised.value) is error
    assert planned.hits == 1
    assert hannah.texts == (["before", "befallen", "after"] if accepted else ["before", "after"])
    assert priya.texts == ["to another"]
    assert [call.accepted for call in telegram.calls("sendMessage", chat=7)] == [True, accepted, True]
    assert telegram.calls("sendMessage", chat=7)[1].outcome == fault.name
    if isinstance(raised.value, RetryAfter):
        assert telegram.calls("sendMessage", chat=7)[1].status == 429


async def test_a_slow_answer_comes_when_the_test_releases_it(telegram: TelegramDouble, bot: ptb.Bot) -> None:
    hannah = telegram.person(7)
    slow = telegram.plan(Fault.slow(), on="sendMessage")
    late = telegram.plan(Fault.slow(accepted=False), on="sendMessage")

    sending = asyncio.create_task(bot.send_message(7, "accepted at once"))
    await telegram.waits_for(lambda: hannah.texts == ["accepted at once"])
    waiting = asyncio.create_task(bot.send_message(7, "accepted late"))
    await telegram.waits_for(lambda: late.hits)
    assert hannah.texts == ["accepted at once"]
    assert not sending.done()
    slow.release()
    late.release()
    await asyncio.gather(sending, waiting)

    assert hannah.texts == ["accepted at once", "accepted late"]
    assert [call.accepted for call in telegram.calls("sendMessage")] == [True, True]


@WAIT_HAS_TWO_TYPES
async def test_the_same_seed_throws_the_same_faults() -> None:
    async def outcomes(seed: int) -> list[str]:
        async with TelegramDouble() as double, bot_of(double) as bot:
            double.person(7)
            double.plan_at_random([(0.3, Fault.flood()), (0.2, Fault.server_error())], seed=seed, on=["sendMessage"])
            for number in range(60):
                try:
                    await bot.send_message(7, str(number))
                except TelegramError:
                    continue
            return [call.outcome for call in double.calls("sendMessage")]

    first, again, other = await outcomes(1), await outcomes(1), await outcomes(2)

    assert first == again != other
    assert set(first) == {"answered", "flood", "server_error_502"}


async def test_updates_can_come_twice_late_and_out_of_order(telegram: TelegramDouble, bot: ptb.Bot) -> None:
    hannah, priya = telegram.person(7), telegram.person(8)

    async def texts(offset: int | None = None) -> list[str]:
        return [str(update.message.text) for update in await bot.get_updates(offset=offset) if update.message]

    telegram.holds_updates(hannah)
    await hannah.says("written first")
    await priya.says("heard first")
    telegram.releases_updates()
    assert await texts() == ["heard first", "written first"]
    telegram.reorders_next_batch()
    assert await texts() == ["written first", "heard first"]
    assert await texts(telegram.last_update_id + 1) == []
    # Confirmed long ago and sent again all the same, as a server does that lost its own notes.
    telegram.sends_again(telegram.last_update_id)
    assert await texts(telegram.last_update_id + 1) == ["written first"]
    assert await texts(telegram.last_update_id + 1) == []

    await bot.send_message(7, "?", reply_markup=KEYBOARD)
    press = await hannah.presses("u1")
    first_id = telegram.last_update_id
    second_id = telegram.sends_again(first_id, fresh_id=True)
    twice = await bot.get_updates(offset=first_id)
    assert [update.update_id for update in twice] == [first_id, second_id]
    assert {update.callback_query.id for update in twice if update.callback_query} == {press.query_id}

    await bot.get_updates(offset=second_id + 1)
    telegram.disturbs_updates(Disturbance(duplicates=0.3, second_ids=0.3, shuffles=1.0, delays=0.3), seed=3)
    wanted = [f"note {number}" for number in range(40)]
    for words in wanted:
        await hannah.says(words)
    came = await texts(second_id + 1)
    assert set(came) == set(wanted)
    assert len(came) > len(wanted)
    assert came != sorted(came, key=wanted.index)


async def test_who_blocks_the_bot_is_told_of_and_cannot_be_written_to(telegram: TelegramDouble, bot: ptb.Bot) -> None:
    hannah = telegram.person(7)
    stranger = telegram.person(9, "Tom", started=False)

    await hannah.blocks_bot()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(7, "unheard")
    await hannah.unblocks_bot()
    await bot.send_message(7, "heard")
    with pytest.raises(Forbidden, match="can't initiate conversation with a user"):
        await bot.send_message(9, "unasked")
    await stranger.starts("join-123")
    await bot.send_message(9, "welcome")
    await stranger.deactivates()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(9, "gone")

    blocked, unblocked, start = await bot.get_updates()
    assert blocked.my_chat_member is not None
    assert blocked.my_chat_member.new_chat_member.status == "kicked"
    assert unblocked.my_chat_member is not None
    assert unblocked.my_chat_member.new_chat_member.status == "member"
    assert start.message is not None
    assert start.message.parse_entities(["bot_command"]).popitem()[1] == "/start"
    assert hannah.texts == ["heard"]


async def test_a_group_is_joined_heard_through_privacy_left_and_moved(telegram: TelegramDouble, bot: ptb.Bot) -> None:
    priya = telegram.person(8, "Priya")
    room = telegram.group(-500, "Butterfly room")
    with pytest.raises(Forbidden, match="not a member of the group chat"):
        await bot.send_message(-500, "too early")

    await room.adds_bot(by=priya)
    await room.says("chatter", by=priya)
    await room.says("/help", by=priya)
    said = await bot.send_message(-500, "In private, please.")
    await room.says("why?", by=priya, reply_to=said.message_id)
    joined, service, command, reply = await bot.get_updates()
    assert joined.my_chat_member is not None
    assert joined.my_chat_member.new_chat_member.status == "member"
    assert service.message is not None
    assert service.message.new_chat_members[0].id == bot.id
    assert command.message is not None
    assert command.message.text == "/help"
    assert reply.message is not None
    assert reply.message.text == "why?"

    moved = await room.becomes_supergroup(-1_000_500, by=priya)
    with pytest.raises(ChatMigrated) as migrated:
        await bot.send_message(-500, "to the old one")
    assert migrated.value.new_chat_id == moved.id
    # A supergroup counts for itself, so the same message id exists in two chats.
    assert (await bot.send_message(moved.id, "to the new one")).message_id == 1
    assert await bot.leave_chat(moved.id)
    with pytest.raises(Forbidden, match="not a member of the supergroup chat"):
        await bot.send_message(moved.id, "too late")


async def test_pictures_and_papers_go_both_ways_whole(telegram: TelegramDouble, bot: ptb.Bot) -> None:
    priya = telegram.person(8)
    await priya.sends_album([PNG, PNG + b"second"], caption="Ella and Noah, painting")
    await priya.sends_document(b"%PDF", name="plan.pdf")
    await priya.sends_document(b"0" * (20 * 1024 * 1024 + 1), name="film.mp4")
    one, two, paper, film = await bot.get_updates()

    assert one.message is not None
    assert two.message is not None
    assert one.message.media_group_id == two.message.media_group_id is not None
    assert (one.message.caption, two.message.caption) == ("Ella and Noah, painting", None)
    file = await bot.get_file(two.message.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == PNG + b"second"
    assert paper.message is not None
    assert paper.message.document is not None
    assert paper.message.document.file_name == "plan.pdf"
    assert film.message is not None
    assert film.message.document is not None
    with pytest.raises(BadRequest, match=r"(?i)file is too big"):
        await bot.get_file(film.message.document.file_id)
    telegram.time_passes(3_601)
    with pytest.raises(TelegramError, match=r"(?i)not found"):
        await file.download_as_bytearray()

    album = await bot.send_media_group(8, [ptb.InputMediaPhoto(PNG, caption="yours"), ptb.InputMediaPhoto(PNG)])
    photo = await bot.send_photo(8, PNG, caption="one", reply_markup=KEYBOARD)
    letter = await bot.send_document(8, b"BEGIN:VCALENDAR", filename="evening.ics")
    same = await bot.send_photo(8, photo.photo[-1].file_id)
    shown = {message.message_id: message for message in priya.from_bot}
    assert len({shown[part.message_id].album for part in album}) == 1
    assert (photo.photo[-1].width, photo.photo[-1].height) == (640, 480)
    calendar = shown[letter.message_id].media
    assert calendar is not None
    assert (calendar.content, calendar.name) == (b"BEGIN:VCALENDAR", "evening.ics")
    assert same.photo[-1].file_unique_id == photo.photo[-1].file_unique_id


async def test_of_a_photo_there_are_several_copies_and_only_the_largest_is_the_picture(
    telegram: TelegramDouble, bot: ptb.Bot
) -> None:
    await telegram.person(8).sends_photo(PNG + b"whole")
    (update,) = await bot.get_updates()
    assert update.message is not None
    *smaller, largest = update.message.photo

    assert [(each.width, each.height) for each in smaller] == [(90, 67), (320, 240)]
    assert (largest.width, largest.height) == (640, 480)
    assert bytes(await (await bot.get_file(largest.file_id)).download_as_bytearray()) == PNG + b"whole"
    assert bytes(await (await bot.get_file(smaller[0].file_id)).download_as_bytearray()) != PNG + b"whole"


async def test_an_album_is_told_of_in_any_order_with_words_on_any_of_its_pictures(
    telegram: TelegramDouble, bot: ptb.Bot
) -> None:
    one, two, three = await telegram.person(8).sends_album(
        [PNG, PNG, PNG], captions={0: "Ella", 2: "and Noah"}, order=(2, 0, 1)
    )

    told = [update.message for update in await bot.get_updates()]

    assert [(each.message_id, each.caption) for each in told if each] == [
        (three, "and Noah"),
        (one, "Ella"),
        (two, None),
    ]
    assert len({each.media_group_id for each in told if each}) == 1


async def test_our_own_upload_goes_again_under_new_names_and_is_unknown_once_it_is_forgotten(
    telegram: TelegramDouble, bot: ptb.Bot
) -> None:
    hannah = telegram.person(7)
    first = await bot.send_photo(7, PNG)

    again = await bot.send_media_group(
        7, [ptb.InputMediaPhoto(first.photo[-1].file_id), ptb.InputMediaPhoto(PNG, caption="new")]
    )

    assert [shown.media.content for shown in hannah.from_bot if shown.media] == [PNG] * 3
    assert again[0].photo[-1].file_id != first.photo[-1].file_id
    await bot.edit_message_caption(7, again[1].message_id, caption="newer")
    await bot.delete_message(7, again[0].message_id)
    assert [shown.text for shown in hannah.from_bot] == ["", "newer"]
    telegram.forgets_files()
    with pytest.raises(BadRequest, match=r"(?i)wrong file identifier"):
        await bot.send_photo(7, first.photo[-1].file_id)
    assert telegram.breaches == []


async def test_a_file_that_somebody_sent_is_a_breach_where_it_is_sent_on_as_it_came(
    telegram: TelegramDouble, bot: ptb.Bot
) -> None:
    telegram.person(7)
    await telegram.person(8).sends_album([PNG, PNG])
    await telegram.person(8).sends_voice(b"voice")
    one, two, voice = [update.message for update in await bot.get_updates()]
    assert one is not None
    assert two is not None
    assert voice is not None
    assert voice.voice is not None
    await bot.get_file(one.photo[-1].file_id)
    assert telegram.breaches == []

    await bot.send_media_group(7, [ptb.InputMediaPhoto(PNG), ptb.InputMediaPhoto(two.photo[0].file_id)])
    await bot.send_voice(7, voice.voice.file_id)

    assert [(call.method, call.breaches) for call in telegram.breaches] == [
        ("sendMediaGroup", (two.photo[0].file_id,)),
        ("sendVoice", (voice.voice.file_id,)),
    ]


async def test_a_picture_too_large_too_wide_or_no_picture_is_refused(telegram: TelegramDouble, bot: ptb.Bot) -> None:
    hannah = telegram.person(7)

    def picture(width: int, height: int) -> bytes:
        return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)

    for content, why in (
        (picture(6000, 4001), "photo_invalid_dimensions"),
        (picture(2100, 100), "photo_invalid_dimensions"),
        (b"GIF89a", "image_process_failed"),
        (b"", "file must be non-empty"),
    ):
        with pytest.raises(BadRequest, match=f"(?i){why}"):
            await bot.send_photo(7, content)
    with pytest.raises(NetworkError, match=r"(?i)too large"):
        await bot.send_photo(7, PNG + bytes(10 * 1024 * 1024))
    await bot.send_photo(7, picture(6000, 4000))
    await bot.send_photo(7, picture(2000, 100))
    assert len(hannah.from_bot) == 2


async def test_reading_a_file_goes_wrong_as_planned(telegram: TelegramDouble, bot: ptb.Bot) -> None:
    await telegram.person(8).sends_photo(PNG)
    (update,) = await bot.get_updates()
    assert update.message is not None
    file = await bot.get_file(update.message.photo[-1].file_id)

    for fault in (Fault.cut(), Fault.half(), Fault.server_error(), Fault.bad_request("wrong file path")):
        telegram.plan(fault, on="download")
        with pytest.raises(TelegramError):
            await file.download_as_bytearray()
    assert bytes(await file.download_as_bytearray()) == PNG
    telegram.forgets_files()
    with pytest.raises(TelegramError):
        await file.download_as_bytearray()
    assert [call.accepted for call in telegram.calls("download")] == [False, True, False, False, True, False]


async def test_time_takes_presses_updates_and_the_right_to_delete(telegram: TelegramDouble, bot: ptb.Bot) -> None:
    hannah = telegram.person(7)
    sent = await bot.send_message(7, "?", reply_markup=KEYBOARD)
    await hannah.says("a note")
    press = await hannah.presses("Undo")

    telegram.time_passes(151)
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await bot.answer_callback_query(press.query_id)
    assert [update.message is not None for update in await bot.get_updates()] == [True]
    telegram.time_passes(86_400)
    assert await bot.get_updates() == ()
    telegram.time_passes(86_400)
    with pytest.raises(BadRequest, match=r"(?i)message can't be deleted"):
        await bot.delete_message(7, sent.message_id)


async def test_a_server_that_is_down_refuses_and_remembers(telegram: TelegramDouble, bot: ptb.Bot) -> None:
    hannah = telegram.person(7)
    polling = asyncio.create_task(bot.get_updates(timeout=50))
    await telegram.waits_for(lambda: telegram.calls("getUpdates"))
    await telegram.goes_down()
    with pytest.raises(NetworkError):
        await polling
    with pytest.raises(NetworkError):
        await bot.send_message(7, "unsent")
    await hannah.says("meanwhile")

    await telegram.comes_up()

    (update,) = await bot.get_updates()
    assert update.message is not None
    assert not telegram.calls("sendMessage")


@pytest.mark.parametrize("form", ["query", "json", "urlencoded", "multipart"])
async def test_a_call_may_be_written_in_four_ways(telegram: TelegramDouble, form: str) -> None:
    hannah = telegram.person(7)
    keyboard = {"inline_keyboard": [[{"text": "Undo", "callback_data": "u"}]]}
    fields = {"chat_id": "7", "text": "hello", "disable_notification": "true", "reply_markup": json.dumps(keyboard)}
    address = f"{telegram.url}/bot{telegram.token}/SENDmessage"
    async with aiohttp.ClientSession() as session:
        match form:
            case "query":
                answer = await session.get(address, params=fields)
            case "json":
                answer = await session.post(
                    address,
                    json={"chat_id": 7, "text": "hello", "disable_notification": True, "reply_markup": keyboard},
                )
            case "urlencoded":
                answer = await session.post(address, data=fields)
            case _:
                parts = aiohttp.FormData(fields, default_to_multipart=True)
                answer = await session.post(address, data=parts)
        assert (await answer.json())["ok"] is True

    (message,) = hannah.messages
    assert (message.text, message.silent, message.buttons[0].data) == ("hello", True, "u")
    (call,) = telegram.calls("sendMessage", chat=hannah)
    assert call.parameters == {
        "chat_id": 7,
        "text": "hello",
        "disable_notification": True,
        "reply_markup": keyboard,
    }


async def test_a_wrong_token_and_an_unknown_method_are_told_apart(telegram: TelegramDouble) -> None:
    async with aiohttp.ClientSession() as session:
        unknown = await session.post(f"{telegram.url}/bot{telegram.token}/sendHug")
        wrong = await session.post(f"{telegram.url}/bot1:wrong/getMe")

        assert await unknown.json() == {
            "ok": False,
            "error_code": 404,
            "description": "Not Found: method not found",
        }
        assert await wrong.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert [call.method for call in telegram.calls()] == ["sendHug"]


# -- the published schema


def schema() -> Json:
    if not SCHEMA.exists():
        pytest.skip("the published schema of the Bot API is not beside this project, so nothing is held against it")
    parsed: Json = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return parsed


def test_methods_ask_for_the_parameters_the_schema_names() -> None:
    published = schema()["methods"]

    required = {name: method.required for name, method in METHODS.items()}
    required |= {name: method.required for name, method in RECEIVING_METHODS.items()}
    for name, asked_for in required.items():
        fields = {field["name"]: field for field in published[name].get("fields", [])}
        assert {key for key, field in fields.items() if field["required"]} == set(asked_for), name
        for key, field in fields.items():
            types = set(field["types"])
            is_structure = any(kind.startswith("Array of") or kind[0].isupper() for kind in types) and not (
                types & {"String", "Integer", "Boolean", "InputFile"}
            )
            if key != "chat_id":
                assert (key in INTEGERS) == (types == {"Integer"}), (name, key)
                assert (key in BOOLEANS) == (types == {"Boolean"}), (name, key)
                assert (key in STRUCTURES) == is_structure, (name, key)


def wrong_with(value: Any, types: list[str], published: Json, path: str) -> list[str]:
    """Every way in which a value is none of the types a schema allows; the best fitting type counts."""
    if isinstance(value, list) and (arrays := [kind for kind in types if kind.startswith("Array of ")]):
        inner = [kind.removeprefix("Array of ") for kind in arrays]
        return [wrong for i, item in enumerate(value) for wrong in wrong_with(item, inner, published, f"{path}[{i}]")]
    if not isinstance(value, dict):
        plain = {bool: "Boolean", int: "Integer", str: "String", float: "Float"}.get(type(value))
        return [] if plain in types else [f"{path}: {value!r} is none of {types}"]
    attempts = []
    for kind in types:
        if kind not in published["types"]:
            continue
        described = published["types"][kind]
        if "subtypes" in described:
            attempts.append(wrong_with(value, described["subtypes"], published, path))
            continue
        fields = {field["name"]: field for field in described.get("fields", [])}
        wrong = [f"{path}: {kind} has no field {key}" for key in value.keys() - fields.keys()]
        wrong += [
            f"{path}: {kind} lacks {key}" for key, field in fields.items() if field["required"] and key not in value
        ]
        for key in value.keys() & fields.keys():
            wrong += wrong_with(value[key], fields[key]["types"], published, f"{path}.{key}")
        attempts.append(wrong)
    return min(attempts, key=len, default=[f"{path}: an object where {types} is wanted"])


async def test_every_object_returned_is_one_the_schema_describes(telegram: TelegramDouble) -> None:
    published = schema()
    hannah, priya = telegram.person(7, "Hannah", last_name="Moss", username="hannah_moss"), telegram.person(8)
    room = telegram.group(-500)
    async with bot_of(telegram) as bot:
        await bot.get_updates(allowed_updates=ptb.Update.ALL_TYPES)
        asked = await hannah.says("/start abc")
        await hannah.says("an answer", reply_to=asked)
        await hannah.edits(asked, changed=False)
        await hannah.reacts(asked, "👍")
        await hannah.sends_album([PNG, PNG], caption="two")
        await hannah.sends_document(b"paper", passed_on=True)
        await hannah.sends_voice(b"voice")
        await hannah.sends_video(b"film")
        await hannah.sends_video(b"film", round=True)
        await hannah.reacts(asked, "")
        await hannah.sends(location={"latitude": 51.5, "longitude": -0.1})
        await hannah.blocks_bot()
        await hannah.unblocks_bot()
        await room.adds_bot(by=priya)
        sent = await bot.send_message(
            7,
            "words",
            reply_markup=KEYBOARD,
            reply_parameters=ptb.ReplyParameters(asked),
            protect_content=True,
            entities=[ptb.MessageEntity("text_link", 0, 5, url="https://example.org")],
            link_preview_options=ptb.LinkPreviewOptions(is_disabled=True),
        )
        press = await hannah.presses("Undo")
        await bot.edit_message_text("other words", 7, sent.message_id, reply_markup=KEYBOARD)
        await bot.edit_message_reply_markup(7, sent.message_id)
        await bot.answer_callback_query(press.query_id)
        photo = await bot.send_photo(7, PNG, caption="c", caption_entities=[ptb.MessageEntity("bold", 0, 1)])
        await bot.send_document(7, b"paper", filename="p.pdf")
        await bot.send_media_group(7, [ptb.InputMediaDocument(b"1"), ptb.InputMediaDocument(b"2")])
        await bot.send_video(7, b"film", caption="v", duration=4, width=640, height=360, supports_streaming=True)
        await bot.send_video_note(7, b"film", duration=4, length=240)
        await bot.send_animation(7, b"film", duration=4, width=640, height=360)
        await bot.send_voice(7, b"voice", duration=4)
        await bot.send_audio(7, b"song", duration=4)
        await bot.edit_message_caption(7, photo.message_id, caption="d")
        await bot.get_file(photo.photo[0].file_id)
        await bot.get_chat(7)
        await bot.get_chat(-500)
        await bot.send_chat_action(7, "typing")
        await bot.set_my_commands([("help", "What this is")])
        await bot.delete_messages(7, [sent.message_id, photo.message_id])
        await bot.delete_message(7, asked)
        await bot.get_updates()
        await bot.leave_chat(-500)
        await bot.set_webhook("http://127.0.0.1:9/hook")
        await telegram.waits_for(lambda: telegram.attempts)
        await bot.get_webhook_info()
        await bot.delete_webhook()

    assert {call.method for call in telegram.calls()} == {*METHODS, *RECEIVING_METHODS}
    wrong = [
        sentence
        for call in telegram.calls()
        for sentence in wrong_with(call.result, published["methods"][call.method]["returns"], published, call.method)
    ]
    assert wrong == []


# -- a process of its own


async def test_as_a_process_it_takes_orders_and_writes_its_ledger_to_a_file(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.doubles.telegram", "--token", "1:abc", "--ledger", str(ledger)),
        cwd=PROJECT,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    word, url = (await process.stdout.readline()).decode().split()
    assert word == "ready"

    async with aiohttp.ClientSession() as session:
        made = await session.post(
            f"{url}/control/updates",
            json=[{"person": 7, "says": "one"}, {"person": 8, "says": "two"}, {"strange": {}}],
        )
        results = (await made.json())["results"]
        got = await session.post(f"{url}/bot1:abc/getUpdates", json={"timeout": 50})
        updates = (await got.json())["result"]
        await session.post(
            f"{url}/control/faults",
            json={"fault": "cut", "accepted": True, "on": "sendMessage", "chat": 7, "times": 1},
        )
        with pytest.raises(aiohttp.ClientError):
            await session.post(f"{url}/bot1:abc/sendMessage", json={"chat_id": 7, "text": "cut"})
        await session.post(f"{url}/bot1:abc/sendMessage", json={"chat_id": 8, "text": "whole"})
        sends = {"sends_document": base64.b64encode(b"a,b").decode(), "name": "roll.csv"}
        other = {"person": 9, "first_name": "Maya"}
        items = [{**other, **sends}, {**other, "sends_contact": "447700900432"}, {**other, "sends": {"voice": {}}}]
        await session.post(f"{url}/control/updates", json=items)
        heard = (await (await session.post(f"{url}/bot1:abc/getUpdates", json={"offset": -3})).json())["result"]
        sent = (await (await session.get(f"{url}/control/chats/9")).json())["messages"][0]
        content = await (await session.get(f"{url}/control/files/{sent['media']}")).read()
        seen = await (await session.get(f"{url}/control/ledger?method=sendMessage&chat=7")).json()
        shown = await (await session.get(f"{url}/control/chats/7")).json()
        foolish = await session.post(f"{url}/control/faults", json={"fault": "weather"})
        assert foolish.status == 400
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0

    assert content == b"a,b"
    assert heard[0]["message"]["document"]["file_name"] == "roll.csv"
    assert heard[1]["message"]["contact"] == {"phone_number": "447700900432", "first_name": "Maya", "user_id": 9}
    assert "voice" in heard[2]["message"]
    assert results[:2] == [1, 2]
    assert [update["update_id"] for update in updates][-1] == results[2]
    assert [(call["outcome"], call["accepted"]) for call in seen["calls"]] == [("cut_after", True)]
    assert [message["text"] for message in shown["messages"]] == ["one", "cut"]
    written = [json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines()]
    assert [(call["method"], call["chat_id"], call["outcome"], call["accepted"]) for call in written] == [
        ("getUpdates", None, "answered", True),
        ("sendMessage", 7, "cut_after", True),
        ("sendMessage", 8, "answered", True),
        ("getUpdates", None, "answered", True),
    ]


async def test_waiting_in_vain_names_the_last_calls(telegram: TelegramDouble, bot: ptb.Bot) -> None:
    with pytest.raises(AssertionError, match="getMe"):
        await telegram.waits_for(lambda: False, within=0.01)
