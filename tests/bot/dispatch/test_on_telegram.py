"""What a real connection to Telegram does in the middle of a call, and what everybody hears of it.

Real HTTP to the Bot API server of the tests, through the channel as the program uses it.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator

import pytest

from book.deliveries import NoticeState
from book.ids import IdMaker
from book.reasons import Reason
from book.understanding.lexicon import Lexicon
from storage.store import Store
from tests.clocks import BookClock, MachineClock
from tests.doubles.telegram import Fault
from tests.kit import on_disk
from tests.kit.conversation import Story, tell
from tests.kit.on_telegram import OnTelegram

NOTE = 'Ella, from Hannah 8:10: "bad night, teething"'
REPEAT = "You may have this already. "


@pytest.fixture
async def telegram() -> AsyncIterator[OnTelegram]:
    async with OnTelegram() as stage:
        yield stage


@pytest.fixture
async def played(
    store: Store, telegram: OnTelegram, book_clock: BookClock, machine_clock: MachineClock, lexicon: Lexicon
) -> Story:
    ids = IdMaker(now=book_clock.now, chance=random.Random(7).randrange)
    story = await tell(store, telegram, book_clock, machine_clock, ids, lexicon=lexicon)
    await story.until("8:10")
    return story


async def test_an_answer_that_is_lost_after_acceptance_leads_to_one_repeat_that_says_so(
    played: Story, telegram: OnTelegram
) -> None:
    for fault in (
        Fault.cut(accepted=True),
        Fault.half(),
        Fault.server_error(502, accepted=True),
        Fault.internal_error(accepted=True),
        Fault.garbage(),
    ):
        telegram.double.plan(fault, on="sendMessage", chat=telegram.chat("priya"))
        await played.person("hannah").says(f"bad night, {fault.name}")
        await played.passes(120)

        last, repeat = telegram.chat("priya").texts[-2:]
        assert fault.name in last
        assert repeat == REPEAT + last
        assert telegram.chat("dawn").texts[-1] == last
        assert telegram.chat("hannah").texts[-1] == "✓ Ella · sleep → Priya ✓ Dawn ✓"
    assert len(telegram.chat("priya").texts) == 10


async def test_a_server_that_answers_nothing_but_errors_ends_in_a_word_to_the_author(
    played: Story, telegram: OnTelegram
) -> None:
    telegram.double.plan(Fault.server_error(503), on="sendMessage", chat=telegram.chat("priya"), times=None)
    await played.person("hannah").says("bad night, teething")
    await played.passes(120)

    assert [call.accepted for call in telegram.double.calls("sendMessage", chat=telegram.chat("priya"))] == [
        False,
        False,
    ]
    assert telegram.chat("hannah").texts == [
        "✓ Ella · sleep, health → Dawn ✓ Priya (not confirmed: please ring)",
        "I couldn't make sure that Priya got your 8:10 note about Ella. Please ring.",
    ]


async def test_a_server_that_is_down_is_waited_for_and_nothing_is_marked_as_a_repeat(
    played: Story, telegram: OnTelegram
) -> None:
    await played.person("hannah").says("bad night, teething")
    await telegram.double.goes_down()
    await played.passes(60)
    await telegram.double.comes_up()
    await played.passes(300)

    assert telegram.chat("priya").texts == [NOTE]
    assert telegram.chat("dawn").texts == [NOTE]
    assert telegram.chat("hannah").texts == ["✓ Ella · sleep, health → Priya ✓ Dawn ✓"]


async def test_a_chat_that_is_blocked_and_a_flooded_one_are_told_apart(played: Story, telegram: OnTelegram) -> None:
    await telegram.chat("priya").deactivates()
    telegram.double.plan(Fault.flood(40), on="sendMessage", chat=telegram.chat("dawn"))
    await played.person("hannah").says("bad night, teething")
    await played.passes(30)
    assert telegram.chat("dawn").texts == []
    await played.passes(31)

    assert telegram.chat("dawn").texts == [NOTE]
    (relay,) = await on_disk.notices(played, "priya")
    assert (relay.state, relay.reason) == (NoticeState.WITHHELD, Reason.BLOCKED)
    assert telegram.chat("hannah").texts == [
        "✓ Ella · sleep, health → Dawn ✓ Priya (can't be reached here: please ring)"
    ]


async def test_a_group_is_told_once_and_left(played: Story, telegram: OnTelegram) -> None:
    group = telegram.double.group(-100, "Butterfly parents")
    await group.adds_bot(telegram.chat("hannah"))
    await played.settles()
    await played.passes(5)

    assert group.texts == [
        "The book is kept in private chats, so I'm leaving this group. Please write to me on my own."
    ]
    assert group.membership == "left"


async def test_of_two_edits_within_one_second_the_later_stands(played: Story, telegram: OnTelegram) -> None:
    hannah = played.person("hannah")
    message = await hannah.says("up 3 times")
    await telegram.edits("hannah", message, "up 4 times")
    await telegram.edits("hannah", message, "up 5 times")
    await played.passes(60)

    heard = await played.person("priya").hears_anything()
    assert "up 5 times" in heard
    assert "up 4 times" not in heard
