"""Load for a webhook door: prepared bytes over plain sockets, so that the one who measures is not what is measured.

Run by :mod:`tests.bench.storing`; prints one line of JSON and ends.
"""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import sys
import time
from urllib.parse import urlencode

from bot.doors.twilio import MESSAGES_PATH
from bot.doors.twilio_signature import HEADER
from bot.doors.webhook import webhook_path
from tests.bench.storing import ACCOUNT_SID, NUMBER, PUBLIC, SECRET
from tests.doubles.twilio.signing import sign

_BODY = (
    '{{"update_id":{number},"message":{{"message_id":{number},"date":1790000000,'
    '"from":{{"id":{chat},"is_bot":false,"first_name":"Hannah","language_code":"en"}},'
    '"chat":{{"id":{chat},"type":"private","first_name":"Hannah"}},"text":"bad night, teething, note {number}"}}}}'
)
_CHATS = 500
_STORED = (b"200", b"204")


def _requests(door: str, port: int, count: int) -> list[bytes]:
    return _signed_forms(port, count) if door == "twilio" else _updates(port, count)


def _signed_forms(port: int, count: int) -> list[bytes]:
    """Texts as Twilio brings them: some twenty fields, most of them blank or always the same, and their signature."""
    always = {
        **dict.fromkeys(("ToCity", "ToState", "ToZip", "FromCity", "FromState", "FromZip", "MessagingServiceSid"), ""),
        "ToCountry": "GB",
        "FromCountry": "GB",
        "SmsStatus": "received",
        "NumSegments": "1",
        "NumMedia": "0",
        "ApiVersion": "2010-04-01",
        "AccountSid": ACCOUNT_SID,
        "To": NUMBER,
    }
    found = []
    for number in range(count):
        sid = f"SM{number:032x}"
        sender = f"+4477009{number % _CHATS:05d}"
        fields = always | {"MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, "From": sender}
        fields["Body"] = f"bad night, teething, note {number}"
        body = urlencode(fields).encode()
        head = (
            f"POST {MESSAGES_PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"{HEADER}: {sign(SECRET, PUBLIC + MESSAGES_PATH, fields)}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        found.append(head.encode() + body)
    return found


def _updates(port: int, count: int) -> list[bytes]:
    head = (
        f"POST {webhook_path(SECRET)} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: "
    )
    found = []
    for number in range(1_000_000, 1_000_000 + count):
        body = _BODY.format(number=number, chat=10_000 + number % _CHATS)
        found.append(f"{head}{len(body)}\r\n\r\n{body}".encode())
    return found


class _Connection(asyncio.Protocol):
    """One connection with at most one request on its way."""

    def __init__(self, load: _Load) -> None:
        self._load = load
        self._transport: asyncio.Transport | None = None
        self._heard = bytearray()
        self._due = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._transport = transport

    def send(self, request: bytes, due: float) -> None:
        assert self._transport is not None
        self._due = due
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        end = self._heard.find(b"\r\n\r\n")
        if end < 0:
            return
        # The door answers without a body, or with a short one that came in the same piece.
        status = bytes(self._heard[9:12])
        self._heard.clear()
        self._load.answered(self, status, self._due)


class _Load:
    """Hands requests to connections: on the beat of a rate, or as soon as one is free."""

    def __init__(self, requests: list[bytes], rate: float, seconds: float) -> None:
        self._requests = iter(requests)
        self._rate = rate
        self._seconds = seconds
        self._free: list[_Connection] = []
        self._waits: list[float] = []
        self._refused = 0
        self._under_way = 0
        self._sent = 0
        self._done = asyncio.Event()
        self._began = 0.0

    async def run(self, port: int, connections: int) -> dict[str, float]:
        loop = asyncio.get_running_loop()
        for _ in range(connections):
            _, connection = await loop.create_connection(lambda: _Connection(self), "127.0.0.1", port)
            self._free.append(connection)
        self._began = time.perf_counter()
        if self._rate:
            await self._on_the_beat()
        else:
            self._send_to_the_free()
        # Whoever answers fast may have answered everything before the time is up.
        loop.call_later(self._began + self._seconds - time.perf_counter() + 0.001, self._end_if_idle)
        await self._done.wait()
        seconds = time.perf_counter() - self._began
        waits = sorted(self._waits)
        return {
            "answered": len(waits),
            "seconds": seconds,
            "refused": self._refused,
            "p50_ms": 1000 * waits[len(waits) // 2],
            "p99_ms": 1000 * waits[int(len(waits) * 0.99)],
            "worst_ms": 1000 * waits[-1],
        }

    async def _on_the_beat(self) -> None:
        while time.perf_counter() - self._began < self._seconds:
            self._send_to_the_free()
            await asyncio.sleep(0.0005)

    def _send_to_the_free(self) -> None:
        now = time.perf_counter()
        while self._free and now - self._began < self._seconds:
            # A request counts as waiting from the moment at which it was due, whether a connection was free or not.
            due = self._began + self._sent / self._rate if self._rate else now
            if due > now:
                return
            request = next(self._requests, None)
            if request is None:
                return
            self._sent += 1
            self._under_way += 1
            self._free.pop().send(request, due)

    def answered(self, connection: _Connection, status: bytes, due: float) -> None:
        now = time.perf_counter()
        if status in _STORED:
            self._waits.append(now - due)
        else:
            self._refused += 1
        self._under_way -= 1
        self._free.append(connection)
        self._send_to_the_free()
        self._end_if_idle()

    def _end_if_idle(self) -> None:
        if not self._under_way and time.perf_counter() - self._began >= self._seconds:
            self._done.set()


async def main(door: str, port: int, rate: float, seconds: float, connections: int) -> None:
    requests = _requests(door, port, int((rate or 15_000) * seconds) + 1)
    gc.freeze()
    gc.disable()
    print(json.dumps(await _Load(requests, rate, seconds).run(port, connections)), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5])))
