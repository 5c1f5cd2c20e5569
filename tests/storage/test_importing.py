"""A roll is written whole or not at all, eighty children in one transaction; a slip is one invitation on paper."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, func, select

from book.ids import IdMaker, Ids, PersonId, SettingId, Tape
from book.importing.changes import plan
from book.importing.reading import read_sheets
from book.people import Role, SettingKind
from bot.papers.reading import Unread, read
from handlers.enrolling import roster_of
from storage import enrolled, invitations, roster, schema
from storage.store import Store
from storage.vault import Vault
from tests.clocks import BookClock
from tests.kit import rosters

LONDON = ZoneInfo("Europe/London")


class Boom(Exception):
    """Whatever may happen in the middle."""


@pytest.fixture
def ids(book_clock: BookClock) -> Ids:
    return IdMaker(now=book_clock.now, chance=random.Random(5).randrange)


@pytest.fixture
async def sunshine(store: Store, ids: Ids, book_clock: BookClock) -> SettingId:
    setting = SettingId(ids.new())
    new = roster.Roster(settings=[roster.NewSetting(setting, SettingKind.NURSERY, "Sunshine")])
    await roster.enrol(store, new, book_clock.now())
    return setting


def add(
    connection: Connection, vault: Vault, ids: Tape, setting: SettingId, content: bytes, clock: BookClock, *, boom: bool
) -> int:
    ids.rewind()
    sheets = read(content, "roll.xlsx")
    assert not isinstance(sheets, Unread)
    known = enrolled.load(connection, vault, [setting], clock.now(), default=setting)
    done = plan(read_sheets(sheets, date(2026, 11, 24)), known, ids)
    new = roster_of(done, ids, None, clock.now())
    vault.require(roster.owners_of(new))
    roster.write(connection, vault, new, clock.now())
    if boom:
        raise Boom
    return len(done.changes)


def rows_of(connection: Connection) -> Mapping[str, int]:
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (schema.people, schema.children, schema.memberships, schema.telephones, schema.sessions)
    }


async def test_eighty_children_are_written_in_one_transaction_or_not_at_all(
    store: Store, ids: Ids, sunshine: SettingId, book_clock: BookClock
) -> None:
    content = rosters.as_xlsx(rosters.children(), rosters.staff())
    before = await store.read(rows_of)

    with pytest.raises(Boom):
        await store.write(add, store.vault, Tape(ids), sunshine, content, book_clock, boom=True)
    assert await store.read(rows_of) == before

    changed = await store.write(add, store.vault, Tape(ids), sunshine, content, book_clock, boom=False)
    after = await store.read(rows_of)
    assert after["children"] == 80
    assert after["telephones"] == 132
    assert changed > 80
    assert await store.write(add, store.vault, Tape(ids), sunshine, content, book_clock, boom=False) == 0
    assert await store.read(rows_of) == after


async def test_a_new_slip_ends_the_old_one_and_neither_code_is_kept(
    store: Store, ids: Ids, sunshine: SettingId, book_clock: BookClock
) -> None:
    person, now = PersonId(ids.new()), book_clock.now()
    await roster.enrol(store, roster.Roster(people=[roster.NewPerson(person, "Hannah")]), now)

    for number in range(2):
        until = await store.write(
            invitations.make_slip, store.vault, ids, person=person, role=Role.PARENT, child=None, setting=sunshine,
            payload=f"payload-{number}-0123456789", code=f"ELLA-7K2{number}", made_by=None, now=now,
        )  # fmt: skip
        assert until == now + invitations.SLIP_LASTS

    slips = await store.read(lambda connection: connection.execute(select(schema.invitations)).all())
    assert len([each for each in slips if each.expires_at > now]) == 1
    assert b"ELLA" not in b"".join(value for row in slips for value in row if isinstance(value, bytes))


@pytest.mark.parametrize(("name", "begins"), [("Ella", "ELLA-"), ("Łucja Maria", "UCJAMARI-"), ("Зоя", "BOOK-")])
def test_a_code_is_the_name_and_four_letters_that_cannot_be_mistaken(name: str, begins: str) -> None:
    code = invitations.new_code(name, random.Random(1).choice)

    assert code.startswith(begins)
    assert len(code) == len(begins) + 4
    assert not set(code.partition("-")[2]) & set("IL1O0")
