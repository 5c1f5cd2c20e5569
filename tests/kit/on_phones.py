"""The stage on which everybody has a phone in the browser: the demo's own channel."""

from __future__ import annotations

from collections.abc import Sequence

from book.disclosure import Profile
from book.ids import AddressId, PersonId
from book.media import MediaKind
from book.messages import Did, Incoming
from bot.channels.phones import ACCOUNT, Phones
from bot.doors import phones as door
from bot.engine import Way
from storage import addresses, documents, inbox, phones, roster
from storage.addresses import Handle
from storage.inbox import Received
from storage.phones import PhoneMessage
from storage.vault import Owner
from tests.kit.conversation import Heard, Story, give_addresses


class OnPhones:
    """Phones, without a page."""

    def __init__(self) -> None:
        self._story: Story | None = None
        self._addresses: dict[str, AddressId] = {}
        self._handles: dict[str, str] = {}

    @property
    def story(self) -> Story:
        assert self._story is not None
        return self._story

    async def ways(self, story: Story) -> list[Way]:
        self._story = story
        return [Way(Phones(story.store, story.clock, story.ids), per_second=0, per_chat=0)]

    async def give_phones(self, story: Story, who: Sequence[str]) -> None:
        wanted = {each: (Handle("phones", ACCOUNT, each), story.people.people[each]) for each in who}
        self._addresses |= await give_addresses(story, wanted)

    async def give_stranger(self, who: str) -> None:
        """A phone whose owner is in no circle: known to the demo, a stranger to every book."""
        store = self.story.store
        person = PersonId(self.story.ids.new())
        await roster.enrol(store, roster.Roster(people=[roster.NewPerson(person, who)]), self.story.clock.now())
        self.story.people.people[who] = person
        await self.give_phones(self.story, [who])

    async def give_fresh_phone(self, story: Story, who: str, number: str) -> None:
        store, now = story.store, story.clock.now()
        await store.vault.ensure(Owner.day(now.date()))
        handle = Handle("phones", ACCOUNT, number)
        found = await store.write(addresses.find_or_make, store.vault, story.ids, {handle: Profile()}, now)
        self._addresses[who], self._handles[who] = found[handle], number

    async def opens(self, who: str, payload: str) -> None:
        """A phone here opens no links: what stands in one comes in as on Telegram."""
        now = self.story.clock.now()
        incoming = Incoming(Did.WROTE, now, text=f"/start {payload}", message=f"s{now.timestamp()}", start=payload)
        handle = self._handles.get(who, who)
        received = Received("phones", ACCOUNT, f"start:{handle}:{payload}:{now}", handle, "{}", now, incoming)
        store = self.story.store
        await store.write(inbox.keep, store.vault, self.story.ids, [received])

    async def says(self, who: str, text: str, reply_to: object | None) -> object:
        store = self.story.store
        return await store.write(
            door.write, store.vault, self.story.ids, self._addresses[who], self._handles.get(who, who), text,
            reply_to if isinstance(reply_to, int) else None, self.story.clock.now(),
        )  # fmt: skip

    async def sends(self, who: str, name: str, content: bytes, text: str) -> object:
        store = self.story.store
        return await store.write(
            door.write, store.vault, self.story.ids, self._addresses[who], who, text, None, self.story.clock.now(),
            uploads=[door.Upload(name, "", content)],
        )  # fmt: skip

    async def sends_photos(
        self, who: str, contents: Sequence[bytes], text: str, reply_to: object | None, order: Sequence[int]
    ) -> object:
        """All of them hang on one message, whatever the ``order``."""
        store = self.story.store
        return await store.write(
            door.write, store.vault, self.story.ids, self._addresses[who], self._handles.get(who, who), text,
            reply_to if isinstance(reply_to, int) else None, self.story.clock.now(),
            uploads=[door.Upload(f"IMG_{at}.png", "image/png", each) for at, each in enumerate(contents, 1)],
        )  # fmt: skip

    async def pictures(self, who: str, message: object) -> list[bytes]:
        shown = next(each for each in await self._messages(who) if each.seq == message)
        wanted = [each.document for each in shown.files if each.kind is not MediaKind.DOCUMENT]
        found = [await self.story.store.read(documents.load, self.story.store.vault, each) for each in wanted]
        return [each.content for each in found if each is not None]

    async def reacts(self, who: str, message: object, sign: str) -> None:
        raise AssertionError("a phone of the demo has no signs to put on a message")

    async def file(self, who: str, message: object) -> tuple[str, bytes] | None:
        shown = next(each for each in await self._messages(who) if each.seq == message)
        if not shown.files:
            return None
        found = await self.story.store.read(documents.load, self.story.store.vault, shown.files[0].document)
        return None if found is None else (found.name, found.content)

    async def edits(self, who: str, message: object, text: str) -> None:
        assert isinstance(message, int)
        store = self.story.store
        await store.write(
            door.edit,
            store.vault,
            self.story.ids,
            self._addresses[who],
            self._handles.get(who, who),
            message,
            text,
            self.story.clock.now(),
        )

    async def presses(self, who: str, label: str) -> None:
        store = self.story.store
        for shown in reversed(await self._messages(who)):
            for button, token in shown.buttons:
                if button == label:
                    handle = self._handles.get(who, who)
                    await store.write(door.press, store.vault, self.story.ids, handle, token, self.story.clock.now())
                    return
        raise AssertionError(f"{who} has no button {label!r}")

    async def shows(self, who: str) -> list[Heard]:
        return [
            Heard(
                each.text,
                tuple(label for label, _ in each.buttons),
                each.silent,
                bool(each.edited),
                each.seq,
                sum(file.kind is not MediaKind.DOCUMENT for file in each.files),
            )
            for each in await self._messages(who)
            if not each.mine and not each.withdrawn
        ]

    async def collect(self) -> int:
        return 0

    async def _messages(self, who: str) -> list[PhoneMessage]:
        store = self.story.store
        return await store.read(phones.messages, store.vault, self._addresses[who])
