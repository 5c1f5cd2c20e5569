"""From an address of weak proof nothing widens before its code came back; narrowing is immediate everywhere."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Connection, update

from book.disclosure import Assurance
from storage import schema
from tests.kit.conversation import Person, Story


@pytest.fixture
async def hannah(story: Story) -> Person:
    """Her texts could be anybody's."""

    def weaken(connection: Connection) -> None:
        connection.execute(
            update(schema.addresses)
            .where(schema.addresses.c.person_id == story.people.people["hannah"])
            .values(assurance=Assurance.WEAK)
        )

    await story.store.write(weaken)
    return story.person("hannah")


async def code_for(person: Person, sentence: str) -> str:
    heard = await person.hears_anything()
    found = re.fullmatch(re.escape(sentence).replace("58", r"(\d\d)"), heard)
    assert found, heard
    return found[1]


ECHO = "To let Dawn see photos, reply 58. To leave it as it is, do nothing."


async def shown(person: Person) -> str:
    await person.says("sharing")
    return await person.hears_anything()


async def test_widening_is_echoed_by_a_code_and_done_when_it_comes_back(story: Story, hannah: Person) -> None:
    before = await shown(hannah)
    await hannah.says("let Dawn see photos")
    code = await code_for(hannah, ECHO)
    assert await shown(hannah) == before

    await hannah.says(code)
    await hannah.hears("From now on Dawn may see photos.")
    assert "her day and photos" in await shown(hannah)
    # The code was for once.
    after = await shown(hannah)
    await hannah.says("stop sharing photos with Dawn")
    await hannah.says(code)
    assert await shown(hannah) != after


async def test_a_wrong_code_changes_nothing_and_ends_it(story: Story, hannah: Person) -> None:
    before = await shown(hannah)
    await hannah.says("let Dawn see photos")
    code = await code_for(hannah, ECHO)
    await hannah.says("10" if code != "10" else "11")
    await hannah.hears("That wasn't the number, so nothing has changed.")
    await hannah.says(code)
    await hannah.hears_anything()
    assert await shown(hannah) == before


async def test_a_code_counts_ten_minutes(story: Story, hannah: Person) -> None:
    before = await shown(hannah)
    await hannah.says("let Dawn see photos")
    code = await code_for(hannah, ECHO)
    await story.passes(10 * 60 + 1)
    await hannah.says(code)
    await hannah.hears_anything()
    assert await shown(hannah) == before


async def test_a_note_in_between_is_a_note_and_the_code_still_counts(story: Story, hannah: Person) -> None:
    await hannah.says("let Dawn see photos")
    code = await code_for(hannah, ECHO)
    await hannah.says("bad night, teething")
    await story.passes(30)
    assert 'bad night, teething"' in await story.person("priya").hears_anything()
    await hannah.hears_anything()
    await hannah.says(code)
    await hannah.hears("From now on Dawn may see photos.")


async def test_narrowing_needs_no_code(story: Story, hannah: Person) -> None:
    await hannah.says("stop sharing with Dawn")
    await hannah.hears("From now on nothing about Ella goes to Dawn.")
    await hannah.says("bad night, teething")
    await story.passes(60)
    assert "bad night" not in await story.person("dawn").hears_anything()


async def test_to_bring_somebody_in_needs_the_code(story: Story, hannah: Person) -> None:
    await hannah.says("my childminder is Kate Marsh 07700 900555")
    code = await code_for(hannah, "To let Kate into Ella's book, reply 58. To leave it as it is, do nothing.")
    await hannah.says(code)
    assert "tell each other about Ella?" in await hannah.hears_anything()
