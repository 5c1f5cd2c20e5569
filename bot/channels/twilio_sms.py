"""SMS through Twilio as a way out: utterances become plain texts, and one call has one outcome.

Goes through Twilio's library over a transport with a time limit. Knows neither the database nor the inbox: what comes
in is read by the door and by whoever catches up, who borrow this channel for the calls that only read.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from book.deliveries import Accepted, Act, Outcome, Refused, Unknown
from book.reasons import Reason
from book.wording.utterance import Utterance
from bot.channels import sms_text
from bot.channels.channel import Abilities, Call, Part, Taken, Unfetched
from bot.channels.twilio_errors import outcome_of
from bot.channels.twilio_request import AiohttpTransport, NeverSent, PerhapsSent

REAL_ADDRESS = "https://api.twilio.com"
# Twilio tries again only when no connection comes about, unless the address itself asks for more. It signs without it.
TRIES_AGAIN = "#rc=5&rp=all"
# What is urgent is of no use tomorrow: it may wait at Twilio for so long, and is then reported lost.
_URGENT_FOR_SECONDS = 4 * 3600
_PAGE = 1000
_LOOKED_BACK_THROUGH = 100  # of the texts to one number, the newest

# What the library raises, and what reading its answer does where that is no answer of Twilio's.
_NO_ANSWER = (TwilioException, NeverSent, PerhapsSent, ValueError, KeyError, TypeError)

_log = structlog.get_logger(__name__)


class TwilioDoesNotAnswer(Exception):
    """A call that only reads had no answer, or one that nobody can read."""


@dataclass(frozen=True, slots=True)
class ListedText:
    """A text as Twilio's list has it."""

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
class NumberSettings:
    """Where Twilio sends what comes in for our number."""

    sid: str
    messages_to: str
    method: str
    fallback_to: str
    takes_texts: bool


class TwilioSms:
    """One number. Handles are telephone numbers in E.164, provider ids the sids of messages."""

    name = "sms"
    abilities = Abilities(can_change=False, take_back_for=None, has_buttons=False, shows_pictures=False)

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
        """``reports_to`` is the address of the door to which Twilio reports what becomes of each text."""
        self.account = number
        self._reports_to = reports_to
        self._transport = transport or AiohttpTransport(api_url)
        # The library would otherwise look for a region in the environment.
        self._client = Client(account_sid, token, http_client=self._transport, environment={"": ""})

    def parts(self, utterance: Utterance, tokens: Sequence[str]) -> tuple[Part, ...]:
        """See :meth:`bot.channels.channel.Channel.parts`. Pictures and files do not go by SMS: links do, in words."""
        return tuple(Part(each) for each in sms_text.parts(utterance))

    async def call(self, call: Call) -> Outcome:
        """See :meth:`bot.channels.channel.Channel.call`. What has been sent can be neither changed nor taken back."""
        if call.act is Act.ANSWER_PRESS:
            return Accepted()
        if call.act is not Act.SAY or call.part is None or not call.part.text:
            return Refused(Reason.REFUSED_BY_CHANNEL)
        more: dict[str, Any] = {"validity_period": _URGENT_FOR_SECONDS} if call.urgent else {}
        try:
            made = await self._client.messages.create_async(
                to=call.handle,
                from_=self.account,
                body=call.part.text,
                # Twilio brings it back, which tells what a report is of even if this answer is lost.
                status_callback=f"{self._reports_to}?delivery={call.delivery}{TRIES_AGAIN}",
                **more,
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
                to=handle, from_=self.account, limit=_LOOKED_BACK_THROUGH, page_size=_LOOKED_BACK_THROUGH
            )
            listed = [_listed(each) for each in found]
        except _NO_ANSWER:
            return None
        return [Taken(each.sid, each.text, each.at) for each in listed if not each.is_inbound]

    async def came_in(self, since: datetime) -> AsyncIterator[ListedText]:
        """Every text to our number since then (Twilio knows days only), newest first.

        Raises :class:`TwilioDoesNotAnswer`.
        """
        async for each in self._list(since, to=self.account):
            if each.is_inbound:
                yield each

    async def went_out(self, since: datetime) -> AsyncIterator[ListedText]:
        """Every text from our number since then, newest first. Raises :class:`TwilioDoesNotAnswer`."""
        async for each in self._list(since, from_=self.account):
            if not each.is_inbound:
                yield each

    async def _list(self, since: datetime, **asked: str) -> AsyncIterator[ListedText]:
        day = since.astimezone(UTC).date().isoformat()
        try:
            async for each in await self._client.messages.stream_async(page_size=_PAGE, date_sent_after=day, **asked):
                yield _listed(each)
        except _NO_ANSWER as fault:
            raise TwilioDoesNotAnswer(type(fault).__name__) from None

    async def settings(self) -> NumberSettings | None:
        """Where what comes in is sent, or None if the account has no such number.

        Raises :class:`TwilioDoesNotAnswer`.
        """
        try:
            found = await self._client.incoming_phone_numbers.list_async(phone_number=self.account, limit=20)
        except _NO_ANSWER as fault:
            raise TwilioDoesNotAnswer(type(fault).__name__) from None
        for each in found:
            if each.phone_number == self.account:
                able = each.capabilities if isinstance(each.capabilities, dict) else {}
                return NumberSettings(
                    str(each.sid),
                    each.sms_url or "",
                    each.sms_method or "",
                    each.sms_fallback_url or "",
                    able.get("sms") is not False,
                )
        return None

    async def send_here(self, sid: str, address: str) -> None:
        """Have what comes in for our number sent to ``address``, also when it failed there before.

        Raises :class:`TwilioDoesNotAnswer`.
        """
        try:
            await self._client.incoming_phone_numbers(sid).update_async(
                sms_url=address, sms_method="POST", sms_fallback_url=address, sms_fallback_method="POST"
            )
        except (TwilioException, NeverSent, PerhapsSent, ValueError) as fault:
            raise TwilioDoesNotAnswer(type(fault).__name__) from None

    async def fetch(self, reference: str, *, most: int) -> bytes | Unfetched:
        """A text brings no files that could be fetched."""
        return Unfetched.GONE

    async def close(self) -> None:
        """Let the connections go; may be called twice."""
        await self._transport.close()


def _listed(message: Any) -> ListedText:
    at = message.date_created or message.date_sent
    if at is None:
        raise ValueError("a message without a date")
    return ListedText(
        sid=str(message.sid),
        sender=str(message.from_ or ""),
        receiver=str(message.to or ""),
        text=str(message.body or ""),
        at=at if at.tzinfo is not None else at.replace(tzinfo=UTC),
        is_inbound=str(message.direction) == "inbound",
        status=str(message.status or ""),
        code=message.error_code,
        media=int(message.num_media or 0),
    )
