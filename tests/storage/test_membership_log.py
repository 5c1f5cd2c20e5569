"""A place that a later line of the log ended is nobody's any more, whoever asks the log."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, select

from book.people import Role, Standing
from storage import disclosures, health, invitations, knocks, rolls, schema
from storage.vault import Vault
from tests.kit.conversation import Story
from tests.kit.in_the_book import stands
from tests.kit.slips import hold_number

WORDS = "Noah said daddy hits me with a belt"


async def test_whoever_has_left_leads_and_manages_nothing(story: Story) -> None:
    nursery = story.people.settings["sunshine"]

    def posts(connection: Connection, vault: Vault) -> tuple[int, list[int], list[str]]:
        now = story.clock.now()
        return (
            health.leads_of_settings(connection, now)[nursery],
            [each.person for each in invitations.managers(connection, now)],
            [each.name for each in knocks.who_runs(connection, vault, {nursery}, now)],
        )

    maya = story.people.people["maya"]
    assert await story.store.read(posts, story.store.vault) == (2, [maya], ["Maya"])
    await stands(story, "ruth", Role.DEPUTY_LEAD, None, "sunshine", Standing.ENDED)
    assert await story.store.read(posts, story.store.vault) == (1, [maya], ["Maya"])
    await stands(story, "sam", Role.SAFEGUARDING_LEAD, None, "sunshine", Standing.ENDED)
    await stands(story, "maya", Role.MANAGER, None, "sunshine", Standing.ENDED)
    assert await story.store.read(posts, story.store.vault) == (0, [], [])
    await stands(story, "sam", Role.SAFEGUARDING_LEAD, None, "sunshine")
    assert await story.store.read(posts, story.store.vault) == (1, [], [])


async def test_an_invitation_that_names_no_setting_is_to_one_she_stands_with_now(story: Story) -> None:
    for child in ("poppy", "leo"):
        await stands(story, "carys", Role.KEY_PERSON, child, "dawns")
    for child in story.people.children:
        await stands(story, "carys", Role.KEY_PERSON, child, "sunshine", Standing.ENDED)
    payload = invitations.new_payload(lambda count: bytes([7]) * count)

    def invited(connection: Connection) -> int | None:
        vault, now = story.store.vault, story.clock.now()
        invitations.make(connection, vault, story.ids, story.people.people["carys"], payload, now)
        return invitations.find(connection, vault, {payload}, now)[payload].at

    assert await story.store.write(invited) == story.people.settings["dawns"]


async def test_a_day_of_cover_that_is_over_is_no_post_of_hers(story: Story) -> None:
    number, now = "+447700900611", story.clock.now()
    await hold_number(story, "amy", number)
    await stands(story, "amy", Role.ROOM_STAFF, "ella", "dawns", until=now + timedelta(hours=1))

    def works_at(connection: Connection, vault: Vault) -> set[str]:
        roll = rolls.load(connection, vault, (), (), (), [number], now=story.clock.now())
        return {each.called for each in roll.known[number].posts}

    assert await story.store.read(works_at, story.store.vault) == {"Sunshine", "Dawn"}
    story.clock.move(timedelta(hours=2))
    assert await story.store.read(works_at, story.store.vault) == {"Sunshine"}


async def test_an_author_who_has_left_the_staff_is_spoken_to_as_a_parent(story: Story) -> None:
    await story.until("11:05")
    await story.person("amy").says(WORDS)

    def works(connection: Connection, vault: Vault) -> bool:
        number = connection.execute(select(schema.disclosures.c.id)).scalar_one()
        held = disclosures.load(connection, vault, [number])[number]
        return disclosures.is_of_staff(connection, held, story.clock.now())

    assert await story.store.read(works, story.store.vault)
    for child in story.people.children:
        await stands(story, "amy", Role.SECOND_KEY_PERSON, child, "sunshine", Standing.ENDED)
    assert not await story.store.read(works, story.store.vault)
