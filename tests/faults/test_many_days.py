"""After many seeded random days of a small nursery, no word and no name is with anybody who should not have it.

Every child, every person and every note carries a word of its own. What each person was shown is judged at each call;
what goes with it as a file is read and judged as well, on paper for every parent who may be handed it; what was logged,
what the metrics say and what the audit keeps openly is searched at the end.
"""

from __future__ import annotations

import io
import os
import random
import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
import structlog
from aiohttp.test_utils import TestClient, TestServer
from openpyxl import Workbook
from sqlalchemy import Connection, select

from book.deliveries import Later, Refused, Unknown
from book.ids import ChildId, IdMaker, PersonId
from book.people import Role, Standing
from book.reasons import Reason
from book.sharing import Answer
from book.topics import Group
from book.understanding.lexicon import load_lexicon
from book.wording.catalogue import load_catalogue
from bot import qr
from bot.operations import Operations, Pulse
from bot.papers.day_page import day_page
from storage import roster, schema
from storage.database import open_database
from storage.keys import KeyStore, RootKey
from storage.store import Store
from storage.vault import Vault
from tests.clocks import BookClock, MachineClock
from tests.databases import Place
from tests.faults.town import ELLAS_DIRECTIONS, PHRASES, Town
from tests.faults.watch import WORD
from tests.kit.conversation import LONDON, tell
from tests.kit.in_the_book import stands
from tests.kit.on_script import OnScript
from tests.kit.papers import words_in
from tests.storage.test_canaries import everything_said

AT_WORK = {"sunshine": ("priya", "amy", "carys", "maya"), "dawns": ("dawn",)}
WRITERS = ("hannah", "hannah", "tom", "joe", "fay", "marta", "chloe", "priya", "priya", "amy", "dawn", "dawn", "carys",
           "maya", "jean", "lorna")  # fmt: skip
COMES_AND_GOES = (
    ("dawn", Role.CHILDMINDER, "ella", "dawns"),
    ("dawn", Role.CHILDMINDER, "kit", "dawns"),
    ("tom", Role.PARENT, "ella", "sunshine"),
    ("amy", Role.SECOND_KEY_PERSON, "ella", "sunshine"),
    ("priya", Role.KEY_PERSON, "leo", "sunshine"),
)
MISBEHAVES = (Later(), Later(90.0), Unknown(), Refused(Reason.REFUSED_BY_CHANNEL))


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """What the program would write to its log, and more than any operator would ask for."""
    with everything_said() as stream:
        yield stream


async def small_nursery(store: Store, clock: BookClock) -> Town:
    """The people of the demo with a sixth child, her mother, a grandmother on Thursdays and a health visitor."""
    stage = OnScript()
    ids = IdMaker(now=clock.now, chance=random.Random(7).randrange)
    lexicon, catalogue = load_lexicon(), load_catalogue()
    story = await tell(store, stage, clock, MachineClock(), ids, lexicon=lexicon, catalogue=catalogue)
    town = Town.of(story, stage)
    people, settings = dict(story.people.people), story.people.settings
    new = {name: PersonId(ids.new()) for name in ("chloe", "jean", "lorna")}
    kit = ChildId(ids.new())
    sunshine = settings["sunshine"]
    until = clock.now() + timedelta(days=25)
    members = [
        roster.NewMembership(ids.new(), new["chloe"], Role.PARENT, kit, sunshine),
        roster.NewMembership(ids.new(), people["carys"], Role.KEY_PERSON, kit, sunshine),
    ]
    duties = [
        roster.NewDuty(ids.new(), people[who], settings[where], day, time(8), time(17))
        for where, workers in AT_WORK.items()
        for who in workers
        for day in range(5)
    ]  # fmt: skip
    added = roster.Roster(
        people=[roster.NewPerson(person, name.capitalize()) for name, person in new.items()],
        children=[roster.NewChild(kit, ("Kester",))],
        memberships=members,
        duties=duties,
    )
    await roster.enrol(store, added, clock.now())
    story.people.people.update(new)  # type: ignore[attr-defined]
    story.people.children.update(kit=kit)  # type: ignore[attr-defined]
    await stage.give_phones(story, list(new))
    town.watch.people |= {name: name.capitalize() for name in new}
    town.watch.children["kit"] = "Kester"  # Kit is a heading on the printed page
    town.watch.stands("chloe", "parent", "kit", "sunshine")
    town.watch.stands("carys", "key person", "kit", "sunshine")
    await stands(story, "jean", Role.FAMILY, "leo", "sunshine", days=frozenset({3}))
    town.watch.stands("jean", "family", "leo", "sunshine", days=("Thursday",), added_by="fay")
    await stands(story, "lorna", Role.PROFESSIONAL, "ella", "sunshine", sees=frozenset({Group.LEARNING}), until=until)
    town.watch.stands("lorna", "professional", "ella", "sunshine", given=("learning",), added_by="hannah")
    return town


class Days:
    """What happens on a day, by chance."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town = town
        self.chance = random.Random(seed)
        self._of_papers = random.Random(seed)  # their own, so that the days are what they were without them

    async def live_through(self, number: int) -> None:
        """From seven in the morning until the next day's."""
        began = datetime.combine(self.town.story.clock.now().astimezone(LONDON).date(), time(7), tzinfo=LONDON)
        if number == 25:
            # The professional's last day has come (dialogue 39).
            self.town.watch.stands("lorna", "professional", "ella", "sunshine", "ended")
        for _ in range(self.chance.randint(8, 16)):
            await self._deed()()
            await self.town.passes(self.chance.choice((1, 5, 15, 60, 600, 2400)))
        await self._somebody_prints()
        tomorrow = began + timedelta(days=1)
        left = (tomorrow - self.town.story.clock.now()).total_seconds()
        await self.town.passes(max(left, 60.0))
        del self.town.sent[:-30]

    def _deed(self) -> Callable[[], Awaitable[object]]:
        chance, town = self.chance, self.town
        who, phrase, newest = chance.choice(WRITERS), chance.randrange(len(PHRASES)), chance.randrange(4)
        theirs = town.watch.with_children(who)
        if chance.random() < 0.55 and theirs:
            several = tuple(chance.sample(theirs, k=2)) if len(theirs) > 1 and chance.random() < 0.2 else ()
            bound = chance.choice(("", "", "", "just nursery", "not Dawn")) if who in {"hannah", "tom"} else ""
            if several:
                return lambda: town.writes(who, several, phrase % 2)
            return lambda: town.writes(who, (chance.choice(theirs),), phrase, bound)
        deeds: tuple[Callable[[], Awaitable[object]], ...] = (
            lambda: town.answers(who, newest, phrase),
            lambda: town.answers(who, newest, phrase),
            lambda: town.edits(newest, phrase),
            lambda: town.takes_back(newest),
            lambda: town.moves(newest, phrase),
            lambda: town.asks_why(who, newest),
            lambda: town.lets_through("hannah"),
            self._a_parent_chooses,
            self._somebody_comes_or_goes,
            self._the_platform_misbehaves,
        )
        return chance.choice(deeds)

    async def _somebody_prints(self) -> None:
        for _ in range(3):
            who = self._of_papers.choice(WRITERS)
            if theirs := self.town.watch.with_children(who):
                await self.town.prints(who, self._of_papers.choice(theirs))

    async def _a_parent_chooses(self) -> None:
        directions = tuple(self.chance.sample(ELLAS_DIRECTIONS, k=2))
        who, answer = self.chance.choice(("hannah", "tom")), self.chance.choice(list(Answer))
        await self.town.shares(who, "ella", answer, directions)

    async def _somebody_comes_or_goes(self) -> None:
        standings = (Standing.LIVE, Standing.LIVE, Standing.LIVE, Standing.ENDED, Standing.RESTRICTED)
        await self.town.comes_or_goes(*self.chance.choice(COMES_AND_GOES), self.chance.choice(standings))

    async def _the_platform_misbehaves(self) -> None:
        to = self.chance.choice(("priya", "dawn", "hannah", "tom", "joe"))
        what, arrives = self.chance.choice(MISBEHAVES), self.chance.random() < 0.5
        # What is refused or put off has not arrived: a platform that says so is believed.
        self.town.script.answers(what, to=to, arrives=arrives and isinstance(what, Unknown))


async def live(store: Store, clock: BookClock, days: int, seed: int) -> Town:
    """So many days, with no fault on any of them."""
    town = await small_nursery(store, clock)
    life = Days(town, seed)
    for number in range(days):
        await life.live_through(number)
        assert town.watch.faults == [], f"seed {seed}, day {number}: " + "\n".join(town.watch.faults[:5])
    return town


async def searched_places(town: Town, said: io.StringIO, capfd: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Everything that operators may see."""
    store, story = town.story.store, town.story
    pulse = Pulse(store, ["doors"], door=None, now=story.clock.now, machine=story.machine)
    async with TestClient(TestServer(Operations(store, pulse, now=story.clock.now).application())) as client:
        metrics = await (await client.get("/metrics")).text()
    printed = capfd.readouterr()
    return {
        "log": said.getvalue(),
        "printed": printed.out + printed.err,
        "metrics": metrics,
        "audit": await store.read(_audit_as_it_is_kept),
    }


def _audit_as_it_is_kept(connection: Connection) -> str:
    return "\n".join(repr(tuple(row)) for row in connection.execute(select(schema.audit)))


def heard(town: Town, text: str) -> set[str]:
    """The canaries that stand in this text."""
    names = {*town.watch.people.values(), *town.watch.children.values()}
    found = {name for name in names if re.search(rf"\b{name}\b", text)}
    return found | {word for word in re.findall(r"w\d{6}k", text) if word in town.watch.words}


@pytest.mark.parametrize("days", [pytest.param(10, id="ten days"),
                                  pytest.param(1000, id="a thousand days", marks=pytest.mark.prove)])  # fmt: skip
async def test_after_many_days_no_canary_is_with_anybody_who_should_not_have_it(
    place: Place, root_key: RootKey, said: io.StringIO, capfd: pytest.CaptureFixture[str], days: int, tmp_path: Path
) -> None:
    seed = int(os.environ.get("BOOKBAG_PROVE_SEED", "1"))
    days = days if place.dialect == "sqlite" else max(2, days // 10)
    clock = BookClock(datetime(2026, 11, 23, 7, tzinfo=LONDON))
    book, keys = await open_database(place.url), await open_database(place.keys_url)
    try:
        vault = await Vault.unlock(await KeyStore.open(keys, root_key, now=clock.now))
        town = await live(Store(book, vault, place.media), clock, days, seed)
        places = await searched_places(town, said, capfd)
    finally:
        await book.close()
        await keys.close()

    shown = town.watch.judged
    with capfd.disabled():
        words, calls = len(town.watch.words), len(town.script.calls)
        print(f"\n{place.dialect}: {days} days, {words} words, {calls} calls, {shown} times rightly shown")
    assert shown > days
    assert town.watch.on_paper, "no file that went out held a word: the search of files would see nothing"
    assert {where: canaries for where, text in places.items() if (canaries := heard(town, text))} == {}
    assert "bookbag_deliveries" in places["metrics"]
    # A few days may pass without a line in the log, a hundred do not.
    assert places["log"] or days < 100
    # And the search itself works: what is logged openly is found.
    word = next(iter(town.watch.words))
    structlog.get_logger("test").warning("spoken_openly", number=word)
    assert heard(town, f"{word} Ella") == {word, "Ella"}


async def test_what_goes_out_as_a_file_is_read_and_judged(place: Place, root_key: RootKey) -> None:
    clock = BookClock(datetime(2026, 11, 23, 9, tzinfo=LONDON))
    book, keys = await open_database(place.url), await open_database(place.keys_url)
    try:
        vault = await Vault.unlock(await KeyStore.open(keys, root_key, now=clock.now))
        town = await small_nursery(Store(book, vault, place.media), clock)
        for who, phrase in (("priya", 1), ("hannah", 0), ("tom", 1), ("dawn", 0)):
            await town.writes(who, ("ella",), phrase)
        await town.passes(120)
        for who in ("priya", "hannah", "tom", "dawn"):
            await town.prints(who, "ella")
    finally:
        await book.close()
        await keys.close()

    assert town.watch.faults == []
    # Priya's page has her own note and what both parents may have of the others'.
    assert town.watch.on_paper >= 4
    assert {each.to for each in town.script.calls if each.file} >= {"priya", "hannah", "tom"}


def test_no_word_hides_in_a_file_of_any_kind() -> None:
    page = day_page([("page.title", "w000001k's day"), ("page.line", "14:00 Priya: w000002k – slept")])
    table = Workbook()
    table.create_sheet("w000003k").append(["w000004k"])
    kept = io.BytesIO()
    table.save(kept)
    chunk = b"Comment\0w000005k"
    picture = qr.png("https://t.me/bot?start=x")
    marked = picture[:33] + len(chunk).to_bytes(4, "big") + b"tEXt" + chunk + b"\0\0\0\0" + picture[33:]

    for content, words in (
        (page, {"w000001k", "w000002k"}),
        (kept.getvalue(), {"w000003k", "w000004k"}),
        (marked, {"w000005k"}),
        (picture, set()),
    ):
        assert set(WORD.findall(words_in("file", content))) == words
    assert WORD.findall(words_in("w000006k.pdf", page))[0] == "w000006k"
