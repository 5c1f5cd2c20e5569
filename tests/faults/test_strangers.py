"""However many strangers try whatever comes to mind, none is let in, all read one sentence, and the limits hold.

At the doors of a platform with buttons, of plain texts and of Telegram. Between them come those who were invited: a
right code or link is never counted, and what becomes of it is foretold from the limits as they are written down.
"""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from book.deliveries import Act
from book.ids import IdMaker
from book.messages import Did, Incoming, message_key
from book.people import Role
from book.understanding.lexicon import Lexicon, load_lexicon
from book.wording.catalogue import Catalogue, load_catalogue
from storage import schema
from storage.store import Store
from tests.clocks import BookClock, MachineClock
from tests.kit.conversation import Story, tell
from tests.kit.on_script import OnScript
from tests.kit.on_telegram import OnTelegram
from tests.kit.on_text import OnText
from tests.kit.slips import hold_number, slip
from tests.kit.together import Together

SENTENCE = (
    "This is a nursery communication book. If you have been given a slip, send me the code on it. "
    "Otherwise please speak to the setting."
)
WITH_HER, IN_ALL, WITHIN = 5, 100, timedelta(hours=1)  # "5 a chat an hour, 100 an hour in all"
BY_CODE = {"joe": ("NOAH-4TW9", "noah", "+447700900219"), "fay": ("LEO-6RX3", "leo", "+447700900220")}
BY_LINK = {"hannah": ("ella", "+447700900214"), "marta": ("zofia", "+447700900221")}
INVITED = (*BY_CODE, *BY_LINK)
JOINED = ("priya", "dawn", "tom", "amy", "maya", "sam", "ruth", "carys")
ON_SLIPS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
NAMES = ("Ella", "Noah", "Poppy", "Leo", "Zofia", "Hannah", "Priya", "Dawn", "Maya", "Ivor")
SAID = (
    "who is this?", "bad night, teething", "{} slept 12-1", "how is {}?", "today {}", "today", "who", "sharing",
    "undo", "1", "2", "0", "yes", "let them in", "invite", "add child {}", "restrict {}", "{} no more", "stop", "start",
    "{} said daddy hits me with a belt", "I am {}", "Priya", "0770 0900214", "calpol 5ml at 6", "why?", "in today?",
    "that was {}", "hello then", "that's ella", "✓", "👍", "ж" * 40, "x" * 900, "' OR 1=1 --", "<b>{}</b>", "/help",
    "hello", "just nursery: {} is here", "my number is +447700900214", "ELLA", "ELLA-", "the code is ELLA-7K2P please",
)  # fmt: skip


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    """Loaded once: it never changes."""
    return load_lexicon()


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@dataclass(slots=True)
class Limits:
    """What the page says of wrong short codes: how many were taken within the hour, from each chat and in all."""

    taken: deque[tuple[datetime, str]] = field(default_factory=deque)

    def in_all(self, now: datetime) -> int:
        while self.taken and self.taken[0][0] <= now - WITHIN:
            self.taken.popleft()
        return len(self.taken)

    def left(self, who: str, now: datetime) -> int:
        in_all = self.in_all(now)
        return max(0, min(WITH_HER - Counter(chat for _, chat in self.taken)[who], IN_ALL - in_all))

    def wrong(self, who: str, now: datetime) -> None:
        if self.left(who, now):
            self.taken.append((now, who))


class Street:
    """Whoever comes to the doors, by chance; some of them on the platform of the story, the others by text."""

    def __init__(
        self, story: Story, first: OnScript | OnTelegram, texts: OnText, together: Together, seed: int
    ) -> None:
        self.story, self.first, self.texts = story, first, texts
        self.together = together
        self.chance = random.Random(seed)
        self.limits = Limits()
        self.links: dict[str, str] = {}
        self.came: list[str] = []
        self.wrote: Counter[str] = Counter()
        self.joined: set[str] = set()
        self.held = 0

    async def hand_out(self) -> None:
        for byte, (who, (code, child, number)) in enumerate(BY_CODE.items(), 10):
            await hold_number(self.story, who, number)
            await slip(self.story, who, code, child=child, role=Role.PARENT, byte=byte)
        for byte, (who, (child, number)) in enumerate(BY_LINK.items(), 20):
            await hold_number(self.story, who, number)
            self.links[who] = await slip(self.story, who, child=child, role=Role.PARENT, byte=byte)

    # --- what a stranger tries ------------------------------------------------------------------------------------

    async def wave(self, strangers: int) -> None:
        """So many come at once, each tries a few things, and all of it is in hand before any is answered."""
        now = self.story.clock.now()
        tries: list[tuple[str, str]] = []
        for _ in range(strangers):
            who = f"stranger{len(self.came)}"
            if self.chance.random() < 0.5:
                self.together.hand_to_second(who)
            await self.story.stage.give_stranger(who)
            self.came.append(who)
        back = self.chance.sample(self.came, k=min(len(self.came), strangers // 4))
        for who in (*self.came[-strangers:], *back):
            guesses = self.chance.random() < 0.3
            times = self.chance.randint(*((3, 8) if guesses else (1, 3)))
            tries += [(who, "code" if guesses else self._kind(who)) for _ in range(times)]
        self.chance.shuffle(tries)
        for who, kind in tries:
            await getattr(self, f"_{kind}")(who)
        codes = [who for who, kind in tries if kind == "code"]
        for who in codes:
            self.limits.wrong(who, now)
        await self.story.settles()
        assert await self.story.store.read(_wrong_codes, now - WITHIN) == self.limits.in_all(now)

    def _kind(self, who: str) -> str:
        if self.together.of(who) is self.texts:
            return self.chance.choice(("text", "text", "code"))
        kinds = ["text", "text", "text", "code", "start", "start", "contact", "edit"]
        return self.chance.choice([*kinds, "press"] if isinstance(self.first, OnScript) else kinds)

    async def _text(self, who: str) -> object:
        self.wrote[who] += 1
        text = self.chance.choice(SAID).format(self.chance.choice(NAMES))
        return await self.story.stage.says(who, text, None)

    async def _code(self, who: str) -> None:
        """One that was never on a slip, often with only one letter wrong."""
        self.wrote[who] += 1
        known = [code for code, _, _ in BY_CODE.values()]
        code = known[0]
        while code in known:
            near = list(self.chance.choice(known))
            if self.chance.random() < 0.5:
                near[-1 - self.chance.randrange(4)] = self.chance.choice(ON_SLIPS)
                code = "".join(near)
            else:
                four = "".join(self.chance.choice(ON_SLIPS) for _ in range(4))
                code = f"{self.chance.choice(NAMES).upper()}-{four}"
        if any(each.isdigit() for each in code):
            code = self.chance.choice((code, code.lower(), code.replace("-", " "), f" {code}. "))
        await self.story.stage.says(who, code, None)

    async def _start(self, who: str) -> None:
        self.wrote[who] += 1
        made = self.chance.choice(list(self.links.values()))
        at = self.chance.randrange(len(made))
        other = self.chance.choice([each for each in "abcdefghijkABCDEFGHIJK0123456789_-" if each != made[at]])
        anything = "".join(self.chance.choice(ON_SLIPS + ON_SLIPS.lower() + "_-") for _ in range(len(made)))
        payloads = ("", made[:-1], made[:at] + other + made[at + 1 :], anything, anything * 2, "ELLA-7K2P", "x")
        await self.story.stage.opens(who, self.chance.choice(payloads)[:64])

    async def _contact(self, who: str) -> None:
        """Her own number as the platform vouches for it, somebody else's, or one that she passes on."""
        self.wrote[who] += 1
        on_the_roll = [number for *_, number in (*BY_CODE.values(), *BY_LINK.values())]
        number = self.chance.choice([*on_the_roll, f"+4477009{self.chance.randrange(10_000, 100_000)}"])
        if isinstance(self.first, OnTelegram):
            of = self.chance.choice((None, None, 0, 4711))
            await self.first.chat(who).sends_contact(number.lstrip("+"), of=of, passed_on=self.chance.random() < 0.2)
            return
        key, now = self.first.script.next_number(), self.story.clock.now()
        contact = Incoming(Did.WROTE, now, message=key, contact=number, called=who, media=("contact",))
        await self.first.receives(self.first.received(who, message_key(who, key), contact))

    async def _edit(self, who: str) -> None:
        """Other words in the place of what she has just written: what was nothing is nothing again."""
        written = await self._text(who)
        await self.story.stage.edits(who, written, f"{self.chance.choice(NAMES)} slept {self.chance.randrange(10**6)}")
        self.wrote[who] += 1

    async def _press(self, who: str) -> None:
        assert isinstance(self.first, OnScript)
        await self.first.presses_token(who, f"{self.chance.getrandbits(128):032x}")

    # --- whoever was invited ----------------------------------------------------------------------------------------

    async def comes(self, who: str) -> None:
        """She tries her code or opens her link, perhaps after a few wrong codes of her own."""
        if who in BY_LINK:
            await self.story.stage.give_fresh_phone(self.story, who, BY_LINK[who][1])
            await self.story.stage.opens(who, self.links[who])
            await self.story.settles()
            await self._proves_by_contact(who)
        else:
            code, _, number = BY_CODE[who]
            await self.story.stage.give_fresh_phone(self.story, who, number)
            now = self.story.clock.now()
            for _ in range(self.chance.choice((0, 0, 1, 4, 5, 6))):
                await self._code(who)
                self.limits.wrong(who, now)
            await self.story.settles()
            waits = not self.limits.left(who, now)
            await self.story.person(who).says(code.lower())
            assert await self.is_in(who) != waits, f"{who}: {self.limits.left(who, now)} left"
            if waits:
                self.held += 1
                assert {each.text for each in await self.story.stage.shows(who)} == {SENTENCE}
                await self.story.person("maya").presses("Let them in")
        assert await self.is_in(who)
        now = self.story.clock.now()
        assert await self.story.store.read(_wrong_codes, now - WITHIN) == self.limits.in_all(now)
        self.joined.add(who)

    async def _proves_by_contact(self, who: str) -> None:
        if isinstance(self.first, OnTelegram):
            await self.story.person(who).presses("English")
            await self.story.person(who).presses("Send my number")
            return
        key, now = self.first.script.next_number(), self.story.clock.now()
        contact = Incoming(Did.WROTE, now, message=key, contact=BY_LINK[who][1], called=who, media=("contact",))
        await self.first.receives(self.first.received(who, message_key(who, key), contact))
        await self.story.settles()

    async def is_in(self, who: str) -> bool:
        return self.story.people.people[who] in await self.story.store.read(_whose_addresses)

    # --- what holds at the end --------------------------------------------------------------------------------------

    async def check(self) -> None:
        story = self.story
        shown = {who: [each.text for each in await story.stage.shows(who)] for who in self.came}
        assert {text for texts in shown.values() for text in texts} <= {SENTENCE}
        assert {who: len(texts) for who, texts in shown.items()} == {who: self.wrote[who] for who in self.came}
        people = story.people.people
        assert await story.store.read(_whose_addresses) == {people[who] for who in (*JOINED, *self.joined)}
        assert await story.store.read(_how_many, schema.entries) == 0
        assert await story.store.read(_how_many, schema.disclosures) == 0
        assert await story.store.read(_claims_of_strangers) == 0
        if isinstance(self.first, OnScript):
            answers = {each.text for each in self.first.script.made(act=Act.ANSWER_PRESS) if each.to in shown}
            assert answers <= {""}


def _wrong_codes(connection: Connection, since: datetime) -> int:
    rows = select(func.count()).select_from(schema.wrong_codes).where(schema.wrong_codes.c.at > since)
    hers = select(func.count()).where(schema.wrong_codes.c.at > since).group_by(schema.wrong_codes.c.address_id)
    assert all(each <= WITH_HER for each in connection.execute(hers).scalars())
    found: int = connection.execute(rows).scalar_one()
    assert found <= IN_ALL
    return found


def _whose_addresses(connection: Connection) -> set[Any]:
    owned = select(schema.addresses.c.person_id).where(schema.addresses.c.person_id.is_not(None))
    return set(connection.execute(owned).scalars())


def _claims_of_strangers(connection: Connection) -> int:
    """Claims that are open at an address which is still nobody's."""
    claims, at = schema.claims, schema.addresses
    rows = select(func.count()).select_from(claims.join(at, at.c.id == claims.c.address_id))
    found: int = connection.execute(rows.where(at.c.person_id.is_(None))).scalar_one()
    return found


def _how_many(connection: Connection, table: Any) -> int:
    found: int = connection.execute(select(func.count()).select_from(table)).scalar_one()
    return found


async def play(
    store: Store, clock: BookClock, machine: MachineClock, first: OnScript | OnTelegram, strangers: int, seed: int,
    lexicon: Lexicon, catalogue: Catalogue,
) -> Street:  # fmt: skip
    """One street: so many strangers in waves, and those who were invited somewhere between them."""
    texts = OnText()
    together = Together(first, texts, BY_CODE)
    ids = IdMaker(now=clock.now, chance=random.Random(seed).randrange)
    story = await tell(
        store, together, clock, machine, ids, lexicon=lexicon, catalogue=catalogue, joined=list(JOINED)
    )  # fmt: skip
    street = Street(story, first, texts, together, seed)
    await street.hand_out()
    invited = list(INVITED)
    street.chance.shuffle(invited)
    while len(street.came) < strangers or invited:
        left = strangers - len(street.came)
        if left:
            await street.wave(min(left, street.chance.choice((1, 3, 10, 30))))
        if invited and (not left or street.chance.random() < 8 * len(INVITED) / strangers):
            await street.comes(invited.pop())
        await story.passes(street.chance.choice((1, 60, 300, 900, 2400)))
    await street.check()
    return street


@pytest.fixture
async def telegram() -> AsyncIterator[OnTelegram]:
    async with OnTelegram() as stage:
        yield stage


async def test_strangers_at_the_doors_are_told_one_sentence_and_none_is_let_in(
    store: Store, book_clock: BookClock, machine_clock: MachineClock, lexicon: Lexicon, catalogue: Catalogue
) -> None:
    await play(store, book_clock, machine_clock, OnScript(), 150, 1, lexicon, catalogue)


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_strangers_on_telegram_are_told_one_sentence_and_none_is_let_in(
    store: Store, book_clock: BookClock, machine_clock: MachineClock, telegram: OnTelegram, lexicon: Lexicon,
    catalogue: Catalogue, dialect: str,
) -> None:  # fmt: skip
    await play(store, book_clock, machine_clock, telegram, 40, 2, lexicon, catalogue)


@pytest.mark.prove
@pytest.mark.parametrize("block", range(20))
async def test_ten_thousand_strangers_try_whatever_comes_to_mind(
    store: Store, book_clock: BookClock, machine_clock: MachineClock, lexicon: Lexicon, catalogue: Catalogue, block: int
) -> None:
    street = await play(store, book_clock, machine_clock, OnScript(), 500, 1000 + block, lexicon, catalogue)

    print(f"block {block}: {len(street.came)} strangers, {sum(street.wrote.values())} messages, {street.held} held")
