"""WhatsApp through Twilio as a way out: words, buttons, pictures and approved sentences, and one call has one outcome.

What has been sent can be neither changed nor taken back. Pictures and files are not handed over: Twilio fetches each
from an address that is good for that one message. Knows neither the database nor the inbox, and nothing of when the
platform takes our own words: whoever sends has asked that before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import structlog

from book.deliveries import Accepted, Act, Later, Outcome, Refused, Unknown
from book.reasons import Reason
from book.wording.utterance import Utterance
from bot.channels import whatsapp_text
from bot.channels.channel import Abilities, Call, Part
from bot.channels.twilio_content import Contents
from bot.channels.twilio_errors import outcome_of
from bot.channels.twilio_messages import NO_ANSWER, SenderSettings, TwilioDoesNotAnswer, TwilioMessages
from bot.channels.twilio_request import REAL_ADDRESS, AiohttpTransport, JsonBody

_LARGEST_FILE = 16_000_000

_log = structlog.get_logger(__name__)


class TwilioWhatsApp(TwilioMessages):
    """One sender."""

    name = "whatsapp"
    prefix = "whatsapp:"
    abilities = Abilities(
        can_change=False, take_back_for=None, has_buttons=True, largest_file=_LARGEST_FILE, fetches=True
    )

    def __init__(
        self,
        account_sid: str,
        token: str,
        *,
        number: str,
        reports_to: str,
        file_at: Callable[[int, str, int], str],
        api_url: str = REAL_ADDRESS,
        transport: AiohttpTransport | None = None,
    ) -> None:
        """``file_at`` gives the address at which a delivery's picture or document is fetched, by our number for it."""
        super().__init__(account_sid, token, number=number, reports_to=reports_to, api_url=api_url, transport=transport)
        self._file_at = file_at
        self.contents = Contents(self._client)

    def parts(self, utterance: Utterance, tokens: Sequence[str]) -> tuple[Part, ...]:
        """See :meth:`bot.channels.channel.Channel.parts`."""
        return whatsapp_text.parts(utterance, tokens)

    async def call(self, call: Call) -> Outcome:
        """See :meth:`bot.channels.channel.Channel.call`."""
        if call.act is Act.ANSWER_PRESS and (call.part is None or not call.part.text):
            return Accepted()  # Here a press is a message like any other, and needs no answer of its own.
        if call.act not in (Act.SAY, Act.ANSWER_PRESS) or call.part is None:
            return Refused(Reason.REFUSED_BY_CHANNEL)
        if call.part.template or call.part.buttons:
            return await self._filled_in(call, call.part)
        what: dict[str, Any] = {"body": call.part.text} if call.part.text else {}
        if call.pictures:
            what["media_url"] = [self._file_at(call.delivery, "picture", call.pictures[0].number)]
        elif call.part.document and call.attachment is not None:
            what["media_url"] = [self._file_at(call.delivery, "document", call.part.document)]
        return await self._make(call, **what) if what else Refused(Reason.REFUSED_BY_CHANNEL)

    async def _filled_in(self, call: Call, part: Part) -> Outcome:
        """What Twilio has a form for: an approved sentence, or words with buttons."""
        form = part.template
        try:
            if form:
                sid = await self.contents.sid_of(form)
                filled = {str(place): value for place, value in enumerate(part.values, start=1)}
            else:
                form, sid = await self.contents.form_of(len(part.buttons))
                places = [part.text, *(each for button in part.buttons for each in (button.label, button.token))]
                filled = {str(place): value for place, value in enumerate(places, start=1)}
        except Exception as fault:  # Nothing has been sent: whatever it is, the call can be made again.
            _log.warning("content_not_had", delivery=call.delivery, code=getattr(fault, "code", None))
            outcome = outcome_of(fault)
            return Later() if isinstance(outcome, Unknown) else outcome
        if sid is None:
            _log.error("template_missing", template=part.template)
            return Refused(Reason.REFUSED_BY_CHANNEL)
        outcome = await self._make(call, content_sid=sid, content_variables=json.dumps(filled, ensure_ascii=False))
        if isinstance(outcome, Refused | Later):
            self.contents.forget(form)  # It may be gone there, or have been made anew.
        return outcome

    async def settings(self) -> SenderSettings | None:
        """Where what comes in is sent, or None if the account has no such sender.

        Raises :class:`TwilioDoesNotAnswer`.
        """
        try:
            found = await self._client.messaging.v2.channels_senders.list_async(channel="whatsapp", limit=100)
            ours = next((each for each in found if each.sender_id == f"{self.prefix}{self.account}"), None)
            if ours is None:
                return None
            hook = ours.webhook
            said = hook if isinstance(hook, dict) else hook.to_dict() if hook is not None else {}
            return SenderSettings(
                str(ours.sid),
                said.get("callback_url") or "",
                said.get("callback_method") or "",
                said.get("fallback_url") or "",
                str(ours.status).upper().startswith("ONLINE"),
            )
        except NO_ANSWER as fault:
            raise TwilioDoesNotAnswer(type(fault).__name__) from None

    async def send_here(self, sid: str, address: str) -> None:
        """Have what comes in for our sender sent to ``address``, also when it failed there before.

        Raises :class:`TwilioDoesNotAnswer`.
        """
        hook = {
            "callback_url": address,
            "callback_method": "POST",
            "fallback_url": address,
            "fallback_method": "POST",
        }
        try:
            await self._client.messaging.v2.channels_senders(sid).update_async(JsonBody({"webhook": hook}))
        except NO_ANSWER as fault:
            raise TwilioDoesNotAnswer(type(fault).__name__) from None
