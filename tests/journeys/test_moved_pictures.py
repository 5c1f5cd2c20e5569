"""A photo that was of another child than was said: it goes with its words, and nobody keeps what was never theirs."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from book.sharing import PhotoChoice, PhotoUse
from bot.demo.roster import DemoRoster
from storage import pictures, schema
from storage.roster import Roster
from storage.sharing import NewPhotoChoice
from tests.journeys.conftest import Begin
from tests.kit.conversation import TUESDAY, Story

PARENTS = {"ella": "hannah", "noah": "joe", "leo": "fay"}


def _all_but_noah(people: DemoRoster) -> Roster:
    """Each may be in pictures of her own, and all but Noah in those that others have too."""
    first = people.children["ella"] + 900_000
    said = [(name, use) for name in PARENTS for use in (PhotoUse.OWN, PhotoUse.GROUP) if (name, use) != NOT_NOAH]
    return Roster(
        photo_choices=[
            NewPhotoChoice(
                first + at, people.children[name], PhotoChoice(people.people[PARENTS[name]], use, True, TUESDAY)
            )
            for at, (name, use) in enumerate(said)
        ]
    )


NOT_NOAH = ("noah", PhotoUse.GROUP)


@pytest.fixture
async def story(begin: Begin) -> Story:
    return await begin(more=_all_but_noah)


async def kept_for(story: Story) -> set[str]:
    """The children who have a copy of anything, where every file is somebody's and everybody's is there."""
    names = {number: name for name, number in story.people.children.items()}
    copies = schema.picture_copies
    rows = await story.store.read(
        lambda connection: connection.execute(
            select(copies.c.owner_kind, copies.c.owner_id, copies.c.unwanted_at)
        ).all()
    )
    stands = await story.store.read(pictures.standing, story.store.media)
    assert (stands.files_without_row, stands.rows_without_file) == (0, 0)
    assert len(story.store.media.names()) == len(rows)
    assert {row.owner_kind for row in rows} == {"child_media"}
    return {names[row.owner_id] for row in rows}


async def shown(story: Story, who: str) -> list[tuple[str, int]]:
    return [(each.text, each.pictures) for each in await story.person(who).screen() if each.pictures]


async def test_a_photo_that_was_of_another_child_goes_to_that_childs_family_and_leaves_the_first(story: Story) -> None:
    priya = story.person("priya")
    await story.until("16:40")
    await priya.sends_photo("Ella, painting a bus")
    await story.until("17:02")
    assert await shown(story, "hannah") == [("Ella, painting a bus. – Priya, 16:40", 1)]
    assert await kept_for(story) == {"ella"}

    await priya.says("sorry that was for Noah")
    await story.passes(120)

    assert await shown(story, "hannah") == []
    assert await shown(story, "joe") == [("Noah, painting a bus. – Priya, 16:40", 1)]
    assert await kept_for(story) == {"noah"}
    mixed_up = await story.store.read(
        lambda connection: connection.execute(select(schema.mix_ups.c.wrong_id, schema.mix_ups.c.right_id)).all()
    )
    assert [tuple(each) for each in mixed_up] == [(story.people.children["ella"], story.people.children["noah"])]

    await priya.says("no, that was Leo")
    await story.passes(120)
    assert await shown(story, "joe") == []
    assert await shown(story, "fay") == [("Leo, painting a bus. – Priya, 16:40", 1)]
    assert await kept_for(story) == {"leo"}


async def test_of_several_in_a_photo_the_wrong_one_is_replaced_and_who_may_not_see_it_so_has_its_words_alone(
    story: Story,
) -> None:
    priya = story.person("priya")
    await story.until("16:40")
    await priya.sends_photo("Ella and Leo, painting")
    await story.until("17:02")
    assert [count for _, count in await shown(story, "hannah")] == [1]
    assert [count for _, count in await shown(story, "fay")] == [1]

    await priya.says("sorry that was Noah not Leo")
    await story.passes(120)

    assert await shown(story, "hannah") == []
    assert "painting" in (await story.person("hannah").screen())[-1].text
    assert await shown(story, "fay") == []
    assert [count for _, count in await shown(story, "joe")] == [1]
    assert "Other families don't get the photo: Noah isn't in group photos." in await priya.hears_anything()
    assert await kept_for(story) == {"ella", "noah"}


async def test_a_photo_without_a_face_follows_its_words_before_anybody_has_it(story: Story) -> None:
    priya = story.person("priya")
    await story.until("10:30")
    await priya.sends_photo("Ella's castle, no faces")
    await priya.says("that was for Noah")
    await story.until("17:02")

    assert await shown(story, "hannah") == []
    assert [count for _, count in await shown(story, "joe")] == [1]
    assert await kept_for(story) == {"noah"}
