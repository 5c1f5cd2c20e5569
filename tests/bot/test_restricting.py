"""Over the socket: who would be hit is said first, then one person is shut out, beside the running program."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from book.errors import OperatorError
from book.ids import IdMaker, PersonId
from bot import control, restricting
from bot.control import Control
from bot.demo.roster import DemoRoster, number, read_roster
from bot.restricting import Look, Shut
from storage import circles
from storage.roster import enrol
from storage.store import Store
from tests.clocks import BookClock
from tests.kit.conversation import LONDON


@pytest.fixture
def dialect() -> str:
    """The socket is for the embedded database; PostgreSQL is written to directly."""
    return "sqlite"


@pytest.fixture
async def people(store: Store, book_clock: BookClock) -> DemoRoster:
    found = number(read_roster(None), IdMaker(now=book_clock.now, chance=random.Random(7).randrange), book_clock.now())
    await enrol(store, found.roster, book_clock.now())
    return found


@pytest.fixture
async def folder(people: DemoRoster, store: Store, book_clock: BookClock, tmp_path: Path) -> AsyncIterator[Path]:
    book_clock.move(timedelta(seconds=1))  # two makers of ids in one moment would not rise together
    ids = IdMaker(now=book_clock.now, chance=random.Random(8).randrange)
    opened = Control(tmp_path, store, {"restrict": restricting.verb(store, ids, book_clock.now, LONDON)})
    await opened.open()
    yield tmp_path
    await opened.close()


async def test_who_would_be_hit_is_said_and_nothing_is_done(
    folder: Path, store: Store, people: DemoRoster, book_clock: BookClock
) -> None:
    said = await control.ask(folder, "restrict", restricting.write(Look("Tom")))

    assert said == {
        "people": [
            {
                "person": people.people["tom"],
                "name": "Tom",
                "as": ["parent (Ella)"],
                "children": [people.children["ella"]],
            }
        ]
    }
    assert (await control.ask(folder, "restrict", restricting.write(Look("Tom", "Noah"))))["people"] == []
    assert people.people["tom"] in await store.read(circles.belonging, list(people.people.values()), book_clock.now())


async def test_one_person_is_shut_out_of_one_book_or_of_everything(
    folder: Path, store: Store, people: DemoRoster, book_clock: BookClock
) -> None:
    joe, noah = people.people["joe"], people.children["noah"]
    one = await control.ask(folder, "restrict", restricting.write(Shut(joe, frozenset({noah}))))
    assert (one["lines"], one["is_stranger"]) == (1, False)
    whole = await control.ask(folder, "restrict", restricting.write(Shut(joe, None)))
    assert (whole["lines"], whole["is_stranger"]) == (1, True)

    left = await store.read(circles.belonging, [joe, people.people["hannah"]], book_clock.now())
    assert left == {people.people["hannah"]}


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"name": ""},
        {"name": "Tom"},
        {"name": "Tom", "child": 1},
        {"person": 1},
        {"person": True, "children": None},
        {"person": 1, "children": []},
        {"person": 1, "children": ["1"]},
        {"person": 1, "children": None, "and": 1},
    ],
)
async def test_what_makes_no_sense_is_refused(folder: Path, people: DemoRoster, asked: dict[str, object]) -> None:
    with pytest.raises(OperatorError, match="makes no sense"):
        await control.ask(folder, "restrict", asked)
    assert PersonId(1) not in people.people.values()
