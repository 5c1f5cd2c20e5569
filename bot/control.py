"""The way in for the operator's own commands while the program runs: a socket only its owner may open.

One JSON object a line asks, one answers; what may be asked is one short table. Knows nothing of who types.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import structlog

from book.errors import OperatorError
from book.ids import InboxId
from storage import health, inbox
from storage.database import Connection
from storage.store import Store

NAME = "control.sock"
_LONGEST_LINE = 64 * 1024
_ANSWERS_WITHIN_SECONDS = 30.0
# What the system allows for a socket's path, less what it keeps for itself.
_LONGEST_PATH = 100

_log = structlog.get_logger(__name__)

Answer = dict[str, Any]
Verb = Callable[[Mapping[str, Any]], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Retry:
    """Messages that were set aside are to be handled again: one of them, or all."""

    message: InboxId | None

    @classmethod
    def read(cls, asked: Mapping[str, Any]) -> Retry:
        """The request as it came over the socket; raises ValueError for one that makes no sense."""
        match asked:
            case {"message": int(message), **rest} if not rest and not isinstance(message, bool):
                return cls(InboxId(message))
            case {"all": True, **rest} if not rest:
                return cls(None)
        raise ValueError("say which message, or all")

    def write(self) -> dict[str, Any]:
        """The request as it goes over the socket."""
        return {"all": True} if self.message is None else {"message": self.message}


async def retry(store: Store, asked: Retry) -> Answer:
    """Give what was set aside its second chance; the answer says which messages that was."""
    return {"retried": await store.write(_try_again, asked.message)}


def _try_again(connection: Connection, message: InboxId | None) -> list[InboxId]:
    again = [each for each in health.can_retry(connection) if message is None or each == message]
    for each in again:
        inbox.try_again(connection, each)
    return again


class Control:
    """The socket of one running program."""

    def __init__(self, directory: Path, store: Store, more: Mapping[str, Verb] = MappingProxyType({})) -> None:
        """``more`` are verbs of other modules, each with what it does."""
        self._directory = directory
        self._store = store
        self._server: asyncio.Server | None = None
        # The verbs there are. Nothing else is ever called.
        self._verbs: Mapping[str, Verb] = {"retry": self._retry, **more}

    async def open(self) -> None:
        """Listen in the data directory. What a killed program left there goes: whoever opens holds the lock."""
        with suppress(FileNotFoundError):
            (self._directory / NAME).unlink()
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with _short(self._directory) as path:
                listening.bind(path)
            # Nobody can connect before it listens, so there is no moment at which others could.
            (self._directory / NAME).chmod(0o600)
        except OSError as fault:
            listening.close()
            raise OperatorError(
                f"The socket {self._directory / NAME} cannot be made ({fault.strerror}): "
                "keep DATA_DIR on an ordinary local disk."
            ) from None
        self._server = await asyncio.start_unix_server(self._serve, sock=listening, limit=_LONGEST_LINE)

    async def close(self) -> None:
        """Stop listening and take the socket away; may be called twice."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
            with suppress(FileNotFoundError):
                (self._directory / NAME).unlink()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                answer = await self._answer(line)
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError):
            pass  # Whoever asked has gone, or sent a line without end.
        finally:
            writer.close()

    async def _answer(self, line: bytes) -> Answer:
        try:
            asked = json.loads(line)
            if not isinstance(asked, dict):
                raise ValueError("a request is an object")
            verb = self._verbs.get(str(asked.pop("verb", "")))
            if verb is None:
                return {"error": f"This Bookbag can be asked only to {', '.join(sorted(self._verbs))}."}
            return await verb(asked)
        except (ValueError, RecursionError) as fault:
            return {"error": f"The request makes no sense: {fault if len(str(fault)) < 80 else 'too long'}."}
        except Exception as fault:  # The socket outlives whatever one request comes to.
            _log.error("control_failed", fault=type(fault).__name__)
            return {"error": "That could not be done; the log says more."}

    async def _retry(self, asked: Mapping[str, Any]) -> Answer:
        return await retry(self._store, Retry.read(asked))


async def ask(directory: Path, verb: str, request: Mapping[str, Any]) -> Answer:
    """Ask the program that serves from ``directory``; raises :class:`OperatorError` where it does not answer."""
    try:
        async with asyncio.timeout(_ANSWERS_WITHIN_SECONDS):
            with _short(directory) as path:
                reader, writer = await asyncio.open_unix_connection(path, limit=_LONGEST_LINE)
            writer.write(json.dumps({"verb": verb, **request}).encode() + b"\n")
            line = await reader.readline()
            writer.close()
            answer = json.loads(line)
    except (OSError, TimeoutError, ValueError):
        raise OperatorError(
            f"The Bookbag that serves from {directory} does not answer: are you the same user as it?"
        ) from None
    if not isinstance(answer, dict):
        raise OperatorError(f"What serves from {directory} is no Bookbag.")
    if "error" in answer:
        raise OperatorError(str(answer["error"]))
    return answer


@contextmanager
def _short(directory: Path) -> Iterator[str]:
    """The path of the socket, short enough for the system, which takes no more than some hundred letters."""
    path = str(directory / NAME)
    if len(os.fsencode(path)) <= _LONGEST_PATH:
        yield path
        return
    folder = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        # The folder by its open number: the same place under a short name.
        yield f"/proc/self/fd/{folder}/{NAME}"
    finally:
        os.close(folder)
