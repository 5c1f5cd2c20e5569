"""A Bot API server for tests, by hand and in benchmarks: see `server.TelegramDouble`.

It stands in for Telegram and for the people who write there; it never leaves the machine.

    async with TelegramDouble() as telegram:
        bot = Bot(telegram.token, base_url=f"{telegram.url}/bot", base_file_url=f"{telegram.url}/file/bot")
        hannah = telegram.person(7, "Hannah")
        telegram.plan(Fault.cut(accepted=True), on="sendMessage", chat=hannah)
        await hannah.says("bad night, teething")
        await telegram.waits_for(lambda: hannah.shows("Ella"))
        await hannah.presses("Undo")
        assert [call.accepted for call in telegram.calls("sendMessage", chat=hannah)] == [True]

By hand, `python -m tests.doubles.telegram --port 8081` serves beside a bot whose TELEGRAM_API_URL names it, and
`control` says how to write to that bot.
"""

from __future__ import annotations

from tests.doubles.plan import Planned, Thrown
from tests.doubles.telegram.chats import Button, Chat, Group, Person, Press, Shown
from tests.doubles.telegram.faults import Fault
from tests.doubles.telegram.ledger import Call
from tests.doubles.telegram.server import TelegramDouble
from tests.doubles.telegram.updates import Disturbance
from tests.doubles.telegram.webhook import Attempt, Pauses

__all__ = [
    "Attempt",
    "Button",
    "Call",
    "Chat",
    "Disturbance",
    "Fault",
    "Group",
    "Pauses",
    "Person",
    "Planned",
    "Press",
    "Shown",
    "TelegramDouble",
    "Thrown",
]
