"""One sender of ours at Twilio, whatever it sends by: a message is made once, and its list is read.

Goes through Twilio's library over a transport with a time limit. Knows neither the database nor the inbox: what comes
in is read by the door and by whoever catches up, who borrow a channel for the calls that only read.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from book.deliveries import Accepted, Outcome, Unknown
from bot.channels.channel import Call, Taken, Unfetched
from bot.channels.twilio_errors import outcome_of
from bot.channels.twilio_request import REAL_ADDRESS, AiohttpTransport, NeverSent, PerhapsSent

# Twilio tries again only when no connection comes about, unless the address itself asks for more. It signs without it.
TRIES_AGAIN = "#rc=5&rp=all"
# What is urgent is of no use tomorrow: it may wait at Twilio for so long, and is then reported lost.
_URGENT_FOR_SECONDS = 4 * 3600
_PAGE = 1000
_LOOKED_BACK_THROUGH = 100  # of the messages to one number, the newest

# What the library raises, and what reading its answer does where that is no answer of Twilio's.
NO_ANSWER = (TwilioException, NeverSent, PerhapsSent, ValueError, KeyError, TypeError)

_MOST_MEDIA = 10
_REFERENCE = re.compile(r"(?:SM|MM)[0-9a-f]{32}/ME[0-9a-f]{32}")
_MEDIUM = re.compile(r".*/Media/(ME[0-9a-f]{32})")

_log = structlog.get_logger(__name__)


def medium_in(address: str) -> str:
    """The name of the file to which an address in a message leads; empty where it is no address of Twilio's."""
    found = _MEDIUM.fullmatch(address)
    return found[1] if found is not None else ""


def reference_to(message: str, medium: str) -> str:
    """How a file of a message is kept, to be fetched by."""
    return f"{message}/{medium}"


class TwilioDoesNotAnswer(Exception):
    """A call that only reads, or that changes a setting, had no answer, or one that nobody can read."""


@dataclass(frozen=True, slots=True)
class ListedText:
    """A message as Twilio's list has it; who sent it and who is to have it by their numbers alone."""

    sid: str
    sender: str
    receiver: str
    text: str
    at: datetime
    is_inbound: bool
    status: str
    code: int | None
    media: int


@dataclass(frozen=True, slots=True)
class SenderSettings:
    """Where Twilio brings what comes in for a sender of ours."""

    sid: str
    messages_to: str
    method: str
    fallback_to: str
    is_able: bool  # to receive at all


class TwilioMessages:
    """One sender. Handles are telephone numbers in E.164, provider ids the sids of messages."""

    name = ""
    prefix = ""
    """What stands before a number in Twilio's own names of the two ends of a message."""

    def __init__(
        self,
        account_sid: str,
        token: str,
        *,
        number: str,
        reports_to: str,
        api_url: str = REAL_ADDRESS,
        transport: AiohttpTransport | None = None,
    ) -> None:
        """``reports_to`` is the address of the door to which Twilio reports what becomes of each message."""
        self.account = number
        self._account_sid = account_sid
        self._token = token
        self._reports_to = reports_to
        self._transport = transport or AiohttpTransport(api_url)
        # The library would otherwise look for a region in the environment.
        self._client = Client(account_sid, token, http_client=self._transport, environment={"": ""})

    async def _make(self, call: Call, **what: Any) -> Outcome:
        """Have one message made, which is ``what``."""
        if call.urgent:
            what["validity_period"] = _URGENT_FOR_SECONDS
        try:
            made = await self._client.messages.create_async(
                to=f"{self.prefix}{call.handle}",
                from_=f"{self.prefix}{self.account}",
                # Twilio brings it back, which tells what a report is of even if this answer is lost.
                status_callback=f"{self._reports_to}?delivery={call.delivery}{TRIES_AGAIN}",
                **what,
            )
        except Exception as fault:  # Whatever the library raises says something, or nothing, of the wire.
            outcome = outcome_of(fault)
            _log.warning("text_not_accepted", delivery=call.delivery, code=getattr(fault, "code", None))
            return outcome
        return Accepted((made.sid,)) if made.sid else Unknown()

    async def given(self, handle: str) -> Sequence[Taken] | None:
        """See :class:`bot.channels.channel.CanBeAsked`."""
        try:
            found = await self._client.messages.list_async(
                to=f"{self.prefix}{handle}",
                from_=f"{self.prefix}{self.account}",
                limit=_LOOKED_BACK_THROUGH,
                page_size=_LOOKED_BACK_THROUGH,
            )
            listed = [self._listed(each) for each in found]
        except NO_ANSWER:
            return None
        return [Taken(each.sid, each.text, each.at) for each in listed if not each.is_inbound]

    async def came_in(self, since: datetime) -> AsyncIterator[ListedText]:
        """Every message to our number since then (Twilio knows days only), newest first.

        Raises :class:`TwilioDoesNotAnswer`.
        """
        async for each in self._list(since, to=f"{self.prefix}{self.account}"):
            if each.is_inbound:
                yield each

    async def went_out(self, since: datetime) -> AsyncIterator[ListedText]:
        """Every message from our number since then, newest first. Raises :class:`TwilioDoesNotAnswer`."""
        async for each in self._list(since, from_=f"{self.prefix}{self.account}"):
            if not each.is_inbound:
                yield each

    async def _list(self, since: datetime, **asked: str) -> AsyncIterator[ListedText]:
        day = since.astimezone(UTC).date().isoformat()
        try:
            async for each in await self._client.messages.stream_async(page_size=_PAGE, date_sent_after=day, **asked):
                yield self._listed(each)
        except NO_ANSWER as fault:
            raise TwilioDoesNotAnswer(type(fault).__name__) from None

    async def fetch(self, reference: str, *, most: int) -> bytes | Unfetched:
        """See :meth:`bot.channels.channel.Channel.fetch`; ``reference`` is of :func:`reference_to`.

        The address is made anew from the two names in it, never taken from a message.
        """
        if _REFERENCE.fullmatch(reference) is None:
            return Unfetched.GONE
        message, _, medium = reference.partition("/")
        path = f"/2010-04-01/Accounts/{self._account_sid}/Messages/{message}/Media/{medium}"
        found = await self._transport.download(path, (self._account_sid, self._token), most=most)
        if found.status == 200:
            return Unfetched.TOO_LARGE if found.content is None else found.content
        # Not there in the first seconds, the wrong token, trouble at Twilio: whoever asks knows for how long to.
        _log.warning("file_not_given", status=found.status)
        return Unfetched.GONE if found.status == 410 else Unfetched.LATER

    async def media_of(self, message: str) -> list[tuple[str, str]]:
        """The files of a message, each by its name and its type. Raises :class:`TwilioDoesNotAnswer`."""
        try:
            found = await self._client.messages(message).media.list_async(limit=_MOST_MEDIA)
            return [(str(each.sid), str(each.content_type or "")) for each in found]
        except NO_ANSWER as fault:
            raise TwilioDoesNotAnswer(type(fault).__name__) from None

    async def forget_media(self, message: str) -> None:
        """Take the files of a message off Twilio's hands; what is gone already is gone.

        Raises :class:`TwilioDoesNotAnswer`.
        """
        for medium, _ in await self.media_of(message):
            try:
                await self._client.messages(message).media(medium).delete_async()
            except NO_ANSWER as fault:
                if getattr(fault, "status", None) != 404:
                    raise TwilioDoesNotAnswer(type(fault).__name__) from None

    async def redact(self, message: str) -> None:
        """Have Twilio forget the words of a message and keep that there was one. Raises the same."""
        try:
            await self._client.messages(message).update_async(body="")
        except NO_ANSWER as fault:
            raise TwilioDoesNotAnswer(type(fault).__name__) from None

    async def close(self) -> None:
        """Let the connections go; may be called twice."""
        await self._transport.close()

    def _listed(self, message: Any) -> ListedText:
        at = message.date_created or message.date_sent
        if at is None:
            raise ValueError("a message without a date")
        return ListedText(
            sid=str(message.sid),
            sender=str(message.from_ or "").removeprefix(self.prefix),
            receiver=str(message.to or "").removeprefix(self.prefix),
            text=str(message.body or ""),
            at=at if at.tzinfo is not None else at.replace(tzinfo=UTC),
            is_inbound=str(message.direction) == "inbound",
            status=str(message.status or ""),
            code=message.error_code,
            media=int(message.num_media or 0),
        )
