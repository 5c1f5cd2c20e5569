"""The list of what is held of whom leaves out no table, no sealed column and no row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

import pytest
from sqlalchemy import Connection, LargeBinary, RowMapping, select

from book.errors import KeyDestroyed
from book.ids import ChildId, PersonId
from book.messages import Did, Incoming
from book.people import Role
from book.reminders import For, Once
from storage import disclosures, inbox, invitations, reminders, schema
from storage.holdings import (
    HOLDINGS,
    Holding,
    Of,
    open_row,
    owners_of_row,
    rows_of_child,
    rows_of_person,
)
from storage.inbox import Received
from storage.rules import Rule
from storage.vault import Owner, OwnerKind, Vault
from tests.kit.conversation import Story
from tests.kit.slips import hold_number, slip

# No part of the product writes these yet.
_NEVER_WRITTEN = {
    "cards",
    "seen",
    "heartbeats",
    "belonging",
    "contact_log",
    "conversations",
    "documents",
    "imports",
    "pictures",
    "picture_uploads",
}


def ways(holding: Holding) -> Iterator[str]:
    yield from (*holding.child, *holding.person)


def test_every_table_is_listed_once() -> None:
    assert sorted(each.table.name for each in HOLDINGS) == sorted(schema.metadata.tables)


@pytest.mark.parametrize("holding", HOLDINGS, ids=lambda each: str(each.table.name))
def test_every_sealed_column_is_listed(holding: Holding) -> None:
    sealed = {each.name for each in holding.table.columns if each.name.startswith("sealed_")} - {"sealed_for"}

    assert {each.column for each in holding.sealed} == sealed
    for name in sealed:
        assert isinstance(holding.table.c[name].type, LargeBinary)


@pytest.mark.parametrize("holding", HOLDINGS, ids=lambda each: str(each.table.name))
def test_every_way_to_a_child_or_a_person_is_listed(holding: Holding) -> None:
    """A foreign key to either, in this table, is a way; whoever holds something of somebody has one."""
    for name, listed in (("children", holding.child), ("people", holding.person)):
        direct = {
            column.name
            for column in holding.table.columns
            if any(key.column.table.name == name for key in column.foreign_keys)
        }
        assert direct <= {way for way in listed if ">" not in way}
    is_of = {
        (True, True): Of.BOTH,
        (True, False): Of.CHILD,
        (False, True): Of.PERSON,
        (False, False): Of.NOTHING,
    }[bool(holding.child) or holding.owned, bool(holding.person)]
    assert holding.of is is_of
    assert holding.what


async def test_every_sealed_value_of_a_story_opens_as_declared_and_nothing_else_does(story: Story) -> None:
    await play(story)
    # A delivery keeps its words until its outcome is known.
    await story.stage.says("hannah", "help", None)
    await story.running.worker.work_off()
    await story.running.dispatcher.look()

    opened = await story.store.read(open_everything, story.store.vault)
    await story.settles()

    words = b"\n".join(value for values in opened.values() for value in values)
    for written in ("bad night", "Priya", "Ella", "hit me"):
        assert written.encode() in words
    assert {name for name, values in opened.items() if values} == {
        each.table.name for each in HOLDINGS if each.sealed and each.table.name not in _NEVER_WRITTEN
    }


async def test_every_row_whose_words_are_a_childs_or_a_persons_is_found_for_them(story: Story) -> None:
    await play(story)

    missed = await story.store.read(not_found)

    assert missed == []


async def test_what_is_found_for_one_child_is_never_sealed_for_another(story: Story) -> None:
    await play(story)
    ella, noah = story.people.children["ella"], story.people.children["noah"]

    for child, other in ((ella, noah), (noah, ella)):
        owners = await story.store.read(owners_for_child, child)
        assert (OwnerKind.CHILD, child) in owners
        assert (OwnerKind.CHILD, other) not in owners


async def test_once_the_keys_of_a_child_are_destroyed_none_of_her_words_open(story: Story) -> None:
    await play(story)
    vault, ella = story.store.vault, story.people.children["ella"]
    await vault.destroy(*await story.store.read(keys_of_child, ella))

    def look(connection: Connection) -> tuple[int, int]:
        closed = opened = 0
        for holding in HOLDINGS:
            for row in connection.execute(rows_of_child(holding, ella)).mappings():
                if any(owner.id == ella for owner in owners_of_row(connection, holding, row)):
                    try:
                        open_row(connection, vault, holding, row)
                        opened += 1
                    except KeyDestroyed:
                        closed += 1
        return closed, opened

    closed, opened = await story.store.read(look)
    assert closed > 10
    assert opened == 0


def note_what_was_done(connection: Connection, story: Story) -> None:
    """The lead wrote down what she did about the disclosure."""
    vault, now = story.store.vault, story.clock.now()
    row = connection.execute(select(schema.disclosures.c.id)).one()
    held = disclosures.load(connection, vault, [row.id])[row.id]
    disclosures.add_note(connection, vault, story.ids, held, story.people.people["sam"], "rang the council", now)


def be_reminded(connection: Connection, story: Story) -> None:
    """Hannah asked to be reminded of something."""
    hannah = story.people.people["hannah"]
    rule = Rule(story.ids.new(), hannah, For.ME, Once(date(2026, 12, 1)), time(8), "Europe/London", "wellies", None)
    reminders.add(connection, story.store.vault, [rule], story.clock.now())


async def play(story: Story) -> None:
    """A little of everything: notes, thanks, two children, a question, an edit, a move, an undo, a disclosure."""
    hannah, priya, joe = (story.person(who) for who in ("hannah", "priya", "joe"))
    await story.stage.give_stranger("somebody")
    await story.until("8:10")
    await hannah.says("bad night, teething")
    await story.passes(30)
    await priya.says("thank you", reply_to=(await priya.screen())[-1])
    first = await hannah.says("forgot her wellies")
    await story.passes(5)
    await hannah.edits(first, "forgot her wellies and hat")
    await story.passes(40)
    await priya.says("Ella and Noah both slept 12-1")
    await story.passes(90)
    await priya.says("2 wet nappies")
    await story.passes(10)
    await joe.says("Noah had porridge")
    await story.passes(5)
    await joe.says("undo")
    await priya.says("Ella ate everything")
    await story.passes(5)
    await priya.says("that was noah")
    await hannah.says("mr clark hit me")
    await story.store.write(note_what_was_done, story)
    await joe.says("not happy he was in a wet nappy AGAIN want to speak to manager")
    await story.store.write(be_reminded, story)
    await story.person("maya").says("autumn term 3 sep to 18 dec")
    await story.person("somebody").says("who is this")
    await hold_number(story, "tom", "+447700900214")
    payload = await slip(story, "tom", child="ella", role=Role.PARENT)
    await story.stage.give_fresh_phone(story, "finder", "+447700900777")
    finder = story.person("finder")
    await finder.opens(payload)
    await finder.presses("English")
    await finder.presses("Send my number")
    await story.passes(60)
    store, now = story.store, story.clock.now()
    await store.write(
        invitations.make, store.vault, story.ids, story.people.people["tom"], "a-link-for-tom-00000000", now
    )
    await store.write(inbox.keep, store.vault, story.ids, [_unfiled(now)])


def _unfiled(now: datetime) -> Received:
    incoming = Incoming(Did.WROTE, now, text="not yet looked at", message="900")
    return Received("phones", "demo", "m:hannah:900", "hannah", "{}", now, incoming)


def open_everything(connection: Connection, vault: Vault) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {}
    for holding in HOLDINGS:
        values = found.setdefault(holding.table.name, [])
        for row in connection.execute(select(holding.table)).mappings():
            values += open_row(connection, vault, holding, row).values()
    return found


def not_found(connection: Connection) -> list[str]:
    missed = []
    for holding in HOLDINGS:
        for row in connection.execute(select(holding.table)).mappings():
            for owner in owners_of_row(connection, holding, row):
                match owner.kind:
                    case OwnerKind.CHILD | OwnerKind.CHILD_MEDIA:
                        found = connection.execute(rows_of_child(holding, ChildId(owner.id))).mappings().all()
                    case OwnerKind.PERSON:
                        found = connection.execute(rows_of_person(holding, PersonId(owner.id))).mappings().all()
                    case _:
                        continue
                if not any(same(row, each) for each in found):
                    missed.append(f"a row of {holding.table.name} sealed for {owner.kind} {owner.id}")
    return missed


def same(row: RowMapping, other: RowMapping) -> bool:
    return dict(row) == dict(other)


def owners_for_child(connection: Connection, child: ChildId) -> set[tuple[OwnerKind, int]]:
    return {
        (owner.kind, owner.id)
        for holding in HOLDINGS
        for row in connection.execute(rows_of_child(holding, child)).mappings()
        for owner in owners_of_row(connection, holding, row)
    }


def keys_of_child(connection: Connection, child: ChildId) -> list[Owner]:
    return [Owner(kind, number) for kind, number in owners_for_child(connection, child) if number == child]
