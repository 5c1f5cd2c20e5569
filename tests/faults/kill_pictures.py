"""kill -9 of the whole bot while pictures are fetched, made safe, written and sent, and the proof from outside.

Parents send photos and albums with a word in each caption that is in no other; the bot is killed at random moments and
started again until everything is settled. What must then hold is read from three witnesses the bot cannot talk to: the
double's ledger, the database, and the media folder.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import random
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
from PIL import Image
from sqlalchemy import Connection, select

from book.entries import Text
from storage import addresses, schema
from storage.media_files import MediaFiles
from storage.pictures import every_copy
from storage.vault import Owner, Vault
from tests.bot.media.pictures import encoded, picture, tags
from tests.databases import Place
from tests.faults.families import Family
from tests.faults.kill import REPEATED, _fetches, _Opened, bookbag, furnish
from tests.faults.processes import Telegram

_WORD = re.compile(r"\bw\d{5}k\b")
_SETTLES_WITHIN = 300.0


@dataclass(frozen=True, slots=True)
class PicturePlan:
    """One trial. Everything random in it follows from ``seed``."""

    messages: int
    kills: int
    seed: int
    families: int = 4
    longest_life: float = 3.0  # seconds between what is sent and the kill


@dataclass(slots=True)
class Sent:
    """What parents sent: how many pictures each word stands under, and for whom it is."""

    pictures: dict[str, int] = field(default_factory=dict)
    to: dict[str, Family] = field(default_factory=dict)
    messages: int = 0


async def picture_trial(place: Place, telegram: Telegram, plan: PicturePlan) -> list[str]:
    """Play ``plan`` through; every promise that was not kept, a sentence each."""
    chance = random.Random(plan.seed)
    families = await furnish(place, families=plan.families)
    chats = {chat for each in families for chat in (each.parent_chat, each.key_chat, each.minder_chat)}
    await telegram.happens([{"person": chat} for chat in sorted(chats)])
    bot = bookbag(place, telegram, now=datetime.now(UTC), GATHER_SECONDS="0.1")
    sent = Sent()
    try:
        for life in range(plan.kills + 1):
            await bot.start()
            await _fetches(bot, telegram)
            share = plan.messages * (life + 1) // (plan.kills + 1) - plan.messages * life // (plan.kills + 1)
            await _send(telegram, families, chance, share, sent)
            if life < plan.kills:
                await asyncio.sleep(chance.uniform(0.0, plan.longest_life))
                await bot.kill()
        await _settled(place, sent, bot.said)
    finally:
        if not bot.has_ended:
            await bot.stop()
    async with _Opened(place) as store:
        faults = await store.write(_kept, store.vault, store.media, sent)
        given_up = await store.write(_given_up, store.vault)
    return [*faults, *_shown(telegram.ledger, sent, given_up)]


async def _send(telegram: Telegram, families: Sequence[Family], chance: random.Random, count: int, sent: Sent) -> None:
    for _ in range(count):
        family = chance.choice(families)
        word = f"w{len(sent.pictures):05d}k"
        many = chance.choice((1, 1, 2, 3))
        photos = [
            base64.b64encode(encoded(picture(chance.randrange(10_000), (240, 180)), exif=tags())).decode()
            for _ in range(many)
        ]
        deed: dict[str, Any] = {"person": family.parent_chat, "caption": f"played in the garden {word}"}
        deed |= {"sends_photo": photos[0]} if many == 1 else {"sends_album": photos}
        await telegram.happens([deed])
        sent.pictures[word], sent.to[word] = many, family
        sent.messages += many


_OPEN = """
    SELECT (SELECT count(*) FROM inbox) AS came,
           (SELECT count(*) FROM inbox WHERE state IN ('new', 'pending'))
         + (SELECT count(*) FROM notices WHERE state = 'waiting')
         + (SELECT count(*) FROM deliveries WHERE state IN ('waiting', 'sending', 'unknown'))
         + (SELECT count(*) FROM pictures WHERE next_at IS NOT NULL)
         + (SELECT count(*) FROM picture_copies WHERE kept_at IS NULL OR unwanted_at IS NOT NULL) AS open
"""


async def _look(place: Place) -> tuple[int, int]:
    if place.dialect == "sqlite":
        file = place.url.removeprefix("sqlite:///")
        connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)
        try:
            came, still_open = connection.execute(_OPEN).fetchone()
        finally:
            connection.close()
        return came, still_open
    server = await asyncpg.connect(place.url, timeout=10)
    try:
        row = await server.fetchrow(_OPEN)
        return row["came"], row["open"]
    finally:
        await server.close()


async def _settled(place: Place, sent: Sent, said: Any) -> None:
    found = (0, 0)
    try:
        async with asyncio.timeout(_SETTLES_WITHIN):
            while found[0] < sent.messages or found[1]:
                found = await _look(place)
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(
            f"not settled: {found}, {sent.messages} were to come in; the bot said:\n{said()}"
        ) from None


def _kept(connection: Connection, vault: Vault, files: MediaFiles, sent: Sent) -> list[str]:
    """Each message one entry, each picture once and whole, each copy a file and each file a copy."""
    faults = []
    entries, revisions = schema.entries, schema.entry_revisions
    rows = connection.execute(
        select(entries.c.id, entries.c.child_id, entries.c.message_id, revisions.c.revision, revisions.c.sealed_text)
        .join(revisions, revisions.c.entry_id == entries.c.id)
    ).all()  # fmt: skip
    at: Counter[str] = Counter()
    messages: dict[str, int] = {}
    for row in rows:
        kept = vault.open_text(Owner.child(row.child_id), "entry", row.id, row.sealed_text, revision=row.revision)
        for word in _WORD.findall(Text.from_json(kept).words):
            at[word] += 1
            messages[word] = row.message_id
    faults += [f"{word} was filed {at[word]} times" for word in sent.pictures if at[word] != 1]
    pictures = connection.execute(select(schema.pictures)).all()
    of_message = Counter(row.message_id for row in pictures if row.state == "safe")
    faults += [
        f"{word} has {of_message[messages[word]]} pictures of {count}"
        for word, count in sent.pictures.items()
        if word in messages and of_message[messages[word]] != count
    ]
    if len(pictures) != sent.messages:
        faults.append(f"{sent.messages} pictures were sent and there are {len(pictures)}")
    copies = every_copy(connection)
    names = files.names()
    faults += [f"a file {name} that no row knows" for name in names - {each.file for each in copies}]
    for copy in copies:
        content = copy.opened(vault, files)
        if content is None:
            faults.append(f"copy {copy.id} has no file")
            continue
        with Image.open(io.BytesIO(content)) as image:
            image.load()
        if b"CANARY" in content:
            faults.append(f"copy {copy.id} holds what came")
    if len(copies) != 3 * sent.messages:
        faults.append(f"{len(copies)} copies of {sent.messages} pictures")
    if files.strange() or files.clear_unfinished():
        faults.append("something half written was left behind")
    return faults


def _given_up(connection: Connection, vault: Vault) -> Counter[int]:
    """In each chat, how many were under way when the bot was killed, and again when they were repeated: it says so."""
    rows = connection.execute(select(schema.deliveries.c.address_id).where(schema.deliveries.c.state == "flagged"))
    of_address = Counter(row.address_id for row in rows)
    there = addresses.load(connection, vault, ids=set(of_address))
    return Counter({int(each.handle): of_address[each.id] for each in there})


def _shown(ledger: Path, sent: Sent, given_up: Counter[int]) -> list[str]:
    """Nobody was shown a picture twice without being told so, and each who was to see one has, or it is known."""
    shown: Counter[tuple[int, str]] = Counter()
    marked: Counter[tuple[int, str]] = Counter()
    faults = []
    with ledger.open(encoding="utf-8") as lines:
        for line in lines:
            call = json.loads(line)
            if call.get("breaches"):
                faults.append(f"a file was passed on as it came: {call['method']}")
            if not call["accepted"] or call["method"] not in {"sendPhoto", "sendMediaGroup"}:
                continue
            words = json.dumps(call["parameters"])
            for word in _WORD.findall(words):
                (marked if REPEATED in words else shown)[call["chat_id"], word] += 1
    faults += [f"chat {chat} was shown {word} {n} times, unmarked" for (chat, word), n in shown.items() if n > 1]
    missing: dict[int, list[str]] = defaultdict(list)
    for word, family in sent.to.items():
        for chat in (family.key_chat, family.minder_chat):
            if not shown[chat, word] + marked[chat, word]:
                missing[chat].append(word)
    return faults + [
        f"chat {chat} was never shown {', '.join(words)}, and {given_up[chat]} were given up there"
        for chat, words in missing.items()
        if len(words) > given_up[chat]
    ]
