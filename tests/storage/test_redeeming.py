"""Of two who redeem one invitation at the same moment exactly one has it; a thousand times over."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Connection, func, select

from book.deliveries import InboxState
from book.errors import Fenced
from book.ids import AddressId, InboxId, PersonId
from book.messages import Did, Incoming, message_key
from book.people import Role
from storage import claims, filing, inbox, invitations, schema
from storage.claims import ClaimState, NewClaim
from storage.filing import Filing, Joining
from storage.inbox import Received
from tests.kit.conversation import Story


async def _writers(story: Story) -> list[tuple[InboxId, AddressId]]:
    """Two telephones that are nobody's, with a message from each."""
    store, now = story.store, story.clock.now()
    for each in ("one", "two"):
        incoming = Incoming(Did.WROTE, now, text="ELLA-7K2P", message="1")
        received = Received("phones", "demo", message_key(each, "1"), each, "{}", now, incoming)
        await store.write(inbox.keep, store.vault, story.ids, [received])
    taken = await store.write(inbox.take, store.vault, 2)
    return [(each.id, each.address) for each in taken]


def _make(connection: Connection, story: Story, person: PersonId, number: int) -> int:
    invitations.make(
        connection, story.store.vault, story.ids, person, f"payload {number}", story.clock.now(), role=Role.PARENT,
        child=story.people.children["ella"], proves=False,
    )  # fmt: skip
    newest: int = connection.execute(select(func.max(schema.invitations.c.id))).scalar_one()
    return newest


@pytest.mark.parametrize("races", [pytest.param(150, id="many times"),
                                   pytest.param(1_000, id="a thousand times", marks=pytest.mark.prove)])  # fmt: skip
async def test_of_two_who_redeem_at_the_same_moment_exactly_one_joins(story: Story, races: int) -> None:
    store, now, person = story.store, story.clock.now(), story.people.people["hannah"]
    writers = await _writers(story)
    won: list[int] = []
    for number in range(races):
        invitation = await store.write(_make, story, person, number)
        tries = [
            store.write(
                filing.write,
                store.vault,
                [
                    Filing(
                        message,
                        address,
                        InboxState.SKIPPED,
                        joins=Joining(invitation, person, handle),
                        claims=(NewClaim(story.ids.new(), person, address, invitation, ClaimState.CONFIRMED),),
                    )
                ],
                now,
            )
            for (message, address), handle in zip(writers, ("one", "two"), strict=True)
        ]
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        assert all(each is None or isinstance(each, Fenced) for each in outcomes), outcomes
        won.append(sum(each is None for each in outcomes))

    assert won == [1] * races
    confirmed = await store.read(_count, ClaimState.CONFIRMED)
    assert confirmed == races


async def test_one_invitation_waits_for_a_yes_at_one_address_alone(story: Story) -> None:
    store, now, person = story.store, story.clock.now(), story.people.people["hannah"]
    writers = await _writers(story)
    for number in range(50):
        invitation = await store.write(_make, story, person, number)
        tries = [
            store.write(
                claims.write,
                store.vault,
                [NewClaim(story.ids.new(), person, address, invitation, ClaimState.WAITING, "+447700900777")],
                now,
            )
            for _, address in writers
        ]
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(each is None for each in outcomes) == 1

    assert await store.read(_count, ClaimState.WAITING) == 50


async def test_an_earlier_slip_about_the_same_child_can_be_used_no_more(story: Story) -> None:
    store, now = story.store, story.clock.now()
    people, children = story.people.people, story.people.children

    def slip(connection: Connection, child: str, payload: str) -> None:
        until = invitations.make_slip(
            connection, store.vault, story.ids, person=people["joe"], role=Role.PARENT, child=children[child],
            setting=story.people.settings["sunshine"], payload=payload, code=f"{child}-2345", made_by=None, now=now,
        )  # fmt: skip
        assert until == now + invitations.SLIP_LASTS

    for child, payload in (("noah", "a"), ("poppy", "b"), ("noah", "c")):
        await store.write(slip, child, payload)

    found = await store.read(invitations.find, store.vault, ["a", "b", "c"], now)
    assert set(found) == {"b", "c"}
    by_code = await store.read(invitations.find_by_code, store.vault, ["NOAH-2345", "POPPY-2345"], now)
    assert {code: len(each) for code, each in by_code.items()} == {"NOAH-2345": 1, "POPPY-2345": 1}


def _count(connection: Connection, state: ClaimState) -> int:
    found: int = connection.execute(
        select(func.count()).select_from(schema.claims).where(schema.claims.c.state == state)
    ).scalar_one()
    return found
