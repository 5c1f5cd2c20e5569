"""What waits until somebody writes is let go by whatever she writes, on both databases, whichever came first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from book.disclosure import Profile
from book.ids import AddressId, Ids, NoticeId, PersonId
from book.messages import Did, Incoming
from book.people import Pronoun
from storage import addresses, inbox, schema, windows
from storage.addresses import Handle
from storage.database import Connection
from storage.inbox import Received
from storage.roster import NewPerson, Roster, enrol
from storage.store import Store
from storage.vault import Owner
from storage.windows import Hold

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
FAY = PersonId(5)
ON_WHATSAPP = Profile(open_for=timedelta(hours=24))
ELSEWHERE = Profile()


@pytest.fixture
async def places(store: Store, ids: Ids) -> dict[str, AddressId]:
    """Fay has WhatsApp and another address."""
    await enrol(store, Roster(people=[NewPerson(FAY, "Fay", pronoun=Pronoun.THEY)]), NOW)
    await store.vault.ensure(Owner.day(NOW.date()))

    def give(connection: Connection) -> dict[str, AddressId]:
        found = {}
        for channel, profile in (("whatsapp", ON_WHATSAPP), ("telegram", ELSEWHERE)):
            handle = Handle(channel, "1", "fay")
            made = addresses.find_or_make(connection, store.vault, ids, {handle: profile}, NOW)[handle]
            addresses.link(connection, store.vault, made, "fay", FAY, proved_at=NOW)
            found[channel] = made
        return found

    return await store.write(give)


async def wait(store: Store, places: dict[str, AddressId], notice: int, *, heard: datetime | None = None) -> bool:
    """A notice to Fay is held; whether it waits now."""

    def work(connection: Connection) -> bool:
        connection.execute(
            insert(schema.notices).values(
                id=notice,
                cause=notice,
                hearer=FAY,
                kind="said",
                person_id=FAY,
                lane=2,
                state="waiting",
                not_before=NOW,
                sealed_parameters=b"",
                made_at=NOW,
            )
        )
        hold = Hold(NoticeId(notice), places["whatsapp"], heard, NOW + timedelta(days=2))
        return bool(windows.hold(connection, [hold]))

    return await store.write(work)


async def writes(store: Store, ids: Ids, channel: str, *, at: datetime = NOW) -> None:
    incoming = Incoming(Did.OTHER, at, message="1")
    received = Received(channel, "1", f"m:fay:{at}", "fay", "{}", NOW, incoming, ON_WHATSAPP)
    await store.write(inbox.keep, store.vault, ids, [received])


async def waits_for(store: Store) -> set[str]:
    def look(connection: Connection) -> set[str]:
        return set(connection.execute(select(schema.notices.c.waits_for)).scalars())

    return await store.read(look)


@pytest.mark.parametrize("channel", ["whatsapp", "telegram"])
async def test_whatever_she_writes_lets_it_go(
    store: Store, ids: Ids, places: dict[str, AddressId], channel: str
) -> None:
    assert await wait(store, places, 7)
    assert await waits_for(store) == {"window"}

    await writes(store, ids, channel)

    assert await waits_for(store) == {""}


async def test_who_has_written_since_it_was_found_closed_is_not_kept_waiting(
    store: Store, ids: Ids, places: dict[str, AddressId]
) -> None:
    await writes(store, ids, "whatsapp")

    assert not await wait(store, places, 7, heard=None)
    assert await wait(store, places, 8, heard=NOW)


async def test_what_only_comes_to_be_known_now_opens_an_address_from_when_it_was_written(
    store: Store, ids: Ids, places: dict[str, AddressId]
) -> None:
    await writes(store, ids, "whatsapp", at=NOW - timedelta(hours=30))
    (found,) = [each for each in await _hers(store) if each.channel == "whatsapp"]
    assert found.last_inbound_at == NOW - timedelta(hours=30)
    assert not found.is_open(NOW)

    await writes(store, ids, "whatsapp", at=NOW - timedelta(hours=2))
    (found,) = [each for each in await _hers(store) if each.channel == "whatsapp"]
    assert found.is_open(NOW)
    assert not found.is_open(NOW + timedelta(hours=22))


async def test_what_the_platform_says_of_a_window_counts_until_she_writes_again(
    store: Store, ids: Ids, places: dict[str, AddressId]
) -> None:
    await writes(store, ids, "whatsapp", at=NOW)

    def close(connection: Connection) -> None:
        connection.execute(
            update(schema.addresses).where(schema.addresses.c.id == places["whatsapp"]).values(closed_at=NOW)
        )

    await store.write(close)
    (found,) = [each for each in await _hers(store) if each.channel == "whatsapp"]
    assert not found.is_open(NOW)


async def _hers(store: Store) -> list[addresses.Address]:
    return await store.read(lambda connection: addresses.load(connection, store.vault, people=[FAY]))
