"""The bot's only voice: whatever goes out goes through here, claimed, called once, and settled by what came of it.

Token first, then one transaction, then the wire: nothing is marked ``sending`` that cannot leave at once, and no
call is made whose mark is not on disk. One message at a time goes to one address. Woken by the commit that made
work, by book time when something falls due, by machine time when a pace allows more, and by a slow safety scan.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from book.deliveries import (
    Accepted,
    Act,
    Concerns,
    DeliveryState,
    GiveUp,
    Later,
    Outcome,
    Refused,
    Unknown,
    retry,
)
from book.disclosure import Address
from book.errors import OperatorError
from book.ids import AddressId, DeliveryId, Ids
from book.pictures import CopyId
from book.reasons import Reason
from bot.channels.channel import Attachment, Call, CanBeAsked, Channel, Part, Picture
from bot.clock import BookTime, MachineTime
from bot.dispatch.asking import GIVE_UP_AFTER
from bot.dispatch.claiming import Claimed, Claims, Room
from bot.dispatch.pacing import Pacing
from bot.media.kinds import name_of
from storage import claiming, documents, falling_back, pictures, settling, turns
from storage.bells import Bell, Listener
from storage.database import Connection
from storage.outbox import Delivery
from storage.settling import Settled
from storage.store import Store

_log = structlog.get_logger(__name__)
_AT_ONCE = 128  # calls on the wire at a time, over all accounts: the more, the fewer looks for as many
_SAFETY_SCAN_SECONDS = 15.0
_LOCKED_FOR = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Account:
    """One way out: a channel and its pace."""

    channel: Channel
    pacing: Pacing


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look at the outbox came to, and when another is worth while."""

    left: int
    settled: bool
    next_at: datetime | None
    next_free: float | None


class Dispatcher:
    """Sends what is ready. One in a process; it owns the accounts it is given."""

    def __init__(
        self,
        store: Store,
        accounts: Mapping[tuple[str, str], Account],
        claims: Claims,
        *,
        clock: BookTime,
        machine: MachineTime,
        ids: Ids,
        unknown_wait: timedelta,
        chance: Callable[[], float],
    ) -> None:
        self._store = store
        self._accounts = accounts
        self._claims = claims
        self._clock = clock
        self._machine = machine
        self._ids = ids
        self._unknown_wait = unknown_wait
        self._chance = chance
        self._on_wire: dict[AddressId, asyncio.Task[None]] = {}
        self._outcomes: list[Settled] = []
        self._arrived = asyncio.Event()

    # --- running --------------------------------------------------------------------------------------------------

    async def start(self) -> int:
        """What an earlier owner of these accounts left on the wire is unknown from now on.

        What a limit held that was raised since is free to go.
        """
        return await self._store.write(self._take_for_dead, self._clock.now())

    def _take_for_dead(self, connection: Connection, now: datetime) -> int:
        falling_back.begin_anew(connection, now)
        self._claims.release(connection, now)
        return sum(
            claiming.take_for_dead(connection, [key], self._claims.epoch, now + self._in_doubt_for(account))
            for key, account in self._accounts.items()
        )

    def _in_doubt_for(self, account: Account) -> timedelta:
        """How long an unknown stays one: until its repeat, or for as long as the platform is asked about it."""
        return GIVE_UP_AFTER if isinstance(account.channel, CanBeAsked) else self._unknown_wait

    async def run(self) -> None:
        """Send until cancelled; on cancellation what is on the wire is waited for, and settled."""
        listener = self._store.bells.listener(Bell.OUTBOX)
        await self.start()
        try:
            while True:
                looked = await self._careful_look()
                if looked is None or not (looked.left or looked.settled):
                    await self._until(listener, looked)
        finally:
            self._store.bells.forget(listener)
            await self.finish()

    async def _careful_look(self) -> Looked | None:
        looking = asyncio.ensure_future(self.look())
        try:
            return await asyncio.shield(looking)
        except asyncio.CancelledError:
            # What is marked as leaving must leave: a claim is never left half way between its mark and its call.
            await asyncio.gather(looking, return_exceptions=True)
            raise
        except OperatorError:
            raise  # Somebody else sends for this account now: to go on would be to speak twice.
        except Exception as fault:
            # The database may be away for a moment; what is on disk stays, and the next look finds it.
            _log.error("dispatch_failed", fault=type(fault).__name__)
            await self._machine.sleep(1.0)
            return None

    async def _until(self, listener: Listener, looked: Looked | None) -> None:
        waits: list[asyncio.Future[object]] = [
            asyncio.ensure_future(listener.wait()),
            asyncio.ensure_future(self._arrived.wait()),
            asyncio.ensure_future(self._machine.sleep(_SAFETY_SCAN_SECONDS)),
        ]
        if looked is not None and looked.next_at is not None:
            waits.append(asyncio.ensure_future(self._clock.sleep_until(looked.next_at)))
        if looked is not None and looked.next_free is not None:
            pause = max(looked.next_free - self._machine.monotonic(), 0.0)
            waits.append(asyncio.ensure_future(self._machine.sleep(pause)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def finish(self) -> None:
        """Wait for what is on the wire and settle it; each call ends by its own time limit."""
        while self._on_wire:
            await asyncio.gather(*self._on_wire.values(), return_exceptions=True)
        # Should the database be away just now, the next owner finds them on the wire: unknown, and looked after.
        with suppress(Exception):
            await self._settle()

    async def drain(self) -> Looked:
        """Send everything that is free to go at this moment and settle it; for the demo's scripts and for tests."""
        while True:
            looked = await self.look()
            if self._on_wire:
                await asyncio.wait(self._on_wire.values(), return_when=asyncio.FIRST_COMPLETED)
                continue
            if not (looked.left or looked.settled or self._outcomes):
                return looked

    # --- one look -------------------------------------------------------------------------------------------------

    async def look(self) -> Looked:
        """Settle what has come back, then claim and call what the wire can take."""
        self._arrived.clear()
        room = self._room()
        if room.urgent <= 0 and not self._outcomes:
            return Looked(0, False, None, self.next_free())
        outcomes, self._outcomes = self._outcomes, []
        try:
            fenced, claimed = await self._store.write(self._settle_and_claim, outcomes, self._clock.now(), room)
        except Exception:
            # What stands in the way of a new message is no reason to forget what came of the earlier ones.
            self._outcomes = outcomes + self._outcomes
            await self._settle()
            raise
        _say_fenced(fenced)
        for delivery, address in claimed.leaving:
            self._accounts[(address.channel, address.account)].pacing.take(address.id)
            task = asyncio.create_task(self._call(delivery, address), name=f"delivery {delivery.id}")
            self._on_wire[address.id] = task
        return Looked(len(claimed.leaving), bool(outcomes) or claimed.settled, claimed.next_at, self.next_free())

    def _settle_and_claim(
        self, connection: Connection, outcomes: Sequence[Settled], now: datetime, room: Room
    ) -> tuple[Sequence[DeliveryId], Claimed]:
        """One transaction: what came back is settled, then what the wire can take is claimed."""
        # First of all, as the claim would: whoever waits for somebody who changes who may know holds no row meanwhile.
        turns.take_part(connection)
        fenced = self._write_outcomes(connection, outcomes, now)
        return fenced, self._claims.claim(connection, now, room) if room.urgent > 0 else Claimed()

    def _room(self) -> Room:
        slots = _AT_ONCE - len(self._on_wire)
        paces = [account.pacing for account in self._accounts.values()]
        resting = {AddressId(chat) for pace in paces for chat in pace.resting()}
        return Room(
            any_lane=min(slots, sum(pace.free(urgent=False) for pace in paces)),
            urgent=min(slots, sum(pace.free(urgent=True) for pace in paces)),
            not_at=frozenset(resting | self._on_wire.keys()),
        )

    def next_free(self) -> float | None:
        """The machine time at which a pace lets something more go; None if none is holding anything back."""
        found = [account.pacing.next_free() for account in self._accounts.values()]
        return min((each for each in found if each is not None), default=None)

    async def _call(self, delivery: Delivery, address: Address) -> None:
        account = self._accounts[(address.channel, address.account)]
        # Whatever ends the call without an answer: nobody knows whether the message left.
        outcome: Outcome = Unknown()
        shown: list[tuple[CopyId, Picture]] = []
        try:
            part = Part.from_json(delivery.text) if delivery.text else None
            shown = await self._pictures(part, delivery, address)
            if part is not None and part.pictures and not shown:
                # Forgotten or found to be another's since it was marked: what is left of it are its words.
                part = replace(part, pictures=())
            if part is not None and not (part.text or part.document or shown) and delivery.act is Act.SAY:
                outcome = Refused(Reason.PERMISSION_ENDED)
                return
            call = Call(
                act=delivery.act,
                handle=address.handle,
                part=part,
                target=delivery.target,
                reply_to=delivery.reply_to,
                silent=delivery.silent,
                urgent=delivery.lane == 0,
                delivery=delivery.id,
                attachment=await self._attachment(part),
                pictures=tuple(picture for _, picture in shown),
            )
            outcome = await account.channel.call(call)
            if shown and part is not None and part.text and _is_for_its_files(outcome):
                # Nothing went out, and words are not lost with a picture that the platform does not take.
                _log.error("pictures_refused", delivery=delivery.id, channel=address.channel)
                shown, outcome = [], Unknown()
                outcome = await account.channel.call(replace(call, part=replace(part, pictures=()), pictures=()))
        except Exception as fault:
            # A channel promises not to raise; should it all the same, that tells nothing either.
            _log.error("channel_raised", channel=address.channel, fault=type(fault).__name__)
        finally:
            settled = replace(self._as_settled(delivery, account, outcome), account=(address.channel, address.account))
            self._outcomes.append(_with_uploads(settled, account.channel, outcome, [copy for copy, _ in shown]))
            self._on_wire.pop(address.id, None)
            self._arrived.set()

    async def _pictures(self, part: Part | None, delivery: Delivery, address: Address) -> list[tuple[CopyId, Picture]]:
        """What of the book's own is shown with a part; without bytes where this person was sent that very copy before.

        What is there no more, because a child was forgotten or was found not to be in it, is left out; and so is what
        is larger than the platform takes.
        """
        if part is None or not part.pictures:
            return []
        wanted = [CopyId(each) for each in part.pictures]
        found = await self._store.read(
            pictures.leaving, self._store.vault, wanted, delivery.person, address.channel, address.account
        )
        able = self._accounts[(address.channel, address.account)].channel.abilities
        most = able.largest_file
        shown = []
        for number, each in enumerate(found, start=1):
            content = None
            if most is not None and each.copy.size > most:
                _log.error("file_too_large", picture=each.copy.picture, channel=address.channel)
                continue
            if not each.upload and not able.fetches:
                content = await asyncio.to_thread(each.copy.opened, self._store.vault, self._store.media)
                if content is None:
                    _log.error("picture_file_missing", picture=each.copy.picture)
                    continue
            name = name_of(each.copy.media_type, number)
            shown.append(
                (
                    each.copy.id,
                    Picture(name, each.copy.media_type, each.kind, content, each.upload or None, each.copy.id),
                )
            )
        return shown

    async def _attachment(self, part: Part | None) -> Attachment | None:
        """The file that goes with a part; none if it is gone by now, and then the words go alone."""
        if part is None or not part.document:
            return None
        found = await self._store.read(documents.load, self._store.vault, part.document)
        return None if found is None else Attachment(found.name, found.media_type, found.content)

    def _as_settled(self, delivery: Delivery, account: Account, outcome: Outcome) -> Settled:
        now = self._clock.now()
        if isinstance(outcome, Unknown) and delivery.act is not Act.SAY:
            # To change, take back or answer twice is the same as once.
            outcome = Later()
        match outcome:
            case Accepted(provider_ids):
                return Settled(delivery, DeliveryState.ACCEPTED, Reason.ACCEPTED, provider_ids)
            case Refused(Reason.CHANNEL_LOCKED, Concerns.ACCOUNT):
                _log.error("account_locked", channel=account.channel.name)
                account.pacing.close(_LOCKED_FOR.total_seconds())
                return self._later(delivery, now + _LOCKED_FOR, Reason.CHANNEL_LOCKED, counts=False)
            case Refused(reason, concerns):
                stop = concerns is Concerns.ADDRESS and reason in (Reason.BLOCKED, Reason.STOPPED)
                return Settled(delivery, DeliveryState.REFUSED, reason, stop_address=stop)
            case Later(None, Concerns.FILES):
                # Nothing went out, and next time it goes with its bytes.
                return self._later(delivery, now, None, counts=False)
            case Later(after, _):
                if after is not None:
                    account.pacing.refused(delivery.address, after)
                again = retry(outcome, tries=delivery.tries, lane=delivery.lane, chance=self._chance())
                if isinstance(again, GiveUp):
                    return Settled(delivery, DeliveryState.ABANDONED, Reason.GAVE_UP)
                until = now + timedelta(seconds=again.seconds)
                return self._later(delivery, until, None, hold=after is not None, counts=after is None)
            case Unknown():
                _log.warning("unknown_outcome", delivery=delivery.id)
                return Settled(delivery, DeliveryState.UNKNOWN, None, not_before=now + self._in_doubt_for(account))

    def _later(
        self, delivery: Delivery, until: datetime, reason: Reason | None, *, hold: bool = False, counts: bool = True
    ) -> Settled:
        """It waits until then; ``hold`` for everything else at its address too. Only what failed by itself counts."""
        return Settled(
            delivery,
            DeliveryState.WAITING,
            reason,
            not_before=until,
            hold_until=until if hold else None,
            tries=delivery.tries if counts else delivery.tries - 1,
        )

    async def _settle(self) -> None:
        """Write every outcome that has come back, together, and claim nothing."""
        outcomes, self._outcomes = self._outcomes, []
        try:
            _say_fenced(await self._store.write(self._write_outcomes, outcomes, self._clock.now()))
        except Exception:
            self._outcomes = outcomes + self._outcomes
            raise

    def _write_outcomes(
        self, connection: Connection, outcomes: Sequence[Settled], now: datetime
    ) -> Sequence[DeliveryId]:
        if not outcomes:
            return ()
        self._claims.give_back(connection, outcomes, now)
        return settling.settle(connection, self._store.vault, self._ids, outcomes, self._claims.epoch, now)


def _is_for_its_files(outcome: Outcome) -> bool:
    return isinstance(outcome, Refused) and outcome.concerns is Concerns.FILES


def _with_uploads(settled: Settled, channel: Channel, outcome: Outcome, shown: Sequence[CopyId]) -> Settled:
    """What the platform calls the pictures it took from us, or that it no longer knows them."""
    if not shown:
        return settled
    account = (channel.name, channel.account)
    match outcome:
        case Accepted(files=files) if len(files) == len(shown):
            return replace(settled, uploads=dict(zip(shown, files, strict=True)), account=account)
        case Later(None, Concerns.FILES):
            return replace(settled, not_uploaded=tuple(shown))
    return settled


def _say_fenced(fenced: Iterable[DeliveryId]) -> None:
    for delivery in fenced:
        _log.error("fenced", delivery=delivery)
