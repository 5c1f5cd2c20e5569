"""Notes about several children at once: whom they are filed for, what each family reads, and how they are put right."""

from __future__ import annotations

from datetime import time

import pytest

from book.ids import ChildId, PersonId
from book.people import Role
from bot.demo.roster import DemoRoster
from storage.roster import NewChild, NewMembership, NewPerson, NewRoomMove, NewSession, Roster
from tests.journeys.conftest import Begin
from tests.kit.conversation import Person, Story

MORE = ("Mo", "Bea", "Kit", "Ava")


def _butterfly(people: DemoRoster) -> Roster:
    """Mo, Bea, Kit and Ava, also of Butterfly room; Zofia and Mo are not in on a Tuesday."""
    first = people.children["ella"] + 900_000
    child = {name.casefold(): ChildId(first + at) for at, name in enumerate(MORE)} | dict(people.children)
    sunshine, room = people.settings["sunshine"], people.roster.rooms[0].id
    rob = PersonId(first + 50)
    days = {"zofia": (0, 2), "mo": (3, 4), "bea": (0, 1), "kit": (1, 2), "ava": (1,)}
    return Roster(
        people=[NewPerson(rob, "Rob")],
        children=[NewChild(child[name.casefold()], (name,)) for name in MORE],
        room_moves=[
            NewRoomMove(first + 100 + at, child[name.casefold()], sunshine, room) for at, name in enumerate(MORE)
        ],
        memberships=[
            NewMembership(first + 200 + 10 * at + who, people.people[name], role, child[each.casefold()], sunshine)
            for at, each in enumerate(MORE)
            for who, (name, role) in enumerate((("priya", Role.KEY_PERSON), ("amy", Role.SECOND_KEY_PERSON)))
        ]
        + [NewMembership(first + 300, rob, Role.PARENT, child["bea"], sunshine)],
        sessions=[
            NewSession(first + 400 + 10 * at + day, child[name], sunshine, day, time(8), time(17))
            for at, (name, on) in enumerate(days.items())
            for day in on
        ],
    )


@pytest.fixture
async def room(begin: Begin) -> Story:
    """Butterfly room, with all eight of Priya's children."""
    return await begin(more=_butterfly)


LUNCH = "Ella Noah Leo all ate lunch, Leo slept 12-1. everyone else half except bea who had none. Bea bit teary"


async def _signs_in(tablet: Person, name: str, figures: str) -> None:
    await tablet.presses(name)
    for figure in figures:
        await tablet.presses(figure)


async def test_dialogue_7_eight_children_in_one_go(room: Story) -> None:
    tablet, fay, joe, hannah, marta = (room.person(who) for who in ("tablet", "fay", "joe", "hannah", "marta"))
    await room.until("12:50")
    await tablet.says("hello")
    await tablet.hears("Who's writing?")
    await _signs_in(tablet, "Priya", "2468")
    await tablet.sees('Priya is writing until 13:10 or "bye".')
    await room.until("12:55")

    await tablet.says(LUNCH)
    await room.passes(10)
    await tablet.hears(
        "✓ Priya, for 6 of your 6 in today:\n"
        "Ella, Noah – ate lunch\n"
        "Leo – ate lunch; slept 12–1\n"
        "Kit, Ava – half of lunch\n"
        "Bea – no lunch; bit teary\n"
        "Not in: Zofia, Mo",
        buttons=("Undo all", "Change one"),
    )
    for parent in (fay, joe, hannah, marta):
        await parent.hears_nothing()

    await room.until("12:56")
    await tablet.says("kit had seconds")
    await room.passes(10)
    await tablet.hears_nothing()
    await tablet.sees(
        "✓ Priya, for 6 of your 6 in today:\n"
        "Ella, Noah – ate lunch\n"
        "Leo – ate lunch; slept 12–1\n"
        "Kit – seconds\n"
        "Ava – half of lunch\n"
        "Bea – no lunch; bit teary\n"
        "Not in: Zofia, Mo"
    )

    await room.until("17:00")
    await fay.hears("Leo's day · Tuesday 24 November\nSleep 12:00–1:00\nFood ate lunch")
    await joe.hears("Noah's day · Tuesday 24 November\nFood ate lunch")
    await hannah.hears("Ella's day · Tuesday 24 November\nFood ate lunch")
    await marta.hears_nothing()


async def test_dialogue_8_what_is_still_blank(room: Story) -> None:
    priya, fay = room.person("priya"), room.person("fay")
    await room.until("9:00")
    await priya.says("gaps")
    await priya.hears("Nothing is written yet today of sleep, food or nappies.")
    await room.until("12:05")
    await priya.says("leo down")
    await room.until("13:10")
    await priya.says("leo up")
    await priya.says("Ella Noah Bea Ava slept 12-1")
    await priya.says("Ella Noah Leo Bea Kit wet nappies")
    await room.until("15:30")
    await priya.hears_anything()
    await priya.says("gaps")
    await priya.hears("Still blank today: Kit – nap. Ava – nappies.")
    await priya.says("Kit slept 12-1, Ava wet nappy")
    await room.passes(60)
    await priya.hears_anything()
    await priya.says("gaps")
    await priya.hears("Nothing is blank: each of yours has what the others have.")
    await fay.says("gaps")
    assert "blank" not in await fay.hears_anything()


async def test_undo_all_takes_every_line_back_and_nobody_hears_of_any(room: Story) -> None:
    priya, fay, joe = (room.person(who) for who in ("priya", "fay", "joe"))
    await room.until("12:55")
    await priya.says("all mine slept 12-12.45 bar Leo")
    await room.passes(10)
    await priya.hears(
        "✓ Priya, for 5 of your 6 in today:\nElla, Noah, Bea, Kit, Ava – slept 12–12.45",
        buttons=("Undo all", "Change one"),
    )

    await priya.presses("Undo all")
    await priya.sees("✓ Ella, Noah, Bea, Kit, Ava · taken back")
    await priya.hears("Taken back. Nobody was told.")
    await room.until("17:30")
    await joe.hears_nothing()
    await fay.hears_nothing()


async def test_change_one_asks_whose_line_and_leaves_the_others(room: Story) -> None:
    priya, fay, joe = (room.person(who) for who in ("priya", "fay", "joe"))
    await room.until("12:55")
    await priya.says("Ella Noah Leo wet nappies")
    await room.passes(10)
    await priya.hears("✓ Priya, for 3 of your 6 in today:\nElla, Noah, Leo – wet nappies")

    await priya.presses("Change one")
    await priya.hears("Whose line?", buttons=("Ella", "Noah", "Leo"))
    await priya.presses("Leo")
    await priya.hears("What shall I change?", buttons=("Take back", "Child", "Topic"))
    await priya.presses("Take back")
    await priya.hears("Taken back. Nobody was told.")
    screen = await priya.screen()
    assert screen[0].text == "✓ Priya, for 2 of your 6 in today:\nElla, Noah – wet nappies"

    await room.until("17:00")
    await joe.hears("Noah's day · Tuesday 24 November\nNappies wet nappies")
    await fay.hears_nothing()


async def test_that_was_another_child_moves_one_line_and_never_all_of_them(room: Story) -> None:
    priya, fay = room.person("priya"), room.person("fay")
    await room.until("12:55")
    await priya.says("Ella Noah wet nappies")
    await room.passes(10)
    await priya.hears("✓ Priya, for 2 of your 6 in today:\nElla, Noah – wet nappies")

    await priya.says("that was leo")
    await priya.hears("Whose line?", buttons=("Ella", "Noah"))
    await priya.presses("Noah")
    await priya.hears("✓ Moved to Leo → Fay this evening. Nothing had gone out for Noah.")
    await room.until("17:00")
    await fay.hears("Leo's day · Tuesday 24 November\nNappies wet nappies")


async def test_a_sentence_that_does_not_come_apart_waits_for_a_tap(room: Story) -> None:
    priya, joe, fay = (room.person(who) for who in ("priya", "joe", "fay"))
    await room.until("12:55")

    await priya.says("Leo ate with Noah and slept")
    await priya.hears("Who's that about?", buttons=("Noah", "Leo", "Both"))
    await room.passes(300)
    await priya.hears_nothing()
    await priya.presses("Leo")
    await room.passes(10)
    assert "Noah" not in (await priya.hears_anything())
    await room.until("17:00")
    assert "Noah" not in (await fay.hears_anything())
    await joe.hears_nothing()


async def test_words_for_several_are_a_parents_own_children_whoever_is_in(room: Story) -> None:
    joe, priya, carys = (room.person(who) for who in ("joe", "priya", "carys"))
    await room.until("6:50")
    await joe.says("both slept thru")
    await room.passes(10)
    await joe.hears("✓ Noah · sleep → Priya 7:30\n✓ Poppy · sleep → Carys 7:30", buttons=("Undo", "Change"))
    await room.until("7:30")
    await priya.hears('Noah, from Joe 6:50: "slept thru"')
    await carys.hears('Poppy, from Joe 6:50: "slept thru"')


async def test_what_was_told_already_is_corrected_and_another_nap_is_a_note_of_its_own(room: Story) -> None:
    priya, dawn, fay = (room.person(who) for who in ("priya", "dawn", "fay"))
    await room.until("12:55")
    await priya.says("Ella and Leo slept 12-12.45")
    await room.passes(60)
    await priya.hears("✓ Priya, for 2 of your 6 in today:\nElla, Leo – slept 12–12.45")
    await dawn.hears('Ella, from Priya 12:55: "slept 12–12.45"')

    await priya.says("sorry ella slept 12-12.30")
    await dawn.hears('Ella, from Priya 12:55, corrected: "slept 12–12.30"')
    await priya.sees("✓ Priya, for 2 of your 6 in today:\nElla – slept 12–12.30\nLeo – slept 12–12.45")
    await priya.says("leo slept 10-10.30")
    await room.passes(10)
    await priya.hears("✓ Leo · sleep → Fay this evening")
    await room.until("17:00")
    heard = await fay.hears_anything()
    assert heard == "Leo's day · Tuesday 24 November\nSleep 10:00–10:30, 12:00–12:45"
