"""Who is in the picture: asked of whoever works with the children, answered with a tap or in words, else kept."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from book.ids import ChildId, PersonId
from book.people import Role
from book.sharing import PhotoChoice, PhotoUse
from bot.demo.roster import DemoRoster
from storage.roster import NewChild, NewMembership, NewPerson, NewRoomMove, NewSession, Roster
from storage.sharing import NewPhotoChoice
from tests.bot.media.ffmpeg import recorded
from tests.journeys.conftest import Begin
from tests.kit.conversation import TUESDAY, Story

MORE = ("Mo", "Bea", "Kit", "Ava")
AGREED = {"ella": "hannah", "noah": "joe", "leo": "fay"}


def _butterfly(people: DemoRoster) -> Roster:
    """The rest of Butterfly room; the families of Ella, Noah and Leo let them be in group photos, Bea's does not."""
    first = people.children["ella"] + 900_000
    child = {name.casefold(): ChildId(first + at) for at, name in enumerate(MORE)} | dict(people.children)
    sunshine, room = people.settings["sunshine"], people.roster.rooms[0].id
    rob = PersonId(first + 50)
    said = [(people.people[parent], name, True) for name, parent in AGREED.items()] + [(rob, "bea", False)]
    return Roster(
        people=[NewPerson(rob, "Rob")],
        children=[NewChild(child[name.casefold()], (name,)) for name in MORE],
        room_moves=[
            NewRoomMove(first + 100 + at, child[name.casefold()], sunshine, room) for at, name in enumerate(MORE)
        ],
        memberships=[
            NewMembership(
                first + 200 + 10 * at, people.people["priya"], Role.KEY_PERSON, child[each.casefold()], sunshine
            )
            for at, each in enumerate(MORE)
        ]
        + [NewMembership(first + 300, rob, Role.PARENT, child["bea"], sunshine)],
        sessions=[
            NewSession(first + 400 + at, child[name], sunshine, 1, time(8), time(17))
            for at, name in enumerate(("bea", "kit", "ava"))
        ],
        photo_choices=[
            NewPhotoChoice(first + 500 + at, child[name], PhotoChoice(who, PhotoUse.GROUP, allowed, TUESDAY))
            for at, (who, name, allowed) in enumerate(said)
        ],
    )


@pytest.fixture
async def story(begin: Begin) -> Story:
    return await begin(more=_butterfly)


WHO = ("Ella", "Noah", "Leo", "more…", "Different in each", "Nobody's face")


async def test_dialogue_12_nobody_named_or_somebody_behind(story: Story) -> None:
    priya = story.person("priya")
    await story.until("10:40")
    await priya.sends_photos(3)
    await story.passes(10)
    await priya.hears("3 photos kept. Who's in them?", buttons=WHO)
    await priya.presses("Ella")
    await priya.hears(
        "Only Ella, and nobody behind her?", buttons=("Only Ella", "Someone's behind", "Another child too")
    )
    await priya.presses("Someone's behind")
    await priya.hears('Kept, not sent. It\'s in "waiting" if you want to crop and send again.')
    await story.passes(300)
    for family in ("hannah", "tom", "joe", "dawn"):
        await story.person(family).hears_nothing()


async def test_dialogue_11_a_photo_with_two_children(story: Story) -> None:
    priya, hannah, tom, joe = (story.person(who) for who in ("priya", "hannah", "tom", "joe"))
    await story.until("9:00")
    for family in (hannah, tom, joe):
        await family.says("as it happens")
        await family.hears_anything()
    await story.until("10:30")
    await priya.sends_photo("Ella and Noah, painting")
    await story.passes(10)
    await priya.hears(
        "✓ Photo · Ella, Noah. Going at 10:31 to Hannah, Tom and Joe. Everyone in it has agreed to group photos.",
        buttons=("Undo",),
    )
    await hannah.hears_nothing()
    await story.until("10:32")
    await hannah.sees_photo("Ella, painting. – Priya")
    await tom.sees_photo("Ella, painting. – Priya")
    await joe.sees_photo("Noah, painting. – Priya")
    await story.person("dawn").hears_nothing()
    await priya.sees("✓ Photo · Ella, Noah → Hannah ✓ Tom ✓ Joe ✓")


async def test_a_photos_line_says_when_each_family_sees_it_and_what_each_reads(story: Story) -> None:
    priya, hannah, joe = story.person("priya"), story.person("hannah"), story.person("joe")
    await story.until("9:00")
    await hannah.says("as it happens")
    await hannah.hears_anything()
    await story.until("10:30")
    await priya.sends_photos(3, "Ella painting, Noah digging")
    await story.passes(12)
    await priya.hears(
        "✓ 3 photos · Ella, Noah. Going at 10:31 to Hannah, this evening to Tom and Joe. "
        "Everyone in them has agreed to group photos.\nElla – painting\nNoah – digging",
        buttons=("Undo",),
    )
    await story.until("10:33")
    await hannah.sees_photos(3, "Ella, painting. – Priya")
    await priya.presses("Undo")
    await story.until("17:01")
    await joe.hears_nothing()


async def test_a_photo_of_one_child_or_of_nobodys_face_says_so_and_so_does_a_familys_own(story: Story) -> None:
    priya, hannah = story.person("priya"), story.person("hannah")
    await story.until("10:30")
    await priya.sends_photo("Only Ella, painting a bus")
    await story.passes(12)
    await priya.hears(
        "✓ Photo · Ella. Going this evening to Hannah and Tom. Not Dawn: photos aren't shared between you. "
        "Hannah can change that.",
        buttons=("Undo", "Change"),
    )
    await priya.sends_photo("Ella's castle, no faces")
    await story.passes(12)
    heard = await priya.hears_anything()
    assert heard.startswith("✓ Photo, nobody's face · Ella. Going this evening to Hannah and Tom.")
    await hannah.sends_photo()
    await story.passes(12)
    assert (await hannah.hears_anything()).startswith("✓ Ella · photo → Priya now")
    await hannah.sends_photo("Ella slept well")
    await story.passes(12)
    assert (await hannah.hears_anything()).startswith("✓ Ella · photo, sleep → Priya now")


async def test_dialogue_11_a_photo_of_a_child_who_is_not_in_group_photos(story: Story) -> None:
    priya = story.person("priya")
    await story.until("10:30")
    await priya.sends_photo("Ella and Bea, painting")
    await priya.hears(
        "Photo kept, not sent: Bea isn't in group photos. Send Ella's family one of Ella alone?",
        buttons=("I'll take another", "Leave it"),
    )
    await priya.presses("Leave it")
    await story.until("17:01")
    heard = await story.person("hannah").hears_anything()
    assert "painting" in heard
    assert "Bea" not in heard
    assert not any(each.pictures for each in await story.person("hannah").screen())


async def test_another_photo_in_its_place_needs_no_new_words_and_goes_nowhere_before_it_is_said_who_is_in_it(
    story: Story,
) -> None:
    priya, hannah = story.person("priya"), story.person("hannah")
    await story.until("10:30")
    await priya.sends_photo("Ella and Bea, painting")
    await priya.hears_anything()
    await priya.presses("I'll take another")
    await priya.hears("Thank you. That one goes to nobody.")
    await story.passes(180)
    await priya.sends_photo()
    await priya.hears(
        "Only Ella, and nobody behind her?", buttons=("Only Ella", "Someone's behind", "Another child too")
    )
    await story.passes(120)
    await priya.presses("Only Ella")
    await story.passes(12)
    assert (await priya.hears_anything()).startswith("✓ Photo · Ella. Going this evening to Hannah and Tom.")
    await priya.sends_photo()
    await priya.hears("Photo kept. Who's in it?")
    await story.until("17:01")
    await hannah.sees_photo("Ella, painting. – Priya, 10:33")
    await hannah.hears_nothing()


async def test_who_is_in_it_may_be_typed_and_another_child_added(story: Story) -> None:
    priya, hannah = story.person("priya"), story.person("hannah")
    await story.until("10:40")
    await priya.sends_photo()
    await priya.hears("Photo kept. Who's in it?", buttons=("Ella", "Noah", "Leo", "more…", "Nobody's face"))
    await priya.says("ella and noah")
    await priya.hears("Only Ella and Noah, and nobody behind them?")
    await priya.says("another child too")
    await priya.hears("Who else is in it?")
    await priya.presses("Leo")
    await priya.hears("Only Ella, Noah and Leo, and nobody behind them?")
    await hannah.hears_nothing()
    await priya.presses("Only Ella, Noah, Leo")
    await story.until("17:01")
    assert [each.pictures for each in await hannah.screen()] == [1]
    assert [each.pictures for each in await story.person("fay").screen()] == [1]
    await story.person("dawn").hears_nothing()


async def test_an_album_may_differ_picture_by_picture(story: Story) -> None:
    priya = story.person("priya")
    await story.until("10:40")
    await priya.sends_photos(3)
    await story.passes(10)
    await priya.hears("3 photos kept. Who's in them?", buttons=WHO)
    await priya.presses("Different in each")
    await priya.hears(
        "Photo 1 of 3: who's in it?", buttons=("Ella", "Noah", "Leo", "more…", "Nobody's face", "Someone's behind")
    )
    await priya.presses("Ella")
    await priya.hears("Only Ella, and nobody behind her?")
    await priya.presses("Only Ella")
    await priya.hears("Photo 2 of 3: who's in it?")
    await priya.presses("Someone's behind")
    await priya.hears("Photo 3 of 3: who's in it?")
    await priya.presses("Noah")
    await priya.hears("Only Noah, and nobody behind him?")
    await priya.presses("Only Noah")
    await story.until("17:01")
    assert [each.pictures for each in await story.person("hannah").screen()] == [1]
    assert [each.pictures for each in await story.person("fay").screen()] == []


async def test_a_choice_lapses_after_ten_minutes_and_on_a_new_photo_and_is_put_again(story: Story) -> None:
    priya = story.person("priya")
    await story.until("10:40")
    await priya.sends_photo()
    await priya.hears("Photo kept. Who's in it?")
    await story.passes(601)
    await priya.presses("Ella")
    await priya.hears("Your photo from 10:40: who's in it?")
    await priya.sends_photo("Leo, painting")
    await story.passes(70)
    await priya.hears_anything()
    await priya.presses("Noah")
    await priya.hears("Your photo from 10:40: who's in it?")
    await priya.says("0")
    await priya.hears("Taken back. Nobody was told.")
    await story.person("hannah").hears_nothing()
    await story.person("joe").hears_nothing()


async def test_a_picture_of_nobodys_face_waits_for_a_few_words(story: Story) -> None:
    priya, hannah = story.person("priya"), story.person("hannah")
    await story.until("10:40")
    await priya.sends_photo()
    await priya.hears_anything()
    await priya.presses("Nobody's face")
    await priya.hears("Kept, and sent to nobody yet. In a few words, what is it, and whose?")
    await story.passes(120)
    await hannah.hears_nothing()
    await priya.says("Ella's castle, all by herself")
    await story.until("17:01")
    assert [each.pictures for each in await hannah.screen()] == [1]


async def test_what_is_still_kept_hangs_for_its_author_and_is_put_again_from_there(story: Story) -> None:
    priya = story.person("priya")
    await story.until("10:40")
    await priya.sends_photo()
    await priya.hears_anything()
    await priya.says("waiting")
    await priya.hears("Your photo from 10:40: who's in it?")
    await priya.presses("Leo")
    await priya.presses("Only Leo")
    await story.until("17:01")
    await priya.hears_anything()
    await priya.says("waiting")
    await priya.hears("Nothing is waiting.")
    assert [each.pictures for each in await story.person("fay").screen()] == [1]


async def test_a_family_sends_a_picture_of_its_own_child_without_being_asked(story: Story) -> None:
    hannah = story.person("hannah")
    await story.until("10:40")
    await hannah.sends_photo()
    await story.until("17:01")
    assert [each.pictures for each in await story.person("priya").screen()] == [1]


async def test_what_is_still_kept_is_listed_for_its_author_once_at_half_past_three(story: Story) -> None:
    priya = story.person("priya")
    await story.until("10:40")
    await priya.sends_photos(2)
    await story.passes(10)
    await priya.hears_anything()
    await story.until("15:29")
    await priya.hears_nothing()
    await story.until("15:31")
    await priya.hears('2 photos need names. Say "waiting" to see what is kept.')
    await story.until("17:01")
    await priya.hears_nothing()
    await story.person("hannah").hears_nothing()


async def test_what_nobody_can_read_waits_for_a_few_words_and_is_filed_under_them(story: Story, tmp_path: Path) -> None:
    priya, hannah = story.person("priya"), story.person("hannah")
    await story.until("10:40")
    await priya.sends("note.ogg", recorded("voice.ogg", tmp_path))
    await priya.hears("I can't hear voice notes, so I've sent this to nobody. In a few words, what's it about?")
    await story.passes(60)
    await hannah.hears_nothing()
    await priya.says("Ella slept 10-10.30")
    await story.until("17:01")
    (shown,) = await hannah.screen()
    assert shown.text == "Ella slept 10-10.30. – Priya, 10:40"
    assert shown.pictures == 1


async def test_an_answer_to_a_photo_is_a_comment_on_it_and_goes_no_further_than_it_did(story: Story) -> None:
    hannah, priya, dawn = (story.person(who) for who in ("hannah", "priya", "dawn"))
    await story.until("10:40")
    await hannah.sends_photo("just nursery: she did this at home")
    await story.passes(120)
    shown = (await priya.screen())[-1]
    assert shown.pictures == 1

    await priya.says("Even the smallest, what a tower", reply_to=shown)
    await story.passes(60)
    await story.until("17:01")

    assert "Even the smallest, what a tower" in (await hannah.screen())[-1].text
    assert [each for each in await dawn.screen() if "tower" in each.text] == []
