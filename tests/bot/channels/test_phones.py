"""The phones in the browser keep to what every channel promises, and can be asked twice without showing twice."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from book.deliveries import Accepted, Act, Refused
from book.ids import AddressId, IdMaker, Ids, PersonId
from book.media import MediaKind
from book.reasons import Reason
from book.wording.utterance import Shown, Span, Utterance
from bot.channels.channel import Call, Part, Picture
from bot.channels.phones import ACCOUNT, Phones
from storage import documents, phones, roster
from storage.addresses import Handle
from storage.database import Connection
from storage.store import Store
from tests.clocks import BookClock
from tests.contracts.channels import ChannelContract, Line, Seen
from tests.kit.pictures import painting


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
def line(store: Store, hannah: AddressId, book_clock: BookClock, ids: Ids) -> Line:
    async def shown() -> list[Seen]:
        return [
            Seen(each.text, tuple(token for _, token in each.buttons), each.silent)
            for each in await store.read(phones.messages, store.vault, hannah)
            if not each.withdrawn
        ]

    async def pictures() -> list[bytes]:
        return [content for _, hung in await on_screen(store, hannah) for _, content in hung if content is not None]

    return Line(Phones(store, book_clock, ids), "hannah", shown, pictures)


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


def picture(number: int, *, kind: MediaKind = MediaKind.PHOTO) -> Picture:
    return Picture(f"{number}.png", "image/png", kind, painting(number))


async def on_screen(store: Store, address: AddressId) -> list[tuple[str, list[tuple[str, bytes | None]]]]:
    """The words of each message and the type and bytes of what hangs on it."""

    def look(connection: Connection) -> list[tuple[str, list[tuple[str, bytes | None]]]]:
        found = []
        for each in phones.messages(connection, store.vault, address):
            kept = [(file, documents.load(connection, store.vault, file.document)) for file in each.files]
            found.append((each.text, [(file.media_type, None if one is None else one.content) for file, one in kept]))
        return found

    return await store.read(look)


async def test_pictures_hang_on_the_words_in_their_order_and_a_second_time_shows_no_more(
    line: Line, store: Store, hannah: AddressId
) -> None:
    words = Utterance((Span("Priya: painting"),), pictures=(Shown(1), Shown(2)))
    (part,) = line.channel.parts(words, ())
    call = Call(Act.SAY, "hannah", part, delivery=77, pictures=(picture(1), picture(2)))

    first, second = [await line.channel.call(call) for _ in range(2)]

    assert first == second
    assert isinstance(first, Accepted)
    assert Part.from_json(part.to_json()) == part
    assert await on_screen(store, hannah) == [
        ("Priya: painting", [("image/png", painting(1)), ("image/png", painting(2))])
    ]


def test_pictures_stand_over_the_first_words_whatever_their_length_and_may_have_none(line: Line) -> None:
    long = line.channel.parts(Utterance((Span("word " * 2000),), pictures=(Shown(1), Shown(2))), ())
    alone = line.channel.parts(Utterance((Span(""),), pictures=(Shown(1),)), ())

    assert [part.pictures for part in long] == [(1, 2), *[()] * (len(long) - 1)]
    assert len(long) > 1
    assert [(part.text, part.pictures) for part in alone] == [("", (1,))]


async def test_a_picture_that_is_taken_back_is_kept_nowhere_and_one_that_is_shown_stays_as_long_as_its_message(
    line: Line, store: Store, hannah: AddressId, book_clock: BookClock
) -> None:
    said = []
    for number in (1, 2):
        part = Part("painting", pictures=(number,))
        call = Call(Act.SAY, "hannah", part, delivery=number, pictures=(picture(number),))
        said.append(await line.channel.call(call))
    numbers = [file.document for each in await store.read(phones.messages, store.vault, hannah) for file in each.files]

    assert isinstance(said[0], Accepted)
    await line.channel.call(Call(Act.TAKE_BACK, "hannah", target=said[0].provider_ids[0]))
    await store.write(documents.forget_before, book_clock.now() + timedelta(days=3))

    assert await store.read(documents.existing, numbers) == {numbers[1]}
    assert await on_screen(store, hannah) == [("", []), ("painting", [("image/png", painting(2))])]
