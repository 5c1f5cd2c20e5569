"""The phones in the browser keep to what every channel promises, and can be asked twice without showing twice."""

from __future__ import annotations

import random

import pytest

from book.deliveries import Accepted, Act, Refused
from book.ids import AddressId, IdMaker, Ids, PersonId
from book.reasons import Reason
from bot.channels.channel import Call, Part
from bot.channels.phones import ACCOUNT, Phones
from storage import phones, roster
from storage.addresses import Handle
from storage.store import Store
from tests.clocks import BookClock
from tests.contracts.channels import ChannelContract, Line, Seen


@pytest.fixture
def ids(book_clock: BookClock) -> Ids:
    return IdMaker(now=book_clock.now, chance=random.Random(7).randrange)


@pytest.fixture
async def hannah(store: Store, ids: Ids, book_clock: BookClock) -> AddressId:
    person, now = PersonId(ids.new()), book_clock.now()
    await roster.enrol(store, roster.Roster(people=[roster.NewPerson(person, "Hannah")]), now)
    await store.vault.ensure()
    handle = Handle("phones", ACCOUNT, "hannah")
    return await store.write(roster.give_address, store.vault, ids, handle, person, now)


@pytest.fixture
def line(store: Store, hannah: AddressId, book_clock: BookClock) -> Line:
    async def shown() -> list[Seen]:
        return [
            Seen(each.text, tuple(token for _, token in each.buttons), each.silent)
            for each in await store.read(phones.messages, store.vault, hannah)
            if not each.withdrawn
        ]

    return Line(Phones(store, book_clock), "hannah", shown)


class TestContract(ChannelContract):
    """All of it; the fixture ``line`` is above."""


async def test_the_same_delivery_said_twice_is_shown_once(line: Line) -> None:
    call = Call(Act.SAY, "hannah", Part("Ella slept"), delivery=77)

    first, second = [await line.channel.call(call) for _ in range(2)]

    assert first == second
    assert isinstance(first, Accepted)
    assert [seen.text for seen in await line.shown()] == ["Ella slept"]


async def test_a_phone_that_does_not_exist_is_refused(line: Line) -> None:
    assert await line.channel.call(Call(Act.SAY, "nobody", Part("Ella slept"))) == Refused(Reason.BLOCKED)
