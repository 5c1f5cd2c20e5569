"""What somebody sends is never passed on by the name under which it came in: that name is of her own file, as it was.

Telegram's server is played, and notes every use of such a name as a breach; every story that is told on it ends by
looking whether there was one. Here it is asked of many relays: of albums, to two parents of each child who is in them.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import time
from functools import partial

import pytest

from book.ids import ChildId, IdMaker, PersonId
from book.people import Role
from book.sharing import PhotoChoice, PhotoUse
from bot.demo.roster import DemoRoster
from storage.roster import NewChild, NewMembership, NewPerson, NewSession, Roster
from storage.sharing import NewPhotoChoice
from storage.store import Store
from tests.clocks import BookClock, MachineClock
from tests.doubles.telegram import Fault
from tests.kit.conversation import TUESDAY, tell
from tests.kit.on_telegram import OnTelegram
from tests.kit.pictures import painting

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)

NAMES = (
    "Agnes", "Blythe", "Cosmo", "Delphine", "Edmund", "Flora", "Gideon", "Harriet", "Ignatius", "Juniper", "Kenneth",
    "Lavender", "Montague", "Nerissa", "Octavia", "Peregrine", "Quentin", "Rosalind", "Sebastian", "Tabitha",
    "Ursula", "Valentine", "Winifred", "Xanthe", "Yolanda", "Zebedee", "Ambrose", "Beatrix", "Clementine", "Dominic",
)  # fmt: skip


def a_room_of(count: int, people: DemoRoster) -> Roster:
    """So many children of Priya's, each with two parents, who let them be in photos that other families have."""
    first, sunshine, priya = people.children["ella"] + 900_000, people.settings["sunshine"], people.people["priya"]
    child = {name: ChildId(first + 100 * at) for at, name in enumerate(NAMES[:count])}
    parents = {PersonId(each + 10 * number): each for each in child.values() for number in (1, 2)}
    people.people.update({f"parent {each}": each for each in parents})
    return Roster(
        children=[NewChild(each, (name,)) for name, each in child.items()],
        people=[NewPerson(parent, f"Parent {parent}") for parent in parents],
        sessions=[NewSession(each + 2, each, sunshine, 1, time(8), time(17)) for each in child.values()],
        memberships=[NewMembership(each + 1, priya, Role.KEY_PERSON, each, sunshine) for each in child.values()]
        + [NewMembership(parent + 1, parent, Role.PARENT, each, sunshine) for parent, each in parents.items()],
        photo_choices=[
            NewPhotoChoice(parent + 2 + at, each, PhotoChoice(parent, use, True, TUESDAY))
            for parent, each in parents.items()
            for at, use in enumerate((PhotoUse.OWN, PhotoUse.GROUP))
        ],
    )


@pytest.fixture
async def stage() -> AsyncIterator[OnTelegram]:
    async with OnTelegram() as opened:
        yield opened


@pytest.mark.parametrize(
    ("children", "albums", "each"),
    [pytest.param(2, 2, 2, id="few"), pytest.param(25, 20, 10, id="ten thousand", marks=pytest.mark.prove)],
)
async def test_no_relay_uses_the_name_under_which_a_picture_came_in(
    store: Store,
    stage: OnTelegram,
    book_clock: BookClock,
    machine_clock: MachineClock,
    children: int,
    albums: int,
    each: int,
) -> None:
    ids = IdMaker(now=book_clock.now, chance=random.Random(7).randrange)
    more = partial(a_room_of, children)
    story = await tell(store, stage, book_clock, machine_clock, ids, more=more)
    parents = [name for name in story.people.people if name.startswith("parent ")]
    caption = f"{', '.join(NAMES[:children])} painting"
    await story.until("9:00")
    sent = [[painting(each * album + at) for at in range(each)] for album in range(albums)]
    for contents in sent:
        await story.person("priya").sends_photos(each, caption, contents=contents)
        await story.passes(70)
    # What nobody knows the fate of is sent once more, and by then the server has our own uploads.
    stage.double.plan(Fault.cut(accepted=True), on="sendMediaGroup", chat=stage.chat(parents[0]))
    await story.until("18:00")

    shown = [message.media for who in parents for message in stage.chat(who).from_bot if message.media is not None]
    assert len(parents) == 2 * children
    assert len(shown) == len(parents) * albums * each + each
    assert stage.double.breaches == []
    assert {media.content for media in shown}.isdisjoint(content for contents in sent for content in contents)
