"""A link joins whoever opens it first and in time; to everybody else it is as if it had never been."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, func, select

from book.ids import Ids, PersonId, SettingId
from book.people import Role, SettingKind
from book.understanding.lexicon import Lexicon
from storage import audit, invitations, roster, schema
from storage.store import Store
from tests.clocks import BookClock, MachineClock
from tests.databases import DIALECTS
from tests.kit.conversation import Story, tell
from tests.kit.on_telegram import OnTelegram

STRANGER = (
    "This is a nursery communication book. If you have been given a slip, send me the code on it. "
    "Otherwise please speak to the setting."
)
GREETING = (
    "Hello Sam. This is the communication book of Little Acorns. Just write, any time, any spelling. ? for help.\n"
    "To begin, send me your list of children as a spreadsheet (XLSX or CSV), or write: add a child: Mia Brown 3/4/23, "
    "mum Kate 07700 900123. Nobody is messaged by it."
)


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    """Links are Telegram's; the databases are both."""
    return str(request.param)


@pytest.fixture
async def story(
    store: Store, book_clock: BookClock, machine_clock: MachineClock, ids: Ids, lexicon: Lexicon
) -> AsyncIterator[Story]:
    async with OnTelegram() as stage:
        yield await tell(store, stage, book_clock, machine_clock, ids, lexicon=lexicon)


@pytest.fixture
async def sam(story: Story) -> PersonId:
    """A manager who is enrolled and has not joined."""
    person, setting = PersonId(story.ids.new()), SettingId(story.ids.new())
    await roster.enrol(
        story.store,
        roster.Roster(
            settings=[roster.NewSetting(setting, SettingKind.NURSERY, "Little Acorns")],
            people=[roster.NewPerson(person, "Sam")],
            memberships=[roster.NewMembership(story.ids.new(), person, Role.MANAGER, setting=setting)],
        ),
        story.clock.now(),
    )
    return person


async def invite(story: Story, person: PersonId, byte: int = 7) -> str:
    payload = invitations.new_payload(lambda count: bytes([byte]) * count)
    store = story.store
    await store.write(invitations.make, store.vault, story.ids, person, payload, story.clock.now())
    return payload


def addresses_of(connection: Connection, person: PersonId) -> int:
    found: int = connection.execute(
        select(func.count()).select_from(schema.addresses).where(schema.addresses.c.person_id == person)
    ).scalar_one()
    return found


async def test_whoever_opens_her_link_is_greeted_by_name_and_belongs_from_then_on(story: Story, sam: PersonId) -> None:
    payload = await invite(story, sam)
    await story.stage.give_stranger("sam")
    her = story.person("sam")

    await her.says("hello?")
    await her.hears(STRANGER)
    await her.says(f"/start {payload}")
    await her.hears(GREETING)
    await her.says("help")
    assert STRANGER not in await her.hears_anything()

    deeds = await story.store.read(lambda connection: connection.execute(select(schema.audit.c.what)).scalars().all())
    assert "joined" in deeds
    assert await story.store.read(audit.first_break) is None


async def test_a_used_a_late_a_replaced_and_an_invented_link_are_answered_alike(story: Story, sam: PersonId) -> None:
    replaced = await invite(story, sam, 1)
    late = await invite(story, sam, 2)
    for who in ("one", "two", "three"):
        await story.stage.give_stranger(who)
    one, two, three = (story.person(who) for who in ("one", "two", "three"))

    await one.says(f"/start {replaced}")
    await one.hears(STRANGER)
    await one.says("/start AAAAAAAAAAAAAAAAAAAAAA")
    await one.hears(STRANGER)
    await story.passes(invitations.LASTS.total_seconds())
    await one.says(f"/start {late}")
    await one.hears(STRANGER)

    used = await invite(story, sam, 3)
    await two.says(f"/start {used}")
    await two.hears(GREETING)
    await three.says(f"/start {used}")
    await three.hears(STRANGER)
    assert await story.store.read(addresses_of, sam) == 1


async def test_of_two_who_open_one_link_at_the_same_moment_one_joins(story: Story, sam: PersonId) -> None:
    payload = await invite(story, sam)
    for who in ("first", "second"):
        await story.stage.give_stranger(who)

    for who in ("first", "second"):
        await story.stage.says(who, f"/start {payload}", None)
    await story.settles()

    heard = sorted([await story.person(who).hears_anything() for who in ("first", "second")])
    assert heard == sorted([GREETING, STRANGER])
    assert await story.store.read(addresses_of, sam) == 1


async def test_somebody_who_belongs_already_does_not_become_somebody_else(story: Story, sam: PersonId) -> None:
    payload = await invite(story, sam)
    hannah = story.person("hannah")

    await hannah.says(f"/start {payload}")

    assert "Sam" not in await hannah.hears_anything()
    assert await story.store.read(addresses_of, sam) == 0


async def test_nothing_in_the_database_opens_the_door(story: Story, sam: PersonId) -> None:
    payload = await invite(story, sam)

    rows = await story.store.read(lambda connection: connection.execute(select(schema.invitations)).all())

    assert len(rows) == 1
    assert rows[0].expires_at - rows[0].made_at == timedelta(hours=72)
    assert payload.encode() not in b"".join(value for value in rows[0] if isinstance(value, bytes))
