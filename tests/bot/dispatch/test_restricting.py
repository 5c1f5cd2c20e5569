"""Shutting somebody out, and whatever was on its way to her at that moment: nothing begins after it, all is named.

The platform is scripted, both clocks are moved by hand, the database is real.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import asyncpg
import pytest
from sqlalchemy import Connection, select

from book.deliveries import Act, DeliveryState, Later, NoticeState, Refused, Unknown
from book.ids import IdMaker
from book.people import Role, Standing
from book.reasons import Reason
from book.sharing import Choice
from book.understanding.lexicon import Lexicon
from book.wording.catalogue import Catalogue
from storage import restricting, schema, turns
from storage.addresses import Handle
from storage.filing import Restriction
from storage.roster import NewMembership, add_memberships
from storage.sharing import NewChoice, add_choices
from storage.store import Store
from storage.vault import Vault
from tests.clocks import BookClock, MachineClock
from tests.databases import Place
from tests.kit import on_disk
from tests.kit.conversation import LONDON, Story, give_addresses, tell
from tests.kit.on_script import ACCOUNT, NAME, Gate, OnScript, Script

NOTE = 'Ella, from Hannah 8:10: "bad night, teething"'


async def runs(story: Story) -> None:
    """Whatever is free to go at this moment goes, as far as the platform lets it."""
    await story.running.worker.work_off()
    await story.running.dispatcher.look()


async def said_to(story: Story, who: str) -> list[str]:
    return [each.text for each in await story.person(who).screen()]


async def shut_out(story: Story, who: str, child: str = "ella", *, tell: str = "maya") -> None:
    """As the program does it for whoever runs a setting, without a word."""
    restriction = Restriction(
        id=story.ids.new(),
        person=story.people.people[who],
        children=frozenset({story.people.children[child]}),
        by=story.people.people[tell],
        tell=(story.people.people[tell],),
    )
    store = story.store
    await store.write(restricting.restrict, store.vault, story.ids, restriction, story.clock.now(), LONDON)


async def written_and_leaving(story: Story, script: Script, to: str) -> Gate:
    """Hannah's note is on its way to ``to``, and the platform has not answered."""
    await story.stage.says("hannah", "bad night, teething", None)
    await runs(story)
    gate = script.holds(to, act=Act.SAY)
    story.machine.move(20)
    story.clock.move(timedelta(seconds=20))
    await runs(story)
    await gate.reached.wait()
    return gate


async def test_whoever_runs_the_book_sees_what_was_leaving_until_it_is_known_even_where_nobody_is_told(
    story: Story, script: Script
) -> None:
    gate = await written_and_leaving(story, script, "priya")
    left_at = story.clock.now()
    priya, store = story.people.people["priya"], story.store
    assert await store.read(restricting.may_have_reached) == []

    alone = Restriction(story.ids.new(), priya, None, None, ())
    await store.write(restricting.restrict, store.vault, story.ids, alone, story.clock.now(), LONDON)
    for _ in range(3):
        await runs(story)
    assert await store.read(restricting.may_have_reached) == [restricting.MayHaveReached(priya, 1, left_at)]
    gate.open()
    await story.running.dispatcher.drain()

    assert await store.read(restricting.may_have_reached) == []


async def test_what_was_leaving_is_named_and_then_said_to_have_arrived(story: Story, script: Script) -> None:
    gate = await written_and_leaving(story, script, "priya")
    calls = len(script.made("priya"))

    await shut_out(story, "priya")
    for _ in range(3):  # claimed, called, settled
        await runs(story)
    assert (await said_to(story, "maya"))[-1] == (
        "What was leaving at 8:10 may have reached Priya. I'll tell you as soon as it is known."
    )
    gate.open()
    await story.running.dispatcher.drain()

    assert (await said_to(story, "maya"))[-1] == "What was leaving at 8:10 did reach Priya."
    assert len(script.made("priya")) == calls
    await story.passes(3600)
    assert len(script.made("priya")) == calls


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Refused(Reason.REFUSED_BY_CHANNEL), "What was leaving at 8:10 did not reach Priya."),
        (Later(), "What was leaving at 8:10 did not reach Priya."),
        (
            Unknown(),
            "Nobody can say whether what was leaving at 8:10 reached Priya. Please take it that it did.",
        ),
    ],
    ids=["refused", "put off", "unknown"],
)
async def test_what_did_not_arrive_or_nobody_knows_is_said_too_and_never_sent_again(
    story: Story, script: Script, answer: Later | Refused | Unknown, said: str
) -> None:
    await story.stage.says("hannah", "bad night, teething", None)
    await runs(story)
    script.answers(answer, to="priya", act=Act.SAY)
    story.clock.move(timedelta(seconds=20))
    await story.running.dispatcher.look()  # marked, and called
    await shut_out(story, "priya")
    await story.passes(600)

    assert (await said_to(story, "maya"))[-2:] == [
        "What was leaving at 8:10 may have reached Priya. I'll tell you as soon as it is known.",
        said,
    ]
    assert len(script.made("priya")) == 1
    # Hannah is not asked to ring somebody who is not in the book any more.
    assert not any("Priya" in each and "ring" in each for each in await said_to(story, "hannah"))
    assert all(each.state is not NoticeState.WAITING for each in await on_disk.notices(story, "priya", None))


async def test_what_waits_for_a_later_try_is_given_up_at_once(story: Story, script: Script) -> None:
    script.answers(Later(), to="dawn", times=None)
    await story.stage.says("hannah", "bad night, teething", None)
    await story.passes(21)
    assert len(script.made("dawn")) == 1

    await shut_out(story, "dawn")
    assert [(each.state, each.reason) for each in await on_disk.deliveries(story, "dawn")] == [
        (DeliveryState.ABANDONED, Reason.PERMISSION_ENDED)
    ]
    assert [(each.state, each.reason) for each in await on_disk.notices(story, "dawn")] == [
        (NoticeState.WITHHELD, Reason.NOT_IN_CIRCLE)
    ]
    script.forgets()
    await story.passes(7200)
    assert len(script.made("dawn")) == 1
    assert (await said_to(story, "hannah"))[0] == "✓ Ella · sleep, health → Priya ✓"


async def test_what_told_her_before_is_taken_back_even_now(story: Story, script: Script) -> None:
    await story.stage.says("hannah", "bad night, teething", None)
    await story.passes(60)
    await shut_out(story, "dawn")
    await story.stage.says("hannah", "undo", None)
    await story.passes(60)

    assert len(script.made("dawn", Act.TAKE_BACK)) == 1


@pytest.mark.parametrize("seconds", [-1, 1])
async def test_a_place_that_ends_at_a_moment_counts_until_then_and_not_a_second_longer(
    story: Story, script: Script, seconds: int
) -> None:
    ends = story.clock.now() + timedelta(seconds=20) - timedelta(seconds=seconds)
    line = NewMembership(
        story.ids.new(), story.people.people["dawn"], Role.CHILDMINDER, story.people.children["ella"],
        story.people.settings["dawns"], until=ends,
    )  # fmt: skip
    await story.store.write(add_memberships, [line], story.clock.now())
    await story.stage.says("hannah", "bad night, teething", None)
    await story.passes(60)

    assert [each.text for each in script.made("dawn")] == ([NOTE] if seconds < 0 else [])


# --- interleavings --------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Play:
    """One seeded order of writing, filing, claiming, sending, shutting out and withdrawing."""

    story: Story
    script: Script
    chance: random.Random
    gates: list[Gate] = field(default_factory=list)
    at_once: bool = False  # whether somebody claims while she is shut out: on PostgreSQL on two connections
    shut_at: int | None = None  # how many calls had begun
    flying: frozenset[int] = frozenset()
    marked: frozenset[int] = frozenset()
    named: bool = False

    async def run(self) -> None:
        steps = ["answer", *["write"] * 4, *["file"] * 2, *["claim"] * 5, *["time"] * 3, "open"]
        self.chance.shuffle(steps)
        # Most often just after a claim, when something is on its way; otherwise anywhere.
        claims = [at + 1 for at, step in enumerate(steps) if step == "claim"]
        anywhere = self.chance.random() < 0.3
        steps.insert(self.chance.randrange(1, len(steps)) if anywhere else self.chance.choice(claims), "out")
        for step in steps:
            await getattr(self, f"_{step}")()
        for gate in self.gates:
            gate.open()
        self.script.forgets()
        await self.story.passes(120)

    async def _write(self) -> None:
        notes = [("hannah", "slept well"), *[("priya", "Ella temp 38.9 pls collect asap")] * 2, ("priya", "Ella ate")]
        who, text = self.chance.choice(notes)
        await self.story.stage.says(who, f"{text} w{self.chance.randrange(10**6)}", None)

    async def _answer(self) -> None:
        what = self.chance.choice([Later(), Later(5.0), Unknown(), Refused(Reason.REFUSED_BY_CHANNEL), None])
        if what is None:
            self.gates.append(self.script.holds("dawn", act=Act.SAY))
        else:
            self.script.answers(what, to="dawn", act=Act.SAY, arrives=self.chance.random() < 0.5)

    async def _file(self) -> None:
        await self.story.running.worker.work_off()

    async def _claim(self) -> None:
        await self._file()
        await self.story.running.dispatcher.look()

    async def _time(self) -> None:
        seconds = self.chance.choice([1, 10, 20, 30])
        self.story.clock.move(timedelta(seconds=seconds))
        self.story.machine.move(seconds)

    async def _open(self) -> None:
        for gate in self.gates:
            gate.open()

    async def _out(self) -> None:
        """In the same transaction, what was marked before it is read by a statement of the test's own."""
        story, store = self.story, self.story.store
        dawn, ella, maya = story.people.people["dawn"], story.people.children["ella"], story.people.people["maya"]
        withdraws = self.chance.random() < 0.3
        restriction = Restriction(story.ids.new(), dawn, frozenset({ella}), maya, (maya,))

        def work(connection: Connection, vault: Vault, now: datetime) -> tuple[frozenset[int], frozenset[int]]:
            if withdraws:
                turns.go_alone(connection)  # as every filing that changes who may know
                add_choices(connection, self._nothing_any_more(now))
            else:
                restricting.restrict(connection, vault, story.ids, restriction, now, LONDON)
            rows = connection.execute(
                select(schema.deliveries.c.id, schema.deliveries.c.state, schema.deliveries.c.act).where(
                    schema.deliveries.c.person_id == dawn, schema.deliveries.c.act.in_(("say", "change"))
                )
            ).all()
            on_the_way = {row.id for row in rows if row.state in ("sending", "unknown") and row.act == "say"}
            return frozenset(row.id for row in rows if row.state != "waiting"), frozenset(on_the_way)

        self.named = not withdraws
        if not self.at_once:
            _, self.flying = await store.write(work, store.vault, story.clock.now())
            self.shut_at, self.marked = len(self.script.calls), self.flying
            return
        await self._file()
        story.clock.move(timedelta(seconds=20))
        story.machine.move(20)
        self.shut_at = len(self.script.calls)
        shuts, looks = store.write(work, store.vault, story.clock.now()), story.running.dispatcher.look()
        if self.chance.random() < 0.5:
            (self.marked, self.flying), _ = await asyncio.gather(shuts, looks)
        else:
            _, (self.marked, self.flying) = await asyncio.gather(looks, shuts)

    def _nothing_any_more(self, now: datetime) -> Sequence[NewChoice]:
        story = self.story
        hannah, dawns = story.people.people["hannah"], story.people.settings["dawns"]
        return [
            NewChoice(story.ids.new(), story.people.children["ella"], Choice(hannah, source, dawns, frozenset(), now))
            for source in (None, story.people.settings["sunshine"])
        ]

    async def check(self) -> None:
        assert self.shut_at is not None
        about_ella = [
            each
            for each in self.script.calls[self.shut_at :]
            if each.to == "dawn" and each.act in (Act.SAY, Act.CHANGE) and each.text.startswith("Ella")
        ]
        # A call may begin just after the transaction, for a mark that was committed before it; nothing else may.
        late = [each for each in about_ella if each.delivery not in self.marked]
        assert not late, late
        heard = await said_to(self.story, "maya")
        if self.named:
            assert any("may have reached Dawn" in each for each in heard) == bool(self.flying), (heard, self.flying)
            ends = [each for each in heard if "reached Dawn" in each or "reach Dawn" in each]
            assert len(ends) == (1 + len(self.flying) if self.flying else 0), (heard, self.flying)


async def play(stage_of: OnScript, store: Store, clock: BookClock, machine: MachineClock, seeds: Sequence[int],
               lexicon: Lexicon, catalogue: Catalogue, *, at_once: bool = False) -> int:  # fmt: skip
    """Play each seed in turn in one book; between two of them Dawn is let in again and given a telephone.

    Returns in how many of them something was on its way at the moment.
    """
    caught = 0
    ids = IdMaker(now=clock.now, chance=random.Random(seeds[0]).randrange)
    story = await tell(store, stage_of, clock, machine, ids, lexicon=lexicon, catalogue=catalogue)
    await story.until("8:10")
    for seed in seeds:
        await let_in_again(story)
        heard = len(await story.person("maya").screen())
        one = Play(story, stage_of.script, random.Random(seed), at_once=at_once)
        try:
            await one.run()
            stage_of.script.screens["maya"] = dict(list(stage_of.script.screens.get("maya", {}).items())[heard:])
            await one.check()
        except AssertionError as fault:
            raise AssertionError(f"seed {seed}: {fault}") from fault
        caught += bool(one.flying)
        stage_of.script.calls.clear()
        stage_of.script.screens.clear()
        if clock.now().astimezone().hour >= 12:
            await story.until("8:10", days=1)
            stage_of.script.calls.clear()
            stage_of.script.screens.clear()
    return caught


async def let_in_again(story: Story) -> None:
    dawn, ella, hannah = story.people.people["dawn"], story.people.children["ella"], story.people.people["hannah"]
    dawns, sunshine = story.people.settings["dawns"], story.people.settings["sunshine"]
    everything = NewMembership(story.ids.new(), dawn, Role.CHILDMINDER, ella, dawns, standing=Standing.LIVE)
    now = story.clock.now()
    await story.store.write(add_memberships, [everything], now)
    chosen = [
        each.choice
        for each in story.people.roster.choices
        if each.choice.chooser == hannah and each.choice.target == dawns
    ]
    again = [NewChoice(story.ids.new(), ella, Choice(hannah, each.source, dawns, each.groups, now)) for each in chosen]
    assert {each.source for each in chosen} == {None, sunshine}
    await story.store.write(add_choices, again)
    await give_addresses(story, {"dawn": (Handle(NAME, ACCOUNT, "dawn"), dawn)})


async def test_no_call_begins_for_a_mark_after_the_restriction_and_every_one_before_it_is_named(
    store: Store, stage: OnScript, book_clock: BookClock, machine_clock: MachineClock, lexicon: Lexicon,
    catalogue: Catalogue, dialect: str,
) -> None:  # fmt: skip
    seeds = range(20 if dialect == "sqlite" else 15)
    caught = await play(stage, store, book_clock, machine_clock, seeds, lexicon, catalogue)
    assert caught > len(seeds) // 10, "hardly ever was anything on its way: that would prove little"


# --- really at once ---------------------------------------------------------------------------------------------------


@pytest.mark.databases
async def test_whoever_claims_while_somebody_is_shut_out_marks_before_it_or_not_at_all(
    store: Store, stage: OnScript, book_clock: BookClock, machine_clock: MachineClock, lexicon: Lexicon,
    catalogue: Catalogue, dialect: str,
) -> None:  # fmt: skip
    seeds = range(5000, 5020 if dialect == "sqlite" else 5010)
    caught = await play(stage, store, book_clock, machine_clock, seeds, lexicon, catalogue, at_once=True)
    assert caught > len(seeds) // 10, "hardly ever was anything on its way: that would prove little"


@pytest.mark.prove
@pytest.mark.parametrize("block", range(10))
async def test_a_thousand_times_somebody_claims_while_somebody_is_shut_out(
    store: Store, stage: OnScript, book_clock: BookClock, machine_clock: MachineClock, lexicon: Lexicon,
    catalogue: Catalogue, block: int,
) -> None:  # fmt: skip
    seeds = range(20_000 + block * 100, 20_100 + block * 100)
    await play(stage, store, book_clock, machine_clock, seeds, lexicon, catalogue, at_once=True)


@dataclass(slots=True)
class Held:
    """Another connection to the same PostgreSQL, which keeps a table so that whoever writes to it must wait."""

    connection: asyncpg.Connection

    async def keeps(self, table: str) -> None:
        await self.connection.execute(f"BEGIN; LOCK TABLE {table} IN SHARE MODE")

    async def lets_go(self) -> None:
        await self.connection.execute("COMMIT")

    async def waiting(self, many: int) -> None:
        """Until so many connections of this database wait for a lock."""
        # What pg_stat_activity says stands still within a transaction; the locks do not.
        waits = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"
        async with asyncio.timeout(60):
            while await self.connection.fetchval(waits) != many:
                await asyncio.sleep(0)


@pytest.fixture
async def held(place: Place) -> AsyncIterator[Held]:
    connection = await asyncpg.connect(place.url, timeout=10)
    yield Held(connection)
    await connection.close()


@pytest.mark.parametrize("dialect", ["postgresql"])
async def test_shutting_out_waits_for_a_claim_that_has_begun_and_names_what_that_marked(
    story: Story, script: Script, held: Held
) -> None:
    await story.stage.says("hannah", "bad night, teething", None)
    await runs(story)
    gate = script.holds("priya", act=Act.SAY)
    story.clock.move(timedelta(seconds=20))
    await held.keeps("deliveries")
    claims = asyncio.create_task(story.running.dispatcher.look())
    await held.waiting(1)  # it has decided what leaves, and cannot write it down yet
    shuts = asyncio.create_task(shut_out(story, "priya"))
    await held.waiting(2)
    await held.lets_go()
    await asyncio.gather(claims, shuts)
    await gate.reached.wait()
    for _ in range(3):
        await runs(story)

    assert [each.text for each in script.made("priya")] == [NOTE]
    assert (await said_to(story, "maya"))[-1].startswith("What was leaving at 8:10 may have reached Priya.")
    gate.open()
    await story.running.dispatcher.drain()


@pytest.mark.parametrize("dialect", ["postgresql"])
async def test_a_claim_waits_for_shutting_out_that_has_begun_and_marks_nothing_for_her(
    story: Story, script: Script, held: Held
) -> None:
    await story.stage.says("hannah", "bad night, teething", None)
    await runs(story)
    story.clock.move(timedelta(seconds=20))
    await held.keeps("audit")
    shuts = asyncio.create_task(shut_out(story, "priya"))
    await held.waiting(1)  # everything of hers is withheld, and none of it is committed
    claims = asyncio.create_task(story.running.dispatcher.look())
    await held.waiting(2)
    await held.lets_go()
    await asyncio.gather(claims, shuts)
    await story.passes(600)

    assert script.made("priya") == []
    assert not any("may have reached" in each for each in await said_to(story, "maya"))


@pytest.mark.prove
@pytest.mark.parametrize("block", range(100))
async def test_ten_thousand_orders_of_restricting_filing_claiming_and_sending(
    store: Store, stage: OnScript, book_clock: BookClock, machine_clock: MachineClock, lexicon: Lexicon,
    catalogue: Catalogue, block: int,
) -> None:  # fmt: skip
    seeds = range(1000 + block * 100, 1100 + block * 100)
    await play(stage, store, book_clock, machine_clock, seeds, lexicon, catalogue)
