"""Of everybody who has two addresses, whatever the platform does: a small model of what may go where, and must.

Urgent: taken somewhere, or whoever wrote it was told to ring. Not urgent: never at two addresses. What the model knows
is what was written, what the platform was called with and what it took; it asks the book nothing.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from book.deliveries import Act, Concerns, Later, Refused, Unknown
from book.ids import IdMaker
from book.messages import Did
from book.reasons import Reason
from book.understanding.lexicon import Lexicon
from book.wording.catalogue import Catalogue
from storage import addresses
from storage.database import open_database
from storage.keys import KeyStore, RootKey
from storage.store import Store
from storage.vault import Vault
from tests.clocks import BookClock, MachineClock
from tests.databases import Templates
from tests.kit.conversation import Story, tell
from tests.kit.on_script import Made, OnScript, Script

HERS = ("hannah", "text")
ANSWERS = {
    "later": Later(),
    "wait": Later(45.0),
    "lost": Unknown(),
    "never": Refused(Reason.REFUSED_BY_CHANNEL),
    "blocked": Refused(Reason.BLOCKED, Concerns.ADDRESS),
}


class TwoAddresses(RuleBasedStateMachine):
    """Hannah has two addresses, and Priya writes to her of Ella."""

    templates: Templates
    lexicon: Lexicon
    catalogue: Catalogue
    folder: Path
    numbers = itertools.count()

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.closing = AsyncExitStack()
        self.urgent: list[str] = []
        self.ordinary: list[str] = []
        self.written: dict[str, str] = {}  # when each urgent word was written, as the book says it

    @initialize()
    def begins(self) -> None:
        self.runner.run(self._begin())

    async def _begin(self) -> None:
        directory = self.folder / str(next(self.numbers))
        directory.mkdir()
        place = await self.closing.enter_async_context(self.templates.sqlite(directory))
        clock = BookClock(datetime(2026, 11, 23, 7, 40, tzinfo=UTC))
        book, keys = await open_database(place.url), await open_database(place.keys_url)
        self.closing.push_async_callback(book.close)
        self.closing.push_async_callback(keys.close)
        vault = await Vault.unlock(await KeyStore.open(keys, RootKey(b"k" * 32), now=clock.now))
        ids = IdMaker(now=clock.now, chance=random.Random(7).randrange)
        self.stage = OnScript()
        self.story: Story = await tell(
            Store(book, vault, place.media), self.stage, clock, MachineClock(), ids, lexicon=self.lexicon
        )
        await self.story.until("8:10")
        await self.stage.gives_another_phone("hannah", "text")
        await self._does(self.stage.says("hannah", "morning", None))

    @property
    def script(self) -> Script:
        return self.stage.script

    # --- what happens -------------------------------------------------------------------------------------------------

    @rule()
    def priya_writes_what_is_urgent(self) -> None:
        word = f"w{len(self.urgent):03d}"
        self.urgent.append(word)
        self.written[word] = f"{self.story.clock.now():%-H:%M}"
        self.runner.run(self._does(self.stage.says("priya", f"Ella temp 39 pls collect asap {word}", None)))

    @rule(question=st.sampled_from(["did she sleep well", "is she having her lunch with nan", "any spare trousers"]))
    def priya_asks(self, question: str) -> None:
        word = f"q{len(self.ordinary):03d}"
        self.ordinary.append(word)
        self.runner.run(self._does(self.stage.says("priya", f"Ella: {question} {word}?", None)))

    @rule(seconds=st.sampled_from([1, 20, 45, 60, 130, 900]))
    def time_passes(self, seconds: int) -> None:
        self.runner.run(self._pass(seconds))

    @rule(answer=st.sampled_from(sorted(ANSWERS)), to=st.sampled_from(HERS), times=st.sampled_from([1, 2, 6, None]))
    def the_platform_will_answer(self, answer: str, to: str, times: int | None) -> None:
        act = None if isinstance(ANSWERS[answer], Later) else Act.SAY
        self.script.answers(ANSWERS[answer], to=to, act=act, times=times)

    @rule()
    def the_platform_is_well_again(self) -> None:
        self.script.forgets()

    @rule(at=st.sampled_from(HERS))
    def she_stops_one(self, at: str) -> None:
        self.runner.run(self._does(self.stage.does(at, Did.BLOCKED)))

    @rule(at=st.sampled_from(HERS))
    def she_starts_one(self, at: str) -> None:
        self.runner.run(self._does(self.stage.does(at, Did.UNBLOCKED)))

    @rule(at=st.sampled_from(HERS))
    def she_writes_from(self, at: str) -> None:
        self.runner.run(self._does(self.stage.says(at, "thanks", None)))

    @rule(at=st.sampled_from(HERS))
    def she_chooses(self, at: str) -> None:
        self.runner.run(self.story.store.write(addresses.choose, self.stage.addresses[at], self.story.clock.now()))

    @rule()
    def the_power_fails(self) -> None:
        self.runner.run(self._begins_again())

    async def _begins_again(self) -> None:
        await self.story.begins_again()
        await self.story.running.dispatcher.drain()

    async def _does(self, deed: object) -> None:
        await deed  # type: ignore[misc]
        await self.story.running.worker.work_off()
        await self.story.running.dispatcher.drain()

    async def _pass(self, seconds: float) -> None:
        """Instant by instant, as far as anything falls due."""
        until = self.story.clock.now() + timedelta(seconds=seconds)
        for _ in range(400):
            looked = await self.story.running.dispatcher.drain()
            if looked.next_at is None or looked.next_at > until:
                break
            self.story.machine.move(max((looked.next_at - self.story.clock.now()).total_seconds(), 0.0) + 0.001)
            self.story.clock.move_to(max(looked.next_at, self.story.clock.now()))
        else:
            raise AssertionError("it never comes to rest")
        self.story.machine.move(max((until - self.story.clock.now()).total_seconds(), 0.0))
        self.story.clock.move_to(until)
        await self.story.running.dispatcher.drain()

    # --- what holds ---------------------------------------------------------------------------------------------------

    def _calls(self, word: str) -> list[Made]:
        return [call for at in HERS for call in self.script.made(at) if word in call.text]

    @invariant()
    def what_is_not_urgent_is_never_at_two_addresses(self) -> None:
        for word in self.ordinary:
            took = {call.to for call in self._calls(word) if call.may_have_arrived}
            assert len(took) <= 1, f"{word} went to {took}"

    @invariant()
    def what_one_address_has_taken_is_not_begun_at_another_later(self) -> None:
        for word in self.urgent:
            taken_by: set[str] = set()
            for call in self.script.made():
                if call.to in HERS and word in call.text:
                    later_elsewhere = taken_by - {call.to}
                    assert not later_elsewhere, f"{word} was taken by {later_elsewhere} and then sent to {call.to}"
                    if call.arrived:
                        taken_by.add(call.to)

    def teardown(self) -> None:
        try:
            if hasattr(self, "story"):
                self.runner.run(self._pass(36 * 3600))
                self._every_urgent_one_is_taken_or_its_author_rings()
        finally:
            self.runner.run(self.closing.aclose())
            self.runner.close()

    def _every_urgent_one_is_taken_or_its_author_rings(self) -> None:
        told = [call.text for call in self.script.made("priya") if call.arrived and "ring" in call.text.casefold()]
        for word in self.urgent:
            if any(call.arrived for call in self._calls(word)):
                continue
            her_note = f"your {self.written[word]} note"
            assert any(her_note in each for each in told), f"{word} reached nobody, and Priya was not told to ring"


def check(templates: Templates, lexicon: Lexicon, catalogue: Catalogue, folder: Path, how: settings) -> None:
    """Play the machine so often and so long."""
    values = {"templates": templates, "lexicon": lexicon, "catalogue": catalogue, "folder": folder}
    run_state_machine_as_test(type("TwoAddresses", (TwoAddresses,), values), settings=how)


_PLAIN = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], print_blob=True
)


def test_what_is_urgent_is_taken_somewhere_or_its_author_rings_and_nothing_else_goes_twice(
    templates: Templates, lexicon: Lexicon, catalogue: Catalogue, tmp_path: Path
) -> None:
    phases = (Phase.explicit, Phase.generate)
    how = settings(_PLAIN, max_examples=6, stateful_step_count=16, derandomize=True, phases=phases)
    check(templates, lexicon, catalogue, tmp_path, how)


@pytest.mark.prove
def test_what_is_urgent_is_taken_somewhere_or_its_author_rings_in_many_more_orders(
    templates: Templates, lexicon: Lexicon, catalogue: Catalogue, tmp_path: Path
) -> None:
    how = settings(_PLAIN, max_examples=60, stateful_step_count=40)
    check(templates, lexicon, catalogue, tmp_path, how)
