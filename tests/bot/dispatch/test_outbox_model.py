"""Whatever happens in whatever order, what goes out keeps its promises: the outbox against a small model of it.

People write and take back, the platform misbehaves, the power fails, somebody's place in the circle ends, time
passes. After each step, and when everything has come to rest, what was called and what is on disk must agree.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import re
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, select

from book.deliveries import Act, Concerns, DeliveryState, Later, NoticeState, Refused, Unknown
from book.ids import IdMaker
from book.messages import Did
from book.people import Role, Standing
from book.reasons import Reason
from book.understanding.lexicon import Lexicon
from book.wording.catalogue import Catalogue
from storage import schema
from storage.database import open_database
from storage.keys import KeyStore, RootKey
from storage.roster import NewMembership, add_memberships
from storage.store import Store
from storage.vault import Vault
from tests.clocks import BookClock, MachineClock
from tests.databases import DIALECTS, Templates
from tests.kit import on_disk
from tests.kit.conversation import Story, tell
from tests.kit.on_script import Made, OnScript, Script

REPEAT = "You may have this already. "
OPEN = {DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.UNKNOWN}
ANSWERS = {
    "later": Later(),
    "wait": Later(9.0),
    "unknown, and it arrives": Unknown(),
    "unknown, and it is lost": Unknown(),
    "it breaks": RuntimeError("nobody foresaw this"),
    "never": Refused(Reason.REFUSED_BY_CHANNEL),
    "blocked": Refused(Reason.BLOCKED, Concerns.ADDRESS),
    "locked": Refused(Reason.CHANNEL_LOCKED, Concerns.ACCOUNT),
}
HEARERS = {"hannah": ("priya", "dawn"), "fay": ("priya",)}


class Outbox(RuleBasedStateMachine):
    """The product on the scripted platform; the model is the list of what was written and the platform's record."""

    templates: Templates
    lexicon: Lexicon
    catalogue: Catalogue
    dialect: str
    folder: Path
    numbers = itertools.count()

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.closing = AsyncExitStack()
        self.words: list[tuple[str, str, bool]] = []  # word, author, urgent; in the order of writing
        self.restricted_after: int | None = None  # calls made when Dawn's membership had ended
        self.blocked: set[str] = set()

    @initialize()
    def begins(self) -> None:
        self.runner.run(self._begin())

    async def _begin(self) -> None:
        directory = self.folder / str(next(self.numbers))
        directory.mkdir()
        furnished = self.templates.sqlite if self.dialect == "sqlite" else self.templates.postgresql
        place = await self.closing.enter_async_context(furnished(directory))
        clock = BookClock(datetime(2026, 11, 23, 7, 40, tzinfo=UTC))
        book, keys = await open_database(place.url), await open_database(place.keys_url)
        self.closing.push_async_callback(book.close)
        self.closing.push_async_callback(keys.close)
        vault = await Vault.unlock(await KeyStore.open(keys, RootKey(b"k" * 32), now=clock.now))
        ids = IdMaker(now=clock.now, chance=random.Random(7).randrange)
        self.stage = OnScript(per_second=30, per_chat=1)
        self.story: Story = await tell(
            Store(book, vault, place.media), self.stage, clock, MachineClock(), ids, lexicon=self.lexicon
        )
        await self.story.until("8:10")

    @property
    def script(self) -> Script:
        return self.stage.script

    # --- what happens -------------------------------------------------------------------------------------------------

    @rule(who=st.sampled_from(sorted(HEARERS)), urgent=st.booleans())
    def somebody_writes(self, who: str, urgent: bool) -> None:
        word = f"w{len(self.words):03d}"
        self.words.append((word, who, urgent))
        text = f"please ring me asap {word}" if urgent else f"slept well {word}"
        self.runner.run(self._does(self.stage.says(who, text, None)))

    @rule(who=st.sampled_from(sorted(HEARERS)))
    def somebody_takes_back(self, who: str) -> None:
        self.runner.run(self._does(self.stage.says(who, "undo", None)))

    @rule(seconds=st.sampled_from([1, 4, 10, 20, 30, 60, 400]))
    def time_passes(self, seconds: int) -> None:
        self.runner.run(self._pass(seconds))

    @rule(
        answer=st.sampled_from(sorted(ANSWERS)),
        to=st.sampled_from(["priya", "dawn", "hannah"]),
        times=st.integers(1, 3),
    )
    def the_platform_will_answer(self, answer: str, to: str, times: int) -> None:
        act = None if answer in {"later", "wait", "locked"} else Act.SAY
        self.script.answers(ANSWERS[answer], to=to, act=act, times=times, arrives="arrives" in answer)

    @rule(to=st.sampled_from(["priya", "dawn", "hannah"]))
    def the_power_fails(self, to: str) -> None:
        self.runner.run(self._power_fails(to))

    @precondition(lambda self: self.restricted_after is None)
    @rule()
    def dawns_place_ends(self) -> None:
        self.runner.run(self.story.store.write(_end_dawn, self.story))
        self.restricted_after = len(self.script.calls)

    @rule(who=st.sampled_from(["priya", "dawn"]))
    def somebody_starts_the_bot_again(self, who: str) -> None:
        self.runner.run(self._does(self.stage.does(who, Did.UNBLOCKED)))

    async def _does(self, deed: object) -> None:
        await deed  # type: ignore[misc]
        await self.story.running.worker.work_off()
        await self.story.running.dispatcher.drain()

    async def _pass(self, seconds: float) -> None:
        self.story.machine.move(seconds)
        self.story.clock.move(timedelta(seconds=seconds))
        await self.story.running.dispatcher.drain()

    async def _power_fails(self, to: str) -> None:
        """While a call is on its way to her, if one leaves now; its answer comes to nobody."""
        gate = self.script.holds(to)
        before = self.story.running
        self.story.machine.move(21)
        self.story.clock.move(timedelta(seconds=21))
        await before.dispatcher.look()
        for _ in range(3):
            await asyncio.sleep(0)
        await self.story.begins_again()
        gate.open()
        await before.dispatcher.finish()
        self.script.gives_up(gate)
        await self.story.running.worker.work_off()
        await self.story.running.dispatcher.drain()

    # --- what holds at every moment -----------------------------------------------------------------------------------

    @invariant()
    def nothing_is_said_twice_without_saying_so(self) -> None:
        for to, word in self._told_to():
            calls = self._calls(to, word)
            sure = [number for number, call in enumerate(calls) if call.may_have_arrived]
            for call in calls[sure[0] + 1 :] if sure else ():
                assert call.text.startswith(REPEAT), f"{to} was sent {word} again as if for the first time"
            assert len(sure) <= 2, f"{to} may have {word} {len(sure)} times"

    @invariant()
    def nothing_leaves_for_somebody_whose_place_has_ended(self) -> None:
        if self.restricted_after is not None:
            late = [call for call in self.script.calls[self.restricted_after :] if call.to == "dawn"]
            assert all(call.act is not Act.SAY for call in late)

    @invariant()
    def ordinary_notes_about_a_child_reach_each_person_in_the_order_of_writing(self) -> None:
        for author, hearers in HEARERS.items():
            ordinary = [word for word, who, urgent in self.words if who == author and not urgent]
            for to in hearers:
                first = {}
                for at, call in enumerate(self.script.made(to)):
                    for word in re.findall(r"w\d{3}", call.text):
                        first.setdefault(word, at)
                order = [first[word] for word in ordinary if word in first]
                assert order == sorted(order)

    def _told_to(self) -> list[tuple[str, str]]:
        return [(to, word) for word, who, _ in self.words for to in HEARERS[who]]

    def _calls(self, to: str, word: str) -> list[Made]:
        return [call for call in self.script.made(to) if word in call.text]

    # --- what holds at the end ----------------------------------------------------------------------------------------

    def teardown(self) -> None:
        try:
            if hasattr(self, "story"):
                self.runner.run(self._comes_to_rest())
                self.runner.run(self._agrees())
        finally:
            self.runner.run(self.closing.aclose())
            self.runner.close()

    async def _comes_to_rest(self) -> None:
        self.script.forgets()
        for _ in range(300):
            await self.story.running.worker.work_off()
            looked = await self.story.running.dispatcher.drain()
            free, due = looked.next_free, looked.next_at
            if free is None and due is None:
                return
            wait = 0.001 if free is None else max(free - self.story.machine.monotonic(), 0.001)
            if due is not None and free is None:
                wait = max((due - self.story.clock.now()).total_seconds(), 0.001)
            await self._pass(wait)
        raise AssertionError("it never comes to rest")

    async def _agrees(self) -> None:
        for delivery in await on_disk.deliveries(self.story):
            assert delivery.state not in OPEN
            assert not delivery.has_text
        relays = {
            (notice.to, word): notice
            for notice, word in zip(*await self._relays_and_words(), strict=True)
            if word is not None
        }
        for notice in await on_disk.notices(self.story, kind=None):
            assert notice.state is not NoticeState.WAITING
            assert notice.reason is not None
        for (to, word), notice in relays.items():
            arrived = any(call.arrived for call in self._calls(to, word))
            if notice.state is NoticeState.TOLD:
                assert arrived, f"{word} is told to {to} and nothing arrived"
            elif arrived:
                assert notice.reason is Reason.UNCONFIRMED, f"{word} reached {to} and the book says {notice}"
        for to, word in self._told_to():
            assert (to, word) in relays or to == "dawn", f"nobody was to tell {to} of {word}"

    async def _relays_and_words(self) -> tuple[list[on_disk.NoticeRow], list[str | None]]:
        notices = await on_disk.notices(self.story)
        entry_of = await self.story.store.read(_entries_of_notices)
        entries = sorted(set(entry_of.values()))
        word_of = dict(zip(entries, (word for word, _, _ in self.words), strict=True))
        return notices, [word_of.get(entry_of[notice.id]) for notice in notices]


def _end_dawn(connection: Connection, story: Story) -> None:
    people, ella, dawns = story.people.people, story.people.children["ella"], story.people.settings["dawns"]
    ended = NewMembership(story.ids.new(), people["dawn"], Role.CHILDMINDER, ella, dawns, standing=Standing.ENDED)
    add_memberships(connection, [ended], story.clock.now())


def _entries_of_notices(connection: Connection) -> dict[int, int]:
    rows = connection.execute(select(schema.notices.c.id, schema.notices.c.entry_id))
    return {row.id: row.entry_id for row in rows if row.entry_id is not None}


def check(
    templates: Templates, lexicon: Lexicon, catalogue: Catalogue, dialect: str, folder: Path, how: settings
) -> None:
    """Play the machine so often and so long."""
    values = {"templates": templates, "lexicon": lexicon, "catalogue": catalogue, "dialect": dialect, "folder": folder}
    run_state_machine_as_test(type("Outbox", (Outbox,), values), settings=how)


_PLAIN = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], print_blob=True
)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_outbox_keeps_its_promises_in_whatever_order_things_happen(
    templates: Templates, lexicon: Lexicon, catalogue: Catalogue, dialect: str, tmp_path: Path
) -> None:
    examples = {"sqlite": 8, "postgresql": 3}[dialect]
    # The failing story is shown as it was found: to make it shorter takes minutes, and the long proof does that.
    phases = (Phase.explicit, Phase.generate)
    how = settings(_PLAIN, max_examples=examples, stateful_step_count=20, derandomize=True, phases=phases)
    check(templates, lexicon, catalogue, dialect, tmp_path, how)


@pytest.mark.prove
@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_outbox_keeps_its_promises_in_many_more_orders(
    templates: Templates, lexicon: Lexicon, catalogue: Catalogue, dialect: str, tmp_path: Path
) -> None:
    how = settings(_PLAIN, max_examples=60, stateful_step_count=50)
    check(templates, lexicon, catalogue, dialect, tmp_path, how)
