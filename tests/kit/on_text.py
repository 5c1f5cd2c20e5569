"""The stage on which everybody has plain text messages: no buttons, nothing edited or taken back, a weak proof.

There is no provider here yet; what a text says is made by the product's own plain text, and shown as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from book.deliveries import Accepted, Act, Outcome, Refused
from book.disclosure import Assurance, Carries, Profile
from book.messages import Did, Incoming, message_key
from book.reasons import Reason
from book.wording.utterance import Utterance
from bot.channels.channel import Abilities, Call, Part, Unfetched
from bot.channels.sms_text import as_text
from bot.engine import Way
from storage import inbox, roster
from storage.addresses import Handle
from storage.database import Connection
from storage.inbox import Received
from storage.vault import Owner
from tests.kit.conversation import Heard, Story

NAME = "sms"
ACCOUNT = "+447700900900"
PROFILE = Profile(
    carries=Carries.NUDGE,
    assurance=Assurance.WEAK,
    can_change=False,
    take_back_for=None,
    has_buttons=False,
    shows_pictures=False,
)


class Texts:
    """The channel: what leaves is shown on the telephone of that number."""

    name = NAME
    account = ACCOUNT
    abilities = Abilities(can_change=False, take_back_for=None, has_buttons=False, shows_pictures=False)

    def __init__(self) -> None:
        self.screens: dict[str, list[Heard]] = {}

    def parts(self, utterance: Utterance, tokens: Sequence[str]) -> tuple[Part, ...]:
        text = as_text(utterance)
        return (Part(text),) if text else ()

    async def call(self, call: Call) -> Outcome:
        if call.act is Act.ANSWER_PRESS:
            return Accepted()
        if call.act is not Act.SAY or call.part is None:
            return Refused(Reason.REFUSED_BY_CHANNEL)
        screen = self.screens.setdefault(call.handle, [])
        screen.append(Heard(call.part.text, (), call.silent, False, len(screen)))
        return Accepted((str(len(screen)),))

    async def fetch(self, reference: str, *, most: int) -> bytes | Unfetched:
        return Unfetched.GONE

    async def close(self) -> None:
        """Nothing to let go."""


class OnText:
    """People whose telephones take texts; handles are numbers."""

    def __init__(self, carries: Carries = Carries.NUDGE) -> None:
        self.texts = Texts()
        self._profile = replace(PROFILE, carries=carries)
        self.numbers: dict[str, str] = {}
        self._story: Story | None = None
        self._sent = 0

    @property
    def story(self) -> Story:
        assert self._story is not None
        return self._story

    async def ways(self, story: Story) -> list[Way]:
        self._story = story
        return [Way(self.texts, per_second=0, per_chat=0)]

    async def give_phones(self, story: Story, who: Sequence[str]) -> None:
        """Everybody gets a number of her own, and is known there already."""
        self._story = story
        store, now = story.store, story.clock.now()
        await store.vault.ensure(Owner.day(now.date()))
        for each in who:
            number = self.numbers[each] = f"+44770090{1000 + len(self.numbers)}"

            def give(connection: Connection, number: str = number, each: str = each) -> None:
                handle = Handle(NAME, ACCOUNT, number)
                person = story.people.people[each]
                roster.give_address(connection, store.vault, story.ids, handle, person, now, self._profile)

            await store.write(give)

    async def give_stranger(self, who: str) -> None:
        self.numbers[who] = f"+44770091{1000 + len(self.numbers)}"

    async def give_fresh_phone(self, story: Story, who: str, number: str) -> None:
        self._story = story
        self.numbers[who] = number

    async def says(self, who: str, text: str, reply_to: object | None) -> object:
        self._sent += 1
        number, name = self.numbers[who], f"SM{self._sent:08d}"
        now = self.story.clock.now()
        store = self.story.store
        await store.vault.ensure(Owner.day(now.date()))
        incoming = Incoming(Did.WROTE, now, text=text, message=name)
        received = Received(NAME, ACCOUNT, message_key(number, name), number, "{}", now, incoming, PROFILE)
        await store.write(inbox.keep, store.vault, self.story.ids, [received])
        return name

    async def opens(self, who: str, payload: str) -> None:
        raise AssertionError("a text has no links that open the bot")

    async def sends(self, who: str, name: str, content: bytes, text: str) -> object:
        raise AssertionError("a text carries no files")

    async def sends_photos(
        self, who: str, contents: Sequence[bytes], text: str, reply_to: object | None, order: Sequence[int]
    ) -> object:
        raise AssertionError("a text carries no pictures")

    async def pictures(self, who: str, message: object) -> list[bytes]:
        return []

    async def reacts(self, who: str, message: object, sign: str) -> None:
        raise AssertionError("a text has no signs to put on it")

    async def file(self, who: str, message: object) -> tuple[str, bytes] | None:
        return None

    async def edits(self, who: str, message: object, text: str) -> None:
        raise AssertionError("a text cannot be edited")

    async def presses(self, who: str, label: str) -> None:
        raise AssertionError("a text has no buttons")

    async def shows(self, who: str) -> list[Heard]:
        return list(self.texts.screens.get(self.numbers[who], []))

    async def collect(self) -> int:
        return 0
