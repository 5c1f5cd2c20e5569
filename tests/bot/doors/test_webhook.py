"""The webhook answers 200 for what is on disk, 503 for what is not, and tells strangers nothing."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from book.ids import Ids
from book.messages import Did
from bot.channels.telegram import Telegram
from bot.doors.group_commit import GroupCommit
from bot.doors.polling import TokenRefused
from bot.doors.webhook import LARGEST_BODY, Announcement, Webhook, webhook_path
from storage.store import Store
from tests.bot.doors.conftest import Kept
from tests.bot.doors.test_polling import FailsAtFirst, until
from tests.clocks import BookClock, MachineClock
from tests.doubles.telegram import Fault, TelegramDouble

Look = Callable[[], Awaitable[list[Kept]]]
SECRET = "a-secret-of-thirty-two-characters-at-least"
HEADER = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
UPDATE = {
    "update_id": 1,
    "message": {"message_id": 1, "date": 1, "chat": {"id": 1001, "type": "private"}, "text": "bad night"},
}


@dataclass(frozen=True, slots=True)
class House:
    """A running door and a visitor's way to it."""

    url: str
    visitor: aiohttp.ClientSession

    async def send(self, path: str, body: Any, headers: dict[str, str] | None = None, method: str = "POST") -> Any:
        data = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        async with self.visitor.request(method, self.url + path, data=data, headers=headers or {}) as answer:
            seen = {name: value for name, value in answer.headers.items() if name != "Date"}
            return answer.status, await answer.text(), seen


async def serve(store: Any, ids: Ids, clock: BookClock, token: str) -> AsyncIterator[House]:
    commit = GroupCommit(store, ids)
    application = web.Application()
    account = token.partition(":")[0]
    application.add_routes([Webhook(commit, account=account, secret=SECRET, now=clock.now).route()])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as visitor:
        yield House(f"http://127.0.0.1:{runner.addresses[0][1]}", visitor)
    await runner.cleanup()
    await commit.close()


@pytest.fixture
async def house(store: Store, ids: Ids, book_clock: BookClock, telegram: TelegramDouble) -> AsyncIterator[House]:
    async for opened in serve(store, ids, book_clock, telegram.token):
        yield opened


@pytest.fixture
async def channel(telegram: TelegramDouble) -> AsyncIterator[Telegram]:
    opened = Telegram(telegram.token, api_url=telegram.url)
    yield opened
    await opened.close()


def announcement(channel: Telegram, url: str, clock: MachineClock) -> Announcement:
    return Announcement(channel, public_url=url, secret=SECRET, machine=clock)


async def test_what_people_do_arrives_by_webhook_and_is_stored_before_it_is_acknowledged(
    house: House, channel: Telegram, telegram: TelegramDouble, kept: Look, machine_clock: MachineClock
) -> None:
    door = announcement(channel, house.url + "/", machine_clock)
    task = asyncio.create_task(door.run())
    await machine_clock.until_somebody_sleeps()
    people = [telegram.person(2000 + number, "Parent") for number in range(20)]

    for word in ("one", "two", "three"):
        for person in people:
            await person.says(word)
    telegram.push({"telepathy": {}})
    await telegram.waits_for(lambda: telegram.pending_updates == 0)

    found = await kept()
    assert len(found) == 61
    for person in people:
        theirs = [each for each in found if each.is_named(f"m:{person.id}:{each.incoming.message}")]
        assert [each.incoming.text for each in theirs] == ["one", "two", "three"]
    assert {attempt.status for attempt in telegram.attempts} == {200}
    assert door.health.last_success == machine_clock.monotonic()
    assert telegram.calls("setWebhook")[0].parameters["allowed_updates"] == [
        "message", "edited_message", "callback_query", "my_chat_member", "message_reaction",
    ]  # fmt: skip
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_cannot_be_stored_is_refused_and_comes_again(
    store: Store, ids: Ids, book_clock: BookClock, channel: Telegram, telegram: TelegramDouble, kept: Look
) -> None:
    async for house in serve(FailsAtFirst(store, times=3), ids, book_clock, telegram.token):
        await channel.set_webhook(house.url + webhook_path(SECRET), secret=SECRET)
        await telegram.person(1001).says("bad night")
        await until(store, kept, 1)
        await telegram.waits_for(lambda: telegram.pending_updates == 0)

    assert [attempt.status for attempt in telegram.attempts] == [503, 503, 503, 200]


async def test_a_stranger_cannot_tell_the_door_from_a_wall(house: House, kept: Look) -> None:
    door = webhook_path(SECRET)
    nothing_there = await house.send("/no-such-place", UPDATE)

    for path, headers, method in (
        (door, {}, "POST"),
        (door, {"X-Telegram-Bot-Api-Secret-Token": SECRET[:-1]}, "POST"),
        (door, {"X-Telegram-Bot-Api-Secret-Token": "é".encode().decode("latin-1")}, "POST"),
        (door, HEADER, "PUT"),
        (door, {}, "GET"),
        (door[:-1] + "x", HEADER, "POST"),
        ("/telegram/", HEADER, "POST"),
    ):
        assert await house.send(path, UPDATE, headers, method) == nothing_there

    assert nothing_there[0] == 404
    assert await kept() == []


async def test_bodies_that_are_too_large_or_no_json_are_not_taken_and_a_full_one_is(house: House, kept: Look) -> None:
    path = webhook_path(SECRET)
    padded = json.dumps(UPDATE).encode().ljust(LARGEST_BODY)

    async def in_pieces() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * (LARGEST_BODY // 32)

    async with house.visitor.post(house.url + path, data=in_pieces(), headers=HEADER) as answer:
        assert answer.status == 413
    assert (await house.send(path, padded + b" ", HEADER))[0] == 413
    assert (await house.send(path, b'{"update_id": 1', HEADER))[0] == 400
    assert (await house.send(path, b"\xff\xfe", HEADER))[0] == 400
    assert (await house.send(path, b"[" * 200_000, HEADER))[0] == 400
    assert await kept() == []

    assert (await house.send(path, padded, HEADER))[0] == 200
    assert [each.incoming.did for each in await kept()] == [Did.WROTE]


async def test_the_path_does_not_give_the_secret_away_and_another_secret_has_another() -> None:
    assert SECRET not in webhook_path(SECRET)
    assert webhook_path(SECRET) != webhook_path(SECRET + "x")
    assert webhook_path(SECRET) == webhook_path(SECRET)


async def test_a_telegram_that_cannot_be_told_is_told_again_after_ten_seconds(
    channel: Telegram, telegram: TelegramDouble, machine_clock: MachineClock
) -> None:
    telegram.plan(Fault.server_error(), on="setWebhook")
    door = announcement(channel, "https://book.example", machine_clock)
    task = asyncio.create_task(door.run())

    await machine_clock.until_somebody_sleeps()
    assert (door.health.last_success, bool(door.health.alarm)) == (None, True)
    machine_clock.move(10)
    await machine_clock.until_somebody_sleeps()

    assert await channel.webhook_url() == "https://book.example" + webhook_path(SECRET)
    assert door.health == replace(door.health, last_success=machine_clock.monotonic())
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("theirs", ["https://elsewhere.example/path", ""])
async def test_a_webhook_that_somebody_moved_is_an_alarm_that_names_no_path(
    channel: Telegram, telegram: TelegramDouble, machine_clock: MachineClock, theirs: str
) -> None:
    door = announcement(channel, "https://book.example", machine_clock)
    task = asyncio.create_task(door.run())
    await machine_clock.until_somebody_sleeps()
    await (channel.set_webhook(theirs, secret="s") if theirs else channel.remove_webhook())

    machine_clock.move(300)
    await machine_clock.until_somebody_sleeps()

    assert "another program" in door.health.alarm
    assert ("elsewhere.example" in door.health.alarm) is bool(theirs)
    assert "/path" not in door.health.alarm
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_refused_token_ends_the_announcement_with_a_sentence(
    telegram: TelegramDouble, machine_clock: MachineClock
) -> None:
    stranger = Telegram("999999:somebody-elses-token", api_url=telegram.url)

    with pytest.raises(TokenRefused, match="TELEGRAM_TOKEN"):
        await announcement(stranger, "https://book.example", machine_clock).run()
    await stranger.close()
