"""The moving parts of one process, joined: the worker who handles and the dispatcher who sends, over one store.

Everything that differs between running, the demo and a test (channels, clocks, chance) is passed in.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from book.errors import AlreadyServing
from book.ids import Ids
from book.timing import Pace
from book.understanding.lexicon import Lexicon
from book.wording.catalogue import Catalogue
from book.wording.compose import Composer
from bot.channels.channel import Channel
from bot.channels.own_name import OwnName, own_numbers
from bot.clock import BookTime, MachineTime
from bot.dispatch.asking import Asking
from bot.dispatch.claiming import Claims
from bot.dispatch.compose import Composing
from bot.dispatch.dispatcher import Account, Dispatcher
from bot.dispatch.linking import Linking
from bot.dispatch.pacing import Pacing
from bot.dispatch.reports import Reports
from bot.dispatch.spending import Spending
from bot.media.recordings import find_ffmpeg
from bot.media.work import Pictures
from bot.papers.making import Chance
from bot.papers.work import Papers
from handlers.worker import InboxWorker
from storage import leases
from storage.leases import Lease
from storage.private_links import new_token
from storage.store import Store

_RENEW_EVERY_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Way:
    """One way out and how fast it may be used; 0 means no limit."""

    channel: Channel
    per_second: float
    per_chat: float


@dataclass(frozen=True, slots=True)
class Chances:
    """The sources of chance: tokens of choices, the jitter of retries, what stands in links and on slips."""

    token: Callable[[], str]
    fraction: Callable[[], float]
    secret: Callable[[int], bytes] = os.urandom  # so many bytes: what stands in links
    slips: Chance = Chance(payload=os.urandom, letter=secrets.choice)


@dataclass(frozen=True, slots=True)
class Engine:
    """A worker and a dispatcher who own their accounts by lease."""

    store: Store
    worker: InboxWorker
    dispatcher: Dispatcher
    lease: Lease
    machine: MachineTime
    papers: Papers
    pictures: Pictures
    reports: Reports
    asking: Asking

    async def run(self) -> None:
        """Work until cancelled, or until the lease is lost: whoever has it now is the one who sends."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.worker.run(), name="inbox worker")
            tasks.create_task(self.dispatcher.run(), name="dispatcher")
            tasks.create_task(self.papers.run(), name="papers")
            tasks.create_task(self.pictures.run(), name="pictures")
            tasks.create_task(self.asking.run(), name="asking")
            tasks.create_task(self._keep_lease(), name="lease")

    async def dispatch(self) -> None:
        """Only send, until cancelled or until the lease is lost; handling is another task's or another process's."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.dispatcher.run(), name="dispatcher")
            tasks.create_task(self.papers.run(), name="papers")
            tasks.create_task(self.pictures.run(), name="pictures")
            tasks.create_task(self.asking.run(), name="asking")
            tasks.create_task(self._keep_lease(), name="lease")

    async def _keep_lease(self) -> None:
        while True:
            await self.machine.sleep(_RENEW_EVERY_SECONDS)
            if not await self.store.write(leases.renew, self.lease):
                raise AlreadyServing("Another Bookbag has taken over sending for this account: stop one of the two.")

    async def drain(self) -> None:
        """Handle and send everything that is free to go at this moment."""
        while True:
            handled = await self.worker.work_off() + await self.papers.work_off() + await self.pictures.work_off()
            looked = await self.dispatcher.drain()
            if not handled and not looked.left:
                return

    async def close(self) -> None:
        await self.store.write(leases.give_back, self.lease)


async def build(
    store: Store,
    ways: Sequence[Way],
    *,
    owner: str,
    clock: BookTime,
    machine: MachineTime,
    ids: Ids,
    chances: Chances,
    lexicon: Lexicon,
    catalogue: Catalogue,
    zone: ZoneInfo,
    pace: Pace,
    unknown_wait: timedelta,
    desk_address: str = "",
    find_ffmpeg: Callable[[], str | None] = find_ffmpeg,
    public_url: str = "",
    monthly_parts: int = 0,
) -> Engine:
    """Take the lease of these accounts and join the parts; raises :class:`AlreadyServing` while another has it."""
    name = "send " + ", ".join(sorted(f"{way.channel.name}:{way.channel.account}" for way in ways))
    lease = await store.write(leases.take, name[:80], owner)
    if lease is None:
        raise AlreadyServing("Another Bookbag sends for this account already: stop it, or wait a minute.")
    accounts = {
        (way.channel.name, way.channel.account): Account(
            way.channel,
            Pacing(per_second=way.per_second, per_chat=way.per_chat, monotonic=machine.monotonic),
        )
        for way in ways
    }
    own_name = OwnName(way.channel for way in ways)
    numbers = own_numbers([way.channel for way in ways])
    composer = Composer(catalogue, zone, bot=lambda: own_name.known, numbers=numbers)
    composing = Composing(
        composer,
        {key: account.channel for key, account in accounts.items()},
        new_token=chances.token,
        linking=Linking(composer, public_url=public_url, new_token=lambda: new_token(chances.secret)),
    )
    worker = InboxWorker(
        store,
        clock=clock,
        ids=ids,
        lexicon=lexicon,
        pace=pace,
        zone=zone,
        chance=chances.secret,
        desk_address=desk_address,
        ways=[way.channel.name for way in ways],
    )
    spending = Spending({key: account.channel for key, account in accounts.items()}, most=monthly_parts, zone=zone)
    dispatcher = Dispatcher(
        store,
        accounts,
        Claims(store.vault, ids, composing, lease=lease, spending=spending),
        clock=clock,
        machine=machine,
        ids=ids,
        unknown_wait=unknown_wait,
        chance=chances.fraction,
    )
    papers = Papers(
        store,
        {key: account.channel for key, account in accounts.items()},
        clock=clock,
        ids=ids,
        chance=chances.slips,
        catalogue=catalogue,
        composer=composer,
        own_name=own_name,
        numbers=numbers,
    )
    pictures = Pictures(
        store,
        {key: account.channel for key, account in accounts.items()},
        clock=clock,
        ids=ids,
        zone=zone,
        chance=chances.secret,
        fraction=chances.fraction,
        find_ffmpeg=find_ffmpeg,
    )
    reports = Reports(store, ids, now=clock.now, time_of=composer.time_of, zone=zone)
    asking = Asking(
        store,
        {key: account.channel for key, account in accounts.items()},
        reports,
        clock=clock,
        machine=machine,
    )
    return Engine(store, worker, dispatcher, lease, machine, papers, pictures, reports, asking)
