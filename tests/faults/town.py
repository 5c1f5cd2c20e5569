"""A small nursery, its childminder and its families, doing whatever they are asked, with a watch kept on every call.

Each deed is told to the program and to the watch, which decides apart from it. Whoever plays it, at random or by a
machine, chooses the deeds. Knows nothing of when something would be wrong: the watch does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection, select

from book.deliveries import InboxState
from book.ids import EntryId
from book.people import Role, Standing
from book.sharing import ANSWERS, Answer
from storage import conversations, entries, schema
from storage.vault import Vault
from tests.faults.watch import WORD, Noted, Watch
from tests.kit.conversation import LONDON, Story
from tests.kit.in_the_book import chooses, stands
from tests.kit.on_script import OnScript, Script

# What is written, with the labels of the table of groups that it is read as; a test holds the two together.
PHRASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("slept well {}", ("sleep",)),
    ("ate all the lunch {}", ("meals",)),
    ("hospital letter came {}", ("private health",)),
    ("been hitting a lot this week {}", ("concern", "mood")),
    ("took first steps today {}", ("milestone",)),
    ("calpol 5ml given at 6am {}", ("a dose given",)),
    ("teething and a cold {}", ("health of the day",)),
    ("needs wellies tomorrow {}", ("kit",)),
    ("new phone number {}", ("contact change",)),
    ("{}", ()),
)
OF_THE_TABLE = {Answer.NOTHING: "nothing", Answer.DAY: "her day", Answer.EVERYTHING: "everything",
                Answer.DAY_AND_LEARNING: "her day, learning and photos"}  # fmt: skip
_ROLE = {each: each.value.replace("_", " ") for each in Role}
_STANDING = {Standing.LIVE: "live", Standing.ENDED: "ended", Standing.RESTRICTED: "restricted",
             Standing.PENDING: "waits to be let in"}  # fmt: skip
ELLAS_DIRECTIONS = (("sunshine", "dawns"), ("dawns", "sunshine"), (None, "dawns"), (None, "sunshine"), (None, None))


@dataclass(slots=True)
class Sent:
    """A message somebody wrote, as she could point at it again."""

    who: str
    at: object
    noted: list[Noted]


@dataclass(slots=True)
class Town:
    """The story, its scripted platform, and the watch."""

    story: Story
    stage: OnScript
    watch: Watch
    sent: list[Sent] = field(default_factory=list)
    counted: int = 0
    _judged_to: int = 0

    @classmethod
    def of(cls, story: Story, stage: OnScript) -> Town:
        """The people of the demo, as they stand at the beginning."""
        people, roster = story.people, story.people.roster
        by_id = {each.id: each.name for each in roster.people}
        children = {key: next(c.names[0] for c in roster.children if c.id == child)
                    for key, child in people.children.items()}  # fmt: skip
        watch = Watch({key: by_id[person] for key, person in people.people.items()}, children)
        key_of = {person: key for key, person in people.people.items()}
        child_of = {child: key for key, child in people.children.items()}
        setting_of = {setting: key for key, setting in people.settings.items()}
        for line in roster.memberships:
            assert line.setting is not None
            watch.stands(
                key_of[line.person],
                _ROLE[line.role],
                None if line.child is None else child_of[line.child],
                setting_of[line.setting],
            )
        for new in roster.choices:
            answer = next(OF_THE_TABLE[each] for each in Answer if ANSWERS[each] == new.choice.groups)
            source = "home" if new.choice.source is None else setting_of[new.choice.source]
            target = "home" if new.choice.target is None else setting_of[new.choice.target]
            watch.chooses(key_of[new.choice.chooser], child_of[new.child], source, target, answer)
        return cls(story, stage, watch)

    @property
    def script(self) -> Script:
        return self.stage.script

    def judge(self) -> None:
        """Give a verdict on what was called since the last time; nothing has changed in between."""
        for call in self.script.calls[self._judged_to :]:
            self.watch.judge(call.to, call.text)
            if call.file:
                self.watch.judge_paper(call.to, call.file)
        self._judged_to = len(self.script.calls)

    async def settles(self) -> None:
        await self.story.running.worker.work_off()
        if self.counted and await self.story.store.read(_asks_back):
            self.watch.unsure.add(f"w{self.counted:06d}k")
        await self.story.running.papers.work_off()
        await self.story.running.dispatcher.drain()
        self.judge()

    @property
    def today(self) -> str:
        return self.story.clock.now().astimezone(LONDON).strftime("%A")

    def new_word(self) -> str:
        self.counted += 1
        return f"w{self.counted:06d}k"

    # --- what people write --------------------------------------------------------------------------------------------

    async def writes(self, who: str, children: tuple[str, ...], phrase: int, bound: str = "") -> Sent | None:
        """A note about one child or several by name; ``bound`` is "just nursery", "not Dawn" or nothing."""
        word, (said, labels) = self.new_word(), PHRASES[phrase]
        theirs = [child for child in children if self.watch.book(child).live(who) is not None]
        strange = not self.watch.with_children(who)
        if not theirs and not strange:
            return None
        named = " and ".join(self.watch.children[child] for child in theirs or children)
        text = f"{named} {said.format(word)}"
        only, without = frozenset[str](), frozenset[str]()
        if bound == "just nursery":
            text, only = f"just nursery: {text}", frozenset({"sunshine"})
        elif bound == "not Dawn" and any(self._dawn_works_with(child) for child in theirs):
            text, without = f"{text}, not Dawn", frozenset({"dawns"})
        noted = []
        for child in theirs:
            author = self.watch.book(child).live(who)
            assert author is not None
            left_out = without if self._dawn_works_with(child) else frozenset[str]()
            noted.append(Noted(word, child, author, labels, only, left_out, day=self.today))
        for each in noted:
            self.watch.writes(each)
        sent = Sent(who, await self.stage.says(who, text, None), noted)
        self.sent.append(sent)
        await self.settles()
        return sent

    def _dawn_works_with(self, child: str) -> bool:
        dawn = self.watch.book(child).live("dawn")
        return dawn is not None and dawn.role == "childminder"

    async def answers(self, who: str, newest: int, phrase: int) -> Sent | None:
        """A reply to the ``newest`` last of the messages on her screen that tell of one child with whom she is."""
        screen = [each for each in self.script.screens.get(who, {}).values() if WORD.search(each.text)]
        if not screen:
            return None
        heard = screen[-1 - newest % len(screen)]
        about = [each for word in dict.fromkeys(WORD.findall(heard.text)) for each in self.watch.words[word]]
        shown = {name for name in self.watch.children.values() if heard.text.startswith(name)}
        of = {each.child for each in about if self.watch.children[each.child] in shown}
        if len(of) != 1:
            return None
        known_there = await self.story.store.read(_knows, str(heard.at))
        (child,) = of
        author = self.watch.book(child).live(who)
        if author is None:
            return None
        # An entry that was edited since, or taken back, is still the one that is answered.
        known = [each for each in about if each.child == child and each.author.name != who]
        known = [each for each in known if each.lives and self.watch.may_have(who, each)] or known
        readers = {id(each): self.watch.readers(each) for each in known}
        fewest = min(readers.values(), key=len, default=frozenset())
        narrowest = tuple(each for each in known if len(readers[id(each)]) == len(fewest))
        word, (said, labels) = self.new_word(), PHRASES[phrase]
        noted = Noted(word, child, author, labels, answers=narrowest, day=self.today)
        # Where no answer fits all that the message told, she is asked which is meant and nobody says: nobody hears it.
        noted.lives = all(fewest <= each for each in readers.values())
        self.watch.writes(noted)
        text = f"{self.watch.children[child]} {said.format(word)}"
        sent = Sent(who, await self.stage.says(who, text, heard.at), [noted])
        if known_there:
            # Of an answer to what was never confirmed nobody here knows whether it was filed or asked for again.
            self.sent.append(sent)
        await self.settles()
        return sent

    async def edits(self, which: int, phrase: int) -> None:
        """Somebody puts other words in the place of one of her messages."""
        sent = self._of_one_child(which)
        if sent is None:
            return
        (noted,) = sent.noted
        word, (said, labels) = self.new_word(), PHRASES[phrase]
        if noted.lives and self.watch.book(noted.child).live(sent.who) is not None:
            self.watch.reads_now(noted, word, labels)
        await self.stage.edits(sent.who, sent.at, f"{self.watch.children[noted.child]} {said.format(word)}")
        await self.settles()

    async def takes_back(self, which: int) -> None:
        """Somebody answers one of her own messages with "delete that"."""
        live = [
            each
            for each in self.sent
            if any(noted.lives and noted.word not in self.watch.unsure for noted in each.noted)
        ]
        if not live:
            return
        sent = live[-1 - which % len(live)]
        for noted in sent.noted:
            # Whoever is with the child no longer takes nothing back: to her it is gone already.
            if self.watch.book(noted.child).live(sent.who) is not None:
                noted.lives = False
        await self.stage.says(sent.who, "delete that", sent.at)
        await self.settles()

    async def moves(self, which: int, other: int) -> None:
        """Somebody answers one of her own messages with "that was Noah"."""
        sent = self._of_one_child(which)
        if sent is None or not sent.noted[0].lives:
            return
        others = [each for each in self.watch.with_children(sent.who) if each != sent.noted[0].child]
        if not others:
            return
        child = others[other % len(others)]
        if self.watch.book(sent.noted[0].child).live(sent.who) is None:
            # Whoever is with the child no longer moves nothing either, and says nothing about the other one.
            await self.stage.says(sent.who, f"that was {self.watch.children[child]}", sent.at)
            await self.settles()
            return
        self.watch.moves(sent.noted[0], child)
        sent.noted = self.watch.words[sent.noted[0].word][-1:]
        # What she points at from now on is the message that moved it.
        sent.at = await self.stage.says(sent.who, f"that was {self.watch.children[child]}", sent.at)
        await self.settles()

    def _of_one_child(self, which: int) -> Sent | None:
        # Of what was asked back nobody here knows which child it was filed for, so nothing more is done to it.
        own = [each for each in self.sent if len(each.noted) == 1 and each.noted[0].word not in self.watch.unsure]
        return own[-1 - which % len(own)] if own else None

    async def asks_why(self, who: str, newest: int) -> None:
        """ "Why?", about something on her screen."""
        screen = list(self.script.screens.get(who, {}).values())
        if screen:
            await self.stage.says(who, "why?", screen[-1 - newest % len(screen)].at)
            await self.settles()

    async def prints(self, who: str, child: str) -> None:
        """The child's day on paper: her own, or to hand over at the door."""
        await self.stage.says(who, f"print {self.watch.children[child]}", None)
        await self.settles()

    async def lets_through(self, who: str) -> None:
        """She presses the newest [Dawn too] she has been offered, whichever of her notes it belongs to."""
        if not any("Dawn too" in each.buttons for each in self.script.screens.get(who, {}).values()):
            return
        token = self.script.token(who, "Dawn too")
        word = await self.story.store.read(_word_behind, self.story.store.vault, token)
        for noted in self.watch.live([word]):
            author = self.watch.book(noted.child).live(who)
            if author is not None and author.role == "parent":
                noted.through |= {"dawns"}
        await self.stage.presses_token(who, token)
        await self.settles()

    # --- what is done to the book -------------------------------------------------------------------------------------

    async def shares(self, who: str, child: str, answer: Answer, directions: tuple[tuple[str | None, str | None], ...],
                     *, settle: bool = True) -> None:  # fmt: skip
        await chooses(self.story, who, child, answer, *directions)
        for source, target in directions:
            self.watch.chooses(who, child, source or "home", target or "home", OF_THE_TABLE[answer])
        if settle:
            await self.settles()

    async def comes_or_goes(
        self, who: str, role: Role, child: str, setting: str, standing: Standing, *, settle: bool = True
    ) -> None:
        await stands(self.story, who, role, child, setting, standing)
        self.watch.stands(who, _ROLE[role], child, setting, _STANDING[standing])
        if settle:
            await self.settles()

    async def meanwhile(self, to: str, change: Callable[[], Awaitable[None]]) -> None:
        """A call to her is on its way; the book changes; then the platform answers. It was marked before."""
        gate = self.script.holds(to)
        self._moves_on(21)
        await self.story.running.dispatcher.look()
        for _ in range(10):
            await asyncio.sleep(0)
        self.judge()
        await change()
        gate.open()
        await self.story.running.dispatcher.finish()
        self.script.gives_up(gate)
        await self.settles()

    async def passes(self, seconds: float) -> None:
        """Time goes by at one stroke."""
        self._moves_on(seconds)
        await self.settles()

    def _moves_on(self, seconds: float) -> None:
        self.story.machine.move(seconds)
        self.story.clock.move(timedelta(seconds=seconds))


def _word_behind(connection: Connection, vault: Vault, token: str) -> str:
    """The word of the note that a button belongs to: the button itself says so to nobody but the program."""
    offered = conversations.pressed(connection, vault, {token})[token]
    shelf = entries.load(connection, vault, {EntryId(offered.choice.subject)})
    (entry,) = shelf.for_machine(entries.Purpose.BACKSTAGE).values()
    return "" if entry.text is None else WORD.findall(entry.text.words)[0]


def _asks_back(connection: Connection) -> bool:
    """Whether the newest thing that came in waits for an answer to "which child?"."""
    newest = select(schema.inbox.c.state).order_by(schema.inbox.c.id.desc()).limit(1)
    return connection.execute(newest).scalar() == InboxState.PENDING


def _knows(connection: Connection, message: str) -> bool:
    known = select(schema.sent_messages.c.id).where(schema.sent_messages.c.provider_id == message)
    return connection.execute(known).first() is not None
