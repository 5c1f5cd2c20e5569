"""What becomes of words and their picture where the platform has its own mind about the picture."""

from __future__ import annotations

import pytest

from book.deliveries import Concerns, DeliveryState, Later, Refused
from book.pictures import CopyId
from book.reasons import Reason
from book.sharing import PhotoChoice, PhotoUse
from storage import pictures, schema
from storage.database import Connection
from storage.roster import Roster, enrol
from storage.sharing import NewPhotoChoice
from storage.vault import Owner
from tests.kit.conversation import Story
from tests.kit.on_disk import deliveries
from tests.kit.on_script import ACCOUNT, NAME, Script

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)

WORDS = 'Ella, from Hannah 10:30: "Ella at the farm"'


async def test_words_are_not_lost_with_a_picture_that_the_platform_does_not_take(story: Story, script: Script) -> None:
    await story.until("10:30")
    script.answers(Refused(Reason.REFUSED_BY_CHANNEL, Concerns.FILES), to="priya")

    await story.person("hannah").sends_photo("Ella at the farm")
    await story.passes(70)

    assert [(each.text, len(each.pictures)) for each in script.made("priya")] == [(WORDS, 1), (WORDS, 0)]
    assert [(each.text, each.pictures) for each in script.screens["priya"].values()] == [(WORDS, 0)]
    assert [each.state for each in await deliveries(story, "priya")] == [DeliveryState.ACCEPTED]


async def test_a_family_has_a_photo_of_two_though_the_other_child_is_forgotten(story: Story, script: Script) -> None:
    now, people = story.clock.now(), story.people
    said = [
        NewPhotoChoice(story.ids.new(), people.children[child], PhotoChoice(people.people[parent], use, True, now))
        for child, parent in (("ella", "hannah"), ("noah", "joe"))
        for use in (PhotoUse.OWN, PhotoUse.GROUP)
    ]
    await enrol(story.store, Roster(photo_choices=said), now)
    await story.until("10:30")
    await story.person("priya").sends_photo("Ella and Noah, painting")
    await story.passes(5)
    await story.store.vault.destroy(Owner.child_media(people.children["ella"]))

    await story.until("17:01")

    assert [each.pictures for each in script.screens["joe"].values()] == [1]


async def test_a_copy_that_the_platform_no_longer_knows_by_its_name_goes_with_its_bytes_and_once(
    story: Story, script: Script
) -> None:
    await story.until("10:30")
    await story.person("hannah").sends_photo("Ella at the farm")
    await story.passes(5)
    store, priya = story.store, story.people.people["priya"]

    def remember(connection: Connection) -> None:
        copies = connection.execute(schema.picture_copies.select().where(schema.picture_copies.c.purpose == "relay"))
        uploads = {CopyId(row.id): "long gone" for row in copies}
        now = story.clock.now()
        pictures.remember_uploads(connection, store.vault, story.ids, uploads, priya, NAME, ACCOUNT, now)

    await store.write(remember)
    await story.passes(70)

    refused, taken = script.made("priya")
    assert refused.answer == Later(None, Concerns.FILES)
    assert (refused.uploaded, taken.uploaded, len(taken.pictures)) == (0, 1, 1)
    assert [(each.text, each.pictures) for each in script.screens["priya"].values()] == [(WORDS, 1)]
