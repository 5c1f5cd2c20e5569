"""The program as an operator meets it: it starts, serves, stops in order, and says in a sentence what is wrong."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.doors.twilio import MESSAGES_PATH
from bot.doors.webhook import webhook_path
from tests.bot.running import Bookbag, against, fetch, set_up
from tests.databases import Place
from tests.doubles.telegram import Fault, Person, TelegramDouble
from tests.doubles.twilio import TwilioDouble

PUBLIC = "https://book.example.org"
GREETING = "Hello Sam. This is the communication book of Sunshine."


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramDouble]:
    async with TelegramDouble() as double:
        yield double


@pytest.fixture
def sam(telegram: TelegramDouble) -> Person:
    return telegram.person(1001, "Samantha")


@pytest.fixture
def bookbag(telegram: TelegramDouble, tmp_path: Path) -> Bookbag:
    return against(telegram, tmp_path)


async def test_it_serves_texts_and_whatsapp_beside_telegram_and_fetches_what_came_in_before(
    bookbag: Bookbag, telegram: TelegramDouble
) -> None:
    await set_up(bookbag, telegram)
    async with TwilioDouble(token="b" * 32) as twilio:
        twilio.tells(f"{PUBLIC}{MESSAGES_PATH}")
        early, late = twilio.sms("+447700900123", "Early"), twilio.sms("+447700900124", "Late")
        by_whatsapp = twilio.whatsapp("+447700900125", "By WhatsApp")
        for person in (early, by_whatsapp):
            await person.says("is this the nursery")
        await twilio.waits_for(lambda: twilio.is_quiet)  # in vain: nobody serves there
        earlier = {each.sid for each in twilio.messages}
        texts = {
            "TWILIO_ACCOUNT_SID": twilio.account_sid,
            "TWILIO_AUTH_TOKEN": "b" * 32,
            "TWILIO_NUMBER": twilio.number.number,
            "TWILIO_WHATSAPP_NUMBER": twilio.sender.address.removeprefix("whatsapp:"),
            "TWILIO_API_URL": twilio.url,
            "PUBLIC_URL": PUBLIC,
        }

        async with bookbag.serving(**texts) as program:
            await program.until("ready")
            twilio.leads(PUBLIC, to=f"http://127.0.0.1:{await program.port('LISTEN')}")
            await late.says("hello")
            for person in (early, late, by_whatsapp):
                await twilio.waits_for(lambda person=person: person.shows("nursery communication book"), within=30)
            await twilio.waits_for(lambda: twilio.is_quiet)
            assert {each.status for each in twilio.attempts if each.sid not in earlier} == {204}


async def greeted(telegram: TelegramDouble, person: Person) -> None:
    await telegram.waits_for(lambda: any(GREETING in each.text for each in person.from_bot), within=30)


async def test_it_serves_answers_whoever_joins_and_stops_in_order(
    bookbag: Bookbag, telegram: TelegramDouble, sam: Person, tmp_path: Path
) -> None:
    link = await set_up(bookbag, telegram)

    async with bookbag.serving() as program:
        await program.until("ready")
        operations = await program.port("OPERATIONS_LISTEN")
        await sam.says(f"/start {link}")
        await greeted(telegram, sam)

        assert await fetch(operations, "/healthz") == (200, "alive\n")
        status, ready = await fetch(operations, "/readyz")
        assert (status, json.loads(ready)) == (200, {"ready": True, "why_not": []})
        metrics = await measured(operations, 'bookbag_deliveries{lane="reply",state="accepted"} 1.0')
        assert 'bookbag_inbox_messages{state="skipped"} 1.0' in metrics
        assert "bookbag_oldest_unsent_seconds 0.0" in metrics
        beside = await bookbag.says("status", "--json")
        told = json.loads(beside.out)
        assert told["running"] is True
        assert told["deliveries"] == {"accepted": {"reply": 1}}
        assert (tmp_path / "data" / "control.sock").stat().st_mode & 0o777 == 0o600

        second = await bookbag.says("run", OPERATIONS_LISTEN="127.0.0.1:0")
        assert (second.code, second.out) == (1, "")
        assert "serves from data already" in second.err

        assert await program.ends(signal.SIGTERM) == 0
    assert not (tmp_path / "data" / "control.sock").exists()
    after = json.loads((await bookbag.says("status", "--json")).out)
    assert after["running"] is False
    for said in (program.lines, beside.out, metrics):
        assert telegram.token not in str(said)
        assert "Sam" not in str(said)


async def measured(port: int, wanted: str) -> str:
    """The metrics, as soon as they hold ``wanted``: the outcome of a call is written a moment after it."""
    async with asyncio.timeout(20):
        while wanted not in (metrics := (await fetch(port, "/metrics"))[1]):
            pass
    return metrics


async def test_without_a_configuration_it_says_what_is_missing_and_how_to_get_it(tmp_path: Path) -> None:
    said = await Bookbag(tmp_path, {}).says("run")

    assert said.code == 2
    assert "TELEGRAM_TOKEN is missing" in said.err
    assert "@BotFather" in said.err
    assert "ROOT_KEY_FILE" in said.err
    assert "bookbag init" in said.err
    assert "Traceback" not in said.err
    assert list(tmp_path.iterdir()) == []


async def test_what_cannot_be_listened_on_is_named_with_the_variable(
    bookbag: Bookbag, telegram: TelegramDouble
) -> None:
    await set_up(bookbag, telegram)
    taken = telegram.url.rpartition("//")[2]

    said = await bookbag.says("run", OPERATIONS_LISTEN=taken)

    assert said.code == 1
    assert f"OPERATIONS_LISTEN names {taken}, which cannot be listened on" in said.err
    assert "Traceback" not in said.err


async def test_a_token_that_is_refused_ends_it_with_a_sentence(bookbag: Bookbag, telegram: TelegramDouble) -> None:
    await set_up(bookbag, telegram)

    said = await bookbag.says("run", TELEGRAM_TOKEN=telegram.token[:-1] + "x")

    assert said.code == 1
    assert "Telegram does not accept TELEGRAM_TOKEN" in said.err
    assert "Traceback" not in said.err
    assert telegram.token[:-1] not in said.err + said.out


async def test_dividing_the_work_is_refused_where_the_book_is_a_file(
    bookbag: Bookbag, telegram: TelegramDouble
) -> None:
    await set_up(bookbag, telegram)

    said = await bookbag.says("run", "--only", "doors")

    assert said.code == 1
    assert "an SQLite file is for one" in said.err


async def test_messages_come_by_webhook_and_only_that_is_public(
    bookbag: Bookbag, telegram: TelegramDouble, sam: Person, unused_port: int
) -> None:
    secret = "s" * 40
    link = await set_up(bookbag, telegram)
    webhook = {
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_WEBHOOK_SECRET": secret,
        "PUBLIC_URL": f"http://127.0.0.1:{unused_port}",
        "LISTEN": f"127.0.0.1:{unused_port}",
    }

    async with bookbag.serving(**webhook) as program:
        await program.until('"event": "webhook_set"')
        await program.until("ready")
        operations = await program.port("OPERATIONS_LISTEN")
        await sam.says(f"/start {link}")
        await greeted(telegram, sam)

        for path in ("/metrics", "/healthz", "/readyz", "/", webhook_path(secret)):
            assert (await fetch(unused_port, path))[0] == 404
        assert (await fetch(operations, webhook_path(secret)))[0] == 404
        assert await program.ends(signal.SIGTERM) == 0


@pytest.fixture
def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@pytest.mark.parametrize("dialect", ["postgresql"])
async def test_four_processes_share_the_work_on_postgresql(
    bookbag: Bookbag, telegram: TelegramDouble, sam: Person, place: Place
) -> None:
    shared = {"DATABASE_URL": place.url, "KEYS_DATABASE_URL": place.keys_url}
    bookbag = Bookbag(bookbag.folder, {**bookbag.environment, **shared})
    link = await set_up(bookbag, telegram)

    async with AsyncExitStack() as running:
        parts = ("doors", "handlers", "dispatch", "scheduler")
        programs = [await running.enter_async_context(bookbag.serving("--only", part)) for part in parts]
        await asyncio.gather(*(program.until("ready") for program in programs))
        await sam.says(f"/start {link}")
        await greeted(telegram, sam)

        told = json.loads((await bookbag.says("status", "--json")).out)
        assert sorted(each["part"] for each in told["parts"]) == sorted(parts)
        another = await bookbag.says("run", "--only", "dispatch")
        assert another.code == 1
        assert "serves from" in another.err
        assert await asyncio.gather(*(program.ends(signal.SIGTERM) for program in programs)) == [0] * 4


async def test_what_is_on_the_wire_when_it_is_stopped_is_waited_for(
    bookbag: Bookbag, telegram: TelegramDouble, sam: Person
) -> None:
    link = await set_up(bookbag, telegram)
    planned = telegram.plan(Fault.slow(), on="sendMessage")

    async with bookbag.serving() as program:
        await program.until("ready")
        await sam.says(f"/start {link}")
        await telegram.waits_for(lambda: telegram.calls("sendMessage"), within=30)
        program.process.send_signal(signal.SIGTERM)
        await program.until('"event": "stopping"')
        planned.release()
        assert await program.ends() == 0

    told = json.loads((await bookbag.says("status", "--json")).out)
    assert told["deliveries"] == {"accepted": {"reply": 1}}
    assert told["unknown"] == 0


async def test_a_part_that_dies_ends_the_program_and_its_words_stay_in_it(
    bookbag: Bookbag, telegram: TelegramDouble, tmp_path: Path
) -> None:
    await set_up(bookbag, telegram)

    async with bookbag.serving() as program:
        await program.until("ready")
        connection = sqlite3.connect(tmp_path / "data" / "bookbag.db")
        connection.execute("ALTER TABLE inbox RENAME COLUMN failures TO calpol")
        connection.close()

        assert await program.ends() == 1

    said = "\n".join(program.lines)
    assert '"event": "part_failed"' in said
    assert '"fault": "OperationalError"' in said
    assert "Bookbag stopped because a part of it failed" in said
    assert "Traceback" not in said
    assert "SELECT" not in said
