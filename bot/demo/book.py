"""The demo's book, open: its store, its engine on book time, and the phones of everybody in it.

The first start writes the roster and plays a few days through the same door and the same engine as everything
later. Refuses to know how any of it is shown.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from secrets import randbelow, token_urlsafe
from zoneinfo import ZoneInfo

from book.errors import OperatorError
from book.ids import IdMaker, Ids
from book.timing import Pace
from book.understanding.lexicon import Lexicon, load_lexicon
from book.wording.catalogue import Catalogue, load_catalogue
from book.wording.compose import Composer
from bot.channels.phones import ACCOUNT, Phones
from bot.clock import MovableClock, SystemMachine
from bot.demo.book_time import BookTime, go_on, latest_school_day, opening_moment, school_day_before
from bot.demo.directory import DemoDirectory
from bot.demo.roster import DemoRoster, Written, number, read_roster
from bot.doors import phones as door
from bot.engine import Chances, Engine, Way, build
from bot.web.people import Phone, find_phones
from scheduler.chores import chores
from storage import marks, roster
from storage.addresses import Handle
from storage.database import open_database
from storage.keys import KeyStore
from storage.media_files import MediaFiles
from storage.migrations import migrate
from storage.store import Store
from storage.vault import Vault

# Short, so that a visitor sees each step; long enough to press Undo.
PACE = Pace(undo=timedelta(seconds=3), undo_several=timedelta(seconds=5), gather=timedelta(seconds=1.5))
_UNKNOWN_WAIT = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class DemoBook:
    """Everything that is shown and everything that moves it."""

    store: Store
    engine: Engine
    time: BookTime
    ids: Ids
    composer: Composer
    lexicon: Lexicon
    catalogue: Catalogue
    phones: tuple[Phone, ...]


@asynccontextmanager
async def open_book(
    directory: DemoDirectory,
    roster_file: Path | None,
    *,
    today: date,
    zone: ZoneInfo,
    desk_address: str = "",
    begins: datetime | None = None,
) -> AsyncIterator[DemoBook]:
    """Open the demo's book, writing its first days if it is new, and close it afterwards.

    Book time is then ``begins``, else 07:40 on the latest school day or later if it ever was later here. Raises
    :class:`OperatorError` with a sentence where the book, its keys or the roster cannot be used, or where it was later
    than ``begins``, for book time never goes back.
    """
    file = read_roster(roster_file)
    async with AsyncExitStack() as closing:
        database = await open_database(directory.database_url)
        closing.push_async_callback(database.close)
        await migrate(database)
        keys_database = await open_database(directory.keys_url)
        closing.push_async_callback(keys_database.close)
        opening = begins or opening_moment(today, zone)
        former = [directory.kept_time.read(), await database.read(marks.latest_instant)]
        known = max((each for each in former if each is not None), default=None)
        if begins is not None and known is not None and known > begins:
            stands_at = known.astimezone(zone)
            raise OperatorError(
                f"The clock of this demo stands at {stands_at:%Y-%m-%dT%H:%M} and never goes back: "
                "name a later time with --now, or another folder with --data."
            )
        clock = MovableClock(known or _first_moment(file.written, today, zone))
        ids = IdMaker(now=clock.now, chance=randbelow)
        keys = await KeyStore.open(keys_database, directory.root_key(), now=clock.now)
        store = Store(database, await Vault.unlock(keys), MediaFiles(directory.media))
        lexicon, catalogue = load_lexicon(), load_catalogue()
        engine = await build(
            store,
            [Way(Phones(store, clock, ids), per_second=0, per_chat=0)],
            owner=directory.owner,
            clock=clock,
            machine=SystemMachine(),
            ids=ids,
            chances=Chances(token=lambda: token_urlsafe(12), fraction=lambda: randbelow(1000) / 1000),
            lexicon=lexicon,
            catalogue=catalogue,
            zone=zone,
            pace=PACE,
            unknown_wait=_UNKNOWN_WAIT,
            desk_address=desk_address,
        )
        closing.push_async_callback(engine.close)
        time = BookTime(clock, directory.kept_time, engine, zone, tuple(chores(store, ids, zone)))
        if known is None:
            days = FirstDays(number(file, ids, clock.now()), latest_school_day(today), zone)
            await days.write(store, clock, engine, ids)
        phones = await store.read(
            find_phones,
            store.vault,
            {each.id: each.about for each in file.people},
            [each.id for each in file.people],
            frozenset(each.id for each in file.people if each.open),
        )
        if roster_file is not None and {each.id for each in phones} != {each.id for each in file.people}:
            raise OperatorError(
                f"This demo was begun with other people than those of {roster_file}: name another folder with --data."
            )
        await time.move_on(opening)
        yield DemoBook(store, engine, time, ids, Composer(catalogue, zone), lexicon, catalogue, phones)


@dataclass(frozen=True, slots=True)
class FirstDays:
    """What was written before the demo begins, on the school days up to ``day``."""

    people: DemoRoster
    day: date
    zone: ZoneInfo

    async def write(self, store: Store, clock: MovableClock, engine: Engine, ids: Ids) -> None:
        """Enrol everybody, give each a phone, and write what was written before, each at its moment."""
        await roster.enrol(store, self.people.roster, clock.now())
        addresses = {}
        for who, person in self.people.people.items():
            handle = Handle("phones", ACCOUNT, who)
            addresses[who] = await store.write(roster.give_address, store.vault, ids, handle, person, clock.now())
        for each in sorted(self.people.written, key=self._moment):
            await go_on(clock, engine, self._moment(each))
            await store.write(
                door.write, store.vault, ids, addresses[each.by], each.by, each.text, None, self._moment(each)
            )

    def _moment(self, written: Written) -> datetime:
        return _moment(written, self.day, self.zone)


def _first_moment(written: Sequence[Written], today: date, zone: ZoneInfo) -> datetime:
    """An hour before anything is written, so that everybody has joined by then."""
    moments = [_moment(each, latest_school_day(today), zone) for each in written]
    return min(moments, default=opening_moment(today, zone)) - timedelta(hours=1)


def _moment(written: Written, day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(school_day_before(day, written.days_ago), written.at, tzinfo=zone).astimezone(UTC)
