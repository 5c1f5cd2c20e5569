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

    async def work_off(self, listed: Sequence[ListedText]) -> int:
        """Of these messages, forget what the book has; of how many something was. Never raises for Twilio."""
        wanted = {each.sid: each for each in listed if self._has_something(each)}
        if not wanted:
            return 0
        keys = {message_key(each.sender, each.sid): each for each in wanted.values()}
        ended = await self.store.read(inbox.ended, self.store.vault, self.line.channel, self.line.account, list(keys))
        done = 0
        for each in (keys[key] for key in ended):
            try:
                if each.media:
                    await self.channel.forget_media(each.sid)
                if self.redact and each.text:
                    await self.channel.redact(each.sid)
            except TwilioDoesNotAnswer as fault:
                # It is found again with the next look.
                _log.warning("not_forgotten_there", fault=str(fault))
                break
            self._done.add(each.sid)
            done += 1
        return done

    async def what_we_sent(self, listed: Sequence[ListedText]) -> int:
        """Of these messages of ours, forget the files of those that have arrived or never will; of how many."""
        done = 0
        for each in listed:
            if not each.media or each.sid in self._done or each.status not in _OVER:
                continue
            try:
                await self.channel.forget_media(each.sid)
            except TwilioDoesNotAnswer as fault:
                _log.warning("not_forgotten_there", fault=str(fault))
                break
            self._done.add(each.sid)
            done += 1
        return done

    def _has_something(self, listed: ListedText) -> bool:
        return listed.sid not in self._done and bool(listed.media or (self.redact and listed.text))
