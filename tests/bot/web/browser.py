"""What a page does, without a page: asks the demo's interface over a real socket, and lets book time pass."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientResponse, StreamReader
from aiohttp.test_utils import TestClient

from bot.web.events import Changes
from tests.kit.conversation import Story

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Browser:
    """One page, the server behind it, and the story that moves its book."""

    client: TestClient[Any, Any]
    story: Story
    changes: Changes
    port: int

    async def get(self, path: str, status: int = 200) -> Any:
        async with self.client.get(path) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()

    async def post(self, path: str, body: object, status: int = 202, headers: Mapping[str, str] | None = None) -> Any:
        async with self.client.post(path, json=body, headers=headers) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()

    async def raw(self, method: str, path: str, **kwargs: Any) -> ClientResponse:
        answer: ClientResponse = await self.client.request(method, path, **kwargs)
        await answer.read()
        return answer

    async def types(self, who: str, text: str, **more: Any) -> int:
        """Somebody writes, and everything that can happen at this moment happens."""
        seq: int = (await self.post(f"/api/people/{who}/messages", {"text": text, **more}))["seq"]
        await self.story.settles()
        return seq

    async def messages(self, who: str, after: int = 0) -> list[Json]:
        found: list[Json] = (await self.get(f"/api/people/{who}/messages?after={after}"))["messages"]
        return found

    async def hears(self, who: str) -> list[str]:
        """What the bot has said to her, as it stands now."""
        return [each["text"] for each in await self.messages(who) if each["from"] == "bookbag"]

    async def presses(self, who: str, label: str) -> None:
        for message in reversed(await self.messages(who)):
            for button in message["buttons"]:
                if button["label"] == label:
                    await self.post(f"/api/people/{who}/press", {"token": button["token"]})
                    await self.story.settles()
                    return
        raise AssertionError(f"{who} has no button {label!r}")

    async def thread(self, child: str = "ella") -> list[Json]:
        found: list[Json] = (await self.get(f"/api/children/{child}/thread"))["entries"]
        return found

    @asynccontextmanager
    async def events(self) -> AsyncIterator[Stream]:
        async with self.client.get("/api/events") as answer:
            assert answer.status == 200
            assert answer.headers["Content-Type"].startswith("text/event-stream")
            stream = Stream(answer.content)
            assert await stream.next() == ": open"
            yield stream


@dataclass(frozen=True, slots=True)
class Stream:
    """An open stream of events."""

    content: StreamReader

    async def next(self) -> str:
        """The next block, a comment or an event; empty where the stream has ended."""
        lines: list[str] = []
        while line := (await self.content.readline()).decode():
            if line == "\n":
                break
            lines.append(line.rstrip("\n"))
        return "\n".join(lines)

    async def changed(self) -> Json:
        """The next event."""
        while (block := await self.next()).startswith(":"):
            pass
        name, data = block.split("\n")
        assert name == "event: changed"
        found: Json = json.loads(data.removeprefix("data: "))
        return found
