"""kill -9 of the whole bot in the middle of a burst, and the proof from outside that nothing came to harm.

A neighbourhood writes to the double; the bot is killed at random moments and started again until everything is
settled. What must then hold is read from two witnesses the bot cannot talk to: the double's ledger and the
database. Knows nothing of how the bot does it; it is told how to start it.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import func, select, text

from book.entries import Text
from book.ids import IdMaker
from storage import schema
from storage.database import Connection, open_database
from storage.keys import KeyStore, make_root_key, read_root_key
from storage.media_files import MediaFiles
from storage.store import Store
from storage.vault import Owner, Vault
from tests.databases import Place
from tests.faults.families import Family, move_in, zone_where_it_is_evening
from tests.faults.processes import ACCOUNT, TOKEN, Process, Telegram

REPEATED = "You may have this already."
_WORD = re.compile(r"\bw\d{5}k\b")
# What a family says on an ordinary day. Nothing urgent (it overtakes), nothing that keeps a note to fewer people.
_SAID = (
    "slept well {}",
    "ate all of the porridge {}",
    "bad night, teething {}",
    "played in the garden {}",
    "two wet nappies this morning {}",
    "Grandma came to visit {}",
)
_SETTLES_WITHIN = 900.0


@dataclass(frozen=True, slots=True)
class Plan:
    """One trial. Everything random in it follows from ``seed``."""

    updates: int
    kills: int
    seed: int
    families: int = 60
    longest_life: float = 1.2  # seconds between the start of a burst's slice and the kill


@dataclass(slots=True)
class Written:
    """What the neighbourhood did: what must be found again."""

    notes: dict[str, int] = field(default_factory=dict)  # each unique word, and the chat it was written in
    edits: dict[str, str] = field(default_factory=dict)  # the word an edit brought, and the one it took the place of
    keys: int = 0  # different messages, edits and presses: what the inbox must hold, once each
    copies: int = 0  # updates that came once more under another number
    presses: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the two witnesses say. ``faults`` names every broken promise; there must be none."""

    faults: tuple[str, ...]
    updates: int
    kills: int
    filed: int
    accepted: int  # messages the ledger shows as taken
    unknown: int  # deliveries of which nobody knew, each settled in the open
    repeats: int  # marked repeats that were taken
    flagged: int
    seconds: float


@dataclass(frozen=True, slots=True)
class PlainVerdict:
    """What became of the updates that a plain bot was sent."""

    updates: int
    kills: int
    lost: int
    twice: int


# --- the bot under trial -----------------------------------------------------------------------------------------


def bookbag(place: Place, telegram: Telegram, *, now: datetime, **otherwise: str) -> Process:
    """``bookbag run`` on this database against the double, at full pace and with short waits."""
    return Process(
        ["-m", "bot", "run"],
        environment=environment(place, telegram, now=now) | otherwise,
        folder=place.directory,
        log=place.directory / "bookbag.log",
    )


def environment(place: Place, telegram: Telegram, *, now: datetime) -> dict[str, str]:
    """The configuration of the bot under trial."""
    return {
        "DATA_DIR": str(place.directory / "data"),
        "ROOT_KEY_FILE": str(place.directory / "root" / "root.key"),
        "DATABASE_URL": place.url,
        "KEYS_DATABASE_URL": place.keys_url,
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_URL": telegram.url,
        "TELEGRAM_PER_SECOND": "0",
        "TELEGRAM_PER_CHAT": "0",
        "LISTEN": "127.0.0.1:0",
        "OPERATIONS_LISTEN": "127.0.0.1:0",
        "DESK_LISTEN": "127.0.0.1:0",
        "UNDO_SECONDS": "0",
        "GATHER_SECONDS": "0.3",
        "UNKNOWN_WAIT_SECONDS": "0.5",
        "TIMEZONE": zone_where_it_is_evening(now),
    }


async def furnish(
    place: Place, *, families: int, to_a_key_person: int = 10, to_a_childminder: int = 20
) -> list[Family]:
    """Keys and people, before the bot's first start."""
    now = datetime.now(UTC)
    root = place.directory / "root"
    root.mkdir()
    make_root_key(root / "root.key")
    async with _Opened(place) as store:
        ids = IdMaker(now=lambda: datetime.now(UTC), chance=random.Random(1).randrange)
        return await move_in(
            store,
            ids,
            ACCOUNT,
            now,
            families=families,
            to_a_key_person=to_a_key_person,
            to_a_childminder=to_a_childminder,
        )


class _Opened:
    """The book and its keys, opened by somebody who is not the bot, while the bot is not there."""

    def __init__(self, place: Place) -> None:
        self._place = place

    async def __aenter__(self) -> Store:
        self._book = await open_database(self._place.url)
        self._keys = await open_database(self._place.keys_url)
        root = read_root_key(self._place.directory / "root" / "root.key")
        keys = await KeyStore.open(self._keys, root, now=lambda: datetime.now(UTC))
        return Store(self._book, await Vault.unlock(keys), MediaFiles(self._place.directory / "data" / "media"))

    async def __aexit__(self, *_: object) -> None:
        await self._book.close()
        await self._keys.close()


# --- the trial ----------------------------------------------------------------------------------------------------


async def trial(place: Place, telegram: Telegram, plan: Plan) -> Verdict:
    """Play ``plan`` through and say what the witnesses saw."""
    began = asyncio.get_running_loop().time()
    chance = random.Random(plan.seed)
    families = await furnish(place, families=plan.families)
    bot = bookbag(place, telegram, now=datetime.now(UTC))
    neighbourhood = Neighbourhood(telegram, families, chance)
    await neighbourhood.opens_its_chats()
    try:
        for life in range(plan.kills + 1):
            await bot.start()
            # One kill in six comes while the bot is still starting.
            if life and chance.random() < 1 / 6 and life < plan.kills:
                await asyncio.sleep(chance.uniform(0.05, 1.0))
                await bot.kill()
                await bot.start()
            await _fetches(bot, telegram)
            await neighbourhood.acts(_share(plan.updates, plan.kills + 1, life))
            if life < plan.kills:
                await asyncio.sleep(chance.uniform(0.0, plan.longest_life))
                await bot.kill()
        await _settled(bot, place, neighbourhood.written)
    finally:
        if not bot.has_ended:
            await bot.stop()
    return await judge(place, telegram, neighbourhood.written, plan, asyncio.get_running_loop().time() - began)


async def plain_trial(folder: Path, telegram: Telegram, plan: Plan) -> PlainVerdict:
    """The same burst and the same kills for a plain python-telegram-bot bot: what of it was lost."""
    chance = random.Random(plan.seed)
    bot, file = _plain_bot(folder, telegram)
    words: list[str] = []
    try:
        for life in range(plan.kills + 1):
            await bot.start()
            await _fetches(bot, telegram)
            words += await _burst(telegram, chance, len(words), _share(plan.updates, plan.kills + 1, life))
            if life < plan.kills:
                await asyncio.sleep(chance.uniform(0.0, plan.longest_life))
                await bot.kill()
        await _drained(telegram)
    finally:
        if not bot.has_ended:
            await bot.stop()  # It works off what it has fetched before it goes.
    return _plain_verdict(file, words, plan.kills)


async def plain_kill_while_it_holds_something(
    folder: Path, telegram: Telegram, *, burst: int, at_most: int
) -> PlainVerdict:
    """Kill a plain bot at a moment at which it has acknowledged what it has not kept yet: what was lost.

    However fast the machine, the moment is looked for: the bot is stood still, and only killed if both witnesses
    say that it holds something. After ``at_most`` bursts without such a moment the verdict is that nothing was.
    """
    chance = random.Random(1)
    bot, file = _plain_bot(folder, telegram)
    words: list[str] = []
    kills = 0
    try:
        await bot.start()
        await _fetches(bot, telegram)
        while not kills and len(words) < burst * at_most:
            words += await _burst(telegram, chance, len(words), burst)
            while not kills and len(_kept(file)) < len(words):
                bot.freeze()
                if len(words) - await telegram.pending() > len(_kept(file)):
                    await bot.kill()
                    kills += 1
                else:
                    bot.thaw()
                    await asyncio.sleep(0.001)
        if kills:
            await bot.start()
        await _drained(telegram)
    finally:
        if not bot.has_ended:
            bot.thaw()
            await bot.stop()
    return _plain_verdict(file, words, kills)


def _plain_bot(folder: Path, telegram: Telegram) -> tuple[Process, Path]:
    """The bot, not begun, and the file in which it keeps what it is told."""
    file = folder / "kept.txt"
    file.touch()
    bot = Process(
        ["-m", "tests.faults.plain_bot", TOKEN, telegram.url, str(file)],
        environment={"PTB_TIMEDELTA": "true"},
        folder=folder,
        log=folder / "plain_bot.log",
    )
    return bot, file


async def _burst(telegram: Telegram, chance: random.Random, before: int, count: int) -> list[str]:
    words = [f"w{before + n:05d}k" for n in range(count)]
    await telegram.happens([{"person": 10_000 + chance.randrange(60), "says": word} for word in words])
    return words


async def _drained(telegram: Telegram) -> None:
    async with asyncio.timeout(_SETTLES_WITHIN):
        while await telegram.pending():
            await asyncio.sleep(0.05)


def _kept(file: Path) -> Counter[str]:
    return Counter(_WORD.findall(file.read_text("utf-8")))


def _plain_verdict(file: Path, words: Sequence[str], kills: int) -> PlainVerdict:
    kept = _kept(file)
    return PlainVerdict(
        updates=len(words),
        kills=kills,
        lost=sum(word not in kept for word in words),
        twice=sum(count > 1 for count in kept.values()),
    )


def _share(whole: int, among: int, number: int) -> int:
    return whole * (number + 1) // among - whole * number // among


async def _fetches(bot: Process, telegram: Telegram) -> None:
    """Until the bot that was started has asked for updates."""
    before, _ = await telegram.counts("getUpdates")
    async with asyncio.timeout(_SETTLES_WITHIN):
        while (await telegram.counts("getUpdates"))[0] == before:
            if bot.has_ended:
                raise AssertionError(f"the bot ended by itself; it said:\n{bot.said()}")
            await asyncio.sleep(0.02)


async def _settled(bot: Process, place: Place, written: Written) -> None:
    """Until everything has come in and nothing waits any more."""
    look = _look_at_sqlite if place.dialect == "sqlite" else _look_at_postgresql
    found: dict[str, int] = {}
    try:
        async with asyncio.timeout(_SETTLES_WITHIN):
            while True:
                found = await look(place)
                if found["inbox"] >= written.keys and not found["open"]:
                    return
                if bot.has_ended:
                    raise AssertionError(f"the bot ended by itself; it said:\n{bot.said()}")
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(
            f"not settled: {found}, {written.keys} were to come in; the bot said:\n{bot.said()}"
        ) from None


_STILL_OPEN = """
    SELECT (SELECT count(*) FROM inbox) AS inbox,
           (SELECT count(*) FROM inbox WHERE state = 'new')
         + (SELECT count(*) FROM notices WHERE state = 'waiting')
         + (SELECT count(*) FROM deliveries WHERE state IN ('waiting', 'sending', 'unknown')) AS open
"""


async def _look_at_sqlite(place: Place) -> dict[str, int]:
    # Read-only and for a moment: the bot is the only one who writes and checkpoints.
    connection = sqlite3.connect(f"file:{place.url.removeprefix('sqlite:///')}?mode=ro", uri=True, timeout=10)
    try:
        inbox, still_open = connection.execute(_STILL_OPEN).fetchone()
    finally:
        connection.close()
    return {"inbox": inbox, "open": still_open}


async def _look_at_postgresql(place: Place) -> dict[str, int]:
    connection = await asyncpg.connect(place.url, timeout=10)
    try:
        return dict(await connection.fetchrow(_STILL_OPEN))
    finally:
        await connection.close()


class Neighbourhood:
    """Everybody who writes, each note with a word that is in no other."""

    def __init__(self, telegram: Telegram, families: Sequence[Family], chance: random.Random) -> None:
        self._telegram = telegram
        self._families = families
        self._chance = chance
        self._numbers = iter(range(100_000))
        self.written = Written()

    async def opens_its_chats(self) -> None:
        """Everybody has started the bot before: a bot cannot begin a conversation."""
        chats = {chat for each in self._families for chat in (each.parent_chat, each.key_chat, each.minder_chat)}
        await self._telegram.happens([{"person": chat} for chat in sorted(chats)])

    async def acts(self, updates: int) -> None:
        """So many updates: nearly all of them notes; some edits, copies, presses, replies and a little nonsense."""
        deeds: list[Callable[[Family], dict[str, Any]]] = []
        kinds = (self._parent, self._key_person, self._nonsense)
        copies, edits = updates // 20, updates // 20
        presses = await self._presses(updates // 25)
        notes = updates - copies - edits - len(presses)
        deeds += self._chance.choices(kinds, weights=(85, 13, 2), k=notes)
        items = [deed(self._chance.choice(self._families)) for deed in deeds]
        results = await self._telegram.happens([*items, *presses])
        said = [
            (item, message)
            for item, message in zip(items, results, strict=False)
            if "says" in item and isinstance(message, int)
        ]
        again = [self._copy(item, message) for item, message in self._chance.sample(said, min(copies, len(said)))]
        changes = [
            self._edit(item, message)
            for item, message in self._chance.sample(said, min(edits, len(said)))
            if not self._takes_back(item["person"])
        ]
        self._chance.shuffle(again)
        await self._telegram.happens([*again, *changes])

    def _parent(self, family: Family) -> dict[str, Any]:
        return self._note(family.parent_chat, self._chance.choice(_SAID))

    def _key_person(self, family: Family) -> dict[str, Any]:
        return self._note(family.key_chat, f"{family.name} {self._chance.choice(_SAID)}")

    def _note(self, chat: int, words: str) -> dict[str, Any]:
        word = f"w{next(self._numbers):05d}k"
        self.written.notes[word] = chat
        self.written.keys += 1
        return {"person": chat, "says": words.format(word)}

    def _nonsense(self, family: Family) -> dict[str, Any]:
        self.written.keys += 1
        return {"a_kind_of_tomorrow": {"chat": {"id": family.parent_chat}, "number": next(self._numbers)}}

    def _copy(self, item: dict[str, Any], message: int) -> dict[str, Any]:
        """The same message under a new number of update, as Telegram sends one whose confirmation it missed."""
        self.written.copies += 1
        person = {"id": item["person"], "is_bot": False, "first_name": "Hannah"}
        chat = {"id": item["person"], "type": "private", "first_name": "Hannah"}
        said = {"message_id": message, "from": person, "chat": chat, "date": 1_790_000_000, "text": item["says"]}
        return {"message": said}

    def _edit(self, item: dict[str, Any], message: int) -> dict[str, Any]:
        old = _WORD.findall(item["says"])[0]
        word = f"w{next(self._numbers):05d}k"
        self.written.edits[word] = old
        self.written.keys += 1
        return {"person": item["person"], "edits": message, "text": item["says"].replace(old, word)}

    async def _presses(self, most: int) -> list[dict[str, Any]]:
        """Some of the parents who take things back press Undo, some of them twice."""
        chats = [each.parent_chat for each in self._families if self._takes_back(each.parent_chat)]
        found: list[dict[str, Any]] = []
        for chat in self._chance.sample(chats, len(chats)):
            for message in await self._telegram.chat(chat):
                if len(found) >= most:
                    break
                if any(button["label"] == "Undo" for button in message["buttons"]):
                    press = {"person": chat, "presses": "Undo", "message_id": message["message_id"]}
                    found += [press] * self._chance.choice((1, 1, 2))
        self.written.keys += len(found)
        self.written.presses += len(found)
        return found

    @staticmethod
    def _takes_back(chat: int) -> bool:
        """Who undoes does not edit, so that it is always known what must have become of a word."""
        return chat % 6 == 0


# --- the verdict --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    chat: int
    said: str
    message: int | None  # what Telegram called the message it made


def _read_ledger(file: Path) -> list[Call]:
    """What took effect, in the order in which it did."""
    calls = []
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            call = json.loads(line)
            if call["accepted"] and call["method"] in {"sendMessage", "editMessageText", "deleteMessage"}:
                result = call["answer"].get("result")
                made = result.get("message_id") if isinstance(result, dict) else None
                calls.append(Call(call["method"], call["chat_id"], call["parameters"].get("text", ""), made))
    return calls


@dataclass(frozen=True, slots=True)
class Book:
    """What the database holds, read when the bot has gone."""

    integrity: str
    inbox: int
    states: Counter[str]
    revisions: list[tuple[int, int, str]]  # entry, revision, words
    notices: list[Any]
    deliveries: list[Any]
    sent: dict[tuple[int, int], int]  # chat and message to the delivery that made it
    chats: dict[int, int]  # address to chat


def _read_book(connection: Connection, vault: Vault) -> Book:
    integrity = "ok"
    if connection.dialect.name == "sqlite":
        integrity = connection.execute(text("PRAGMA integrity_check")).scalar_one()
        if strangers := connection.execute(text("PRAGMA foreign_key_check")).all():
            integrity = f"{len(strangers)} rows point at nothing"
    chats = {
        row.id: int(vault.open_text(Owner.person(row.sealed_for), "handle", row.id, row.sealed_handle))
        for row in connection.execute(select(schema.addresses).where(schema.addresses.c.sealed_for > 0))
    }
    entries, revisions = schema.entries, schema.entry_revisions
    found = []
    for row in connection.execute(
        select(revisions, entries.c.child_id).join(entries, entries.c.id == revisions.c.entry_id)
    ):
        words = ""
        if row.sealed_text is not None:
            owner = Owner.child(row.child_id)
            kept = vault.open_text(owner, "entry", row.entry_id, row.sealed_text, revision=row.revision)
            words = Text.from_json(kept).words
        found.append((row.entry_id, row.revision, words))
    sent = {
        (chats[row.address_id], int(row.provider_id)): row.delivery_id
        for row in connection.execute(select(schema.sent_messages))
    }
    states = connection.execute(select(schema.inbox.c.state, func.count()).group_by(schema.inbox.c.state))
    return Book(
        integrity=integrity,
        inbox=connection.execute(select(func.count()).select_from(schema.inbox)).scalar_one(),
        states=Counter({row[0]: row[1] for row in states}),
        revisions=found,
        notices=list(connection.execute(select(schema.notices)).all()),
        deliveries=list(connection.execute(select(schema.deliveries).order_by(schema.deliveries.c.id)).all()),
        sent=sent,
        chats=chats,
    )


async def judge(place: Place, telegram: Telegram, written: Written, plan: Plan, seconds: float) -> Verdict:
    """Compare what was written with what the witnesses have."""
    async with _Opened(place) as store:
        book = await store.write(_read_book, store.vault)
    calls = _read_ledger(telegram.ledger)
    faults = broken(book, calls, written)
    states = Counter(row.state for row in book.deliveries)
    return Verdict(
        faults=tuple(faults),
        updates=written.keys + written.copies,
        kills=plan.kills,
        filed=len({entry for entry, _, _ in book.revisions}),
        accepted=sum(call.method == "sendMessage" for call in calls),
        unknown=states["repeated"] + states["flagged"],
        repeats=sum(call.said.startswith(REPEATED) for call in calls),
        flagged=states["flagged"],
        seconds=round(seconds, 1),
    )


def broken(book: Book, calls: Sequence[Call], written: Written) -> list[str]:
    """Every promise that was not kept, a sentence each."""
    return [*_came_in(book, written), *_filed(book, written), *_ended(book), *_shown(calls, book)]


def _came_in(book: Book, written: Written) -> list[str]:
    faults = []
    if book.integrity != "ok":
        faults.append(f"the database is damaged: {book.integrity}")
    if book.inbox != written.keys:
        faults.append(f"{written.keys} different things were done and {book.inbox} are in the inbox")
    if left := {state: book.states[state] for state in ("new", "pending", "set_aside") if book.states[state]}:
        faults.append(f"inbox rows that were not handled: {left}")
    return faults


def _filed(book: Book, written: Written) -> list[str]:
    """Every word once: as the first revision of one entry, or, brought by an edit, as a later one of that entry."""
    at: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for entry, revision, words in book.revisions:
        for word in _WORD.findall(words):
            at[word].append((entry, revision))
    faults = []
    for word in written.notes:
        entries = {entry for entry, _ in at[word]}
        first = sum(revision == 1 for _, revision in at[word])
        if len(entries) != 1 or first != 1:
            faults.append(f"{word} is the beginning of {first} entries and in {len(entries)}")
    for word, old in written.edits.items():
        if len(at[word]) != 1 or {entry for entry, _ in at[word]} != {entry for entry, _ in at[old]}:
            faults.append(f"{word}, an edit of {old}, is at {at[word]} and not beside {at[old]}")
    faults += [f"{word} was written by nobody" for word in at.keys() - written.notes.keys() - written.edits.keys()]
    by_chat: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for word, chat in written.notes.items():
        if at[word]:
            by_chat[chat].append((min(at[word])[0], word))
    for chat, filed in by_chat.items():
        if [word for _, word in sorted(filed)] != sorted(word for _, word in filed):
            faults.append(f"what chat {chat} wrote was not filed in the order in which it was written")
    return faults


def _ended(book: Book) -> list[str]:
    """Every delivery was taken, or it is plain to see that nobody knows; every notice has an end and a reason."""
    faults = []
    well = {"accepted", "repeated", "flagged"}
    # Composed anew because the book had changed meanwhile, or a press that nobody waits for any more.
    explained = {("abandoned", "overtaken"), ("refused", "press_too_old")}
    for row in book.deliveries:
        if row.state in well or (row.state, row.reason) in explained:
            continue
        faults.append(f"delivery {row.id} ended {row.state} for {row.reason}")
    faults += [f"notice {row.id} is still {row.state}" for row in book.notices if row.state == "waiting"]
    faults += [f"notice {row.id} ended {row.state} without a reason" for row in book.notices if row.reason is None]
    return faults


def _shown(calls: Sequence[Call], book: Book) -> list[str]:
    """Nobody was shown anything twice without being told so, and nothing went out that the book does not know."""
    faults = []
    plainly: Counter[tuple[int, str, bool]] = Counter()
    for call in calls:
        if call.method == "sendMessage" and not call.said.startswith(REPEATED):
            corrected = "corrected" in call.said or "Corrected" in call.said
            plainly.update((call.chat, word, corrected) for word in _WORD.findall(call.said))
    faults += [f"chat {chat} was shown {word} {n} times, unmarked" for (chat, word, _), n in plainly.items() if n > 1]
    # Messages of which the bot never heard that they were taken: each must be one it holds to be unknown.
    unheard = Counter(
        call.chat for call in calls if call.method == "sendMessage" and (call.chat, call.message or 0) not in book.sent
    )
    doubtful = Counter(book.chats[row.address_id] for row in book.deliveries if row.state in {"repeated", "flagged"})
    faults += [
        f"chat {chat} has {n} messages the book does not know, and {doubtful[chat]} unknown deliveries"
        for chat, n in unheard.items()
        if n > doubtful[chat]
    ]
    # And what did come back as taken told each notice once, unless it says that it may be a repeat.
    said = {(call.chat, call.message): call.said for call in calls if call.method == "sendMessage"}
    words = {delivery: said.get(place, "") for place, delivery in book.sent.items()}
    doubted = {row.id for row in book.deliveries if row.state in {"repeated", "flagged"}}
    told: Counter[tuple[int, int]] = Counter()
    for row in book.deliveries:
        if row.act != "say" or row.state != "accepted":
            continue
        told[row.lead_notice_id, row.part] += 1
        if row.repeats_id is not None and not words[row.id].startswith(REPEATED):
            faults.append(f"delivery {row.id} repeats an unknown one and does not say so")
        if row.repeats_id is not None and row.repeats_id not in doubted:
            faults.append(f"delivery {row.id} repeats one that was not unknown")
    faults += [f"notice {notice} was told {n} times" for (notice, _), n in told.items() if n > 1]
    return faults
