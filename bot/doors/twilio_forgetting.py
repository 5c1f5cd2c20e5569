"""What is in the book is taken off Twilio's hands: the files of a message, and where it is wished its words.

Twilio keeps both until it is told otherwise. Its own list says what is still to be done, so none of that is kept here:
what is not done before a stop is found again after it. A file goes only once our own copies of it are on disk, or it is
known that there never will be any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from book.messages import message_key
from bot.channels.twilio_messages import ListedText, TwilioDoesNotAnswer, TwilioMessages
from bot.doors.twilio import Line
from storage import inbox
from storage.store import Store

# As Twilio calls what becomes of a message: nothing is fetched for it any more.
_OVER = frozenset({"delivered", "read", "undelivered", "failed"})

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Forgetting:
    """One sender's. ``redact`` is whether the words go as well."""

    channel: TwilioMessages
    line: Line
    store: Store
    redact: bool
    _done: set[str] = field(default_factory=set)

    async def came_in(self, listed: Sequence[ListedText]) -> int:
        """Of these messages to us, forget what the book has; of how many something was. Never raises for Twilio."""
        wanted = {
            message_key(each.sender, each.sid): each
            for each in self._undone(listed)
            if each.media or (self.redact and each.text)
        }
        if not wanted:
            return 0
        ended = await self.store.read(inbox.ended, self.store.vault, self.line.channel, self.line.account, list(wanted))
        return await self._forget([wanted[each] for each in ended], words=self.redact)

    async def went_out(self, listed: Sequence[ListedText]) -> int:
        """Of these messages of ours, forget the files of those that have arrived or never will; the same."""
        return await self._forget([x for x in self._undone(listed) if x.media and x.status in _OVER], words=False)

    def _undone(self, listed: Sequence[ListedText]) -> list[ListedText]:
        return [each for each in listed if each.sid not in self._done]

    async def _forget(self, listed: Sequence[ListedText], *, words: bool) -> int:
        done = 0
        for each in listed:
            try:
                if each.media:
                    await self.channel.forget_media(each.sid)
                if words and each.text:
                    await self.channel.redact(each.sid)
            except TwilioDoesNotAnswer as fault:
                # It is found again with the next look.
                _log.warning("not_forgotten_there", fault=str(fault))
                break
            self._done.add(each.sid)
            done += 1
        return done
