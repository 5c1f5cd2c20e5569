"""A stage of several: some people of a story have texts, the others the platform the story is played on."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.engine import Way
from tests.kit.conversation import Heard, Stage, Story


class Together:
    """Everybody is on the first stage, but those who are named for the second."""

    def __init__(self, first: Stage, second: Stage, of_second: Collection[str]) -> None:
        self._first = first
        self._second = second
        self._of_second = set(of_second)

    def of(self, who: str) -> Stage:
        """Where somebody is."""
        return self._second if who in self._of_second else self._first

    def hand_to_second(self, who: str) -> None:
        """She has what the second stage is made of."""
        self._of_second.add(who)

    async def ways(self, story: Story) -> list[Way]:
        return [*await self._first.ways(story), *await self._second.ways(story)]

    async def give_phones(self, story: Story, who: Sequence[str]) -> None:
        for stage in (self._first, self._second):
            await stage.give_phones(story, [each for each in who if self.of(each) is stage])

    async def give_stranger(self, who: str) -> None:
        await self.of(who).give_stranger(who)

    async def give_fresh_phone(self, story: Story, who: str, number: str) -> None:
        await self.of(who).give_fresh_phone(story, who, number)

    async def says(self, who: str, text: str, reply_to: object | None) -> object:
        return await self.of(who).says(who, text, reply_to)

    async def opens(self, who: str, payload: str) -> None:
        await self.of(who).opens(who, payload)

    async def sends(self, who: str, name: str, content: bytes, text: str) -> object:
        return await self.of(who).sends(who, name, content, text)

    async def sends_photos(
        self, who: str, contents: Sequence[bytes], text: str, reply_to: object | None, order: Sequence[int]
    ) -> object:
        return await self.of(who).sends_photos(who, contents, text, reply_to, order)

    async def pictures(self, who: str, message: object) -> list[bytes]:
        return await self.of(who).pictures(who, message)

    async def reacts(self, who: str, message: object, sign: str) -> None:
        await self.of(who).reacts(who, message, sign)

    async def file(self, who: str, message: object) -> tuple[str, bytes] | None:
        return await self.of(who).file(who, message)

    async def edits(self, who: str, message: object, text: str) -> None:
        await self.of(who).edits(who, message, text)

    async def presses(self, who: str, label: str) -> None:
        await self.of(who).presses(who, label)

    async def shows(self, who: str) -> list[Heard]:
        return await self.of(who).shows(who)

    async def collect(self) -> int:
        return await self._first.collect() + await self._second.collect()
