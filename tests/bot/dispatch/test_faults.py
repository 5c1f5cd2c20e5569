"""Every fault of a platform and of a process has one promised end, and nothing is lost or said twice in silence.

Named by the fault. Both clocks are moved by hand; the platform is scripted; the database is real.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Connection, update

from book.deliveries import Act, Concerns, DeliveryState, Lane, Later, NoticeState, Refused, Unknown
from book.errors import AlreadyServing
from book.ids import NoticeId
from book.notices import Said
from book.people import Role, Standing
from book.reasons import Reason
from book.sharing import Choice
from bot.dispatch.dispatcher import Looked
from storage.filing import NewNotice, add_notices
from storage.roster import NewMembership, add_memberships
from storage.schema import addresses
from storage.sharing import NewChoice, add_choices
from storage.store import P, Store, T
from tests.kit import on_disk
from tests.kit.conversation import UNKNOWN_WAIT, Story
from tests.kit.on_script import OnScript, Script

NOTE = 'Ella, from Hannah 8:10: "bad night, teething"'
REPEAT = "You may have this already. "
BLOCKED = Refused(Reason.BLOCKED, Concerns.ADDRESS)
LOCKED = Refused(Reason.CHANNEL_LOCKED, Concerns.ACCOUNT)
NEVER = Refused(Reason.REFUSED_BY_CHANNEL)


async def runs(story: Story) -> Looked:
    """Whatever is free to go at this moment goes, and no clock moves."""
    await story.running.worker.work_off()
    return await story.running.dispatcher.drain()


async def both_pass(story: Story, seconds: float) -> None:
    """So many seconds go by on both clocks, at one stroke."""
    story.machine.move(seconds)
    story.clock.move(timedelta(seconds=seconds))
    await story.running.dispatcher.drain()


async def writes(story: Story, who: str = "hannah", text: str = "bad night, teething") -> None:
    """She writes, and twenty seconds later it is free to go."""
    await story.stage.says(who, text, None)
    await runs(story)
    await both_pass(story, 20)


def times(story: Story, script: Script, to: str) -> list[float]:
    """When each thing was said to her, in seconds from ten past eight."""
    start = story.clock.now().replace(hour=8, minute=10, second=0, microsecond=0)
    return [round((each.at - start).total_seconds(), 3) for each in script.made(to)]


async def the_only_relay(story: Story, to: str) -> on_disk.NoticeRow:
    (notice,) = await on_disk.notices(story, to)
    return notice


async def nothing_is_open(story: Story) -> None:
    """Every notice whose moment has come has ended, with a reason, and no delivery is on its way."""
    for notice in await on_disk.notices(story, kind=None):
        if notice.not_before > story.clock.now():
            continue  # that nobody has seen what cannot wait is said later, if it is so
        assert notice.state is not NoticeState.WAITING, notice
        assert notice.reason is not None
    for delivery in await on_disk.deliveries(story):
        assert delivery.state not in {DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.UNKNOWN}, delivery
        assert not delivery.has_text, "what was said is kept no longer than it must be"


# --- 429 ------------------------------------------------------------------------------------------------------------


async def test_429_is_obeyed_to_the_second_and_only_for_its_chat(story: Story, script: Script) -> None:
    script.answers(Later(37.0), to="priya")
    await writes(story)

    assert times(story, script, "priya") == [20]
    assert times(story, script, "dawn") == [20]
    await both_pass(story, 36.999)
    assert times(story, script, "priya") == [20]
    await both_pass(story, 0.001)

    assert times(story, script, "priya") == [20, 57]
    assert [each.machine - script.made("priya")[0].machine for each in script.made("priya")] == [0, 37]
    assert (await the_only_relay(story, "priya")).state is NoticeState.TOLD


async def test_429_keeps_back_everything_else_at_that_chat_and_then_urgent_goes_first(
    story: Story, script: Script
) -> None:
    script.answers(Later(60.0), to="priya")
    await writes(story)
    await story.stage.says("fay", "please ring me asap", None)
    await runs(story)
    await both_pass(story, 59)
    assert len(script.made("priya")) == 1

    await both_pass(story, 1)

    assert [each.text for each in script.made("priya")[1:]] == ['Leo, from Fay 8:10: "please ring me asap"', NOTE]


async def test_429_does_not_use_up_the_patience_of_the_timetable(story: Story, script: Script) -> None:
    script.answers(Later(5.0), to="priya", times=11)
    script.answers(Later(), to="priya", times=3)
    await writes(story)
    for _ in range(11):
        await both_pass(story, 5)
    for seconds in (2, 10, 30):
        await both_pass(story, seconds)

    assert len(script.made("priya")) == 15
    assert (await the_only_relay(story, "priya")).state is NoticeState.TOLD


@pytest.mark.parametrize("stage", [(30, 1)], ids=["30 a second"], indirect=True)
async def test_429_from_many_chats_at_once_rests_the_whole_account(story: Story, script: Script) -> None:
    await story.until("8:29")
    for who in ("priya", "dawn", "carys"):
        script.answers(Later(9.0), to=who)
    await story.stage.says("hannah", "bad night", None)
    await story.stage.says("joe", "Poppy slept well", None)
    await runs(story)
    await both_pass(story, 20)
    made = len(script.calls)
    await story.stage.says("fay", "please ring me asap", None)
    await runs(story)

    await both_pass(story, 8.9)
    assert len(script.calls) == made
    await both_pass(story, 0.2)
    for _ in range(15):
        await both_pass(story, 1)

    assert len(script.calls) > made
    await nothing_is_open(story)


# --- unknown --------------------------------------------------------------------------------------------------------


async def test_an_unknown_waits_and_is_repeated_once_and_marked(story: Story, script: Script) -> None:
    script.answers(Unknown(), to="priya", arrives=True)
    await writes(story)

    assert [each.text for each in script.made("priya")] == [NOTE]
    await both_pass(story, UNKNOWN_WAIT.total_seconds() - 0.001)
    assert len(script.made("priya")) == 1
    await both_pass(story, 0.001)

    assert [each.text for each in script.made("priya")] == [NOTE, REPEAT + NOTE]
    assert [each.state for each in await on_disk.deliveries(story, "priya")] == ["repeated", "accepted"]
    assert (await story.person("hannah").screen())[0].text == "✓ Ella · sleep, health → Priya ✓ Dawn ✓"
    await both_pass(story, 3600)
    assert len(script.made("priya")) == 2
    await nothing_is_open(story)


async def test_a_second_unknown_is_shown_to_people_and_never_repeated_again(story: Story, script: Script) -> None:
    script.answers(Unknown(), to="priya", times=2)
    await writes(story)
    for _ in range(3):
        await both_pass(story, 30)

    assert [each.text for each in script.made("priya")] == [NOTE, REPEAT + NOTE]
    assert [each.state for each in await on_disk.deliveries(story, "priya")] == ["repeated", "flagged"]
    relay = await the_only_relay(story, "priya")
    assert (relay.state, relay.reason) == (NoticeState.WITHHELD, Reason.UNCONFIRMED)
    assert [each.text for each in await story.person("hannah").screen()] == [
        "✓ Ella · sleep, health → Dawn ✓ Priya (not confirmed: please ring)",
        "I couldn't make sure that Priya got your 8:10 note about Ella. Please ring.",
    ]
    await nothing_is_open(story)


async def test_a_correction_that_is_not_confirmed_is_told_to_its_author_too(story: Story, script: Script) -> None:
    message = await story.stage.says("hannah", "calpol 5ml at 6", None)
    await runs(story)
    await both_pass(story, 20)
    script.answers(Unknown(), to="priya", times=2)
    await story.stage.edits("hannah", message, "calpol 5ml at 7")
    await runs(story)
    for _ in range(3):
        await both_pass(story, 30)

    assert "I couldn't make sure that Priya got your 8:10 note about Ella. Please ring." in [
        each.text for each in await story.person("hannah").screen()
    ]
    await nothing_is_open(story)


async def test_a_channel_that_raises_leaves_an_unknown(story: Story, script: Script) -> None:
    """The process may have died between the mark and the answer; an error nobody foresaw says as little."""
    script.answers(RuntimeError("the library broke"), to="priya")
    await writes(story)

    assert [each.state for each in await on_disk.deliveries(story, "priya")] == ["unknown"]
    await both_pass(story, 30)
    assert [each.text for each in script.made("priya")] == [NOTE, REPEAT + NOTE]
    await nothing_is_open(story)


async def test_an_edit_or_a_removal_of_unknown_outcome_is_simply_made_again(story: Story, script: Script) -> None:
    script.answers(Unknown(), to="hannah", act=Act.CHANGE)
    await writes(story)
    script.answers(Unknown(), to="priya", act=Act.TAKE_BACK)
    await story.stage.says("hannah", "undo", None)
    await runs(story)
    for _ in range(4):
        await both_pass(story, 5)

    assert len(script.made("priya", Act.TAKE_BACK)) == 2
    assert not any(each.text.startswith(REPEAT) for each in script.calls)
    assert {each.state for each in await on_disk.deliveries(story)} == {"accepted"}
    await nothing_is_open(story)


# --- no connection ---------------------------------------------------------------------------------------------------


async def test_without_a_connection_it_is_tried_by_the_timetable_and_given_up_in_words(
    story: Story, script: Script
) -> None:
    script.answers(Later(), to="priya", times=None)
    await story.stage.says("hannah", "bad night, teething", None)

    await story.passes(24 * 3600)

    called = times(story, script, "priya")
    waits = [later - earlier for earlier, later in pairwise(called)]
    steps = (2, 10, 30, 120, 600, 1800, 3600, 7200, 14400)
    assert len(waits) == len(steps)
    for wait, step in zip(waits, steps, strict=True):
        assert step / 2 - 0.01 <= wait <= step + 0.01
    assert waits != [step / 2 for step in steps], "everybody would come back at once"
    relay = await the_only_relay(story, "priya")
    assert (relay.state, relay.reason) == (NoticeState.WITHHELD, Reason.GAVE_UP)
    assert (await story.person("hannah").screen())[0].text == (
        "✓ Ella · sleep, health → Dawn ✓ Priya (can't be reached here: please ring)"
    )
    await nothing_is_open(story)


async def test_what_waits_for_a_later_try_keeps_its_place_in_the_order(story: Story, script: Script) -> None:
    script.answers(Later(), to="priya", times=3)
    await writes(story)
    await writes(story, text="ate all her porridge")
    assert [each.text for each in script.made("priya")] == [NOTE] * len(script.made("priya"))

    await story.passes(120)

    heard = [each.text for each in script.made("priya") if each.arrived]
    assert heard == [NOTE, 'Ella, from Hannah 8:10: "ate all her porridge"']
    await nothing_is_open(story)


# --- refusals -------------------------------------------------------------------------------------------------------


async def test_403_stops_the_address_says_so_to_the_author_and_touches_nobody_else(
    story: Story, script: Script
) -> None:
    script.answers(BLOCKED, to="priya", times=None)
    await writes(story)

    assert (await story.person("hannah").screen())[0].text == (
        "✓ Ella · sleep, health → Dawn ✓ Priya (can't be reached here: please ring)"
    )
    await writes(story, text="ate all her porridge")

    assert len(script.made("priya")) == 1
    assert len(script.made("dawn")) == 2
    # From then on her setting is told through a colleague who can be reached.
    assert len(script.made("amy")) == 1
    assert [each.reason for each in await on_disk.notices(story, "priya")] == [Reason.BLOCKED]
    await nothing_is_open(story)


async def test_after_403_at_one_address_what_is_not_urgent_goes_to_the_other_once_she_writes_from_there(
    story: Story, stage: OnScript, script: Script
) -> None:
    await stage.gives_another_phone("priya", "priyas other")
    await story.stage.says("priya", "hello", None)
    await runs(story)
    script.answers(BLOCKED, to="priya", times=None)
    await writes(story)
    await writes(story, text="ate all her porridge")

    assert len(script.made("priya")) == 1
    assert script.made("priyas other") == []

    await story.stage.says("priyas other", "hello", None)
    await runs(story)
    await writes(story, text="slept through")
    assert [each.text for each in script.made("priyas other")][-1:] == ['Ella, from Hannah 8:10: "slept through"']


async def test_a_refused_message_does_not_stop_the_next(story: Story, script: Script) -> None:
    script.answers(NEVER, to="priya")
    await writes(story)
    await writes(story, text="ate all her porridge")

    assert [each.arrived for each in script.made("priya")] == [False, True]
    assert [each.state for each in await on_disk.notices(story, "priya")] == ["withheld", "told"]
    await nothing_is_open(story)


async def test_401_locks_the_account_and_loses_nothing(story: Story, script: Script) -> None:
    script.answers(LOCKED, times=None)
    await story.stage.says("hannah", "bad night, teething", None)
    await runs(story)
    await both_pass(story, 10)
    assert len(script.calls) == 1
    await both_pass(story, 10)
    await story.stage.says("fay", "please ring me asap", None)
    await runs(story)
    for _ in range(12):
        await both_pass(story, 60)
    assert len(script.calls) <= 4 * 13, "a locked account is not hammered"
    assert not any(each.arrived for each in script.calls)

    script.forgets()
    for _ in range(3):
        await both_pass(story, 60)

    assert NOTE in [each.text for each in await story.person("dawn").screen()]
    heard = "\n".join(each.text for each in await story.person("priya").screen())
    assert NOTE in heard
    assert "please ring me asap" in heard
    assert all(each.state is NoticeState.TOLD for each in await on_disk.notices(story) if each.to in {"priya", "dawn"})
    await nothing_is_open(story)


# --- order, and who goes first --------------------------------------------------------------------------------------


async def test_one_message_at_a_time_is_on_its_way_to_one_address(story: Story, script: Script) -> None:
    gate = script.holds("priya")
    await story.stage.says("hannah", "bad night, teething", None)
    await story.running.worker.work_off()
    for seconds in (20, 5):
        story.clock.move(timedelta(seconds=seconds))
        await story.running.dispatcher.look()
        await gate.reached.wait()
        await story.stage.says("fay", "please ring me asap", None)
        await story.running.worker.work_off()
    await story.running.dispatcher.look()
    assert len(script.made("priya")) == 1
    assert len(script.made("dawn")) == 1, "others go on meanwhile"

    gate.open()
    await runs(story)

    assert len(script.made("priya")) == 3
    assert script.most_at_once["priya"] == 1


async def test_urgent_overtakes_what_waits_and_what_is_not_settled(story: Story, script: Script) -> None:
    script.answers(Unknown(), to="priya")
    await writes(story)
    await story.stage.says("fay", "leo had porridge", None)
    await runs(story)
    await both_pass(story, 1)
    await story.stage.says("fay", "please ring me asap", None)
    await runs(story)

    assert [each.text for each in script.made("priya")][1:] == ['Leo, from Fay 8:10: "please ring me asap"']
    for _ in range(3):
        await both_pass(story, 30)
    assert [each.text for each in script.made("priya")][2:] == [
        REPEAT + NOTE,
        'Leo, from Fay 8:10: "leo had porridge"',
    ]


async def test_a_burst_about_one_child_goes_as_one_message_and_another_childs_by_itself(
    story: Story, script: Script
) -> None:
    for who, text in (
        ("hannah", "bad night"),
        ("fay", "leo had porridge"),
        ("hannah", "teething again"),
        ("hannah", "nappies in her bag"),
    ):
        await story.stage.says(who, text, None)
        await runs(story)
    await both_pass(story, 20)

    assert [each.text for each in script.made("priya")] == [
        'Ella\nHannah 8:10: "bad night"\nHannah 8:10: "teething again"\nHannah 8:10: "nappies in her bag"',
        'Leo, from Fay 8:10: "leo had porridge"',
    ]
    assert [each.state for each in await on_disk.notices(story, "priya")] == ["told"] * 4


@pytest.mark.parametrize("places", [1, 2])
async def test_thousands_of_notices_to_one_slow_chat_hold_up_nobody(
    story: Story, stage: OnScript, script: Script, places: int
) -> None:
    if places == 2:
        await stage.gives_another_phone("priya", "priyas other")
        await story.stage.says("priya", "thanks", None)
        await runs(story)
    await story.store.write(_many_for, story, "priya", 2000)
    gate = script.holds("priya", times=None)
    await story.running.dispatcher.look()
    await gate.reached.wait()
    await story.stage.says("hannah", "bad night, teething", None)
    await story.running.worker.work_off()
    story.clock.move(timedelta(seconds=20))

    for _ in range(3):
        await story.running.dispatcher.look()
        await asyncio.sleep(0)

    assert len(script.made("dawn")) == 1
    assert len(script.made("priya")) == 1
    assert not script.made("priyas other")
    gate.open()
    await story.running.dispatcher.finish()


async def test_what_waits_for_an_account_that_is_not_ours_is_kept_and_holds_up_nobody(
    story: Story, script: Script
) -> None:
    """The bot has a new token, and Carys has not written to it yet."""
    await story.store.write(_belongs_to_another_bot, story, "carys")
    await story.store.write(_many_for, story, "carys", 500)
    await writes(story)

    assert [each.text for each in script.made("dawn")] == [NOTE]
    assert not script.made("carys")
    assert {each.state for each in await on_disk.notices(story, "carys", None)} == {NoticeState.WAITING}


def _belongs_to_another_bot(connection: Connection, story: Story, who: str) -> None:
    connection.execute(
        update(addresses).where(addresses.c.person_id == story.people.people[who]).values(account="another")
    )


def _many_for(connection: Connection, story: Story, who: str, count: int) -> None:
    add_notices(
        connection,
        story.store.vault,
        [
            NewNotice(
                id=NoticeId(story.ids.new()),
                cause=number,
                notice=Said("undo.nothing"),
                person=story.people.people[who],
                lane=Lane.REPLY,
                not_before=story.clock.now(),
            )
            for number in range(1, count + 1)
        ],
        story.clock.now(),
    )


# --- long texts -----------------------------------------------------------------------------------------------------

LONG = "bad night, teething. up at one. up at three. up at five. calpol at six and some porridge"
PARTS = [
    'Ella, from Hannah 8:10: "bad night,',
    "teething. up at one. up at three. up",
    "at five. calpol at six and some",
    'porridge"',
]


@pytest.fixture
def short(script: Script) -> Script:
    """A platform that carries forty letters at a time."""
    script.longest = 40
    return script


async def test_each_part_of_a_long_text_is_a_delivery_of_its_own_and_the_last_one_tells(
    story: Story, short: Script
) -> None:
    gate = short.holds("priya")
    await story.stage.says("hannah", LONG, None)
    await story.running.worker.work_off()
    story.clock.move(timedelta(seconds=20))
    await story.running.dispatcher.look()
    await gate.reached.wait()
    assert (await the_only_relay(story, "priya")).state is NoticeState.WAITING
    gate.open()
    await runs(story)

    said = [each.text for each in short.made("priya")]
    assert len(said) > 2
    assert " ".join(said) == f'Ella, from Hannah 8:10: "{LONG}"'
    rows = await on_disk.deliveries(story, "priya")
    assert [(each.part, each.state) for each in rows] == [(number, "accepted") for number in range(1, len(said) + 1)]
    assert (await the_only_relay(story, "priya")).state is NoticeState.TOLD


async def test_a_refused_second_part_repeats_nothing_sends_nothing_after_it_and_can_be_taken_back(
    story: Story, short: Script
) -> None:
    short.answers(NEVER, to="priya", after=1)
    await writes(story, text=LONG)
    await both_pass(story, 3600)

    assert [each.arrived for each in short.made("priya")] == [True, False]
    states = [each.state for each in await on_disk.deliveries(story, "priya")]
    assert states[:2] == ["accepted", "refused"]
    assert set(states[2:]) == {"abandoned"}
    assert (await the_only_relay(story, "priya")).state is NoticeState.WITHHELD
    await story.stage.says("hannah", "undo", None)
    await runs(story)
    assert await story.person("priya").screen() == []
    await nothing_is_open(story)


async def test_an_unknown_second_part_is_repeated_alone_and_marked_and_then_the_rest_follows(
    story: Story, short: Script
) -> None:
    short.answers(Unknown(), to="priya", after=1)
    await writes(story, text=LONG)
    assert len(short.made("priya")) == 2
    await both_pass(story, 29)
    assert len(short.made("priya")) == 2
    assert (await the_only_relay(story, "priya")).state is NoticeState.WAITING
    await both_pass(story, 1)

    said = [each.text for each in short.made("priya")]
    assert said[2] == REPEAT + said[1]
    assert " ".join([said[0], *said[2:]]).replace(REPEAT, "") == f'Ella, from Hannah 8:10: "{LONG}"'
    assert (await the_only_relay(story, "priya")).state is NoticeState.TOLD
    await nothing_is_open(story)


async def test_a_part_that_is_never_confirmed_ends_the_message_there(story: Story, short: Script) -> None:
    short.answers(Unknown(), to="priya", times=2)
    await writes(story, text=LONG)
    for _ in range(3):
        await both_pass(story, 30)

    said = [each.text for each in short.made("priya")]
    assert said == [said[0], REPEAT + said[0]]
    assert (await the_only_relay(story, "priya")).reason is Reason.UNCONFIRMED
    await nothing_is_open(story)


async def test_a_part_put_off_keeps_the_parts_after_it_waiting(story: Story, short: Script) -> None:
    short.answers(Later(), to="priya", times=2)
    await writes(story, text=LONG)
    assert len(short.made("priya")) == 1
    await story.passes(60)

    said = [each.text for each in short.made("priya") if each.arrived]
    assert " ".join(said) == f'Ella, from Hannah 8:10: "{LONG}"'
    await nothing_is_open(story)


async def test_taking_back_between_two_parts_sends_no_more_and_removes_what_was_sent(
    story: Story, short: Script
) -> None:
    short.answers(Later(300.0), to="priya", after=1)
    await writes(story, text=LONG)
    assert len(await story.person("priya").screen()) == 1

    await story.stage.says("hannah", "undo", None)
    await runs(story)
    await both_pass(story, 600)

    assert await story.person("priya").screen() == []
    assert len(short.made("priya")) == 2
    assert [each.state for each in await on_disk.notices(story, "priya")] == ["withdrawn"]
    await nothing_is_open(story)


# --- the book has changed meanwhile -----------------------------------------------------------------------------------


async def test_what_was_composed_before_it_was_taken_back_is_overtaken(story: Story, script: Script) -> None:
    script.answers(Later(60.0), to="priya")
    await writes(story)
    await story.stage.says("hannah", "undo", None)
    await runs(story)
    await both_pass(story, 120)

    assert [each.arrived for each in script.made("priya")] == [False]
    (relay,) = await on_disk.notices(story, "priya")
    assert (relay.state, relay.reason) == (NoticeState.WITHDRAWN, Reason.UNDONE)
    assert (await on_disk.deliveries(story, "priya"))[0].reason is Reason.OVERTAKEN
    await nothing_is_open(story)


async def test_what_was_corrected_while_it_waited_leaves_as_it_is_right(story: Story, script: Script) -> None:
    script.answers(Later(60.0), to="priya")
    message = await story.stage.says("hannah", "calpol 5ml at 6", None)
    await runs(story)
    await both_pass(story, 20)
    await both_pass(story, 1)
    await story.stage.edits("hannah", message, "calpol 5ml at 7")
    await runs(story)
    await both_pass(story, 60)

    arrived = [each.text for each in script.made("priya") if each.arrived]
    assert arrived[0] == 'Ella, from Hannah 8:10: "calpol 5ml at 7"'
    assert not any("at 6" in each.text for each in await story.person("priya").screen())
    await nothing_is_open(story)


@pytest.mark.parametrize("moment", ["before it left", "while it waited", "while nobody knew"])
@pytest.mark.parametrize("end", ["membership", "sharing"])
async def test_no_call_begins_once_the_permission_has_ended(
    story: Story, script: Script, moment: str, end: str
) -> None:
    """Rule 9. Dawn's place in the circle, or what Hannah shares with her, ends between filing and sending."""
    if moment == "while it waited":
        script.answers(Later(60.0), to="dawn")
    elif moment == "while nobody knew":
        script.answers(Unknown(), to="dawn")
    await story.stage.says("hannah", "bad night, teething", None)
    await runs(story)
    if moment != "before it left":
        await both_pass(story, 20)
    calls = len(script.made("dawn"))

    await story.store.write(_ends_for_dawn, story, end)
    for _ in range(4):
        await both_pass(story, 60)

    assert len(script.made("dawn")) == calls
    relay = await the_only_relay(story, "dawn")
    assert relay.state is NoticeState.WITHHELD
    if moment == "while nobody knew":
        assert relay.reason is Reason.UNCONFIRMED, "it may have reached her, and people are told so"
    else:
        assert relay.reason is (Reason.NOT_IN_CIRCLE if end == "membership" else Reason.NOT_SHARED)
    assert (await the_only_relay(story, "priya")).state is NoticeState.TOLD
    await nothing_is_open(story)


def _ends_for_dawn(connection: Connection, story: Story, end: str) -> None:
    now, people, ella = story.clock.now(), story.people.people, story.people.children["ella"]
    dawns = story.people.settings["dawns"]
    if end == "membership":
        ended = NewMembership(story.ids.new(), people["dawn"], Role.CHILDMINDER, ella, dawns, standing=Standing.ENDED)
        add_memberships(connection, [ended], now)
    else:
        nothing = Choice(people["hannah"], None, dawns, frozenset(), now)
        add_choices(connection, [NewChoice(story.ids.new(), ella, nothing)])


# --- the process itself ---------------------------------------------------------------------------------------------


async def test_after_a_power_cut_what_was_on_the_wire_is_unknown_and_repeated_marked(
    story: Story, script: Script
) -> None:
    gate = script.holds("priya")
    await story.stage.says("hannah", "bad night, teething", None)
    await story.running.worker.work_off()
    story.clock.move(timedelta(seconds=20))
    before = story.running
    await before.dispatcher.look()
    await gate.reached.wait()

    await story.begins_again()
    await both_pass(story, 29)
    assert len(script.made("priya")) == 1
    await both_pass(story, 1)

    assert [each.text for each in script.made("priya")] == [NOTE, REPEAT + NOTE]
    gate.open()
    await before.dispatcher.finish()
    await nothing_is_open(story)


async def test_after_a_power_cut_an_edit_on_the_wire_is_simply_made_again(story: Story, script: Script) -> None:
    gate = script.holds("hannah", act=Act.CHANGE)
    await story.stage.says("hannah", "bad night, teething", None)
    await runs(story)
    await both_pass(story, 10)
    story.clock.move(timedelta(seconds=10))
    before = story.running
    while not gate.reached.is_set():
        await before.dispatcher.look()
        await asyncio.sleep(0)

    await story.begins_again()
    await both_pass(story, 30)

    assert len(script.made("hannah", Act.CHANGE)) == 2
    assert (await story.person("hannah").screen())[0].text == "✓ Ella · sleep, health → Priya ✓ Dawn ✓"
    gate.open()
    await before.dispatcher.finish()
    await nothing_is_open(story)


@pytest.mark.databases
async def test_whoever_was_taken_for_dead_changes_nothing_when_it_wakes(story: Story, script: Script) -> None:
    gate = script.holds("priya")
    await story.stage.says("hannah", "bad night, teething", None)
    await story.running.worker.work_off()
    story.clock.move(timedelta(seconds=20))
    before = story.running
    await before.dispatcher.look()
    await gate.reached.wait()
    await story.begins_again()
    rows = await on_disk.deliveries(story, "priya")

    gate.open()
    await before.dispatcher.finish()

    assert await on_disk.deliveries(story, "priya") == rows
    assert (await the_only_relay(story, "priya")).state is NoticeState.WAITING
    # What it learnt is kept all the same: the way back from a reply to what it was about.
    await both_pass(story, 30)
    first = (await story.person("priya").screen())[0]
    await story.stage.says("priya", "thanks for telling us, extra cuddles", first.at)
    await runs(story)
    await both_pass(story, 20)
    assert "extra cuddles" in (await story.person("hannah").screen())[-1].text


async def test_cancelling_waits_for_what_is_on_the_wire_and_settles_it(story: Story, script: Script) -> None:
    await story.stage.says("hannah", "bad night, teething", None)
    await story.running.worker.work_off()
    story.clock.move(timedelta(seconds=20))
    gates = [script.holds(who) for who in ("priya", "dawn")]
    running = asyncio.create_task(story.running.dispatcher.run())
    for gate in gates:
        await gate.reached.wait()

    running.cancel()
    await asyncio.sleep(0)
    assert not running.done()
    for gate in gates:
        gate.open()
    with pytest.raises(asyncio.CancelledError):
        await running

    for who in ("priya", "dawn"):
        assert (await the_only_relay(story, who)).state is NoticeState.TOLD


class Watched(Store):
    """A store that says when what is to leave is being claimed."""

    def __init__(self, store: Store) -> None:
        super().__init__(store._database, store.vault, store.media)
        self.claiming = asyncio.Event()

    async def write(self, work: Callable[..., T], *args: P.args, **kwargs: P.kwargs) -> T:  # type: ignore[override]
        if getattr(work, "__name__", "") == "_settle_and_claim":
            self.claiming.set()
        return await super().write(work, *args, **kwargs)


class Refusing(Store):
    """A store in which nothing more can be claimed, while everything else is written."""

    def __init__(self, store: Store) -> None:
        super().__init__(store._database, store.vault, store.media)
        self.refuses = False

    async def write(self, work: Callable[..., T], *args: P.args, **kwargs: P.kwargs) -> T:  # type: ignore[override]
        if self.refuses and getattr(work, "__name__", "") == "_settle_and_claim":
            raise RuntimeError("something in a claim")
        return await super().write(work, *args, **kwargs)


async def test_what_came_of_a_call_is_written_although_nothing_more_can_be_claimed(
    story: Story, script: Script
) -> None:
    refusing = story.store = Refusing(story.store)
    await story.begins_again()
    await story.stage.says("hannah", "bad night, teething", None)
    await story.running.worker.work_off()
    story.clock.move(timedelta(seconds=20))
    dispatcher = story.running.dispatcher
    left = (await dispatcher.look()).left
    while len(script.calls) < left:
        await asyncio.sleep(0)
    refusing.refuses = True
    await asyncio.sleep(0)

    with pytest.raises(RuntimeError):
        await dispatcher.look()

    assert {each.state for each in await on_disk.deliveries(story)} == {DeliveryState.ACCEPTED}


@pytest.mark.parametrize("turns", [0, 40])
async def test_cancelling_in_the_middle_of_a_claim_leaves_nothing_marked_that_was_not_called(
    story: Story, script: Script, turns: int
) -> None:
    watched = story.store = Watched(story.store)
    await story.begins_again()
    await story.stage.says("hannah", "bad night, teething", None)
    await story.running.worker.work_off()
    story.clock.move(timedelta(seconds=20))
    running = asyncio.create_task(story.running.dispatcher.run())
    await watched.claiming.wait()
    for _ in range(turns):
        await asyncio.sleep(0)

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert {each.state for each in await on_disk.deliveries(story)} == {DeliveryState.ACCEPTED}
    assert len(script.calls) == len(await on_disk.deliveries(story)) >= 3
    await runs(story)
    assert not any(each.text.startswith(REPEAT) for each in script.calls)


@pytest.mark.databases
async def test_of_two_who_send_at_once_by_mistake_only_the_newer_speaks(story: Story, script: Script) -> None:
    """A process that was paused for a while wakes after another has taken its place."""
    first = story.running
    assert story.begin is not None
    second = await story.begin()
    for number in range(12):
        await story.stage.says("hannah", f"bad night {number}", None)
        await story.stage.says("fay", f"porridge {number}", None)
        await story.running.worker.work_off()
    story.clock.move(timedelta(seconds=60))

    ends = await asyncio.gather(first.dispatcher.run(), second.dispatcher.drain(), return_exceptions=True)

    assert isinstance(ends[0], AlreadyServing)
    assert not isinstance(ends[1], BaseException)
    said = "\n".join(each.text for each in script.made("priya"))
    for number in range(12):
        assert said.count(f'"bad night {number}"') == 1
        assert said.count(f'"porridge {number}"') == 1
    await nothing_is_open(story)


# --- waking -----------------------------------------------------------------------------------------------------------


async def test_it_is_woken_by_a_commit_by_book_time_and_by_machine_time(story: Story, script: Script) -> None:
    """Hannah's line comes ten seconds after her note, the relay ten later, Priya's second try when she may have it."""
    script.answers(Later(7.0), to="priya")
    gates = {who: script.holds(who) for who in ("hannah", "dawn")}
    running = asyncio.create_task(story.running.dispatcher.run())
    try:
        await story.stage.says("hannah", "bad night, teething", None)
        await story.running.worker.work_off()
        await _sleeps_until(story, story.clock.now() + timedelta(seconds=10))
        story.clock.move(timedelta(seconds=10))
        await gates["hannah"].reached.wait()
        gates["hannah"].open()
        await _sleeps_until(story, story.clock.now() + timedelta(seconds=10))
        story.clock.move(timedelta(seconds=10))
        await gates["dawn"].reached.wait()
        gates["dawn"].open()
        second = script.holds("priya")
        await _sleeps_until(story, story.clock.now() + timedelta(seconds=7))
        story.clock.move(timedelta(seconds=7))
        while not second.reached.is_set():
            await story.machine.until_somebody_sleeps()
            story.machine.move(7)
            await asyncio.sleep(0)
        second.open()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    assert [each.arrived for each in script.made("priya")] == [False, True]


async def _sleeps_until(story: Story, instant: datetime) -> None:
    while story.clock.next_waking() != instant:
        await story.clock.until_somebody_sleeps()
        await asyncio.sleep(0)
