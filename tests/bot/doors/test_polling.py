"""Polling loses nothing: what is confirmed to Telegram is stored, whatever is strange, slow, twice or broken."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from book.ids import Ids
from book.messages import Did
from bot.channels.telegram import Telegram
from bot.doors.polling import Polling, TokenRefused
from storage.bells import Bell
from storage.store import Store
from storage.vault import Vault
from tests.bot.doors.conftest import Kept
from tests.clocks import BookClock, MachineClock
from tests.doubles.telegram import Fault, Person, TelegramDouble

Look = Callable[[], Awaitable[list[Kept]]]


class FailsAtFirst:
    """A store whose first writes fail, as when the disk is full."""

    def __init__(self, store: Store, times: int) -> None:
        self._store = store
        self._left = times
        self.tried = 0

    @property
    def vault(self) -> Vault:
        return self._store.vault

    async def write(self, work: Callable[..., Any], *args: Any) -> Any:
        self.tried += 1
        if self._left:
            self._left -= 1
            raise OSError("disk full, said with a canary")
        return await self._store.write(work, *args)


@pytest.fixture
async def channel(telegram: TelegramDouble) -> AsyncIterator[Telegram]:
    opened = Telegram(telegram.token, api_url=telegram.url)
    yield opened
    await opened.close()


@pytest.fixture
def hannah(telegram: TelegramDouble) -> Person:
    return telegram.person(1001)


class Door:
    """The door with its clock, opened and closed at will."""

    def __init__(
        self, channel: Telegram, store: Store, ids: Ids, book_clock: BookClock, machine_clock: MachineClock
    ) -> None:
        self._channel = channel
        self.store = store
        self._ids = ids
        self._book_clock = book_clock
        self.clock = machine_clock

    def polling(self, *, own_url: str = "", store: Any = None) -> Polling:
        return Polling(
            self._channel,
            store or self.store,
            self._ids,
            now=self._book_clock.now,
            machine=self.clock,
            chance=random.Random(1).random,
            own_url=own_url,
        )

    @asynccontextmanager
    async def open(self, polling: Polling | None = None) -> AsyncIterator[Polling]:
        polling = polling or self.polling()
        task = asyncio.create_task(polling.run())
        try:
            yield polling
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def wakes(self) -> None:
        """Wait until the door pauses, then let the pause end."""
        await self.clock.until_somebody_sleeps()
        waking = self.clock.next_waking()
        assert waking is not None
        self.clock.move(waking - self.clock.monotonic())


@pytest.fixture
def door(channel: Telegram, store: Store, ids: Ids, book_clock: BookClock, machine_clock: MachineClock) -> Door:
    return Door(channel, store, ids, book_clock, machine_clock)


async def until(store: Store, kept: Look, count: int) -> list[Kept]:
    """What is stored, once there is so much of it."""
    stored_more = store.bells.listener(Bell.INBOX)
    async with asyncio.timeout(10):
        while len(found := await kept()) < count:
            await stored_more.wait()
    store.bells.forget(stored_more)
    return found


async def test_what_people_do_is_stored_in_order_and_confirmed_afterwards(
    door: Door, telegram: TelegramDouble, hannah: Person, kept: Look
) -> None:
    await hannah.says("bad night, teething")
    await hannah.says("and no breakfast")
    async with door.open() as polling:
        await until(door.store, kept, 2)
        spoken = await hannah.says("she is better")
        await hannah.edits(spoken, "she is much better", changed=True)
        await hannah.blocks_bot()

        found = await until(door.store, kept, 5)
        await telegram.waits_for(lambda: telegram.pending_updates == 0)

    assert [each.incoming.did for each in found] == [Did.WROTE] * 3 + [Did.EDITED, Did.BLOCKED]
    assert [each.incoming.text for each in found[:4]] == [
        "bad night, teething", "and no breakfast", "she is better", "she is much better",
    ]  # fmt: skip
    assert polling.health.last_success == door.clock.monotonic()
    assert polling.health.alarm == ""
    asked = telegram.calls("getUpdates")[0].parameters
    assert asked["timeout"] == 50
    assert asked["allowed_updates"] == [
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
        "message_reaction",
    ]


async def test_nothing_is_confirmed_before_it_is_stored(
    door: Door, telegram: TelegramDouble, hannah: Person, kept: Look
) -> None:
    await hannah.says("bad night")
    store = FailsAtFirst(door.store, times=2)

    with capture_logs() as logs:
        async with door.open(door.polling(store=store)):
            for tries in (1, 2):
                await door.clock.until_somebody_sleeps()
                assert store.tried == tries
                assert telegram.pending_updates == 1
                assert all("offset" not in call.parameters for call in telegram.calls("getUpdates"))
                await door.wakes()
            await until(door.store, kept, 1)
            await telegram.waits_for(lambda: telegram.pending_updates == 0)

    assert [each["fault"] for each in logs if each["event"] == "updates_not_stored"] == ["OSError", "OSError"]
    assert "canary" not in str(logs)


async def test_a_door_closed_between_storing_and_confirming_files_nothing_twice_when_it_opens_again(
    door: Door, telegram: TelegramDouble, hannah: Person, kept: Look
) -> None:
    numbers = [await hannah.says(f"message {number}") for number in range(150)]
    # The second call would confirm the first hundred; it is cut before it takes effect.
    telegram.plan(Fault.cut(), on="getUpdates", after=1)
    async with door.open():
        await until(door.store, kept, 100)
        await door.clock.until_somebody_sleeps()
    assert telegram.pending_updates == 150

    async with door.open():
        await until(door.store, kept, 150)
        await telegram.waits_for(lambda: telegram.pending_updates == 0)

    stored = await kept()
    assert len(stored) == len(numbers)
    assert all(each.is_named(f"m:1001:{number}") for each, number in zip(stored, numbers, strict=True))


async def test_a_strange_update_is_kept_and_holds_nothing_up(
    door: Door, telegram: TelegramDouble, hannah: Person, kept: Look
) -> None:
    await hannah.says("before")
    telegram.push({"telepathy": {"thought": "hungry"}})
    telegram.push({"my_chat_member": {"chat": {"id": 1001, "type": "private"}}})
    telegram.push({"message": [1, 2, 3]})
    telegram.push({})
    await hannah.says("after")

    async with door.open():
        found = await until(door.store, kept, 6)
        await telegram.waits_for(lambda: telegram.pending_updates == 0)

    assert [each.incoming.did for each in found] == [Did.WROTE, *[Did.OTHER] * 4, Did.WROTE]
    assert "hungry" in found[1].raw


async def test_the_same_update_twice_and_the_same_press_under_a_new_number_are_stored_once(
    door: Door, channel: Telegram, telegram: TelegramDouble, hannah: Person, kept: Look
) -> None:
    await hannah.says("once")
    telegram.sends_again(telegram.last_update_id)
    telegram.sends_again(telegram.last_update_id, fresh_id=True)
    await hannah.says("the end")

    async with door.open():
        await until(door.store, kept, 2)
        await telegram.waits_for(lambda: telegram.pending_updates == 0)

    assert [each.incoming.text for each in await kept()] == ["once", "the end"]


async def test_updates_are_found_when_their_numbers_begin_again_below(
    door: Door, telegram: TelegramDouble, hannah: Person, kept: Look
) -> None:
    async with door.open():
        await hannah.says("last week")
        await until(door.store, kept, 1)
        await telegram.waits_for(lambda: telegram.pending_updates == 0)
        telegram.numbers_updates_from(5)
        await hannah.says("after the holidays")
        await until(door.store, kept, 2)


async def test_a_server_that_is_down_is_waited_for(
    door: Door, telegram: TelegramDouble, hannah: Person, kept: Look
) -> None:
    async with door.open():
        await telegram.waits_for(lambda: telegram.calls("getUpdates"))
        await telegram.goes_down()
        for _ in range(6):
            await door.wakes()
        await door.clock.until_somebody_sleeps()
        waking = door.clock.next_waking()
        assert waking is not None
        assert 7.5 <= waking - door.clock.monotonic() <= 15
        await telegram.comes_up()
        await hannah.says("are you there?")
        await door.wakes()
        await until(door.store, kept, 1)


async def test_told_to_wait_it_waits_exactly_so_long(door: Door, telegram: TelegramDouble) -> None:
    telegram.plan(Fault.flood(17), on="getUpdates")
    started = door.clock.monotonic()

    async with door.open():
        await door.clock.until_somebody_sleeps()

        assert door.clock.next_waking() == started + 17


async def test_a_second_program_on_the_same_token_is_an_alarm_in_words_and_polling_goes_on(
    door: Door, telegram: TelegramDouble, hannah: Person, kept: Look
) -> None:
    telegram.plan(Fault.conflict(), on="getUpdates")
    await hannah.says("who gets this?")

    with capture_logs() as logs:
        async with door.open() as polling:
            await door.clock.until_somebody_sleeps()
            assert polling.health.alarm.startswith("Another program fetches this bot's messages")
            assert polling.health.alarmed_at == door.clock.monotonic()
            await door.wakes()
            await until(door.store, kept, 1)

    (alarm,) = [each for each in logs if each["event"] == "telegram_alarm"]
    assert (alarm["log_level"], alarm["sentence"]) == ("error", polling.health.alarm)


async def test_a_foreign_webhook_is_named_by_its_host_only_and_left_alone(
    door: Door, channel: Telegram, telegram: TelegramDouble
) -> None:
    await channel.set_webhook("https://elsewhere.example/secret-path", secret="s")

    with capture_logs() as logs:
        async with door.open(door.polling(own_url="https://book.example")) as polling:
            await door.clock.until_somebody_sleeps()

    assert "elsewhere.example" in polling.health.alarm
    assert "secret-path" not in str(logs)
    assert await channel.webhook_url() == "https://elsewhere.example/secret-path"


async def test_our_own_webhook_of_another_day_is_removed_and_nothing_is_dropped(
    door: Door, channel: Telegram, telegram: TelegramDouble, hannah: Person, kept: Look
) -> None:
    await channel.set_webhook("https://book.example/telegram/abc", secret="s")
    await hannah.says("sent meanwhile")

    async with door.open(door.polling(own_url="https://book.example/")) as polling:
        await until(door.store, kept, 1)

    assert polling.health.alarm == ""
    assert await channel.webhook_url() == ""


async def test_a_refused_token_stops_the_door_with_a_sentence(
    telegram: TelegramDouble, store: Store, ids: Ids, book_clock: BookClock, machine_clock: MachineClock
) -> None:
    stranger = Telegram("999999:somebody-elses-token", api_url=telegram.url)
    polling = Door(stranger, store, ids, book_clock, machine_clock).polling()

    with pytest.raises(TokenRefused, match="TELEGRAM_TOKEN") as caught:
        await polling.run()

    assert "somebody-elses-token" not in str(caught.value)
    assert polling.health.alarm == str(caught.value)
    await stranger.close()
