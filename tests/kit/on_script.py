"""The stage whose platform does as a test says: it takes, refuses, puts off, loses or holds whatever it is called with.

A channel like any other to everything above it, with a record of every call. Knows nothing of what is sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from book.deliveries import Accepted, Act, Concerns, Later, Outcome, Refused
from book.ids import AddressId
from book.media import MediaKind
from book.messages import Did, File, Incoming, edit_key, message_key, press_key, reaction_key
from book.wording.utterance import Utterance
from bot.channels.channel import Abilities, Button, Call, Part, Unfetched
from bot.channels.splitting import split
from bot.engine import Way
from storage import inbox
from storage.addresses import Handle
from storage.inbox import Received
from tests.kit.conversation import Heard, Story, give_addresses
from tests.kit.papers import words_in

NAME = "script"
ACCOUNT = "1"


@dataclass(frozen=True, slots=True)
class Made:
    """One call as it was made, with what the platform did with it."""

    to: str
    act: Act
    text: str
    at: datetime  # book time
    machine: float
    arrived: bool
    delivery: int
    target: str | None
    answer: Outcome | BaseException | Gate
    file: str = ""  # everything that can be read in the file that went with it
    pictures: tuple[bytes, ...] = ()  # what it shows, uploaded now or earlier
    uploaded: int = 0  # how many of these came with their bytes

    @property
    def may_have_arrived(self) -> bool:
        """Whether whoever called cannot be sure that it did not."""
        return not isinstance(self.answer, Later | Refused)


@dataclass(slots=True)
class Gate:
    """Where calls wait until the test lets them go; ``reached`` says that one is waiting."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    def open(self) -> None:
        self.opened.set()


@dataclass(slots=True)
class _Plan:
    what: Outcome | BaseException | Gate
    to: str | None
    act: Act | None
    times: int | None
    arrives: bool
    after: int


class Script:
    """The channel. Without a plan everything is accepted."""

    name = NAME
    abilities = Abilities(can_change=True, take_back_for=timedelta(hours=48), has_buttons=True)

    def __init__(self, now: Callable[[], datetime], monotonic: Callable[[], float], *, account: str = ACCOUNT) -> None:
        self.account = account
        self.longest = 4096
        self.calls: list[Made] = []
        self.screens: dict[str, dict[str, Heard]] = {}
        self.on_wire: dict[str, int] = {}
        self.most_at_once: dict[str, int] = {}
        self._now = now
        self._monotonic = monotonic
        self._plans: list[_Plan] = []
        self._offered: dict[str, dict[str, str]] = {}
        self._numbers = 0
        self.sent_in: dict[str, bytes] = {}  # what people sent, by the name under which it is fetched
        self._uploads: dict[str, bytes] = {}  # what was sent to them, by the name it was given
        self._shown: dict[str, list[bytes]] = {}
        self._album_of: dict[str, str] = {}

    # --- what the test says -----------------------------------------------------------------------------------------

    def answers(
        self,
        what: Outcome | BaseException,
        *,
        to: str | None = None,
        act: Act | None = None,
        times: int | None = 1,
        arrives: bool = False,
        after: int = 0,
    ) -> None:
        """Answer the next calls so, after letting ``after`` pass; ``arrives`` all the same, if that is not known."""
        self._plans.append(_Plan(what, to, act, times, arrives, after))

    def holds(self, to: str | None = None, *, act: Act | None = None, times: int | None = 1) -> Gate:
        """Keep the next calls waiting at a gate; they are accepted once it is open."""
        gate = Gate()
        self._plans.append(_Plan(gate, to, act, times, True, 0))
        return gate

    def gives_up(self, gate: Gate) -> None:
        """No call is to wait at this gate any more, if none has."""
        self._plans = [each for each in self._plans if each.what is not gate]

    def forgets(self) -> None:
        """From now on everything is accepted."""
        self._plans.clear()

    def made(self, to: str | None = None, act: Act | None = Act.SAY) -> list[Made]:
        """The calls to one person or all, of one act or all, in order."""
        return [each for each in self.calls if to in (None, each.to) and act in (None, each.act)]

    def next_number(self) -> str:
        self._numbers += 1
        return str(self._numbers)

    # --- what every channel does ------------------------------------------------------------------------------------

    def parts(self, utterance: Utterance, tokens: Sequence[str]) -> tuple[Part, ...]:
        pieces = split(utterance.text, self.longest, len)
        buttons = tuple(Button(each.label, token) for each, token in zip(utterance.choices, tokens, strict=True))
        pictures = tuple(each.media for each in utterance.pictures)
        if not pieces and pictures:
            pieces = ("",)
        last = len(pieces)
        return tuple(
            Part(
                each,
                (),
                buttons if at == last else (),
                document=utterance.document if at == last else 0,
                pictures=pictures if at == 1 else (),
            )
            for at, each in enumerate(pieces, 1)
        )

    async def fetch(self, reference: str, *, most: int) -> bytes | Unfetched:
        found = self.sent_in.get(reference)
        if found is None:
            return Unfetched.GONE
        return found if len(found) <= most else Unfetched.TOO_LARGE

    def forgets_uploads(self) -> None:
        """From now on it knows no upload by the name it gave it."""
        self._uploads.clear()

    def pictures(self, number: str) -> list[bytes]:
        """What that message shows."""
        return list(self._shown.get(number, ()))

    async def call(self, call: Call) -> Outcome:
        at_once = self.on_wire[call.handle] = self.on_wire.get(call.handle, 0) + 1
        self.most_at_once[call.handle] = max(self.most_at_once.get(call.handle, 0), at_once)
        try:
            return await self._answer(call)
        finally:
            self.on_wire[call.handle] -= 1

    async def _answer(self, call: Call) -> Outcome:
        plan = self._choose(call)
        pictures = [each.content or self._uploads.get(each.reuse or "") for each in call.pictures]
        what = plan.what if plan is not None else Accepted()
        if plan is None and None in pictures:
            what = Later(None, Concerns.FILES)
        arrives = isinstance(what, Accepted) or (plan is not None and plan.arrives)
        self.calls.append(
            Made(
                call.handle,
                call.act,
                call.part.text if call.part is not None else "",
                self._now(),
                self._monotonic(),
                arrives,
                call.delivery,
                call.target,
                what,
                words_in(call.attachment.name, call.attachment.content) if call.attachment is not None else "",
                tuple(each for each in pictures if each is not None),
                sum(each.content is not None for each in call.pictures),
            )
        )
        if isinstance(what, Gate):
            what.reached.set()
            await what.opened.wait()
            what = Accepted()
        if arrives:
            took = self._take(call)
            what = took if isinstance(what, Accepted) else what
        if isinstance(what, BaseException):
            raise what
        return what

    def _choose(self, call: Call) -> _Plan | None:
        for plan in self._plans:
            if plan.to not in (None, call.handle) or plan.act not in (None, call.act):
                continue
            if plan.after:
                plan.after -= 1
                continue
            if plan.times is not None:
                plan.times -= 1
                if not plan.times:
                    self._plans.remove(plan)
            return plan
        return None

    def _take(self, call: Call) -> Accepted:
        screen = self.screens.setdefault(call.handle, {})
        match call.act:
            case Act.SAY:
                assert call.part is not None
                number = self.next_number()
                buttons = tuple(each.label for each in call.part.buttons)
                screen[number] = Heard(call.part.text, buttons, call.silent, False, number, len(call.pictures))
                self._offer(call)
                return self._show(number, call)
            case Act.CHANGE:
                assert call.part is not None
                assert call.target is not None
                if call.target in screen:
                    screen[call.target].text = call.part.text
                    screen[call.target].buttons = tuple(each.label for each in call.part.buttons)
                    screen[call.target].edited = True
                    self._offer(call)
            case Act.TAKE_BACK:
                assert call.target is not None
                self._take_back(screen, call.target)
            case Act.ANSWER_PRESS | Act.LEAVE:
                pass
        return Accepted()

    def _show(self, number: str, call: Call) -> Accepted:
        """An album has a number for each of its pictures, as on Telegram, and each upload has a name."""
        numbers, names = [number], []
        for at, each in enumerate(call.pictures):
            content = each.content or self._uploads[each.reuse or ""]
            names.append(f"upload{len(self._uploads) + 1}")
            self._uploads[names[-1]] = content
            self._shown.setdefault(number, []).append(content)
            if at:
                numbers.append(self.next_number())
                self._album_of[numbers[-1]] = number
        return Accepted(tuple(numbers), tuple(names))

    def _take_back(self, screen: dict[str, Heard], target: str) -> None:
        """An album is gone when each of its pictures is."""
        first = self._album_of.get(target, target)
        heard = screen.get(first)
        if heard is not None:
            heard.pictures -= 1
            if heard.pictures <= 0:
                del screen[first]

    def token(self, who: str, label: str) -> str:
        """What the newest button with this label carries."""
        return self._offered[who][label]

    def _offer(self, call: Call) -> None:
        assert call.part is not None
        tokens = {each.label: each.token for each in call.part.buttons}
        self._offered.setdefault(call.handle, {}).update(tokens)

    async def close(self) -> None:
        """Nothing to let go."""


class OnScript:
    """People on the scripted platform; each one's handle is her own name."""

    def __init__(self, *, per_second: float = 0, per_chat: float = 0) -> None:
        self._pace = (per_second, per_chat)
        self._script: Script | None = None
        self._story: Story | None = None
        self.addresses: dict[str, AddressId] = {}

    @property
    def script(self) -> Script:
        assert self._script is not None
        return self._script

    @property
    def story(self) -> Story:
        assert self._story is not None
        return self._story

    async def ways(self, story: Story) -> list[Way]:
        if self._script is None:
            self._story = story
            self._script = Script(story.clock.now, story.machine.monotonic)
        return [Way(self._script, per_second=self._pace[0], per_chat=self._pace[1])]

    async def give_phones(self, story: Story, who: Sequence[str]) -> None:
        wanted = {each: (Handle(NAME, ACCOUNT, each), story.people.people[each]) for each in who}
        self.addresses |= await give_addresses(story, wanted)

    async def gives_another_phone(self, who: str, handle: str) -> None:
        """She can be reached there as well."""
        wanted = {handle: (Handle(NAME, ACCOUNT, handle), self.story.people.people[who])}
        self.addresses |= await give_addresses(self.story, wanted)

    async def give_stranger(self, who: str) -> None:
        """Nothing is known of her until she writes."""

    async def give_fresh_phone(self, story: Story, who: str, number: str) -> None:
        """Nothing is known of her until she writes."""

    async def opens(self, who: str, payload: str) -> None:
        number = self.script.next_number()
        incoming = Incoming(
            Did.WROTE, self.story.clock.now(), text=f"/start {payload}", message=number, start=payload, called=who
        )
        await self.receives(self.received(who, message_key(who, number), incoming))

    async def says(self, who: str, text: str, reply_to: object | None) -> object:
        number = self.script.next_number()
        incoming = Incoming(Did.WROTE, self.story.clock.now(), text=text, message=number, reply_to=str(reply_to or ""))
        await self.receives(self.received(who, message_key(who, number), incoming))
        return number

    async def sends_photos(
        self, who: str, contents: Sequence[bytes], text: str, reply_to: object | None, order: Sequence[int]
    ) -> object:
        """An album is several messages, told of in this ``order``, the words on the first."""
        numbers = [self.script.next_number() for _ in contents]
        album = numbers[0] if len(contents) > 1 else ""
        parts = []
        for at, (number, content) in enumerate(zip(numbers, contents, strict=True)):
            reference = f"photo{number}"
            self.script.sent_in[reference] = content
            incoming = Incoming(
                Did.WROTE,
                self.story.clock.now(),
                text="" if at else text,
                message=number,
                reply_to=str(reply_to or ""),
                media=(MediaKind.PHOTO.value,),
                files=(File("", "image/png", len(content), reference, MediaKind.PHOTO),),
                album=album,
            )
            parts.append(self.received(who, message_key(who, number), incoming))
        for at in order or range(len(parts)):
            await self.receives(parts[at])
        return numbers[0]

    async def pictures(self, who: str, message: object) -> list[bytes]:
        return self.script.pictures(str(message))

    async def reacts(self, who: str, message: object, sign: str) -> None:
        now = self.story.clock.now()
        incoming = Incoming(Did.REACTED, now, reply_to=str(message), reaction=sign)
        key = reaction_key(who, str(message), self.script.next_number())
        await self.receives(self.received(who, key, incoming))

    async def edits(self, who: str, message: object, text: str) -> None:
        now = self.story.clock.now()
        incoming = Incoming(Did.EDITED, now, text=text, message=str(message))
        key = edit_key(who, str(message), self.script.next_number())
        await self.receives(self.received(who, key, incoming))

    async def presses(self, who: str, label: str) -> None:
        await self.presses_token(who, self.script.token(who, label))

    async def presses_token(self, who: str, token: str) -> None:
        """Somebody presses a button with this token, whoever it was offered to."""
        press = self.script.next_number()
        await self.receives(
            self.received(
                who, press_key(press), Incoming(Did.PRESSED, self.story.clock.now(), token=token, press=press)
            )
        )

    async def does(self, who: str, did: Did, *, key: str = "") -> None:
        """Anything else that a platform tells of somebody."""
        key = key or f"u:{self.script.next_number()}"
        await self.receives(self.received(who, key, Incoming(did, self.story.clock.now())))

    def received(self, who: str, key: str, incoming: Incoming) -> Received:
        """One thing that came in, as a door hands it over."""
        return Received(NAME, ACCOUNT, key, who, "{}", self.story.clock.now(), incoming)

    async def receives(self, *received: Received) -> int:
        """Store it as a door does; returns how much of it was new."""
        store = self.story.store
        return await store.write(inbox.keep, store.vault, self.story.ids, received)

    async def shows(self, who: str) -> list[Heard]:
        return list(self.script.screens.get(who, {}).values())

    async def collect(self) -> int:
        return 0
