"""Who is told for a setting in the place of somebody who has left it: whoever is there, once, and nobody in vain."""

from __future__ import annotations

from datetime import date, datetime, time

from book.deliveries import Lane, NoticeState
from storage import restricting, roster
from storage.filing import Restriction
from storage.roster import NewDuty
from tests.kit import on_disk
from tests.kit.conversation import LONDON, Story

WEDNESDAY = date(2026, 11, 25)


def at(civil: str, day: date = WEDNESDAY) -> datetime:
    hour, minute = (int(each) for each in civil.split(":"))
    return datetime.combine(day, time(hour, minute), tzinfo=LONDON)


async def is_off(story: Story, who: str, day: date = WEDNESDAY) -> None:
    line = NewDuty(
        story.ids.new(), story.people.people[who], story.people.settings["sunshine"], day.weekday(), time(7, 30),
        time(18, 30), day=day, off=True,
    )  # fmt: skip
    await roster.enrol(story.store, roster.Roster(duties=[line]), story.clock.now())


async def has_left(story: Story, who: str) -> None:
    """Shut out of Ella's book by Maya, as the program does it."""
    people = story.people.people
    restriction = Restriction(
        story.ids.new(), people[who], frozenset({story.people.children["ella"]}), people["maya"], ()
    )
    await story.store.write(restricting.restrict, story.store.vault, story.ids, restriction, story.clock.now(), LONDON)


async def to_hear(story: Story, *, catching_up: bool = False) -> dict[str, datetime]:
    """Who of the nursery is still to be told, and when; or who is to catch up."""
    return {
        each.to: each.not_before.astimezone(LONDON)
        for each in await on_disk.notices(story)
        if each.state is NoticeState.WAITING
        and each.to in ("priya", "amy", "maya", "tablet", "carys")
        and (each.lane is Lane.CATCHING_UP) is catching_up
    }


async def test_it_is_whoever_is_at_work_by_then_and_not_a_colleague_who_is_off(story: Story) -> None:
    await is_off(story, "amy")
    await story.until("20:00")
    await story.person("hannah").says("bad night, teething")
    assert await to_hear(story) == {"priya": at("7:30")}

    await has_left(story, "priya")

    assert await to_hear(story) == {"tablet": at("7:30")}
    # Amy, who would have been told were she there, hears it when she is.
    assert await to_hear(story, catching_up=True) == {"amy": at("7:30", date(2026, 11, 26))}


async def test_what_was_only_to_be_caught_up_on_is_told_to_nobody_a_second_time(story: Story) -> None:
    await is_off(story, "priya")
    await story.until("20:00")
    await story.person("hannah").says("bad night, teething")
    assert await to_hear(story) == {"amy": at("7:30")}
    assert set(await to_hear(story, catching_up=True)) == {"priya"}

    await has_left(story, "priya")

    assert await to_hear(story) == {"amy": at("7:30")}
    assert await to_hear(story, catching_up=True) == {}


async def test_the_setting_does_not_wait_for_a_colleague_who_is_to_catch_up(story: Story) -> None:
    await is_off(story, "priya")
    await story.until("20:00")
    await story.person("hannah").says("bad night, teething")

    await has_left(story, "amy")

    assert await to_hear(story) == {"tablet": at("7:30")}
    assert await to_hear(story, catching_up=True) == {"priya": at("7:30", date(2026, 11, 26))}


async def test_whoever_was_to_catch_up_and_is_the_first_who_is_there_is_told_for_the_setting(story: Story) -> None:
    for who in ("priya", "tablet", "maya", "sam", "ruth"):
        await is_off(story, who)
    await story.until("20:00")
    await story.person("hannah").says("bad night, teething")
    assert await to_hear(story) == {"amy": at("7:30")}

    await has_left(story, "amy")

    assert await to_hear(story) == {"priya": at("7:30", date(2026, 11, 26))}
    assert await to_hear(story, catching_up=True) == {}
    await story.until("7:31", days=2)
    assert 'from Hannah Tuesday 20:00: "bad night, teething"' in await story.person("priya").hears_anything()


async def test_it_waits_out_the_undo_time_that_is_left(story: Story) -> None:
    await story.until("8:10")
    await story.person("hannah").says("bad night, teething")
    told = await to_hear(story)
    assert set(told) == {"priya"}

    await has_left(story, "priya")

    assert await to_hear(story) == {"amy": told["priya"]}
