"""The name under which the bot is found, asked for once, which stands in links; and the numbers it is written to.

Knows nothing of what is linked to.
"""

from __future__ import annotations

from collections.abc import Iterable

from book.dialling import spoken
from book.reached import OwnNumbers
from bot.channels.channel import Channel, Named


class OwnName:
    """Of the first of these channels that has one; empty while it is not known, and where none has."""

    def __init__(self, channels: Iterable[Channel]) -> None:
        self._named = next((each for each in channels if isinstance(each, Named)), None)
        self.known = ""

    async def ask(self) -> str:
        """The name; raises what the platform's library raises while it does not answer."""
        if not self.known and self._named is not None:
            self.known = await self._named.username()
        return self.known


def own_numbers(channels: Iterable[Channel]) -> OwnNumbers:
    """The numbers of those of these channels that are written to by number: their accounts."""
    at = {each.name: spoken(each.account) for each in channels if each.name in ("sms", "whatsapp")}
    return OwnNumbers(at.get("sms", ""), at.get("whatsapp", ""))
