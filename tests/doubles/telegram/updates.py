"""The updates that wait for the bot, in order and numbered, until the bot confirms them or they expire.

It does not know who caused an update or how it reaches the bot: by a poll or by the webhook.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Lane = tuple[str, int]

A_DAY = 86_400.0
LIFE_OF_A_PRESS = 150.0
"""Seconds for which Telegram's server keeps a press of a button; everything else is kept for a day."""

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""The kinds that come only to a bot that names them (getUpdates, allowed_updates)."""


@dataclass(frozen=True, slots=True)
class Pending:
    """One update as it goes on the wire. Updates of one lane reach a webhook one after the other."""

    update_id: int
    body: str
    lane: Lane
    expires: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Disturbance:
    """How likely it is, from 0 to 1, that updates come otherwise than once and in order."""

    duplicates: float = 0.0
    """An update comes twice with the same number."""
    second_ids: float = 0.0
    """An update comes again under a new number, as a press pressed twice does."""
    shuffles: float = 0.0
    """The updates of one answer to getUpdates are out of order."""
    delays: float = 0.0
    """An update is held back until those that happen in the same turn of the loop have passed it."""


class UpdateQueue:
    """What the bot has still to hear. `arrived` is called after every change a reader may be waiting for.

    `listener`, where there is one, is handed every update the moment it is queued: so a webhook hears.
    """

    def __init__(self, *, now: Callable[[], float], arrived: Callable[[], None], first_id: int) -> None:
        self._now = now
        self._arrived = arrived
        self.listener: Callable[[Pending], None] | None = None
        self._next_id = first_id
        self._pending: OrderedDict[int, Pending] = OrderedDict()
        self._again: list[Pending] = []
        self._allowed: frozenset[str] | None = None
        self._held: list[tuple[str, Json, Lane]] = []
        self._held_lanes: set[Lane] | None = set()
        self._delayed: list[tuple[str, Json, Lane]] = []
        self._sent: OrderedDict[int, Pending] = OrderedDict()
        self._order_next: list[Callable[[list[str]], Iterable[str]]] = []
        self._disturbance = Disturbance()
        self._random = random.Random(0)

    # -- coming in

    def push(self, kind: str, content: Json, lane: Lane) -> int | None:
        """Queue an update of a kind. Returns its number, None where it is unwanted or held."""
        if self._allowed is not None and kind not in self._allowed:
            return None
        if self._allowed is None and kind in NOT_BY_DEFAULT:
            return None
        if self._held_lanes is None or lane in self._held_lanes:
            self._held.append((kind, content, lane))
            return None
        if self._disturbance.delays and self._random.random() < self._disturbance.delays:
            if not self._delayed:
                asyncio.get_running_loop().call_soon(self._settle)
            self._delayed.append((kind, content, lane))
            return None
        update_id = self._number(kind, content, lane)
        if self._disturbance.second_ids and self._random.random() < self._disturbance.second_ids:
            self._number(kind, content, lane)
        self._arrived()
        return update_id

    def push_raw(self, update: Json) -> int:
        """Queue an update as it is, whatever its kind; it is given a number only where it has none.

        One that brings a number already past is sent once, out of turn.
        """
        update_id = update.get("update_id")
        expires = self._now() + A_DAY
        if not isinstance(update_id, int):
            update_id = self._take_id()
            update = {"update_id": update_id} | update
        elif update_id < self._next_id:
            self._give_once(Pending(update_id, json.dumps(update), ("raw", update_id), expires))
            return update_id
        else:
            self._next_id = update_id + 1
        self._keep(Pending(update_id, json.dumps(update), ("raw", update_id), expires))
        self._arrived()
        return update_id

    def push_again(self, update_id: int, *, fresh_id: bool) -> int:
        """Queue a copy of an update sent before, confirmed or not. Raises LookupError if it is unknown."""
        original = self._sent[update_id]
        if not fresh_id:
            self._give_once(original)
            return update_id
        update = json.loads(original.body)
        update["update_id"] = fresh = self._take_id()
        self._keep(Pending(fresh, json.dumps(update), original.lane, original.expires))
        self._arrived()
        return fresh

    def hold(self, lanes: Iterable[Lane] | None) -> None:
        """Keep updates of these lanes (or of all) back until they are released."""
        if lanes is None:
            self._held_lanes = None
        elif self._held_lanes is not None:
            self._held_lanes.update(lanes)

    def release(self) -> None:
        """Queue what was held, in the order in which it happened, numbered now."""
        held, self._held = self._held, []
        self._held_lanes = set()
        for kind, content, lane in held:
            self._number(kind, content, lane)
        self._arrived()

    def number_from(self, update_id: int) -> None:
        """Go on numbering from here, as Telegram does at random after a week without updates."""
        self._next_id = update_id

    def disturb(self, disturbance: Disturbance, seed: int) -> None:
        self._disturbance = disturbance
        self._random = random.Random(seed)

    def order_next(self, order: Callable[[list[str]], Iterable[str]]) -> None:
        """Reorder the next answer to getUpdates that holds more than one update."""
        self._order_next.append(order)

    @property
    def last_id(self) -> int:
        return self._next_id - 1

    # -- going out

    def allow(self, kinds: Iterable[str]) -> None:
        """Send only these kinds from now on; none named means all but the three that must be asked for."""
        named = frozenset(kinds)
        self._allowed = named or None

    @property
    def allowed(self) -> list[str]:
        return sorted(self._allowed or ())

    def __len__(self) -> int:
        return len(self._pending)

    def waiting(self) -> list[Pending]:
        """Everything not confirmed and not expired, oldest first."""
        now = self._now()
        return [pending for pending in self._pending.values() if pending.expires > now]

    def is_expired(self, pending: Pending) -> bool:
        return pending.expires <= self._now()

    def drop_all(self) -> None:
        self._pending.clear()
        self._again.clear()

    def confirm(self, update_id: int) -> None:
        """Forget one update: a webhook took it."""
        self._pending.pop(update_id, None)

    def take(self, offset: int, limit: int) -> list[str]:
        """What getUpdates answers. An offset confirms what is below it; a negative one keeps the last.

        One more than ten above the next number is as good as none: the server reads from its oldest update.
        """
        pending = self._pending
        if offset < 0:
            while len(pending) > -offset:
                pending.popitem(last=False)
        elif offset <= self._next_id + 10:
            while pending and next(iter(pending)) < offset:
                pending.popitem(last=False)
        now = self._now()
        batch = [again.body for again in self._again[:limit]] if self._again else []
        del self._again[:limit]
        for update in pending.values():
            if len(batch) >= limit:
                break
            if update.expires > now:
                batch.append(update.body)
                if self._disturbance.duplicates and self._random.random() < self._disturbance.duplicates:
                    batch.append(update.body)
        return self._reordered(batch) if len(batch) > 1 else batch

    def _reordered(self, batch: list[str]) -> list[str]:
        if self._order_next:
            return list(self._order_next.pop(0)(batch))
        if self._disturbance.shuffles and self._random.random() < self._disturbance.shuffles:
            self._random.shuffle(batch)
        return batch

    def _number(self, kind: str, content: Json, lane: Lane) -> int:
        update_id = self._take_id()
        life = LIFE_OF_A_PRESS if kind == "callback_query" else A_DAY
        body = json.dumps({"update_id": update_id, kind: content})
        self._keep(Pending(update_id, body, lane, self._now() + life))
        return update_id

    def _settle(self) -> None:
        delayed, self._delayed = self._delayed, []
        for kind, content, lane in delayed:
            self._number(kind, content, lane)
        self._arrived()

    def _give_once(self, pending: Pending) -> None:
        if self.listener is None:
            self._again.append(pending)
        else:
            self.listener(pending)
        self._arrived()

    def _keep(self, pending: Pending) -> None:
        self._pending[pending.update_id] = pending
        self._sent[pending.update_id] = pending
        while len(self._sent) > 10_000:
            self._sent.popitem(last=False)
        if self.listener is not None:
            self.listener(pending)

    def _take_id(self) -> int:
        update_id = self._next_id
        self._next_id += 1
        return update_id
