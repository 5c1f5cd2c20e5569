"""A story told line by line: ``await hannah.says("…")``, ``await priya.hears("…")``, ``dawn.hears_nothing()``.

The whole product runs (doors, inbox, worker, dispatcher, channel, both databases); only the clock is moved by hand
and only the platform is imitated. Nothing waits for real time.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from book.deliveries import InboxState
from book.ids import AddressId, Ids, PersonId
from book.timing import Pace
from book.understanding.lexicon import Lexicon, load_lexicon
from book.wording.catalogue import Catalogue, load_catalogue
from bot.demo.roster import DemoRoster, number, read_roster
from bot.engine import Chances, Engine, Way, build
from bot.media.recordings import find_ffmpeg
from scheduler.chores import chores
from scheduler.metronome import Chore, Metronome
from storage import albums, pictures, roster, schema
from storage.addresses import Handle
from storage.database import Connection
from storage.roster import Roster, enrol
from storage.store import Store
from storage.vault import Owner
from tests.clocks import BookClock, MachineClock
from tests.kit.pictures import painting
from tests.kit.written import times_written

LONDON = ZoneInfo("Europe/London")
TUESDAY = datetime(2026, 11, 24, 6, 0, tzinfo=LONDON)
UNKNOWN_WAIT = timedelta(seconds=30)
PACE = Pace(undo=timedelta(seconds=20), undo_several=timedelta(seconds=60), gather=timedelta(seconds=10))


@dataclass(slots=True)
class Heard:
    """One message as it stands on somebody's screen now."""

    text: str
    buttons: tuple[str, ...]
    silent: bool
    edited: bool
    at: object  # the platform's own name for it
    pictures: int = 0  # how many are shown with it, whatever the platform makes of an album
    announces: bool = False  # it only says that something waits


class Stage(Protocol):
    """A platform with people on it."""

    async def ways(self, story: Story) -> list[Way]: ...

    async def give_phones(self, story: Story, who: Sequence[str]) -> None:
        """All these people can be reached here from now on."""
        ...

    async def give_stranger(self, who: str) -> None:
        """Somebody who belongs to nobody's circle."""
        ...

    async def give_fresh_phone(self, story: Story, who: str, number: str) -> None:
        """A telephone of this number that nobody has joined from yet, in the hands of ``who``."""
        ...

    async def says(self, who: str, text: str, reply_to: object | None) -> object: ...

    async def opens(self, who: str, payload: str) -> None:
        """She opens a link that carries ``payload``."""
        ...

    async def sends(self, who: str, name: str, content: bytes, text: str) -> object:
        """A file, with words beside it or none."""
        ...

    async def sends_photos(
        self, who: str, contents: Sequence[bytes], text: str, reply_to: object | None, order: Sequence[int]
    ) -> object:
        """Photos at one time, an album if they are several, with words beside them or none.

        Where the platform makes messages of them, the bot hears of these in this ``order``, or as they were sent.
        """
        ...

    async def pictures(self, who: str, message: object) -> list[bytes]:
        """The pictures that are shown with a message of the bot's."""
        ...

    async def reacts(self, who: str, message: object, sign: str) -> None:
        """She puts a sign on a message of the bot's, where the platform lets her."""
        ...

    async def file(self, who: str, message: object) -> tuple[str, bytes] | None:
        """Name and content of the file that hangs on a message of the bot's."""
        ...

    async def edits(self, who: str, message: object, text: str) -> None: ...

    async def presses(self, who: str, label: str) -> None: ...

    async def shows(self, who: str) -> list[Heard]: ...

    async def collect(self) -> int:
        """Bring what people did to the inbox, as the door does; returns how many things that were."""
        ...


@dataclass(slots=True)
class Story:
    """One stage, one book, and the clocks."""

    store: Store
    stage: Stage
    clock: BookClock
    machine: MachineClock
    ids: Ids
    people: DemoRoster
    engine: Engine | None = None
    begin: Callable[[], Awaitable[Engine]] | None = None
    metronome: Metronome | None = None
    acts: Counter[str] = field(default_factory=Counter)  # how many things each has done: taps and texts
    monthly_parts: int = 0  # of texts, from the next start on; 0 is no limit
    _seen: dict[str, int] = field(default_factory=dict)
    _there_were: int | None = None  # before the first chore of a round acted
    _settled: tuple[object, ...] = ()
    _due: datetime | None = None

    @property
    def running(self) -> Engine:
        assert self.engine is not None
        return self.engine

    def person(self, who: str) -> Person:
        return Person(self, who)

    async def begins_again(self) -> None:
        """The process is gone without a word and another takes its place, as after a power cut."""
        assert self.begin is not None
        self.engine = await self.begin()
        await self.engine.worker.after_unclean_stop()
        await self.engine.dispatcher.start()

    async def settles(self) -> datetime | None:
        """Everything that can happen at this moment has happened; returns when something falls due next."""
        self._due = await self._settles()
        self._settled = self._moment()
        return self._due

    def _moment(self) -> tuple[object, ...]:
        return times_written(), self.clock.now(), self.machine.monotonic(), id(self.engine)

    async def _settles(self) -> datetime | None:
        while True:
            await self.stage.collect()
            await self.running.worker.work_off()
            if await self.running.papers.work_off() + await self.running.pictures.work_off():
                await self.running.worker.work_off()
            looked = await self.running.dispatcher.drain()
            if looked.next_free is None:
                due = await self._falls_due()
                if due is not None:
                    due = min([due, *await self.store.read(_when_pictures_are_due)])
                    return due if looked.next_at is None else min(due, looked.next_at)
                continue
            self.machine.move(max(looked.next_free - self.machine.monotonic(), 0.0) + 0.001)

    async def _falls_due(self) -> datetime | None:
        """When something falls due by itself; None if something just did, and there may be more to send."""
        if self.metronome is None:
            return self.clock.now() + timedelta(days=365)
        self._there_were = None
        due = await self.metronome.work_off()
        if self._there_were is None:
            return due
        return due if self._there_were == await self.store.read(_how_much_there_is) else None

    async def about_to_act(self) -> None:
        """Something that fell due is going to be done."""
        if self._there_were is None:
            self._there_were = await self.store.read(_how_much_there_is)

    async def passes(self, seconds: float) -> None:
        """Time goes by, and at every moment at which something falls due it happens."""
        until = self.clock.now() + timedelta(seconds=seconds)
        await self.until_instant(until)

    async def until(self, civil: str, *, days: int = 0) -> None:
        """Until this time of day in London, today or so many days later."""
        hour, minute = (int(each) for each in civil.split(":"))
        local = self.clock.now().astimezone(LONDON) + timedelta(days=days)
        moment = datetime.combine(local.date(), time(hour, minute), tzinfo=LONDON)
        await self.until_instant(moment)

    async def until_instant(self, moment: datetime) -> None:
        """Until then; at every instant on the way at which something falls due, it happens."""
        came = await self.stage.collect()
        # Nothing was done since it was last looked: nothing would be found.
        due = self._due if not came and self._settled == self._moment() else await self.settles()
        while due is not None and due <= moment:
            self.clock.move_to(due)
            due = await self.settles()
        if moment > self.clock.now():
            self.clock.move_to(moment)
            await self.settles()


def _how_much_there_is(connection: Connection) -> int:
    """Notices, and messages that are to be handled."""
    to_handle = select(func.count()).where(schema.inbox.c.state == InboxState.NEW)
    return sum(
        connection.execute(each).scalar_one() for each in (select(func.count()).select_from(schema.notices), to_handle)
    )


def _when_pictures_are_due(connection: Connection) -> list[datetime]:
    found = pictures.next_due(connection), albums.next_due(connection)
    return [each for each in found if each is not None]


@dataclass(frozen=True, slots=True)
class _Told:
    """A chore that tells its story before it acts."""

    chore: Chore
    story: Story

    async def next_due(self, now: datetime) -> datetime:
        return await self.chore.next_due(now)

    async def act(self, now: datetime) -> None:
        await self.story.about_to_act()
        await self.chore.act(now)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the story."""

    story: Story
    id: str

    async def says(self, text: str, *, reply_to: Heard | None = None) -> object:
        self.story.acts[self.id] += 1
        message = await self.story.stage.says(self.id, text, reply_to.at if reply_to else None)
        await self.story.settles()
        return message

    async def opens(self, payload: str) -> None:
        """She opens the link she was given: she scans it, and taps Start."""
        self.story.acts[self.id] += 2
        await self.story.stage.opens(self.id, payload)
        await self.story.settles()

    async def sends(self, name: str, content: bytes, text: str = "") -> object:
        message = await self.story.stage.sends(self.id, name, content, text)
        await self.story.settles()
        return message

    async def sends_photos(
        self,
        number: int,
        text: str = "",
        *,
        contents: Sequence[bytes] = (),
        reply_to: Heard | None = None,
        order: Sequence[int] = (),
    ) -> object:
        """So many photos at one time with these words; the message's name, of an album that of its first picture.

        They are ``contents``, or else `tests.kit.pictures.painting` 1, 2 and so on.
        """
        self.story.acts[self.id] += 1
        pictures = list(contents) or [painting(each) for each in range(1, number + 1)]
        assert len(pictures) == number
        answered = reply_to.at if reply_to else None
        message = await self.story.stage.sends_photos(self.id, pictures, text, answered, order)
        await self.story.settles()
        return message

    async def sends_photo(self, text: str = "", *, content: bytes = b"", reply_to: Heard | None = None) -> object:
        """One photo with these words."""
        return await self.sends_photos(1, text, contents=[content] if content else (), reply_to=reply_to)

    async def reacts(self, heard: Heard, sign: str = "❤") -> None:
        """She puts this sign on it, or with none takes hers away."""
        self.story.acts[self.id] += 1
        await self.story.stage.reacts(self.id, heard.at, sign)
        await self.story.settles()

    async def file_of(self, heard: Heard) -> tuple[str, bytes] | None:
        return await self.story.stage.file(self.id, heard.at)

    async def edits(self, message: object, text: str) -> None:
        await self.story.stage.edits(self.id, message, text)
        await self.story.settles()

    async def presses(self, label: str) -> None:
        self.story.acts[self.id] += 1
        await self.story.stage.presses(self.id, label)
        await self.story.settles()

    async def screen(self) -> list[Heard]:
        """What the bot's side of her chat shows now."""
        return await self.story.stage.shows(self.id)

    async def hears(self, text: str, *, buttons: tuple[str, ...] | None = None) -> Heard:
        """The next message she has not heard yet reads exactly so."""
        await self._asks_to_see(but_not=text)
        screen = await self.screen()
        at = self.story._seen.get(self.id, 0)
        unheard = [each.text for each in screen[at:]]
        assert unheard, f"{self.id} heard nothing; the screen shows {[each.text for each in screen]}"
        assert unheard[0] == text, f"{self.id} heard {unheard[0]!r}, not {text!r}"
        self.story._seen[self.id] = at + 1
        if buttons is not None:
            assert screen[at].buttons == buttons
        return screen[at]

    async def _asks_to_see(self, *, but_not: str = "") -> None:
        """Where the next message only says that something waits, she presses its button, as anybody would."""
        while True:
            screen, at = await self.screen(), self.story._seen.get(self.id, 0)
            if at >= len(screen) or not screen[at].announces or screen[at].text == but_not:
                return
            self.story._seen[self.id] = at + 1
            await self.presses(screen[at].buttons[0])

    async def sees_photos(self, number: int, text: str = "", *, buttons: tuple[str, ...] | None = None) -> list[bytes]:
        """The next message shows so many pictures, with exactly this text; they themselves."""
        heard = await self.hears(text, buttons=buttons)
        assert heard.pictures == number, f"{self.id} sees {heard.pictures} pictures with {text!r}, not {number}"
        return await self.story.stage.pictures(self.id, heard.at)

    async def sees_photo(self, text: str = "", *, buttons: tuple[str, ...] | None = None) -> bytes:
        """The next message shows one picture, with exactly this text; the picture itself."""
        (picture,) = await self.sees_photos(1, text, buttons=buttons)
        return picture

    async def sees(self, text: str) -> Heard:
        """The newest message she has heard reads so now, edited in place; or stands as it was, where none can be."""
        screen = await self.screen()
        at = self.story._seen.get(self.id, 0)
        assert at, f"{self.id} has heard nothing yet"
        if not getattr(self.story.stage, "can_change", True):
            return screen[at - 1]
        assert screen[at - 1].text == text, f"{self.id} sees {screen[at - 1].text!r}, not {text!r}"
        return screen[at - 1]

    async def hears_nothing(self) -> None:
        """Nothing new has come."""
        screen = await self.screen()
        at = self.story._seen.get(self.id, 0)
        assert [each.text for each in screen[at:]] == []

    async def hears_anything(self) -> str:
        """Everything new, as one text."""
        await self._asks_to_see()
        screen = await self.screen()
        at = self.story._seen.get(self.id, 0)
        self.story._seen[self.id] = len(screen)
        return "\n".join(each.text for each in screen[at:])


async def give_addresses(story: Story, wanted: Mapping[str, tuple[Handle, PersonId]]) -> dict[str, AddressId]:
    """From now on each of these handles is a proved address of its person."""
    store, now = story.store, story.clock.now()
    await store.vault.ensure(Owner.day(now.date()))

    def give(connection: Connection) -> dict[str, AddressId]:
        return {
            name: roster.give_address(connection, store.vault, story.ids, handle, person, now)
            for name, (handle, person) in wanted.items()
        }

    return await store.write(give)


async def tell(
    store: Store,
    stage: Stage,
    clock: BookClock,
    machine: MachineClock,
    ids: Ids,
    *,
    at: datetime = TUESDAY,
    pace: Pace = PACE,
    seed: int = 1,
    lexicon: Lexicon | None = None,
    catalogue: Catalogue | None = None,
    without: Collection[str] = (),
    with_photos: bool = False,
    joined: Collection[str] | None = None,
    more: Callable[[DemoRoster], Roster] | None = None,
    desk_address: str = "",
    find_ffmpeg: Callable[[], str | None] = find_ffmpeg,
    public_url: str = "",
    monthly_parts: int = 0,
) -> Story:
    """Begin a story with the people of the demo, none of whose earlier days have been written.

    ``without`` some of them: nobody has ever heard of these, nor of a setting that was theirs alone. No parent has said
    yet what pictures may be used for, unless they begin ``with_photos``. Those ``joined``,
    or else all of them, can be reached; ``more`` adds to the roll before it begins.

    A ``lexicon`` and a ``catalogue`` take the place of those that come with the book.
    """
    clock.move_to(at)
    sample = read_roster(None).without(without)
    people = number(sample if with_photos else sample.before_photos(), ids, clock.now())
    await enrol(store, people.roster, clock.now())
    if more is not None:
        await enrol(store, more(people), clock.now())
    story = Story(store, stage, clock, machine, ids, people, monthly_parts=monthly_parts)
    chance = random.Random(seed)
    words, sentences = lexicon or load_lexicon(), catalogue or load_catalogue()

    async def begin() -> Engine:
        return await build(
            story.store,
            await stage.ways(story),
            owner="story",
            clock=clock,
            machine=machine,
            ids=ids,
            chances=Chances(
                token=lambda: f"{chance.getrandbits(96):024x}", fraction=chance.random, secret=chance.randbytes
            ),
            lexicon=words,
            catalogue=sentences,
            zone=LONDON,
            pace=pace,
            unknown_wait=UNKNOWN_WAIT,
            desk_address=desk_address,
            find_ffmpeg=find_ffmpeg,
            public_url=public_url,
            monthly_parts=story.monthly_parts,
        )

    story.begin = begin
    story.engine = await begin()
    story.metronome = Metronome([_Told(each, story) for each in chores(store, ids, LONDON)], clock=clock)
    await stage.give_phones(story, list(people.people if joined is None else joined))
    return story
