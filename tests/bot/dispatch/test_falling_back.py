"""What is urgent and not taken at one address goes to another, and in the end whoever wrote it rings.

Hannah has two: she wrote last from the one under her own name, and the other is her "text". Joe has one.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from book.deliveries import Act, Concerns, DeliveryState, Later, NoticeState, Refused, Unknown
from book.messages import Did
from book.reasons import Reason
from storage import addresses
from tests.kit import on_disk
from tests.kit.conversation import Story
from tests.kit.on_script import OnScript, Script

URGENT = "Ella temp 38.9 pls collect asap"
RELAY = 'Ella, from Priya 8:10: "Ella temp 38.9 pls collect asap". Ring Sunshine 01632 960123.'
RING = "Hannah doesn't have your 8:10 note about Ella yet. Please ring: the office has the number."
GONE = "Your 8:10 note about Ella has gone to Hannah now."
BLOCKED = Refused(Reason.BLOCKED, Concerns.ADDRESS)


async def passes(story: Story, seconds: float) -> None:
    """So many seconds on both clocks, one by one as far as anything falls due."""
    until = story.clock.now() + timedelta(seconds=seconds)
    looked = await story.running.dispatcher.drain()
    while looked.next_at is not None and looked.next_at <= until:
        story.machine.move((looked.next_at - story.clock.now()).total_seconds())
        story.clock.move_to(looked.next_at)
        looked = await story.running.dispatcher.drain()
    story.machine.move((until - story.clock.now()).total_seconds())
    story.clock.move_to(until)
    await story.running.dispatcher.drain()


async def says(story: Story, who: str, text: str) -> None:
    await story.stage.says(who, text, None)
    await story.running.worker.work_off()
    await story.running.dispatcher.drain()


async def has_two(story: Story, stage: OnScript) -> None:
    """Hannah's text comes second: she wrote from the other one."""
    await stage.gives_another_phone("hannah", "text")
    await says(story, "hannah", "morning")


def heard(script: Script, to: str) -> list[str]:
    return [each.text for each in script.made(to) if each.arrived]


async def the_relay(story: Story) -> on_disk.NoticeRow:
    (notice,) = await on_disk.notices(story, "hannah")
    return notice


async def test_what_is_urgent_and_not_taken_for_a_minute_goes_to_the_other_address_as_well(
    story: Story, stage: OnScript, script: Script
) -> None:
    await has_two(story, stage)
    script.answers(Later(), to="hannah", times=None)
    await says(story, "priya", URGENT)
    await passes(story, 59)
    assert script.made("text") == []

    await passes(story, 1)

    assert heard(script, "text") == [RELAY]
    assert (await the_relay(story)).state is NoticeState.TOLD
    tried = len(script.made("hannah"))
    await passes(story, 3600)
    assert len(script.made("hannah")) == tried, "it was taken elsewhere, and is not tried here again"
    assert RING not in heard(script, "priya")
    last = [each for each in await on_disk.deliveries(story, "hannah") if each.act is Act.SAY][-2]
    assert (last.state, last.reason) == (DeliveryState.ABANDONED, Reason.TOLD_ELSEWHERE)


async def test_what_is_urgent_and_refused_goes_to_the_other_address_at_once(
    story: Story, stage: OnScript, script: Script
) -> None:
    await has_two(story, stage)
    script.answers(BLOCKED, to="hannah", times=None)
    await says(story, "priya", URGENT)

    assert heard(script, "text") == [RELAY]
    assert (await the_relay(story)).state is NoticeState.TOLD
    # And from now on it goes there from the first; what is not urgent does not.
    await says(story, "priya", "Ella is being sick now, pls collect asap")
    assert len(heard(script, "text")) == 2
    await says(story, "priya", "Ella did a lovely painting, see below")
    await passes(story, 12 * 3600)
    assert len(heard(script, "text")) == 2


async def test_whoever_wrote_what_nothing_takes_for_two_minutes_is_told_to_ring_and_when_it_has_gone_after_all(
    story: Story, stage: OnScript, script: Script
) -> None:
    await has_two(story, stage)
    script.answers(Later(), to="hannah", times=None)
    script.answers(Later(), to="text", times=None)
    await says(story, "priya", URGENT)
    await passes(story, 119)
    assert RING not in heard(script, "priya")
    await passes(story, 1)
    assert heard(script, "priya").count(RING) == 1

    script.forgets()
    await passes(story, 600)

    assert heard(script, "priya").count(RING) == 1
    assert heard(script, "priya").count(GONE) == 1
    assert RELAY in heard(script, "hannah") + heard(script, "text")
    assert (await the_relay(story)).state is NoticeState.TOLD


async def test_where_every_address_refuses_its_author_is_told_to_ring_at_once_and_once(
    story: Story, stage: OnScript, script: Script
) -> None:
    await has_two(story, stage)
    script.answers(BLOCKED, to="hannah", times=None)
    script.answers(Refused(Reason.REFUSED_BY_CHANNEL), to="text", times=None)
    await says(story, "priya", URGENT)

    assert heard(script, "priya").count(RING) == 1
    assert (await the_relay(story)).state is NoticeState.WITHHELD
    await passes(story, 3600)
    assert heard(script, "priya").count(RING) == 1


async def test_where_she_has_one_address_its_author_is_told_after_two_minutes_all_the_same(
    story: Story, script: Script
) -> None:
    script.answers(Later(), to="hannah", times=None)
    await says(story, "priya", URGENT)
    await passes(story, 120)
    assert heard(script, "priya").count(RING) == 1


async def test_what_may_have_arrived_goes_to_the_other_address_and_nobody_is_told_to_ring(
    story: Story, stage: OnScript, script: Script
) -> None:
    await has_two(story, stage)
    script.answers(Unknown(), to="hannah", times=None)
    await says(story, "priya", URGENT)
    await passes(story, 600)

    assert heard(script, "text") == [RELAY]
    assert (await the_relay(story)).state is NoticeState.TOLD
    assert not [each for each in heard(script, "priya") if "ring" in each.lower() and "couldn't" in each]
    assert RING not in heard(script, "priya")


async def test_what_is_not_urgent_never_goes_to_two_addresses(story: Story, stage: OnScript, script: Script) -> None:
    await has_two(story, stage)
    script.answers(Later(), to="hannah", times=None)
    await says(story, "priya", "Ella was dropped off happy, please read: what time is pick up?")
    await passes(story, 12 * 3600)
    assert script.made("text") == []


async def test_where_nothing_can_go_to_the_first_for_a_minute_it_goes_to_the_second(
    story: Story, stage: OnScript, script: Script
) -> None:
    """It was never tried at the first: the platform had asked us to leave that address alone."""
    await has_two(story, stage)
    await story.store.write(addresses.hold, {stage.addresses["hannah"]: story.clock.now() + timedelta(minutes=10)})
    await says(story, "priya", URGENT)
    await passes(story, 60)
    assert heard(script, "text") == [RELAY]
    before = len(script.made("hannah"))
    await passes(story, 3600)
    assert len(script.made("hannah")) == before
    assert RING not in heard(script, "priya")


async def test_after_an_outage_the_first_address_has_its_minute(story: Story, stage: OnScript, script: Script) -> None:
    await has_two(story, stage)
    await story.stage.says("priya", URGENT, None)
    await story.running.worker.work_off()
    story.clock.move(timedelta(hours=3))
    await story.begins_again()
    await story.running.dispatcher.drain()

    assert len(heard(script, "hannah")) == 1
    assert script.made("text") == []


async def test_of_a_setting_it_is_enough_that_one_has_it_and_one_sentence_that_nobody_does(
    story: Story, script: Script
) -> None:
    script.answers(Later(), to="priya", times=None)
    await says(story, "fay", "leo is ill, please ring me asap")
    await passes(story, 120)
    ring = "Nobody at Sunshine has your 8:10 note about Leo yet. Please ring 01632 960123."
    assert heard(script, "fay").count(ring) == 1
    script.forgets()
    await passes(story, 600)
    assert "Your 8:10 note about Leo has gone to Priya now." in heard(script, "fay")


async def _goes_to_both(story: Story, stage: OnScript, script: Script) -> None:
    """The first address takes it only after the second has it."""
    await has_two(story, stage)
    gate = script.holds("hannah")
    await story.stage.says("priya", URGENT, None)
    await story.running.worker.work_off()
    await story.running.dispatcher.look()
    await gate.reached.wait()
    story.machine.move(60)
    story.clock.move(timedelta(seconds=60))
    while not heard(script, "text"):
        await story.running.dispatcher.look()
        await asyncio.sleep(0)
    gate.open()
    await story.running.dispatcher.drain()
    assert RELAY in heard(script, "hannah")
    assert heard(script, "text") == [RELAY]


async def test_what_went_to_two_addresses_is_taken_back_at_both(story: Story, stage: OnScript, script: Script) -> None:
    await _goes_to_both(story, stage, script)
    await says(story, "priya", "undo")
    await passes(story, 10)

    assert RELAY not in [each.text for each in await stage.shows("hannah")]
    assert RELAY not in [each.text for each in await stage.shows("text")]


async def test_what_went_to_two_addresses_is_corrected_at_both(story: Story, stage: OnScript, script: Script) -> None:
    await _goes_to_both(story, stage, script)
    await says(story, "priya", "sorry 39.8")
    await passes(story, 10)

    assert "39.8" in heard(script, "hannah")[-1]
    assert "39.8" in heard(script, "text")[-1]
    assert len(heard(script, "text")) == 2


async def test_starting_again_brings_back_what_she_chose(story: Story, stage: OnScript, script: Script) -> None:
    await has_two(story, stage)
    await story.store.write(addresses.choose, stage.addresses["text"], story.clock.now())
    await says(story, "priya", URGENT)
    assert heard(script, "text") == [RELAY]

    await stage.does("text", Did.BLOCKED)
    await says(story, "priya", "Ella is hurt, pls collect asap")
    assert len(heard(script, "text")) == 1
    assert len(heard(script, "hannah")) == 2 or heard(script, "hannah")[-1].endswith(
        '"Ella is hurt, pls collect asap". Ring Sunshine 01632 960123.'
    )

    await stage.does("text", Did.UNBLOCKED)
    await says(story, "priya", "Ella is poorly, pls collect asap")
    assert len(heard(script, "text")) == 2
